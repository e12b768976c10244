//! Dates and months as people write them, to `YYYYMMDD` and `YYYYMM`. What could mean two days is left as it is.
//!
//! A text is cut into numbers, words and separators ([`token`]), the time of day is taken off, and the numbers left
//! are a day only if one reading alone is on the calendar. The reason why not is kept, so that a finding can say it.

mod token;
mod words;

use jiff::civil::Date;

use crate::model::cell::CellKind;

use token::Numbers;

/// What a text says of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    Day(Date),
    /// A month and no day: (year, month).
    Month(i16, i8),
}

/// Why a text names no day or month. Nothing is guessed: each of these is a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unread {
    /// 12-3-7, 120307: the century is not said, nor which part is the year.
    TwoDigitYear,
    /// 3/7/2012: 7 March or 3 July.
    DayOrMonth,
    /// 2023.1: January, or October whose 0 a numeric cell dropped.
    LostZero,
    /// 20120230.
    NotOnCalendar,
    /// 40975 in a text cell: a spreadsheet's count of days, from 1900 or from 1904.
    SerialAsText,
    /// A serial of the first 60 days of 1900: the spreadsheet counts a 29 February 1900 that never was.
    EarlySerial,
    /// 2012-03-06T16:00:00Z: the 6th there and the 7th in Beijing.
    TimeZone,
    /// 农历: another calendar.
    Lunar,
    /// 2012年, 3月7日: a part is missing.
    Incomplete,
    Unknown,
}

impl Unread {
    /// What is wrong, to stand after the name of the column.
    pub fn message(self) -> &'static str {
        match self {
            Unread::TwoDigitYear => "的年份只有两位数，不知道是哪一年",
            Unread::DayOrMonth => "把年写在后面，分不清哪个是月、哪个是日",
            Unread::LostZero => "可能是 1 月，也可能是 10 月丢了末尾的 0",
            Unread::NotOnCalendar => "不是日历上有的日子",
            Unread::SerialAsText => "像是表格软件的日期序号，但存成了文本，不知道从 1900 年还是 1904 年数起",
            Unread::EarlySerial => {
                "落在表格软件 1900 年初的日期序号里（它多数了一个并不存在的 1900 年 2 月 29 日）"
            }
            Unread::TimeZone => "带有时区，换成北京时间是另一天",
            Unread::Lunar => "写的是农历",
            Unread::Incomplete => "缺了年、月、日中的一项",
            Unread::Unknown => "读不出是哪一天",
        }
    }
}

/// The day or month a text names, and whether a time of day stood behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Said {
    pub span: Span,
    pub has_time: bool,
}

/// Reads a text in any of the forms people write; see `FORMS` in the tests for sixty and more of them.
pub fn read(text: &str) -> Result<Said, Unread> {
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return eight(text).map(|day| Said { span: Span::Day(day), has_time: false });
    }
    if ["农历", "阴历", "旧历"].iter().any(|w| text.contains(w)) {
        return Err(Unread::Lunar);
    }
    let numbers = token::numbers(text)?;
    let span = span_of(&numbers)?;
    if let Some(clock) = numbers.clock {
        clock.same_day_in_beijing()?;
    }
    Ok(Said { span, has_time: numbers.clock.is_some_and(|c| !c.is_midnight()) })
}

/// The day a text names.
pub fn day(text: &str) -> Option<Date> {
    match read(text).ok()?.span {
        Span::Day(day) => Some(day),
        Span::Month(..) => None,
    }
}

/// The month a text names, as (year, month), and whether a day stood behind it.
pub fn month(text: &str) -> Option<(i16, i8, bool)> {
    match read(text).ok()?.span {
        Span::Day(day) => Some((day.year(), day.month(), true)),
        Span::Month(year, month) => Some((year, month, false)),
    }
}

/// The day behind a spreadsheet's serial number of a numeric cell; `None` outside the days of living people. A time
/// of day stands behind the point.
pub fn serial(text: &str, cell: CellKind) -> Option<Date> {
    // The 1900 system counts a 29 February 1900 that never was, so day 0 is 1899-12-30 for all later days.
    let (zero, shift) = match cell {
        CellKind::Number => (Date::constant(1899, 12, 30), 0),
        CellKind::Number1904 => (Date::constant(1904, 1, 1), 1462),
        _ => return None,
    };
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(part) {
        return None;
    }
    let n: i64 = whole.parse().ok()?;
    // 1930-01-01 … 2099-12-31: five digits that can't be a year, a month or a day of another form.
    (10_959..=73_050).contains(&(n + shift)).then_some(())?;
    zero.checked_add(jiff::Span::new().days(n)).ok()
}

/// Whether a day lies where the 1900 system has one day too many: no cell that says so is to be believed.
pub fn is_early_serial(day: Date) -> bool {
    day >= Date::constant(1899, 12, 30) && day <= Date::constant(1900, 3, 1)
}

fn eight(text: &str) -> Result<Date, Unread> {
    let ymd = date_of(&text[..4], &text[4..6], &text[6..]);
    ymd.ok_or_else(|| {
        // 07032012: the year behind, and no day of it the other way round.
        let last = (&text[4..], &text[..2], &text[2..4]);
        let behind = date_of(last.0, last.1, last.2).or(date_of(last.0, last.2, last.1));
        if behind.is_some() { Unread::DayOrMonth } else { Unread::NotOnCalendar }
    })
}

