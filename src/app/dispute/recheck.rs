//! Corrected key fields: read as a roster's cells are, checked, and compared with every other registration.

use std::collections::HashSet;

use jiff::civil::Date;

use crate::check::Context;
use crate::dedup::exact::KEY_FIELDS;
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::record::{Draft, Record};
use crate::model::registration::{Keys, Registration};
use crate::roster::code_cell::label;
use crate::roster::column;
use crate::store::Store;

use crate::app::change::revise;
use crate::app::failure::{Failure, Refusal};
use crate::app::loaded;

/// A registration as it would be.
pub struct Corrected {
    pub record: Record,
    pub keys: Keys,
}

/// The corrections of a text: a line each, 栏目=内容; nothing after the sign empties the field. A number on the command
/// line would stay in the shell's history, so they come from a file or from stdin.
pub fn read(text: &str) -> Result<Vec<(Field, String)>, Vec<Refusal>> {
    let (mut values, mut reasons) = (Vec::new(), Vec::new());
    let names = || KEY_FIELDS.iter().map(|f| f.heading()).collect::<Vec<_>>().join("、");
    for (line, number) in text.lines().zip(1..).filter(|(l, _)| !l.trim().is_empty()) {
        let Some((name, value)) = line.split_once(['=', '＝']) else {
            let reason = format!("更正内容第 {number} 行没有等号。");
            reasons.push(Refusal::new(reason, "每行写一项：栏目=内容，如 姓名=…。"));
            continue;
        };
        let name = name.trim();
        let field = Field::from_key(name).or_else(|| column::field_of(name));
        match field.filter(|f| KEY_FIELDS.contains(f)) {
            None => {
                let reason = format!("更正内容第 {number} 行：“{name}”不是关键信息。");
                reasons
                    .push(Refusal::new(reason, format!("这里只更正{}；其他信息由学校直接修改。", names())));
            }
            Some(field) if values.iter().any(|(f, _)| *f == field) => {
                let reason = format!("更正内容第 {number} 行：“{name}”写了两次。");
                reasons.push(Refusal::new(reason, "每一项只写一次。"));
            }
            Some(field) => values.push((field, value.trim().to_owned())),
        }
    }
    if reasons.is_empty() { Ok(values) } else { Err(reasons) }
}

/// The registration's record with these values in their places, each read as a roster's cell is.
fn revised(registration: &Registration, values: &[(Field, String)]) -> Option<Record> {
    let written: Vec<(Field, &str)> =
        values.iter().filter(|(_, v)| !v.is_empty()).map(|(f, v)| (*f, label(v))).collect();
    let read = if written.is_empty() { None } else { Some(revise::read(&written)?) };
    let mut draft = Draft::default();
    registration.record.iter().for_each(|(field, value)| draft.set(field, value));
    for (field, _) in values {
        draft.set(*field, read.as_ref().map_or("", |candidate| candidate.record.get(*field)));
    }
    Some(draft.take())
}

/// The registration as it would be; or every reason why its key fields can't be these: the checks, and the two official
/// rules among all registrations but its own and those in `apart`.
pub fn corrected(
    store: &Store,
    registration: &Registration,
    values: &[(Field, String)],
    today: Date,
    apart: &HashSet<StudentId>,
) -> Result<Result<Corrected, Vec<Refusal>>, Failure> {
    let Some(record) = revised(registration, values) else {
        let refusal = Refusal::new("更正后的内容不像一名学生的信息。", "请核对更正内容。");
        return Ok(Err(vec![refusal]));
    };
    let (own, directory) = (loaded::rules(store)?, store.directory()?);
    let context =
        Context { today, directory: Some(&directory), strict: false, rules: own.as_ref(), named: &[] };
    let new = revise::candidate(record);
    let brought = revise::brought(Some(&registration.record), &new, &context).into_iter();
    let mut reasons: Vec<Refusal> =
        brought.map(|r| Refusal::new(format!("更正后的{}", r.reason), r.remedy)).collect();
    let keys = revise::keys(&new, &context);
    for other in revise::alike(store, &keys)? {
        if other.id != registration.id && !apart.contains(&other.id) {
            let (school, class, status) = (&other.school, &other.class_number, other.status.label());
            let what = if keys.document.is_empty() {
                "姓名、性别、出生日期（均无证件号）"
            } else {
                "身份证件号"
            };
            let reason = format!("更正后的{what}与另一个学籍相同（学校 {school}，班号 {class}，{status}）。");
            let remedy = "请核对原件；确是同一个孩子的，不能更正，应删除重复的学籍或办理转学。";
            reasons.push(Refusal::new(reason, remedy));
        }
    }
    Ok(if reasons.is_empty() { Ok(Corrected { record: new.record, keys }) } else { Err(reasons) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_key_fields_and_every_other_line_is_named() {
        let text = "姓名=王一\n\ndocument_number＝\n出生日期 = 2015年3月14日\n";
        let values = read(text).unwrap();
        assert_eq!(values[0], (Field::PupilName, "王一".to_owned()));
        assert_eq!(values[1], (Field::DocumentId, String::new()));
        assert_eq!(values[2], (Field::BirthDate, "2015年3月14日".to_owned()));
        let reasons = read("姓名=一\n姓名=二\n家庭地址=x\n没有等号").unwrap_err();
        assert_eq!(reasons.len(), 3);
        assert!(reasons[1].reason.contains("家庭地址"), "{:?}", reasons[1]);
    }
}
