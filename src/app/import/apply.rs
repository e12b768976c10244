//! Applying a plan: one transaction, a journal entry for each pupil.

use std::sync::mpsc;

use crate::model::field::Field;
use crate::model::finding::{Finding, Severity};
use crate::model::id::StudentId;
use crate::model::journal::{CLASS, Draft, ENROLLMENT, NUMBER, Normalized, PENDING, STUDENT, Value, Write};
use crate::model::record;
use crate::model::registration::{Registration, student_row};
use crate::model::registry_number::RegistryNumber;
use crate::model::school::{Class, Directory};
use crate::model::status::Status;
use crate::store::Store;
use crate::store::journal::Writing;

use super::super::approve::{self, Approvee};
use super::super::explanation::Explanations;
use super::super::failure::Failure;
use super::super::session::Session;
use super::{Admission, Other, Plan, Update};

/// How a plan is applied.
pub struct Options {
    /// What the batch is called in lists: the files' names.
    pub title: String,
    /// One office holds both roles: approve at once what has nothing open.
    pub approve: bool,
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    pub batch: i64,
    pub admitted: u64,
    pub updated: u64,
    pub approved: u64,
    /// Admitted, but held back from approval by findings that wait for a text.
    pub held_back: u64,
}

/// Applies a plan; `progress` is told how many rows are done.
pub fn apply(
    store: &mut Store,
    session: &Session,
    plan: &Plan,
    options: &Options,
    progress: &mut dyn FnMut(u64),
) -> Result<Applied, Failure> {
    let directory = store.directory()?;
    let mut writing = store.write(&session.act, Some(plan.tail))?;
    let mut applied =
        Applied { batch: writing.open_batch("import", &options.title, None)?, ..Applied::default() };
    for class in &plan.classes {
        writing.append(&class_draft(class))?;
    }
    let mut done = 0;
    std::thread::scope(|scope| -> Result<(), Failure> {
        // One thread makes entries while this one writes them: the making is a third of the work.
        let (sender, receiver) = mpsc::sync_channel(256);
        scope.spawn(move || {
            for (i, admission) in plan.admit.iter().enumerate() {
                let draft = admission_draft(session.student_id(i as u32), admission, plan, session);
                let body = draft.body();
                if sender.send((draft, body)).is_err() {
                    return;
                }
            }
        });
        for ((draft, body), (i, admission)) in receiver.iter().zip(plan.admit.iter().enumerate()) {
            admit(
                &mut writing,
                (&draft, body),
                (i, admission),
                &mut applied,
                &Admitting { session, plan, options, directory: &directory },
            )?;
            done += 1;
            progress(done);
        }
        Ok(())
    })?;
    for update in &plan.update {
        writing.append(&update_draft(update, plan, session))?;
        applied.updated += 1;
        done += 1;
        progress(done);
    }
    finish(writing, plan, applied)
}

struct Admitting<'a> {
    session: &'a Session,
    plan: &'a Plan,
    options: &'a Options,
    directory: &'a Directory,
}

/// Writes one admission and, where one office holds both roles, its approval.
fn admit(
    writing: &mut Writing,
    made: (&Draft, String),
    (i, admission): (usize, &Admission),
    applied: &mut Applied,
    with: &Admitting,
) -> Result<(), Failure> {
    let record = &admission.candidate.record;
    if let Ok(number) = RegistryNumber::parse(record.get(Field::Number)) {
        // Nobody else may be issued it here; that it was once taken back by an undo is no hindrance to its holder.
        writing.take_number(&number)?;
    }
    writing.append_made(made.0, made.1)?;
    applied.admitted += 1;
    if !with.options.approve {
        return Ok(());
    }
    let waits = waits_for_text(admission, with.plan, &with.plan.explanations);
    let school = with.directory.school(record.get(Field::School));
    match Approvee::of(with.session.student_id(i as u32), record, school).filter(|_| !waits) {
        None => applied.held_back += 1,
        Some(approvee) => {
            approve::one(writing, with.session, &approvee, i as u64)?;
            applied.approved += 1;
        }
    }
    Ok(())
}

fn finish(mut writing: Writing, plan: &Plan, applied: Applied) -> Result<Applied, Failure> {
    writing.close_batch(&format!(
        r#"{{"admitted":{},"updated":{},"unchanged":{},"refused":{},"approved":{}}}"#,
        applied.admitted,
        applied.updated,
        plan.unchanged,
        plan.refused.len(),
        applied.approved
    ))?;
    writing.commit()?;
    Ok(applied)
}

/// The entry of a new class.
pub fn class_draft(class: &Class) -> Draft {
    let text = |t: &str| Value::Text(t.to_owned());
    let row = vec![
        text(class.school.as_str()),
        text(&class.number),
        text(&class.name),
        text(class.stage.key()),
        Value::Int(i64::from(class.entry_year)),
    ];
    Draft { change: "class_entered", writes: vec![Write::Insert { table: &CLASS, row }], ..Draft::default() }
}

fn waits_for_text(admission: &Admission, plan: &Plan, explanations: &Explanations) -> bool {
    let findings = &plan.findings[admission.findings.clone()];
    findings.iter().any(|f| f.severity == Severity::Explain && explanations.text_for(f).is_none())
}

