//! Counties for the benchmarks of the level above: made with the program itself, each a registry that knows its city.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::process::{XUEJI, watched};
use super::server::{Database, PASSWORD};

/// Wall time of a command, and its peak memory in MB.
pub type Cost = (Duration, u64);

/// A folder with registries: `city.db` and `c0.db`, `c1.db` …
pub struct Counties {
    pub folder: PathBuf,
    /// An empty database for commands that ask for none.
    pub none: Database,
}

/// Six digits of so many counties.
fn divisions(count: usize) -> Vec<&'static str> {
    let all = include_str!("../../src/code/divisions.csv").lines().filter_map(|l| l.get(..6));
    let counties = all.filter(|c| c.starts_with("33") && !c.ends_with("00") && c.parse::<u32>().is_ok());
    let mut counties: Vec<&str> = counties.collect();
    counties.sort_unstable();
    counties.dedup();
    assert!(counties.len() >= count, "{} divisions", counties.len());
    counties.truncate(count);
    counties
}

impl Counties {
    /// Runs the program on a registry against a database.
    pub fn run(&self, database: &Database, db: &str, arguments: &[&str]) -> Cost {
        let start = Instant::now();
        let mut command = Command::new(XUEJI);
        command.current_dir(&self.folder).args(["--db", db, "--today", "2026-09-10", "--actor", "a", "-q"]);
        command.env("XUEJI_UPSTREAM", database.url()).env("PGPASSWORD", PASSWORD).args(arguments);
        let errors = std::fs::File::create(self.folder.join("stderr")).expect("a file");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(errors);
        let (peak, status) = watched(command.spawn().expect("the command starts"));
        let took = start.elapsed();
        // 1: pairs were found. 3: a few of the generated pupils wait for an explanation.
        let said = std::fs::read_to_string(self.folder.join("stderr")).unwrap_or_default();
        assert!(matches!(status.code(), Some(0 | 1 | 3)), "{arguments:?} {said}");
        (took, peak)
    }

    fn knows(&self, db: &str, other: &str) {
        let card = format!("{other}.card");
        let _ = std::fs::remove_file(self.folder.join(&card));
        self.run(&self.none, other, &["sync", "key", "card", "-o", &card]);
        let text = std::fs::read_to_string(self.folder.join(&card)).expect("the card is there");
        let fingerprint = text.lines().next().and_then(|l| l.split('：').nth(1)).expect("a fingerprint");
        self.run(&self.none, db, &["sync", "office", "add", &card, "--fingerprint", fingerprint]);
    }

    /// A city and so many counties of so many pupils each, all admitted, approved and numbered.
    pub fn make(&self, counties: usize, pupils: usize) {
        let none = &self.none;
        let city = ["init", "--authority", "330100", "--name", "某市教育局", "--level", "city"];
        self.run(none, "city.db", &city);
        self.run(none, "city.db", &["sync", "key", "new"]);
        for (n, authority) in divisions(counties).iter().enumerate() {
            let db = format!("c{n}.db");
            let name = format!("{authority}教育局");
            self.run(none, &db, &["init", "--authority", authority, "--name", &name]);
            self.run(none, &db, &["sync", "key", "new"]);
            self.knows(&db, "city.db");
            self.knows("city.db", &db);
            self.admit(n, pupils, 1000 + n);
        }
    }

    /// So many new pupils for a county, from a roster that is generated for it.
    pub fn admit(&self, n: usize, pupils: usize, seed: usize) {
        let (none, db, rosters) = (&self.none, format!("c{n}.db"), format!("r{n}-{seed}"));
        let (students, seed) = (pupils.to_string(), seed.to_string());
        self.run(none, &db, &["demo", &rosters, "--students", &students, "--one-file", "--seed", &seed]);
        let folder = self.folder.join(&rosters);
        let files: Vec<PathBuf> = walk(&folder);
        let is_schools = |f: &&PathBuf| f.to_string_lossy().contains("school");
        for file in files.iter().filter(is_schools) {
            self.run(none, &db, &["school", "import", file.to_str().expect("UTF-8")]);
        }
        for file in files.iter().filter(|f| !is_schools(f)) {
            let path = file.to_str().expect("UTF-8");
            self.run(none, &db, &["import", path, "--explain", "测速", "--approve"]);
        }
        let _ = std::fs::remove_dir_all(folder);
    }

    /// How many entries a county's journal has.
    pub fn entries(&self, n: usize) -> i64 {
        let registry = self.registry(n);
        registry.query_row("SELECT max(seq) FROM journal", [], |r| r.get(0)).expect("it has entries")
    }

    /// Makes a county believe that nothing of it was received.
    pub fn forget(&self, n: usize) {
        self.registry(n).execute("DELETE FROM acknowledged", []).expect("it is written");
    }

    fn registry(&self, n: usize) -> rusqlite::Connection {
        rusqlite::Connection::open(self.folder.join(format!("c{n}.db"))).expect("it opens")
    }
}

/// Every workbook below a folder.
fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder is there").filter_map(Result::ok) {
        let path = entry.path();
        if path.is_dir() {
            all.extend(walk(&path));
        } else if path.extension().is_some_and(|e| e == "xlsx") {
            all.push(path);
        }
    }
    all.sort();
    all
}
