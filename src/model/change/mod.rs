//! 学籍变动: every kind of change is a row of one table: what it needs, whom it asks, what it makes of a registration.
//!
//! Pure values. A kind is a file and a row in `CHANGES`; commands, forms, checks of the whole machine and the page that a
//! registrar reads all follow from the row.

pub mod acceleration;
pub mod admission;
pub mod amendment;
pub mod arrangement_end;
pub mod cancellation;
pub mod case;
pub mod class_move;
pub mod completion;
pub mod correction;
pub mod death;
pub mod deferral;
pub mod demotion;
pub mod departure;
pub mod dropout;
pub mod early_graduation;
pub mod effect;
pub mod entry_cancellation;
pub mod entry_restoration;
pub mod expulsion;
pub mod graduation;
pub mod guard;
pub mod home_teaching;
pub mod inclusive_education;
pub mod input;
pub mod leave;
pub mod leave_extension;
pub mod merger;
pub mod partial_completion;
pub mod preservation;
pub mod progression;
pub mod promotion;
pub mod reinstatement;
pub mod removal;
pub mod repetition;
pub mod restoration;
pub mod return_from_abroad;
pub mod specialized_schooling;
pub mod split;
pub mod step;
pub mod transfer;
pub mod transfer_in;
pub mod transfer_out;
pub mod withdrawal;

use super::flag::Flag;
use super::status::Status;
use guard::Guard;
use input::Need;
use step::Route;

/// What a change makes of the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum To {
    /// It stays what it is.
    Same,
    Status(Status),
}

/// What a change makes of the place in a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placing {
    /// The pupil stays in the class.
    Stay,
    /// Another class of the same school.
    Class,
    /// Another class of the same school where one is named, else the same.
    MaybeClass,
    /// A class of another school.
    School,
    /// A class of the same or of another school, for one who has no place.
    Enter,
    /// The place is given up.
    End,
}

/// How a change comes about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Somebody asks for it, step by step: `xueji change KIND`, `xueji transfer`.
    Application,
    /// Another command does it.
    Command(&'static str),
}

impl PartialEq for Spec {
    fn eq(&self, other: &Spec) -> bool {
        self.kind == other.kind
    }
}

impl Eq for Spec {}

/// One kind of change.
#[derive(Debug)]
pub struct Spec {
    /// The machine key.
    pub kind: &'static str,
    pub name: &'static str,
    /// Codes of 学籍异动类别 (JY/T 1001 XJYDLB); none where the standard has none.
    pub official: &'static [&'static str],
    /// Codes of 学生变动 in the statistics (XSBD): how it counts.
    pub counts: &'static [&'static str],
    /// The codes of 学籍异动原因 (XJYDYY) that may be given.
    pub reasons: &'static [&'static str],
    pub basis: &'static str,
    /// For people: what it is, who asks, what follows.
    pub what: &'static str,
    pub by: By,
    pub from: &'static [Status],
    pub to: To,
    pub placing: Placing,
    pub raises: &'static [Flag],
    pub clears: &'static [Flag],
    /// With these flags it is refused.
    pub barred_by: &'static [Flag],
    pub route: Route,
    pub inputs: &'static [Need],
    /// What has to be shown or attached.
    pub materials: &'static [&'static str],
    /// The guards of this kind, besides those of every kind.
    pub guards: &'static [&'static Guard],
}

/// Those who hold a place: they go with their class when a school is divided or joined to another.
pub const HELD: &[Status] = &[
    Status::Pending,
    Status::Enrolled,
    Status::Deferred,
    Status::OnLeave,
    Status::DroppedOut,
    Status::Abroad,
    Status::Preserved,
];

/// Every kind of change, in the order of a pupil's life.
pub const CHANGES: &[&Spec] = &[
    &admission::SPEC,
    &deferral::SPEC,
    &entry_restoration::SPEC,
    &entry_cancellation::SPEC,
    &transfer::SPEC,
    &transfer_out::SPEC,
    &transfer_in::SPEC,
    &class_move::SPEC,
    &merger::SPEC,
    &split::SPEC,
    &leave::SPEC,
    &leave_extension::SPEC,
    &reinstatement::SPEC,
    &preservation::SPEC,
    &departure::SPEC,
    &return_from_abroad::SPEC,
    &promotion::SPEC,
    &repetition::SPEC,
    &acceleration::SPEC,
    &demotion::SPEC,
    &graduation::SPEC,
    &early_graduation::SPEC,
    &completion::SPEC,
    &partial_completion::SPEC,
    &progression::SPEC,
    &withdrawal::SPEC,
    &expulsion::SPEC,
    &dropout::SPEC,
    &death::SPEC,
    &cancellation::SPEC,
    &restoration::SPEC,
    &removal::SPEC,
    &correction::SPEC,
    &amendment::SPEC,
    &home_teaching::SPEC,
    &inclusive_education::SPEC,
    &specialized_schooling::SPEC,
    &arrangement_end::SPEC,
];

/// Kinds about which people ask so much that they have a page in full.
const PAGES: &[(&str, &str)] = &[(transfer::SPEC.kind, include_str!("transfer.txt"))];

/// What the rules leave to a province, for the kinds it bears on: keys of `province::key::KEYS`.
const PROVINCIAL: &[(&str, &[&str])] = &[
    (
        "transfer",
        &[
            "transfer_windows",
            "transfer_barred",
            "approval_chain",
            "class_size_primary",
            "class_size_secondary",
        ],
    ),
    ("leave", &["leave_months", "leave_max_months", "leave_barred"]),
    ("repetition", &["repeat_barred", "repeat_quota_percent"]),
    ("acceleration", &["skip_per_stage"]),
    ("correction", &["key_fields"]),
];

/// The kind with this machine key or Chinese name.
pub fn spec(name: &str) -> Option<&'static Spec> {
    CHANGES.iter().find(|s| s.kind == name || s.name == name).copied()
}

impl Spec {
    /// The status after the change, from the one before.
    pub fn status_after(&self, before: Status) -> Status {
        match self.to {
            To::Same => before,
            To::Status(after) => after,
        }
    }

    /// The page in full, where the kind has one; plain text in Chinese.
    pub fn page(&self) -> Option<&'static str> {
        PAGES.iter().find(|(kind, _)| *kind == self.kind).map(|(_, page)| *page)
    }

    /// Machine keys of what the rules leave to a province of this kind.
    pub fn provincial(&self) -> &'static [&'static str] {
        PROVINCIAL.iter().find(|(kind, _)| *kind == self.kind).map_or(&[], |(_, keys)| keys)
    }

    /// The need for this input, where the kind has it.
    pub fn need(&self, input: input::Input) -> Option<&'static Need> {
        self.inputs.iter().find(|n| n.input == input)
    }
}

#[cfg(test)]
mod tests;
