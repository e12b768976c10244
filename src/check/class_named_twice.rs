//! `class-named-twice`: two new classes of a school and year whose names are two ways to write one.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use crate::model::cell::Place;
use crate::model::field::Field;
use crate::model::finding::{Finding, Severity};
use crate::roster::candidate::Candidate;
use crate::roster::layout::title;

use super::duplicate_in_file::{Key, first_place};
use super::seen::Seen;
use super::{Check, Selection, Sink, Subject};

pub const CHECK: Check = Check {
    name: "class-named-twice",
    title: "同一个班像是写成了两个班",
    severity: Severity::Explain,
    basis: "学生基本信息表“班号”：须为学校已建的班级；JY/T 1002-2012 班级数据子类",
    what: "名册要带出新的班级，而同一所学校、同一入学年份的两个新班级，名称像是一个班的两种写法，\
           如“三(2)班”“三年级2班”“三2班”。每个新写法在第一次出现的那一行报。",
    why: "班号不同就是两个班，一个班的学生会被分在两个班里，人数、升级和毕业都会错。",
    remedy: "同一个班的，请在原表中统一班号的写法，或先导入班级表；确实是两个班的，用 --explain 说明。",
    run,
};

fn run(subject: &Subject, seen: &mut Seen, _: &mut Sink) {
    let (Some(school), Some((year, month))) = (subject.facts.school, subject.facts.entry) else { return };
    let number = subject.get(Field::ClassNumber);
    if subject.facts.class.is_some() || number.is_empty() {
        return;
    }
    let name = Some(subject.get(Field::ClassName)).filter(|n| !n.is_empty()).unwrap_or(number);
    let entered = if month >= 7 { year } else { year - 1 };
    let key = format!("{} {entered} {}", school.code.as_str(), title::same_class_key(name));
    seen.note_key(Key { field: Field::ClassNumber, key: key.into(), masked: number.to_owned() });
}

/// The numbers by which each class of a run was called, and where each stood first.
#[derive(Default)]
pub struct FirstClasses {
    numbers: FxHashMap<Box<str>, Vec<(String, Place)>>,
}

impl FirstClasses {
    /// What is to be said of a row whose class was called otherwise before; once for each way.
    pub fn compare(
        &mut self,
        candidate: &Candidate,
        key: Box<str>,
        number: String,
        selection: &Selection,
    ) -> Option<Finding> {
        let here = || candidate.place(Some(Field::ClassNumber));
        let known = match self.numbers.entry(key) {
            Entry::Vacant(empty) => {
                empty.insert(vec![(number, here())]);
                return None;
            }
            Entry::Occupied(known) => known.into_mut(),
        };
        if known.iter().any(|(n, _)| *n == number) {
            return None;
        }
        let (first, place) = &known[0];
        let message = format!(
            "班号“{number}”与{}的“{first}”像是同一个班的两种写法，会建成两个班。",
            first_place(place, &here())
        );
        known.push((number, here()));
        let hint = "同一个班的请统一班号的写法；确实是两个班的请说明。";
        let sink = Sink { check: &CHECK, candidate, findings: &mut Vec::new() };
        Some(sink.make(selection.severity_of(&CHECK), Field::ClassNumber, message, hint))
    }

    /// Forgets the rows of a file that turned out not to be usable.
    pub fn forget(&mut self, file: &str) {
        self.numbers.values_mut().for_each(|ways| ways.retain(|(_, place)| *place.file != *file));
        self.numbers.retain(|_, ways| !ways.is_empty());
    }
}
