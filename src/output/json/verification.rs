//! `xueji.verification/1`: the term's review, planned or done.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Serialize;

use super::{FileJson, PassedFileJson};

/// What attendance lists came to against the registry.
#[derive(Serialize, JsonSchema)]
pub struct Verification {
    pub schema: &'static str,
    pub dry_run: bool,
    pub batch: Option<i64>,
    /// `2026-autumn`.
    pub term: String,
    /// What makes the lists doubtful as a whole.
    pub doubts: Vec<String>,
    pub schools: Vec<SchoolJson>,
    pub findings: Vec<FoundJson>,
    pub excused: Vec<ExcusedJson>,
    /// Findings of earlier reviews that are no longer there.
    pub closed: Vec<ClosedJson>,
    pub files: Vec<FileJson>,
    pub passed_files: Vec<PassedFileJson>,
}

/// One school.
#[derive(Serialize, JsonSchema)]
pub struct SchoolJson {
    pub school: String,
    pub name: String,
    pub files: Vec<String>,
    pub rows: u64,
    /// Pupils who should be at school.
    pub expected: u64,
    /// On the list and registered here, in the same class.
    pub matched: u64,
    pub excused: u64,
    pub repeated: u64,
    /// Rows of pupils who are not there and not registered here.
    pub foreign: u64,
    /// Findings by kind.
    pub findings: BTreeMap<String, u64>,
}

/// One finding.
#[derive(Serialize, JsonSchema)]
pub struct FoundJson {
    /// Its name on the list; null in a preview of what is new.
    pub id: Option<String>,
    /// not_attending, attends_elsewhere, unregistered, class_differs, status_disagrees or unclear.
    pub kind: &'static str,
    pub school: String,
    pub student: Option<String>,
    /// Masked.
    pub name: String,
    pub class: String,
    pub file: Option<String>,
    pub sheet: Option<String>,
    pub cell: Option<String>,
    pub note: String,
    pub remedy: &'static str,
    /// An earlier review found it, and it is still open.
    pub known: bool,
    pub candidates: Vec<CandidateJson>,
}

/// A registration that a row may mean.
#[derive(Serialize, JsonSchema)]
pub struct CandidateJson {
    pub student: String,
    /// Masked.
    pub name: String,
    pub school: String,
    pub class_number: String,
    pub status: String,
    pub why: String,
}

/// A pupil who is lawfully away.
#[derive(Serialize, JsonSchema)]
pub struct ExcusedJson {
    pub school: String,
    pub student: String,
    /// Masked.
    pub name: String,
    pub why: String,
}

/// An earlier finding that ends.
#[derive(Serialize, JsonSchema)]
pub struct ClosedJson {
    pub id: String,
    pub kind: &'static str,
    pub school: String,
    pub student: Option<String>,
    pub text: String,
}
