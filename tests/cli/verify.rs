//! The term's review: lists of a school against the registry, the flags it raises and clears, and what it does not guess.

use std::sync::OnceLock;

use super::change::{FROM, TO, application, class, student, text};
use super::session::{Ended, Session};
use serde_json::Value;

/// Two schools whose pupils are registered; made once, copied for each test.
pub fn county() -> Session {
    static MADE: OnceLock<Session> = OnceLock::new();
    let made = MADE.get_or_init(super::change::county);
    let s = Session::new();
    std::fs::copy(made.path("xueji.db"), s.path("xueji.db")).unwrap();
    s
}

/// One row of a list.
#[derive(Clone)]
pub struct Row {
    pub id: String,
    pub name: String,
    number: String,
    class: String,
    tick: String,
    reason: String,
}

/// Everybody who should be at a school, all ticked.
pub fn everybody(s: &Session, school: &str) -> Vec<Row> {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let sql =
        "SELECT lower(hex(t.id)), t.name, coalesce(t.number, t.document_number, ''), e.class FROM student t
               JOIN enrollment e ON e.student = t.id WHERE e.school = ? AND e.until IS NULL
               AND t.status IN ('enrolled', 'pending') ORDER BY e.class, t.id";
    let mut query = connection.prepare(sql).unwrap();
    let rows = query.query_map([school], |r| {
        let hex: String = r.get(0)?;
        let id = format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]);
        let (name, number, class) = (r.get(1)?, r.get(2)?, r.get(3)?);
        Ok(Row { id, name, number, class, tick: "是".into(), reason: String::new() })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

/// Writes a list that says which school it is of.
pub fn list(s: &Session, name: &str, school: &str, rows: &[Row]) -> String {
    let mut text = "学校标识码,班号,姓名,学籍号,是否在校,不在校原因\n".to_owned();
    for r in rows {
        text.push_str(&format!("{school},{},{},{},{},{}\n", r.class, r.name, r.number, r.tick, r.reason));
    }
    s.write(name, text)
}

fn json(ended: &Ended) -> Value {
    serde_json::from_str(&ended.stdout).unwrap_or_else(|_| panic!("{}{}", ended.stdout, ended.stderr))
}

/// Kind and pupil of each finding, sorted.
fn found(said: &Value) -> Vec<(String, String)> {
    let all = said["findings"].as_array().unwrap().iter();
    let mut all: Vec<_> = all
        .map(|f| {
            (f["kind"].as_str().unwrap().to_owned(), f["student"].as_str().unwrap_or_default().to_owned())
        })
        .collect();
    all.sort();
    all
}

fn flags(s: &Session, flag: &str) -> i64 {
    s.count(&format!("SELECT count(*) FROM flag WHERE flag = '{flag}'"))
}

#[test]
fn a_list_is_held_against_the_registry_and_the_next_one_ends_what_was_mended() {
    let s = county();
    let mut rows = everybody(&s, FROM);
    let here = rows.len();
    let guest = everybody(&s, TO).remove(0);
    let gone = rows.remove(0);
    (rows[0].tick, rows[0].reason) = ("否".into(), "住院".into());
    (rows[1].tick, rows[1].reason) = ("否".into(), "随父母外出".into());
    let other = rows.iter().map(|r| r.class.clone()).find(|c| *c != rows[2].class).unwrap();
    rows[2].class = other;
    let (away, moved) = (rows[1].id.clone(), rows[2].id.clone());
    let unknown =
        Row { name: "欧阳测试".into(), number: "L330127201809010019".into(), ..rows[3].clone() };
    let damaged = rows.len() - 1;
    rows[damaged].number = "3.30127E+17".into();
    let held = rows[damaged].id.clone();
    let mut lines = rows.clone();
    lines.extend([Row { class: String::new(), ..guest.clone() }, unknown, rows[4].clone()]);
    let file = list(&s, "在校名单.csv", FROM, &lines);
    let before = s.record_tables();
    let preview = s.run(&["verify", &file, "--dry-run", "--format", "json"]);
    assert_eq!(preview.code, 1, "{}", preview.stderr);
    let said = json(&preview);
    let of = |kind: &str, id: &str| (kind.to_owned(), id.to_owned());
    let mut expected = vec![
        of("not_attending", &gone.id),
        of("not_attending", &away),
        of("attends_elsewhere", &guest.id),
        of("class_differs", &moved),
        of("unregistered", ""),
        of("unclear", ""),
    ];
    expected.sort();
    assert_eq!(found(&said), expected);
    let school = &said["schools"][0];
    assert_eq!(school["expected"], here);
    assert_eq!(school["matched"], here - 5, "{school}");
    assert_eq!((&school["excused"], &school["repeated"]), (&1.into(), &1.into()), "{school}");
    let unclear = said["findings"].as_array().unwrap().iter().find(|f| f["kind"] == "unclear").unwrap();
    assert_eq!(unclear["candidates"][0]["student"], held, "whom it may mean is named, and not picked");
    assert_eq!(s.record_tables(), before, "a preview writes nothing");

    let done = s.run(&["verify", &file]);
    assert_eq!(done.code, 1, "{}", done.stderr);
    assert!(!done.stdout.contains(&gone.name) && done.stdout.contains("空挂学籍 2"), "{}", done.stdout);
    assert_eq!((flags(&s, "not_attending"), flags(&s, "attends_elsewhere")), (2, 1));
    let shown = s.done(&["student", "show", &gone.id]);
    assert!(shown.contains("空挂学籍") && shown.contains("2026年秋季学期核查"), "{shown}");
    let after_first = s.record_tables();
    // The same list again finds the same and lists nothing twice.
    let again = json(&s.run(&["verify", &file, "--format", "json"]));
    assert!(again["findings"].as_array().unwrap().iter().all(|f| f["known"] == true), "{again}");
    assert_eq!(s.count("SELECT count(*) FROM discrepancy"), 6);
    let batch = again["batch"].to_string();
    assert_eq!(s.run(&["batch", "undo", "4", "--yes"]).code, 4, "a later review rests on it");
    s.done(&["batch", "undo", &batch, "--yes"]);
    assert_eq!(s.record_tables(), after_first);
    // Mended: the pupil is back, the number was read from the paper, the guest is registered where it was.
    let mut mended = everybody(&s, FROM);
    let at = mended.iter().position(|r| r.id == away).unwrap();
    (mended[at].tick, mended[at].reason) = ("否".into(), "随父母外出".into());
    let file = list(&s, "再核.csv", FROM, &mended);
    let explained = format!("{away}=随父母外出一周，已请假");
    let last = s.run(&["verify", &file, "--explain", &explained, "--format", "json"]);
    assert_eq!(last.code, 0, "{}{}", last.stdout, last.stderr);
    assert_eq!(json(&last)["closed"].as_array().unwrap().len(), 6);
    assert_eq!((flags(&s, "not_attending"), flags(&s, "attends_elsewhere")), (0, 0));
    assert_eq!(s.run(&["verify", "list"]).code, 0);
    assert!(s.done(&["verify", "list", "--all"]).contains("有正当理由：随父母外出一周"));
    s.done(&["batch", "undo", &json(&last)["batch"].to_string(), "--yes"]);
    assert_eq!(s.record_tables(), after_first);
    s.done(&["audit", "verify"]);
}

#[test]
fn a_finding_is_ended_by_a_decision_with_its_reason() {
    let s = county();
    let mut rows = everybody(&s, FROM);
    let (gone, other) = (rows.remove(0), rows.remove(0));
    s.run(&["verify", &list(&s, "名单.csv", FROM, &rows)]);
    let id = text(&s, "SELECT min(id) FROM discrepancy");
    let shown = s.done(&["verify", "show", &id]);
    assert!(shown.contains("控辍保学") && shown.contains("第二十五条"), "{shown}");
    assert_eq!(s.run(&["verify", "resolve", &id, "--reason", " "]).code, 2);
    let before = s.record_tables();
    s.done(&["verify", "resolve", &id, "--reason", "家访核实，已在外地就读"]);
    assert_eq!(flags(&s, "not_attending"), 1);
    let again = s.run(&["verify", "resolve", &id, "NICHT", "--reason", "再办"]);
    assert_eq!(again.code, 4);
    assert!(again.stderr.contains("家访核实") && again.stderr.contains("没有编号 NICHT"), "{}", again.stderr);
    let batch = s.count("SELECT max(number) FROM batch").to_string();
    s.done(&["batch", "undo", &batch, "--yes"]);
    assert_eq!(s.record_tables(), before);
    assert_eq!(s.run(&["verify", "list", "--kind", "not_attending", "--school", FROM]).code, 1);
    assert_eq!(s.run(&["verify", "list", "--school", TO]).code, 0);
    // A leave that is granted takes the flag with it.
    let line = ["change", "leave", "--student", &gone.id, "--until", "2027-08-31", "--reason", "传染疾病"];
    let leave = application(&s, &line);
    for party in ["school-leader", "authority"] {
        s.done(&["change", "decide", "consent", &leave, "--as", party, "--actor", "李审核"]);
    }
    assert_eq!(flags(&s, "not_attending"), 1);
    let left = s.run(&["verify", &list(&s, "名单二.csv", FROM, &rows), "--format", "json"]);
    assert_eq!(found(&json(&left)), [("not_attending".to_owned(), other.id)]);
    assert_eq!(json(&left)["closed"].as_array().unwrap().len(), 1);
}

#[test]
fn lists_that_cannot_be_meant_are_refused_and_doubtful_ones_are_asked_about() {
    let s = county();
    let rows = everybody(&s, FROM);
    let before = s.record_tables();
    let refused = |arguments: &[&str], code: i32, says: &str| {
        let ended = s.run(&[&["verify"], arguments].concat());
        assert_eq!(ended.code, code, "{arguments:?}\n{}{}", ended.stdout, ended.stderr);
        assert!(ended.stderr.contains(says), "{arguments:?}\n{}", ended.stderr);
    };
    let whole = list(&s, "名单.csv", FROM, &rows);
    refused(&[&whole, "--school", TO], 4, "说的是别的学校");
    refused(&[&whole, "--school", "2133019999"], 4, "说的是别的学校");
    let unknown = list(&s, "外县.csv", "2133019999", &rows[..2]);
    refused(&[&unknown], 4, "学校表中没有 2133019999");
    refused(&[&list(&s, "空.csv", FROM, &[])], 5, "没有学生");
    let part = list(&s, "部分.csv", FROM, &rows[..rows.len() / 2]);
    refused(&[&part], 2, "--yes");
    refused(&[&part, "--format", "json"], 2, "");
    // The pupils of one school on a list that says it is another's.
    let theirs = list(&s, "别校.csv", TO, &rows[..40]);
    refused(&[&theirs], 2, "可能是别校的名单");
    let none: Vec<_> = rows.iter().cloned().map(|r| Row { tick: "否".into(), ..r }).collect();
    refused(&[&list(&s, "全否.csv", FROM, &none)], 2, "超过 20%");
    refused(&[&whole, "没有.csv"], 5, "没有.csv");
    refused(&[&whole, "--explain", "名单!Z99=病假"], 4, "没有要说明的不在校学生");
    refused(&[&whole, "--match", &format!("没有这张表!A2={}", rows[0].id)], 4, "没有这一行");
    refused(&[&whole, "--class", "没有"], 4, "没有班号");
    refused(&[], 2, "没有指明在校名单");
    let nameless = s.write("无校.csv", "姓名,性别,班号\n王一,男,1\n李二,女,1\n");
    refused(&[&nameless], 4, "看不出是哪所学校");
    assert_eq!(s.record_tables(), before);
    // One class of it is a list of that class, when it is said.
    let class = rows[0].class.clone();
    let one: Vec<_> = rows.iter().filter(|r| r.class == class).cloned().collect();
    let one = list(&s, "一班.csv", FROM, &one);
    refused(&[&one], 2, "--class");
    let done = s.run(&["verify", &one, "--class", &class]);
    assert_eq!(done.code, 0, "{}{}", done.stdout, done.stderr);
    let forced = s.run(&["verify", &part, "--yes"]);
    assert_eq!(forced.code, 1, "{}", forced.stderr);
    assert!(flags(&s, "not_attending") > 20);
}

#[test]
fn what_is_not_certain_is_asked_and_nobody_it_may_mean_is_taken_for_absent() {
    let s = county();
    let mut rows = everybody(&s, FROM);
    // One number of another pupil; one row twice, once there and once not; one tick left out, one that says neither.
    rows[1].number = rows[2].number.clone();
    let away = Row { tick: "否".into(), ..rows[3].clone() };
    rows[4].tick = String::new();
    rows[5].tick = "半天".into();
    let mut lines = rows.clone();
    lines.push(away);
    let file = list(&s, "名单.csv", FROM, &lines);
    let ended = s.run(&["verify", &file, "--dry-run", "--format", "json"]);
    let said = json(&ended);
    let kinds: Vec<String> = found(&said).into_iter().map(|f| f.0).collect();
    assert_eq!(kinds, ["unclear"; 4], "{said}");
    let spot = format!("C3={}", rows[1].id);
    let answered =
        s.run(&["verify", &file, "--dry-run", "--format", "json", "--blank", "here", "--match", &spot]);
    let said = json(&answered);
    assert_eq!(found(&said).len(), 2, "{said}");
    // Without numbers a name is enough only where birth date or class bear it out.
    let bare = |rows: &[Row], class: bool| {
        let mut text = "学校标识码,姓名,性别,班号\n".to_owned();
        for r in rows {
            let class = if class { r.class.as_str() } else { "" };
            text.push_str(&format!("{FROM},{},,{class}\n", r.name));
        }
        s.write("无号.csv", text)
    };
    let unique: Vec<Row> = everybody(&s, FROM)
        .into_iter()
        .filter(|r| s.count(&format!("SELECT count(*) FROM student WHERE name = '{}'", r.name)) == 1)
        .take(20)
        .collect();
    let class = json(&s.run(&["verify", &bare(&unique, true), "--dry-run", "--yes", "--format", "json"]));
    assert_eq!(class["schools"][0]["matched"], unique.len(), "{class}");
    let name = json(&s.run(&["verify", &bare(&unique, false), "--dry-run", "--yes", "--format", "json"]));
    assert_eq!(name["schools"][0]["findings"]["unclear"], unique.len());
}

#[test]
fn a_school_fills_in_its_own_list_and_a_folder_of_lists_is_one_review() {
    let s = county();
    std::fs::create_dir(s.path("收件")).unwrap();
    s.done(&["template", "attendance", "--school", FROM, "-o", "收件/甲.xlsx"]);
    assert_eq!(s.run(&["template", "roster", "--school", FROM, "-o", "乙.xlsx"]).code, 2);
    assert_eq!(s.run(&["template", "attendance", "--school", FROM, "--unmasked", "-o", "丙.xlsx"]).code, 2);
    let expected = everybody(&s, FROM).len();
    let blank = json(&s.run(&["verify", "收件", "--dry-run", "--format", "json"]));
    assert_eq!(blank["schools"][0]["findings"]["unclear"], expected, "nothing is filled in yet");
    let filled = s.run(&["verify", "收件", "--blank", "here", "--format", "json"]);
    assert_eq!(filled.code, 0, "{}{}", filled.stdout, filled.stderr);
    assert_eq!(
        json(&filled)["schools"][0]["matched"],
        expected,
        "masked names are known by the internal key"
    );
    let status = s.run(&["verify", "status"]);
    assert_eq!(status.code, 1);
    assert!(status.stdout.contains("未核查") && status.stdout.contains("2026-09-10"), "{}", status.stdout);
    assert!(
        s.run(&["due", "--today", "2027-01-15"]).stdout.contains(&format!("xueji verify 名单 --school {TO}"))
    );
    // Two schools at once, one list a class: who is missing here and there is registered in the wrong place, not absent.
    let (mut here, mut there) = (everybody(&s, FROM), everybody(&s, TO));
    let mut moved = here.remove(0);
    moved.class = String::new();
    there.push(moved.clone());
    let half = here.len() / 2;
    for (name, school, rows) in
        [("一.csv", FROM, &here[..half]), ("二.csv", FROM, &here[half..]), ("三.csv", TO, &there[..])]
    {
        list(&s, &format!("收件/{name}"), school, rows);
    }
    std::fs::remove_file(s.path("收件/甲.xlsx")).unwrap();
    let both = json(&s.run(&["verify", "收件", "--format", "json"]));
    assert_eq!(found(&both), [("attends_elsewhere".to_owned(), moved.id.clone())]);
    assert_eq!(s.run(&["verify", "status"]).code, 0);
    // The transfer is under way: then it is not separated any more, and collected it is at one place.
    let to = class(&s, TO, text(&s, &format!("SELECT CAST(c.entry_year AS TEXT) FROM class c JOIN enrollment e ON e.school = c.school AND e.class = c.number WHERE lower(hex(e.student)) = '{}' AND e.until IS NULL", moved.id.replace('-', ""))).parse().unwrap());
    let line = [
        "transfer",
        "start",
        "--student",
        &moved.id,
        "--to-school",
        TO,
        "--to-class",
        &to,
        "--reason",
        "迁居",
    ];
    let id = application(&s, &line);
    let under_way = json(&s.run(&["verify", "收件", "--dry-run", "--format", "json"]));
    assert_eq!(found(&under_way), []);
    assert_eq!(under_way["excused"].as_array().unwrap().len(), 2, "{under_way}");
    for party in ["sending-school", "sending-authority"] {
        s.done(&["transfer", "consent", &id, "--as", party, "--actor", "李核办"]);
    }
    s.done(&["transfer", "collect", &id, "--actor", "王"]);
    assert_eq!(flags(&s, "attends_elsewhere"), 0);
}

#[test]
fn a_pupil_on_leave_or_elsewhere_taught_is_not_missed_and_who_came_back_is_told() {
    let s = county();
    let leave = student(&s, FROM, &class(&s, FROM, 2023));
    let line = ["change", "leave", "--student", &leave, "--until", "2027-08-31", "--reason", "传染疾病"];
    let id = application(&s, &line);
    for party in ["school-leader", "authority"] {
        s.done(&["change", "decide", "consent", &id, "--as", party, "--actor", "李审核"]);
    }
    let rows = everybody(&s, FROM);
    let whole = list(&s, "名单.csv", FROM, &rows);
    assert_eq!(s.run(&["verify", &whole]).code, 0, "who is on leave is not missed");
    let name =
        text(&s, &format!("SELECT name FROM student WHERE lower(hex(id)) = '{}'", leave.replace('-', "")));
    let number =
        text(&s, &format!("SELECT number FROM student WHERE lower(hex(id)) = '{}'", leave.replace('-', "")));
    let mut back = rows.clone();
    back.push(Row {
        id: leave.clone(),
        name,
        number,
        class: String::new(),
        tick: "是".into(),
        reason: String::new(),
    });
    let said = json(&s.run(&["verify", &list(&s, "名单.csv", FROM, &back), "--format", "json"]));
    assert_eq!(found(&said), [("status_disagrees".to_owned(), leave)]);
}

#[test]
fn a_list_of_one_school_is_that_schools_in_every_row_and_its_own_columns_are_read() {
    let s = county();
    s.done(&["template", "attendance", "--school", FROM, "-o", "名单.xlsx"]);
    let own = s.run(&["verify", "名单.xlsx", "--dry-run", "--blank", "here", "-v"]);
    assert!(!own.stdout.contains("是否在校），") && !own.stdout.contains("不在校原因），"), "{}", own.stdout);
    let mut rows = everybody(&s, FROM);
    (rows[0].tick, rows[0].reason) = ("否".into(), "家长带去外地".into());
    let file = list(&s, "在校名单.csv", FROM, &rows);
    let text = std::fs::read_to_string(s.path(&file)).unwrap();
    let last = text.lines().count() - 1;
    let lines: Vec<String> = text
        .lines()
        .enumerate()
        .map(|(i, l)| if i == last { l.replacen(FROM, "", 1) } else { l.to_owned() })
        .collect();
    s.write("新名单.csv", lines.join("\n"));
    let said = s.run(&["verify", "新名单.csv", "--dry-run"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    assert!(said.stdout.contains(&format!("第 {} 行没有写学校标识码", last + 1)), "{}", said.stdout);
    assert!(said.stdout.contains("不算正当理由（算的只有病假"), "{}", said.stdout);
    // Rows of two schools, and one of neither: nobody knows whose it is.
    let two: Vec<String> = lines
        .iter()
        .enumerate()
        .map(|(i, l)| if i == 1 { l.replacen(FROM, TO, 1) } else { l.clone() })
        .collect();
    s.write("两校.csv", two.join("\n"));
    let refused = s.run(&["verify", "两校.csv", "--dry-run"]);
    assert_eq!(refused.code, 4);
    assert!(refused.stderr.contains(&format!("第 {} 行没有写学校标识码", last + 1)), "{}", refused.stderr);
    let page = s.done(&["explain", "verify"]);
    assert!(page.contains("家长带去外地") && page.contains("因病请假"), "{page}");
}
