//! 转办: a transfer between two counties, each with its own application, steps and clock; the level above carries over
//! what one side did to the other, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::application::{Application, Phase};
use crate::model::change::input::Input;
use crate::model::change::step::{Act, Party};
use crate::model::change::{transfer_in, transfer_out};
use crate::model::message::{self, Message, State};
use crate::store::Store;
use crate::upstream::postgres::block::Whose;
use crate::upstream::postgres::look::Standing;
use crate::upstream::postgres::{Database, Target};

use crate::app::change::clock::{self, Clockwork, Due};
use crate::app::failure::{Failure, Refusal};
use crate::app::loaded;
use crate::app::session::Session;
use crate::model::school::Directory;

use super::letter::{self, Letter};
use super::line::retried;
use super::reach::Reach;

/// The word for what was returned being sent again: no act of a party.
pub const RESUBMIT: &str = "resubmit";

/// A transfer between two offices below.
pub struct Transfer {
    /// The receiving office and its application.
    pub receiving: (String, Application),
    /// The sending office, and its application once it has one.
    pub sending: (String, Option<Application>),
    /// Why it can't be carried over.
    pub problem: Option<Refusal>,
    pub due: Due,
}

impl Transfer {
    /// The side whose turn it is, and its application.
    pub fn turn(&self) -> &Application {
        match &self.sending.1 {
            Some(sending) if self.receiving.1.turn().is_some_and(|s| is_sending(s.party)) => sending,
            _ => &self.receiving.1,
        }
    }
}

/// What a run found and sent.
pub struct Routed {
    pub batch: Option<i64>,
    pub letters: usize,
    /// Those that are not over on both sides.
    pub open: Vec<Transfer>,
}

fn is_sending(party: Party) -> bool {
    matches!(party, Party::SendingSchool | Party::SendingAuthority)
}

/// Every application for a transfer between registries, by name: of the receiving side and of the sending side.
struct Known {
    incoming: Vec<(String, Application)>,
    outgoing: BTreeMap<String, (String, Application)>,
    schools: Vec<Standing>,
}

fn known(target: &Target) -> Result<Known, Failure> {
    let (all, schools) = retried(|| {
        let mut database = Database::open(target)?.0;
        let kinds = [transfer_in::SPEC.kind, transfer_out::SPEC.kind];
        Ok((database.applications(&kinds)?, database.schools()?))
    })?;
    let (mut incoming, mut outgoing) = (Vec::new(), BTreeMap::new());
    for (origin, application) in all {
        if application.spec.kind == transfer_in::SPEC.kind {
            incoming.push((origin, application));
        } else {
            outgoing.insert(application.id.to_string(), (origin, application));
        }
    }
    Ok(Known { incoming, outgoing, schools })
}

/// Pairs of registrations of one child that has moved: entered on one side, and the other side has not read so yet.
pub fn in_transit(target: &Target) -> Result<BTreeSet<(Whose, Whose)>, Failure> {
    let known = known(target)?;
    let mut all = BTreeSet::new();
    for (origin, application) in &known.incoming {
        let Some((other, sending)) = known.outgoing.get(application.id.as_str()) else { continue };
        if let (Some(one), Some(two), Phase::Done) = (application.student, sending.student, application.phase)
            && sending.phase.is_open()
        {
            let mut pair =
                [Whose { origin: origin.clone(), id: one }, Whose { origin: other.clone(), id: two }];
            pair.sort();
            let [one, two] = pair;
            all.insert((one, two));
        }
    }
    Ok(all)
}

