//! `class-unknown`: a 班号 that the school does not have.

use crate::model::field::Field;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "class-unknown",
    title: "学校没有这个班",
    severity: Severity::Error,
    basis: "学生基本信息表“班号”：须为学校已建的班级；JY/T 1002-2012 班级数据子类",
    what: "学籍库已有该校的班级，而其中没有这个班号；或者该校有几个学段、还没有导入班级，无法判断学生在哪个学段。\
           只有一个学段、还没有班级的学校不报，由名册带出班级。没有打开学籍库时不查。",
    why: "学段、入学年份和年级都由班级确定。班号错了，学生的年级和毕业时间都会错。",
    remedy: "请核对班号；确是新班的，用 xueji template classes 生成班级表，填好后导入，再导入名册。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let (Some(directory), Some(school)) = (subject.context.directory, subject.facts.school) else { return };
    if subject.facts.class.is_some() || subject.get(Field::ClassNumber).is_empty() {
        return;
    }
    let template = "请核对班号；新班请用 xueji template classes 生成班级表，填好导入后再导入名册。";
    if directory.has_classes(school.code.as_str()) {
        sink.add(Field::ClassNumber, "学籍库中该校没有这个班号的班级。", template);
    } else if school.stages.len() > 1 {
        let stages: Vec<_> = school.stages.iter().map(|s| s.label()).collect();
        let message = format!("该校有{}几个学段，还没有导入班级，无法判断这个班属于哪个学段。", stages.join("、"));
        sink.add(Field::ClassNumber, message, template);
    }
}
