//! Nothing tells a child from another unless a purpose is written down: every command, every form, the ledger of exports.

use std::collections::{BTreeSet, HashMap};
use std::io::Read;
use std::path::Path;

use calamine::{Data, Reader, Xlsx, open_workbook};

use super::report::county;
use super::session::Session;

const SMALL: &str = "2133916434";
const FIRST: &str = "2133916413";
const TODAY: &str = "2026-10-15";

fn texts(s: &Session, sql: &str) -> Vec<String> {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let mut query = connection.prepare(sql).unwrap();
    let all = query.query_map([], |r| r.get::<_, String>(0)).unwrap();
    all.map(Result::unwrap).collect()
}

/// What tells a child or its family: whole numbers and telephones, and names long enough to be no part of another word.
fn secrets(s: &Session) -> BTreeSet<String> {
    let mut all: Vec<String> = texts(s, "SELECT name FROM student WHERE length(name) >= 3");
    all.extend(texts(s, "SELECT document_number FROM student WHERE length(document_number) >= 8"));
    all.extend(texts(s, "SELECT number FROM number"));
    all.extend(texts(
        s,
        "SELECT value FROM student, json_each(details) WHERE key LIKE '%phone%' OR key LIKE '%document_number%'
         OR key LIKE 'guardian%name' AND length(value) >= 3",
    ));
    all.into_iter().filter(|t| t.chars().count() >= 3 && !t.contains(':')).collect()
}

/// The secrets that stand in a text.
fn told<'a>(secrets: &'a BTreeSet<String>, text: &str) -> Vec<&'a String> {
    let third = |t: &str| t.char_indices().nth(3).map_or(t.len(), |(i, _)| i);
    let mut by_begin: HashMap<&str, Vec<&String>> = HashMap::new();
    secrets.iter().for_each(|s| by_begin.entry(&s[..third(s)]).or_default().push(s));
    let begins = text.char_indices().map(|(i, _)| &text[i..]);
    let found = begins.flat_map(|rest| {
        let same = by_begin.get(&rest[..third(rest)]).into_iter().flatten().copied();
        same.filter(move |s| rest.starts_with(s.as_str()))
    });
    found.collect()
}

/// Every cell of a workbook, and the words of its properties.
fn cells(path: &Path) -> String {
    let mut book: Xlsx<_> = open_workbook(path).unwrap();
    let mut all = String::new();
    for (_, range) in book.worksheets() {
        for cell in range.rows().flatten() {
            if let Data::String(text) = cell {
                all.push_str(text);
                all.push('\n');
            }
        }
    }
    all + &part(path, "docProps/core.xml")
}

fn part(path: &Path, name: &str) -> String {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let mut text = String::new();
    zip.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

/// Every workbook below a folder.
fn workbooks(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.extension() {
            _ if path.is_dir() => all.extend(workbooks(&path)),
            Some(e) if e == "xlsx" => all.push(path),
            _ => {}
        }
    }
    all
}

