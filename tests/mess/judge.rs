//! Imports a composed workbook with the program itself and holds the result against the truth, down to the registry.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use super::book;
use super::compose::{Composed, Expect, KINDS, Truth};

pub struct Bench {
    folder: tempfile::TempDir,
}

#[derive(Default)]
pub struct Tally {
    pub workbooks: u64,
    pub sheets: u64,
    pub asked: u64,
    pub pupils: u64,
    pub damaged: u64,
    pub passed: u64,
    /// Columns of a pupil taken for a guardian's, or the other way round.
    pub confused: u64,
    /// Workbooks that have each kind of mess.
    pub kinds: Vec<u64>,
    /// Everything that is not as the truth says.
    pub wrong: Vec<String>,
}

impl Tally {
    pub fn table(&self) -> String {
        let mut out = format!(
            "workbooks {}; roster sheets {}; sheet and header right or asked {:.2} % ({} asked); silently wrong {}; \
             pupil and guardian confused {}; rows that are no pupils {}, all listed; damaged numbers {}, all flagged; \
             pupils in the registry as they are in truth {}\n",
            self.workbooks,
            self.sheets,
            100.0 * (self.workbooks - self.wrong_books()) as f64 / self.workbooks.max(1) as f64,
            self.asked,
            self.wrong.len(),
            self.confused,
            self.passed,
            self.damaged,
            self.pupils
        );
        for (kind, n) in KINDS.iter().zip(&self.kinds) {
            out.push_str(&format!("  {n:4} workbooks with {kind}\n"));
        }
        out
    }

    fn wrong_books(&self) -> u64 {
        let seeds: BTreeSet<&str> = self.wrong.iter().filter_map(|w| w.split(':').next()).collect();
        seeds.len() as u64
    }
}

/// A command that ended.
pub struct Ended {
    pub code: i32,
    pub text: String,
}

pub fn xueji(folder: &Path, arguments: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xueji"));
    command.current_dir(folder).env_clear().args(["--today", "2026-09-10", "--actor", "测试员"]);
    let output = command.args(arguments).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    Ended { code: output.status.code().unwrap_or(-1), text }
}

impl Bench {
    pub fn new() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let schools = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/schools.xlsx");
        for arguments in [
            &["init", "--authority", "330127", "--name", "云溪县教育局", "--db", "base.db"][..],
            &["school", "import", schools.to_str().unwrap(), "--db", "base.db"],
        ] {
            let ended = xueji(folder.path(), arguments);
            assert_eq!(ended.code, 0, "{}", ended.text);
        }
        Bench { folder }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A registry of the sample county's schools, and nobody in it.
    pub fn fresh(&self) -> PathBuf {
        let db = self.path().join("x.db");
        for end in ["", "-wal", "-shm"] {
            let _ = std::fs::remove_file(format!("{}{end}", db.display()));
        }
        std::fs::copy(self.path().join("base.db"), &db).unwrap();
        db
    }

    pub fn judge(&self, composed: &Composed, tally: &mut Tally) {
        tally.workbooks += 1;
        tally.kinds.resize(KINDS.len(), 0);
        composed.kinds.iter().for_each(|k| tally.kinds[*k] += 1);
        let stem = format!("花名册{}", composed.seed);
        let file = book::write(self.path(), &stem, &composed.sheets, composed.writer);
        let mut wrong = Vec::new();
        self.compare(composed, &file, tally, &mut wrong);
        if wrong.is_empty() {
            let _ = std::fs::remove_file(&file);
        } else if let Ok(keep) = std::env::var("XUEJI_MESS_KEEP") {
            let _ = std::fs::copy(&file, Path::new(&keep).join(file.file_name().unwrap()));
        }
        tally.wrong.extend(wrong.iter().map(|w| format!("seed {}: {w}", composed.seed)));
    }

    fn compare(&self, composed: &Composed, file: &Path, tally: &mut Tally, wrong: &mut Vec<String>) {
        let db = self.fresh();
        let mut arguments = vec![
            "import",
            file.to_str().unwrap(),
            "--db",
            db.to_str().unwrap(),
            "--format",
            "json",
            "--explain",
            "样例",
        ];
        if let Expect::Ask(code, flag, answer) = &composed.expect {
            let ended = xueji(self.path(), &arguments);
            if ended.code != *code || !ended.text.contains(flag) {
                wrong.push(format!("was not asked: {} {}", ended.code, head(&ended.text)));
            }
            tally.asked += 1;
            arguments.extend(answer.iter().map(String::as_str));
        }
        let ended = xueji(self.path(), &arguments);
        if composed.expect == Expect::Doubtful && matches!(ended.code, 2 | 5) {
            tally.asked += 1;
            return;
        }
        let Ok(json) = serde_json::from_str::<Value>(&ended.text) else {
            return wrong.push(format!("no JSON: {}", head(&ended.text)));
        };
        if !matches!(ended.code, 0 | 3) {
            return wrong.push(format!("ended with {}: {}", ended.code, head(&ended.text)));
        }
        let files = json["files"].as_array().cloned().unwrap_or_default();
        if files.len() != composed.truth.len() {
            let names: Vec<&Value> = files.iter().map(|f| &f["sheet"]).collect();
            wrong.push(format!("read the sheets {names:?}"));
        }
        for truth in &composed.truth {
            tally.sheets += 1;
            match files.iter().find(|f| f["sheet"] == truth.sheet.as_str()) {
                None => wrong.push(format!("did not read {}", truth.sheet)),
                Some(f) => sheet(f, truth, tally, wrong),
            }
            findings(&json, truth, tally, wrong);
        }
        registry(&db, &json, composed, tally, wrong);
    }
}

