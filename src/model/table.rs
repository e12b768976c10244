//! A table for people: title, head, columns, rows. What reports build and every output prints.

use std::borrow::Cow;

use jiff::Timestamp;

use super::field::{Field, FieldKind};

/// How a column's cells are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Text, to the left; always text in a workbook, so that numbers keep their digits.
    Text,
    /// A count, to the right; a number in a workbook.
    Count,
    /// A moment as RFC 3339 in UTC: as it is for programs, the time of Beijing for people.
    Moment,
}

/// One column.
#[derive(Clone, Debug)]
pub struct Column {
    /// The machine key in JSON, English snake_case.
    pub key: &'static str,
    /// The heading for people.
    pub heading: String,
    pub align: Align,
    /// What the cells identify a person by; outputs mask them unless a purpose was given.
    pub personal: Option<Personal>,
}

/// How a cell that identifies a person is masked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Personal {
    Name,
    Number,
    Phone,
    Address,
}

impl Personal {
    /// What a field's values identify a person by.
    pub fn of(field: Field) -> Option<Personal> {
        match field.kind() {
            FieldKind::Name => Some(Personal::Name),
            FieldKind::DocumentNumber | FieldKind::RegistryNumber => Some(Personal::Number),
            FieldKind::Phone => Some(Personal::Phone),
            _ if field.is_personal() => Some(Personal::Address),
            _ => None,
        }
    }
}

impl Column {
    /// A column of text.
    pub fn text(key: &'static str, heading: &str) -> Column {
        Column { key, heading: heading.to_owned(), align: Align::Text, personal: None }
    }

    /// A column of counts.
    pub fn count(key: &'static str, heading: &str) -> Column {
        Column { align: Align::Count, ..Column::text(key, heading) }
    }

    /// A column of moments.
    pub fn moment(key: &'static str, heading: &str) -> Column {
        Column { align: Align::Moment, ..Column::text(key, heading) }
    }

    /// A cell as people read it.
    pub fn read<'a>(&self, cell: &'a str) -> Cow<'a, str> {
        match self.align {
            Align::Moment => Cow::Owned(beijing(cell)),
            Align::Text | Align::Count => Cow::Borrowed(cell),
        }
    }
}

/// The time of Beijing (UTC+8) to the second; what is no moment stays.
fn beijing(at: &str) -> String {
    let zone = jiff::tz::TimeZone::fixed(jiff::tz::offset(8));
    let read = |at: Timestamp| zone.to_datetime(at).strftime("%Y-%m-%d %H:%M:%S").to_string();
    at.parse().map_or_else(|_| at.to_owned(), read)
}

impl Column {
    /// A column whose cells identify a person.
    pub fn personal(key: &'static str, heading: &str, personal: Personal) -> Column {
        Column { personal: Some(personal), ..Column::text(key, heading) }
    }
}

/// A titled table. `head` are the lines under the title: school, class, date, scope, who made it.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub title: String,
    pub head: Vec<String>,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
    /// Lines under the table: totals that prove themselves, definitions used.
    pub foot: Vec<String>,
    /// The name of its sheet in a workbook; empty: its title.
    pub sheet: String,
    /// What a workbook draws of it.
    pub picture: Option<Box<Picture>>,
}

impl Table {
    /// The name of its sheet in a workbook.
    pub fn sheet(&self) -> &str {
        if self.sheet.is_empty() { &self.title } else { &self.sheet }
    }

    /// Without the columns of these keys.
    pub fn without(mut self, keys: &[&str]) -> Table {
        for at in (0..self.columns.len())
            .rev()
            .filter(|at| keys.contains(&self.columns[*at].key))
            .collect::<Vec<_>>()
        {
            self.columns.remove(at);
            self.rows.iter_mut().for_each(|row| drop(row.remove(at)));
        }
        self
    }
}

/// A chart of some cells of a table.
#[derive(Clone, Debug)]
pub struct Picture {
    pub title: String,
    /// What the columns are called, and how high they are.
    pub names: Cells,
    pub values: Cells,
}

/// Cells of a table by row and column; row 0 is that of the headings.
#[derive(Clone, Copy, Debug)]
pub struct Cells {
    pub first: (usize, usize),
    pub last: (usize, usize),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_the_time_of_beijing() {
        let at = Column::moment("at", "时间");
        assert_eq!(at.read("2026-09-10T20:51:27Z"), "2026-09-11 04:51:27");
        assert_eq!(at.read("2026-12-31T16:00:00.25Z"), "2027-01-01 00:00:00");
        assert_eq!(at.read(""), "");
        assert_eq!(Column::text("at", "时间").read("2026-09-10T20:51:27Z"), "2026-09-10T20:51:27Z");
    }
}
