//! Who came and who went: each pupil's life as dated steps between being counted at a place and not being counted, so
//! that what there was, plus who came, less who went, is what there is.

use jiff::civil::{Date, date};

use crate::model::change;
use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::term::Term;
use crate::store::application::Made;

use super::Input;
use super::facts::Facts;
use super::group::is_counted;

/// A school and a class.
pub type Place<'a> = (&'a str, &'a str);

/// Codes of 学生变动 (XSBD, R§6.21) that increase, and those that decrease. What has no code is 其他.
pub const IN: [&str; 3] = ["11", "12", "13"];
pub const OUT: [&str; 8] = ["21", "22", "23", "24", "25", "26", "27", "28"];

/// One step of a life.
struct Step<'a> {
    day: Date,
    before: Option<Place<'a>>,
    after: Option<Place<'a>>,
    /// The codes of the decrease and the increase; none is 其他.
    out: Option<&'static str>,
    into: Option<&'static str>,
    name: &'static str,
}

/// What a flow says of a pupil at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Counted on the day before the first.
    Opening,
    In(Option<&'static str>),
    Out(Option<&'static str>),
    /// Counted on the last day.
    Closing,
}

/// One line of the flows.
pub struct Flow<'a> {
    pub registration: &'a Registration,
    pub kind: Kind,
    pub at: Place<'a>,
    /// For people: what happened, and when.
    pub why: String,
}

/// Everything that moved in the span, and who was there before and after.
pub fn flows<'a>(input: &Input<'a>) -> Vec<Flow<'a>> {
    let mut all = Vec::new();
    for r in input.everyone {
        one(input, r, &mut all);
    }
    all
}

/// What moved in one pupil's life.
pub fn one<'a>(input: &Input<'a>, r: &'a Registration, all: &mut Vec<Flow<'a>>) {
    let span = input.span;
    let (mut opening, mut closing) = (None, None);
    let stage = |p: Place| input.directory.class(p.0, p.1).map(|c| c.stage);
    // Flows are between schools and between stages; another class of the same grade is no flow.
    let unit = |p: Place<'a>| (p.0, stage(p));
    let steps = life(input.facts, r);
    for step in steps.iter().filter(|s| s.day <= span.to) {
        closing = step.after;
        if step.day < span.from {
            opening = step.after;
            continue;
        }
        if step.before.map(unit) == step.after.map(unit) {
            continue;
        }
        let why = format!("{} {}", step.name, step.day);
        if let Some(at) = step.before {
            all.push(Flow { registration: r, kind: Kind::Out(step.out), at, why: why.clone() });
        }
        if let Some(at) = step.after {
            all.push(Flow { registration: r, kind: Kind::In(step.into), at, why });
        }
    }
    let ends = [(Kind::Opening, opening), (Kind::Closing, closing)];
    let there = ends.into_iter().filter_map(|(kind, at)| Some((kind, at?)));
    all.extend(there.map(|(kind, at)| Flow { registration: r, kind, at, why: String::new() }));
}

/// The steps of a pupil's life, in the order of their making. A step that was told later of an earlier day counts from
/// the day of the step before it: nobody is at two places.
fn life<'a>(facts: &'a Facts, r: &'a Registration) -> Vec<Step<'a>> {
    let changes = facts.changes_of(r);
    let mut steps: Vec<Step> = beginning(facts, r, changes.first()).into_iter().collect();
    for made in changes {
        let Ok(day) = made.day.parse::<Date>() else { continue };
        let day = steps.last().map_or(day, |s| s.day.max(day));
        let before = steps.last().and_then(|s| s.after);
        steps.push(step(made, day, before));
    }
    steps
}

/// The beginning of a registration; none where a change is the beginning: a transfer from another registry.
fn beginning<'a>(facts: &'a Facts, r: &'a Registration, change: Option<&'a Made>) -> Option<Step<'a>> {
    let status = change.map_or(r.status, |made| made.status_before);
    if !status.holds_place() {
        return None;
    }
    let first = facts.beginnings.get(&r.id)?;
    let day: Date = first.since.parse().ok()?;
    // Who began the stage in an earlier term was not admitted now, but only written down now.
    let is_new = entry_year(r).is_some_and(|year| date(year, 9, 1) >= Term::of(day).first_day());
    Some(Step {
        day,
        before: None,
        after: is_counted(status).then_some((first.school.as_str(), first.class.as_str())),
        out: None,
        into: is_new.then_some("11"),
        name: if is_new { "入学建籍" } else { "补录建籍" },
    })
}

/// The school year in which a pupil began the stage; who is written down in August begins in September.
fn entry_year(r: &Registration) -> Option<i16> {
    let month = r.record.get(Field::EntryMonth);
    let (year, month) = (month.get(..4)?.parse::<i16>().ok()?, month.get(4..6)?.parse::<i8>().ok()?);
    Some(if month >= 8 { year } else { year - 1 })
}

fn step<'a>(made: &'a Made, day: Date, before: Option<Place<'a>>) -> Step<'a> {
    let spec = change::spec(&made.kind);
    let codes = spec.map_or(&[][..], |s| s.counts);
    let code = |direction: char| codes.iter().find(|c| c.starts_with(direction)).copied();
    let place = (made.to.0.as_str(), made.to.1.as_str());
    Step {
        day,
        before,
        after: (is_counted(made.status) && !place.1.is_empty()).then_some(place),
        out: code('2'),
        into: code('1'),
        name: spec.map_or("变动", |s| s.name),
    }
}
