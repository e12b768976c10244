//! A roster file opened: which sheet, which header, then its rows, read beside the work on them.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use crate::model::cell::Row;
use crate::roster::candidate::{Reader, Reading, Source};
use crate::roster::layout::{self, HEADER_WITHIN, Layout, LayoutProblem};
use crate::xlsx::error::ReadError;
use crate::xlsx::read::{self, Book};

/// What the clerk said about where the roster is.
#[derive(Clone, Debug, Default)]
pub struct Where {
    pub sheet: Option<String>,
    pub header_row: Option<u32>,
}

/// Why a file gives no roster.
#[derive(Debug)]
pub enum InputError {
    Read(ReadError),
    /// No sheet has a roster's header; why each has not.
    NoRoster {
        path: PathBuf,
        sheets: Vec<(String, LayoutProblem)>,
    },
    /// More than one sheet could be the roster: the clerk says which.
    ManySheets {
        path: PathBuf,
        sheets: Vec<String>,
    },
    /// The sheet named is not there.
    NoSuchSheet {
        path: PathBuf,
        sheet: String,
        sheets: Vec<String>,
    },
}

impl From<ReadError> for InputError {
    fn from(e: ReadError) -> InputError {
        InputError::Read(e)
    }
}

impl InputError {
    /// What is wrong, for people.
    pub fn message(&self) -> String {
        match self {
            Self::Read(e) => e.to_string(),
            Self::NoRoster { path, sheets } => {
                let each: Vec<String> =
                    sheets.iter().map(|(name, why)| format!("工作表“{name}”：{}", why.message())).collect();
                format!("{} 中没有找到花名册。{}", path.display(), each.concat())
            }
            Self::ManySheets { path, sheets } => {
                format!(
                    "{} 中有 {} 张工作表都像花名册：{}。",
                    path.display(),
                    sheets.len(),
                    sheets.join("、")
                )
            }
            Self::NoSuchSheet { path, sheet, sheets } => {
                format!("{} 中没有工作表“{sheet}”，只有：{}。", path.display(), sheets.join("、"))
            }
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Read(e) => e.hint().to_owned(),
            Self::NoRoster { sheets, .. } => {
                sheets.first().map_or("请检查文件内容。", |(_, why)| why.hint()).to_owned()
            }
            Self::ManySheets { .. } => "请用 --sheet 指明要读哪一张，每次读一张。".to_owned(),
            Self::NoSuchSheet { .. } => "请检查 --sheet 后的名称。".to_owned(),
        }
    }
}

/// A roster ready to be read.
pub struct Opened {
    book: Book,
    sheet: usize,
    reader: Reader,
    /// What was decided on the way and should be said.
    pub notes: Vec<String>,
}

/// Opens a file and settles on sheet and header, or says why not.
pub fn open(path: &Path, at: &Where) -> Result<Opened, InputError> {
    let mut book = read::open(path)?;
    let mut notes: Vec<String> = book.extension_disagrees().into_iter().collect();
    let all: Vec<(usize, String, bool)> =
        book.sheets().iter().enumerate().map(|(i, s)| (i, s.name.clone(), s.visible)).collect();
    let names = || all.iter().map(|s| s.1.clone()).collect::<Vec<_>>();
    let asked: Vec<_> = match &at.sheet {
        Some(name) => all.iter().filter(|s| s.1 == *name).collect(),
        None => all.iter().filter(|s| s.2).collect(),
    };
    if let (Some(sheet), true) = (&at.sheet, asked.is_empty()) {
        return Err(InputError::NoSuchSheet { path: path.to_owned(), sheet: sheet.clone(), sheets: names() });
    }
    let (mut found, mut problems) = (Vec::new(), Vec::new());
    for (index, name, _) in asked {
        match look_at(&mut book, *index, at.header_row)? {
            Ok(layout) => found.push((*index, name.clone(), layout)),
            Err(problem) => problems.push((name.clone(), problem)),
        }
    }
    if found.len() > 1 {
        let sheets = found.into_iter().map(|f| f.1).collect();
        return Err(InputError::ManySheets { path: path.to_owned(), sheets });
    }
    let Some((sheet, name, layout)) = found.pop() else {
        return Err(InputError::NoRoster { path: path.to_owned(), sheets: problems });
    };
    if at.sheet.is_none() {
        for (_, hidden, _) in all.iter().filter(|s| !s.2) {
            notes.push(format!("隐藏的工作表“{hidden}”没有读取；要读请用 --sheet 指明。"));
        }
    }
    for heading in &layout.unknown {
        notes.push(format!("栏目“{}”不认识，该栏没有读取。", heading.replace('\n', "")));
    }
    let file =
        path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
    let source = Source { file: file.into(), sheet: name.into(), layout };
    Ok(Opened { book, sheet, reader: Reader::new(source), notes })
}

/// The layout of a sheet from its first rows.
fn look_at(
    book: &mut Book,
    sheet: usize,
    at: Option<u32>,
) -> Result<Result<Layout, LayoutProblem>, InputError> {
    let mut first = Vec::new();
    let within = at.unwrap_or(HEADER_WITHIN);
    book.rows(sheet, &mut |row| {
        if row.number > within {
            return ControlFlow::Break(());
        }
        first.push(row);
        ControlFlow::Continue(())
    })?;
    Ok(layout::find(&first, at))
}

/// How many rows cross from the reading thread at once.
const BATCH: usize = 256;

impl Opened {
    /// The name of the file.
    pub fn file(&self) -> std::sync::Arc<str> {
        self.reader.source().file.clone()
    }

    /// The sheet that is read and the row its header is in.
    pub fn found_at(&self) -> (String, u32) {
        (self.reader.source().sheet.to_string(), self.reader.source().layout.header_row)
    }

    /// Reads every row below the header, one thread inflating and parsing the file while this one works on the rows.
    pub fn each(mut self, sink: &mut dyn FnMut(Reading)) -> Result<(), InputError> {
        let header = self.reader.source().layout.header_row;
        let (sender, receiver) = mpsc::sync_channel::<Vec<Row>>(8);
        let (mut book, sheet) = (self.book, self.sheet);
        std::thread::scope(|scope| {
            let reading = scope.spawn(move || -> Result<(), ReadError> {
                let mut batch = Vec::with_capacity(BATCH);
                book.rows(sheet, &mut |row| {
                    if row.number <= header {
                        return ControlFlow::Continue(());
                    }
                    batch.push(row);
                    if batch.len() < BATCH {
                        return ControlFlow::Continue(());
                    }
                    let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
                    if sender.send(full).is_err() {
                        ControlFlow::Break(())
                    } else {
                        ControlFlow::Continue(())
                    }
                })?;
                // The other side only hangs up when it has failed, and then it says so itself.
                let _ = sender.send(batch);
                Ok(())
            });
            for row in receiver.iter().flatten() {
                sink(self.reader.read(&row));
            }
            match reading.join() {
                Ok(result) => result.map_err(InputError::from),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }
}
