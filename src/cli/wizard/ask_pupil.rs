//! Questions that find the pupil and choose the kind of change.

use crate::app::change::{self, Asking};
use crate::app::failure::{Failure, Refusal};
use crate::app::student::{self, Query};
use crate::model::change::guard::{Guard, rule, standing};
use crate::model::change::input::Told;

use crate::model::change::{By, CHANGES, Spec, spec, transfer, transfer_in, transfer_out};
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::registration::Registration;
use crate::model::table::Personal;
use crate::output::{Privacy, mask};
use crate::report::dashed;
use crate::roster::code_cell::label;
use crate::store::lookup::Which as Asked;

use super::super::change::is_transfer;
use super::ask_places::{class_label, school_label};
use super::question::{Choice, Form, Question, choice};
use super::scene::{Scene, Which};
use super::step::{Step, as_written, no, only_if};

/// Ways to find a pupil: machine key and what is said of it.
const BY_NAME: (&str, &str) = ("name", "按姓名、学籍号或证件号");
const BY_CLASS: (&str, &str) = ("class", "按学校和班级");
const BY_ROSTER: (&str, &str) = ("roster", "本库从来没有这名学生：从花名册读一行");

pub const KIND_OF_TRANSFER: Step = Step {
    key: "kind",
    what: "哪一项变动：键，如 transfer、leave",
    is_aid: false,
    keys: |scene| only_if(scene.which == Which::Transfer, "kind"),
    ask: |_, _| {
        let kinds = [&transfer::SPEC, &transfer_out::SPEC, &transfer_in::SPEC];
        let says = ["两所学校都在本学籍库", "转到本库以外的学校（外县、外省）", "从本库以外的学校转入"];
        let choices = kinds.iter().zip(says).map(|(s, say)| choice(s.kind, format!("{}：{say}", s.name)));
        Ok(Question::choose("办哪一种转学", choices.collect()))
    },
    take: take_kind,
};

pub const KIND_OF_CHANGE: Step = Step {
    keys: |scene| only_if(scene.which == Which::Change, "kind"),
    ask: |scene, _| {
        let status = scene.registration()?.map(|r| r.status);
        let fits = |s: &&&Spec| {
            s.by == By::Application && !is_transfer(s) && status.is_none_or(|now| s.from.contains(&now))
        };
        let mut choices = Vec::new();
        let mut barred = Vec::new();
        for s in CHANGES.iter().filter(fits) {
            let first = s.what.split_inclusive(['。', '；']).next().unwrap_or_default();
            match bar(scene, s, STANDING)? {
                None => choices.push(choice(s.kind, format!("{}：{first}", s.name))),
                Some(bar) => barred.push(choice(s.kind, format!("{}（不能办：{}）", s.name, title_of(&bar)))),
            }
        }
        choices.extend(barred);
        let title = match status {
            Some(status) => format!("办哪一项变动（学籍状态：{}）", status.label()),
            None => "办哪一项变动".to_owned(),
        };
        Ok(Question::choose(title, choices))
    },
    take: |scene, text| {
        let kind = take_kind(scene, text)?;
        let all: Vec<&Guard> = STANDING.iter().chain(PENDING).copied().collect();
        match spec(&kind).map(|s| bar(scene, s, &all)).transpose()?.flatten() {
            Some(bar) => Err(Failure::Refused(vec![bar])),
            None => Ok(kind),
        }
    },
    ..KIND_OF_TRANSFER
};

/// What no answer to a later question changes: where the pupil stands, by grade and arrangement.
const STANDING: &[&Guard] =
    &[&rule::COMPULSORY, &rule::NOT_FINAL_GRADE, &standing::ARRANGED_ALREADY, &standing::NO_ARRANGEMENT];

/// What has to be ended first, whatever is asked for.
const PENDING: &[&Guard] = &[&standing::PENDING_BUSINESS, &standing::DISPUTED];

/// Why this change is not for this pupil, whatever else is answered.
fn bar(scene: &Scene, spec: &'static Spec, guards: &[&Guard]) -> Result<Option<Refusal>, Failure> {
    let Some(student) = StudentId::parse(scene.answer("student")) else { return Ok(None) };
    bar_of(scene, spec, student, guards)
}

