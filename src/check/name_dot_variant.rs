//! `name-dot-variant`: the dot of a transliterated name was one of the many that only look like U+00B7.

use crate::model::field::FieldKind;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "name-dot-variant",
    title: "姓名间隔号不规范",
    severity: Severity::Note,
    basis: "GB 18030-2022（间隔号 A1A4，即 U+00B7）；户口簿上的少数民族姓名写法",
    what: "姓名中的间隔号用了“.”“•”“・”等形似字符，已统一为“·”（U+00B7）。",
    why: "形似字符有十几种，不统一就会把同一个学生当成两个人，查重和检索都会漏。",
    remedy: "不必处理。今后录入时，请用中文输入法的“·”。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let dots = subject.candidate.changed.iter().filter(|c| c.rule == "dot");
    for changed in dots.filter(|c| c.field.kind() == FieldKind::Name) {
        sink.add(changed.field, "姓名间隔号已统一为“·”（U+00B7）。", "不必处理；今后请用中文输入法的“·”。");
    }
}
