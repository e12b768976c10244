//! What the answers so far say: whose change it is, of which kind, and what it is told.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Date;

use crate::app::change::{self, Asking, EXPLAINED, transfer_in};
use crate::app::failure::Failure;
use crate::model::change::input::{INPUTS, Told};
use crate::model::change::{Spec, spec};
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::registration::Registration;
use crate::model::school::Directory;
use crate::province::Pack;
use crate::store::Store;

use super::super::change_form;
use super::answers::Answers;

/// Which of the two wizards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Which {
    Transfer,
    Change,
}

impl Which {
    /// The command it belongs to.
    pub fn command(self) -> &'static str {
        match self {
            Which::Transfer => "transfer",
            Which::Change => "change",
        }
    }
}

/// Before the name of a field that is to have another value, and of a material whose file is handed in.
pub const SET: &str = "set.";
pub const EVIDENCE: &str = "evidence.";

/// What questions are made from.
pub struct Scene {
    pub which: Which,
    pub store: Store,
    pub directory: Directory,
    pub rules: Option<Pack>,
    pub today: Date,
    pub answers: Answers,
    /// The answers of a file, where they are replayed: nobody has to be helped to find them.
    pub given: Option<BTreeMap<String, String>>,
}

impl Scene {
    /// The answer to a question; empty where there is none.
    pub fn answer(&self, key: &str) -> &str {
        self.answers.get(key).unwrap_or_default()
    }

    /// Whether a file of answers has this one.
    pub fn is_given(&self, key: &str) -> bool {
        self.given.as_ref().is_some_and(|g| g.contains_key(key))
    }

    /// The kind that was chosen.
    pub fn spec(&self) -> Option<&'static Spec> {
        spec(self.answer("kind"))
    }

    /// The pupil that was chosen.
    pub fn registration(&self) -> Result<Option<Registration>, Failure> {
        let id = StudentId::parse(self.answer("student"));
        id.map(|id| change::registration(&self.store, id)).transpose()
    }

    /// The answers with this beginning of their keys, without it.
    pub fn below<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.answers.given().iter().filter_map(move |(k, v)| Some((k.strip_prefix(prefix)?, v.as_str())))
    }

    /// What the change is told: the same as the command line would tell it.
    pub fn told(&self) -> Result<Told, Failure> {
        let mut told = Told::default();
        for (_, key, _) in INPUTS {
            told.put(key, self.answer(key));
        }
        for (name, text) in self.below(EXPLAINED) {
            told.put(&format!("{EXPLAINED}{name}"), text);
        }
        let texts: Vec<(Field, &str)> =
            self.below(SET).filter_map(|(k, v)| Some((Field::from_key(k)?, v))).collect();
        change_form::put_texts(&mut told, &texts);
        let roster = self.answer("roster");
        if !roster.is_empty() {
            transfer_in::put_record(&mut told, roster.as_ref(), &self.store)?;
        }
        Ok(told)
    }

    /// What is asked; none before the kind is known.
    pub fn asking(&self) -> Result<Option<Asking<'_>>, Failure> {
        let Some(spec) = self.spec() else { return Ok(None) };
        let student = StudentId::parse(self.answer("student"));
        Ok(Some(Asking { spec, student, told: self.told()?, rules: self.rules.as_ref() }))
    }

    /// The papers to be handed in: what each shows, and where it is.
    pub fn papers(&self) -> Vec<(String, PathBuf)> {
        let named = self.below(EVIDENCE).filter(|(_, path)| !path.is_empty());
        named.map(|(note, path)| (note.to_owned(), PathBuf::from(path))).collect()
    }
}
