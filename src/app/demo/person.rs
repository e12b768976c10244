//! One pupil: name, sex, birth and document, from the family and a key of its own.

use jiff::civil::Date;

use super::family::{self, Family, FamilyKey};
use super::identity::{self, Birth, Serial};
use super::name::{self, Bearer, Generation, Style};
use super::papers::{NATIONS, Papers};
use super::place::{ABOLISHED, HOME, NEIGHBOURS, Place};
use super::rng::{Rng, hash};

/// Whether a child was born with another, and which of the two it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twin {
    No,
    First,
    Second,
}

/// Where a child stands among all children of its year.
#[derive(Clone, Copy, Debug)]
pub struct Seat {
    pub anchor: i16,
    pub index: u32,
    pub twin: Twin,
}

/// A pupil.
#[derive(Clone, Debug)]
pub struct Person {
    pub family: Family,
    pub name: String,
    pub male: bool,
    pub birth: Date,
    /// Where the child was born; the division of its number.
    pub place: Place,
    pub number: String,
}

/// Pairs of neighbours in a class that are twins, in a thousand: 33 pairs make 16 twin births among 984 others,
/// as many as there are in China (1.6 %).
const TWIN_PAIRS: u64 = 33;

/// Whether the children at `index` and the next are twins.
pub fn are_twins(seed: u64, anchor: i16, index: u32) -> bool {
    !family::is_showcase(index)
        && !family::is_showcase(index + 1)
        && index / identity::DOMAIN == (index + 1) / identity::DOMAIN
        && hash(seed, &[30, anchor as u64, u64::from(index)]) % 1000 < TWIN_PAIRS
}

/// The index that a child's family and birth follow from: twins have those of the first.
fn born_as(seat: Seat) -> u32 {
    match seat.twin {
        Twin::Second => seat.index - 1,
        Twin::No | Twin::First => seat.index,
    }
}

fn key(seed: u64, seat: Seat) -> FamilyKey {
    family::key_of(seed, seat.anchor, born_as(seat))
}

fn own(seed: u64, seat: Seat, what: u64) -> Rng {
    Rng::keyed(seed, &[31, what, seat.anchor as u64, u64::from(seat.index)])
}

fn is_male(seed: u64, seat: Seat) -> bool {
    let mut rng = own(seed, seat, 0);
    let boy = rng.per_mille(528);
    // Two twins in three are of one sex: all identical pairs and half of the others.
    if seat.twin == Twin::Second && rng.per_mille(680) { is_male(seed, first_of(seat)) } else { boy }
}

fn first_of(seat: Seat) -> Seat {
    Seat { index: seat.index - 1, twin: Twin::First, ..seat }
}

fn name_of(seed: u64, seat: Seat, family: &Family) -> String {
    let mut rng = own(seed, seat, 1);
    let of = Bearer { male: is_male(seed, seat), generation: Generation::Child };
    if family.papers.is_foreign() {
        return name::foreign_name(&mut rng, of, family.foreign_name);
    }
    let mut clan = family.clan.clone();
    if seat.twin != Twin::No && clan.style == Style::Han && clan.shared.is_none() {
        let mut both = Rng::keyed(seed, &[32, family.number]);
        clan.shared = Some(name::shared_character(&mut both));
    }
    match seat.twin {
        Twin::Second => {
            let other = name_of(seed, first_of(seat), family);
            name::twin_name(&mut rng, &clan, of, &other)
        }
        Twin::No | Twin::First => name::full_name(&mut rng, &clan, of),
    }
}

fn birthplace(rng: &mut Rng, family: &Family, birth: Date) -> Place {
    if let Some(place) = family.block {
        return place;
    }
    if family.is_migrant() {
        return if rng.per_mille(650) { family.root } else { HOME };
    }
    match rng.below(100) {
        0..9 => *rng.pick(NEIGHBOURS),
        // Divisions that were abolished later: the numbers stay valid for life (R§4.2).
        9..12 => ABOLISHED
            .iter()
            .find(|(_, from, to)| (*from..=*to).contains(&birth.year()))
            .map_or(HOME, |(place, _, _)| *place),
        _ => HOME,
    }
}

