//! 查重结果: every pair found in the period or not decided yet, both sides, and what people decided.

use std::collections::HashMap;

use crate::dedup;
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::registration::Registration;
use crate::model::suspect::Suspect;
use crate::model::table::{Column, Personal, Table};

use super::facts::Need;
use super::person;
use super::{Body, Input, Report, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "duplicate-findings",
    title: "查重结果清单",
    what: "期间查出和仍未核定的疑似重复：规则、分数、双方学校、姓名、证件号、学籍号，核定结果、理由、日期。",
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第六条：学校和主管部门都要查重",
    counted: "期间内查出或核定的，和期末仍未核定的，一对一行；涉及本范围内任何一方的都列；已核定的，学校和学生信息是查出时的。",
    time: Time::Period,
    set: Set::Both,
    needs: &[Need::Everyone, Need::Suspects],
    body: Body::Lists(build),
};

fn columns() -> Vec<Column> {
    let mut all = vec![
        Column::count("ordinal", "序号"),
        Column::text("suspect", "编号"),
        Column::text("found_on", "查出日期"),
        Column::text("rule", "规则"),
        Column::text("score", "分数"),
    ];
    const SIDES: [(&str, [&str; 4]); 2] = [
        ("甲", ["one_school", "one_name", "one_document", "one_number"]),
        ("乙", ["other_school", "other_name", "other_document", "other_number"]),
    ];
    for (side, [school, name, document, number]) in SIDES {
        all.push(Column::text(school, &format!("{side}：学校")));
        all.push(Column::personal(name, &format!("{side}：姓名"), Personal::Name));
        all.push(Column::personal(document, &format!("{side}：证件号"), Personal::Number));
        all.push(Column::personal(number, &format!("{side}：学籍号"), Personal::Number));
    }
    let decided = [("verdict", "核定"), ("reason", "理由"), ("decided_on", "核定日期")];
    all.extend(decided.map(|(key, heading)| Column::text(key, heading)));
    all
}

fn build(input: &Input) -> Vec<Table> {
    let by_id: HashMap<StudentId, &Registration> = input.everyone.iter().map(|r| (r.id, r)).collect();
    let (from, to) = (input.span.from.to_string(), input.span.to.to_string());
    let mut table = REPORT.table(input, columns());
    for s in input.facts.suspects.iter().filter(|s| s.found_on <= to) {
        let sides = [s.one, s.other].map(|id| by_id.get(&id).map(|now| input.facts.then(&s.id, now)));
        let is_of_period = s.found_on >= from || s.decision.as_ref().is_none_or(|d| d.on >= from);
        let covered = |r: &Registration| input.scope.covers(r.school.as_str(), &r.class_number);
        if is_of_period && sides.iter().flatten().any(|r| covered(r)) {
            let ordinal = (table.rows.len() + 1).to_string();
            table.rows.push(row(input, ordinal, s, sides));
        }
    }
    let open = table.rows.iter().filter(|r| r[15].is_empty()).count();
    let all = table.rows.len();
    table.foot.insert(0, format!("共 {all} 对 = 已核定 {} 对 + 未核定 {open} 对。", all - open));
    vec![table]
}

fn row(input: &Input, ordinal: String, s: &Suspect, sides: [Option<&Registration>; 2]) -> Vec<String> {
    let rule = dedup::rule(&s.rule).map_or(s.rule.as_str(), |p| p.title);
    let mut row = vec![
        ordinal,
        s.id.clone(),
        s.found_on.clone(),
        rule.to_owned(),
        format!("{:.2}", s.score as f64 / 100.0),
    ];
    for r in sides {
        match r {
            None => row.extend(std::iter::repeat_n(String::new(), 4)),
            Some(r) => {
                row.push(person::school_name(input.directory, r.school.as_str()));
                let fields = [Field::PupilName, Field::DocumentId, Field::Number];
                row.extend(fields.map(|f| person::value(r, f)));
            }
        }
    }
    let verdict = |same: bool| if same { "同一学生" } else { "不是同一学生" };
    match &s.decision {
        None => row.extend(["未核定".to_owned(), String::new(), String::new()]),
        Some(d) => row.extend([verdict(d.is_same).to_owned(), d.reason.clone(), d.on.clone()]),
    }
    row
}
