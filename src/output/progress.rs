//! A progress bar on stderr: only when it is a terminal, and only for what takes longer than a second.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::app::examine::Done;

/// A bar that appears late or never.
pub struct Progress {
    bar: Option<ProgressBar>,
    wanted: bool,
    label: &'static str,
    total: Option<u64>,
    /// Of several files, how many are done, and how many there are.
    files: (usize, usize),
    started: Instant,
}

impl Progress {
    /// A bar for work that begins at `started`; `quiet` never shows it.
    pub fn new(label: &'static str, total: Option<u64>, quiet: bool, started: Instant) -> Progress {
        let wanted = !quiet && std::io::stderr().is_terminal();
        Progress { bar: None, wanted, label, total, files: (0, 0), started }
    }

    /// Tells how many of how many files are done.
    fn files(&mut self, done: usize, of: usize) {
        if self.files == (done, of) {
            return;
        }
        self.files = (done, of);
        if let Some(bar) = &self.bar {
            bar.set_message(self.message());
        }
    }

    /// Tells how far the work on files and their rows is.
    pub fn of_files(&mut self, done: Done, of: usize) {
        self.files(done.files, of);
        self.at(done.rows);
    }

    fn message(&self) -> String {
        match self.files {
            (_, 0 | 1) => self.label.to_owned(),
            (done, of) => format!("{}（{done}/{of} 个文件）", self.label),
        }
    }

    /// Tells how far the work is.
    pub fn at(&mut self, done: u64) {
        if done.is_multiple_of(128) {
            self.step(done);
        }
    }

    /// Tells how far the work is, where every step takes long.
    pub fn step(&mut self, done: u64) {
        if self.wanted && self.bar.is_none() && self.started.elapsed() >= Duration::from_secs(1) {
            self.bar = Some(make(self.message(), self.total));
        }
        if let Some(bar) = &self.bar {
            bar.set_position(done);
        }
    }

    /// Takes the bar away.
    pub fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn make(label: String, total: Option<u64>) -> ProgressBar {
    let (bar, template) = match total {
        Some(total) => (ProgressBar::new(total), "{msg} {bar:30} {pos}/{len} 约剩 {eta}"),
        None => (ProgressBar::no_length(), "{msg} {spinner} {pos} 行 {per_sec}"),
    };
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    bar.set_style(style);
    bar.set_message(label);
    bar
}
