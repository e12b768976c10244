//! The sheets of a workbook and their rows: xlsx and xlsb row by row, an xls whole, as calamine reads it.

use crate::model::cell::{Region, Row};
use crate::xlsx::bin::{self, SheetBin};
use crate::xlsx::compound::Facts;
use crate::xlsx::error::ReadError;
use crate::xlsx::guard::fenced;
use crate::xlsx::ooxml::{self, Ooxml};
use crate::xlsx::package::Parts;
use crate::xlsx::read::SheetInfo;
use crate::xlsx::sheet_xml::{self, SheetXml};
use crate::xlsx::value::{LAST_COLUMN, push, region};
use crate::xlsx::watch::{Watch, Watched};
use crate::xlsx::xml::Fault;
use calamine::{Data, Range, Reader, SheetType, SheetVisible, Xls, XlsError};
use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::Path;

/// A workbook that is open.
pub enum Workbook {
    /// An xlsx or xlsm in xml, or an xlsb in records.
    Package(Box<Package>),
    Xls(Box<Old>),
}

/// A package of parts.
pub struct Package {
    parts: Parts,
    book: Ooxml,
    form: Form,
}

#[derive(Clone, Copy)]
enum Form {
    Xml,
    Binary,
}

/// No sheet that people made has more merged cells.
pub const MERGES: usize = 200_000;

/// An xls: read whole when it is opened.
pub struct Old {
    book: Xls<BufReader<Watched>>,
    facts: Facts,
}

/// A full sheet of 476 columns. A cell in the last column of every row would be sixteen thousand million.
const CELL_LIMIT: usize = 500_000_000;

type Sink<'a> = &'a mut dyn FnMut(Row) -> ControlFlow<()>;

/// Opens an xlsx or xlsm.
pub fn open_xlsx(mut parts: Parts) -> Result<Workbook, ReadError> {
    let book = ooxml::open(&mut parts)?;
    Ok(Workbook::Package(Box::new(Package { parts, book, form: Form::Xml })))
}

/// Opens an xlsb.
pub fn open_xlsb(mut parts: Parts) -> Result<Workbook, ReadError> {
    let book = bin::open(&mut parts)?;
    Ok(Workbook::Package(Box::new(Package { parts, book, form: Form::Binary })))
}

/// Opens an xls, of which its records told the facts.
pub fn open_xls(path: &Path, file: File, facts: Facts) -> Result<Workbook, ReadError> {
    let watch = Watch::default();
    match fenced(|| Xls::new(BufReader::new(Watched::new(file, &watch)))) {
        Some(Ok(book)) => Ok(Workbook::Xls(Box::new(Old { book, facts }))),
        Some(Err(XlsError::Password)) => Err(ReadError::Encrypted { path: path.to_path_buf() }),
        _ => Err(watch.or(path, || ReadError::damaged(path, "工作簿的结构无法解析"))),
    }
}

impl Workbook {
    /// The worksheets; charts and macro sheets hold no roster.
    pub fn sheets(&self) -> Vec<SheetInfo> {
        match self {
            Workbook::Package(package) => package.book.sheets.clone(),
            Workbook::Xls(old) => {
                let tables = old.book.sheets_metadata().iter().filter(|s| s.typ == SheetType::WorkSheet);
                let visible = |v| v == SheetVisible::Visible;
                tables.map(|s| SheetInfo { name: s.name.clone(), visible: visible(s.visible) }).collect()
            }
        }
    }

    /// Whether its days are counted from 1904.
    pub fn is_1904(&self) -> bool {
        match self {
            Workbook::Package(package) => package.book.shared.is_1904,
            Workbook::Xls(old) => old.facts.is_1904,
        }
    }

    /// The merged cells of the sheet.
    pub fn merges(&mut self, path: &Path, sheet: usize) -> Result<Vec<Region>, ReadError> {
        match self {
            Workbook::Package(package) => package.merges(sheet),
            Workbook::Xls(old) => old.merges(path, sheet),
        }
    }

    /// Gives every row of the sheet that is not blank.
    pub fn rows(&mut self, path: &Path, sheet: usize, sink: Sink<'_>) -> Result<(), ReadError> {
        match self {
            Workbook::Package(package) => package.rows(sheet, sink),
            Workbook::Xls(old) => old.rows(path, sheet, sink),
        }
    }
}

impl Package {
    fn title(&self, sheet: usize) -> String {
        format!("工作表“{}”", self.book.sheets[sheet].name)
    }

    fn merges(&mut self, sheet: usize) -> Result<Vec<Region>, ReadError> {
        let (title, form) = (self.title(sheet), self.form);
        let part = self.parts.part(&self.book.parts[sheet]);
        let found = part.and_then(|part| {
            fenced(|| match form {
                Form::Xml => sheet_xml::merges(part),
                Form::Binary => bin::merges(part),
            })
        });
        match found {
            Some(Ok(regions)) => Ok(regions),
            Some(Err(Fault::TooMuch)) => Err(self.parts.too_large(too_many(&title))),
            _ => Err(self.parts.failed(format!("{title}的合并单元格无法解析"))),
        }
    }

