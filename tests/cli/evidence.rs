//! Evidence is kept as it was, listed without the child's name, taken back exactly, and missed when it is gone.

use super::session::{Session, clean_roster};

/// A registry with pupils, and one of them.
fn pupil() -> (Session, String) {
    let s = Session::with_schools();
    s.done(&["import", &clean_roster("松坪教学点"), "--explain", "样例", "--approve"]);
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let id: Vec<u8> = connection.query_row("SELECT id FROM student LIMIT 1", [], |r| r.get(0)).unwrap();
    (s, format!("student:{}", id.iter().map(|b| format!("{b:02x}")).collect::<String>()))
}

#[test]
fn a_file_is_kept_given_back_and_its_undo_leaves_no_row() {
    let (s, subject) = pupil();
    let before = s.record_tables();
    let bytes = b"\x89PNG \x00\xff the register, page one".to_vec();
    s.write("王小明户口簿.png", &bytes);
    let told = s.done(&["evidence", "add", &subject, "王小明户口簿.png", "--note", "户口簿本人页"]);
    assert!(told.contains("1 份材料"), "{told}");
    let listed = s.done(&["evidence", "list", &subject]);
    assert!(listed.contains("户口簿本人页") && !listed.contains("王小明"), "{listed}");
    let again = s.run(&["evidence", "add", &subject, "王小明户口簿.png", "--note", "又一次"]);
    assert_eq!(again.code, 4);
    assert!(again.stderr.contains("已经交过"), "{}", again.stderr);
    let entries = s.count("SELECT max(seq) FROM journal");
    s.done(&["evidence", "save", &subject, "1", "-o", "out.png", "--purpose", "核对"]);
    assert_eq!(std::fs::read(s.path("out.png")).unwrap(), bytes);
    assert_eq!(s.count("SELECT max(seq) FROM journal"), entries + 2, "before and after");
    let batch = s.count("SELECT max(number) FROM batch").to_string();
    s.done(&["batch", "undo", &batch, "--yes"]);
    assert_eq!(s.record_tables(), before);
    assert_eq!(s.count("SELECT count(*) FROM attachment"), 1);
    s.done(&["audit", "verify"]);
}

#[test]
fn every_file_that_can_not_be_taken_is_named_and_none_is_kept() {
    let (s, subject) = pupil();
    s.write("good.jpg", "x");
    s.write("empty.jpg", "");
    s.write("film.mp4", vec![1; (20 << 20) + 1]);
    let files = ["good.jpg", "empty.jpg", "film.mp4", "none.jpg", "."];
    let mut arguments = vec!["evidence", "add", &subject, "--note", "材料"];
    arguments.extend(files);
    let refused = s.run(&arguments);
    assert_eq!(refused.code, 4);
    for file in &files[1..] {
        assert!(refused.stderr.contains(&format!("材料 {file} ")), "{file}: {}", refused.stderr);
    }
    assert_eq!(s.count("SELECT count(*) FROM attachment"), 0);
    for other in ["student:0190a0a0-0000-7000-8000-000000000000", "application:NONE"] {
        assert_eq!(s.run(&["evidence", "add", other, "good.jpg", "--note", "材料"]).code, 4, "{other}");
    }
    assert_eq!(s.run(&["evidence", "add", "王小明", "good.jpg", "--note", "材料"]).code, 2);
    assert_eq!(s.run(&["evidence", "save", &subject, "1", "-o", "o", "--purpose", "核对"]).code, 4);
}

#[test]
fn a_file_changed_in_the_registry_is_noticed() {
    let (s, subject) = pupil();
    s.write("a.jpg", "one page");
    s.done(&["evidence", "add", &subject, "a.jpg", "--note", "材料"]);
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    connection.execute_batch("UPDATE attachment SET bytes = x'00'").unwrap();
    drop(connection);
    let ended = s.run(&["audit", "verify"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stdout.contains("1 份材料丢失或被改动"), "{}", ended.stdout);
    assert_eq!(s.run(&["evidence", "save", &subject, "1", "-o", "o", "--purpose", "核对"]).code, 4);
}
