//! Schools that end: closed when nobody is left, merged into another one with every registration.

use super::change::{FROM, TO, application, class, county, student, text};
use super::session::{Session, clean_roster};

/// How many pupils hold a place at a school.
fn present(s: &Session, school: &str) -> i64 {
    s.count(&format!("SELECT count(*) FROM enrollment WHERE school = '{school}' AND until IS NULL"))
}

const MERGE: [&str; 7] = ["school", "merge", FROM, "--into", TO, "--reason", "云教〔2026〕9号"];

#[test]
fn a_school_is_merged_with_every_registration_and_comes_back_to_the_row() {
    let s = county();
    let before = s.record_tables();
    let (here, there) = (present(&s, FROM), present(&s, TO));
    let preview = s.done(&[&MERGE[..], &["--dry-run"]].concat());
    assert!(preview.contains(&format!("共 {here} 名学生")), "{preview}");
    assert_eq!(s.record_tables(), before, "a preview writes nothing");
    let numbers = "SELECT count(*) FROM number WHERE until IS NULL";
    let held = s.count(numbers);
    let counted = |day: &str| {
        let table = s.done(&["export", "headcount", "--today", day, "--format", "csv"]);
        table.lines().filter(|line| line.starts_with("云溪县第一小学,")).count()
    };
    assert!(counted("2026-09-10") > 0);
    let merged = s.done(&MERGE);
    assert!(merged.contains("学籍号不变"), "{merged}");
    assert_eq!((present(&s, FROM), present(&s, TO), s.count(numbers)), (0, here + there, held));
    assert_eq!(
        s.count(&format!(
            "SELECT count(*) FROM change WHERE kind = 'merger' AND school_before = '{FROM}' AND school = '{TO}'
             AND status = status_before AND note LIKE '%云教〔2026〕9号%移交%' AND application IS NULL"
        )),
        here
    );
    let unlike = "SELECT count(*) FROM enrollment a JOIN enrollment b ON b.student = a.student AND b.ordinal = a.ordinal + 1
                  JOIN class k ON k.school = a.school AND k.number = a.class
                  JOIN class m ON m.school = b.school AND m.number = b.class
                  WHERE (k.name, k.stage, k.entry_year) <> (m.name, m.stage, m.entry_year) OR a.until <> b.since";
    assert_eq!(s.count(unlike), 0, "each pupil stays in the same class");
    let listed = s.done(&["school", "list"]);
    assert!(listed.contains(&format!("2026-09-10 并入 {TO}")), "{listed}");
    for code in [FROM, TO] {
        let shown = s.done(&["school", "show", code]);
        assert!(shown.contains(&format!("（{FROM}）并入")), "the history of both tells it: {shown}");
    }
    assert_eq!(counted("2026-09-20"), 0, "a school that is no more is not counted");
    let pupil = student(&s, TO, &class(&s, TO, 2024));
    let back = s.run(&["transfer", "start", "--student", &pupil, "--to-school", FROM, "--to-class", "x"]);
    assert!(back.stderr.contains("school-closed"), "{}", back.stderr);
    let import = s.run(&["import", &clean_roster(FROM), "--explain", "样例"]);
    assert!(import.stdout.contains("school-ended"), "{}{}", import.stdout, import.stderr);
    assert_eq!(present(&s, FROM), 0, "nobody comes back by a roster");
    s.done(&["audit", "verify"]);
    let batch = s.count("SELECT max(number) FROM batch WHERE kind = 'school'");
    s.done(&["batch", "undo", &batch.to_string(), "--yes"]);
    assert_eq!(s.record_tables(), before, "undone exactly");
    s.done(&["audit", "verify"]);
}

