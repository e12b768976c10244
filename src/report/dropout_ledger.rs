//! 控辍台账: the list of pupils to be brought back with every step taken, and those who should be on it and are not.

use crate::model::change::input::Input as Told;
use crate::model::field::Field;
use crate::model::flag::Flag;
use crate::model::registration::Registration;
use crate::model::status::Status;
use crate::model::table::{Column, Table};
use crate::model::watch::{Step, Watch};
use crate::store::application::Made;

use super::facts::Need;
use super::group::{disabled, left_behind, migrant, migrant_worker, orphan};
use super::person::{self, Part};
use super::{Body, Input, Report, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "dropout-ledger",
    title: "控辍保学台账",
    what: "控辍保学台账（xueji dropout）上的学生逐人列出：情形、起始日期、说明、重点群体、监护人和电话、劝返经过、结果、销号日期；辍学、空挂、休学期满未复学而没有登入台账的也列出，注明“未登入台账”。",
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第十七条前后；控辍保学“四查三比对”、动态销号",
    counted: "期末仍在的和期间内销号的；义务教育和高中都列，学籍保留在原校。重点群体：孤儿、残疾、留守、随迁；留守按学籍表的定义。",
    time: Time::Period,
    set: Set::Both,
    needs: &[Need::Everyone, Need::Changes, Need::Applications, Need::Flags, Need::Watches],
    body: Body::Lists(build),
};

const PUPIL: [Part; 8] = [
    Part::School,
    Part::Grade,
    Part::Class,
    Part::Of(Field::PupilName),
    Part::Of(Field::Sex),
    Part::Of(Field::BirthDate),
    Part::Of(Field::Number),
    Part::Standing,
];
const FAMILY: [Part; 2] = [Part::Of(Field::G1Name), Part::Of(Field::G1Phone)];

/// Why a pupil is watched: since when, in which case, in what words; and the day it was over.
struct Case {
    since: String,
    what: String,
    note: String,
    efforts: String,
    result: String,
    over: String,
}

fn build(input: &Input) -> Vec<Table> {
    let mut columns = vec![Column::count("ordinal", "序号")];
    columns.extend(person::columns(&PUPIL));
    columns.extend(
        [("case", "情形"), ("since", "起始日期"), ("note", "说明"), ("group", "重点群体")]
            .map(|c| Column::text(c.0, c.1)),
    );
    columns.extend(person::columns(&FAMILY));
    columns.extend(
        [("efforts", "劝返经过"), ("result", "结果"), ("over", "销号日期")].map(|c| Column::text(c.0, c.1)),
    );
    let mut table = REPORT.table(input, columns);
    for r in input.everyone.iter().filter(|r| input.scope.covers(r.school.as_str(), &r.class_number)) {
        for case in cases(input, r) {
            let mut row = vec![(table.rows.len() + 1).to_string()];
            row.extend(person::cells(&PUPIL, input, r, 0));
            row.extend([case.what, case.since, case.note, groups(r)]);
            row.extend(person::cells(&FAMILY, input, r, 0));
            row.extend([case.efforts, case.result, case.over]);
            table.rows.push(row);
        }
    }
    let over = table.rows.iter().filter(|r| r.last().is_some_and(|day| !day.is_empty())).count();
    let all = table.rows.len();
    table.foot.insert(0, format!("共 {all} 人次 = 在册未销号 {} + 已销号 {over}。", all - over));
    vec![table]
}

/// What is said of one who should be on the list and is not.
const UNLISTED: &str = "未登入台账";

fn cases(input: &Input, r: &Registration) -> Vec<Case> {
    let (from, to) = (input.span.from.to_string(), input.span.to.to_string());
    let listed = input.facts.watches_of(r).iter().filter(|(w, _)| w.opened_on <= to);
    let listed: Vec<&(Watch, Vec<Step>)> =
        listed.filter(|(w, _)| w.ended.as_ref().is_none_or(|e| e.on >= from)).collect();
    if !listed.is_empty() {
        return listed.into_iter().map(|(w, steps)| watched(w, steps)).collect();
    }
    unlisted(input, r, (&from, &to))
}

/// One who is on the list.
fn watched(w: &Watch, steps: &[Step]) -> Case {
    let step = |s: &Step| {
        let who = if s.who.is_empty() { String::new() } else { format!("（{}）", s.who) };
        format!("{} {}{who} {}", s.day, s.spec.name, s.result)
    };
    let ended = w.ended.as_ref();
    Case {
        since: w.opened_on.clone(),
        what: w.source.label().to_owned(),
        note: w.reason.clone(),
        efforts: steps.iter().map(step).collect::<Vec<_>>().join("；"),
        result: ended.map_or_else(String::new, |e| format!("{} {}", e.closing.label, e.text)),
        over: ended.map_or_else(String::new, |e| e.on.clone()),
    }
}

/// One who dropped out, is registered without attending, or did not come back from leave, and is not on the list.
fn unlisted(input: &Input, r: &Registration, (from, to): (&str, &str)) -> Vec<Case> {
    let changes: Vec<&Made> = input.facts.changes_of(r).iter().filter(|m| m.day.as_str() <= to).collect();
    let case = |since: &str, what: &str, note: &str, over: &str| Case {
        since: since.to_owned(),
        what: what.to_owned(),
        note: note.to_owned(),
        efforts: String::new(),
        result: if over.is_empty() { UNLISTED.to_owned() } else { "已复学".to_owned() },
        over: over.to_owned(),
    };
    let mut all = Vec::new();
    for (i, made) in changes.iter().enumerate().filter(|(_, m)| m.kind == "dropout") {
        let end = changes[i + 1..].iter().find(|m| m.status != Status::DroppedOut);
        if end.is_none_or(|m| m.day.as_str() >= from) {
            all.push(case(&made.day, "辍学", &made.why(), end.map_or("", |m| &m.day)));
        }
    }
    if r.until.is_some() {
        return all;
    }
    let raised = input.facts.flags_of(r).iter().filter(|f| f.flag == Flag::NotAttending);
    all.extend(raised.map(|f| case(&f.since, f.flag.label(), &f.basis, "")));
    let leave = changes.iter().rev().find(|m| m.kind == "leave" || m.kind == "leave_extension");
    let until = leave.map_or("", |m| input.facts.told(m, Told::Until));
    if r.status == Status::OnLeave && !until.is_empty() && until < to {
        all.push(case(until, "休学期满未复学", "", ""));
    }
    all
}

/// The groups that are watched above others.
fn groups(r: &Registration) -> String {
    let groups = [
        ("孤儿", orphan(r)),
        ("残疾", disabled(r)),
        ("留守", left_behind(r)),
        ("随迁", migrant(r) || migrant_worker(r)),
    ];
    let held: Vec<&str> = groups.iter().filter(|(_, holds)| *holds).map(|(name, _)| *name).collect();
    held.join("、")
}
