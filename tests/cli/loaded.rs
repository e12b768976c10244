//! What a bureau lays beside what is in the program: a year's calendar, its own rules.

use super::change::{FROM, TO, class, county, student};
use super::session::{Ended, Session};

pub const YEAR: &str = r#"year = 2027
notices = ["国务院办公厅关于2027年部分节假日安排的通知（样例）"]
off = [
    { from = "2027-01-01", to = "2027-01-03" },
    { from = "2027-05-01", to = "2027-05-05" },
    { from = "2027-10-01", to = "2027-10-07" },
]
work = []
"#;

const DEADLINE: [&str; 6] = ["calendar", "show", "--from", "2026-12-25", "--working-days", "10"];

#[test]
fn a_year_is_loaded_used_everywhere_replaced_and_undone() {
    let s = Session::new();
    assert!(s.done(&["calendar", "show"]).contains("2026"), "without a registry the years of the program");
    s.done(&["init", "--authority", "330127", "--name", "云溪县教育局"]);
    let before = s.record_tables();
    let unknown = s.run(&DEADLINE);
    assert_eq!(unknown.code, 4);
    assert!(
        unknown.stderr.contains("未定") && unknown.stderr.contains("calendar load"),
        "{}",
        unknown.stderr
    );
    let file = s.write("2027.toml", YEAR);
    assert!(s.done(&["calendar", "load", &file]).contains("第 1 批"));
    assert!(s.done(&DEADLINE).contains("2027-01-11"));
    let listed = s.done(&["calendar", "show"]);
    assert!(listed.contains("2027.toml，2026-09-10 由测试员载入") && listed.contains("随程序"), "{listed}");
    assert!(s.done(&["calendar", "load", &file]).contains("没有改动"));
    let amended = s.write("2027b.toml", YEAR.replace("to = \"2027-01-03\"", "to = \"2027-01-08\""));
    s.done(&["calendar", "load", &amended]);
    assert!(
        s.done(&DEADLINE).contains("2027-01-18"),
        "a notice amended during the year takes the old one's place"
    );
    let early = s.run(&["batch", "undo", "1", "--yes"]);
    assert_eq!(early.code, 4);
    assert!(early.stderr.contains("又改了本批的内容"), "{}", early.stderr);
    s.done(&["audit", "verify"]);
    s.done(&["batch", "undo", "2", "--yes"]);
    assert!(s.done(&DEADLINE).contains("2027-01-11"));
    s.done(&["batch", "undo", "1", "--yes"]);
    assert_eq!(s.run(&DEADLINE).code, 4);
    assert_eq!(s.record_tables(), before);
    s.done(&["audit", "verify"]);
}

#[test]
fn a_calendar_that_contradicts_itself_or_its_neighbors_is_refused_with_the_reason() {
    let s = Session::new();
    s.done(&["init", "--authority", "330127", "--name", "云溪县教育局"]);
    for (from, to, reason) in [
        ("work = []", "work = [{ date = \"2027-02-30\" }]", "不是日期"),
        ("work = []", "work = [{ date = \"2027-05-04\" }]", "不是周六、周日"),
        ("work = []", "work = [{ date = \"2027-05-01\" }]", "写了两次"),
        ("2027-10-01", "2027-10-02", "2027-10-01是法定节日"),
        ("year = 2027", "year = 2026", "不属于2026年"),
        ("work = []", "wrok = []", "读不懂"),
    ] {
        assert!(YEAR.contains(from));
        let file = s.write("bad.toml", YEAR.replacen(from, to, 1));
        let ended = s.run(&["calendar", "load", &file]);
        assert_eq!(ended.code, 5, "{to}");
        assert!(ended.stderr.contains(reason), "{to}: {}", ended.stderr);
    }
    // 2027-12-25 is a Saturday: worked by one file, off by the other.
    let this = YEAR.replace("work = []", "work = [{ date = \"2027-12-25\" }]");
    s.done(&["calendar", "load", &s.write("2027.toml", this)]);
    let next = YEAR
        .replace("2027", "2028")
        .replace("off = [", "off = [{ from = \"2027-12-25\", to = \"2027-12-25\" },");
    let opposite = s.run(&["calendar", "load", &s.write("2028.toml", next)]);
    assert_eq!(opposite.code, 5);
    assert!(opposite.stderr.contains("2027-12-25在2027年的工作日历里写的正相反"), "{}", opposite.stderr);
    assert_eq!(s.count("SELECT count(*) FROM loaded"), 1);
}

