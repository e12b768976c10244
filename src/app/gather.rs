//! The rosters among the files and folders that a command was given. What is none is told, never dropped in silence.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::model::school::Directory;

use super::input::error::InputError;
use super::places;

/// A file to be read as a roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterFile {
    /// As it was given, or as it was found below the folder that was given.
    pub path: PathBuf,
    /// What it is called in messages: its name, or its path where another file has the same name.
    pub label: Arc<str>,
    /// Found in a folder, not named: then what turns out to be our own or another list is no failure.
    pub walked: bool,
}

/// A file that is left alone, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PassedFile {
    pub path: PathBuf,
    pub reason: String,
}

impl PassedFile {
    /// A file left alone for this reason.
    pub fn new(path: &Path, reason: impl Into<String>) -> PassedFile {
        PassedFile { path: path.to_owned(), reason: reason.into() }
    }
}

/// What a command's files and folders hold.
#[derive(Debug, Default)]
pub struct Gathered {
    pub files: Vec<RosterFile>,
    pub passed: Vec<PassedFile>,
}

/// Extensions under which rosters come.
const TABLES: [&str; 10] = ["xlsx", "xlsm", "xltx", "xlsb", "xls", "et", "ett", "ods", "csv", "tsv"];
/// Extensions of packed files: there may be rosters in them, so they are opened, and said to be what they are.
const PACKED: [&str; 6] = ["zip", "rar", "7z", "gz", "tar", "tgz"];

/// The files of these, and no folders.
pub fn files(given: &[PathBuf]) -> Vec<RosterFile> {
    let mut files: Vec<RosterFile> =
        given.iter().map(|p| RosterFile { path: p.clone(), label: "".into(), walked: false }).collect();
    label(&mut files);
    files
}

/// Files in the order given, those of a folder in the order of their names; each file once.
pub fn gather(given: &[PathBuf]) -> Gathered {
    let mut gathered = Gathered::default();
    for path in given {
        if path.is_dir() {
            walk(path, &mut gathered);
        } else {
            gathered.files.push(RosterFile { path: path.clone(), label: "".into(), walked: false });
        }
    }
    leave_repeated(&mut gathered);
    label(&mut gathered.files);
    gathered
}

fn walk(folder: &Path, gathered: &mut Gathered) {
    let listed = fs::read_dir(folder).and_then(|all| all.collect::<Result<Vec<_>, _>>());
    // A folder that cannot be listed is said to be so when it is opened.
    let Ok(mut entries) = listed else { return gathered.files.push(walked(folder.to_owned())) };
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        let is_link = entry.file_type().is_ok_and(|t| t.is_symlink());
        match path.is_dir() {
            true if is_link => {
                gathered.passed.push(PassedFile::new(&path, "是指向文件夹的链接，没有进去找。"));
            }
            true => walk(&path, gathered),
            false => found(path, gathered),
        }
    }
}

fn found(path: PathBuf, gathered: &mut Gathered) {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
    // The marks of an open file (Excel, WPS, LibreOffice) and what systems leave in every folder are nobody's rosters.
    let litter = ["~$", ".~", "."].iter().any(|s| name.starts_with(s));
    if litter || matches!(name.as_str(), "thumbs.db" | "desktop.ini") {
        return;
    }
    let extension = path.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if TABLES.iter().chain(&PACKED).any(|e| *e == extension) {
        gathered.files.push(walked(path));
    } else {
        let kind = if extension.is_empty() {
            "没有扩展名".to_owned()
        } else {
            format!("扩展名是 {extension}")
        };
        gathered.passed.push(PassedFile::new(&path, format!("不是花名册（{kind}）。")));
    }
}

fn walked(path: PathBuf) -> RosterFile {
    RosterFile { path, label: "".into(), walked: true }
}

/// Leaves out a file that was reached twice, and a copy with the very same bytes that a folder holds.
fn leave_repeated(gathered: &mut Gathered) {
    let mut by_place: HashMap<PathBuf, PathBuf> = HashMap::new();
    let mut by_size: HashMap<u64, Vec<PathBuf>> = HashMap::new();
    for file in std::mem::take(&mut gathered.files) {
        let place = fs::canonicalize(&file.path).unwrap_or_else(|_| file.path.clone());
        if let Some(first) = by_place.get(&place) {
            let reason = format!("与 {} 是同一个文件，只读一次。", first.display());
            gathered.passed.push(PassedFile::new(&file.path, reason));
            continue;
        }
        let size = fs::metadata(&file.path).map_or(0, |m| m.len());
        let alike = by_size.entry(size).or_default();
        let copied = file.walked && size > 0;
        if let Some(first) = alike.iter().find(|first| copied && same_bytes(first, &file.path)) {
            let reason = format!("与 {} 的内容一字不差，只读那一个。", first.display());
            gathered.passed.push(PassedFile::new(&file.path, reason));
            continue;
        }
        alike.push(file.path.clone());
        by_place.insert(place, file.path.clone());
        gathered.files.push(file);
    }
}

