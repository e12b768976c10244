//! The pages in man/ are the ones the program prints.

#![allow(clippy::unwrap_used)] // a helper of a test may fail as the test may

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

fn pages(folder: &Path) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder).unwrap().map(|f| f.unwrap().path());
    files
        .map(|f| (f.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&f).unwrap()))
        .collect()
}

#[test]
fn the_manual_is_the_programs_own() {
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new(env!("CARGO_BIN_EXE_xueji")).arg("manual").arg(folder.path()).status().unwrap();
    assert!(made.success());
    let (program, committed) =
        (pages(folder.path()), pages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("man")));
    assert_eq!(program.keys().collect::<Vec<_>>(), committed.keys().collect::<Vec<_>>());
    for (name, text) in &program {
        assert!(committed[name] == *text, "man/{name} is not what `xueji manual man` writes now");
    }
}

#[test]
fn the_manual_is_in_chinese() {
    for (name, text) in pages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("man")) {
        for english in ["OPTIONS", "SYNOPSIS", "[default", "possible values", "SUBCOMMANDS"] {
            assert!(!text.contains(english), "{name}: {english}");
        }
    }
}
