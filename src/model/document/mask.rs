//! Masking: what of a text may be shown where somebody reads over a shoulder.

/// Past this many stars a longer text looks the same.
const STARS_AT_MOST: usize = 16;

/// Division and tail of an identity number stay (they find the row again), the birth date goes. Of any other text at
/// most a third stays, three characters at each end; of five characters or fewer, which may be a name, and of a
/// mobile number, nothing.
pub fn mask(text: &str) -> String {
    if let Some((figures, exponent)) = scientific(text) {
        // What is left of a damaged number is the clue to what went wrong: the division and the power of ten.
        return format!("{}{exponent}", star(figures, figures.len().min(7), 0));
    }
    let bytes = text.as_bytes();
    let (head, tail) = match bytes {
        [b'G' | b'J' | b'L', body @ ..] if is_number(body) && body.len() == 18 => (7, 4),
        number if is_number(number) && number.len() == 18 => (6, 4),
        number if is_number(number) && number.len() == 15 => (6, 3),
        [b'1', ..] if bytes.len() == 11 && is_number(bytes) => (0, 0),
        _ => {
            let shown = (text.chars().count() / 6).min(3);
            (shown, shown)
        }
    };
    star(text, head, tail)
}

/// The figures and the exponent of a number such as 3.30106E+17.
fn scientific(text: &str) -> Option<(&str, &str)> {
    let (figures, exponent) = text.split_at_checked(text.find(['E', 'e'])?)?;
    let plain = figures.bytes().all(|b| b.is_ascii_digit() || b == b'.') && figures.contains('.');
    let power = exponent.get(1..)?.strip_prefix('+')?;
    (plain && !power.is_empty() && power.bytes().all(|b| b.is_ascii_digit())).then_some((figures, exponent))
}

fn is_number(bytes: &[u8]) -> bool {
    bytes.split_last().is_some_and(|(last, rest)| {
        rest.iter().all(u8::is_ascii_digit) && (last.is_ascii_digit() || matches!(last, b'X' | b'x'))
    })
}

fn star(text: &str, head: usize, tail: usize) -> String {
    let count = text.chars().count();
    let hidden = (count - head - tail).min(STARS_AT_MOST);
    let mut masked: String = text.chars().take(head).collect();
    masked.extend(std::iter::repeat_n('*', hidden));
    masked.extend(text.chars().skip(count - tail));
    masked
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_mask_keeps_what_finds_the_row_and_no_more() {
        for (text, masked) in [
            ("330106201503140015", "330106********0015"),
            ("11010519491231002x", "110105********002x"),
            ("L330106201503140015", "L330106********0015"),
            ("610104620927690", "610104******690"),
            ("H12345678", "H*******8"),
            ("01234567", "0******7"),
            ("13800138000", "***********"),
            ("A1234", "*****"),
            ("3.30106E+17", "3.30106E+17"),
            ("3.30106201503140E+17", "3.30106*********E+17"),
            ("欧阳小明", "****"),
            ("身份证号330106201503140015", "身份证****************015"),
            ("", ""),
        ] {
            assert_eq!(mask(text), masked);
        }
    }

    proptest! {
        #[test]
        fn a_short_text_shows_nothing_and_a_long_one_at_most_a_third(text in "[^*]{0,60}") {
            let total = text.chars().count();
            let shown = mask(&text).chars().filter(|c| *c != '*').count();
            prop_assume!(!text.ends_with(|c: char| c.is_ascii_digit() || c == 'X' || c == 'x'));
            prop_assert!(shown * 3 <= total);
            prop_assert!(total > 5 || shown == 0);
        }

        #[test]
        fn the_birth_date_in_a_number_never_shows(number in "[1-9][0-9]{16}[0-9X]") {
            prop_assert_eq!(&mask(&number)[6..14], "********");
        }
    }
}
