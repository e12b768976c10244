//! 新建学籍: who was registered in the period, whether it is approved, and when the file is due.

use crate::model::field::Field;
use crate::model::status::Status;
use crate::model::table::{Column, Table};
use crate::store::application::Made;

use super::facts::Need;
use super::person::{self, Part};
use super::{Body, Input, Report, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "new-registrations",
    title: "新建学籍名册",
    what: "期间新建的学籍：学生、学校班级、建籍日期、入学年月、学籍号、核准情况、建档期限，超过期限还没有核准的注明。",
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第七条：入学之日起 1 个月内建档；《中小学生学籍管理办法》（教基〔2025〕1号）：2 个月内；省级另有规定的从其规定",
    counted: "期间内第一次在本库建籍的学生，含从外地转入的；后来离校的、按问题学籍删除的也列，核准栏写明删除前是否核准过。期限从建籍日期起算。",
    time: Time::Period,
    set: Set::Both,
    needs: &[Need::Everyone, Need::Changes, Need::Archive],
    body: Body::Lists(build),
};

const PARTS: [Part; 5] = [
    Part::Of(Field::PupilName),
    Part::Of(Field::Sex),
    Part::Of(Field::DocumentKind),
    Part::Of(Field::EntryMonth),
    Part::Of(Field::Number),
];

fn build(input: &Input) -> Vec<Table> {
    let mut columns = vec![Column::count("ordinal", "序号")];
    columns.extend(person::columns(&[Part::School, Part::Grade, Part::Class]));
    columns.extend(person::columns(&PARTS));
    let told = [("since", "建籍日期"), ("approved", "核准"), ("due", "建档期限"), ("state", "情况")];
    columns.extend(told.map(|(key, heading)| Column::text(key, heading)));
    let mut table = REPORT.table(input, columns);
    let (from, to) = (input.span.from.to_string(), input.span.to.to_string());
    let (mut waiting, mut late, mut never, mut removed) = (0, 0, 0, 0);
    for r in input.everyone {
        let Some(first) = input.facts.beginnings.get(&r.id) else { continue };
        let (school, class) = (first.school.as_str(), first.class.as_str());
        if !(from.as_str()..=to.as_str()).contains(&first.since.as_str())
            || !input.scope.covers(school, class)
        {
            continue;
        }
        let due =
            input.facts.archive.get(&(school.to_owned(), first.since.clone())).map_or("", String::as_str);
        let is_pending = r.status == Status::Pending;
        let ended = ended_unapproved(input.facts.changes_of(r));
        never += usize::from(ended);
        removed += usize::from(!ended && r.status == Status::Removed);
        let is_late = is_pending && !due.is_empty() && due < to.as_str();
        waiting += usize::from(is_pending);
        late += usize::from(is_late);
        let mut row = vec![
            (table.rows.len() + 1).to_string(),
            person::school_name(input.directory, school),
            person::grade(input.directory, school, class, input.span.to),
            person::class_name(input.directory, school, class),
        ];
        row.extend(person::cells(&PARTS, input, r, 0));
        let state = if is_late { "超期未核准".to_owned() } else { r.standing() };
        let approved = match (is_pending, ended) {
            (true, _) => "待核准",
            (false, true) => "未核准",
            (false, false) => "已核准",
        };
        row.extend([first.since.clone(), approved.to_owned(), due.to_owned(), state]);
        table.rows.push(row);
    }
    let all = table.rows.len();
    let mut sums = format!(
        "共 {all} 人 = 已核准 {} 人 + 待核准 {waiting} 人（其中超期 {late} 人）",
        all - waiting - never
    );
    if never > 0 {
        sums.push_str(&format!(" + 未经核准即删除、取消的 {never} 人"));
    }
    sums.push('。');
    if removed > 0 {
        sums.push_str(&format!("已核准的人中有 {removed} 人后来按问题学籍删除。"));
    }
    table.foot.insert(0, sums);
    vec![table]
}

/// Whether a registration ended while it still waited for approval.
fn ended_unapproved(changes: &[Made]) -> bool {
    changes.iter().any(|made| made.status_before == Status::Pending && !made.status.holds_place())
}
