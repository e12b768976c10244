//! Working days: one file per year of State Council notices. No clock: the day is always an argument.

mod file;

use file::YearFile;
use jiff::ToSpan;
use jiff::civil::{Date, Weekday};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use thiserror::Error;

/// The years in the program: the year and the text of its file.
const YEARS: &[(i16, &str)] = &[
    (2013, include_str!("2013.toml")),
    (2014, include_str!("2014.toml")),
    (2015, include_str!("2015.toml")),
    (2016, include_str!("2016.toml")),
    (2017, include_str!("2017.toml")),
    (2018, include_str!("2018.toml")),
    (2019, include_str!("2019.toml")),
    (2020, include_str!("2020.toml")),
    (2021, include_str!("2021.toml")),
    (2022, include_str!("2022.toml")),
    (2023, include_str!("2023.toml")),
    (2024, include_str!("2024.toml")),
    (2025, include_str!("2025.toml")),
    (2026, include_str!("2026.toml")),
];

static BUILTIN: LazyLock<Calendar> = LazyLock::new(|| {
    // A test reads every file of the list, so none is dropped here.
    let read = YEARS.iter().filter_map(|(_, text)| YearFile::read(text).ok());
    Calendar { years: read.map(|file| (file.year, file)).collect() }
});

/// What a year's notice makes of a day that the week alone would not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exception {
    /// A day off (放假、调休).
    Off,
    /// A Saturday or Sunday that is worked (调休上班).
    Work,
}

/// The working days of the years whose notices are loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i16, YearFile>,
}

/// The answer lies in a year whose notice is not loaded. It is never guessed from Monday to Friday (R§10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{year}年的工作日历尚未载入，期限未定。")]
pub struct NotLoaded {
    /// The first year that is missing.
    pub year: i16,
}

/// Why a year's file is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CalendarError {
    /// Not TOML, or not the fields of a year's file.
    #[error("工作日历文件第{line}行读不懂：应有 year、notices、off、work 各项，日期写成“2027-01-01”。")]
    Malformed {
        /// The line, counted from 1.
        line: usize,
    },
    /// A date that is none, such as 2027-02-30.
    #[error("工作日历里的“{text}”不是日期，应写成“2027-01-01”。")]
    NotADate {
        /// What the file says.
        text: String,
    },
    /// A year that no notice is for.
    #[error("工作日历的年份“{year}”不对，应在2008年至2100年之间。")]
    YearOutOfRange {
        /// What the file says.
        year: i64,
    },
    /// A date that belongs neither to the year nor to the December before it.
    #[error("{date}不属于{year}年的工作日历（可以含上年12月）。")]
    OutsideYear {
        /// The date.
        date: Date,
        /// The year of the file.
        year: i16,
    },
    /// A range that ends before it begins.
    #[error("放假起止颠倒：从{from}到{to}。")]
    Backwards {
        /// The first day.
        from: Date,
        /// The last day.
        to: Date,
    },
    /// A day listed twice, or as a day off and as a working day.
    #[error("{date}写了两次，或既放假又上班。")]
    Contradiction {
        /// The day.
        date: Date,
    },
    /// A make-up day that is no Saturday or Sunday.
    #[error("{date}不是周六、周日，不能列为调休上班。")]
    MakeUpOnWeekday {
        /// The day.
        date: Date,
    },
    /// A statutory holiday that is not a day off: the file is not finished, or the notice is not out yet.
    #[error("{date}是法定节日，日历里却没有放假：文件不完整，或当年的通知还没有公布。")]
    StatutoryHolidayMissing {
        /// The holiday.
        date: Date,
    },
    /// The neighbouring year's file says the opposite of a day in December.
    #[error("{date}在{other}年的工作日历里写的正相反。")]
    DisagreesWithNeighbor {
        /// The day.
        date: Date,
        /// The year of the other file.
        other: i16,
    },
}