fn head(text: &str) -> String {
    text.chars().take(600).collect()
}

fn sheet(file: &Value, truth: &Truth, tally: &mut Tally, wrong: &mut Vec<String>) {
    if file["header_row"] != truth.header_row {
        wrong.push(format!("header in {} and not in {}", file["header_row"], truth.header_row));
    }
    let mut read: BTreeSet<(String, String)> = BTreeSet::new();
    for column in file["columns"].as_array().unwrap() {
        if let (Some(letters), Some(field)) = (column["column"].as_str(), column["field"].as_str()) {
            read.insert((letters.to_owned(), field.to_owned()));
        }
    }
    let real: BTreeSet<(String, String)> =
        truth.columns.iter().map(|(key, letters)| (letters.clone(), (*key).to_owned())).collect();
    let is_guardian = |key: &str| key.starts_with("guardian");
    for (letters, field) in &read {
        let in_truth = real.iter().find(|r| r.0 == *letters).map(|r| r.1.as_str());
        if in_truth.is_some_and(|key| is_guardian(key) != is_guardian(field)) {
            tally.confused += 1;
        }
    }
    if read != real {
        let difference: Vec<_> = read.symmetric_difference(&real).collect();
        wrong.push(format!("columns differ: {difference:?}"));
    }
    let passed: BTreeSet<u32> =
        file["passed"].as_array().unwrap().iter().map(|p| p["row"].as_u64().unwrap() as u32).collect();
    tally.passed += passed.len() as u64;
    if passed != truth.passed {
        let difference: Vec<_> = passed.symmetric_difference(&truth.passed).collect();
        wrong.push(format!("rows that are no pupils differ: {difference:?}"));
    }
    if file["rows"] != truth.pupils.len() {
        wrong.push(format!("{} pupils and not {}", file["rows"], truth.pupils.len()));
    }
    for d in file["decisions"].as_array().unwrap() {
        if !d["reason"].as_str().is_some_and(|r| r.ends_with('。')) {
            wrong.push(format!("a decision without a reason: {d}"));
        }
    }
}

fn findings(json: &Value, truth: &Truth, tally: &mut Tally, wrong: &mut Vec<String>) {
    let all = json["findings"].as_array().cloned().unwrap_or_default();
    for (row, (_, damaged)) in &truth.pupils {
        let of_row = |f: &&Value| {
            let number = f["check"] == "number-damaged" && f["column"] == "身份证件号";
            number && f["row"] == *row && f["sheet"] == truth.sheet.as_str()
        };
        let flagged = all.iter().any(|f| of_row(&f));
        let refused = all.iter().filter(of_row).any(|f| f["severity"] == "error");
        tally.damaged += u64::from(*damaged);
        // Beside a damaged number a sound one that a float could also be is asked about, but is no error.
        if (*damaged && !flagged) || (!damaged && refused) {
            wrong.push(format!("row {row}: damaged {damaged}, flagged {flagged}"));
        }
    }
}

fn registry(db: &Path, json: &Value, composed: &Composed, tally: &mut Tally, wrong: &mut Vec<String>) {
    let connection = rusqlite::Connection::open(db).unwrap();
    let students: i64 = connection.query_row("SELECT count(*) FROM student", [], |r| r.get(0)).unwrap();
    // Beside a damaged number a sound one that a float could also be waits until somebody looked it up.
    let all = json["findings"].as_array().cloned().unwrap_or_default();
    let waits = |sheet: &str, row: u32| {
        all.iter().any(|f| f["check"] == "number-damaged" && f["row"] == row && f["sheet"] == sheet)
    };
    let rows =
        composed.truth.iter().flat_map(|t| t.pupils.iter().map(|(row, p)| (t.sheet.as_str(), *row, p)));
    let mut count = 0;
    for (_, _, (pupil, _)) in rows.filter(|(sheet, row, (_, damaged))| !damaged && !waits(sheet, *row)) {
        count += 1;
        let found = connection.query_row(
            "SELECT s.name, s.sex, s.birth_date, s.details, e.class, e.school FROM student s \
             JOIN enrollment e ON e.student = s.id WHERE s.document_number = ?",
            [&pupil["document_number"]],
            |r| Ok([r.get::<_, String>(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?, r.get(5)?]),
        );
        let Ok([name, sex, birth, details, class, school]) = found else {
            wrong.push(format!("a pupil of {} is not in the registry", pupil["class_number"]));
            continue;
        };
        let details: Value = serde_json::from_str(&details).unwrap();
        let sex_of = if pupil["sex"] == "男" { "sex:1" } else { "sex:2" };
        let mut same = name == pupil["name"] && birth == pupil["birth_date"] && sex == sex_of;
        same &= class == pupil["class_number"] && school == pupil["school_code"];
        let members = if composed.two_members { "12" } else { "1" };
        for part in ["name", "phone", "document_number", "address", "employer"] {
            for member in members.chars() {
                let key = format!("guardian{member}_{part}");
                same &= details[key.as_str()].as_str().unwrap_or("") == pupil[key.as_str()];
            }
        }
        let phone = composed.truth[0].columns.contains_key("phone");
        same &= !phone || details["phone"].as_str().unwrap_or("") == pupil["phone"];
        for key in ["home_address", "current_address", "entry_month"] {
            same &= details[key].as_str().unwrap_or("") == pupil[key];
        }
        if !same {
            wrong.push(format!("a pupil of {} is not as in truth", pupil["class_number"]));
        }
        tally.pupils += 1;
    }
    if students != count {
        wrong.push(format!("{students} pupils in the registry and not {count}"));
    }
}
