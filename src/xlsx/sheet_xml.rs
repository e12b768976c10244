//! The cells of an xlsx, row by row, in memory that does not grow with the sheet.

use crate::model::cell::{CellKind, Region, Row, Sight};
use crate::xlsx::cells::MERGES;
use crate::xlsx::ooxml::{Runs, Shared};
use crate::xlsx::shown::Shown;
use crate::xlsx::value::{LAST_COLUMN, LAST_ROW, push_iso, push_serial, push_text, region};
use crate::xlsx::xml::{Fault, Xml, attribute, is_true, no_such_text, unescaped};
use quick_xml::events::{BytesStart, Event};
use std::io::BufRead;

/// A sheet being read.
pub struct SheetXml<'a, R> {
    xml: Xml<R>,
    shared: &'a Shared,
    /// The number of the last row that was begun.
    pub last: u32,
    ended: bool,
    cell: Cell,
    scratch: String,
}

/// The cell at hand. Its texts are memory used again and again.
#[derive(Default)]
struct Cell {
    column: usize,
    style: usize,
    kind: Kind,
    value: String,
    /// Whether a value was written, if only an empty one.
    valued: bool,
    formula: bool,
    runs: Runs,
}

/// The type a cell says it has (ECMA-376 part 1, 18.18.11: ST_CellType).
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Shared,
    Inline,
    Text,
    Bool,
    Error,
    Day,
}

/// Where the text of an event belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Value,
    Inline,
    Phonetic,
}

