//! Identity numbers: the same, slips of the hand that the check character betrays, or two sound numbers that differ.
//!
//! Two different numbers that are both sound are two holders; one that fails its own check may be the other mistyped.
//! Twins have the same division and birth date and another sequence: two sound numbers with that difference are the
//! sign of twins. What a spreadsheet damaged is no number and says nothing.

use crate::model::document::{self, DocumentKind, Holder, bulk};
use crate::roster::damage::{self, Sign};
use crate::roster::normalize::text::half;

use super::{Comparison, Value, digits, level};

pub const COMPARISON: Comparison = Comparison {
    id: "document",
    levels: &[
        level("same", "相同", 0.88, 0.000_000_5),
        level("slip", "一处录错，校验码不符", 0.065, 0.000_001),
        level("slips", "两处录错，校验码不符", 0.02, 0.000_01),
        level("unsound", "不同，其中有号码校验码不符", 0.03, 0.02),
        level("sequence", "两个号码都有效，只有顺序码不同", 0.0005, 0.000_3),
        level("sound", "两个号码都有效而不同", 0.0045, 0.979_688_5),
    ],
    read,
    compare,
    rarity: false,
    twins: &[0.000_01, 0.0005, 0.0025, 0.017, 0.95, 0.029_99],
    siblings: &[0.000_001, 0.000_01, 0.000_1, 0.019_889, 0.001, 0.979],
};

/// A number as its kind compares it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Number {
    text: [u8; LONGEST],
    length: u8,
    family: Family,
    sound: bool,
}

const LONGEST: usize = 18;

/// Numbers of different families are no evidence: one child may have a passport and an identity card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    /// Eighteen characters, the last of which checks the others.
    Checked,
    /// A stated layout without a check character, of one kind.
    Stated(DocumentKind),
    Loose,
}

impl Number {
    /// The characters compared. Contains the number: never printed.
    pub fn bytes(&self) -> &[u8] {
        &self.text[..usize::from(self.length)]
    }

    /// Division and the last four characters: what a slip in the birth date leaves.
    pub fn ends(&self) -> Option<[u8; 10]> {
        if self.family != Family::Checked || usize::from(self.length) != LONGEST {
            return None;
        }
        let mut ends = [0; 10];
        ends[..6].copy_from_slice(&self.text[..6]);
        ends[6..].copy_from_slice(&self.text[14..]);
        Some(ends)
    }
}

fn read(text: &str) -> Option<Value> {
    let mut kept = [0u8; 24];
    let mut length = 0;
    for c in text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '(' | ')' | '（' | '）')) {
        let c = half(c);
        if !c.is_ascii_graphic() {
            return None;
        }
        *kept.get_mut(length)? = c.to_ascii_uppercase() as u8;
        length += 1;
    }
    let bytes = &kept[..length];
    let text = str::from_utf8(bytes).expect("only ASCII was kept");
    // Rightly or wrongly checked, 18 digits that end in 000 are what a spreadsheet leaves; 1 sound number in 1,100 is
    // given up for it.
    let rounded = length == LONGEST && bytes.ends_with(b"000");
    if length < 5 || rounded || damage::sign(text, false).is_some_and(Sign::is_certain) || is_filler(bytes) {
        return None;
    }
    known(text).map(Value::Number)
}

/// One character all through, or 123456…: what is typed where a number is demanded and there is none.
fn is_filler(bytes: &[u8]) -> bool {
    let (first, rest) = (bytes[0], &bytes[1..]);
    rest.iter().all(|b| *b == first) || bytes.starts_with(b"123456789")
}

fn known(text: &str) -> Option<Number> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if text.len() == LONGEST && digits >= 16 {
        let sound = match text.as_bytes()[0] {
            b'8' | b'9' => document::parse_identity_number(text, Holder::Adult).is_ok(),
            _ => bulk::check_resident(text.as_bytes()) == bulk::Verdict::Ok,
        };
        return number(text, Family::Checked, sound);
    }
    let kind = document::recognise(text).first().copied();
    match kind {
        Some(DocumentKind::ResidentId) => {
            let key = document::parse_identity_number(text, Holder::Adult).ok()?.comparison_key();
            number(key.rsplit(':').next().unwrap_or(&key), Family::Checked, true)
        }
        // A permit renewed has two more digits and the same nine characters.
        Some(kind @ DocumentKind::HmTravelPermit) => number(text.get(..9)?, Family::Stated(kind), true),
        Some(kind @ DocumentKind::TwTravelPermit) => number(text.get(..8)?, Family::Stated(kind), true),
        // Of fourteen digits and more, something of an identity number is left.
        _ if digits >= 14 && text.len() <= LONGEST => number(text, Family::Checked, false),
        _ => number(text, Family::Loose, false),
    }
}

fn number(text: &str, family: Family, sound: bool) -> Option<Number> {
    let mut number = Number { text: [0; LONGEST], length: 0, family, sound };
    number.text.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
    number.length = u8::try_from(text.len()).ok()?;
    Some(number)
}

fn compare(a: &Value, b: &Value) -> u8 {
    let (Value::Number(a), Value::Number(b)) = (a, b) else { return 5 };
    if a.family != b.family {
        return super::MISSING;
    }
    if a.bytes() == b.bytes() {
        return 0;
    }
    if a.sound && b.sound {
        let twin = a.family == Family::Checked && a.text[..14] == b.text[..14];
        return if twin { 4 } else { 5 };
    }
    match digits::slips(a.bytes(), b.bytes(), 2) {
        1 => 1,
        2 => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(a: &str, b: &str) -> &'static str {
        let (a, b) = (read(a).unwrap(), read(b).unwrap());
        assert_eq!(compare(&a, &b), compare(&b, &a));
        match compare(&a, &b) {
            super::super::MISSING => "missing",
            level => COMPARISON.levels[usize::from(level)].id,
        }
    }

    #[test]
    fn a_slip_is_told_from_another_holder_by_the_check_character() {
        for (a, b, level) in [
            ("330106201503140015", "３３０１０６２０１５０３１４００１５", "same"),
            ("11010519491231002x", "11010519491231002X", "same"),
            ("330106201503140015", "330106201503140025", "slip"),
            ("330106201503140015", "330106201503410015", "slip"),
            ("330106201503140015", "33010620150314015", "slip"),
            ("330106201503140015", "330106201504140035", "slips"),
            ("330106201503140015", "330106201504140026", "unsound"),
            // Twins: both sound, the sequence differs.
            ("330106201503140015", "330106201503140031", "sequence"),
            ("330106201503140015", "11010519491231002X", "sound"),
            ("330106201503140015", "110105194912310021", "unsound"),
            ("H1234567800", "H12345678", "same"),
            ("H1234567801", "H1234567800", "same"),
            ("H12345678", "330106201503140015", "missing"),
            ("610104620927690", "610104196209276908", "same"),
        ] {
            assert_eq!(of(a, b), level, "{a} {b}");
        }
    }

    #[test]
    fn what_is_damaged_or_filled_in_says_nothing() {
        for text in ["", "无", "3.30106E+17", "330106201503140000", "000000000000000000", "1234567890"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
