//! 控辍保学: a pupil who is to be brought back to school, what was done for it, and how it ended.

pub mod closing;
pub mod handover;
pub mod letter;
pub mod report;
pub mod visit;

use super::id::StudentId;
use super::journal::Value;
use closing::Closing;

/// One kind of step.
#[derive(Debug)]
pub struct StepSpec {
    /// The machine key.
    pub kind: &'static str,
    pub name: &'static str,
    pub basis: &'static str,
    /// For people: what it is.
    pub what: &'static str,
    /// What `--who` names.
    pub who: &'static str,
    /// The value of a rule pack that sets the days until the pupil has to be back; none where the step sets no day.
    pub limit: Option<&'static str>,
}

impl PartialEq for StepSpec {
    fn eq(&self, other: &StepSpec) -> bool {
        self.kind == other.kind
    }
}

impl Eq for StepSpec {}

/// Every kind of step, in the order in which they are usually taken.
pub const STEPS: &[&StepSpec] = &[&report::STEP, &visit::STEP, &letter::STEP, &handover::STEP];

/// The kind of this key or name.
pub fn step(text: &str) -> Option<&'static StepSpec> {
    STEPS.iter().copied().find(|s| s.kind == text || s.name == text)
}

/// What a watch was opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// 辍学, a change that was approved.
    Change,
    /// 空挂学籍, found by the term's review.
    Review,
    /// Told by somebody.
    Told,
}

/// Every source: machine key and name for people.
pub const SOURCES: &[(Source, &str, &str)] = &[
    (Source::Change, "change", "学籍变动（辍学）"),
    (Source::Review, "review", "学期核查（空挂学籍）"),
    (Source::Told, "told", "学校或他人报告"),
];

impl Source {
    fn row(self) -> &'static (Source, &'static str, &'static str) {
        SOURCES.iter().find(|r| r.0 == self).expect("every source has a row")
    }

    /// The machine key.
    pub fn key(self) -> &'static str {
        self.row().1
    }

    /// The name for people.
    pub fn label(self) -> &'static str {
        self.row().2
    }

    /// From the machine key.
    pub fn from_key(key: &str) -> Option<Source> {
        SOURCES.iter().find(|r| r.1 == key).map(|r| r.0)
    }
}

/// One pupil on the list of those to be brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    pub id: String,
    pub student: StudentId,
    /// Where the pupil was registered when it was opened.
    pub school: String,
    pub source: Source,
    pub reason: String,
    /// `YYYY-MM-DD`.
    pub opened_on: String,
    pub opened_by: String,
    pub ended: Option<Ended>,
}

/// 销号: how it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ended {
    pub closing: &'static Closing,
    pub text: String,
    pub by: String,
    pub on: String,
}

/// One step that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub watch: String,
    /// From 1.
    pub ordinal: i64,
    pub spec: &'static StepSpec,
    /// `YYYY-MM-DD`.
    pub day: String,
    pub who: String,
    pub result: String,
    /// The day by which the pupil has to be back.
    pub until: Option<String>,
    pub recorded_on: String,
    pub recorded_by: String,
}

/// The first column of a watch that its end sets.
pub const ENDED_FROM: usize = 7;

fn text(row: &[Value], at: usize) -> Option<String> {
    match row.get(at) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    }
}

impl Ended {
    /// The values of its columns.
    pub fn values(&self) -> [Value; 4] {
        [self.closing.key, &self.text, &self.by, &self.on].map(|t| Value::Text(t.to_owned()))
    }
}

impl Watch {
    /// Its row.
    pub fn row(&self) -> Vec<Value> {
        let text = |t: &str| Value::Text(t.to_owned());
        let mut row = vec![
            text(&self.id),
            Value::Id(self.student),
            text(&self.school),
            text(self.source.key()),
            text(&self.reason),
            text(&self.opened_on),
            text(&self.opened_by),
        ];
        match &self.ended {
            Some(ended) => row.extend(ended.values()),
            None => row.resize(ENDED_FROM + 4, Value::Null),
        }
        row
    }

    /// Of its row; `None` where the row is none of this table.
    pub fn from_row(row: &[Value]) -> Option<Watch> {
        let ended = match text(row, ENDED_FROM) {
            None => None,
            Some(key) => Some(Ended {
                closing: closing::closing(&key)?,
                text: text(row, ENDED_FROM + 1)?,
                by: text(row, ENDED_FROM + 2)?,
                on: text(row, ENDED_FROM + 3)?,
            }),
        };
        let Value::Id(student) = row.get(1)? else { return None };
        Some(Watch {
            id: text(row, 0)?,
            student: *student,
            school: text(row, 2)?,
            source: Source::from_key(&text(row, 3)?)?,
            reason: text(row, 4)?,
            opened_on: text(row, 5)?,
            opened_by: text(row, 6)?,
            ended,
        })
    }
}

impl Step {
    /// Its row.
    pub fn row(&self) -> Vec<Value> {
        let text = |t: &str| Value::Text(t.to_owned());
        vec![
            text(&self.watch),
            Value::Int(self.ordinal),
            text(self.spec.kind),
            text(&self.day),
            text(&self.who),
            text(&self.result),
            self.until.as_deref().map_or(Value::Null, text),
            text(&self.recorded_on),
            text(&self.recorded_by),
        ]
    }

    /// Of its row; `None` where the row is none of this table.
    pub fn from_row(row: &[Value]) -> Option<Step> {
        let Value::Int(ordinal) = row.get(1)? else { return None };
        Some(Step {
            watch: text(row, 0)?,
            ordinal: *ordinal,
            spec: step(&text(row, 2)?)?,
            day: text(row, 3)?,
            who: text(row, 4)?,
            result: text(row, 5)?,
            until: text(row, 6),
            recorded_on: text(row, 7)?,
            recorded_by: text(row, 8)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn kinds_and_sources_are_each_their_own() {
        let mut seen = HashSet::new();
        assert!(STEPS.iter().flat_map(|s| [s.kind, s.name]).all(|t| seen.insert(t)));
        assert!(STEPS.iter().all(|s| step(s.name) == Some(s) && s.what.ends_with('。')));
        assert!(SOURCES.iter().all(|(s, key, _)| Source::from_key(key) == Some(*s)));
        assert_eq!(step("没有"), None);
    }

    #[test]
    fn a_watch_and_its_steps_come_back_from_their_rows() {
        let mut watch = Watch {
            id: "7K3F9QXA".into(),
            student: StudentId::new(1, 0, [1; 8]),
            school: "2133916413".into(),
            source: Source::Review,
            reason: "未到校".into(),
            opened_on: "2026-09-10".into(),
            opened_by: "王".into(),
            ended: None,
        };
        assert_eq!(Watch::from_row(&watch.row()), Some(watch.clone()));
        let (text, by, on) = ("已返校".into(), "李".into(), "2026-09-20".into());
        watch.ended = Some(Ended { closing: &closing::CLOSINGS[0], text, by, on });
        assert_eq!(Watch::from_row(&watch.row()), Some(watch));
        let step = Step {
            watch: "7K3F9QXA".into(),
            ordinal: 2,
            spec: &letter::STEP,
            day: "2026-09-11".into(),
            who: "监护人".into(),
            result: "已签收".into(),
            until: Some("2026-09-26".into()),
            recorded_on: "2026-09-11".into(),
            recorded_by: "王".into(),
        };
        assert_eq!(Step::from_row(&step.row()), Some(step));
        assert_eq!(Watch::from_row(&[Value::Null]), None);
    }
}
