//! Marking measured against validating: a roster of 5,000 pupils checked, and checked and given back with its marks.
//!
//! `cargo bench --bench marked` makes the roster with the program itself and runs each command as a process in turn.
//! Once few rows have findings; once, on a day long past, every row has, and every row is marked.
//! `XUEJI_BENCH_ROWS` and `XUEJI_BENCH_ROUNDS` make it smaller or larger.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const XUEJI: &str = env!("CARGO_BIN_EXE_xueji");

fn setting(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(usual)
}

fn run(day: &str, arguments: &[&str]) -> Duration {
    let mut command = Command::new(XUEJI);
    command.args(["--today", day, "--actor", "bench", "-q", "--yes"]).args(arguments);
    let start = Instant::now();
    let status = command.stdout(Stdio::null()).stderr(Stdio::null()).status().expect("the command starts");
    assert!(matches!(status.code(), Some(0 | 1)), "{arguments:?} ended with {status}");
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64()
}

fn compare(title: &str, day: &str, roster: &str, marked: &Path) {
    let marked = marked.to_str().expect("temporary paths are UTF-8");
    let rounds = setting("XUEJI_BENCH_ROUNDS", 11);
    let (mut plain, mut with) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        plain.push(run(day, &["validate", roster]));
        with.push(run(day, &["validate", roster, "--marked", marked]));
    }
    let (plain, with) = (median(plain), median(with));
    println!("| {title} | {plain:.3} | {with:.3} | {:.3} | {:.2} |", with - plain, (with - plain) / plain);
}

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rows = setting("XUEJI_BENCH_ROWS", 5_000).to_string();
    let path = folder.path().to_str().expect("temporary paths are UTF-8");
    run("2026-09-10", &["demo", path, "--students", &rows, "--one-file"]);
    let (roster, marked) = (folder.path().join("roster.xlsx"), folder.path().join("marked.xlsx"));
    let roster = roster.to_str().expect("temporary paths are UTF-8");
    println!("{rows} pupils × 70 columns; medians, seconds\n");
    println!(
        "| findings | validate | validate --marked | marking alone | marking ÷ validating |\n|---|---:|---:|---:|---:|"
    );
    compare("in few rows", "2026-09-10", roster, &marked);
    compare("in every row", "2010-09-10", roster, &marked);
}
