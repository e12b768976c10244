//! What guards are told of the world: the province's values of the day, and what the registry counts.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use jiff::civil::Date;

use crate::model::change::Spec;
use crate::model::change::case::{Case, Counts, Term, Terms};
use crate::model::change::effect;
use crate::model::change::input::{Input, Told};
use crate::model::change::step::{CHAIN, Party};
use crate::model::registration::Registration;
use crate::model::school::{Class, Directory, Stage, school_year};
use crate::model::status::Status;
use crate::province::{self, Datum, Pack, Value};
use crate::store::Store;
use crate::store::application::Made;
use crate::store::error::StoreError;

use super::Ground;

fn term<T>(value: &Value, datum: T) -> Term<T> {
    Term { value: datum, confirmed: value.confirmed, source: value.source.clone() }
}

/// The values in force for a division on a day.
pub fn terms(own: Option<&Pack>, division: &str, day: Date) -> Terms {
    let value = |name: &str| province::value(own, division, day, name);
    let count = |name: &str| count(own, division, day, name);
    let names = |name: &str| {
        value(name).and_then(|v| match &v.datum {
            Datum::Names(names) => Some(term(v, names.iter().map(|(key, _)| *key).collect())),
            _ => None,
        })
    };
    Terms {
        transfer_windows: names("transfer_windows"),
        transfer_barred: names("transfer_barred"),
        transfer_exceptional: names("transfer_exceptional"),
        deferral_months: count("deferral_months"),
        leave_months: count("leave_months"),
        leave_max_months: count("leave_max_months"),
        leave_barred: names("leave_barred"),
        repeat_barred: names("repeat_barred"),
        repeat_quota_percent: count("repeat_quota_percent"),
        skip_per_stage: count("skip_per_stage"),
        class_size_primary: count("class_size_primary"),
        class_size_secondary: count("class_size_secondary"),
        key_fields: key_fields(own, division, day),
    }
}

/// The key fields of every layer: a province or a county may add to the nation's, not take away (教基一〔2014〕8号).
fn key_fields(own: Option<&Pack>, division: &str, day: Date) -> Option<Term<Vec<&'static str>>> {
    let mut all: Option<Term<Vec<&'static str>>> = None;
    for value in province::values(own, division, day, "key_fields") {
        let Datum::Fields(fields) = &value.datum else { continue };
        let keys = fields.iter().map(|f| f.key());
        match &mut all {
            None => all = Some(term(value, keys.collect())),
            Some(term) => {
                let new: Vec<&str> = keys.filter(|k| !term.value.contains(k)).collect();
                term.value.extend(new);
            }
        }
    }
    all
}

/// The order in which the parties of a transfer consent.
pub fn chain(own: Option<&Pack>, division: &str, day: Date) -> Vec<Party> {
    match province::value(own, division, day, "approval_chain").map(|v| &v.datum) {
        Some(Datum::Names(names)) => names.iter().filter_map(|(key, _)| Party::parse(key)).collect(),
        _ => CHAIN.to_vec(),
    }
}

/// A number that a province may set, with what it rests on.
pub fn count(own: Option<&Pack>, division: &str, day: Date, name: &str) -> Option<Term<u32>> {
    province::value(own, division, day, name).and_then(|v| match v.datum {
        Datum::Count(n, _) => Some(term(v, n)),
        _ => None,
    })
}

/// A number of days that a province may set, with the usual one.
pub fn days(own: Option<&Pack>, division: &str, day: Date, name: &str, usual: u32) -> u32 {
    count(own, division, day, name).map_or(usual, |t| t.value)
}

/// What was counted and looked up already, and what the rows of a list that were taken before will add: a list of
/// thousands asks each question once.
#[derive(Default)]
pub struct Census {
    sizes: RefCell<HashMap<(String, String), usize>>,
    /// Pupils and repeaters by school, stage and entry year.
    grades: RefCell<HashMap<GradeKey, (usize, usize)>>,
    terms: RefCell<HashMap<String, Rc<Terms>>>,
}

