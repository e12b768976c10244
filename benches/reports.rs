//! Reports measured: one long roster against rust_xlsxwriter alone, its memory at ten times the size, and the set of a term.
//!
//! `cargo bench --bench reports` makes its data with the program itself. The peer writes the very cells of the roster in
//! constant-memory mode and does nothing else: it reads them first, and only its writing is timed.
//! `XUEJI_BENCH_ROWS` and `XUEJI_BENCH_ROUNDS` make it smaller; `XUEJI_BENCH_TIMES` is how many times larger the second roster is.

mod common;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use common::process::setting;
use common::{median, run, text, xueji};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook};

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|a| a == "peer-writer") {
        return write_alone(&arguments[at + 1], &arguments[at + 2]);
    }
    roster();
    term();
}

/// The cells of a csv, and nothing else: the time of writing them, in seconds.
fn write_alone(csv: &str, xlsx: &str) {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(csv).expect("a csv");
    let rows: Vec<Vec<String>> =
        reader.records().map(|r| r.expect("a row").iter().map(str::to_owned).collect()).collect();
    let start = Instant::now();
    let cell = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
    let mut book = Workbook::new();
    let sheet = book.add_worksheet_with_constant_memory().expect("a sheet");
    for (row, cells) in (0..).zip(&rows) {
        for (column, text) in (0..).zip(cells) {
            let written = match text.parse::<f64>() {
                Ok(number) if column == 0 => sheet.write_number_with_format(row, column, number, &cell),
                _ if text.is_empty() => sheet.write_blank(row, column, &cell),
                _ => sheet.write_string_with_format(row, column, text, &cell),
            };
            written.expect("a cell is written");
        }
    }
    book.save(xlsx).expect("the workbook is written");
    println!("{}", start.elapsed().as_secs_f64());
}

/// A registry of so many pupils.
fn registry(folder: &Path, pupils: usize) {
    let db = folder.join("x.db");
    let done = |arguments: &[&str]| {
        let status = xueji(arguments).args(["--db", text(&db)]).stdout(std::process::Stdio::null()).status();
        assert!(status.is_ok_and(|s| matches!(s.code(), Some(0 | 1 | 3))), "{arguments:?}");
    };
    done(&["demo", text(folder), "--students", &pupils.to_string(), "--one-file"]);
    done(&["init", "--authority", "330127", "--name", "测速"]);
    done(&["school", "import", text(&folder.join("schools.xlsx"))]);
    done(&["import", text(&folder.join("roster.xlsx")), "--approve", "--explain", "测速"]);
}

/// Writes the registry so many times over, each time into classes of its own.
fn multiply(folder: &Path, times: usize) {
    let connection = rusqlite::Connection::open(folder.join("x.db")).expect("the registry");
    let sql = "PRAGMA foreign_keys = off; PRAGMA synchronous = off; BEGIN;
        CREATE TEMP TABLE s AS SELECT * FROM student; CREATE TEMP TABLE e AS SELECT * FROM enrollment;
        CREATE TEMP TABLE c AS SELECT * FROM class;";
    connection.execute_batch(sql).expect("copies");
    for k in 1..times {
        // The keys begin with the time, whose first byte is small for long.
        let first = 0x80 + k;
        let sql = format!(
            "INSERT INTO class SELECT school, number || '-{k}', name, stage, entry_year FROM c;
             UPDATE s SET id = unhex('{first:02x}' || substr(hex(id), 3)); UPDATE e SET student = unhex('{first:02x}' || substr(hex(student), 3));
             INSERT INTO student SELECT * FROM s;
             INSERT INTO enrollment SELECT student, ordinal, school, class || '-{k}', since, until FROM e;"
        );
        connection.execute_batch(&sql).expect("pupils written again");
    }
    connection.execute_batch("COMMIT").expect("committed");
}

fn roster() {
    let rows = setting("XUEJI_BENCH_ROWS", 100_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let folder = folder.path();
    registry(folder, rows);
    let (db, xlsx, csv) = (folder.join("x.db"), folder.join("out.xlsx"), folder.join("out.csv"));
    let export = |out: &Path| xueji(&["export", "school-roster", "-o", text(out), "--db", text(&db)]);
    assert!(export(&csv).status().is_ok_and(|s| s.success()));
    let (mut ours, mut alone) = (Vec::new(), Vec::new());
    let mut peak = 0;
    for _ in 0..setting("XUEJI_BENCH_ROUNDS", 5) {
        let mut peer = Command::new(std::env::current_exe().expect("this program"));
        let out =
            peer.arg("peer-writer").arg(&csv).arg(folder.join("peer.xlsx")).output().expect("the peer runs");
        let seconds: f64 = String::from_utf8_lossy(&out.stdout).trim().parse().expect("its time");
        alone.push(Duration::from_secs_f64(seconds));
        let (time, mb) = run(&mut export(&xlsx));
        ours.push(time);
        peak = peak.max(mb);
    }
    let (ours, alone) = (median(ours).as_secs_f64(), median(alone).as_secs_f64());
    println!("\n| {rows} × 30, xlsx | seconds | × | peak MB |\n|---|---:|---:|---:|");
    println!("| rust_xlsxwriter in constant memory, the same cells and nothing else | {alone:.2} | 1.00 | |");
    println!("| `xueji export school-roster` | {ours:.2} | {:.2} | {peak} |", ours / alone);
    let times = setting("XUEJI_BENCH_TIMES", 10);
    multiply(folder, times);
    let (time, mb) = run(&mut export(&xlsx));
    println!("| the same, {} × 30 | {:.2} | | {mb} |", rows * times, time.as_secs_f64());
}

fn term() {
    let pupils = setting("XUEJI_BENCH_ROWS", 100_000) / 5;
    let folder = tempfile::tempdir().expect("a temporary folder");
    registry(folder.path(), pupils);
    let (db, out) = (folder.path().join("x.db"), folder.path().join("set"));
    let (time, mb) =
        run(&mut xueji(&["export", "--term", "2026-autumn", "-o", text(&out), "--db", text(&db)]));
    let files = std::fs::read_to_string(out.join("校验.b3")).expect("the set is made").lines().count();
    println!("\nThe set of a term, {pupils} pupils, {files} files: {:.1} s, {mb} MB.", time.as_secs_f64());
}
