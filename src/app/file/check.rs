//! The checklist of a school: whose file lacks what, the overdue first.

use crate::model::registration::Registration;
use crate::store::lookup::Which;

use super::super::due::Ground;
use super::super::failure::Failure;
use super::super::places::require_school;
use super::{Missing, of};

/// A pupil whose file lacks something.
pub struct Lacking {
    pub registration: Registration,
    /// The first day at a school.
    pub entered: String,
    pub missing: Vec<Missing>,
}

impl Lacking {
    /// Whether anything is past its day.
    pub fn is_overdue(&self) -> bool {
        self.missing.iter().any(Missing::is_overdue)
    }

    /// What has a limit, and what has none.
    pub fn parts(&self) -> (Vec<&Missing>, Vec<&Missing>) {
        self.missing.iter().partition(|m| m.due.is_some())
    }
}

/// What a checklist came to.
pub struct Checklist {
    /// How many files the school has.
    pub files: usize,
    pub lacking: Vec<Lacking>,
}

/// Looks through the files of a school's pupils.
pub fn checklist(desk: &Ground, school: &str) -> Result<Checklist, Failure> {
    require_school(desk.store, school)?;
    let present = desk.store.registrations(&Which::School(school))?;
    let files = present.len();
    let mut lacking = Vec::new();
    for registration in present {
        let dossier = of(desk, registration)?;
        let missing = dossier.missing(desk.by.today);
        if !missing.is_empty() {
            lacking.push(Lacking { registration: dossier.registration, entered: dossier.entry.1, missing });
        }
    }
    // Overdue first, then what has a limit, each the longest waiting first.
    lacking.sort_by_cached_key(|l| (!l.is_overdue(), l.parts().0.is_empty(), l.entered.clone()));
    Ok(Checklist { files, lacking })
}