impl Calendar {
    /// The years that come with the program: 2013 to 2026.
    pub fn builtin() -> &'static Calendar {
        &BUILTIN
    }

    /// This calendar with one more year, from the text of its file; a year that was there is replaced, since some
    /// notices are amended during the year (2015, 2019, 2020).
    pub fn with(&self, year_text: &str) -> Result<Calendar, CalendarError> {
        let file = YearFile::read(year_text)?;
        for other in self.years.values().filter(|other| other.year != file.year) {
            let opposite = |(date, day): (&Date, &Exception)| {
                other.days.get(date).is_some_and(|o| o != day).then_some(*date)
            };
            if let Some(date) = file.days.iter().find_map(opposite) {
                return Err(CalendarError::DisagreesWithNeighbor { date, other: other.year });
            }
        }
        let mut years = self.years.clone();
        years.insert(file.year, file);
        Ok(Calendar { years })
    }

    /// The years that are loaded, in order.
    pub fn years(&self) -> impl Iterator<Item = i16> {
        self.years.keys().copied()
    }

    /// The notices a year's file follows, the original first; empty where the year is not loaded.
    pub fn notices(&self, year: i16) -> &[String] {
        self.years.get(&year).map_or(&[], |file| &file.notices)
    }

    /// Whether a day is worked; none where the year is not loaded.
    ///
    /// A December day may be settled by the next year's notice (2018-12-29, 2022-12-31: R§10), so that file is
    /// asked too where it is there.
    pub fn is_working_day(&self, date: Date) -> Option<bool> {
        let own = self.years.get(&date.year())?;
        let next = date.year().checked_add(1).and_then(|year| self.years.get(&year));
        let exception = own.days.get(&date).or_else(|| next.and_then(|file| file.days.get(&date)));
        Some(match exception {
            Some(Exception::Off) => false,
            Some(Exception::Work) => true,
            None => !weekend(date),
        })
    }

    /// The last day of a term of `n` working days that was triggered on `date`.
    ///
    /// The day itself is not counted (民法典 第二百零一条). As only working days are counted, the term always ends
    /// on one (第二百零三条); with `n` = 0 it is the day itself, or the next working day after a day off.
    pub fn working_days_after(&self, date: Date, n: u32) -> Result<Date, NotLoaded> {
        let works = |day: Date| self.is_working_day(day).ok_or(NotLoaded { year: day.year() });
        let mut day = date;
        let mut left = n;
        if left == 0 && !works(day)? {
            left = 1;
        }
        // A trigger in an unloaded year is refused even when all days counted lie in the next.
        works(day)?;
        while left > 0 {
            day = day.tomorrow().map_err(|_| NotLoaded { year: day.year() })?;
            if works(day)? {
                left -= 1;
            }
        }
        Ok(day)
    }
}

/// The year that a file's text is for.
pub fn year_of(year_text: &str) -> Result<i16, CalendarError> {
    YearFile::read(year_text).map(|file| file.year)
}

fn weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// [`Calendar::is_working_day`] by the built-in years.
#[cfg(test)]
pub fn is_working_day(date: Date) -> Option<bool> {
    Calendar::builtin().is_working_day(date)
}

/// [`Calendar::working_days_after`] by the built-in years.
#[cfg(test)]
pub fn working_days_after(date: Date, n: u32) -> Result<Date, NotLoaded> {
    Calendar::builtin().working_days_after(date, n)
}

/// The built-in years, in order.
#[cfg(test)]
pub fn years() -> impl Iterator<Item = i16> {
    Calendar::builtin().years()
}

