//! What goes out: JSON that says its schema, masked data, numbers from a stream, pages for every name.

use super::session::{Session, clean_roster};

#[test]
fn every_json_output_is_one_object_of_a_known_schema() {
    let s = Session::with_schools();
    let roster = clean_roster("松坪教学点");
    let known = s.done(&["explain", "json"]);
    for (arguments, schema) in [
        (vec!["validate", &roster], "xueji.findings/1"),
        (vec!["import", &roster, "--dry-run"], "xueji.import/1"),
        (vec!["import", &roster], "xueji.import/1"),
        (vec!["approve", "--batch", "2", "--explain", "样例"], "xueji.done/1"),
        (vec!["batch", "list"], "xueji.table/1"),
        (vec!["school", "list"], "xueji.table/1"),
        (vec!["export", "headcount"], "xueji.table/1"),
        (vec!["dedup"], "xueji.table/1"),
        (vec!["dispute", "list"], "xueji.table/1"),
        (vec!["dispute", "show", "0000000A"], "xueji.error/1"),
        (vec!["audit", "verify"], "xueji.done/1"),
        (vec!["calendar", "show", "--from", "2026-09-18", "--working-days", "10"], "xueji.table/1"),
        (vec!["batch", "undo", "99", "--yes"], "xueji.error/1"),
        (vec!["import", "none.xlsx"], "xueji.error/1"),
    ] {
        let mut arguments = arguments;
        arguments.extend(["--format", "json"]);
        let ended = s.run(&arguments);
        let json: serde_json::Value = serde_json::from_str(&ended.stdout)
            .unwrap_or_else(|e| panic!("{arguments:?}: {e}\n{}\n{}", ended.stdout, ended.stderr));
        assert_eq!(json["schema"], schema, "{arguments:?}");
        assert!(known.contains(schema));
        let page: serde_json::Value = serde_json::from_str(&s.done(&["explain", "json", schema])).unwrap();
        // Every key the schema demands is there, and no key is there that it does not know.
        let properties = page["properties"].as_object().unwrap();
        for key in page["required"].as_array().unwrap() {
            assert!(json.get(key.as_str().unwrap()).is_some(), "{schema} {key}");
        }
        assert!(json.as_object().unwrap().keys().all(|k| properties.contains_key(k)), "{schema}");
    }
}

#[test]
fn children_are_masked_unless_a_purpose_is_written_down() {
    let s = Session::with_schools();
    s.done(&["import", &clean_roster("松坪教学点"), "--explain", "样例", "--approve"]);
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let (name, number, school): (String, String, String) = connection
        .query_row(
            "SELECT s.name, s.document_number, e.school FROM student s JOIN enrollment e ON e.student = s.id
             WHERE length(s.document_number) = 18 LIMIT 1",
            [],
            |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)),
        )
        .unwrap();
    drop(connection);
    for arguments in
        [vec!["student", "find", "--school", &school], vec!["export", "class-roster", "--format", "csv"]]
    {
        let text = s.done(&arguments);
        assert!(!text.contains(&name) && !text.contains(&number), "{text}");
    }
    let entries = s.count("SELECT max(seq) FROM journal");
    let revealed =
        s.done(&["export", "class-roster", "--unmasked", "--purpose", "核对户口簿", "--format", "csv"]);
    assert!(revealed.contains(&name) && revealed.contains(&number));
    assert_eq!(s.count("SELECT max(seq) FROM journal"), entries + 2, "before and after");
    let found = s.run_with(&["student", "show", "-"], &number);
    assert_eq!(found.code, 0, "{}", found.stderr);
    assert!(!found.stdout.contains(&number));
}

#[test]
fn bare_numbers_come_from_a_stream() {
    let s = Session::new();
    let good = s.run_with(&["validate", "--numbers"], "11010519491231002X\n810000199408230021\n");
    assert_eq!(good.code, 0, "{}", good.stdout);
    let bad = s.run_with(&["validate", "--numbers", "-"], "110105194912310021\n11010519491231002X\n");
    assert_eq!(bad.code, 1);
    assert!(bad.stdout.contains("校验码") && !bad.stdout.contains("110105194912310021"), "{}", bad.stdout);
    s.write("n.csv", "序号,号码\n1,H12345678\n2,X\n");
    let kind = s.run(&["validate", "--numbers", "n.csv", "--column", "号码", "--kind", "hm_travel_permit"]);
    assert_eq!(kind.code, 1);
    let column = s.run(&["validate", "--numbers", "n.csv", "--column", "没有"]);
    assert_eq!(column.code, 5);
    assert!(column.stderr.contains("只有：序号、号码"), "{}", column.stderr);
}

#[test]
fn working_days_know_make_up_days_and_years_that_are_not_loaded() {
    let s = Session::new();
    let asked = |from| s.run(&["calendar", "show", "--from", from, "--working-days", "10"]);
    assert!(asked("2025-09-22").stdout.contains("2025-10-11"));
    assert!(asked("2026-02-09").stdout.contains("2026-02-28"));
    let unknown = asked("2026-12-28");
    assert_eq!(unknown.code, 4);
    assert!(unknown.stderr.contains("未定"), "{}", unknown.stderr);
}

#[test]
fn every_check_and_report_has_its_page() {
    let s = Session::new();
    for list in ["checks", "reports", "documents", "tables"] {
        let names = s.done(&["explain", list]);
        for line in names.lines().skip(2) {
            let name = line.split_whitespace().next().unwrap();
            let page = s.done(&["explain", name]);
            assert!(page.contains(name) && page.lines().count() >= 3, "{name}: {page}");
        }
    }
    let codes = s.done(&["explain", "exit-codes"]);
    assert!(["0", "1", "2", "3", "4", "5", "6", "7", "70"].iter().all(|c| codes.contains(c)));
    assert_eq!(s.run(&["explain", "sex-disagree"]).code, 2);
}

/// `-o /dev/null` once put a file in the place of the device.
#[cfg(unix)]
#[test]
fn a_pipe_or_device_is_written_to_and_not_replaced() {
    use std::os::unix::fs::FileTypeExt;
    let s = Session::new();
    let pipe = s.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for arguments in
        [&["explain", "sync"][..], &["explain", "checks"], &["explain", "checks", "--format", "xlsx"]]
    {
        let whole = std::thread::spawn({
            let pipe = pipe.clone();
            move || std::fs::read(pipe).unwrap()
        });
        let ended = s.run(&[arguments, &["-o", "pipe"]].concat());
        // A workbook may refuse what can't be searched; it must not take its place.
        if !arguments.contains(&"xlsx") {
            assert_eq!(ended.code, 0, "{arguments:?} {}", ended.stderr);
        }
        assert_eq!(whole.join().unwrap().is_empty(), ended.code != 0, "{arguments:?}");
        assert!(std::fs::metadata(&pipe).unwrap().file_type().is_fifo());
    }
}

#[test]
fn explain_without_a_name_lists_its_topics_and_each_has_a_page() {
    let s = Session::new();
    let topics = s.done(&["explain", "--format", "json"]);
    let topics: serde_json::Value = serde_json::from_str(&topics).unwrap();
    let topics = topics["tables"][0]["rows"].as_array().unwrap();
    assert!(topics.len() >= 30, "{topics:?}");
    for topic in topics {
        let page = s.done(&["explain", topic["name"].as_str().unwrap()]);
        assert!(page.lines().count() > 2, "{topic}: {page}");
    }
}
