//! Birth dates and document numbers: no two people get the same, whoever is drawn, without remembering anybody.

use jiff::civil::Date;
use jiff::{Span, civil};

use super::rng::{hash, permute};
use crate::model::document::check_character;

const DAYS: u32 = 365;
const HALVES: u32 = 240;

/// How many children of one year of birth have numbers under one set of divisions.
pub const DOMAIN: u32 = DAYS * HALVES;

/// Shares of the sequence that belong to children who entered school a year late: 4 of 240, or 1.7 %.
const LATE_FROM: u32 = HALVES - 4;

/// Ages of a first-time father range over so many years.
const AGE_SPAN: u32 = 12;

/// When somebody was born and which part of the day's sequence numbers is theirs alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Birth {
    pub date: Date,
    pub half: u32,
}

/// A year from 1 September: the children who enter school together.
fn day_of(year: i16, day: u32) -> Date {
    let start = Date::new(year, 9, 1).unwrap_or(civil::date(2015, 9, 1));
    start.saturating_add(Span::new().days(i64::from(day)))
}

/// The birth of child `index` of the year that begins on 1 September of `anchor`. A late one was born a year before
/// and has a part of the sequence that nobody of that year uses.
pub fn child(seed: u64, anchor: i16, index: u32) -> Birth {
    let slot = permute(hash(seed, &[1, anchor as u64]), index % DOMAIN, DOMAIN);
    let (day, half) = (slot % DAYS, slot / DAYS);
    let year = if half >= LATE_FROM { anchor - 1 } else { anchor };
    Birth { date: day_of(year, day), half }
}

/// Who of a family, seen from its children.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elder {
    Father,
    Mother,
    Grandfather,
    Grandmother,
}

/// The birth of an elder of family `index` whose eldest child is of the year `anchor`. Years of birth overlap between
/// anchors, so each age has its own part of the sequence: no two fathers share a number.
pub fn elder(seed: u64, anchor: i16, index: u32, who: Elder) -> Birth {
    let slot = permute(hash(seed, &[2, anchor as u64]), index % DOMAIN, DOMAIN);
    let (age, rest) = (slot % AGE_SPAN, slot / AGE_SPAN);
    let size = DOMAIN / AGE_SPAN;
    // Multipliers prime to `size` = 7300 = 4 · 25 · 73 only reorder the rest.
    let (years, factor) = match who {
        Elder::Father => (24, 1),
        Elder::Mother => (22, 1237),
        Elder::Grandfather => (50, 2749),
        Elder::Grandmother => (48, 4201),
    };
    let rest = (rest * factor + factor) % size;
    let half = age * (HALVES / AGE_SPAN) + rest / DAYS;
    Birth { date: day_of(anchor - years - age as i16, rest % DAYS), half }
}

/// What sets the sequence digits of a number apart.
#[derive(Clone, Copy, Debug)]
pub struct Serial {
    pub half: u32,
    /// Twins have the two neighbours of one half.
    pub upper: bool,
    pub male: bool,
}

/// Eight digits of a birth date.
pub fn digits(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

/// Eighteen characters: six of division, eight of birth, three of sequence (odd for males), the check character.
pub fn citizen_number(division: &str, birth: Date, serial: Serial) -> String {
    let pair = (serial.half * 77 + 31) % HALVES * 2 + u32::from(serial.upper);
    let sequence = pair * 2 + if serial.male { 1 } else { 2 };
    let mut text = format!("{division}{}{sequence:03}", digits(birth));
    text.push(char::from(check_character(text.as_bytes()).unwrap_or(b'0')));
    text
}

/// A number below `size` for child `index` of `anchor` and for nobody else, while `index` is below `size` / 64.
/// `size` is a power of ten.
pub fn register_number(anchor: i16, index: u32, size: u64) -> u64 {
    let rank = u64::from(index) * 64 + u64::from((anchor.wrapping_sub(1980)) as u16 % 64);
    // An odd number that does not end in 5 is prime to a power of ten.
    rank % size * 6_180_339 % size
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_of_a_family_tree_share_date_and_sequence() {
        let mut seen = HashSet::new();
        for anchor in 2000..2021 {
            for index in 0..500 {
                assert!(seen.insert((child(5, anchor, index), 'c')));
                assert!(seen.insert((elder(5, anchor, index, Elder::Father), 'f')));
                assert!(seen.insert((elder(5, anchor, index, Elder::Mother), 'm')));
            }
        }
    }

    #[test]
    fn a_whole_year_of_births_is_distinct() {
        let all: HashSet<_> = (0..DOMAIN).map(|index| child(9, 2015, index)).collect();
        assert_eq!(all.len(), DOMAIN as usize);
        let late = all.iter().filter(|birth| birth.date < civil::date(2015, 9, 1)).count();
        assert_eq!(late as u32, DAYS * (HALVES - LATE_FROM));
    }

    #[test]
    fn sequence_digits_tell_the_sex_and_never_are_000() {
        let day = civil::date(2015, 3, 14);
        let mut seen = HashSet::new();
        for half in 0..HALVES {
            for (upper, male) in [(false, false), (false, true), (true, false), (true, true)] {
                let number = citizen_number("330127", day, Serial { half, upper, male });
                let sequence: u32 = number[14..17].parse().unwrap();
                assert_eq!((number.len(), sequence % 2 == 1), (18, male));
                assert!(sequence > 0 && seen.insert(sequence));
            }
        }
    }
}