#[test]
fn every_reason_against_the_end_of_a_school_is_told_at_once() {
    let s = county();
    let refused = |arguments: &[&str], reasons: &[&str]| {
        let ended = s.run(arguments);
        assert_eq!(ended.code, 4, "{arguments:?} {}", ended.stdout);
        for reason in reasons {
            assert!(ended.stderr.contains(reason), "{reason}: {}", ended.stderr);
        }
    };
    let close = ["school", "close", FROM, "--reason", "生源不足"];
    refused(&close, &["名学生在册", "school merge 2133916413 --into"]);
    let pupil = student(&s, FROM, &class(&s, FROM, 2024));
    let id = application(
        &s,
        &["change", "leave", "--student", &pupil, "--until", "2027-08-31", "--reason", "传染疾病"],
    );
    refused(&[&MERGE[..], &["--on", "2026-09-09"]].concat(), &[&id, "以后才到校"]);
    refused(
        &["school", "merge", FROM, "--into", FROM, "--reason", "x", "--on", "2026-09-30"],
        &["就是这所学校", "之后"],
    );
    let junior = text(&s, "SELECT min(code) FROM school WHERE stages = 'junior'");
    refused(&["school", "merge", FROM, "--into", &junior, "--reason", "x"], &["没有小学学段"]);
    refused(&["school", "close", "2133000000", "--reason", "x"], &["学校表中没有 2133000000"]);
    assert_eq!(s.run(&["school", "close", FROM]).code, 2, "a reason is asked for");
    assert_eq!(s.run(&["school", "close", FROM, "--reason", " "]).code, 2);
}

#[test]
fn a_school_without_pupils_is_closed_and_takes_none_any_more() {
    let s = Session::with_schools();
    let before = s.record_tables();
    let line = ["school", "close", FROM, "--reason", "生源不足", "--files-to", "县档案馆"];
    s.done(&[&line[..], &["--on", "2026-08-31"]].concat());
    assert!(s.done(&["school", "show", FROM]).contains("2026-08-31 撤销"));
    assert_eq!(s.run(&line).code, 4, "not twice");
    let text = "SELECT count(*) FROM journal WHERE change = 'school_closed' AND body LIKE '%生源不足；学籍档案移交县档案馆%'";
    assert_eq!(s.count(text), 1);
    let import = s.run(&["import", &clean_roster(FROM)]);
    assert!(import.code != 0 && import.stdout.contains("school-ended"), "{}", import.stdout);
    let late = s.run(&["validate", &clean_roster(FROM), "--today", "2026-08-30"]);
    assert!(!late.stdout.contains("school-ended"), "what was entered before that day may still be checked");
    s.done(&["batch", "undo", "2", "--yes"]);
    assert_eq!(s.record_tables(), before);
}

