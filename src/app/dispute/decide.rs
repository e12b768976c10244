//! The decision of a dispute: each registration kept, corrected or removed, the marks cleared, the pair's verdict written.

use std::collections::HashSet;

use crate::model::change::{correction, removal};
use crate::model::dispute::rule::{self, Objection};
use crate::model::dispute::{DECIDED_FROM, Decision, OUTCOME, Outcome};
use crate::model::evidence::Subject;
use crate::model::flag::Flag;
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Tail, Value, Write};
use crate::model::record_table::{CHANGE, DISPUTE, ENROLLMENT, FLAG, NUMBER, PARTY, STUDENT, SUSPECT};
use crate::model::registration::student_row;
use crate::model::status::Status;
use crate::model::suspect;
use crate::store::Store;
use crate::store::application::Asked as Open;
use crate::store::journal::Writing;
use crate::store::lookup::Pending;

use super::recheck::{self, Corrected};
use super::{Case, Side};
use crate::app::evidence::{self, Paper};
use crate::app::failure::{Failure, Refusal};
use crate::app::session::Session;
use crate::app::{approve, scan};

/// Columns of the student and enrollment tables that a removal writes.
const STATUS: usize = 8;
const NUMBER_COLUMN: usize = 9;
const UNTIL: usize = 5;
/// The column of a number's last day.
const NUMBER_UNTIL: usize = 3;

/// What is to be decided.
pub struct Asked {
    /// In the order of the parties.
    pub outcomes: Vec<Outcome>,
    pub reason: String,
    pub waiver: Option<String>,
    pub papers: Vec<Paper>,
    /// The level above decided: it held both sides against the rules, and nobody here does so again.
    pub is_verdict: bool,
}

/// A decision that may be made.
pub struct Planned {
    case: Case,
    asked: Asked,
    corrected: Vec<Option<Corrected>>,
    /// The lines that hold the later registration back from approval.
    waiting: Vec<Pending>,
    open_elsewhere: HashSet<StudentId>,
    pub next_step: Option<String>,
    tail: Tail,
}

impl From<Objection> for Refusal {
    fn from(objection: Objection) -> Refusal {
        Refusal::new(objection.reason, objection.remedy)
    }
}

/// Plans a decision; refused with every reason against it.
pub fn plan(store: &Store, session: &Session, case: Case, asked: Asked) -> Result<Planned, Failure> {
    let tail = store.tail()?;
    if let Some(decision) = &case.dispute.decision {
        let reason = format!("{} 已由 {} 于 {} 作出决定。", case.dispute.id, decision.by, decision.on);
        let remedy = "要改决定，请先用 xueji batch list 找到那一批并 xueji batch undo 撤销。";
        return Err(Refusal::new(reason, remedy).into());
    }
    if asked.outcomes.len() != case.sides.len() {
        let reason = format!(
            "{} 有 {} 个学籍，决定了 {} 个。",
            case.dispute.id,
            case.sides.len(),
            asked.outcomes.len()
        );
        return Err(Refusal::new(
            reason,
            "有甲、乙两方的，--one 和 --other 都要写；只有一个学籍的，只写 --one。",
        )
        .into());
    }
    let ruled = ruled(&case, &asked, session);
    let mut reasons: Vec<Refusal> = match asked.is_verdict {
        true => Vec::new(),
        false => rule::objections(&ruled).into_iter().map(Refusal::from).collect(),
    };
    let next_step = rule::next_step(&ruled);
    let mut corrected = Vec::new();
    for (side, outcome) in case.sides.iter().zip(&asked.outcomes) {
        if side.registration.status == Status::Removed {
            let reason = format!("{}的学籍已经删除。", side.called());
            reasons.push(Refusal::new(reason, "请撤销删除它的那一批，或撤销本件的受理。"));
        }
        if *outcome == Outcome::Remove {
            for open in store.applications(&Open::OpenOf(side.party.student))? {
                let reason = format!("{}有在办的申请：{}（{}）。", side.called(), open.id, open.spec.name);
                reasons.push(Refusal::new(reason, "请先办结或撤销这份申请，再决定删除。"));
            }
        }
        corrected.push(match outcome {
            Outcome::Correct => recheck_claim(store, session, &case, &asked, side, &mut reasons)?,
            Outcome::Keep | Outcome::Remove => None,
        });
    }
    if let [Some(one), Some(other)] = corrected.as_slice()
        && (same(&one.keys.document, &other.keys.document) || same(&one.keys.identity, &other.keys.identity))
    {
        let reason = "两方更正后的身份证件号（或无证件的三项信息）仍然相同。";
        reasons.push(Refusal::new(reason, "请核对双方原件。"));
    }
    if !reasons.is_empty() {
        return Err(Failure::Refused(reasons));
    }
    let waiting = waiting(store, &case, &asked)?;
    let mut open_elsewhere = HashSet::new();
    for side in &case.sides {
        if store.open_disputes_of(side.party.student)?.iter().any(|d| *d != case.dispute.id) {
            open_elsewhere.insert(side.party.student);
        }
    }
    Ok(Planned { case, asked, corrected, waiting, open_elsewhere, next_step, tail })
}

