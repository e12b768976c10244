//! What a person sees and the value does not say: struck through, shown by a format, pushed out of its column. Nothing
//! of it is taken in silence, and a marked copy says the same.

use std::collections::BTreeSet;

use super::session::Session;

fn data(name: &str) -> String {
    format!("{}/tests/data/seen/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Every finding of a file: check, cell, severity and message.
fn found(s: &Session, file: &str) -> BTreeSet<(String, String, String, String)> {
    let ended = s.run(&["validate", file, "--format", "json"]);
    let all: serde_json::Value =
        serde_json::from_str(&ended.stdout).unwrap_or_else(|e| panic!("{e}: {}", ended.stderr));
    let text =
        |f: &serde_json::Value, key: &str| f[key].as_str().map_or_else(|| f[key].to_string(), str::to_owned);
    let findings = all["findings"].as_array().unwrap().iter();
    findings.map(|f| (text(f, "check"), text(f, "cell"), text(f, "severity"), text(f, "message"))).collect()
}

#[test]
fn what_is_seen_otherwise_is_found_and_a_marked_copy_says_the_same() {
    let s = Session::with_schools();
    for (name, check) in [
        ("numbers-1904.xls", "number-damaged"),
        ("part-struck.xlsx", "struck-through"),
        ("row-struck.xlsx", "struck-through"),
        ("seat-day.xlsx", "date-misplaced"),
        ("example.xlsx", "example-row"),
        ("shifted.csv", "row-shifted"),
        ("shifted-last.csv", "row-shifted"),
        ("sex-0.xlsx", "sex-disagrees"),
        ("sex-shown.xlsx", ""),
        ("class-shown.xlsx", ""),
        ("formats.xlsx", ""),
        ("total.xlsx", ""),
    ] {
        let file = data(name);
        let own = found(&s, &file);
        assert!(check.is_empty() || own.iter().any(|f| f.0 == check), "{name}: {own:#?}");
        assert!(
            name != "sex-shown.xlsx" || own.iter().all(|f| f.0 != "sex-disagrees"),
            "0 is shown as 女: {own:#?}"
        );
        s.run(&["validate", &file, "--marked", "标注.xlsx", "--yes", "-q"]);
        assert_eq!(found(&s, "标注.xlsx"), own, "{name}");
    }
}

#[test]
fn a_total_before_a_whole_pupil_does_not_pass_the_pupil_over() {
    let s = Session::with_schools();
    for name in ["total.xlsx", "example.xlsx"] {
        let ended = s.run(&["validate", &data(name), "--format", "json"]);
        let all: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        let passed = all["files"][0]["passed"].as_array().map_or(0, Vec::len);
        assert_eq!(passed, 0, "{name}: {}", all["files"][0]);
    }
}
