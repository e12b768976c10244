//! Identity numbers that went through a floating-point cell: the marks they carry, and what they may have been.
//!
//! A spreadsheet keeps 15 significant decimal digits of a number, and IEEE 754 binary64 about 15.95: of 18 digits the
//! last three are lost, and nothing in the cell can bring them back. Four signatures tell it:
//!
//! 1. a numeric cell of 16 digits or more, whatever it shows;
//! 2. text in scientific notation (`3.30106E+17`), in groups of three, or digits with a decimal part of zeros;
//! 3. text of 18 digits that ends in `000`: what a spreadsheet leaves after 15 digits;
//! 4. text of 18 digits that is a floating-point number written out: exactly (a multiple of 16 to 128 at this size,
//!    as C or Python print it) or by its shortest digits (as JavaScript, Rust and Java do).
//!
//! 1 and 2 are certain. 3 and 4 also happen to sound numbers: of random valid numbers about 1 in 1,100 ends in `000`,
//! and from 1 in 10 (Beijing, 11) to 1 in 78 (Xinjiang, 65) is a floating-point number written out (measured by a
//! test below). Damage leaves the check character right in one case of eleven only.

use crate::model::document::check_character;

/// How sure it is that a number was damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    NumericCell,
    Scientific,
    Zeros,
    Float,
    /// Ends in 000 with the right check character.
    MaybeZeros,
    /// A floating-point number written out, with the right check character.
    MaybeFloat,
}

impl Sign {
    /// Whether the number can't be believed whatever else is known.
    pub fn is_certain(self) -> bool {
        !matches!(self, Sign::MaybeZeros | Sign::MaybeFloat)
    }
}

