//! `required-field-missing`: what the form marks with ★ and the roster leaves blank.

use crate::model::field::{FIELDS, Field, FieldSpec, Need};
use crate::model::finding::Severity;
use crate::roster::candidate::Candidate;

use super::seen::Seen;
use super::{Check, Sink, Subject, facts, unlocated};

pub const CHECK: Check = Check {
    name: "required-field-missing",
    title: "缺少必填项",
    severity: Severity::Error,
    basis: "《中小学生学籍管理办法》（教基〔2025〕1号）第三条（基础学籍信息）；学生基本信息表★项",
    what: "逐项查找学生基本信息表中标★而没有填的项目。学校标识码、姓名、性别、出生日期、民族、国籍/地区、身份证件类型、班号、\
           入学年月缺一不可；身份证件号除证件类型为“其他”的以外必须填写；其余★项缺了要说明。整张表没有某一栏的，只在表头报一次。\
           没有学校标识码、班号而有学校名称、班级的，按名称去查；查不到的，在那一格报出，写明相近的班级。",
    why: "前九项说明这是谁、在哪所学校哪个班、何时入学，是基础学籍信息的核心，缺了不能建立学籍，也无法查重。\
          其余★项不影响建籍，可以先报后补。",
    remedy: "请按户口簿、身份证件和学校的编班名单补填；没有身份证件号的，证件类型选“其他”，并留存在校就读证明。",
    run,
};

/// Without these no registration: who it is (居民身份信息) and where and since when the pupil is at school
/// (在校身份信息), which the 2025 Measures, Art. 3, call 基础学籍信息.
pub const CORE: &[Field] = &[
    Field::School,
    Field::PupilName,
    Field::Sex,
    Field::BirthDate,
    Field::EthnicGroup,
    Field::Nationality,
    Field::DocumentKind,
    Field::ClassNumber,
    Field::EntryMonth,
];

/// 其他, the only type whose number may be blank (R§4.1).
const WITHOUT_NUMBER: &str = "Z";

/// Whether the sheet lacks a column without which this row can't be registered. A title or a mapping may say it instead.
pub fn column_missing_for(candidate: &Candidate) -> bool {
    let lacks =
        |field: &Field| candidate.source.layout.column_of(*field) == 0 && !candidate.record.has(*field);
    CORE.iter().any(lacks)
        || (lacks(&Field::DocumentId) && facts::code(candidate, Field::DocumentKind) != WITHOUT_NUMBER)
}

fn run(subject: &Subject, seen: &mut Seen, sink: &mut Sink) {
    let mut columns = Vec::new();
    for spec in FIELDS {
        if spec.need == Need::Optional || !subject.candidate.record.get(spec.field).is_empty() {
            continue;
        }
        // A formula stands there that nobody computed: `cell-error` says so.
        if subject.candidate.uncomputed.contains(spec.field) {
            continue;
        }
        if unlocated::said(spec.field, subject, seen, sink) {
            continue;
        }
        let core = CORE.contains(&spec.field) || spec.field == Field::DocumentId;
        let severity = if core { Severity::Error } else { Severity::Explain };
        if !subject.has_column(spec.field) {
            let asked = core || spec.need == Need::Must;
            if asked && seen.is_first_without(subject.candidate, spec.field) {
                match core {
                    true => column_missing(spec, subject, sink),
                    false => columns.push(spec.heading),
                }
            }
        } else if spec.field == Field::DocumentId {
            number_missing(subject, sink);
        } else if spec.need == Need::Must && !is_of_nobody(subject, spec.field) {
            cell_blank(spec, severity, sink);
        }
    }
    if !columns.is_empty() {
        columns_missing(&columns, sink);
    }
}

/// Where the type is blank or unknown, that is what is reported.
fn number_missing(subject: &Subject, sink: &mut Sink) {
    if !matches!(subject.code(Field::DocumentKind), "" | WITHOUT_NUMBER) {
        sink.add(
            Field::DocumentId,
            "证件类型不是“其他”，身份证件号不能为空。",
            "请填写证件上的号码；确实没有证件的，证件类型改选“其他”，并留存学生和家长签字、学校盖章的在校就读证明。",
        );
    }
}

/// The fields of a family member who is not named: `guardian-missing` says so once.
fn is_of_nobody(subject: &Subject, field: Field) -> bool {
    (Field::G1Name..Field::G2Name).contains(&field) && subject.get(Field::G1Name).is_empty()
}

