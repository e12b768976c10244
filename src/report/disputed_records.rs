//! 问题学籍清单: every dispute that was opened or decided in the period or is open, a registration a row.

use std::collections::HashMap;

use crate::model::dispute::{Claim, Dispute, PARTY_NAMES, Party};
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::registration::Registration;
use crate::model::table::{Column, Table};

use super::facts::Need;
use super::person::{self, Part};
use super::{Body, Input, Report, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "disputed-records",
    title: "问题学籍清单",
    what: "期间立案、办结和仍未办结的问题学籍：类型、双方学校和学生、各方主张（佐证、变更、删除）、结果和日期，一个学籍一行。",
    basis: "全国中小学生学籍信息管理系统问题学籍处理办法（佐证、变更、删除）",
    counted: "期间内立案或办结的，和期末仍未办结的；涉及本范围内学校的，双方都列；已办结的，学校和学生信息是立案时的。",
    time: Time::Period,
    set: Set::Both,
    needs: &[Need::Everyone, Need::Disputes],
    body: Body::Lists(build),
};

const PARTS: [Part; 5] = [
    Part::School,
    Part::Class,
    Part::Of(Field::PupilName),
    Part::Of(Field::DocumentId),
    Part::Of(Field::Number),
];

fn build(input: &Input) -> Vec<Table> {
    let mut columns = vec![Column::count("ordinal", "序号")];
    let told = [("dispute", "编号"), ("kind", "类型"), ("opened_on", "立案日期"), ("party", "方")];
    columns.extend(told.map(|(key, heading)| Column::text(key, heading)));
    columns.extend(person::columns(&PARTS));
    let said = [("claim", "主张"), ("outcome", "结果"), ("decided_on", "办结日期"), ("reason", "理由")];
    columns.extend(said.map(|(key, heading)| Column::text(key, heading)));
    let mut table = REPORT.table(input, columns);
    let by_id: HashMap<StudentId, &Registration> = input.everyone.iter().map(|r| (r.id, r)).collect();
    let (from, to) = (input.span.from.to_string(), input.span.to.to_string());
    let (mut cases, mut open) = (0, 0);
    for (d, claims) in &input.facts.disputes {
        let is_of_period = d.opened_on >= from || d.decision.as_ref().is_none_or(|x| x.on >= from);
        // A settled case is told as it was: where a pupil went afterwards is no part of it.
        let of = |p: &Party| by_id.get(&p.student).map(|now| input.facts.then(&d.id, now));
        let covered =
            |p: &Party| of(p).is_some_and(|r| input.scope.covers(r.school.as_str(), &r.class_number));
        if d.opened_on > to || !is_of_period || !d.parties.iter().any(covered) {
            continue;
        }
        cases += 1;
        open += usize::from(d.decision.is_none());
        for (i, party) in d.parties.iter().enumerate() {
            let Some(r) = of(party) else { continue };
            let ordinal = (table.rows.len() + 1).to_string();
            table.rows.push(row(input, (d, claims, party), (ordinal, PARTY_NAMES[i.min(1)]), r));
        }
    }
    table.foot.insert(0, format!("共 {cases} 件 = 已办结 {} 件 + 未办结 {open} 件。", cases - open));
    vec![table]
}

fn row(
    input: &Input,
    (d, claims, party): (&Dispute, &[Claim], &Party),
    (ordinal, name): (String, &str),
    r: &Registration,
) -> Vec<String> {
    // A later claim of a registration takes the place of its earlier ones.
    let claim = claims.iter().rev().find(|c| c.student == party.student);
    let claim =
        claim.map_or_else(|| "尚未答复".to_owned(), |c| format!("{} {}", c.claimed_on, c.kind.label()));
    let decision = d.decision.as_ref();
    let mut row =
        vec![ordinal, d.id.clone(), d.kind.spec().title.to_owned(), d.opened_on.clone(), name.to_owned()];
    row.extend(person::cells(&PARTS, input, r, 0));
    row.extend([
        claim,
        party.outcome.map_or("未办结", |o| o.label()).to_owned(),
        decision.map_or_else(String::new, |x| x.on.clone()),
        decision.map_or_else(|| d.reason.clone(), |x| x.reason.clone()),
    ]);
    row
}
