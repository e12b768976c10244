//! What one run has met so far, so that the same number twice in one file or one run is found.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::model::cell::Place;
use crate::roster::candidate::Candidate;

/// The rows met, by key. Keys of different kinds never meet: each is kept with the name of its kind.
#[derive(Default)]
pub struct Seen {
    first: FxHashMap<Box<str>, Place>,
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
}
