//! A transfer between two counties: two registries, two applications of one name, two clocks; the child is on no day in
//! both and on none nowhere; and the reports of the level above are the counties' own.

use std::process::{Command, Output};

use super::change::{FROM, TO};
use super::letters::{OTHER, two_counties};
use super::server::{Database, PASSWORD, server};
use super::session::{Session, clean_roster};

/// One day's business of somebody.
pub struct Day<'a> {
    pub s: &'a Session,
    pub database: &'a Database,
    pub day: &'a str,
}

impl Day<'_> {
    pub fn run(&self, db: &str, actor: &str, arguments: &[&str]) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xueji"));
        command.current_dir(self.s.path("")).env_clear().args(["--today", self.day, "--actor", actor]);
        command.env("XUEJI_UPSTREAM", self.database.url()).env("PGPASSWORD", PASSWORD);
        let Output { status, stdout, stderr } = command.args(["--db", db]).args(arguments).output().unwrap();
        let said = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
        (status.code().unwrap_or(-1), said)
    }

    pub fn done(&self, db: &str, actor: &str, arguments: &[&str]) -> String {
        let (code, said) = self.run(db, actor, arguments);
        assert_eq!(code, 0, "{} {db} {arguments:?}\n{said}", self.day);
        said
    }

    /// A county sends what it did, the city carries over, the county reads what is there for it.
    fn up(&self, db: &str) {
        self.done(db, "县办", &["sync", "push"]);
        self.done("city.db", "市办", &["upstream", "receive"]);
        self.run("city.db", "市办", &["upstream", "route"]);
    }

    fn down(&self, db: &str) -> String {
        self.done(db, "县办", &["sync", "pull"])
    }
}

pub fn text(s: &Session, db: &str, sql: &str) -> String {
    let connection = rusqlite::Connection::open(s.path(db)).unwrap();
    connection.query_row(sql, [], |r| r.get::<_, Option<String>>(0)).unwrap().unwrap_or_default()
}

pub fn class(s: &Session, db: &str, school: &str) -> String {
    let sql = "SELECT min(number) FROM class WHERE entry_year = 2022 AND school = ";
    text(s, db, &format!("{sql}'{school}'"))
}

pub const HEAD: &str = "学校标识码,姓名,性别,出生日期,籍贯,民族,国籍/地区,身份证件类型,身份证件号,户口性质,户口所在地,入学年月,学籍号";
pub const PUPIL: &str = "单煜妍,女,20160304,浙江省杭州市,汉族,中国,居民身份证,33010220160304122X,非农业户口,330102000000,202209,G33010220160304122X";
const WHO: &str = "document_number = '33010220160304122X'";

/// A pupil at a school of one county, whom a school of the other asks for.
fn scene(database: &Database) -> Session {
    let s = two_counties(database);
    for (db, school) in [("xueji.db", FROM), (OTHER, TO)] {
        let roster = clean_roster(school);
        s.run(&["--db", db, "import", &roster, "--approve", "--explain", "样例"]);
    }
    let class = class(&s, "xueji.db", FROM);
    s.write("在校.csv", format!("{HEAD},班号\n{FROM},{PUPIL},{class}\n"));
    s.run(&["import", "在校.csv", "--approve", "--explain", "样例"]);
    assert_eq!(text(&s, "xueji.db", &format!("SELECT status FROM student WHERE {WHO}")), "enrolled");
    s.write("一人.csv", format!("{HEAD}\n{FROM},{PUPIL}\n"));
    s
}

fn start(day: &Day) -> String {
    let to = class(day.s, OTHER, TO);
    let out = day.done(
        OTHER,
        "转入校",
        &[
            "transfer",
            "start",
            "--in",
            "--roster",
            "一人.csv",
            "--to-school",
            TO,
            "--to-class",
            &to,
            "--other-school",
            FROM,
            "--other-authority",
            "云溪县教育局",
            "--reason",
            "随父母迁居",
        ],
    );
    let id = out.split("申请 ").nth(1).unwrap_or_else(|| panic!("{out}"));
    id.chars().take(8).collect()
}