fn same_bytes(a: &Path, b: &Path) -> bool {
    let hash = |path: &Path| {
        let mut hasher = blake3::Hasher::new();
        std::io::copy(&mut fs::File::open(path).ok()?, &mut hasher).ok()?;
        Some(hasher.finalize())
    };
    matches!((hash(a), hash(b)), (Some(a), Some(b)) if a == b)
}

/// Gives each file the name it is told by.
fn label(files: &mut [RosterFile]) {
    let mut names: HashMap<String, u32> = HashMap::new();
    let name = |path: &Path| path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    files.iter().for_each(|f| *names.entry(name(&f.path)).or_default() += 1);
    for file in files {
        let own = name(&file.path);
        let is_alone = names.get(&own) == Some(&1);
        file.label = if is_alone && !own.is_empty() { own } else { file.path.display().to_string() }.into();
    }
}

/// What else a file is that a folder holds, where it is a list and no roster.
pub fn other_list(file: &RosterFile, why: &InputError) -> Option<&'static str> {
    let InputError::NoRoster { .. } = why else { return None };
    let list = || {
        places::read(&file.path, &Directory::default(), &|_| Default::default())
            .is_ok()
            .then_some("学校表或班级表")
    };
    file.walked.then(|| why.other_list().or_else(list)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_walked_in_order_and_what_is_no_roster_is_told() {
        let root = tempfile::tempdir().unwrap();
        let at = |name: &str| root.path().join(name);
        for folder in ["乙校", "甲校", "甲校/旧"] {
            fs::create_dir_all(at(folder)).unwrap();
        }
        for (name, bytes) in [
            ("乙校/花名册.xlsx", "b"),
            ("甲校/花名册.xlsx", "a"),
            ("甲校/花名册 (1).xlsx", "a"),
            ("甲校/旧/一年级.XLS", "old"),
            ("甲校/~$花名册.xlsx", "lock"),
            ("甲校/.~lock.花名册.xlsx#", "lock"),
            ("甲校/说明.docx", "text"),
            ("甲校/照片.zip", "packed"),
            ("甲校/README", "text"),
        ] {
            fs::write(at(name), bytes).unwrap();
        }
        let given = [root.path().to_owned(), at("甲校/旧/一年级.XLS"), at("没有.xlsx")];
        let gathered = gather(&given);
        let below = |path: &Path| path.strip_prefix(root.path()).unwrap().to_string_lossy().into_owned();
        let files: Vec<_> = gathered.files.iter().map(|f| (below(&f.path), f.walked)).collect();
        let named = |path: &str, walked| (path.to_owned(), walked);
        assert_eq!(
            files,
            [
                named("乙校/花名册.xlsx", true),
                named("甲校/旧/一年级.XLS", true),
                named("甲校/照片.zip", true),
                named("甲校/花名册 (1).xlsx", true),
                named("没有.xlsx", false)
            ],
            "a name that is missing is found out when it is opened"
        );
        let passed: Vec<_> = gathered.passed.iter().map(|p| (below(&p.path), &p.reason[..9])).collect();
        let told = [
            ("甲校/README", "不是花"),
            ("甲校/说明.docx", "不是花"),
            ("甲校/花名册.xlsx", "与 "),
            ("甲校/旧/一年级.XLS", "与 "),
        ];
        assert_eq!(passed.len(), told.len());
        for ((path, reason), (wanted, begins)) in passed.iter().zip(told) {
            assert!(path == wanted && reason.starts_with(begins), "{path} {reason}");
        }
    }

    #[test]
    fn files_of_one_name_are_told_apart_by_their_folders() {
        let given = ["甲/花名册.xlsx", "乙/花名册.xlsx", "丙/名单.xlsx"].map(PathBuf::from);
        let labels: Vec<_> = gather(&given).files.into_iter().map(|f| f.label.to_string()).collect();
        assert_eq!(labels, ["甲/花名册.xlsx", "乙/花名册.xlsx", "名单.xlsx"]);
    }
}