fn cell_blank(spec: &FieldSpec, severity: Severity, sink: &mut Sink) {
    let hint = match severity {
        Severity::Error => "缺少这一项不能建立学籍，请补填后重新提交。",
        _ => "可以先建立学籍；请补填，暂时不能补的请说明原因。",
    };
    sink.add_as(severity, spec.field, format!("★项“{}”没有填。", spec.heading), hint);
}

fn column_missing(spec: &FieldSpec, subject: &Subject, sink: &mut Sink) {
    let way = match spec.field {
        Field::School => of_titles(subject),
        Field::Nationality => constant(spec, "中国"),
        Field::DocumentKind => constant(spec, "居民身份证"),
        Field::ClassNumber if subject.candidate.record.has(Field::ClassName) => format!(
            "表中有班级的名称：先导入班级表（xueji template classes），班号按班级名称和入学年月查得；\
             班级的名称就是班号的，在 --mapping 文件的 [columns] 下写 \"班级\" = \"{}\"。",
            spec.key
        ),
        _ => "也可以使用 xueji template roster 生成的模板。".to_owned(),
    };
    let hint = format!("缺少这一栏，表中的学生不能建立学籍。请补上此栏；{way}");
    let message = format!("表中没有★项“{}”这一栏。", spec.heading);
    sink.add_at_header(Severity::Error, Some(spec.field), message, hint);
}

/// The way to say which school a sheet is of; the one its titles name is offered, not taken.
fn of_titles(subject: &Subject) -> String {
    let named = subject.context.named.iter().filter(|n| n.in_title);
    match &named.flat_map(|n| &n.schools).collect::<Vec<_>>()[..] {
        [(code, name)] => format!("标题写着{name}，全表是这所学校的，用 --school {code} 写明即可。"),
        _ => "全表是一所学校的，用 --school 学校标识码 写明即可。".to_owned(),
    }
}

/// What the clerk writes where the whole sheet has one value.
fn constant(spec: &FieldSpec, usual: &str) -> String {
    format!("全表相同的，在 --mapping 文件的 [constants] 下写一行 {} = \"{usual}\"。", spec.key)
}

/// What a sheet lacks, in words; `lacking` reads them again.
fn columns_lacking(headings: &[&str]) -> String {
    format!("表中没有这些★项（{} 栏）：{}。", headings.len(), headings.join("、"))
}

/// The same message for one pupil: only what `lacks` says that he still lacks; nothing where he has it all by now.
/// `None` where the message is not understood: it says nothing of columns, or names one nobody knows.
pub fn still_lacking(message: &str, lacks: &dyn Fn(Field) -> bool) -> Option<Option<String>> {
    let listed = message.strip_prefix("表中没有这些★项（")?.split_once('：')?.1.strip_suffix('。')?;
    let field = |heading: &str| FIELDS.iter().find(|s| s.heading == heading).map(|s| s.field);
    let named = listed.split('、').map(|h| Some((h, field(h)?))).collect::<Option<Vec<_>>>()?;
    let left: Vec<&str> = named.into_iter().filter(|(_, f)| lacks(*f)).map(|(h, _)| h).collect();
    Some((!left.is_empty()).then(|| columns_lacking(&left)))
}

/// The columns without which a pupil can be registered, in one finding that is about every row of the sheet.
fn columns_missing(headings: &[&str], sink: &mut Sink) {
    let message = columns_lacking(headings);
    let hint = "可以先建立学籍，全表学生说明后核准；请补上这些栏，暂时不能补的请说明原因。";
    sink.add_at_header(Severity::Explain, None, message, hint);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_sheet_lacks_is_narrowed_to_what_a_pupil_lacks() {
        let said = columns_lacking(&["邮政编码", "现住址", "是否孤儿"]);
        let lacks = |field| field != Field::CurrentAddress;
        let left = still_lacking(&said, &lacks).unwrap().unwrap();
        assert_eq!(left, columns_lacking(&["邮政编码", "是否孤儿"]));
        assert_eq!(still_lacking(&left, &lacks), Some(Some(left.clone())), "nothing new: the same words");
        assert_eq!(still_lacking(&said, &|_| false), Some(None), "he has it all");
        assert_eq!(still_lacking("★项“现住址”没有填。", &lacks), None);
        assert_eq!(
            still_lacking(&columns_lacking(&["没有这一栏"]), &|_| false),
            None,
            "not understood is not mended"
        );
    }
}
