//! `school-unknown`: a good 学校标识码 that the registry has no school for.

use crate::model::field::Field;
use crate::model::finding::Severity;
use crate::model::id::SchoolCode;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "school-unknown",
    title: "学籍库中没有这所学校",
    severity: Severity::Error,
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第三条（属地管理、学校实施）",
    what: "学校标识码格式正确，但学籍库的学校表里没有。没有打开学籍库时不查。",
    why: "学校标识码没有校验码，唯一可靠的核对是本地的学校表。学籍主管部门只能为自己所管学校的学生建籍。",
    remedy: "请核对学校标识码；确属本地新设学校的，先用 xueji school import 把学校导入学籍库。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let text = subject.get(Field::School);
    let unknown = subject.context.directory.is_some() && subject.facts.school.is_none();
    if unknown && !text.is_empty() && SchoolCode::parse(text).is_ok() {
        let hint =
            "请核对学校标识码（xueji school list 列出所有学校）；新设学校请先用 xueji school import 导入。";
        sink.add(Field::School, "学籍库中没有这个学校标识码的学校。", hint);
    }
}
