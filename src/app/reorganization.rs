//! Schools that end: closed when nobody is left, or merged into another one with every registration. Planned with every
//! reason against it, then one transaction.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::model::change::Spec;
use crate::model::change::effect::{self, Place};
use crate::model::change::input::Input;
use crate::model::change::merger::SPEC as MERGER;
use crate::model::id::SchoolCode;
use crate::model::journal::{Draft, Tail, Value, Write};
use crate::model::record_table::SCHOOL;
use crate::model::registration::Registration;
use crate::model::school::{Class, Directory, School};
use crate::store::Store;
use crate::store::application::Asked;
use crate::store::journal::Writing;
use crate::store::lookup::Which;

use super::change::write;
use super::failure::{Failure, Refusal};
use super::import::draft::class_draft;
use super::session::Session;

/// Columns of a school's row.
const CLOSED_ON: usize = 9;
const MERGED_INTO: usize = 10;
const FILES_TO: usize = 11;

/// How a school ends.
#[derive(Clone, Copy, Debug)]
pub struct Ending<'a> {
    pub code: &'a str,
    /// The school it is merged into; none where it is closed.
    pub into: Option<&'a str>,
    pub on: Date,
    pub reason: &'a str,
    /// Who keeps the files of a school that is closed (2013, Art. 9); empty where it is not said.
    pub files_to: &'a str,
}

/// A class that goes to the other school, with its pupils.
pub struct Moved {
    pub from: Class,
    pub to: Class,
    pub pupils: Vec<Registration>,
}

/// What the end of a school would do.
pub struct Plan {
    pub school: School,
    pub into: Option<School>,
    pub classes: Vec<Moved>,
    on: Date,
    text: String,
    files_to: String,
    tail: Tail,
}

impl Plan {
    /// How many registrations move.
    pub fn pupils(&self) -> usize {
        self.classes.iter().map(|c| c.pupils.len()).sum()
    }
}

/// Plans the end of a school; every reason against it at once.
pub fn plan(store: &Store, ending: &Ending, today: Date) -> Result<Plan, Failure> {
    let (tail, directory) = (store.tail()?, store.directory()?);
    let school = known(&directory, ending.code)?;
    let into = ending.into.map(|code| known(&directory, code)).transpose()?;
    let present = store.registrations(&Which::School(ending.code))?;
    let mut refusals = against(&school, into.as_ref(), ending.on, today);
    match &into {
        None => refusals.extend(occupied(&directory, &school, &present)),
        Some(into) => refusals.extend(unlike(&directory, &school, into, &present, ending.on)),
    }
    refusals.extend(open_business(store, ending.code)?);
    if !refusals.is_empty() {
        return Err(Failure::Refused(refusals));
    }
    let classes = into.as_ref().map_or_else(Vec::new, |into| moved(&directory, into, present));
    let files_to = if into.is_some() { String::new() } else { ending.files_to.to_owned() };
    let files = match (&into, ending.files_to) {
        (Some(into), _) => format!("；学籍档案移交{}", into.name),
        (None, "") => String::new(),
        (None, office) => format!("；学籍档案移交{office}"),
    };
    Ok(Plan {
        school,
        into,
        classes,
        on: ending.on,
        text: format!("{}{files}", ending.reason),
        files_to,
        tail,
    })
}

/// The school of this code; refused where there is none.
pub fn known(directory: &Directory, code: &str) -> Result<School, Failure> {
    let found = directory.school(code).cloned();
    found.ok_or_else(|| {
        Refusal::new(format!("学校表中没有 {code}。"), "请用 xueji school list 查看学校标识码。").into()
    })
}

