//! `number-damaged`: an identity number that went through a floating-point cell and lost its last digits.
//!
//! A spreadsheet keeps 15 significant decimal digits of a number, and IEEE 754 binary64 about 15.95: of 18 digits the
//! last three are lost, and nothing in the cell can bring them back. Four signatures tell it:
//!
//! 1. a numeric cell of 16 digits or more, whatever it shows;
//! 2. text in scientific notation (`3.30106E+17`), or digits with a decimal part of zeros;
//! 3. text of 18 digits that ends in `000`: what a spreadsheet leaves after 15 digits;
//! 4. text of 18 digits that is a floating-point number written out: exactly (a multiple of 16 to 128 at this size,
//!    as C or Python print it) or by its shortest digits (as JavaScript, Rust and Java do).
//!
//! 1 and 2 are certain. 3 and 4 also happen to sound numbers: of random valid numbers about 1 in 1,100 ends in `000`,
//! and from 1 in 10 (Beijing, 11) to 1 in 78 (Xinjiang, 65) is a floating-point number written out (measured by a
//! test below). Damage leaves the check character right in one case of eleven only. So 3 and 4 are
//! damage where the check character is wrong; where it is right, 3 is a question, and 4 is one only below a damaged
//! number on the same sheet.

use crate::model::document;
use crate::model::field::Field;
use crate::model::finding::Severity;
use crate::roster::candidate::Candidate;

use super::facts::{DOCUMENTS, value};
use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "number-damaged",
    title: "号码被表格软件损坏",
    severity: Severity::Error,
    basis: "GB 11643-1999；表格软件只保留 15 位有效数字（IEEE 754 双精度）",
    what: "查找经过“数值”格式而丢失末几位的证件号和学籍号：数值单元格里 16 位以上的号码；3.30106E+17 一类的科学计数；\
           末三位为 000 或正好是浮点数写法、且校验码不符的 18 位号码。号码末三位为 000 但校验码相符的，\
           以及同一张表中已有损坏号码、而本行号码也是浮点数写法的，请核对说明。",
    why: "表格软件把 18 位号码当作数值时，第 16 至 18 位已经丢失，显示的数字是编出来的，每 11 个里还有 1 个能通过校验码。\
          这样的号码不能入库，也不能用来查重，更不能由程序“修复”。",
    remedy: "请把该列设为“文本”格式，对照身份证件原件重新录入整个号码；不要在原来的数字上改。",
    run,
};

/// How sure it is that a number was damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sign {
    NumericCell,
    Scientific,
    Zeros,
    Float,
    /// Ends in 000 with the right check character.
    MaybeZeros,
    /// A floating-point number written out, with the right check character.
    MaybeFloat,
}

/// Whether the number in this field can't be believed: then it is no document and no key.
pub fn is_damaged(candidate: &Candidate, field: Field) -> bool {
    matches!(sign(candidate, field), Some(Sign::NumericCell | Sign::Scientific | Sign::Zeros | Sign::Float))
}

/// Whether a bare text is a number that can't be believed.
pub fn is_damaged_text(text: &str) -> bool {
    !text.is_empty() && matches!(sign_of_text(text), Some(Sign::Scientific | Sign::Zeros | Sign::Float))
}

fn run(subject: &Subject, seen: &mut Seen, sink: &mut Sink) {
    let numbers = DOCUMENTS.iter().map(|d| d.0).chain([Field::Number]);
    for field in numbers {
        let Some(sign) = sign(subject.candidate, field) else { continue };
        let masked = document::mask(subject.get(field));
        let message = match sign {
            Sign::NumericCell => {
                "号码所在单元格是数值，从第 16 位起的数字已经丢失，现在看到的不是原来的号码。".to_owned()
            }
            Sign::Scientific => "号码变成了科学计数或小数，末几位已经丢失。".to_owned(),
            Sign::Zeros => {
                format!("号码（{masked}）末三位为 000，校验码也不符，是按数值保存后丢失了末三位。")
            }
            Sign::Float => {
                format!("号码（{masked}）正好是浮点数的写法，校验码也不符，是经过数值格式后末几位被改写。")
            }
            Sign::MaybeZeros => {
                format!("号码（{masked}）末三位为 000，像是按数值保存后丢失了末三位，但校验码相符。")
            }
            Sign::MaybeFloat if seen.has_damage(subject.candidate) => {
                format!("同一张表中已有号码损坏，本号码（{masked}）也是浮点数的写法，可能同样被改写。")
            }
            Sign::MaybeFloat => continue,
        };
        if matches!(sign, Sign::MaybeZeros | Sign::MaybeFloat) {
            let hint = "请对照身份证件原件核对末三位：有误的重新录入，无误的说明“已核对原件”。";
            sink.add_as(Severity::Explain, field, message, hint);
        } else {
            seen.note_damage(subject.candidate);
            sink.add(
                field,
                message,
                "请把该列设为“文本”格式，对照证件原件重新录入整个号码，不要在原来的数字上改。",
            );
        }
    }
}