impl<'a, R: BufRead> SheetXml<'a, R> {
    pub fn new(input: R, shared: &'a Shared) -> SheetXml<'a, R> {
        let (cell, scratch) = (Cell::default(), String::new());
        SheetXml { xml: Xml::new(input), shared, last: 0, ended: false, cell, scratch }
    }

    /// The next row that has cells.
    pub fn row(&mut self) -> Result<Option<Row>, Fault> {
        let mut row: Option<Row> = None;
        while !self.ended {
            let Some(event) = self.xml.next()? else {
                return Err(Fault::Broken);
            };
            match event {
                Event::Start(e) => match e.local_name().as_ref() {
                    "c" => {
                        let row = row.as_mut().ok_or(Fault::Broken)?;
                        self.cell.begin(&e, row, self.last)?;
                        self.read_cell()?;
                        self.cell.push(row, self.shared, &mut self.scratch)?;
                    }
                    "row" => row = Some(begin_row(&e, self.last)?),
                    _ => {}
                },
                Event::Empty(e) => match e.local_name().as_ref() {
                    "row" => self.last = begin_row(&e, self.last)?.number,
                    "sheetData" => self.ended = true,
                    // A cell without a value still has its place.
                    "c" => {
                        let row = row.as_mut().ok_or(Fault::Broken)?;
                        self.cell.begin(&e, row, self.last)?;
                        self.cell.column += 1;
                    }
                    _ => {}
                },
                Event::End(e) => match e.local_name().as_ref() {
                    "row" => {
                        let row = row.take().ok_or(Fault::Broken)?;
                        self.last = row.number;
                        self.cell.column = 0;
                        if row.len() > 0 {
                            return Ok(Some(row));
                        }
                    }
                    "sheetData" => self.ended = true,
                    _ => {}
                },
                _ => {}
            }
        }
        Ok(None)
    }

    /// Reads to the end of the cell.
    fn read_cell(&mut self) -> Result<(), Fault> {
        let mut inside = Inside::Nothing;
        loop {
            let event = self.xml.next()?.ok_or(Fault::Broken)?;
            match event {
                Event::Start(e) => match e.local_name().as_ref() {
                    "v" if self.cell.kind != Kind::Inline => {
                        inside = Inside::Value;
                        self.cell.valued = true;
                    }
                    "t" if inside != Inside::Phonetic => {
                        inside = Inside::Inline;
                        self.cell.valued = true;
                        self.cell.kind = Kind::Inline;
                    }
                    "r" => self.cell.runs.begin(&self.cell.value),
                    "strike" => self.cell.runs.strike(&e)?,
                    "rPh" => inside = Inside::Phonetic,
                    "f" => self.cell.formula = true,
                    _ => {}
                },
                Event::Empty(e) => match e.local_name().as_ref() {
                    "v" => self.cell.valued = true,
                    "f" => self.cell.formula = true,
                    "strike" => self.cell.runs.strike(&e)?,
                    _ => {}
                },
                Event::End(e) => match e.local_name().as_ref() {
                    "c" => return Ok(()),
                    "r" => self.cell.runs.end(&self.cell.value),
                    "rPh" => inside = Inside::Nothing,
                    _ if inside != Inside::Phonetic => inside = Inside::Nothing,
                    _ => {}
                },
                event if matches!(inside, Inside::Value | Inside::Inline) => {
                    Xml::<R>::add(&event, &mut self.cell.value)?;
                }
                _ => {}
            }
        }
    }
}

/// The merged cells of a sheet, which stand behind its rows (ECMA-376 part 1, 18.3.1.55).
pub fn merges<R: BufRead>(input: R) -> Result<Vec<Region>, Fault> {
    let (mut xml, mut regions) = (Xml::new(input), Vec::new());
    while let Some(event) = xml.next()? {
        let (Event::Start(e) | Event::Empty(e)) = event else { continue };
        if e.local_name().as_ref() != "mergeCell" {
            continue;
        }
        if regions.len() >= MERGES {
            return Err(Fault::TooMuch);
        }
        let reference = attribute(&e, "ref")?.ok_or(Fault::Broken)?;
        let (first, last) = reference.split_once(':').unwrap_or((&reference, &reference));
        let corner = |text: &str| place(text.trim().as_bytes()).ok_or(Fault::Broken);
        let ((left, top), (right, bottom)) = (corner(first)?, corner(last)?);
        regions.extend(region((top - 1, left as u32), (bottom - 1, right as u32)));
    }
    Ok(regions)
}

fn begin_row(e: &BytesStart<'_>, last: u32) -> Result<Row, Fault> {
    let (mut number, mut hidden) = (last + 1, false);
    for attribute in e.attributes().with_checks(false) {
        let attribute = attribute.map_err(|_| Fault::Broken)?;
        match attribute.key.local_name().as_ref() {
            "r" => number = attribute.value.trim().parse().map_err(|_| Fault::Order)?,
            "hidden" => hidden = is_true(&attribute.value),
            _ => {}
        }
    }
    // Rows stand in order and once each, or the numbers in a finding would be wrong.
    if number <= last || number > LAST_ROW {
        return Err(Fault::Order);
    }
    Ok(Row::new(number).hidden_if(hidden))
}

impl Cell {
    fn begin(&mut self, e: &BytesStart<'_>, row: &mut Row, last: u32) -> Result<(), Fault> {
        (self.style, self.kind, self.valued, self.formula) = (0, Kind::Number, false, false);
        self.value.clear();
        for attribute in e.attributes().with_checks(false) {
            let attribute = attribute.map_err(|_| Fault::Broken)?;
            match attribute.key.local_name().as_ref() {
                "r" => {
                    let (column, number) = place(attribute.value.as_bytes()).ok_or(Fault::Order)?;
                    // Some writers leave the number to the cells.
                    if row.len() == 0 && number > last && number <= LAST_ROW {
                        row.number = number;
                    }
                    if row.number != number {
                        return Err(Fault::Order);
                    }
                    self.column = column;
                }
                "s" => self.style = attribute.value.trim().parse().unwrap_or(0),
                "t" => {
                    self.kind = match attribute.value.as_ref() {
                        "s" => Kind::Shared,
                        "inlineStr" | "is" => Kind::Inline,
                        "b" => Kind::Bool,
                        "e" => Kind::Error,
                        "d" => Kind::Day,
                        "n" => Kind::Number,
                        _ => Kind::Text,
                    }
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Adds the cell to its row; the next one stands behind it.
    fn push(&mut self, row: &mut Row, shared: &Shared, scratch: &mut String) -> Result<(), Fault> {
        let column = self.column;
        self.column += 1;
        let value = self.value.as_str();
        // A formula that gives an empty text has a value; one that nobody has computed has none.
        let computed = self.valued && (self.kind == Kind::Text || !value.is_empty());
        if !computed && !self.formula {
            return Ok(());
        }
        if column >= LAST_COLUMN || column < row.len() {
            return Err(Fault::Order);
        }
        row.pad_to(column);
        if !computed {
            row.push("", CellKind::Uncomputed);
            return Ok(());
        }
        match self.kind {
            Kind::Shared => {
                let number = value.trim();
                let text = number.parse().ok().and_then(|number| shared.strings.get(number));
                match text {
                    Some(text) => push_text(row, text),
                    None => return Err(no_such_text(row.number, column, number)),
                }
                let rest = number.parse().ok().and_then(|number| shared.strings.rest(number));
                rest.into_iter().for_each(|rest| row.see(Sight::Struck { rest: rest.to_owned() }));
            }
            Kind::Inline | Kind::Text => {
                push_text(row, &unescaped(value));
                let rest = self.runs.rest(value);
                rest.into_iter().for_each(|rest| row.see(Sight::Struck { rest }));
            }
            Kind::Bool => match value.trim().to_ascii_lowercase().as_str() {
                "1" | "true" => row.push("TRUE", CellKind::Bool),
                "0" | "false" => row.push("FALSE", CellKind::Bool),
                other => push_text(row, other),
            },
            // #SPILL!, #CALC! and whatever comes next are errors of the cell, not of the file.
            Kind::Error => row.push(value, CellKind::Error),
            Kind::Day => push_iso(row, value, scratch),
            Kind::Number => self.push_number(row, shared, scratch),
        }
        if let Some(look) = shared.look(self.style) {
            look.see(row);
        }
        Ok(())
    }

    fn push_number(&self, row: &mut Row, shared: &Shared, scratch: &mut String) {
        let value = self.value.trim();
        let begins = value.as_bytes().first().is_some_and(|b| b.is_ascii_digit() || b"+-.".contains(b));
        match value.parse::<f64>().ok().filter(|number| begins && number.is_finite()) {
            Some(number) => {
                let shown = if self.style == 0 { Shown::Number } else { shared.shown(self.style) };
                push_serial(row, number, shown, shared.is_1904, scratch);
            }
            None => push_text(row, &self.value),
        }
    }
}

/// The column (from 0) and the row (from 1) of `C7`.
fn place(reference: &[u8]) -> Option<(usize, u32)> {
    let letters = reference.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let (letters, digits) =
        reference.split_at_checked(letters).filter(|(l, _)| (1..=3).contains(&l.len()))?;
    let column = letters.iter().fold(0, |n, b| n * 26 + usize::from(b.to_ascii_uppercase() - b'A') + 1) - 1;
    let plain = (1..=7).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
    let row = digits.iter().fold(0, |n, b| n * 10 + u32::from(b.wrapping_sub(b'0')));
    (plain && row > 0).then_some((column, row))
}
