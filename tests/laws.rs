//! Laws that hold after any history: the journal whole, the tables its shadow, one registration and one number a
//! pupil, every undo exact; and after eight processes at once.

#![allow(clippy::unwrap_used)] // a helper of a test may fail as the test may

#[path = "cli/session.rs"]
mod session;

use session::{Session, clean_roster, sample};

/// A small generator, so that a history can be told again by its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

fn number(first: &str) -> String {
    let sum: u32 = first.bytes().zip(WEIGHTS).map(|(d, w)| u32::from(d - b'0') * w).sum();
    format!("{first}{}", char::from(b"10X98765432"[(sum % 11) as usize]))
}

/// Two primary classes of one school.
fn classes(s: &Session) -> (String, Vec<String>) {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let school: String = connection
        .query_row("SELECT school FROM class WHERE stage = 'primary' AND entry_year = 2024 GROUP BY 1 ORDER BY count(*) DESC", [], |r| r.get(0))
        .unwrap();
    let mut query = connection
        .prepare("SELECT number FROM class WHERE school = ? AND stage = 'primary' AND entry_year = 2024")
        .unwrap();
    let numbers = query.query_map([&school], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
    (school, numbers)
}

/// A roster of some of forty invented pupils, each with an address and a class that may differ from the last time.
fn roster(dice: &mut Dice, school: &str, classes: &[String]) -> String {
    let mut text = String::from(
        "学校标识码,姓名,性别,出生日期,民族,国籍/地区,身份证件类型,身份证件号,班号,入学年月,现住址,成员1姓名,成员1身份证件号,成员1身份证件类型\n",
    );
    for pupil in 0..40 {
        if dice.below(3) == 0 {
            continue;
        }
        let class = &classes[dice.below(classes.len() as u64) as usize];
        let name = format!("王{}", char::from_u32(0x4e00 + pupil).unwrap());
        let (kind, id) = if pupil % 10 == 0 {
            ("其他", String::new())
        } else {
            ("居民身份证", number(&format!("330127201803{:02}{:03}", 1 + pupil % 28, 2 * pupil + 1)))
        };
        let guardian = number(&format!("330127198501{:02}{:03}", 1 + pupil % 28, 2 * pupil + 1));
        let address = dice.below(3);
        let born = 1 + pupil % 28;
        text.push_str(&format!(
            "{school},{name},男,201803{born:02},汉族,中国,{kind},{id},{class},202409,甲路{address}号,李某,{guardian},居民身份证\n"
        ));
    }
    text
}

/// Awards of some of them, a few under another name.
fn awards(dice: &mut Dice) -> String {
    let mut text = String::from("身份证件号,姓名,获奖日期,奖项名称,等次\n");
    for pupil in (0..40).filter(|p| p % 10 != 0) {
        if dice.below(4) > 0 {
            continue;
        }
        let id = number(&format!("330127201803{:02}{:03}", 1 + pupil % 28, 2 * pupil + 1));
        let name = char::from_u32(0x4e00 + pupil + u32::from(dice.below(6) == 0)).unwrap();
        text.push_str(&format!("{id},王{name},20260520,三好学生,{}\n", dice.below(3)));
    }
    text
}

/// One of the pupils, where there is any.
fn anybody(s: &Session, dice: &mut Dice) -> Option<String> {
    let n = s.count("SELECT count(*) FROM student");
    if n == 0 {
        return None;
    }
    let skip = dice.below(n as u64);
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let sql = format!("SELECT lower(hex(id)) FROM student ORDER BY id LIMIT 1 OFFSET {skip}");
    let hex: String = connection.query_row(&sql, [], |r| r.get(0)).unwrap();
    Some(format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]))
}

/// What must hold at every moment.
fn hold(s: &Session, seed: u64, step: usize) {
    let told = s.done(&["audit", "verify"]);
    assert!(told.contains("与学籍一致"), "seed {seed} step {step}: {told}");
    for (law, sql) in [
        (
            "each pupil has one open enrollment",
            "SELECT count(*) FROM student s WHERE (SELECT count(*) FROM enrollment e WHERE e.student = s.id AND e.until IS NULL) <> 1",
        ),
        (
            "no document number is registered twice",
            "SELECT count(*) FROM (SELECT 1 FROM student WHERE document_key IS NOT NULL GROUP BY document_key HAVING count(*) > 1)",
        ),
        (
            "the number in force is the one open in the history",
            "SELECT count(*) FROM student s WHERE s.number IS NOT (SELECT n.number FROM number n WHERE n.student = s.id AND n.until IS NULL)",
        ),
        (
            "who is enrolled has a number",
            "SELECT count(*) FROM student WHERE status = 'enrolled' AND number IS NULL",
        ),
        (
            "every number in use was taken for good",
            "SELECT count(*) FROM number WHERE number NOT IN (SELECT number FROM issued)",
        ),
        ("no foreign key dangles", "SELECT count(*) FROM pragma_foreign_key_check"),
        ("the journal has no gap", "SELECT count(*) - max(seq) FROM journal"),
    ] {
        assert_eq!(s.count(sql), 0, "{law}: seed {seed} step {step}");
    }
}

