//! `birth-date-invalid`: a 出生日期 that is no day, or no day on which a pupil can be born.

use crate::model::field::Field;
use crate::model::finding::Severity;
use crate::roster::date_cell;

use super::facts::EARLIEST_BIRTH_YEAR;
use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "birth-date-invalid",
    title: "出生日期不对",
    severity: Severity::Error,
    basis: "JY/T 1002-2012 出生日期（CSRQ，C8，YYYYMMDD）",
    what: "出生日期读不出是哪一天（如两位数的年份、分不清月日的写法、日历上没有的日子），晚于今天，或早于 1900 年。\
           年在前的各种写法（2015-3-7、2015年3月7日、Excel 日期）都认得。",
    why: "两位数的年份和“3/7/2015”一类的写法可以是两个不同的日子，程序不猜。出生日期是关键信息，用于编号、查重和核对年龄。",
    remedy: "请按户口簿填写 8 位数字 YYYYMMDD，例如 20150307。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let text = subject.get(Field::BirthDate);
    if text.is_empty() || subject.facts.birth_date.is_some() {
        return;
    }
    let message = match date_cell::day(text) {
        None => unread(text).to_owned(),
        Some(day) if day > subject.context.today => format!("出生日期 {} 晚于今天。", day.strftime("%Y%m%d")),
        Some(day) => format!("出生日期 {} 早于 {EARLIEST_BIRTH_YEAR} 年。", day.strftime("%Y%m%d")),
    };
    let told = subject.facts.good_document().and_then(|d| d.tells().birth_date);
    let hint = match told {
        Some(day) => format!(
            "请按户口簿填写 8 位数字 YYYYMMDD；身份证件号中的出生日期是 {}，请核对。",
            day.strftime("%Y%m%d")
        ),
        None => "请按户口簿填写 8 位数字 YYYYMMDD，例如 20150307。".to_owned(),
    };
    sink.add(Field::BirthDate, message, hint);
}

/// Why a text names no day.
fn unread(text: &str) -> &'static str {
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).collect();
    match parts.as_slice() {
        [y, _, _] if y.len() == 4 => "出生日期不是日历上有的日子。",
        [_, _, y] if y.len() == 4 => "出生日期把年写在后面，分不清月和日。",
        [y, _, _] if y.len() <= 2 => "出生日期的年份只有两位数。",
        [one] if one.len() == 8 => "出生日期不是日历上有的日子。",
        [one] if one.len() == 6 && *one == text => "出生日期只有 6 位，看不出年、月、日。",
        _ => "出生日期读不出是哪一天。",
    }
}
