//! `document-validity-malformed`: a 身份证件有效期 that is no span of days.

use crate::model::field::Field;
use crate::model::finding::Severity;
use crate::roster::date_cell;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "document-validity-malformed",
    title: "证件有效期格式不对",
    severity: Severity::Explain,
    basis: "JY/T 1002-2012 身份证件有效期（SFZJYXQ，C17，YYYYMMDD-YYYYMMDD）",
    what: "证件有效期不是“起-止”两个日期（止可以是“长期”），或止早于起。",
    why: "有效期用来提醒换证；读不出就提醒不了。它不影响建籍。",
    remedy: "请按证件背面填写，例如 20200601-20300601。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let text = subject.get(Field::DocumentValidity);
    if text.is_empty() {
        return;
    }
    let span = text.split_once('-').and_then(|(from, until)| {
        let until = if until == "长期" { None } else { Some(date_cell::day(until)?) };
        Some((date_cell::day(from)?, until))
    });
    let hint = "请按证件背面填写，例如 20200601-20300601；长期有效的填 20200601-长期。";
    match span {
        None => sink.add(Field::DocumentValidity, "身份证件有效期不是“起-止”两个日期。", hint),
        Some((from, Some(until))) if until <= from => {
            sink.add(Field::DocumentValidity, "身份证件有效期的止期不晚于起期。", hint);
        }
        Some(_) => {}
    }
}
