//! What a report asks for, gathered from the registry, and no more.

use jiff::civil::Date;

use crate::model::registration::Registration;
use crate::model::school::Directory;
use crate::report::facts::{Clock, Facts, Need};
use crate::report::{Body, Input, Report, Scope};
use crate::store::Store;
use crate::store::application::Asked as Which;
use crate::store::lookup;

use super::super::change::clock::Clockwork;
use super::super::failure::Failure;
use super::super::{dispute, due, loaded, scan};
use super::Asked;

/// What was gathered.
pub struct Gathered {
    bureau: String,
    pub directory: Directory,
    registrations: Vec<Registration>,
    facts: Facts,
}

fn which(scope: &Scope) -> lookup::Which<'_> {
    match (&scope.school, &scope.class) {
        (Some(school), Some(class)) => lookup::Which::Class(school, class),
        (Some(school), None) => lookup::Which::School(school),
        _ => lookup::Which::Present,
    }
}

/// Gathers what the report asks for; the pupils only where they are wanted all at once.
pub fn gather(store: &Store, report: &Report, scope: &Scope, today: Date) -> Result<Gathered, Failure> {
    let needs = |need: Need| report.needs.contains(&need);
    let which = match report.body {
        Body::Counts(_) | Body::Lists(_) | Body::Board(_) if needs(Need::Everyone) => {
            Some(lookup::Which::All)
        }
        Body::Counts(_) | Body::Lists(_) | Body::Board(_) => Some(which(scope)),
        Body::Classes(_) | Body::Rows(_) | Body::Pages(_) => None,
    };
    gather_all(store, report.needs, which, today)
}

/// Gathers these facts, and these pupils.
pub fn gather_all(
    store: &Store,
    needs: &[Need],
    which: Option<lookup::Which>,
    today: Date,
) -> Result<Gathered, Failure> {
    let registrations = which.map_or(Ok(Vec::new()), |which| store.registrations(&which))?;
    let directory = store.directory()?;
    let facts = facts(store, &directory, needs, today)?;
    Ok(Gathered { bureau: store.meta().name.clone(), directory, registrations, facts })
}

/// What is asked for besides pupils.
fn facts(store: &Store, directory: &Directory, needs: &[Need], today: Date) -> Result<Facts, Failure> {
    let mut facts = Facts::default();
    for need in needs {
        match need {
            Need::Everyone => {}
            Need::Changes => {
                for made in store.every_change()? {
                    facts.changes.entry(made.student).or_default().push(made);
                }
                facts.beginnings = store.every_beginning()?;
            }
            Need::Applications => {
                facts.applications = store.applications(&Which::All)?;
                let all = facts.applications.iter().enumerate();
                facts.application_at = all.map(|(at, a)| (a.id.to_string(), at)).collect();
            }
            Need::Disputes => {
                for dispute in store.disputes()? {
                    let claims = store.claims(&dispute.id)?;
                    let opened = match dispute.decision {
                        Some(_) => dispute::opened_at(store, &dispute)?,
                        None => None,
                    };
                    for (party, seq) in dispute.parties.iter().filter_map(|p| Some((p, opened?))) {
                        let then = store.registration_at(party.student, seq)?;
                        facts.then.extend(then.map(|r| ((dispute.id.clone(), r.id), r)));
                    }
                    facts.disputes.push((dispute, claims));
                }
            }
            Need::Suspects => {
                facts.suspects = store.suspects()?;
                for suspect in facts.suspects.iter().filter(|s| s.decision.is_some()) {
                    for then in scan::when_listed(store, suspect)? {
                        facts.then.insert((suspect.id.clone(), then.id), then);
                    }
                }
            }
            Need::Flags => {
                for (student, raised) in store.every_flag()? {
                    facts.flags.entry(student).or_default().push(raised);
                }
            }
            Need::Watches => {
                for watch in store.watches()? {
                    let steps = store.watch_steps(&watch.id)?;
                    facts.watches.entry(watch.student).or_default().push((watch, steps));
                }
            }
            Need::Archive => archive(store, directory, today, &mut facts)?,
            Need::Clocks => facts.clocks = clocks(store, today)?,
        }
    }
    Ok(facts)
}

/// By when files must be open, for every school and day on which anybody was registered.
fn archive(store: &Store, directory: &Directory, today: Date, facts: &mut Facts) -> Result<(), Failure> {
    let rules = loaded::rules(store)?;
    let by = Clockwork { calendar: loaded::calendar(store)?, directory, rules: rules.as_ref(), today };
    let ground = due::Ground { store, directory, by, open: Vec::new() };
    for first in facts.beginnings.values() {
        let key = (first.school.clone(), first.since.clone());
        if facts.archive.contains_key(&key) {
            continue;
        }
        let day = first.since.parse().ok().and_then(|since| due::archive_day(&ground, &first.school, since));
        facts.archive.insert(key, day.unwrap_or_default());
    }
    Ok(())
}

/// Everything that has a date on it, however far off.
fn clocks(store: &Store, today: Date) -> Result<Vec<Clock>, Failure> {
    let rules = loaded::rules(store)?;
    let wanted = due::Wanted { overdue_only: false, within: i64::MAX };
    let items = due::due(store, (loaded::calendar(store)?, rules.as_ref()), today, wanted)?;
    let clock = |item: due::Item| Clock {
        order: due::DATES.iter().position(|d| d.name == item.kind).unwrap_or(due::DATES.len()),
        title: item.title,
        school: item.school,
        is_overdue: item.when.is_overdue(),
        left: item.when.days_from(today),
    };
    Ok(items.into_iter().map(clock).collect())
}

impl Gathered {
    /// Those who hold a place in the scope.
    pub fn present(&self, scope: &Scope) -> Vec<&Registration> {
        let is_here =
            |r: &&Registration| r.until.is_none() && scope.covers(r.school.as_str(), &r.class_number);
        self.registrations.iter().filter(is_here).collect()
    }

    /// What the report is built from.
    pub fn input<'a>(&'a self, asked: &'a Asked, registrations: &'a [&'a Registration]) -> Input<'a> {
        Input {
            bureau: &self.bureau,
            directory: &self.directory,
            scope: &asked.scope,
            registrations,
            everyone: &self.registrations,
            facts: &self.facts,
            span: asked.span,
            shown: asked.shown,
        }
    }
}
