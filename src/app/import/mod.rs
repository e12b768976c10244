//! A roster into the registry: plan, then one transaction. The plan is what `--dry-run` prints.

pub mod apply;
pub mod draft;
mod late;
mod pairs;
pub mod pending;
pub mod plan;

use std::ops::Range;
use std::path::PathBuf;

use rustc_hash::FxHashSet;

use crate::model::field::Field;
use crate::model::finding::{Finding, Severity};
use crate::model::id::StudentId;
use crate::model::journal::Tail;
use crate::model::registration::{Keys, Registration};
use crate::model::school::Class;
use crate::roster::candidate::Candidate;

use self::pending::Change;
use super::by_school::SchoolCount;
use super::examine::Examining;
use super::explanation::Explanations;
use super::gather::PassedFile;
use super::input::error::InputError;
use super::validate::FileSummary;

/// What to import.
pub struct Importing<'a> {
    /// The directory and the registry are those of the moment in which the plan is made.
    pub examining: Examining<'a>,
    /// The texts that close findings.
    pub explanations: &'a Explanations,
}

/// Everything an import would do, and everything it would not and why.
pub struct Plan {
    /// The journal's end when the plan was made: if it has moved, the plan is not applied.
    pub tail: Tail,
    pub files: Vec<FileSummary>,
    /// Files that could not be read, or not to their end: nothing of them is taken.
    pub unreadable: Vec<(PathBuf, InputError)>,
    /// Files that were left alone.
    pub passed: Vec<PassedFile>,
    /// What it comes to for each school.
    pub schools: Vec<SchoolCount>,
    /// Classes that the rosters bring.
    pub classes: Vec<Class>,
    pub admit: Vec<Admission>,
    pub update: Vec<Update>,
    pub unchanged: u64,
    pub refused: Vec<Refused>,
    /// Every finding of every row, those of one row together.
    pub findings: Vec<Finding>,
    /// The texts that close findings.
    pub explanations: Explanations,
    /// Rows to admit that may be somebody the registry, or another row, already has: by row, the likeliest first.
    pub pairs: Vec<Paired>,
    /// Whether the engine compared the rows: a first load of very many is left to `dedup`.
    pub compared: bool,
}

/// A row to admit that may be somebody.
pub struct Paired {
    pub one: Other,
    /// The admission.
    pub other: usize,
    pub rule: &'static str,
    /// Hundredths of a bit.
    pub score: i64,
    pub reasons: String,
    /// The finding in `Plan::findings` that the engine's pair is told by; an official rule's stands with the row's.
    pub finding: Option<usize>,
}

/// A row that becomes a registration.
pub struct Admission {
    pub candidate: Box<Candidate>,
    pub keys: Keys,
    /// Its findings in `Plan::findings`.
    pub findings: Range<usize>,
    /// The finding about every row of its sheet, where there is one and it stands with another row.
    pub of_sheet: Option<usize>,
    /// Whom an official rule suspects it to be.
    pub other: Other,
    /// Its pairs in `Plan::pairs`.
    pub pairs: Range<usize>,
    /// What the journal says besides the explanations: proposals that were accepted.
    pub note: String,
}

/// Whom a suspect is suspected to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    Nobody,
    Registered(StudentId),
    /// An earlier admission of the same plan.
    Planned(usize),
}

/// A known pupil whose row says something new.
pub struct Update {
    pub before: Box<Registration>,
    pub candidate: Box<Candidate>,
    /// Fields that get another value, in the order of the template. A blank in a roster erases nothing.
    pub set: Vec<Field>,
    /// The class of the row, where it is another one of the same school.
    pub moves: bool,
    pub keys: Keys,
    /// Its findings in `Plan::findings`.
    pub findings: Range<usize>,
    /// The finding about every row of its sheet, where there is one and it stands with another row.
    pub of_sheet: Option<usize>,
    /// What becomes of the pupil's 须说明 findings.
    pub pending: Vec<Change>,
    pub note: String,
}