/// Reasons that lie in the two schools and the day.
pub fn against(school: &School, into: Option<&School>, on: Date, today: Date) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    for s in [Some(school), into].into_iter().flatten() {
        if let Some(closed) = &s.closed_on {
            let reason = format!("{}（{}）已于 {closed} 撤销。", s.name, s.code.as_str());
            refusals.push(Refusal::new(reason, "请核对学校标识码；要恢复的请撤销当时的那一批。"));
        }
    }
    if into.is_some_and(|i| i.code == school.code) {
        refusals.push(Refusal::new("划入的学校就是这所学校。", "请写明另一所学校的标识码。"));
    }
    if on > today {
        let reason = format!("日期 {on} 在业务日期 {today} 之后。");
        refusals.push(Refusal::new(reason, "请在当日或以后办理；在那以前学校还要办业务。"));
    }
    refusals
}

/// A school where pupils hold places is not closed.
fn occupied(directory: &Directory, school: &School, present: &[Registration]) -> Option<Refusal> {
    let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
    present.iter().for_each(|r| *classes.entry(&r.class_number).or_default() += 1);
    let each = classes.iter().map(|(number, n)| {
        let name = directory.class(school.code.as_str(), number).map_or("", |c| c.name.as_str());
        format!("{name}（{number}）{n} 人")
    });
    let list: Vec<String> = each.collect();
    (!present.is_empty()).then(|| {
        let reason = format!("{}还有 {} 名学生在册：{}。", school.name, present.len(), list.join("、"));
        let code = school.code.as_str();
        let remedy = format!(
            "整校并入另一所学校的，请用 xueji school merge {code} --into 学校标识码；分散安置的，请先逐个或成批转学。"
        );
        Refusal::new(reason, remedy)
    })
}

/// Reasons why the pupils can't go to the other school as they are.
pub fn unlike(
    directory: &Directory,
    school: &School,
    into: &School,
    present: &[Registration],
    on: Date,
) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let classes: Vec<&Class> =
        present.iter().filter_map(|r| directory.class(school.code.as_str(), &r.class_number)).collect();
    let mut stages: Vec<_> = classes.iter().map(|c| c.stage).collect();
    stages.sort_unstable();
    stages.dedup();
    for stage in stages {
        if !into.stages.contains(&stage) {
            let reason = format!("{}没有{}学段。", into.name, stage.label());
            refusals.push(Refusal::new(reason, "请先在学校表中为它加上这个学段（xueji school import）。"));
        }
        let (from, to) = (school.lengths.of(stage), into.lengths.of(stage));
        if from != to {
            let reason = format!("{}学制不同：一校 {from} 年，并入的学校 {to} 年。", stage.label());
            refusals.push(Refusal::new(reason, "学制错了会提前或推迟毕业；请先核对学校表，或逐个转学。"));
        }
    }
    let classless = present.len() - classes.len();
    if classless > 0 {
        let reason = format!("有 {classless} 名学生的班不在班级表中。");
        refusals.push(Refusal::new(reason, "请先用 xueji school import 补上班级。"));
    }
    let day = on.to_string();
    let later = present.iter().filter(|r| r.since > day).count();
    if later > 0 {
        let reason = format!("有 {later} 名学生在 {on} 以后才到校。");
        refusals.push(Refusal::new(reason, "请核对合并日期；不能早于学生到校的日期。"));
    }
    refusals
}

/// Open applications of the school's pupils, or to the school: they would go on between schools that are no more.
pub fn open_business(store: &Store, code: &str) -> Result<Option<Refusal>, Failure> {
    let mut open = Vec::new();
    for a in store.applications(&Asked::Open)? {
        let from =
            a.student.map(|id| store.registrations(&Which::Id(id))).transpose()?.and_then(|mut r| r.pop());
        if a.told.get(Input::ToSchool) == code || from.is_some_and(|r| r.school.as_str() == code) {
            open.push(format!("{} {}", a.spec.name, a.id));
        }
    }
    Ok((!open.is_empty()).then(|| {
        let reason = format!("还有 {} 件在办的申请：{}。", open.len(), open.join("、"));
        Refusal::new(reason, "请先办结或撤销（xueji transfer list、xueji change list）。")
    }))
}

