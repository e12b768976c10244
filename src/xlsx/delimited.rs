//! Csv and its kin: rows out of text, in bounded memory; a broken quote is an error, not a swallowed file.

use crate::model::cell::Row;
use crate::xlsx::error::ReadError;
use crate::xlsx::text::{Encoding, Utf8};
use crate::xlsx::value::push_text;
use memchr::memchr;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;
use std::path::Path;

/// How the columns are kept apart and the lines are ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    pub delimiter: u8,
    pub line_end: u8,
}

const CANDIDATES: [u8; 3] = [b',', b'\t', b';'];
/// How much of the file the delimiter is told from.
const LOOK: u64 = 64 << 10;
/// A longer line than this is no table.
const LINE_LIMIT: usize = 1 << 30;

/// Tells the delimiter from the first lines: the one that stands there most often outside quotes.
pub fn dialect(path: &Path, encoding: Encoding) -> Result<Dialect, ReadError> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(|e| ReadError::from_io(path, e))?;
    Utf8::new(file, encoding).take(LOOK).read_to_end(&mut head).map_err(|e| ReadError::from_io(path, e))?;
    let line_end = if !head.contains(&b'\n') && head.contains(&b'\r') { b'\r' } else { b'\n' };
    if let Some(delimiter) = stated(&head) {
        return Ok(Dialect { delimiter, line_end });
    }
    let mut counts = [0_usize; 3];
    let mut quoted = false;
    for byte in &head {
        quoted ^= *byte == b'"';
        if let Some(i) = CANDIDATES.iter().position(|c| c == byte && !quoted) {
            counts[i] += 1;
        }
    }
    let best = (0..3).rev().max_by_key(|&i| counts[i]).unwrap_or(0);
    Ok(Dialect { delimiter: CANDIDATES[best], line_end })
}

/// The delimiter that a first line `sep=;` states, as Excel reads it. A letter, a quote or half a character is none.
fn stated(head: &[u8]) -> Option<u8> {
    let (delimiter, rest) = head.strip_prefix(b"sep=")?.split_first()?;
    let ends = matches!(rest.first(), None | Some(b'\r' | b'\n'));
    let may = delimiter.is_ascii_punctuation() || matches!(delimiter, b' ' | b'\t');
    (ends && may && *delimiter != b'"').then_some(*delimiter)
}

/// Gives every row that is not blank. Rows count as a spreadsheet would: a cell of two lines makes one row.
pub fn rows(
    path: &Path,
    encoding: Encoding,
    dialect: Dialect,
    sink: &mut dyn FnMut(Row) -> ControlFlow<()>,
) -> Result<(), ReadError> {
    let file = File::open(path).map_err(|e| ReadError::from_io(path, e))?;
    let input = Utf8::new(file, encoding);
    let mut lines =
        Lines { path, input, text: String::new(), line: 0, ended: true, line_end: dialect.line_end };
    let (mut number, mut widths) = (0, Vec::new());
    while lines.start()? {
        number += 1;
        if number == 1 && stated(lines.text.as_bytes()).is_some() {
            continue;
        }
        let row = lines.split(number, dialect.delimiter)?;
        if !lines.ended && (2..usual(&widths)).contains(&row.len()) {
            return Err(ReadError::CutShort { path: path.to_path_buf(), line: lines.line });
        }
        if widths.len() <= row.len() {
            widths.resize(row.len() + 1, 0_u32);
        }
        widths[row.len()] += 1;
        if !row.is_blank() && sink(row).is_break() {
            break;
        }
    }
    Ok(())
}

/// How many cells the rows mostly have, from how often they had so many; the fewer where two are as frequent.
fn usual(widths: &[u32]) -> usize {
    let most = widths.iter().max().copied().unwrap_or(0);
    widths.iter().position(|n| *n == most).unwrap_or(0)
}

struct Lines<'a, R> {
    path: &'a Path,
    input: R,
    /// The lines of the row at hand.
    text: String,
    /// The number of the last line read, from 1.
    line: u64,
    /// Whether the last line read has its end; the last of a file that breaks off has none.
    ended: bool,
    line_end: u8,
}

