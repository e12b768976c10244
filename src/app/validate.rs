//! Rosters checked without writing: every row gets all its findings.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::check::duplicate_in_file::FirstRows;
use crate::check::{self, Selection};
use crate::model::field::Field;
use crate::model::finding::{Finding, Severity};
use crate::roster::candidate::Reading;
use crate::roster::layout::Decision;

use super::by_school::{SchoolCount, Schools};
use super::changes::{self, Change};
use super::examine::{self, Collect, Done, Ended, Examined, Examining};
use super::failure::Failure;
use super::gather::{PassedFile, RosterFile};
use super::input::Opened;
use super::input::error::InputError;

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
    /// Files that could not be read, or not to their end.
    pub unreadable: Vec<(PathBuf, InputError)>,
    /// Files that were left alone.
    pub passed: Vec<PassedFile>,
    /// How many rows each school has, and how many of them must be mended.
    pub schools: Vec<SchoolCount>,
    /// Every value that reading changed, where they were asked for.
    pub changes: Vec<Change>,
}

impl Validated {
    /// Whether anything must be mended or explained.
    pub fn has_findings(&self) -> bool {
        self.findings.iter().any(|f| f.severity != Severity::Note)
    }
}

/// Checks every file; `progress` is told how far it is. `list_changes` keeps every value that reading changed.
pub fn run(
    what: &Examining,
    list_changes: bool,
    progress: &mut dyn FnMut(Done),
) -> Result<Validated, Failure> {
    let mut collecting = Collecting {
        out: Validated::default(),
        selection: what.selection,
        list_changes,
        // One run, one memory: the same number in two of the files is found.
        first: FirstRows::default(),
        in_error: FxHashSet::default(),
        above: FxHashMap::default(),
        start: 0,
        schools: Schools::default(),
    };
    examine::run(what, progress, &mut collecting)?;
    collecting.out.schools = collecting.schools.counted(what.directory);
    Ok(collecting.out)
}

struct Collecting<'a> {
    out: Validated,
    selection: &'a Selection,
    list_changes: bool,
    first: FirstRows,
    /// The rows of this sheet that must be mended.
    in_error: FxHashSet<u32>,
    /// Rows that were read with a pupil's above, and that row.
    above: FxHashMap<u32, u32>,
    /// Where the findings of this sheet begin.
    start: usize,
    schools: Schools,
}

impl Collect for Collecting<'_> {
    fn begin(&mut self, _: &RosterFile) {
        self.in_error.clear();
        self.above.clear();
        self.start = self.out.findings.len();
    }

    fn row(&mut self, row: Examined) {
        let Examined { candidate, mut findings, numbers, .. } = row;
        self.first.compare(&candidate, numbers, self.selection, &mut findings);
        let count = self.schools.of(&candidate);
        count.rows += 1;
        if check::is_refused(&candidate, &findings, self.selection, &|_| false) {
            count.refused += 1;
            self.in_error.insert(candidate.row);
        }
        self.above.extend(candidate.below.iter().map(|(_, place)| (place.row, candidate.row)));
        self.out.findings.extend(findings);
        if self.list_changes {
            self.out.changes.extend(changes::of(&candidate));
        }
    }

    fn sheet(&mut self, mut summary: FileSummary, late: Vec<Finding>) {
        for finding in late {
            if check::is_held(&finding) {
                let row = finding.place.row;
                self.in_error.insert(self.above.get(&row).copied().unwrap_or(row));
            }
            self.out.findings.push(finding);
        }
        summary.rows_with_errors = self.in_error.len() as u64;
        summary.found = self.start..self.out.findings.len();
        self.out.files.push(summary);
        self.in_error.clear();
        self.above.clear();
        self.start = self.out.findings.len();
    }

    fn end(&mut self, file: &RosterFile, ended: Ended) {
        match ended {
            Ended::Whole => {}
            Ended::Passed(reason) => self.out.passed.push(PassedFile::new(&file.path, reason)),
            Ended::Unusable(e) => self.out.unreadable.push((file.path.clone(), e)),
        }
    }
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
