//! Rosters checked without writing: every row gets all its findings.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use jiff::civil::Date;

use crate::check::seen::Seen;
use crate::check::{self, Context, Selection};
use crate::model::field::Field;
use crate::model::finding::{Finding, Severity};
use crate::model::school::Directory;
use crate::roster::candidate::Reading;
use crate::roster::layout::Decision;

use super::input::error::InputError;
use super::input::{self, Opened, Opening};

/// A row that is no pupil and was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    pub file: String,
    pub row: u32,
    pub reason: &'static str,
}

/// What one sheet of a file came to.
#[derive(Clone, Debug, Default)]
pub struct FileSummary {
    /// As it was given.
    pub path: PathBuf,
    pub file: String,
    pub sheet: String,
    pub header_row: u32,
    /// Rows that are pupils.
    pub rows: u64,
    /// Rows with at least one error.
    pub rows_with_errors: u64,
    pub passed: Vec<Passed>,
    pub notes: Vec<String>,
    /// What was decided about the file, and why.
    pub decisions: Vec<Decision>,
    /// The columns that have a heading: number (from 1), headings over it, field.
    pub columns: Vec<(u16, String, Option<Field>)>,
    /// Values that are not what stood in their cells, by rule.
    pub normalized: BTreeMap<&'static str, u64>,
    /// Its findings among all.
    pub found: Range<usize>,
}

/// What validating came to.
#[derive(Debug, Default)]
pub struct Validated {
    pub files: Vec<FileSummary>,
    pub findings: Vec<Finding>,
    /// Files that could not be read at all.
    pub unreadable: Vec<(PathBuf, InputError)>,
}

impl Validated {
    /// Whether anything must be mended or explained.
    pub fn has_findings(&self) -> bool {
        self.findings.iter().any(|f| f.severity != Severity::Note)
    }
}

/// What to check, and against what.
pub struct Validating<'a> {
    pub files: &'a [PathBuf],
    pub opening: Opening<'a>,
    pub today: Date,
    pub directory: Option<&'a Directory>,
    pub selection: &'a Selection,
}

/// Checks every file; `progress` is told after each row how many there were so far.
pub fn run(what: &Validating, progress: &mut dyn FnMut(u64)) -> Validated {
    let mut out = Validated::default();
    let context = Context { today: what.today, directory: what.directory };
    // One run, one memory: the same number in two of the files is found.
    let mut seen = Seen::default();
    let mut done = 0;
    for path in what.files {
        let mut opened = match input::open(path, &what.opening) {
            Ok(opened) => opened,
            Err(e) => {
                out.unreadable.push((path.clone(), e));
                continue;
            }
        };
        for which in 0..opened.len() {
            let mut summary = FileSummary::of(&opened, which);
            let start = out.findings.len();
            let findings = &mut out.findings;
            let result = opened.each(which, &mut |reading| {
                if let Reading::Candidate(candidate) = &reading {
                    let found = check::run(candidate, &context, what.selection, &mut seen);
                    summary.rows_with_errors +=
                        u64::from(check::is_refused(candidate, &found, what.selection));
                    findings.extend(found);
                }
                done += 1;
                progress(done);
                summary.take(&reading);
            });
            if let Err(e) = result {
                out.unreadable.push((path.clone(), e));
            }
            summary.decisions.extend(opened.decided_after(which));
            summary.found = start..out.findings.len();
            out.files.push(summary);
        }
    }
    out
}

impl FileSummary {
    /// A sheet of an opened file, before its rows are read.
    pub fn of(opened: &Opened, which: usize) -> FileSummary {
        let (sheet, header_row, decisions) = opened.found_at(which);
        let notes = if which == 0 { opened.notes.clone() } else { Vec::new() };
        FileSummary {
            path: opened.path().to_owned(),
            file: opened.file().to_string(),
            sheet,
            header_row,
            notes,
            decisions,
            columns: opened.layout(which).headed().collect(),
            ..FileSummary::default()
        }
    }

    /// Counts one row.
    pub fn take(&mut self, reading: &Reading) {
        match reading {
            Reading::Blank => {}
            Reading::Passed { row, reason } => {
                self.passed.push(Passed { file: self.file.clone(), row: *row, reason });
            }
            Reading::Candidate(candidate) => {
                self.rows += 1;
                for changed in &candidate.changed {
                    *self.normalized.entry(changed.rule).or_default() += 1;
                }
            }
        }
    }
}
