//! Those who should be at a school and are not on its list, or are on it as not there.

use std::collections::BTreeMap;

use crate::model::cell::Place;
use crate::model::flag::Flag;
use crate::model::registration::Registration;
use crate::model::status::Status;
use crate::model::verification::Discrepancy;
use crate::model::verification::excuse::{excuse, labels};
use crate::model::verification::kind::Kind;
use crate::store::application::Asked as Applications;

use super::super::failure::Failure;
use super::plan::{Answer, DOUBTED_FROM, DOUBTED_PERCENT, Planner};
use super::rows::{Seen, is_in_row};
use super::{Excused, SchoolCount, Whom};

impl Planner<'_> {
    /// Those who should be at a school and were not seen.
    pub fn absent(&mut self, seen: Seen, mut count: SchoolCount) -> Result<SchoolCount, Failure> {
        let in_scope =
            |r: &&Registration| self.asked.classes.is_empty() || self.asked.classes.contains(&r.class_number);
        let expected: Vec<&Registration> = seen
            .roll
            .all
            .iter()
            .filter(in_scope)
            .filter(|r| matches!(r.status, Status::Enrolled | Status::Pending))
            .collect();
        count.expected = expected.len() as u64;
        self.expected.extend(expected.iter().map(|r| r.id));
        let mut missing = Vec::new();
        for r in &expected {
            if seen.here.contains(&r.id) || self.maybe.contains(&r.id) {
                continue;
            }
            let away = seen.away.get(&r.id).map(|(reason, at)| (reason.as_str(), at));
            match self.excuse(r, away)? {
                Some((why, said)) => {
                    let (school, registration) = (count.code.clone(), (*r).clone());
                    self.excused.push(Excused { school, registration, why, said });
                }
                // The school that has the pupil says so: it is not absent, it is registered in the wrong place.
                None if self.is_elsewhere(r, &count.code) => {}
                None => missing.push(((*r).clone(), away.map(|(t, p)| (t.to_owned(), p.clone())))),
            }
        }
        count.excused = self.excused.iter().filter(|e| e.school == count.code).count() as u64;
        if missing.len() > DOUBTED_FROM && missing.len() * 100 > expected.len() * DOUBTED_PERCENT {
            self.doubts.push(self.doubt(&count, &missing, expected.len()));
        }
        for (r, away) in missing {
            let (note, place) = match away {
                None => ("名单上没有。".to_owned(), None),
                Some((reason, place)) if reason.is_empty() => {
                    ("名单上写明不在校，没有写原因。".to_owned(), Some(place))
                }
                Some((reason, place)) => (
                    format!("名单上写明不在校，原因“{reason}”不算正当理由（算的只有{}）。", labels()),
                    Some(place),
                ),
            };
            self.enter_of((&count.code, place), Kind::NotAttending, &r, note);
        }
        Ok(count)
    }

    /// Why a pupil is lawfully not at school, and whether somebody had to say it.
    fn excuse(
        &mut self,
        r: &Registration,
        away: Option<(&str, &Place)>,
    ) -> Result<Option<(String, bool)>, Failure> {
        let reaches = |whom: &Whom| match whom {
            Whom::Pupil(id) => *id == r.id,
            Whom::Cell(spot) => away.is_some_and(|(_, place)| is_in_row(spot, place)),
        };
        if let Some(i) = self.asked.explained.iter().position(|(whom, _)| reaches(whom)) {
            self.used.insert(Answer::Explained(i));
            return Ok(Some((self.asked.explained[i].1.clone(), true)));
        }
        let arranged = [Flag::TaughtAtHome, Flag::Inclusive, Flag::Specialized];
        if let Some(flag) = arranged.into_iter().find(|f| r.flags.contains(f)) {
            return Ok(Some((flag.label().to_owned(), false)));
        }
        let open = self.ground.store.applications(&Applications::OpenOf(r.id))?;
        if let Some(a) = open.first() {
            return Ok(Some((format!("{}申请在办（{}）", a.spec.name, a.id), false)));
        }
        Ok(away.and_then(|(reason, _)| excuse(reason)).map(|e| (e.label.to_owned(), true)))
    }

    /// Whether another school's list of now or of an earlier review has the pupil.
    fn is_elsewhere(&self, r: &Registration, school: &str) -> bool {
        let by_review = |d: &Discrepancy| {
            d.kind == Kind::AttendsElsewhere && d.student == Some(r.id) && d.school != school
        };
        self.attends.get(&r.id).is_some_and(|at| at != school)
            || self.open.iter().any(|d| by_review(d) && !self.attends.contains_key(&r.id))
    }

    fn doubt<T>(&self, count: &SchoolCount, missing: &[(Registration, T)], expected: usize) -> String {
        let mut whole: Vec<String> = Vec::new();
        let mut by_class: BTreeMap<&str, usize> = BTreeMap::new();
        missing.iter().for_each(|(r, _)| *by_class.entry(&r.class_number).or_default() += 1);
        for (class, absent) in by_class {
            if self.ground.store.class_size(&count.code, class).is_ok_and(|size| size == absent) {
                whole.push(class.to_owned());
            }
        }
        let classes = match whole.len() {
            0 => String::new(),
            n => format!(
                "其中 {n} 个班一个人也没有（{}）；名单只含部分班级的请用 --class 写明。",
                whole.join("、")
            ),
        };
        format!(
            "{}（{}）应在读 {expected} 人，名单会使 {} 人成为空挂，超过 {DOUBTED_PERCENT}%：可能名单不全或不是这所学校的。{classes}",
            count.name,
            count.code,
            missing.len()
        )
    }
}