/// Carries over what is new of every transfer, and tells which are still open.
pub fn run(store: &mut Store, session: &Session, target: &Target) -> Result<Routed, Failure> {
    let mut known = known(target)?;
    let sent = Sent::of(store, target)?;
    let calendar = loaded::calendar(store)?;
    let rules = loaded::rules(store)?;
    let directory = Directory::default();
    let today = session.act.today;
    let by = Clockwork { calendar, directory: &directory, rules: rules.as_ref(), today };
    let (mut letters, mut open) = (Vec::new(), Vec::new());
    for (origin, application) in std::mem::take(&mut known.incoming) {
        let Some(other) = sending_office(&known, &origin, &application) else { continue };
        let sending = known.outgoing.remove(application.id.as_str()).filter(|(o, _)| *o == other);
        let sending = sending.map(|(_, sending)| sending);
        let mut going = Going { target, schools: &known.schools, sent: &sent, letters: &mut letters };
        let problem = going.carry((&origin, &application), (&other, sending.as_ref()))?;
        let over = |a: &Application| !a.phase.is_open();
        if over(&application) && sending.as_ref().is_none_or(over) && problem.is_none() {
            continue;
        }
        let mut transfer =
            Transfer { receiving: (origin, application), sending: (other, sending), problem, due: Due::None };
        transfer.due = clock::due(transfer.turn(), &by);
        open.push(transfer);
    }
    let title = format!("转办跨单位转学的来往 {} 封", letters.len());
    let batch = letter::write(store, session, &title, &letters)?;
    Ok(Routed { batch, letters: letters.len(), open })
}

/// The office that has the school the pupil comes from, if it is one of those below.
fn sending_office(known: &Known, receiving: &str, application: &Application) -> Option<String> {
    if let Some((origin, _)) = known.outgoing.get(application.id.as_str()) {
        return Some(origin.clone());
    }
    let (school, authority) =
        (application.told.get(Input::OtherSchool), application.told.get(Input::OtherAuthority));
    let mut found: Vec<&Standing> = known
        .schools
        .iter()
        .filter(|s| s.origin != receiving && (s.code == school || s.name == school))
        .collect();
    if found.len() > 1 {
        found.retain(|s| s.authority == authority);
    }
    match found.as_slice() {
        [one] => Some(one.origin.clone()),
        _ => None,
    }
}

type Acts = BTreeMap<(String, String), Vec<(String, Option<Message>)>>;

/// What was carried over before, and what became of it.
struct Sent {
    /// Of each reader and application, every act in order: party and act, and the letter as it stands below.
    acts: Acts,
}

impl Sent {
    fn of(store: &Store, target: &Target) -> Result<Sent, Failure> {
        let below: BTreeMap<(String, i64), Message> = Reach(Some(target))
            .received(store)?
            .into_iter()
            .map(|(_, m)| ((m.stream.clone(), m.number), m))
            .collect();
        let mut acts = Acts::new();
        let kinds = [message::TRANSFER_ASKED, message::TRANSFER_DECIDED];
        for m in store.messages_in(State::Sent)?.into_iter().filter(|m| kinds.contains(&m.kind.as_str())) {
            let key = (m.parties().1.to_owned(), m.get("application").to_owned());
            let became = below.get(&(m.stream.clone(), m.number)).cloned();
            acts.entry(key).or_default().push((mark(m.get("party"), m.get("act")), became));
        }
        Ok(Sent { acts })
    }

    fn to(&self, reader: &str, application: &Application) -> &[(String, Option<Message>)] {
        let key = (reader.to_owned(), application.id.to_string());
        self.acts.get(&key).map_or(&[], Vec::as_slice)
    }

    /// How often an act was carried over to a reader.
    fn count(&self, reader: &str, application: &Application, mark: &str) -> usize {
        self.to(reader, application).iter().filter(|(m, _)| m == mark).count()
    }
}

fn mark(party: &str, act: &str) -> String {
    format!("{party} {act}")
}

/// What goes on with one transfer.
struct Going<'a> {
    target: &'a Target,
    schools: &'a [Standing],
    sent: &'a Sent,
    letters: &'a mut Vec<Letter>,
}