type GradeKey = (String, Stage, i16);

impl Census {
    /// The values in force for a division.
    pub fn terms(&self, ground: &Ground, division: &str) -> Rc<Terms> {
        if let Some(known) = self.terms.borrow().get(division) {
            return known.clone();
        }
        let made = Rc::new(terms(ground.rules, division, ground.today));
        self.terms.borrow_mut().insert(division.to_owned(), made.clone());
        made
    }

    /// How many pupils a class has, those who were let in before among them.
    pub fn size(&self, store: &Store, school: &str, class: &str) -> Result<usize, StoreError> {
        let key = (school.to_owned(), class.to_owned());
        if let Some(known) = self.sizes.borrow().get(&key) {
            return Ok(*known);
        }
        let size = store.class_size(school, class)?;
        self.sizes.borrow_mut().insert(key, size);
        Ok(size)
    }

    /// Pupils of the grade of a class and how many of them repeated since the school year began.
    fn grade(&self, ground: &Ground, class: &Class) -> Result<(usize, usize), StoreError> {
        let (school, year) = (class.school.as_str(), class.entry_year);
        let key = (school.to_owned(), class.stage, year);
        if let Some(known) = self.grades.borrow().get(&key) {
            return Ok(*known);
        }
        let mut all = 0;
        for c in ground.directory.classes_of(school) {
            if (c.stage, c.entry_year) == (class.stage, year) {
                all += self.size(ground.store, school, &c.number)?;
            }
        }
        // Those who repeat this grade came into the classes that enter a year later.
        let later = (school, class.stage.key(), year + 1);
        let since = format!("{}-09-01", school_year(ground.today));
        let repeaters = ground.store.changes_into("repetition", later, &since)?;
        self.grades.borrow_mut().insert(key, (all, repeaters));
        Ok((all, repeaters))
    }

    /// Keeps a place in the class that a change names, and one of the repeaters', for those who are asked after it.
    pub fn reserve(
        &self,
        directory: &Directory,
        spec: &Spec,
        registration: Option<&Registration>,
        told: &Told,
    ) {
        let target = effect::named_place(told, registration).map(|p| (p.school, p.class));
        if let Some(target) = target
            && let Some(size) = self.sizes.borrow_mut().get_mut(&target)
        {
            *size += 1;
        }
        let class = registration.and_then(|r| directory.class(r.school.as_str(), &r.class_number));
        let key = class.map(|c| (c.school.as_str().to_owned(), c.stage, c.entry_year));
        if let Some(key) = key.filter(|_| spec.kind == "repetition")
            && let Some((_, repeaters)) = self.grades.borrow_mut().get_mut(&key)
        {
            *repeaters += 1;
        }
    }
}

/// What the registry counts around a case.
pub fn counts(ground: &Ground, case: &Case) -> Result<Counts, StoreError> {
    let (store, census) = (ground.store, &ground.census);
    let mut counts = Counts::default();
    let target = case.told.get(Input::ToClass);
    if !target.is_empty() {
        counts.target = census.size(store, case.target_code(), target)?;
    }
    let Some(r) = case.registration else { return Ok(counts) };
    counts.unexplained = store.pending(Some(r.id), true)?.len();
    let made = store.changes_of(r.id)?;
    counts.leave_since = leave_since(r.status, &made);
    if let Some(class) = case.class() {
        let of_stage = |m: &&Made| {
            let before = case.directory.class(&m.from.0, &m.from.1);
            m.kind == case.spec.kind && before.is_some_and(|c| c.stage == class.stage)
        };
        counts.same_kind_in_stage = made.iter().filter(of_stage).count();
        (counts.grade, counts.repeaters) = census.grade(ground, class)?;
    }
    Ok(counts)
}

/// The first day of the leave that still goes on.
fn leave_since(status: Status, made: &[Made]) -> Option<Date> {
    if status != Status::OnLeave {
        return None;
    }
    made.iter().rev().find(|m| m.kind == "leave").and_then(|m| m.day.parse().ok())
}
