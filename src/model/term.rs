//! 学期: the half of a school year that reviews are made for, and when it is over.

use jiff::civil::Date;

use super::school::school_year;

/// 秋季学期 or 春季学期.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Season {
    Spring,
    Autumn,
}

/// One term, named by the year it begins in: `2026-autumn`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Term {
    pub year: i16,
    pub season: Season,
}

impl Term {
    /// The term of a day. A school year is from 1 September to 31 August (R§8, 学年); the autumn term is over by the end
    /// of January, wherever in it the winter holidays begin.
    pub fn of(day: Date) -> Term {
        match day.month() {
            2..=8 => Term { year: day.year(), season: Season::Spring },
            _ => Term { year: school_year(day), season: Season::Autumn },
        }
    }

    /// From `2026-autumn`, `2026秋`, `2026年秋季学期`.
    pub fn parse(text: &str) -> Option<Term> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        let year = text[..digits].parse().ok().filter(|y| (2000..=2100).contains(y))?;
        let season = match text[digits..].trim_start_matches(['-', '年']) {
            "autumn" | "秋" | "秋季" | "秋季学期" => Season::Autumn,
            "spring" | "春" | "春季" | "春季学期" => Season::Spring,
            _ => return None,
        };
        Some(Term { year, season })
    }

    /// The machine key.
    pub fn key(self) -> String {
        let season = if self.season == Season::Autumn { "autumn" } else { "spring" };
        format!("{}-{season}", self.year)
    }

    /// The name for people.
    pub fn label(self) -> String {
        let season = if self.season == Season::Autumn { "秋季学期" } else { "春季学期" };
        format!("{}年{season}", self.year)
    }

    /// The first day: the school year and the year's spring begin with a month.
    pub fn first_day(self) -> Date {
        let month = if self.season == Season::Autumn { 9 } else { 2 };
        Date::new(self.year, month, 1).expect("every month has a first day")
    }

    /// The last day on which it can still be going on.
    pub fn last_day(self) -> Date {
        let (year, month) = if self.season == Season::Autumn { (self.year + 1, 1) } else { (self.year, 8) };
        Date::new(year, month, 31).expect("January and August have 31 days")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn every_day_is_in_one_term_and_a_term_is_read_back_from_its_names() {
        for (day, key) in [
            (date(2026, 9, 1), "2026-autumn"),
            (date(2027, 1, 31), "2026-autumn"),
            (date(2027, 2, 1), "2027-spring"),
            (date(2027, 8, 31), "2027-spring"),
        ] {
            let term = Term::of(day);
            assert_eq!(term.key(), key);
            assert_eq!((Term::parse(key), Term::parse(&term.label())), (Some(term), Some(term)));
            assert!(term.last_day() >= day && Term::of(term.last_day()) == term);
            assert!(term.first_day() <= day && Term::of(term.first_day()) == term);
        }
        for bad in ["2026", "autumn", "2026-winter", "26-autumn", "二〇二六秋"] {
            assert_eq!(Term::parse(bad), None, "{bad}");
        }
    }
}
