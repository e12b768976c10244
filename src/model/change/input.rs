//! What a change is told: the inputs of a form, by name.

use std::collections::BTreeMap;

/// One input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Input {
    /// The day it takes effect.
    On,
    /// The day it is to end: a leave, a deferral.
    Until,
    /// A code of 学籍异动原因.
    Reason,
    /// The reason or circumstances in words.
    Note,
    ToSchool,
    ToClass,
    /// Fields of the record with their new values.
    Set,
    /// The number of a certificate or of an approval document.
    Document,
    /// Where the pupil goes to or comes from, when it is an office whose registry is another one.
    OtherSchool,
    OtherAuthority,
    OtherDivision,
}

/// Every input: machine key, option of the command line, name for people.
pub const INPUTS: &[(Input, &str, &str)] = &[
    (Input::On, "on", "生效日期"),
    (Input::Until, "until", "截止日期"),
    (Input::Reason, "reason", "异动原因"),
    (Input::Note, "note", "说明"),
    (Input::ToSchool, "to_school", "转入学校"),
    (Input::ToClass, "to_class", "转入班级"),
    (Input::Set, "set", "更改的栏目"),
    (Input::Document, "document", "文号或证书号"),
    (Input::OtherSchool, "other_school", "外地学校"),
    (Input::OtherAuthority, "other_authority", "外地学籍主管部门"),
    (Input::OtherDivision, "other_division", "外地行政区划代码"),
];

impl Input {
    fn row(self) -> &'static (Input, &'static str, &'static str) {
        INPUTS.iter().find(|r| r.0 == self).expect("every input has a row")
    }

    /// The machine key.
    pub fn key(self) -> &'static str {
        self.row().1
    }

    /// The name for people.
    pub fn label(self) -> &'static str {
        self.row().2
    }
}

/// Whether a kind must be told an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Need {
    pub input: Input,
    pub must: bool,
}

/// An input that a kind can't do without.
pub const fn must(input: Input) -> Need {
    Need { input, must: true }
}

/// An input that a kind takes.
pub const fn may(input: Input) -> Need {
    Need { input, must: false }
}

/// What was told, by key. `set.FIELD` holds a field's new value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told(BTreeMap<String, String>);

/// Before the key of a field that is to have another value.
const SET: &str = "set.";
/// Before what was said when the application was sent back.
const RETURNED: &str = "returned.";

impl Told {
    /// From keys and values.
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, String)>) -> Told {
        Told(pairs.into_iter().filter(|(_, v)| !v.is_empty()).collect())
    }

    /// Tells an input.
    pub fn put(&mut self, key: &str, value: &str) {
        if !value.is_empty() {
            self.0.insert(key.to_owned(), value.to_owned());
        }
    }

    /// Tells a field's new value.
    pub fn set(&mut self, field: &str, value: &str) {
        self.put(&format!("{SET}{field}"), value);
    }

    /// An input; empty where it was not told.
    pub fn get(&self, input: Input) -> &str {
        self.other(input.key())
    }

    /// Something else that was told.
    pub fn other(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }

    /// The fields that are to have another value.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().filter_map(|(k, v)| Some((k.strip_prefix(SET)?, v.as_str())))
    }

    /// Keeps by whom, when and why it was sent back, for those who mend it.
    pub fn send_back(&mut self, by: &str, on: &str, reason: &str) {
        for (key, value) in [("by", by), ("on", on), ("reason", reason)] {
            self.put(&format!("{RETURNED}{key}"), value);
        }
    }

    /// By whom, when and why it was sent back last.
    pub fn sent_back(&self) -> Option<[&str; 3]> {
        let said = ["by", "on", "reason"].map(|key| self.other(&format!("{RETURNED}{key}")));
        (!said[0].is_empty()).then_some(said)
    }

    /// What was asked for, by key: without what was said of it.
    pub fn asked(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter().filter(|(k, _)| !k.starts_with(RETURNED))
    }

    /// What was asked for but new values of fields, by key.
    pub fn inputs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.asked().filter(|(k, _)| !k.starts_with(SET))
    }

    /// Everything, by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(k, v)| (k.as_str(), v.as_str()))
    }

    /// Whether the input was told.
    pub fn has(&self, input: Input) -> bool {
        match input {
            Input::Set => self.fields().next().is_some(),
            _ => !self.get(input).is_empty(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_is_had_again() {
        let mut told = Told::default();
        told.put("on", "2026-11-25");
        told.put("note", "");
        told.set("name", "单煜妍");
        assert_eq!((told.get(Input::On), told.get(Input::Note)), ("2026-11-25", ""));
        assert!(told.has(Input::Set) && !told.has(Input::Note));
        assert_eq!(told.fields().collect::<Vec<_>>(), [("name", "单煜妍")]);
        let again = Told::from_pairs(told.iter().map(|(k, v)| (k.to_owned(), v.to_owned())));
        assert_eq!(again, told);
    }
}
