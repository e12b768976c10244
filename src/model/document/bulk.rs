//! The same law as the full parser's, byte by byte and without allocation, for ten million numbers in a column.

/// What a number of the eighteen-character family is. One byte, so that a tally is an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Verdict {
    /// 居民身份证, 港澳台居民居住证 or 外国人永久居留身份证, sound in itself. Whether the division exists is not asked.
    Ok,
    Empty,
    /// A byte that cannot stand in a number, or an X before the end.
    Characters,
    Length,
    /// Fifteen digits: an adult's perhaps, a pupil's never.
    Legacy15,
    /// Opens with 0, or with 8 and is not 810000, 820000 or 830000.
    Region,
    Date,
    Check,
}

impl Verdict {
    pub const ALL: [Verdict; 8] = [
        Verdict::Ok,
        Verdict::Empty,
        Verdict::Characters,
        Verdict::Length,
        Verdict::Legacy15,
        Verdict::Region,
        Verdict::Date,
        Verdict::Check,
    ];

    /// The line of a summary.
    pub fn title(self) -> &'static str {
        match self {
            Verdict::Ok => "号码无误",
            Verdict::Empty => "号码为空",
            Verdict::Characters => "有不能出现的字符",
            Verdict::Length => "位数不符",
            Verdict::Legacy15 => "15 位旧号",
            Verdict::Region => "前 6 位没有此类地区",
            Verdict::Date => "出生日期不存在",
            Verdict::Check => "校验码不符",
        }
    }
}