fn date_of(y: &str, m: &str, d: &str) -> Option<Date> {
    let year: i16 = y.parse().ok()?;
    (1850..=2200).contains(&year).then_some(())?;
    Date::new(year, m.parse().ok()?, d.parse().ok()?).ok()
}

fn month_of(y: &str, m: &str) -> Result<Span, Unread> {
    let (Ok(year), Ok(month)) = (y.parse::<i16>(), m.parse::<i8>()) else { return Err(Unread::Unknown) };
    let known = (1900..=2100).contains(&year) && (1..=12).contains(&month);
    if known { Ok(Span::Month(year, month)) } else { Err(Unread::NotOnCalendar) }
}

fn ymd(y: &str, m: &str, d: &str) -> Result<Span, Unread> {
    date_of(y, m, d).map(Span::Day).ok_or(Unread::NotOnCalendar)
}

fn span_of(numbers: &Numbers) -> Result<Span, Unread> {
    if let Some(month) = numbers.month_word {
        return with_month_word(&numbers.parts, month);
    }
    if numbers.parts.iter().any(|p| p.unit.is_some()) {
        return by_unit(numbers);
    }
    let short = |t: &str| (1..=2).contains(&t.len());
    let parts: Vec<&str> = numbers.parts.iter().map(|p| p.digits.as_str()).collect();
    match parts.as_slice() {
        [one] => alone(one),
        [y, m] if y.len() == 4 && *m == "1" && numbers.dotted => month_of(y, m).and(Err(Unread::LostZero)),
        [y, m] if y.len() == 4 && short(m) => month_of(y, m),
        [m, y] if y.len() == 4 && short(m) => month_of(y, m),
        [a, b] if short(a) && short(b) => Err(Unread::Incomplete),
        [y, m, d] if y.len() == 4 && short(m) && short(d) => ymd(y, m, d),
        [a, b, y] if y.len() == 4 && short(a) && short(b) => {
            match (date_of(y, a, b), date_of(y, b, a)) {
                (Some(one), Some(other)) if one != other => Err(Unread::DayOrMonth),
                // 25/12/2012, 3/3/2012: one day, whichever way it is read.
                (Some(day), _) | (None, Some(day)) => Ok(Span::Day(day)),
                (None, None) => Err(Unread::NotOnCalendar),
            }
        }
        [a, b, c] if short(a) && short(b) && short(c) => Err(Unread::TwoDigitYear),
        _ => Err(Unread::Unknown),
    }
}

/// One run of digits.
fn alone(text: &str) -> Result<Span, Unread> {
    match text.len() {
        8 => eight(text).map(Span::Day),
        6 => {
            let (y, m) = text.split_at(4);
            // 201203 is March 2012 as the template wants it; 120307 has two digits for a year.
            if y.parse().is_ok_and(|y: i16| (1900..=2100).contains(&y)) {
                return month_of(y, m);
            }
            let (year, rest) = text.split_at(2);
            let can_be = date_of(&format!("20{year}"), &rest[..2], &rest[2..]).is_some();
            Err(if can_be { Unread::TwoDigitYear } else { Unread::NotOnCalendar })
        }
        // 20120307083000: a time stamp.
        14 => {
            let (h, m, s) = (&text[8..10], &text[10..12], &text[12..]);
            let clock = h < "24" && m < "60" && s < "60";
            if clock { eight(&text[..8]).map(Span::Day) } else { Err(Unread::Unknown) }
        }
        5 => Err(Unread::SerialAsText),
        1..=4 => Err(Unread::Incomplete),
        _ => Err(Unread::Unknown),
    }
}

/// 2012年3月7日, 3月7日2012年, 2012年3-7: named parts first, the rest in the order year, month, day.
fn by_unit(numbers: &Numbers) -> Result<Span, Unread> {
    let mut slots: [Option<&str>; 3] = [None; 3];
    for part in &numbers.parts {
        if let Some(unit) = part.unit
            && slots[unit as usize].replace(&part.digits).is_some()
        {
            return Err(Unread::Unknown);
        }
    }
    for part in numbers.parts.iter().filter(|p| p.unit.is_none()) {
        let free = slots.iter_mut().find(|s| s.is_none()).ok_or(Unread::Unknown)?;
        *free = Some(&part.digits);
    }
    let [Some(y), Some(m), d] = slots else { return Err(Unread::Incomplete) };
    match (y.len(), d) {
        (1 | 2, _) => Err(Unread::TwoDigitYear),
        (4, Some(d)) => ymd(y, m, d),
        (4, None) => month_of(y, m),
        _ => Err(Unread::Unknown),
    }
}

/// 7 Mar 2012, March 7, 2012, Mar 2012: the word says which part the month is.
fn with_month_word(parts: &[token::Part], month: u8) -> Result<Span, Unread> {
    let month = month.to_string();
    let digits: Vec<&str> = parts.iter().map(|p| p.digits.as_str()).collect();
    match digits.as_slice() {
        [y] if y.len() == 4 => month_of(y, &month),
        [y, d] | [d, y] if y.len() == 4 && d.len() <= 2 => ymd(y, &month, d),
        [a, b] if a.len() <= 2 && b.len() <= 2 => Err(Unread::TwoDigitYear),
        [_] => Err(Unread::Incomplete),
        _ => Err(Unread::Unknown),
    }
}

#[cfg(test)]
mod tests;
