//! Opening a dispute: the registrations are marked, and nothing else of them changes.

use std::collections::HashSet;

use crate::dedup;
use crate::model::dispute::kind::Kind;
use crate::model::dispute::{Dispute, Party};
use crate::model::flag::{Flag, Raised};
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Value, Write};
use crate::model::record_table::{DISPUTE, FLAG, PARTY};
use crate::model::registration::Registration;
use crate::model::status::Status;
use crate::model::suspect::{self, Suspect};
use crate::store::Store;
use crate::store::journal::Writing;
use crate::store::lookup::Which;

use crate::app::failure::{Failure, Refusal};
use crate::app::session::Session;

/// What was opened.
pub struct Opened {
    pub batch: i64,
    pub disputes: Vec<Dispute>,
}

/// What a dispute is about, before it has a name.
struct Asked {
    kind: Kind,
    registrations: Vec<Registration>,
    suspect: Option<String>,
    /// Its name, where somebody else gave it one.
    name: Option<String>,
}

/// Opens a dispute for each of these pairs of the list of suspects, all or none.
pub fn on_suspects(
    store: &mut Store,
    session: &Session,
    ids: &[String],
    reason: &str,
) -> Result<Opened, Failure> {
    let known = store.suspects()?;
    let (mut asked, mut reasons) = (Vec::new(), Vec::new());
    for id in ids {
        let id = id.trim().to_ascii_uppercase();
        match known.iter().find(|s| s.id == id) {
            None => reasons.push(Refusal::new(
                format!("疑似重复清单中没有编号为 {id} 的一对。"),
                "请用 xueji dedup list 查看清单。",
            )),
            Some(s) if s.decision.as_ref().is_some_and(|d| !d.is_same) => reasons.push(Refusal::new(
                format!("{id} 已有结论：不同学生。"),
                "结论有误的，请先用 xueji batch undo 撤销写下结论的那一批。",
            )),
            Some(s) => asked.push(of_suspect(store, s)?),
        }
    }
    enter(store, session, asked, reason, reasons)
}

fn of_suspect(store: &Store, suspect: &Suspect) -> Result<Asked, Failure> {
    let kind = match suspect.rule.as_str() {
        dedup::SAME_DOCUMENT => Kind::SameNumber,
        dedup::SAME_IDENTITY => Kind::SameIdentity,
        _ => Kind::SamePupil,
    };
    let mut registrations = Vec::new();
    for id in [suspect.one, suspect.other] {
        registrations.extend(store.registrations(&Which::Id(id))?);
    }
    Ok(Asked { kind, registrations, suspect: Some(suspect.id.clone()), name: None })
}

/// Opens a dispute of a kind on one registration or a pair.
pub fn on_students(
    store: &mut Store,
    session: &Session,
    kind: Kind,
    students: &[StudentId],
    reason: &str,
) -> Result<Opened, Failure> {
    let mut reasons = Vec::new();
    let wanted = if kind.spec().is_pair { 2 } else { 1 };
    let distinct: HashSet<&StudentId> = students.iter().collect();
    if students.len() != wanted || distinct.len() != wanted {
        let reason =
            format!("“{}”要写 {wanted} 个不同的学生，这里写了 {} 个。", kind.spec().title, students.len());
        reasons
            .push(Refusal::new(reason, "每个学生写一个 --student 内部编号；xueji student find 可以查到。"));
    }
    let mut registrations = Vec::new();
    for id in students {
        match store.registrations(&Which::Id(*id))?.pop() {
            Some(registration) => registrations.push(registration),
            None => reasons.push(Refusal::new(
                format!("学籍库中没有编号为 {id} 的学生。"),
                "请核对内部编号；xueji student find 可以查到。",
            )),
        }
    }
    // The internal keys are in the order of admission.
    registrations.sort_by_key(|r| r.id);
    // The verdict on a pair that is on the list is written there too.
    let suspect = match registrations.as_slice() {
        [one, other] => {
            let id = suspect::pair_id(one.id, other.id);
            store.suspects()?.into_iter().find(|s| s.id == id).map(|s| s.id)
        }
        _ => None,
    };
    enter(store, session, vec![Asked { kind, registrations, suspect, name: None }], reason, reasons)
}

