//! A candidate: one row of a roster as the registry would take it, with its place and with what was changed on the way.

use std::sync::Arc;

use crate::model::cell::{CellKind, Place, Region, Row};
use crate::model::field::{Field, FieldKind, FieldSet, Need};
use crate::model::record::{Draft, Record};

use super::by_name::ByName;
use super::code_cell::CodeCells;
use super::column::question::Question;
use super::continued;
use super::fill::Fill;
use super::layout::{Constant, Layout};
use super::normalize::{self, text};
use super::remark;
use super::row_kind::{Kind, RowKinds};
use super::sight::{self, Sights};

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
    /// Fields whose cell is a formula that nobody computed: what it would say is not known.
    pub uncomputed: FieldSet,
    /// The school's name that stands by itself in a row above, and that row.
    pub under: Option<(u32, Arc<str>)>,
    /// What a remark says that the pupil has left by, and where.
    pub leaving: Option<(&'static str, Place)>,
    /// Optional fields that hold 同上, which is no content.
    pub ditto: FieldSet,
    /// Fields that stand in rows below, which the pupil's name is merged over.
    pub below: Vec<(Field, Place)>,
    /// Cells of such rows that were not read.
    pub left: Vec<Place>,
    /// Those among them that are somebody else's: another identity number, another birth date.
    pub others: Vec<(Field, Place)>,
    /// What its cells are seen as besides their values.
    pub sights: Sights,
}

impl Candidate {
    /// Where a field of this row stands; the whole row where the sheet has no such column.
    pub fn place(&self, field: Option<Field>) -> Place {
        if let Some((_, place)) = self.below.iter().find(|(f, _)| Some(*f) == field) {
            return place.clone();
        }
        Place {
            file: self.source.file.clone(),
            sheet: self.source.sheet.clone(),
            row: self.row,
            column: field.map_or(0, |f| self.source.layout.column_of(f)),
        }
    }

    /// Whether a row of the sheet is this pupil's: its own, or one below that was read with it.
    pub fn stands_in(&self, row: u32) -> bool {
        self.row == row || self.below.iter().any(|(_, place)| place.row == row)
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
    /// Fields whose heading asks a question.
    questions: Vec<(Field, Question)>,
    kinds: RowKinds,
    fill: Fill,
    constants: Vec<Constant>,
    names: Arc<ByName>,
    /// Columns of remarks.
    remarks: remark::Columns,
    /// Where the rows of another class begin.
    turned: Vec<(u32, String)>,
    under: Option<(u32, Arc<str>)>,
    another_table: Option<u32>,
    hidden: (u32, u64),
    /// Rows below a pupil's that were read with it: the first, and how many.
    continued: (u32, u64),
}

impl Reader {
    /// A reader for the rows under this header.
    pub fn new(source: Source) -> Reader {
        let layout = &source.layout;
        let fields = layout.columns.iter().enumerate();
        let columns = fields.filter_map(|(i, f)| f.map(|f| (i, f, f.kind()))).collect();
        Reader {
            columns,
            draft: Draft::default(),
            codes: CodeCells::default(),
            questions: layout.questions().collect(),
            kinds: RowKinds::new(layout),
            fill: Fill::new(layout),
            constants: layout.constants.clone(),
            names: Arc::default(),
            remarks: remark::columns(&source),
            turned: Vec::new(),
            under: None,
            another_table: None,
            hidden: (0, 0),
            continued: (0, 0),
            source: Arc::new(source),
        }
    }

    /// The sheet being read.
    pub fn source(&self) -> &Arc<Source> {
        &self.source
    }

    /// The merged cells of the sheet, and whether they are all the fields' (a file so small that its regions were
    /// read beforehand) or only those of whole classes.
    pub fn set_merges(&mut self, merges: &[Region], every_field: bool) {
        self.fill.set(&self.source.layout, merges, every_field);
    }

    /// Whether this row has a blank under a value, and the merged cells have not been asked for.
    pub fn wants_merges(&mut self, row: &Row) -> bool {
        self.fill.wants(row)
    }

    /// What the registry's schools and classes are called, for rosters that only name them.
    pub fn know(&mut self, names: Arc<ByName>) {
        self.names = names;
    }

    /// The row in which another table begins: what stands below cannot be read under this header.
    pub fn another_table(&self) -> Option<u32> {
        self.another_table
    }

    /// Pupils in rows that are hidden or filtered out: the first row, and how many.
    pub fn hidden(&self) -> Option<(u32, u64)> {
        (self.hidden.1 > 0).then_some(self.hidden)
    }

    /// Rows that went on with the pupil above and gave another family member: the first row, and how many.
    pub fn continued(&self) -> Option<(u32, u64)> {
        (self.continued.1 > 0).then_some(self.continued)
    }

    /// The rows that were titles of another class, each with the class.
    pub fn turned(&self) -> &[(u32, String)] {
        &self.turned
    }

    /// Whether a row goes on with the pupil above, whose name is merged over it.
    pub fn goes_on(&self, row: &Row) -> bool {
        self.kinds.goes_on(row, &self.fill)
    }

