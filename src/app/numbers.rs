//! Bare document numbers checked, one a line or from a csv column, in memory that does not grow with the file.

use std::io::Read;

use crate::code::division;
use crate::model::document::bulk::{Verdict, check_resident};
use crate::model::document::{self, DocumentKind, Holder};
use crate::xlsx::numbers::{self, NumbersError};

/// What to read and how.
pub struct Checking<'a> {
    pub column: Option<&'a str>,
    /// The kind the numbers are of; `None` for the eighteen-character family told apart by the first digit.
    pub kind: Option<DocumentKind>,
}

/// One number that is not sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadNumber {
    pub line: u64,
    /// Masked.
    pub value: String,
    pub title: &'static str,
    pub message: String,
}

/// What the numbers came to.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub total: u64,
    /// How many of each verdict of the byte-wise check, in the order of `Verdict::ALL`.
    pub verdicts: [u64; Verdict::ALL.len()],
    /// Sound numbers whose division is in no list: 经验校验, not an error.
    pub unknown_divisions: u64,
    /// The first bad numbers, up to the limit asked for.
    pub bad: Vec<BadNumber>,
}

impl Tally {
    /// How many numbers are not sound.
    pub fn errors(&self) -> u64 {
        self.total - self.verdicts[0]
    }

    /// Adds what came after.
    fn join(&mut self, later: Tally, limit: usize) {
        self.total += later.total;
        self.verdicts.iter_mut().zip(later.verdicts).for_each(|(all, part)| *all += part);
        self.unknown_divisions += later.unknown_divisions;
        self.bad.extend(later.bad.into_iter().take(limit - self.bad.len()));
    }
}

/// Checks a stream of numbers, keeping the first `limit` bad ones.
pub fn check(reader: impl Read, what: &Checking, limit: usize) -> Result<Tally, NumbersError> {
    let take = |tally: &mut Tally, line: u64, value: &[u8]| {
        tally.total += 1;
        let verdict = match what.kind {
            None => check_resident(value),
            Some(kind) => of_kind(kind, value),
        };
        tally.verdicts[verdict as usize] += 1;
        if verdict == Verdict::Ok {
            tally.unknown_divisions += u64::from(what.kind.is_none() && !known_division(value));
        } else if tally.bad.len() < limit {
            tally.bad.push(bad_number(line, value, verdict, what.kind));
        }
    };
    let mut all = Tally::default();
    match what.column {
        Some(name) => numbers::column(reader, name, &take, &mut |part| all.join(part, limit))?,
        None => numbers::lines(reader, &mut |line, value| take(&mut all, line, value))?,
    }
    Ok(all)
}

fn of_kind(kind: DocumentKind, value: &[u8]) -> Verdict {
    use document::Malformed;
    let Ok(text) = std::str::from_utf8(value) else { return Verdict::Characters };
    match (kind.spec().parse)(text, Holder::Pupil) {
        Ok(_) => Verdict::Ok,
        Err(Malformed::Empty) => Verdict::Empty,
        Err(Malformed::Length { .. }) => Verdict::Length,
        Err(Malformed::CheckCharacter { .. }) => Verdict::Check,
        Err(Malformed::BirthDate) => Verdict::Date,
        Err(Malformed::FirstDigit { .. }) => Verdict::Region,
        Err(Malformed::Legacy15) => Verdict::Legacy15,
        Err(Malformed::Characters { .. } | Malformed::Layout { .. }) => Verdict::Characters,
    }
}

/// Whether the first six digits of a sound number are a division of some year. A permanent-resident card has none.
fn known_division(value: &[u8]) -> bool {
    if value[0] == b'9' {
        return true;
    }
    let code = value[..6].iter().fold(0u32, |code, digit| code * 10 + u32::from(digit.wrapping_sub(b'0')));
    division::known_code(code)
}

fn bad_number(line: u64, value: &[u8], verdict: Verdict, kind: Option<DocumentKind>) -> BadNumber {
    let text = String::from_utf8_lossy(value);
    let why = match kind {
        None => document::parse_identity_number(&text, Holder::Pupil).err(),
        Some(kind) => (kind.spec().parse)(&text, Holder::Pupil).err(),
    };
    let message = why.map_or_else(|| format!("{}。", verdict.title()), |m| m.message());
    BadNumber { line, value: document::mask(&text), title: verdict.title(), message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_tallied_and_bad_ones_kept_masked() {
        let text = "号\n11010519491231002X\n110105194912310021\n999\n\"\"\n99010519491231002X\n";
        let what = Checking { column: Some("号"), kind: None };
        let tally = check(text.as_bytes(), &what, 2).unwrap();
        assert_eq!((tally.total, tally.errors()), (5, 4));
        assert_eq!(tally.bad.len(), 2);
        assert_eq!((tally.bad[0].line, tally.bad[0].title), (3, "校验码不符"));
        assert!(!tally.bad[0].value.contains("19491231"));
    }

    #[test]
    fn another_kind_is_read_by_its_own_law() {
        let what = Checking { column: None, kind: Some(DocumentKind::HmTravelPermit) };
        let tally = check("H12345678\nH1234567800\nX1\n".as_bytes(), &what, 9).unwrap();
        assert_eq!((tally.total, tally.errors()), (3, 1));
    }
}
