//! Finding duplicates, measured against named peers in one run: a county's roster, the febrl sets, speed and memory.
//!
//! `cargo bench --bench linkage` makes its rosters with `linkage/county.py` and holds `xueji dedup evaluate` at default
//! settings against Splink and recordlinkage, which run as `linkage/peers.py`. Python is `python3`, or what
//! `XUEJI_BENCH_PYTHON` names; it needs `pypinyin` for the rosters, `splink duckdb` and `recordlinkage "pandas<3"` for
//! the peers. What is missing is said and left out.
//!
//! `XUEJI_BENCH_SEEDS` (1001,1002,1003), `XUEJI_BENCH_ROWS` (100000,1000000), `XUEJI_BENCH_ROUNDS` (3; the peers run once)
//! and `XUEJI_BENCH_PEER_ROWS` (the largest roster Splink is asked to do) make it smaller.

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::Value;

use common::process::{XUEJI, setting};
use common::{median, run, text, xueji};

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let bench = Bench { folder: folder.path().to_path_buf() };
    bench.quality();
    bench.febrl();
    bench.speed();
    bench.registry();
}

struct Bench {
    folder: PathBuf,
}

/// Numbers of a list in the environment.
fn list(name: &str, usual: &str) -> Vec<usize> {
    let text = std::env::var(name).unwrap_or_else(|_| usual.to_owned());
    text.split(',').filter_map(|n| n.trim().parse().ok()).collect()
}