fn one_history(seed: u64) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let s = Session::with_schools();
    let (school, classes) = classes(&s);
    let mut states = vec![s.record_tables()];
    for step in 0..10 {
        match dice.below(8) {
            0..=2 => {
                s.write("r.csv", roster(&mut dice, &school, &classes));
                let ended = s.run(&["import", "r.csv", "--explain", "样例"]);
                assert_eq!(ended.code, 0, "{}{}", ended.stdout, ended.stderr);
            }
            3 => {
                s.done(&["approve", "--school", &school]);
            }
            6 => {
                s.write("awards.csv", awards(&mut dice));
                let ended = s.run(&["file", "import", "awards", "awards.csv"]);
                assert!([0, 3, 4].contains(&ended.code), "{}{}", ended.stdout, ended.stderr);
            }
            7 => {
                if let Some(id) = anybody(&s, &mut dice) {
                    let paper = s.write("paper.jpg", format!("{step}"));
                    let add = ["file", "add", &id, "--group", "proofs", "--note", "样例", &paper];
                    assert!([0, 4].contains(&s.run(&add).code));
                    let to = ["file", "handover", &id, "--to", "县档案馆", "--reason", "样例"];
                    assert!([0, 4].contains(&s.run(&to).code));
                }
            }
            4 => {
                // Refused for those not approved yet: partly done is an answer too.
                s.run(&["number", "confirm", "--school", &school, "--assign"]);
            }
            _ => {
                // Only the last batch that still stands can surely be undone; it restores the state before it.
                let last = s.count("SELECT coalesce(max(number), 0) FROM batch WHERE undone_by IS NULL AND undoes IS NULL AND number > 1");
                if last > 0 {
                    s.done(&["batch", "undo", &last.to_string(), "--yes"]);
                    let now = s.record_tables();
                    assert!(states.contains(&now), "seed {seed} step {step}: a state that never was");
                }
            }
        }
        hold(&s, seed, step);
        states.push(s.record_tables());
    }
}

#[test]
fn any_history_keeps_the_laws() {
    for seed in 1..=6 {
        one_history(seed);
    }
}

#[test]
fn a_changed_journal_is_noticed() {
    let s = Session::with_schools();
    s.done(&["import", &clean_roster("松坪教学点")]);
    for (tamper, said) in [
        ("UPDATE journal SET actor = '别人' WHERE seq = 5", "第 5 条流水的封签不符"),
        ("DELETE FROM journal WHERE seq = 7", "第 6 条之后缺失"),
        ("DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)", "不一致"),
        ("UPDATE student SET name = '改了' WHERE rowid = 1", "不一致：student"),
    ] {
        std::fs::copy(s.path("xueji.db"), s.path("copy.db")).unwrap();
        let connection = rusqlite::Connection::open(s.path("copy.db")).unwrap();
        assert!(
            tamper.contains("student") || connection.execute_batch(tamper).is_err(),
            "the triggers forbid it"
        );
        connection
            .execute_batch("DROP TRIGGER journal_is_not_edited; DROP TRIGGER journal_is_not_cut")
            .unwrap();
        connection.execute_batch(tamper).unwrap();
        drop(connection);
        let ended = s.run(&["audit", "verify", "--db", "copy.db"]);
        assert_eq!(ended.code, 1, "{tamper}");
        assert!(ended.stdout.contains(said), "{tamper}: {}", ended.stdout);
    }
}

#[test]
fn eight_processes_at_once_lose_nothing_and_draw_no_number_twice() {
    let s = Session::with_schools();
    let files: Vec<String> = std::fs::read_dir(sample("rosters"))
        .unwrap()
        .map(|f| f.unwrap().path().to_str().unwrap().to_owned())
        .collect();
    let mut arguments = vec!["import", "--explain", "number-damaged=已核对原件"];
    arguments.extend(files.iter().map(String::as_str));
    s.done(&arguments);
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let mut query = connection.prepare("SELECT DISTINCT school FROM enrollment ORDER BY 1 LIMIT 8").unwrap();
    let schools: Vec<String> = query.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
    drop(query);
    drop(connection);
    let children: Vec<_> = schools
        .iter()
        .map(|school| {
            s.command().args(["approve", "--school", school, "--explain", "样例", "-q"]).spawn().unwrap()
        })
        .collect();
    for (mut child, school) in children.into_iter().zip(&schools) {
        assert_eq!(child.wait().unwrap().code(), Some(0), "{school}");
    }
    let list = schools.iter().map(|c| format!("'{c}'")).collect::<Vec<_>>().join(",");
    let waiting = format!(
        "SELECT count(*) FROM student s JOIN enrollment e ON e.student = s.id WHERE s.status = 'pending' AND e.school IN ({list})"
    );
    assert_eq!(s.count(&waiting), 0);
    assert_eq!(s.count("SELECT count(*) - count(DISTINCT number) FROM number"), 0);
    hold(&s, 0, 0);
}
