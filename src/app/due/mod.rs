//! Everything that has a date on it: one file per kind of date and a row in `DATES`; one list, the soonest first.

pub mod archive;
mod death;
mod deferral_end;
mod departure_end;
mod dropout_handover;
mod dropout_letter;
mod dropout_report;
mod handling;
mod leave_end;
mod preservation_end;
mod returned;
mod review;
mod until;

use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::model::application::Application;
use crate::model::change::case::Term;
use crate::model::id::StudentId;
use crate::model::registration::Registration;
use crate::model::school::Directory;
use crate::province::Pack;
use crate::store::Store;
use crate::store::application::Asked;
use crate::store::lookup::Which;

use super::change::clock::{self, Clockwork, Due};
use super::change::facts;
use super::failure::Failure;

/// One kind of date.
pub struct Dated {
    /// The machine key.
    pub name: &'static str,
    pub title: &'static str,
    pub find: fn(&Ground) -> Result<Vec<Item>, Failure>,
}

/// Every kind of date.
pub const DATES: &[Dated] = &[
    handling::DATED,
    death::DATED,
    archive::DATED,
    leave_end::DATED,
    deferral_end::DATED,
    preservation_end::DATED,
    departure_end::DATED,
    returned::DATED,
    review::DATED,
    dropout_report::DATED,
    dropout_letter::DATED,
    dropout_handover::DATED,
];

/// What dates are found by.
pub struct Ground<'a> {
    pub store: &'a Store,
    pub directory: &'a Directory,
    pub by: Clockwork<'a>,
    pub open: Vec<Application>,
}

/// When something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// A limit in working days.
    Working(Due),
    /// A day that is told, and the days until it; negative when it is past.
    Day { day: Date, left: i64 },
}

impl When {
    /// No rule sets a limit, or none was written down; it waits all the same.
    const UNLIMITED: When = When::Working(Due::None);

    /// Whether the day is past.
    pub fn is_overdue(self) -> bool {
        match self {
            When::Working(due) => due.is_overdue(),
            When::Day { left, .. } => left < 0,
        }
    }

    /// The day for people.
    pub fn day(self) -> String {
        match self {
            When::Working(due) => due.day(),
            When::Day { day, .. } => day.to_string(),
        }
    }

    /// What is left, for people.
    pub fn left(self) -> String {
        match self {
            When::Working(due) => due.left(),
            When::Day { left, .. } if left < 0 => format!("超期 {} 天", -left),
            When::Day { left, .. } => format!("余 {left} 天"),
        }
    }

    /// The day, where there is one and it is known.
    fn known(self) -> Option<Date> {
        match self {
            When::Working(due) => due.known(),
            When::Day { day, .. } => Some(day),
        }
    }

    /// The days from a day until it; negative when it is past, none where it has no day that is known.
    pub fn days_from(self, today: Date) -> Option<i64> {
        self.known().map(|day| days_between(today, day))
    }

    /// Those with a day first, the soonest before the others; then what is not determined, then what has no limit.
    fn order(self) -> (bool, Option<Date>, bool) {
        (self.known().is_none(), self.known(), self == When::UNLIMITED)
    }
}

/// Something that is due.
#[derive(Clone, Debug)]
pub struct Item {
    /// Filled in from the row of the table.
    pub kind: &'static str,
    pub title: &'static str,
    pub when: When,
    /// The application, the pupil or the school it concerns.
    pub subject: String,
    /// The pupil's name; empty where it is not one pupil's.
    pub name: String,
    /// The code of the school.
    pub school: String,
    pub todo: String,
    /// The rule that sets the limit.
    pub source: String,
}

impl Item {
    fn of(registration: &Registration, when: When) -> Item {
        Item {
            kind: "",
            title: "",
            when,
            subject: registration.id.to_string(),
            name: registration.record.get(crate::model::field::Field::PupilName).to_owned(),
            school: registration.school.as_str().to_owned(),
            todo: String::new(),
            source: String::new(),
        }
    }
}

/// Which of them are asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    /// Only what is past its day.
    pub overdue_only: bool,
    /// How many days ahead; what is overdue, 未定 or without a limit is always there.
    pub within: i64,
}

/// Everything that is due, the soonest first.
pub fn due(
    store: &Store,
    (calendar, rules): (Calendar, Option<&Pack>),
    today: Date,
    wanted: Wanted,
) -> Result<Vec<Item>, Failure> {
    let directory = store.directory()?;
    let by = Clockwork { calendar, directory: &directory, rules, today };
    let ground = Ground { store, directory: &directory, by, open: store.applications(&Asked::Open)? };
    let mut all = Vec::new();
    for dated in DATES {
        let found = (dated.find)(&ground)?;
        all.extend(found.into_iter().map(|i| Item { kind: dated.name, title: dated.title, ..i }));
    }
    let is_near = |when: When| when.known().is_none_or(|day| days_between(today, day) <= wanted.within);
    all.retain(|item| item.when.is_overdue() || (!wanted.overdue_only && is_near(item.when)));
    let key = |i: &Item| (i.when.order(), i.kind, i.subject.clone());
    all.sort_by_cached_key(key);
    Ok(all)
}

/// The last day on which the files of those who entered a school on a day must be open; none where no rule says so, or
/// the calendar of the year is not loaded.
pub fn archive_day(ground: &Ground, school: &str, entered: Date) -> Option<String> {
    archive::limit(ground, school, entered).and_then(|(when, _)| when.known()).map(|day| day.to_string())
}

fn days_between(from: Date, to: Date) -> i64 {
    from.until(to).map_or(i64::MAX, |span| i64::from(span.get_days()))
}

impl Ground<'_> {
    /// A day that is told, counted in days.
    fn on(&self, day: Date) -> When {
        When::Day { day, left: days_between(self.by.today, day) }
    }

    /// So many working days after a day.
    fn working_days(&self, began: Date, days: u32) -> When {
        When::Working(clock::end(&self.by, began, days))
    }

    /// A number that the rules set where a school stands, on a day.
    fn count(&self, school: &str, day: Date, name: &str) -> Option<Term<u32>> {
        let division = self.directory.school(school).map_or("", |s| s.division.as_str());
        facts::count(self.by.rules, division, day, name)
    }

    fn pupil(&self, id: StudentId) -> Result<Option<Registration>, Failure> {
        Ok(self.store.registrations(&Which::Id(id))?.pop())
    }

    /// An application's item: its pupil, or the one that is to come.
    fn of_application(&self, a: &Application, when: When) -> Result<Item, Failure> {
        let name = |key: &str| a.told.fields().find(|(k, _)| *k == key).map_or("", |f| f.1).to_owned();
        let mut item = match a.student.map(|id| self.pupil(id)).transpose()?.flatten() {
            Some(r) => Item::of(&r, when),
            None => Item {
                kind: "",
                title: "",
                when,
                subject: String::new(),
                name: name(crate::model::field::Field::PupilName.key()),
                school: a.told.get(crate::model::change::input::Input::ToSchool).to_owned(),
                todo: String::new(),
                source: String::new(),
            },
        };
        item.subject = a.id.to_string();
        Ok(item)
    }
}

/// What a limit rests on, for people; what no official text confirms says so.
fn source<T>(term: &Term<T>) -> String {
    let mark = if term.confirmed { "" } else { "（未证实）" };
    format!("{}{mark}", term.source)
}
