//! What reading changed in a row: what stood in the cell, what it became, by which rules.

use crate::model::cell::Place;
use crate::model::field::Field;
use crate::roster::candidate::Candidate;
use crate::roster::code_cell::label;

/// One value that is not what stood in its cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub place: Place,
    pub field: Field,
    pub raw: String,
    /// What it became; the label where it is a code.
    pub clean: String,
    /// The rules that changed it, in the order in which they did.
    pub rules: Vec<&'static str>,
}

/// The changes of a row, by field in the order of its columns.
pub fn of(candidate: &Candidate) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::new();
    for changed in &candidate.changed {
        if let Some(known) = all.iter_mut().find(|c| c.field == changed.field) {
            if !known.rules.contains(&changed.rule) {
                known.rules.push(changed.rule);
            }
            continue;
        }
        all.push(Change {
            place: candidate.place(Some(changed.field)),
            field: changed.field,
            raw: changed.raw.clone(),
            clean: label(candidate.record.get(changed.field)).to_owned(),
            rules: vec![changed.rule],
        });
    }
    all
}
