//! `ditto-mark`: 同上 and its signs, which stand for another cell's content and are none.

use crate::model::field::FIELDS;
use crate::model::finding::Severity;
use crate::roster::normalize::text;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "ditto-mark",
    title: "写了“同上”，没有写内容",
    severity: Severity::Error,
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第四条（学校采集学籍信息，一人一案）",
    what: "查找内容是“同上”“同前”“同左”或 〃 一类重复号的单元格。★项必改；选填的栏目不读入这个记号，须说明。",
    why: "名册排序、筛选、分班以后，“上”一行可能已经换了人；照字面收下会多出一个名叫“〃”的班，代为填写又是猜测。",
    remedy: "请在每一行写出完整的内容；在 Excel、WPS 中选中这些单元格向下填充即可。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    for field in FIELDS.iter().map(|s| s.field) {
        if subject.candidate.ditto.contains(field) {
            let message = format!("“{}”写的是重复记号，不是内容，没有读入。", field.heading());
            let hint = "请写出完整的内容，可以用表格软件向下填充；不必登记的请说明。";
            sink.add_as(Severity::Explain, field, message, hint);
        } else if text::is_ditto(subject.candidate.record.get(field)) {
            let message = format!("“{}”写的是重复记号，不是内容。", field.heading());
            sink.add(field, message, "请写出完整的内容，可以用表格软件向下填充。");
        }
    }
}
