//! The program as a process: settings, and what it takes at its peak.

use std::fs;
use std::process::{Child, ExitStatus};
use std::time::Duration;

pub const XUEJI: &str = env!("CARGO_BIN_EXE_xueji");

/// A number from the environment.
pub fn setting(name: &str, usual: usize) -> usize {
    std::env::var(name).ok().and_then(|v| v.parse().ok()).unwrap_or(usual)
}

/// A process watched to its end: peak resident memory in MB, and how it ended.
pub fn watched(mut child: Child) -> (u64, ExitStatus) {
    let status_file = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Some(mb) = peak_of(&status_file) {
            peak = peak.max(mb);
        }
        if let Some(status) = child.try_wait().expect("the command can be waited for") {
            return (peak, status);
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
