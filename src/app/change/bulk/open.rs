//! Applications for a list of pupils: planned row by row against one directory, opened in one batch.

use std::path::Path;

use jiff::civil::Date;

use crate::model::application::{Application, Phase};
use crate::model::cell::Row;
use crate::model::change::Spec;
use crate::model::change::guard::input::MISSING;
use crate::model::change::input::{Input, Told};
use crate::model::journal::Tail;
use crate::model::registration::Registration;
use crate::model::school::{Stage, school_year};
use crate::province::Pack;
use crate::store::Store;
use crate::store::application::Asked as Which;

use super::super::super::failure::Failure;
use super::super::super::session::Session;
use super::super::{Asking, EXPLAINED, Ground, Plan, entry, new_application, weigh, write};
use super::read::{Asked, Kinds, Wish};
use super::{Fate, Line, Reason};

/// What is asked for with a list.
pub struct Wanted<'a> {
    pub path: &'a Path,
    pub kinds: Kinds,
    /// The county's own rules.
    pub rules: Option<&'a Pack>,
    /// Texts for whatever rows they close something of: guard and text.
    pub explained: &'a [(String, String)],
    /// A progression without a class goes to the first-year class with the fewest pupils.
    pub assign_classes: bool,
}

/// What importing a list would do.
pub struct Opening {
    pub lines: Vec<Line>,
    pub asked: Asked,
    /// The plans of the lines that are done, by the line's index.
    plans: Vec<(usize, Plan)>,
    tail: Tail,
}

/// Plans a list: every row against the registry and the rows before it.
pub fn plan(
    store: &Store,
    wanted: &Wanted,
    today: Date,
    progress: &mut dyn FnMut(u64),
) -> Result<Opening, Failure> {
    let asked = super::read::open(wanted.path, wanted.kinds)?;
    let (tail, directory) = (store.tail()?, store.directory()?);
    let ground = Ground::new(store, &directory, wanted.rules, today);
    let mut planner =
        Planner { ground, wanted, asked: &asked, tail, seen: Default::default(), plans: Vec::new() };
    let mut lines = Vec::with_capacity(asked.list.rows.len());
    for row in &asked.list.rows {
        let line = planner.line(row, lines.len())?;
        lines.push(line);
        progress(lines.len() as u64);
    }
    let plans = planner.plans;
    Ok(Opening { lines, asked, plans, tail })
}

struct Planner<'a> {
    ground: Ground<'a>,
    wanted: &'a Wanted<'a>,
    asked: &'a Asked,
    tail: Tail,
    /// The row in which a pupil stood first.
    seen: std::collections::HashMap<crate::model::id::StudentId, u32>,
    plans: Vec<(usize, Plan)>,
}

