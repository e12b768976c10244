//! A school year of two counties, their city and their province on one machine: registrations, numbers, a transfer across
//! counties, a child registered twice, the year's end; the line is cut for half of it. At the end the reports of all three
//! levels agree, and it is the same year whichever way the bundles went.

use super::change::{FROM, TO};
use super::letters::{OTHER, other_county};
use super::route::{Day, HEAD, PUPIL, class, text};
use super::server::{Database, server};
use super::session::{Session, clean_roster};
use super::sync::{bureau, knows, own_card};

const COUNTIES: [&str; 2] = ["xueji.db", OTHER];
const TWICE: &str =
    "陆知远,男,20160611,浙江省杭州市,汉族,中国,居民身份证,330102201606111115,非农业户口,330102000000,202209,";
const WHO: &str = "document_number = '330102201606111115'";

/// How bundles go.
#[derive(Clone, Copy, Debug)]
enum Way {
    Line,
    Stick,
}

/// A level above the counties, with its database.
struct Above {
    db: &'static str,
    authority: &'static str,
    database: Database,
}

struct Year {
    s: Session,
    city: Above,
    province: Above,
}

impl Year {
    fn begin(city: Database, province: Database) -> Year {
        let s = Session::with_schools();
        own_card(&s, "xueji.db");
        other_county(&s);
        bureau(&s, "city.db", "330100", "某市教育局", "city");
        bureau(&s, "province.db", "330000", "某省教育厅", "province");
        let city = Above { db: "city.db", authority: "330100", database: city };
        let province = Above { db: "province.db", authority: "330000", database: province };
        let year = Year { s, city, province };
        for above in [&year.city, &year.province] {
            for county in COUNTIES {
                knows(&year.s, county, above.db);
                knows(&year.s, above.db, county);
            }
            year.on("2026-09-01", above).done(above.db, "库管", &["upstream", "init"]);
        }
        year
    }

    fn on<'a>(&'a self, day: &'a str, above: &'a Above) -> Day<'a> {
        Day { s: &self.s, database: &above.database, day }
    }

    fn levels(&self) -> [&Above; 2] {
        [&self.city, &self.province]
    }

    /// Every county sends what it did to both levels; what they write comes down.
    fn round(&self, day: &str, way: Way) -> String {
        let mut read = String::new();
        for above in self.levels() {
            let on = self.on(day, above);
            for county in COUNTIES {
                match way {
                    Way::Line => {
                        on.done(county, "县办", &["sync", "push"]);
                        on.done(above.db, "上级", &["upstream", "receive"]);
                    }
                    Way::Stick => {
                        on.done(county, "县办", &["sync", "bundle", "--to", above.authority, "-o", "up.xjb"]);
                        on.done(above.db, "上级", &["upstream", "receive", "up.xjb", "-o", "back.xjb"]);
                        read += &on.done(county, "县办", &["sync", "receive", "back.xjb"]);
                    }
                }
            }
            self.on(day, &self.city).run("city.db", "上级", &["upstream", "route"]);
            for (county, authority) in COUNTIES.into_iter().zip(["330127", "330122"]) {
                read += &match way {
                    Way::Line => on.done(county, "县办", &["sync", "pull"]),
                    Way::Stick => {
                        on.done(above.db, "上级", &["sync", "bundle", "--to", authority, "-o", "down.xjb"]);
                        on.done(county, "县办", &["sync", "receive", "down.xjb"])
                    }
                };
            }
        }
        read
    }

    fn consent(&self, day: &str, db: &str, actor: &str, id: &str, party: &str) {
        self.on(day, &self.city).done(db, actor, &["transfer", "consent", id, "--as", party]);
    }

    fn rows(&self, day: &str, above: &Above, db: &str, arguments: &[&str]) -> Vec<String> {
        let said = self.on(day, above).done(db, "报表", &[arguments, &["--format", "csv"]].concat());
        said.lines().filter(|l| l.contains(',') && !l.starts_with('\u{feff}')).map(str::to_owned).collect()
    }
}

