//! The gallery of real files in `tests/data/mess`: what xueji says of each stands in its table, `README.md` there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::judge::xueji;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/mess")
}

/// What the program says of a file, in one line: sheet, header row, pupils, rows passed over, columns, findings, values
/// that came from elsewhere; or the exit code and the message.
fn says(name: &str) -> String {
    let checks = "number-damaged,cell-error,name-malformed,birth-date-invalid";
    let ended = xueji(&folder(), &["validate", name, "--format", "json", "--select", checks]);
    let json: Value = serde_json::from_str(&ended.text).unwrap_or_else(|_| panic!("{name}: {}", ended.text));
    let Some(files) = json["files"].as_array() else {
        return format!("{}: {}", json["exit_code"], json["message"].as_str().unwrap_or(""));
    };
    let mut parts: Vec<String> = files.iter().map(of_sheet).collect();
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for f in json["findings"].as_array().unwrap() {
        *counts.entry(f["check"].as_str().unwrap()).or_default() += 1;
    }
    parts.extend(counts.iter().map(|(check, n)| format!("{check} {n}")));
    parts.join("; ")
}

fn of_sheet(f: &Value) -> String {
    let rows: Vec<String> = f["passed"].as_array().unwrap().iter().map(|p| p["row"].to_string()).collect();
    let rows = match rows.len() {
        0 => String::new(),
        1..=3 => format!(", not {}", rows.join(" ")),
        _ => format!(", not {}–{}", rows[0], rows[rows.len() - 1]),
    };
    let fields: Vec<&str> =
        f["columns"].as_array().unwrap().iter().map(|c| c["field"].as_str().unwrap_or("-")).collect();
    let elsewhere: Vec<String> = f["normalized"]
        .as_object()
        .unwrap()
        .iter()
        .filter(|(rule, _)| ["filled-down", "from-title", "from-heading"].contains(&rule.as_str()))
        .map(|(rule, n)| format!(", {rule} {n}"))
        .collect();
    let (sheet, header, pupils) = (f["sheet"].as_str().unwrap_or(""), &f["header_row"], &f["rows"]);
    format!("{sheet}: header {header}, pupils {pupils}{rows}, {}{}", fields.join(" "), elsewhere.concat())
}

#[test]
fn every_file_of_the_gallery_says_what_its_table_says() {
    let table = std::fs::read_to_string(folder().join("README.md")).unwrap();
    let mut listed: BTreeMap<&str, &str> = BTreeMap::new();
    for line in table.lines().filter(|l| l.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        listed.insert(cells[0].trim_matches('`'), cells[3]);
    }
    let mut wrong = Vec::new();
    let mut files = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if name == "README.md" {
            continue;
        }
        files += 1;
        let says = says(&name);
        if listed.remove(name.as_str()) != Some(says.as_str()) {
            wrong.push(format!("| `{name}` |  |  | {says} |"));
        }
    }
    wrong.sort();
    assert!(files >= 40 && listed.is_empty(), "{files} files; not there: {listed:?}");
    assert!(wrong.is_empty(), "what is said now:\n{}", wrong.join("\n"));
}
