//! A pupil who is missed: on the list, visited, written to, and struck off when the registration says so.

use super::change::{FROM, application, class, student};
use super::session::Session;
use super::verify::{county, everybody, list};

fn consent(s: &Session, id: &str, parties: &[&str]) {
    for party in parties {
        s.done(&["change", "decide", "consent", id, "--as", party, "--actor", "李审核"]);
    }
}

#[test]
fn whoever_dropped_out_is_brought_back_step_by_step_and_struck_off() {
    let s = county();
    s.write("走访.jpg", "a visit, page one");
    let pupil = student(&s, FROM, &class(&s, FROM, 2023));
    let mut rows = everybody(&s, FROM);
    let gone = rows.remove(rows.iter().position(|r| r.id != pupil).unwrap());
    s.run(&["verify", &list(&s, "名单.csv", FROM, &rows)]);
    let line = ["change", "dropout", "--student", &pupil, "--on", "2026-09-10", "--note", "外出务工"];
    let id = application(&s, &line);
    consent(&s, &id, &["school-leader", "authority"]);
    let due = s.run(&["due"]).stdout;
    assert_eq!(due.matches("xueji dropout open").count(), 2, "{due}");
    let before = s.record_tables();
    let preview = s.done(&["dropout", "open", "--all", "--dry-run"]);
    assert!(preview.contains("共 2 人") && preview.contains("空挂学籍"), "{preview}");
    assert_eq!(s.record_tables(), before);
    s.done(&["dropout", "open", "--all"]);
    assert!(s.done(&["dropout", "open", "--all"]).contains("没有要登入"), "twice is as once");
    let twice = s.run(&["dropout", "open", "--student", &pupil, "--reason", "未到校"]);
    assert_eq!(twice.code, 4);
    assert!(twice.stderr.contains("已在台账中"), "{}", twice.stderr);
    let of = |who: &str| {
        super::change::text(
            &s,
            &format!("SELECT id FROM watch WHERE lower(hex(student)) = '{}'", who.replace('-', "")),
        )
    };
    let (watch, other) = (of(&pupil), of(&gone.id));
    let record = |step: &str, more: &[&str]| {
        s.run(
            &[
                &["dropout", "record", &watch, step, "--who", "班主任", "--result", "监护人答应送返校"][..],
                more,
            ]
            .concat(),
        )
    };
    assert_eq!(record("report", &["--on", "2026-09-11"]).code, 4, "what is not done yet is not written down");
    assert_eq!(record("visit", &["--until", "2026-09-30"]).code, 4, "only a letter sets a day");
    assert_eq!(record("letter", &["--until", "2026-09-01"]).code, 4);
    assert_eq!(record("visit", &["--evidence", "没有.jpg"]).code, 4);
    assert_eq!(record("report", &["--on", "2026-09-09"]).code, 0);
    assert_eq!(record("visit", &["--evidence", "走访.jpg"]).code, 0);
    let letter = record("letter", &[]);
    assert!(letter.stdout.contains("期满日 2026-09-25"), "fifteen days: {}{}", letter.stdout, letter.stderr);
    let shown = s.done(&["dropout", "show", &watch]);
    assert!(shown.contains("劝返函") && shown.contains(&format!("watch:{watch}.2")), "{shown}");
    let late = s.run(&["due", "--overdue", "--today", "2026-09-26"]);
    assert_eq!(late.code, 1);
    assert!(late.stdout.contains("劝返函期满") && late.stdout.contains("未证实"), "{}", late.stdout);
    let listed = s.run(&["dropout", "list"]);
    assert_eq!(listed.code, 1);
    assert!(
        listed.stdout.contains("在劝返 2 人") && !listed.stdout.contains(&gone.name),
        "{}",
        listed.stdout
    );
    s.run(&["dropout", "list", "-o", "台账.xlsx"]);
    assert!(s.path("台账.xlsx").exists());
    // Not struck off while the registration says otherwise.
    let close = |id: &str, why: &str| s.run(&["dropout", "close", id, why, "--text", "班主任确认"]);
    let early = close(&watch, "returned");
    assert_eq!(early.code, 4);
    assert!(early.stderr.contains("reinstatement"), "{}", early.stderr);
    assert_eq!(close(&other, "mistaken").code, 4, "the mark is still there");
    let back = application(&s, &["change", "reinstatement", "--student", &pupil, "--on", "2026-09-10"]);
    consent(&s, &back, &["school-leader", "authority"]);
    let before = s.record_tables();
    assert_eq!(close(&watch, "returned").code, 0);
    assert_eq!(close(&watch, "returned").code, 4);
    assert_eq!(record("visit", &[]).code, 4, "a case that is closed takes no more");
    let batch = s.count("SELECT max(number) FROM batch").to_string();
    s.done(&["batch", "undo", &batch, "--yes"]);
    assert_eq!(s.record_tables(), before);
    assert_eq!(close(&watch, "returned").code, 0);
    rows.push(gone);
    s.done(&["verify", &list(&s, "名单.csv", FROM, &rows)]);
    assert_eq!(close(&other, "returned").code, 0);
    assert_eq!(s.run(&["dropout", "list"]).code, 0);
    assert!(s.done(&["dropout", "list", "--all"]).contains("销号 2 人"));
    s.done(&["audit", "verify"]);
}