/// Every report by name.
fn reports(s: &Session) -> Vec<String> {
    let list = s.done(&["explain", "reports", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&list).unwrap();
    let rows = json["tables"][0]["rows"].as_array().unwrap();
    rows.iter().map(|r| r["name"].as_str().unwrap().to_owned()).collect()
}

/// Commands that print what is in the registry, as somebody types them.
fn questions(s: &Session) -> Vec<Vec<String>> {
    let student = texts(
        s,
        &format!(
            "SELECT lower(hex(student)) FROM enrollment WHERE school = '{FIRST}' AND until IS NULL LIMIT 1"
        ),
    );
    let moved = texts(s, "SELECT lower(hex(student)) FROM application WHERE kind = 'transfer' LIMIT 1");
    let id = |hex: &[String]| {
        let h = &hex[0];
        format!("{}-{}-{}-{}-{}", &h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..])
    };
    let (student, moved) = (id(&student), id(&moved));
    let one = |sql: &str| texts(s, sql).remove(0);
    let suspect = one("SELECT id FROM suspect LIMIT 1");
    let dispute = one("SELECT id FROM dispute LIMIT 1");
    let transfer = one("SELECT id FROM application WHERE kind = 'transfer' LIMIT 1");
    let leave = one("SELECT id FROM application WHERE kind = 'leave' LIMIT 1");
    let watch = one("SELECT id FROM watch LIMIT 1");
    let mut all: Vec<String> = [
        "school list",
        "school show 2133916413",
        "batch list",
        "batch show 2",
        "audit log --last 500",
        "due",
        "dedup list",
        "dispute list",
        "dispute letter",
        "transfer list --all",
        "change list --all",
        "transfer overdue",
        "verify list",
        "verify status",
        "dropout list --all",
        "calendar show",
        "export list",
        "export --ledger",
        "mapping list",
        "student find --school 2133916413",
        "file check --school 2133916413",
        "card list --school 2133916413",
        "rollover --school-year 2026 --dry-run",
    ]
    .map(str::to_owned)
    .to_vec();
    for (command, subject) in [
        ("student show", &student),
        ("student history", &moved),
        ("number show", &student),
        ("file show", &moved),
        ("file custody", &moved),
        ("dedup show", &suspect),
        ("dispute show", &dispute),
        ("transfer show", &transfer),
        ("change show", &leave),
        ("dropout show", &watch),
    ] {
        all.push(format!("{command} {subject}"));
    }
    all.push(format!("evidence list student:{student}"));
    all.extend(reports(s).iter().map(|r| format!("export {r} --school {FIRST}")));
    all.iter().map(|line| line.split(' ').map(str::to_owned).collect()).collect()
}

#[test]
fn no_command_tells_a_child_unasked_in_any_form() {
    let s = county();
    let secrets = secrets(&s);
    assert!(secrets.len() > 3_000, "{}", secrets.len());
    for question in questions(&s) {
        let mut words: Vec<&str> = question.iter().map(String::as_str).collect();
        words.extend(["--today", TODAY]);
        for form in ["human", "json"] {
            let ended = s.run(&[&words[..], &["--format", form]].concat());
            assert!([0, 1, 3, 4].contains(&ended.code), "{words:?}: {}", ended.stderr);
            let said = ended.stdout + &ended.stderr;
            assert_eq!(told(&secrets, &said), Vec::<&String>::new(), "{words:?} as {form}");
        }
        if question[0] == "export" && question[1] != "list" && question[1] != "--ledger" {
            s.done(&[&words[..], &["-o", "out.xlsx"]].concat());
            assert_eq!(told(&secrets, &cells(&s.path("out.xlsx"))), Vec::<&String>::new(), "{words:?}");
        }
    }
    // Lists to be filled in and letters, and a whole set.
    s.done(&["template", "attendance", "--school", SMALL, "-o", "在校.xlsx"]);
    s.done(&["dispute", "export", "-o", "答复.xlsx"]);
    s.done(&["dispute", "letter", "-o", "通知"]);
    let id = texts(&s, "SELECT id FROM application WHERE kind = 'transfer' LIMIT 1").remove(0);
    s.done(&["export", "transfer-form", "--application", &id, "-o", "申请.xlsx", "--today", TODAY]);
    let ended = s.run(&["export", "--term", "2026-autumn", "-o", "成套", "--today", TODAY]);
    assert!([0, 3].contains(&ended.code), "{}", ended.stderr);
    let books = workbooks(&s.path("."));
    assert!(books.len() > 100, "{}", books.len());
    for book in books {
        assert_eq!(told(&secrets, &cells(&book)), Vec::<&String>::new(), "{}", book.display());
    }
    assert_eq!(s.count("SELECT count(*) FROM export"), 0, "what is masked is not in the ledger");
}

const WHY: [&str; 5] = ["--unmasked", "--purpose", "核对&户口簿", "--approval", "云教学籍〔2026〕7号"];

