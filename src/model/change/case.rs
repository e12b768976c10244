//! What guards look at: one pupil, what was told, and what the registry and the rules say that day. Values only.

use jiff::civil::Date;

use super::Spec;
use super::input::{Input, Told};
use crate::model::registration::Registration;
use crate::model::school::{Class, Directory, Lengths, School, Stage, year_in_stage};

/// Who or what keeps a change from being allowed, as provinces name it: machine key and name for people.
pub const BARS: &[(&str, &str)] = &[
    ("on-leave", "休学期间"),
    ("under-sanction", "受处分期间"),
    ("same-zone", "同一学区内"),
    ("class-full", "班额已满"),
    ("starting-grade-first-term", "起始年级第一学期"),
    ("graduating-grade", "毕业年级"),
    ("graduating-last-term", "毕业年级第二学期"),
    ("primary-last-term", "小学毕业年级第二学期"),
    ("junior-first-term", "初中第一学期"),
    ("junior-last-term", "初中毕业年级第二学期"),
    ("senior-first-term", "高一第一学期"),
    ("senior-last-grade", "高三"),
    ("senior", "高中"),
    ("compulsory", "义务教育阶段"),
];

/// A value that a province may set, with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term<T> {
    pub value: T,
    /// Seen in the official text or in two sources.
    pub confirmed: bool,
    pub source: String,
}

/// What the rules of the day leave to a province, as they are for this case.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// Names of times at which a transfer may be asked for.
    pub transfer_windows: Option<Term<Vec<&'static str>>>,
    pub transfer_barred: Option<Term<Vec<&'static str>>>,
    /// Those it allows only as exceptions.
    pub transfer_exceptional: Option<Term<Vec<&'static str>>>,
    pub deferral_months: Option<Term<u32>>,
    pub leave_months: Option<Term<u32>>,
    pub leave_max_months: Option<Term<u32>>,
    pub leave_barred: Option<Term<Vec<&'static str>>>,
    pub repeat_barred: Option<Term<Vec<&'static str>>>,
    pub repeat_quota_percent: Option<Term<u32>>,
    pub skip_per_stage: Option<Term<u32>>,
    pub class_size_primary: Option<Term<u32>>,
    pub class_size_secondary: Option<Term<u32>>,
    /// Machine keys of the fields that only a correction may change.
    pub key_fields: Option<Term<Vec<&'static str>>>,
}

impl Terms {
    /// Whether only a correction may change the field of this machine key.
    pub fn is_key(&self, field: &str) -> bool {
        self.key_fields.as_ref().is_some_and(|term| term.value.contains(&field))
    }
}

/// What the registry counts around the case.
#[derive(Clone, Debug, Default)]
pub struct Counts {
    /// Pupils in the class to go to.
    pub target: usize,
    /// Pupils of the same grade of the same school, and how many of them repeated this school year.
    pub grade: usize,
    pub repeaters: usize,
    /// Findings of the registration that wait for a text.
    pub unexplained: usize,
    /// Changes of this kind the pupil had in this stage.
    pub same_kind_in_stage: usize,
    /// The first day of an unbroken leave that this one goes on.
    pub leave_since: Option<Date>,
}

/// An application that is still open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Open {
    pub id: String,
    pub kind: &'static str,
}

/// One change asked for one pupil.
#[derive(Debug)]
pub struct Case<'a> {
    pub spec: &'static Spec,
    /// `None` while a pupil from another registry has no registration here.
    pub registration: Option<&'a Registration>,
    pub told: &'a Told,
    /// The day of business.
    pub today: Date,
    pub directory: &'a Directory,
    pub open: &'a [Open],
    pub terms: &'a Terms,
    pub counts: &'a Counts,
}

/// Where a pupil stands in the years of schooling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grade {
    pub stage: Stage,
    /// The year within the stage, from 1.
    pub year: i16,
    pub lengths: Lengths,
}

impl Grade {
    /// The grade of a class on a day.
    pub fn of(class: &Class, lengths: Lengths, day: Date) -> Grade {
        Grade { stage: class.stage, year: year_in_stage(class.entry_year, day), lengths }
    }

    /// The year counted from the first of primary school: systems differ, years do not (R§7.9, Jiangsu).
    pub fn years(self) -> i16 {
        self.year + i16::from(self.lengths.before(self.stage))
    }

    /// The last grade of the stage, or past it.
    pub fn is_final(self) -> bool {
        self.year >= i16::from(self.lengths.of(self.stage))
    }

    /// Compulsory education: primary and junior (义务教育法 第二条).
    pub fn is_compulsory(self) -> bool {
        self.stage != Stage::Senior
    }
}

impl<'a> Case<'a> {
    /// The day it takes effect; the day of business where none was told or it can't be read.
    pub fn on(&self) -> Date {
        self.day(Input::On).unwrap_or(self.today)
    }

    /// A day that was told.
    pub fn day(&self, input: Input) -> Option<Date> {
        self.told.get(input).parse().ok()
    }

    /// The school the pupil is at, or was last.
    pub fn school(&self) -> Option<&'a School> {
        self.directory.school(self.registration?.school.as_str())
    }

    /// The class the pupil is in, or was last.
    pub fn class(&self) -> Option<&'a Class> {
        let r = self.registration?;
        self.directory.class(r.school.as_str(), &r.class_number)
    }

    /// The code of the school to go to: the one told, else the pupil's own.
    pub fn target_code(&self) -> &'a str {
        match (self.told.get(Input::ToSchool), self.registration) {
            ("", Some(r)) => r.school.as_str(),
            (code, _) => code,
        }
    }

    /// The school to go to.
    pub fn target_school(&self) -> Option<&'a School> {
        self.directory.school(self.target_code())
    }

    /// The class to go to.
    pub fn target_class(&self) -> Option<&'a Class> {
        self.directory.class(self.target_code(), self.told.get(Input::ToClass))
    }

    /// The grade the pupil is in on the day.
    pub fn grade(&self) -> Option<Grade> {
        Some(Grade::of(self.class()?, self.school()?.lengths, self.on()))
    }

    /// The grade of the class to go to, on the day.
    pub fn target_grade(&self) -> Option<Grade> {
        Some(Grade::of(self.target_class()?, self.target_school()?.lengths, self.on()))
    }

    /// Whether a name of the provinces' list of bars holds for this pupil on the day; `None` where it can't be told.
    pub fn is_barred(&self, bar: &str) -> Option<bool> {
        let grade = self.grade();
        let first_term = matches!(self.on().month(), 9..=12 | 1);
        Some(match bar {
            "on-leave" => self.registration?.status == crate::model::status::Status::OnLeave,
            "class-full" => false,
            "starting-grade-first-term" => grade?.year == 1 && first_term,
            "graduating-grade" => grade?.is_final(),
            "graduating-last-term" => grade?.is_final() && !first_term,
            "primary-last-term" => grade?.stage == Stage::Primary && grade?.is_final() && !first_term,
            "junior-last-term" => grade?.stage == Stage::Junior && grade?.is_final() && !first_term,
            "junior-first-term" => grade?.stage == Stage::Junior && grade?.year == 1 && first_term,
            "senior-first-term" => grade?.stage == Stage::Senior && grade?.year == 1 && first_term,
            "senior-last-grade" => grade?.stage == Stage::Senior && grade?.is_final(),
            "senior" => grade?.stage == Stage::Senior,
            "compulsory" => grade?.is_compulsory(),
            // Sanctions and school zones are not in the registry.
            _ => return None,
        })
    }
}
