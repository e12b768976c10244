//! What a run came to for each school: the schools ask about their own pupils.

use std::collections::BTreeMap;

use crate::model::field::Field;
use crate::model::school::Directory;
use crate::roster::candidate::Candidate;

/// The rows of one school.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchoolCount {
    /// As the rows say it; blank where they say none.
    pub code: String,
    /// Blank where the registry has no such school.
    pub name: String,
    pub rows: u64,
    pub admitted: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub refused: u64,
    /// Findings that wait for a text.
    pub to_explain: u64,
}

/// The counts so far, by code.
#[derive(Clone, Debug, Default)]
pub struct Schools(BTreeMap<String, SchoolCount>);

impl Schools {
    /// The count of the school that a row is of.
    pub fn of(&mut self, candidate: &Candidate) -> &mut SchoolCount {
        let code = candidate.record.get(Field::School);
        if !self.0.contains_key(code) {
            self.0.insert(code.to_owned(), SchoolCount { code: code.to_owned(), ..SchoolCount::default() });
        }
        self.0.get_mut(code).expect("it was just entered")
    }

    /// The counts in order of code, with the names that the directory knows.
    pub fn counted(self, directory: Option<&Directory>) -> Vec<SchoolCount> {
        let name = |code: &str| directory.and_then(|d| d.school(code)).map(|s| s.name.clone());
        self.0.into_values().map(|c| SchoolCount { name: name(&c.code).unwrap_or_default(), ..c }).collect()
    }
}
