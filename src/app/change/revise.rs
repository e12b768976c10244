//! A record with other values: read as a roster's row is read, checked as it is checked, looked for as it is looked for.

use std::sync::Arc;

use crate::check::facts::Facts;
use crate::check::seen::Seen;
use crate::check::{self, Context, Selection};
use crate::dedup::exact;
use crate::model::cell::{CellKind, Row};
use crate::model::change::input::Told;
use crate::model::field::{Field, FieldSet};
use crate::model::finding::Severity;
use crate::model::record::{self, Record};
use crate::model::registration::{Keys, Registration};
use crate::model::status::Status;
use crate::roster::candidate::{Candidate, Reader, Reading, Source};
use crate::roster::layout::Layout;
use crate::store::Store;
use crate::store::lookup::Which;

use super::super::failure::{Failure, Refusal};
use super::Ground;

/// What stands for the file's name in findings about values that came from a form.
const FORM: &str = "申请";

/// Texts a person wrote, read as a roster's row with these fields is read.
pub fn read(texts: &[(Field, &str)]) -> Option<Box<Candidate>> {
    let fields: Vec<Field> = texts.iter().map(|(f, _)| *f).collect();
    let source = Source { file: FORM.into(), sheet: "".into(), layout: Layout::of_fields(&fields) };
    let mut row = Row::new(2);
    texts.iter().for_each(|(_, text)| row.push(text, CellKind::Text));
    match Reader::new(source).read(&row) {
        Reading::Candidate(candidate) => Some(candidate),
        Reading::Passed { .. } | Reading::Blank => None,
    }
}

/// The record with the values told.
pub fn revised(registration: Option<&Registration>, told: &Told) -> Record {
    let mut draft = record::Draft::default();
    if let Some(r) = registration {
        r.record.iter().for_each(|(f, v)| draft.set(f, v));
    }
    for (key, value) in told.fields() {
        if let Some(field) = Field::from_key(key) {
            draft.set(field, value);
        }
    }
    draft.take()
}

/// A record as a candidate whose sheet has a column for each value.
pub fn candidate(record: Record) -> Candidate {
    let fields: Vec<Field> = record.iter().map(|(f, _)| f).collect();
    let layout = Layout::of_fields(&fields);
    let source = Arc::new(Source { file: FORM.into(), sheet: "".into(), layout });
    Candidate {
        source,
        row: 2,
        record,
        changed: Vec::new(),
        numeric: Default::default(),
        failed: Default::default(),
        uncomputed: Default::default(),
        below: Vec::new(),
        under: None,
        leaving: None,
        ditto: FieldSet::default(),
        left: Vec::new(),
        others: Vec::new(),
    }
}

/// The keys of a record under the two official rules.
pub fn keys(candidate: &Candidate, context: &Context) -> Keys {
    exact::keys(candidate, &Facts::of(candidate, context))
}

/// Why a record can't be changed so: errors that the new values bring, and registrations they would collide with.
pub fn refusals(
    ground: &Ground,
    registration: Option<&Registration>,
    told: &Told,
) -> Result<Vec<Refusal>, Failure> {
    let context = Context {
        today: ground.today,
        directory: Some(ground.directory),
        strict: false,
        rules: ground.rules,
        named: &[],
    };
    let new = candidate(revised(registration, told));
    let mut refusals = brought(registration.map(|r| &r.record), &new, &context);
    let mut others = alike(ground.store, &keys(&new, &context))?;
    others.retain(|o| registration.is_none_or(|r| r.id != o.id));
    for other in others {
        let reason = format!(
            "查重不通过：与学校 {} 班号 {} 的学籍（{}）重复。",
            other.school,
            other.class_number,
            other.standing()
        );
        refusals.push(Refusal::new(reason, "请先按问题学籍办理（xueji dispute），分清两个学籍。"));
    }
    Ok(refusals)
}

/// The errors that new values bring: what was wrong before and is left as it was is not the change's doing.
pub fn brought(before: Option<&Record>, new: &Candidate, context: &Context) -> Vec<Refusal> {
    let known = before.map_or_else(Vec::new, |record| errors(&candidate(record.clone()), context));
    let is_left = |field: &Option<Field>| match (before, field) {
        (Some(before), Some(field)) => before.get(*field) == new.record.get(*field),
        _ => true,
    };
    let is_old = |check: &str, field: &Option<Field>| {
        is_left(field) && known.iter().any(|(c, f, _)| (*c, f) == (check, field))
    };
    let brought = errors(new, context).into_iter().filter(|(check, field, _)| !is_old(check, field));
    brought
        .map(|(check, field, message)| {
            let remedy = check::check(check).map_or("", |c| c.remedy);
            let name = field.map_or("", |f| f.heading());
            Refusal::new(format!("{name}：{message}（{check}）"), remedy)
        })
        .collect()
}

/// The registrations that the two official rules find under these keys; a removed one is nobody's.
pub fn alike(store: &Store, keys: &Keys) -> Result<Vec<Registration>, Failure> {
    let mut others = Vec::new();
    if !keys.document.is_empty() {
        others = store.registrations(&Which::Document(&keys.document))?;
    } else if !keys.identity.is_empty() {
        others = store.registrations(&Which::Identity(&keys.identity))?;
    }
    others.retain(|o| o.status != Status::Removed);
    Ok(others)
}

type Wrong = (&'static str, Option<Field>, String);

fn errors(candidate: &Candidate, context: &Context) -> Vec<Wrong> {
    let found = check::run(candidate, context, &Selection::default(), &mut Seen::default());
    let errors = found.into_iter().filter(|f| f.severity == Severity::Error || check::is_held(f));
    errors.map(|f| (f.check, f.field, f.message)).collect()
}
