//! `birth-date-disagrees`: a good number and the 出生日期 name two days.

use jiff::civil::Date;

use crate::model::document::DocumentKind;
use crate::model::field::Field;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "birth-date-disagrees",
    title: "出生日期与证件号不符",
    severity: Severity::Error,
    basis: "GB 11643-1999（第 7 至 14 位为出生日期码）",
    what: "居民身份证、户口簿、港澳台居民居住证的号码第 7 至 14 位是出生日期，与“出生日期”一栏不同。\
           外国人永久居留身份证的号码排列没有公开标准，不同时只须说明。号码本身不可信（校验码不符、已损坏）时不比。",
    why: "出生日期和证件号都是关键信息，两者矛盾时必有一个是错的。建籍以后再改，须凭户籍部门的证明报主管部门核准。",
    remedy: "请对照户口簿和身份证件，改正填错的一项。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let Some(document) = subject.facts.good_document() else { return };
    let (Some(told), Some(stated)) = (document.tells().birth_date, subject.facts.birth_date) else { return };
    if told == stated {
        return;
    }
    // R§4.6: the layout behind the first 9 is not confirmed.
    let unconfirmed = document.kind() == DocumentKind::PermanentResidence;
    let severity = if unconfirmed { Severity::Explain } else { Severity::Error };
    let message = format!(
        "出生日期填的是 {}，身份证件号（{}）中的是 {}。",
        stated.strftime("%Y%m%d"),
        document.masked(),
        told.strftime("%Y%m%d")
    );
    sink.add_as(severity, Field::BirthDate, message, hint(stated, told));
}

/// Spreadsheets count days from 1900 or from 1904; a number that changed workbooks is 1462 days off, to the day.
fn hint(stated: Date, told: Date) -> &'static str {
    let days = stated.until(told).map_or(0, |span| span.get_days());
    if days.abs() == 1462 {
        "两者正好差 1462 天：日期从 1904 年起算的表格（苹果电脑的旧格式）复制到了从 1900 年起算的表格。请整栏核对，改成文本 YYYYMMDD。"
    } else {
        "请对照户口簿和身份证件原件，改正填错的一项。"
    }
}
