//! A candidate: one row of a roster as the registry would take it, with its place and with what was changed on the way.

use std::sync::Arc;

use crate::model::cell::{CellKind, Place, Row};
use crate::model::field::{Field, FieldKind, FieldSet};
use crate::model::record::{Draft, Record};

use super::code_cell::CodeCells;
use super::layout::Layout;
use super::normalize;

/// The sheet a candidate came from.
#[derive(Debug)]
pub struct Source {
    pub file: Arc<str>,
    pub sheet: Arc<str>,
    pub layout: Layout,
}

/// A value that is not what stood in the cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    pub field: Field,
    pub raw: String,
    pub rule: &'static str,
}

/// One row read.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub source: Arc<Source>,
    pub row: u32,
    pub record: Record,
    pub changed: Vec<Changed>,
    /// Fields whose cell was a number: their digits past the fifteenth are not to be believed.
    pub numeric: FieldSet,
    /// Fields whose cell was an error such as `#N/A`.
    pub failed: FieldSet,
}

impl Candidate {
    /// Where a field of this row stands; the whole row where the sheet has no such column.
    pub fn place(&self, field: Option<Field>) -> Place {
        Place {
            file: self.source.file.clone(),
            sheet: self.source.sheet.clone(),
            row: self.row,
            column: field.map_or(0, |f| self.source.layout.column_of(f)),
        }
    }
}

/// What a row turned out to be.
#[derive(Debug)]
pub enum Reading {
    Candidate(Box<Candidate>),
    /// Not a pupil; the reason is listed, so that no row is dropped in silence.
    Passed {
        row: u32,
        reason: &'static str,
    },
    Blank,
}

/// Reads rows under one layout.
pub struct Reader {
    source: Arc<Source>,
    columns: Vec<(usize, Field, FieldKind)>,
    draft: Draft,
    codes: CodeCells,
}

/// How a row that closes a sheet begins.
const FOOTERS: &[&str] = &[
    "合计",
    "小计",
    "总计",
    "共计",
    "填表人",
    "审核人",
    "制表人",
    "制表",
    "填报人",
    "经办人",
    "说明",
    "备注：",
    "注：",
    "注:",
];

impl Reader {
    /// A reader for the rows under this header.
    pub fn new(source: Source) -> Reader {
        let fields = source.layout.columns.iter().enumerate();
        let columns = fields.filter_map(|(i, f)| f.map(|f| (i, f, f.kind()))).collect();
        Reader { source: Arc::new(source), columns, draft: Draft::default(), codes: CodeCells::default() }
    }

    /// The sheet being read.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// Reads one row below the header.
    pub fn read(&mut self, row: &Row) -> Reading {
        if row.is_blank() {
            return Reading::Blank;
        }
        if let Some(reason) = self.not_a_pupil(row) {
            return Reading::Passed { row: row.number, reason };
        }
        let mut candidate = Candidate {
            source: self.source.clone(),
            row: row.number,
            record: self.draft.take(),
            changed: Vec::new(),
            numeric: FieldSet::default(),
            failed: FieldSet::default(),
        };
        for &(column, field, kind) in &self.columns {
            let (raw, cell) = row.cell(column);
            if raw.is_empty() {
                continue;
            }
            match cell {
                CellKind::Number | CellKind::Number1904 => candidate.numeric.insert(field),
                CellKind::Error => candidate.failed.insert(field),
                _ => {}
            }
            let slot = self.draft.slot(field);
            let changed = &mut candidate.changed;
            normalize::clean(kind, raw, cell, slot, &mut |rule| {
                changed.push(Changed { field, raw: raw.to_owned(), rule });
            });
            if matches!(kind, FieldKind::Code(_)) && !slot.is_empty() {
                let resolved = self.codes.resolve(field, slot);
                *slot = resolved.value;
                if resolved.converted {
                    changed.push(Changed { field, raw: raw.to_owned(), rule: "label" });
                }
            }
        }
        candidate.record = self.draft.take();
        Reading::Candidate(Box::new(candidate))
    }

    fn not_a_pupil(&self, row: &Row) -> Option<&'static str> {
        let cells = (0..row.len()).map(|c| row.cell(c).0.trim());
        let headings = self.source.layout.headings();
        if cells.clone().enumerate().all(|(i, c)| headings.get(i).map_or("", String::as_str) == c) {
            return Some("重复的表头");
        }
        let name = self.source.layout.column_of(Field::PupilName) as usize - 1;
        let first = cells.clone().find(|c| !c.is_empty())?;
        let named = !row.cell(name).0.trim().is_empty() && row.cell(name).0.trim() != first;
        let footer = FOOTERS.iter().any(|f| first.replace([' ', '\u{3000}'], "").starts_with(f));
        (footer && !named).then_some("合计、说明或签字行")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::layout;

    fn row(number: u32, cells: &[&str]) -> Row {
        let mut row = Row::new(number);
        cells.iter().for_each(|c| row.push(c, if c.is_empty() { CellKind::Empty } else { CellKind::Text }));
        row
    }

    fn reader(header: &[&str]) -> Reader {
        let layout = layout::find(&[row(1, header)], None).unwrap();
        Reader::new(Source { file: "a.xlsx".into(), sheet: "花名册".into(), layout })
    }

    #[test]
    fn a_row_becomes_a_candidate_that_knows_its_cells_and_changes() {
        let mut reader = reader(&["民族", "姓名", "出生日期", "备注"]);
        let Reading::Candidate(c) = reader.read(&row(4, &["汉", " 王一", "20150307", "x"])) else {
            panic!()
        };
        assert_eq!(c.record.get(Field::PupilName), "王一");
        assert_eq!(c.record.get(Field::EthnicGroup), "ethnic_group:01");
        assert_eq!(c.place(Some(Field::BirthDate)).cell(), "C4");
        assert_eq!(c.place(Some(Field::Sex)).cell(), "4");
        let rules: Vec<_> = c.changed.iter().map(|c| (c.field, c.rule)).collect();
        assert_eq!(rules, [(Field::EthnicGroup, "label"), (Field::PupilName, "trim")]);
    }

    #[test]
    fn rows_that_are_no_pupils_are_passed_with_a_reason() {
        let mut reader = reader(&["序号", "姓名", "性别", "民族"]);
        for (cells, passed) in [
            (&["合计", "", "45", ""][..], true),
            (&["", "填表人：", "", ""], true),
            (&["序号", "姓名", "性别", "民族"], true),
            (&["1", "说明", "男", "汉族"], false),
            (&["1", "", "男", "汉族"], false),
        ] {
            let reading = reader.read(&row(9, cells));
            assert_eq!(matches!(reading, Reading::Passed { .. }), passed, "{cells:?}");
        }
        assert!(matches!(reader.read(&row(9, &["", " ", "", ""])), Reading::Blank));
    }
}
