//! The README names everything there is, in both languages.

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
