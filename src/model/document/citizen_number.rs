//! The citizen number: seventeen digits and a check character, and the fifteen digits it grew from (GB 11643).

use jiff::civil::Date;

use crate::model::document::{Document, DocumentKind, Holder, Malformed, Sex, Told};

pub type Eighteen = [u8; 18];

/// Nobody in a registry of pupils and their families was born before; GB 11643's own sample of 1880 passes.
const EARLIEST_BIRTH_YEAR: i16 = 1850;

/// GB 11643-1999 table: the weight of each of the seventeen digits.
const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/// The check character for each remainder of the weighted sum by 11.
const CHECK_CHARACTERS: &[u8; 11] = b"10X98765432";

pub fn check_character(first17: &[u8]) -> Option<u8> {
    if first17.len() != 17 || !first17.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let sum: u32 = first17.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    Some(CHECK_CHARACTERS[sum as usize % 11])
}

/// The eighteen characters, upper-case. What cannot stand in a number is named before its length, because a stray
/// character is why the length is wrong.
pub fn eighteen(text: &str) -> Result<Eighteen, Malformed> {
    let bytes = text.as_bytes();
    let Some((last, digits)) = bytes.split_last() else { return Err(Malformed::Empty) };
    let stray = digits.iter().position(|byte| !byte.is_ascii_digit());
    let stray = stray.or((!last.is_ascii_digit() && !matches!(last, b'X' | b'x')).then_some(digits.len()));
    if let Some(at) = stray {
        // All before it is ASCII, so bytes count characters.
        return Err(Malformed::Characters { position: at + 1 });
    }
    let mut number: Eighteen =
        bytes.try_into().map_err(|_| Malformed::Length { expected: "18", found: bytes.len() })?;
    number[17].make_ascii_uppercase();
    Ok(number)
}

/// Reads a citizen number of a mainland resident, from the card or from the booklet.
pub fn parse_resident(kind: DocumentKind, text: &str, holder: Holder) -> Result<Document, Malformed> {
    let legacy = is_fifteen_digits(text);
    let number = match (legacy, holder) {
        (true, Holder::Pupil) => return Err(Malformed::Legacy15),
        (true, Holder::Adult) => upgrade(text),
        (false, _) => eighteen(text)?,
    };
    match number[0] {
        b'1'..=b'7' => {}
        b'8' if !legacy => return Err(first_digit(&number, Some(DocumentKind::HmtResidencePermit))),
        b'9' if !legacy => return Err(first_digit(&number, Some(DocumentKind::PermanentResidence))),
        _ => return Err(first_digit(&number, None)),
    }
    birth_date(&number).ok_or(Malformed::BirthDate)?;
    verify(&number)?;
    Ok(Document::new(kind, text))
}

/// The kind an eighteen-character number really is, said by its first digit (R§4.6).
pub fn first_digit(number: &Eighteen, really: Option<DocumentKind>) -> Malformed {
    Malformed::FirstDigit { found: char::from(number[0]), really }
}

pub fn verify(number: &Eighteen) -> Result<(), Malformed> {
    let expected = check_character(&number[..17]).map_or('?', char::from);
    let found = char::from(number[17]);
    if expected == found { Ok(()) } else { Err(Malformed::CheckCharacter { expected, found }) }
}

pub fn birth_date(number: &Eighteen) -> Option<Date> {
    let digits = |range: std::ops::Range<usize>| {
        number[range].iter().fold(0i16, |value, digit| value * 10 + i16::from(digit - b'0'))
    };
    let (year, month, day) = (digits(6..10), digits(10..12) as i8, digits(12..14) as i8);
    if year < EARLIEST_BIRTH_YEAR {
        return None;
    }
    Date::new(year, month, day).ok()
}

pub fn is_fifteen_digits(text: &str) -> bool {
    text.len() == 15 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Fifteen digits made eighteen: the century after the division, the check character at the end (R§4.2).
fn upgrade(fifteen: &str) -> Eighteen {
    let old = fifteen.as_bytes();
    let mut number = *b"000000190000000000";
    number[..6].copy_from_slice(&old[..6]);
    number[8..17].copy_from_slice(&old[6..15]);
    number[17] = check_character(&number[..17]).expect("fifteen digits and a century are seventeen digits");
    number
}

/// The eighteen characters of a document already parsed.
fn of_parsed(text: &str) -> Eighteen {
    if text.len() == 15 { upgrade(text) } else { eighteen(text).unwrap_or([b'0'; 18]) }
}

pub fn tells(text: &str) -> Told<'_> {
    let number = of_parsed(text);
    let sex = if number[16].is_multiple_of(2) { Sex::Female } else { Sex::Male };
    Told {
        birth_date: birth_date(&number),
        sex: Some(sex),
        division: text.get(..6),
        nationality_numeric: None,
    }
}

pub fn key(text: &str) -> String {
    of_parsed(text).iter().map(|byte| char::from(*byte)).collect()
}

/// Eighteen characters of a citizen number's shape that open with one of `first`.
pub fn is_shaped(text: &str, first: &[u8]) -> bool {
    eighteen(text).is_ok_and(|number| first.contains(&number[0]))
}

/// The shape of a mainland number, new or old.
pub fn is_resident_shaped(text: &str) -> bool {
    is_shaped(text, b"1234567") || is_fifteen_digits(text) && matches!(text.as_bytes()[0], b'1'..=b'7')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_published_samples_have_their_check_character() {
        for number in [
            "11010519491231002X",
            "440524188001010014",
            "110101202311012176",
            "440308199901101512",
            "810000199408230021",
            "830000199201300022",
            "330106201503140015",
            "911124198108030024",
        ] {
            assert_eq!(check_character(&number.as_bytes()[..17]), Some(number.as_bytes()[17]), "{number}");
        }
    }

    #[test]
    fn what_is_not_seventeen_digits_has_no_check_character() {
        for text in ["", "1101051949123100", "110105194912310022", "1101051949123100X", "一二三四五六"]
        {
            assert_eq!(check_character(text.as_bytes()), None);
        }
    }

    fn any_seventeen() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(b'0'..=b'9', 17)
    }

    proptest! {
        #[test]
        fn the_weights_agree_with_the_recursion_of_iso_7064(first17 in any_seventeen()) {
            let p = first17.iter().fold(0u32, |p, digit| (p + u32::from(digit - b'0')) * 2 % 11);
            let check = match (12 - p) % 11 { 10 => b'X', value => b'0' + value as u8 };
            prop_assert_eq!(check_character(&first17), Some(check));
        }

        #[test]
        fn one_changed_digit_breaks_the_check_character(
            mut first17 in any_seventeen(), at in 0usize..17, by in 1u8..10,
        ) {
            let before = check_character(&first17);
            first17[at] = b'0' + (first17[at] - b'0' + by) % 10;
            prop_assert_ne!(check_character(&first17), before);
        }

        #[test]
        fn two_neighbours_swapped_break_the_check_character(mut first17 in any_seventeen(), at in 0usize..16) {
            prop_assume!(first17[at] != first17[at + 1]);
            let before = check_character(&first17);
            first17.swap(at, at + 1);
            prop_assert_ne!(check_character(&first17), before);
        }
    }
}
