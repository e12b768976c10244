//! The cells of one row: where each stands in the row's text.

use crate::xlsx::markup::comments::at;
use crate::xlsx::markup::xml::{attribute, outline};
use memchr::{memchr, memmem};
use std::ops::Range;

/// A row taken apart.
#[derive(Debug, PartialEq, Eq)]
pub struct RowAt {
    /// The prefix of its names with its colon.
    pub prefix: String,
    pub tag: Range<usize>,
    pub is_empty_tag: bool,
    pub cells: Vec<CellAt>,
}

/// One cell of a row.
#[derive(Debug, PartialEq, Eq)]
pub struct CellAt {
    /// From 1.
    pub column: u32,
    /// Whether the cell says where it is.
    pub placed: bool,
    pub tag: Range<usize>,
    pub whole: Range<usize>,
}

/// Takes a row apart; `None` if it is not well formed. Nearly every row is seen through by its brackets alone; one
/// that holds a comment, CDATA or an extension is read as XML.
pub fn cells(row: &str) -> Option<RowAt> {
    let odd =
        memmem::find(row.as_bytes(), b"<!").is_some() || memmem::find(row.as_bytes(), b"extLst").is_some();
    if odd { read(row) } else { scanned(row).or_else(|| read(row)) }
}

fn row_of(row: &str, prefix: String, tag: Range<usize>, found: Vec<(Range<usize>, Range<usize>)>) -> RowAt {
    let mut column = 0;
    let cell = |(tag, whole): (Range<usize>, Range<usize>)| {
        let named = attribute(&row[tag.clone()], "r").and_then(|r| at(&r)).map(|(_, c)| c);
        column = named.unwrap_or(column + 1);
        CellAt { column, placed: named.is_some(), tag, whole }
    };
    let cells = found.into_iter().map(cell).collect();
    RowAt { prefix, is_empty_tag: row[tag.clone()].ends_with("/>"), tag, cells }
}

fn read(row: &str) -> Option<RowAt> {
    let found = outline(row)?;
    let cells = found.children.into_iter().filter(|c| c.name == "c").map(|c| (c.tag, c.whole)).collect();
    Some(row_of(row, found.prefix, found.root.tag, cells))
}

fn scanned(row: &str) -> Option<RowAt> {
    let bytes = row.as_bytes();
    let tag = 0..memchr(b'>', bytes)? + 1;
    let name = row[..tag.end - 1].strip_prefix('<')?.split([' ', '/', '\n', '\r', '\t']).next()?;
    let prefix = name.strip_suffix("row")?.to_owned();
    let (open, close) = (format!("<{prefix}c"), format!("</{prefix}c>"));
    let (open, close) = (memmem::Finder::new(&open), memmem::Finder::new(&close));
    let mut found = Vec::with_capacity(80);
    let mut done = tag.end;
    while let Some(start) = open.find(&bytes[done..]).map(|i| done + i) {
        let after = *bytes.get(start + open.needle().len())?;
        let tag_end = start + memchr(b'>', &bytes[start..])? + 1;
        if !(after.is_ascii_whitespace() || matches!(after, b'>' | b'/')) {
            return None;
        }
        let end = if bytes[tag_end - 2] == b'/' {
            tag_end
        } else {
            tag_end + close.find(&bytes[tag_end..])? + close.needle().len()
        };
        // Another cell that begins inside of this one: then it is not as it seems.
        if open.find(&bytes[tag_end..end]).is_some() {
            return None;
        }
        found.push((start..tag_end, start..end));
        done = end;
    }
    Some(row_of(row, prefix, tag, found))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn cells_are_where_they_stand_and_those_without_a_place_follow_on() {
        let row = "<x:row r=\"3\"><x:c r=\"B3\" s='1'><x:v>1</x:v></x:c>\n<x:c/><x:c r=\"F3\" t=\"inlineStr\"><x:is>\
                   <x:t>&lt;x:c></x:t></x:is></x:c></x:row>";
        let found = cells(row).unwrap();
        assert_eq!(
            found.cells.iter().map(|c| (c.column, c.placed)).collect::<Vec<_>>(),
            [(2, true), (3, false), (6, true)]
        );
        assert_eq!(found, read(row).unwrap());
        assert!(cells("<row r=\"1\" />").unwrap().is_empty_tag);
        let odd = "<row><c r=\"A1\"><is><t><![CDATA[</c><c>]]></t></is></c><c r=\"B1\"/></row>";
        assert_eq!(cells(odd).unwrap().cells.len(), 2);
        assert_eq!(cells("<row><c></row>"), None);
    }

    proptest! {
        #[test]
        fn a_row_seen_through_is_the_row_that_is_read(
            made in prop::collection::vec((0usize..5, 1u32..4, any::<bool>()), 0..12)
        ) {
            let mut column = 0;
            let mut row = "<row r=\"7\">".to_owned();
            for (shape, step, placed) in made {
                column += if placed { step } else { 1 };
                let name = if placed { format!(" r=\"{}\"", crate::xlsx::markup::comments::reference((7, column))) } else { String::new() };
                row += &match shape {
                    0 => format!("<c{name}/>"),
                    1 => format!("<c{name} s=\"4\"><v>1</v></c>"),
                    2 => format!("<c{name} t=\"str\"><f>A1&gt;\"c\"</f><v>x</v></c>"),
                    3 => format!(" <c{name}></c>"),
                    _ => format!("<c{name} t=\"inlineStr\"><is><r><rPr><color rgb=\"FF0000\"/></rPr><t>甲</t></r></is></c>"),
                };
            }
            row += "</row>";
            prop_assert_eq!(cells(&row), read(&row));
        }

        #[test]
        fn any_text_is_a_row_or_none(text in "[<>/c-rw=\"' !\\-]{0,40}") {
            cells(&text);
            cells(&format!("<row>{text}</row>"));
        }
    }
}