impl Planner<'_> {
    fn line(&mut self, row: &Row, index: usize) -> Result<Line, Failure> {
        let (asked, directory) = (self.asked, self.ground.directory);
        let found = asked.pupil(&self.ground, row)?;
        let own = found.as_ref().map_or("", |r| r.school.as_str());
        let mut wish = asked.wish(row, directory, own);
        let kind = wish.spec.map_or_else(|| asked.list.get(row, "kind").to_owned(), |s| s.name.to_owned());
        let mut line = Line {
            row: row.number,
            name: asked.name(row).to_owned(),
            student: None,
            kind,
            application: String::new(),
            fate: Fate::Done,
        };
        let registration = match found {
            Ok(registration) => registration,
            Err(reasons) => {
                wish.reasons.splice(0..0, reasons);
                return Ok(Line { fate: Fate::Refused(wish.reasons), ..line });
            }
        };
        registration.record.get(crate::model::field::Field::PupilName).clone_into(&mut line.name);
        line.student = Some(registration.id);
        let (Some(spec), true) = (wish.spec, wish.reasons.is_empty()) else {
            return Ok(Line { fate: Fate::Refused(wish.reasons), ..line });
        };
        if let Some(known) = there(self.ground.store, spec, &registration, &wish.told)? {
            // What an earlier run refused because of this row is refused again.
            self.seen.entry(registration.id).or_insert(row.number);
            return Ok(Line { application: known.id.to_string(), fate: Fate::Already, ..line });
        }
        if let Some(before) = self.seen.get(&registration.id) {
            let refusal = super::super::Refusal::new(
                format!("这名学生在第 {before} 行已有一项。"),
                "一名学生一次只办一项；请删去一行，办结后再办另一项。",
            );
            return Ok(Line { fate: Fate::Refused(vec![asked.reason(row, "name", refusal)]), ..line });
        }
        line.fate = self.judged(row, index, spec, registration, wish)?;
        Ok(line)
    }

    /// Plans the change of a row whose pupil and kind are known.
    fn judged(
        &mut self,
        row: &Row,
        index: usize,
        spec: &'static Spec,
        registration: Registration,
        wish: Wish,
    ) -> Result<Fate, Failure> {
        let mut told = wish.told;
        if self.wanted.assign_classes && spec.kind == "progression" && !told.has(Input::ToClass) {
            let class = self.emptiest(&registration, told.get(Input::ToSchool))?;
            told.put(Input::ToClass.key(), &class.unwrap_or_default());
        }
        let asking =
            |told: Told| Asking { spec, student: Some(registration.id), told, rules: self.wanted.rules };
        let mut planned = weigh(&self.ground, &asking(told.clone()), Some(registration.clone()), self.tail);
        if let Err(Failure::Refused(refusals)) = &planned {
            // A text for all rows closes what it can, and is no reproach to rows that need none.
            let texts = self.wanted.explained.iter();
            let fitting: Vec<_> = texts.filter(|(g, _)| refusals.iter().any(|r| r.guard == g)).collect();
            if !fitting.is_empty() {
                for (guard, text) in fitting {
                    told.put(&format!("{EXPLAINED}{guard}"), text);
                }
                planned = weigh(&self.ground, &asking(told.clone()), Some(registration), self.tail);
            }
        }
        match planned {
            Ok(plan) => {
                let registration = plan.registration.as_ref();
                self.ground.census.reserve(self.ground.directory, spec, registration, &plan.told);
                self.seen.extend(plan.registration.as_ref().map(|r| (r.id, row.number)));
                self.plans.push((index, plan));
                Ok(Fate::Done)
            }
            Err(Failure::Refused(refusals)) => {
                let mut reasons: Vec<Reason> = Vec::new();
                for refusal in refusals {
                    if refusal.guard == MISSING.name {
                        reasons.extend(self.asked.missing(row, spec, &told));
                    } else {
                        reasons.push(self.asked.reason(row, Asked::column_of(refusal.guard), refusal));
                    }
                }
                Ok(Fate::Refused(reasons))
            }
            Err(other) => Err(other),
        }
    }

    /// The first-year class of the next stage with the fewest pupils, those of the rows before counted in.
    fn emptiest(&self, r: &Registration, school: &str) -> Result<Option<String>, Failure> {
        let directory = self.ground.directory;
        let next = match directory.class(r.school.as_str(), &r.class_number).map(|c| c.stage) {
            Some(Stage::Primary) => Stage::Junior,
            Some(Stage::Junior) => Stage::Senior,
            Some(Stage::Senior) | None => return Ok(None),
        };
        let year = school_year(self.ground.today);
        let mut sizes = Vec::new();
        for class in
            directory.classes_of(school).into_iter().filter(|c| (c.stage, c.entry_year) == (next, year))
        {
            sizes.push((
                self.ground.census.size(self.ground.store, school, &class.number)?,
                class.number.clone(),
            ));
        }
        Ok(sizes.into_iter().min().map(|(_, number)| number))
    }
}

/// The application that an earlier run of the list opened: still open, or the pupil's last change.
fn there(
    store: &Store,
    spec: &'static Spec,
    r: &Registration,
    told: &Told,
) -> Result<Option<Application>, Failure> {
    // What the row leaves open was filled in when it was opened.
    let counts = |key: &str| {
        !key.starts_with(EXPLAINED)
            && (told.has(Input::On) || key != Input::On.key())
            && (told.has(Input::ToClass) || key != Input::ToClass.key())
    };
    let plain = |t: &Told| -> Vec<(String, String)> {
        t.asked().filter(|(k, _)| counts(k)).map(|(k, v)| (k.to_owned(), v.to_owned())).collect()
    };
    let wanted = plain(told);
    let all = store.applications(&Which::Of(r.id))?;
    for a in all.into_iter().filter(|a| a.spec == spec && plain(&a.told) == wanted) {
        let is_last = || -> Result<bool, Failure> {
            let last = store.changes_of(r.id)?.pop();
            Ok(a.phase == Phase::Done
                && last.is_some_and(|m| m.application.as_deref() == Some(a.id.as_str())))
        };
        if a.phase.is_open() || is_last()? {
            return Ok(Some(a));
        }
    }
    Ok(None)
}

/// Opens what was planned, in one batch; none where nothing is left to open.
pub fn apply(
    store: &mut Store,
    session: &Session,
    opening: &mut Opening,
    progress: &mut dyn FnMut(u64),
) -> Result<Option<i64>, Failure> {
    if opening.plans.is_empty() {
        return Ok(None);
    }
    let directory = store.directory()?;
    let mut writing = store.write(&session.act, Some(opening.tail))?;
    let batch = writing.open_batch("change", &format!("名单 {}", opening.asked.list.file), None)?;
    for (counter, (index, plan)) in (0u32..).zip(&opening.plans) {
        let application = new_application(session, plan, counter);
        let scene = write::Scene { directory: &directory, session, counter };
        let mut draft = entry(&writing, &scene, &application, plan.registration.as_ref())?;
        draft.source = format!("{} 第 {} 行", opening.asked.list.file, opening.lines[*index].row);
        writing.append(&draft)?;
        opening.lines[*index].application = application.id.to_string();
        progress(u64::from(counter));
    }
    writing.close_batch(&format!(r#"{{"applications":{}}}"#, opening.plans.len()))?;
    writing.commit()?;
    Ok(Some(batch))
}
