//! 盲报: a county sends blinded keys instead of its journal. What reaches the level above is decrypted here and read byte by
//! byte; the child of two counties is found all the same; a wrong secret is told by name.

use std::io::Read;

use super::change::{FROM, TO};
use super::letters::{OTHER, other_county};
use super::route::{HEAD, class, text};
use super::server::server;
use super::session::{Ended, Session, clean_roster};
use super::sync::{at, bureau, knows, own_card};

const CITY: &str = "city.db";

fn run(s: &Session, db: &str, arguments: &[&str]) -> Ended {
    s.run(&[&["--db", db], arguments].concat())
}

/// Two counties and a city that all know each other, and one secret that both counties have.
fn counties() -> Session {
    let s = Session::with_schools();
    own_card(&s, "xueji.db");
    bureau(&s, CITY, "330100", "某市教育局", "city");
    other_county(&s);
    for (one, other) in [
        ("xueji.db", CITY),
        (CITY, "xueji.db"),
        (OTHER, CITY),
        (CITY, OTHER),
        ("xueji.db", OTHER),
        (OTHER, "xueji.db"),
    ] {
        knows(&s, one, other);
    }
    s
}

fn share_secret(s: &Session) {
    s.done(&["sync", "blind", "key", "new"]);
    s.done(&["sync", "blind", "key", "export", "--to", "330122", "-o", "给邻县.密钥"]);
    at(s, OTHER, &["sync", "blind", "key", "load", "给邻县.密钥"]);
}

/// A county's blinded report reaches the city.
fn reports(s: &Session, db: &str) -> String {
    let file = format!("{db}.盲报");
    at(s, db, &["sync", "blind", "report", "--to", "330100", "-o", &file]);
    at(s, CITY, &["sync", "receive", &file, "-o", "回执.xjb"]) + &at(s, db, &["sync", "receive", "回执.xjb"])
}

/// The city asks, both counties read its letters.
fn asks(s: &Session) {
    at(s, CITY, &["upstream", "blind", "ask"]);
    for (db, division) in [("xueji.db", "330127"), (OTHER, "330122")] {
        at(s, CITY, &["sync", "bundle", "--to", division, "-o", "下发.xjb"]);
        at(s, db, &["sync", "receive", "下发.xjb"]);
    }
}

/// A county opens what it was asked for.
fn opens(s: &Session, db: &str) -> String {
    let file = format!("{db}.交出");
    let said = at(s, db, &["sync", "blind", "open", "--to", "330100", "-o", &file]);
    at(s, CITY, &["sync", "receive", &file]);
    said
}

fn column(s: &Session, db: &str, sql: &str) -> Vec<String> {
    let connection = rusqlite::Connection::open(s.path(db)).unwrap();
    let mut query = connection.prepare(sql).unwrap();
    let all = query.query_map([], |r| r.get::<_, Option<String>>(0)).unwrap();
    all.filter_map(|t| t.unwrap()).filter(|t| !t.is_empty()).collect()
}

/// What a sealed file says to the city: decrypted with its key and decompressed.
fn payload(s: &Session, file: &str) -> Vec<u8> {
    let bytes = std::fs::read(s.path(file)).unwrap();
    let mut at = 12;
    for _ in 0..2 {
        at += 1 + usize::from(bytes[at]);
    }
    let mut sealed = Vec::new();
    loop {
        let length = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
        if length == 0 {
            break;
        }
        sealed.extend_from_slice(&bytes[at + 4..at + 4 + length]);
        at += 4 + length;
    }
    let key = std::fs::read_to_string(s.path("city.db-key")).unwrap();
    let secret = key.lines().find_map(|l| l.strip_prefix("decryption = ")).unwrap().trim_matches('"');
    let identity: age::x25519::Identity = secret.parse().unwrap();
    let opened = age::Decryptor::new(&sealed[..]).unwrap();
    let opened = opened.decrypt(std::iter::once(&identity as &dyn age::Identity)).unwrap();
    let mut plain = Vec::new();
    flate2::read::DeflateDecoder::new(opened).read_to_end(&mut plain).unwrap();
    assert!(plain.len() > 100);
    plain
}

fn holds(bytes: &[u8], text: &str) -> bool {
    memchr::memmem::find(bytes, text.as_bytes()).is_some()
}

