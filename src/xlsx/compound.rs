//! The compound file an xls is: what it holds, and whether its sheets can be laid out in memory.

use crate::xlsx::error::ReadError;
use crate::xlsx::look::{self, Look};
use std::collections::HashMap;
use std::path::Path;

/// A larger file is no roster in a format of 65,536 rows.
pub const FILE_LIMIT: u64 = 512 << 20;
/// The reader lays every sheet out as a rectangle; all of them together may have this many cells.
const CELL_LIMIT: u64 = 40_000_000;
const END: u32 = 0xFFFF_FFF8;

/// What the records of an xls tell that the reader of its cells does not.
#[derive(Default)]
pub struct Facts {
    /// The hidden rows (from 0) of each sheet, in order.
    pub hidden: Vec<Vec<u16>>,
    /// Its days are counted from 1904.
    pub is_1904: bool,
    /// What the styles make of the look of a cell, where that says something.
    looks: Vec<Option<Look>>,
    /// The cells of each sheet that have such a style: row and column, and the style.
    looking: Vec<HashMap<(u16, u16), u16>>,
}

impl Facts {
    /// The look of a cell (both from 0), where it says something.
    pub fn look(&self, sheet: usize, row: u32, column: usize) -> Option<&Look> {
        let cells = self.looking.get(sheet).filter(|cells| !cells.is_empty())?;
        let style = cells.get(&(u16::try_from(row).ok()?, u16::try_from(column).ok()?))?;
        self.looks.get(usize::from(*style))?.as_ref()
    }
}

/// Refuses what is not an xls that can be read safely.
pub fn inspect(path: &Path, bytes: &[u8]) -> Result<Facts, ReadError> {
    let Some(compound) = Compound::open(bytes) else {
        return Err(ReadError::Truncated { path: path.to_path_buf() });
    };
    if compound.find("EncryptedPackage").is_some() {
        return Err(ReadError::Encrypted { path: path.to_path_buf() });
    }
    let Some(entry) = compound.find("Workbook").or_else(|| compound.find("Book")) else {
        let looks_like = if compound.find("WordDocument").is_some() {
            "Word 文档"
        } else if compound.find("PowerPoint Document").is_some() {
            "演示文稿"
        } else {
            "别的 Office 文件"
        };
        return Err(ReadError::NotAWorkbook { path: path.to_path_buf(), looks_like });
    };
    let Some(stream) = compound.stream(entry) else {
        return Err(ReadError::Truncated { path: path.to_path_buf() });
    };
    match span(&stream) {
        Span::Locked => Err(ReadError::Encrypted { path: path.to_path_buf() }),
        Span::Impossible => Err(ReadError::damaged(path, "工作表的范围不合理")),
        Span::Cells(n, _) if n > CELL_LIMIT => Err(ReadError::TooLarge {
            path: path.to_path_buf(),
            detail: format!("工作表展开有 {n} 格"),
        }),
        Span::Cells(_, facts) => Ok(facts),
    }
}

struct Entry {
    name: String,
    start: u32,
    size: usize,
}

/// MS-CFB 2: header, allocation table, directory.
struct Compound<'a> {
    bytes: &'a [u8],
    sector: usize,
    fat: Vec<u32>,
    mini_fat: Vec<u32>,
    entries: Vec<Entry>,
}

impl<'a> Compound<'a> {
    fn open(bytes: &'a [u8]) -> Option<Compound<'a>> {
        let sector =
            1_usize.checked_shl(u32::from(u16_at(bytes, 30)?)).filter(|s| [512, 4096].contains(s))?;
        let mut compound =
            Compound { bytes, sector, fat: Vec::new(), mini_fat: Vec::new(), entries: Vec::new() };
        let mut table: Vec<u32> = (0..109).filter_map(|i| u32_at(bytes, 76 + 4 * i)).collect();
        let mut next = u32_at(bytes, 68)?;
        let mut left = bytes.len() / sector;
        while next < END && left > 0 {
            let part = compound.sector(next)?;
            table.extend(part[..sector - 4].chunks_exact(4).map(word));
            next = word(&part[sector - 4..]);
            left -= 1;
        }
        for id in table.into_iter().filter(|id| *id < END) {
            let part = compound.sector(id)?;
            compound.fat.extend(part.chunks_exact(4).map(word));
        }
        let directory = compound.chain(u32_at(bytes, 48)?)?;
        compound.entries = directory.chunks_exact(128).filter_map(entry).collect();
        if u32_at(bytes, 64)? > 0 {
            let mini = compound.chain(u32_at(bytes, 60)?)?;
            compound.mini_fat = mini.chunks_exact(4).map(word).collect();
        }
        Some(compound)
    }

    fn sector(&self, id: u32) -> Option<&'a [u8]> {
        let start = (id as usize + 1).checked_mul(self.sector)?;
        self.bytes.get(start..start + self.sector)
    }

