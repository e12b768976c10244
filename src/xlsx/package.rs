//! The zip a modern workbook is: which kind, whether locked, and its parts, each no larger than a part can be.

use crate::xlsx::error::ReadError;
use crate::xlsx::guard::fenced;
use crate::xlsx::watch::{Counted, Watch, Watched};
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use zip::ZipArchive;
use zip::read::ZipFile;

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

type Input = BufReader<Watched<File>>;
/// A part as it is unpacked.
pub type Part<'a> = BufReader<Counted<ZipFile<'a, Input>>>;

/// The parts of a package, by their names.
pub struct Parts {
    path: PathBuf,
    zip: ZipArchive<Input>,
    index: HashMap<String, usize>,
    watch: Watch,
}

impl Parts {
    /// Opens the zip; refuses what is locked and what says itself that it would fill the memory.
    pub fn open(path: &Path) -> Result<Parts, ReadError> {
        let watch = Watch::default();
        let file = File::open(path).map_err(|e| ReadError::from_io(path, e))?;
        let input = BufReader::new(Watched::new(file, &watch));
        let Some(Ok(mut zip)) = fenced(|| ZipArchive::new(input)) else {
            return Err(watch.or(path, || ReadError::Truncated { path: path.to_path_buf() }));
        };
        let names = zip.file_names_raw().map(tidy).collect::<Vec<_>>();
        for number in 0..zip.len() {
            let part =
                fenced(|| zip.by_index_raw(number).map(|p| (p.size(), p.compressed_size(), p.encrypted())));
            let Some(Ok((size, packed, locked))) = part else {
                return Err(watch.or(path, || ReadError::damaged(path, "压缩目录无法解析")));
            };
            if locked {
                return Err(ReadError::Encrypted { path: path.to_path_buf() });
            }
            if size > limit(packed) {
                let detail = format!("有一个部件解开后有 {} MB", size >> 20);
                return Err(ReadError::TooLarge { path: path.to_path_buf(), detail });
            }
        }
        let index = names.into_iter().enumerate().map(|(number, name)| (name, number)).collect();
        Ok(Parts { path: path.to_path_buf(), zip, index, watch })
    }

    /// The file the package stands in.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Which workbook it is.
    pub fn kind(&self) -> Result<Package, ReadError> {
        let under = |folder: &str| self.index.keys().any(|n| n.starts_with(folder));
        if self.has("xl/workbook.bin") {
            return Ok(Package::Xlsb);
        }
        if self.has("content.xml") && self.has("mimetype") {
            return Ok(Package::Ods);
        }
        if under("xl/") {
            return Ok(if self.has("xl/vbaproject.bin") { Package::Xlsm } else { Package::Xlsx });
        }
        let looks_like = match () {
            () if under("word/") => "Word 文档",
            () if under("ppt/") => "演示文稿",
            () if under("index/") => "苹果 Numbers 文件",
            () => "压缩包",
        };
        Err(ReadError::NotAWorkbook { path: self.path.clone(), looks_like })
    }

    /// Whether there is such a part.
    pub fn has(&self, name: &str) -> bool {
        self.index.contains_key(&tidy(name.as_bytes()))
    }

    /// The part of this name, to be read inside the fence. `None` where there is none, or it cannot be unpacked.
    pub fn part(&mut self, name: &str) -> Option<Part<'_>> {
        let number = *self.index.get(&tidy(name.as_bytes()))?;
        let part = fenced(|| self.zip.by_index(number))?.ok()?;
        let limit = limit(part.compressed_size());
        Some(BufReader::with_capacity(1 << 15, Counted::new(part, limit, &self.watch)))
    }

    /// The first bytes of a part as text.
    pub fn head(&mut self, name: &str, length: u64) -> Option<String> {
        let part = self.part(name)?;
        fenced(|| {
            let mut head = Vec::new();
            part.take(length).read_to_end(&mut head).ok()?;
            Some(String::from_utf8_lossy(&head).into_owned())
        })?
    }

    /// What to say of a part that would fill the memory.
    pub fn too_large(&self, detail: String) -> ReadError {
        self.watch.or(&self.path, || ReadError::TooLarge { path: self.path.clone(), detail })
    }

    /// What to say of a failure: of the disk, of a part that is too large, or of the content.
    pub fn failed(&self, detail: impl Into<String>) -> ReadError {
        self.watch.or(&self.path, || ReadError::damaged(&self.path, detail))
    }
}

fn limit(packed: u64) -> u64 {
    PART_LIMIT.min(SUSPECT.max(packed.saturating_mul(RATIO_LIMIT)))
}

/// The name of a part without regard to case and to the slash, in which writers differ.
fn tidy(name: &[u8]) -> String {
    String::from_utf8_lossy(name).to_lowercase().replace('\\', "/").trim_start_matches('/').to_owned()
}
