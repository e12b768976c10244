//! 查重 from the scan to a decision and back.

use std::collections::BTreeMap;

use super::session::{Session, sample};

/// The sample pupils of the primary school that are taken, and another school of the same county.
const FROM: &str = "2133916413";
const TO: &str = "2133916420";

type Cells = BTreeMap<String, String>;

/// A registry of the sample county, with pupils of one school listed again by another, not quite the same.
pub fn county() -> (Session, usize) {
    let s = Session::with_schools();
    let rosters = std::fs::read_dir(sample("rosters")).unwrap().map(|e| e.unwrap().path());
    let mut arguments = vec!["import".to_owned()];
    arguments.extend(rosters.map(|p| p.to_str().unwrap().to_owned()));
    arguments.extend(["--approve".to_owned(), "--explain".to_owned(), "样例".to_owned()]);
    // Three numbers that end in 000 wait until somebody looked at each: their rows stay out.
    let ended = s.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    let mut again: Vec<Cells> = pupils(&s).into_iter().filter(has_resident_id).take(4).collect();
    assert_eq!(again.len(), 4);
    for (i, pupil) in again.iter_mut().enumerate() {
        vary(pupil, i);
    }
    write_csv(&s, "again.csv", &again);
    s.done(&["import", "again.csv", "--explain", "样例"]);
    (s, again.len())
}

/// The pupils of the first school as the registry has them, by the headings of a roster.
fn pupils(s: &Session) -> Vec<Cells> {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let mut query = connection
        .prepare(
            "SELECT s.name, s.sex, s.birth_date, coalesce(s.document_number, ''), s.details FROM student s
             JOIN enrollment e ON e.student = s.id WHERE e.school = ? ORDER BY s.document_number DESC",
        )
        .unwrap();
    let rows = query.query_map([FROM], |r| {
        let texts: [String; 5] = [r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?];
        Ok(texts)
    });
    let cells = |[name, sex, birth, number, details]: [String; 5]| {
        let details: BTreeMap<String, String> = serde_json::from_str(&details).unwrap();
        let of = |key: &str| details.get(key).cloned().unwrap_or_default();
        let code = |text: &str| text.split(':').next_back().unwrap().to_owned();
        let pairs = [
            ("学校标识码", TO.to_owned()),
            ("班号", "P202601".to_owned()),
            ("班级", "2026级1班".to_owned()),
            ("姓名", name),
            ("性别", code(&sex)),
            ("出生日期", birth),
            ("身份证件类型", "居民身份证".to_owned()),
            ("身份证件号", number),
            ("国籍/地区", "中国".to_owned()),
            ("民族", code(&of("ethnic_group"))),
            ("入学年月", "202609".to_owned()),
            ("联系电话", of("phone")),
            ("家庭地址", of("home_address")),
            ("现住址", of("current_address")),
            ("成员1姓名", of("guardian1_name")),
            ("成员1关系", code(&of("guardian1_relation"))),
            ("成员1联系电话", of("guardian1_phone")),
            ("成员1是否监护人", "是".to_owned()),
            ("成员1身份证件类型", "居民身份证".to_owned()),
            ("成员1身份证件号", of("guardian1_document_number")),
        ];
        pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()
    };
    rows.unwrap().map(|r| cells(r.unwrap())).collect()
}

fn has_resident_id(pupil: &Cells) -> bool {
    pupil["身份证件号"].len() == 18 && pupil["成员1身份证件号"].len() == 18
}

/// Another sequence digit with its check character: sound, and another number.
fn other_number(number: &str) -> String {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let mut digits: Vec<u32> = number[..17].chars().map(|c| c.to_digit(10).unwrap()).collect();
    digits[14] = (digits[14] + 3) % 10;
    let sum: u32 = digits.iter().zip(WEIGHTS).map(|(d, w)| d * w).sum();
    let text: String = digits.iter().map(|d| char::from_digit(*d, 10).unwrap()).collect();
    text + &"10X98765432"[sum as usize % 11..=sum as usize % 11]
}

fn vary(pupil: &mut Cells, which: usize) {
    let number = pupil["身份证件号"].clone();
    match which {
        // Without a number, everything else as it was.
        0 | 1 => {
            pupil.insert("身份证件号".into(), String::new());
            pupil.insert("身份证件类型".into(), "其他".into());
        }
        // A name with a character more and the number of somebody else.
        2 => {
            pupil.insert("身份证件号".into(), other_number(&number));
        }
        // Another telephone and no number.
        _ => {
            pupil.insert("身份证件号".into(), String::new());
            pupil.insert("身份证件类型".into(), "其他".into());
            pupil.insert("联系电话".into(), "13800000000".into());
        }
    }
}

