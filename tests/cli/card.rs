//! 学生卡: printed, lost, replaced, checked; undone to the row.

use super::change::{FROM, class, county, student};
use super::session::Session;

/// The codes of the cards as a reader gives them: made anew from the registry's own key.
fn codes(s: &Session) -> Vec<String> {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let key: String =
        connection.query_row("SELECT value FROM meta WHERE key = 'card_key'", [], |r| r.get(0)).unwrap();
    let key = *blake3::Hash::from_hex(key).unwrap().as_bytes();
    let mut query = connection.prepare("SELECT number, serial FROM card ORDER BY batch, serial").unwrap();
    let cards = query.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?))).unwrap();
    cards.map(|c| code(&c.unwrap(), &key)).collect()
}

/// The code of a card by the page of `xueji explain card`, written down a second time.
fn code((number, serial): &(String, String), key: &[u8; 32]) -> String {
    let said = format!("XJ1.{number}.{serial}");
    let hash = blake3::keyed_hash(key, said.as_bytes());
    let bits: String = hash.as_bytes().iter().map(|b| format!("{b:08b}")).collect();
    let letters: Vec<char> = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".chars().collect();
    let letter = |i: usize| letters[usize::from_str_radix(&bits[5 * i..5 * i + 5], 2).unwrap()];
    format!("{said}.{}", (0..25).map(letter).collect::<String>())
}

fn verdicts(s: &Session, codes: &[String], code: i32) -> Vec<String> {
    s.write("scanned.txt", codes.join("\n"));
    let ended = s.run(&["card", "check", "scanned.txt", "--format", "json"]);
    assert_eq!(ended.code, code, "{}{}", ended.stdout, ended.stderr);
    let json: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
    let rows = json["tables"][0]["rows"].as_array().unwrap();
    rows.iter().map(|r| r["verdict"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn cards_are_issued_once_read_back_lost_and_replaced() {
    let s = county();
    let going = class(&s, FROM, 2024);
    let pupil = student(&s, FROM, &going);
    let before = s.record_tables();
    let line = ["card", "print", "--school", FROM, "--class", &going, "-o", "卡.xlsx", "--purpose", "发卡"];
    assert_eq!(s.run(&line[..8]).code, 2, "a purpose is asked for");
    s.done(&["card", "print", "--school", FROM, "--dry-run"]);
    assert_eq!(s.record_tables(), before);
    s.done(&line);
    assert!(s.path("卡.xlsx").exists());
    let issued = s.count("SELECT count(*) FROM card");
    let enrolled = format!(
        "SELECT count(*) FROM enrollment e JOIN student t ON t.id = e.student WHERE e.school = '{FROM}'
         AND e.class = '{going}' AND e.until IS NULL AND t.status = 'enrolled'"
    );
    assert_eq!(issued, s.count(&enrolled));
    s.done(&[&line[..], &["--yes"]].concat());
    assert_eq!(s.count("SELECT count(*) FROM card"), issued, "who has a card gets no other");
    assert!(verdicts(&s, &codes(&s), 0).iter().all(|v| v == "good"));
    let mut tampered = codes(&s);
    tampered.truncate(2);
    let end = tampered[0].pop().unwrap();
    tampered[0].push(if end == '7' { '8' } else { '7' });
    tampered.push("https://example.org".into());
    assert_eq!(verdicts(&s, &tampered, 1), ["forged", "good", "unread"]);
    let batch = s.count("SELECT max(batch) FROM card").to_string();
    s.done(&["card", "print", "--batch", &batch, "-o", "重印.xlsx", "--purpose", "卡纸"]);
    s.done(&["card", "lost", &pupil, "--reason", "丢失"]);
    assert_eq!(s.run(&["card", "lost", &pupil, "--reason", "丢失"]).code, 4);
    assert_eq!(verdicts(&s, &codes(&s), 1).iter().filter(|v| *v == "lost").count(), 1);
    let again = ["card", "reissue", &pupil, "--reason", "丢失", "--purpose", "补卡", "-o", "补.xlsx"];
    s.done(&again);
    s.done(&[&again[..], &["--yes"]].concat());
    let all = verdicts(&s, &codes(&s), 1);
    let of = |verdict: &str| all.iter().filter(|v| *v == verdict).count() as i64;
    assert_eq!((of("lost"), of("replaced"), of("good")), (1, 1, issued));
    let listed = s.done(&["card", "list", "--school", FROM]);
    assert!(listed.contains("已挂失") && listed.contains("没有发过"), "{listed}");
    s.done(&["audit", "verify"]);
    let last = s.count("SELECT max(number) FROM batch");
    let first: i64 = batch.parse().unwrap();
    for number in (first..=last).rev() {
        s.done(&["batch", "undo", &number.to_string(), "--yes"]);
    }
    assert_eq!(s.record_tables(), before, "undone exactly");
    s.done(&line.map(|w| if w == "卡.xlsx" { "新.xlsx" } else { w }));
    assert_eq!(
        s.count(&format!("SELECT count(*) FROM card WHERE batch <= {last}")),
        0,
        "no number is given twice"
    );
}
