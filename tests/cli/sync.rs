//! A county, a city and a province exchange bundles as files: keys, cards, receipts, status, and every wrong turn.

use super::session::{Ended, Session, clean_roster};

/// A registry of a level with its key and its card; `-o` files lie in the folder of the first.
pub fn bureau(s: &Session, db: &str, authority: &str, name: &str, level: &str) {
    at(s, db, &["init", "--authority", authority, "--name", name, "--level", level]);
    own_card(s, db);
}

/// A new key and its card.
pub fn own_card(s: &Session, db: &str) {
    at(s, db, &["sync", "key", "new"]);
    at(s, db, &["sync", "key", "card", "-o", &format!("{db}.card")]);
}

/// A page of the household register, as evidence of a pupil.
pub fn household_register(s: &Session) {
    s.write("户口簿.jpg", b"\xff\xd8 a page");
    let id: Vec<u8> = rusqlite::Connection::open(s.path("xueji.db"))
        .unwrap()
        .query_row("SELECT id FROM student LIMIT 1", [], |r| r.get(0))
        .unwrap();
    let subject = format!("student:{}", id.iter().map(|b| format!("{b:02x}")).collect::<String>());
    s.done(&["evidence", "add", &subject, "户口簿.jpg", "--note", "户口簿"]);
}

fn run(s: &Session, db: &str, arguments: &[&str]) -> Ended {
    s.run(&[&["--db", db], arguments].concat())
}

pub fn at(s: &Session, db: &str, arguments: &[&str]) -> String {
    s.done(&[&["--db", db], arguments].concat())
}

/// Adds the card of another, its fingerprint read from what refuses it.
pub fn knows(s: &Session, db: &str, other: &str) {
    let card = format!("{other}.card");
    let asked = run(s, db, &["sync", "office", "add", &card]);
    assert_eq!(asked.code, 2);
    let fingerprint = asked.stderr.split("指纹：").nth(1).unwrap().split_whitespace().next().unwrap();
    at(s, db, &["sync", "office", "add", &card, "--fingerprint", fingerprint]);
}

fn county_city_province() -> Session {
    let s = Session::with_schools();
    own_card(&s, "xueji.db");
    bureau(&s, "city.db", "330100", "某市教育局", "city");
    bureau(&s, "province.db", "330000", "某省教育厅", "province");
    for (one, other) in [
        ("xueji.db", "city.db"),
        ("city.db", "xueji.db"),
        ("city.db", "province.db"),
        ("province.db", "city.db"),
        ("province.db", "xueji.db"),
    ] {
        knows(&s, one, other);
    }
    s
}

#[test]
fn pupils_go_up_to_the_city_and_on_to_the_province_with_the_countys_own_seals() {
    let s = county_city_province();
    s.done(&["import", &clean_roster("松坪教学点"), "--explain", "样例", "--approve"]);
    household_register(&s);
    let entries = s.count("SELECT max(seq) FROM journal");

    assert_eq!(run(&s, "xueji.db", &["sync", "status"]).code, 1);
    let made = run(&s, "xueji.db", &["sync", "bundle", "--to", "330100", "-o", "up.xjb"]);
    assert!(made.stderr.contains(&format!("流水 {entries} 条，材料 1 份")), "{}", made.stderr);
    let taken = at(&s, "city.db", &["sync", "receive", "up.xjb", "-o", "receipt.xjb"]);
    assert!(taken.contains(&format!("新流水 {entries} 条，材料 1 份")), "{taken}");
    let told = at(&s, "xueji.db", &["sync", "receive", "receipt.xjb"]);
    assert!(told.contains("已收下"), "{told}");
    at(&s, "xueji.db", &["sync", "status"]);

    at(&s, "city.db", &["sync", "bundle", "--to", "某省教育厅", "-o", "relay.xjb"]);
    at(&s, "province.db", &["sync", "receive", "relay.xjb", "-o", "receipt2.xjb"]);
    at(&s, "city.db", &["sync", "receive", "receipt2.xjb"]);
    let status = at(&s, "province.db", &["sync", "status"]);
    assert!(status.contains("云溪县教育局") && status.contains(&entries.to_string()), "{status}");
    let province = rusqlite::Connection::open(s.path("province.db")).unwrap();
    province.execute("ATTACH ? AS county", [s.path("xueji.db").to_str().unwrap()]).unwrap();
    let sql = "SELECT count(*) FROM received r JOIN county.journal j
               ON j.seq = r.seq AND j.seal = r.seal AND j.body = r.body WHERE r.origin LIKE '330127-%'";
    assert_eq!(province.query_row(sql, [], |r| r.get::<_, i64>(0)).unwrap(), entries);
    let verified = at(&s, "province.db", &["audit", "verify"]);
    assert!(verified.contains("收到的 2 个单位的流水"), "{verified}");
    // Somebody at the province mends a grade: the county's seals tell it.
    province
        .execute_batch(
            "DROP TRIGGER received_is_not_edited; UPDATE received SET actor = '别人' WHERE seq = 2",
        )
        .unwrap();
    let broken = run(&s, "province.db", &["audit", "verify"]);
    assert_eq!(broken.code, 1);
    assert!(broken.stdout.contains("第 2 条流水的封签不符"), "{}", broken.stdout);
}