/// The ledger, as JSON rows.
fn ledger(s: &Session) -> Vec<serde_json::Value> {
    let json: serde_json::Value =
        serde_json::from_str(&s.done(&["export", "--ledger", "--format", "json"])).unwrap();
    json["tables"][0]["rows"].as_array().unwrap().clone()
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

#[test]
fn what_leaves_whole_stands_in_the_ledger_with_its_hash_and_nothing_takes_it_out() {
    let s = county();
    let roster = ["export", "class-roster", "--school", SMALL, "--today", TODAY];
    assert_eq!(s.run(&[&roster[..], &["--unmasked", "-o", "a.xlsx"]].concat()).code, 2, "for no purpose");
    assert_eq!(s.run(&[&roster[..], &["--approval", "7号", "-o", "a.xlsx"]].concat()).code, 2);
    assert!(!s.path("a.xlsx").exists() && ledger(&s).is_empty());
    s.done(&[&roster[..], &WHY, &["-o", "a.xlsx"]].concat());
    let screen = s.done(&[&roster[..], &WHY, &["--format", "csv"]].concat());
    let json = s.done(&[&roster[..], &WHY, &["--format", "json"]].concat());
    s.done(
        &[&["export", "registration-card", "--school", SMALL, "--today", TODAY, "-o", "卡.xlsx"][..], &WHY]
            .concat(),
    );
    s.done(&[&["student", "find", "--school", SMALL][..], &WHY].concat());
    s.done(&["card", "print", "--school", SMALL, "--purpose", "新生发卡", "-o", "学生卡.xlsx"]);
    let id = texts(&s, "SELECT id FROM application WHERE kind = 'transfer' LIMIT 1").remove(0);
    s.done(&[&["export", "transfer-form", "--application", &id, "-o", "申请.xlsx"][..], &WHY].concat());
    s.done(&[&["template", "attendance", "--school", SMALL, "-o", "在校.xlsx"][..], &WHY].concat());
    s.done(&[&["dispute", "letter", "-o", "通知"][..], &WHY].concat());
    let rows = ledger(&s);
    assert_eq!(rows.len(), 9);
    let pupils = s.count(&format!(
        "SELECT count(*) FROM enrollment e JOIN student t ON t.id = e.student
         WHERE e.school = '{SMALL}' AND until IS NULL AND t.status IN ('enrolled', 'pending', 'on_leave')"
    ));
    for (row, (file, bytes)) in rows.iter().zip([
        ("a.xlsx", std::fs::read(s.path("a.xlsx")).unwrap()),
        ("", screen.clone().into_bytes()),
        ("", json.into_bytes()),
        ("卡.xlsx", std::fs::read(s.path("卡.xlsx")).unwrap()),
    ]) {
        assert_eq!((row["file"].as_str(), row["hash"].as_str()), (Some(file), Some(hash(&bytes).as_str())));
        assert_eq!((row["approval"].as_str(), row["actor"].as_str()), (Some(WHY[4]), Some("测试员")));
        assert_eq!((row["purpose"].as_str(), row["count"].as_i64()), (Some(WHY[2]), Some(pupils)), "{row}");
    }
    assert!(rows.iter().all(|r| r["standing"] == "已完成" && r["hash"].as_str().unwrap().len() == 64));
    assert!(rows[5]["command"] == "card print" && rows[5]["approval"] == "", "{}", rows[5]);

    // The mark: above the table, in the properties, at the foot of every page; rows of csv are rows and nothing else.
    let id = rows[0]["id"].as_str().unwrap();
    let whole = cells(&s.path("a.xlsx"));
    assert!(whole.contains(&format!("【含完整个人信息，不得外传】导出编号：{id}")), "{whole}");
    assert!(part(&s.path("a.xlsx"), "docProps/core.xml").contains("批准文号：云教学籍〔2026〕7号"));
    for book in ["a.xlsx", "卡.xlsx", "学生卡.xlsx", "申请.xlsx", "在校.xlsx"] {
        let foot = part(&s.path(book), "xl/worksheets/sheet1.xml");
        assert!(foot.contains("<oddFooter>&amp;L&amp;8含完整个人信息，不得外传　导出编号："), "{book}");
        let core = part(&s.path(book), "docProps/core.xml");
        assert!(core.contains("<dc:subject>含完整个人信息</dc:subject>"), "{book}: {core}");
    }
    assert!(!screen.contains("导出编号") && screen.lines().count() as i64 == pupils + 1);

    // Undoing what was imported does not undo that it was shown; and whoever changes the ledger is found out.
    let batch = s.count("SELECT max(number) FROM batch").to_string();
    s.done(&["batch", "undo", &batch, "--yes"]);
    assert_eq!(ledger(&s).len(), 9);
    s.done(&["audit", "verify"]);
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    connection.execute("UPDATE export SET actor = '别人' WHERE id = ?", [id]).unwrap();
    drop(connection);
    assert_eq!(s.run(&["audit", "verify"]).code, 1);
}

#[test]
fn an_export_that_could_not_be_written_stands_in_the_ledger_as_not_ended() {
    let s = county();
    let ended = s.run(&[&["export", "class-roster", "-o", "无/a.xlsx", "--today", TODAY][..], &WHY].concat());
    assert_eq!(ended.code, 5, "{}", ended.stderr);
    let rows = ledger(&s);
    assert_eq!((rows.len(), rows[0]["standing"].as_str()), (1, Some("未完成")));
    s.done(&["audit", "verify"]);
}

#[test]
fn old_tools_get_the_encoding_they_read() {
    let s = county();
    let roster = ["export", "class-roster", "--school", SMALL, "--today", TODAY, "--format", "csv"];
    let file = |name: &str, more: &[&str]| {
        s.done(&[&roster[..], &WHY, &["-o", name], more].concat());
        std::fs::read(s.path(name)).unwrap()
    };
    let usual = String::from_utf8(file("a.csv", &[])).unwrap();
    assert!(usual.starts_with('\u{feff}'));
    assert_eq!(String::from_utf8(file("b.csv", &["--bom=no"])).unwrap(), usual[3..]);
    let old = file("c.csv", &["--encoding", "gb18030"]);
    let (back, _, broken) = encoding_rs::GB18030.decode(&old);
    assert!(!broken && back == usual[3..]);
    assert!(file("d.csv", &["--encoding", "gb18030", "--bom"]).starts_with(&[0x84, 0x31, 0x95, 0x33]));
    assert_eq!(s.run(&[&roster[..], &["--encoding", "big5"]].concat()).code, 2);
    // What was written is what is read again.
    let ended = s.run(&["validate", "c.csv", "--select", "name-malformed"]);
    assert!([0, 1, 2].contains(&ended.code), "{}", ended.stderr);
    assert!(!ended.stderr.contains("不是能辨认的文字"), "{}", ended.stderr);
}

/// Whether a spreadsheet would take a cell of csv for a formula.
fn is_formula(cell: &str) -> bool {
    let begun = cell.trim_start_matches([' ', '\u{3000}']);
    let plain =
        cell.strip_prefix(['+', '-']).is_some_and(|d| d.bytes().all(|b| b.is_ascii_digit() || b == b'.'));
    begun.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']) && !plain
}

/// A day after which no stock day lies before what is written below: nothing has to be taken back.
const LATER: &str = "2027-09-02";

#[test]
fn no_writer_lets_a_text_come_to_life() {
    let s = county();
    // What people type and nobody checks: names of schools and classes, addresses, reasons, notes.
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    connection
        .execute_batch(
            "UPDATE school SET name = '=HYPERLINK(\"http://x\")' || code; UPDATE class SET name = '@SUM(1)' || number;
             UPDATE change SET note = '-2+3';
             UPDATE student SET name = '=cmd|A1', details = json_set(details, '$.current_address', '＝1', '$.home_address', '@x');
             UPDATE watch SET reason = '=2'; UPDATE dispute SET reason = '=3';
             UPDATE batch SET title = '=5'",
        )
        .unwrap();
    drop(connection);
    let mut csv = 0;
    for question in questions(&s) {
        let mut words: Vec<&str> = question.iter().map(String::as_str).collect();
        let stock = question.get(1).is_some_and(|report| report.starts_with("statistics-"));
        words.extend(["--today", if stock { LATER } else { TODAY }]);
        let whole: &[&str] = if question[0] == "export" && question[1] != "list" && question[1] != "--ledger"
        {
            &WHY
        } else {
            &[]
        };
        let ended = s.run(&[&words[..], whole, &["--format", "csv"]].concat());
        assert!([0, 1, 3, 4].contains(&ended.code), "{words:?}: {}", ended.stderr);
        let text = ended.stdout;
        let mut reader =
            csv::ReaderBuilder::new().flexible(true).has_headers(false).from_reader(text.as_bytes());
        for cell in reader.records().flat_map(|r| r.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()) {
            assert!(!is_formula(&cell), "{words:?}: {cell}");
            csv += 1;
        }
        s.run(&[&words[..], whole, &["-o", &format!("{}.xlsx", question.join("_"))]].concat());
    }
    assert!(csv > 3_000, "{csv}");
    s.done(&[&["template", "attendance", "--school", SMALL, "-o", "在校.xlsx"][..], &WHY].concat());
    s.done(&[&["dispute", "export", "-o", "答复.xlsx"][..], &WHY].concat());
    s.run(&["card", "print", "--school", SMALL, "--purpose", "发卡", "-o", "学生卡.xlsx"]);
    for id in texts(&s, "SELECT id FROM application WHERE kind IN ('transfer', 'leave')") {
        let ended = s.run(
            &[&["export", "receipt", "--application", &id, "-o", &format!("{id}.xlsx")][..], &WHY].concat(),
        );
        assert_eq!(ended.code, 0, "{}", ended.stderr);
    }
    let set =
        s.run(&[&["export", "--term", "2027-autumn", "-o", "成套", "--today", LATER][..], &WHY].concat());
    assert!([0, 3].contains(&set.code), "{}", set.stderr);
    let mut found = 0;
    for book in workbooks(&s.path(".")) {
        let mut zip = zip::ZipArchive::new(std::fs::File::open(&book).unwrap()).unwrap();
        for i in 0..zip.len() {
            let mut file = zip.by_index(i).unwrap();
            if !file.name().unwrap().contains("worksheets/sheet") || file.name().unwrap().ends_with(".rels") {
                continue;
            }
            let mut xml = String::new();
            file.read_to_string(&mut xml).unwrap();
            assert!(!xml.contains("<f>") && !xml.contains("<f "), "{}", book.display());
        }
        found += usize::from(cells(&book).contains("=cmd|A1"));
    }
    assert!(found > 20, "the bad texts are in {found} workbooks");
}

#[test]
fn a_number_is_text_in_every_workbook() {
    let s = county();
    let numbers: BTreeSet<String> =
        texts(&s, "SELECT document_number FROM student WHERE length(document_number) = 18")
            .into_iter()
            .collect();
    let ended =
        s.run(&[&["export", "--term", "2026-autumn", "-o", "成套", "--today", TODAY][..], &WHY].concat());
    assert!([0, 3].contains(&ended.code), "{}", ended.stderr);
    let mut seen = BTreeSet::new();
    for path in workbooks(&s.path("成套")) {
        let mut book: Xlsx<_> = open_workbook(&path).unwrap();
        for (_, range) in book.worksheets() {
            for cell in range.rows().flatten() {
                match cell {
                    Data::String(text) => seen.extend(numbers.get(text).cloned()),
                    // No count of a county has eleven digits, and every number of a person has more.
                    Data::Float(n) => assert!(*n < 1e10, "{}: {n}", path.display()),
                    Data::Int(n) => assert!(*n < 10_000_000_000, "{}: {n}", path.display()),
                    _ => {}
                }
            }
        }
    }
    assert!(seen.len() > 1_000, "{}", seen.len());
}
