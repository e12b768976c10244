//! The plan of a review: what each row and each registration comes to, and what earlier findings it ends.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;

use crate::model::cell::Place;
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::registration::Registration;
use crate::model::verification::Discrepancy;
use crate::model::verification::kind::Kind;
use crate::store::Store;
use crate::store::verification::Wanted;

use super::super::failure::{Failure, Refusal};
use super::identify::Ground;
use super::read::{self, Line, Lists};
use super::{Asked, Candidate, Closing, Excused, Found, Plan, Whom};

/// More than this share of a school, and more than so many, not at school: the list is doubted before the pupils are.
pub const DOUBTED_PERCENT: usize = 20;
pub const DOUBTED_FROM: usize = 3;

/// Plans the review of the schools whose lists these are.
pub fn plan(store: &Store, asked: &Asked, today: Date) -> Result<Plan, Failure> {
    let (tail, directory) = (store.tail()?, store.directory()?);
    let Lists { lines, files, passed } = read::read(asked, &directory)?;
    if lines.is_empty() {
        let remedy = "空名单不能核查，否则全校都成了空挂；请核对文件和工作表，名单上应是实际在校的学生。";
        return Err(Refusal::new("名单上没有学生。", remedy).into());
    }
    let mut by_school: BTreeMap<&str, Vec<&Line>> = BTreeMap::new();
    for line in &lines {
        by_school.entry(&line.school).or_default().push(line);
    }
    let ground = Ground { store, directory: &directory, today };
    let mut planner = Planner {
        ground,
        asked,
        open: store.discrepancies(Wanted::Open)?,
        found: Vec::new(),
        excused: Vec::new(),
        doubts: Vec::new(),
        attends: HashMap::new(),
        maybe: HashSet::new(),
        reviewed: by_school.keys().map(|s| (*s).to_owned()).collect(),
        expected: HashSet::new(),
        used: HashSet::new(),
    };
    planner.check_classes(&by_school)?;
    let mut reviewed = Vec::new();
    for (school, lines) in &by_school {
        reviewed.push(planner.rows(school, lines)?);
    }
    // Only when every list was read is it known who attends another school.
    let mut schools = Vec::new();
    for (seen, count) in reviewed {
        schools.push(planner.absent(seen, count)?);
    }
    planner.idle()?;
    let closing = planner.closing();
    let Planner { found, excused, doubts, .. } = planner;
    Ok(Plan { term: asked.term, schools, found, excused, closing, doubts, files, passed, tail })
}

/// A plan in the making.
pub struct Planner<'a> {
    pub ground: Ground<'a>,
    pub asked: &'a Asked<'a>,
    /// Every finding of earlier reviews that is open.
    pub open: Vec<Discrepancy>,
    pub found: Vec<Found>,
    pub excused: Vec<Excused>,
    pub doubts: Vec<String>,
    /// The school at which a pupil is on the list as present.
    pub attends: HashMap<StudentId, String>,
    /// Whom unclear and unknown rows may mean: nobody takes them for absent.
    pub maybe: HashSet<StudentId>,
    /// The schools whose lists these are.
    pub reviewed: HashSet<String>,
    /// Those who should be at the schools and classes that are reviewed.
    pub expected: HashSet<StudentId>,
    /// Which of the clerk's answers were of use.
    pub used: HashSet<Answer>,
}

/// One of the clerk's answers, by its place among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    Match(usize),
    Explained(usize),
}

