//! What a school answers: 佐证, 变更 or 删除, with its papers. An answer changes no registration.

use std::collections::{BTreeSet, HashSet};

use crate::dedup::exact::KEY_FIELDS;
use crate::model::dispute::{Claim, ClaimKind};
use crate::model::evidence::Subject;
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Tail, Value, Write};
use crate::model::record_table::CLAIM;
use crate::store::Store;
use crate::store::journal::Writing;

use super::recheck;
use super::{Case, Side};
use crate::app::evidence::{self, Paper};
use crate::app::failure::{Failure, Refusal};
use crate::app::session::Session;

/// An answer as it was given.
pub struct Answer {
    pub kind: ClaimKind,
    pub attends: bool,
    pub text: String,
    /// Right values of key fields.
    pub values: Vec<(Field, String)>,
    pub papers: Vec<Paper>,
}

/// An answer that may be written down.
pub struct Planned {
    dispute: String,
    student: StudentId,
    answer: Answer,
}

/// The corrections of a text, a line each: 栏目=内容.
pub fn values(text: &str) -> Result<Vec<(Field, String)>, Failure> {
    recheck::read(text).map_err(Failure::Refused)
}

/// Looks an answer over; every reason against it, or `None` where the same answer is there already.
pub fn plan(
    store: &Store,
    session: &Session,
    case: &Case,
    side: &Side,
    mut answer: Answer,
) -> Result<Result<Option<Planned>, Vec<Refusal>>, Failure> {
    let mut reasons = objections(case, side, &answer);
    if answer.kind == ClaimKind::Correct && reasons.is_empty() {
        let apart: HashSet<StudentId> = case.dispute.parties.iter().map(|p| p.student).collect();
        let today = session.act.today;
        match recheck::corrected(store, &side.registration, &answer.values, today, &apart)? {
            // What is kept is what the registry would write.
            Ok(corrected) => {
                let record = corrected.record;
                let (unchanged, changed): (Vec<Field>, Vec<Field>) =
                    KEY_FIELDS.into_iter().partition(|f| record.get(*f) == side.registration.record.get(*f));
                if unchanged.len() == KEY_FIELDS.len() {
                    reasons.push(Refusal::new("更正内容与学籍相同，没有可更正的。", "无误的请主张佐证。"));
                }
                answer.values = changed.into_iter().map(|f| (f, record.get(f).to_owned())).collect();
                answer.values.sort_by_key(|(f, _)| f.key());
            }
            Err(why) => reasons.extend(why),
        }
    }
    if !reasons.is_empty() {
        return Ok(Err(reasons));
    }
    if is_there(side, &answer) {
        return Ok(Ok(None));
    }
    Ok(Ok(Some(Planned { dispute: case.dispute.id.clone(), student: side.party.student, answer })))
}

fn objections(case: &Case, side: &Side, answer: &Answer) -> Vec<Refusal> {
    let (mut reasons, spec) = (Vec::new(), case.dispute.kind.spec());
    if let Some(decision) = &case.dispute.decision {
        reasons.push(Refusal::new(
            format!("{} 已由 {} 于 {} 作出决定。", case.dispute.id, decision.by, decision.on),
            "要重新答复，请先用 xueji batch undo 撤销作出决定的那一批。",
        ));
    }
    if !spec.claims.contains(&answer.kind) {
        let allowed: Vec<&str> = spec.claims.iter().map(|k| k.label()).collect();
        reasons.push(Refusal::new(
            format!("“{}”不能主张{}。", spec.title, answer.kind.label()),
            format!("可以主张{}；依据见 xueji explain {}。", allowed.join("、"), spec.key),
        ));
    }
    if answer.text.trim().is_empty() {
        reasons.push(Refusal::new(
            format!("{}的答复没有写说明。", side.called()),
            "请写明核对了什么、结果怎样。",
        ));
    }
    match (answer.kind, answer.values.is_empty()) {
        (ClaimKind::Correct, true) => reasons.push(Refusal::new(
            format!("{}主张变更，没有写更正的内容。", side.called()),
            "请写明正确的姓名、性别、出生日期、身份证件类型或号码。",
        )),
        (ClaimKind::Substantiate | ClaimKind::Remove, false) => reasons.push(Refusal::new(
            format!("{}主张{}，却写了更正的内容。", side.called(), answer.kind.label()),
            "要更正请主张变更；不更正请去掉更正的内容。",
        )),
        _ => {}
    }
    reasons
}

/// Whether the answer that counts is this one, its papers too.
fn is_there(side: &Side, answer: &Answer) -> bool {
    let Some((claim, papers)) = side.claim() else { return false };
    let kept: BTreeSet<&str> = papers.iter().map(|e| e.hash.as_str()).collect();
    let given: Vec<String> =
        answer.papers.iter().map(|p| blake3::hash(&p.bytes).to_hex().to_string()).collect();
    claim.kind == answer.kind
        && claim.attends == answer.attends
        && claim.text == answer.text
        && claim.values == answer.values
        && kept == given.iter().map(String::as_str).collect()
}

/// Writes the answers down; the batch.
pub fn apply(
    store: &mut Store,
    session: &Session,
    planned_at: Tail,
    planned: &[Planned],
) -> Result<i64, Failure> {
    let mut writing = store.write(&session.act, Some(planned_at))?;
    let title = match planned {
        [one] => format!("{} 的答复：{}", one.dispute, one.answer.kind.label()),
        many => format!("问题学籍的答复 {} 条", many.len()),
    };
    let batch = writing.open_batch("dispute", &title, None)?;
    for one in planned {
        append(&mut writing, session, one)?;
    }
    writing.close_batch(&format!(r#"{{"claims":{}}}"#, planned.len()))?;
    writing.commit()?;
    Ok(batch)
}

fn append(writing: &mut Writing, session: &Session, planned: &Planned) -> Result<(), Failure> {
    let Planned { dispute, student, answer } = planned;
    let claim = Claim {
        dispute: dispute.clone(),
        ordinal: writing.next_ordinal(&CLAIM, &Value::Text(dispute.clone()))?,
        student: *student,
        kind: answer.kind,
        attends: answer.attends,
        text: answer.text.clone(),
        values: answer.values.clone(),
        claimed_on: session.act.today.to_string(),
        claimed_by: session.act.actor.clone(),
    };
    let mut writes = vec![Write::Insert { table: &CLAIM, row: claim.row() }];
    let subject = Subject::Claim(dispute.clone(), claim.ordinal);
    writes.extend(evidence::writes(writing, &subject, &answer.papers)?);
    writing.append(&Draft {
        change: "dispute_claimed",
        student: Some(*student),
        text: answer.text.clone(),
        writes,
        ..Draft::default()
    })?;
    Ok(())
}