fn bar_of(
    scene: &Scene,
    spec: &'static Spec,
    student: StudentId,
    guards: &[&Guard],
) -> Result<Option<Refusal>, Failure> {
    let told = Told::default();
    let asking = Asking { spec, student: Some(student), told, rules: scene.rules.as_ref() };
    match change::plan(&scene.store, &asking, scene.today) {
        Err(Failure::Refused(refusals)) => {
            Ok(refusals.into_iter().find(|r| guards.iter().any(|g| g.name == r.guard)))
        }
        Err(e) => Err(e),
        Ok(_) => Ok(None),
    }
}

fn title_of(bar: &Refusal) -> &'static str {
    STANDING.iter().find(|g| g.name == bar.guard).map_or("", |g| g.title)
}

fn take_kind(scene: &Scene, text: &str) -> Result<String, Failure> {
    let of_transfer = scene.which == Which::Transfer;
    match spec(text.trim()) {
        Some(s) if s.by == By::Application && is_transfer(s) == of_transfer => Ok(s.kind.to_owned()),
        Some(s) if s.by == By::Application => {
            let other = if of_transfer { "change" } else { "transfer" };
            no(format!("{}不在这里办。", s.name), format!("请用 xueji {other} wizard。"))
        }
        _ => no(format!("没有变动“{}”。", text.trim()), "xueji explain changes 列出全部。"),
    }
}

/// Whether somebody has to be helped to find the pupil.
fn is_sought(scene: &Scene, by: &str) -> bool {
    scene.given.is_none() && scene.answer("find") == by
}

pub const FIND: Step = Step {
    key: "find",
    what: "怎样找到学生",
    is_aid: true,
    keys: |scene| only_if(scene.given.is_none(), "find"),
    ask: |scene, _| {
        // Who was transferred out is in no class, and who never was here is in no registry.
        let ways = if enters(scene) { [BY_NAME, BY_ROSTER] } else { [BY_NAME, BY_CLASS] };
        Ok(Question::choose("怎样找这名学生", ways.map(|(key, say)| choice(key, say)).into()))
    },
    take: as_written,
};

fn enters(scene: &Scene) -> bool {
    scene.answer("kind") == transfer_in::SPEC.kind
}

pub const FOUND: Step = Step {
    key: "found",
    what: "姓名或号码",
    is_aid: true,
    keys: |scene| only_if(is_sought(scene, BY_NAME.0), "found"),
    ask: |_, _| {
        let help = "姓名要写全；号码在这里写，不会留在命令历史中";
        let question = Question::write("姓名、学籍号或证件号", help, true);
        Ok(Question { form: Form::Secret, ..question })
    },
    // The pupils' internal ids are kept, not the name or number they were found by.
    take: |scene, text| {
        let query = Query { text: Some(text.trim().to_owned()), ..Query::default() };
        let found = student::find(&scene.store, &query)?;
        let fit: Vec<&Registration> = found.iter().filter(|r| may_start(scene, r)).collect();
        if let (Some(other), true, Some(s)) = (found.first(), fit.is_empty(), scene.spec()) {
            let from: Vec<&str> = s.from.iter().map(|s| s.label()).collect();
            let reason = format!("找到 {} 名，学籍状态是{}。", found.len(), other.standing());
            return no(
                reason,
                format!("{}从“{}”办理；其他变动用 xueji change wizard。", s.name, from.join("、")),
            );
        }
        if fit.is_empty() {
            return no("没有找到这名学生。", "请核对姓名（要写全）或号码；也可以返回，按学校和班级找。");
        }
        Ok(fit.iter().map(|r| r.id.to_string()).collect::<Vec<_>>().join(","))
    },
};

/// Whether the kind that was chosen, if one was, starts from where the pupil stands.
fn may_start(scene: &Scene, r: &Registration) -> bool {
    scene.spec().is_none_or(|s| s.from.contains(&r.status))
}

