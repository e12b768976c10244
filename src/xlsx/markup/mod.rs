//! The school's own workbook back, its cells marked: every part that is not touched stays the bytes it is.

mod around;
mod cells;
mod comments;
mod fresh;
mod job;
pub mod order;
pub mod parts;
mod rows;
mod sheet;
mod styles;
mod summary;
#[cfg(test)]
mod tests;
mod work;
pub mod xml;

use crate::model::cell::Row;
use crate::model::finding::Finding;
use crate::model::markup;
use crate::xlsx::error::{ReadError, WriteError};
use crate::xlsx::guard::fenced;
use crate::xlsx::read::{self, Book, Format};
use crate::xlsx::save::atomically;
use memchr::memmem;
use parts::Parts;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek};
use std::ops::ControlFlow;
use std::path::Path;
use work::Work;

/// What was found in one sheet.
pub struct SheetMarks<'a> {
    pub sheet: &'a str,
    /// The last row of its header.
    pub header_row: u32,
    pub findings: Vec<&'a Finding>,
}

/// What is to be marked.
pub struct Marking<'a> {
    pub sheets: Vec<SheetMarks<'a>>,
    /// The name of a check for people.
    pub title: &'a dyn Fn(&str) -> &'static str,
}

/// What came of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marked {
    /// What the clerk should know: that the file was made anew, that not everything has a comment.
    pub remarks: Vec<String>,
}

/// Why a file could not be marked.
#[derive(Debug)]
pub enum MarkError {
    Read(ReadError),
    Write(WriteError),
}

impl From<ReadError> for MarkError {
    fn from(e: ReadError) -> MarkError {
        MarkError::Read(e)
    }
}

impl From<WriteError> for MarkError {
    fn from(e: WriteError) -> MarkError {
        MarkError::Write(e)
    }
}

/// The extension a marked copy of this file must have: Excel opens no workbook with macros under another name, and
/// none without under that one.
pub fn extension(input: &Path) -> Result<&'static str, ReadError> {
    let macros = |mut parts: Parts<BufReader<File>>| {
        parts.text("[Content_Types].xml").is_some_and(|types| types.contains("macroEnabled"))
    };
    Ok(match read::format_of(input)? {
        Format::Xlsx | Format::Xlsm if zipped(input)?.is_some_and(macros) => "xlsm",
        _ => "xlsx",
    })
}

fn zipped(input: &Path) -> Result<Option<Parts<BufReader<File>>>, ReadError> {
    let file = File::open(input).map_err(|e| ReadError::from_io(input, e))?;
    Ok(fenced(|| Parts::open(BufReader::new(file))).flatten())
}

/// Writes a copy of `input` with everything found marked in it. What stood at `output` is replaced.
pub fn mark(input: &Path, output: &Path, marking: &Marking) -> Result<Marked, MarkError> {
    let format = read::format_of(input)?;
    if matches!(format, Format::Xlsx | Format::Xlsm) {
        let earlier = earlier(input)?;
        if let Some(mut parts) = zipped(input)? {
            let planned = fenced(|| Work::plan(&mut parts, marking, &earlier, &[])).flatten();
            if let Some(work) = planned {
                return written(input, output, &mut parts, work);
            }
        }
    }
    let mut book = read::open(input)?;
    let at = |name: &str| book.sheets().iter().position(|i| i.name == name);
    let headers: Vec<(usize, u32)> =
        marking.sheets.iter().filter_map(|s| Some((at(s.sheet)?, s.header_row))).collect();
    let (bytes, names) = fresh::workbook(&mut book, &headers)?;
    let renamed =
        |s: &SheetMarks| book.sheets().iter().position(|i| i.name == s.sheet).map(|i| names[i].clone());
    let names: Vec<String> = marking.sheets.iter().map(|s| renamed(s).unwrap_or_default()).collect();
    let sheets = marking.sheets.iter().zip(&names).map(|(s, name)| SheetMarks {
        sheet: name,
        header_row: s.header_row,
        findings: s.findings.clone(),
    });
    let marking = Marking { sheets: sheets.collect(), title: marking.title };
    let remark = format!(
        "原文件（{}）不能直接标注，内容已原样抄到这个新的工作簿里，原来的格式没有保留。",
        format.name()
    );
    let mut parts = Parts::open(Cursor::new(bytes)).ok_or_else(|| unreadable(input))?;
    let planned = fenced(|| Work::plan(&mut parts, &marking, &Earlier::default(), &[remark])).flatten();
    written(input, output, &mut parts, planned.ok_or_else(|| unreadable(input))?)
}

fn unreadable(input: &Path) -> ReadError {
    ReadError::damaged(input, "工作簿的结构无法解析，不能标注")
}

fn written<R: Read + Seek>(
    input: &Path,
    output: &Path,
    parts: &mut Parts<R>,
    work: Work,
) -> Result<Marked, MarkError> {
    let marked = Marked { remarks: work.remarks.clone() };
    atomically(output, |file| match fenced(|| work.write(parts, file)) {
        Some(result) => result.map_err(|e| WriteError::from_io(output, e)),
        None => Err(WriteError::Workbook { path: output.to_path_buf(), detail: input.display().to_string() }),
    })?;
    Ok(marked)
}

/// So much of the texts of a workbook is looked through for an earlier marking.
const TEXTS: u64 = 512 << 20;

/// What an earlier marking left in a file.
#[derive(Default)]
pub struct Earlier {
    /// The sheet of results.
    results: Option<String>,
    /// Of each sheet that has columns of ours: the row of the headings, and the columns (from 1).
    columns: HashMap<String, (u32, Vec<u32>)>,
}

/// Looks for an earlier marking. Most files have none, which is seen without reading their cells.
fn earlier(input: &Path) -> Result<Earlier, ReadError> {
    let Some(mut parts) = zipped(input)? else { return Ok(Earlier::default()) };
    let seen = fenced(|| has_traces(&mut parts)).unwrap_or(true);
    if !seen {
        return Ok(Earlier::default());
    }
    let mut book = read::open(input)?;
    let mut found = Earlier { results: book.results().map(str::to_owned), ..Earlier::default() };
    for index in 0..book.sheets().len() {
        let name = book.sheets()[index].name.clone();
        if let Some(columns) = our_columns(&mut book, index)? {
            found.columns.insert(name, columns);
        }
    }
    Ok(found)
}

/// Whether the texts of a workbook hold a heading of ours, or a sheet of it is called as ours.
fn has_traces<R: Read + Seek>(parts: &mut Parts<R>) -> bool {
    let names = parts.ending_with(&["/workbook.xml", "/sharedstrings.xml"]);
    let marks = [markup::HEADINGS[0], markup::RESULT_SHEET].map(|m| memmem::Finder::new(m.as_bytes()));
    names.iter().any(|name| {
        let Some(part) = parts.reader(name) else { return true };
        let mut bytes = Vec::new();
        part.take(TEXTS).read_to_end(&mut bytes).is_err() || marks.iter().any(|m| m.find(&bytes).is_some())
    })
}

fn our_columns(book: &mut Book, sheet: usize) -> Result<Option<(u32, Vec<u32>)>, ReadError> {
    let mut found = None;
    book.source_rows(sheet, &mut |row: Row| {
        let columns = markup::columns(&row);
        if !columns.is_empty() {
            found = Some((row.number, columns.iter().map(|(c, _)| *c as u32 + 1).collect()));
        }
        if found.is_some() || row.number > markup::HEADINGS_WITHIN {
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    Ok(found)
}
