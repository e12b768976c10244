//! `postcode-malformed`: a 邮政编码 that is not six digits.

use crate::model::field::Field;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "postcode-malformed",
    title: "邮政编码格式不对",
    severity: Severity::Explain,
    basis: "JY/T 1002-2012 邮政编码（YZBM，C6）",
    what: "邮政编码不是 6 位数字，或全是 0。",
    why: "以 0 开头的邮政编码（如内蒙古的 01、河北的 05）存成数值会丢掉 0。",
    remedy: "请补全为 6 位数字，单元格设为文本格式。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let text = subject.get(Field::PostalCode);
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    if text.is_empty() || (text.len() == 6 && digits && text != "000000") {
        return;
    }
    let lost = text.len() == 5 && digits && subject.candidate.numeric.contains(Field::PostalCode);
    let hint = if lost {
        "单元格是数值，开头的 0 丢失了；请设为文本格式后补上 0。"
    } else {
        "请填 6 位数字的邮政编码。"
    };
    sink.add(Field::PostalCode, "邮政编码应为 6 位数字。", hint);
}