pub const FROM_SCHOOL: Step = Step {
    key: "from_school",
    what: "学生所在学校",
    is_aid: true,
    keys: |scene| only_if(is_sought(scene, BY_CLASS.0), "from_school"),
    ask: |scene, _| {
        let schools = scene.directory.schools();
        let with_classes = schools.into_iter().filter(|s| scene.directory.has_classes(s.code.as_str()));
        let choices = with_classes.map(|s| choice(s.code.as_str(), school_label(s))).collect();
        Ok(Question::choose("学生现在的学校", choices))
    },
    take: as_written,
};

pub const FROM_CLASS: Step = Step {
    key: "from_class",
    what: "学生所在班级",
    is_aid: true,
    keys: |scene| only_if(is_sought(scene, BY_CLASS.0), "from_class"),
    ask: |scene, _| {
        let mut choices = Vec::new();
        for class in scene.directory.classes_of(scene.answer("from_school")) {
            let size = scene.store.class_size(class.school.as_str(), &class.number)?;
            if size > 0 {
                choices.push(choice(&class.number, class_label(scene, class, size)));
            }
        }
        Ok(Question::choose("学生现在的班级", choices))
    },
    take: as_written,
};

pub const STUDENT: Step = Step {
    key: "student",
    what: "学生的内部编号（xueji student find 可以查到）",
    is_aid: false,
    keys: |scene| {
        let unknown_here = scene.answer("find") == BY_ROSTER.0 || scene.is_given("roster");
        only_if(!unknown_here, "student")
    },
    ask: |scene, _| {
        let mut found = Vec::new();
        for id in scene.answer("found").split(',').filter_map(crate::model::id::StudentId::parse) {
            found.extend(scene.store.registrations(&Asked::Id(id))?);
        }
        let (school, class) = (scene.answer("from_school"), scene.answer("from_class"));
        if !class.is_empty() {
            found = scene.store.registrations(&Asked::Class(school, class))?;
            found.retain(|r| may_start(scene, r));
        }
        Ok(Question::choose("是哪一名学生", found.iter().map(|r| pupil(scene, r)).collect()))
    },
    take: |scene, text| match student::show(&scene.store, text.trim()) {
        Ok(whole) if StudentId::parse(text.trim()).is_some() => {
            let id = whole.registration.id;
            match scene.spec().map(|s| bar_of(scene, s, id, PENDING)).transpose()?.flatten() {
                Some(bar) => Err(Failure::Refused(vec![bar])),
                None => Ok(id.to_string()),
            }
        }
        Err(Failure::Store(e)) => Err(e.into()),
        _ => no("student 不是本库学生的内部编号。", "请用 xueji student find 查到内部编号。"),
    },
};

/// A pupil among others: masked, but not to be mixed up.
fn pupil(scene: &Scene, r: &Registration) -> Choice {
    let get = |f: Field| r.record.get(f);
    let number = mask::cell(Some(Personal::Number), get(Field::Number), Privacy::Masked);
    let school = scene.directory.school(r.school.as_str()).map_or(r.school.as_str(), |s| s.name.as_str());
    let says = [
        mask::name(get(Field::PupilName)),
        label(get(Field::Sex)).to_owned(),
        dashed(get(Field::BirthDate)),
        number,
        format!("{school} {} 班", r.class_number),
        r.standing(),
    ];
    choice(r.id.to_string(), says.join("　"))
}

pub const ROSTER: Step = Step {
    key: "roster",
    what: "花名册文件，只有要转入的这一名学生的一行（本库没有这名学生时）",
    is_aid: false,
    keys: |scene| only_if(scene.answer("find") == BY_ROSTER.0 || scene.is_given("roster"), "roster"),
    ask: |_, _| Ok(Question::write("花名册文件", "xueji template roster 给空表；只填这一名学生", true)),
    take: |scene, text| {
        let path = super::ask_papers::path(text);
        let mut told = Default::default();
        crate::app::change::transfer_in::put_record(&mut told, path.as_ref(), &scene.store)?;
        Ok(path)
    },
};