    fn rows(&mut self, sheet: usize, sink: Sink<'_>) -> Result<(), ReadError> {
        let title = self.title(sheet);
        let Some(part) = self.parts.part(&self.book.parts[sheet]) else {
            return Err(self.parts.failed(format!("没有{title}的内容")));
        };
        let ended = match self.form {
            Form::Xml => {
                let mut cells = SheetXml::new(part, &self.book.shared);
                stream(|| (cells.row(), cells.last), sink)
            }
            Form::Binary => {
                let mut cells = SheetBin::new(part, &self.book.shared);
                stream(|| (cells.row(), cells.last), sink)
            }
        };
        ended.map_err(|(fault, last)| match fault {
            Fault::TooMuch => self.parts.too_large(told(&title, fault, last)),
            _ => self.parts.failed(told(&title, fault, last)),
        })
    }
}

/// Hands on the rows that are not blank. Parsing runs inside the fence, the sink outside of it.
fn stream(
    mut next: impl FnMut() -> (Result<Option<Row>, Fault>, u32),
    sink: Sink<'_>,
) -> Result<(), (Fault, u32)> {
    let (mut last, mut given) = (0, 0);
    loop {
        let (row, at) = fenced(&mut next).unwrap_or((Err(Fault::Broken), last));
        last = at;
        match row {
            Ok(Some(row)) if row.is_blank() => {}
            Ok(Some(row)) if row.len() > CELL_LIMIT - given => return Err((Fault::TooMuch, last)),
            Ok(Some(row)) => {
                given += row.len();
                if sink(row).is_break() {
                    return Ok(());
                }
            }
            Ok(None) => return Ok(()),
            Err(fault) => return Err((fault, last)),
        }
    }
}

fn told(title: &str, fault: Fault, last: u32) -> String {
    match fault {
        Fault::Broken => format!("{title}第 {last} 行之后读不下去"),
        Fault::TooMuch => format!("{title}第 {last} 行之后的内容太多"),
        Fault::Order => format!("{title}第 {last} 行之后的行列次序错乱"),
        Fault::NoSuchText { cell, number } => {
            format!("{title}单元格 {cell} 引用的第 {number} 条文字不存在")
        }
    }
}

fn too_many(title: &str) -> String {
    format!("{title}的合并单元格超过 {MERGES} 处")
}

impl Old {
    fn merges(&mut self, path: &Path, sheet: usize) -> Result<Vec<Region>, ReadError> {
        let (_, name) = self.table(path, sheet)?;
        let found = fenced(|| self.book.merge_cells_by_sheet_name(&name)).and_then(Result::ok);
        let title = format!("工作表“{name}”");
        let found = found.ok_or_else(|| ReadError::damaged(path, format!("{title}的合并单元格无法解析")))?;
        if found.len() > MERGES {
            return Err(ReadError::TooLarge { path: path.to_path_buf(), detail: too_many(&title) });
        }
        Ok(found.iter().filter_map(|d| region(d.start, d.end)).collect())
    }

    /// The sheet among all of the file, and its name.
    fn table(&self, path: &Path, sheet: usize) -> Result<(usize, String), ReadError> {
        let all = self.book.sheets_metadata();
        let table = all.iter().enumerate().filter(|(_, s)| s.typ == SheetType::WorkSheet).nth(sheet);
        let missing = || ReadError::damaged(path, format!("没有第 {} 个工作表", sheet + 1));
        table.map(|(at, s)| (at, s.name.clone())).ok_or_else(missing)
    }

    fn rows(&mut self, path: &Path, sheet: usize, sink: Sink<'_>) -> Result<(), ReadError> {
        let (at, name) = self.table(path, sheet)?;
        let unreadable = || ReadError::damaged(path, format!("工作表“{name}”无法解析"));
        let range =
            fenced(|| self.book.worksheet_range(&name)).and_then(Result::ok).ok_or_else(unreadable)?;
        let (mut index, mut scratch) = (0, String::new());
        let next = || {
            let row = row_of(&range, index, (&self.facts, at), &mut scratch);
            index += 1;
            (row, index as u32)
        };
        stream(next, sink)
            .map_err(|(fault, last)| ReadError::damaged(path, told(&format!("工作表“{name}”"), fault, last)))
    }
}

fn row_of(
    range: &Range<Data>,
    index: usize,
    (facts, sheet): (&Facts, usize),
    scratch: &mut String,
) -> Result<Option<Row>, Fault> {
    let (top, left) = range.start().unwrap_or_default();
    if index >= range.height() {
        return Ok(None);
    }
    let zero = top + index as u32;
    let hidden = facts.hidden.get(sheet).map_or(&[][..], Vec::as_slice);
    let is_hidden = u16::try_from(zero).is_ok_and(|zero| hidden.binary_search(&zero).is_ok());
    let mut row = Row::new(zero + 1).hidden_if(is_hidden);
    let width = range.width();
    for column in 0..width {
        match range.get((index, column)) {
            None | Some(Data::Empty) => {}
            Some(value) => {
                let column = left as usize + column;
                if column >= LAST_COLUMN {
                    return Err(Fault::Order);
                }
                row.pad_to(column);
                push(&mut row, value, facts.is_1904, scratch);
                if let Some(look) = facts.look(sheet, zero, column) {
                    look.see(&mut row);
                }
            }
        }
    }
    Ok(Some(row))
}