/// What identifies pupils of a county, by what it is.
fn identifying(s: &Session, db: &str, which: &str) -> Vec<String> {
    let names = [
        "name",
        "document_number",
        "number",
        "birth_date",
        "substr(birth_date, 1, 4) || '-' || substr(birth_date, 5, 2) || '-' || substr(birth_date, 7, 2)",
        "substr(document_number, 7)",
        "json_extract(details, '$.guardian1_name')",
        "json_extract(details, '$.phone')",
        "json_extract(details, '$.current_address')",
        "lower(hex(id))",
        "lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4))",
    ];
    names.iter().flat_map(|n| column(s, db, &format!("SELECT {n} FROM student {which}"))).collect()
}

#[test]
fn nothing_that_names_a_pupil_goes_up_but_of_those_whose_keys_matched() {
    let s = counties();
    s.run(&["import", &clean_roster("启明学校"), &clean_roster("松坪教学点"), "--explain", "样例"]);
    let twice = clean_roster("松坪教学点");
    s.run(&["--db", OTHER, "import", &twice, "--explain", "样例"]);
    share_secret(&s);
    let pupils = s.count("SELECT count(*) FROM student");
    let told = reports(&s, "xueji.db") + &reports(&s, OTHER);
    assert!(told.contains("已接收云溪县教育局的盲报") && told.contains("已收下数据包"), "{told}");

    let texts = identifying(&s, "xueji.db", "");
    assert!(texts.len() as i64 > 6 * pupils, "{} of {pupils}", texts.len());
    let report = payload(&s, "xueji.db.盲报");
    assert!(holds(&report, "2026-autumn"), "it is the payload");
    let city = std::fs::read(s.path(CITY)).unwrap();
    for text in &texts {
        assert!(!holds(&report, text), "in the report");
        assert!(!holds(&city, text), "in the city's registry");
    }
    // The internal keys stand in no form at all.
    let ids: Vec<Vec<u8>> = {
        let county = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
        let mut query = county.prepare("SELECT id FROM student").unwrap();
        query.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect()
    };
    assert!(ids.iter().all(|id| memchr::memmem::find(&report, id).is_none()));

    let status = run(&s, CITY, &["upstream", "blind", "status", "--format", "csv"]);
    assert_eq!(status.code, 1, "{}", status.stdout);
    assert!(status.stdout.contains("还没有问") && status.stdout.contains("2026-autumn"), "{}", status.stdout);
    let preview = run(&s, CITY, &["upstream", "blind", "ask", "--dry-run"]);
    assert!(preview.stdout.contains("还没有问") && texts.iter().all(|t| !preview.stdout.contains(t)));
    asks(&s);
    let waiting = run(&s, "xueji.db", &["sync", "message", "list"]);
    assert!(waiting.stdout.contains("盲报核对") && waiting.stdout.contains("待办"), "{}", waiting.stdout);
    assert!(run(&s, CITY, &["upstream", "blind", "ask"]).stdout.contains("新对上 0 对"));
    // Nothing was opened by reading the letter; and what one side opened is no pair yet.
    assert_eq!(text(&s, CITY, "SELECT CAST(count(*) AS TEXT) FROM blind_opened"), "0");
    let none = run(&s, CITY, &["upstream", "conflict", "list", "--format", "csv"]);
    assert_eq!(none.code, 0, "{}", none.stdout);
    let said = opens(&s, "xueji.db");
    assert!(said.contains("比较项目"), "{said}");
    assert_eq!(run(&s, CITY, &["upstream", "conflict", "list"]).code, 0);
    opens(&s, OTHER);

    // What was opened is of pupils that the other county has, and of nobody else.
    let opened = payload(&s, "xueji.db.交出");
    let both = "WHERE document_number IN (SELECT document_number FROM other.student)";
    let county = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    county.execute("ATTACH ? AS other", [s.path(OTHER).to_str().unwrap()]).unwrap();
    let mut query = county.prepare(&format!("SELECT name, document_number FROM student {both}")).unwrap();
    let open: Vec<(String, String)> =
        query.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap().map(Result::unwrap).collect();
    assert!(open.len() > 3 && open.iter().all(|(n, d)| holds(&opened, n) && holds(&opened, d)));
    let journalled = "SELECT student FROM journal WHERE change = 'blind_opened'";
    let sql = format!("SELECT name, document_number FROM student WHERE id NOT IN ({journalled})");
    let mut query = county.prepare(&sql).unwrap();
    let rest: Vec<(String, Option<String>)> =
        query.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap().map(Result::unwrap).collect();
    assert!(rest.len() as i64 > pupils / 2, "{} of {pupils} stay closed", rest.len());
    let city = std::fs::read(s.path(CITY)).unwrap();
    for (name, document) in &rest {
        let number = document.as_deref().unwrap_or("00000000000000000X");
        assert!(!holds(&opened, number) && !holds(&city, number));
        // A namesake may have been opened.
        assert!(!holds(&opened, &format!("\"name\":\"{name}\"")) || open.iter().any(|(n, _)| n == name));
    }
    assert!(!holds(&opened, "health") && !holds(&opened, "orphan"), "only what is compared");

    let listed = run(&s, CITY, &["upstream", "conflict", "list", "--format", "csv"]);
    let lines: Vec<&str> = listed.stdout.lines().filter(|l| l.contains("邻县教育局")).collect();
    assert_eq!(listed.code, 1);
    assert!(lines.len() >= open.len(), "{} of {}\n{}", lines.len(), open.len(), listed.stdout);
    assert!(
        open.iter().all(|(name, number)| !listed.stdout.contains(name) && !listed.stdout.contains(number))
    );
    // Both are told as ever, and both call it by one name.
    let id = lines[0].split(',').next().unwrap();
    at(&s, CITY, &["upstream", "conflict", "raise", id]);
    for (db, division) in [("xueji.db", "330127"), (OTHER, "330122")] {
        at(&s, CITY, &["sync", "bundle", "--to", division, "-o", "下发.xjb"]);
        let told = run(&s, db, &["sync", "receive", "下发.xjb"]);
        let told = told.stdout + &told.stderr;
        assert!(told.contains(&format!("作为问题学籍受理，编号 {id}")), "{told}");
    }
    let decided =
        ["upstream", "conflict", "decide", id, "--one", "keep", "--other", "remove", "--reason", "试"];
    let decided = run(&s, CITY, &decided);
    assert_eq!(decided.code, 4, "no verdict without what the schools answer: {}", decided.stderr);
    at(&s, "xueji.db", &["audit", "verify"]);
}