const RULES: &str = r#"name = "云溪县"
division = "330127"

[[edition]]
from = "2026-01-01"
title = "云溪县学籍管理细则（样例）"
source = "云教〔2026〕1号"

[edition.values.transfer_days]
value = 3
source = "第三条"
confirmed = true

[edition.values.transfer_windows]
value = ["winter-holiday", "summer-holiday"]
source = "第四条"
confirmed = false

[edition.checks]
"phone-malformed" = "off"
"#;

/// A transfer of a pupil of the sample county between two of its schools.
fn transfer(s: &Session, more: &[&str]) -> Ended {
    let pupil = student(s, FROM, &class(s, FROM, 2024));
    let line =
        ["transfer", "start", "--student", &pupil, "--to-school", TO, "--to-class", &class(s, TO, 2024)];
    s.run(&[&line[..], &["--reason", "迁居"], more].concat())
}

#[test]
fn a_countys_own_rules_are_remembered_and_the_command_line_wins() {
    let s = county();
    let before = s.record_tables();
    assert!(s.done(&["rules", "show"]).contains("没有记住本地规则"));
    assert_eq!(transfer(&s, &["--dry-run"]).code, 0);
    let file = s.write("云溪.toml", RULES);
    assert!(s.done(&["rules", "set", &file]).contains("2 项"));
    let shown = s.done(&["rules", "show", "--format", "csv"]);
    for line in ["transfer_days,转学每方办理期限,3 个工作日,云溪县,第三条", "key_fields", "未证实"]
    {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    assert!(s.done(&["rules", "show"]).contains("检查 phone-malformed：不查（云溪县）"));
    let outside = transfer(&s, &["--dry-run"]);
    assert_eq!(outside.code, 4);
    assert!(
        outside.stderr.contains("outside-transfer-window") && outside.stderr.contains("未经官方文本证实"),
        "an unconfirmed value that decides says so: {}",
        outside.stderr
    );
    let other = s.write(
        "空.toml",
        RULES.replace("\"winter-holiday\", \"summer-holiday\"", "\"first-two-months-of-term\""),
    );
    let preview = transfer(&s, &["--dry-run", "--rules", &other]);
    assert!(
        preview.stdout.contains("到达后 3 个工作日") && preview.stdout.contains("2026-09-15"),
        "{}",
        preview.stdout
    );
    let started = transfer(&s, &["--explain", "outside-transfer-window=校历已确认"]);
    assert_eq!(started.code, 0, "{}", started.stderr);
    assert_eq!(s.run(&["transfer", "overdue", "--today", "2026-09-15"]).code, 0);
    let late = s.run(&["transfer", "overdue", "--today", "2026-09-16"]);
    assert_eq!(late.code, 1, "three working days by the remembered rules: {}", late.stdout);
    let id: String = started.stdout.split("申请 ").nth(1).unwrap().chars().take(8).collect();
    assert!(s.done(&["transfer", "show", &id]).contains("2026-09-15"));
    let batches = s.count("SELECT max(number) FROM batch");
    s.done(&["rules", "clear"]);
    assert_eq!(s.run(&["rules", "clear"]).code, 4);
    assert_eq!(s.run(&["transfer", "overdue", "--today", "2026-09-16"]).code, 0);
    for batch in (batches - 1..=batches + 1).rev() {
        s.done(&["batch", "undo", &batch.to_string(), "--yes"]);
    }
    assert_eq!(s.record_tables(), before);
    s.done(&["audit", "verify"]);
}

#[test]
fn rules_that_are_mistyped_or_of_elsewhere_are_not_remembered() {
    let s = Session::with_schools();
    for (from, to, code, reason) in [
        ("transfer_days", "transfer_day", 5, "是不是要写 transfer_days"),
        ("\"330127\"", "\"370102\"", 4, "不是本库主管部门"),
        ("phone-malformed", "phone-malformd", 4, "不能写“phone-malformd”"),
        ("\"phone-malformed\"", "\"number-damaged\"", 4, "不能关闭或放宽"),
    ] {
        let ended = s.run(&["rules", "set", &s.write("坏.toml", RULES.replacen(from, to, 1))]);
        assert_eq!(ended.code, code, "{to}");
        assert!(ended.stderr.contains(reason), "{to}: {}", ended.stderr);
    }
    assert_eq!(s.count("SELECT count(*) FROM loaded"), 0);
    s.done(&["rules", "set", &s.write("市.toml", RULES.replace("\"330127\"", "\"330100\""))]);
}