fn same(a: &str, b: &str) -> bool {
    !a.is_empty() && a == b
}

fn ruled<'a>(case: &'a Case, asked: &Asked, session: &'a Session) -> rule::Case<'a> {
    let sides = case.sides.iter().zip(&asked.outcomes);
    rule::Case {
        kind: case.dispute.kind,
        level: case.level,
        sides: sides
            .map(|(side, outcome)| rule::Side {
                name: side.called(),
                claim: side.claim().map(|(claim, _)| claim),
                papers: side.claim().map_or(0, |(_, papers)| papers.len()),
                outcome: *outcome,
            })
            .collect(),
        decided_by: &session.act.actor,
        papers: asked.papers.len(),
        has_waiver: asked.waiver.is_some(),
    }
}

/// The checks and the duplicate rules once more: what was right when it was claimed may not be so any more.
fn recheck_claim(
    store: &Store,
    session: &Session,
    case: &Case,
    asked: &Asked,
    side: &Side,
    reasons: &mut Vec<Refusal>,
) -> Result<Option<Corrected>, Failure> {
    let Some((claim, _)) = side.claim().filter(|(c, _)| !c.values.is_empty()) else { return Ok(None) };
    // The other party counts as it will be: gone, or compared corrected.
    let others = case.sides.iter().zip(&asked.outcomes).filter(|(_, outcome)| **outcome != Outcome::Keep);
    let apart = others.map(|(s, _)| s.party.student).collect();
    match recheck::corrected(store, &side.registration, &claim.values, session.act.today, &apart)? {
        Ok(corrected) => Ok(Some(corrected)),
        Err(why) => {
            reasons.extend(why);
            Ok(None)
        }
    }
}

/// The open lines of the pair, where the later registration stays.
fn waiting(store: &Store, case: &Case, asked: &Asked) -> Result<Vec<Pending>, Failure> {
    match (case.sides.as_slice(), asked.outcomes.as_slice()) {
        ([one, other], [_, outcome]) if *outcome != Outcome::Remove => {
            scan::held_lines(store, one.party.student, other.party.student, true)
        }
        _ => Ok(Vec::new()),
    }
}

/// Makes the decision; the batch by which it can be undone.
pub fn apply(store: &mut Store, session: &Session, planned: &Planned) -> Result<i64, Failure> {
    let (case, asked) = (&planned.case, &planned.asked);
    let suspects = store.suspects()?;
    let mut writing = store.write(&session.act, Some(planned.tail))?;
    let words: Vec<String> = case
        .sides
        .iter()
        .zip(&asked.outcomes)
        .map(|(side, outcome)| format!("{}{}", side.name, outcome.label()))
        .collect();
    let title = format!("{} 的决定：{}", case.dispute.id, words.join("，"));
    let batch = writing.open_batch("dispute", &title, None)?;
    for (at, side) in case.sides.iter().enumerate() {
        let mut writes = of_party(&writing, session, planned, at)?;
        if at == 0 {
            writes.extend(of_dispute(&mut writing, session, planned)?);
        }
        if at + 1 == case.sides.len() {
            writes.extend(verdict(session, planned, &suspects));
            let text = asked.reason.as_str();
            writes.extend(approve::explained(side.party.student, &planned.waiting, text).writes);
        }
        writing.append(&Draft {
            change: "dispute_decided",
            student: Some(side.party.student),
            text: asked.reason.clone(),
            writes,
            ..Draft::default()
        })?;
    }
    let count = |wanted| asked.outcomes.iter().filter(|o| **o == wanted).count();
    writing.close_batch(&format!(
        r#"{{"kept":{},"corrected":{},"removed":{}}}"#,
        count(Outcome::Keep),
        count(Outcome::Correct),
        count(Outcome::Remove)
    ))?;
    writing.commit()?;
    Ok(batch)
}

