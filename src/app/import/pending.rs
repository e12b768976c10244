//! 须说明 findings of pupils who are known: what a roster opens anew, mends, or explains.

use rustc_hash::FxHashMap;

use crate::check::required_field_missing::{self, still_lacking};
use crate::dedup;
use crate::model::field::Field;
use crate::model::finding::{Finding, Severity};
use crate::model::id::StudentId;
use crate::model::journal::{Value, Write};
use crate::model::record_table::PENDING;
use crate::store::Store;
use crate::store::lookup::Pending;

use super::super::explanation::Explanations;
use super::super::failure::Failure;
use super::{Plan, Update};

/// Where the columns of the table stand that change.
const MESSAGE: usize = 3;
const PLACE: usize = 4;
const EXPLANATION: usize = 5;
/// The text that closes a finding which the roster has mended.
const MENDED: &str = "花名册已改正这一栏。";

/// One line of the list that is written.
pub struct Change {
    pub write: Write,
    /// It waits for a text from now on.
    pub waits: bool,
}

/// The lines of the list by pupil, as the registry has them.
#[derive(Default)]
pub struct Known {
    lines: FxHashMap<StudentId, Vec<Pending>>,
}

impl Known {
    pub fn read(store: &Store) -> Result<Known, Failure> {
        let mut known = Known::default();
        for line in store.pending(None, false)?.into_iter().filter(|p| dedup::rule(&p.check).is_none()) {
            known.lines.entry(line.student).or_default().push(line);
        }
        Ok(known)
    }

    fn of(&self, student: StudentId) -> &[Pending] {
        self.lines.get(&student).map_or(&[], Vec::as_slice)
    }

    /// Whether a text of this run closes a line that waits.
    pub fn is_explained<'a>(
        &self,
        student: StudentId,
        found: impl Iterator<Item = &'a Finding> + Clone,
        texts: &Explanations,
    ) -> bool {
        let closes = |p: &Pending| {
            let text = found.clone().find(|f| is_line(f, p)).and_then(|f| texts.text_for(f));
            p.explanation.is_none() && text.is_some()
        };
        self.of(student).iter().any(closes)
    }

    /// What an update does to the lines of its pupil.
    pub fn changes(&self, update: &Update, plan: &Plan) -> Vec<Change> {
        let (id, lines) = (update.before.id, self.of(update.before.id));
        let anew = |field: &str| update.set.iter().any(|f| f.key() == field);
        let explain = |f: &&Finding| f.severity == Severity::Explain && dedup::rule(f.check).is_none();
        let found: Vec<&Finding> = plan.findings[update.findings.clone()]
            .iter()
            .filter(explain)
            .filter(|f| !is_of_columns(f))
            .collect();
        let mut changes = Vec::new();
        for (at, finding) in found.iter().enumerate() {
            let field = field_of(finding);
            if found[..at].iter().any(|f| f.check == finding.check && field_of(f) == field) {
                continue;
            }
            let text = plan.explanations.text_for(finding);
            match lines.iter().find(|p| is_line(finding, p)) {
                Some(line) => changes.extend(again(line, finding, text, anew(field))),
                None if anew(field) => {
                    changes.push(Change { write: opened(id, finding, text), waits: text.is_none() });
                }
                None => {}
            }
        }
        let mended =
            |p: &&Pending| p.explanation.is_none() && anew(&p.field) && !found.iter().any(|f| is_line(f, p));
        changes.extend(lines.iter().filter(mended).map(closed));
        changes.extend(self.columns(update, plan));
        changes
    }

    /// What an update does to the line about the columns its pupil's first roster lacked: it is his until the fields are
    /// there, and another roster that lacks them mends nothing.
    fn columns(&self, update: &Update, plan: &Plan) -> Option<Change> {
        let (id, lines) = (update.before.id, self.of(update.before.id));
        let lacks = |f: Field| !update.before.record.has(f) && !update.candidate.record.has(f);
        let finding = plan.findings_of(update).find(|f| is_of_columns(f));
        let text = finding.and_then(|f| plan.explanations.text_for(f));
        let Some(line) =
            lines.iter().find(|p| p.check == required_field_missing::CHECK.name && p.field.is_empty())
        else {
            // What was said of one of his cells is not said again of a column.
            let own = |f: Field| {
                lines.iter().any(|p| p.check == required_field_missing::CHECK.name && p.field == f.key())
            };
            let (finding, sets) = (finding?, !update.set.is_empty());
            let message = still_lacking(&finding.message, &|f| lacks(f) && !own(f))?.filter(|_| sets)?;
            let finding = Finding { message, ..finding.clone() };
            return Some(Change { write: opened(id, &finding, text), waits: text.is_none() });
        };
        // A line in words that are not understood stays as it is.
        let Some(message) = still_lacking(&line.message, &lacks)? else {
            return line.explanation.is_none().then(|| closed(line));
        };
        let mut set = Vec::new();
        if message != line.message {
            set.push((MESSAGE, Value::Text(line.message.clone()), Value::Text(message)));
        }
        if let (Some(text), None) = (text, &line.explanation) {
            set.push((EXPLANATION, Value::Null, Value::Text(text.to_owned())));
        }
        let waits = line.explanation.is_none() && text.is_none();
        (!set.is_empty()).then(|| Change { write: written(line, set), waits })
    }
}

