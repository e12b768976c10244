//! Rosters as schools make them: what they lack, whose rows they merge, sections, schools and parents named in passing.

use rust_xlsxwriter::{Format, Workbook};
use serde_json::Value;

use super::mend::sound;
use super::session::{Ended, Session};

/// 云溪县第一小学 and 云溪县实验小学 of the sample county.
const FIRST: &str = "2133916413";
const SECOND: &str = "2133916420";

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

#[test]
fn a_school_named_above_the_table_between_rows_or_beside_the_pupil_is_never_passed_over() {
    let s = Session::with_schools();
    let n = sound(3);
    let told = |file: &str, more: &[&str]| {
        let mut arguments = vec!["import", file, "--dry-run", "--format", "json"];
        arguments.extend(more);
        json(&s.run(&arguments))
    };
    let errors = |told: &Value| {
        let said = found(told, "school-disagrees").into_iter().filter(|f| f.1 == "error");
        said.map(|f| f.0).collect::<Vec<_>>()
    };
    let plain = [cells(HEADER), pupil("王一一", &n[0], "")];
    let title = |text: &str| [&[cells(text)][..], &plain].concat();
    // The title: by name, by code, and the right one.
    let named = book(&s, "甲.xlsx", &title("云溪县实验小学 2024级1班"), &[]);
    assert_eq!(errors(&told(&named, &["--school", FIRST])), [3]);
    assert_eq!(errors(&told(&named, &["--school", SECOND])), [0u64; 0]);
    let coded = book(&s, "乙.xlsx", &title(&format!("某校（学校标识码：{SECOND}）")), &[]);
    assert_eq!(errors(&told(&coded, &["--school", FIRST])), [3]);
    // Without --school the code of a title is taken, and said; a name is offered and not taken.
    let taken = told(&coded, &[]);
    assert_eq!(taken["schools"][0]["school"], SECOND, "{taken}");
    assert!(taken["files"][0]["decisions"].to_string().contains("学校标识码＝2133916420"), "{taken}");
    let offered = told(&named, &[]);
    assert_eq!(offered["admitted"], 0);
    assert!(offered["findings"].to_string().contains("--school 2133916420"), "{offered}");
    // Two codes: refused with both.
    let two = [&[cells(&format!("学校标识码|{FIRST}")), cells(&format!("学校标识码|{SECOND}"))][..], &plain]
        .concat();
    let ended = s.run(&["import", &book(&s, "丙.xlsx", &two, &[]), "--dry-run"]);
    assert!(
        ended.code == 2 && ended.stderr.contains(FIRST) && ended.stderr.contains(SECOND),
        "{}",
        ended.stderr
    );
    // A section: no pupil, and its rows are another school's.
    let section = [
        cells("云溪县第一小学"),
        cells(HEADER),
        pupil("王一一", &n[0], ""),
        cells("云溪县实验小学"),
        cells(HEADER),
        pupil("王二二", &n[1], ""),
    ];
    let section = told(&book(&s, "丁.xlsx", &section, &[]), &["--school", FIRST]);
    assert_eq!((errors(&section), &section["files"][0]["rows"]), (vec![6], &2.into()), "{section}");
    // A column of names: used where no code is said, held against the code where one is.
    let header = format!("学校|{HEADER}");
    let of =
        |school: &str, name: &str, number: &str| [vec![school.to_owned()], pupil(name, number, "")].concat();
    let mixed = [
        cells(&header),
        of("云溪县第一小学", "王一一", &n[0]),
        of("实验小学", "王二二", &n[1]),
        of("云溪县某某小学", "王三三", &n[2]),
    ];
    let mixed = book(&s, "戊.xlsx", &mixed, &[]);
    let by_name = told(&mixed, &[]);
    assert_eq!((&by_name["admitted"], &by_name["refused"]), (&2.into(), &1.into()), "{by_name}");
    assert!(by_name["files"][0]["normalized"].to_string().contains("school-by-name"), "{by_name}");
    let missing = found(&by_name, "required-field-missing");
    assert!(missing.iter().any(|f| f.0 == 4 && f.2.contains("云溪县某某小学")), "{missing:?}");
    let against = told(&mixed, &["--school", FIRST]);
    assert_eq!(errors(&against), [3]);
    // A name in the column of codes.
    let codes = [cells(&format!("学校标识码|{HEADER}")), of("云溪县实验小学", "王一一", &n[0])];
    let codes = told(&book(&s, "己.xlsx", &codes, &[]), &[]);
    assert_eq!(codes["schools"][0]["school"], SECOND, "{codes}");
}

