//! `cells-not-read`: cells of a row that goes on with the pupil above, for which the record has no place.

use crate::model::field::Field;
use crate::model::finding::Severity;
use crate::roster::candidate::Candidate;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "cells-not-read",
    title: "续行的内容没有读入",
    severity: Severity::Explain,
    basis: "学生基本信息表填表说明（一行一名学生，家庭成员两名）",
    what: "一名学生占了几行（姓名合并），下面的行里有内容没有读入：第三名家庭成员，没有写明是谁的电话，与第一行不同的其他内容。\
           续行里另有姓名的家庭成员会读作成员2，不在此列。续行里另有身份证件号、出生日期或学籍号的，是姓名合并到了别的学生的行上：必改。\
           没有合并姓名、只写着家庭成员的一行，只有姓名一格有字的一行，也必改，只报这一条。",
    why: "学籍一人一行，两名家庭成员；放不下的内容若不指出，就会不声不响地丢掉。",
    remedy: "姓名合并到了另一名学生的行上的，请取消合并，补上那名学生的姓名。其余的，请把这几格的内容移到该生第一行的相应栏目；确实不必登记的用 --explain 说明。",
    run,
};

/// Whether a row says nothing of a pupil, only of a family member: most likely the one above goes on.
pub fn is_family_alone(candidate: &Candidate) -> bool {
    let pupil = [Field::PupilName, Field::Sex, Field::BirthDate, Field::DocumentId, Field::Number];
    let member = [Field::G1Name, Field::G1Phone, Field::G1DocumentId, Field::G2Name];
    let has = |f: &Field| candidate.record.has(*f);
    !pupil.iter().any(has) && member.iter().any(has)
}

/// What a row may have besides its own cells.
const FROM_ELSEWHERE: &[&str] =
    &["from-title", "from-mapping", "from-heading", "school-by-name", "class-by-name", "class-by-grade"];

/// Whether nothing of the row but the cell of its name says anything: a remark between the pupils, most likely.
pub fn is_text_alone(candidate: &Candidate) -> bool {
    let elsewhere =
        |f: Field| candidate.changed.iter().any(|c| c.field == f && FROM_ELSEWHERE.contains(&c.rule));
    let nothing_failed =
        candidate.failed.is_empty() && candidate.uncomputed.is_empty() && candidate.ditto.is_empty();
    nothing_failed
        && candidate.record.has(Field::PupilName)
        && candidate.record.iter().all(|(f, _)| f == Field::PupilName || elsewhere(f))
}

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let candidate = subject.candidate;
    if is_text_alone(candidate) {
        let message = "本行只有这一格有内容：像是写在学生之间的说明，也可能是只写了姓名的学生，没有读入。";
        let hint = "是学生的请补全各栏；是说明的请移到表头以上，或删去这一行。";
        sink.add_as(Severity::Error, Field::PupilName, message, hint);
        return;
    }
    if is_family_alone(candidate) {
        let message = "本行没有学生，只有家庭成员：像是上面学生的续行，而姓名没有合并，不知道是谁的家长。";
        let hint = "请把这名家长移到学生那一行的成员2各栏；或把学生的姓名与这一行的姓名格合并，合并后读作该生的下一名家庭成员。";
        sink.add_in_row(Severity::Error, Field::G1Name, message, hint);
        return;
    }
    if let Some((field, place)) = candidate.others.first() {
        let each: Vec<String> =
            candidate.others.iter().map(|(f, p)| format!("{}（{}）", p.cell(), f.heading())).collect();
        let message = format!(
            "姓名合并到了第 {} 行，而那一行另有{}，与本行的不同，是另一名学生，没有读入。",
            place.row,
            each.join("、")
        );
        let hint =
            "请取消姓名的合并单元格，在下面一行补上那名学生的姓名；确是同一名学生的，请删去不对的一个。";
        sink.add_in_row(Severity::Error, *field, message, hint);
        return;
    }
    let Some(first) = candidate.left.first() else { return };
    let columns = &candidate.source.layout.columns;
    let each = candidate.left.iter().map(|place| {
        let field = columns.get(place.column as usize - 1).copied().flatten();
        format!("{}（{}）", place.cell(), field.map_or("", Field::heading))
    });
    let each: Vec<String> = each.collect();
    let field = columns.get(first.column as usize - 1).copied().flatten().unwrap_or(Field::PupilName);
    let message = format!("本学生占了几行，续行的这几格没有读入：{}。", each.join("、"));
    sink.add_in_row(
        Severity::Explain,
        field,
        message,
        "请把要登记的内容移到该生第一行的相应栏目；不必登记的请说明。",
    );
}