impl Going<'_> {
    fn carry(
        &mut self,
        (receiving, application): (&str, &Application),
        (sending, other): (&str, Option<&Application>),
    ) -> Result<Option<Refusal>, Failure> {
        let Some(other) = other else {
            return self.begin(receiving, application, sending);
        };
        // What each side decided for its own parties, where the other side does not have it yet.
        self.mirror(application, (sending, other), |party| !is_sending(party))?;
        self.mirror(other, (receiving, application), is_sending)?;
        let returned = mark(turn_key(other), Act::Return.key());
        let told = self.sent.count(receiving, application, &returned);
        let again = self.sent.count(sending, other, &mark("", RESUBMIT));
        match (application.phase, other.phase) {
            (Phase::Open, Phase::Returned)
                if told == again && (again == 0 || self.is_done(sending, other, &mark("", RESUBMIT))) =>
            {
                let reason = retried(|| {
                    Ok(Database::open(self.target)?.0.last_reason((sending, other.id.as_str()))?)
                })?;
                self.tell(receiving, application, (turn_key(other), Act::Return.key()), &reason, None)?;
            }
            (Phase::Open, Phase::Returned) if self.is_done(receiving, application, &returned) => {
                self.tell(sending, other, ("", RESUBMIT), "", None)?;
            }
            (Phase::Retracted, phase)
                if phase.is_open() && self.sent.count(sending, other, &mark("", Act::Retract.key())) == 0 =>
            {
                self.tell(sending, other, ("", Act::Retract.key()), "", None)?;
            }
            _ => {}
        }
        Ok(self.refused(receiving, sending, application))
    }

    /// The sending side has no application yet: it gets one when it is its turn.
    fn begin(
        &mut self,
        receiving: &str,
        application: &Application,
        sending: &str,
    ) -> Result<Option<Refusal>, Failure> {
        let is_turn =
            application.phase == Phase::Open && application.turn().is_some_and(|step| is_sending(step.party));
        if !is_turn {
            return Ok(None);
        }
        let asked = mark("", "ask");
        let returned = mark(turn_key(application), Act::Return.key());
        let told = self.sent.count(receiving, application, &returned);
        match self.sent.to(sending, application).iter().rev().find(|(m, _)| *m == asked) {
            // It can't be taken up there: that is a return, once for every asking.
            Some((_, Some(m))) if m.state == State::Refused => {
                let asked = self.sent.count(sending, application, &asked);
                if told < asked {
                    let reason = format!("转出方不能受理：{}", m.outcome);
                    self.tell(
                        receiving,
                        application,
                        (turn_key(application), Act::Return.key()),
                        &reason,
                        None,
                    )?;
                    return Ok(None);
                }
                if !self.is_done(receiving, application, &returned) {
                    return Ok(None);
                }
            }
            Some(_) => return Ok(None),
            None => {}
        }
        let Some(pupil) = self.pupil(sending, application)? else {
            let reason = "转出方的学校表有这所学校，而没有学籍号相同的在籍学生。";
            return Ok(Some(Refusal::new(reason, "请转入方核对该生的学籍号，退回改正后再送。")));
        };
        let letter = self.asking(receiving, application, sending, pupil)?;
        self.letters.push(letter);
        for step in application.steps.iter().filter(|s| !is_sending(s.party)) {
            if let Some(decision) = &step.decision {
                let act = (step.party.key(), decision.act.key());
                let said = Some((decision.by.as_str(), decision.on));
                self.tell(sending, application, act, &decision.reason, said)?;
            }
        }
        Ok(None)
    }

    /// The letter that asks the sending office for a pupil.
    fn asking(
        &self,
        receiving: &str,
        application: &Application,
        sending: &str,
        pupil: Whose,
    ) -> Result<Letter, Failure> {
        let told = &application.told;
        let school = told.get(Input::ToSchool);
        let receiver = self.schools.iter().find(|s| s.origin == receiving && s.code == school);
        let (name, authority, division) = receiver
            .map_or_else(Default::default, |s| (s.name.as_str(), s.authority.as_str(), s.division.as_str()));
        Ok(Letter {
            to: sending.to_owned(),
            via: self.through(sending)?,
            kind: message::TRANSFER_ASKED,
            pupil: Some(pupil.id),
            body: vec![
                ("application", application.id.to_string()),
                ("act", "ask".to_owned()),
                ("party", String::new()),
                ("by", application.opened_by.clone()),
                ("school", school.to_owned()),
                ("authority", authority.to_owned()),
                ("division", division.to_owned()),
                ("note", told.get(Input::Note).to_owned()),
                ("text", format!("{authority}{name}申请转入本单位的学生，请转出学校和主管部门核办。")),
            ],
        })
    }

    /// The pupil of the sending office that has the number the application tells.
    fn pupil(&self, sending: &str, application: &Application) -> Result<Option<Whose>, Failure> {
        let Some(number) = application.number() else { return Ok(None) };
        let found = retried(|| Ok(Database::open(self.target)?.0.present(sending, &number)?))?;
        Ok(found.map(|id| Whose { origin: sending.to_owned(), id }))
    }

    fn mirror(
        &mut self,
        from: &Application,
        (reader, to): (&str, &Application),
        is_own: impl Fn(Party) -> bool,
    ) -> Result<(), Failure> {
        for step in from.steps.iter().filter(|s| is_own(s.party)) {
            let Some(decision) = &step.decision else { continue };
            let there = to.steps.iter().find(|s| s.party == step.party && s.decision.is_some());
            let act = (step.party.key(), decision.act.key());
            if there.is_none() && self.sent.count(reader, to, &mark(act.0, act.1)) == 0 {
                let said = Some((decision.by.as_str(), decision.on));
                self.tell(reader, to, act, &decision.reason, said)?;
            }
        }
        Ok(())
    }

    fn tell(
        &mut self,
        reader: &str,
        application: &Application,
        (party, act): (&str, &str),
        reason: &str,
        said: Option<(&str, jiff::civil::Date)>,
    ) -> Result<(), Failure> {
        let via = self.through(reader)?;
        let label = Act::from_key(act).map_or("再次送出", Act::label);
        let who = Party::parse(party).map_or("转入方", Party::label);
        self.letters.push(Letter {
            to: reader.to_owned(),
            via,
            kind: message::TRANSFER_DECIDED,
            pupil: None,
            body: vec![
                ("application", application.id.to_string()),
                ("party", party.to_owned()),
                ("act", act.to_owned()),
                ("reason", reason.to_owned()),
                ("by", said.map_or_else(String::new, |(by, _)| by.to_owned())),
                ("on", said.map_or_else(String::new, |(_, on)| on.to_string())),
                ("text", format!("转学 {}：{who}{label}。{reason}", application.id)),
            ],
        });
        Ok(())
    }

    fn through(&self, reader: &str) -> Result<String, Failure> {
        retried(|| Ok(Database::open(self.target)?.0.through(reader)?))
    }

    fn is_done(&self, reader: &str, application: &Application, mark: &str) -> bool {
        let last = self.sent.to(reader, application).iter().rev().find(|(m, _)| m == mark);
        last.is_some_and(|(_, m)| m.as_ref().is_some_and(|m| m.state == State::Done))
    }

    /// What a side could not do of what it was told.
    fn refused(&self, receiving: &str, sending: &str, application: &Application) -> Option<Refusal> {
        let both = [receiving, sending].into_iter().flat_map(|reader| self.sent.to(reader, application));
        let refused = both.filter_map(|(_, m)| m.as_ref()).find(|m| m.state == State::Refused)?;
        let reason = format!("{}未能照办：{}", refused.parties().1, refused.outcome);
        Some(Refusal::new(reason, "请该单位改正后用 xueji sync message apply 再办。"))
    }
}

fn turn_key(application: &Application) -> &'static str {
    application.turn().map_or("", |step| step.party.key())
}