#[test]
fn a_wrong_secret_or_none_is_told_by_name_and_is_never_no_duplicates() {
    let s = counties();
    s.run(&["--db", OTHER, "import", &clean_roster("松坪教学点"), "--explain", "样例"]);
    s.run(&["import", &clean_roster("松坪教学点"), "--explain", "样例"]);
    let none = run(&s, OTHER, &["sync", "blind", "report", "--to", "330100", "-o", "x.盲报"]);
    assert!(none.code == 5 && none.stderr.contains("没有盲报密钥"), "{}", none.stderr);
    assert!(!s.path("x.盲报").exists());
    // Who compares may not hold it: it is neither made nor taken there, nor written for it.
    let above = run(&s, CITY, &["sync", "blind", "key", "new"]);
    assert!(above.code == 4 && above.stderr.contains("不得持有"), "{}", above.stderr);
    let fingerprint = |db: &str| {
        let listed = at(&s, db, &["sync", "blind", "key", "list", "--format", "csv"]);
        listed.lines().last().unwrap().split(',').nth(1).unwrap().to_owned()
    };
    s.done(&["sync", "blind", "key", "new"]);
    let up = run(&s, "xueji.db", &["sync", "blind", "key", "export", "--to", "330100", "-o", "上.密钥"]);
    assert!(
        up.code == 4 && up.stderr.contains("不得交给上级") && !s.path("上.密钥").exists(),
        "{}",
        up.stderr
    );
    // Each made its own: the second to come is refused by name, and nothing of it is kept.
    at(&s, OTHER, &["sync", "blind", "key", "new"]);
    assert_ne!(fingerprint("xueji.db"), fingerprint(OTHER));
    reports(&s, "xueji.db");
    at(&s, OTHER, &["sync", "blind", "report", "--to", "330100", "-o", "x.盲报"]);
    let refused = run(&s, CITY, &["sync", "receive", "x.盲报", "-o", "no.xjb"]);
    assert_eq!(refused.code, 4);
    for part in
        ["blind-secret-differs", "邻县教育局", "云溪县教育局", &fingerprint("xueji.db"), &fingerprint(OTHER)]
    {
        assert!(refused.stderr.contains(part), "{part}: {}", refused.stderr);
    }
    assert_eq!(text(&s, CITY, "SELECT CAST(count(*) AS TEXT) FROM blind_office"), "1");
    let told = run(&s, OTHER, &["sync", "receive", "no.xjb"]);
    assert!(told.code == 1 && told.stdout.contains("blind-secret-differs"), "{}", told.stdout);
    // A term's secret is not written over; another term's does not meet, and that is said.
    s.done(&["sync", "blind", "key", "export", "--to", "330122", "-o", "给邻县.密钥"]);
    let other = run(&s, OTHER, &["sync", "blind", "key", "load", "给邻县.密钥"]);
    assert!(other.code == 4 && other.stderr.contains("2026-autumn"), "{}", other.stderr);
    at(&s, OTHER, &["sync", "blind", "key", "new", "--term", "2026-autumn-2"]);
    reports(&s, OTHER);
    let apart = run(&s, CITY, &["upstream", "blind", "status"]);
    assert!(apart.code == 1 && apart.stdout.contains("没有比对"), "{}", apart.stdout);
    at(&s, OTHER, &["sync", "blind", "key", "export", "--to", "330127", "-o", "给本县.密钥"]);
    s.done(&["sync", "blind", "key", "load", "给本县.密钥"]);
    reports(&s, "xueji.db");
    let met = run(&s, CITY, &["upstream", "blind", "status"]);
    assert!(
        met.code == 1 && !met.stdout.contains("没有比对") && met.stdout.contains("还没有问"),
        "{}",
        met.stdout
    );
    // Files that come to the wrong door, or were meant for somebody else.
    for (db, file, name, code) in [
        ("xueji.db", "给本县.密钥", "other-door", 4),
        (OTHER, "给本县.密钥", "wrong-recipient", 4),
        (CITY, "给本县.密钥", "wrong-recipient", 4),
    ] {
        let ended = run(&s, db, &["sync", "receive", file]);
        assert!(ended.code == code && ended.stderr.contains(name), "{db} {file}: {}", ended.stderr);
    }
    // What was not asked for is not taken: the city comes back from before it asked.
    std::fs::copy(s.path(CITY), s.path("before.db")).unwrap();
    asks(&s);
    at(&s, "xueji.db", &["sync", "blind", "open", "--to", "330100", "-o", "交出.xjb"]);
    std::fs::copy(s.path("before.db"), s.path(CITY)).unwrap();
    let unasked = run(&s, CITY, &["sync", "receive", "交出.xjb"]);
    assert!(unasked.code == 4 && unasked.stderr.contains("not-asked"), "{}", unasked.stderr);
    assert_eq!(text(&s, CITY, "SELECT CAST(count(*) AS TEXT) FROM blind_opened"), "0");
    // Without its secret a county can't tell whom it is asked for.
    std::fs::remove_file(s.path("other.db-blind")).unwrap();
    let lost = run(&s, OTHER, &["sync", "blind", "open", "--to", "330100", "-o", "y.xjb"]);
    assert!(lost.code == 4 && lost.stderr.contains("没有“2026-autumn-2”学期"), "{}", lost.stderr);
    assert!(!s.path("y.xjb").exists());
}

