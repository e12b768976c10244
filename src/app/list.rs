//! A list in a workbook: the row of headings that are those of a form, and the rows under it.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use crate::model::cell::{Place, Row};
use crate::model::field::Need;
use crate::model::sheet::SheetColumn;
use crate::roster::column::plain;
use crate::roster::layout::HEADER_WITHIN;
use crate::xlsx::error::ReadError;
use crate::xlsx::read;

use super::failure::{Failure, Refusal};
use super::input::error::InputError;

/// One list, its columns found by their headings.
pub struct List {
    pub file: Arc<str>,
    pub sheet: Arc<str>,
    pub header: Row,
    pub columns: &'static [SheetColumn],
    /// Where each column stands; none where the list does not have it.
    pub at: Vec<Option<usize>>,
    /// The rows under the headings that are not blank.
    pub rows: Vec<Row>,
}

impl List {
    /// The index of a column.
    pub fn index(&self, key: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.key == key).and_then(|i| self.at[i])
    }

    /// A row's text in a column; empty where the list has no such column.
    pub fn get<'a>(&self, row: &'a Row, key: &str) -> &'a str {
        self.index(key).map_or("", |i| row.cell(i).0.trim())
    }

    /// Where a column of a row stands; the row alone where the list has no such column.
    pub fn place(&self, row: &Row, key: &str) -> Place {
        let column = self.index(key).map_or(0, |i| i as u16 + 1);
        Place { file: self.file.clone(), sheet: self.sheet.clone(), row: row.number, column }
    }
}

/// The first sheet of a workbook that has the headings which `complete` asks for; refused where there is none.
pub fn open(
    path: &Path,
    columns: &'static [SheetColumn],
    complete: &dyn Fn(&[Option<usize>]) -> bool,
    remedy: &str,
) -> Result<List, Failure> {
    let mut book = read::open(path).map_err(InputError::from)?;
    let file = path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned()).into();
    let names: Vec<String> = book.sheets().iter().map(|s| s.name.clone()).collect();
    for (index, name) in names.iter().enumerate() {
        let mut rows = all_rows(&mut book, index).map_err(InputError::from)?;
        let Some((number, at)) = header(&rows, columns, complete) else { continue };
        let header = rows.iter().position(|r| r.number == number).map(|i| rows.remove(i));
        let Some(header) = header else { continue };
        rows.retain(|r| r.number > number && !r.is_blank());
        return Ok(List { file, sheet: name.as_str().into(), header, columns, at, rows });
    }
    Err(Refusal::new(format!("{} 中没有认得的名单。", path.display()), remedy).into())
}

/// Every row of a sheet.
pub fn all_rows(book: &mut read::Book, sheet: usize) -> Result<Vec<Row>, ReadError> {
    let mut rows = Vec::new();
    book.rows(sheet, &mut |row| {
        rows.push(row);
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}

/// The header row that has the columns which `complete` asks for, and where each column is.
pub fn header(
    rows: &[Row],
    columns: &[SheetColumn],
    complete: &dyn Fn(&[Option<usize>]) -> bool,
) -> Option<(u32, Vec<Option<usize>>)> {
    rows.iter().take_while(|r| r.number <= HEADER_WITHIN).find_map(|row| {
        let at: Vec<Option<usize>> = columns
            .iter()
            .map(|c| {
                let names =
                    |text: &str| plain(c.heading) == text || c.aliases.iter().any(|a| plain(a) == text);
                (0..row.len()).find(|&i| names(&plain(row.cell(i).0)))
            })
            .collect();
        complete(&at).then_some((row.number, at))
    })
}

/// Whether every column that must be filled in is there.
pub fn has_musts(columns: &[SheetColumn], at: &[Option<usize>]) -> bool {
    columns.iter().zip(at).all(|(c, at)| c.need != Need::Must || at.is_some())
}
