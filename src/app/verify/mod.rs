//! 学籍核准 (the term's review): a school's attendance list against the registry. Planned whole, then one transaction.
//!
//! What the list leaves open is asked, never guessed: a pupil whom an unclear row may mean is not taken for absent.

pub mod absent;
pub mod apply;
pub mod identify;
pub mod plan;
pub mod read;
pub mod resolve;
pub mod rows;

use crate::model::cell::Place;
use crate::model::id::StudentId;
use crate::model::journal::Tail;
use crate::model::registration::Registration;
use crate::model::term::Term;
use crate::model::verification::Discrepancy;
use crate::model::verification::kind::Kind;

use super::gather::{PassedFile, RosterFile};
use super::input::Opening;
use super::spot::Spot;
use super::validate::FileSummary;

/// How cells that say nothing of whether a pupil is at school are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// They are asked about.
    Ask,
    Here,
    Away,
}

/// What the clerk says of one row or one pupil.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Whom {
    Cell(Spot),
    Pupil(StudentId),
}

/// What is asked for.
pub struct Asked<'a> {
    pub files: &'a [RosterFile],
    pub opening: Opening<'a>,
    pub term: Term,
    /// Only these classes are reviewed; all where none is named.
    pub classes: &'a [String],
    pub blank: Blank,
    /// Which registration a row means.
    pub matches: &'a [(Spot, StudentId)],
    /// Why a pupil is lawfully not at school.
    pub explained: &'a [(Whom, String)],
}

/// Something the review finds of one pupil.
pub struct Found {
    pub school: String,
    pub kind: Kind,
    pub student: Option<StudentId>,
    /// What tells a pupil without a registration from others.
    pub subject: String,
    pub name: String,
    /// Class, for people.
    pub class: String,
    /// Where on the list; none of a pupil who is not on it.
    pub place: Option<Place>,
    pub note: String,
    /// The registrations that an unknown or unclear pupil may be.
    pub candidates: Vec<Candidate>,
    /// The same finding of an earlier review, still open.
    pub known: Option<String>,
}

/// A registration that a row may mean, and why.
pub struct Candidate {
    pub registration: Registration,
    pub why: String,
}

/// A pupil who is lawfully away.
pub struct Excused {
    pub school: String,
    pub registration: Registration,
    pub why: String,
    /// It was said on the list or by the clerk, and not by the registration itself: then it is written down.
    pub said: bool,
}

/// An earlier finding that is no longer there.
pub struct Closing {
    pub discrepancy: Discrepancy,
    pub text: String,
}

/// What a review comes to for one school.
#[derive(Clone, Debug, Default)]
pub struct SchoolCount {
    pub code: String,
    pub name: String,
    pub files: Vec<String>,
    pub rows: u64,
    /// Pupils who should be at school.
    pub expected: u64,
    /// 人籍一致.
    pub matched: u64,
    pub excused: u64,
    /// Rows of a pupil who stood there before.
    pub repeated: u64,
    /// Rows of pupils who are not at school and have no registration here.
    pub foreign: u64,
}

/// What a review would write.
pub struct Plan {
    pub term: Term,
    pub schools: Vec<SchoolCount>,
    pub found: Vec<Found>,
    pub excused: Vec<Excused>,
    pub closing: Vec<Closing>,
    /// What makes the lists doubtful as a whole: to be confirmed before anything is written.
    pub doubts: Vec<String>,
    pub files: Vec<FileSummary>,
    pub passed: Vec<PassedFile>,
    tail: Tail,
}

impl Plan {
    /// How many findings of a kind a school has.
    pub fn count(&self, school: &str, kind: Kind) -> u64 {
        self.found.iter().filter(|f| f.school == school && f.kind == kind).count() as u64
    }
}
