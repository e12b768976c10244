//! Reports of the sample county: as printed, proven by SQL, opened cell by cell, and as of earlier days.

use std::sync::OnceLock;

use super::change::{application, class, text};
use super::session::{Session, clean_roster, sample};

pub const FIRST: &str = "2133916413";
const SECOND: &str = "2133916420";
const SENIOR: &str = "3433916469";
/// The smallest school of the county.
pub const SMALL: &str = "2133916434";

/// The `n`th pupil by name of the classes of a school that entered in a year.
fn pupil(s: &Session, school: &str, year: i64, n: usize) -> String {
    let hex = text(
        s,
        &format!(
            "SELECT lower(hex(t.id)) FROM enrollment e JOIN student t ON t.id = e.student
             JOIN class c ON c.school = e.school AND c.number = e.class
             WHERE e.school = '{school}' AND c.entry_year = {year} AND e.until IS NULL AND t.status = 'enrolled'
             ORDER BY t.name, t.birth_date LIMIT 1 OFFSET {n}"
        ),
    );
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// Somebody asks for a change of the day, and others consent to it.
fn change(s: &Session, day: &str, what: &[&str], parties: &[&str]) {
    let id = application(s, &[what, &["--today", day]].concat());
    let command = if what[0] == "transfer" {
        vec!["transfer", "consent", &id]
    } else {
        vec!["change", "decide", "consent", &id]
    };
    for party in parties {
        s.done(&[&command[..], &["--as", party, "--actor", "李核办", "--today", day]].concat());
    }
    if what[0] == "transfer" {
        s.done(&["transfer", "collect", &id, "--today", day]);
    }
}

/// Imports; some pupils may wait for a text.
pub fn imported(s: &Session, arguments: &[&str]) {
    let ended = s.run(arguments);
    assert!([0, 1].contains(&ended.code), "{arguments:?}\n{}\n{}", ended.stdout, ended.stderr);
}

/// The county from its registration in August to the middle of October. Made once, copied for each test.
pub fn county() -> Session {
    static MADE: OnceLock<Session> = OnceLock::new();
    let made = MADE.get_or_init(make_county);
    let s = Session::new();
    std::fs::copy(made.path("xueji.db"), s.path("xueji.db")).unwrap();
    s
}

fn make_county() -> Session {
    let s = Session::new();
    s.done(&["init", "--authority", "330127", "--name", "云溪县教育局", "--today", "2026-08-20"]);
    s.done(&["school", "import", sample("schools.xlsx").to_str().unwrap(), "--today", "2026-08-20"]);
    let rosters = sample("rosters");
    imported(
        &s,
        &[
            "import",
            rosters.to_str().unwrap(),
            "--explain",
            "样例",
            "--explain",
            "number-damaged=已核对原件",
            "--approve",
            "--today",
            "2026-08-25",
        ],
    );
    let of = |school: &str, year, n| pupil(&s, school, year, n);
    let to = class(&s, SECOND, 2024);
    let moved = of(FIRST, 2024, 0);
    let start = [
        "transfer",
        "start",
        "--student",
        &moved,
        "--to-school",
        SECOND,
        "--to-class",
        &to,
        "--reason",
        "随父母迁居",
    ];
    change(&s, "2026-09-14", &start, &["sending-school", "sending-authority"]);
    let ill = of(FIRST, 2023, 1);
    let leave = ["change", "leave", "--student", &ill, "--until", "2027-08-31", "--reason", "传染疾病"];
    change(&s, "2026-09-16", &leave, &["school-leader", "authority"]);
    let gone = of(FIRST, 2022, 2);
    let dropout = ["change", "dropout", "--student", &gone, "--note", "未经批准不到校，已家访两次"];
    change(&s, "2026-09-28", &dropout, &["school-leader", "authority"]);
    s.done(&["dropout", "open", "--student", &gone, "--reason", "家访两次未见本人", "--today", "2026-09-29"]);
    // Two children of one name, sex and birth date without documents: a pair of the duplicate check.
    let room = class(&s, SMALL, 2025);
    let second = class(&s, SECOND, 2025);
    s.write("补录.csv", format!("学校标识码,姓名,性别,出生日期,民族,国籍/地区,身份证件类型,身份证件号,班号,入学年月,成员1姓名,成员1身份证件号,成员1身份证件类型\n\
        {SMALL},林小满,女,20190406,汉族,中国,其他,,{room},202509,林一,330127198503070026,居民身份证\n\
        {SECOND},林小满,女,20190406,汉族,中国,其他,,{second},202509,林二,330127198603070031,居民身份证\n"));
    let late = s.run(&["import", "补录.csv", "--explain", "样例", "--today", "2026-10-09"]);
    assert!([0, 1].contains(&late.code), "{}{}", late.stdout, late.stderr);
    s.run(&["dedup", "-q", "--today", "2026-10-10"]);
    let absent = of(FIRST, 2025, 3);
    s.done(&[
        "dispute",
        "open",
        "--student",
        &absent,
        "--kind",
        "not-attending",
        "--reason",
        "班主任核对未见本人",
        "--today",
        "2026-10-11",
    ]);
    let finished = of(FIRST, 2021, 0);
    let graduation = ["change", "graduation", "--student", &finished, "--note", "提前完成学业"];
    let graduation = [&graduation[..], &["--explain", "final-year-not-over=市教育局批准提前办理"]].concat();
    change(&s, "2026-10-13", &graduation, &["school-leader", "authority"]);
    let left = of(SENIOR, 2025, 0);
    let withdrawal =
        ["change", "withdrawal", "--student", &left, "--reason", "自动退学", "--note", "监护人书面申请"];
    change(&s, "2026-10-12", &withdrawal, &["school-leader", "authority"]);
    s
}

/// Every report by name.
pub fn reports(s: &Session) -> Vec<String> {
    let list = s.done(&["explain", "reports", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&list).unwrap();
    let rows = json["tables"][0]["rows"].as_array().unwrap();
    rows.iter().map(|r| r["name"].as_str().unwrap().to_owned()).collect()
}

/// A report's tables.
pub fn tables(s: &Session, arguments: &[&str]) -> Vec<serde_json::Value> {
    let printed = s.done(&[&["export"], arguments, &["--today", "2026-10-15", "--format", "json"]].concat());
    let json: serde_json::Value = serde_json::from_str(&printed).unwrap();
    json["tables"].as_array().unwrap().clone()
}

#[test]
fn every_report_of_the_sample_county_is_the_one_that_was_read() {
    let s = county();
    for report in reports(&s) {
        // Lists of everybody are shown of the smallest school.
        let lists =
            ["class-roster", "school-roster", "registration-card", "new-registrations", "term-review"]
                .contains(&report.as_str());
        let scope: &[&str] = if lists { &["--school", SMALL] } else { &[] };
        let printed = s.done(&[&["export", &report, "--today", "2026-10-15"], scope].concat());
        insta::with_settings!({ filters => vec![
            (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "（内部编号）"),
            // The weights are learned anew from pairs drawn by chance.
            (r" -\d+\.\d\d ", " -NN.NN "),
            (r"\b[0-9A-HJKMNP-TV-Z]{8}\b", "NNNNNNNN"),
            (r"L330127\*+[0-9X]{4}", "L330127********NNNN"),
        ], omit_expression => true }, { insta::assert_snapshot!(report.as_str(), printed) });
    }
}

#[test]
fn a_report_as_of_a_day_is_the_one_that_was_printed_on_it() {
    let s = Session::new();
    let day = |day: &str| -> Vec<String> {
        let all = reports(&s);
        all.iter().map(|r| s.run(&["export", r, "--today", day, "--as-of", day]).stdout).collect()
    };
    s.done(&["init", "--authority", "330127", "--name", "云溪县教育局", "--today", "2026-08-20"]);
    s.done(&["school", "import", sample("schools.xlsx").to_str().unwrap(), "--today", "2026-08-20"]);
    let schools_only = day("2026-08-21");
    let roster = super::session::clean_roster("松坪教学点");
    imported(&s, &["import", &roster, "--explain", "样例", "--approve", "--today", "2026-08-25"]);
    let registered = day("2026-09-01");
    let ill = pupil(&s, SMALL, 2025, 0);
    let leave = ["change", "leave", "--student", &ill, "--until", "2027-08-31", "--reason", "传染疾病"];
    change(&s, "2026-09-16", &leave, &["school-leader", "authority"]);
    let today = day("2026-09-20");
    for (i, report) in reports(&s).iter().enumerate() {
        for (day, then) in
            [("2026-08-21", &schools_only), ("2026-09-01", &registered), ("2026-09-20", &today)]
        {
            let now = s.run(&["export", report, "--as-of", day, "--today", "2026-10-15"]);
            assert_eq!(now.stdout, then[i], "{report} as of {day}: {}", now.stderr);
        }
    }
}

#[test]
fn days_that_make_no_sense_are_refused_in_words() {
    let s = county();
    for (arguments, said) in [
        (&["headcount", "--as-of", "2026-08-19"][..], "学籍库从 2026-08-20 开始记载，没有 2026-08-19 的情况"),
        (&["headcount", "--as-of", "2026-10-16"], "2026-10-16 还没有到"),
        (&["headcount", "--from", "2026-09-01"], "没有期间"),
        (&["change-statistics", "--from", "2026-10-01", "--to", "2026-09-01"], "期间颠倒"),
        (&["change-statistics", "--to", "2026-10-01", "--as-of", "2026-09-20"], "数据只到 2026-09-20"),
        (&["headcount", "--drill", "合计/没有"], "表中没有“合计/没有”这一格"),
        (&["class-roster", "--drill", "合计/男"], "没有可以展开的格子"),
    ] {
        let ended = s.run(&[&["export"], arguments, &["--today", "2026-10-15"]].concat());
        assert_eq!(ended.code, 4, "{arguments:?}: {}{}", ended.stdout, ended.stderr);
        assert!(ended.stderr.contains(said), "{arguments:?}: {}", ended.stderr);
        assert!(ended.stderr.contains("办法："), "{}", ended.stderr);
    }
    let wrong = s.run(&["export", "headcount", "--as-of", "昨天"]);
    assert_eq!(wrong.code, 2, "{}", wrong.stderr);
}

/// Cells of a report's tables: the path of each, and its number.
pub fn cells(tables: &[serde_json::Value]) -> Vec<(String, u64)> {
    let mut all = Vec::new();
    for table in tables {
        let columns = table["columns"].as_array().unwrap();
        for row in table["rows"].as_array().unwrap() {
            let of = |c: &serde_json::Value| row[c["key"].as_str().unwrap()].clone();
            let labels: Vec<String> = columns
                .iter()
                .map(of)
                .filter_map(|v| Some(v.as_str()?.to_owned()))
                .filter(|t| !t.is_empty())
                .collect();
            let counts = columns.iter().filter(|c| of(c).is_number());
            all.extend(counts.map(|c| {
                (format!("{}/{}", labels.join("/"), c["key"].as_str().unwrap()), of(c).as_u64().unwrap())
            }));
        }
    }
    all
}

#[test]
fn the_numbers_are_those_that_sql_counts_and_every_cell_opens_to_its_pupils() {
    let s = county();
    let here = "FROM student t JOIN enrollment e ON e.student = t.id AND e.until IS NULL";
    let proven = [
        ("headcount", "合计/total", format!("SELECT count(*) {here}")),
        ("headcount", "合计/girls", format!("SELECT count(*) {here} WHERE t.sex = 'sex:2'")),
        ("headcount", "合计/on_leave", format!("SELECT count(*) {here} WHERE t.status = 'on_leave'")),
        (
            "headcount",
            "云溪县第一小学/全校/minority",
            format!(
                "SELECT count(*) {here} WHERE e.school = '{FIRST}' AND t.details ->> 'ethnic_group' <> 'ethnic_group:01'"
            ),
        ),
        (
            "overview",
            "合计/left_behind",
            format!(
                "SELECT count(*) {here} WHERE t.details ->> 'left_behind' IN ('left_behind:1', 'left_behind:2')"
            ),
        ),
        (
            "overview",
            "合计/classes",
            "SELECT count(DISTINCT school || class) FROM enrollment WHERE until IS NULL".into(),
        ),
        (
            "change-statistics",
            "合计/closing",
            format!("SELECT count(*) {here} WHERE t.status IN ('enrolled', 'pending')"),
        ),
        (
            "change-statistics",
            "合计/out_23",
            "SELECT count(*) FROM change WHERE kind = 'leave' AND day >= '2026-09-01'".into(),
        ),
    ];
    for (report, cell, sql) in proven {
        let all = cells(&tables(&s, &[report]));
        let shown = all.iter().find(|(path, _)| path == cell).unwrap_or_else(|| panic!("{report} {cell}")).1;
        assert_eq!(shown as i64, s.count(&sql), "{report} {cell}");
        let opened = tables(&s, &[report, "--drill", cell]);
        let listed = opened[0]["rows"].as_array().unwrap().len();
        assert!(
            listed as u64 == shown || cell.ends_with("classes") && listed as u64 > shown,
            "{report} {cell}"
        );
    }
}

#[test]
fn the_year_that_ends_is_told_by_its_graduates_and_by_what_stayed() {
    let s = Session::new();
    s.done(&["init", "--authority", "330127", "--name", "云溪县教育局", "--today", "2026-08-20"]);
    s.done(&["school", "import", sample("schools.xlsx").to_str().unwrap(), "--today", "2026-08-20"]);
    let roster = super::session::clean_roster(FIRST);
    imported(&s, &["import", &roster, "--explain", "样例", "--approve", "--today", "2026-08-25"]);
    let ill = pupil(&s, FIRST, 2021, 0);
    let leave = ["change", "leave", "--student", &ill, "--until", "2027-08-31", "--reason", "传染疾病"];
    change(&s, "2026-09-16", &leave, &["school-leader", "authority"]);
    let last_grade = s.count("SELECT count(*) FROM enrollment e JOIN class c ON c.school = e.school AND c.number = e.class WHERE c.entry_year = 2021");
    let ended = s.run(&["rollover", "--school-year", "2027", "--yes", "--today", "2027-07-05"]);
    assert!([0, 1].contains(&ended.code), "{}", ended.stderr);
    let of = |arguments: &[&str]| {
        let printed =
            s.done(&[&["export"], arguments, &["--today", "2027-09-10", "--format", "json"]].concat());
        let json: serde_json::Value = serde_json::from_str(&printed).unwrap();
        json["tables"].as_array().unwrap().clone()
    };
    let rate = of(&["retention-rate", "--school", FIRST]);
    let row = &rate[0]["rows"][0];
    assert_eq!((row["began"].as_i64(), row["graduated"].as_i64()), (Some(last_grade), Some(last_grade - 1)));
    assert_eq!(
        (row["others"].as_i64(), row["came"].as_i64(), row["went"].as_i64()),
        (Some(1), Some(0), Some(0))
    );
    let percent = format!("{:.2}%", (last_grade - 1) as f64 / last_grade as f64 * 100.0);
    assert_eq!(row["rate"].as_str(), Some(percent.as_str()));
    let stayed = of(&["retention-rate", "--school", FIRST, "--drill", "云溪县第一小学/小学/没有毕业"]);
    assert_eq!(stayed[0]["rows"][0]["student"].as_str(), Some(ill.as_str()));
    let year = of(&["change-statistics", "--from", "2026-09-01", "--to", "2027-08-31"]);
    let sums = year[0]["rows"].as_array().unwrap().last().unwrap();
    assert_eq!((sums["out_21"].as_i64(), sums["out_23"].as_i64()), (Some(last_grade - 1), Some(1)));
    let graduates = of(&["graduates"]);
    assert_eq!(graduates[0]["rows"].as_array().unwrap().len() as i64, last_grade - 1);
    // The statistics of 1 September 2027 count the year's graduates, and what went in and out makes the new stock.
    let pupils = of(&["statistics-312"]);
    assert_eq!(pupils[0]["rows"][0]["graduates"].as_i64(), Some(last_grade - 1));
    let flows = of(&["statistics-341"]);
    let all = flows[0]["rows"].as_array().unwrap().iter().find(|r| r["stage"] == "各学段合计").unwrap();
    let n = |key: &str| all[key].as_i64().unwrap();
    assert_eq!(n("opening") + n("increase") - n("decrease"), n("closing"));
    assert_eq!(n("opening"), s.count("SELECT count(*) FROM student"));
    assert_eq!(n("closing"), s.count("SELECT count(*) FROM student WHERE status = 'enrolled'"));
}

#[test]
fn a_registration_that_was_removed_before_it_was_approved_is_not_counted_as_approved() {
    let s = Session::with_schools();
    s.run(&["import", &clean_roster("松坪教学点"), "--explain", "样例"]);
    let all = s.count("SELECT count(*) FROM student");
    let pupil = text(&s, "SELECT lower(hex(id)) FROM student LIMIT 1");
    s.done(&["dispute", "open", "--student", &pupil, "--kind", "fictitious", "--reason", "查无此人"]);
    let id = text(&s, "SELECT id FROM dispute");
    s.done(&["dispute", "claim", &id, "--side", "one", "删除", "--text", "查无此人"]);
    let line = ["dispute", "decide", &id, "--one", "remove", "--reason", "查无此人", "--actor", "李审核"];
    s.done(&line);
    let printed = s.done(&["export", "new-registrations", "--today", "2026-09-12"]);
    let sums = format!(
        "共 {all} 人 = 已核准 0 人 + 待核准 {} 人（其中超期 0 人） + 未经核准即删除、取消的 1 人。",
        all - 1
    );
    assert!(printed.contains(&sums), "{printed}");
    let gone: Vec<&str> = printed.lines().filter(|l| l.contains("已删除")).collect();
    assert!(gone.len() == 1 && gone[0].contains("未核准"), "{gone:?}");
}
