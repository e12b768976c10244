//! Rosters checked without writing: every row gets all its findings.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::civil::Date;
use rustc_hash::FxHashSet;

use crate::check::seen::Seen;
use crate::check::{self, Context, Selection};
use crate::model::finding::{Finding, Severity};
use crate::model::school::Directory;
use crate::province::Pack;
use crate::roster::candidate::Reading;
use crate::store::Store;

use super::changes::{self, Change};
use super::failure::Failure;
use super::input::{self, InputError, Where};
use super::proposals;

/// A row that is no pupil and was passed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Passed {
    pub file: String,
    pub row: u32,
    pub reason: &'static str,
}

/// What one file came to.
#[derive(Clone, Debug, Default)]
pub struct FileSummary {
    pub file: String,
    pub sheet: String,
    pub header_row: u32,
    /// Rows that are pupils.
    pub rows: u64,
    /// Rows with at least one error.
    pub rows_with_errors: u64,
    pub passed: Vec<Passed>,
    pub notes: Vec<String>,
    /// Values that are not what stood in their cells, by rule.
    pub normalized: BTreeMap<&'static str, u64>,
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
    pub at: &'a Where,
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
        let opened = match input::open(path, what.at) {
            Ok(opened) => opened,
            Err(e) => {
                out.unreadable.push((path.clone(), e));
                continue;
            }
        };
        let (sheet, header_row) = opened.found_at();
        let file = opened.file().to_string();
        let mut summary =
            FileSummary { file, sheet, header_row, notes: opened.notes.clone(), ..FileSummary::default() };
        let (findings, changed) = (&mut out.findings, &mut out.changes);
        let (mut failed, mut in_error) = (None, FxHashSet::default());
        let result = opened.each(&mut |reading| {
            if let Reading::Candidate(candidate) = &reading {
                let mut found = check::run(candidate, &context, what.selection, &mut seen);
                match proposals::of(what.store, candidate) {
                    Ok(all) => all.iter().for_each(|p| check::propose(&mut found, p)),
                    Err(e) => failed = Some(e),
                }
                let refused = check::is_refused(candidate, &found, what.selection, &|_| false);
                summary.rows_with_errors += u64::from(refused);
                if refused {
                    in_error.insert(candidate.row);
                }
                findings.extend(found);
                if what.list_changes {
                    changed.extend(changes::of(candidate));
                }
            }
            done += 1;
            progress(done);
            summary.take(&reading);
        });
        if let Some(e) = failed {
            return Err(e.into());
        }
        for finding in seen.late() {
            let newly = check::is_held(&finding) && in_error.insert(finding.place.row);
            summary.rows_with_errors += u64::from(newly);
            out.findings.push(finding);
        }
        if let Err(e) = result {
            out.unreadable.push((path.clone(), e));
        }
        out.files.push(summary);
    }
    Ok(out)
}

impl FileSummary {
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