/// A row that is not taken, with the findings that say why.
pub struct Refused {
    pub candidate: Box<Candidate>,
    pub keys: Keys,
    pub findings: Range<usize>,
}

impl Plan {
    /// Findings that wait for a text and were given none.
    pub fn to_explain(&self) -> u64 {
        let shared: FxHashSet<usize> = self.admit.iter().filter_map(|a| self.waiting_of_sheet(a)).collect();
        let of_updates = self.update.iter().flat_map(|u| &u.pending).filter(|c| c.waits).count();
        let own: usize = self.admit.iter().map(|a| self.waiting_of_row(a)).sum();
        (own + shared.len() + of_updates) as u64
    }

    /// The findings of a row to admit, each with whom it is about where it is about somebody.
    pub fn found(&self, admission: &Admission) -> impl Iterator<Item = (&Finding, Other)> {
        let other = admission.other;
        let own = self.findings[admission.findings.clone()].iter().map(move |f| (f, other));
        let pairs = self.pairs[admission.pairs.clone()].iter();
        let of_sheet = admission.of_sheet.map(|i| (&self.findings[i], Other::Nobody));
        own.chain(of_sheet).chain(pairs.filter_map(|p| Some((&self.findings[p.finding?], p.one))))
    }

    /// The findings of an update.
    pub fn findings_of(&self, update: &Update) -> impl Iterator<Item = &Finding> {
        let of_sheet = update.of_sheet.map(|i| &self.findings[i]);
        self.findings[update.findings.clone()].iter().chain(of_sheet)
    }

    /// The findings of an admission that wait for a text.
    pub fn waiting(&self, admission: &Admission) -> impl Iterator<Item = &Finding> {
        let open = |f: &&Finding| f.severity == Severity::Explain && self.explanations.text_for(f).is_none();
        self.found(admission).map(|(f, _)| f).filter(open)
    }

    /// Findings to be explained that stand on rows which change nothing: they were dealt with when the rows came in.
    pub fn explained_before(&self) -> u64 {
        let admitted = self.admit.iter().map(|a| &a.findings);
        let updated = self.update.iter().map(|u| &u.findings);
        let refused = self.refused.iter().map(|r| &r.findings);
        let count = |found: &[Finding]| found.iter().filter(|f| f.severity == Severity::Explain).count();
        let counted = admitted.chain(updated).chain(refused).map(|r| count(&self.findings[r.clone()]));
        let pairs = self.pairs.iter().filter_map(|p| p.finding);
        let counted = counted.sum::<usize>() + pairs.map(|i| count(&self.findings[i..=i])).sum::<usize>();
        count(&self.findings).saturating_sub(counted) as u64
    }

    /// How many findings of an admission's own wait for a text.
    pub fn waiting_of_row(&self, admission: &Admission) -> usize {
        self.waiting(admission).count() - usize::from(self.waiting_of_sheet(admission).is_some())
    }

    /// The finding about every row of the sheet, where it waits for a text and stands with another row.
    pub fn waiting_of_sheet(&self, admission: &Admission) -> Option<usize> {
        admission.of_sheet.filter(|i| self.explanations.text_for(&self.findings[*i]).is_none())
    }

    /// How many rows to admit may be somebody the registry, or another row, already has.
    pub fn suspects(&self) -> u64 {
        let is_suspect = |a: &&Admission| a.other != Other::Nobody || a.pairs != (0..0);
        self.admit.iter().filter(is_suspect).count() as u64
    }

    /// Whether rows were refused and nothing else came of the files.
    pub fn is_all_refused(&self) -> bool {
        !self.refused.is_empty() && self.unchanged == 0 && !self.changes_anything()
    }

    /// Whether applying would write anything.
    pub fn changes_anything(&self) -> bool {
        !(self.admit.is_empty() && self.update.is_empty())
    }
}
