//! The line measured against named peers in one run: reading, checking, importing a roster; checking bare numbers.
//!
//! `cargo bench --bench line` makes its data with the program itself, runs each command and its peer as processes in
//! turn, and prints medians as ratios, since seconds do not carry over from one machine to another.
//! `XUEJI_BENCH_ROWS`, `XUEJI_BENCH_NUMBERS` and `XUEJI_BENCH_ROUNDS` make it smaller.

mod common;

use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use calamine::{DataRef, Reader, Xlsx, open_workbook};

use common::process::{XUEJI, setting};
use common::{median, run, text, xueji};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|a| a == "peer-calamine") {
        return read_with_calamine(&arguments[at + 1]);
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    start_up();
    rosters(folder.path());
    numbers(folder.path());
}

/// calamine as it is published, streaming the cells and doing nothing else: the peer of reading.
fn read_with_calamine(file: &str) {
    let mut book: Xlsx<_> = open_workbook(file).expect("a workbook");
    let sheet = book.sheet_names()[0].clone();
    let mut cells = book.worksheet_cells_reader(&sheet).expect("a sheet");
    let (mut count, mut bytes) = (0u64, 0usize);
    while let Some(cell) = cells.next_cell().expect("a cell") {
        count += 1;
        bytes += match cell.get_value() {
            DataRef::SharedString(s) => s.len(),
            DataRef::String(s) => s.len(),
            _ => 0,
        };
    }
    println!("{count} cells, {bytes} bytes");
    // No teardown of the shared strings in the timing of the peer.
    std::process::exit(0);
}

struct Contestant<'a> {
    name: &'a str,
    /// Makes the command anew for each round, after whatever it needs is in place.
    command: Box<dyn Fn() -> Command + 'a>,
}

/// Runs all contestants in turn, the first being the floor, and prints medians and ratios.
fn compare(title: &str, rows: usize, contestants: &[Contestant]) {
    let rounds = setting("XUEJI_BENCH_ROUNDS", 5);
    let mut results: Vec<Vec<(Duration, u64)>> = contestants.iter().map(|_| Vec::new()).collect();
    for round in 0..rounds {
        for i in 0..contestants.len() {
            let at = (i + round) % contestants.len();
            results[at].push(run(&mut (contestants[at].command)()));
        }
    }
    println!(
        "\n## {title}\n\n| what | seconds | × {} | rows/s | peak MB |\n|---|---:|---:|---:|---:|",
        contestants[0].name
    );
    let floor = median(results[0].iter().map(|r| r.0).collect());
    for (contestant, result) in contestants.iter().zip(&results) {
        let wall = median(result.iter().map(|r| r.0).collect());
        let peak = median(result.iter().map(|r| r.1).collect());
        let ratio = wall.as_secs_f64() / floor.as_secs_f64();
        let per_second = rows as f64 / wall.as_secs_f64();
        println!(
            "| {} | {:.2} | {ratio:.2} | {per_second:.0} | {peak} |",
            contestant.name,
            wall.as_secs_f64()
        );
    }
}

fn rosters(folder: &Path) {
    let rows = setting("XUEJI_BENCH_ROWS", 100_000);
    let made = run(&mut xueji(&["demo", text(folder), "--students", &rows.to_string(), "--one-file"]));
    eprintln!("made {rows} pupils in {:.1} s", made.0.as_secs_f64());
    let roster = folder.join("roster.xlsx");
    let empty = folder.join("empty.db");
    assert!(
        xueji(&["init", "--authority", "330127", "--name", "测速", "--db", text(&empty)])
            .status()
            .is_ok_and(|s| s.success())
    );
    assert!(
        xueji(&["school", "import", text(&folder.join("schools.xlsx")), "--db", text(&empty)])
            .status()
            .is_ok_and(|s| s.success())
    );
    let db = folder.join("import.db");
    let fresh = || -> PathBuf {
        for end in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{end}", db.display()));
        }
        fs::copy(&empty, &db).expect("the empty registry is copied");
        db.clone()
    };
    compare(
        &format!("a roster of {rows} × 70, xlsx with shared strings"),
        rows,
        &[
            Contestant {
                name: "calamine, streamed cells, nothing else",
                command: Box::new(|| {
                    let mut command = Command::new(std::env::current_exe().expect("this program"));
                    command.arg("peer-calamine").arg(&roster);
                    command
                }),
            },
            Contestant {
                name: "xueji validate",
                command: Box::new(|| xueji(&["validate", text(&roster), "--db", text(&empty)])),
            },
            Contestant {
                name: "xueji import",
                command: Box::new(|| xueji(&["import", text(&roster), "--db", text(&fresh())])),
            },
            Contestant {
                name: "xueji import --approve (numbers issued)",
                command: Box::new(|| xueji(&["import", "--approve", text(&roster), "--db", text(&fresh())])),
            },
        ],
    );
}

/// A csv of numbers: most of them sound, some mutated; invented by a small generator of its own.
fn write_numbers(path: &Path, count: usize) {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let mut out = BufWriter::new(fs::File::create(path).expect("the csv is made"));
    writeln!(out, "序号,姓名,身份证件号,性别").expect("written");
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    for i in 0..count {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let r = state >> 20;
        let first = format!(
            "330106{:04}{:02}{:02}{:03}",
            2006 + r % 12,
            1 + r / 12 % 12,
            1 + r / 144 % 28,
            r / 4032 % 1000
        );
        let sum: u32 = first.bytes().zip(WEIGHTS).map(|(d, w)| u32::from(d - b'0') * w).sum();
        let check = if i % 33 == 0 { b'?' } else { b"10X98765432"[(sum % 11) as usize] };
        writeln!(out, "R{i:09},张三丰,{first}{},男", char::from(check)).expect("written");
    }
}

fn numbers(folder: &Path) {
    let count = setting("XUEJI_BENCH_NUMBERS", 10_000_000);
    let file = folder.join("numbers.csv");
    write_numbers(&file, count);
    compare(
        &format!("{count} numbers in a csv column"),
        count,
        &[
            Contestant {
                name: "wc -l",
                command: Box::new(|| {
                    let mut command = Command::new("wc");
                    command.arg("-l").arg(&file);
                    command
                }),
            },
            Contestant {
                name: "xueji validate --numbers --column",
                command: Box::new(|| {
                    xueji(&["validate", "--numbers", text(&file), "--column", "身份证件号"])
                }),
            },
        ],
    );
}

fn start_up() {
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..21 {
        let start = Instant::now();
        assert!(
            Command::new(XUEJI).arg("--version").stdout(Stdio::null()).status().is_ok_and(|s| s.success())
        );
        times.push(start.elapsed());
    }
    let size = fs::metadata(XUEJI).map_or(0, |m| m.len());
    println!(
        "\n## start-up\n\n`xueji --version`: {:.1} ms (median of 21); binary {:.1} MB",
        median(times).as_secs_f64() * 1e3,
        size as f64 / 1e6
    );
}
