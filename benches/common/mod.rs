//! What the benchmarks share: settings, processes run to their end with time and peak memory, medians.

use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub const XUEJI: &str = env!("CARGO_BIN_EXE_xueji");

/// A number from the environment.
pub fn setting(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(usual)
}

/// The program on a fixed day, quiet.
pub fn xueji(arguments: &[&str]) -> Command {
    let mut command = Command::new(XUEJI);
    command.args(["--today", "2026-09-10", "--actor", "bench", "-q"]).args(arguments);
    command
}

/// One process run to its end: wall time and peak resident memory in MB.
pub fn run(command: &mut Command) -> (Duration, u64) {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command starts");
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Some(mb) = peak_of(&status_file) {
            peak = peak.max(mb);
        }
        if child.try_wait().expect("the command can be waited for").is_some() {
            return (start.elapsed(), peak);
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The high-water mark of a process's memory, where the system tells.
fn peak_of(status_file: &str) -> Option<u64> {
    let status = fs::read_to_string(status_file).ok()?;
    let line = status.lines().find(|l| l.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kb| kb / 1024)
}

/// The one in the middle.
pub fn median<T: Ord + Copy>(mut values: Vec<T>) -> T {
    values.sort();
    values[values.len() / 2]
}

/// A path as text.
pub fn text(path: &std::path::Path) -> &str {
    path.to_str().expect("temporary paths are UTF-8")
}