    /// Reads one row below the header.
    pub fn read(&mut self, row: &Row) -> Reading {
        self.read_with(row, &[])
    }

    /// Reads one row below the header with the rows that go on with it.
    pub fn read_with(&mut self, row: &Row, more: &[Row]) -> Reading {
        if row.is_blank() {
            return Reading::Blank;
        }
        match self.kinds.of(row, &self.source.layout, &self.fill) {
            Kind::Pupil if row.hidden => {
                self.hidden =
                    (if self.hidden.1 == 0 { row.number } else { self.hidden.0 }, self.hidden.1 + 1);
            }
            Kind::Pupil => {}
            Kind::Passed(reason) => return Reading::Passed { row: row.number, reason },
            Kind::ClassTitle(class) => {
                self.turn_to_class(row.number, class);
                return Reading::Passed { row: row.number, reason: "班级小标题" };
            }
            Kind::SchoolTitle(school, class) => {
                self.under = Some((row.number, school.into()));
                if let Some(class) = class {
                    self.turn_to_class(row.number, class);
                }
                return Reading::Passed { row: row.number, reason: "学校小标题" };
            }
            Kind::AnotherTable => {
                self.another_table.get_or_insert(row.number);
                return Reading::Passed { row: row.number, reason: "另一张表的表头" };
            }
        }
        let mut candidate = Candidate {
            source: self.source.clone(),
            row: row.number,
            record: self.draft.take(),
            changed: Vec::new(),
            numeric: FieldSet::default(),
            failed: FieldSet::default(),
            uncomputed: FieldSet::default(),
            under: self.under.clone(),
            leaving: remark::leaving(row, &self.remarks, &self.source),
            ditto: FieldSet::default(),
            below: Vec::new(),
            left: Vec::new(),
            others: Vec::new(),
            sights: sight::of(row, &self.columns, &self.source),
        };
        candidate.sights.example = self.kinds.example(row);
        self.read_cells(&mut candidate, row);
        self.fill_down(&mut candidate, row);
        more.iter().for_each(|m| self.go_on(&mut candidate, row, m));
        let names = self.names.clone();
        names.school_of_its_cell(&mut self.draft, &mut candidate.changed);
        self.add_constants(&mut candidate);
        let above = self.under.as_ref().map(|(_, name)| &**name);
        names.school(above, &mut self.draft, &mut candidate.changed);
        names.class(&mut self.draft, &mut candidate.changed);
        self.accept(row, &mut candidate);
        candidate.record = self.draft.take();
        Reading::Candidate(Box::new(candidate))
    }

    /// Every cell of the row that has a field.
    fn read_cells(&mut self, candidate: &mut Candidate, row: &Row) {
        for i in 0..self.columns.len() {
            let (column, field, kind) = self.columns[i];
            let (raw, cell) = row.cell(column);
            if let Some(whole) = self.whole_name(field, raw, row) {
                self.put(candidate, (field, kind), &whole, cell);
                candidate.changed.insert(0, Changed { field, raw: whole, rule: "name-joined" });
            } else if !raw.is_empty() {
                candidate.changed.extend(sight::changed(row, column, field));
                self.put(candidate, (field, kind), sight::written(row, column, kind), cell);
            } else if cell == CellKind::Uncomputed {
                candidate.uncomputed.insert(field);
            }
        }
    }

    /// Surname and given name of two columns in one: names in letters keep the space between them.
    fn whole_name(&self, field: Field, surname: &str, row: &Row) -> Option<String> {
        let given = self.source.layout.given.filter(|_| field == Field::PupilName)?;
        let (surname, given) = (surname.trim(), row.cell(given).0.trim());
        let latin = |text: &str| text.chars().any(|c| c.is_ascii_alphabetic());
        let space = if latin(surname) && latin(given) { " " } else { "" };
        (!given.is_empty()).then(|| format!("{surname}{space}{given}"))
    }

    /// Reads a row that goes on with the pupil of `first`; what has no place in the record is told.
    fn go_on(&mut self, candidate: &mut Candidate, first: &Row, row: &Row) {
        let source = self.source.clone();
        let place = |column: usize| Place {
            file: source.file.clone(),
            sheet: source.sheet.clone(),
            row: row.number,
            column: column as u16 + 1,
        };
        let said = |f: Field| self.constants.iter().any(|c| c.field == f);
        let free = |f: Field| self.draft.lacks(f) && !said(f);
        let parts = continued::parts(row, first, &source.layout, &free);
        candidate.left.extend(parts.left.iter().map(|c| place(c.column)));
        for continued::Cell { column, field } in parts.left {
            if continued::OWN.contains(&field) && self.is_another(row, column, field) {
                candidate.others.push((field, place(column)));
            }
        }
        if !parts.member.is_empty() {
            let first = if self.continued.1 == 0 { row.number } else { self.continued.0 };
            self.continued = (first, self.continued.1 + 1);
        }
        for continued::Cell { column, field } in parts.member {
            let (raw, kind) = row.cell(column);
            self.put(candidate, (field, field.kind()), raw, kind);
            candidate.changed.push(Changed { field, raw: raw.to_owned(), rule: "continued" });
            candidate.below.push((field, place(column)));
            for (_, was) in row.accepted().filter(|a| a.0 == column) {
                let accepted = Changed { field, raw: was.to_owned(), rule: "accepted" };
                candidate.changed.insert(0, accepted);
            }
        }
    }

