//! Bare numbers from a stream: one a line, or one column of a csv, a reused record a row.

use std::io::{self, BufRead, Read};

use rayon::iter::{IndexedParallelIterator, IntoParallelRefIterator, ParallelIterator};

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

/// How much of a csv each thread reads at a time.
const BLOCK: usize = 256 << 10;
/// A last record of its own, which an open quote would swallow.
const END: &[u8] = b"\n\x1F";

/// Gives each row's cell of one csv column to `take` with the line the row begins on. Lines without a quote mark are
/// read by several threads; what each block of them came to is joined in the order of the file.
pub fn column<T: Default + Send>(
    mut reader: impl Read,
    name: &str,
    take: &(impl Fn(&mut T, u64, &[u8]) + Sync),
    join: &mut dyn FnMut(T),
) -> Result<(), NumbersError> {
    let (mut at, mut line, mut carry) = (None, 1, Vec::new());
    loop {
        let round = Round::read(&mut reader, carry)?;
        let mut blocks = round.plain.as_slice();
        if let (None, Some((first, rest))) = (at, blocks.split_first()) {
            let (part, place) = Records { line, at, name }.read(first.as_slice(), false, take)?;
            join(part);
            (at, line, blocks) = (Some(place), line + line_feeds(first), rest);
        }
        let mut starts = Vec::with_capacity(blocks.len());
        for block in blocks {
            starts.push(Records { line, at, name });
            line += line_feeds(block);
        }
        let parts =
            blocks.par_iter().zip(starts).map(|(block, start)| start.read(block.as_slice(), false, take));
        for part in parts.collect::<Result<Vec<_>, _>>()? {
            join(part.0);
        }
        carry = round.carry;
        if round.follows == Follows::Quotes {
            let input = carry.as_slice().chain(reader).chain(END);
            join(Records { line, at, name }.read(input, true, take)?.0);
            return Ok(());
        }
        if round.follows == Follows::Nothing {
            return if at.is_some() { Ok(()) } else { Err(no_such_column(name, &csv::ByteRecord::new())) };
        }
    }
}

/// What comes after the blocks of a round.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Follows {
    Lines,
    /// A quote mark, or a line longer than a block: from here on the rows can only be read one after the other.
    Quotes,
    Nothing,
}

/// Blocks of whole lines without quote marks, and what was read beyond them.
struct Round {
    plain: Vec<Vec<u8>>,
    carry: Vec<u8>,
    follows: Follows,
}

impl Round {
    fn read(reader: &mut impl Read, carry: Vec<u8>) -> io::Result<Round> {
        let mut round = Round { plain: Vec::new(), carry, follows: Follows::Lines };
        while round.plain.len() < rayon::current_num_threads() * 2 {
            let mut block = std::mem::take(&mut round.carry);
            let read = reader.by_ref().take(BLOCK as u64).read_to_end(&mut block)?;
            if memchr::memchr(b'"', &block).is_some() {
                (round.carry, round.follows) = (block, Follows::Quotes);
                break;
            }
            if read == 0 {
                round.follows = Follows::Nothing;
                round.plain.extend((!block.is_empty()).then_some(block));
                break;
            }
            let Some(end) = memchr::memrchr(b'\n', &block) else {
                (round.carry, round.follows) = (block, Follows::Quotes);
                break;
            };
            round.carry = block.split_off(end + 1);
            round.plain.push(block);
        }
        Ok(round)
    }
}

/// Where some rows begin, and the column that is wanted of them; without its place, the first row is the heading.
struct Records<'a> {
    line: u64,
    at: Option<usize>,
    name: &'a str,
}

