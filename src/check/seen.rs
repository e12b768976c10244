//! What one run has met so far, so that the same number twice in one file or one run is found.

use std::collections::hash_map::Entry;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::model::cell::Place;
use crate::model::field::{Field, FieldSet};
use crate::roster::candidate::{Candidate, Source};

/// The rows met, by key. Keys of different kinds never meet: each is kept with the name of its kind.
#[derive(Default)]
pub struct Seen {
    first: FxHashMap<Box<str>, Place>,
    sheets: Vec<Sheet>,
}

/// What is remembered of a sheet; the newest stands last.
struct Sheet {
    source: Arc<Source>,
    damaged: bool,
    /// Fields without a column that were reported.
    without: FieldSet,
}

impl Seen {
    /// Remembers a row under a key; the place of the first row that had it, if this is not the first.
    pub fn meet(&mut self, kind: &str, key: &str, candidate: &Candidate) -> Option<Place> {
        match self.first.entry(format!("{kind}:{key}").into_boxed_str()) {
            Entry::Occupied(first) => Some(first.get().clone()),
            Entry::Vacant(empty) => {
                empty.insert(candidate.place(None));
                None
            }
        }
    }

    /// Whether this is the first row of its sheet that lacks a field the sheet has no column for.
    pub fn is_first_without(&mut self, candidate: &Candidate, field: Field) -> bool {
        let sheet = self.sheet(candidate);
        let known = sheet.without.contains(field);
        sheet.without.insert(field);
        !known
    }

    /// Remembers that a number on this sheet went through a floating-point cell.
    pub fn note_damage(&mut self, candidate: &Candidate) {
        self.sheet(candidate).damaged = true;
    }

    /// Whether a number on this sheet, above this row, went through a floating-point cell.
    pub fn has_damage(&mut self, candidate: &Candidate) -> bool {
        self.sheet(candidate).damaged
    }

    fn sheet(&mut self, candidate: &Candidate) -> &mut Sheet {
        // Rows come sheet by sheet: the newest is nearly always the one.
        let found = self.sheets.iter().rposition(|s| Arc::ptr_eq(&s.source, &candidate.source));
        let at = found.unwrap_or_else(|| {
            self.sheets.push(Sheet {
                source: candidate.source.clone(),
                damaged: false,
                without: FieldSet::default(),
            });
            self.sheets.len() - 1
        });
        &mut self.sheets[at]
    }
}
