//! The line, end to end: import, again, change, approve, number, report, undo.

use super::session::{Session, clean_roster, sample};

const SMALL: &str = "松坪教学点";

#[test]
fn the_same_file_twice_changes_nothing_and_undo_restores_every_row() {
    let s = Session::with_schools();
    let before = s.record_tables();
    let roster = clean_roster(SMALL);
    let preview = s.done(&["import", &roster, "--dry-run", "--format", "json"]);
    assert_eq!(s.record_tables(), before, "a dry run writes nothing");
    let real = s.done(&["import", &roster, "--format", "json"]);
    let (preview, real): (serde_json::Value, serde_json::Value) =
        (serde_json::from_str(&preview).unwrap(), serde_json::from_str(&real).unwrap());
    for key in ["admitted", "updated", "unchanged", "refused", "suspects", "to_explain"] {
        assert_eq!(preview[key], real[key], "{key}");
    }
    let imported = s.record_tables();
    let entries = s.count("SELECT max(seq) FROM journal");
    let again = s.done(&["import", &roster]);
    assert!(again.contains("学籍库没有改动"), "{again}");
    assert_eq!(s.record_tables(), imported);
    assert_eq!(s.count("SELECT max(seq) FROM journal"), entries);

    s.done(&["approve", "--batch", "2", "--explain", "已核对户口簿"]);
    assert_eq!(s.count("SELECT count(*) FROM student WHERE status <> 'enrolled' OR number IS NULL"), 0);
    let refused = s.run(&["batch", "undo", "2", "--yes"]);
    assert_eq!(refused.code, 4);
    assert!(refused.stderr.contains("请先撤销第 3 批"), "{}", refused.stderr);
    s.done(&["batch", "undo", "3", "--yes"]);
    assert_eq!(s.record_tables(), imported);
    s.done(&["batch", "undo", "2", "--yes"]);
    assert_eq!(s.record_tables(), before);
    assert!(s.done(&["audit", "verify"]).contains("与学籍一致"));
}

#[test]
fn a_whole_county_goes_in_is_numbered_confirmed_and_reported() {
    let s = Session::with_schools();
    let files: Vec<String> = std::fs::read_dir(sample("rosters"))
        .unwrap()
        .map(|f| f.unwrap().path().to_str().unwrap().to_owned())
        .collect();
    let mut arguments: Vec<&str> =
        vec!["import", "--explain", "样例", "--explain", "number-damaged=已核对原件", "--approve"];
    arguments.extend(files.iter().map(String::as_str));
    let text = s.done(&arguments);
    assert!(text.contains("拒绝 0"), "{text}");
    let pupils = s.count("SELECT count(*) FROM student");
    assert_eq!(s.count("SELECT count(DISTINCT number) FROM number WHERE number LIKE 'L%'"), pupils);
    assert_eq!(s.run(&["dedup"]).code, 0);
    let confirmed = s.run(&["number", "confirm", "--all", "--assign"]);
    assert_eq!(confirmed.code, 0, "{}{}", confirmed.stdout, confirmed.stderr);
    assert_eq!(s.count("SELECT count(*) FROM number WHERE number LIKE 'L%' AND until IS NULL"), 0);
    assert_eq!(s.count("SELECT count(*) FROM number WHERE until IS NULL"), pupils);
    for report in ["class-roster", "headcount"] {
        s.done(&["export", report, "-o", &format!("{report}.xlsx")]);
        s.done(&["export", report, "-o", &format!("{report}.csv")]);
        assert!(s.path(&format!("{report}.xlsx")).exists());
    }
    assert!(s.done(&["audit", "verify"]).contains("与学籍一致"));
}

#[test]
fn refused_rows_come_back_in_the_template_and_go_in_once_mended() {
    let s = Session::with_schools();
    let messy = sample("白鹭镇初级中学-在校生.xlsx");
    let messy = messy.to_str().unwrap();
    let first = s.run(&["import", messy, "--failed", "退回.xlsx"]);
    assert_eq!(first.code, 3, "{}", first.stderr);
    let admitted = s.count("SELECT count(*) FROM student");
    assert!(admitted > 40);
    let again = s.run(&["import", "退回.xlsx", "--format", "json"]);
    assert_eq!(again.code, 3);
    let json: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(json["admitted"], 0, "untouched, the same rows are refused again");
    assert_eq!(s.count("SELECT count(*) FROM student"), admitted);
    let all = Session::with_schools();
    let before = all.record_tables();
    assert_eq!(all.run(&["import", messy, "--all-or-nothing"]).code, 4);
    assert_eq!(all.record_tables(), before);
}

