//! `birth-date-invalid`: a 出生日期 that is no day, or no day on which a pupil can be born.

use crate::model::field::Field;
use crate::model::finding::Severity;
use crate::roster::date_cell::{self, Span, Unread};

use super::facts::EARLIEST_BIRTH_YEAR;
use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "birth-date-invalid",
    title: "出生日期不对",
    severity: Severity::Error,
    basis: "JY/T 1002-2012 出生日期（CSRQ，C8，YYYYMMDD）",
    what: "出生日期读不出是哪一天（如两位数的年份、分不清月日的写法、日历上没有的日子），晚于今天，或早于 1900 年。\
           年在前的各种写法（2015-3-7、2015年3月7日、二〇一五年三月七日、7 Mar 2015、表格软件的日期和日期序号）都认得，六十多种。\
           年在后而只有一种读法的（25/12/2015）也认得。",
    why: "两位数的年份和“3/7/2015”一类的写法可以是两个不同的日子，程序不猜。出生日期是关键信息，用于编号、查重和核对年龄。",
    remedy: "请按户口簿填写 8 位数字 YYYYMMDD，例如 20150307。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let text = subject.get(Field::BirthDate);
    if text.is_empty() || subject.facts.birth_date.is_some() {
        return;
    }
    let message = match date_cell::read(text).map(|s| s.span) {
        Err(why) => format!("出生日期{}。", of_cell(subject, text, why).message()),
        Ok(Span::Month(..)) => format!("出生日期{}。", Unread::Incomplete.message()),
        Ok(Span::Day(day)) if day > subject.context.today => {
            format!("出生日期 {} 晚于今天。", day.strftime("%Y%m%d"))
        }
        Ok(Span::Day(day)) if date_cell::is_early_serial(day) => {
            format!("出生日期{}。", Unread::EarlySerial.message())
        }
        Ok(Span::Day(day)) => format!("出生日期 {} 早于 {EARLIEST_BIRTH_YEAR} 年。", day.strftime("%Y%m%d")),
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

/// A small number in a numeric cell is a serial of the spreadsheet's first days, not a day of a month.
fn of_cell(subject: &Subject, text: &str, why: Unread) -> Unread {
    let small = text.parse::<f64>().is_ok_and(|n| (0.0..=60.0).contains(&n));
    if small && subject.candidate.numeric.contains(Field::BirthDate) { Unread::EarlySerial } else { why }
}
