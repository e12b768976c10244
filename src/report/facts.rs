//! What a report may need besides schools and the pupils of a day; gathered only where its row asks for it.

use std::collections::HashMap;

use crate::model::application::Application;
use crate::model::change::input::Input;
use crate::model::dispute::{Claim, Dispute};
use crate::model::flag::Raised;
use crate::model::id::StudentId;
use crate::model::registration::Registration;
use crate::model::suspect::Suspect;
use crate::model::watch::{Step, Watch};
use crate::store::application::{Beginning, Made};

/// Something a report is built from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Everybody, those too who have left.
    Everyone,
    /// Every change that took effect, and where each pupil began.
    Changes,
    /// Every application.
    Applications,
    /// Every dispute with what was claimed in it.
    Disputes,
    /// Every pair of the duplicate check.
    Suspects,
    /// What hangs over registrations, since when.
    Flags,
    /// The list of pupils to be brought back, with every step.
    Watches,
    /// By when the files of those who were registered must be open.
    Archive,
    /// Everything that has a date on it.
    Clocks,
}

/// Something that is due.
pub struct Clock {
    /// The place of its kind among the kinds, and what that is called.
    pub order: usize,
    pub title: &'static str,
    /// The code of the school.
    pub school: String,
    pub is_overdue: bool,
    /// The days until its day; none where there is no day, or it is not determined.
    pub left: Option<i64>,
}

/// What was gathered.
#[derive(Default)]
pub struct Facts {
    /// The changes of each pupil, in the order of their making.
    pub changes: HashMap<StudentId, Vec<Made>>,
    /// Where and when each registration began.
    pub beginnings: HashMap<StudentId, Beginning>,
    pub applications: Vec<Application>,
    /// Where each application stands among them.
    pub application_at: HashMap<String, usize>,
    pub disputes: Vec<(Dispute, Vec<Claim>)>,
    pub suspects: Vec<Suspect>,
    /// The registrations of settled disputes and pairs as they were when it was opened or found: by its number and the
    /// pupil.
    pub then: HashMap<(String, StudentId), Registration>,
    pub flags: HashMap<StudentId, Vec<Raised>>,
    pub watches: HashMap<StudentId, Vec<(Watch, Vec<Step>)>>,
    /// By school and day of registration: the last day.
    pub archive: HashMap<(String, String), String>,
    pub clocks: Vec<Clock>,
}

impl Facts {
    /// The changes of a pupil.
    pub fn changes_of(&self, r: &Registration) -> &[Made] {
        self.changes.get(&r.id).map_or(&[], Vec::as_slice)
    }

    /// A registration as it was when a dispute was opened or a pair found that is settled now; of others as it is.
    pub fn then<'a>(&'a self, of: &str, now: &'a Registration) -> &'a Registration {
        self.then.get(&(of.to_owned(), now.id)).unwrap_or(now)
    }

    /// What hangs over a pupil's registration.
    pub fn flags_of(&self, r: &Registration) -> &[Raised] {
        self.flags.get(&r.id).map_or(&[], Vec::as_slice)
    }

    /// When a pupil was on the list of those to be brought back.
    pub fn watches_of(&self, r: &Registration) -> &[(Watch, Vec<Step>)] {
        self.watches.get(&r.id).map_or(&[], Vec::as_slice)
    }

    /// What the application behind a change was told; empty where there is none.
    pub fn told(&self, made: &Made, input: Input) -> &str {
        let at = made.application.as_ref().and_then(|id| self.application_at.get(id));
        at.map_or("", |at| self.applications[*at].told.get(input))
    }
}