fn consent(day: &Day, db: &str, actor: &str, id: &str, party: &str) {
    day.done(db, actor, &["transfer", "consent", id, "--as", party]);
}

fn state(s: &Session, db: &str, id: &str) -> String {
    text(s, db, &format!("SELECT max(state) FROM application WHERE id = '{id}'"))
}

#[test]
fn a_child_goes_from_county_to_county_and_is_on_no_day_in_both_or_nowhere() {
    let Some(server) = server() else { return };
    from_county_to_county(&server.database());
}

/// A transfer refused, asked again, returned, consented, collected.
pub fn from_county_to_county(database: &Database) {
    let s = scene(database);
    let on = |day: &'static str| Day { s: &s, database, day };
    on("2026-09-10").up("xueji.db");
    let first = on("2026-09-10");

    // Refused by the sending school: the receiving side reads why.
    let id = start(&first);
    first.up(OTHER);
    assert_eq!(state(&s, "xueji.db", &id), "", "it is not the sending side's turn");
    consent(&first, OTHER, "乙县科长", &id, "receiving-authority");
    first.up(OTHER);
    let read = on("2026-09-11").down("xueji.db");
    assert!(read.contains("受理转出申请") && read.contains("登记对方同意"), "{read}");
    assert_eq!(state(&s, "xueji.db", &id), "open");
    on("2026-09-11").done(
        "xueji.db",
        "甲校",
        &["transfer", "reject", &id, "--as", "sending-school", "--reason", "受处分期间"],
    );
    on("2026-09-11").up("xueji.db");
    on("2026-09-11").down(OTHER);
    assert_eq!(state(&s, OTHER, &id), "rejected");

    // Asked again, returned once, mended, sent again.
    let second = on("2026-09-14");
    let id = start(&second);
    consent(&second, OTHER, "乙县科长", &id, "receiving-authority");
    second.up(OTHER);
    let later = on("2026-09-21");
    later.down("xueji.db");
    let arrived =
        format!("SELECT arrived_on FROM step WHERE application = '{id}' AND party = 'sending-school'");
    assert_eq!(text(&s, "xueji.db", &arrived), "2026-09-21", "the clock runs from when it was read there");
    assert_eq!(text(&s, OTHER, &arrived), "2026-09-14");
    let route = ["upstream", "route", "--format", "csv"];
    later.up("xueji.db");
    let (code, listed) = on("2026-10-10").run("city.db", "市办", &route);
    assert!(code == 0 && listed.contains(&id) && listed.contains("转出学校"), "{code} {listed}");
    let (code, listed) = on("2026-10-14").run("city.db", "市办", &route);
    assert!(code == 1 && listed.contains("超期"), "{code} {listed}");
    later.done(
        "xueji.db",
        "甲校",
        &["transfer", "return", &id, "--as", "sending-school", "--reason", "缺原因证明"],
    );
    later.up("xueji.db");
    let read = later.down(OTHER);
    assert!(read.contains("登记对方退回"), "{read}");
    let listed = later.done(OTHER, "转入校", &["sync", "message", "list", "--format", "csv"]);
    assert!(listed.contains("转出学校退回。缺原因证明"), "{listed}");
    assert_eq!(state(&s, OTHER, &id), "returned");
    later.up(OTHER);
    later.done(OTHER, "转入校", &["transfer", "resubmit", &id, "--reason", "已补证明"]);
    later.up(OTHER);
    later.down("xueji.db");
    assert_eq!(state(&s, "xueji.db", &id), "open");

    // Consented by the sending side, collected by the receiving one.
    let consented = on("2026-09-22");
    consent(&consented, "xueji.db", "甲校", &id, "sending-school");
    consent(&consented, "xueji.db", "甲县科长", &id, "sending-authority");
    consented.up("xueji.db");
    consented.down(OTHER);
    let collected = on("2026-09-24");
    collected.done(OTHER, "转入校", &["transfer", "collect", &id]);
    collected.up(OTHER);
    // The sending county reads it days later; meanwhile it is no duplicate.
    let (code, found) = collected.run("city.db", "市办", &["upstream", "dedup", "--format", "csv"]);
    assert_eq!(code, 0, "{found}");
    let counted = collected.done("city.db", "市办", &["upstream", "export", "headcount"]);
    assert!(counted.contains("其中 1 名学生"), "{counted}");
    let read = on("2026-09-29").down("xueji.db");
    assert!(read.contains("登记对方调档"), "{read}");
    on("2026-09-29").up("xueji.db");
    let (code, listed) = on("2026-09-29").run("city.db", "市办", &route);
    assert!(code == 0 && !listed.contains(&id), "{code} {listed}");
    for db in ["xueji.db", OTHER] {
        assert_eq!(state(&s, db, &id), "done");
        on("2026-09-29").done(db, "县办", &["audit", "verify"]);
    }
    let left = format!("SELECT status FROM student WHERE {WHO}");
    assert_eq!([text(&s, "xueji.db", &left), text(&s, OTHER, &left)], ["transferred_out", "enrolled"]);
    for day in 10..=30 {
        let day = format!("2026-09-{day}");
        let sql = format!(
            "SELECT CAST(count(*) AS TEXT) FROM enrollment e JOIN student t ON t.id = e.student
             WHERE {WHO} AND e.since <= '{day}' AND coalesce(e.until, '9') > '{day}'"
        );
        let count = |db| text(&s, db, &sql).parse::<i64>().unwrap();
        assert_eq!(count("xueji.db") + count(OTHER), 1, "{day}");
    }
}

