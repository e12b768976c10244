//! What the benchmarks share: processes run to their end with time and peak memory, medians.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub mod process;

use process::{XUEJI, watched};

/// The program on a fixed day, quiet.
pub fn xueji(arguments: &[&str]) -> Command {
    let mut command = Command::new(XUEJI);
    command.args(["--today", "2026-09-10", "--actor", "bench", "-q"]).args(arguments);
    command
}

/// One process run to its end: wall time and peak resident memory in MB.
pub fn run(command: &mut Command) -> (Duration, u64) {
    let start = Instant::now();
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the command starts");
    let (peak, _) = watched(child);
    (start.elapsed(), peak)
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
