//! Damaged numbers, the proposals to mend them, the texts that close findings, and what reading changed.

use rust_xlsxwriter::Workbook;

use super::session::Session;

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

fn number(first: &str) -> String {
    let sum: u32 = first.bytes().zip(WEIGHTS).map(|(d, w)| u32::from(d - b'0') * w).sum();
    format!("{first}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

/// Valid numbers of boys born on 14 March 2018 that are all digits and bear no mark of damage.
pub fn sound(n: usize) -> Vec<String> {
    let all = (0..500).map(|i| number(&format!("33012720180314{:03}", 2 * i + 1)));
    let plain = |t: &String| {
        let value = t.parse::<u64>();
        value.is_ok_and(|v| v as f64 as u64 != v && (v as f64).to_string() != *t && !t.ends_with("000"))
    };
    all.filter(plain).take(n).collect()
}

const HEADINGS: [&str; 13] = [
    "学校标识码",
    "姓名",
    "性别",
    "出生日期",
    "民族",
    "国籍/地区",
    "身份证件类型",
    "身份证件号",
    "班号",
    "入学年月",
    "现住址",
    "成员1姓名",
    "成员1联系电话",
];

fn text(s: &Session, sql: &str) -> String {
    rusqlite::Connection::open(s.path("xueji.db")).unwrap().query_row(sql, [], |r| r.get(0)).unwrap()
}

struct Place {
    school: String,
    class: String,
}

fn place(s: &Session) -> Place {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let sql = "SELECT school, number FROM class WHERE stage = 'primary' AND entry_year = 2024 ORDER BY 1, 2";
    connection.query_row(sql, [], |r| Ok(Place { school: r.get(0)?, class: r.get(1)? })).unwrap()
}

fn row(at: &Place, name: &str, number: &str) -> [String; 13] {
    [
        &at.school,
        name,
        "男",
        "20180314",
        "汉族",
        "中国",
        "居民身份证",
        number,
        &at.class,
        "202409",
        "甲路1号",
        "李某",
        "13800000000",
    ]
    .map(str::to_owned)
}

fn csv(rows: &[[String; 13]]) -> String {
    let lines: Vec<String> = rows.iter().map(|r| r.join(",")).collect();
    format!("{}\n{}\n", HEADINGS.join(","), lines.join("\n"))
}

/// A workbook of these rows whose column of numbers is numeric where `numeric` says so.
fn workbook(s: &Session, name: &str, rows: &[[String; 13]], numeric: &dyn Fn(usize) -> bool) -> String {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("花名册").unwrap();
    for (c, heading) in HEADINGS.iter().enumerate() {
        sheet.write_string(0, c as u16, *heading).unwrap();
    }
    for (r, cells) in rows.iter().enumerate() {
        for (c, text) in cells.iter().enumerate() {
            let at = (r as u32 + 1, c as u16);
            match text.parse::<f64>() {
                Ok(value) if c == 7 && numeric(r) => sheet.write_number(at.0, at.1, value).unwrap(),
                _ => sheet.write_string(at.0, at.1, text).unwrap(),
            };
        }
    }
    book.save(s.path(name)).unwrap();
    name.to_owned()
}

#[test]
fn a_damaged_number_is_never_stored_whatever_the_check_character() {
    let s = Session::with_schools();
    let at = place(&s);
    let mut rows = Vec::new();
    for i in 0..600 {
        let whole = number(&format!("330127201803{:02}{:03}", 1 + i % 28, i));
        let Ok(value) = whole.parse::<u64>() else { continue };
        let damaged = match i % 4 {
            0 => format!("{}000", value / 1000),
            1 => format!("{:.5E}", value as f64).replace('E', "E+"),
            2 => (value as f64 as u64).to_string(),
            _ => (value as f64).to_string(),
        };
        if damaged != whole {
            let day = format!("201803{:02}", 1 + i % 28);
            let mut cells = row(&at, &format!("王{}", char::from_u32(0x4e00 + i).unwrap()), &damaged);
            (cells[2], cells[3]) = (if i % 2 == 1 { "男" } else { "女" }.to_owned(), day);
            rows.push(cells);
        }
    }
    let files = [
        workbook(&s, "text.xlsx", &rows, &|_| false),
        workbook(&s, "number.xlsx", &rows, &|r| !rows[r][7].contains('E')),
        s.write("rows.csv", csv(&rows)),
    ];
    for file in files {
        let ended = s.run(&["import", &file, "--explain", "都核对过", "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!((&json["admitted"], &json["refused"]), (&0.into(), &rows.len().into()), "{file}");
        let flagged: std::collections::HashSet<_> = json["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|f| f["check"] == "number-damaged")
            .map(|f| f["row"].as_u64())
            .collect();
        assert_eq!(flagged.len(), rows.len(), "{file}");
        assert_eq!(s.count("SELECT count(*) FROM student"), 0);
    }
}

#[test]
fn a_proposal_is_listed_with_its_evidence_and_taken_only_when_accepted() {
    let s = Session::with_schools();
    let at = place(&s);
    let numbers = sound(2);
    let good: Vec<_> = ["王一", "王二"].iter().zip(&numbers).map(|(name, n)| row(&at, name, n)).collect();
    s.write("first.csv", csv(&good));
    assert_eq!(s.run(&["import", "first.csv"]).code, 1, "blank columns wait for a text");
    let damaged: Vec<_> = good
        .iter()
        .enumerate()
        .map(|(i, r)| {
            let value: u64 = r[7].parse().unwrap();
            let mut cells = r.clone();
            cells[7] = if i == 0 {
                format!("{}000", value / 1000)
            } else {
                format!("{:.5E}", value as f64).replace('E', "E+")
            };
            cells[10] = "乙路2号".into();
            cells
        })
        .collect();
    let file = workbook(&s, "again.xlsx", &damaged, &|r| r == 0);
    let listed = s.run(&["validate", &file, "--proposals"]);
    assert!(
        listed.stdout.contains("共 2 条") && listed.stdout.contains("again.xlsx[花名册]H2"),
        "{}",
        listed.stdout
    );
    assert!(listed.stdout.contains("学校相同") && listed.stdout.contains("校验码相符"), "{}", listed.stdout);
    assert!(numbers.iter().all(|n| !listed.stdout.contains(n.as_str())), "numbers are masked");

    let refused = s.run(&["import", &file]);
    assert_eq!(refused.code, 4, "{}", refused.stdout);
    assert_eq!(s.count("SELECT count(*) FROM student WHERE details LIKE '%乙路%'"), 0, "never automatic");

    let wrong = s.run(&["import", &file, "--accept", "花名册!H9"]);
    assert!(
        wrong.code == 4 && wrong.stderr.contains("花名册!H9 没有修复建议"),
        "{}{}",
        wrong.stdout,
        wrong.stderr
    );
    assert_eq!(s.run(&["import", &file, "--accept", "不是格子"]).code, 2);

    let one = s.run(&["import", &file, "--accept", "花名册!H2"]);
    assert_eq!(one.code, 3, "the other row stays refused: {}", one.stdout);
    assert_eq!(s.count("SELECT count(*) FROM student WHERE details LIKE '%乙路%'"), 1);
    s.done(&["import", &file, "--accept", "again.xlsx[花名册]H2", "--accept", "H3"]);
    assert_eq!(s.count("SELECT count(*) FROM student WHERE details LIKE '%乙路%'"), 2);
    assert_eq!(s.count("SELECT count(*) FROM student"), 2);
    let shown = s.done(&["batch", "show", "4"]);
    assert!(shown.contains("接受修复建议：身份证件号") && shown.contains("依据"), "{shown}");
    let body = text(&s, "SELECT body FROM journal ORDER BY seq DESC LIMIT 1");
    assert!(
        body.contains("\"rule\":\"accepted\"") && body.contains("E+17"),
        "what stood there is kept: {body}"
    );
    s.done(&["audit", "verify"]);
}

#[test]
fn a_number_that_may_be_damaged_waits_for_a_text_of_its_own() {
    let s = Session::with_schools();
    let at = place(&s);
    let zeros =
        (0..1000).map(|i| number(&format!("33012720180314{i:03}"))).find(|n| n.ends_with("000")).unwrap();
    let mut cells = row(&at, "王一", &zeros);
    cells[2] = if zeros.as_bytes()[16] % 2 == 1 { "男" } else { "女" }.to_owned();
    s.write("r.csv", csv(&[cells]));
    for arguments in [vec!["import", "r.csv"], vec!["import", "r.csv", "--explain", "都核对过"]] {
        let ended = s.run(&arguments);
        assert!(ended.stdout.contains("拒绝 1") && ended.stdout.contains("末三位为 000"), "{}", ended.stdout);
        assert_eq!(s.count("SELECT count(*) FROM student"), 0);
    }
    let ended = s.run(&[
        "import",
        "r.csv",
        "--explain",
        "H2=已核对原件",
        "--explain",
        "required-field-missing=以后补",
    ]);
    assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
    assert_eq!(
        s.count(
            "SELECT count(*) FROM pending WHERE explanation = '已核对原件' AND check_name = 'number-damaged'"
        ),
        1
    );
    let of = |and: &str| {
        s.count(&format!("SELECT count(*) FROM pending WHERE check_name = 'required-field-missing' {and}"))
    };
    assert_eq!(of("AND explanation = '以后补'"), of(""));
    let shown = s.done(&["batch", "show", "2"]);
    assert!(shown.contains("已核对原件") && shown.contains("号码被表格软件损坏"), "{shown}");
}

#[test]
fn texts_come_from_a_file_and_a_row_that_reaches_nothing_is_named() {
    let s = Session::with_schools();
    let at = place(&s);
    let numbers = sound(2);
    let mut cells = row(&at, "王一", &numbers[0]);
    cells[12] = "12345".into();
    s.write("r.csv", csv(&[cells, row(&at, "王二", &numbers[1])]));
    s.write(
        "bad.csv",
        "file,cell,check,text\nr.csv,M2,phone-malformed,村里公用电话\nr.csv,M9,,没有\n,,no-such,x\n,M2,,\n",
    );
    let ended = s.run(&["import", "r.csv", "--explain-file", "bad.csv"]);
    assert_eq!(ended.code, 4, "{}", ended.stdout);
    for told in ["第 4 行：check 不是检查的名称", "第 5 行：text 是空的"] {
        assert!(ended.stderr.contains(told), "{told}: {}", ended.stderr);
    }
    s.write("bad.csv", "file,cell,check,text\nr.csv,M2,phone-malformed,村里公用电话\nr.csv,M9,,没有\n");
    let ended = s.run(&["import", "r.csv", "--explain-file", "bad.csv"]);
    assert!(
        ended.code == 4 && ended.stderr.contains("第 3 行（r.csvM9 ）：这里没有须说明的问题"),
        "{}",
        ended.stderr
    );
    assert_eq!(s.count("SELECT count(*) FROM student"), 0);

    s.write(
        "good.csv",
        "文件,单元格,检查,说明\nr.csv,csv!M2,phone-malformed,村里公用电话\n,,required-field-missing,以后补\n",
    );
    let told = s.run(&["import", "r.csv", "--explain-file", "good.csv"]);
    assert_eq!(told.code, 0, "{}{}", told.stdout, told.stderr);
    assert_eq!(s.count("SELECT count(*) FROM pending WHERE explanation = '村里公用电话'"), 1);
    assert_eq!(s.run(&["import", "r.csv", "--explain", "no-such-check=x"]).code, 2);
    assert_eq!(s.run(&["import", "r.csv", "--explain", " "]).code, 2);
}

#[test]
fn what_reading_changed_is_listed_masked_and_is_an_error_when_strict() {
    let s = Session::with_schools();
    let at = place(&s);
    let mut cells = row(&at, "王　一", &sound(1)[0]);
    (cells[3], cells[4], cells[12]) = ("2018.3.14".into(), "01-汉族".into(), "138-0000-0000".into());
    s.write("r.csv", csv(&[cells]));
    let ended = s.run(&["validate", "r.csv", "--changes"]);
    for told in ["2018.3.14", "20180314", "01-汉族", "日期写法改为", "138", "王*"] {
        assert!(ended.stdout.contains(told), "{told}: {}", ended.stdout);
    }
    assert!(!ended.stdout.contains("0000-0000"), "{}", ended.stdout);
    let json = s.run(&["validate", "r.csv", "--changes", "--format", "json"]).stdout;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["changes"].as_array().unwrap().len(), 4, "{json}");
    let strict = s.run(&["import", "r.csv", "--strict"]);
    assert!(strict.stdout.contains("拒绝 1") && strict.stdout.contains("value-changed"), "{}", strict.stdout);
    assert_eq!(s.count("SELECT count(*) FROM student"), 0);
    s.run(&["import", "r.csv"]);
    let body = text(&s, "SELECT body FROM journal WHERE change = 'admission'");
    for kept in ["2018.3.14", "01-汉族", "138-0000-0000", "王　一", "\"rule\":\"phone\""] {
        assert!(body.contains(kept), "{kept}: {body}");
    }
    assert!(s.done(&["explain", "rules"]).contains("间隔号"));
    assert!(s.done(&["explain", "day-dropped"]).contains("为什么"));
}

#[test]
fn a_county_lays_its_own_rules_over_those_of_its_province() {
    let s = Session::with_schools();
    let at = place(&s);
    let mut cells = row(&at, "王一", &sound(1)[0]);
    cells[12] = "12345".into();
    s.write("r.csv", csv(&[cells]));
    let pack = "name = \"云溪县\"\ndivision = \"330127\"\n[[edition]]\nfrom = \"2020-01-01\"\ntitle = \"云溪县规定\"\nsource = \"云溪县\"\n[edition.checks]\n\"phone-malformed\" = \"error\"\n";
    let severity = |file: &str| {
        let ended = s.run(&["validate", "r.csv", "--rules", file, "--format", "json"]);
        let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        let found =
            json["findings"].as_array().unwrap().iter().find(|f| f["check"] == "phone-malformed").cloned();
        found.map_or_else(|| "off".to_owned(), |f| f["severity"].as_str().unwrap().to_owned())
    };
    s.write("error.toml", pack);
    s.write("off.toml", pack.replace("\"error\"", "\"off\""));
    s.write("later.toml", pack.replace("2020-01-01", "2099-01-01"));
    assert_eq!(
        [severity("error.toml"), severity("off.toml"), severity("later.toml")],
        ["error", "off", "explain"]
    );
    for (from, to, told) in [
        ("title", "titel", "bad.toml 第 5 行：没有“titel”这一项，是不是要写 title"),
        ("phone-malformed", "phone-malform", "checks 一节里不能写“phone-malform”"),
        ("phone-malformed", "number-damaged", "不能写“number-damaged”"),
    ] {
        s.write("bad.toml", pack.replacen(from, to, 1));
        let ended = s.run(&["import", "r.csv", "--rules", "bad.toml"]);
        assert!(ended.code == 5 && ended.stderr.contains(told), "{}", ended.stderr);
    }
    let shown = s.done(&["explain", "province", "山东"]);
    assert!(shown.contains("每学段跳级：1 次") && shown.contains("[未证实]"), "{shown}");
    assert!(s.done(&["explain", "province"]).contains("全国"));
    assert!(s.done(&["explain", "rule-pack"]).contains("entry_age_date"));
    assert_eq!(s.run(&["explain", "province", "火星"]).code, 2);
}

#[test]
fn rows_above_the_first_damaged_number_are_taken_out_again_and_the_rest_stays_as_it_was() {
    let s = Session::with_schools();
    let at = place(&s);
    let is_float = |t: &String| t.parse::<u64>().is_ok_and(|v| v as f64 as u64 == v && !t.ends_with("000"));
    let float = (0..500).map(|i| number(&format!("33012720180314{:03}", 2 * i + 1))).find(is_float).unwrap();
    let without = |name: &str| {
        let mut cells = row(&at, name, "");
        cells[6] = "其他".into();
        cells
    };
    let mut broken = row(&at, "王四", "3.30127E+17");
    broken[11] = "李四".into();
    let sound = sound(3);
    let rows = [
        without("赵一"),
        row(&at, "王二", &sound[0]),
        row(&at, "王三", &float),
        row(&at, "王五", &sound[1]),
        without("赵一"),
        broken,
        row(&at, "王六", &sound[2]),
    ];
    s.write("r.csv", csv(&rows));
    let validated = s.run(&["validate", "r.csv"]).stdout;
    let ended = s.run(&["import", "r.csv", "--explain", "都核对过", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    // Without a document number the pupil's family must show one: both 赵一 are refused or admitted alike.
    let in_error: Vec<u64> = json["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["check"] == "number-damaged")
        .map(|f| f["row"].as_u64().unwrap())
        .collect();
    assert_eq!(in_error.iter().collect::<std::collections::BTreeSet<_>>(), [4, 7].iter().collect());
    assert!(validated.contains("第 1 行，学生 7 行"), "{validated}");
    let told = json["files"][0]["rows_with_errors"].as_u64().unwrap();
    assert_eq!(json["refused"].as_u64().unwrap(), told, "{json}");
    assert!(validated.contains(&format!("其中 {told} 行有必须改正的错误")), "{validated}");
    let names: std::collections::BTreeSet<String> = {
        let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
        let mut query = connection.prepare("SELECT name FROM student").unwrap();
        let names = query.query_map([], |r| r.get(0)).unwrap();
        names.map(Result::unwrap).collect()
    };
    assert!(!names.contains("王三") && !names.contains("王四"), "{names:?}");
    assert!(["王二", "王五", "王六"].iter().all(|n| names.contains(*n)), "{names:?}");
    // A suspect still points to the pupil it was taken for.
    let of = "SELECT count(*) FROM pending p WHERE p.other IS NOT NULL AND NOT EXISTS
              (SELECT 1 FROM student a, student b WHERE a.id = p.student AND b.id = p.other AND a.name = b.name)";
    assert_eq!(s.count(of), 0);
    s.done(&["audit", "verify"]);

    let again = s.run(&[
        "import",
        "r.csv",
        "--explain",
        "都核对过",
        "--explain",
        "H4=已核对原件",
        "--format",
        "json",
    ]);
    let json: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!((&json["admitted"], json["refused"].as_u64().unwrap()), (&1.into(), told - 1), "{json}");
}

#[test]
fn a_number_without_a_dates_style_is_counted_from_the_year_its_workbook_says() {
    use std::io::{Read, Write};
    let s = Session::with_schools();
    let at = place(&s);
    let cells = row(&at, "王一", &sound(1)[0]);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (c, heading) in HEADINGS.iter().enumerate() {
        sheet.write_string(0, c as u16, *heading).unwrap();
        match c {
            // 14 March 2018, counted from 1904.
            3 => sheet.write_number(1, 3, 43173.0 - 1462.0).unwrap(),
            _ => sheet.write_string(1, c as u16, &cells[c]).unwrap(),
        };
    }
    book.save(s.path("1900.xlsx")).unwrap();
    let mut from = zip::ZipArchive::new(std::fs::File::open(s.path("1900.xlsx")).unwrap()).unwrap();
    let mut to = zip::ZipWriter::new(std::fs::File::create(s.path("1904.xlsx")).unwrap());
    for i in 0..from.len() {
        let mut part = from.by_index(i).unwrap();
        let mut bytes = Vec::new();
        part.read_to_end(&mut bytes).unwrap();
        if part.name().unwrap() == "xl/workbook.xml" {
            let text = String::from_utf8(bytes).unwrap();
            assert!(text.contains("<workbookPr "));
            bytes = text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ").into_bytes();
        }
        let name = part.name().unwrap().to_string();
        to.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        to.write_all(&bytes).unwrap();
    }
    to.finish().unwrap();
    let changes = |file: &str| s.run(&["validate", file, "--changes", "--format", "csv"]).stdout;
    assert!(changes("1904.xlsx").contains("41711,20180314"), "{}", changes("1904.xlsx"));
    assert!(changes("1900.xlsx").contains("41711,20140313"), "{}", changes("1900.xlsx"));
    let told = s.run(&["validate", "1900.xlsx"]).stdout;
    assert!(told.contains("正好差 1462 天"), "{told}");
}

#[test]
fn a_later_roster_mends_explains_and_opens_the_findings_of_pupils_who_are_known() {
    let s = Session::with_schools();
    let at = place(&s);
    let numbers = sound(2);
    let rows = |phones: [&str; 2], road: &str| {
        let each = ["王一", "王二"].iter().zip(&numbers).zip(phones).map(|((name, number), phone)| {
            let mut cells = row(&at, name, number);
            (cells[10], cells[12]) = (road.to_owned(), phone.to_owned());
            cells
        });
        csv(&each.collect::<Vec<_>>())
    };
    let open = || {
        s.count("SELECT count(*) FROM pending WHERE check_name = 'phone-malformed' AND explanation IS NULL")
    };
    s.write("r.csv", rows(["12345", "54321"], "甲路1号"));
    s.run(&["import", "r.csv", "--explain", "required-field-missing=以后补"]);
    assert_eq!(open(), 2);
    let again = s.run(&["import", "r.csv", "--dry-run"]);
    assert!(
        again.stdout.contains("待说明 0") && again.stdout.contains("在没有变化的行上"),
        "{}",
        again.stdout
    );
    // A text for one cell closes that finding, though the row changes nothing.
    let told = s.run(&["import", "r.csv", "--explain", "M2=村里公用电话"]);
    assert!(told.stdout.contains("更新 1") && told.stdout.contains("不变 1"), "{}", told.stdout);
    assert_eq!((open(), s.count("SELECT count(*) FROM journal WHERE change = 'explanation'")), (1, 1));
    assert!(s.done(&["batch", "show", "3"]).contains("村里公用电话"));
    // A number that is mended closes its finding, and approval is no longer held back.
    s.write("r.csv", rows(["12345", "13800000001"], "甲路1号"));
    s.run(&["import", "r.csv"]);
    assert_eq!(open(), 0);
    s.done(&["approve", "--school", &at.school]);
    // Another wrong number is another question.
    s.write("r.csv", rows(["99999", "13800000001"], "甲路1号"));
    let worse = s.run(&["import", "r.csv"]);
    assert!(worse.stdout.contains("待说明 1"), "{}", worse.stdout);
    assert_eq!(open(), 1);
    let before = s.record_tables();
    s.write("r.csv", rows(["13800000002", "13800000001"], "乙路2号"));
    s.run(&["import", "r.csv"]);
    assert_eq!(open(), 0);
    let last = s.count("SELECT max(number) FROM batch").to_string();
    s.done(&["batch", "undo", &last, "--yes"]);
    assert_eq!(s.record_tables(), before);
    s.done(&["audit", "verify"]);
}

#[test]
fn a_batch_that_registered_nobody_is_not_approved_and_the_one_that_waits_is_named() {
    let s = Session::with_schools();
    let at = place(&s);
    s.write("r.csv", csv(&[row(&at, "王一", &sound(1)[0])]));
    s.run(&["import", "r.csv", "--explain", "以后补"]);
    for (batch, why) in [("1", "没有新建学籍"), ("9", "没有第 9 批")] {
        let ended = s.run(&["approve", "--batch", batch]);
        assert_eq!(ended.code, 4);
        assert!(
            ended.stderr.contains(why) && ended.stderr.contains("第 2 批（r.csv，1 人）"),
            "{}",
            ended.stderr
        );
    }
    s.done(&["approve", "--batch", "2"]);
}

#[test]
fn a_column_that_is_lacking_holds_back_every_pupil_of_the_sheet() {
    let s = Session::with_schools();
    let at = place(&s);
    let numbers = sound(4);
    let rows: Vec<_> =
        ["王一", "王二", "王三", "王四"].iter().zip(&numbers).map(|(name, n)| row(&at, name, n)).collect();
    // The first row is refused: what is said of its sheet holds for the others all the same.
    let mut first = rows.clone();
    first[0][3] = "20990101".into();
    s.write("r.csv", csv(&first));
    let ended = s.run(&["import", "r.csv"]);
    assert!(ended.code == 3 && ended.stdout.contains("待说明 1"), "{}", ended.stdout);
    assert_eq!(ended.stdout.matches("表中没有这些★项").count(), 1, "{}", ended.stdout);
    let held = s.run(&["approve", "--batch", "2"]);
    assert!(held.code == 3 && held.stdout.contains("暂缓 3 人"), "{}", held.stdout);
    s.write("r.csv", csv(&rows));
    assert_eq!(s.run(&["import", "r.csv"]).code, 1);
    assert_eq!(s.count("SELECT count(*) FROM pending WHERE check_name = 'required-field-missing'"), 4);
    // A text meant for one cell, and one that is none of ours, are not said of all.
    for wrong in ["花名册!W9=x", "required-field-missing=x"] {
        assert_eq!(s.run(&["approve", "--batch", "2", "--explain", wrong]).code, 2, "{wrong}");
    }
    assert_eq!(s.run(&["import", "r.csv", "--explain", "单元格=已核对原件"]).code, 2);
    s.done(&["approve", "--school", &at.school, "--explain", "以后补"]);
}
