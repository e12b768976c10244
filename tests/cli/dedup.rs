//! 查重 from the scan to a decision and back.

use std::collections::BTreeMap;

use super::session::{Session, clean_roster};

/// The sample pupils of the primary school that are taken, and another school of the same county.
const FROM: &str = "2133916427";
const TO: &str = "2133916420";

type Cells = BTreeMap<String, String>;

/// A registry of one school of the sample county, with some of its pupils listed again by another, not quite the same.
pub fn county() -> (Session, usize) {
    let (s, again) = before();
    let applied = s.run(&["import", "again.csv", "--explain", "样例"]);
    assert_eq!(applied.code, 1, "pairs wait: {}{}", applied.stdout, applied.stderr);
    (s, again)
}

/// The same before the other school's list, `again.csv`, is imported.
fn before() -> (Session, usize) {
    let s = Session::with_schools();
    let ended = s.run(&["import", &clean_roster(FROM), "--approve", "--explain", "样例"]);
    // A number that ends in 000 waits until somebody looked at it: its row stays out.
    assert!(matches!(ended.code, 0 | 3), "{}", ended.stderr);
    let mut again: Vec<Cells> = pupils(&s).into_iter().filter(has_resident_id).take(4).collect();
    assert_eq!(again.len(), 4);
    for (i, pupil) in again.iter_mut().enumerate() {
        vary(pupil, i);
    }
    write_csv(&s, "again.csv", &again);
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
    // It says what to do next, at each stage.
    let show = |s: &Session, said: &str| {
        let shown = s.done(&["dedup", "show", &id]);
        assert!(shown.contains(said), "{said}: {shown}");
    };
    assert!(!s.done(&["dedup", "show", &id]).contains("sex:"), "codes are said by their names");
    show(&s, &format!("下一步：核对双方材料，写下结论：xueji dedup decide {id} same"));
    // Both sides whole, where a purpose is written down; both looks are in the journal.
    let reveal = ["dedup", "show", &id, "--reveal"];
    assert_eq!(s.run(&reveal).code, 2, "a purpose is asked for");
    let whole = s.done(&[&reveal[..], &["--purpose", "核对户口簿"]].concat());
    assert!(!whole.contains("**"), "{whole}");
    // A decision takes it off the list; another is refused until the first is undone.
    let decided = s.run(&["dedup", "decide", &id, "different", "--reason", "两本户口簿，两人都在读"]);
    assert_eq!(decided.code, 0, "{}", decided.stderr);
    let (_, listed) = table(&s, &["dedup", "list"]);
    assert!(rows(&listed).iter().all(|r| r["id"] != id.as_str()));
    assert_eq!(s.run(&["dedup", "decide", &id, "same", "--reason", "看错了"]).code, 4);
    show(&s, "结论：不同学生");
    let batch = s.count("SELECT max(number) FROM batch").to_string();
    s.done(&["batch", "undo", &batch, "--yes"]);
    let (_, listed) = table(&s, &["dedup", "list"]);
    assert!(rows(&listed).iter().any(|r| r["id"] == id.as_str()));
    assert_eq!(s.count("SELECT count(*) FROM suspect WHERE verdict IS NOT NULL"), 0);
    let said = s.done(&["dedup", "decide", &id, "same", "--reason", "同一本户口簿"]);
    let next = format!("xueji dispute open --suspect {id} --reason");
    assert!(said.contains(&next), "{said}");
    assert!(s.run(&["dedup", "list"]).stdout.contains(&next), "it is not forgotten");
    show(&s, &next);
    // No text for all lets a pupil pass who may be another, is another, or is in dispute.
    let waiting =
        "SELECT count(*) FROM student t JOIN suspect x ON x.other = t.id WHERE t.status = 'pending'";
    let before = s.count(waiting);
    assert!(before >= pairs.len() as i64);
    s.done(&["dispute", "open", "--suspect", &id, "--reason", "两校核对"]);
    show(&s, "已列为问题学籍");
    for batch in ["2", "3", "4"] {
        let held = s.run(&["approve", "--batch", batch, "--explain", "都核实过"]);
        assert!(!held.stdout.contains("已核准并编号 1"), "{}", held.stdout);
    }
    assert_eq!(s.count(waiting), before);
    s.done(&["audit", "verify"]);
}

#[test]
fn an_import_with_listed_pupils_is_not_undone_before_the_list() {
    let (s, _) = county();
    assert_eq!(s.run(&["dedup", "-q"]).code, 0, "the import listed what there is");
    let listed = s.count("SELECT count(*) FROM suspect");
    assert!(listed > 0);
    // The first import has pupils in pairs with the later one, and of the later one a pair is decided.
    let (_, list) = table(&s, &["dedup", "list"]);
    let id = rows(&list)[0]["id"].as_str().unwrap().to_owned();
    s.done(&["dedup", "decide", &id, "different", "--reason", "两本户口簿"]);
    let last = s.count("SELECT max(number) FROM batch");
    for batch in [last - 2, last - 1] {
        let refused = s.run(&["batch", "undo", &batch.to_string(), "--yes"]);
        assert_eq!(refused.code, 4, "{}{}", refused.stdout, refused.stderr);
    }
    s.done(&["batch", "undo", &last.to_string(), "--yes"]);
    s.done(&["batch", "undo", &(last - 1).to_string(), "--yes"]);
    assert_eq!(s.count("SELECT count(*) FROM suspect"), 0);
    s.done(&["audit", "verify"]);
}