pub const HEADER: &str = "学校标识码,姓名,性别,出生日期,民族,国籍/地区,身份证件类型,身份证件号,班号,入学年月,成员1姓名,成员1身份证件类型,成员1身份证件号,现住址,学籍号\n";

/// The code of a school of one stage in the sample county, which brings classes by its rosters.
fn school(s: &Session) -> String {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    connection
        .query_row(
            "SELECT school FROM class WHERE stage = 'primary' AND entry_year = 2024 LIMIT 1",
            [],
            |r| r.get(0),
        )
        .unwrap()
}

fn class(s: &Session, school: &str) -> String {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let sql = "SELECT number FROM class WHERE school = ? AND stage = 'primary' AND entry_year = 2024 LIMIT 1";
    connection.query_row(sql, [school], |r| r.get(0)).unwrap()
}

pub fn row(s: &Session, name: &str, birth: &str, number: &str, rest: &str) -> String {
    let code = school(s);
    let class = class(s, &code);
    let kind = if number.is_empty() { "其他" } else { "居民身份证" };
    format!(
        "{code},{name},男,{birth},汉族,中国,{kind},{number},{class},202409,王某,居民身份证,330106198501020015,{rest}\n"
    )
}

#[test]
fn one_changed_cell_is_one_update_and_key_fields_are_not_changed_by_a_roster() {
    let s = Session::with_schools();
    let id = "330127201803140019";
    s.write("a.csv", format!("{HEADER}{}", row(&s, "王一", "20180314", id, "甲路1号,")));
    let first = s.run(&["import", "a.csv", "--explain", "样例", "--format", "json"]);
    assert_eq!(first.code, 0, "{}{}", first.stdout, first.stderr);
    s.write("a.csv", format!("{HEADER}{}", row(&s, "王一", "20180314", id, "乙路2号,")));
    let json: serde_json::Value =
        serde_json::from_str(&s.done(&["import", "a.csv", "--format", "json"])).unwrap();
    assert_eq!((&json["updated"], &json["admitted"]), (&1.into(), &0.into()));
    s.write("a.csv", format!("{HEADER}{}", row(&s, "王二", "20180314", id, "乙路2号,")));
    let renamed = s.run(&["import", "a.csv"]);
    assert_eq!(renamed.code, 4);
    assert!(renamed.stdout.contains("key-field-differs"), "{}", renamed.stdout);
    assert!(!renamed.stdout.contains(id), "numbers are masked");
}

#[test]
fn a_pupil_who_has_a_number_keeps_it() {
    let s = Session::with_schools();
    let given = "L330127201803140019";
    s.write(
        "a.csv",
        format!("{HEADER}{}", row(&s, "王一", "20180314", "330127201803140019", &format!("甲路1号,{given}"))),
    );
    s.done(&["import", "a.csv", "--explain", "样例", "--approve"]);
    assert_eq!(
        s.count(&format!("SELECT count(*) FROM student WHERE number = '{given}' AND status = 'enrolled'")),
        1
    );
    assert_eq!(s.count("SELECT count(*) FROM number"), 1);
}

#[test]
fn without_numbers_the_same_name_sex_and_birth_is_a_suspect_and_nothing_is_merged() {
    let s = Session::with_schools();
    let one = row(&s, "王一", "20180314", "", "甲路1号,");
    let other = one.replace("330106198501020015", "330106198603040033");
    s.write("a.csv", format!("{HEADER}{one}{other}"));
    let ended = s.run(&["import", "a.csv", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(json["suspects"], 1, "{}", ended.stdout);
    assert_eq!(s.count("SELECT count(*) FROM student"), json["admitted"].as_i64().unwrap());
    assert_eq!(s.run(&["dedup"]).code, 1);
    let held = s.run(&["approve", "--batch", "2"]);
    assert_eq!(held.code, 3, "an open suspect holds approval back");
}
