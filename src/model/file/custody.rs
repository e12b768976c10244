//! 档案保管: who holds a pupil's file, since when and why. It follows from the changes of the registration and the ends of
//! schools; only a hand-over that neither makes is written down.

use super::super::id::StudentId;
use super::super::journal::Value;
use super::super::school::Directory;

/// The rule that files go by.
pub const BASIS: &str = "《中小学生学籍管理办法》（教基一〔2013〕7号）第九条";

/// Who holds a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// A school of the registry, by its code.
    School(String),
    Office(String),
    /// The school was closed and no unit was named.
    Unnamed,
}

impl Holder {
    /// A school where the text is a code of the directory, else an office.
    pub fn of(directory: &Directory, text: &str) -> Holder {
        match directory.school(text) {
            Some(_) => Holder::School(text.to_owned()),
            None => Holder::Office(text.to_owned()),
        }
    }

    /// The name for people.
    pub fn label(&self, directory: &Directory) -> String {
        match self {
            Holder::School(code) => directory.school(code).map_or_else(|| code.clone(), |s| s.name.clone()),
            Holder::Office(name) => name.clone(),
            Holder::Unnamed => "未指定（原学校已撤销）".to_owned(),
        }
    }
}

/// A file went somewhere on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    /// `YYYY-MM-DD`.
    pub day: String,
    pub to: Holder,
    pub why: String,
}

/// A time in which one held the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub holder: Holder,
    pub since: String,
    /// The day it went on; none while it is held.
    pub until: Option<String>,
    pub why: String,
}

/// The history of a file that was opened at a school, given where it went. Moves of one day are taken in their order.
pub fn history(opened: Move, mut moves: Vec<Move>, directory: &Directory) -> Vec<Held> {
    let mut all = vec![Held { holder: opened.to, since: opened.day, until: None, why: opened.why }];
    moves.sort_by(|a, b| a.day.cmp(&b.day));
    for next in moves {
        school_ends(&mut all, directory, Some(&next.day));
        go(&mut all, next);
    }
    school_ends(&mut all, directory, None);
    all
}

fn go(all: &mut Vec<Held>, next: Move) {
    let Some(last) = all.last_mut() else { return };
    if last.holder == next.to {
        return;
    }
    last.until = Some(next.day.clone());
    all.push(Held { holder: next.to, since: next.day, until: None, why: next.why });
}

/// The file leaves a school that ended before a day: to the one it was merged into, or to the unit that was named.
fn school_ends(all: &mut Vec<Held>, directory: &Directory, before: Option<&str>) {
    // A chain of mergers ends: each school is left once at most.
    for _ in 0..directory.schools().len() {
        let Some(last) = all.last() else { return };
        let Holder::School(code) = &last.holder else { return };
        let Some(school) = directory.school(code) else { return };
        let Some(closed) = school.closed_on.as_deref().filter(|day| before.is_none_or(|b| *day < b)) else {
            return;
        };
        let (to, why) = match (&school.merged_into, &school.files_to) {
            (Some(into), _) => (Holder::School(into.clone()), "学校合并"),
            (None, Some(unit)) => (Holder::of(directory, unit), "学校撤销"),
            (None, None) => (Holder::Unnamed, "学校撤销"),
        };
        let day = closed.max(&last.since).to_owned();
        go(all, Move { day, to, why: why.to_owned() });
    }
}

/// A hand-over that was written down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handover {
    pub student: StudentId,
    pub ordinal: i64,
    /// A school's code or an office's name.
    pub holder: String,
    pub since: String,
    pub reason: String,
    pub recorded_by: String,
}

impl Handover {
    /// Its row.
    pub fn row(&self) -> Vec<Value> {
        let text = |t: &String| Value::Text(t.clone());
        vec![
            Value::Id(self.student),
            Value::Int(self.ordinal),
            text(&self.holder),
            text(&self.since),
            text(&self.reason),
            text(&self.recorded_by),
        ]
    }

    /// Of its row; `None` where the row is none of this table.
    pub fn from_row(row: &[Value]) -> Option<Handover> {
        let text = |at: usize| match row.get(at) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let (Value::Id(student), Value::Int(ordinal)) = (row.first()?, row.get(1)?) else { return None };
        Some(Handover {
            student: *student,
            ordinal: *ordinal,
            holder: text(2)?,
            since: text(3)?,
            reason: text(4)?,
            recorded_by: text(5)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::id::SchoolCode;
    use super::super::super::school::{Lengths, School, Stage};
    use super::*;

    fn school(code: &str, end: Option<(&str, Option<&str>, Option<&str>)>) -> School {
        let text = |t: &str| t.to_owned();
        School {
            code: SchoolCode::parse(code).unwrap(),
            name: format!("{code}校"),
            division: "330127".into(),
            authority: "云溪县教育局".into(),
            stages: vec![Stage::Primary],
            lengths: Lengths::default(),
            sponsor: String::new(),
            closed_on: end.map(|e| text(e.0)),
            merged_into: end.and_then(|e| e.1.map(text)),
            files_to: end.and_then(|e| e.2.map(text)),
        }
    }

    fn at(day: &str, to: Holder) -> Move {
        Move { day: day.into(), to, why: "x".into() }
    }

    fn code(text: &str) -> Holder {
        Holder::School(text.into())
    }

    #[test]
    fn a_file_follows_the_pupil_and_then_the_end_of_the_school_that_holds_it() {
        let (a, b, c) = ("2133010001", "2133010002", "2133010003");
        let directory = Directory::new(
            vec![
                school(a, Some(("2027-01-01", Some(b), None))),
                school(b, Some(("2028-01-01", None, Some("县档案馆")))),
                school(c, None),
            ],
            Vec::new(),
        );
        let days = |held: &[Held]| -> Vec<(Holder, String)> {
            held.iter().map(|h| (h.holder.clone(), h.since.clone())).collect()
        };
        let stayed = history(at("2020-09-01", code(a)), Vec::new(), &directory);
        let expected = [
            (code(a), "2020-09-01"),
            (code(b), "2027-01-01"),
            (Holder::Office("县档案馆".into()), "2028-01-01"),
        ];
        assert_eq!(days(&stayed), expected.clone().map(|(h, d)| (h, d.to_owned())));
        assert!(stayed.last().unwrap().until.is_none());
        assert!(stayed.windows(2).all(|w| w[0].until.as_deref() == Some(w[1].since.as_str())));
        let left = history(at("2020-09-01", code(a)), vec![at("2026-09-01", code(c))], &directory);
        assert_eq!(days(&left), [(code(a), "2020-09-01".to_owned()), (code(c), "2026-09-01".to_owned())]);
        let late = history(at("2020-09-01", code(a)), vec![at("2027-06-01", code(c))], &directory);
        assert_eq!(late.len(), 3, "the merger comes before a move of a later day");
    }

    #[test]
    fn a_school_closed_without_a_named_unit_is_said_to_be_so() {
        let a = "2133010001";
        let directory = Directory::new(vec![school(a, Some(("2027-01-01", None, None)))], Vec::new());
        let held = history(at("2020-09-01", code(a)), Vec::new(), &directory);
        assert_eq!(held.last().unwrap().holder, Holder::Unnamed);
        let there = Handover {
            student: StudentId::new(1, 2, [3; 8]),
            ordinal: 1,
            holder: "县档案馆".into(),
            since: "2027-02-01".into(),
            reason: "某教〔2027〕1号".into(),
            recorded_by: "王经办".into(),
        };
        assert_eq!(Handover::from_row(&there.row()), Some(there));
    }
}
