//! `struck-through`: a row, a cell or a part of a cell that a line is drawn through.

use crate::model::cell::Sight;
use crate::model::field::Field;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "struck-through",
    title: "划了删除线",
    severity: Severity::Explain,
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第六条（为到校就读的学生建立学籍）",
    what: "查找整行、整格或一格中的几个字划了删除线的地方。没有用 --explain 对这一项说明以前不登记。只划掉一格中几个字的必改：去掉的和留下的连在一起，不是内容。\
           xls、xlsb 里一格中只划掉几个字的，文件读取不到，只查整格的删除线。",
    why: "学校常用删除线表示已经转走、作废或者改写；删除线不是内容的一部分，照字面收下，就会给不在校的学生建立学籍。",
    remedy: "不要的行、格、字请真正删去；仍然有效的请取消删除线，或用 --explain 说明。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let sights = &subject.candidate.sights;
    if sights.is_struck {
        let message = "整行划了删除线，常表示已转走或作废。";
        let hint = "请核对：不在校的从名册中删去，在籍的另办学籍变动；仍然有效的请取消删除线，或说明。";
        sink.add_in_row(CHECK.severity, Field::PupilName, message, hint);
        return;
    }
    for (field, sight) in &sights.cells {
        let Sight::Struck { rest } = sight else { continue };
        let heading = field.heading();
        if rest.is_empty() {
            let message = format!("“{heading}”这一格划了删除线，内容可能已经作废。");
            sink.add(*field, message, "不要的请删去内容；仍然有效的请取消删除线，或说明。");
            continue;
        }
        let left = match field.is_personal() {
            true => format!("没有划掉的只有 {} 个字", rest.trim().chars().count()),
            false => format!("没有划掉的是“{}”", rest.trim()),
        };
        let message = format!("“{heading}”这一格有几个字划了删除线，{left}。");
        let hint = "请把划掉的字真正删去，只留下要登记的内容；都要的请取消删除线。";
        sink.add_as(Severity::Error, *field, message, hint);
    }
}