    fn chain(&self, start: u32) -> Option<Vec<u8>> {
        let mut out = Vec::new();
        let mut id = start;
        // A chain of more sectors than the file has runs in a circle.
        let mut left = self.bytes.len() / self.sector + 2;
        while id < END {
            left = left.checked_sub(1)?;
            match self.sector(id) {
                Some(part) => out.extend_from_slice(part),
                // The last sector may be cut short by programs that do not pad.
                None => out.extend_from_slice(self.bytes.get((id as usize + 1) * self.sector..)?),
            }
            id = *self.fat.get(id as usize)?;
        }
        Some(out)
    }

    fn find(&self, name: &str) -> Option<&Entry> {
        self.entries.iter().find(|e| e.name.eq_ignore_ascii_case(name))
    }

    fn stream(&self, entry: &Entry) -> Option<Vec<u8>> {
        let mut out = if entry.size >= 4096 {
            self.chain(entry.start)?
        } else {
            let small = self.chain(self.entries.first()?.start)?;
            let mut out = Vec::new();
            let mut id = entry.start;
            while id < END && out.len() < entry.size {
                let start = (id as usize).checked_mul(64)?;
                let part = small.get(start..(start + 64).min(small.len()))?;
                // A sector of nothing behind the last one would be read for ever.
                if part.is_empty() {
                    return None;
                }
                out.extend_from_slice(part);
                id = *self.mini_fat.get(id as usize)?;
            }
            out
        };
        if out.len() < entry.size {
            return None;
        }
        out.truncate(entry.size);
        Some(out)
    }
}

fn entry(bytes: &[u8]) -> Option<Entry> {
    let length = usize::from(u16_at(bytes, 64)?).clamp(2, 64) - 2;
    let units: Vec<u16> = bytes[..length].chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect();
    let name = String::from_utf16_lossy(&units);
    (bytes[66] != 0).then_some(Entry { name, start: u32_at(bytes, 116)?, size: u32_at(bytes, 120)? as usize })
}

enum Span {
    Locked,
    Impossible,
    Cells(u64, Facts),
}

/// Walks the records of a workbook stream (MS-XLS 2.1.4) and counts the rectangles of its sheets.
fn span(stream: &[u8]) -> Span {
    let (mut total, mut facts) = (0_u64, Facts::default());
    let (mut sheets, mut fonts, mut formats, mut styles) =
        (Vec::new(), Vec::new(), HashMap::new(), Vec::new());
    let mut is_wide = true;
    for (kind, data) in records(stream, 0).take_while(|(kind, _)| *kind != 0x000A) {
        match kind {
            0x002F => return Span::Locked,
            0x0809 => is_wide = u16_at(data, 0) == Some(0x0600),
            // Date1904 (2.4.77)
            0x0022 => facts.is_1904 = u16_at(data, 0) == Some(1),
            // Font (2.4.122): its height, then flags, of which the fourth strikes through.
            0x0031 => fonts.push(u16_at(data, 2).is_some_and(|flags| flags & 0x08 != 0)),
            0x041E => formats.extend(format(data, is_wide)),
            // XF (2.4.353): its font and its format.
            0x00E0 => styles.extend(u16_at(data, 0).zip(u16_at(data, 2))),
            0x0085 => sheets.extend(u32_at(data, 0)),
            _ => (),
        }
    }
    // No font has the number 4 (2.5.129).
    let struck = |font: u16| fonts.get(usize::from(font) - usize::from(font > 4)).copied().unwrap_or(false);
    let looks = styles.iter().map(|(font, format)| look::of((*format).into(), &formats, struck(*font)).1);
    facts.looks = looks.collect();
    for position in sheets {
        match rectangle(stream, position as usize, &facts.looks) {
            Some(found) => {
                total = total.saturating_add(found.cells);
                facts.hidden.push(found.hidden);
                facts.looking.push(found.looking);
            }
            None => return Span::Impossible,
        }
    }
    Span::Cells(total, facts)
}

