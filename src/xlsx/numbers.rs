//! Bare numbers from a stream: one a line, or one column of a csv, a reused record a row.

use std::io::{self, BufRead, Read};

/// Why a stream gives no numbers.
#[derive(Debug)]
pub enum NumbersError {
    Io(io::Error),
    /// The csv has no such column; the ones it has.
    NoSuchColumn {
        column: String,
        has: Vec<String>,
    },
    /// A quote that is not closed, or a record that breaks off; its line.
    Broken {
        line: u64,
    },
}

impl From<io::Error> for NumbersError {
    fn from(e: io::Error) -> NumbersError {
        NumbersError::Io(e)
    }
}

/// Gives each line's number to the sink with its line from 1; blank lines at the very end are not numbers.
pub fn lines(reader: impl Read, sink: &mut dyn FnMut(u64, &[u8])) -> Result<(), NumbersError> {
    let mut reader = io::BufReader::with_capacity(1 << 18, reader);
    let (mut line, mut text) = (0, Vec::with_capacity(64));
    loop {
        text.clear();
        if reader.read_until(b'\n', &mut text)? == 0 {
            return Ok(());
        }
        line += 1;
        let mut value = text.as_slice();
        if line == 1 {
            value = value.strip_prefix("\u{feff}".as_bytes()).unwrap_or(value);
        }
        let value = trimmed(value);
        if !value.is_empty() {
            sink(line, value);
        }
    }
}

/// Gives each row's cell of one csv column to the sink with the line it begins on.
pub fn column(reader: impl Read, name: &str, sink: &mut dyn FnMut(u64, &[u8])) -> Result<(), NumbersError> {
    let mut csv = csv::ReaderBuilder::new().flexible(true).buffer_capacity(1 << 18).from_reader(reader);
    let broken = |e: csv::Error| {
        let line = e.position().map_or(0, csv::Position::line);
        match e.into_kind() {
            csv::ErrorKind::Io(e) => NumbersError::Io(e),
            _ => NumbersError::Broken { line },
        }
    };
    let headers = csv.byte_headers().map_err(broken)?.clone();
    let (gb, _, _) = encoding_rs::GB18030.encode(name);
    let is_it = |h: &[u8]| {
        let h = trimmed(h.strip_prefix("\u{feff}".as_bytes()).unwrap_or(h));
        h == name.as_bytes() || h == gb.as_ref()
    };
    let Some(at) = headers.iter().position(is_it) else {
        let has = headers.iter().map(readable).collect();
        return Err(NumbersError::NoSuchColumn { column: name.to_owned(), has });
    };
    let mut record = csv::ByteRecord::new();
    // The csv crate counts the line feed of a CRLF only with the next record, so the lines are followed here as well:
    // a record begins below the one before it and the line feeds that one holds.
    let mut next = 2;
    while csv.read_byte_record(&mut record).map_err(broken)? {
        let line = record.position().map_or(0, csv::Position::line).max(next);
        next = line + 1 + memchr::memchr_iter(b'\n', record.as_slice()).count() as u64;
        sink(line, trimmed(record.get(at).unwrap_or_default()));
    }
    Ok(())
}

fn readable(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => encoding_rs::GB18030.decode(bytes).0.into_owned(),
    }
}

/// Without white space at the ends and without the apostrophe that keeps a number text in a spreadsheet.
fn trimmed(value: &[u8]) -> &[u8] {
    let value = value.trim_ascii();
    value.strip_prefix(b"'").unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_column(text: &[u8], name: &str) -> Result<Vec<(u64, String)>, NumbersError> {
        let mut got = Vec::new();
        column(text, name, &mut |line, value| got.push((line, String::from_utf8_lossy(value).into_owned())))?;
        Ok(got)
    }

    #[test]
    fn a_column_is_found_by_its_name_in_utf8_and_gb18030() {
        let utf8 = "\u{feff}序号,身份证件号\r\n1,'11010519491231002X\r\n2,\"a\nb\"\n3".as_bytes();
        let got = of_column(utf8, "身份证件号").unwrap();
        assert_eq!(got, [(2, "11010519491231002X".into()), (3, "a\nb".into()), (5, String::new())]);
        let (gb, _, _) = encoding_rs::GB18030.encode("姓名,身份证件号\n王一,1\n");
        assert_eq!(of_column(&gb, "身份证件号").unwrap(), [(2, "1".into())]);
    }

    #[test]
    fn a_column_that_is_not_there_is_an_error_that_names_the_others() {
        let Err(NumbersError::NoSuchColumn { has, .. }) = of_column("a,b\n1,2\n".as_bytes(), "c") else {
            panic!()
        };
        assert_eq!(has, ["a", "b"]);
    }

    #[test]
    fn lines_are_numbered_as_in_the_file() {
        let mut got = Vec::new();
        lines("\u{feff}1\r\n\n 2 \n".as_bytes(), &mut |n, v| got.push((n, v.to_vec()))).unwrap();
        assert_eq!(got, [(1, b"1".to_vec()), (3, b"2".to_vec())]);
    }
}
