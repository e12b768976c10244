//! The rows of a list, one after another: who is there, who is not, and what cannot be told.

use std::collections::{HashMap, HashSet};

use crate::model::application::Application;
use crate::model::cell::Place;
use crate::model::change::step::Route;
use crate::model::flag::Flag;
use crate::model::id::StudentId;
use crate::model::registration::Registration;
use crate::model::status::Status;
use crate::model::verification::kind::Kind;
use crate::store::application::Asked as Applications;

use super::super::failure::Failure;
use super::super::spot::Spot;
use super::identify::{Roll, Who};
use super::plan::{Answer, DOUBTED_FROM, Planner};
use super::read::{Line, Tick};
use super::{Blank, Candidate, Excused, SchoolCount};

/// What the rows of a school came to.
pub struct Seen {
    pub roll: Roll,
    pub here: HashSet<StudentId>,
    /// Said not to be there, with the reason and where.
    pub away: HashMap<StudentId, (String, Place)>,
}

impl Planner<'_> {
    /// Goes through the rows of a school.
    pub fn rows(&mut self, school: &str, lines: &[&Line]) -> Result<(Seen, SchoolCount), Failure> {
        let mut seen =
            Seen { roll: Roll::of(self.ground.store, school)?, here: HashSet::new(), away: HashMap::new() };
        let name = self.ground.directory.school(school).map_or_else(String::new, |s| s.name.clone());
        let mut count = SchoolCount { code: school.to_owned(), name, ..SchoolCount::default() };
        let (mut known, mut elsewhere) = (0, 0);
        for line in lines {
            count.rows += 1;
            if !count.files.iter().any(|f| **f == *line.place.file) {
                count.files.push(line.place.file.to_string());
            }
            if let Some(at) = self.row(line, &mut seen, &mut count)? {
                known += 1;
                elsewhere += usize::from(at != school);
            }
        }
        if known >= DOUBTED_FROM && elsewhere * 2 > known {
            self.doubts.push(format!(
                "{}（{school}）的名单上认出 {known} 人，其中 {elsewhere} 人的学籍在别的学校：可能是别校的名单。",
                count.name
            ));
        }
        Ok((seen, count))
    }

    /// One row; the school of the registration it means, where it means one for certain.
    fn row(
        &mut self,
        line: &Line,
        seen: &mut Seen,
        count: &mut SchoolCount,
    ) -> Result<Option<String>, Failure> {
        let said = self.asked.matches.iter().position(|(spot, _)| is_in_row(spot, &line.place));
        let answer = said.map(|i| {
            self.used.insert(Answer::Match(i));
            self.asked.matches[i].1
        });
        let tick = match (&line.tick, self.asked.blank) {
            (Tick::Blank, Blank::Here) => Tick::Here,
            (Tick::Blank, Blank::Away) => Tick::Away,
            (tick, _) => tick.clone(),
        };
        let registration = match self.ground.who(line, &seen.roll, answer)? {
            Who::One(registration) => *registration,
            // A pupil who is not there and has no registration here is no business of the review's.
            Who::Unknown(_) if tick == Tick::Away => {
                count.foreign += 1;
                return Ok(None);
            }
            Who::Unknown(candidates) => {
                self.enter(line, Kind::Unregistered, String::new(), candidates);
                return Ok(None);
            }
            Who::Unclear(why, candidates) => {
                self.enter(line, Kind::Unclear, why, candidates);
                return Ok(None);
            }
        };
        let at = registration.school.to_string();
        match tick {
            Tick::Here => self.present(line, registration, seen, count)?,
            Tick::Away => self.away(line, registration, seen, count),
            Tick::Blank | Tick::Other(_) => {
                let why = match tick {
                    Tick::Other(text) => format!("“是否在校”写的是“{text}”，看不出在不在校。"),
                    _ => "没有填写是否在校。".to_owned(),
                };
                let candidate = Candidate { registration, why: "就是这一行的学生".into() };
                self.enter(line, Kind::Unclear, why, vec![candidate]);
            }
        }
        Ok(Some(at))
    }

    /// A pupil who is on the list as present.
    fn present(
        &mut self,
        line: &Line,
        r: Registration,
        seen: &mut Seen,
        count: &mut SchoolCount,
    ) -> Result<(), Failure> {
        if seen.away.remove(&r.id).is_some() {
            self.contradicted(line, r);
            return Ok(());
        }
        if !seen.here.insert(r.id) {
            count.repeated += 1;
            return Ok(());
        }
        let here = r.school.as_str() == line.school && r.until.is_none();
        self.attends.insert(r.id, line.school.clone());
        let label = r.status.label();
        match (here, r.status) {
            (true, Status::Enrolled | Status::Pending) => {
                let classes = self.ground.classes(line).filter(|c| !c.contains(&r.class_number));
                match classes {
                    None => count.matched += 1,
                    Some(other) => {
                        let names = other.iter().map(|c| self.ground.directory.class(&line.school, c));
                        let names: Vec<&str> = names.flatten().map(|c| c.name.as_str()).collect();
                        let note =
                            format!("名单上的班是{}，学籍上是{}。", names.join("或"), self.class_name(&r));
                        self.enter_of(at(line), Kind::ClassDiffers, &r, note);
                    }
                }
            }
            (true, _) => {
                let note = format!("在校就读，学籍状态是{label}。");
                self.enter_of(at(line), Kind::StatusDisagrees, &r, note);
            }
            (false, status) if !status.holds_place() => {
                let note =
                    format!("在校就读，学籍（{}）的状态是{label}。", self.school_name(r.school.as_str()));
                self.enter_of(at(line), Kind::StatusDisagrees, &r, note);
            }
            (false, _) => self.elsewhere(line, r)?,
        }
        Ok(())
    }

    /// A pupil who is here and registered at another school.
    fn elsewhere(&mut self, line: &Line, r: Registration) -> Result<(), Failure> {
        let registered = self.school_name(r.school.as_str());
        let lawful = [Flag::Inclusive, Flag::Specialized].into_iter().find(|f| r.flags.contains(f));
        let why = match (lawful, self.transfer_to(&r, &line.school)?) {
            (Some(flag), _) => Some(format!("{}，学籍按规定留在{registered}", flag.label())),
            (None, Some(id)) => Some(format!("转入的申请在办（{id}），学籍在{registered}")),
            (None, None) => None,
        };
        if let Some(why) = why {
            self.excused.push(Excused { school: line.school.clone(), registration: r, why, said: false });
            return Ok(());
        }
        let status = if r.status == Status::Enrolled { "" } else { r.status.label() };
        let note = format!("在本校就读，学籍在{registered}（{}）{status}。", self.class_name(&r));
        self.enter_of(at(line), Kind::AttendsElsewhere, &r, note);
        Ok(())
    }

    /// The open application by which a pupil comes to a school.
    fn transfer_to(&self, r: &Registration, school: &str) -> Result<Option<String>, Failure> {
        let open = self.ground.store.applications(&Applications::OpenOf(r.id))?;
        let to = |a: &&Application| a.spec.route == Route::Transfer && a.told.other("to_school") == school;
        Ok(open.iter().find(to).map(|a| a.id.to_string()))
    }

    /// A pupil who is on the list as not there.
    fn away(&mut self, line: &Line, r: Registration, seen: &mut Seen, count: &mut SchoolCount) {
        if r.school.as_str() != line.school || !r.status.holds_place() {
            count.foreign += 1;
            return;
        }
        if seen.here.remove(&r.id) {
            self.attends.remove(&r.id);
            return self.contradicted(line, r);
        }
        let known = seen.away.insert(r.id, (line.reason.clone(), line.place.clone()));
        count.repeated += u64::from(known.is_some());
    }

    /// The list says of one pupil that it is there and that it is not.
    fn contradicted(&mut self, line: &Line, r: Registration) {
        self.found.retain(|f| f.student != Some(r.id) || f.school != line.school);
        let candidate = Candidate { registration: r, why: "就是这一行的学生".into() };
        self.enter(line, Kind::Unclear, "名单上两处，一处在校，一处不在校。".into(), vec![candidate]);
    }
}

/// The school of a row, and where the row stands.
fn at(line: &Line) -> (&str, Option<Place>) {
    (&line.school, Some(line.place.clone()))
}

/// Whether a cell that the clerk names is in the row of a place.
pub fn is_in_row(spot: &Spot, place: &Place) -> bool {
    let row = spot.cell.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    row == place.row.to_string() && Spot { cell: place.cell(), ..spot.clone() }.is(place)
}
