//! The binary parts of an xlsb (MS-XLSB), record by record: sheets, texts, styles and cells.

use crate::model::cell::{CellKind, Row};
use crate::xlsx::error::ReadError;
use crate::xlsx::guard::fenced;
use crate::xlsx::ooxml::{Ooxml, Shared, of_kind, targets};
use crate::xlsx::package::{Part, Parts};
use crate::xlsx::read::SheetInfo;
use crate::xlsx::shown::{self, Shown};
use crate::xlsx::value::{LAST_COLUMN, LAST_ROW, push_serial, push_text};
use crate::xlsx::xml::{Fault, no_such_text};
use std::collections::HashMap;
use std::io::{BufRead, Read};

const WORKBOOK: &str = "xl/workbook.bin";

/// The records of one part.
struct Records<R> {
    input: R,
    data: Vec<u8>,
}

impl<R: BufRead> Records<R> {
    fn new(input: R) -> Records<R> {
        Records { input, data: Vec::new() }
    }

    /// The kind of the next record, its content in `data` (2.1.4); `None` at the end of the part.
    fn next(&mut self) -> Result<Option<u32>, Fault> {
        if self.input.fill_buf().map_err(|_| Fault::Broken)?.is_empty() {
            return Ok(None);
        }
        let (kind, length) = (self.varying(2)?, self.varying(4)?);
        self.data.clear();
        // Memory grows with what is there, not with what is said to be.
        let read = (&mut self.input).take(length.into()).read_to_end(&mut self.data);
        if read.map_err(|_| Fault::Broken)? as u64 == u64::from(length) {
            Ok(Some(kind))
        } else {
            Err(Fault::Broken)
        }
    }

    /// Seven bits a byte, the lowest first.
    fn varying(&mut self, longest: u32) -> Result<u32, Fault> {
        let mut value = 0;
        for at in 0..longest {
            let mut byte = [0];
            self.input.read_exact(&mut byte).map_err(|_| Fault::Broken)?;
            value |= u32::from(byte[0] & 0x7F) << (7 * at);
            if byte[0] & 0x80 == 0 {
                break;
            }
        }
        Ok(value)
    }
}

