//! 无证件学生名单: who is registered without a number of an identity document, and whom to ask.

use crate::model::field::Field;
use crate::model::table::Table;

use super::person::{self, Part};
use super::{Body, Input, Report, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "undocumented",
    title: "无身份证件学生名单",
    what: "列出没有身份证件号的学生（含证件类型为其他的）和监护人、联系电话，用于逐人催补证件、换编学籍号。",
    basis: "学籍系统操作规范：无身份证件学生逐人录入并由省级核准，补证后变更关键信息；每学期清查",
    counted: "含休学、辍学、保留学籍和待核准学生。",
    time: Time::Day,
    set: Set::Both,
    needs: &[],
    body: Body::Lists(build),
};

const PARTS: [Part; 14] = [
    Part::Ordinal,
    Part::School,
    Part::Grade,
    Part::Class,
    Part::Of(Field::PupilName),
    Part::Of(Field::Sex),
    Part::Of(Field::BirthDate),
    Part::Of(Field::DocumentKind),
    Part::Of(Field::Number),
    Part::Of(Field::G1Name),
    Part::Of(Field::G1DocumentId),
    Part::Of(Field::G1Phone),
    Part::Standing,
    Part::Blank("action", "补证情况"),
];

fn build(input: &Input) -> Vec<Table> {
    let mut table = REPORT.table(input, person::columns(&PARTS));
    let without = input.registrations.iter().filter(|r| !r.record.has(Field::DocumentId));
    table.rows = without.enumerate().map(|(i, r)| person::cells(&PARTS, input, r, i + 1)).collect();
    let (n, all) = (table.rows.len(), input.registrations.len());
    table.foot.insert(0, format!("共 {n} 人；范围内在册 {all} 人，有证件号的 {} 人。", all - n));
    vec![table]
}
