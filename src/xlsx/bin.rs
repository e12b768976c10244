//! The binary parts of an xlsb (MS-XLSB), record by record: sheets, texts, styles and cells.

use crate::model::cell::{CellKind, Region, Row};
use crate::xlsx::cells::MERGES;
use crate::xlsx::error::ReadError;
use crate::xlsx::guard::fenced;
use crate::xlsx::ooxml::{Ooxml, Shared, of_kind, targets};
use crate::xlsx::package::{Part, Parts};
use crate::xlsx::read::SheetInfo;
use crate::xlsx::value::{LAST_COLUMN, LAST_ROW, push_serial, push_text, region};
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
                book.shared.strings.push(&wide(data.get(1..).ok_or(Fault::Broken)?)?.0)?;
            }
            Ok(())
        })?;
    }
    if let Some(part) = of_kind(&targets, "styles").filter(|p| parts.has(p)) {
        let (mut own, mut fonts) = (HashMap::<u32, String>::new(), Vec::new());
        let mut cells = false;
        read(parts, part, "样式表", |kind, data| {
            match kind {
                0x2C => drop(own.insert(u16_at(data, 0)?, wide(&data[2..])?.0)),
                // BrtFont: its height, then flags, of which the fourth strikes through (2.4.149).
                0x2B => fonts.push(u16_at(data, 2).is_ok_and(|flags| flags & 0x08 != 0)),
                0x269 => cells = true,
                0x26A => cells = false,
                0x2F if cells => {
                    let font = u16_at(data, 4).unwrap_or(0) as usize;
                    let is_struck = fonts.get(font).copied().unwrap_or(false);
                    book.shared.add_style(u16_at(data, 2)?, &own, is_struck);
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
        Some(Err(Fault::TooMuch)) => Err(parts.too_large(format!("{title}长得不正常"))),
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

/// The merged cells of a sheet, each a BrtMergeCell behind the rows (2.4.702).
pub fn merges<R: BufRead>(input: R) -> Result<Vec<Region>, Fault> {
    let (mut records, mut regions) = (Records::new(input), Vec::new());
    while let Some(kind) = records.next()? {
        if kind != 0xB0 {
            continue;
        }
        if regions.len() >= MERGES {
            return Err(Fault::TooMuch);
        }
        let at = |at| u32_at(&records.data, at);
        regions.extend(region((at(0)?, at(8)?), (at(4)?, at(12)?)));
    }
    Ok(regions)
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
    if let Some(look) = shared.look(style) {
        look.see(row);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xlsx::read::open;
    use proptest::prelude::{any, prop, proptest};
    use std::fs;
    use std::io::{Cursor, Write};
    use std::ops::ControlFlow;
    use std::path::Path;

    const FILE: &str = "tests/data/xlsx/records.xlsb";

    fn record(kind: u16, data: &[u8]) -> Vec<u8> {
        let seven = |value: usize| {
            let low = (value & 0x7F) as u8;
            if value < 0x80 { vec![low] } else { vec![low | 0x80, (value >> 7) as u8] }
        };
        [seven(kind.into()), seven(data.len()), data.to_vec()].concat()
    }

    fn wide_text(text: &str) -> Vec<u8> {
        let units: Vec<u16> = text.encode_utf16().collect();
        let length = (units.len() as u32).to_le_bytes();
        length.into_iter().chain(units.into_iter().flat_map(u16::to_le_bytes)).collect()
    }

    fn cell(kind: u16, column: u32, style: u32, rest: &[u8]) -> Vec<u8> {
        record(kind, &[&column.to_le_bytes(), &style.to_le_bytes(), rest].concat())
    }

    fn row(zero: u32, flags: u8) -> Vec<u8> {
        let mut data = [0; 17];
        data[..4].copy_from_slice(&zero.to_le_bytes());
        data[11] = flags;
        record(0, &data)
    }

    /// A sheet with a cell of every kind, as MS-XLSB 2.4 writes them.
    fn cells() -> Vec<u8> {
        let whole = |n: i32| (n.cast_unsigned() << 2 | 2).to_le_bytes();
        [
            record(0x81, b""),
            record(0x91, b""),
            row(0, 0),
            cell(0x07, 0, 0, &0_u32.to_le_bytes()),
            cell(0x06, 1, 0, &wide_text("性别")),
            cell(0x3E, 3, 0, &[&[0][..], &wide_text("𬱖")].concat()),
            row(2, 0x10),
            cell(0x02, 0, 0, &whole(202_309)),
            cell(0x02, 1, 0, &(150_u32 << 2 | 3).to_le_bytes()),
            cell(0x05, 2, 1, &42070_f64.to_le_bytes()),
            cell(0x02, 3, 1, &whole(42070)),
            cell(0x01, 4, 0, b""),
            cell(0x04, 5, 0, &[1]),
            cell(0x03, 6, 0, &[0x2A]),
            row(3, 0),
            cell(0x08, 0, 0, &wide_text("王一")),
            cell(0x09, 1, 0, &7_f64.to_le_bytes()),
            cell(0x0A, 2, 0, &[0]),
            cell(0x0B, 3, 0, &[0x99]),
            record(0x92, b""),
        ]
        .concat()
    }

    fn book(sheet: &[u8], strings: &[u8]) -> Vec<u8> {
        let bundle = |state: u32, id: &str, name: &str| {
            record(
                0x9C,
                &[&state.to_le_bytes(), &1_u32.to_le_bytes()[..], &wide_text(id), &wide_text(name)].concat(),
            )
        };
        let workbook =
            [record(0x99, &[0; 12]), bundle(0, "rId1", "花名册"), bundle(1, "rId1", "旧表")].concat();
        let xf = |format: u16| record(0x2F, &[&[0, 0][..], &format.to_le_bytes(), &[0; 12]].concat());
        let styles = [
            record(0x2C, &[&164_u16.to_le_bytes()[..], &wide_text("yyyy\\-mm\\-dd")].concat()),
            xf(14),
            record(0x269, &2_u32.to_le_bytes()),
            xf(0),
            xf(164),
            record(0x26A, b""),
        ]
        .concat();
        let relation = |id: &str, kind: &str, target: &str| {
            format!(
                "<Relationship Id=\"{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{target}\"/>"
            )
        };
        let relations = format!(
            "<Relationships>{}{}{}</Relationships>",
            relation("rId1", "worksheet", "worksheets/sheet1.bin"),
            relation("rId2", "sharedStrings", "sharedStrings.bin"),
            relation("rId3", "styles", "styles.bin")
        );
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in [
            ("xl/workbook.bin", &workbook[..]),
            ("xl/_rels/workbook.bin.rels", relations.as_bytes()),
            ("xl/styles.bin", &styles),
            ("xl/sharedStrings.bin", strings),
            ("xl/worksheets/sheet1.bin", sheet),
        ] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn strings(count: u32) -> Vec<u8> {
        let text = record(0x13, &[&[0][..], &wide_text("姓名")].concat());
        [record(0x9F, &[count.to_le_bytes(), count.to_le_bytes()].concat()), text].concat()
    }

    type Read = Vec<(u32, bool, Vec<(String, CellKind)>)>;

    fn read_all(path: &Path) -> Result<Read, ReadError> {
        let mut out = Vec::new();
        open(path)?.rows(0, &mut |row| {
            let cells = (0..row.len()).map(|i| (row.cell(i).0.to_owned(), row.cell(i).1)).collect();
            out.push((row.number, row.hidden, cells));
            ControlFlow::Continue(())
        })?;
        Ok(out)
    }

    fn read_bytes(bytes: &[u8]) -> Result<Read, ReadError> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("甲.xlsb");
        fs::write(&path, bytes).unwrap();
        read_all(&path)
    }

    #[test]
    #[ignore = "writes tests/data/xlsx/records.xlsb; run it after a change of its records"]
    fn write_the_file_anew() {
        fs::write(FILE, book(&cells(), &strings(1))).unwrap();
    }

    #[test]
    fn cells_of_every_kind_are_read() {
        assert!(fs::read(FILE).unwrap() == book(&cells(), &strings(1)), "the file is the one made here");
        use CellKind::{Bool, Date, Empty, Error, Number, Text};
        let row =
            |cells: &[(&str, CellKind)]| cells.iter().map(|(t, k)| ((*t).to_owned(), *k)).collect::<Vec<_>>();
        assert_eq!(
            read_all(Path::new(FILE)).unwrap(),
            [
                (1, false, row(&[("姓名", Text), ("性别", Text), ("", Empty), ("𬱖", Text)])),
                (
                    3,
                    true,
                    row(&[
                        ("202309", Number),
                        ("1.5", Number),
                        ("20150307", Date),
                        ("20150307", Date),
                        ("", Empty),
                        ("TRUE", Bool),
                        ("#N/A", Error)
                    ])
                ),
                (4, false, row(&[("王一", Text), ("7", Number), ("FALSE", Bool), ("#ERROR!", Error)])),
            ]
        );
        let sheets = open(Path::new(FILE)).unwrap().sheets().to_vec();
        assert_eq!(sheets.iter().map(|s| s.visible).collect::<Vec<_>>(), [true, false]);
    }

    #[test]
    fn what_cannot_be_is_refused_in_words() {
        let start = [record(0x91, b""), row(0, 0)].concat();
        for (sheet, said) in [
            (
                [start.clone(), cell(0x07, 2, 0, &9_u32.to_le_bytes())].concat(),
                "单元格 C1 引用的第 9 条文字不存在",
            ),
            ([start.clone(), row(0, 0)].concat(), "次序错乱"),
            ([start.clone(), cell(0x06, 0, 0, &u32::to_le_bytes(0xFFFF_FFF0))].concat(), "读不下去"),
            ([start.clone(), cell(0x0D, 0, 0, &[0; 9])].concat(), "读不下去"),
            ([start, vec![0x06, 0xFF, 0xFF, 0xFF, 0x7F, 1]].concat(), "读不下去"),
        ] {
            let error = read_bytes(&book(&sheet, &strings(1))).unwrap_err();
            assert!(
                matches!(error, ReadError::Damaged { .. }) && error.to_string().contains(said),
                "{error}"
            );
        }
    }

    #[test]
    fn a_count_of_texts_that_cannot_be_takes_no_memory() {
        assert_eq!(read_bytes(&book(&cells(), &strings(u32::MAX))).unwrap().len(), 3);
    }

    proptest! {
        #[test]
        fn any_records_are_read_or_refused(
            at in any::<prop::sample::Index>(), with in prop::collection::vec(any::<u8>(), 0..8), drop in 0_usize..12,
        ) {
            let mut sheet = cells();
            let at = at.index(sheet.len());
            sheet.splice(at..(at + drop).min(sheet.len()), with);
            let _ = read_bytes(&book(&sheet, &sheet));
        }
    }
}