/// Reads everything but the cells of an xlsb.
pub fn open(parts: &mut Parts) -> Result<Ooxml, ReadError> {
    let targets = targets(parts, WORKBOOK)?;
    let mut book = Ooxml::default();
    read(parts, WORKBOOK, "工作簿的目录", |kind, data| {
        match kind {
            0x99 => book.shared.is_1904 = data.first().ok_or(Fault::Broken)? & 1 != 0,
            0x9C => {
                let (id, rest) = wide(data.get(8..).ok_or(Fault::Broken)?)?;
                let (name, _) = wide(rest)?;
                if let Some(target) = targets.get(&id).filter(|t| t.kind == "worksheet") {
                    book.sheets.push(SheetInfo { name, visible: u32_at(data, 0)? == 0 });
                    book.parts.push(target.part.clone());
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    if book.sheets.is_empty() {
        return Err(parts.failed("工作簿里没有工作表"));
    }
    if let Some(part) = of_kind(&targets, "sharedStrings").filter(|p| parts.has(p)) {
        read(parts, part, "共享文字表", |kind, data| {
            if kind == 0x13 {
                book.shared.strings.push(&wide(data.get(1..).ok_or(Fault::Broken)?)?.0);
            }
            Ok(())
        })?;
    }
    if let Some(part) = of_kind(&targets, "styles").filter(|p| parts.has(p)) {
        let mut own: HashMap<u32, Shown> = HashMap::new();
        let mut cells = false;
        read(parts, part, "样式表", |kind, data| {
            match kind {
                0x2C => drop(own.insert(u16_at(data, 0)?, shown::custom(&wide(&data[2..])?.0))),
                0x269 => cells = true,
                0x26A => cells = false,
                0x2F if cells => {
                    let id = u16_at(data, 2)?;
                    book.shared.formats.push(own.get(&id).copied().unwrap_or_else(|| shown::builtin(id)));
                }
                _ => {}
            }
            Ok(())
        })?;
    }
    Ok(book)
}

fn read(
    parts: &mut Parts,
    part: &str,
    title: &str,
    mut each: impl FnMut(u32, &[u8]) -> Result<(), Fault>,
) -> Result<(), ReadError> {
    let Some(opened) = parts.part(part) else {
        return Err(parts.failed(format!("没有{title}")));
    };
    let mut records: Records<Part<'_>> = Records::new(opened);
    let done = fenced(|| {
        while let Some(kind) = records.next()? {
            each(kind, &records.data)?;
        }
        Ok::<_, Fault>(())
    });
    drop(records);
    match done {
        Some(Ok(())) => Ok(()),
        _ => Err(parts.failed(format!("{title}无法解析"))),
    }
}

/// A sheet being read.
pub struct SheetBin<'a, R> {
    records: Records<R>,
    shared: &'a Shared,
    /// The number of the last row that was begun.
    pub last: u32,
    begun: Option<Row>,
    ended: bool,
    scratch: String,
}

impl<'a, R: BufRead> SheetBin<'a, R> {
    pub fn new(input: R, shared: &'a Shared) -> SheetBin<'a, R> {
        let records = Records::new(input);
        SheetBin { records, shared, last: 0, begun: None, ended: false, scratch: String::new() }
    }

    /// The next row that has cells.
    pub fn row(&mut self) -> Result<Option<Row>, Fault> {
        while !self.ended {
            let kind = self.records.next()?.ok_or(Fault::Broken)?;
            let data = self.records.data.as_slice();
            let done = match kind {
                // BrtRowHdr: the row, its style, its height, then flags; a height of nothing hides it.
                0x00 => {
                    let number = u32_at(data, 0)?.saturating_add(1);
                    if number <= self.last || number > LAST_ROW {
                        return Err(Fault::Order);
                    }
                    self.last = number;
                    let hidden = data.get(11).is_some_and(|flags| flags & 0x10 != 0);
                    self.begun.replace(Row::new(number).hidden_if(hidden))
                }
                0x01 => None,
                0x02..=0x0B | 0x3E => {
                    let row = self.begun.as_mut().ok_or(Fault::Order)?;
                    push(row, kind, data, self.shared, &mut self.scratch)?;
                    None
                }
                // Cells that leave their column to the one before: no program known writes them.
                0x0C..=0x12 => return Err(Fault::Broken),
                0x92 => {
                    self.ended = true;
                    self.begun.take()
                }
                _ => None,
            };
            if let Some(row) = done.filter(|row| row.len() > 0) {
                return Ok(Some(row));
            }
        }
        Ok(None)
    }
}

/// Adds a cell: its column, its style in three bytes, one of flags, then what it holds (2.5.9).
fn push(row: &mut Row, kind: u32, data: &[u8], shared: &Shared, scratch: &mut String) -> Result<(), Fault> {
    let (column, style) = (u32_at(data, 0)? as usize, (u32_at(data, 4)? & 0x00FF_FFFF) as usize);
    let rest = &data[8..];
    if column >= LAST_COLUMN || column < row.len() {
        return Err(Fault::Order);
    }
    row.pad_to(column);
    let mut number = |row: &mut Row, number: f64| {
        push_serial(row, number, shared.shown(style), shared.is_1904, scratch);
    };
    match kind {
        0x02 => number(row, rk(u32_at(rest, 0)?)),
        0x05 | 0x09 => number(row, f64_at(rest)?),
        0x03 | 0x0B => row.push(error(*rest.first().ok_or(Fault::Broken)?), CellKind::Error),
        0x04 | 0x0A => {
            let value = *rest.first().ok_or(Fault::Broken)? != 0;
            row.push(if value { "TRUE" } else { "FALSE" }, CellKind::Bool);
        }
        0x07 => {
            let number = u32_at(rest, 0)?;
            let text = shared.strings.get(number as usize);
            push_text(row, text.ok_or_else(|| no_such_text(row.number, column, &number.to_string()))?);
        }
        // A text with runs of its own has a byte of flags before it.
        0x3E => push_text(row, &wide(rest.get(1..).ok_or(Fault::Broken)?)?.0),
        _ => push_text(row, &wide(rest)?.0),
    }
    Ok(())
}

/// A number in thirty bits: whole or the upper half of a double, perhaps times a hundred (2.5.123).
fn rk(bits: u32) -> f64 {
    let value = if bits & 2 != 0 {
        f64::from(bits.cast_signed() >> 2)
    } else {
        f64::from_bits(u64::from(bits & !3) << 32)
    };
    if bits & 1 != 0 { value / 100.0 } else { value }
}

/// The errors of 2.5.98.2; later ones (#SPILL!, #CALC!) have no code there.
fn error(code: u8) -> &'static str {
    match code {
        0x00 => "#NULL!",
        0x07 => "#DIV/0!",
        0x0F => "#VALUE!",
        0x17 => "#REF!",
        0x1D => "#NAME?",
        0x24 => "#NUM!",
        0x2A => "#N/A",
        0x2B => "#GETTING_DATA",
        _ => "#ERROR!",
    }
}

/// A text with its length in characters of two bytes before it, and what stands behind; no length is no text.
fn wide(data: &[u8]) -> Result<(String, &[u8]), Fault> {
    let length = u32_at(data, 0)?;
    let rest = &data[4..];
    if length == u32::MAX {
        return Ok((String::new(), rest));
    }
    let (text, rest) =
        (length as usize).checked_mul(2).and_then(|end| rest.split_at_checked(end)).ok_or(Fault::Broken)?;
    let units = text.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]]));
    Ok((char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect(), rest))
}

fn u16_at(data: &[u8], at: usize) -> Result<u32, Fault> {
    data.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]).into()).ok_or(Fault::Broken)
}

fn u32_at(data: &[u8], at: usize) -> Result<u32, Fault> {
    data.get(at..at + 4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).ok_or(Fault::Broken)
}

fn f64_at(data: &[u8]) -> Result<f64, Fault> {
    let bytes = data.get(..8).and_then(|b| b.try_into().ok()).ok_or(Fault::Broken)?;
    Ok(f64::from_le_bytes(bytes))
}
