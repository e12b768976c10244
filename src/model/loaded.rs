//! A text that a bureau laid beside what is in the program, and the registry keeps: a year's calendar, its own rules.

use super::journal::Value;

/// What such a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 工作日历: the days off and the make-up days of a year; named by the year.
    Calendar,
    /// 本地规则: what a county lays over its province's rules; there is one.
    Rules,
}

/// Every kind with its machine key.
const KINDS: [(Kind, &str); 2] = [(Kind::Calendar, "calendar"), (Kind::Rules, "rules")];

impl Kind {
    /// The machine key.
    pub fn key(self) -> &'static str {
        KINDS.iter().find(|row| row.0 == self).expect("every kind has a row").1
    }

    /// From the machine key.
    pub fn from_key(key: &str) -> Option<Kind> {
        KINDS.iter().find(|row| row.1 == key).map(|row| row.0)
    }
}

/// The text, where it came from, who loaded it when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    pub kind: Kind,
    pub name: String,
    /// The name of its file, without the folder.
    pub file: String,
    pub text: String,
    pub loaded_on: String,
    pub loaded_by: String,
}

impl Loaded {
    /// Its row.
    pub fn row(&self) -> Vec<Value> {
        let texts = [self.kind.key(), &self.name, &self.file, &self.text, &self.loaded_on, &self.loaded_by];
        texts.map(|t| Value::Text(t.to_owned())).to_vec()
    }
}