#[test]
fn suspects_are_shown_before_an_import_and_listed_by_it() {
    let (s, again) = before();
    let entries = s.count("SELECT count(*) FROM journal");
    // Before: every pair with its reasons, the names masked, nothing written.
    let (code, found) = table(&s, &["dedup", "--roster", "again.csv"]);
    let pairs = rows(&found);
    assert_eq!(code, 1);
    assert!(pairs.len() >= again - 1, "{found}");
    assert!(pairs.iter().all(|p| p["reasons"].as_str().unwrap().contains("姓名（")), "{found}");
    assert!(pairs.iter().all(|p| p["name"].as_str().unwrap().contains('*')), "{found}");
    let (code, plan) = table(&s, &["import", "again.csv", "--dry-run", "--explain", "样例"]);
    assert_eq!((code, plan["pairs"].as_array().unwrap().len()), (1, pairs.len()), "{plan}");
    let told = plan["findings"].as_array().unwrap().iter();
    assert_eq!(told.filter(|f| f["check"] == "likely-same-pupil").count(), pairs.len());
    assert_eq!(s.count("SELECT count(*) FROM journal"), entries);
    // One text for the whole roster is no answer: the pupils are held back, and the pairs are on the list.
    let (code, applied) = table(&s, &["import", "again.csv", "--approve", "--explain", "样例"]);
    assert_eq!((code, applied["held_back"].as_u64().unwrap()), (1, plan["suspects"].as_u64().unwrap()));
    assert_eq!(s.count("SELECT count(*) FROM suspect"), pairs.len() as i64);
    let (code, listed) = table(&s, &["dedup"]);
    let listed = rows(&listed);
    assert_eq!((code, listed.len()), (1, pairs.len()));
    // What was said of the import is what a check says after it.
    let mut said: Vec<f64> =
        applied["pairs"].as_array().unwrap().iter().map(|p| p["score"].as_f64().unwrap()).collect();
    said.sort_by(f64::total_cmp);
    let scores = |rows: &[serde_json::Value]| {
        let mut all: Vec<f64> = rows.iter().map(|r| r["score"].as_str().unwrap().parse().unwrap()).collect();
        all.sort_by(f64::total_cmp);
        all
    };
    assert_eq!(said, scores(&listed));
    // Before it the pupils had other identifiers, and the sample that the weights are learned from was another.
    assert!(scores(&pairs).iter().zip(&said).all(|(x, y)| (x - y).abs() < 0.5), "{pairs:?} {said:?}");
    let id = listed[0]["id"].as_str().unwrap();
    let shown = s.done(&["dedup", "show", id]);
    assert!(!shown.contains("列入清单时得分"), "{shown}");
    s.done(&["dedup", "show", id, "-o", "依据.xlsx"]);
    assert!(std::fs::read(s.path("依据.xlsx")).unwrap().starts_with(b"PK"));
    s.done(&["audit", "verify"]);
}

/// All the same but a second sound number, in the same school: twins are not called the same, so people look; but no
/// score says that it is one child.
#[test]
fn a_child_with_a_second_number_in_its_own_school_is_left_to_people() {
    let (s, _) = before();
    let mut again: Vec<Cells> = pupils(&s).into_iter().filter(has_resident_id).take(4).collect();
    for pupil in &mut again {
        let number = other_number(&pupil["身份证件号"]);
        pupil.insert("身份证件号".into(), number);
        pupil.insert("学校标识码".into(), FROM.into());
    }
    write_csv(&s, "second.csv", &again);
    let (code, found) = table(&s, &["dedup", "--roster", "second.csv"]);
    let pairs = rows(&found);
    assert_eq!((code, pairs.len()), (1, 4), "{found}");
    assert!(pairs.iter().all(|p| p["likely"] == "疑似"), "{found}");
}

