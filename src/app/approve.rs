//! 核准: the registry authority's consent to new registrations. The number is issued with it.

use jiff::civil::Date;

use crate::dedup;
use crate::model::field::Field;
use crate::model::flag::Flag;
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Tail, Value, Write};
use crate::model::record::Record;
use crate::model::record_table::{NUMBER, PENDING, STUDENT};
use crate::model::registration::Registration;
use crate::model::registry_number::RegistryNumber;
use crate::model::school::School;
use crate::model::status::Status;
use crate::number::{self, provisional};
use crate::roster::date_cell;
use crate::store::Store;
use crate::store::journal::Writing;
use crate::store::lookup::{Pending, Which};

use super::failure::{Failure, Refusal};
use super::session::Session;

/// Where the columns of the student table stand that approval writes.
const STATUS: usize = 8;
const NUMBER_COLUMN: usize = 9;

/// What approval needs to know of a pupil.
pub struct Approvee {
    pub id: StudentId,
    /// Division of the school: L numbers carry the school's, not the child's (R§3.1).
    pub division: String,
    pub birth: Date,
    pub has_number: bool,
}

impl Approvee {
    /// From a record whose birth date can be read and whose school is known.
    pub fn of(id: StudentId, record: &Record, school: Option<&School>) -> Option<Approvee> {
        Some(Approvee {
            id,
            division: school?.division.clone(),
            birth: date_cell::day(record.get(Field::BirthDate))?,
            has_number: record.has(Field::Number),
        })
    }
}

/// Draws a provisional number nobody ever had.
pub fn draw(
    writing: &mut Writing,
    session: &Session,
    approvee: &Approvee,
    counter: u64,
) -> Result<RegistryNumber, Failure> {
    let entropy = session.entropy_for("provisional number", counter);
    for attempt in 0.. {
        let number =
            provisional::draw(&approvee.division, approvee.birth, attempt, entropy).map_err(refused)?;
        if writing.take_number(&number)? {
            return Ok(number);
        }
    }
    Err(refused(number::Refusal::Exhausted))
}

fn refused(refusal: number::Refusal) -> Failure {
    Refusal::new(refusal.message(), refusal.hint()).into()
}

/// The write of a number that begins to be a pupil's today.
pub fn number_row(number: &RegistryNumber, id: StudentId, today: Date) -> Write {
    let row = vec![Value::from(number), Value::Id(id), Value::Text(today.to_string()), Value::Null];
    Write::Insert { table: &NUMBER, row }
}

/// Approves one pupil inside a transaction, issuing a number to one who has none.
pub fn one(
    writing: &mut Writing,
    session: &Session,
    approvee: &Approvee,
    counter: u64,
) -> Result<(), Failure> {
    let number = if approvee.has_number { None } else { Some(draw(writing, session, approvee, counter)?) };
    writing.append(&approval(approvee, number.as_ref(), session.act.today))?;
    Ok(())
}

/// The entry of an approval, with the number it issues.
fn approval(approvee: &Approvee, number: Option<&RegistryNumber>, today: Date) -> Draft {
    let text = |t: &str| Value::Text(t.to_owned());
    let mut set = vec![(STATUS, text(Status::Pending.key()), text(Status::Enrolled.key()))];
    set.extend(number.map(|number| (NUMBER_COLUMN, Value::Null, Value::from(number))));
    let mut writes = vec![Write::Update { table: &STUDENT, key: vec![Value::Id(approvee.id)], set }];
    writes.extend(number.map(|number| number_row(number, approvee.id, today)));
    Draft { change: "approval", student: Some(approvee.id), writes, ..Draft::default() }
}

/// An approval made before its number is known to be free, so that another thread can make it.
pub struct Early {
    /// The number `draw` would try first.
    pub number: Option<RegistryNumber>,
    pub draft: Draft,
}

/// Makes the approval with the first number; `None` where none can be drawn, which `one` tells the reason of.
pub fn early(session: &Session, approvee: &Approvee, counter: u64) -> Option<Early> {
    let entropy = session.entropy_for("provisional number", counter);
    let number = match approvee.has_number {
        true => None,
        false => Some(provisional::draw(&approvee.division, approvee.birth, 0, entropy).ok()?),
    };
    let draft = approval(approvee, number.as_ref(), session.act.today);
    Some(Early { number, draft })
}

/// Whose registrations to approve.
#[derive(Clone, Debug)]
pub enum Scope {
    Batch(i64),
    School(String),
}

/// What approving would do.
pub struct Approval {
    pub approve: Vec<(Registration, Vec<Pending>)>,
    /// Held back: findings of these wait for a text.
    pub held_back: Vec<(Registration, Vec<Pending>)>,
    tail: Tail,
}