/// The weight table of GB 11643, narrow enough for the sum to stay in one register lane.
const WEIGHTS: [u16; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// The check character of every weighted sum that seventeen digits can have: 9 × 95 at most.
const CHECKS: [u8; 856] = {
    let mut checks = [0; 856];
    let mut sum = 0;
    while sum < checks.len() {
        checks[sum] = b"10X98765432"[sum % 11];
        sum += 1;
    }
    checks
};

/// Days of each month by its two digits, February as in a leap year; 0 where there is no such month.
const DAYS: [u8; 100] = {
    let mut days = [0; 100];
    let months = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while month < 12 {
        days[month + 1] = months[month];
        month += 1;
    }
    days
};

/// Judges one field as it stands in the file: no trimming, no upper-casing but for `x`. Agrees with
/// `parse_identity_number` for a pupil on every text.
pub fn check_resident(bytes: &[u8]) -> Verdict {
    let Ok(number) = <&[u8; 18]>::try_from(bytes) else { return check_other_length(bytes) };
    let mut stray = false;
    let mut sum = 0;
    for (byte, weight) in number.iter().zip(WEIGHTS) {
        let digit = byte.wrapping_sub(b'0');
        stray |= digit > 9;
        sum += u16::from(digit) * weight;
    }
    let last = if number[17] == b'x' { b'X' } else { number[17] };
    if stray || !(last.is_ascii_digit() || last == b'X') {
        return Verdict::Characters;
    }
    match number[0] {
        b'0' => return Verdict::Region,
        b'8' if !matches!(number[1], b'1'..=b'3') || number[2..6] != *b"0000" => return Verdict::Region,
        // The layout of a foreigner's number behind the 9 is not confirmed, so its date is not judged (R§4.6).
        b'9' => {}
        _ if !is_date(number) => return Verdict::Date,
        _ => {}
    }
    if CHECKS[usize::from(sum)] == last { Verdict::Ok } else { Verdict::Check }
}

#[cold]
fn check_other_length(bytes: &[u8]) -> Verdict {
    let Some((last, digits)) = bytes.split_last() else { return Verdict::Empty };
    if !digits.iter().all(u8::is_ascii_digit) || !(last.is_ascii_digit() || matches!(last, b'X' | b'x')) {
        Verdict::Characters
    } else if bytes.len() == 15 && last.is_ascii_digit() {
        Verdict::Legacy15
    } else {
        Verdict::Length
    }
}

/// A day of the calendar from 1850 on. All bytes are digits.
fn is_date(number: &[u8; 18]) -> bool {
    let two = |at: usize| usize::from(number[at] - b'0') * 10 + usize::from(number[at + 1] - b'0');
    let (year, month, day) = (two(6) * 100 + two(8), two(10), two(12));
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    year >= 1850 && (1..=usize::from(DAYS[month])).contains(&day) && (month != 2 || day != 29 || leap)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::document::{Document, Holder, Malformed, check_character, parse_identity_number};

    fn verdict_of(parsed: Result<Document, Malformed>) -> Verdict {
        match parsed {
            Ok(_) => Verdict::Ok,
            Err(Malformed::Empty) => Verdict::Empty,
            Err(Malformed::Characters { .. }) => Verdict::Characters,
            Err(Malformed::Length { .. }) => Verdict::Length,
            Err(Malformed::Legacy15) => Verdict::Legacy15,
            Err(Malformed::FirstDigit { .. } | Malformed::Layout { .. }) => Verdict::Region,
            Err(Malformed::BirthDate) => Verdict::Date,
            Err(Malformed::CheckCharacter { .. }) => Verdict::Check,
        }
    }

    fn full(text: &str) -> Verdict {
        verdict_of(parse_identity_number(text, Holder::Pupil))
    }

    /// Numbers near the border of validity: a real division and date mostly, a right check character mostly.
    fn near_number() -> impl Strategy<Value = String> {
        let first =
            prop::sample::select(vec!["330106", "110105", "810000", "820000", "840000", "911124", "030106"]);
        let body = (first, 1700u16..2200, 0u8..14, 0u8..33, 0u16..1000, any::<bool>());
        body.prop_map(|(division, year, month, day, sequence, right)| {
            let first17 = format!("{division}{year:04}{month:02}{day:02}{sequence:03}");
            let check = check_character(first17.as_bytes()).unwrap_or(b'0');
            let check = if right { check } else { b'0' + (check % 10) };
            format!("{first17}{}", char::from(check))
        })
    }

    #[test]
    fn each_verdict_is_reached() {
        for (bytes, verdict) in [
            (&b"330106201503140015"[..], Verdict::Ok),
            (b"11010519491231002x", Verdict::Ok),
            (b"810000199408230021", Verdict::Ok),
            (b"911124198108030024", Verdict::Ok),
            (b"", Verdict::Empty),
            (b"33010620150314X015", Verdict::Characters),
            (b"\xff\xfe", Verdict::Characters),
            (b"33010620150314001", Verdict::Length),
            (b"610104620927690", Verdict::Legacy15),
            (b"030106201503140015", Verdict::Region),
            (b"810100199408230021", Verdict::Region),
            (b"440308199902301512", Verdict::Date),
            (b"330106201503140016", Verdict::Check),
        ] {
            assert_eq!(check_resident(bytes), verdict, "{}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn a_verdict_is_its_place_in_the_tally() {
        assert!(Verdict::ALL.iter().enumerate().all(|(index, verdict)| *verdict as usize == index));
    }

    #[test]
    fn every_day_of_four_centuries_is_judged_as_the_calendar_does() {
        for year in 1800u16..2200 {
            for day in 0u16..1400 {
                let first17 = format!("110101{year:04}{:02}{:02}001", day / 100, day % 100);
                let check = check_character(first17.as_bytes()).map(char::from).unwrap();
                let number = format!("{first17}{check}");
                assert_eq!(check_resident(number.as_bytes()), full(&number), "{number}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        #[test]
        fn bulk_and_full_agree_on_numbers_and_on_what_damage_makes_of_them(
            mut number in near_number(), at in 0usize..18, by in "[0-9Xx A１]", damage in 0u8..5,
        ) {
            match damage {
                0 => {}
                1 => number.replace_range(at..=at, &by),
                2 => number.insert_str(at, &by),
                3 => { number.remove(at); }
                _ => number.truncate(at),
            }
            prop_assert_eq!(check_resident(number.as_bytes()), full(&number), "{}", number);
        }

        #[test]
        fn bulk_and_full_agree_on_any_text(text in "[0-9Xx]{0,20}|\\PC{0,20}") {
            prop_assert_eq!(check_resident(text.as_bytes()), full(&text));
        }

        #[test]
        fn no_bytes_make_it_panic_and_what_is_no_text_is_no_number(bytes in prop::collection::vec(any::<u8>(), 0..24)) {
            match std::str::from_utf8(&bytes) {
                Ok(text) => prop_assert_eq!(check_resident(&bytes), full(text)),
                Err(_) => prop_assert_eq!(check_resident(&bytes), Verdict::Characters),
            }
        }
    }
}
