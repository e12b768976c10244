//! What a change makes of a registration, once everybody has agreed: the new status, place and flags.

use super::input::{Input, Told};
use super::{Placing, Spec};
use crate::model::flag::Flag;
use crate::model::registration::Registration;
use crate::model::status::Status;

/// Where a pupil is: school and class.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    pub school: String,
    pub class: String,
}

/// A registration as far as changes see it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct State {
    pub status: Status,
    /// The current place; none where the status holds none.
    pub place: Option<Place>,
    /// In order, none twice.
    pub flags: Vec<Flag>,
}

impl State {
    /// One child, one registration: a place where the status holds one, none where it does not.
    pub fn is_lawful(&self) -> bool {
        self.status.holds_place() == self.place.is_some() && self.flags.is_sorted_by(|a, b| a < b)
    }

    /// The state after a change; `to` is the place it names. `None` where the kind does not start from this state.
    pub fn after(&self, spec: &Spec, to: Option<Place>) -> Option<State> {
        if !spec.from.contains(&self.status) || spec.barred_by.iter().any(|f| self.flags.contains(f)) {
            return None;
        }
        let place = match spec.placing {
            Placing::Stay => self.place.clone(),
            Placing::MaybeClass => to.or_else(|| self.place.clone()),
            Placing::Class | Placing::School | Placing::Enter => Some(to?),
            Placing::End => None,
        };
        let mut flags: Vec<Flag> = self.flags.iter().copied().filter(|f| !spec.clears.contains(f)).collect();
        flags.extend(spec.raises);
        flags.sort_unstable();
        flags.dedup();
        let status = spec.status_after(self.status);
        // What hung over a place goes with the place.
        if !status.holds_place() {
            flags.retain(|f| *f == Flag::Disputed || *f == Flag::IdentityUnconfirmed);
        }
        Some(State { status, place, flags })
    }
}

/// The place a change names: the class told, in the school told or in the pupil's own.
pub fn named_place(told: &Told, registration: Option<&Registration>) -> Option<Place> {
    let (school, class) = (told.get(Input::ToSchool), told.get(Input::ToClass));
    let school = match (school, registration) {
        ("", Some(r)) => r.school.as_str(),
        (code, _) => code,
    };
    let place = Place { school: school.to_owned(), class: class.to_owned() };
    (!class.is_empty() && !school.is_empty()).then_some(place)
}

/// How a registration stands now.
pub fn state(r: &Registration) -> State {
    let place = Place { school: r.school.as_str().to_owned(), class: r.class_number.clone() };
    State { status: r.status, place: r.until.is_none().then_some(place), flags: r.flags.clone() }
}
