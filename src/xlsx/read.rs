//! Reading: what a file is by its content, its sheets, and its rows one after the other.

use crate::model::cell::Row;
use crate::xlsx::cells::{Workbook, open_xls, open_xlsb, open_xlsx};
use crate::xlsx::compound;
use crate::xlsx::delimited::{self, Dialect};
use crate::xlsx::error::ReadError;
use crate::xlsx::ods;
use crate::xlsx::package::{self, Package};
use crate::xlsx::sniff::{LOOK, Magic, magic};
use crate::xlsx::text::{self, Encoding};
use std::fs::{self, File};
use std::io::Read;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

/// What a file is, by its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    Xlsx,
    Xlsm,
    Xlsb,
    Xls,
    Ods,
    Csv { encoding: Encoding },
}

impl Format {
    /// The name people know it by, and the extensions it may carry.
    fn names(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Format::Xlsx => ("xlsx", &["xlsx", "xltx", "et", "ett"]),
            Format::Xlsm => ("xlsm", &["xlsm", "xltm"]),
            Format::Xlsb => ("xlsb", &["xlsb"]),
            Format::Xls => ("xls", &["xls", "xlt", "et", "ett"]),
            Format::Ods => ("ods", &["ods", "ots"]),
            Format::Csv { .. } => ("csv", &["csv", "tsv", "txt", "tab"]),
        }
    }
}

/// A sheet of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetInfo {
    pub name: String,
    pub visible: bool,
}

/// A file that is open: its rows can be read more than once.
pub struct Book {
    path: PathBuf,
    format: Format,
    sheets: Vec<SheetInfo>,
    source: Source,
}

enum Source {
    Workbook(Workbook),
    Ods,
    Csv(Encoding, Dialect),
}

/// Opens a workbook or csv. The content decides what it is, never the extension.
pub fn open(path: &Path) -> Result<Book, ReadError> {
    let io = |e| ReadError::from_io(path, e);
    let meta = fs::metadata(path).map_err(io)?;
    if meta.is_dir() {
        return Err(ReadError::Folder { path: path.to_path_buf() });
    }
    let mut head = Vec::new();
    File::open(path).and_then(|f| f.take(LOOK as u64).read_to_end(&mut head)).map_err(io)?;
    if head.is_empty() {
        return Err(ReadError::Empty { path: path.to_path_buf() });
    }
    match magic(&head) {
        Magic::Zip => zipped(path),
        Magic::Compound if meta.len() > compound::FILE_LIMIT => Err(ReadError::TooLarge {
            path: path.to_path_buf(),
            detail: format!("有{}MB", meta.len() >> 20),
        }),
        Magic::Compound => {
            compound::inspect(path, &fs::read(path).map_err(io)?)?;
            let book = open_xls(path, File::open(path).map_err(io)?)?;
            Ok(Book::new(path, Format::Xls, book.sheets(), Source::Workbook(book)))
        }
        Magic::Other(looks_like) => Err(ReadError::NotAWorkbook { path: path.to_path_buf(), looks_like }),
        Magic::Text => {
            let encoding = text::detect(path, || File::open(path))?;
            let dialect = delimited::dialect(path, encoding)?;
            let sheets = vec![SheetInfo { name: "csv".to_owned(), visible: true }];
            Ok(Book::new(path, Format::Csv { encoding }, sheets, Source::Csv(encoding, dialect)))
        }
    }
}

fn zipped(path: &Path) -> Result<Book, ReadError> {
    let file = || File::open(path).map_err(|e| ReadError::from_io(path, e));
    let package = package::inspect(path, file()?)?;
    let (format, book) = match package {
        Package::Ods => return Ok(Book::new(path, Format::Ods, ods::sheets(path)?, Source::Ods)),
        Package::Xlsx => (Format::Xlsx, open_xlsx(path, file()?)?),
        Package::Xlsm => (Format::Xlsm, open_xlsx(path, file()?)?),
        Package::Xlsb => (Format::Xlsb, open_xlsb(path, file()?)?),
    };
    Ok(Book::new(path, format, book.sheets(), Source::Workbook(book)))
}

impl Book {
    fn new(path: &Path, format: Format, sheets: Vec<SheetInfo>, source: Source) -> Book {
        Book { path: path.to_path_buf(), format, sheets, source }
    }

    /// What the file is.
    pub fn format(&self) -> Format {
        self.format
    }

    /// Its sheets, in their order; a csv is one sheet named `csv`.
    pub fn sheets(&self) -> &[SheetInfo] {
        &self.sheets
    }

    /// A note where the extension says something else than the content.
    pub fn extension_disagrees(&self) -> Option<String> {
        let extension = self.path.extension()?.to_str()?.to_lowercase();
        let (name, allowed) = self.format.names();
        (!allowed.contains(&extension.as_str()))
            .then(|| format!("扩展名是{extension}，内容其实是{name}，已按{name}读取。"))
    }

    /// Gives each row that is not blank to the sink, in order, until the sink breaks off. Rows keep their numbers.
    pub fn rows(
        &mut self,
        sheet: usize,
        sink: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<(), ReadError> {
        let Some(info) = self.sheets.get(sheet) else {
            return Err(ReadError::damaged(&self.path, format!("没有第{}个工作表", sheet + 1)));
        };
        match &mut self.source {
            Source::Workbook(book) => book.rows(&self.path, &info.name, sink),
            Source::Ods => ods::rows(&self.path, sheet, sink),
            Source::Csv(encoding, dialect) => delimited::rows(&self.path, *encoding, *dialect, sink),
        }
    }
}
