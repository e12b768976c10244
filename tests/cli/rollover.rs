//! The year's end: who graduates, who stays and is told, once and undone exactly.

use super::change::{FROM, TO, application, class, county, lawless, student, text};
use super::session::Session;

fn rollover(s: &Session, more: &[&str]) -> super::session::Ended {
    s.run(&[&["rollover", "--school-year", "2027", "--today", "2027-07-05", "--yes"][..], more].concat())
}

fn graduates(s: &Session, school: &str, year: i64) -> i64 {
    s.count(&format!(
        "SELECT count(*) FROM student t JOIN enrollment e ON e.student = t.id JOIN class c ON c.school = e.school
         AND c.number = e.class WHERE t.status = 'graduated' AND e.school = '{school}' AND c.entry_year = {year}"
    ))
}

fn present(s: &Session, school: &str, year: i64) -> i64 {
    s.count(&format!(
        "SELECT count(*) FROM enrollment e JOIN class c ON c.school = e.school AND c.number = e.class
         WHERE e.until IS NULL AND e.school = '{school}' AND c.entry_year = {year}"
    ))
}

#[test]
fn the_year_ends_once_when_nothing_is_open_and_is_undone_exactly() {
    let s = county();
    let pupil = student(&s, FROM, &class(&s, FROM, 2021));
    let leave = ["change", "leave", "--student", &pupil, "--until", "2027-08-31", "--reason", "传染疾病"];
    let id = application(&s, &leave);
    let refused = rollover(&s, &[]);
    assert_eq!(refused.code, 4, "{}", refused.stdout);
    assert!(refused.stderr.contains(&id) && refused.stderr.contains("学校主管领导"), "{}", refused.stderr);
    for party in ["school-leader", "authority"] {
        s.done(&["change", "decide", "consent", &id, "--as", party, "--actor", "李审核"]);
    }
    let early = s.run(&["rollover", "--school-year", "2027"]);
    assert_eq!(early.code, 4);
    assert!(early.stderr.contains("不是结转到 2027 学年的时候"), "{}", early.stderr);
    let before = s.record_tables();
    let final_grade = present(&s, FROM, 2021) + present(&s, TO, 2021);
    let (first, younger) = (present(&s, FROM, 2021), present(&s, FROM, 2022));
    let preview = rollover(&s, &["--dry-run"]);
    assert_eq!(preview.code, 1, "{}", preview.stderr);
    assert!(
        preview.stdout.contains("学籍状态为休学") && preview.stdout.contains(&pupil),
        "{}",
        preview.stdout
    );
    assert_eq!(s.record_tables(), before);
    let unsaid = s.run(&["rollover", "--school-year", "2027", "--today", "2027-07-05"]);
    assert!(unsaid.code == 2 && unsaid.stderr.contains("--yes"), "{}", unsaid.stderr);
    assert_eq!(s.record_tables(), before, "nobody graduates unasked");
    let done = rollover(&s, &[]);
    assert_eq!(done.code, 1, "one stays: {}", done.stderr);
    let pending = s.count("SELECT count(*) FROM student WHERE status = 'pending'");
    assert_eq!(graduates(&s, FROM, 2021) + present(&s, FROM, 2021), first);
    assert!(
        graduates(&s, FROM, 2021) > 0
            && graduates(&s, FROM, 2021) + graduates(&s, TO, 2021) + 1 + pending >= final_grade
    );
    assert_eq!((graduates(&s, FROM, 2022), present(&s, FROM, 2022)), (0, younger), "nobody early");
    assert_eq!(
        text(&s, "SELECT min(day) || max(day) FROM change WHERE kind = 'graduation'"),
        "2027-07-052027-07-05"
    );
    assert_eq!(lawless(&s), 0);
    let again = rollover(&s, &[]);
    assert_eq!(again.code, 4);
    assert!(again.stderr.contains("2027 学年已经开始"), "{}", again.stderr);
    let far = s.run(&["rollover", "--school-year", "2029", "--today", "2029-07-05"]);
    assert!(far.stderr.contains("不能跳过 2028 学年"), "{}", far.stderr);
    s.done(&["audit", "verify"]);
    let batch = s.count("SELECT max(number) FROM batch").to_string();
    s.done(&["batch", "undo", &batch, "--yes"]);
    assert_eq!(s.record_tables(), before, "undone exactly");
    s.done(&["audit", "verify"]);
}

#[test]
fn a_school_of_another_length_graduates_by_its_own_and_who_is_past_it_is_told() {
    let s = county();
    let head = "学校标识码,学校名称,所在地行政区划代码,学籍主管部门,学段,小学学制,初中学制";
    let row = text(
        &s,
        &format!(
            "SELECT code || ',' || name || ',' || division || ',' || authority FROM school WHERE code = '{TO}'"
        ),
    );
    s.write("五四.csv", format!("{head}\n{row},小学,5,4\n"));
    s.done(&["school", "import", "五四.csv"]);
    let done = rollover(&s, &["--format", "json"]);
    let tables: serde_json::Value = serde_json::from_str(&done.stdout).unwrap();
    assert!(graduates(&s, TO, 2022) > 0, "five years are over: {}", tables["tables"][0]);
    assert_eq!(graduates(&s, TO, 2021), 0, "past the end they are not graduated in silence");
    let stays = tables["tables"][1]["rows"].to_string();
    assert!(present(&s, TO, 2021) == 0 || stays.contains("超过学制 5 年"), "{stays}");
    assert_eq!(graduates(&s, FROM, 2022), 0, "six years are not over");
    assert_eq!(graduates(&s, TO, 2023), 0);
    assert_eq!(lawless(&s), 0);
}
