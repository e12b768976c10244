//! 学校分设: classes of a school, a campus, go to a school of their own with every registration in them.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::model::change::split::SPEC;
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Tail};
use crate::model::registration::Registration;
use crate::model::school::{Directory, School};
use crate::store::Store;
use crate::store::application::Asked;
use crate::store::lookup::Which;

use super::failure::{Failure, Refusal};
use super::reorganization::{Moved, Moving, against, between, known, move_classes, moved, unlike};
use super::session::Session;

/// What goes where.
#[derive(Clone, Copy, Debug)]
pub struct Splitting<'a> {
    pub code: &'a str,
    /// The new school, which the school table has already.
    pub to: &'a str,
    /// The numbers of the classes that go.
    pub classes: &'a [String],
    pub on: Date,
    pub reason: &'a str,
}

/// What the split would do.
pub struct Plan {
    pub school: School,
    pub to: School,
    pub classes: Vec<Moved>,
    on: Date,
    text: String,
    tail: Tail,
}

impl Plan {
    /// How many registrations go.
    pub fn pupils(&self) -> usize {
        self.classes.iter().map(|c| c.pupils.len()).sum()
    }
}

/// Plans the split of a school; every reason against it at once.
pub fn plan(store: &Store, asked: &Splitting, today: Date) -> Result<Plan, Failure> {
    let (tail, directory) = (store.tail()?, store.directory()?);
    let (school, to) = (known(&directory, asked.code)?, known(&directory, asked.to)?);
    let mut refusals = against(&school, Some(&to), asked.on, today);
    refusals.extend(classes(&directory, &school, asked.classes));
    let wanted: BTreeSet<&str> = asked.classes.iter().map(String::as_str).collect();
    let mut going = store.registrations(&Which::School(asked.code))?;
    going.retain(|r| wanted.contains(r.class_number.as_str()));
    refusals.extend(unlike(&directory, &school, &to, &going, asked.on));
    refusals.extend(open_applications(store, &going)?);
    if !refusals.is_empty() {
        return Err(Failure::Refused(refusals));
    }
    let classes = moved(&directory, &to, going);
    let text = format!("{}；学籍档案移交{}", asked.reason, to.name);
    Ok(Plan { school, to, classes, on: asked.on, text, tail })
}

/// Classes that the school does not have.
fn classes(directory: &Directory, school: &School, asked: &[String]) -> Option<Refusal> {
    let unknown = asked.iter().filter(|n| directory.class(school.code.as_str(), n).is_none());
    let unknown: Vec<&str> = unknown.map(String::as_str).collect();
    (!unknown.is_empty()).then(|| {
        let reason = format!("{}没有班号 {}。", school.name, unknown.join("、"));
        Refusal::new(reason, format!("请用 xueji school show {} 查看班号。", school.code))
    })
}

/// Open applications of the pupils who go: they would go on at a school that is theirs no more.
fn open_applications(store: &Store, going: &[Registration]) -> Result<Option<Refusal>, Failure> {
    let ids: BTreeSet<StudentId> = going.iter().map(|r| r.id).collect();
    let open = store.applications(&Asked::Open)?;
    let theirs = open.iter().filter(|a| a.student.is_some_and(|id| ids.contains(&id)));
    let names: Vec<String> = theirs.map(|a| format!("{} {}", a.spec.name, a.id)).collect();
    Ok((!names.is_empty()).then(|| {
        let reason = format!("划出的学生还有 {} 件在办的申请：{}。", names.len(), names.join("、"));
        Refusal::new(reason, "请先办结或撤销（xueji transfer list、xueji change list）。")
    }))
}

/// Makes it so, in one batch; its number.
pub fn apply(store: &mut Store, session: &Session, plan: &Plan) -> Result<i64, Failure> {
    let mut writing = store.write(&session.act, Some(plan.tail))?;
    let title = format!("{}分出{}", plan.school.name, plan.to.name);
    let batch = writing.open_batch("school", &title, None)?;
    move_classes(&mut writing, &plan.classes, &Moving { spec: &SPEC, on: plan.on, text: &plan.text })?;
    // The school itself is what it was: the entry says what became of it.
    writing.append(&Draft {
        change: "school_split",
        text: plan.text.clone(),
        source: between(&plan.school, "分出", &plan.to),
        ..Draft::default()
    })?;
    writing.close_batch(&format!(r#"{{"classes":{},"pupils":{}}}"#, plan.classes.len(), plan.pupils()))?;
    writing.commit()?;
    Ok(batch)
}
