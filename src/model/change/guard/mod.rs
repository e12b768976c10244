//! Guards: every reason for which a change is refused, asked all at once before anybody is troubled with it.

pub mod input;
pub mod place;
pub mod rule;
pub mod standing;

use super::Spec;
use super::case::{Case, Term};

/// One reason for a refusal.
#[derive(Debug)]
pub struct Guard {
    /// What is wrong, as one would say it after "explain".
    pub name: &'static str,
    pub title: &'static str,
    pub basis: &'static str,
    pub remedy: &'static str,
    /// What it has to say of a case, where it stands in its way.
    pub find: fn(&Case) -> Option<Said>,
}

/// What a guard says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub message: String,
    /// It may be closed with a text: what it rests on is not confirmed, or is a matter of judgment.
    pub may_be_explained: bool,
}

/// Nothing but mending helps.
pub fn no(message: impl Into<String>) -> Option<Said> {
    Some(Said { message: message.into(), may_be_explained: false })
}

/// Mend it or say why it is right.
pub fn unless_explained(message: impl Into<String>) -> Option<Said> {
    Some(Said { message: message.into(), may_be_explained: true })
}

/// By a value of the province: what is not confirmed decides nothing alone.
pub fn by_term<T>(term: &Term<T>, message: impl std::fmt::Display) -> Option<Said> {
    let said = based(term, message);
    if term.confirmed { no(said) } else { unless_explained(said) }
}

/// A message with the value it rests on; what no official text confirms says so.
pub fn based<T>(term: &Term<T>, message: impl std::fmt::Display) -> String {
    let mark = if term.confirmed { "" } else { "；未经官方文本证实，请核实" };
    format!("{message}（依据：{}{mark}）。", term.source)
}

/// The guards of every kind.
const COMMON: &[&Guard] = &[
    &input::MISSING,
    &input::MALFORMED,
    &input::REASON_UNKNOWN,
    &input::IN_FUTURE,
    &input::BEFORE_ENTRY,
    &input::UNTIL_BEFORE_ON,
    &standing::STATUS_NOT_ALLOWED,
    &standing::DISPUTED,
    &standing::ARRANGED_ALREADY,
    &standing::PENDING_BUSINESS,
];

/// Every guard.
pub const GUARDS: &[&Guard] = &[
    &input::MISSING,
    &input::MALFORMED,
    &input::REASON_UNKNOWN,
    &input::IN_FUTURE,
    &input::BEFORE_ENTRY,
    &input::UNTIL_BEFORE_ON,
    &standing::STATUS_NOT_ALLOWED,
    &standing::DISPUTED,
    &standing::ARRANGED_ALREADY,
    &standing::NO_ARRANGEMENT,
    &standing::PENDING_BUSINESS,
    &standing::DATA_MISMATCH,
    &standing::RECORD_MISSING,
    &place::SCHOOL_UNKNOWN,
    &place::SAME_SCHOOL,
    &place::SCHOOL_CLOSED,
    &place::STAGE_NOT_OFFERED,
    &place::CLASS_UNKNOWN,
    &place::SAME_CLASS,
    &place::GRADE_DIFFERS,
    &place::NOT_ONE_LATER,
    &place::NOT_ONE_EARLIER,
    &place::NOT_LATER,
    &place::NOT_NEXT_STAGE,
    &place::CLASS_FULL,
    &rule::COMPULSORY,
    &rule::NOT_FINAL_GRADE,
    &rule::YEAR_NOT_OVER,
    &rule::TRANSFER_BARRED,
    &rule::TRANSFER_EXCEPTIONAL,
    &rule::TRANSFER_WINDOW,
    &rule::DEFERRAL_LENGTH,
    &rule::LEAVE_BARRED,
    &rule::LEAVE_LENGTH,
    &rule::REPETITION_BARRED,
    &rule::REPETITION_QUOTA,
    &rule::ACCELERATION_ONCE,
    &rule::NOT_KEY_FIELDS,
    &rule::KEY_FIELDS,
    &rule::NOTHING_CHANGED,
];

/// Who stands in the way: a guard, or a check of the record as it would be.
#[derive(Clone, Copy, Debug)]
pub struct Keeper {
    pub name: &'static str,
    pub title: &'static str,
    pub remedy: &'static str,
}

/// What stands in the way of a case, and what it says.
#[derive(Clone, Debug)]
pub struct Bar {
    pub guard: Keeper,
    pub said: Said,
}

/// The guards of a kind: those of every kind, then its own.
pub fn of(spec: &Spec) -> impl Iterator<Item = &'static Guard> {
    COMMON.iter().chain(spec.guards).copied()
}

/// Everything that stands in the way: all of it, at once.
pub fn bars(case: &Case) -> Vec<Bar> {
    let bar = |guard: &'static Guard| {
        let keeper = Keeper { name: guard.name, title: guard.title, remedy: guard.remedy };
        Some(Bar { guard: keeper, said: (guard.find)(case)? })
    };
    of(case.spec).filter_map(bar).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::change::CHANGES;

    #[test]
    fn every_guard_is_in_the_table_once_and_serves_some_kind() {
        let mut names = std::collections::HashSet::new();
        for guard in GUARDS {
            assert!(names.insert(guard.name), "{}", guard.name);
            assert!(!guard.remedy.is_empty() && !guard.basis.is_empty() && guard.remedy.ends_with('。'));
            let used =
                COMMON.iter().chain(CHANGES.iter().flat_map(|s| s.guards)).any(|g| g.name == guard.name);
            assert!(used, "{}", guard.name);
        }
        for guard in COMMON.iter().chain(CHANGES.iter().flat_map(|s| s.guards)) {
            assert!(names.contains(guard.name), "{}", guard.name);
        }
    }
}