#[test]
fn parents_columns_are_told_by_their_neighbours_and_it_is_said() {
    let s = Session::with_schools();
    let n = sound(3);
    let stored = |name: &str, header: &str, rest: &str, number: &str| {
        let rows = [cells(&format!("{HEADER}|{header}")), pupil("王一一", number, &format!("|{rest}"))];
        let file = book(&s, name, &rows, &[]);
        let ended = s.run(&["import", &file, "--school", FIRST, "--yes"]);
        assert!(ended.stdout.contains("按前后认的栏目") || !header.contains("电话"), "{}", ended.stdout);
        let like =
            |text: &str| s.count(&format!("SELECT count(*) FROM student WHERE details LIKE '%{text}%'"));
        (like("13800000001"), like("13900000002"))
    };
    assert_eq!(stored("甲.xlsx", "父亲|电话|母亲|电话", "王大|13800000001|李三|13900000002", &n[0]), (1, 1));
    // The second parent in a row of its own, under the merged name.
    let rows = [
        cells(&format!("{HEADER}|家长姓名|关系|电话")),
        pupil("王二二", &n[1], "|王大|父亲|13800000003"),
        cells("|||||||||李三|母亲|13900000004"),
    ];
    s.run(&["import", &book(&s, "乙.xlsx", &rows, &[(1, 0, 2, 0)]), "--school", FIRST, "--yes"]);
    let sql =
        "SELECT count(*) FROM student WHERE details LIKE '%13800000003%' AND details LIKE '%13900000004%'";
    assert_eq!(s.count(sql), 1);
    // Not merged: one sentence, not one for every field that a pupil has.
    let told = json(&s.run(&[
        "import",
        &book(&s, "丙.xlsx", &rows, &[]),
        "--school",
        FIRST,
        "--dry-run",
        "--format",
        "json",
    ]));
    let third: Vec<_> = told["findings"].as_array().unwrap().iter().filter(|f| f["row"] == 3).collect();
    assert_eq!(third.len(), 1, "{third:?}");
    assert!(third[0]["message"].as_str().unwrap().contains("姓名没有合并"), "{third:?}");
}

#[test]
fn a_class_that_is_not_found_by_its_name_is_said_at_its_cell_with_those_near() {
    let s = Session::with_schools();
    let n = sound(6);
    let header = HEADER.replace("班号", "班级");
    let row = |name: &str, class: &str, entry: &str, number: &str| {
        cells(&format!("{name}|男|20180314|汉族|中国|居民身份证|{number}|{class}|{entry}"))
    };
    let rows = [
        cells(&header),
        row("王一一", "2024级1班", "202409", &n[0]),
        row("王二二", "2024级9班", "202409", &n[1]),
        row("王三三", "2024级1班", "202309", &n[2]),
        row("王四四", "2024级1班", "", &n[3]),
        row("王五五", "P202401", "202409", &n[4]),
        row("王六六", "", "202409", &n[5]),
    ];
    let file = book(&s, "班级.xlsx", &rows, &[]);
    let told = json(&s.run(&["import", &file, "--school", FIRST, "--dry-run", "--format", "json"]));
    assert_eq!((&told["admitted"], &told["refused"]), (&1.into(), &5.into()), "{told}");
    let at = |row: u64, part: &str| {
        let all = told["findings"].as_array().unwrap().iter();
        let here = all.filter(|f| f["row"] == row && f["column"] == "班级" && f["severity"] == "error");
        let texts: Vec<String> =
            here.map(|f| format!("{}{}{}", f["cell"], f["message"], f["hint"])).collect();
        assert!(texts.len() == 1 && texts[0].contains(part), "{row} {part}: {texts:?}");
        texts[0].clone()
    };
    assert!(at(3, "“2024级9班”").contains("班号 P202401"), "what is near is named");
    at(4, "不是 2023 年入学的");
    assert!(at(5, "没有入学年月").contains("H5"));
    at(6, "是该校的班号，写在了班级一栏");
    at(7, "班级没有填");
    // The title says another class than the column: by the column, but not in silence.
    let titled = [&[cells("2024级2班")][..], &rows[..2]].concat();
    let told = json(&s.run(&[
        "import",
        &book(&s, "标题.xlsx", &titled, &[]),
        "--school",
        FIRST,
        "--dry-run",
        "--format",
        "json",
    ]));
    let said = found(&told, "class-disagrees");
    assert!(said.len() == 1 && said[0].1 == "explain" && said[0].2.contains("2024级2班"), "{said:?}");
}

#[test]
fn remarks_dittos_side_by_side_tables_and_two_in_one_cell_are_told() {
    let s = Session::with_schools();
    let n = sound(4);
    let header = format!("{HEADER}|父亲姓名|父亲工作单位|备注");
    let rows = [
        cells(&header),
        pupil("王一一", &n[0], "|王大、李三|同上|9月3日已转走"),
        pupil("王二二", &n[1], "|王大|个体|从外地转入"),
    ];
    let file = book(&s, "备注.xlsx", &rows, &[]);
    let told = json(&s.run(&["import", &file, "--school", FIRST, "--dry-run", "--format", "json"]));
    assert_eq!((&told["admitted"], &told["refused"]), (&2.into(), &0.into()), "{told}");
    for (check, part) in
        [("leaving-remarked", "L2"), ("ditto-mark", "没有读入"), ("name-malformed", "不止一名")]
    {
        let said = found(&told, check);
        assert!(said.len() == 1 && said[0].0 == 2 && said[0].2.contains(part), "{check}: {said:?}");
    }
    s.run(&["import", &file, "--school", FIRST, "--yes"]);
    assert_eq!(s.count("SELECT count(*) FROM student WHERE details LIKE '%同上%'"), 0);
    let twice = "姓名|性别|身份证号|出生日期|姓名|性别|身份证号|出生日期";
    let side = [cells(twice), cells(&format!("王一一|男|{}|20180314|王二二|男|{}|20180314", n[2], n[3]))];
    let ended = s.run(&["import", &book(&s, "左右.xlsx", &side, &[]), "--school", FIRST, "--dry-run"]);
    assert!(ended.code == 5 && ended.stderr.contains("接成一列"), "{} {}", ended.code, ended.stderr);
}

