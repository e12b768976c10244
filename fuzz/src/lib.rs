//! The fuzz targets of xueji: no input may make a reader or a check panic, hang or fill the memory.
//!
//! With a nightly toolchain and `cargo install cargo-fuzz`, from the root of the repository:
//!
//! ```sh
//! # fuzz/corpus/TARGET from the files of the repository:
//! RUSTFLAGS="--cfg fuzzing" cargo run --manifest-path fuzz/Cargo.toml --example seed
//! cargo +nightly fuzz run open -- -dict=fuzz/workbook.dict -timeout=10 -rss_limit_mb=2048 -malloc_limit_mb=1024
//! ```
//!
//! The targets are `open`, `part`, `csv`, `roster` and `numbers`. A fault is kept in `fuzz/artifacts/TARGET`;
//! `cargo +nightly fuzz tmin TARGET FILE` makes it small, and the small one becomes a test beside the code it broke.
//! An input of ten seconds or a gigabyte is a fault like a panic; the address sanitizer takes its share of memory, so
//! the limit of the whole process stands higher than that of one allocation.

use std::fs;
use std::io::{Cursor, Read, Write};
use std::path::PathBuf;
use std::sync::OnceLock;

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

const XLSX: &[u8] = include_bytes!("../../tests/data/xlsx/calc.xlsx");
const XLS: &[u8] = include_bytes!("../../tests/data/xlsx/calc.xls");
const XLSB: &[u8] = include_bytes!("../../tests/data/xlsx/records.xlsb");
const ODS: &[u8] = include_bytes!("../../tests/data/xlsx/calc.ods");

/// What can be replaced: the package, and the name of the part in it.
pub const PARTS: &[(Base, &str)] = &[
    (Base::Xlsx, "xl/worksheets/sheet1.xml"),
    (Base::Xlsx, "xl/sharedStrings.xml"),
    (Base::Xlsx, "xl/workbook.xml"),
    (Base::Xlsx, "xl/styles.xml"),
    (Base::Xlsx, "xl/_rels/workbook.xml.rels"),
    (Base::Ods, "content.xml"),
    (Base::Ods, "META-INF/manifest.xml"),
    (Base::Xls, "Workbook"),
    (Base::Xls, "Book"),
    (Base::Xlsb, "xl/worksheets/sheet1.bin"),
    (Base::Xlsb, "xl/sharedStrings.bin"),
    (Base::Xlsb, "xl/workbook.bin"),
    (Base::Xlsb, "xl/styles.bin"),
];

/// A sound file to put a part into.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Base {
    Xlsx,
    Xlsb,
    Ods,
    Xls,
}

/// Reads the bytes as a file. Each process has its one file, in memory where the system has such a place.
pub fn read(bytes: &[u8]) {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    let path = FILE.get_or_init(|| {
        let memory = PathBuf::from("/dev/shm");
        let folder = if memory.is_dir() { memory } else { std::env::temp_dir() };
        tempfile::Builder::new()
            .prefix("xueji-fuzz")
            .tempfile_in(folder)
            .expect("a file")
            .keep()
            .expect("kept")
            .1
    });
    fs::write(path, bytes).expect("the file of this process can be written");
    xueji::fuzzing::open(path);
}

/// The file with one part replaced; `None` where the bytes name no part.
pub fn with_part(bytes: &[u8]) -> Option<Vec<u8>> {
    let (which, part) = bytes.split_first()?;
    let (base, name) = *PARTS.get(usize::from(*which))?;
    Some(match base {
        Base::Xlsx => package(XLSX, name, part),
        Base::Xlsb => package(XLSB, name, part),
        Base::Ods => package(ODS, name, part),
        Base::Xls => compound(name, part),
    })
}

