//! 申请: a change asked for, its steps, whose turn it is, and what a decision makes of it. Pure: no clock, no SQL.

use jiff::civil::Date;

use super::actor;
use super::change::input::Told;
use super::change::step::{Act, Party, Planned, Route};
use super::change::{Spec, spec};
use super::field::Field;
use super::id::{ApplicationId, StudentId};
use super::journal::{Value, object_of_texts};
use super::refused::Refused;
use super::registry_number::RegistryNumber;

/// Where an application stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Phase {
    /// 在办: somebody's turn.
    Open,
    /// 退回: back with those who asked.
    Returned,
    /// 办结.
    Done,
    /// 驳回.
    Rejected,
    /// 撤销.
    Retracted,
}

/// Every phase: machine key and name for people.
pub const PHASES: &[(Phase, &str, &str)] = &[
    (Phase::Open, "open", "在办"),
    (Phase::Returned, "returned", "退回"),
    (Phase::Done, "done", "办结"),
    (Phase::Rejected, "rejected", "驳回"),
    (Phase::Retracted, "retracted", "撤销"),
];

impl Phase {
    fn row(self) -> &'static (Phase, &'static str, &'static str) {
        PHASES.iter().find(|r| r.0 == self).expect("every phase has a row")
    }

    /// The machine key.
    pub fn key(self) -> &'static str {
        self.row().1
    }

    /// The name for people.
    pub fn label(self) -> &'static str {
        self.row().2
    }

    /// From the machine key.
    pub fn from_key(key: &str) -> Option<Phase> {
        PHASES.iter().find(|r| r.1 == key).map(|r| r.0)
    }

    /// Whether something may still be decided.
    pub fn is_open(self) -> bool {
        matches!(self, Phase::Open | Phase::Returned)
    }
}

/// What a party decided.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Decision {
    pub act: Act,
    pub reason: String,
    pub on: Date,
    pub by: String,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Step {
    pub party: Party,
    pub office: String,
    /// The day it became this party's turn: its clock runs from here (R§10).
    pub arrived_on: Option<Date>,
    pub decision: Option<Decision>,
}

/// A change asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    pub id: ApplicationId,
    pub spec: &'static Spec,
    /// None while a pupil from another registry has no registration here.
    pub student: Option<StudentId>,
    pub phase: Phase,
    pub opened_on: Date,
    pub opened_by: String,
    pub closed_on: Option<Date>,
    pub told: Told,
    pub steps: Vec<Step>,
}

/// What somebody wants to decide.
#[derive(Clone, Debug)]
pub struct Deciding<'a> {
    pub act: Act,
    /// For which party; the clerk says it, so that a consent given twice is not the next party's.
    pub party: Option<Party>,
    pub reason: &'a str,
    pub actor: &'a str,
    pub on: Date,
}

impl Application {
    /// A new one, its first step begun.
    pub fn open(
        id: ApplicationId,
        spec: &'static Spec,
        student: Option<StudentId>,
        told: Told,
        steps: Vec<Planned>,
        (actor, today): (&str, Date),
    ) -> Application {
        let step = |(i, p): (usize, Planned)| Step {
            party: p.party,
            office: p.office,
            arrived_on: (i == 0).then_some(today),
            decision: None,
        };
        Application {
            id,
            spec,
            student,
            phase: if steps.is_empty() { Phase::Done } else { Phase::Open },
            opened_on: today,
            opened_by: actor.to_owned(),
            closed_on: steps.is_empty().then_some(today),
            told,
            steps: steps.into_iter().enumerate().map(step).collect(),
        }
    }

    /// The step whose turn it is; none where the application is closed.
    pub fn turn(&self) -> Option<&Step> {
        if self.phase.is_open() { self.steps.get(self.at()) } else { None }
    }

    /// The ordinal of the first step without a consent.
    fn at(&self) -> usize {
        self.steps.iter().take_while(|s| s.decision.is_some()).count()
    }

