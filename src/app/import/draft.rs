//! The journal's entries of an import: what each pupil's says, where it comes from, what it writes.

use std::collections::BTreeSet;

use crate::dedup;
use crate::model::field::Field;
use crate::model::finding::{Finding, Severity};
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Normalized, Value, Write};
use crate::model::record;
use crate::model::record_table::{CLASS, ENROLLMENT, NUMBER, PENDING, STUDENT};
use crate::model::registration::{Registration, student_row};
use crate::model::school::Class;
use crate::model::status::Status;
use crate::model::suspect::{Suspect, pair_id};
use crate::roster::candidate::Candidate;

use super::super::explanation::Explanations;
use super::super::scan;
use super::super::session::Session;
use super::{Admission, Other, Paired, Plan, Update};

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

/// What the entry says: the note, and each text that closes one of the findings, once.
fn said<'a>(
    note: &'a str,
    findings: impl Iterator<Item = &'a Finding>,
    explanations: &'a Explanations,
) -> String {
    let mut texts: Vec<&str> = Some(note).filter(|n| !n.is_empty()).into_iter().collect();
    for text in findings.filter_map(|f| explanations.text_for(f)) {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    texts.join("；")
}

fn source_of(candidate: &Candidate) -> String {
    format!("{}[{}]第{}行", candidate.source.file, candidate.source.sheet, candidate.row)
}

fn normalized_of(candidate: &Candidate) -> Vec<Normalized> {
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

/// The entry of an admission.
pub fn admission_draft(id: StudentId, admission: &Admission, plan: &Plan, session: &Session) -> Draft {
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
    let mut listed = BTreeSet::new();
    for (f, other) in plan.found(admission).filter(|(f, _)| f.severity == Severity::Explain) {
        let field = f.field.map_or("", |f| f.key());
        // One line of a pair of check and field is enough for the list; the message of the first stands.
        if !listed.insert((f.check, field)) {
            continue;
        }
        let is_pair = dedup::rule(f.check).is_some();
        let row = vec![
            Value::Id(id),
            Value::Text(f.check.to_owned()),
            Value::Text(field.to_owned()),
            Value::Text(f.message.clone()),
            Value::Text(format!("{}[{}]{}", f.place.file, f.place.sheet, f.place.cell())),
            plan.explanations.text_for(f).map_or(Value::Null, |t| Value::Text(t.to_owned())),
            if is_pair { id_of(other, session).map_or(Value::Null, Value::Id) } else { Value::Null },
        ];
        writes.push(Write::Insert { table: &PENDING, row });
    }
    Draft {
        change: "admission",
        student: Some(id),
        text: said(&admission.note, plan.found(admission).map(|(f, _)| f), &plan.explanations),
        source: source_of(candidate),
        normalized: normalized_of(candidate),
        writes,
    }
}

fn id_of(other: Other, session: &Session) -> Option<StudentId> {
    match other {
        Other::Nobody => None,
        Other::Registered(id) => Some(id),
        Other::Planned(index) => Some(session.student_id(index as u32)),
    }
}

/// The entry of a pair that goes on the list with the admission of its later pupil.
pub fn suspect_draft(pair: &Paired, session: &Session) -> Draft {
    let other = session.student_id(pair.other as u32);
    let one = id_of(pair.one, session).expect("a pair has two");
    let suspect = Suspect {
        id: pair_id(one, other),
        one,
        other,
        rule: pair.rule.to_owned(),
        score: pair.score,
        found_on: session.act.today.to_string(),
        decision: None,
    };
    scan::listed(&suspect)
}

/// The registration's record with the new values, as a row of the student table.
fn updated_row(before: &Registration, update: &Update) -> Vec<Value> {
    let mut draft = record::Draft::default();
    before.record.iter().for_each(|(f, v)| draft.set(f, v));
    update.set.iter().for_each(|f| draft.set(*f, update.candidate.record.get(*f)));
    let number = before.number.as_ref().map(|_| before.record.get(Field::Number));
    student_row(before.id, &draft.take(), &update.keys, before.status, number)
}

/// The entry of an update of a pupil who is known.
pub fn update_draft(update: &Update, plan: &Plan, session: &Session) -> Draft {
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
    let only_explained = writes.is_empty();
    writes.extend(update.pending.iter().map(|c| c.write.clone()));
    Draft {
        change: match (update.moves, only_explained) {
            (true, _) => "class_move",
            (false, true) => "explanation",
            (false, false) => "amendment",
        },
        student: Some(id),
        text: said(&update.note, plan.findings_of(update), &plan.explanations),
        source: source_of(&update.candidate),
        normalized: normalized_of(&update.candidate),
        writes,
    }
}
