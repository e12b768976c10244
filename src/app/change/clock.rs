//! The clocks of open applications: whose turn, until when, how many working days are left.

use jiff::civil::Date;

use crate::calendar::Calendar;
use crate::model::application::{Application, Phase};
use crate::model::change::step::Route;
use crate::model::school::Directory;
use crate::province::Pack;

use super::facts;

/// Each party of a transfer has ten working days (2013, about Art. 13; 2025, Art. 15).
const USUAL_DAYS: u32 = 10;

/// When a turn ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// The day, and the working days left; negative when it is past.
    On { day: Date, left: i64 },
    /// The day, where working days between it and today can't be counted: the days of the calendar.
    Known { day: Date, days: i64, year: i16 },
    /// The calendar of this year is not loaded: 未定, never a guess.
    Undetermined { year: i16 },
    /// No rule sets a limit.
    None,
}

impl Due {
    /// Whether the turn is past its day.
    pub fn is_overdue(self) -> bool {
        match self {
            Due::On { left, .. } => left < 0,
            Due::Known { days, .. } => days < 0,
            Due::Undetermined { .. } | Due::None => false,
        }
    }

    /// The day, where it is known.
    pub fn known(self) -> Option<Date> {
        match self {
            Due::On { day, .. } | Due::Known { day, .. } => Some(day),
            Due::Undetermined { .. } | Due::None => None,
        }
    }

    /// The day for people.
    pub fn day(self) -> String {
        match self {
            Due::On { day, .. } | Due::Known { day, .. } => day.to_string(),
            Due::Undetermined { year } => format!("未定（{year} 年日历未载入）"),
            Due::None => "—".to_owned(),
        }
    }

    /// The days left, for people.
    pub fn left(self) -> String {
        match self {
            Due::On { left, .. } if left < 0 => format!("超期 {} 个工作日", -left),
            Due::On { left, .. } => format!("余 {left} 个工作日"),
            Due::Known { days, year, .. } => {
                let told = if days < 0 { format!("超期 {} 天", -days) } else { format!("余 {days} 天") };
                format!("{told}（{year} 年日历未载入，工作日数未定）")
            }
            Due::Undetermined { .. } => "未定".to_owned(),
            Due::None => "—".to_owned(),
        }
    }
}

/// What clocks are read by.
pub struct Clockwork<'a> {
    pub calendar: Calendar,
    pub directory: &'a Directory,
    pub rules: Option<&'a Pack>,
    pub today: Date,
}

/// When the turn of an application ends.
pub fn due(application: &Application, by: &Clockwork) -> Due {
    let Some(arrived) = application.turn().and_then(|s| s.arrived_on) else { return Due::None };
    // A transfer's last step waits for the pupil, and what was returned waits for those who asked.
    let is_last = application.steps.last().is_some_and(|s| s.arrived_on.is_some());
    let limited = matches!(application.spec.route, Route::Transfer | Route::Progression);
    if !limited
        || application.phase == Phase::Returned
        || (application.spec.route == Route::Transfer && is_last)
    {
        return Due::None;
    }
    let school = application.told.other("to_school");
    end(by, arrived, transfer_days(by, school))
}

/// The working days that each party of a transfer has, where the receiving school stands.
pub fn transfer_days(by: &Clockwork, school: &str) -> u32 {
    let division = by.directory.school(school).map_or("", |s| s.division.as_str());
    facts::days(by.rules, division, by.today, "transfer_days", USUAL_DAYS)
}

/// The end of so many working days that began on a day.
pub fn end(by: &Clockwork, began: Date, days: u32) -> Due {
    let day = match by.calendar.working_days_after(began, days) {
        Ok(day) => day,
        Err(e) => return Due::Undetermined { year: e.year },
    };
    match working_days_between(&by.calendar, by.today, day) {
        Ok(left) => Due::On { day, left },
        Err(year) => {
            let days = by.today.until(day).map_or(0, |span| i64::from(span.get_days()));
            Due::Known { day, days, year }
        }
    }
}

/// The working days after `from` up to `to`; negative where `to` is past.
fn working_days_between(calendar: &Calendar, from: Date, to: Date) -> Result<i64, i16> {
    let (first, last, sign) = if from <= to { (from, to, 1) } else { (to, from, -1) };
    let (mut day, mut count) = (first, 0);
    while day < last {
        day = day.tomorrow().map_err(|_| day.year())?;
        count += i64::from(calendar.is_working_day(day).ok_or(day.year())?);
    }
    Ok(sign * count)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn by(directory: &Directory, today: Date) -> Clockwork<'_> {
        Clockwork { calendar: Calendar::builtin().clone(), directory, rules: None, today }
    }

    #[test]
    fn ten_working_days_count_make_up_saturdays_and_an_unknown_year_is_undetermined() {
        let directory = Directory::default();
        // The worked examples of R§10.
        for (began, ends) in [
            (date(2025, 9, 22), date(2025, 10, 11)),
            (date(2026, 2, 9), date(2026, 2, 28)),
            (date(2026, 9, 18), date(2026, 10, 9)),
            (date(2024, 9, 25), date(2024, 10, 14)),
            (date(2020, 1, 17), date(2020, 2, 7)),
            (date(2015, 8, 28), date(2015, 9, 14)),
            (date(2025, 9, 1), date(2025, 9, 15)),
        ] {
            assert_eq!(end(&by(&directory, began), began, 10), Due::On { day: ends, left: 10 }, "{began}");
            let late = ends.tomorrow().unwrap();
            let due = end(&by(&directory, late), began, 10);
            assert!(matches!(due, Due::On { left: -1..=0, .. }), "{began} {due:?}");
        }
        let december = date(2026, 12, 25);
        assert_eq!(end(&by(&directory, december), december, 10), Due::Undetermined { year: 2027 });
    }

    #[test]
    fn a_day_that_the_loaded_years_settle_is_known_in_a_year_that_is_not_loaded() {
        let (directory, began) = (Directory::default(), date(2026, 11, 26));
        let late = end(&by(&directory, date(2027, 1, 31)), began, 10);
        assert_eq!(late, Due::Known { day: date(2026, 12, 10), days: -52, year: 2027 });
        assert!(late.is_overdue() && late.left().starts_with("超期 52 天"), "{late:?}");
    }
}
