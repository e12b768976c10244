//! Some columns of a csv, found by their headings and given many rows at a time: for lists too large for cells.

use std::fs::File;
use std::path::Path;

use crate::xlsx::delimited;
use crate::xlsx::error::ReadError;
use crate::xlsx::text::{self, Utf8};

/// Rows given at a time.
const MANY: usize = 16_384;

/// Why the columns can't be read.
#[derive(Debug)]
pub enum ColumnsError {
    Read(ReadError),
    /// No column has this heading.
    Missing(String),
}

impl From<ReadError> for ColumnsError {
    fn from(e: ReadError) -> ColumnsError {
        ColumnsError::Read(e)
    }
}

/// One row: the line of the file it begins in, and the cells asked for.
pub struct Line<'a> {
    pub number: u64,
    pub cells: Vec<&'a str>,
}

/// Gives the cells of the named columns, trimmed, many rows at a time.
///
/// # Errors
/// The file can't be read, or has no such column.
pub fn read(path: &Path, headings: &[String], sink: &mut dyn FnMut(&[Line])) -> Result<(), ColumnsError> {
    let encoding = text::detect(path, || File::open(path))?;
    let dialect = delimited::dialect(path, encoding)?;
    let file = File::open(path).map_err(|e| ReadError::from_io(path, e))?;
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(dialect.delimiter)
        .flexible(true)
        .buffer_capacity(1 << 18)
        .from_reader(Utf8::new(file, encoding));
    let broken = |e: csv::Error| match e.into_kind() {
        csv::ErrorKind::Io(e) => ReadError::from_io(path, e),
        other => ReadError::damaged(path, format!("{other:?}")),
    };
    let header = reader.headers().map_err(broken)?;
    let header: Vec<String> =
        header.iter().map(|h| h.trim().trim_start_matches('\u{FEFF}').to_owned()).collect();
    let at = |heading: &String| {
        header.iter().position(|h| h == heading).ok_or_else(|| ColumnsError::Missing(heading.clone()))
    };
    let at: Vec<usize> = headings.iter().map(at).collect::<Result<_, _>>()?;
    let mut many: Vec<csv::StringRecord> = vec![csv::StringRecord::new(); MANY];
    loop {
        let mut count = 0;
        while count < MANY && reader.read_record(&mut many[count]).map_err(broken)? {
            count += 1;
        }
        let cells = |r: &'_ csv::StringRecord| -> Vec<(usize, usize)> {
            at.iter().map(|i| r.range(*i).map_or((0, 0), |range| (range.start, range.end))).collect()
        };
        let line = |r: &csv::StringRecord| r.position().map_or(0, csv::Position::line);
        let rows: Vec<Line> = many[..count]
            .iter()
            .map(|r| Line {
                number: line(r),
                cells: cells(r).into_iter().map(|(from, to)| r.as_slice()[from..to].trim()).collect(),
            })
            .collect();
        sink(&rows);
        if count < MANY {
            return Ok(());
        }
    }
}