impl<R: BufRead> Lines<'_, R> {
    fn start(&mut self) -> Result<bool, ReadError> {
        self.text.clear();
        self.more()
    }

    /// Adds the next line to the text, without its end.
    fn more(&mut self) -> Result<bool, ReadError> {
        let mut bytes = std::mem::take(&mut self.text).into_bytes();
        let before = bytes.len();
        let mut input = (&mut self.input).take((LINE_LIMIT - before.min(LINE_LIMIT)) as u64);
        let read =
            input.read_until(self.line_end, &mut bytes).map_err(|e| ReadError::from_io(self.path, e))?;
        if bytes.len() >= LINE_LIMIT {
            let detail = format!("第{}行有{}MB", self.line + 1, LINE_LIMIT >> 20);
            return Err(ReadError::TooLarge { path: self.path.to_path_buf(), detail });
        }
        self.ended = read == 0 || bytes.ends_with(&[self.line_end]);
        for end in [self.line_end, b'\r'] {
            if bytes.len() > before && bytes.last() == Some(&end) {
                bytes.pop();
            }
        }
        self.line += u64::from(read > 0);
        let invalid = |_| ReadError::from_io(self.path, io::Error::from(io::ErrorKind::InvalidData));
        self.text = String::from_utf8(bytes).map_err(invalid)?;
        Ok(read > 0)
    }

    fn split(&mut self, number: u32, delimiter: u8) -> Result<Row, ReadError> {
        let mut row = Row::new(number);
        row.separated = true;
        let mut at = 0;
        loop {
            let end = if self.text.as_bytes().get(at) == Some(&b'"') {
                let end = self.close(at + 1, delimiter)?;
                let inside = &self.text[at + 1..end - 1];
                let text = match memchr(b'"', inside.as_bytes()) {
                    None => Cow::Borrowed(inside),
                    Some(_) => Cow::Owned(inside.replace("\"\"", "\"")),
                };
                push_text(&mut row, &text);
                end
            } else {
                let rest = &self.text[at..];
                let end = memchr(delimiter, rest.as_bytes()).unwrap_or(rest.len());
                push_text(&mut row, &rest[..end]);
                at + end
            };
            if end >= self.text.len() {
                return Ok(row);
            }
            at = end + 1;
        }
    }

    /// The position after the quote that closes the cell, taking in further lines while there is none.
    fn close(&mut self, from: usize, delimiter: u8) -> Result<usize, ReadError> {
        let opened = self.line;
        let broken = |path: &Path| ReadError::BrokenQuote { path: path.to_path_buf(), line: opened };
        let mut at = from;
        loop {
            match memchr(b'"', &self.text.as_bytes()[at..]) {
                Some(i) if self.text.as_bytes().get(at + i + 1) == Some(&b'"') => at += i + 2,
                Some(i) => {
                    let after = at + i + 1;
                    return match self.text.as_bytes().get(after) {
                        None => Ok(after),
                        Some(b) if *b == delimiter => Ok(after),
                        Some(_) => Err(broken(self.path)),
                    };
                }
                None => {
                    at = self.text.len() + 1;
                    self.text.push('\n');
                    if !self.more()? {
                        return Err(broken(self.path));
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cell::CellKind;
    use std::fs;

    type Cells = Vec<(u32, Vec<String>)>;

    fn read(text: &str) -> Result<Cells, ReadError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.csv");
        fs::write(&path, text).unwrap();
        let mut out = Vec::new();
        let dialect = dialect(&path, Encoding::Utf8)?;
        rows(&path, Encoding::Utf8, dialect, &mut |row| {
            out.push((row.number, (0..row.len()).map(|i| row.cell(i).0.to_owned()).collect()));
            ControlFlow::Continue(())
        })?;
        Ok(out)
    }

    fn table(rows: &[(u32, &[&str])]) -> Cells {
        rows.iter().map(|(n, cells)| (*n, cells.iter().map(|c| (*c).to_owned()).collect())).collect()
    }

    #[test]
    fn rows_come_as_they_stand() {
        for (text, rows) in [
            ("a,b\nc,d\n", table(&[(1, &["a", "b"]), (2, &["c", "d"])])),
            ("a,b\r\nc,d", table(&[(1, &["a", "b"]), (2, &["c", "d"])])),
            ("a,b\rc,d\r", table(&[(1, &["a", "b"]), (2, &["c", "d"])])),
            ("a\tb,1\tc\n", table(&[(1, &["a", "b,1", "c"])])),
            ("a;b;c\n", table(&[(1, &["a", "b", "c"])])),
            ("sep=;\na;b,c,d\n", table(&[(2, &["a", "b,c,d"])])),
            ("sep=\u{ff1b},甲\na,b\n", table(&[(1, &["sep=\u{ff1b}", "甲"]), (2, &["a", "b"])])),
            ("sep=\"\na,b\n", table(&[(1, &["sep=\""]), (2, &["a", "b"])])),
            (
                "sep=\u{fffd}\u{fffd};\na;\"<text:p>,c\"\n",
                table(&[(1, &["sep=\u{fffd}\u{fffd}", ""]), (2, &["a", "<text:p>,c"])]),
            ),
            ("\n\na,\n", table(&[(3, &["a", ""])])),
            (" , ,\na,b,c\n", table(&[(2, &["a", "b", "c"])])),
            ("\"a,1\",\"b\"\"c\",\"\"\n", table(&[(1, &["a,1", "b\"c", ""])])),
            ("\"一\n二\",x\ny,z\n", table(&[(1, &["一\n二", "x"]), (2, &["y", "z"])])),
            ("5\" 管,x\n", table(&[(1, &["5\" 管", "x"])])),
            ("=\"110101\",x\n", table(&[(1, &["=\"110101\"", "x"])])),
            ("\u{feff}姓名,性别\n", table(&[(1, &["姓名", "性别"])])),
            ("", table(&[])),
        ] {
            assert_eq!(read(text).unwrap(), rows, "{text:?}");
        }
    }

    #[test]
    fn a_broken_quote_names_the_line_where_it_opened() {
        let line = |text: &str| match read(text) {
            Err(ReadError::BrokenQuote { line, .. }) => line,
            other => panic!("{text:?}: {other:?}"),
        };
        assert_eq!(line("a,b\nc,\"d\ne,f\ng,h\n"), 2);
        assert_eq!(line("a,b\nc,\"d\ne,\"f\n"), 2);
        assert_eq!(line("a,b\n\"x\ny\",1\nc,\"d\"e\n"), 4);
        assert_eq!(line("\""), 1);
    }

    #[test]
    fn a_last_row_without_its_end_and_its_last_cells_is_a_file_that_breaks_off() {
        for text in ["a,b,c\n1,2,3\n4,5", "a,b,c\n1,2,3\n4,\"5\""] {
            assert!(matches!(read(text), Err(ReadError::CutShort { line: 3, .. })), "{text}");
        }
        for whole in [
            "a,b,c\n1,2,3\n1,2,3,4\n5,6,7",
            "a,b,c\n1,2,3\n4,5,6",
            "a,b,c\n1,2,3\n4,5\n",
            "a,b\n1,2\n填表人：某某",
        ] {
            assert_eq!(read(whole).unwrap().len(), whole.lines().count(), "{whole}");
        }
    }

    #[test]
    fn a_cell_of_a_megabyte_is_a_cell() {
        let long = "长".repeat(400_000);
        let rows = read(&format!("a,{long}\n")).unwrap();
        assert_eq!(rows[0].1[1], long);
    }

    #[test]
    fn every_cell_is_text() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("t.csv");
        fs::write(&path, "1,\n").unwrap();
        let dialect = dialect(&path, Encoding::Utf8).unwrap();
        rows(&path, Encoding::Utf8, dialect, &mut |row| {
            assert_eq!(row.cell(0), ("1", CellKind::Text));
            assert_eq!(row.cell(1), ("", CellKind::Empty));
            ControlFlow::Continue(())
        })
        .unwrap();
    }
}
