//! A year's file: its text becomes days, or an error that says which line or day is wrong.

use crate::calendar::{CalendarError, Exception, weekend};
use jiff::civil::Date;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A year's notice, read and checked: the days that differ from Monday to Friday.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct YearFile {
    /// The year of the notice; its days may lie in the December before.
    pub year: i16,
    /// The titles of the notices, the original first.
    pub notices: Vec<String>,
    /// The days off, weekends among them as listed, and the make-up days.
    pub days: BTreeMap<Date, Exception>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    year: i64,
    notices: Vec<String>,
    off: Vec<Off>,
    work: Vec<Work>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Off {
    from: String,
    to: String,
    #[serde(rename = "festival")]
    _festival: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Work {
    date: String,
    #[serde(rename = "festival")]
    _festival: Option<String>,
}

/// 元旦, 劳动节, 国庆节: days off in every year (全国年节及纪念日放假办法).
const STATUTORY: [(i8, i8); 3] = [(1, 1), (5, 1), (10, 1)];

impl YearFile {
    /// Reads a year's text and holds it against itself.
    pub fn read(text: &str) -> Result<YearFile, CalendarError> {
        let raw: Raw = toml::from_str(text).map_err(|error| malformed(text, error.span()))?;
        let year = i16::try_from(raw.year).ok().filter(|year| (2008..=2100).contains(year));
        let year = year.ok_or(CalendarError::YearOutOfRange { year: raw.year })?;
        let mut file = YearFile { year, notices: raw.notices, days: BTreeMap::new() };
        for off in &raw.off {
            file.add_off(date(&off.from)?, date(&off.to)?)?;
        }
        for work in &raw.work {
            let day = date(&work.date)?;
            if !weekend(day) {
                return Err(CalendarError::MakeUpOnWeekday { date: day });
            }
            file.add(day, Exception::Work)?;
        }
        for (month, day) in STATUTORY {
            let day = jiff::civil::date(year, month, day);
            if file.days.get(&day) != Some(&Exception::Off) {
                return Err(CalendarError::StatutoryHolidayMissing { date: day });
            }
        }
        Ok(file)
    }

    fn add_off(&mut self, from: Date, to: Date) -> Result<(), CalendarError> {
        if from > to {
            return Err(CalendarError::Backwards { from, to });
        }
        // Both ends lie in the year or the December before, so the range has at most 396 days.
        self.own(from)?;
        self.own(to)?;
        from.series(jiff::Span::new().days(1))
            .take_while(|day| *day <= to)
            .try_for_each(|day| self.add(day, Exception::Off))
    }

    fn add(&mut self, date: Date, exception: Exception) -> Result<(), CalendarError> {
        self.own(date)?;
        match self.days.insert(date, exception) {
            None => Ok(()),
            Some(_) => Err(CalendarError::Contradiction { date }),
        }
    }

    fn own(&self, date: Date) -> Result<(), CalendarError> {
        let december_before = date.year() + 1 == self.year && date.month() == 12;
        if date.year() == self.year || december_before {
            Ok(())
        } else {
            Err(CalendarError::OutsideYear { date, year: self.year })
        }
    }
}

fn date(text: &str) -> Result<Date, CalendarError> {
    // The parser of dates also takes times and other spellings; a calendar is written in one way.
    let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    let parsed = if plain { text.parse().ok() } else { None };
    parsed.ok_or_else(|| CalendarError::NotADate { text: text.chars().take(20).collect() })
}

fn malformed(text: &str, span: Option<std::ops::Range<usize>>) -> CalendarError {
    let before = span.and_then(|span| text.as_bytes().get(..span.start)).unwrap_or(&[]);
    CalendarError::Malformed { line: before.iter().filter(|byte| **byte == b'\n').count() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FINISHED: &str = r#"
year = 2027
notices = ["通知"]
off = [
    { from = "2026-12-31", to = "2027-01-02", festival = "元旦" },
    { from = "2027-05-01", to = "2027-05-03" },
    { from = "2027-10-01", to = "2027-10-07" },
]
work = [{ date = "2027-05-08", festival = "劳动节" }]
"#;

    fn error(from: &str, to: &str) -> String {
        assert!(FINISHED.contains(from), "{from}");
        YearFile::read(&FINISHED.replace(from, to)).unwrap_err().to_string()
    }

    #[test]
    fn a_finished_file_is_read() {
        let file = YearFile::read(FINISHED).unwrap();
        assert_eq!((file.year, file.days.len()), (2027, 14));
        assert_eq!(file.days.get(&jiff::civil::date(2026, 12, 31)), Some(&Exception::Off));
    }

    #[test]
    fn a_file_that_contradicts_itself_is_refused_in_words() {
        assert_eq!(error("05-08", "05-05"), "2027-05-05不是周六、周日，不能列为调休上班。");
        assert_eq!(error("05-08", "05-02"), "2027-05-02写了两次，或既放假又上班。");
        assert_eq!(error("2027-05-03", "2027-04-30"), "放假起止颠倒：从2027-05-01到2027-04-30。");
        assert_eq!(error("2026-12-31", "2026-11-30"), "2026-11-30不属于2027年的工作日历（可以含上年12月）。");
        assert_eq!(error("2027-01-02", "2028-01-02"), "2028-01-02不属于2027年的工作日历（可以含上年12月）。");
        assert_eq!(
            error("2027-05-08", "2027-02-30"),
            "工作日历里的“2027-02-30”不是日期，应写成“2027-01-01”。"
        );
        assert_eq!(error("2027-05-08", "5月8日"), "工作日历里的“5月8日”不是日期，应写成“2027-01-01”。");
        assert_eq!(
            error("year = 2027", "year = 99999"),
            "工作日历的年份“99999”不对，应在2008年至2100年之间。"
        );
    }

    #[test]
    fn an_empty_or_half_written_year_is_not_taken_for_one_without_holidays() {
        let empty = "year = 2027\nnotices = []\noff = []\nwork = []\n";
        let missing = CalendarError::StatutoryHolidayMissing { date: jiff::civil::date(2027, 1, 1) };
        assert_eq!(YearFile::read(empty), Err(missing));
        assert!(
            error("    { from = \"2027-10-01\", to = \"2027-10-07\" },\n", "")
                .starts_with("2027-10-01是法定节日")
        );
    }

    #[test]
    fn a_malformed_file_names_its_line() {
        assert_eq!(YearFile::read("year = 2027\noff = [\n???"), Err(CalendarError::Malformed { line: 3 }));
        assert!(matches!(YearFile::read(""), Err(CalendarError::Malformed { .. })));
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(at in 0..FINISHED.len(), junk in "\\PC{0,6}") {
            let (head, tail) = FINISHED.split_at(FINISHED.floor_char_boundary(at));
            let _ = YearFile::read(&format!("{head}{junk}{tail}"));
            let _ = YearFile::read(head);
        }
    }
}
