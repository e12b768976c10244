//! What `fuzz/` calls: the readers and the checks on any input. Compiled for tests and under `--cfg fuzzing`, never in the program.

use std::ops::ControlFlow;
use std::path::Path;

use jiff::civil::date;

use crate::app::numbers::{self, Checking};
use crate::check::seen::Seen;
use crate::check::{self, Context, Selection};
use crate::model::cell::{CellKind, Row};
use crate::model::document::bulk::{Verdict, check_resident};
use crate::model::document::{DOCUMENTS, Holder, parse_identity_number};
use crate::model::field::FIELDS;
use crate::roster::candidate::{Reader, Reading, Source};
use crate::roster::layout;
use crate::xlsx::error::ReadError;
use crate::xlsx::read;

/// More rows than this prove nothing more, and a short file may name a million of them.
const ROWS: usize = 20_000;

/// Opens a file and reads every sheet of it, as the program does: for its header, then whole.
pub fn open(path: &Path) {
    let sound = |error: ReadError| {
        assert!(error.to_string().ends_with('。') && error.hint().ends_with('。'), "{error}");
    };
    let mut book = match read::open(path) {
        Ok(book) => book,
        Err(error) => return sound(error),
    };
    book.extension_disagrees();
    for sheet in 0..book.sheets().len().min(8) {
        let (mut first, mut last, mut left) = (Vec::new(), 0, ROWS);
        let read = book.rows(sheet, &mut |row| {
            assert!(row.number > last && !row.is_blank(), "row {} after {last}", row.number);
            last = row.number;
            if first.len() < 30 {
                first.push(row);
            }
            left -= 1;
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if let Err(error) = read {
            sound(error);
        }
        let _ = layout::find(&first, None);
    }
}

/// Reads lines as rows of a roster with every column, cells apart by tabs, and runs every check on each.
///
/// The first character of a cell says its kind: `#` number, `@` date, `!` error, `?` boolean; any other is text.
pub fn roster(text: &str) {
    let mut header = Row::new(1);
    FIELDS.iter().for_each(|field| header.push(field.heading, CellKind::Text));
    let layout = layout::find(&[header], None).expect("every heading of the template is known");
    let mut reader = Reader::new(Source { file: "a.xlsx".into(), sheet: "花名册".into(), layout });
    let context =
        Context { today: date(2026, 9, 10), directory: None, strict: false, rules: None, named: &[] };
    let (selection, mut seen) = (Selection::default(), Seen::default());
    for (number, line) in (2..).zip(text.lines()) {
        let mut row = Row::new(number);
        line.split('\t').take(FIELDS.len() + 1).for_each(|cell| push(&mut row, cell));
        if let Reading::Candidate(candidate) = reader.read(&row) {
            for finding in check::run(&candidate, &context, &selection, &mut seen) {
                assert!(finding.message.ends_with('。') && finding.hint.ends_with('。'), "{}", finding.check);
            }
        }
    }
}

fn push(row: &mut Row, cell: &str) {
    let (kind, text) = match cell.as_bytes().first() {
        None => (CellKind::Empty, ""),
        Some(b'#') => (CellKind::Number, &cell[1..]),
        Some(b'@') => (CellKind::Date, &cell[1..]),
        Some(b'!') => (CellKind::Error, &cell[1..]),
        Some(b'?') => (CellKind::Bool, &cell[1..]),
        Some(_) => (CellKind::Text, cell),
    };
    row.push(text, kind);
}

/// Checks the bytes as bare numbers, one a line and as a column of a csv, of every kind; the check byte by byte must
/// agree with the parser.
pub fn numbers(bytes: &[u8]) {
    for line in bytes.split(|b| *b == b'\n') {
        let quick = check_resident(line) == Verdict::Ok;
        let whole = std::str::from_utf8(line).is_ok_and(|t| parse_identity_number(t, Holder::Pupil).is_ok());
        assert_eq!(quick, whole, "the two parsers disagree");
    }
    let kinds = DOCUMENTS.iter().map(|spec| Some(spec.kind));
    for kind in kinds.chain([None]) {
        let _ = numbers::check(bytes, &Checking { column: None, kind }, 8);
    }
    let _ = numbers::check(bytes, &Checking { column: Some("号"), kind: None }, 8);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the fuzzer calls compiles with the program and takes sound input: it cannot be forgotten.
    #[test]
    fn the_targets_take_sound_input() {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let path = dir.path().join("a.csv");
        std::fs::write(&path, "姓名,性别,出生日期\n张小五,男,2015-03-07\n").expect("written");
        open(&path);
        roster("张小五\t男\t@20150307\n#12\t!#N/A\t?1");
        numbers("11010120150307123X\n号\n".as_bytes());
    }
}