    /// Whether everybody has consented and only the file is to be collected.
    pub fn awaits_collection(&self) -> bool {
        self.phase == Phase::Open && self.collects(self.at())
    }

    /// Whether the step is a transfer's last: the receiving school collects the file.
    fn collects(&self, at: usize) -> bool {
        at + 1 == self.steps.len() && self.steps[at].party == Party::ReceivingSchool
    }

    /// What a decision makes of the application, or everything that stands against it.
    pub fn decide(&self, d: &Deciding) -> Result<Application, Vec<Refused>> {
        let refused = self.refusals(d);
        if !refused.is_empty() {
            return Err(refused);
        }
        let mut next = self.clone();
        let at = self.at();
        match d.act {
            Act::Consent | Act::Collect => {
                next.steps[at].decision = Some(d.decision());
                match next.steps.get_mut(at + 1) {
                    Some(step) => step.arrived_on = Some(d.on),
                    None => next.close(Phase::Done, d.on),
                }
            }
            Act::Return => {
                next.phase = Phase::Returned;
                next.told.send_back(d.actor, &d.on.to_string(), d.reason);
            }
            Act::Reject => {
                next.steps[at].decision = Some(d.decision());
                next.close(Phase::Rejected, d.on);
            }
            Act::Retract => next.close(Phase::Retracted, d.on),
        }
        Ok(next)
    }

    /// Sent again after a return, perhaps with other inputs: the clock of the step begins anew.
    pub fn resubmit(&self, told: Told, on: Date) -> Result<Application, Vec<Refused>> {
        if self.phase != Phase::Returned {
            return Err(vec![Refused::Closed(self.phase)]);
        }
        let mut next = self.clone();
        next.phase = Phase::Open;
        next.told = told;
        let at = next.at();
        next.steps[at].arrived_on = Some(on);
        Ok(next)
    }

    fn close(&mut self, phase: Phase, on: Date) {
        self.phase = phase;
        self.closed_on = Some(on);
    }

    fn refusals(&self, d: &Deciding) -> Vec<Refused> {
        let Some(step) = self.turn() else { return vec![Refused::Closed(self.phase)] };
        let mut refused = Vec::new();
        if d.act == Act::Retract {
            let applicants: &[Party] = match self.spec.route {
                Route::Transfer => &[Party::ReceivingSchool],
                _ => &[Party::SchoolLeader, Party::SendingSchool],
            };
            let other = d.party.filter(|said| !applicants.contains(said));
            refused.extend(other.map(Refused::NotTheApplicant));
            let arrived = step.arrived_on.unwrap_or(self.opened_on);
            refused.extend((d.on < arrived).then_some(Refused::TooEarly(arrived)));
            return refused;
        }
        if self.phase == Phase::Returned {
            return vec![Refused::WithApplicant];
        }
        match d.party {
            None => refused.push(Refused::PartyNotSaid(step.party)),
            Some(said) if said != step.party => {
                refused.push(Refused::NotYourTurn { turn: step.party, said });
            }
            Some(_) => {}
        }
        match (d.act, self.collects(self.at())) {
            (Act::Collect, false) => refused.push(Refused::NotCollecting),
            (Act::Collect, true) => {}
            (_, true) => refused.push(Refused::OnlyCollecting),
            // The receiving school is the one that asked: it collects itself.
            (_, false) if actor::is_same(d.actor, &self.opened_by) => refused.push(Refused::SamePerson),
            (_, false) => {}
        }
        if matches!(d.act, Act::Reject | Act::Return) && d.reason.is_empty() {
            refused.push(Refused::NoReason(d.act));
        }
        let arrived = step.arrived_on.unwrap_or(self.opened_on);
        refused.extend((d.on < arrived).then_some(Refused::TooEarly(arrived)));
        refused
    }

    /// The registry number that a pupil from another registry brings.
    pub fn number(&self) -> Option<RegistryNumber> {
        let (_, number) = self.told.fields().find(|(key, _)| *key == Field::Number.key())?;
        RegistryNumber::parse(number).ok()
    }

