//! The committed sample county is the one the program makes.

#![allow(clippy::unwrap_used)] // a helper of a test may fail as the test may

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn workbooks(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
        if entry.is_dir() {
            all.extend(workbooks(&entry));
        } else if entry.extension().is_some_and(|e| e == "xlsx") {
            all.push(entry);
        }
    }
    all.sort();
    all
}

#[test]
fn the_sample_county_is_made_anew_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("d");
    let mut command = Command::new(env!("CARGO_BIN_EXE_xueji"));
    let made =
        command.args(["--today", "2026-09-10", "--actor", "样例", "demo"]).arg(&demo).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    let files = workbooks(&committed);
    assert_eq!(files.len(), 16);
    for file in files {
        let inside = file.strip_prefix(&committed).unwrap();
        assert!(fs::read(&file).unwrap() == fs::read(demo.join(inside)).unwrap(), "{}", inside.display());
    }
}
