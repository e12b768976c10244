//! Rows out of xlsx, xlsb and xls, as calamine reads them: the first two cell by cell, an xls whole.

use crate::model::cell::{Region, Row};
use crate::xlsx::error::ReadError;
use crate::xlsx::guard::fenced;
use crate::xlsx::read::SheetInfo;
use crate::xlsx::value::{borrowed, push};
use calamine::{
    Cell, DataRef, Dimensions, Reader, SheetType, SheetVisible, Xls, XlsError, Xlsb, XlsbError, Xlsx,
    XlsxError,
};
use std::fs::File;
use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::Path;

type Input = BufReader<File>;

/// A workbook that is open.
pub enum Workbook {
    Xlsx(Box<Xlsx<Input>>),
    Xlsb(Box<Xlsb<Input>>),
    Xls(Box<Xls<Input>>),
}

/// The last row and column a sheet can have (Excel specifications and limits).
const LAST_ROW: u32 = 1_048_576;
const LAST_COLUMN: u32 = 16_384;
/// No sheet that people made has more merged cells.
pub const MERGES: usize = 200_000;

fn region(d: &Dimensions) -> Region {
    let last = |end: u32, most: u32| end.min(most - 1);
    Region {
        top: d.start.0.saturating_add(1),
        left: d.start.1,
        bottom: last(d.end.0, LAST_ROW) + 1,
        right: last(d.end.1, LAST_COLUMN),
    }
}

/// Opens an xlsx or xlsm.
pub fn open_xlsx(path: &Path, file: File) -> Result<Workbook, ReadError> {
    opened(path, fenced(|| Xlsx::new(BufReader::new(file))), |e| matches!(e, XlsxError::Password))
        .map(|book| Workbook::Xlsx(Box::new(book)))
}

/// Opens an xlsb.
pub fn open_xlsb(path: &Path, file: File) -> Result<Workbook, ReadError> {
    opened(path, fenced(|| Xlsb::new(BufReader::new(file))), |e| matches!(e, XlsbError::Password))
        .map(|book| Workbook::Xlsb(Box::new(book)))
}

/// Opens an xls.
pub fn open_xls(path: &Path, file: File) -> Result<Workbook, ReadError> {
    opened(path, fenced(|| Xls::new(BufReader::new(file))), |e| matches!(e, XlsError::Password))
        .map(|book| Workbook::Xls(Box::new(book)))
}

fn opened<B, E>(
    path: &Path,
    book: Option<Result<B, E>>,
    locked: impl Fn(&E) -> bool,
) -> Result<B, ReadError> {
    match book {
        Some(Ok(book)) => Ok(book),
        Some(Err(e)) if locked(&e) => Err(ReadError::Encrypted { path: path.to_path_buf() }),
        _ => Err(ReadError::damaged(path, "工作簿的结构无法解析")),
    }
}

impl Workbook {
    /// The worksheets; charts and macro sheets hold no roster.
    pub fn sheets(&self) -> Vec<SheetInfo> {
        let sheets = match self {
            Workbook::Xlsx(book) => book.sheets_metadata(),
            Workbook::Xlsb(book) => book.sheets_metadata(),
            Workbook::Xls(book) => book.sheets_metadata(),
        };
        let tables = sheets.iter().filter(|s| s.typ == SheetType::WorkSheet);
        tables
            .map(|s| SheetInfo { name: s.name.clone(), visible: s.visible == SheetVisible::Visible })
            .collect()
    }

    /// The merged cells of the sheet. An xlsb does not tell them.
    pub fn merges(&mut self, path: &Path, sheet: &str) -> Result<Vec<Region>, ReadError> {
        let found = fenced(|| match self {
            Workbook::Xlsx(book) => book.merge_cells_by_sheet_name(sheet).ok(),
            Workbook::Xls(book) => book.merge_cells_by_sheet_name(sheet).ok(),
            Workbook::Xlsb(_) => Some(Vec::new()),
        });
        let unreadable = || ReadError::damaged(path, format!("工作表“{sheet}”的合并单元格无法解析"));
        let found = found.flatten().ok_or_else(unreadable)?;
        if found.len() > MERGES {
            let detail = format!("工作表“{sheet}”有{}处合并单元格", found.len());
            return Err(ReadError::TooLarge { path: path.to_path_buf(), detail });
        }
        Ok(found.iter().filter(|d| d.start.0 <= d.end.0 && d.start.1 <= d.end.1).map(region).collect())
    }

