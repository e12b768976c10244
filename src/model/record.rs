//! One pupil's values by field, packed into one text so that a hundred thousand of them fit in memory.

use super::field::{COUNT, FIELDS, Field};

/// The clean values of a record. Codes stand as `table:code`, dates as `YYYYMMDD`, months as `YYYYMM`.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    text: Box<str>,
    ends: Box<[u32; COUNT]>,
}

impl Record {
    /// The value of a field; empty when there is none.
    pub fn get(&self, field: Field) -> &str {
        let i = field as usize;
        let start = if i == 0 { 0 } else { self.ends[i - 1] as usize };
        &self.text[start..self.ends[i] as usize]
    }

    /// Whether the field has a value.
    pub fn has(&self, field: Field) -> bool {
        !self.get(field).is_empty()
    }

    /// The code of a code field without the name of its table; empty when the text was not in the table.
    pub fn code(&self, field: Field) -> &str {
        self.get(field).split_once(':').map_or("", |(_, code)| code)
    }

    /// Every field that has a value, in the order of the template.
    pub fn iter(&self) -> impl Iterator<Item = (Field, &str)> {
        FIELDS.iter().map(|s| (s.field, self.get(s.field))).filter(|(_, v)| !v.is_empty())
    }
}

impl std::fmt::Debug for Record {
    /// Names of children are not for logs: only which fields are filled.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter().map(|(field, _)| field.key())).finish()
    }
}

/// A record in the making; reused from row to row.
pub struct Draft {
    values: Vec<String>,
}

impl Default for Draft {
    fn default() -> Self {
        Draft { values: vec![String::new(); COUNT] }
    }
}

impl Draft {
    /// The place a field's value is written to.
    pub fn slot(&mut self, field: Field) -> &mut String {
        &mut self.values[field as usize]
    }

    /// Whether a field has no value yet.
    pub fn lacks(&self, field: Field) -> bool {
        self.values[field as usize].is_empty()
    }

    /// Sets a field.
    pub fn set(&mut self, field: Field, value: &str) {
        let slot = self.slot(field);
        slot.clear();
        slot.push_str(value);
    }

    /// Packs the values and empties the draft.
    pub fn take(&mut self) -> Record {
        let mut text = String::with_capacity(self.values.iter().map(String::len).sum());
        let mut ends = Box::new([0u32; COUNT]);
        for (value, end) in self.values.iter_mut().zip(ends.iter_mut()) {
            text.push_str(value);
            value.clear();
            *end = u32::try_from(text.len()).expect("a row is shorter than four gigabytes");
        }
        Record { text: text.into_boxed_str(), ends }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_comes_out_and_the_draft_is_empty_again() {
        let mut draft = Draft::default();
        draft.set(Field::PupilName, "单煜妍");
        draft.set(Field::Sex, "sex:2");
        draft.set(Field::ClassName, "一班");
        let record = draft.take();
        assert_eq!(record.get(Field::PupilName), "单煜妍");
        assert_eq!(record.code(Field::Sex), "2");
        assert_eq!(record.get(Field::ClassName), "一班");
        assert!(!record.has(Field::BirthDate));
        assert_eq!(record.iter().count(), 3);
        assert_eq!(draft.take().iter().count(), 0);
    }

    #[test]
    fn debug_shows_no_name() {
        let mut draft = Draft::default();
        draft.set(Field::PupilName, "单煜妍");
        assert_eq!(format!("{:?}", draft.take()), r#"["name"]"#);
    }
}
