//! `date-misplaced`: a cell that is a day, in a column that is no date.

use crate::model::field::FIELDS;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "date-misplaced",
    title: "内容变成了日期",
    severity: Severity::Error,
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第四条（学校采集学籍信息）",
    what: "不是日期的栏目（班内学号、班号、门牌等）里，单元格是日期。",
    why: "在表格软件里填“1-2”“3/4”会自动变成某年的 1 月 2 日、3 月 4 日，原来写的是什么已经看不出来。",
    remedy: "请把这一列设为文本格式，重新填写原来的内容。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let days = subject.candidate.sights.days;
    if days.is_empty() {
        return;
    }
    for field in FIELDS.iter().map(|s| s.field).filter(|f| days.contains(*f)) {
        let text = subject.get(field);
        let is_day = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) && !field.is_personal();
        let (heading, of) = (
            field.heading(),
            match is_day {
                true => format!(
                    "（{}年{}月{}日）",
                    &text[..4],
                    text[4..6].trim_start_matches('0'),
                    text[6..].trim_start_matches('0')
                ),
                false => String::new(),
            },
        );
        let message = format!(
            "“{heading}”这一格是日期{of}，不是这一栏的内容，多半是“1-2”一类的写法被表格软件改成了日期。"
        );
        sink.add(field, message, "请把这一格设为文本格式，重新填写原来的内容。");
    }
}
