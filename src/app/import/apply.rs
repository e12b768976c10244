//! Applying a plan: one transaction, a journal entry for each pupil.

use std::sync::mpsc;

use crate::model::change;
use crate::model::composed::composed;
use crate::model::field::Field;
use crate::model::journal::{Draft, Value, Write};
use crate::model::record_table::CHANGE;
use crate::model::registry_number::RegistryNumber;
use crate::model::school::Directory;
use crate::store::Store;
use crate::store::journal::Writing;

use super::super::approve::{self, Approvee, Early};
use super::super::failure::Failure;
use super::super::session::Session;
use super::draft::{admission_draft, class_draft, suspect_draft, update_draft};
use super::{Admission, Plan, Update};

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
    let with = &Admitting { session, plan, options, directory: &directory };
    std::thread::scope(|scope| -> Result<(), Failure> {
        // One thread makes entries while this one writes them: the making is a third of the work.
        let (sender, receiver) = mpsc::sync_channel(256);
        scope.spawn(move || {
            let all = plan.admit.iter().enumerate();
            let _ = all.map(|(i, admission)| with.make(i, admission)).try_for_each(|m| sender.send(m));
        });
        for (made, (i, admission)) in receiver.iter().zip(plan.admit.iter().enumerate()) {
            admit(&mut writing, made, (i, admission), &mut applied, with)?;
            for pair in &plan.pairs[admission.pairs.clone()] {
                writing.append(&suspect_draft(pair, session))?;
            }
            done += 1;
            progress(done);
        }
        Ok(())
    })?;
    for update in &plan.update {
        let mut draft = update_draft(update, plan, session);
        if update.moves {
            draft.writes.push(class_moved(update, writing.next_change(update.before.id)?, session));
        }
        writing.append(&draft)?;
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

/// The entries of an admission as they are made ahead of the writing.
struct Made {
    admission: (Draft, String),
    /// Whose approval goes with it, and the entry, when a number could be drawn for it.
    approval: Option<(Approvee, Option<(Early, String)>)>,
}

impl Admitting<'_> {
    fn draft(&self, i: usize, admission: &Admission) -> Draft {
        admission_draft(self.session.student_id(i as u32), admission, self.plan, self.session)
    }

    /// The writes of an approval are put together with those of the admission: the row is written once.
    fn make(&self, i: usize, admission: &Admission) -> Box<Made> {
        let mut draft = self.draft(i, admission);
        let body = draft.body();
        let approval = self.approvee(i, admission).map(|approvee| {
            let early = approve::early(self.session, &approvee, i as u64).map(|mut early| {
                let body = early.draft.body();
                draft.writes.append(&mut early.draft.writes);
                draft.writes = composed(std::mem::take(&mut draft.writes));
                (early, body)
            });
            (approvee, early)
        });
        Box::new(Made { admission: (draft, body), approval })
    }

    /// Who is approved at once: one office holds both roles and nothing is open.
    fn approvee(&self, i: usize, admission: &Admission) -> Option<Approvee> {
        if !self.options.approve || self.plan.waiting(admission).next().is_some() {
            return None;
        }
        let record = &admission.candidate.record;
        let school = self.directory.school(record.get(Field::School));
        Approvee::of(self.session.student_id(i as u32), record, school)
    }
}

/// Writes one admission and, where one office holds both roles, its approval.
fn admit(
    writing: &mut Writing,
    made: Box<Made>,
    (i, admission): (usize, &Admission),
    applied: &mut Applied,
    with: &Admitting,
) -> Result<(), Failure> {
    if let Ok(number) = RegistryNumber::parse(admission.candidate.record.get(Field::Number)) {
        // Nobody else may be issued it here; that it was once taken back by an undo is no hindrance to its holder.
        writing.take_number(&number)?;
    }
    applied.admitted += 1;
    let (draft, body) = made.admission;
    let Some((approvee, early)) = made.approval else {
        writing.append_made(&draft, body)?;
        applied.held_back += u64::from(with.options.approve);
        return Ok(());
    };
    applied.approved += 1;
    if let Some((early, approval)) = early {
        let is_free = early.number.as_ref().map_or(Ok(true), |number| writing.take_number(number))?;
        if is_free {
            writing.append_made(&draft, body)?;
            writing.append_made(&early.draft, approval)?;
            return Ok(());
        }
    }
    // Another has the number: the approval is made again with the next that is free.
    writing.append(&with.draft(i, admission))?;
    approve::one(writing, with.session, &approvee, i as u64)
}

/// A move to another class, as every change is written down.
fn class_moved(update: &Update, ordinal: i64, session: &Session) -> Write {
    let (before, text) = (&update.before, |t: &str| Value::Text(t.to_owned()));
    let row = vec![
        Value::Id(before.id),
        Value::Int(ordinal),
        text(change::class_move::SPEC.kind),
        Value::Text(session.act.today.to_string()),
        text(before.status.key()),
        text(before.status.key()),
        text(before.school.as_str()),
        text(&before.class_number),
        text(before.school.as_str()),
        text(update.candidate.record.get(Field::ClassNumber)),
        Value::Null,
        Value::Null,
        Value::Null,
    ];
    Write::Insert { table: &CHANGE, row }
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
