//! The zip a modern workbook is: which kind, whether locked, and whether its parts have a sane size.

use crate::xlsx::error::ReadError;
use crate::xlsx::guard::fenced;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;
use zip::ZipArchive;

/// Which workbook the zip holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Package {
    Xlsx,
    Xlsm,
    Xlsb,
    Ods,
}

/// No part of a real workbook is larger once unpacked.
const PART_LIMIT: u64 = 2 << 30;
/// Above this a part must not be packed tighter than `RATIO_LIMIT` (deflate reaches 1,032; a full sheet about 30).
const SUSPECT: u64 = 200 << 20;
const RATIO_LIMIT: u64 = 400;

/// Opens the zip, names its kind, refuses what cannot be read safely.
pub fn inspect(path: &Path, file: File) -> Result<Package, ReadError> {
    let Some(Ok(mut zip)) = fenced(|| ZipArchive::new(BufReader::new(file))) else {
        return Err(ReadError::Truncated { path: path.to_path_buf() });
    };
    let mut names = Vec::with_capacity(zip.len());
    let mut strings = None;
    for index in 0..zip.len() {
        let part = fenced(|| zip.by_index_raw(index).map(|p| (p.size(), p.compressed_size(), p.encrypted())));
        let Some(Ok((size, packed, locked))) = part else {
            return Err(ReadError::damaged(path, "压缩目录无法解析"));
        };
        if locked {
            return Err(ReadError::Encrypted { path: path.to_path_buf() });
        }
        if size > PART_LIMIT || (size > SUSPECT && size / packed.max(1) > RATIO_LIMIT) {
            let detail = format!("有一个部件解开后有{}MB", size >> 20);
            return Err(ReadError::TooLarge { path: path.to_path_buf(), detail });
        }
        let name = zip.file_names_raw().nth(index).map(|n| String::from_utf8_lossy(n).to_lowercase());
        let name = name.unwrap_or_default().replace('\\', "/");
        if name.ends_with("sharedstrings.xml") {
            strings = Some((index, size.min(packed.saturating_mul(1100))));
        }
        names.push(name);
    }
    if let Some((index, size)) = strings {
        check_string_count(path, &mut zip, index, size)?;
    }
    kind(path, &names)
}

fn kind(path: &Path, names: &[String]) -> Result<Package, ReadError> {
    let has = |name: &str| names.iter().any(|n| n == name);
    let under = |folder: &str| names.iter().any(|n| n.starts_with(folder));
    if has("xl/workbook.bin") {
        return Ok(Package::Xlsb);
    }
    if has("content.xml") && has("mimetype") {
        return Ok(Package::Ods);
    }
    if under("xl/") {
        return Ok(if has("xl/vbaproject.bin") { Package::Xlsm } else { Package::Xlsx });
    }
    let looks_like = match () {
        () if under("word/") => "Word文档",
        () if under("ppt/") => "演示文稿",
        () if under("index/") => "苹果Numbers文件",
        () => "压缩包",
    };
    Err(ReadError::NotAWorkbook { path: path.to_path_buf(), looks_like })
}

/// The reader sets memory aside for as many strings as the part says it has; a string takes at least `<si/>`.
fn check_string_count(
    path: &Path,
    zip: &mut ZipArchive<BufReader<File>>,
    index: usize,
    size: u64,
) -> Result<(), ReadError> {
    let head = fenced(|| {
        let mut head = Vec::new();
        zip.by_index(index).ok()?.take(4096).read_to_end(&mut head).ok()?;
        Some(String::from_utf8_lossy(&head).into_owned())
    });
    let Some(Some(head)) = head else {
        return Err(ReadError::damaged(path, "共享文字表解不开"));
    };
    let count = head.split_once("uniqueCount").and_then(|(_, rest)| {
        let digits = rest.trim_start_matches([' ', '=', '"', '\'', '\r', '\n', '\t']);
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        Some(digits[..end].parse::<u64>().unwrap_or(u64::MAX)).filter(|_| end > 0)
    });
    match count {
        Some(count) if count > size / 5 => Err(ReadError::damaged(path, "共享文字表的条数不可能这么多")),
        _ => Ok(()),
    }
}
