//! A review applied: its row, what it found, what it no longer finds, the flags; one batch.

use crate::model::flag::{Flag, Raised};
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Value, Write};
use crate::model::record_table::{DISCREPANCY, FLAG, REVIEW};
use crate::model::verification::{Discrepancy, RESOLVED_FROM, Resolution, Review, SEEN_IN};
use crate::store::Store;
use crate::store::journal::Writing;

use super::super::failure::Failure;
use super::super::session::Session;
use super::{Found, Plan};

/// What came of it.
pub struct Applied {
    pub batch: i64,
    /// The names of the findings, in the order of the plan.
    pub ids: Vec<String>,
}

/// Writes a plan down.
pub fn apply(store: &mut Store, session: &Session, plan: &Plan) -> Result<Applied, Failure> {
    let mut writing = store.write(&session.act, Some(plan.tail))?;
    let names: Vec<&str> = plan.schools.iter().map(|s| s.name.as_str()).collect();
    let title = match names[..] {
        [one] => format!("{}核查：{one}", plan.term.label()),
        _ => format!("{}核查：{} 所学校", plan.term.label(), names.len()),
    };
    let batch = writing.open_batch("verify", &title, None)?;
    let reviews = reviews(&mut writing, session, plan)?;
    let of = |school: &str| reviews.iter().find(|r| r.school == school).map_or("", |r| r.id.as_str());
    for closing in &plan.closing {
        let school = &closing.discrepancy.school;
        // What another school's list ends is written under that review.
        let review = Some(of(school)).filter(|r| !r.is_empty()).or(reviews.first().map(|r| r.id.as_str()));
        close(&mut writing, &closing.discrepancy, &closing.text, review.map(str::to_owned))?;
    }
    let mut ids = Vec::new();
    for (counter, found) in (0..).zip(&plan.found) {
        ids.push(enter(&mut writing, session, found, of(&found.school), (counter, plan))?);
    }
    for excused in plan.excused.iter().filter(|e| e.said) {
        writing.append(&Draft {
            change: "review_excused",
            student: Some(excused.registration.id),
            text: excused.why.clone(),
            ..Draft::default()
        })?;
    }
    let closed = plan.closing.len();
    writing.close_batch(&format!(
        r#"{{"schools":{},"found":{},"closed":{closed}}}"#,
        reviews.len(),
        ids.len()
    ))?;
    writing.commit()?;
    Ok(Applied { batch, ids })
}

fn reviews(writing: &mut Writing, session: &Session, plan: &Plan) -> Result<Vec<Review>, Failure> {
    let mut made = Vec::new();
    for (counter, s) in (0..).zip(&plan.schools) {
        let review = Review {
            id: session.short_name("review", counter),
            school: s.code.clone(),
            term: plan.term,
            day: session.act.today.to_string(),
            by: session.act.actor.clone(),
            files: s.files.join("、"),
            expected: s.expected as i64,
            attending: s.matched as i64,
            excused: s.excused as i64,
        };
        writing.append(&Draft {
            change: "review_made",
            source: review.files.clone(),
            writes: vec![Write::Insert { table: &REVIEW, row: review.row() }],
            ..Draft::default()
        })?;
        made.push(review);
    }
    Ok(made)
}

/// Puts a finding on the list, or notes that one that is there was seen again.
fn enter(
    writing: &mut Writing,
    session: &Session,
    found: &Found,
    review: &str,
    (counter, plan): (u64, &Plan),
) -> Result<String, Failure> {
    let place = found.place.as_ref().map(|p| format!("{}[{}]{}", p.file, p.sheet, p.cell()));
    if let Some(id) = &found.known {
        let key = vec![Value::Text(id.clone())];
        let before = writing.row(&DISCREPANCY, &key)?.and_then(|row| row.get(SEEN_IN).cloned());
        let set = vec![(SEEN_IN, before.unwrap_or(Value::Null), Value::Text(review.to_owned()))];
        let writes = vec![Write::Update { table: &DISCREPANCY, key, set }];
        writing.append(&Draft {
            change: "review_seen",
            student: found.student,
            writes,
            ..Draft::default()
        })?;
        return Ok(id.clone());
    }
    let discrepancy = Discrepancy {
        id: session.short_name("discrepancy", counter),
        school: found.school.clone(),
        kind: found.kind,
        student: found.student,
        subject: found.subject.clone(),
        name: found.name.clone(),
        place: place.clone().unwrap_or_default(),
        note: found.note.clone(),
        review: review.to_owned(),
        seen_in: review.to_owned(),
        found_on: session.act.today.to_string(),
        resolution: None,
    };
    let mut writes = vec![Write::Insert { table: &DISCREPANCY, row: discrepancy.row() }];
    if let (Some(flag), Some(student)) = (found.kind.spec().flag, found.student)
        && writing.row(&FLAG, &flag_key(student, flag))?.is_none()
    {
        let raised = Raised {
            flag,
            since: session.act.today.to_string(),
            basis: format!("{}核查，{}", plan.term.label(), discrepancy.id),
        };
        writes.push(Write::Insert { table: &FLAG, row: raised.row(student) });
    }
    writing.append(&Draft {
        change: "review_found",
        student: found.student,
        text: found.note.clone(),
        source: place.unwrap_or_default(),
        writes,
        ..Draft::default()
    })?;
    Ok(discrepancy.id)
}

fn flag_key(student: StudentId, flag: Flag) -> [Value; 2] {
    [Value::Id(student), Value::Text(flag.key().to_owned())]
}

/// Ends a finding; its flag goes with it where no other finding of the same kind holds it.
pub fn close(
    writing: &mut Writing,
    d: &Discrepancy,
    text: &str,
    review: Option<String>,
) -> Result<(), Failure> {
    let resolution = Resolution {
        text: text.to_owned(),
        by: writing.act().actor.clone(),
        on: writing.act().today.to_string(),
        review,
    };
    let decided = resolution.review.is_none();
    let set = (RESOLVED_FROM..).zip(resolution.values()).filter(|(_, v)| *v != Value::Null);
    let set = set.map(|(i, value)| (i, Value::Null, value)).collect();
    let mut writes = vec![Write::Update { table: &DISCREPANCY, key: vec![Value::Text(d.id.clone())], set }];
    if let (Some(flag), Some(student)) = (d.kind.spec().flag, d.student)
        && writing.open_discrepancies(student, d.kind.spec().key)? <= 1
        && let Some(row) = writing.row(&FLAG, &flag_key(student, flag))?
    {
        writes.push(Write::Delete { table: &FLAG, row });
    }
    writing.append(&Draft {
        change: if decided { "review_resolved" } else { "review_closed" },
        student: d.student,
        text: text.to_owned(),
        writes,
        ..Draft::default()
    })?;
    Ok(())
}
