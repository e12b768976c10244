//! 转学台账: every transfer asked for in the period or still open, with each office's answer.

use std::collections::HashMap;

use crate::model::application::Application;
use crate::model::change::input::Input as Told;
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::registration::Registration;
use crate::model::table::{Column, Personal, Table};

use super::facts::Need;
use super::person;
use super::{Body, Input, Report, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "transfer-ledger",
    title: "转学台账",
    what: "期间发起、办结和仍在办的转学：学生、转出和转入学校及年级班级、原因、各方核办的日期和结果、办结日期。",
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第十三条前后；《中小学生学籍管理办法》（教基〔2025〕1号）第十五条",
    counted: "期间内发起或办结的申请，和期末仍在办的申请；涉及本范围内的学校，转入、转出都列。",
    time: Time::Period,
    set: Set::Both,
    needs: &[Need::Everyone, Need::Changes, Need::Applications],
    body: Body::Lists(build),
};

const KINDS: [&str; 3] = ["transfer", "transfer_out", "transfer_in"];

fn columns() -> Vec<Column> {
    vec![
        Column::count("ordinal", "序号"),
        Column::text("application", "申请编号"),
        Column::text("opened_on", "申请日期"),
        Column::text("kind", "类别"),
        Column::personal("name", "姓名", Personal::Name),
        Column::text("sex", "性别"),
        Column::personal("registry_number", "学籍号", Personal::Number),
        Column::text("from_school", "转出学校"),
        Column::text("from_class", "原年级班级"),
        Column::text("to_school", "转入学校"),
        Column::text("to_class", "转入年级班级"),
        Column::text("reason", "原因"),
        Column::text("state", "状态"),
        Column::text("steps", "核办经过"),
        Column::text("closed_on", "办结日期"),
    ]
}

/// A school and a class, as an application names them: by code, or another registry's school by its name.
struct Side {
    school: String,
    class: String,
}

fn build(input: &Input) -> Vec<Table> {
    let by_id: HashMap<StudentId, &Registration> = input.everyone.iter().map(|r| (r.id, r)).collect();
    let mut table = REPORT.table(input, columns());
    let (from, to) = (input.span.from, input.span.to);
    for a in input.facts.applications.iter().filter(|a| KINDS.contains(&a.spec.kind) && a.opened_on <= to) {
        let is_of_period = a.opened_on >= from || a.closed_on.is_none_or(|day| day >= from);
        let r = a.student.and_then(|id| by_id.get(&id)).copied();
        let (left, entered) = sides(input, a, r);
        let concerns = [&left, &entered].iter().any(|s| input.scope.covers(&s.school, &s.class));
        if is_of_period && concerns {
            let ordinal = table.rows.len() + 1;
            table.rows.push(row(input, a, r, (ordinal, &left, &entered)));
        }
    }
    let done = table.rows.iter().filter(|r| !r[14].is_empty()).count();
    let all = table.rows.len();
    table.foot.insert(0, format!("共 {all} 件 = 已结束 {done} 件 + 在办 {} 件。", all - done));
    vec![table]
}

/// Where the pupil goes from and to: what the change wrote, where it took effect; before that, what is and what is asked.
fn sides(input: &Input, a: &Application, r: Option<&Registration>) -> (Side, Side) {
    let side = |school: &str, class: &str| Side { school: school.to_owned(), class: class.to_owned() };
    let made = r.and_then(|r| {
        let mut changes = input.facts.changes_of(r).iter();
        changes.find(|m| m.application.as_deref() == Some(a.id.as_str()))
    });
    let other = a.told.get(Told::OtherSchool);
    let named = (a.told.get(Told::ToSchool), a.told.get(Told::ToClass));
    let left = match (made, r) {
        _ if a.spec.kind == "transfer_in" => side(other, ""),
        (Some(m), _) => side(&m.from.0, &m.from.1),
        (None, Some(r)) => side(r.school.as_str(), &r.class_number),
        (None, None) => side("", ""),
    };
    let entered = if a.spec.kind == "transfer_out" { side(other, "") } else { side(named.0, named.1) };
    (left, entered)
}

fn row(
    input: &Input,
    a: &Application,
    r: Option<&Registration>,
    (ordinal, left, entered): (usize, &Side, &Side),
) -> Vec<String> {
    let of = |field: Field| match r {
        Some(r) => person::value(r, field),
        None => a.told.fields().find(|(key, _)| *key == field.key()).map_or("", |f| f.1).to_owned(),
    };
    let steps = a.steps.iter().filter_map(|s| {
        let d = s.decision.as_ref()?;
        let reason = if d.reason.is_empty() { String::new() } else { format!("（{}）", d.reason) };
        Some(format!("{} {} {}{reason}", d.on, s.party.label(), d.act.label()))
    });
    vec![
        ordinal.to_string(),
        a.id.to_string(),
        a.opened_on.to_string(),
        a.spec.name.to_owned(),
        of(Field::PupilName),
        of(Field::Sex),
        of(Field::Number),
        person::school_name(input.directory, &left.school),
        room(input, left),
        person::school_name(input.directory, &entered.school),
        room(input, entered),
        a.told.get(Told::Note).to_owned(),
        state(a),
        steps.collect::<Vec<_>>().join("；"),
        a.closed_on.map_or_else(String::new, |day| day.to_string()),
    ]
}

/// Grade and class.
fn room(input: &Input, side: &Side) -> String {
    if side.class.is_empty() {
        return String::new();
    }
    let grade = person::grade(input.directory, &side.school, &side.class, input.span.to);
    format!("{grade}{}", person::class_name(input.directory, &side.school, &side.class))
}

/// The phase, and whose turn it is.
fn state(a: &Application) -> String {
    let turn = a.turn().filter(|_| a.phase.is_open()).map(|s| format!("，待{}", s.party.label()));
    format!("{}{}", a.phase.label(), turn.unwrap_or_default())
}