fn of_dispute(writing: &mut Writing, session: &Session, planned: &Planned) -> Result<Vec<Write>, Failure> {
    let (dispute, asked, act) = (&planned.case.dispute, &planned.asked, &session.act);
    let decision = Decision {
        reason: asked.reason.clone(),
        waiver: asked.waiver.clone(),
        by: act.actor.clone(),
        on: act.today.to_string(),
    };
    let set = decision.values().into_iter().enumerate().filter(|(_, value)| *value != Value::Null);
    let set = set.map(|(i, value)| (DECIDED_FROM + i, Value::Null, value)).collect();
    let mut writes = vec![Write::Update { table: &DISPUTE, key: vec![Value::Text(dispute.id.clone())], set }];
    writes.extend(evidence::writes(writing, &Subject::Dispute(dispute.id.clone()), &asked.papers)?);
    Ok(writes)
}

/// What the decision writes of one party.
fn of_party(
    writing: &Writing,
    session: &Session,
    planned: &Planned,
    at: usize,
) -> Result<Vec<Write>, Failure> {
    let (dispute, side, outcome) =
        (&planned.case.dispute, &planned.case.sides[at], planned.asked.outcomes[at]);
    let student = Value::Id(side.party.student);
    let mut writes = vec![Write::Update {
        table: &PARTY,
        key: vec![Value::Text(dispute.id.clone()), Value::Int(at as i64 + 1)],
        set: vec![(OUTCOME, Value::Null, Value::Text(outcome.key().to_owned()))],
    }];
    // Nothing hangs over a registration that is removed; the mark stays while another dispute is open.
    let clears: &[Flag] = match outcome {
        Outcome::Remove => removal::SPEC.clears,
        Outcome::Keep | Outcome::Correct => &[Flag::Disputed],
    };
    for flag in clears {
        let elsewhere = *flag == Flag::Disputed && planned.open_elsewhere.contains(&side.party.student);
        let key = [student.clone(), Value::Text(flag.key().to_owned())];
        if !elsewhere && let Some(row) = writing.row(&FLAG, &key)? {
            writes.push(Write::Delete { table: &FLAG, row });
        }
    }
    match outcome {
        Outcome::Keep => {}
        Outcome::Correct => writes.extend(correction(writing, session, planned, at)?),
        Outcome::Remove => writes.extend(removal(writing, session, planned, at)?),
    }
    Ok(writes)
}

/// The registration as it stands in its table.
fn row_of(writing: &Writing, side: &Side) -> Result<Vec<Value>, Failure> {
    let row = writing.row(&STUDENT, &[Value::Id(side.party.student)])?;
    row.ok_or_else(|| Refusal::new("学籍库中没有这名学生。", "请用 xueji audit verify 核查。").into())
}

/// The key fields change; the registry number does not: it is for life (2013, Art. 5).
fn correction(
    writing: &Writing,
    session: &Session,
    planned: &Planned,
    at: usize,
) -> Result<Vec<Write>, Failure> {
    let side = &planned.case.sides[at];
    let Some(corrected) = &planned.corrected[at] else { return Ok(Vec::new()) };
    let before = row_of(writing, side)?;
    let registration = &side.registration;
    let mut after =
        student_row(registration.id, &corrected.record, &corrected.keys, registration.status, None);
    // Only the key fields and what they are compared by; all else stays to the letter.
    after[STATUS..].clone_from_slice(&before[STATUS..]);
    let changed = before.into_iter().zip(after).enumerate().filter(|(_, (a, b))| a != b);
    let set: Vec<(usize, Value, Value)> = changed.map(|(i, (a, b))| (i, a, b)).collect();
    let mut writes = Vec::new();
    if !set.is_empty() {
        writes.push(Write::Update { table: &STUDENT, key: vec![Value::Id(registration.id)], set });
    }
    writes.push(change(writing, session, planned, at, registration.status)?);
    Ok(writes)
}

