//! Transfers and other changes from the application to the end, and back.

use super::session::{Session, clean_roster};

/// Two primary schools of the sample county.
pub const FROM: &str = "2133916413";
pub const TO: &str = "2133916420";

pub fn county() -> Session {
    let s = Session::with_schools();
    for school in [FROM, TO] {
        let roster = clean_roster(school);
        let ended = s.run(&["import", &roster, "--approve", "--explain", "样例"]);
        assert!([0, 3].contains(&ended.code), "{}", ended.stderr);
    }
    s
}

/// Text of a query that gives one.
pub fn text(s: &Session, sql: &str) -> String {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    connection.query_row(sql, [], |r| r.get(0)).unwrap()
}

pub fn student(s: &Session, school: &str, class: &str) -> String {
    let hex = text(
        s,
        &format!(
            "SELECT lower(hex(e.student)) FROM enrollment e JOIN student t ON t.id = e.student
             WHERE e.school = '{school}' AND e.class = '{class}' AND e.until IS NULL AND t.status = 'enrolled'
             ORDER BY t.id LIMIT 1"
        ),
    );
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// The class of a school that entered in a year.
pub fn class(s: &Session, school: &str, year: i64) -> String {
    text(s, &format!("SELECT min(number) FROM class WHERE school = '{school}' AND entry_year = {year}"))
}

pub fn application(s: &Session, arguments: &[&str]) -> String {
    let out = s.done(arguments);
    let id = out.split("申请 ").nth(1).unwrap_or_else(|| panic!("{out}"));
    id.chars().take(8).collect()
}

/// How many pupils have other than one place where their status holds one, and none else.
pub fn lawless(s: &Session) -> i64 {
    s.count(
        "SELECT count(*) FROM student t WHERE (SELECT count(*) FROM enrollment e WHERE e.student = t.id AND e.until IS NULL)
         <> (t.status IN ('pending','enrolled','deferred','on_leave','dropped_out','abroad','preserved'))",
    )
}

#[test]
fn a_transfer_goes_through_its_offices_and_moves_the_pupil_only_when_the_file_is_collected() {
    let s = county();
    let pupil = student(&s, FROM, &class(&s, FROM, 2024));
    let to = class(&s, TO, 2024);
    let before = s.record_tables();
    let start = ["transfer", "start", "--student", &pupil, "--to-school", TO, "--to-class", &to];
    let no_reason = s.run(&start);
    assert_eq!(no_reason.code, 4, "{}", no_reason.stdout);
    assert!(no_reason.stderr.contains("没有写：转学原因（--reason）"), "{}", no_reason.stderr);
    let asked = [&start[..], &["--reason", "随父母迁居"]].concat();
    let preview = s.done(&[&asked[..], &["--dry-run"]].concat());
    assert!(
        preview.contains("转出学校主管部门") && preview.contains("调档") || preview.contains("转入学校"),
        "{preview}"
    );
    assert_eq!(s.record_tables(), before, "a preview writes nothing");
    let id = application(&s, &asked);
    let again = s.run(&asked);
    assert_eq!(again.code, 4);
    assert!(again.stderr.contains(&id), "the open application is named: {}", again.stderr);
    let place = |s: &Session| {
        s.count(&format!("SELECT count(*) FROM enrollment WHERE school = '{TO}' AND until IS NULL"))
    };
    let (there, consent) = (place(&s), ["transfer", "consent", &id, "--as"]);
    let same = s.run(&[&consent[..], &["sending-school"]].concat());
    assert_eq!(same.code, 4);
    assert!(same.stderr.contains("同一个人"), "{}", same.stderr);
    let other = |more: &[&str]| s.run(&[&consent[..], more, &["--actor", "李核办"]].concat());
    assert_eq!(other(&["sending-authority"]).code, 4, "not their turn");
    let theirs = s.run(&[
        "transfer",
        "retract",
        &id,
        "--as",
        "sending-school",
        "--reason",
        "不同意",
        "--actor",
        "李核办",
    ]);
    assert!(theirs.code == 4 && theirs.stderr.contains("撤销由申请的一方办"), "{}", theirs.stderr);
    assert_eq!(other(&["sending-school"]).code, 0);
    assert_eq!(other(&["sending-school"]).code, 4, "a consent given twice is not the next party's");
    assert_eq!(s.run(&["transfer", "collect", &id]).code, 4, "not before all agree");
    assert_eq!(other(&["sending-authority"]).code, 0);
    assert_eq!(place(&s), there, "the registration is where it was until the file is collected");
    let shown = s.done(&["transfer", "show", &id]);
    assert!(shown.contains("转出学校主管部门") && shown.contains("同意"), "{shown}");
    s.done(&["transfer", "collect", &id, "--today", "2026-09-21"]);
    assert_eq!((place(&s), lawless(&s)), (there + 1, 0));
    let row = text(&s, "SELECT day || school_before || school FROM change");
    assert_eq!(row, format!("2026-09-21{FROM}{TO}"));
    assert_eq!(s.run(&["transfer", "retract", &id]).code, 4, "not after it is finished");
    s.done(&["audit", "verify"]);
    let last: i64 = s.count("SELECT max(number) FROM batch");
    for batch in (last - 3..=last).rev() {
        s.done(&["batch", "undo", &batch.to_string(), "--yes"]);
    }
    assert_eq!(s.record_tables(), before, "undone exactly");
    s.done(&["audit", "verify"]);
}

#[test]
fn every_reason_against_a_transfer_is_told_at_once() {
    let s = county();
    let pupil = student(&s, FROM, &class(&s, FROM, 2024));
    let line = [
        "transfer",
        "start",
        "--student",
        &pupil,
        "--to-school",
        FROM,
        "--to-class",
        "X",
        "--on",
        "2026-09-30",
    ];
    let ended = s.run(&line);
    assert_eq!(ended.code, 4);
    for name in ["input-missing", "day-in-future", "same-school", "class-not-in-registry"] {
        assert!(ended.stderr.contains(name), "{name}: {}", ended.stderr);
    }
    let wrong = s.run(&[
        "transfer",
        "start",
        "--student",
        &pupil,
        "--to-school",
        "2133000000",
        "--explain",
        "class-full=x",
    ]);
    assert!(
        wrong.stderr.contains("school-not-in-registry") && wrong.stderr.contains("没有问题要说明"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn leave_and_return_and_what_the_compulsory_years_forbid() {
    let s = county();
    let pupil = student(&s, FROM, &class(&s, FROM, 2023));
    let expel =
        ["change", "expulsion", "--student", &pupil, "--reason", "99", "--note", "x", "--document", "x"];
    let refused = s.run(&expel);
    assert_eq!(refused.code, 4);
    assert!(refused.stderr.contains("compulsory-education"), "{}", refused.stderr);
    let leave = ["change", "leave", "--student", &pupil, "--until", "2027/8/31"];
    let unknown = s.run(&[&leave[..], &["--reason", "溺水死亡"]].concat());
    assert!(unknown.stderr.contains("reason-not-allowed"), "{}", unknown.stderr);
    let id = application(&s, &[&leave[..], &["--reason", "传染疾病"]].concat());
    let decide = |s: &Session, act: &str, party: &str, reason: &str| {
        s.run(&["change", "decide", act, &id, "--as", party, "--reason", reason, "--actor", "李审核"])
    };
    assert_eq!(decide(&s, "return", "school-leader", "").code, 4, "a return gives its reason");
    assert_eq!(decide(&s, "return", "school-leader", "缺医院证明").code, 0);
    assert_eq!(decide(&s, "consent", "school-leader", "").code, 4, "it is with those who asked");
    // A preview writes nothing, and a paper goes with it or not at all.
    assert_eq!(s.run(&["change", "resubmit", &id, "--dry-run"]).code, 2);
    s.write("证明.pdf", "%PDF");
    let lost = s.run(&["change", "resubmit", &id, "--note", "已补证明", "--evidence", "证明=没有的.pdf"]);
    assert_ne!(lost.code, 0, "{}", lost.stdout);
    assert_eq!(s.count("SELECT count(*) FROM application WHERE state = 'returned'"), 1);
    let batches = s.count("SELECT count(*) FROM batch");
    s.done(&["change", "resubmit", &id, "--note", "已补证明", "--evidence", "证明=证明.pdf"]);
    assert_eq!(s.count("SELECT count(*) FROM batch"), batches + 1, "with its paper, in one batch");
    assert_eq!(s.count("SELECT count(*) FROM evidence"), 1);
    assert_eq!(decide(&s, "consent", "school-leader", "").code, 0);
    assert_eq!(decide(&s, "consent", "authority", "").code, 0);
    assert_eq!(s.count("SELECT count(*) FROM student WHERE status = 'on_leave'"), 1);
    let moving = s.run(&["change", "class_move", "--student", &pupil, "--to-class", "1"]);
    assert!(moving.stderr.contains("status-not-allowed"), "{}", moving.stderr);
    let back = application(&s, &["change", "复学", "--student", &pupil]);
    for party in ["school-leader", "authority"] {
        s.done(&["change", "decide", "consent", &back, "--as", party, "--actor", "李审核"]);
    }
    assert_eq!((s.count("SELECT count(*) FROM change"), lawless(&s)), (2, 0));
    let history = s.done(&["student", "history", &pupil]);
    assert!(history.contains("休学") && history.contains("复学"), "{history}");
}

#[test]
fn key_fields_are_corrected_with_consent_and_others_amended_at_once() {
    let s = county();
    let pupil = student(&s, FROM, &class(&s, FROM, 2023));
    let typed =
        s.run(&["change", "correction", "--student", &pupil, "--set", "姓名=王小样", "--note", "户口簿"]);
    assert_eq!(typed.code, 2, "a name is not for the shell's history");
    let set = |kind: &str, fields: &str| {
        let line = ["change", kind, "--student", &pupil, "--note", "户口簿", "--set-from", "-"];
        s.run_with(&line, fields)
    };
    let wrong = set("correction", "性别=不详\n出生日期=2035-01-01\n");
    assert_eq!(wrong.code, 4);
    assert!(wrong.stderr.contains("birth-date"), "{}", wrong.stderr);
    assert!(set("amendment", "姓名=王小样\n").stderr.contains("key-fields"));
    assert!(set("correction", "血型=A血型\n").stderr.contains("not-key-fields"));
    let done = set("amendment", "血型=A血型\n特长=笛子\n");
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert_eq!(set("amendment", "血型=A血型\n").code, 4, "nothing to change");
    // One character may be a name; whoever writes it says so, and what was explained is not asked again by those who decide.
    let single = set("correction", "姓名=样\n");
    assert_eq!(single.code, 4, "{}", single.stdout);
    assert!(single.stderr.contains("--explain name-malformed="), "{}", single.stderr);
    let line = ["change", "correction", "--student", &pupil, "--note", "户口簿", "--set-from", "-"];
    let explained = [&line[..], &["--explain", "name-malformed=户口簿如此"]].concat();
    assert_eq!(s.run_with(&explained, "姓名=王小样\n").code, 4, "nothing is to be explained of this name");
    let dry = s.run_with(&[&explained[..], &["--dry-run"]].concat(), "姓名=样\n");
    assert_eq!(dry.code, 0, "{}", dry.stderr);
    assert!(dry.stdout.contains("已说明"), "{}", dry.stdout);
    let corrected = set("correction", "姓名=王小样\n");
    assert_eq!(corrected.code, 0, "{}", corrected.stderr);
    assert_eq!(s.count("SELECT count(*) FROM student WHERE name = '王小样'"), 0, "not before all agree");
    let id: String = corrected.stdout.split("申请 ").nth(1).unwrap().chars().take(8).collect();
    for party in ["school-leader", "authority"] {
        s.done(&["change", "decide", "consent", &id, "--as", party, "--actor", "李审核"]);
    }
    assert_eq!(s.count("SELECT count(*) FROM student WHERE name = '王小样'"), 1);
    s.done(&["audit", "verify"]);
}

#[test]
fn a_pupil_leaves_for_another_registry_and_another_comes_with_the_number_for_life() {
    let s = county();
    let pupil = student(&s, FROM, &class(&s, FROM, 2024));
    let away = ["--other-school", "外县实验小学", "--other-authority", "外县教育局", "--reason", "迁居"];
    let out = application(&s, &[&["transfer", "start", "--out", "--student", &pupil][..], &away].concat());
    for party in ["receiving-authority", "sending-school", "sending-authority"] {
        s.done(&["transfer", "consent", &out, "--as", party, "--actor", "李核办", "--reason", "联系函"]);
    }
    s.done(&["transfer", "collect", &out]);
    assert_eq!(s.count("SELECT count(*) FROM student WHERE status = 'transferred_out'"), 1);
    assert_eq!(lawless(&s), 0);
    let to = class(&s, TO, 2024);
    let back = ["transfer", "start", "--in", "--student", &pupil, "--to-school", TO, "--to-class", &to];
    let id = application(&s, &[&back[..], &away].concat());
    for party in ["receiving-authority", "sending-school", "sending-authority"] {
        s.done(&["transfer", "consent", &id, "--as", party, "--actor", "李核办", "--reason", "联系函"]);
    }
    s.done(&["transfer", "collect", &id]);
    assert_eq!(s.count(&format!("SELECT count(*) FROM enrollment WHERE ordinal = 2 AND school = '{TO}'")), 1);
    assert_eq!(
        (s.count("SELECT count(*) FROM number n JOIN change c ON c.student = n.student"), lawless(&s)),
        (2, 0)
    );
    s.done(&["audit", "verify"]);
}

#[test]
fn what_is_overdue_is_told_with_an_exit_code() {
    let s = county();
    let pupil = student(&s, FROM, &class(&s, FROM, 2024));
    let to = class(&s, TO, 2024);
    let line =
        ["transfer", "start", "--student", &pupil, "--to-school", TO, "--to-class", &to, "--reason", "迁居"];
    let id = application(&s, &line);
    // Ten working days from Thursday 2026-09-10: the make-up Sunday of 20 September counts.
    assert_eq!(s.run(&["transfer", "overdue", "--today", "2026-09-23"]).code, 0);
    let listed = s.done(&["transfer", "list", "--today", "2026-09-23"]);
    assert!(listed.contains("2026-09-23") && listed.contains("余 0 个工作日"), "{listed}");
    let late = s.run(&["transfer", "overdue", "--today", "2026-09-24"]);
    assert_eq!(late.code, 1);
    assert!(late.stdout.contains(&id) && late.stdout.contains("超期 1 个工作日"), "{}", late.stdout);
}

/// One pupil of another county, as the roster that its school sends along has it.
fn newcomer(s: &Session) -> String {
    let row =
        "单煜妍,女,20160304,浙江省杭州市,汉族,中国,居民身份证,33010220160304122X,非农业户口,330102000000";
    s.write(
        "一人.csv",
        format!(
            "学校标识码,姓名,性别,出生日期,籍贯,民族,国籍/地区,身份证件类型,身份证件号,户口性质,户口所在地,入学年月,学籍号\n\
             2133010009,{row},202209,G33010220160304122X\n"
        ),
    )
}

#[test]
fn a_pupil_of_another_county_comes_with_a_roster_and_is_collected_with_the_number_it_has() {
    let s = county();
    let (roster, to) = (newcomer(&s), class(&s, TO, 2022));
    let start = ["transfer", "start", "--in", "--roster", &roster, "--to-school", TO, "--to-class", &to];
    let other =
        ["--other-school", "外县实验小学", "--other-authority", "外县教育局", "--reason", "随父母迁居"];
    let before = s.record_tables();
    s.done(&[&start[..], &other, &["--dry-run"]].concat());
    assert_eq!(s.record_tables(), before);
    let id = application(&s, &[&start[..], &other].concat());
    let known = "SELECT count(*) FROM student WHERE document_number = '33010220160304122X'";
    assert_eq!(s.count(known), 0, "the registration is at the old school until it is collected");
    for party in ["receiving-authority", "sending-school", "sending-authority"] {
        s.done(&["transfer", "consent", &id, "--as", party, "--actor", "李核办"]);
        assert_eq!(s.count(known), 0);
    }
    s.done(&["transfer", "collect", &id]);
    assert_eq!((s.count(known), lawless(&s)), (1, 0));
    let sql = "SELECT t.status || ' ' || t.number || ' ' || e.school || ' ' || e.class FROM student t
               JOIN enrollment e ON e.student = t.id WHERE t.document_number = '33010220160304122X'";
    assert_eq!(text(&s, sql), format!("enrolled G33010220160304122X {TO} {to}"));
    // The next roster of the school finds the pupil, and registers nobody twice.
    let mut lines = std::fs::read_to_string(s.path(&roster)).unwrap();
    lines = lines
        .replace("2133010009", TO)
        .replace("学籍号\n", "学籍号,班号\n")
        .replace("122X\n", &format!("122X,{to}\n"));
    let next = s.run(&["import", &s.write("下次.csv", lines), "--dry-run", "--format", "json"]);
    let said: serde_json::Value = serde_json::from_str(&next.stdout).unwrap();
    let known_again = said["updated"].as_u64().unwrap() + said["unchanged"].as_u64().unwrap();
    assert_eq!((&said["admitted"], known_again), (&0.into(), 1), "{said}");
    // And it is undone to the row.
    for _ in 0..5 {
        let last =
            s.count("SELECT max(number) FROM batch WHERE undoes IS NULL AND undone_by IS NULL").to_string();
        s.done(&["batch", "undo", &last, "--yes"]);
    }
    assert_eq!(s.count(known), 0);
    assert_eq!(s.count("SELECT count(*) FROM application"), 0);
    s.done(&["audit", "verify"]);
}

#[test]
fn a_last_year_that_is_not_over_is_no_graduation_unless_somebody_says_why() {
    let s = county();
    let pupil = student(&s, FROM, &class(&s, FROM, 2021));
    for kind in ["graduation", "completion"] {
        let line = ["change", kind, "--student", &pupil, "--today", "2026-11-25"];
        let early = s.run(&line);
        assert_eq!(early.code, 4, "{}", early.stdout);
        assert!(
            early.stderr.contains("final-year-not-over") && early.stderr.contains("未证实"),
            "{}",
            early.stderr
        );
        let why = [&line[..], &["--explain", "final-year-not-over=市局统一提前办理", "--dry-run"]].concat();
        s.done(&why);
        let line = ["change", kind, "--student", &pupil, "--today", "2027-06-20", "--dry-run"];
        s.done(&line);
    }
}