fn sign(candidate: &Candidate, field: Field) -> Option<Sign> {
    let text = value(candidate, field);
    if text.len() < 5 {
        return None;
    }
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if candidate.numeric.contains(field) && (digits >= 16 || is_scientific(text)) {
        return Some(Sign::NumericCell);
    }
    sign_of_text(text)
}

fn sign_of_text(text: &str) -> Option<Sign> {
    let bytes = text.as_bytes();
    if !bytes[0].is_ascii_digit() {
        return None;
    }
    if bytes.len() != 18 || !bytes.iter().all(u8::is_ascii_digit) {
        return (is_scientific(text) || is_long_decimal(text)).then_some(Sign::Scientific);
    }
    let sound = document::check_character(&bytes[..17]) == Some(bytes[17]);
    match (text.ends_with("000"), sound) {
        (true, true) => Some(Sign::MaybeZeros),
        (true, false) => Some(Sign::Zeros),
        (false, true) => is_float(text).then_some(Sign::MaybeFloat),
        (false, false) => is_float(text).then_some(Sign::Float),
    }
}

/// `3.30106E+17`, `3E17`, `3.30106201503E17`.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['E', 'e']) else { return false };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    // A passport may read 1E234567: a bare exponent has two digits, and a third only behind a sign (E+017).
    let (longest, exponent) = exponent.strip_prefix('+').map_or((2, exponent), |e| (3, e));
    whole.len() == 1
        && digits(whole)
        && digits(part)
        && (2..=longest).contains(&exponent.len())
        && digits(exponent)
}

/// `330106201503140000.0`: digits of a number, with a decimal part.
fn is_long_decimal(text: &str) -> bool {
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    text.split_once('.').is_some_and(|(whole, part)| whole.len() >= 15 && digits(whole) && digits(part))
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_signature_is_seen_and_sound_numbers_are_not() {
        for (text, sign) in [
            ("3.30106E+17", Some(Sign::Scientific)),
            ("3.30106201503E17", Some(Sign::Scientific)),
            ("3.30106E+017", Some(Sign::Scientific)),
            ("330106201503140000.0", Some(Sign::Scientific)),
            ("330106201503140000", Some(Sign::Zeros)),
            // 330106201503140015 through a double: printed exactly, and by its shortest digits.
            ("330106201503140032", Some(Sign::Float)),
            ("330106201503140030", Some(Sign::Float)),
            ("330106201503140015", None),
            ("330106201503140016", None),
            ("11010519491231002X", None),
            ("1E2345678", None),
            ("E12345678", None),
            ("01234567", None),
            ("610104620927690", None),
            ("G330106201503140000", None),
        ] {
            assert_eq!(sign_of_text(text), sign, "{text}");
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
        let check = document::check_character(first.as_bytes())?;
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
            let check = document::check_character(first.as_bytes()).map(char::from);
            prop_assume!(check.is_some_and(|c| c.is_ascii_digit()));
            let number: u64 = format!("{first}{}", check.unwrap()).parse().unwrap();
            let spreadsheet = format!("{}000", number / 1000);
            let exact = (number as f64 as u64).to_string();
            for damaged in [spreadsheet, exact, (number as f64).to_string()] {
                prop_assume!(damaged.len() == 18);
                prop_assert!(sign_of_text(&damaged).is_some(), "{}", damaged);
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,24}|[0-9.E+]{0,24}") {
            if !text.is_empty() {
                let _ = sign_of_text(&text);
            }
        }
    }
}