/// Opens the dispute of a pair whose other registration is in another office's registry; it is named as the pair is there.
pub fn on_pair_across(
    store: &mut Store,
    session: &Session,
    student: StudentId,
    pair: &str,
    reason: &str,
) -> Result<Opened, Failure> {
    let registrations = store.registrations(&Which::Id(student))?;
    if registrations.is_empty() {
        let reason = format!("学籍库中没有编号为 {student} 的学生。");
        return Err(Refusal::new(reason, "请用 xueji audit verify 核查，并与上级核对。").into());
    }
    let asked =
        Asked { kind: Kind::AcrossOffices, registrations, suspect: None, name: Some(pair.to_owned()) };
    enter(store, session, vec![asked], reason, Vec::new())
}

/// Every reason against opening these.
fn objections(store: &Store, asked: &[Asked]) -> Result<Vec<Refusal>, Failure> {
    let open: Vec<Dispute> = store.disputes()?.into_iter().filter(|d| d.decision.is_none()).collect();
    let mut reasons = Vec::new();
    let mut met: HashSet<Vec<StudentId>> = HashSet::new();
    for one in asked {
        let ids: Vec<StudentId> = one.registrations.iter().map(|r| r.id).collect();
        for r in one.registrations.iter().filter(|r| r.status == Status::Removed) {
            let reason = format!("学校 {} 班号 {} 的这个学籍已经删除。", r.school, r.class_number);
            reasons.push(Refusal::new(reason, "删除的学籍不再办理；删错了的，请撤销作出决定的那一批。"));
        }
        let same =
            |d: &&Dispute| d.kind == one.kind && d.parties.iter().map(|p| p.student).eq(ids.iter().copied());
        if let Some(dispute) = open.iter().find(same) {
            let reason = format!("这个问题已经在办：{}。", dispute.id);
            reasons.push(Refusal::new(reason, format!("请用 xueji dispute show {} 查看。", dispute.id)));
        } else if !met.insert(ids) {
            reasons.push(Refusal::new("同一对学籍写了两次。", "每一对只写一次。"));
        }
    }
    Ok(reasons)
}

fn enter(
    store: &mut Store,
    session: &Session,
    asked: Vec<Asked>,
    reason: &str,
    mut reasons: Vec<Refusal>,
) -> Result<Opened, Failure> {
    let tail = store.tail()?;
    reasons.extend(objections(store, &asked)?);
    if !reasons.is_empty() {
        return Err(Failure::Refused(reasons));
    }
    let mut writing = store.write(&session.act, Some(tail))?;
    let title = match asked.as_slice() {
        [one] => format!("问题学籍：{}", one.kind.spec().title),
        many => format!("问题学籍 {} 件", many.len()),
    };
    let batch = writing.open_batch("dispute", &title, None)?;
    let mut disputes = Vec::new();
    for (asked, counter) in asked.iter().zip(0..) {
        let dispute = Dispute {
            id: asked.name.clone().unwrap_or_else(|| session.short_name("dispute", counter)),
            kind: asked.kind,
            parties: asked.registrations.iter().map(|r| Party { student: r.id, outcome: None }).collect(),
            suspect: asked.suspect.clone(),
            reason: reason.to_owned(),
            opened_on: session.act.today.to_string(),
            opened_by: session.act.actor.clone(),
            decision: None,
        };
        append(&mut writing, session, &dispute)?;
        disputes.push(dispute);
    }
    writing.close_batch(&format!(r#"{{"disputes":{}}}"#, disputes.len()))?;
    writing.commit()?;
    Ok(Opened { batch, disputes })
}

/// An entry for each party, so that each pupil's history has it and undoing knows whom it concerns.
fn append(writing: &mut Writing, session: &Session, dispute: &Dispute) -> Result<(), Failure> {
    for (party, ordinal) in dispute.parties.iter().zip(1..) {
        let mut writes = Vec::new();
        if ordinal == 1 {
            writes.push(Write::Insert { table: &DISPUTE, row: dispute.row() });
        }
        writes.push(Write::Insert { table: &PARTY, row: party.row(&dispute.id, ordinal) });
        let key = [Value::Id(party.student), Value::Text(Flag::Disputed.key().to_owned())];
        // A registration in two disputes is marked once, and until the last is decided.
        if writing.row(&FLAG, &key)?.is_none() {
            let raised = Raised {
                flag: Flag::Disputed,
                since: session.act.today.to_string(),
                basis: format!("{}，{}", dispute.kind.spec().title, dispute.id),
            };
            writes.push(Write::Insert { table: &FLAG, row: raised.row(party.student) });
        }
        writing.append(&Draft {
            change: "dispute_opened",
            student: Some(party.student),
            text: dispute.reason.clone(),
            writes,
            ..Draft::default()
        })?;
    }
    Ok(())
}