#[test]
fn the_reports_above_are_the_counties_own() {
    let Some(server) = server() else { return };
    reported(&server.database());
}

/// Reports of two counties, of today and of a day.
pub fn reported(database: &Database) {
    let s = scene(database);
    let on = |day: &'static str| Day { s: &s, database, day };
    for db in ["xueji.db", OTHER] {
        on("2026-09-10").up(db);
    }
    let later = on("2026-09-20");
    s.run(&["--db", OTHER, "import", &clean_roster("启明学校"), "--approve", "--explain", "样例"]);
    for db in ["xueji.db", OTHER] {
        later.up(db);
    }
    for days in [&[][..], &["--as-of", "2026-09-10"]] {
        for report in ["headcount", "change-statistics", "disputed-records", "duplicate-findings"] {
            let lines = |db: &str, arguments: &[&str]| -> Vec<String> {
                let arguments = [arguments, &[report, "--format", "csv"], days].concat();
                let said = later.done(db, "报表", &arguments);
                said.lines()
                    .filter(|l| l.contains(',') && !l.starts_with('\u{feff}'))
                    .map(str::to_owned)
                    .collect()
            };
            let above = lines("city.db", &["upstream", "export"]);
            for db in ["xueji.db", OTHER] {
                let own = lines(db, &["export"]);
                assert!(!own.is_empty() || report != "headcount", "{report}");
                let missing: Vec<&String> = own.iter().filter(|l| !above.contains(l)).collect();
                assert!(missing.is_empty(), "{report} {days:?} {db}: {missing:?}\n{above:?}");
            }
        }
    }
    let sums = later.done("city.db", "报表", &["upstream", "export", "headcount", "--format", "csv"]);
    let total = |name: &str| -> i64 {
        let line =
            sums.lines().find(|l| l.starts_with(&format!("{name},"))).unwrap_or_else(|| panic!("{sums}"));
        line.split(',').nth(1).unwrap().parse().unwrap()
    };
    assert_eq!(total("云溪县教育局") + total("邻县教育局"), total("合计"));
    let bad = later.run("city.db", "报表", &["upstream", "export", "class-roster"]);
    assert_eq!(bad.0, 2, "{}", bad.1);
    let left = std::fs::read_dir(s.path("")).unwrap();
    let left = left.filter(|f| f.as_ref().unwrap().file_name().to_string_lossy().contains("-export-"));
    assert_eq!(left.count(), 0, "no copy of a county stays behind");
}