/// What the entry says: the note, and each text that closes one of the findings, once.
fn said(note: &str, findings: &[Finding], explanations: &Explanations) -> String {
    let mut texts: Vec<&str> = Some(note).filter(|n| !n.is_empty()).into_iter().collect();
    for text in findings.iter().filter_map(|f| explanations.text_for(f)) {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.join("；")
}

fn source_of(candidate: &crate::roster::candidate::Candidate) -> String {
    format!("{}[{}]第{}行", candidate.source.file, candidate.source.sheet, candidate.row)
}

fn normalized_of(candidate: &crate::roster::candidate::Candidate) -> Vec<Normalized> {
    let each = candidate.changed.iter();
    each.map(|c| Normalized { field: c.field.key(), raw: c.raw.clone(), rule: c.rule }).collect()
}

fn enrollment(id: StudentId, ordinal: i64, record: &record::Record, since: &str) -> Write {
    let text = |f: Field| Value::Text(record.get(f).to_owned());
    let row = vec![
        Value::Id(id),
        Value::Int(ordinal),
        text(Field::School),
        text(Field::ClassNumber),
        Value::Text(since.to_owned()),
        Value::Null,
    ];
    Write::Insert { table: &ENROLLMENT, row }
}

fn admission_draft(id: StudentId, admission: &Admission, plan: &Plan, session: &Session) -> Draft {
    let candidate = &admission.candidate;
    let record = &candidate.record;
    let today = session.act.today.to_string();
    // A pupil who has a number (from the preschool registry, or from elsewhere) keeps it for life (R§2.3, R§3.1).
    let number = Some(record.get(Field::Number)).filter(|n| !n.is_empty());
    let row = student_row(id, record, &admission.keys, Status::Pending, number);
    let mut writes = vec![Write::Insert { table: &STUDENT, row }, enrollment(id, 1, record, &today)];
    if let Some(number) = number {
        let row = vec![Value::Text(number.to_owned()), Value::Id(id), Value::Text(today), Value::Null];
        writes.push(Write::Insert { table: &NUMBER, row });
    }
    let other = match admission.other {
        Other::Nobody => Value::Null,
        Other::Registered(other) => Value::Id(other),
        Other::Planned(index) => Value::Id(session.student_id(index as u32)),
    };
    let mut listed = std::collections::BTreeSet::new();
    for f in plan.findings[admission.findings.clone()].iter().filter(|f| f.severity == Severity::Explain) {
        let field = f.field.map_or("", |f| f.key());
        // One line of a pair of check and field is enough for the list; the message of the first stands.
        if !listed.insert((f.check, field)) {
            continue;
        }
        let is_pair = crate::dedup::rule(f.check).is_some();
        let row = vec![
            Value::Id(id),
            Value::Text(f.check.to_owned()),
            Value::Text(field.to_owned()),
            Value::Text(f.message.clone()),
            Value::Text(format!("{}[{}]{}", f.place.file, f.place.sheet, f.place.cell())),
            plan.explanations.text_for(f).map_or(Value::Null, |t| Value::Text(t.to_owned())),
            if is_pair { other.clone() } else { Value::Null },
        ];
        writes.push(Write::Insert { table: &PENDING, row });
    }
    Draft {
        change: "admission",
        student: Some(id),
        text: said(&admission.note, &plan.findings[admission.findings.clone()], &plan.explanations),
        source: source_of(candidate),
        normalized: normalized_of(candidate),
        writes,
    }
}

/// The registration's record with the new values, as a row of the student table.
fn updated_row(before: &Registration, update: &Update) -> Vec<Value> {
    let mut draft = record::Draft::default();
    before.record.iter().for_each(|(f, v)| draft.set(f, v));
    update.set.iter().for_each(|f| draft.set(*f, update.candidate.record.get(*f)));
    let number = before.number.as_ref().map(|_| before.record.get(Field::Number));
    student_row(before.id, &draft.take(), &update.keys, before.status, number)
}

fn update_draft(update: &Update, plan: &Plan, session: &Session) -> Draft {
    let before = &update.before;
    let id = before.id;
    let today = session.act.today.to_string();
    let mut writes = Vec::new();
    let number = before.number.as_ref().map(|_| before.record.get(Field::Number));
    let old = student_row(id, &before.record, &update.keys, before.status, number);
    let new = updated_row(before, update);
    let changed = old.into_iter().zip(new).enumerate().filter(|(_, (a, b))| a != b);
    let set: Vec<(usize, Value, Value)> = changed.map(|(i, (a, b))| (i, a, b)).collect();
    if !set.is_empty() {
        writes.push(Write::Update { table: &STUDENT, key: vec![Value::Id(id)], set });
    }
    if update.moves {
        let key = vec![Value::Id(id), Value::Int(before.ordinal)];
        let closed = vec![(5, Value::Null, Value::Text(today.clone()))];
        writes.push(Write::Update { table: &ENROLLMENT, key, set: closed });
        writes.push(enrollment(id, before.ordinal + 1, &update.candidate.record, &today));
    }
    Draft {
        change: if update.moves { "class_move" } else { "amendment" },
        student: Some(id),
        text: said(&update.note, &plan.findings[update.findings.clone()], &plan.explanations),
        source: source_of(&update.candidate),
        normalized: normalized_of(&update.candidate),
        writes,
    }
}
