//! The compound file an xls is: what it holds, and whether its sheets can be laid out in memory.

use crate::xlsx::error::ReadError;
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
    for (kind, data) in records(stream, 0).take_while(|(kind, _)| *kind != 0x000A) {
        match (kind, u32_at(data, 0)) {
            (0x002F, _) => return Span::Locked,
            // Date1904 (2.4.77)
            (0x0022, _) => facts.is_1904 = u16_at(data, 0) == Some(1),
            (0x0085, Some(position)) => match rectangle(stream, position as usize) {
                Some((cells, rows)) => {
                    total = total.saturating_add(cells);
                    facts.hidden.push(rows);
                }
                None => return Span::Impossible,
            },
            _ => (),
        }
    }
    Span::Cells(total, facts)
}

/// How many cells a sheet is laid out as, and its hidden rows in order.
fn rectangle(stream: &[u8], position: usize) -> Option<(u64, Vec<u16>)> {
    let (mut hidden, mut begun, mut nested) = (Vec::new(), false, 0_usize);
    let (mut top, mut left, mut bottom, mut right) = (u64::MAX, u64::MAX, 0, 0);
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
                let (row, column) = (u64::from(u16_at(data, 0)?), u64::from(u16_at(data, 2)?));
                let last = match kind {
                    0x00BD => u64::from(u16_at(data, data.len().checked_sub(2)?)?),
                    _ => column,
                };
                (top, left) = (top.min(row), left.min(column));
                (bottom, right) = (bottom.max(row), right.max(last).max(column));
            }
            _ => (),
        }
    }
    hidden.sort_unstable();
    Some((if top > bottom { 0 } else { (bottom - top + 1) * (right - left + 1) }, hidden))
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
