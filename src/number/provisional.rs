//! L, 临时学籍号: the school's division, the birth date, and four characters that tell nothing.
//!
//! The rule says "four random digits" and is silent on a check character (R§3.1 rule 6). We draw three digits and add
//! the valid check character, so that a slip of the pen is found: 1,000 numbers for one division and one day. When
//! they are used up the last place takes the digits that are no check character, 10,000 numbers in all, the space of
//! the rule itself. The order is a keyed permutation: who holds neither the entropy nor the registry cannot tell
//! from two numbers which was issued first.

use jiff::civil::Date;

use crate::model::registry_number::{NumberKind, RegistryNumber};
use crate::number::{Refusal, check_character, first14, number};

/// How many numbers carry a valid check character.
pub const CHECKED: u32 = 1_000;

/// How many numbers one division has for one birth date.
pub const CAPACITY: u32 = 10 * CHECKED;

/// Rounds of the permutation; four make it pseudo-random (Luby and Rackoff 1988), two more are margin, for the halves
/// are small.
const ROUNDS: usize = 6;
const HALF: usize = 32;

/// The `attempt`-th candidate for a pupil of this school's division and this birth date. Under one `entropy` no two
/// attempts below [`CAPACITY`] give the same number, so whoever finds a number taken asks for the next.
///
/// # Errors
/// [`Refusal::Exhausted`] from attempt [`CAPACITY`] on; a division that is not six digits; a birth year before 1850.
pub fn draw(division: &str, birth: Date, attempt: u32, entropy: [u8; 32]) -> Result<RegistryNumber, Refusal> {
    let first14 = first14(division, birth)?;
    if attempt >= CAPACITY {
        return Err(Refusal::Exhausted);
    }
    let (pass, index) = (attempt / CHECKED, attempt % CHECKED);
    let first17 = format!("{first14}{:03}", permuted(index, &tables(&entropy, &first14, pass)));
    let last = last_character(check_character(&first17), pass);
    Ok(number(NumberKind::Provisional, &format!("{first17}{last}")))
}

/// The check character in the first pass, in each later one another digit that it is not.
fn last_character(check: char, pass: u32) -> char {
    let digit = check.to_digit(10).unwrap_or(0);
    match pass {
        0 => check,
        _ => char::from_digit((digit + pass) % 10, 10).unwrap_or(check),
    }
}

/// The round functions, drawn from the entropy for this division, day and pass alone.
fn tables(entropy: &[u8; 32], first14: &str, pass: u32) -> [u8; ROUNDS * HALF] {
    let mut tables = [0; ROUNDS * HALF];
    let mut hasher = blake3::Hasher::new_keyed(entropy);
    hasher.update(first14.as_bytes()).update(&pass.to_le_bytes()).finalize_xof().fill(&mut tables);
    tables
}

/// A Feistel network over the 1,024 values of two five-bit halves, walked until it lands below 1,000. Being a
/// permutation it always does: the walk comes back to `index` at the latest.
fn permuted(index: u32, tables: &[u8; ROUNDS * HALF]) -> u32 {
    let mut value = index as usize;
    loop {
        let (mut left, mut right) = (value / HALF, value % HALF);
        for round in tables.chunks_exact(HALF) {
            (left, right) = (right, left ^ (usize::from(round[right]) % HALF));
        }
        value = left * HALF + right;
        if value < CHECKED as usize {
            return value as u32;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    const ENTROPY: [u8; 32] = [7; 32];

    fn drawn(attempt: u32) -> RegistryNumber {
        draw("330106", date(2015, 3, 14), attempt, ENTROPY).unwrap()
    }

    #[test]
    fn the_body_is_the_schools_division_the_birth_date_and_four_characters() {
        let number = drawn(0);
        assert_eq!(number.kind(), NumberKind::Provisional);
        assert!(number.body().starts_with("33010620150314"));
    }

    #[test]
    fn rule_1_a_drawn_number_is_whole_and_without_a_warning() {
        assert_eq!(RegistryNumber::parse(drawn(0).reveal()), Ok(drawn(0)));
        assert_eq!(drawn(0).warnings(), []);
    }

    #[test]
    fn rule_6_the_first_thousand_all_have_a_valid_check_character_and_none_repeats() {
        let numbers: HashSet<_> = (0..CHECKED).map(drawn).collect();
        assert_eq!(numbers.len(), CHECKED as usize);
        assert!(numbers.iter().all(|number| number.warnings().is_empty()));
    }

    #[test]
    fn ten_thousand_are_drawn_without_a_repeat_and_then_no_more() {
        let numbers: HashSet<_> = (0..CAPACITY).map(drawn).collect();
        assert_eq!(numbers.len(), CAPACITY as usize);
        assert!(!drawn(CHECKED).warnings().is_empty(), "the second thousand has no check character");
        for attempt in [CAPACITY, u32::MAX] {
            assert_eq!(draw("330106", date(2015, 3, 14), attempt, ENTROPY), Err(Refusal::Exhausted));
        }
    }

    #[test]
    fn the_order_of_issue_does_not_show() {
        let sequence = |entropy| {
            (0..CHECKED)
                .map(|attempt| {
                    let number = draw("330106", date(2015, 3, 14), attempt, entropy).unwrap();
                    number.body()[14..17].parse::<i32>().unwrap()
                })
                .collect::<Vec<_>>()
        };
        let first = sequence(ENTROPY);
        let rising = first.windows(2).filter(|pair| pair[0] < pair[1]).count();
        assert!((400..600).contains(&rising), "as often up as down: {rising}");
        let steps: HashSet<_> = first.windows(2).map(|pair| pair[1] - pair[0]).collect();
        assert!(steps.len() > 500, "no constant step: {}", steps.len());
        let other = sequence([8; 32]);
        let same = first.iter().zip(&other).filter(|(a, b)| a == b).count();
        assert!(same < 20, "another entropy, another order: {same}");
    }

    #[test]
    fn one_entropy_orders_each_day_and_division_differently() {
        let tail =
            |division: &str, birth| draw(division, birth, 0, ENTROPY).unwrap().body()[14..17].to_owned();
        let tails: HashSet<_> = (1..=28).map(|day| tail("330106", date(2015, 3, day))).collect();
        assert!(tails.len() > 20);
        let divisions: HashSet<_> =
            (101..=128).map(|n| tail(&format!("330{n}"), date(2015, 3, 14))).collect();
        assert!(divisions.len() > 20);
    }

    #[test]
    fn what_is_no_division_or_no_birth_year_is_refused() {
        for division in ["", "33010", "3301060", "33010A", "３３０１０６", "杭州"] {
            assert_eq!(draw(division, date(2015, 3, 14), 0, ENTROPY), Err(Refusal::Division), "{division}");
        }
        for year in [-1, 0, 1849] {
            assert_eq!(draw("330106", date(year, 3, 14), 0, ENTROPY), Err(Refusal::BirthDate));
        }
    }

    proptest! {
        #[test]
        fn under_any_entropy_the_attempts_of_a_pass_are_a_permutation(entropy: [u8; 32], pass in 0u32..10) {
            let tables = tables(&entropy, "33010620150314", pass);
            let values: HashSet<_> = (0..CHECKED).map(|index| permuted(index, &tables)).collect();
            prop_assert_eq!(values.len(), CHECKED as usize);
            prop_assert!(values.iter().all(|value| *value < CHECKED));
        }
    }
}