/// The part as it stands in the sound file: what the fuzzer starts from.
pub fn sound_part(which: usize) -> Vec<u8> {
    let (base, name) = PARTS[which];
    let from = |bytes: &'static [u8]| {
        let mut zip = ZipArchive::new(Cursor::new(bytes)).expect("a sound package");
        let mut part = Vec::new();
        zip.by_name(name).expect("its part").read_to_end(&mut part).expect("a sound part");
        part
    };
    match base {
        Base::Xlsx => from(XLSX),
        Base::Xlsb => from(XLSB),
        Base::Ods => from(ODS),
        // The stream of this file stands in one piece; the directory names its first sector and size.
        Base::Xls => stream(XLS),
    }
}

fn stream(bytes: &[u8]) -> Vec<u8> {
    let word = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize;
    let directory = 512 * (word(48) + 1);
    let entry = (directory..bytes.len())
        .step_by(128)
        .find(|at| bytes[*at..].starts_with(b"W\0o\0r\0k\0b\0o\0o\0k\0"))
        .expect("a workbook stream");
    let start = 512 * (word(entry + 116) + 1);
    bytes[start..(start + word(entry + 120)).min(bytes.len())].to_vec()
}

/// The package with the part instead of its own; nothing is packed, so that the bytes reach the parser fast.
fn package(base: &[u8], name: &str, with: &[u8]) -> Vec<u8> {
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut old = ZipArchive::new(Cursor::new(base)).expect("a sound package");
    let mut new = ZipWriter::new(Cursor::new(Vec::new()));
    for i in 0..old.len() {
        let part = old.by_index_raw(i).expect("a sound part");
        if part.name().expect("a sound name") != name {
            new.raw_copy_file(part).expect("memory");
        }
    }
    new.start_file(name, stored).expect("memory");
    new.write_all(with).expect("memory");
    new.finish().expect("memory").into_inner()
}

/// A compound file of one stream: header, allocation table, directory, then the stream, of at least 4,096 bytes.
fn compound(name: &str, stream: &[u8]) -> Vec<u8> {
    let sectors = stream.len().max(4096).div_ceil(512).min(120 * 128);
    let tables = (sectors + 121).div_ceil(128);
    let first = tables + 1;
    let mut header = vec![0; 512];
    header[..8].copy_from_slice(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1");
    header[26..34].copy_from_slice(&[3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    header[44..48].copy_from_slice(&(tables as u32).to_le_bytes());
    header[48..52].copy_from_slice(&(tables as u32).to_le_bytes());
    header[60..64].copy_from_slice(&[0xFE, 0xFF, 0xFF, 0xFF]);
    header[68..72].copy_from_slice(&[0xFE, 0xFF, 0xFF, 0xFF]);
    header[76..].fill(0xFF);
    for table in 0..tables.min(109) {
        header[76 + 4 * table..80 + 4 * table].copy_from_slice(&(table as u32).to_le_bytes());
    }
    let mut fat: Vec<u32> = vec![0xFFFF_FFFD; tables];
    fat.push(0xFFFF_FFFE);
    fat.extend((first as u32 + 1..(first + sectors) as u32).chain([0xFFFF_FFFE]));
    fat.resize(tables * 128, 0xFFFF_FFFF);
    let mut directory = vec![0; 512];
    let entries = [("Root Entry", 5_u8, 0xFFFF_FFFE_u32, 0), (name, 2, first as u32, stream.len().max(4096))];
    for (i, (name, kind, start, size)) in entries.iter().enumerate() {
        let entry = &mut directory[i * 128..(i + 1) * 128];
        for (at, unit) in name.encode_utf16().enumerate() {
            entry[at * 2..at * 2 + 2].copy_from_slice(&unit.to_le_bytes());
        }
        entry[64] = (name.len() * 2 + 2) as u8;
        entry[66] = *kind;
        entry[116..120].copy_from_slice(&start.to_le_bytes());
        entry[120..124].copy_from_slice(&(*size as u32).to_le_bytes());
    }
    let mut bytes = header;
    bytes.extend(fat.iter().flat_map(|id| id.to_le_bytes()));
    bytes.extend(directory);
    bytes.extend(stream);
    bytes.resize(512 * (1 + first + sectors), 0);
    bytes
}
