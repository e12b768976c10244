//! The xml of a workbook, event by event.

use crate::model::cell::column_letters;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::borrow::Cow;
use std::io::{self, BufRead, Read};

/// A longer text or tag is none of a roster; a cell of Excel holds 32,767 characters.
pub const TEXT_LIMIT: usize = 64 << 20;

/// The part says something that cannot be. What of the disk or of its size is told by the watch of the file.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// It is no xml, or breaks off.
    Broken,
    /// There is more of it than memory should be given to.
    TooMuch,
    /// Cells or rows out of their order, or where no sheet has any.
    Order,
    /// A cell refers to a text that is not there.
    NoSuchText { cell: String, number: String },
}

/// The fault of a cell that refers to a text that is not there. The number is as long as the file makes it.
pub fn no_such_text(row: u32, column: usize, number: &str) -> Fault {
    let cell = format!("{}{row}", column_letters(column as u16 + 1));
    Fault::NoSuchText { cell, number: number.chars().take(20).collect() }
}

/// Input of which one event may take no more than `TEXT_LIMIT`: the parser keeps an event whole.
pub struct Bounded<R> {
    inner: R,
    pub left: usize,
}

impl<R> Bounded<R> {
    pub fn new(inner: R) -> Bounded<R> {
        Bounded { inner, left: TEXT_LIMIT }
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        self.inner.read(out)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 { Err(io::ErrorKind::FileTooLarge.into()) } else { self.inner.fill_buf() }
    }

    fn consume(&mut self, amount: usize) {
        self.left = self.left.saturating_sub(amount);
        self.inner.consume(amount);
    }
}

/// A reader of one part.
pub struct Xml<R> {
    reader: Reader<Bounded<R>>,
    buffer: Vec<u8>,
}

impl<R: BufRead> Xml<R> {
    pub fn new(input: R) -> Xml<R> {
        let mut reader = Reader::from_reader(Bounded::new(input));
        reader.config_mut().check_end_names = false;
        Xml { reader, buffer: Vec::with_capacity(1024) }
    }

    /// The next event; `None` at the end of the part.
    pub fn next(&mut self) -> Result<Option<Event<'_>>, Fault> {
        self.buffer.clear();
        self.reader.get_mut().left = TEXT_LIMIT;
        match self.reader.read_event_into(&mut self.buffer) {
            Ok(Event::Eof) => Ok(None),
            Ok(event) => Ok(Some(event)),
            Err(quick_xml::Error::Io(e)) if e.kind() == io::ErrorKind::FileTooLarge => Err(Fault::TooMuch),
            Err(_) => Err(Fault::Broken),
        }
    }

    /// Adds the text of an event, if it has any.
    pub fn add(event: &Event<'_>, text: &mut String) -> Result<(), Fault> {
        match event {
            Event::Text(t) => text.push_str(&t.xml10_content()),
            Event::CData(t) => text.push_str(&t.xml10_content()),
            Event::GeneralRef(r) => text.push(referred(r)?),
            _ => {}
        }
        if text.len() > TEXT_LIMIT { Err(Fault::TooMuch) } else { Ok(()) }
    }
}

/// The character that a reference stands for: one of the five named ones, or a number.
pub fn referred(reference: &BytesRef<'_>) -> Result<char, Fault> {
    let named = match reference.as_ref() {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => reference.resolve_char_ref().map_err(|_| Fault::Broken)?,
    };
    named.ok_or(Fault::Broken)
}

/// The value of an attribute by its name without a prefix.
pub fn attribute(e: &BytesStart<'_>, name: &str) -> Result<Option<String>, Fault> {
    for found in e.attributes().with_checks(false) {
        let found = found.map_err(|_| Fault::Broken)?;
        if found.key.local_name().as_ref() == name {
            let value = found.normalized_value(XmlVersion::Implicit1_0).map_err(|_| Fault::Broken)?;
            return Ok(Some(value.into_owned()));
        }
    }
    Ok(None)
}

/// A truth of XML Schema.
pub fn is_true(value: &str) -> bool {
    matches!(value.trim(), "1" | "true")
}

/// The text with its `_x0007_` as the characters they stand for (ECMA-376 part 1, 22.9.2.19: ST_Xstring).
pub fn unescaped(text: &str) -> Cow<'_, str> {
    if !text.contains("_x") {
        return Cow::Borrowed(text);
    }
    let (mut out, mut units, mut rest) = (String::with_capacity(text.len()), Vec::new(), text);
    while let Some(at) = rest.find("_x") {
        let unit = rest.get(at + 2..at + 6).filter(|_| rest.as_bytes().get(at + 6) == Some(&b'_'));
        let unit = unit.filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let (before, after) = rest.split_at(at);
        if !before.is_empty() {
            flush(&mut units, &mut out);
            out.push_str(before);
        }
        match unit.and_then(|digits| u16::from_str_radix(digits, 16).ok()) {
            Some(unit) => {
                units.push(unit);
                rest = &after[7..];
            }
            None => {
                flush(&mut units, &mut out);
                out.push_str("_x");
                rest = &after[2..];
            }
        }
    }
    flush(&mut units, &mut out);
    out.push_str(rest);
    Cow::Owned(out)
}

/// Two halves in a row make one character.
fn flush(units: &mut Vec<u16>, out: &mut String) {
    out.push_str(&String::from_utf16_lossy(units));
    units.clear();
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn escapes_are_the_characters_they_stand_for() {
        for (text, read) in [
            ("a_x000D_b", "a\rb"),
            ("_x005F_x0041_", "_x0041_"),
            ("_xD840__xDC0B_", "\u{2000B}"),
            ("_xD840_", "\u{fffd}"),
            ("_x00g1_ _x1_ _x", "_x00g1_ _x1_ _x"),
            ("_x一二三四_", "_x一二三四_"),
            ("__x0041_x", "_Ax"),
        ] {
            assert_eq!(unescaped(text), read, "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_without_escapes_stays(text in "[^_]*") {
            prop_assert_eq!(unescaped(&text), text.as_str());
        }

        #[test]
        fn no_text_makes_it_panic(text in "(_x|[0-9A-F]{4}_|_|x|\\PC)*") {
            unescaped(&text);
        }
    }
}
