//! The days a report is of: told, or what its row takes by itself; and the registry as it stood then.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::model::school::school_year;
use crate::model::term::Term;
use crate::report::{Report, Span, Time};
use crate::store::Store;

use super::super::failure::{Failure, Refusal};

/// What the command line says of the days.
#[derive(Clone, Copy, Debug, Default)]
pub struct Days {
    pub as_of: Option<Date>,
    pub from: Option<Date>,
    pub to: Option<Date>,
}

/// The last 1 September on or before a day: 统计时点 (R§8).
fn september(day: Date) -> Date {
    date(school_year(day), 9, 1)
}

/// The days a report is of; refused where they make no sense.
pub fn span(report: &Report, days: &Days, today: Date) -> Result<Span, Failure> {
    let told = |what: String, remedy: &str| Failure::from(Refusal::new(what, remedy));
    if let Some(day) = [days.as_of, days.to].into_iter().flatten().find(|day| *day > today) {
        let remedy = "请写今天或以前的日期；补录的业务日期用 --today 写明。";
        return Err(told(format!("{day} 还没有到（业务日期是 {today}）。"), remedy));
    }
    let has_period = matches!(report.time, Time::Period | Time::Year);
    if days.from.or(days.to).is_some() && !has_period {
        let remedy = "请用 --as-of 写明日期。";
        return Err(told(format!("{}是某一天的情况，没有期间。", report.title), remedy));
    }
    let day = days.as_of.unwrap_or(if report.time == Time::September { september(today) } else { today });
    let to = days.to.unwrap_or(day);
    // A year that ends with this day begins on the day after the same day of the year before.
    let a_year = to.saturating_sub(1.year()).saturating_add(1.day());
    let by_itself = if report.time == Time::Period { Term::of(to).first_day() } else { a_year };
    let from = days.from.unwrap_or(by_itself);
    if from > to {
        return Err(told(format!("期间颠倒：从 {from} 到 {to}。"), "请核对 --from 和 --to。"));
    }
    if to > day {
        let what = format!("期间到 {to}，而数据只到 {day}。");
        return Err(told(what, "请把 --as-of 写成期间的最后一天或以后。"));
    }
    Ok(Span { from, to })
}

/// The registry as it stood on the day the data of a report are of. Before the first entry there is nothing to tell.
pub fn store_of(store: &Store, report: &Report, days: &Days, today: Date) -> Result<Store, Failure> {
    let by_itself = (report.time == Time::September).then(|| september(today));
    let Some(day) = days.as_of.or(by_itself) else { return Ok(store.snapshot()?) };
    match store.first_day()? {
        Some(first) if day.to_string() >= first => Ok(store.as_of(day)?),
        first => {
            let first = first.unwrap_or_else(|| today.to_string());
            let reason = format!("学籍库从 {first} 开始记载，没有 {day} 的情况。");
            let remedy = match days.as_of {
                None => format!("要看建库以后的情况，请加 --as-of {first}，并注明不是统计时点数。"),
                Some(_) => format!("请写 {first} 或以后的日期。"),
            };
            Err(Refusal::new(reason, remedy).into())
        }
    }
}