fn write_csv(s: &Session, name: &str, rows: &[Cells]) {
    let mut text = rows[0].keys().cloned().collect::<Vec<_>>().join(",");
    for row in rows {
        text.push('\n');
        text.push_str(&row.values().map(|v| format!("\"{v}\"")).collect::<Vec<_>>().join(","));
    }
    s.write(name, text);
}

pub fn table(s: &Session, arguments: &[&str]) -> (i32, serde_json::Value) {
    let mut all = arguments.to_vec();
    all.extend(["--format", "json"]);
    let ended = s.run(&all);
    (ended.code, serde_json::from_str(&ended.stdout).unwrap_or_else(|e| panic!("{e}: {}", ended.stderr)))
}

pub fn rows(json: &serde_json::Value) -> Vec<serde_json::Value> {
    let first = json.get("tables").and_then(|t| t.get(0)).unwrap_or(json);
    first["rows"].as_array().unwrap().clone()
}

#[test]
fn the_same_child_at_two_schools_is_found_shown_decided_and_undone() {
    let (s, again) = county();
    let (code, found) = table(&s, &["dedup"]);
    assert_eq!(code, 1);
    let pairs = rows(&found);
    assert!(pairs.len() >= again - 1, "{found}");
    let id = pairs[0]["id"].as_str().unwrap().to_owned();
    // Nothing is new the second time: a job at night is silent.
    let (code, found) = table(&s, &["dedup", "--new"]);
    assert_eq!((code, rows(&found).len()), (0, 0));
    let quiet = s.run(&["dedup", "-q"]);
    assert_eq!((quiet.code, quiet.stdout.as_str()), (0, ""));
    // The parts of the waterfall sum to the score.
    let (_, shown) = table(&s, &["dedup", "show", &id.to_lowercase()]);
    let steps = shown["tables"][1]["rows"].as_array().unwrap();
    let weight = |step: &serde_json::Value| step["weight"].as_str().unwrap().parse::<f64>().unwrap();
    let (sum, parts) = steps.split_last().unwrap();
    let total: f64 = parts.iter().map(weight).sum();
    assert!((total - weight(sum)).abs() < 0.005, "{shown}");
    // A decision takes it off the list; another is refused until the first is undone.
    let decided = s.run(&["dedup", "decide", &id, "different", "--reason", "两本户口簿，两人都在读"]);
    assert_eq!(decided.code, 0, "{}", decided.stderr);
    let (_, listed) = table(&s, &["dedup", "list"]);
    assert!(rows(&listed).iter().all(|r| r["id"] != id.as_str()));
    assert_eq!(s.run(&["dedup", "decide", &id, "same", "--reason", "看错了"]).code, 4);
    let batch = s.count("SELECT max(number) FROM batch").to_string();
    s.done(&["batch", "undo", &batch, "--yes"]);
    let (_, listed) = table(&s, &["dedup", "list"]);
    assert!(rows(&listed).iter().any(|r| r["id"] == id.as_str()));
    assert_eq!(s.count("SELECT count(*) FROM suspect WHERE verdict IS NOT NULL"), 0);
    s.done(&["dedup", "decide", &id, "same", "--reason", "同一本户口簿"]);
    s.done(&["audit", "verify"]);
}

#[test]
fn an_import_with_listed_pupils_is_not_undone_before_the_list() {
    let (s, _) = county();
    s.run(&["dedup", "-q"]);
    // Both the first import and the later one have pupils in pairs.
    for batch in ["2", "3"] {
        let refused = s.run(&["batch", "undo", batch, "--yes"]);
        assert_eq!(refused.code, 4, "{}{}", refused.stdout, refused.stderr);
    }
    let last = s.count("SELECT max(number) FROM batch").to_string();
    s.done(&["batch", "undo", &last, "--yes"]);
    assert_eq!(s.count("SELECT count(*) FROM suspect"), 0);
}

#[test]
fn a_pair_that_is_not_there_and_a_decision_without_a_reason_are_refused() {
    let s = Session::with_schools();
    assert_eq!(s.run(&["dedup", "show", "0000000A"]).code, 4);
    assert_eq!(s.run(&["dedup", "decide", "0000000A", "same", "--reason", " "]).code, 2);
    assert_eq!(s.run(&["dedup", "decide", "0000000A", "same"]).code, 2);
    assert_eq!(s.run(&["dedup"]).code, 0);
}

#[test]
fn a_second_check_at_the_same_time_is_sent_away() {
    let s = Session::with_schools();
    let lock = std::fs::File::options().create(true).append(true).open(s.path("xueji.db-dedup")).unwrap();
    lock.lock().unwrap();
    let ended = s.run(&["dedup", "-q"]);
    assert_eq!(ended.code, 6, "{}", ended.stderr);
    assert!(ended.stderr.contains("正在查重"), "{}", ended.stderr);
    drop(lock);
    s.done(&["dedup", "-q"]);
}