/// A script of this folder, run by Python.
fn python(script: &str, arguments: &[&str]) -> Command {
    let python = std::env::var("XUEJI_BENCH_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut command = Command::new(python);
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/linkage");
    command.arg(scripts.join(script)).args(arguments);
    command
}

/// The object that a peer prints last; what it lacks is told.
fn peer(arguments: &[&str]) -> Option<Value> {
    let output = python("peers.py", arguments).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    let found = text.lines().last().and_then(|line| serde_json::from_str(line).ok());
    if found.is_none() {
        let errors = String::from_utf8_lossy(&output.stderr);
        println!(
            "(peer left out: {} — set XUEJI_BENCH_PYTHON)",
            errors.lines().last().unwrap_or("no answer")
        );
    }
    found
}

fn schema(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/linkage").join(name)
}

fn evaluation(schema: &Path, truth: &Path, data: &[PathBuf]) -> Command {
    let mut command = Command::new(XUEJI);
    command.args(["dedup", "evaluate", "--format", "json", "--schema"]).arg(schema);
    command.arg("--truth").arg(truth).args(data);
    command
}

/// What an evaluation says: a row of figures by its name, and the numbers of a line under the table.
struct Said(Value);

impl Said {
    fn of(mut command: Command) -> Said {
        let output = command.output().expect("xueji starts");
        let errors = String::from_utf8_lossy(&output.stderr);
        Said(serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {errors}")))
    }

    fn rows(&self, table: usize) -> impl Iterator<Item = &Value> {
        self.0["tables"][table]["rows"].as_array().into_iter().flatten()
    }

    fn figures(&self, unit: &str) -> [f64; 3] {
        let row = self.rows(0).find(|r| r["unit"] == unit).expect("the row is there");
        ["precision", "recall", "f1"]
            .map(|k| row[k].as_str().and_then(|t| t.parse().ok()).unwrap_or(f64::NAN))
    }

    fn numbers(&self, beginning: &str) -> Vec<u64> {
        let foot = self.0["tables"][0]["foot"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let line = foot.into_iter().find(|l| l.starts_with(beginning)).unwrap_or("");
        line.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect()
    }
}

impl Bench {
    /// A roster of `county.py`; `None`, and why, where Python can't make it.
    fn county(&self, seed: usize, pupils: usize) -> Option<PathBuf> {
        let path = self.folder.join(format!("county-{seed}-{pupils}.csv"));
        let output = python("county.py", &[text(&path), &seed.to_string(), &pupils.to_string()]).output();
        if output.as_ref().is_ok_and(|o| o.status.success()) {
            return Some(path);
        }
        let errors = output.map_or_else(
            |e| e.to_string(),
            |o| String::from_utf8_lossy(&o.stderr).lines().last().unwrap_or("").to_owned(),
        );
        println!("(no roster: {errors} — set XUEJI_BENCH_PYTHON to a Python with pypinyin)");
        None
    }

    fn quality(&self) {
        println!(
            "\n## a county's roster, 50,000 pupils, 12 % of them again, 1.6 % twins; default settings\n"
        );
        println!("| seed | who | precision | recall | F1 | twins called the same | twins on the list |");
        println!("|---|---|---:|---:|---:|---:|---:|");
        let mut kinds: Vec<(String, [u64; 3])> = Vec::new();
        for seed in list("XUEJI_BENCH_SEEDS", "5001,5002,5003") {
            let Some(roster) = self.county(seed, 50_000) else { return };
            let said = Said::of(evaluation(&schema("county.toml"), &roster, std::slice::from_ref(&roster)));
            let twins = said.numbers("双胞胎");
            let [precision, recall, f1] = said.figures("按对");
            let (all, same, queued) = (twins[0], twins[1], twins[2]);
            println!(
                "| {seed} | xueji | {precision:.4} | {recall:.4} | {f1:.4} | {same} of {all} | {queued} ({:.1} %) |",
                queued as f64 * 100.0 / all as f64
            );
            let [precision, recall, f1] = said.figures("仅证件号相同");
            println!("| {seed} | xueji, equal numbers only | {precision:.4} | {recall:.4} | {f1:.4} | | |");
            collect(&said, &mut kinds);
            if let Some(rules) = peer(&["rules", text(&roster)]) {
                row(seed, "official rules, number as written", &rules["official"], "");
            }
            if let Some(splink) = peer(&["splink", text(&roster)]) {
                row(seed, "Splink, best threshold knowing the truth", &splink, &splink["twins"].to_string());
            }
        }
        println!(
            "\nBy kind of error, all seeds:\n\n| error | precision | recall | pairs |\n|---|---:|---:|---:|"
        );
        for (kind, [right, said, truth]) in kinds {
            let (precision, recall) = (right as f64 / said as f64, right as f64 / truth as f64);
            println!("| {kind} | {precision:.4} | {recall:.4} | {truth} |");
        }
    }

    fn febrl(&self) {
        println!("\n## febrl, default settings\n");
        if !python("febrl.py", &[text(&self.folder)]).output().is_ok_and(|o| o.status.success()) {
            println!("(left out: Python has no recordlinkage — set XUEJI_BENCH_PYTHON)");
            return;
        }
        println!(
            "| set | xueji: precision | recall | F1 | Splink, best threshold: F1 | recordlinkage, best: F1 |"
        );
        println!("|---|---:|---:|---:|---:|---:|");
        let between = self.folder.join("febrl4.toml");
        let described = fs::read_to_string(schema("febrl.toml")).expect("the description is there");
        fs::write(&between, format!("between_files = true\n{described}")).expect("written");
        for set in ["febrl1", "febrl2", "febrl3", "febrl4"] {
            let file = |end: &str| self.folder.join(format!("{set}{end}.csv"));
            let (data, description) = match set {
                "febrl4" => (vec![file("a"), file("b")], between.clone()),
                _ => (vec![file("")], schema("febrl.toml")),
            };
            let said = Said::of(evaluation(&description, &file(".truth"), &data));
            let [precision, recall, f1] = said.figures("按对");
            let peers = peer(&["febrl", text(&self.folder), set]).unwrap_or_default();
            let of = |who: &str| peers[who]["f1"].as_f64().unwrap_or(f64::NAN);
            let toolkit = ["ecm", "kmeans", "sum"].map(of).into_iter().fold(f64::NAN, f64::max);
            println!(
                "| {set} | {precision:.4} | {recall:.4} | {f1:.4} | {:.4} | {toolkit:.4} |",
                of("splink")
            );
        }
    }

    fn speed(&self) {
        println!("\n## speed: reading, training, scoring, groups; one process\n");
        println!(
            "| rows | who | seconds | µs a record | peak MB | × Splink |\n|---:|---|---:|---:|---:|---:|"
        );
        let rounds = setting("XUEJI_BENCH_ROUNDS", 3);
        let most = setting("XUEJI_BENCH_PEER_ROWS", usize::MAX);
        let mut per_record = Vec::new();
        for rows in list("XUEJI_BENCH_ROWS", "100000,1000000") {
            // A pupil stands there 1.14 times on average.
            let Some(roster) = self.county(2001, rows * 100 / 114) else { return };
            let lines = fs::read_to_string(&roster).map_or(0, |t| t.lines().count() - 1);
            let data = std::slice::from_ref(&roster);
            let once = || run(&mut evaluation(&schema("county.toml"), &roster, data));
            let results: Vec<(Duration, u64)> = (0..rounds).map(|_| once()).collect();
            let seconds = median(results.iter().map(|r| r.0).collect()).as_secs_f64();
            let peak = median(results.iter().map(|r| r.1).collect());
            let splink = if rows <= most { peer(&["splink", text(&roster)]) } else { None };
            let theirs = splink.as_ref().and_then(|s| s["seconds"].as_f64());
            let ratio = theirs.map_or_else(String::new, |t| format!("1/{:.0}", t / seconds));
            let each = seconds * 1e6 / lines as f64;
            per_record.push(each);
            println!("| {lines} | xueji | {seconds:.2} | {each:.2} | {peak} | {ratio} |");
            if let (Some(splink), Some(theirs)) = (splink, theirs) {
                let each = theirs * 1e6 / lines as f64;
                println!("| {lines} | Splink | {theirs:.1} | {each:.1} | {} | 1 |", splink["peak_mb"]);
            }
        }
        if let [first, .., last] = per_record[..] {
            println!("\nCost of a record, the largest to the smallest roster: {:.2} ×", last / first);
        }
    }

    /// The registry's own commands: a scan of all, one school's roster against all.
    fn registry(&self) {
        println!("\n## in a registry\n\n| what | seconds | peak MB |\n|---|---:|---:|");
        let rows = list("XUEJI_BENCH_ROWS", "100000").into_iter().min().unwrap_or(100_000);
        let (large, small) = (self.folder.join("large"), self.folder.join("small"));
        let db = self.folder.join("registry.db");
        let done = |arguments: &[&str]| run(xueji(arguments).args(["--db", text(&db)]));
        for (folder, count) in [(&large, rows), (&small, 1_000)] {
            run(&mut xueji(&["demo", text(folder), "--students", &count.to_string(), "--one-file"]));
        }
        done(&["init", "--authority", "330127", "--name", "测速"]);
        done(&["school", "import", text(&large.join("schools.xlsx"))]);
        done(&["import", text(&large.join("roster.xlsx"))]);
        let roster = small.join("roster.xlsx");
        for (what, arguments) in [
            (format!("dedup, {rows} registrations"), vec!["dedup"]),
            (format!("dedup --roster, 1,000 pupils beside {rows}"), vec!["dedup", "--roster", text(&roster)]),
            (format!("import, 1,000 pupils beside {rows}"), vec!["import", text(&roster)]),
        ] {
            let (seconds, peak) = done(&arguments);
            println!("| {what} | {:.2} | {peak} |", seconds.as_secs_f64());
        }
    }
}

fn row(seed: usize, who: &str, of: &Value, twins: &str) {
    let share = |key: &str| of[key].as_f64().unwrap_or(f64::NAN);
    let (precision, recall, f1) = (share("precision"), share("recall"), share("f1"));
    println!("| {seed} | {who} | {precision:.4} | {recall:.4} | {f1:.4} | {twins} | |");
}

fn collect(said: &Said, kinds: &mut Vec<(String, [u64; 3])>) {
    for row in said.rows(1) {
        let kind = row["kind"].as_str().unwrap_or("").to_owned();
        let counts = ["right", "said", "truth"].map(|k| row[k].as_u64().unwrap_or(0));
        match kinds.iter_mut().find(|(k, _)| *k == kind) {
            Some((_, sums)) => sums.iter_mut().zip(counts).for_each(|(s, c)| *s += c),
            None => kinds.push((kind, counts)),
        }
    }
}
