//! Rosters as schools make them: what they lack, whose rows they merge, sections, schools and parents named in passing.

use rust_xlsxwriter::{Format, Workbook};
use serde_json::Value;

use super::mend::sound;
use super::session::{Ended, Session};

/// 云溪县第一小学, 云溪县实验小学, 云溪县初级中学 of the sample county.
const FIRST: &str = "2133916413";

/// A workbook of one sheet; merged cells as (top, left, bottom, right) from 0.
fn book(s: &Session, name: &str, rows: &[Vec<String>], merges: &[(u32, u16, u32, u16)]) -> String {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("花名册").unwrap();
    for &(top, left, bottom, right) in merges {
        let text = &rows[top as usize][left as usize];
        sheet.merge_range(top, left, bottom, right, text, &Format::new()).unwrap();
    }
    for (r, cells) in (0..).zip(rows) {
        for (c, text) in (0..).zip(cells).filter(|(_, t)| !t.is_empty()) {
            if !merges.iter().any(|m| (m.0, m.1) == (r, c)) {
                sheet.write_string(r, c, text).unwrap();
            }
        }
    }
    book.save(s.path(name)).unwrap();
    name.to_owned()
}

/// Cells apart by `|`.
fn cells(line: &str) -> Vec<String> {
    line.split('|').map(str::to_owned).collect()
}

fn json(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap_or_else(|e| panic!("{e}: {}{}", ended.stdout, ended.stderr))
}

/// The findings of a check: row, severity, message.
fn found(told: &Value, check: &str) -> Vec<(u64, String, String)> {
    let all = told["findings"].as_array().unwrap().iter().filter(|f| f["check"] == check);
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    all.map(|f| (f["row"].as_u64().unwrap_or(0), text(&f["severity"]), text(&f["message"]))).collect()
}

const HEADER: &str = "姓名|性别|出生日期|民族|国籍|证件类型|身份证号|班号|入学年月";

fn pupil(name: &str, number: &str, rest: &str) -> Vec<String> {
    cells(&format!("{name}|男|20180314|汉族|中国|居民身份证|{number}|P202401|202409{rest}"))
}

#[test]
fn another_roster_that_lacks_the_columns_too_mends_nothing() {
    let s = Session::with_schools();
    let numbers = sound(2);
    let roster = |name: &str, header: &str, rest: [&str; 2]| {
        let rows =
            [cells(header), pupil("王一一", &numbers[0], rest[0]), pupil("王二二", &numbers[1], rest[1])];
        book(&s, name, &rows, &[])
    };
    let import = |file: &str, more: &[&str]| {
        let mut arguments = vec!["import", file, "--school", FIRST, "--yes"];
        arguments.extend(more);
        s.run(&arguments)
    };
    let open = |and: &str| {
        s.count(&format!(
            "SELECT count(*) FROM pending WHERE check_name = 'required-field-missing' AND field = '' \
             AND explanation IS NULL AND message LIKE '%现住址%' {and}"
        ))
    };
    import(&roster("一.xlsx", &format!("{HEADER}|家庭地址"), ["|甲路1号", "|甲路1号"]), &[]);
    assert_eq!(open(""), 2);
    let waits = s.run(&["approve", "--batch", "2", "--yes"]);
    assert!(waits.stdout.contains("表中没有这些★项"), "{}{}", waits.stdout, waits.stderr);
    // The second pupil's address is mended; nothing else is supplied, and his line stays open like the other's.
    import(&roster("二.xlsx", &format!("{HEADER}|家庭地址"), ["|甲路1号", "|乙路2号"]), &[]);
    assert_eq!(s.count("SELECT count(*) FROM student WHERE details LIKE '%乙路2号%'"), 1);
    assert_eq!(open(""), 2);
    s.run(&["approve", "--batch", "2", "--yes"]);
    assert_eq!(s.count("SELECT count(*) FROM student WHERE status = 'enrolled'"), 0);
    // What is really there by now is no longer said to be lacking.
    import(&roster("三.xlsx", &format!("{HEADER}|邮政编码"), ["|311700", ""]), &[]);
    assert_eq!((open("AND message LIKE '%邮政编码%'"), open("")), (1, 2));
    // A text for the sheet closes it for everybody on it, whoever stands first.
    import("三.xlsx", &["--explain", "required-field-missing=九月底补"]);
    assert_eq!(open(""), 0);
    s.done(&["audit", "verify"]);
}

#[test]
fn a_name_merged_over_two_children_loses_neither() {
    let s = Session::with_schools();
    let numbers = sound(2);
    let rows = [cells(HEADER), pupil("王一一", &numbers[0], ""), pupil("", &numbers[1], "")];
    let merged = book(&s, "合并.xlsx", &rows, &[(1, 0, 2, 0)]);
    let ended =
        s.run(&["import", &merged, "--school", FIRST, "--yes", "--explain", "都看过", "--format", "json"]);
    let told = json(&ended);
    assert_eq!((&told["admitted"], &told["refused"]), (&0.into(), &1.into()), "{told}");
    let said = found(&told, "cells-not-read");
    assert!(said.len() == 1 && said[0].1 == "error" && said[0].2.contains("G3（身份证件号）"), "{said:?}");
}

#[test]
fn a_marked_workbook_with_its_header_repeated_is_read_again() {
    let s = Session::with_schools();
    let numbers = sound(2);
    let rows = [
        cells("第一小学一年级"),
        cells(HEADER),
        pupil("王一一", &numbers[0], ""),
        cells(HEADER),
        pupil("王二", &numbers[1].replace("2018", "2017"), ""),
    ];
    let file = book(&s, "花名册.xlsx", &rows, &[]);
    let run = |file: &str, more: &[&str]| {
        let mut arguments = vec!["validate", file, "--school", FIRST, "--format", "json"];
        arguments.extend(more);
        let mut told = json(&s.run(&arguments));
        told["findings"].as_array_mut().unwrap().iter_mut().for_each(|f| f["file"] = Value::Null);
        told["findings"].clone()
    };
    let first = run(&file, &["--marked", "标注.xlsx", "--yes"]);
    assert!(first.as_array().unwrap().len() > 1, "{first}");
    assert_eq!(run("标注.xlsx", &[]), first);
}