impl Planner<'_> {
    /// Refused where a class is named that none of the schools has.
    fn check_classes(&self, by_school: &BTreeMap<&str, Vec<&Line>>) -> Result<(), Failure> {
        let has = |class: &String| by_school.keys().any(|s| self.ground.directory.class(s, class).is_some());
        let unknown: Vec<&String> = self.asked.classes.iter().filter(|c| !has(c)).collect();
        let refusal = |c: &&String| {
            Refusal::new(format!("名单上的学校没有班号为 {c} 的班。"), "请用 xueji school show 查看班号。")
        };
        match unknown.is_empty() {
            true => Ok(()),
            false => Err(Failure::Refused(unknown.iter().map(refusal).collect())),
        }
    }

    /// Answers that were of no use: they were meant for something else.
    fn idle(&self) -> Result<(), Failure> {
        let mut refusals = Vec::new();
        for (i, (spot, _)) in self.asked.matches.iter().enumerate() {
            if !self.used.contains(&Answer::Match(i)) {
                let remedy = "请核对文件、工作表和单元格的名称：写那一行任一格均可。";
                refusals.push(Refusal::new(format!("--match {spot}：名单上没有这一行。"), remedy));
            }
        }
        for (i, (whom, _)) in self.asked.explained.iter().enumerate() {
            if !self.used.contains(&Answer::Explained(i)) {
                let whom = match whom {
                    Whom::Cell(spot) => spot.to_string(),
                    Whom::Pupil(id) => id.to_string(),
                };
                let remedy = "只有应在读而不在校的学生才要说明；请核对编号或单元格。";
                refusals
                    .push(Refusal::new(format!("--explain {whom}：这里没有要说明的不在校学生。"), remedy));
            }
        }
        if refusals.is_empty() { Ok(()) } else { Err(Failure::Refused(refusals)) }
    }

    /// What is found of a row whose pupil is not known for certain.
    pub fn enter(&mut self, line: &Line, kind: Kind, note: String, candidates: Vec<Candidate>) {
        self.maybe.extend(candidates.iter().map(|c| c.registration.id));
        let record = &line.candidate.record;
        let numbers = [line.student.as_str(), record.get(Field::Number), record.get(Field::DocumentId)];
        let subject = match numbers.into_iter().find(|n| !n.is_empty()) {
            Some(number) => number.to_owned(),
            None => {
                let parts =
                    [Field::PupilName, Field::BirthDate, Field::Sex, Field::ClassName].map(|f| record.get(f));
                parts.join("|")
            }
        };
        let known = self.known(&line.school, kind, None, &subject);
        let class = [Field::ClassName, Field::ClassNumber].map(|f| record.get(f));
        self.found.push(Found {
            school: line.school.clone(),
            kind,
            student: None,
            subject,
            name: record.get(Field::PupilName).to_owned(),
            class: class.into_iter().find(|c| !c.is_empty()).unwrap_or_default().to_owned(),
            place: Some(line.place.clone()),
            note,
            candidates,
            known,
        });
    }

    /// What is found of a registration.
    pub fn enter_of(
        &mut self,
        (school, place): (&str, Option<Place>),
        kind: Kind,
        r: &Registration,
        note: String,
    ) {
        let known = self.known(school, kind, Some(r.id), "");
        self.found.push(Found {
            school: school.to_owned(),
            kind,
            student: Some(r.id),
            subject: String::new(),
            name: r.record.get(Field::PupilName).to_owned(),
            class: self.class_name(r),
            place,
            note,
            candidates: Vec::new(),
            known,
        });
    }

    fn known(&self, school: &str, kind: Kind, student: Option<StudentId>, subject: &str) -> Option<String> {
        let same = |d: &&Discrepancy| d.school == school && d.is(kind, student, subject);
        self.open.iter().find(same).map(|d| d.id.clone())
    }

    /// A school for people.
    pub fn school_name(&self, code: &str) -> String {
        self.ground.directory.school(code).map_or_else(|| code.to_owned(), |s| s.name.clone())
    }

    /// A pupil's class for people.
    pub fn class_name(&self, r: &Registration) -> String {
        let class = self.ground.directory.class(r.school.as_str(), &r.class_number);
        class.map_or_else(|| r.class_number.clone(), |c| c.name.clone())
    }

    /// The earlier findings that the lists end.
    fn closing(&self) -> Vec<Closing> {
        let of = |d: &Discrepancy| Some(Closing { discrepancy: d.clone(), text: self.ended(d)? });
        self.open.iter().filter_map(of).collect()
    }

    /// Why an earlier finding is no longer there; none where it still is, or the lists say nothing of it.
    fn ended(&self, d: &Discrepancy) -> Option<String> {
        if self.found.iter().any(|f| f.known.as_ref() == Some(&d.id)) {
            return None;
        }
        let attends = d.student.and_then(|id| self.attends.get(&id));
        // The pupil's new school has it now, whether or not the old one is reviewed.
        if let Some(at) = attends.filter(|at| d.kind == Kind::NotAttending && **at != d.school) {
            return Some(format!("名单上在{}就读。", self.school_name(at)));
        }
        let maybe = d.student.is_some_and(|id| self.maybe.contains(&id));
        if maybe || !self.reviewed.contains(&d.school) {
            return None;
        }
        let told = attends.is_some() || d.student.is_some_and(|id| self.expected.contains(&id));
        if !self.asked.classes.is_empty() && !told {
            return None;
        }
        let excused = self.excused.iter().find(|e| Some(e.registration.id) == d.student);
        Some(match (excused, attends) {
            (Some(e), _) => format!("有正当理由：{}。", e.why),
            (None, Some(_)) if d.kind == Kind::NotAttending => "名单上已在校。".to_owned(),
            (None, _) => "再次核查，没有再发现。".to_owned(),
        })
    }
}