/// The same day a number of months later, or the last day of that month where it has no such day
/// (民法典 第二百零二条). Calendar months: working days play no part. The last date there is where the sum lies
/// beyond the year 9999.
pub fn month_after(date: Date, months: u32) -> Date {
    date.saturating_add(i64::from(months.min(200_000)).months())
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;
    use std::fs;
    use std::path::Path;

    const NEXT: &str = r#"
year = 2027
notices = ["国务院办公厅关于2027年部分节假日安排的通知"]
off = [
    { from = "2027-01-01", to = "2027-01-03" },
    { from = "2027-05-01", to = "2027-05-05" },
    { from = "2027-10-01", to = "2027-10-07" },
]
work = []
"#;

    #[test]
    fn every_file_of_the_folder_is_read_and_is_of_its_year() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/calendar");
        let mut files: Vec<i16> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".toml").map(|year| year.parse().unwrap()))
            .collect();
        files.sort_unstable();
        for (year, text) in YEARS {
            assert_eq!(YearFile::read(text).unwrap().year, *year);
        }
        assert_eq!(files, years().collect::<Vec<i16>>());
        assert_eq!(files, (2013..=2026).collect::<Vec<i16>>());
    }

    #[test]
    fn neighbouring_years_agree_on_their_december() {
        let mut calendar = Calendar { years: BTreeMap::new() };
        for (_, text) in YEARS {
            calendar = calendar.with(text).unwrap();
        }
        assert_eq!(&calendar, Calendar::builtin());
    }

    #[test]
    fn the_worked_examples_of_ten_working_days() {
        for (trigger, deadline) in [
            (date(2025, 9, 22), date(2025, 10, 11)),
            (date(2026, 2, 9), date(2026, 2, 28)),
            (date(2026, 9, 18), date(2026, 10, 9)),
            (date(2024, 9, 25), date(2024, 10, 14)),
            (date(2020, 1, 17), date(2020, 2, 7)),
            (date(2015, 8, 28), date(2015, 9, 14)),
            (date(2025, 9, 1), date(2025, 9, 15)),
        ] {
            assert_eq!(working_days_after(trigger, 10), Ok(deadline), "{trigger}");
        }
    }

    /// The days that PyPI chinesecalendar 1.11.0 has as worked, of 2013 to 2026.
    fn independent() -> Vec<Date> {
        let text = include_str!("../../tests/data/working-days.txt");
        let months =
            text.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '));
        let days = months.flat_map(|(month, days)| {
            let first: Date = format!("{month}-01").parse().unwrap();
            let worked = days.bytes().enumerate().filter(|(_, b)| *b == b'W');
            worked.map(move |(i, _)| first.saturating_add((i as i64).days()))
        });
        days.collect()
    }

    #[test]
    fn every_term_of_one_to_thirty_days_from_every_day_ends_where_an_independent_list_says() {
        let (worked, mut next, mut undetermined) = (independent(), 0, 0);
        assert_eq!(worked.len(), 3_492);
        for day in date(2013, 1, 1).series(1.day()).take_while(|day| day.year() <= 2026) {
            let works = worked.get(next) == Some(&day);
            assert_eq!(is_working_day(day), Some(works), "{day}");
            next += usize::from(works);
            for n in 1..=30 {
                let expected = worked.get(next + n - 1).copied().ok_or(NotLoaded { year: 2027 });
                undetermined += usize::from(expected.is_err());
                assert_eq!(working_days_after(day, n as u32), expected, "{n} after {day}");
            }
        }
        // From each of the last thirty working days of 2026, and from the days off among them.
        assert!((465..1_400).contains(&undetermined), "{undetermined}");
    }

    #[test]
    fn days_settled_by_a_second_notice_or_by_the_next_years_notice() {
        for (day, works) in [
            (date(2018, 12, 29), true),
            (date(2018, 12, 31), false),
            (date(2022, 12, 30), true),
            (date(2022, 12, 31), false),
            (date(2020, 1, 31), false),
            (date(2020, 2, 3), true),
            (date(2015, 9, 3), false),
            (date(2015, 9, 6), true),
            (date(2019, 5, 3), false),
            (date(2025, 9, 28), true),
        ] {
            assert_eq!(is_working_day(day), Some(works), "{day}");
        }
    }

    /// Counted per year with the independent list of PyPI chinesecalendar 1.11.0.
    #[test]
    fn the_number_of_working_days_in_each_year() {
        let counts: Vec<usize> = years()
            .map(|year| {
                let days = date(year, 1, 1).series(1.day()).take_while(|day| day.year() == year);
                days.filter(|day| is_working_day(*day) == Some(true)).count()
            })
            .collect();
        assert_eq!(counts, [250, 250, 249, 250, 249, 250, 250, 249, 250, 249, 249, 251, 248, 248]);
    }

    #[test]
    fn a_term_that_runs_into_a_year_without_a_calendar_is_not_guessed() {
        assert_eq!(is_working_day(date(2027, 1, 4)), None);
        assert_eq!(working_days_after(date(2026, 12, 25), 10), Err(NotLoaded { year: 2027 }));
        assert_eq!(working_days_after(date(2012, 12, 31), 1), Err(NotLoaded { year: 2012 }));
        assert_eq!(NotLoaded { year: 2027 }.to_string(), "2027年的工作日历尚未载入，期限未定。");
        assert_eq!(working_days_after(Date::MAX, 1), Err(NotLoaded { year: 9999 }));
    }

    #[test]
    fn a_bureau_can_load_the_next_year() {
        let calendar = Calendar::builtin().with(NEXT).unwrap();
        assert_eq!(calendar.working_days_after(date(2026, 12, 25), 10), Ok(date(2027, 1, 11)));
        assert_eq!(calendar.notices(2027).len(), 1);
        assert_eq!(Calendar::builtin().notices(2020).len(), 2);
        assert_eq!(calendar.with(NEXT).unwrap(), calendar);
    }

    #[test]
    fn a_next_year_that_turns_a_holiday_of_this_december_around_is_refused() {
        let eve = r#"work = [{ date = "2022-12-31" }]"#;
        let text = NEXT.replace("2027", "2023").replace("work = []", eve);
        let of_2022 = Calendar::builtin().with(&text);
        assert!(of_2022.is_ok(), "the old year says nothing of the day, and the year itself is replaced");
        let december = NEXT.replace("work = []", r#"work = [{ date = "2027-12-25" }]"#);
        let holiday = r#"    { from = "2027-12-25", to = "2027-12-25" },
    { from = "2028-01-01""#;
        let after = NEXT.replace("2027", "2028").replace(r#"    { from = "2028-01-01""#, holiday);
        let error = Calendar::builtin().with(&december).unwrap().with(&after).unwrap_err();
        assert_eq!(error.to_string(), "2027-12-25在2027年的工作日历里写的正相反。");
    }

    #[test]
    fn a_term_of_no_days_ends_on_a_working_day() {
        assert_eq!(working_days_after(date(2025, 10, 1), 0), Ok(date(2025, 10, 9)));
        assert_eq!(working_days_after(date(2025, 9, 1), 0), Ok(date(2025, 9, 1)));
    }

    #[test]
    fn a_month_later_is_the_same_day_or_the_last_of_the_month() {
        assert_eq!(month_after(date(2025, 1, 31), 1), date(2025, 2, 28));
        assert_eq!(month_after(date(2024, 1, 31), 1), date(2024, 2, 29));
        assert_eq!(month_after(date(2025, 12, 15), 2), date(2026, 2, 15));
        assert_eq!(month_after(date(2025, 12, 15), 0), date(2025, 12, 15));
        assert_eq!(month_after(Date::MAX, u32::MAX), Date::MAX);
    }

    proptest! {
        #[test]
        fn a_deadline_is_a_working_day_with_exactly_n_of_them_since_the_trigger(day in 0..4_700_i32, n in 1..40_u32) {
            let trigger = date(2013, 1, 1).saturating_add(day.days());
            let deadline = working_days_after(trigger, n).unwrap();
            let since = trigger.series(1.day()).skip(1).take_while(|day| *day <= deadline);
            prop_assert_eq!(since.filter(|day| is_working_day(*day) == Some(true)).count(), n as usize);
            prop_assert_eq!(is_working_day(deadline), Some(true));
        }
    }
}
