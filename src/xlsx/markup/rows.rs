//! A sheet's XML in three: what stands before its rows, the rows one after the other, what stands after them.

use crate::xlsx::markup::xml::{number, outline};
use memchr::{memchr, memmem};
use std::io::{self, Read};

/// What is read at once.
const CHUNK: usize = 1 << 18;
/// What stands before the rows is no longer, nor a single row.
const LIMIT: usize = 256 << 20;

/// A sheet that is being read.
pub struct Rows<R> {
    input: R,
    buffer: Vec<u8>,
    /// Where the piece at hand begins.
    at: usize,
    done: bool,
    prefix: String,
    last: u32,
}

/// The beginning of a sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// Up to the rows, without their start tag.
    pub text: String,
    /// The start tag of the rows, or the whole of them where there are none.
    pub tag: String,
    /// The prefix of their names with its colon.
    pub prefix: String,
    pub has_rows: bool,
}

/// One row: its number (from 1) and its bytes, with what stands before it.
pub struct Piece<'a> {
    pub number: u32,
    pub lead: &'a [u8],
    pub row: &'a [u8],
}

fn broken() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

impl<R: Read> Rows<R> {
    /// Reads up to the rows.
    pub fn open(input: R) -> io::Result<(Head, Rows<R>)> {
        let mut rows = Rows { input, buffer: Vec::new(), at: 0, done: false, prefix: String::new(), last: 0 };
        let mut from = 0;
        let (open, name_end) = loop {
            let found = rows.find(from, b"sheetData")?.ok_or_else(broken)?;
            let open = rows.buffer[..found].iter().rposition(|b| *b == b'<').ok_or_else(broken)?;
            let before = &rows.buffer[open + 1..found];
            let named = before.is_empty() || before.last() == Some(&b':');
            let plain = before.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b':' | b'_' | b'-'));
            if named && plain {
                rows.prefix = String::from_utf8_lossy(before).into_owned();
                break (open, found);
            }
            from = found + 1;
        };
        let end = rows.find(name_end, b">")?.ok_or_else(broken)? + 1;
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| broken());
        let head = text(&rows.buffer[..open])?;
        let tag = text(&rows.buffer[open..end])?;
        let has_rows = !tag.ends_with("/>");
        let bare = head.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(head);
        rows.at = end;
        rows.done = !has_rows;
        Ok((Head { text: bare, tag, prefix: rows.prefix.clone(), has_rows }, rows))
    }

    /// Reads on until the needle is in the buffer from `from` on; its position.
    fn find(&mut self, from: usize, needle: &[u8]) -> io::Result<Option<usize>> {
        let mut searched = from;
        loop {
            if let Some(i) = memmem::find(&self.buffer[searched.min(self.buffer.len())..], needle) {
                return Ok(Some(searched + i));
            }
            searched = self.buffer.len().saturating_sub(needle.len()).max(from);
            if self.buffer.len() - self.at > LIMIT {
                return Err(broken());
            }
            let length = self.buffer.len();
            self.buffer.resize(length + CHUNK, 0);
            let read = self.input.read(&mut self.buffer[length..])?;
            self.buffer.truncate(length + read);
            if read == 0 {
                return Ok(None);
            }
        }
    }

    /// The next row; `None` after the last.
    pub fn next(&mut self) -> io::Result<Option<Piece<'_>>> {
        if self.done {
            return Ok(None);
        }
        // What is done with goes out of the buffer before the next is read into it.
        if self.at > CHUNK {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
        let lead = self.at;
        let mut start = self.find(lead, b"<")?.ok_or_else(broken)?;
        self.ensure(start + 4)?;
        while self.buffer[start..].starts_with(b"<!--") {
            let end = self.find(start, b"-->")?.ok_or_else(broken)?;
            start = self.find(end, b"<")?.ok_or_else(broken)?;
            self.ensure(start + 4)?;
        }
        if self.buffer.get(start + 1) == Some(&b'/') {
            self.done = true;
            return Ok(None);
        }
        let open = format!("<{}row", self.prefix);
        self.ensure(start + open.len())?;
        if !self.buffer[start..].starts_with(open.as_bytes()) {
            return Err(broken());
        }
        let tag_end = self.find(start, b">")?.ok_or_else(broken)? + 1;
        let end = if self.buffer[tag_end - 2] == b'/' { tag_end } else { self.row_end(start, tag_end)? };
        let tag = std::str::from_utf8(&self.buffer[start..tag_end]).map_err(|_| broken())?;
        self.last = number(tag, "r").unwrap_or(self.last.saturating_add(1));
        self.at = end;
        Ok(Some(Piece { number: self.last, lead: &self.buffer[lead..start], row: &self.buffer[start..end] }))
    }

    fn row_end(&mut self, start: usize, tag_end: usize) -> io::Result<usize> {
        let close = format!("</{}row", self.prefix);
        let mut from = tag_end;
        loop {
            let found = self.find(from, close.as_bytes())?.ok_or_else(broken)?;
            let end = self.find(found, b">")?.ok_or_else(broken)? + 1;
            // Only inside a comment or CDATA can the end tag of a row be no end of it.
            let row = &self.buffer[start..end];
            let odd = memmem::find(row, b"<!").is_some();
            if !odd || std::str::from_utf8(row).ok().and_then(outline).is_some() {
                return Ok(end);
            }
            from = end;
        }
    }

    fn ensure(&mut self, length: usize) -> io::Result<()> {
        while self.buffer.len() < length {
            let before = self.buffer.len();
            self.find(before, b"<")?;
            if self.buffer.len() == before {
                break;
            }
        }
        Ok(())
    }

    /// What stands after the rows, with their end tag.
    pub fn tail(mut self) -> io::Result<String> {
        let mut bytes = self.buffer.split_off(self.at);
        self.input.take(LIMIT as u64).read_to_end(&mut bytes)?;
        if bytes.len() >= LIMIT {
            return Err(broken());
        }
        String::from_utf8(bytes).map_err(|_| broken())
    }
}

