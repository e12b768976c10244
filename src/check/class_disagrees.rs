//! `class-disagrees`: the title or the sheet's name says one class, the row another.

use crate::model::field::Field;
use crate::model::finding::Severity;
use crate::roster::layout::title;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "class-disagrees",
    title: "班级与标题、工作表名称不符",
    severity: Severity::Explain,
    basis: "学生基本信息表“班号”：须为学校已建的班级",
    what: "表上方的标题或工作表名称写着一个班，而行里“班级”一栏写的是另一个班。按行里的读入。\
           年级与入学年份是两种说法，不相比较；标题没有写班的不查。",
    why: "套用别班的表格而忘了改标题，或整栏向下填充错了班，两样都常见；哪一样错了，只有学校知道。",
    remedy: "请核对是哪个班：班级一栏错的改正后重新提交；标题错的改正标题，或用 --explain 说明。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let told = &subject.candidate.source.layout.title_classes;
    if told.is_empty() {
        return;
    }
    let [class] = &title::classes_in(subject.get(Field::ClassName))[..] else { return };
    if told.iter().any(|t| t.may_be(class)) {
        return;
    }
    let message = format!("标题或工作表名称写的是“{}”，本行的班级是“{}”。", told[0].text, class.text);
    sink.add(Field::ClassName, message, "请核对是哪个班：改正班级一栏或标题；标题不作数的请说明。");
}