    /// Gives every row of the sheet that is not blank.
    pub fn rows(
        &mut self,
        path: &Path,
        sheet: &str,
        sink: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let unreadable = || ReadError::damaged(path, format!("工作表“{sheet}”无法解析"));
        match self {
            Workbook::Xlsx(book) => {
                let cells = fenced(|| book.worksheet_cells_reader(sheet));
                let mut cells = cells.and_then(Result::ok).ok_or_else(unreadable)?;
                stream(path, sheet, || cells.next_cell().map_err(drop), sink)
            }
            Workbook::Xlsb(book) => {
                let cells = fenced(|| book.worksheet_cells_reader(sheet));
                let mut cells = cells.and_then(Result::ok).ok_or_else(unreadable)?;
                stream(path, sheet, || cells.next_cell().map_err(drop), sink)
            }
            Workbook::Xls(book) => {
                let range = fenced(|| book.worksheet_range(sheet));
                let range = range.and_then(Result::ok).ok_or_else(unreadable)?;
                let (top, left) = range.start().unwrap_or_default();
                let mut cells = range.used_cells();
                let next = || {
                    let cell = cells.next();
                    let place = |row: usize, column: usize| (top + row as u32, left + column as u32);
                    Ok(cell.map(|(row, column, value)| Cell::new(place(row, column), borrowed(value))))
                };
                stream(path, sheet, next, sink)
            }
        }
    }
}

/// Packs cells into rows. Foreign code runs inside the fence, the sink outside of it.
fn stream<'a>(
    path: &Path,
    sheet: &str,
    next: impl FnMut() -> Result<Option<Cell<DataRef<'a>>>, ()>,
    sink: &mut dyn FnMut(Row) -> ControlFlow<()>,
) -> Result<(), ReadError> {
    let mut packer = Packer { next, held: None, scratch: String::new(), last: 0, done: false };
    loop {
        match fenced(|| packer.row()) {
            Some(Ok(Some(row))) if row.is_blank() => (),
            Some(Ok(Some(row))) => {
                if sink(row).is_break() {
                    return Ok(());
                }
            }
            Some(Ok(None)) => return Ok(()),
            Some(Err(())) | None => {
                let detail = format!("工作表“{sheet}”第{}行之后读不下去", packer.last);
                return Err(ReadError::damaged(path, detail));
            }
        }
    }
}

struct Packer<'a, N> {
    next: N,
    held: Option<Cell<DataRef<'a>>>,
    scratch: String,
    last: u32,
    /// The end was met; a reader asked beyond it would call the sheet broken.
    done: bool,
}

impl<'a, N: FnMut() -> Result<Option<Cell<DataRef<'a>>>, ()>> Packer<'a, N> {
    fn row(&mut self) -> Result<Option<Row>, ()> {
        let first = match self.held.take() {
            Some(cell) => cell,
            None if self.done => return Ok(None),
            None => match (self.next)()? {
                Some(cell) => cell,
                None => return Ok(None),
            },
        };
        let index = first.get_position().0;
        // Rows stand in order and once each, or the numbers in a finding would be wrong.
        if index >= LAST_ROW || index < self.last {
            return Err(());
        }
        let mut row = Row::new(index + 1);
        self.place(&mut row, &first)?;
        loop {
            match (self.next)()? {
                Some(cell) if cell.get_position().0 == index => self.place(&mut row, &cell)?,
                other => {
                    self.done = other.is_none();
                    self.held = other;
                    break;
                }
            }
        }
        self.last = index + 1;
        Ok(Some(row))
    }

    fn place(&mut self, row: &mut Row, cell: &Cell<DataRef<'a>>) -> Result<(), ()> {
        let (column, value) = (cell.get_position().1, cell.get_value());
        if matches!(value, DataRef::Empty) {
            return Ok(());
        }
        if column >= LAST_COLUMN || (column as usize) < row.len() {
            return Err(());
        }
        row.pad_to(column as usize);
        push(row, value, &mut self.scratch);
        Ok(())
    }
}
