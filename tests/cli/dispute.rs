//! A queue of suspects taken to its end: answers, decisions, a mistake undone; letters; and answers by workbook.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::OnceLock;

use super::dedup::{county, rows, table};
use super::session::{Ended, Session};

/// Runs a command as somebody else than the one who enters answers.
fn run_as(s: &Session, actor: &str, arguments: &[&str]) -> Ended {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_xueji"));
    command.current_dir(s.path("")).env_clear().args(["--today", "2026-09-11", "--actor", actor]);
    let output = command.args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ended { code: output.status.code().unwrap(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// A county with a queue: every suspect is a dispute. The disputes' names, oldest pair first. Made once, copied for each
/// test.
fn queue() -> (Session, Vec<String>) {
    static MADE: OnceLock<(Session, Vec<String>)> = OnceLock::new();
    let (made, ids) = MADE.get_or_init(make_queue);
    let s = Session::new();
    for file in ["xueji.db", "a.jpg", "b.jpg"] {
        std::fs::copy(made.path(file), s.path(file)).unwrap();
    }
    (s, ids.clone())
}

fn make_queue() -> (Session, Vec<String>) {
    let (s, _) = county();
    s.run(&["dedup", "-q"]);
    let (_, listed) = table(&s, &["dedup", "list"]);
    let suspects: Vec<String> = rows(&listed).iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect();
    assert!(suspects.len() >= 3, "{listed}");
    let mut arguments = vec!["dispute", "open", "--reason", "查重发现"];
    for id in &suspects {
        arguments.extend(["--suspect", id]);
    }
    let opened = s.done(&arguments);
    assert!(suspects.iter().all(|id| opened.contains(&format!("（查重 {id}）"))), "{opened}");
    s.write("a.jpg", "hukou booklet");
    s.write("b.jpg", "attendance");
    let (code, listed) = table(&s, &["dispute", "list"]);
    assert_eq!(code, 1);
    let ids = rows(&listed).iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect();
    (s, ids)
}

fn student(s: &Session, dispute: &str, ordinal: i64) -> String {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let sql = "SELECT lower(hex(student)) FROM party WHERE dispute = ? AND ordinal = ?";
    connection.query_row(sql, rusqlite::params![dispute, ordinal], |r| r.get(0)).unwrap()
}

#[test]
fn a_queue_is_taken_to_its_end_and_a_mistake_is_undone() {
    let (s, ids) = queue();
    assert_eq!(s.count("SELECT count(*) FROM flag WHERE flag = 'disputed'") as usize, 2 * ids.len());
    let claim = |id: &str, side: &str, rest: &[&str]| {
        let mut arguments = vec!["dispute", "claim", id, "--side", side, "--text", "已核对"];
        arguments.extend(rest);
        s.done(&arguments)
    };
    let decide = |actor: &str, id: &str, one: &str, other: &str| {
        run_as(&s, actor, &["dispute", "decide", id, "--one", one, "--other", other, "--reason", "两校核对"])
    };
    // Two pupils: both keep theirs, with papers; not by who entered the answers, and not without answers.
    let first = ids[0].as_str();
    let refused = decide("测试员", first, "keep", "keep");
    assert_eq!(refused.code, 4);
    assert_eq!(refused.stderr.matches("还没有答复").count(), 2, "{}", refused.stderr);
    for side in ["one", "other"] {
        claim(first, side, &["佐证", "--attends", "--evidence", "a.jpg"]);
    }
    let refused = decide("测试员", first, "keep", "keep");
    assert_eq!(refused.code, 4);
    assert!(refused.stderr.contains("不能由同一人作决定"), "{}", refused.stderr);
    let held = "SELECT count(*) FROM pending p JOIN party q ON q.student = p.student AND q.ordinal = 2
                WHERE p.explanation IS NULL AND p.check_name LIKE '%same%' AND q.dispute = '";
    let held = format!("{held}{first}'");
    assert_eq!(s.count(&held), 1);
    assert_eq!(decide("李", first, "keep", "keep").code, 0);
    assert_eq!(s.count(&held), 0, "what held it back from approval is closed");
    assert_eq!(s.count(&format!("SELECT count(*) FROM suspect x JOIN dispute d ON d.suspect = x.id WHERE d.id = '{first}' AND x.verdict = 'different'")), 1);
    // One pupil, decided the wrong way round, taken back, and decided right.
    let second = ids[1].as_str();
    claim(second, "one", &["佐证", "--evidence", "a.jpg", "b.jpg"]);
    claim(second, "other", &["删除", "--attends"]);
    let refused = decide("李", second, "remove", "keep");
    assert_eq!(refused.code, 4);
    for reason in ["主张的是删除，不能原样保留", "没有主张删除", "家长放弃原学籍"] {
        assert!(refused.stderr.contains(reason), "{reason}: {}", refused.stderr);
    }
    let before = s.record_tables();
    let decided = decide("李", second, "keep", "remove");
    assert_eq!(decided.code, 0, "{}", decided.stderr);
    assert!(decided.stdout.contains("xueji transfer start"), "{}", decided.stdout);
    let removed = student(&s, second, 2);
    let shown = s.done(&["student", "show", &removed]);
    assert!(shown.contains("已删除") && shown.contains("在校止：2026-09-11"), "{shown}");
    assert_eq!(
        s.count(
            "SELECT count(*) FROM change WHERE kind = 'removal' AND status = 'removed' AND school IS NULL"
        ),
        1
    );
    let batch = s.count("SELECT max(number) FROM batch").to_string();
    s.done(&["batch", "undo", &batch, "--yes"]);
    assert_eq!(s.record_tables(), before);
    assert_eq!(decide("李", second, "keep", "remove").code, 0);
    // What was answered before is not undone under the decision.
    let answered = (batch.parse::<i64>().unwrap() - 1).to_string();
    assert_eq!(s.run(&["batch", "undo", &answered, "--yes"]).code, 4);
    // The rest: the later registration goes.
    for id in &ids[2..] {
        claim(id, "one", &["佐证", "--attends", "--evidence", "a.jpg"]);
        claim(id, "other", &["删除"]);
        let decided = decide("李", id, "keep", "remove");
        assert_eq!(decided.code, 0, "{}", decided.stderr);
    }
    let (code, listed) = table(&s, &["dispute", "list"]);
    assert_eq!((code, rows(&listed).len()), (0, 0));
    assert_eq!(s.count("SELECT count(*) FROM flag"), 0);
    let shown = s.done(&["dispute", "show", second]);
    assert!(shown.contains("甲保留，乙删除"), "{shown}");
    s.done(&["audit", "verify"]);
    // Nobody is found twice any more.
    assert_eq!(s.run(&["dedup", "--new"]).code, 0);
}

#[test]
fn a_correction_is_checked_and_compared_before_it_is_written() {
    let (s, ids) = queue();
    let id = ids[0].as_str();
    let correct = |values: &str| {
        s.write("values.txt", values);
        s.run(&[
            "dispute",
            "claim",
            id,
            "correct",
            "--side",
            "other",
            "--text",
            "户口簿",
            "--values",
            "values.txt",
            "--evidence",
            "a.jpg",
        ])
    };
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let elsewhere: String = connection
        .query_row("SELECT document_number FROM student WHERE length(document_number) = 18 AND id NOT IN (SELECT student FROM party) LIMIT 1", [], |r| r.get(0))
        .unwrap();
    drop(connection);
    for (values, said) in [
        ("身份证件类型=居民身份证\n身份证件号=330106201503140016\n", "更正后的身份证件号"),
        (&*format!("身份证件类型=居民身份证\n身份证件号={elsewhere}\n"), "与另一个学籍相同"),
        ("家庭地址=某路\n", "不是关键信息"),
        ("姓名\n", "没有等号"),
    ] {
        let refused = correct(values);
        assert_eq!(refused.code, 4, "{values}");
        assert!(
            refused.stderr.contains(said) && !refused.stderr.contains(&elsewhere),
            "{said}: {}",
            refused.stderr
        );
    }
    assert_eq!(correct("姓名=欧阳新名\n").code, 0, "{}", correct("姓名=欧阳新名\n").stderr);
    let shown = s.done(&["dispute", "show", id]);
    assert!(shown.contains("欧阳**") && !shown.contains("欧阳新名"), "{shown}");
    s.done(&["dispute", "claim", id, "佐证", "--side", "one", "--text", "无误", "--evidence", "b.jpg"]);
    let decided = run_as(
        &s,
        "李",
        &["dispute", "decide", id, "--one", "keep", "--other", "correct", "--reason", "户口簿"],
    );
    assert_eq!(decided.code, 0, "{}", decided.stderr);
    assert_eq!(s.count("SELECT count(*) FROM student WHERE name = '欧阳新名'"), 1);
    assert_eq!(
        s.count("SELECT count(*) FROM change WHERE kind = 'correction' AND status = status_before"),
        1
    );
    s.done(&["audit", "verify"]);
}

/// The rows of the answer sheet, by heading.
fn sheet(s: &Session, name: &str) -> Vec<BTreeMap<String, String>> {
    use calamine::Reader;
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(s.path(name)).unwrap();
    let range = book.worksheet_range("问题学籍答复").unwrap();
    let mut lines = range.rows().map(|r| r.iter().map(ToString::to_string).collect::<Vec<String>>());
    let header = lines.next().unwrap();
    lines.map(|l| header.iter().cloned().zip(l).collect()).collect()
}

fn as_csv(s: &Session, name: &str, all: &[BTreeMap<String, String>]) {
    let mut text = all[0].keys().cloned().collect::<Vec<_>>().join(",");
    for row in all {
        text.push('\n');
        text.push_str(&row.values().map(|v| format!("\"{v}\"")).collect::<Vec<_>>().join(","));
    }
    s.write(name, text);
}

#[test]
fn answers_come_back_by_workbook_row_by_row_and_once() {
    let (s, ids) = queue();
    s.done(&["dispute", "export", "-o", "out.xlsx"]);
    let mut zip = zip::ZipArchive::new(std::fs::File::open(s.path("out.xlsx")).unwrap()).unwrap();
    let mut xml = String::new();
    zip.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut xml).unwrap();
    assert!(xml.contains("佐证,变更,删除"), "the answers are chosen from a list");
    let mut all = sheet(&s, "out.xlsx");
    assert_eq!(all.len(), 2 * ids.len());
    assert!(all.iter().all(|r| r["姓名"].contains('*')), "masked without a purpose");
    let mut set = |at: usize, pairs: &[(&str, &str)]| {
        for (heading, value) in pairs {
            all[at].insert((*heading).to_owned(), (*value).to_owned());
        }
    };
    set(0, &[("主张", "佐证"), ("说明", "在读"), ("在本校就读", "是"), ("材料文件名", "a.jpg、b.jpg")]);
    set(1, &[("主张", "合并"), ("说明", "")]);
    set(2, &[("主张", "删除"), ("说明", "重复"), ("材料文件名", "../a.jpg")]);
    set(3, &[("主张", "删除"), ("说明", "重复"), ("学校标识码", "2133000000")]);
    as_csv(&s, "back.csv", &all);
    let ended = s.run(&["dispute", "import", "back.csv"]);
    assert_eq!(ended.code, 3, "{}", ended.stderr);
    assert!(ended.stdout.contains("记下答复 1 条") && ended.stdout.contains("拒收 3 行"), "{}", ended.stdout);
    for said in ["3：主张没有填", "3：没有写说明", "4：材料只写文件名", "5：学校标识码不是"]
    {
        assert!(ended.stderr.contains(said), "{said}: {}", ended.stderr);
    }
    assert_eq!(s.count("SELECT count(*) FROM evidence WHERE subject LIKE 'claim:%'"), 2);
    // Read once more it changes nothing, by program too.
    let again = s.run(&["dispute", "import", "back.csv", "--format", "json"]);
    assert_eq!(again.code, 3);
    let json: serde_json::Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!((&json["counts"]["unchanged"], &json["counts"]["claims"]), (&1.into(), &0.into()));
    assert_eq!(json["refused"].as_array().unwrap().len(), 4);
    assert_eq!(s.count("SELECT count(*) FROM claim"), 1);
    // Nothing that can be taken is a refusal; a file that is no answer sheet too.
    as_csv(&s, "bad.csv", &all[1..3]);
    assert_eq!(s.run(&["dispute", "import", "bad.csv"]).code, 4);
    s.write("other.csv", "姓名,性别\n王一,男\n");
    assert_eq!(s.run(&["dispute", "import", "other.csv"]).code, 4);
    assert_eq!(s.run(&["dispute", "import", "none.xlsx"]).code, 5);
    // The untouched workbook is blank and no more.
    let blank = s.done(&["dispute", "import", "out.xlsx"]);
    assert!(blank.contains(&format!("没有填的 {} 行", 2 * ids.len())), "{blank}");
}

#[test]
fn letters_are_masked_unless_a_purpose_is_written_down() {
    let (s, _) = queue();
    let masked = s.done(&["dispute", "letter", "--due", "2026-09-20"]);
    assert!(masked.contains("佐证（") && masked.contains("2026年9月20日以前答复"), "{masked}");
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let sql = "SELECT name FROM student s JOIN party p ON p.student = s.id WHERE p.ordinal = 1 LIMIT 1";
    let name: String = connection.query_row(sql, [], |r| r.get(0)).unwrap();
    drop(connection);
    assert!(!masked.contains(&name));
    assert_eq!(s.run(&["dispute", "letter", "--unmasked"]).code, 2);
    let entries = s.count("SELECT max(seq) FROM journal");
    let whole = s.done(&["dispute", "letter", "--unmasked", "--purpose", "发学校核查", "--format", "csv"]);
    assert!(whole.contains(&name));
    assert_eq!(s.count("SELECT max(seq) FROM journal"), entries + 2, "before and after");
    s.done(&["dispute", "letter", "-o", "letters"]);
    assert_eq!(std::fs::read_dir(s.path("letters")).unwrap().count(), 2);
    s.done(&["dispute", "letter", "--school", "2133916413", "-o", "one.xlsx"]);
    assert_eq!(s.run(&["dispute", "letter", "--school", "2133000000"]).code, 4);
}

#[test]
fn what_can_not_be_opened_is_refused_with_every_reason() {
    let (s, ids) = queue();
    let (one, other) = (student(&s, &ids[0], 1), student(&s, &ids[0], 2));
    let (_, listed) = table(&s, &["dedup", "list"]);
    let suspect = rows(&listed)[0]["id"].as_str().unwrap().to_owned();
    let refused =
        s.run(&["dispute", "open", "--suspect", &suspect, "--suspect", "0000000A", "--reason", "再来"]);
    assert_eq!(refused.code, 4);
    assert!(
        refused.stderr.contains("没有编号为 0000000A") && refused.stderr.contains("已经在办"),
        "{}",
        refused.stderr
    );
    for (kind, students) in [
        ("same-number", vec![&one]),
        ("same-number", vec![&one, &one]),
        ("not-attending", vec![&one, &other]),
    ] {
        let mut arguments = vec!["dispute", "open", "--kind", kind, "--reason", "核查"];
        students.iter().for_each(|id| arguments.extend(["--student", id]));
        assert_eq!(s.run(&arguments).code, 4, "{kind}");
    }
    // Another problem of the same pupil: marked once, and until both are decided.
    s.done(&["dispute", "open", "--kind", "not-attending", "--student", &one, "--reason", "点名不到"]);
    assert_eq!(s.count("SELECT count(*) FROM flag") as usize, 2 * ids.len());
    for wrong in [
        vec!["dispute", "open", "--reason", "无"],
        vec!["dispute", "open", "--student", &one, "--reason", "无"],
        vec!["dispute", "open", "--suspect", &suspect, "--reason", " "],
        vec!["dispute", "claim", &ids[0], "合并", "--side", "one", "--text", "无"],
        vec!["dispute", "claim", &ids[0], "佐证", "--text", "没有说哪一方"],
        vec!["dispute", "export"],
    ] {
        assert_eq!(s.run(&wrong).code, 2, "{wrong:?}");
    }
    assert_eq!(s.run(&["dispute", "show", "0000000A"]).code, 4);
    for page in ["dispute", "disputes", "same-number", "空挂学籍"] {
        assert!(s.done(&["explain", page]).contains("学籍"), "{page}");
    }
}

/// A number that must be there.
fn text(s: &Session, sql: &str) -> String {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    connection.query_row(sql, [], |r| r.get(0)).unwrap()
}

#[test]
fn a_settled_dispute_is_told_as_it_was_wherever_a_pupil_goes_afterwards() {
    let (s, ids) = queue();
    let id = ids[0].as_str();
    let listed = s.run(&["dedup", "list"]);
    assert!(
        listed.stdout.contains(&format!("待核实 0 对，问题学籍在办 {} 对", ids.len())),
        "{}",
        listed.stdout
    );
    let claim = |side: &str, rest: &[&str]| {
        s.done(&[&["dispute", "claim", id, "--side", side, "佐证", "--text", "已核对"], rest].concat())
    };
    claim("one", &["--attends"]);
    claim("other", &["--evidence", "b.jpg"]);
    let listed = s.run(&["dispute", "list"]).stdout;
    assert!(listed.contains("待甲补佐证材料") && listed.contains("可以决定的 0 件"), "{listed}");
    let shown = s.done(&["dispute", "show", id]);
    assert!(shown.contains("还缺：甲的佐证材料") && shown.contains("--side one"), "{shown}");
    claim("one", &["--attends", "--evidence", "a.jpg"]);
    let decided =
        run_as(&s, "李", &["dispute", "decide", id, "--one", "keep", "--other", "keep", "--reason", "核对"]);
    assert_eq!(decided.code, 0, "{}", decided.stderr);
    let pupil = student(&s, id, 1);
    let of = |what: &str| {
        text(
            &s,
            &format!(
                "SELECT {what} FROM enrollment e JOIN class c ON c.school = e.school AND c.number = e.class WHERE lower(hex(e.student)) = '{pupil}' AND e.until IS NULL"
            ),
        )
    };
    let (from, year) = (of("e.school"), of("CAST(c.entry_year AS TEXT)"));
    let to = text(
        &s,
        &format!(
            "SELECT school FROM class WHERE school <> '{from}' AND stage = 'primary' AND entry_year = {year} LIMIT 1"
        ),
    );
    let class = text(
        &s,
        &format!(
            "SELECT min(number) FROM class WHERE school = '{to}' AND stage = 'primary' AND entry_year = {year}"
        ),
    );
    let name = |code: &str| text(&s, &format!("SELECT name FROM school WHERE code = '{code}'"));
    let reports = ["disputed-records", "duplicate-findings"];
    let printed = || reports.map(|r| s.done(&["export", r, "--today", "2026-09-30", "--format", "csv"]));
    let before = printed();
    let start = [
        "transfer",
        "start",
        "--student",
        &pupil,
        "--to-school",
        &to,
        "--to-class",
        &class,
        "--reason",
        "迁居",
    ];
    let moving = super::change::application(&s, &[&start[..], &["--today", "2026-09-11"]].concat());
    for party in ["receiving-authority", "sending-school", "sending-authority"] {
        run_as(&s, "李", &["transfer", "consent", &moving, "--as", party]);
    }
    s.done(&["transfer", "collect", &moving, "--today", "2026-09-14"]);
    assert_eq!(of("e.school"), to);
    let shown = s.done(&["dispute", "show", id]);
    let line = |heading: &str| shown.lines().find(|l| l.contains(heading)).unwrap_or_default().to_owned();
    assert!(line("学校 ").contains(&name(&from)) && !line("学校 ").contains(&name(&to)), "{shown}");
    assert!(line("现在的学校").contains(&name(&to)), "{shown}");
    assert_eq!(printed(), before, "the reports of what is settled stay what they were");
}

#[test]
fn what_must_be_undone_first_stands_first_and_pairs_are_one_line_a_check() {
    let (s, ids) = queue();
    for side in ["one", "other"] {
        s.done(&[
            "dispute",
            "claim",
            &ids[0],
            "--side",
            side,
            "佐证",
            "--text",
            "已核对",
            "--evidence",
            "a.jpg",
        ]);
    }
    let imported = text(&s, "SELECT CAST(max(number) AS TEXT) FROM batch WHERE kind = 'import'");
    let refused = s.run(&["batch", "undo", &imported, "--yes"]);
    assert_eq!(refused.code, 4);
    let first = refused.stderr.split("xueji batch undo ").nth(1).unwrap();
    let first: String = first.chars().take_while(char::is_ascii_digit).collect();
    assert_eq!(first, text(&s, "SELECT CAST(max(number) AS TEXT) FROM batch"), "{}", refused.stderr);
    assert!(refused.stderr.contains("本批办理以后，第"), "{}", refused.stderr);
    s.done(&["batch", "undo", &first, "--yes"]);
    let held = s.run(&["approve", "--batch", &imported]);
    let lines = held.stdout.lines().filter(|l| l.contains("逐对写结论"));
    let mut checks: Vec<&str> = lines.filter_map(|l| l.split_whitespace().next()).collect();
    let all = checks.len();
    checks.dedup();
    assert!(all > 0 && checks.len() == all, "one line a check: {}", held.stdout);
    assert_eq!(held.stdout.matches("先办结问题学籍").count(), 1, "{}", held.stdout);
}
