//! `entry-month-invalid`: a 入学年月 that is no month, lies ahead, lies before the birth, or is not the class's.

use crate::model::field::Field;
use crate::model::finding::Severity;
use crate::model::school;
use crate::roster::date_cell::{self, Span, Unread};

use super::facts::last_entry;
use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "entry-month-invalid",
    title: "入学年月不对",
    severity: Severity::Error,
    basis: "JY/T 1002-2012 入学年月（RXNY，YYYYMM）；学生基本信息表填表说明：现学段一年级入学的年月",
    what: "入学年月读不出是哪年哪月，晚于下一学年开学，或早于出生。与所在班级的入学年份不同的须说明。",
    why: "入学年月是进入现在这个学段一年级的年月，不是转入本校的年月；年级由它推算，填错了毕业年份也会错。",
    remedy: "请填 6 位数字 YYYYMM，例如 202409。留级、休学后复学的学生与班级年份不同的，请说明。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let text = subject.get(Field::EntryMonth);
    if text.is_empty() {
        return;
    }
    let (year, month) = match date_cell::read(text).map(|s| s.span) {
        Ok(Span::Day(day)) => (day.year(), day.month()),
        Ok(Span::Month(year, month)) => (year, month),
        Err(why) => {
            let hint = "请填 6 位数字 YYYYMM，例如 202409。";
            let what = match why {
                Unread::Unknown => "读不出是哪年哪月",
                Unread::Incomplete if has_short_year(text) => Unread::TwoDigitYear.message(),
                _ => why.message(),
            };
            return sink.add(Field::EntryMonth, format!("入学年月{what}。"), hint);
        }
    };
    let last = last_entry(subject.context.today);
    if (year, month) > last {
        let message = format!("入学年月 {year}{month:02} 晚于下一学年开学（{}{:02}）。", last.0, last.1);
        return sink.add(Field::EntryMonth, message, "请核对年份；入学年月是进入本学段一年级的年月。");
    }
    if let Some(born) = subject.facts.birth_date.filter(|b| (year, month) <= (b.year(), b.month())) {
        let message = format!("入学年月 {year}{month:02} 不晚于出生日期 {}。", born.strftime("%Y%m%d"));
        return sink.add(Field::EntryMonth, message, "请核对入学年月和出生日期，改正填错的一项。");
    }
    if let Some(class) = subject.facts.class.filter(|c| !entered_with((year, month), c.entry_year)) {
        let message = format!("入学年月 {year}{month:02} 与班级的入学年份 {} 不同。", class.entry_year);
        let hint = "入学年月是进入本学段一年级的年月，不是转入的年月；留级、复学等确实不同的，请说明。";
        sink.add_as(Severity::Explain, Field::EntryMonth, message, hint);
    }
}

/// 26.9, 26/9, Sep-26: a year and a month, the year with two digits.
fn has_short_year(text: &str) -> bool {
    let runs: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).filter(|r| !r.is_empty()).collect();
    let is_named = text.contains(|c: char| c.is_ascii_alphabetic());
    runs.len() == if is_named { 1 } else { 2 } && runs.iter().all(|r| r.len() <= 2)
}

/// Those of 2024 enter from the summer of 2024 on; a few in the spring after.
fn entered_with((year, month): (i16, i8), class: i16) -> bool {
    let term = jiff::civil::Date::new(year, month, 1).map_or(year, school::school_year);
    year == class || term == class
}