#[test]
fn what_is_wrong_is_told_by_name_with_its_exit_code() {
    let s = county_city_province();
    s.done(&["sync", "bundle", "--to", "330100", "-o", "up.xjb"]);
    let bytes = std::fs::read(s.path("up.xjb")).unwrap();
    s.write("cut.xjb", &bytes[..bytes.len() - 70]);
    let mut changed = bytes.clone();
    changed[100] ^= 1;
    s.write("changed.xjb", &changed);
    s.write("other.xjb", "PK a workbook");
    for (db, file, name, code) in [
        ("city.db", "cut.xjb", "truncated", 5),
        ("city.db", "changed.xjb", "altered", 5),
        ("city.db", "other.xjb", "not-a-bundle", 5),
        ("province.db", "up.xjb", "wrong-recipient", 4),
    ] {
        let ended = run(&s, db, &["sync", "receive", file]);
        assert_eq!(ended.code, code, "{file}");
        assert!(
            ended.stderr.contains(&format!("（{name}）")) && ended.stderr.contains("办法："),
            "{}",
            ended.stderr
        );
    }
    let status = run(&s, "city.db", &["sync", "status", "--format", "csv"]);
    assert!(status.stdout.contains("被拒：truncated"), "{}", status.stdout);
    let wrong = "0000-0000-0000-0000-0000-0000-0000-0000";
    let ended = run(&s, "xueji.db", &["sync", "office", "add", "province.db.card", "--fingerprint", wrong]);
    assert_eq!(ended.code, 4);
    assert_eq!(run(&s, "xueji.db", &["sync", "bundle", "--to", "330100"]).code, 2, "where to");
    assert_eq!(run(&s, "xueji.db", &["sync", "bundle", "--to", "别处", "-o", "x.xjb"]).code, 4);
    assert!(!s.path("x.xjb").exists() && !s.path("x.xueji-tmp").exists());
    at(&s, "city.db", &["sync", "office", "revoke", "330127", "--reason", "密钥泄露"]);
    let revoked = run(&s, "city.db", &["sync", "receive", "up.xjb", "-o", "no.xjb"]);
    assert_eq!((revoked.code, s.path("no.xjb").exists()), (4, false));
    let city = rusqlite::Connection::open(s.path("city.db")).unwrap();
    let batch: i64 = city.query_row("SELECT max(number) FROM batch", [], |r| r.get(0)).unwrap();
    let first = run(&s, "city.db", &["batch", "undo", "2", "--yes"]);
    assert!(first.code == 4 && first.stderr.contains(&format!("第 {batch} 批")), "{}", first.stderr);
    at(&s, "city.db", &["batch", "undo", &batch.to_string(), "--yes"]);
    at(&s, "city.db", &["sync", "receive", "up.xjb"]);
}

#[cfg(unix)]
#[test]
fn keys_are_guarded_and_never_printed() {
    use std::os::unix::fs::PermissionsExt;
    let s = Session::with_schools();
    let said = s.done(&["sync", "key", "new"]) + &s.done(&["sync", "key", "card"]);
    let key = std::fs::read_to_string(s.path("xueji.db-key")).unwrap();
    let secrets: Vec<&str> =
        key.lines().filter(|l| l.starts_with("signing") || l.starts_with("decryption")).collect();
    assert_eq!(secrets.len(), 2);
    for secret in secrets {
        let value = secret.split('"').nth(1).unwrap();
        assert!(value.len() > 60 && !said.contains(value));
    }
    assert_eq!(s.run(&["sync", "key", "new"]).code, 4, "a key is not written over");
    std::fs::set_permissions(s.path("xueji.db-key"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let exposed = s.run(&["sync", "key", "card"]);
    assert_eq!(exposed.code, 5);
    assert!(exposed.stderr.contains("别人也能读"), "{}", exposed.stderr);
    std::fs::remove_file(s.path("xueji.db-key")).unwrap();
    assert_eq!(s.run(&["sync", "key", "card"]).code, 5);
    s.done(&["sync", "key", "new"]);
    assert_eq!(s.count("SELECT count(*) FROM office"), 1, "the new key takes the old one's place");
}