/// The registration ends and stays visible; its number is nobody's from today, and never issued again.
fn removal(
    writing: &Writing,
    session: &Session,
    planned: &Planned,
    at: usize,
) -> Result<Vec<Write>, Failure> {
    let side = &planned.case.sides[at];
    let registration = &side.registration;
    let today = Value::Text(session.act.today.to_string());
    let row = row_of(writing, side)?;
    let mut set = vec![(STATUS, row[STATUS].clone(), Value::Text(Status::Removed.key().to_owned()))];
    let mut writes = Vec::new();
    if row[NUMBER_COLUMN] != Value::Null {
        set.push((NUMBER_COLUMN, row[NUMBER_COLUMN].clone(), Value::Null));
        writes.push(Write::Update {
            table: &NUMBER,
            key: vec![row[NUMBER_COLUMN].clone()],
            set: vec![(NUMBER_UNTIL, Value::Null, today.clone())],
        });
    }
    writes.insert(0, Write::Update { table: &STUDENT, key: vec![Value::Id(registration.id)], set });
    if registration.until.is_none() {
        writes.push(Write::Update {
            table: &ENROLLMENT,
            key: vec![Value::Id(registration.id), Value::Int(registration.ordinal)],
            set: vec![(UNTIL, Value::Null, today)],
        });
    }
    writes.push(change(writing, session, planned, at, Status::Removed)?);
    Ok(writes)
}

/// The dated change, so that any day's state can be told.
fn change(
    writing: &Writing,
    session: &Session,
    planned: &Planned,
    at: usize,
    status: Status,
) -> Result<Write, Failure> {
    let registration = &planned.case.sides[at].registration;
    let text = |t: &str| Value::Text(t.to_owned());
    let id = Value::Id(registration.id);
    let removed = status == Status::Removed;
    let place = |t: &str| if removed { Value::Null } else { text(t) };
    let (school, class) = (registration.school.as_str(), registration.class_number.as_str());
    let row = vec![
        id.clone(),
        Value::Int(writing.next_change(registration.id)?),
        text(if removed { removal::SPEC.kind } else { correction::SPEC.kind }),
        text(&session.act.today.to_string()),
        text(registration.status.key()),
        text(status.key()),
        text(school),
        text(class),
        place(school),
        place(class),
        Value::Null,
        Value::Text(format!("问题学籍 {}：{}", planned.case.dispute.id, planned.asked.reason)),
        Value::Null,
    ];
    Ok(Write::Insert { table: &CHANGE, row })
}

/// The verdict on the pair that the dispute came from: one child where a registration was removed, two where none was.
fn verdict(session: &Session, planned: &Planned, suspects: &[suspect::Suspect]) -> Option<Write> {
    let id = planned.case.dispute.suspect.as_ref()?;
    let pair = suspects.iter().find(|s| s.id == *id)?;
    let act = &session.act;
    let decision = suspect::Decision {
        is_same: planned.asked.outcomes.contains(&Outcome::Remove),
        reason: planned.asked.reason.clone(),
        by: act.actor.clone(),
        on: act.today.to_string(),
    };
    let before = pair.decision.as_ref().map_or([const { Value::Null }; 4], suspect::Decision::values);
    let pairs = before.into_iter().zip(decision.values()).enumerate().filter(|(_, (a, b))| a != b);
    let set: Vec<_> = pairs.map(|(i, (a, b))| (suspect::DECIDED_FROM + i, a, b)).collect();
    (!set.is_empty()).then(|| Write::Update { table: &SUSPECT, key: vec![Value::Text(id.clone())], set })
}