/// Refuses a batch that registered nobody, and names the ones whose pupils wait.
fn require_import(store: &Store, number: i64) -> Result<(), Failure> {
    let batches = store.batches()?;
    let reason = match batches.iter().find(|b| b.number == number) {
        Some(b) if b.undone_by.is_some() => format!("第 {number} 批（{}）已经撤销。", b.title),
        Some(b) if b.kind == "import" => return Ok(()),
        Some(_) if !store.registrations(&Which::AdmittedBy(number))?.is_empty() => return Ok(()),
        Some(b) => format!("第 {number} 批（{}）没有新建学籍，不用核准。", b.title),
        None => format!("没有第 {number} 批。"),
    };
    let mut waiting = Vec::new();
    for batch in batches.iter().filter(|b| b.kind == "import" && b.undone_by.is_none()) {
        let admitted = store.registrations(&Which::AdmittedBy(batch.number))?;
        let count = admitted.iter().filter(|r| r.status == Status::Pending).count();
        if count > 0 {
            waiting.push(format!("第 {} 批（{}，{count} 人）", batch.number, batch.title));
        }
    }
    let remedy = match waiting.is_empty() {
        true => "现在没有等待核准的批次；请用 xueji batch list 查看各批。".to_owned(),
        false => format!("等待核准的是{}。", waiting.join("、")),
    };
    Err(Refusal::new(reason, remedy).into())
}

/// Finds what waits for approval. An `explanation` lets pass what one text may close: not the question whether two
/// registrations are one child's, which is answered pair by pair, and nobody whose registration is in dispute.
pub fn plan(store: &Store, scope: &Scope, explanation: Option<&str>) -> Result<Approval, Failure> {
    let which = match scope {
        Scope::Batch(n) => {
            require_import(store, *n)?;
            Which::AdmittedBy(*n)
        }
        Scope::School(code) => {
            super::places::require_school(store, code)?;
            Which::School(code)
        }
    };
    let tail = store.tail()?;
    let (mut approve, mut held_back) = (Vec::new(), Vec::new());
    for registration in store.registrations(&which)? {
        if registration.status != Status::Pending {
            continue;
        }
        let mut open = store.pending(Some(registration.id), true)?;
        open.extend(disputed(store, registration.id)?);
        let is_closed = |p: &Pending| explanation.is_some() && !needs_own_answer(&p.check);
        if open.iter().all(is_closed) {
            approve.push((registration, open));
        } else {
            held_back.push((registration, open));
        }
    }
    Ok(Approval { approve, held_back, tail })
}

/// Stands for an open dispute among the findings that hold back.
pub const DISPUTED: &str = "disputed";

/// Whether it is answered by itself, and never by a text for all.
pub fn needs_own_answer(check: &str) -> bool {
    check == DISPUTED || dedup::rule(check).is_some()
}

/// The dispute that a registration is in, as what holds it back.
fn disputed(store: &Store, id: StudentId) -> Result<Option<Pending>, Failure> {
    let raised = store.flags_of(id)?.into_iter().find(|r| r.flag == Flag::Disputed);
    Ok(raised.map(|r| Pending {
        student: id,
        check: DISPUTED.to_owned(),
        field: String::new(),
        message: format!("{}未办结（{}）。", r.flag.label(), r.basis),
        place: String::new(),
        explanation: None,
        other: None,
    }))
}

/// Approves what the plan says; the batch's number, if anything was to be done.
pub fn apply(
    store: &mut Store,
    session: &Session,
    approval: &Approval,
    explanation: Option<&str>,
    progress: &mut dyn FnMut(u64),
) -> Result<Option<i64>, Failure> {
    if approval.approve.is_empty() {
        return Ok(None);
    }
    let directory = store.directory()?;
    let mut writing = store.write(&session.act, Some(approval.tail))?;
    let batch = writing.open_batch("approval", &format!("核准 {} 名学生", approval.approve.len()), None)?;
    for (i, (registration, open)) in approval.approve.iter().enumerate() {
        if let (Some(text), false) = (explanation, open.is_empty()) {
            writing.append(&explained(registration.id, open, text))?;
        }
        let school = directory.school(registration.school.as_str());
        let approvee = Approvee::of(registration.id, &registration.record, school).ok_or_else(|| {
            let reason = format!("学校 {} 的一名学生缺少出生日期，不能编号。", registration.school);
            Refusal::new(reason, "请先补正该生信息。")
        })?;
        one(&mut writing, session, &approvee, i as u64)?;
        progress(i as u64 + 1);
    }
    writing.close_batch(&format!(
        r#"{{"approved":{},"held_back":{}}}"#,
        approval.approve.len(),
        approval.held_back.len()
    ))?;
    writing.commit()?;
    Ok(Some(batch))
}

/// The entry that closes open findings with a text.
pub fn explained(id: StudentId, open: &[Pending], text: &str) -> Draft {
    let close = |p: &Pending| Write::Update {
        table: &PENDING,
        key: vec![Value::Id(id), Value::Text(p.check.clone()), Value::Text(p.field.clone())],
        set: vec![(5, Value::Null, Value::Text(text.to_owned()))],
    };
    Draft {
        change: "explanation",
        student: Some(id),
        text: text.to_owned(),
        writes: open.iter().map(close).collect(),
        ..Draft::default()
    }
}
