//! The rows of a plan that may be somebody the registry, or another row, already has: the engine's pairs beside those of
//! the official rules.

use crate::dedup;
use crate::dedup::verdict::{bits, likely};
use crate::model::field::Field;
use crate::model::finding::Finding;
use crate::roster::candidate::Candidate;
use crate::roster::code_cell::label;
use crate::store::Store;
use crate::store::lookup::Which;

use super::super::failure::Failure;
use super::super::matching::Newcomer;
use super::super::newcomers::{self, Met, Who};
use super::super::session::Session;
use super::{Other, Paired, Plan};

/// The first load of a registry is not compared from so many rows on: it would take a third as long again, and there is
/// nobody yet whom `dedup`, the next command, would not find as well.
const FIRST_LOAD: usize = 20_000;

/// Finds the pairs of a plan whose rows are all in. Each of the engine's is a finding that waits for a text.
pub fn find(plan: &mut Plan, store: &Store, session: &Session) -> Result<(), Failure> {
    if plan.admit.len() >= FIRST_LOAD && store.is_empty()? {
        plan.compared = false;
        return Ok(());
    }
    let since = session.act.today.to_string();
    let coming = plan.admit.iter().enumerate().map(|(i, a)| Newcomer {
        id: session.student_id(i as u32),
        record: &a.candidate.record,
        since: &since,
    });
    let coming: Vec<Newcomer> = coming.collect();
    let official = plan.admit.iter().enumerate().filter_map(|(i, a)| {
        let one = match a.other {
            Other::Nobody => return None,
            Other::Registered(id) => Who::Registered(id),
            Other::Planned(at) => Who::Newcomer(at),
        };
        Some((one, i, dedup::SAME_IDENTITY))
    });
    let official: Vec<(Who, usize, &str)> = official.collect();
    let meeting = newcomers::meet(store, &coming, &official)?;
    drop(coming);
    for met in meeting.met {
        let finding = if met.rule == dedup::LIKELY { Some(told(plan, store, &met)?) } else { None };
        let at = plan.pairs.len();
        let pairs = &mut plan.admit[met.other].pairs;
        let first = if *pairs == (0..0) { at } else { pairs.start };
        *pairs = first..at + 1;
        let one = match met.one {
            Who::Registered(id) => Other::Registered(id),
            Who::Newcomer(at) => Other::Planned(at),
        };
        let (other, rule, score, reasons) = (met.other, met.rule, met.score, met.reasons);
        plan.pairs.push(Paired { one, other, rule, score, reasons, finding });
    }
    Ok(())
}

/// Puts the finding of a pair behind all others; where it stands.
fn told(plan: &mut Plan, store: &Store, met: &Met) -> Result<usize, Failure> {
    let (score, verdict, who) = (bits(met.score), likely(met.score), where_is(plan, store, met.one)?);
    let message = format!("与{who}疑似同一学生（得分 {score}，{verdict}）。依据：{}。", met.reasons);
    let candidate = &plan.admit[met.other].candidate;
    plan.findings.push(finding(candidate, met.rule, Field::PupilName, message));
    Ok(plan.findings.len() - 1)
}

/// Where somebody is, in the words of a message.
fn where_is(plan: &Plan, store: &Store, who: Who) -> Result<String, Failure> {
    Ok(match who {
        Who::Newcomer(at) => {
            let c = &plan.admit[at].candidate;
            format!("{}[{}]第 {} 行的学生", c.source.file, c.source.sheet, c.row)
        }
        Who::Registered(id) => match store.registrations(&Which::Id(id))?.first() {
            Some(r) => format!("学校 {} 班号 {} 的一名学生", r.school, r.class_number),
            None => "一名学生".to_owned(),
        },
    })
}

/// A finding of a rule of the duplicate check at a row.
pub fn finding(candidate: &Candidate, rule: &str, field: Field, message: String) -> Finding {
    let rule = dedup::rule(rule).expect("a match names a rule of the table");
    Finding {
        check: rule.name,
        severity: rule.severity,
        place: candidate.place(Some(field)),
        field: Some(field),
        value: label(candidate.record.get(field)).to_owned(),
        message,
        hint: rule.remedy.to_owned(),
        basis: rule.basis,
        proposal: None,
    }
}