/// The pupil at a seat.
pub fn person(seed: u64, seat: Seat) -> Person {
    let family = family::family(seed, key(seed, seat));
    let birth = identity::child(seed, seat.anchor, born_as(seat));
    let male = is_male(seed, seat);
    let mut of_birth = Rng::keyed(seed, &[33, seat.anchor as u64, u64::from(born_as(seat))]);
    let place = birthplace(&mut of_birth, &family, birth.date);
    let swapped = of_birth.per_mille(500);
    let serial = Serial { half: birth.half, upper: swapped != (seat.twin == Twin::Second), male };
    let number = number(&family, seat, birth, serial, place);
    Person { name: name_of(seed, seat, &family), male, birth: birth.date, place, number, family }
}

fn number(family: &Family, seat: Seat, birth: Birth, serial: Serial, place: Place) -> String {
    let register = |size| identity::register_number(seat.anchor, seat.index, size);
    let eight = || format!("{:08}", register(100_000_000));
    let like_citizen = |division: &str| identity::citizen_number(division, birth.date, serial);
    let (_, letters, numeric) = NATIONS[family.nation];
    match family.papers {
        Papers::ResidentId | Papers::Booklet => like_citizen(place.code),
        Papers::HkTravel => format!("H{}", eight()),
        Papers::HkPassport => format!("K{}", eight()),
        Papers::HkResidence => like_citizen("810000"),
        Papers::MoTravel => format!("M{}", eight()),
        Papers::MoPassport => format!("MA{:07}", register(10_000_000)),
        Papers::MoResidence => like_citizen("820000"),
        Papers::TwTravel => eight(),
        Papers::TwTravelOld => format!("{:010}(B)", register(10_000_000_000)),
        Papers::TwResidence => like_citizen("830000"),
        Papers::Passport => format!("C{}", eight()),
        Papers::OverseasChinese => format!("E{}", eight()),
        // 9, province of application, country (R§4.6): in the place of a division.
        Papers::PermanentNew => like_citizen(&format!("933{numeric}")[..6]),
        Papers::PermanentOld => {
            let day = identity::digits(birth.date);
            format!("{letters}3301{}{:02}", &day[2..], register(100))
        }
        Papers::Nothing => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twins_share_day_family_and_a_character_and_have_neighbouring_numbers() {
        let mut pairs = 0;
        let mut same_sex = 0;
        for index in (0..30_000).step_by(2).filter(|index| are_twins(1, 2015, *index)) {
            let seat = |index, twin| person(1, Seat { anchor: 2015, index, twin });
            let (a, b) = (seat(index, Twin::First), seat(index + 1, Twin::Second));
            assert_eq!((a.birth, a.family.number, a.place.code), (b.birth, b.family.number, b.place.code));
            assert_eq!(a.family.guardians[0].number, b.family.guardians[0].number);
            assert_ne!(a.name, b.name);
            if a.family.papers == Papers::ResidentId {
                let digits = |person: &Person| person.number[14..17].parse::<i32>().unwrap();
                assert!((1..=3).contains(&(digits(&a) - digits(&b)).abs()));
                pairs += 1;
                same_sex += u32::from(a.male == b.male);
            }
        }
        assert!((400..600).contains(&pairs), "{pairs}");
        assert!(same_sex * 10 > pairs * 7, "{same_sex} of {pairs}");
    }

    #[test]
    fn brothers_and_sisters_have_one_family_and_years_between_them() {
        let mut found = 0;
        for index in 0..2000 {
            let keys: Vec<_> =
                (2008..2020).map(|anchor| (anchor, family::key_of(1, anchor, index))).collect();
            for (n, (a, x)) in keys.iter().enumerate() {
                for (b, y) in keys[n + 1..].iter().filter(|(_, y)| y == x) {
                    assert!(x.siblings && y.siblings && (3..=4).contains(&(b - a)));
                    assert_eq!(x.anchor, *a);
                    found += 1;
                }
            }
        }
        assert!(found > 1500, "{found}");
    }
}
