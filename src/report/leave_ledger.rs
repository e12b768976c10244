//! 休学台账: leaves that began in the period or still last, until when they were granted, and who came back when.

use crate::code;
use crate::model::change::input::Input as Told;
use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::status::Status;
use crate::model::table::{Column, Table};
use crate::store::application::Made;

use super::facts::Need;
use super::person::{self, Part};
use super::{Body, Input, Report, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "leave-ledger",
    title: "休学复学台账",
    what: "期间开始的和仍未结束的休学：学生、学校班级、起止日期、续休、原因、复学日期，期满未复学的注明。",
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第十六条前后；期限由省级规定",
    counted: "期间内开始、结束或期末仍在休学的，一次休学一行；休学期间学籍在原校原班。",
    time: Time::Period,
    set: Set::Both,
    needs: &[Need::Everyone, Need::Changes, Need::Applications],
    body: Body::Lists(build),
};

const PARTS: [Part; 4] =
    [Part::Of(Field::PupilName), Part::Of(Field::Sex), Part::Of(Field::BirthDate), Part::Of(Field::Number)];

fn build(input: &Input) -> Vec<Table> {
    let mut columns = vec![Column::count("ordinal", "序号")];
    columns.extend(person::columns(&[Part::School, Part::Grade, Part::Class]));
    columns.extend(person::columns(&PARTS));
    let told = [
        ("since", "休学日期"),
        ("until", "期满日期"),
        ("reason", "原因"),
        ("ended_on", "结束日期"),
        ("state", "情况"),
    ];
    columns.extend(told.map(|(key, heading)| Column::text(key, heading)));
    let mut table = REPORT.table(input, columns);
    for r in input.everyone {
        let changes = input.facts.changes_of(r);
        for (i, made) in changes.iter().enumerate().filter(|(_, m)| m.kind == "leave") {
            leave(input, r, (made, &changes[i + 1..]), &mut table.rows);
        }
    }
    table.rows.sort_by(|a, b| (&a[8], &a[1], &a[3]).cmp(&(&b[8], &b[1], &b[3])));
    (1..).zip(&mut table.rows).for_each(|(i, row): (usize, _)| row[0] = i.to_string());
    let lasting = table.rows.iter().filter(|r| r[11].is_empty()).count();
    let all = table.rows.len();
    table.foot.insert(0, format!("共 {all} 次 = 已结束 {} 次 + 仍在休学 {lasting} 次。", all - lasting));
    vec![table]
}

/// One leave, with what came after it.
fn leave(input: &Input, r: &Registration, (made, later): (&Made, &[Made]), rows: &mut Vec<Vec<String>>) {
    let (from, to) = (input.span.from.to_string(), input.span.to.to_string());
    let end = later.iter().find(|m| m.status != Status::OnLeave).filter(|m| m.day <= to);
    if made.day > to || end.is_some_and(|m| m.day < from) || !input.scope.covers(&made.from.0, &made.from.1) {
        return;
    }
    let last =
        later.iter().take_while(|m| m.status == Status::OnLeave).filter(|m| m.kind == "leave_extension");
    let granted = last.last().unwrap_or(made);
    let until = input.facts.told(granted, Told::Until).to_owned();
    let state = match end {
        Some(m) => crate::model::change::spec(&m.kind).map_or("已结束", |s| s.name).to_owned(),
        None if !until.is_empty() && until < to => "期满未复学".to_owned(),
        None if granted.kind == "leave_extension" => "续休中".to_owned(),
        None => "休学中".to_owned(),
    };
    let reason = code::table("change_reason").and_then(|t| t.by_code(&made.reason)).map_or("", |e| e.label);
    let (school, class) = (made.from.0.as_str(), made.from.1.as_str());
    let mut row = vec![
        String::new(),
        person::school_name(input.directory, school),
        person::grade(input.directory, school, class, input.span.to),
        person::class_name(input.directory, school, class),
    ];
    row.extend(person::cells(&PARTS, input, r, 0));
    row.extend([
        made.day.clone(),
        until,
        reason.to_owned(),
        end.map_or_else(String::new, |m| m.day.clone()),
        state,
    ]);
    rows.push(row);
}