/// Whether a finding is about the columns that a sheet lacks.
fn is_of_columns(finding: &Finding) -> bool {
    finding.check == required_field_missing::CHECK.name && finding.field.is_none()
}

/// A line that the roster has mended.
fn closed(line: &Pending) -> Change {
    let set = vec![(EXPLANATION, Value::Null, Value::Text(MENDED.to_owned()))];
    Change { write: written(line, set), waits: false }
}

fn field_of(finding: &Finding) -> &'static str {
    finding.field.map_or("", |f| f.key())
}

fn is_line(finding: &Finding, line: &Pending) -> bool {
    finding.severity == Severity::Explain && finding.check == line.check && field_of(finding) == line.field
}

fn place_of(finding: &Finding) -> String {
    let place = &finding.place;
    format!("{}[{}]{}", place.file, place.sheet, place.cell())
}

/// A finding that is on the list already: a text closes it; another value opens it again.
fn again(line: &Pending, finding: &Finding, text: Option<&str>, anew: bool) -> Option<Change> {
    let old = |t: &Option<String>| t.clone().map_or(Value::Null, Value::Text);
    let new = text.map_or(Value::Null, |t| Value::Text(t.to_owned()));
    let (closes, reopens) = (line.explanation.is_none() && text.is_some(), anew);
    let mut set = Vec::new();
    if reopens {
        set.push((MESSAGE, Value::Text(line.message.clone()), Value::Text(finding.message.clone())));
        set.push((PLACE, Value::Text(line.place.clone()), Value::Text(place_of(finding))));
    }
    if (closes || reopens) && old(&line.explanation) != new {
        set.push((EXPLANATION, old(&line.explanation), new));
    }
    set.retain(|(_, before, after)| before != after);
    (!set.is_empty()).then(|| Change { write: written(line, set), waits: reopens && text.is_none() })
}

fn opened(id: StudentId, finding: &Finding, text: Option<&str>) -> Write {
    let row = vec![
        Value::Id(id),
        Value::Text(finding.check.to_owned()),
        Value::Text(field_of(finding).to_owned()),
        Value::Text(finding.message.clone()),
        Value::Text(place_of(finding)),
        text.map_or(Value::Null, |t| Value::Text(t.to_owned())),
        Value::Null,
    ];
    Write::Insert { table: &PENDING, row }
}

fn written(line: &Pending, set: Vec<(usize, Value, Value)>) -> Write {
    let key = vec![Value::Id(line.student), Value::Text(line.check.clone()), Value::Text(line.field.clone())];
    Write::Update { table: &PENDING, key, set }
}