#[test]
fn one_schools_list_under_another_schools_code_gets_nobody_approved() {
    let (s, _) = before();
    let own: Vec<Cells> = pupils(&s).into_iter().filter(|p| !p["姓名"].is_empty()).take(24).collect();
    write_csv(&s, "wrong.csv", &own);
    let (code, found) = table(&s, &["dedup", "--roster", "wrong.csv"]);
    assert_eq!(code, 1);
    let places: std::collections::BTreeSet<&str> =
        found["tables"][0]["rows"].as_array().unwrap().iter().map(|p| p["row"].as_str().unwrap()).collect();
    assert_eq!(places.len(), own.len(), "every row is somebody's: {found}");
    assert!(rows(&found).iter().any(|p| p["rule"] == "身份证件号重复"));
    let approved = s.count("SELECT count(*) FROM student WHERE status = 'enrolled'");
    let ended = s.run(&["import", "wrong.csv", "--approve", "--explain", "样例"]);
    assert!(matches!(ended.code, 1 | 3 | 4), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(s.count("SELECT count(*) FROM student WHERE status = 'enrolled'"), approved);
    assert_eq!(s.run(&["dedup", "--sheet", "一班"]).code, 2, "where rosters are, without a roster");
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

/// Pupils whose second registration tells nothing at first, and after an amendment very much.
fn amended() -> Session {
    let (s, _) = before();
    let mut again: Vec<Cells> = pupils(&s).into_iter().filter(has_resident_id).take(6).collect();
    let originals = again.clone();
    for (i, pupil) in again.iter_mut().enumerate() {
        // The first of the month for any other day, the second for the first.
        let born = &pupil["出生日期"];
        let other = format!("{}0{}", &born[..6], if born.ends_with("01") { 2 } else { 1 });
        for (key, value) in [
            ("出生日期", other),
            ("身份证件类型", "其他".to_owned()),
            ("身份证件号", format!("TX20260{i}7")),
            ("联系电话", format!("1390000000{i}")),
            ("成员1联系电话", format!("1390000000{i}")),
            ("成员1姓名", "欧阳无名".to_owned()),
            ("成员1身份证件类型", "其他".to_owned()),
            ("成员1身份证件号", format!("QT20260{i}9")),
            ("家庭地址", format!("外省别市他县{i}号")),
            ("现住址", format!("外省别市他县{i}号")),
        ] {
            pupil.insert(key.to_owned(), value);
        }
    }
    write_csv(&s, "first.csv", &again);
    let text = ["--explain", "样例", "--explain", "likely-same-pupil=尚不能认定"];
    s.run(&[&["import", "first.csv"][..], &text].concat());
    for (pupil, original) in again.iter_mut().zip(&originals) {
        for key in [
            "联系电话",
            "成员1联系电话",
            "成员1姓名",
            "成员1身份证件类型",
            "成员1身份证件号",
            "家庭地址",
            "现住址",
        ] {
            pupil.insert(key.to_owned(), original[key].clone());
        }
    }
    write_csv(&s, "second.csv", &again);
    let ended = s.run(&[&["import", "second.csv"][..], &text].concat());
    assert!(ended.stdout.contains("更新 6"), "{}{}", ended.stdout, ended.stderr);
    s
}

#[test]
fn a_nightly_job_leaves_one_page_and_a_kill_in_the_middle_nothing() {
    let s = amended();
    let before = s.count("SELECT count(*) FROM suspect");
    std::fs::copy(s.path("xueji.db"), s.path("whole.db")).unwrap();
    let start = std::time::Instant::now();
    let ended = s.run(&["dedup", "-q", "--db", "whole.db", "--summary", "小结.txt"]);
    let took = start.elapsed();
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""), "{}", ended.stderr);
    let page = std::fs::read_to_string(s.path("小结.txt")).unwrap();
    assert!(
        page.contains("云溪县教育局") && page.contains("本次新发现的") && page.contains("下一步"),
        "{page}"
    );
    assert!(page.lines().count() < 60, "{page}");
    for pupil in pupils(&s) {
        assert!(pupil["姓名"].chars().count() < 3 || !page.contains(&pupil["姓名"]), "a name is whole");
    }
    // Killed at any moment: the list has all or nothing of the run, and the next run is what an undisturbed one was.
    let of = |db: &str| {
        let connection = rusqlite::Connection::open(s.path(db)).unwrap();
        let mut query = connection.prepare("SELECT id, score FROM suspect ORDER BY id").unwrap();
        let all = query.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, i64>(1)?))).unwrap();
        all.collect::<Result<Vec<_>, _>>().unwrap()
    };
    let whole = of("whole.db");
    assert!(whole.len() as i64 > before, "the amendment made pairs that were not there");
    for moment in 1..=8 {
        for end in ["", "-wal", "-shm", "-dedup"] {
            let _ = std::fs::remove_file(s.path(&format!("cut.db{end}")));
        }
        std::fs::copy(s.path("xueji.db"), s.path("cut.db")).unwrap();
        let mut child = s.command().args(["dedup", "-q", "--db", "cut.db"]).spawn().unwrap();
        std::thread::sleep(took * moment / 8);
        let _ = child.kill();
        child.wait().unwrap();
        let left = of("cut.db");
        assert!(left == whole || left.len() as i64 == before, "half written after {moment}/8");
        s.done(&["audit", "verify", "--db", "cut.db"]);
        assert!(s.run(&["dedup", "-q", "--db", "cut.db"]).code <= 1);
        assert!(of("cut.db") == whole, "after {moment}/8");
    }
    assert_eq!(s.run(&["dedup", "-q", "--db", "whole.db", "--summary", "小结.xlsx"]).code, 0);
    assert!(std::fs::read(s.path("小结.xlsx")).unwrap().starts_with(b"PK"));
}
