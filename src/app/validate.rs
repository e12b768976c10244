//! Rosters checked without writing: every row gets all its findings.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use jiff::civil::Date;
use rustc_hash::FxHashSet;

use crate::check::seen::Seen;
use crate::check::{self, Context, Selection};
use crate::model::field::Field;
use crate::model::finding::{Finding, Severity};
use crate::model::school::Directory;
use crate::province::Pack;
use crate::roster::candidate::{Candidate, Reading};
use crate::roster::layout::Decision;
use crate::store::Store;

use super::changes::{self, Change};
use super::failure::Failure;
use super::input::error::InputError;
use super::input::{self, Opened, Opening};
use super::proposals;

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
    /// Every value that reading changed, where they were asked for.
    pub changes: Vec<Change>,
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
    /// The registry, to propose what a damaged number was.
    pub store: Option<&'a Store>,
    /// Every value that reading changed is a finding.
    pub strict: bool,
    /// The county's own rules.
    pub rules: Option<&'a Pack>,
    /// Keep every value that reading changed.
    pub list_changes: bool,
}

/// Checks every file; `progress` is told after each row how many there were so far.
pub fn run(what: &Validating, progress: &mut dyn FnMut(u64)) -> Result<Validated, Failure> {
    let mut out = Validated::default();
    let context =
        Context { today: what.today, directory: what.directory, strict: what.strict, rules: what.rules };
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
            let mut in_error = FxHashSet::default();
            let mut failed = None;
            let result = opened.each(which, &mut |reading| {
                if let (Reading::Candidate(candidate), None) = (&reading, &failed) {
                    let mut found = check::run(candidate, &context, what.selection, &mut seen);
                    failed = propose(what, candidate, &mut found).err();
                    if check::is_refused(candidate, &found, what.selection, &|_| false) {
                        in_error.insert(candidate.row);
                    }
                    out.findings.extend(found);
                    if what.list_changes {
                        out.changes.extend(changes::of(candidate));
                    }
                }
                done += 1;
                progress(done);
                summary.take(&reading);
            });
            if let Some(e) = failed {
                return Err(e);
            }
            for finding in seen.late() {
                if check::is_held(&finding) {
                    in_error.insert(finding.place.row);
                }
                out.findings.push(finding);
            }
            if let Err(e) = result {
                out.unreadable.push((path.clone(), e));
            }
            summary.rows_with_errors = in_error.len() as u64;
            summary.decisions.extend(opened.decided_after(which));
            summary.found = start..out.findings.len();
            out.files.push(summary);
        }
    }
    Ok(out)
}

/// Adds to the findings what the registry knows damaged numbers to have been.
fn propose(what: &Validating, candidate: &Candidate, found: &mut [Finding]) -> Result<(), Failure> {
    proposals::of(what.store, candidate)?.iter().for_each(|p| check::propose(found, p));
    Ok(())
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
