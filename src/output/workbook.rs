//! Tables as a workbook; the file of refused rows.

use std::path::Path;

use crate::app::failure::Failure;
use crate::app::reporting::Sink;
use crate::code::reference::CodeRef;
use crate::model::export::Mark;
use crate::model::field::{Edition, FIELDS, Field};
use crate::model::finding::Finding;
use crate::model::markup;
use crate::model::page::Page;
use crate::model::table::{Column, Table};
use crate::roster::candidate::Candidate;
use crate::roster::code_cell::label;
use crate::roster::column::question;
use crate::xlsx::book::Book;
use crate::xlsx::error::WriteError;
use crate::xlsx::{roster, write};

use super::{Privacy, mask};

/// Writes tables, a sheet each.
pub fn tables(
    path: &Path,
    tables: &[Table],
    privacy: Privacy,
    mark: Option<&Mark>,
) -> Result<(), WriteError> {
    write::write_book(path, |book| {
        book.mark(mark);
        tables.iter().try_for_each(|t| book.table(t.sheet(), &marked(masked(t.clone(), privacy), mark)))
    })
}

/// The bytes of a workbook of tables in full: what goes into a copy that left for a purpose.
pub fn bytes(path: &Path, tables: Vec<Table>, mark: Option<&Mark>) -> Result<Vec<u8>, WriteError> {
    let marked: Vec<Table> = tables.into_iter().map(|t| marked(t, mark)).collect();
    write::tables_bytes(path, &marked, mark)
}

/// What is written on its sheets stands under the title, where nobody overlooks it.
fn marked(mut table: Table, mark: Option<&Mark>) -> Table {
    if let Some(mark) = mark {
        table.head.insert(0, mark.line.clone());
    }
    table
}

fn masked(table: Table, privacy: Privacy) -> Table {
    let rows = table.rows.into_iter().map(|row| masked_row(row, &table.columns, privacy)).collect();
    Table { rows, ..table }
}

fn masked_row(row: Vec<String>, columns: &[Column], privacy: Privacy) -> Vec<String> {
    if privacy == Privacy::Revealed {
        return row;
    }
    let each = row.into_iter().zip(columns);
    each.map(|(cell, c)| if c.personal.is_none() { cell } else { mask::cell(c.personal, &cell, privacy) })
        .collect()
}

/// The last line of every report on paper (R§8: who is responsible, who filled it in, when, and the seal).
const SIGNED: &str =
    "单位负责人：　　　　　　　填表人：　　　　　　　报出日期：　　　　年　　月　　日　　（盖章）";
/// What stands in a report that has nothing to list.
const NONE: &str = "没有";

/// A workbook that takes tables as they are made.
pub struct Writing<'b, 'p> {
    book: &'b mut Book<'p>,
    privacy: Privacy,
    columns: Vec<Column>,
    mark: Option<Mark>,
    rows: usize,
}

/// A line that says that there are no others.
fn none(columns: usize) -> Vec<String> {
    let mut row = vec![String::new(); columns];
    row.iter_mut().take(1).for_each(|first| *first = NONE.to_owned());
    row
}

impl Sink for Writing<'_, '_> {
    fn table(&mut self, table: Table) -> Result<(), Failure> {
        let mut table = marked(masked(table, self.privacy), self.mark.as_ref());
        if table.rows.is_empty() {
            table.rows.push(none(table.columns.len()));
        }
        table.foot.push(SIGNED.to_owned());
        Ok(self.book.table(table.sheet(), &table)?)
    }

    fn begin(&mut self, table: Table) -> Result<(), Failure> {
        self.columns = table.columns.clone();
        self.rows = 0;
        let table = marked(table, self.mark.as_ref());
        Ok(self.book.begin(table.sheet(), &table)?)
    }

    fn row(&mut self, row: Vec<String>) -> Result<(), Failure> {
        self.rows += 1;
        Ok(self.book.row(&masked_row(row, &self.columns, self.privacy))?)
    }

    fn end(&mut self, mut foot: Vec<String>) -> Result<(), Failure> {
        if self.rows == 0 {
            self.book.row(&none(self.columns.len()))?;
        }
        foot.push(SIGNED.to_owned());
        Ok(self.book.end(&foot)?)
    }

    fn page(&mut self, sheet: &str, page: Page) -> Result<(), Failure> {
        Ok(self.book.page(sheet, &page)?)
    }
}

/// Writes what `make` makes, sheet by sheet and row by row; what it says at the end.
pub fn stream<T>(
    path: &Path,
    (privacy, mark): (Privacy, Option<&Mark>),
    make: impl FnOnce(&mut dyn Sink) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let mut said = None;
    write::write_book(path, |book| {
        book.mark(mark);
        let mut writing = Writing { book, privacy, columns: Vec::new(), mark: mark.cloned(), rows: 0 };
        said = Some(make(&mut writing)?);
        Ok::<_, Failure>(())
    })?;
    Ok(said.expect("what was written was made"))
}

/// Writes refused rows in the template's columns with their reasons in a last one, so that the school mends and sends
/// them back. Numbers stand in full: the school wrote them, and they must be mended.
pub fn refused(path: &Path, rows: &[(&Candidate, &[Finding])], many: bool) -> Result<(), WriteError> {
    // A class that is only named keeps its name: the school has written no number, and none may be known.
    let is_told = |field: Field| rows.iter().any(|(c, _)| !as_in_the_sheet(c, field).is_empty());
    let columns: Vec<Field> = FIELDS
        .iter()
        .filter(|s| s.edition != Edition::Practice || is_told(s.field))
        .map(|s| s.field)
        .collect();
    let mut lines = rows.iter().map(|(candidate, findings)| {
        let mut line: Vec<String> = columns.iter().map(|f| as_in_the_sheet(candidate, *f)).collect();
        let reasons = findings.iter().map(|f| {
            let heading = f.field.map_or("", |f| f.heading());
            format!("【{}】{heading}：{}{}", f.severity.label(), f.message, f.hint)
        });
        let from = if many { format!("原 {} ", candidate.source.file) } else { "原".to_owned() };
        line.push(format!("{from}第 {} 行。{}", candidate.row, reasons.collect::<Vec<_>>().join("；")));
        line
    });
    roster::write_roster(path, &columns, &mut lines, Some(markup::REFUSED_HEADING))
}

/// The value as the school wrote it, so that it is read again as it was: a label for a code, twelve digits for a
/// division, the raw text where it was changed in reading. What it was only by its cell or its heading, or was looked up
/// by its name, is written as what it is.
fn as_in_the_sheet(candidate: &Candidate, field: Field) -> String {
    let value = candidate.record.get(field);
    let by = |rules: &[&str]| candidate.changed.iter().any(|c| c.field == field && rules.contains(&c.rule));
    if field == Field::ClassNumber && by(&["class-by-name", "class-by-grade"]) {
        return String::new();
    }
    if by(&["answer", "serial", "continued", "filled-down"]) {
        return label(value).to_owned();
    }
    // 1 under 是否住宿 is no 1 of 就读方式.
    let asked = candidate.source.layout.question(field).is_some();
    if asked && question::of(field, field.heading()).is_none() && code(value).is_none() && !value.is_empty() {
        return format!("“{value}”");
    }
    if let Some(changed) = candidate.changed.iter().find(|c| c.field == field) {
        return changed.raw.clone();
    }
    label(value).to_owned()
}

fn code(value: &str) -> Option<CodeRef> {
    value.parse().ok()
}