    /// Whether a cell below says otherwise what only one pupil can have.
    fn is_another(&mut self, row: &Row, column: usize, field: Field) -> bool {
        let ((raw, kind), mut clean) = (row.cell(column), String::new());
        normalize::clean(field.kind(), raw, kind, &mut clean, &mut |_| {});
        let own = self.draft.slot(field);
        !own.is_empty() && !clean.is_empty() && *own != clean
    }

    /// Keeps what stood in a cell before an accepted proposal, ahead of what cleaning made of the proposal.
    fn accept(&self, row: &Row, candidate: &mut Candidate) {
        for (column, was) in row.accepted() {
            if let Some((_, field, _)) = self.columns.iter().find(|c| c.0 == column) {
                candidate.changed.insert(0, Changed { field: *field, raw: was.to_owned(), rule: "accepted" });
            }
        }
    }

    fn put(
        &mut self,
        candidate: &mut Candidate,
        (field, kind): (Field, FieldKind),
        raw: &str,
        cell: CellKind,
    ) {
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
            let asked = self.questions.iter().find(|(f, _)| *f == field);
            let (resolved, rule) = match asked {
                Some((_, question)) => (self.codes.answer(field, *question, slot), "answer"),
                None => (self.codes.resolve(field, slot), "label"),
            };
            *slot = resolved.value;
            if resolved.converted {
                changed.push(Changed { field, raw: raw.to_owned(), rule });
            }
        }
        if field.spec().need == Need::Optional && text::is_ditto(slot) {
            slot.clear();
            candidate.ditto.insert(field);
        }
    }

    /// Blanks inside merged cells get the value of their region, and keep from where.
    fn fill_down(&mut self, candidate: &mut Candidate, row: &Row) {
        for filled in self.fill.values(row) {
            self.put(candidate, (filled.field, filled.field.kind()), &filled.text, filled.kind);
            let (field, raw) = (filled.field, format!("合并单元格 {}", filled.region.name()));
            candidate.changed.push(Changed { field, raw, rule: "filled-down" });
        }
    }

    fn add_constants(&mut self, candidate: &mut Candidate) {
        for i in 0..self.constants.len() {
            let Constant { field, ref value, rule, when } = self.constants[i];
            if !self.draft.slot(field).is_empty() || when.is_some_and(|w| self.draft.slot(w).is_empty()) {
                continue;
            }
            let value = value.clone();
            self.put(candidate, (field, field.kind()), &value, CellKind::Text);
            candidate.changed.push(Changed { field, raw: value, rule });
        }
    }

    /// From here on the rows are another class's.
    fn turn_to_class(&mut self, row: u32, class: String) {
        self.turned.push((row, class.clone()));
        self.constants.retain(|c| c.field != Field::ClassName);
        self.constants.push(Constant {
            field: Field::ClassName,
            value: class,
            rule: "from-title",
            when: None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roster::layout;

    fn reader(header: &[&str]) -> Reader {
        let layout = layout::find(&[Row::of_texts(1, header)], None).unwrap();
        Reader::new(Source { file: "a.xlsx".into(), sheet: "花名册".into(), layout })
    }

    #[test]
    fn a_row_becomes_a_candidate_that_knows_its_cells_and_changes() {
        let mut reader = reader(&["民族", "姓名", "出生日期", "备注"]);
        let Reading::Candidate(c) = reader.read(&Row::of_texts(4, &["汉", " 王一", "20150307", "x"]))
        else {
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
            let reading = reader.read(&Row::of_texts(9, cells));
            assert_eq!(matches!(reading, Reading::Passed { .. }), passed, "{cells:?}");
        }
        assert!(matches!(reader.read(&Row::of_texts(9, &["", " ", "", ""])), Reading::Blank));
    }

    #[test]
    fn an_accepted_proposal_is_the_value_and_what_stood_there_is_kept() {
        let mut reader = reader(&["民族", "姓名", "身份证件号"]);
        let mut accepted = Row::of_texts(4, &["汉族", "王一", "1.10105E+17"]);
        accepted.accept(2, "11010519491231002x");
        let Reading::Candidate(c) = reader.read(&accepted) else { panic!() };
        assert_eq!(c.record.get(Field::DocumentId), "11010519491231002X");
        let changed = |raw: &str, rule| Changed { field: Field::DocumentId, raw: raw.to_owned(), rule };
        assert_eq!(c.changed, [changed("1.10105E+17", "accepted"), changed("11010519491231002x", "upper")]);
    }
}