#[cfg(unix)]
#[test]
fn the_secret_is_its_owners_and_stands_nowhere_else() {
    use std::os::unix::fs::PermissionsExt;
    let s = counties();
    share_secret(&s);
    let file = std::fs::read_to_string(s.path("xueji.db-blind")).unwrap();
    let secret = file.lines().find_map(|l| l.strip_prefix("secret = ")).unwrap().trim_matches('"').to_owned();
    assert_eq!(std::fs::metadata(s.path("xueji.db-blind")).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(std::fs::read_to_string(s.path("other.db-blind")).unwrap().contains(&secret), "they share it");
    let raw: Vec<u8> = (0..32).map(|i| u8::from_str_radix(&secret[2 * i..2 * i + 2], 16).unwrap()).collect();
    for name in ["xueji.db", "other.db", "给邻县.密钥"] {
        let bytes = std::fs::read(s.path(name)).unwrap();
        assert!(!holds(&bytes, &secret) && !bytes.windows(32).any(|w| w == raw), "{name}");
    }
    assert!(!s.done(&["sync", "blind", "key", "list"]).contains(&secret));
    std::fs::set_permissions(s.path("xueji.db-blind"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let exposed = s.run(&["sync", "blind", "report", "--to", "330100", "-o", "x.盲报"]);
    assert!(exposed.code == 5 && exposed.stderr.contains("别人也能读"), "{}", exposed.stderr);
}

/// A citizen number with its check character.
fn citizen(front: &str) -> String {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = front.bytes().zip(weights).map(|(b, w)| u32::from(b - b'0') * w).sum();
    format!("{front}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

#[test]
fn twins_and_namesakes_are_asked_about_at_most_and_never_merged() {
    let s = counties();
    for (db, school) in [("xueji.db", FROM), (OTHER, TO)] {
        s.run(&["--db", db, "import", &clean_roster(school), "--approve", "--explain", "样例"]);
    }
    let head = format!("{HEAD},班号,联系电话,现住址,成员1姓名,成员1关系,成员1联系电话");
    let child = |school: &str, name: &str, sex: &str, number: &str, family: &str, class: &str| {
        format!(
            "{school},{name},{sex},20160304,浙江省杭州市,汉族,中国,居民身份证,{number},非农业户口,330102000000,202209,,{class},{family}\n"
        )
    };
    let (home, away) =
        ("13912340001,青松路1号,单大明,父亲,13912340001", "13712340009,柳岸街7号,单志强,父亲,13712340009");
    let numbers: Vec<String> =
        ["33010220160304126", "33010220160304128", "33010220160304232"].map(citizen).to_vec();
    let here = class(&s, "xueji.db", FROM);
    let there = class(&s, OTHER, TO);
    s.write("甲.csv", format!("{head}\n{}", child(FROM, "单煜妍", "女", &numbers[0], home, &here)));
    // The twin sister in the other county, and a namesake of the same day with another family.
    let twin = child(TO, "单煜婷", "女", &numbers[1], home, &there);
    let namesake = child(TO, "单煜妍", "女", &numbers[2], away, &there);
    s.write("乙.csv", format!("{head}\n{twin}{namesake}"));
    let first = s.run(&["import", "甲.csv", "--approve", "--explain", "样例"]);
    let second = s.run(&["--db", OTHER, "import", "乙.csv", "--approve", "--explain", "样例"]);
    let count = |db: &str| text(&s, db, "SELECT CAST(count(*) AS TEXT) FROM student WHERE name LIKE '单煜%'");
    let there = (count("xueji.db"), count(OTHER));
    assert_eq!(there, ("1".into(), "2".into()), "{} {}", first.stdout, second.stdout);
    share_secret(&s);
    reports(&s, "xueji.db");
    reports(&s, OTHER);
    let met = run(&s, CITY, &["upstream", "blind", "status", "--format", "csv"]);
    assert!(met.stdout.contains("还没有问"), "the twin shares a family's keys: {}", met.stdout);
    asks(&s);
    opens(&s, "xueji.db");
    opens(&s, OTHER);
    let listed = run(&s, CITY, &["upstream", "conflict", "list", "--format", "csv"]);
    assert!(!listed.stdout.contains("证件") && !listed.stdout.contains("学籍号相同"), "{}", listed.stdout);
    // Nobody is told by the program alone, and nothing is merged.
    at(&s, CITY, &["upstream", "conflict", "raise"]);
    assert_eq!(column(&s, CITY, "SELECT kind FROM message WHERE kind = 'conflict'"), [""; 0]);
    assert_eq!((count("xueji.db"), count(OTHER)), ("1".into(), "2".into()));
}

#[test]
fn the_blind_check_finds_what_the_open_one_finds() {
    let Some(server) = server() else { return };
    let database = server.database();
    let s = counties();
    let twice = clean_roster("松坪教学点");
    s.run(&["import", &clean_roster("启明学校"), &twice, "--explain", "样例"]);
    s.run(&["--db", OTHER, "import", &twice, "--explain", "样例"]);
    share_secret(&s);
    reports(&s, "xueji.db");
    reports(&s, OTHER);
    asks(&s);
    opens(&s, "xueji.db");
    opens(&s, OTHER);
    let ids = |said: &str| -> Vec<String> {
        let lines = said.lines().filter(|l| l.contains("邻县教育局") && l.contains("云溪县教育局"));
        let mut ids: Vec<String> = lines.map(|l| l.split(',').next().unwrap().to_owned()).collect();
        // Pairs have names of eight letters, schools codes of ten.
        ids.retain(|id| id.len() == 8);
        ids.sort();
        ids
    };
    let blind = ids(&run(&s, CITY, &["upstream", "conflict", "list", "--format", "csv"]).stdout);
    super::upstream::done(&s, &database, &["--db", CITY, "upstream", "init"]);
    for db in ["xueji.db", OTHER] {
        super::upstream::done(&s, &database, &["--db", db, "sync", "push"]);
    }
    super::upstream::done(&s, &database, &["--db", CITY, "upstream", "receive"]);
    let (_, open) =
        super::upstream::run(&s, &database, &["--db", CITY, "upstream", "dedup", "--format", "csv"]);
    assert!(blind.len() > 3);
    assert_eq!(blind, ids(&open), "by the same names");
    // Whose journals came as well is listed once.
    let (_, both) = super::upstream::run(
        &s,
        &database,
        &["--db", CITY, "upstream", "conflict", "list", "--format", "csv"],
    );
    assert_eq!(blind, ids(&both));
}
