//! What an application and its effect write.

use jiff::civil::Date;

use crate::check::Context;
use crate::model::application::Application;
use crate::model::change::Placing;
use crate::model::change::effect::{self, Place, State};
use crate::model::change::input::Input;
use crate::model::flag::{Flag, Raised};
use crate::model::id::{ApplicationId, StudentId};
use crate::model::journal::{Draft, Value, Write};
use crate::model::record::Record;
use crate::model::record_table::{APPLICATION, CHANGE, ENROLLMENT, FLAG, NUMBER, RecordTable, STEP, STUDENT};
use crate::model::registration::{Keys, Registration, student_row};
use crate::model::registry_number::RegistryNumber;
use crate::model::school::Directory;
use crate::model::status::Status;
use crate::store::journal::Writing;

use super::super::failure::{Failure, Refusal};
use super::super::session::Session;
use super::revise;

/// The entry of an application that is made.
pub fn opened(application: &Application) -> Draft {
    let steps = application.steps.iter().enumerate();
    let steps = steps.map(|(i, s)| Write::Insert { table: &STEP, row: s.row(&application.id, i + 1) });
    let row = Write::Insert { table: &APPLICATION, row: application.row() };
    Draft {
        change: "application_opened",
        student: application.student,
        text: application.told.get(Input::Note).to_owned(),
        writes: std::iter::once(row).chain(steps).collect(),
        ..Draft::default()
    }
}

/// The entry of what a decision changed of an application.
pub fn moved(before: &Application, after: &Application, text: &str) -> Draft {
    let mut writes = Vec::new();
    writes.extend(updated(&APPLICATION, before.row(), after.row()));
    for (i, (old, new)) in before.steps.iter().zip(&after.steps).enumerate() {
        writes.extend(updated(&STEP, old.row(&before.id, i + 1), new.row(&after.id, i + 1)));
    }
    Draft {
        change: "application_decided",
        student: after.student,
        text: text.to_owned(),
        writes,
        ..Draft::default()
    }
}

/// The update of a row, where anything of it changed.
fn updated(table: &'static RecordTable, before: Vec<Value>, after: Vec<Value>) -> Option<Write> {
    let key = before[..table.keys].to_vec();
    let pairs = before.into_iter().zip(after).enumerate().filter(|(_, (a, b))| a != b);
    let set: Vec<_> = pairs.map(|(i, (a, b))| (i, a, b)).collect();
    (!set.is_empty()).then_some(Write::Update { table, key, set })
}

/// One entry of both: what the application became, and what it made of the registration.
pub fn together(application: Draft, effect: Draft) -> Draft {
    let writes = application.writes.into_iter().chain(effect.writes).collect();
    Draft { writes, ..effect }
}

/// Where a change takes effect: who writes, and the how-manieth change of this run it is.
pub struct Scene<'a> {
    pub directory: &'a Directory,
    pub session: &'a Session,
    pub counter: u32,
}

/// The entry of a change that takes effect.
pub fn taking_effect(
    writing: &Writing,
    scene: &Scene,
    application: &Application,
    registration: Option<&Registration>,
) -> Result<Draft, Failure> {
    let (today, directory) = (scene.session.act.today, Some(scene.directory));
    let context = Context { today, directory, strict: false, rules: None, named: &[] };
    match registration {
        Some(r) => changed(writing, application, r, &context),
        None => entered(writing, application, scene, &context),
    }
}

/// The day a change takes effect: of a transfer the day the file is collected, else the day told.
fn day(application: &Application, today: Date) -> Date {
    let collected = application.steps.len() > 2 && application.spec.placing != Placing::Stay;
    let told = application.told.get(Input::On).parse().unwrap_or(today);
    let by_transfer = matches!(application.spec.kind, "transfer" | "transfer_in" | "transfer_out");
    if collected && by_transfer { application.closed_on.unwrap_or(today) } else { told }
}

fn changed(
    writing: &Writing,
    application: &Application,
    r: &Registration,
    context: &Context,
) -> Result<Draft, Failure> {
    let (spec, day) = (application.spec, day(application, context.today));
    let before = effect::state(r);
    let named = effect::named_place(&application.told, Some(r));
    let after = before.after(spec, named).filter(State::is_lawful).ok_or_else(|| {
        let reason = format!("学籍状态已变为{}，不能再办{}。", r.standing(), spec.name);
        Failure::from(Refusal::new(reason, "请用 xueji student show 查看，撤销这份申请后另办。"))
    })?;
    let mut writes = Vec::new();
    writes.extend(student_update(application, r, after.status, context));
    writes.extend(moves(r, &before, &after, day));
    writes.extend(flags(writing, r, &after, (day, spec.name))?);
    let ordinal = writing.next_change(r.id)?;
    writes.push(change_row(application, (r.id, ordinal), day, (&before, &after)));
    Ok(Draft {
        change: spec.kind,
        student: Some(r.id),
        text: application.told.get(Input::Note).to_owned(),
        writes,
        ..Draft::default()
    })
}

/// The student's row: the status, and the fields a correction or an amendment sets.
fn student_update(
    application: &Application,
    r: &Registration,
    status: Status,
    context: &Context,
) -> Option<Write> {
    let number = r.number.as_ref().map(|_| r.record.get(crate::model::field::Field::Number));
    let sets = application.told.has(Input::Set);
    let old = revise::candidate(r.record.clone());
    let before = student_row(r.id, &r.record, &revise::keys(&old, context), r.status, number);
    let record = if sets { revise::revised(Some(r), &application.told) } else { r.record.clone() };
    let new = revise::candidate(record);
    let after = student_row(r.id, &new.record, &revise::keys(&new, context), status, number);
    updated(&STUDENT, before, after)
}