impl Records<'_> {
    fn read<T: Default>(
        self,
        input: impl Read,
        ends_with_mark: bool,
        take: &impl Fn(&mut T, u64, &[u8]),
    ) -> Result<(T, usize), NumbersError> {
        let mut csv = csv::ReaderBuilder::new()
            .flexible(true)
            .has_headers(false)
            .buffer_capacity(1 << 16)
            .from_reader(input);
        let (mut record, mut at, mut part) = (csv::ByteRecord::new(), self.at, T::default());
        // The csv crate counts the line feed of a CRLF only with the next record, so the lines are followed here as
        // well: a record begins below the one before it and the line feeds that one holds.
        let (mut begins, mut next, mut marked) = (self.line, self.line, false);
        while csv.read_byte_record(&mut record).map_err(io::Error::from)? {
            begins = (self.line - 1 + record.position().map_or(0, csv::Position::line)).max(next);
            next = begins + 1 + line_feeds(record.as_slice());
            marked = ends_with_mark && record.as_slice() == &END[1..];
            match at {
                _ if marked => {}
                Some(at) => take(&mut part, begins, trimmed(record.get(at).unwrap_or_default())),
                None => at = Some(place(&record, self.name)?),
            }
        }
        if ends_with_mark && !marked {
            return Err(NumbersError::Broken { line: begins });
        }
        let at = at.ok_or_else(|| no_such_column(self.name, &csv::ByteRecord::new()))?;
        Ok((part, at))
    }
}

fn line_feeds(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).count() as u64
}

/// Which column of the heading has this name.
fn place(headers: &csv::ByteRecord, name: &str) -> Result<usize, NumbersError> {
    let (gb, _, _) = encoding_rs::GB18030.encode(name);
    let is_it = |h: &[u8]| {
        let h = trimmed(h.strip_prefix("\u{feff}".as_bytes()).unwrap_or(h));
        h == name.as_bytes() || h == gb.as_ref()
    };
    headers.iter().position(is_it).ok_or_else(|| no_such_column(name, headers))
}

fn no_such_column(name: &str, headers: &csv::ByteRecord) -> NumbersError {
    NumbersError::NoSuchColumn { column: name.to_owned(), has: headers.iter().map(readable).collect() }
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
        let mut got: Vec<(u64, String)> = Vec::new();
        let take = |part: &mut Vec<(u64, String)>, line, value: &[u8]| {
            part.push((line, String::from_utf8_lossy(value).into_owned()));
        };
        column(text, name, &take, &mut |part| got.extend(part))?;
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

    #[test]
    fn many_blocks_give_what_one_reader_gives_wherever_a_quote_begins() {
        let plain: String = (0..60_000).map(|i| format!("{i},行{i},{}\r\n", i * 7)).collect();
        for quote in [None, Some("8,\"两\n行\",9\n"), Some("8,\"\"\"\",9")] {
            let text = format!("序,号,别\n{plain}{}{plain}", quote.unwrap_or_default());
            let mut csv = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
            let theirs: Vec<String> = csv.records().map(|r| r.unwrap()[1].to_owned()).collect();
            let ours = of_column(text.as_bytes(), "号").unwrap();
            assert!(ours.iter().map(|(_, v)| v).eq(&theirs));
            let lines: Vec<&str> = text.split('\n').collect();
            for (line, value) in ours.iter().filter(|(_, v)| v.starts_with('行')) {
                assert!(lines[*line as usize - 1].contains(value.as_str()), "{line} {value}");
            }
        }
    }

    #[test]
    fn a_quote_that_is_not_closed_is_named_by_its_line_and_swallows_nothing() {
        let plain: String = (0..60_000).map(|i| format!("{i},{i}\n")).collect();
        for (text, line) in
            [("序,号\n1,\"2\n3,4\n".to_owned(), 2), (format!("序,号\n{plain}1,\"2\n{plain}"), 60_002)]
        {
            let Err(NumbersError::Broken { line: told }) = of_column(text.as_bytes(), "号") else {
                panic!()
            };
            assert_eq!(told, line);
        }
        assert_eq!(of_column("序,号\n1,\"2\"".as_bytes(), "号").unwrap(), [(2, "2".to_owned())]);
        assert!(
            matches!(of_column(b"", "号"), Err(NumbersError::NoSuchColumn { has, .. }) if has.is_empty())
        );
    }
}
