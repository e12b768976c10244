//! `school-code-malformed`: a 学校标识码 that can't be one.

use crate::model::field::Field;
use crate::model::finding::Severity;
use crate::model::id::SchoolCode;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "school-code-malformed",
    title: "学校标识码格式不对",
    severity: Severity::Error,
    basis: "教育部编发的学校（机构）标识码：2 位类别、2 位省级代码、6 位顺序号",
    what: "学校标识码应为 10 位数字：2 位学校类别、2 位省级代码、6 位顺序号。",
    why: "学校标识码由教育部编发，一校一码，终身不变。填错了，学生就归不到学校。它没有校验码，格式对也未必是本校的。",
    remedy: "请从学校（机构）代码证书或 xueji school list 抄写；统一社会信用代码（18 位）、组织机构代码（9 位）都不是学校标识码。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let text = subject.get(Field::School);
    if text.is_empty() || subject.facts.school.is_some() {
        return;
    }
    if let Err(why) = SchoolCode::parse(text) {
        let hint =
            "请按教育部编发的学校（机构）代码填写；18 位统一社会信用代码、9 位组织机构代码不是学校标识码。";
        sink.add(Field::School, why.message(), hint);
    }
}