/// The year, the first half by one way and the second by another; what the counties report at its end.
fn year(city: Database, province: Database, first: Way, second: Way) -> Vec<String> {
    let year = Year::begin(city, province);
    let s = &year.s;
    // September: registrations, without a line between the counties.
    let september = year.on("2026-09-05", &year.city);
    for (db, school) in [("xueji.db", FROM), (OTHER, TO)] {
        september.run(db, "录入", &["import", &clean_roster(school), "--approve", "--explain", "样例"]);
    }
    let (from, to) = (class(s, "xueji.db", FROM), class(s, OTHER, TO));
    s.write("甲.csv", format!("{HEAD},班号\n{FROM},{PUPIL},{from}\n{FROM},{TWICE},{from}\n"));
    s.write("乙.csv", format!("{HEAD},班号\n{TO},{TWICE},{to}\n"));
    for (db, file) in [("xueji.db", "甲.csv"), (OTHER, "乙.csv")] {
        september.run(db, "录入", &["import", file, "--approve", "--explain", "样例"]);
        assert_eq!(text(s, db, &format!("SELECT status FROM student WHERE {WHO}")), "enrolled", "{db}");
    }
    year.round("2026-09-10", first);
    let province = year.on("2026-09-11", &year.province);
    let (code, left) = province.run("province.db", "省办", &["upstream", "confirm"]);
    assert!(code == 1 && left.contains("疑似重复"), "{left}");
    let read = year.round("2026-09-12", first);
    assert!(read.contains("换用正式学籍号"), "{read}");

    // September: a child moves from one county to the other.
    let asked = year.on("2026-09-14", &year.city);
    s.write("一人.csv", format!("{HEAD}\n{FROM},{PUPIL}\n"));
    let start = ["transfer", "start", "--in", "--roster", "一人.csv", "--to-school", TO, "--to-class", &to];
    let other = ["--other-school", FROM, "--other-authority", "云溪县教育局", "--reason", "随父母迁居"];
    let out = asked.done(OTHER, "转入校", &[&start[..], &other].concat());
    let id: String = out.split("申请 ").nth(1).unwrap().chars().take(8).collect();
    year.consent("2026-09-14", OTHER, "乙县科长", &id, "receiving-authority");
    year.round("2026-09-15", first);
    year.consent("2026-09-16", "xueji.db", "甲校", &id, "sending-school");
    year.consent("2026-09-16", "xueji.db", "甲县科长", &id, "sending-authority");
    year.round("2026-09-17", first);
    year.on("2026-09-18", &year.city).done(OTHER, "转入校", &["transfer", "collect", &id]);

    // From here on the line is cut. The child that both counties registered is looked into, and one goes.
    year.round("2026-09-21", second);
    let (code, listed) = year.on("2026-09-22", &year.province).run(
        "province.db",
        "省办",
        &["upstream", "conflict", "list", "--format", "csv"],
    );
    let pair =
        listed.lines().find(|l| l.contains("身份证件号重复")).unwrap_or_else(|| panic!("{code} {listed}"));
    let pair = pair.split(',').next().unwrap().to_owned();
    year.on("2026-09-22", &year.province).done("province.db", "省办", &["upstream", "conflict", "raise"]);
    year.round("2026-09-24", second);
    s.write("a.jpg", "hukou booklet");
    let claim = ["dispute", "claim", &pair, "--side", "one", "--text", "已核对"];
    let answers = year.on("2026-09-25", &year.city);
    answers.done("xueji.db", "甲校", &[&claim[..], &["佐证", "--attends", "--evidence", "a.jpg"]].concat());
    answers.done(OTHER, "乙校", &[&claim[..], &["删除"]].concat());
    year.round("2026-10-09", second);
    let [first_admitted, second_admitted] = ["keep", "remove"];
    let decide =
        ["upstream", "conflict", "decide", &pair, "--one", first_admitted, "--other", second_admitted];
    let reason = ["--reason", "双方核实", "--evidence", "a.jpg"];
    year.on("2026-10-10", &year.province).done("province.db", "裁决员", &[&decide[..], &reason].concat());
    year.round("2026-10-12", second);
    let state = |db| text(s, db, &format!("SELECT status FROM student WHERE {WHO}"));
    assert_eq!([state("xueji.db"), state(OTHER)], ["enrolled", "removed"]);
    // The verdict is carried out below, and the levels above read so with the next bundle.
    year.round("2026-10-13", second);
    let (_, left) =
        year.on("2026-10-13", &year.province).run("province.db", "省办", &["upstream", "confirm"]);
    assert!(!left.contains("疑似重复"), "{left}");
    year.round("2026-10-14", second);
    assert_eq!(text(s, "xueji.db", &format!("SELECT substr(number, 1, 1) FROM student WHERE {WHO}")), "G");

    // July: the year ends in both counties.
    for county in COUNTIES {
        let (code, said) = year.on("2027-07-05", &year.city).run(
            county,
            "县办",
            &["rollover", "--school-year", "2027", "--yes"],
        );
        assert!([0, 1].contains(&code), "{said}");
    }
    year.round("2027-07-06", second);
    agree(&year)
}