/// The number of the last column (from 1) in a row that has something in it, if it is beyond `known`; `ours` are
/// columns that do not count.
pub fn last_column(row: &[u8], prefix: &str, known: u32, ours: &[u32]) -> u32 {
    let open = format!("<{prefix}c");
    let mut end = row.len();
    while let Some(start) = memmem::rfind(&row[..end], open.as_bytes()) {
        let after = row.get(start + open.len()).copied().unwrap_or(b'>');
        if !(after.is_ascii_whitespace() || matches!(after, b'>' | b'/')) {
            end = start;
            continue;
        }
        let Some(tag_end) = memchr(b'>', &row[start..end.max(start)]).map(|i| start + i + 1) else {
            return known;
        };
        let tag = std::str::from_utf8(&row[start..tag_end]).unwrap_or_default();
        let Some((_, column)) = super::xml::attribute(tag, "r").and_then(|r| super::comments::at(&r)) else {
            return by_position(row, known);
        };
        if column <= known {
            return known;
        }
        if !tag.ends_with("/>") && has_content(&row[tag_end..end], prefix) && !ours.contains(&column) {
            return column;
        }
        end = start;
    }
    known
}

fn has_content(inside: &[u8], prefix: &str) -> bool {
    ["v", "is", "f"].iter().any(|n| memmem::find(inside, format!("<{prefix}{n}").as_bytes()).is_some())
}

/// Cells that do not say where they are stand one after the other.
fn by_position(row: &[u8], known: u32) -> u32 {
    let cells = std::str::from_utf8(row).ok().and_then(outline).map_or(0, |o| o.children.len());
    known.max(cells as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Gives a byte at a time, so that every boundary falls everywhere.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let n = self.0.len().min(1).min(buffer.len());
            buffer[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    type Parts = (Head, Vec<(u32, String)>, String);

    fn read(text: &str) -> io::Result<Parts> {
        let (head, mut rows) = Rows::open(Slow(text.as_bytes()))?;
        let mut all = Vec::new();
        while let Some(piece) = rows.next()? {
            let bytes = [piece.lead, piece.row].concat();
            all.push((piece.number, String::from_utf8(bytes).unwrap()));
        }
        Ok((head, all, rows.tail()?))
    }

    #[test]
    fn a_sheet_comes_apart_at_its_rows_and_loses_nothing() {
        let text = "<?xml version=\"1.0\"?><x:worksheet a=\"sheetData\"><x:sheetData>\n<x:row r=\"2\"><x:c r=\"A2\"/></x:row>\
            <!-- <x:row> --><x:row/> <x:row r=\"7\"><x:c><x:is><x:t><![CDATA[</x:row>]]></x:t></x:is></x:c></x:row>\n\
            </x:sheetData><x:pageMargins/></x:worksheet>";
        let (head, rows, tail) = read(text).unwrap();
        assert_eq!((head.tag.as_str(), head.prefix.as_str(), head.has_rows), ("<x:sheetData>", "x:", true));
        assert_eq!(rows.iter().map(|r| r.0).collect::<Vec<_>>(), [2, 3, 7]);
        let body: String = rows.into_iter().map(|r| r.1).collect();
        assert_eq!(head.text + &head.tag + &body + &tail, text);
        let (head, rows, tail) = read("<worksheet><sheetData /></worksheet>").unwrap();
        assert_eq!((head.has_rows, rows.len(), tail.as_str()), (false, 0, "</worksheet>"));
        for broken in
            ["", "<worksheet/>", "<worksheet><sheetData><row>", "<worksheet><sheetData><c/></sheetData>"]
        {
            assert!(read(broken).is_err(), "{broken}");
        }
    }

    #[test]
    fn the_last_column_is_the_last_that_says_something() {
        let last = |row: &str, known, ours: &[u32]| last_column(row.as_bytes(), "", known, ours);
        let row = "<row><c r=\"A1\"><v>1</v></c><c r=\"C1\" t=\"s\"><v>0</v></c><c r=\"F1\" s=\"3\"/><c r=\"G1\"></c></row>";
        assert_eq!((last(row, 0, &[]), last(row, 5, &[]), last(row, 0, &[3])), (3, 5, 1));
        assert_eq!(last("<row><c><v>1</v></c><c/></row>", 0, &[]), 2);
        assert_eq!(last("<row/>", 4, &[]), 4);
    }

    proptest! {
        #[test]
        fn any_text_is_a_sheet_or_an_error(text in "[<>/!\\[\\]a-c=\"' -]{0,30}") {
            let _ = read(&format!("<w><sheetData>{text}</sheetData></w>"));
            last_column(text.as_bytes(), "", 0, &[]);
        }
    }
}
