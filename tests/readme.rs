//! The README names everything there is, in both languages.

#![allow(clippy::unwrap_used)] // a helper of a test may fail as the test may

use std::fs;
use std::path::Path;
use std::process::Command;

fn names(arguments: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_xueji")).args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().skip(2).filter_map(|l| l.split_whitespace().next().map(str::to_owned)).collect()
}

#[test]
fn every_command_check_and_report_is_in_the_index() {
    let mut all = names(&["explain", "checks"]);
    all.extend(names(&["explain", "reports"]));
    let man = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("man")).unwrap();
    let commands = man.map(|f| f.unwrap().file_name().into_string().unwrap());
    all.extend(commands.filter_map(|c| Some(c.strip_prefix("xueji-")?.strip_suffix(".1")?.to_owned())));
    assert!(all.len() > 45);
    for readme in ["README.md", "README.zh-CN.md"] {
        let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(readme)).unwrap();
        let missing: Vec<&String> = all.iter().filter(|n| !text.contains(&format!("`{n}`"))).collect();
        assert!(missing.is_empty(), "{readme}: {missing:?}");
    }
}

/// The commands of "A first import of your own", with the sample county's files in the places of the clerk's.
#[test]
fn the_first_import_of_the_readme_works_as_written() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(root.join("README.md")).unwrap();
    let block = text.split("## A first import of your own").nth(1).unwrap().split("```sh").nth(1).unwrap();
    let block = block.split("```").next().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let bin = Path::new(env!("CARGO_BIN_EXE_xueji")).parent().unwrap();
    let roster = fs::read_dir(root.join("sample-data/rosters")).unwrap().map(|f| f.unwrap().path());
    let roster = roster.min_by_key(|f| fs::metadata(f).unwrap().len()).unwrap();
    for line in block.lines().filter(|l| !l.trim().is_empty()) {
        let mut script =
            format!("export PATH='{}':$PATH XUEJI_ACTOR=a XUEJI_TODAY=2026-09-10; {line}", bin.display());
        if let Some(list) = line.strip_prefix("xueji school import ") {
            fs::copy(root.join("sample-data/schools.xlsx"), folder.path().join(list)).unwrap();
        }
        if line.starts_with("xueji validate") {
            fs::copy(&roster, folder.path().join("花名册.xlsx")).unwrap();
        }
        if line.contains("--school") {
            // The school of the roster at hand.
            let code = roster.file_name().unwrap().to_str().unwrap()[..10].to_owned();
            script = script.replace("2133916413", &code);
        }
        let output = Command::new("sh").arg("-c").arg(&script).current_dir(folder.path()).output().unwrap();
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{line}\n{said}");
    }
}