    /// Its row.
    pub fn row(&self) -> Vec<Value> {
        let text = |t: &str| Value::Text(t.to_owned());
        vec![
            text(self.id.as_str()),
            text(self.spec.kind),
            self.student.map_or(Value::Null, Value::Id),
            text(self.phase.key()),
            Value::Text(self.opened_on.to_string()),
            text(&self.opened_by),
            self.closed_on.map_or(Value::Null, |d| Value::Text(d.to_string())),
            Value::Object(object_of_texts(self.told.iter().collect())),
        ]
    }

    /// Of its row and the rows of its steps; `None` where they are none of these tables.
    pub fn from_rows(row: &[Value], steps: &[Vec<Value>]) -> Option<Application> {
        let text = |at: usize| text_of(row.get(at)?);
        let told: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text(7)?).ok()?;
        let pairs = told.into_iter().map(|(k, v)| Some((k, v.as_str()?.to_owned())));
        Some(Application {
            id: ApplicationId::parse(&text(0)?)?,
            spec: spec(&text(1)?)?,
            student: match row.get(2)? {
                Value::Id(id) => Some(*id),
                _ => None,
            },
            phase: Phase::from_key(&text(3)?)?,
            opened_on: text(4)?.parse().ok()?,
            opened_by: text(5)?,
            closed_on: text(6).and_then(|d| d.parse().ok()),
            told: Told::from_pairs(pairs.collect::<Option<Vec<_>>>()?),
            steps: steps.iter().map(|s| Step::from_row(s)).collect::<Option<_>>()?,
        })
    }
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::Text(t) | Value::Object(t) => Some(t.clone()),
        _ => None,
    }
}

impl Deciding<'_> {
    fn decision(&self) -> Decision {
        Decision { act: self.act, reason: self.reason.to_owned(), on: self.on, by: self.actor.to_owned() }
    }
}

impl Step {
    /// Its row, the `ordinal`th of the application.
    pub fn row(&self, application: &ApplicationId, ordinal: usize) -> Vec<Value> {
        let text = |t: &str| Value::Text(t.to_owned());
        let day = |d: Option<Date>| d.map_or(Value::Null, |d| Value::Text(d.to_string()));
        let decision = self.decision.as_ref();
        vec![
            text(application.as_str()),
            Value::Int(ordinal as i64),
            text(self.party.key()),
            text(&self.office),
            day(self.arrived_on),
            decision.map_or(Value::Null, |d| text(d.act.key())),
            decision.map_or(Value::Null, |d| Value::text_or_null(&d.reason)),
            day(decision.map(|d| d.on)),
            decision.map_or(Value::Null, |d| text(&d.by)),
        ]
    }

