//! A temporary folder in which the program is run.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The exit codes of the contract: no invocation may end with another.
const DOCUMENTED: &[i32] = &[0, 1, 2, 3, 4, 5, 6, 7, 70];

/// Every table the journal writes.
const RECORD_TABLES: &[&str] = &[
    "school",
    "class",
    "student",
    "enrollment",
    "number",
    "pending",
    "heading",
    "suspect",
    "flag",
    "application",
    "step",
    "change",
    "evidence",
    "file_item",
    "custody",
    "card",
    "dispute",
    "party",
    "claim",
    "loaded",
    "school_year",
    "office",
    "message",
    "review",
    "discrepancy",
    "watch",
    "watch_step",
];

pub struct Session {
    folder: tempfile::TempDir,
}

pub struct Ended {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Session {
    pub fn new() -> Session {
        Session { folder: tempfile::tempdir().unwrap() }
    }

    /// A session with a registry of the sample county's schools.
    pub fn with_schools() -> Session {
        let session = Session::new();
        session.done(&["init", "--authority", "330127", "--name", "云溪县教育局"]);
        session.done(&["school", "import", sample("schools.xlsx").to_str().unwrap()]);
        session
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        std::fs::write(self.path(name), bytes).unwrap();
        name.to_owned()
    }

    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xueji"));
        command.current_dir(self.folder.path()).env_clear();
        command.args(["--today", "2026-09-10", "--actor", "测试员"]);
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ended {
        self.run_with(arguments, "")
    }

    pub fn run_with(&self, arguments: &[&str], stdin: &str) -> Ended {
        let mut command = self.command();
        command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A program that does not read its input may have ended before all of it was written.
        let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes());
        let output = child.wait_with_output().unwrap();
        let code = output.status.code().unwrap_or(-1);
        assert!(DOCUMENTED.contains(&code), "{arguments:?} ended with {code}");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ended { code, stdout: text(output.stdout), stderr: text(output.stderr) }
    }

    /// Runs a command that must end with 0; what it printed.
    pub fn done(&self, arguments: &[&str]) -> String {
        let ended = self.run(arguments);
        assert_eq!(ended.code, 0, "{arguments:?}\n{}\n{}", ended.stdout, ended.stderr);
        ended.stdout
    }

    /// Every row of every record table, so that two states can be held against each other.
    pub fn record_tables(&self) -> Vec<String> {
        let connection = rusqlite::Connection::open(self.path("xueji.db")).unwrap();
        let mut all = Vec::new();
        for table in RECORD_TABLES {
            let mut query = connection.prepare(&format!("SELECT * FROM {table} ORDER BY 1, 2, 3")).unwrap();
            let columns = query.column_count();
            let mut rows = query.query([]).unwrap();
            while let Some(row) = rows.next().unwrap() {
                let cells: Vec<String> =
                    (0..columns).map(|i| format!("{:?}", row.get_ref(i).unwrap())).collect();
                all.push(format!("{table}: {}", cells.join("|")));
            }
        }
        all
    }

    pub fn count(&self, sql: &str) -> i64 {
        let connection = rusqlite::Connection::open(self.path("xueji.db")).unwrap();
        connection.query_row(sql, [], |r| r.get(0)).unwrap()
    }
}

/// A file of the sample county.
pub fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data").join(name)
}

/// A clean roster of the sample county, the smallest first.
pub fn clean_roster(which: &str) -> String {
    let mut files = std::fs::read_dir(sample("rosters")).unwrap().map(|f| f.unwrap().path());
    files.find(|f| f.to_str().unwrap().contains(which)).unwrap().to_str().unwrap().to_owned()
}
