//! Questions about where to: the school and the class, of those that fit.

use crate::app::failure::Failure;
use crate::model::change::Placing;
use crate::model::change::case::{Case, Counts, Terms};
use crate::model::change::input::{Input, Told};
use crate::model::registration::Registration;
use crate::model::school::{Class, School, grade_name};

use super::question::{Choice, Question, choice};
use super::scene::Scene;
use super::step::{Step, as_written, only_if};

/// Guards that a school, and a class, must have nothing to say of in order to be offered.
const OF_SCHOOL: &[&str] = &["school-not-in-registry", "same-school", "school-closed", "stage-not-offered"];
const OF_CLASS: &[&str] = &[
    "same-class",
    "grade-differs",
    "not-one-year-later",
    "not-one-year-earlier",
    "not-a-lower-grade",
    "not-the-next-stage",
];

/// Whether the kind that was chosen takes an input, and can't do without it.
pub fn need(scene: &Scene, input: Input) -> Option<bool> {
    Some(scene.spec()?.need(input)?.must)
}

/// The key of an input, where the kind that was chosen takes it.
pub fn if_needed(scene: &Scene, input: Input) -> Result<Vec<String>, Failure> {
    only_if(need(scene, input).is_some(), input.key())
}

/// A school among others.
pub fn school_label(s: &School) -> String {
    format!("{}（{}）", s.name, s.code)
}

/// A class among others, with its grade and size.
pub fn class_label(scene: &Scene, class: &Class, size: usize) -> String {
    let lengths = scene.directory.school(class.school.as_str()).map_or_else(Default::default, |s| s.lengths);
    let grade = grade_name(class.stage, class.entry_year, lengths, scene.today);
    format!("{grade}　{}（班号 {}，{size} 人）", class.name, class.number)
}

/// Whether none of these guards has anything to say of what is told.
fn fits(scene: &Scene, registration: Option<&Registration>, told: &Told, guards: &[&str]) -> bool {
    let Some(spec) = scene.spec() else { return true };
    let case = Case {
        spec,
        registration,
        told,
        today: scene.today,
        directory: &scene.directory,
        open: &[],
        terms: &Terms::default(),
        counts: &Counts::default(),
    };
    spec.guards.iter().filter(|g| guards.contains(&g.name)).all(|g| (g.find)(&case).is_none())
}

fn to(school: &str, class: &str) -> Told {
    let mut told = Told::default();
    told.put(Input::ToSchool.key(), school);
    told.put(Input::ToClass.key(), class);
    told
}

/// The classes of a school that fit.
fn classes<'a>(scene: &'a Scene, r: Option<&Registration>, school: &str) -> Vec<&'a Class> {
    let target = match (school, r) {
        ("", Some(r)) => r.school.as_str(),
        (code, _) => code,
    };
    let mut classes = scene.directory.classes_of(target);
    classes.retain(|c| fits(scene, r, &to(school, &c.number), OF_CLASS));
    // A class that has left school takes nobody in.
    let lengths = scene.directory.school(target).map_or_else(Default::default, |s| s.lengths);
    let grade = |c: &Class| crate::model::change::case::Grade::of(c, lengths, scene.today);
    classes.retain(|c| grade(c).year <= i16::from(lengths.of(c.stage)));
    classes
}

pub const TO_SCHOOL: Step = Step {
    key: "to_school",
    what: "转入学校的标识码",
    is_aid: false,
    keys: |scene| if_needed(scene, Input::ToSchool),
    ask: |scene, key| {
        let r = scene.registration()?;
        let must = need(scene, Input::ToSchool) == Some(true);
        // Who changes schools may find that the new one has no class; who enters one wants only those that have.
        let with_class = scene.spec().is_some_and(|s| s.placing == Placing::Enter);
        let fit = |s: &&School| {
            let code = s.code.as_str();
            fits(scene, r.as_ref(), &to(code, ""), OF_SCHOOL)
                && s.closed_on.is_none()
                && (!with_class || !classes(scene, r.as_ref(), code).is_empty())
        };
        let schools = scene.directory.schools();
        let mut choices: Vec<Choice> =
            schools.into_iter().filter(fit).map(|s| choice(s.code.as_str(), school_label(s))).collect();
        choices.splice(0..0, (!must).then(|| choice("", "原来的学校")));
        let question = Question::choose(title(scene, key), choices);
        Ok(Question { must, help: "打校名或标识码的一部分可以查找".into(), ..question })
    },
    take: as_written,
};

fn title(scene: &Scene, key: &str) -> &'static str {
    match (scene.spec().map(|s| s.placing), key) {
        (Some(Placing::School), "to_school") => "转到哪所学校",
        (_, "to_school") => "编入哪所学校",
        _ => "编入哪个班",
    }
}

pub const TO_CLASS: Step = Step {
    key: "to_class",
    what: "转入班级的班号",
    is_aid: false,
    keys: |scene| if_needed(scene, Input::ToClass),
    ask: |scene, key| {
        let r = scene.registration()?;
        let must = need(scene, Input::ToClass) == Some(true);
        let mut choices = Vec::new();
        choices.extend((!must).then(|| choice("", "原来的班")));
        for class in classes(scene, r.as_ref(), scene.answer("to_school")) {
            let size = scene.store.class_size(class.school.as_str(), &class.number)?;
            choices.push(choice(&class.number, class_label(scene, class, size)));
        }
        let help = if choices.is_empty() {
            "这所学校没有合适的班，请返回另选"
        } else {
            "只列合适的班"
        };
        Ok(Question { must, help: help.into(), ..Question::choose(title(scene, key), choices) })
    },
    take: as_written,
};
