//! The level above measured: counties' bundles taken into PostgreSQL beside a bare COPY of the same rows, and a day's push.
//!
//! `cargo bench --bench upstream` starts a PostgreSQL of its own, makes the counties with the program itself, and runs
//! each command as a process. `XUEJI_BENCH_COUNTIES` and `XUEJI_BENCH_PUPILS` (of each) make it larger or smaller.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[path = "../tests/cli/server.rs"]
mod server;

use server::{Database, PASSWORD, Server};

const XUEJI: &str = env!("CARGO_BIN_EXE_xueji");
const AUTHORITIES: [&str; 8] =
    ["330108", "330109", "330110", "330111", "330112", "330113", "330114", "330122"];

fn asked(name: &str, otherwise: usize) -> usize {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(otherwise)
}

fn main() {
    let Some(server) = server::server() else { return };
    let counties = asked("XUEJI_BENCH_COUNTIES", 4).min(AUTHORITIES.len());
    let pupils = asked("XUEJI_BENCH_PUPILS", 25_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bench = Bench { folder: folder.path().to_owned(), server };
    let made = bench.county_registries(counties, pupils);
    println!("{counties} counties of {pupils} pupils, {made} entries\n");
    println!(
        "| run | bare COPY + index | with derived tables' COPY | taken, 1 job | taken, 2 jobs | × of bare |"
    );
    println!("|---:|---:|---:|---:|---:|---:|");
    for run in 1..=3 {
        bench.round(run, counties);
    }
    bench.a_day(counties);
}

struct Bench {
    folder: PathBuf,
    server: &'static Server,
}

impl Bench {
    fn run(&self, database: &Database, db: &str, arguments: &[&str]) -> Duration {
        let start = Instant::now();
        let mut command = Command::new(XUEJI);
        command.current_dir(&self.folder).args(["--db", db, "--today", "2026-09-10", "--actor", "a", "-q"]);
        command.env("XUEJI_UPSTREAM", database.url()).env("PGPASSWORD", PASSWORD).args(arguments);
        let output = command.stdin(Stdio::null()).output().expect("the command starts");
        let code = output.status.code();
        // 3: a few of the generated pupils wait for an explanation.
        assert!(matches!(code, Some(0 | 3)), "{arguments:?} {}", String::from_utf8_lossy(&output.stderr));
        start.elapsed()
    }

    fn knows(&self, db: &str, other: &str) {
        let none = self.server.database();
        let card = format!("{other}.card");
        self.run(&none, other, &["sync", "key", "card", "-o", &card]);
        let text = std::fs::read_to_string(self.folder.join(&card)).expect("the card is there");
        let fingerprint = text.lines().next().and_then(|l| l.split('：').nth(1)).expect("a fingerprint");
        self.run(&none, db, &["sync", "office", "add", &card, "--fingerprint", fingerprint]);
    }

    /// The registries of a city and its counties, and how many entries the counties have.
    fn county_registries(&self, counties: usize, pupils: usize) -> i64 {
        let none = self.server.database();
        self.run(
            &none,
            "city.db",
            &["init", "--authority", "330100", "--name", "某市教育局", "--level", "city"],
        );
        self.run(&none, "city.db", &["sync", "key", "new"]);
        for (n, authority) in AUTHORITIES.iter().enumerate().take(counties) {
            let (db, rosters) = (format!("c{n}.db"), format!("r{n}"));
            self.run(
                &none,
                &db,
                &["init", "--authority", authority, "--name", &format!("{authority}教育局")],
            );
            self.run(&none, &db, &["sync", "key", "new"]);
            self.knows(&db, "city.db");
            self.knows("city.db", &db);
            let (students, seed) = (pupils.to_string(), (1000 + n).to_string());
            self.run(&none, &db, &["demo", &rosters, "--students", &students, "--one-file", "--seed", &seed]);
            self.import(&none, &db, &rosters);
        }
        let entries = |n: usize| -> i64 {
            let registry =
                rusqlite::Connection::open(self.folder.join(format!("c{n}.db"))).expect("it opens");
            registry.query_row("SELECT max(seq) FROM journal", [], |r| r.get(0)).expect("it has entries")
        };
        (0..counties).map(entries).sum()
    }

    fn import(&self, database: &Database, db: &str, rosters: &str) {
        let files: Vec<PathBuf> = walk(&self.folder.join(rosters));
        for file in files.iter().filter(|f| f.to_string_lossy().contains("school")) {
            self.run(database, db, &["school", "import", file.to_str().expect("UTF-8")]);
        }
        for file in files.iter().filter(|f| !f.to_string_lossy().contains("school")) {
            let path = file.to_str().expect("UTF-8");
            self.run(database, db, &["import", path, "--explain", "测速", "--approve"]);
        }
    }

    /// One round: what the city takes, and what a bare COPY of the same rows takes.
    fn round(&self, run: usize, counties: usize) {
        let mut taken = Vec::new();
        let mut last = None;
        for jobs in ["1", "2"] {
            let database = self.server.database();
            self.run(&database, "city.db", &["upstream", "init"]);
            for n in 0..counties {
                self.forget(n);
                self.run(&database, &format!("c{n}.db"), &["sync", "push"]);
            }
            taken.push(self.run(&database, "city.db", &["upstream", "receive", "--jobs", jobs]));
            last = Some(database);
        }
        let database = last.expect("two rounds were run");
        let bare = copied(self.server, &database, &["entry"]);
        let all =
            copied(self.server, &database, &["entry", "school", "class", "student", "enrollment", "number"]);
        let seconds = |d: &Duration| d.as_secs_f64();
        println!(
            "| {run} | {:.2} s | {:.2} s | {:.2} s | {:.2} s | {:.2} |",
            seconds(&bare),
            seconds(&all),
            seconds(&taken[0]),
            seconds(&taken[1]),
            seconds(&taken[1]) / seconds(&bare)
        );
    }

    /// Makes a county believe that nothing of it was received.
    fn forget(&self, n: usize) {
        let registry = rusqlite::Connection::open(self.folder.join(format!("c{n}.db"))).expect("it opens");
        registry.execute("DELETE FROM acknowledged", []).expect("it is written");
    }

    /// Five hundred changes of a day, pushed.
    fn a_day(&self, counties: usize) {
        let database = self.server.database();
        self.run(&database, "city.db", &["upstream", "init"]);
        self.forget(0);
        self.run(&database, "c0.db", &["sync", "push"]);
        let took: Vec<Duration> = (0..5)
            .map(|n| {
                let rosters = format!("day{n}");
                let seed = (90_000 + n + counties).to_string();
                self.run(
                    &database,
                    "c0.db",
                    &["demo", &rosters, "--students", "500", "--one-file", "--seed", &seed],
                );
                self.import(&database, "c0.db", &rosters);
                self.run(&database, "c0.db", &["sync", "push"])
            })
            .collect();
        let shown: Vec<String> = took.iter().map(|d| format!("{:.3} s", d.as_secs_f64())).collect();
        println!(
            "\npush of a day's changes (500 pupils admitted, approved and numbered): {}",
            shown.join(", ")
        );
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

/// How long it takes to copy the same rows into empty tables of the same columns, and to make their primary keys.
fn copied(server: &Server, from: &Database, tables: &[&str]) -> Duration {
    use std::io::{Read, Write};
    let to = server.database();
    let (mut source, mut target) = (from.client(), to.client());
    let mut took = Duration::ZERO;
    for table in tables {
        let mut rows = Vec::new();
        source
            .copy_out(&format!("COPY (SELECT * FROM xueji.{table}) TO STDOUT"))
            .expect("it can be read")
            .read_to_end(&mut rows)
            .expect("all of it");
        let columns = from.rows(&format!(
            "SELECT string_agg(column_name || ' ' || data_type, ', ' ORDER BY ordinal_position) FROM information_schema.columns
             WHERE table_schema = 'xueji' AND table_name = '{table}'"
        ));
        let key = from.rows(&format!(
            "SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) FROM information_schema.key_column_usage
             WHERE table_schema = 'xueji' AND table_name = '{table}'"
        ));
        let start = Instant::now();
        target.batch_execute(&format!("BEGIN; CREATE TABLE {table} ({})", columns[0])).expect("it is made");
        let mut writer = target.copy_in(&format!("COPY {table} FROM STDIN")).expect("it copies");
        for chunk in rows.chunks(4 << 20) {
            writer.write_all(chunk).expect("it is written");
        }
        writer.finish().expect("it is whole");
        target
            .batch_execute(&format!("ALTER TABLE {table} ADD PRIMARY KEY ({}); COMMIT", key[0]))
            .expect("its key");
        took += start.elapsed();
    }
    took
}
