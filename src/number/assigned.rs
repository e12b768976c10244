//! J, 正式学籍号 of a pupil without a usable citizen number: built like one from the school's division.

use jiff::civil::Date;

use crate::model::document::Sex;
use crate::model::registry_number::{NumberKind, RegistryNumber};
use crate::number::{Refusal, check_character, first14, number};

/// The number with this sequence. That odd is male and even female is not stated for J; we follow the citizen number
/// it is "built like" (R§3.1, R§3.3), and only when composing: reading a J never asks.
///
/// # Errors
/// A sequence outside 1 to 999 or of the other sex; a division that is not six digits; a birth year before 1850.
pub fn compose(division: &str, birth: Date, sequence: u16, sex: Sex) -> Result<RegistryNumber, Refusal> {
    let first14 = first14(division, birth)?;
    if !(1..=999).contains(&sequence) {
        return Err(Refusal::Sequence);
    }
    if !fits(sequence, sex) {
        return Err(Refusal::SequenceSex);
    }
    let first17 = format!("{first14}{sequence:03}");
    Ok(number(NumberKind::Assigned, &format!("{first17}{}", check_character(&first17))))
}

/// The sequences of one sex, in order: 500 for boys, 499 for girls.
pub fn sequences(sex: Sex) -> impl Iterator<Item = u16> {
    (1..=999).filter(move |sequence| fits(*sequence, sex))
}

fn fits(sequence: u16, sex: Sex) -> bool {
    match sex {
        Sex::Male => !sequence.is_multiple_of(2),
        Sex::Female => sequence.is_multiple_of(2),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use jiff::civil::date;

    use super::*;
    use crate::model::document::{Holder, parse_identity_number};

    #[test]
    fn the_published_example_is_composed() {
        let number = compose("330106", date(2015, 3, 14), 1, Sex::Male).unwrap();
        assert_eq!(number.reveal(), "J330106201503140015");
    }

    #[test]
    fn a_body_reads_like_a_citizen_number_of_that_sex_and_birth() {
        for sex in [Sex::Male, Sex::Female] {
            let mut bodies = HashSet::new();
            for sequence in sequences(sex) {
                let number = compose("330106", date(2016, 2, 29), sequence, sex).unwrap();
                let document = parse_identity_number(number.body(), Holder::Pupil).unwrap();
                assert_eq!(document.tells().sex, Some(sex));
                assert_eq!(document.tells().birth_date, Some(date(2016, 2, 29)));
                bodies.insert(number);
            }
            assert_eq!(bodies.len(), if sex == Sex::Male { 500 } else { 499 });
        }
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let compose = |division, sequence, sex| compose(division, date(2015, 3, 14), sequence, sex);
        for (division, sequence, sex, why) in [
            ("33010", 1, Sex::Male, Refusal::Division),
            ("330106", 0, Sex::Female, Refusal::Sequence),
            ("330106", 1000, Sex::Female, Refusal::Sequence),
            ("330106", 2, Sex::Male, Refusal::SequenceSex),
            ("330106", 1, Sex::Female, Refusal::SequenceSex),
        ] {
            assert_eq!(compose(division, sequence, sex), Err(why));
        }
    }
}