/// Every level says the same of the end of the year, and of days in it; no child is lost or twice.
fn agree(year: &Year) -> Vec<String> {
    let day = "2027-07-08";
    let mut reported = Vec::new();
    for days in [&[][..], &["--as-of", "2026-09-12"], &["--as-of", "2026-12-01"]] {
        for report in ["headcount", "change-statistics", "disputed-records"] {
            let [city, province] = year.levels().map(|above| {
                year.rows(day, above, above.db, &[&["upstream", "export", report], days].concat())
            });
            assert_eq!(city, province, "{report} {days:?}");
            for county in COUNTIES {
                let own = year.rows(day, &year.city, county, &[&["export", report], days].concat());
                let missing: Vec<&String> = own.iter().filter(|l| !province.contains(l)).collect();
                assert!(missing.is_empty(), "{report} {days:?} {county}: {missing:?}");
                if report == "headcount" {
                    reported.extend(own);
                }
            }
        }
    }
    for above in year.levels() {
        let on = year.on(day, above);
        let twice = "SELECT s.number FROM xueji.student s JOIN xueji.enrollment e ON e.origin = s.origin
                     AND e.student = s.id AND e.until IS NULL WHERE s.number IS NOT NULL
                     GROUP BY 1 HAVING count(*) > 1";
        assert_eq!(above.database.rows(twice), [""; 0], "{}: one child, one registration", above.db);
        let gaps = "SELECT origin FROM xueji.entry GROUP BY origin HAVING count(*) <> max(seq)";
        assert_eq!(above.database.rows(gaps), [""; 0]);
        on.done(above.db, "上级", &["audit", "verify"]);
        for county in COUNTIES {
            let own = text(&year.s, county, "SELECT CAST(max(seq) AS TEXT) FROM journal");
            let held = above.database.rows("SELECT seq FROM xueji.tail");
            assert!(held.contains(&own), "{} holds {held:?}, {county} is at {own}", above.db);
        }
    }
    for county in COUNTIES {
        year.on(day, &year.city).done(county, "县办", &["audit", "verify"]);
        let open = text(
            &year.s,
            county,
            "SELECT CAST(count(*) AS TEXT) FROM message WHERE state IN ('open', 'refused')",
        );
        assert_eq!(open, "0", "{county}");
    }
    reported
}

#[test]
fn a_school_year_of_three_levels_agrees_at_its_end_by_line_and_by_stick() {
    let Some(server) = server() else { return };
    let cut = year(server.database(), server.database(), Way::Line, Way::Stick);
    let sticks = year(server.database(), server.database(), Way::Stick, Way::Stick);
    assert!(cut.len() > 40);
    assert_eq!(cut, sticks, "the same year by either way");
}