/// The classes that go with their pupils. A number that the other school has already is told apart by the code of the
/// school that is no more.
pub fn moved(directory: &Directory, into: &School, present: Vec<Registration>) -> Vec<Moved> {
    let mut classes: BTreeMap<String, Moved> = BTreeMap::new();
    for r in present {
        let Some(from) = directory.class(r.school.as_str(), &r.class_number) else { continue };
        let entry = classes.entry(r.class_number.clone()).or_insert_with(|| Moved {
            from: from.clone(),
            to: Class {
                school: into.code.clone(),
                number: free(directory, &into.code, from),
                ..from.clone()
            },
            pupils: Vec::new(),
        });
        entry.pupils.push(r);
    }
    classes.into_values().collect()
}

fn free(directory: &Directory, into: &SchoolCode, from: &Class) -> String {
    if directory.class(into.as_str(), &from.number).is_none() {
        return from.number.clone();
    }
    format!("{}-{}", from.number, from.school.as_str())
}

/// Makes it so, in one batch; its number.
pub fn apply(store: &mut Store, session: &Session, plan: &Plan) -> Result<i64, Failure> {
    let mut writing = store.write(&session.act, Some(plan.tail))?;
    let title = match &plan.into {
        None => format!("撤销{}", plan.school.name),
        Some(into) => format!("{}并入{}", plan.school.name, into.name),
    };
    let batch = writing.open_batch("school", &title, None)?;
    move_classes(&mut writing, &plan.classes, &Moving { spec: &MERGER, on: plan.on, text: &plan.text })?;
    writing.append(&closing(plan))?;
    writing.close_batch(&format!(r#"{{"classes":{},"pupils":{}}}"#, plan.classes.len(), plan.pupils()))?;
    writing.commit()?;
    Ok(batch)
}

/// How classes go to another school.
pub struct Moving<'a> {
    pub spec: &'static Spec,
    pub on: Date,
    pub text: &'a str,
}

/// Enters the classes at the other school and moves their pupils into them.
pub fn move_classes(writing: &mut Writing, classes: &[Moved], moving: &Moving) -> Result<(), Failure> {
    for class in classes {
        writing.append(&class_draft(&class.to))?;
    }
    for (class, r) in classes.iter().flat_map(|c| c.pupils.iter().map(move |r| (c, r))) {
        let to = Place { school: class.to.school.as_str().to_owned(), class: class.to.number.clone() };
        let before = effect::state(r);
        let after = before.after(moving.spec, Some(to)).ok_or_else(|| {
            Failure::from(Refusal::new("有学生的学籍状态已变。", "请重新预览（--dry-run）后再办。"))
        })?;
        let made = write::Made {
            kind: moving.spec.kind,
            ordinal: writing.next_change(r.id)?,
            day: moving.on,
            reason: "",
            note: moving.text,
            application: None,
        };
        writing.append(&write::moving(r, &made, &before, &after))?;
    }
    Ok(())
}

/// What became of one school with another, for the history of both.
pub fn between(one: &School, what: &str, other: &School) -> String {
    format!("{}（{}）{what}{}（{}）", one.name, one.code.as_str(), other.name, other.code.as_str())
}

/// The entry of the school's end.
fn closing(plan: &Plan) -> Draft {
    let mut set = vec![(CLOSED_ON, Value::Null, Value::Text(plan.on.to_string()))];
    if let Some(into) = &plan.into {
        set.push((MERGED_INTO, Value::Null, Value::Text(into.code.as_str().to_owned())));
    }
    if !plan.files_to.is_empty() {
        set.push((FILES_TO, Value::Null, Value::Text(plan.files_to.clone())));
    }
    let key = vec![Value::Text(plan.school.code.as_str().to_owned())];
    Draft {
        change: if plan.into.is_some() { "school_merged" } else { "school_closed" },
        source: plan.into.as_ref().map_or_else(String::new, |into| between(&plan.school, "并入", into)),
        text: plan.text.clone(),
        writes: vec![Write::Update { table: &SCHOOL, key, set }],
        ..Draft::default()
    }
}