fn moves(r: &Registration, before: &State, after: &State, day: Date) -> Vec<Write> {
    if before.place == after.place {
        return Vec::new();
    }
    let mut writes = Vec::new();
    if before.place.is_some() {
        let key = vec![Value::Id(r.id), Value::Int(r.ordinal)];
        let set = vec![(5, Value::Null, Value::Text(day.to_string()))];
        writes.push(Write::Update { table: &ENROLLMENT, key, set });
    }
    if let Some(place) = &after.place {
        writes.push(enrollment(r.id, r.ordinal + 1, place, day));
    }
    writes
}

fn enrollment(id: StudentId, ordinal: i64, place: &Place, since: Date) -> Write {
    let row = vec![
        Value::Id(id),
        Value::Int(ordinal),
        Value::Text(place.school.clone()),
        Value::Text(place.class.clone()),
        Value::Text(since.to_string()),
        Value::Null,
    ];
    Write::Insert { table: &ENROLLMENT, row }
}

fn flags(
    writing: &Writing,
    r: &Registration,
    after: &State,
    (day, basis): (Date, &str),
) -> Result<Vec<Write>, Failure> {
    let mut writes = Vec::new();
    for flag in r.flags.iter().filter(|f| !after.flags.contains(f)) {
        let key = [Value::Id(r.id), Value::Text(flag.key().to_owned())];
        if let Some(row) = writing.row(&FLAG, &key)? {
            writes.push(Write::Delete { table: &FLAG, row });
        }
    }
    let raised = |flag: &Flag| {
        let raised = Raised { flag: *flag, since: day.to_string(), basis: basis.to_owned() };
        Write::Insert { table: &FLAG, row: raised.row(r.id) }
    };
    writes.extend(after.flags.iter().filter(|f| !r.flags.contains(f)).map(raised));
    Ok(writes)
}

/// What the row of a change says besides where it led.
pub struct Made<'a> {
    pub kind: &'static str,
    pub ordinal: i64,
    pub day: Date,
    pub reason: &'a str,
    pub note: &'a str,
    /// None where a command made the change.
    pub application: Option<&'a ApplicationId>,
}

fn change_row(
    application: &Application,
    (id, ordinal): (StudentId, i64),
    day: Date,
    states: (&State, &State),
) -> Write {
    let told = &application.told;
    let note = [told.get(Input::OtherSchool), told.get(Input::Document), told.get(Input::Note)];
    let note: Vec<&str> = note.into_iter().filter(|t| !t.is_empty()).collect();
    let made = Made {
        kind: application.spec.kind,
        ordinal,
        day,
        reason: told.get(Input::Reason),
        note: &note.join("；"),
        application: Some(&application.id),
    };
    made.row(id, states)
}

impl Made<'_> {
    fn row(&self, id: StudentId, (before, after): (&State, &State)) -> Write {
        let of = |place: &Option<Place>| match place {
            Some(p) => (Value::Text(p.school.clone()), Value::Text(p.class.clone())),
            None => (Value::Null, Value::Null),
        };
        let ((from_school, from_class), (school, class)) = (of(&before.place), of(&after.place));
        let row = vec![
            Value::Id(id),
            Value::Int(self.ordinal),
            Value::Text(self.kind.to_owned()),
            Value::Text(self.day.to_string()),
            Value::Text(before.status.key().to_owned()),
            Value::Text(after.status.key().to_owned()),
            from_school,
            from_class,
            school,
            class,
            Value::text_or_null(self.reason),
            Value::text_or_null(self.note),
            self.application.map_or(Value::Null, |a| Value::Text(a.as_str().to_owned())),
        ];
        Write::Insert { table: &CHANGE, row }
    }
}

/// The entry of a change of place that a command makes, with no application.
pub fn moving(r: &Registration, made: &Made, before: &State, after: &State) -> Draft {
    let mut writes = moves(r, before, after, made.day);
    writes.push(made.row(r.id, (before, after)));
    Draft { change: made.kind, student: Some(r.id), text: made.note.to_owned(), writes, ..Draft::default() }
}

/// A pupil from another registry begins here: the number stays what it is for life (R§3.1).
fn entered(
    writing: &Writing,
    application: &Application,
    scene: &Scene,
    context: &Context,
) -> Result<Draft, Failure> {
    let (id, day) = (scene.session.student_id(scene.counter), day(application, context.today));
    let candidate = revise::candidate(revise::revised(None, &application.told));
    let place = effect::named_place(&application.told, None)
        .ok_or_else(|| Failure::from(Refusal::new("没有写转入的班。", "请撤销后重新发起。")))?;
    let keys: Keys = revise::keys(&candidate, context);
    let record: &Record = &candidate.record;
    let number = RegistryNumber::parse(record.get(crate::model::field::Field::Number)).ok();
    let mut writes = Vec::new();
    let text = number.as_ref().map(|_| record.get(crate::model::field::Field::Number));
    writes
        .push(Write::Insert { table: &STUDENT, row: student_row(id, record, &keys, Status::Enrolled, text) });
    writes.push(enrollment(id, 1, &place, day));
    if let Some(number) = &number {
        let row = vec![Value::from(number), Value::Id(id), Value::Text(day.to_string()), Value::Null];
        writes.push(Write::Insert { table: &NUMBER, row });
    }
    let before = State { status: Status::TransferredOut, place: None, flags: Vec::new() };
    let after = State { status: Status::Enrolled, place: Some(place), flags: Vec::new() };
    writes.push(change_row(application, (id, writing.next_change(id)?), day, (&before, &after)));
    Ok(Draft {
        change: application.spec.kind,
        student: Some(id),
        text: application.told.get(Input::Note).to_owned(),
        writes,
        ..Draft::default()
    })
}