    fn from_row(row: &[Value]) -> Option<Step> {
        let text = |at: usize| row.get(at).and_then(text_of);
        let decision = match text(5) {
            None => None,
            Some(act) => Some(Decision {
                act: Act::from_key(&act)?,
                reason: text(6).unwrap_or_default(),
                on: text(7)?.parse().ok()?,
                by: text(8)?,
            }),
        };
        Some(Step {
            party: Party::parse(&text(2)?)?,
            office: text(3)?,
            arrived_on: text(4).and_then(|d| d.parse().ok()),
            decision,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::change::step::{CHAIN, Sides};
    use super::super::change::transfer;
    use super::*;

    const DAY: Date = date(2026, 9, 18);

    fn transfer() -> Application {
        let sides = Sides {
            school: "2133010001",
            authority: "甲县教育局",
            to_school: "2133010002",
            to_authority: "乙县教育局",
            across_provinces: false,
        };
        let mut told = Told::default();
        told.put("to_school", "2133010002");
        let id = ApplicationId::parse("7K3F9QXA").unwrap();
        let student = Some(StudentId::new(1, 1, [1; 8]));
        Application::open(
            id,
            &transfer::SPEC,
            student,
            told,
            Route::Transfer.steps(&sides, CHAIN),
            ("王", DAY),
        )
    }

    fn by(act: Act, party: Party, actor: &str) -> Deciding<'_> {
        Deciding { act, party: Some(party), reason: "", actor, on: DAY }
    }

    #[test]
    fn four_parties_agree_in_their_order_and_the_receiving_school_collects() {
        let mut a = transfer();
        for party in [Party::ReceivingAuthority, Party::SendingSchool, Party::SendingAuthority] {
            assert_eq!(a.turn().map(|s| s.party), Some(party));
            assert_eq!(a.decide(&by(Act::Collect, party, "李")).unwrap_err(), [Refused::NotCollecting]);
            a = a.decide(&by(Act::Consent, party, "李")).unwrap();
            // Consenting again is not the next party's consent.
            let again = a.decide(&by(Act::Consent, party, "李")).unwrap_err();
            assert!(matches!(again[0], Refused::NotYourTurn { .. }), "{again:?}");
        }
        let receiving = Party::ReceivingSchool;
        assert_eq!(a.decide(&by(Act::Consent, receiving, "李")).unwrap_err(), [Refused::OnlyCollecting]);
        let done = a.decide(&by(Act::Collect, receiving, "王")).unwrap();
        assert_eq!((done.phase, done.closed_on, done.turn()), (Phase::Done, Some(DAY), None));
        let retract = done.decide(&by(Act::Retract, receiving, "王")).unwrap_err();
        assert_eq!(retract, [Refused::Closed(Phase::Done)], "not after it is finished (R§7.5)");
    }

    #[test]
    fn every_reason_against_a_decision_is_told_at_once() {
        let a = transfer();
        let decision = Deciding {
            act: Act::Reject,
            party: Some(Party::SendingSchool),
            reason: "",
            actor: "王",
            on: date(2026, 9, 17),
        };
        let turn = Party::ReceivingAuthority;
        assert_eq!(
            a.decide(&decision).unwrap_err(),
            [
                Refused::NotYourTurn { turn, said: Party::SendingSchool },
                Refused::SamePerson,
                Refused::NoReason(Act::Reject),
                Refused::TooEarly(DAY)
            ]
        );
        let nobody = Deciding { party: None, ..by(Act::Consent, turn, "李") };
        assert_eq!(a.decide(&nobody).unwrap_err(), [Refused::PartyNotSaid(turn)]);
    }

    #[test]
    fn what_is_returned_is_sent_again_with_a_new_clock_or_retracted() {
        let a = transfer();
        let back = Deciding { reason: "材料不齐", ..by(Act::Return, Party::ReceivingAuthority, "李") };
        let returned = a.decide(&back).unwrap();
        assert_eq!(returned.decide(&back).unwrap_err(), [Refused::WithApplicant]);
        let later = date(2026, 9, 25);
        let again = returned.resubmit(returned.told.clone(), later).unwrap();
        assert_eq!((again.phase, again.turn().unwrap().arrived_on), (Phase::Open, Some(later)));
        assert_eq!(a.resubmit(a.told.clone(), later).unwrap_err(), [Refused::Closed(Phase::Open)]);
        let other = by(Act::Retract, Party::SendingSchool, "王");
        assert_eq!(
            returned.decide(&other).unwrap_err(),
            [Refused::NotTheApplicant(Party::SendingSchool)],
            "only those who asked take it back"
        );
        let retract = by(Act::Retract, Party::ReceivingSchool, "王");
        assert_eq!(returned.decide(&retract).unwrap().phase, Phase::Retracted);
    }

    #[test]
    fn an_application_comes_back_from_its_rows() {
        let a = transfer().decide(&by(Act::Consent, Party::ReceivingAuthority, "李")).unwrap();
        let steps: Vec<_> = a.steps.iter().enumerate().map(|(i, s)| s.row(&a.id, i + 1)).collect();
        assert_eq!(Application::from_rows(&a.row(), &steps), Some(a));
        assert_eq!(Application::from_rows(&[Value::Null], &[]), None);
    }
}