#[test]
fn a_class_is_found_by_its_grade_and_number_however_they_are_written() {
    let s = Session::with_schools();
    let n = sound(11);
    let header = HEADER.replace("班号", "年级|班级");
    let ways = [
        "三年级|1班",
        "三|1",
        "3|1",
        "|三（1）",
        "|三1",
        "|3-1",
        "|3.1",
        "|301",
        "|2024级1",
        "二年级|1班",
        "|1班",
    ];
    let row = |(i, way): (usize, &&str)| {
        cells(&format!("王{i}|男|20180314|汉族|中国|居民身份证|{}|{way}|202409", n[i]))
            .into_iter()
            .enumerate()
            .map(|(c, text)| {
                if c == 0 {
                    format!("王{}", ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸", "子"][i])
                } else {
                    text
                }
            })
            .collect::<Vec<_>>()
    };
    let rows: Vec<_> = std::iter::once(cells(&header)).chain(ways.iter().enumerate().map(row)).collect();
    let file = book(&s, "年级.xlsx", &rows, &[]);
    let told =
        json(&s.run(&["import", &file, "--school", FIRST, "--yes", "--format", "json", "--explain", "样例"]));
    assert_eq!((&told["admitted"], &told["refused"]), (&9.into(), &2.into()), "{told}");
    assert_eq!(s.count("SELECT count(*) FROM enrollment WHERE class = 'P202401'"), 9);
    let refused: Vec<_> =
        told["findings"].as_array().unwrap().iter().filter(|f| f["severity"] == "error").collect();
    assert!(refused.iter().all(|f| f["hint"].as_str().unwrap().contains("班号 P202401")), "{refused:?}");
}

#[test]
fn refused_rows_sent_back_unchanged_are_refused_for_the_same_and_mended_are_read() {
    let s = Session::with_schools();
    let n = sound(5);
    let header = HEADER.replace("班号", "班级").replace("入学年月", "入学年月|是否住宿|是否留守儿童");
    let row = |name: &str, sex: &str, class: &str, rest: &str, number: &str| {
        cells(&format!("{name}|{sex}|20180314|汉族|中国|居民身份证|{number}|{class}|202409|{rest}"))
    };
    let rows = [
        cells(&header),
        row("王一一", "男生的", "2024级1班", "1|否", &n[0]),
        row("王二二", "男", "2024级9班", "是|否", &n[1]),
        row("王三三", "男", "2024级1班", "1|1", &n[2]),
        row("王四四", "男", "2024级1班", "2|否", &n[3]),
        row("王五五", "男", "2024级1班", "1|否", &n[4]),
    ];
    let file = book(&s, "甲.xlsx", &rows, &[]);
    let errors = |told: &Value, first: u64| {
        let all = told["findings"].as_array().unwrap().iter().filter(|f| f["severity"] == "error");
        let mut all: Vec<_> = all
            .map(|f| {
                (f["row"].as_u64().unwrap() - first, f["check"].clone().to_string(), f["field"].to_string())
            })
            .collect();
        all.sort();
        all
    };
    let arguments = |file: &str, out: &str| {
        ["import", file, "--school", FIRST, "--yes", "--format", "json", "--explain", "样例", "--failed", out]
            .map(str::to_owned)
    };
    let run = |file: &str, out: &str| {
        let arguments = arguments(file, out);
        json(&s.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()))
    };
    let first = run(&file, "拒.xlsx");
    assert_eq!((&first["admitted"], &first["refused"]), (&1.into(), &4.into()), "{first}");
    let lives = "SELECT count(*) FROM student WHERE details LIKE '%attendance_mode:2%'";
    assert_eq!(s.count(lives), 1, "1 under 是否住宿 lives at school");
    let again = run("拒.xlsx", "再拒.xlsx");
    assert_eq!(&again["refused"], &4, "{again}");
    assert_eq!(errors(&first, 2), errors(&again, 2), "{first}\n{again}");
    // In the workbook of the refused the class keeps its name, and no number is made up.
    let columns = again["files"][0]["columns"].as_array().unwrap();
    assert!(columns.iter().any(|c| c["field"] == "class_name"), "{columns:?}");
}
