//! A record with other values: read as a roster's row is read, checked as it is checked, looked for as it is looked for.

use std::sync::Arc;

use crate::check::facts::Facts;
use crate::check::seen::Seen;
use crate::check::{self, Context, Selection};
use crate::dedup::exact;
use crate::model::cell::{CellKind, Row};
use crate::model::change::guard::{Bar, Keeper, Said};
use crate::model::change::input::Told;
use crate::model::field::{Field, FieldSet};
use crate::model::finding::{Finding, Severity};
use crate::model::record::{self, Record};
use crate::model::registration::{Keys, Registration};
use crate::model::status::Status;
use crate::roster::candidate::{Candidate, Reader, Reading, Source};
use crate::roster::layout::Layout;
use crate::roster::sight::Sights;
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
        sights: Sights::default(),
    }
}

/// The keys of a record under the two official rules.
pub fn keys(candidate: &Candidate, context: &Context) -> Keys {
    exact::keys(candidate, &Facts::of(candidate, context))
}

/// Why a record can't be changed so: errors that the new values bring, and registrations they would collide with; and
/// what the checks want explained of them.
pub fn against(
    ground: &Ground,
    registration: Option<&Registration>,
    told: &Told,
) -> Result<(Vec<Bar>, Vec<Refusal>), Failure> {
    let context = Context {
        today: ground.today,
        directory: Some(ground.directory),
        strict: false,
        rules: ground.rules,
        named: &[],
    };
    let new = candidate(revised(registration, told));
    let before = registration.map(|r| &r.record);
    let mut refusals = brought(before, &new, &context);
    // Of a pupil who is new here nothing was changed: what the roster leaves to explain is asked as of any newcomer.
    let bars = before.map_or_else(Vec::new, |before| to_explain(before, &new, &context));
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
    Ok((bars, refusals))
}

/// What the checks want explained of new values: a bar a check, that a text under its name closes.
fn to_explain(before: &Record, new: &Candidate, context: &Context) -> Vec<Bar> {
    let asked = |f: &Finding| f.severity == Severity::Explain && !check::is_held(f);
    let mut bars: Vec<Bar> = Vec::new();
    for (name, field, message) in new_findings(Some(before), new, context, &asked) {
        let Some(check) = check::check(name) else { continue };
        let message = format!("{}：{message}", field.map_or("", |f| f.heading()));
        match bars.iter_mut().find(|b| b.guard.name == name) {
            Some(bar) => bar.said.message.push_str(&message),
            None => bars.push(Bar {
                guard: Keeper { name: check.name, title: check.title, remedy: check.remedy },
                said: Said { message, may_be_explained: true },
            }),
        }
    }
    bars
}

/// The errors that new values bring: what was wrong before and is left as it was is not the change's doing.
pub fn brought(before: Option<&Record>, new: &Candidate, context: &Context) -> Vec<Refusal> {
    let wrong = |f: &Finding| f.severity == Severity::Error || check::is_held(f);
    let brought = new_findings(before, new, context, &wrong).into_iter();
    brought
        .map(|(check, field, message)| {
            let remedy = check::check(check).map_or("", |c| c.remedy);
            let name = field.map_or("", |f| f.heading());
            Refusal::new(format!("{name}：{message}（{check}）"), remedy)
        })
        .collect()
}

/// The findings of some kind that new values bring.
fn new_findings(
    before: Option<&Record>,
    new: &Candidate,
    context: &Context,
    wanted: &dyn Fn(&Finding) -> bool,
) -> Vec<Wrong> {
    let known = before.map_or_else(Vec::new, |record| findings(&candidate(record.clone()), context, wanted));
    let is_left = |field: &Option<Field>| match (before, field) {
        (Some(before), Some(field)) => before.get(*field) == new.record.get(*field),
        _ => true,
    };
    let is_old = |check: &str, field: &Option<Field>| {
        is_left(field) && known.iter().any(|(c, f, _)| (*c, f) == (check, field))
    };
    let mut all = findings(new, context, wanted);
    all.retain(|(check, field, _)| !is_old(check, field));
    all
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

fn findings(candidate: &Candidate, context: &Context, wanted: &dyn Fn(&Finding) -> bool) -> Vec<Wrong> {
    let found = check::run(candidate, context, &Selection::default(), &mut Seen::default());
    found.into_iter().filter(wanted).map(|f| (f.check, f.field, f.message)).collect()
}