#[test]
fn a_school_goes_on_under_another_name_and_authority_and_its_history_says_so() {
    let s = county();
    let before = s.record_tables();
    let rename = ["school", "rename", FROM, "--name", "云溪县松风学校", "--reason", "云编〔2026〕3号"];
    assert!(s.done(&[&rename[..], &["--dry-run"]].concat()).contains("没有写入"));
    assert_eq!(s.record_tables(), before);
    s.done(&rename);
    assert_eq!(s.run(&rename).code, 4, "it is so already");
    let taken = s.run(&["school", "rename", TO, "--name", "云溪县松风学校", "--reason", "x"]);
    assert!(taken.code == 4 && taken.stderr.contains("另一所学校"), "{}", taken.stderr);
    let move_to = ["school", "authority", FROM, "--name", "某市教育局", "--reason", "某政〔2026〕5号"];
    let pupil = student(&s, FROM, &class(&s, FROM, 2024));
    let leave = ["change", "leave", "--student", &pupil, "--until", "2027-08-31", "--reason", "传染疾病"];
    let id = application(&s, &leave);
    let open = s.run(&move_to);
    assert!(open.code == 4 && open.stderr.contains(&id), "{}", open.stderr);
    s.done(&["change", "decide", "retract", &id]);
    s.done(&move_to);
    let shown = s.done(&["school", "show", FROM]);
    for part in ["云溪县松风学校", "某市教育局", "学校改名", "更换学籍主管部门", "云编〔2026〕3号"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let renamed = s.count("SELECT min(batch) FROM journal WHERE change = 'school_renamed'");
    let moved = s.count("SELECT min(batch) FROM journal WHERE change = 'school_reassigned'");
    let early = s.run(&["batch", "undo", &renamed.to_string(), "--yes"]);
    assert!(early.code == 4 && early.stderr.contains(&format!("第 {moved} 批")), "{}", early.stderr);
    s.done(&["batch", "undo", &moved.to_string(), "--yes"]);
    s.done(&["batch", "undo", &renamed.to_string(), "--yes"]);
    assert!(!s.done(&["school", "show", FROM]).contains("学校改名"));
    assert_eq!(s.count("SELECT count(*) FROM school WHERE name = '云溪县松风学校'"), 0);
    s.done(&["audit", "verify"]);
}

#[test]
fn a_campus_becomes_a_school_with_its_classes_their_pupils_and_their_files() {
    let s = county();
    let campus = "2133999901";
    s.write(
        "new.csv",
        format!(
            "学校标识码,学校名称,所在地行政区划代码,学籍主管部门,学段\n{campus},云溪县第一小学东校区（示例）,330127,云溪县教育局,小学\n"
        ),
    );
    s.done(&["school", "import", "new.csv"]);
    let before = s.record_tables();
    let going = class(&s, FROM, 2024);
    let count = s.count(&format!(
        "SELECT count(*) FROM enrollment WHERE school = '{FROM}' AND class = '{going}' AND until IS NULL"
    ));
    let pupil = student(&s, FROM, &going);
    let line = ["school", "split", FROM, "--to", campus, "--classes", &going, "--reason", "云编〔2026〕4号"];
    let preview = s.done(&[&line[..], &["--dry-run"]].concat());
    assert!(preview.contains(&format!("共 {count} 名学生")), "{preview}");
    assert_eq!(s.record_tables(), before);
    let here = present(&s, FROM);
    s.done(&line);
    assert_eq!((present(&s, campus), present(&s, FROM)), (count, here - count));
    assert_eq!(s.count("SELECT count(*) FROM change WHERE kind = 'split' AND status = status_before"), count);
    for code in [FROM, campus] {
        assert!(s.done(&["school", "show", code]).contains("分出云溪县第一小学东校区（示例）"));
    }
    let custody = s.done(&["file", "custody", &pupil]);
    assert!(custody.contains("东校区") && custody.contains("学校分设划转"), "{custody}");
    s.done(&["audit", "verify"]);
    let refused =
        s.run(&["school", "split", FROM, "--to", FROM, "--classes", "没有,也没有", "--reason", "x"]);
    for reason in ["就是这所学校", "没有班号 没有、也没有"] {
        assert!(refused.code == 4 && refused.stderr.contains(reason), "{}", refused.stderr);
    }
    let batch = s.count("SELECT max(number) FROM batch WHERE kind = 'school'");
    s.done(&["batch", "undo", &batch.to_string(), "--yes"]);
    assert_eq!(s.record_tables(), before, "undone exactly");
}

#[test]
fn years_that_a_list_leaves_blank_are_the_provinces_and_it_says_so() {
    for (division, code, years, rule) in [
        ("310115", "2131000001", 5, "小学 5 年、初中 4 年"),
        ("330127", "2133000001", 6, "小学 6 年、初中 3 年"),
    ] {
        let s = Session::new();
        s.done(&["init", "--authority", division, "--name", "样例教育局"]);
        let list = format!(
            "学校标识码,学校名称,所在地行政区划代码,学籍主管部门,学段,小学学制\n{code},样例小学,{division},样例教育局,小学,\n"
        );
        let said = s.done(&["school", "import", &s.write("学校表.csv", list)]);
        assert!(said.contains("没有写学制的 1 所学校按") && said.contains(rule), "{said}");
        assert_eq!(s.count("SELECT primary_years FROM school"), years, "{division}");
    }
}