/// A number format (2.4.126). What is not plain in a code page of its own is carried out by nobody.
fn format(data: &[u8], is_wide: bool) -> Option<(u32, String)> {
    let id = u16_at(data, 0)?.into();
    if !is_wide {
        let text = data.get(3..)?;
        let code =
            if text.is_ascii() { String::from_utf8_lossy(text).into_owned() } else { "# ?/?".to_owned() };
        return Some((id, code));
    }
    let (text, high) = (data.get(5..)?, data.get(4)? & 1 != 0);
    let code = if high {
        let units: Vec<u16> = text.chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]])).collect();
        String::from_utf16_lossy(&units)
    } else {
        text.iter().map(|b| char::from(*b)).collect()
    };
    Some((id, code))
}

/// What a sheet is laid out as.
struct Laid {
    cells: u64,
    /// Its hidden rows, in order.
    hidden: Vec<u16>,
    looking: HashMap<(u16, u16), u16>,
}

fn rectangle(stream: &[u8], position: usize, looks: &[Option<Look>]) -> Option<Laid> {
    let (mut hidden, mut begun, mut nested) = (Vec::new(), false, 0_usize);
    let (mut top, mut left, mut bottom, mut right) = (u64::MAX, u64::MAX, 0, 0);
    let says = |style: u16| looks.get(usize::from(style)).is_some_and(Option::is_some);
    let mut looking = HashMap::new();
    for (kind, data) in records(stream, position) {
        match kind {
            // BOF and EOF: a chart in a sheet is a stream in a stream, and its cells are its own.
            0x0809 if begun => nested += 1,
            0x0809 => begun = true,
            0x000A if nested == 0 => break,
            0x000A => nested -= 1,
            _ if nested > 0 => {}
            0x0200 => dimensions(data)?,
            // ROW: its number, …, and in the flags whether it has no height (2.4.221: fDyZero).
            0x0208 if u16_at(data, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                hidden.push(u16_at(data, 0)?);
            }
            0x0203..=0x0205 | 0x00D6 | 0x027E | 0x00FD | 0x00BD | 0x0006 => {
                let (first_row, first) = (u16_at(data, 0)?, u16_at(data, 2)?);
                let (row, column) = (u64::from(first_row), u64::from(first));
                // Many numbers in one record, each with its style before it (2.4.175: MulRk).
                let (last, step) = match kind {
                    0x00BD => (u64::from(u16_at(data, data.len().checked_sub(2)?)?), 6),
                    _ => (column, data.len()),
                };
                for (n, cell) in data.get(4..).unwrap_or_default().chunks(step.max(1)).enumerate() {
                    if let Some(style) = u16_at(cell, 0).filter(|s| says(*s) && cell.len() > 2) {
                        looking.insert((first_row, first.saturating_add(n as u16)), style);
                    }
                }
                (top, left) = (top.min(row), left.min(column));
                (bottom, right) = (bottom.max(row), right.max(last).max(column));
            }
            _ => (),
        }
    }
    hidden.sort_unstable();
    let cells = if top > bottom { 0 } else { (bottom - top + 1) * (right - left + 1) };
    Some(Laid { cells, hidden, looking })
}

/// The range a sheet says it has: memory is set aside for it, so it must be one a sheet can have.
fn dimensions(data: &[u8]) -> Option<()> {
    let (top, bottom, right) = if data.len() >= 14 {
        (u32_at(data, 0)?, u32_at(data, 4)?, u16_at(data, 10)?)
    } else {
        (u16_at(data, 0)?.into(), u16_at(data, 2)?.into(), u16_at(data, 6)?)
    };
    (top <= bottom && bottom <= 65_536 && u64::from(bottom) * u64::from(right) <= CELL_LIMIT).then_some(())
}

fn records(stream: &[u8], position: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = stream.get(position..).unwrap_or_default();
    std::iter::from_fn(move || {
        let (kind, length) = (u16_at(rest, 0)?, usize::from(u16_at(rest, 2)?));
        let data = rest.get(4..4 + length)?;
        rest = &rest[4 + length..];
        Some((kind, data))
    })
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2).map(|b| u16::from_le_bytes([b[0], b[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4).map(word)
}

fn word(b: &[u8]) -> u32 {
    u32::from_le_bytes([b[0], b[1], b[2], b[3]])
}