/// The mark of damage a number carries; `numeric` tells that its cell was a number.
pub fn sign(text: &str, numeric: bool) -> Option<Sign> {
    if text.len() < 5 {
        return None;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if numeric && (digits >= 16 || scientific(text).is_some()) {
        return Some(Sign::NumericCell);
    }
    sign_of_text(text)
}

fn sign_of_text(text: &str) -> Option<Sign> {
    let bytes = text.as_bytes();
    if !bytes[0].is_ascii_digit() {
        return None;
    }
    if bytes.len() != 18 || !all_digits(text) {
        let marked = scientific(text).is_some() || is_long_decimal(text) || is_grouped(text);
        return marked.then_some(Sign::Scientific);
    }
    match (text.ends_with("000"), is_sound(text)) {
        (true, true) => Some(Sign::MaybeZeros),
        (true, false) => Some(Sign::Zeros),
        (false, true) => is_float(text).then_some(Sign::MaybeFloat),
        (false, false) => is_float(text).then_some(Sign::Float),
    }
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// Eighteen digits with the right check character.
pub fn is_sound(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 18 && all_digits(text) && check_character(&bytes[..17]) == Some(bytes[17])
}

/// The digits and the exponent of `3.30106E+17`, `3,30106E+17`, `33.0106E+16`, `3E17`, `3.30106×10^17`.
fn scientific(text: &str) -> Option<(String, u32)> {
    let times = ["×10^", "X10^", "*10^", "×10", "X10"];
    let by_power = times.iter().find_map(|t| text.split_once(t));
    let (mantissa, power) = by_power.or_else(|| text.split_once(['E', 'e']))?;
    let (whole, part) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    // A passport may read 1E234567: a bare exponent has two digits, and a third only behind a sign (E+017).
    let (longest, digits) = power.strip_prefix('+').map_or((2, power), |p| (3, p));
    // 33.0106E+16 as engineers write it; 123E45 may be another document's number.
    let plain = whole.len() == 1 || (whole.len() <= 3 && !part.is_empty());
    let fits = plain
        && all_digits(whole)
        && (part.is_empty() || all_digits(part))
        && (2..=longest).contains(&digits.len())
        && all_digits(digits);
    let exponent = digits.parse::<u32>().ok().filter(|_| fits)?;
    Some((format!("{whole}{part}"), exponent + whole.len() as u32 - 1))
}

/// `330106201503140000.0`: digits of a number, with a decimal part.
fn is_long_decimal(text: &str) -> bool {
    text.split_once('.')
        .is_some_and(|(whole, part)| whole.len() >= 15 && all_digits(whole) && all_digits(part))
}

/// `330,106,201,503,140,000`: a number in groups of three.
fn is_grouped(text: &str) -> bool {
    let whole = text.split_once('.').map_or(text, |(whole, _)| whole);
    let mut groups = whole.split(',');
    let first = groups.next().is_some_and(|g| (1..=3).contains(&g.len()) && all_digits(g));
    first && groups.clone().count() >= 5 && groups.all(|g| g.len() == 3 && all_digits(g))
}

/// Whether eighteen digits are what a program prints of the binary64 nearest to them.
fn is_float(text: &str) -> bool {
    let Ok(number) = text.parse::<u64>() else { return false };
    let float = number as f64;
    // Exact: the neighbours lie 16 (below 2^57) to 128 (above 2^59) apart, so most numbers have no float.
    if float as u64 == number {
        return true;
    }
    // Shortest: seventeen digits always suffice, so the eighteenth is 0. Display writes the shortest and fills up.
    number.is_multiple_of(10) && float.to_string() == text
}

/// How many leading digits of a damaged number are as they were.
pub fn digits_left(damaged: &str) -> usize {
    scientific(damaged).map_or(15, |(digits, _)| digits.len().saturating_sub(1).min(15))
}

/// Whether a damaged number may have been this one of eighteen digits.
pub fn may_have_been(damaged: &str, whole: &str) -> bool {
    let Ok(number) = whole.parse::<u64>() else { return false };
    if whole.len() != 18 || damaged == whole {
        return false;
    }
    if let Some((digits, exponent)) = scientific(damaged) {
        return exponent == 17 && rounds_to(number, &digits);
    }
    let plain = damaged.replace(',', "");
    let plain = plain.split_once('.').map_or(plain.as_str(), |(whole, _)| whole);
    let Some(left) = plain.parse::<u64>().ok().filter(|_| plain.len() == 18) else { return false };
    number as f64 == left as f64 || (left.is_multiple_of(1000) && number / 1000 == left / 1000)
}

/// Whether a number of eighteen digits is written with these leading digits, the last of them rounded.
fn rounds_to(number: u64, digits: &str) -> bool {
    let kept = digits.trim_end_matches('0').len();
    let (Ok(shown), Ok(dropped)) =
        (digits[..digits.len().min(18)].parse::<u64>(), u32::try_from(18 - digits.len().min(18)))
    else {
        return false;
    };
    let unit = 10u64.pow(dropped);
    let shown = shown * unit;
    // Sixteen digits and more are the float's own; fewer are rounded, or fifteen are left of the number as it was.
    let rounded = number.abs_diff(shown) * 2 <= unit || number / 1000 == shown / 1000;
    shown as f64 == number as f64 || (kept <= 15 && rounded)
}

/// Every number that a numeric cell may have held whose digits are a floating-point number's; none where a
/// spreadsheet cut the number to fifteen digits, which leaves too many.
pub fn neighbours(damaged: &str) -> Vec<String> {
    let Some(left) = damaged.parse::<u64>().ok().filter(|n| damaged.len() == 18 && !n.is_multiple_of(1000))
    else {
        return Vec::new();
    };
    // The floats lie 128 apart at most, and shortest digits are less than 10 away from theirs.
    let around = left - 140..=left + 140;
    around.map(|n| n.to_string()).filter(|n| is_sound(n) && may_have_been(damaged, n)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_signature_is_seen_and_sound_numbers_are_not() {
        for (text, sign) in [
            ("3.30106E+17", Some(Sign::Scientific)),
            ("3.30106E17", Some(Sign::Scientific)),
            ("3.30106e+17", Some(Sign::Scientific)),
            ("3,30106E+17", Some(Sign::Scientific)),
            ("33.0106E+16", Some(Sign::Scientific)),
            ("3.30106×10^17", Some(Sign::Scientific)),
            ("3.30106X10^17", Some(Sign::Scientific)),
            ("3E17", None),
            ("3.30106201503E17", Some(Sign::Scientific)),
            ("3.30106E+017", Some(Sign::Scientific)),
            ("330106201503140000.0", Some(Sign::Scientific)),
            ("330,106,201,503,140,000", Some(Sign::Scientific)),
            ("330,106,201,503,140,000.00", Some(Sign::Scientific)),
            ("330106201503140000", Some(Sign::Zeros)),
            // 330106201503140015 through a double: printed exactly, and by its shortest digits.
            ("330106201503140032", Some(Sign::Float)),
            ("330106201503140030", Some(Sign::Float)),
            ("330106201503140015", None),
            ("330106201503140016", None),
            ("11010519491231002X", None),
            ("1E2345678", None),
            ("123E45678", None),
            ("12E45", None),
            ("E12345678", None),
            ("01234567", None),
            ("610104620927690", None),
            ("G330106201503140000", None),
        ] {
            assert_eq!(super::sign(text, false), sign, "{text}");
        }
        assert_eq!(super::sign("330106201503140015", true), Some(Sign::NumericCell));
        assert_eq!(super::sign("33010662", true), None);
    }

    #[test]
    fn what_a_damaged_number_may_have_been() {
        for (damaged, whole, may) in [
            ("330106201503140000", "330106201503140015", true),
            ("330106201503140000", "330106201503141018", false),
            ("330106201503140032", "330106201503140015", true),
            ("330106201503140030", "330106201503140015", true),
            ("3.30106E+17", "330106201503140015", true),
            ("3,30106E+17", "330106201503140015", true),
            ("33.0106E+16", "330106201503140015", true),
            ("3.30106E+17", "330107201503140013", false),
            ("3.30106E+18", "330106201503140015", false),
            ("3.30106201503E+17", "330106201503140015", true),
            ("3.30106201503E+17", "330106201603140013", false),
            // The last digit shown is rounded: 330106.6 is shown as 330107.
            ("3.30107E+17", "330106600000000000", true),
            ("330,106,201,503,140,000", "330106201503140015", true),
            ("330106201503140000.0", "330106201503140015", true),
            ("330106201503140015", "330106201503140015", false),
        ] {
            assert_eq!(may_have_been(damaged, whole), may, "{damaged} {whole}");
        }
    }

    /// A valid number of a province, from a counter: no two runs differ.
    fn valid(province: u64, i: u64) -> Option<String> {
        let mut x = (province << 32 | i).wrapping_add(0x9e37_79b9_7f4a_7c15);
        x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^= x >> 31;
        let (county, year, month) = (100 + x % 800, 2008 + x / 1_000 % 13, 1 + x / 20_000 % 12);
        let (day, order) = (1 + x / 300_000 % 28, x / 10_000_000 % 1000);
        let first = format!("{province}{:04}{year}{month:02}{day:02}{order:03}", county * 10 % 10_000);
        let check = check_character(first.as_bytes())?;
        Some(format!("{first}{}", char::from(check)))
    }

    #[test]
    fn how_often_a_sound_number_looks_damaged() {
        const EACH: u64 = 60_000;
        let mut rates = Vec::new();
        let (mut zeros, mut all) = (0, 0);
        for province in [11, 15, 33, 65] {
            let mut floats = 0;
            for number in (0..EACH).filter_map(|i| valid(province, i)) {
                all += 1;
                zeros += usize::from(number.ends_with("000"));
                floats += usize::from(sign_of_text(&number) == Some(Sign::MaybeFloat));
                assert!(!matches!(sign_of_text(&number), Some(Sign::Zeros | Sign::Float)));
            }
            rates.push((province, floats as f64 / EACH as f64));
        }
        // Spacing s: 1/s of the numbers are exact, and of the tenths that end in 0, 10/s are shortest.
        for (province, rate) in rates {
            let spacing = match province {
                11 => 16.0,
                15 => 32.0,
                33 => 64.0,
                _ => 128.0,
            };
            // 10/11 of the numbers are all digits, and 1/11 ends in 0; few are both exact and shortest.
            let expected = 10.0 / 11.0 / spacing + 10.0 / 11.0 / spacing;
            assert!((rate / expected - 1.0).abs() < 0.2, "{province}: {rate} beside {expected}");
        }
        let zeros = zeros as f64 / all as f64;
        assert!((0.5..2.0).contains(&(zeros * 1100.0)), "{zeros}");
    }

    proptest! {
        #[test]
        fn what_went_through_a_double_is_never_taken_for_sound(first in "[1-9][0-9]{16}") {
            let check = check_character(first.as_bytes()).map(char::from);
            prop_assume!(check.is_some_and(|c| c.is_ascii_digit()));
            let whole = format!("{first}{}", check.unwrap());
            let number: u64 = whole.parse().unwrap();
            let spreadsheet = format!("{}000", number / 1000);
            let exact = (number as f64 as u64).to_string();
            for damaged in [spreadsheet, exact, (number as f64).to_string()] {
                prop_assume!(damaged.len() == 18);
                prop_assert!(sign_of_text(&damaged).is_some(), "{}", damaged);
                prop_assert!(damaged == whole || may_have_been(&damaged, &whole), "{} {}", damaged, whole);
                if !damaged.ends_with("000") && damaged != whole {
                    prop_assert!(neighbours(&damaged).contains(&whole));
                }
            }
            let shown = format!("{:.5E}", number as f64).replace('E', "E+");
            prop_assert!(may_have_been(&shown, &whole), "{} {}", shown, whole);
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,24}|[0-9.,E+×^]{0,24}", whole in "[0-9X]{16,19}") {
            let _ = (sign(&text, false), sign(&text, true), may_have_been(&text, &whole), neighbours(&text));
        }
    }
}
