//! Invented people: rosters for training, samples and benchmarks. No files, no clock: it yields rows.
//!
//! Everybody follows from the seed and a place in a class, so the same seed gives the same rows on every machine,
//! however many were drawn before. Numbers are well formed and never repeat; they were given to nobody by us.

pub mod county;
mod disguise;
mod family;
pub mod files;

mod identity;
pub mod mess;
mod name;
pub mod papers;
mod person;
mod place;
mod plant;
mod rng;
mod row;

use jiff::civil::Date;

use county::{County, Room};
use papers::Papers;
use person::{Seat, Twin};

/// How many, which and when.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// At most so many pupils of the county.
    pub students: usize,
    pub seed: u64,
    /// The day the rosters are of: ages, grades and entry years follow.
    pub today: Date,
}

/// One pupil on a clean roster.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterRow {
    /// Index into the county's schools.
    pub school: usize,
    /// Index into the county's classes.
    pub class: usize,
    /// By the order of `model::field::Field`, every field: what a school writes into the template.
    pub values: Vec<String>,
    pub truth: Truth,
}

/// What is known of an invented pupil beyond the roster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Truth {
    /// The place among all pupils of the county, from 0.
    pub person: u64,
    /// Equal for brothers and sisters.
    pub family: u64,
    /// The person this one is the younger twin of.
    pub twin_of: Option<u64>,
    pub papers: Papers,
}

/// The pupils of a county, class by class in the order of its classes; each is drawn when asked for.
pub fn pupils<'a>(county: &'a County, options: &Options) -> impl Iterator<Item = RosterRow> + use<'a> {
    let options = *options;
    county
        .rooms
        .iter()
        .flat_map(move |room| (0..room.size).map(move |seat| pupil(county, &options, *room, seat)))
        .take(options.students)
}

/// The pupils of one class.
#[cfg(test)]
pub fn pupils_of_class<'a>(
    county: &'a County,
    options: &Options,
    class: usize,
) -> impl Iterator<Item = RosterRow> + use<'a> {
    let options = *options;
    let rooms = county.rooms.iter().filter(move |room| room.class == class);
    rooms.flat_map(move |room| (0..room.size).map(move |seat| pupil(county, &options, *room, seat)))
}

fn pupil(county: &County, options: &Options, room: Room, seat: u32) -> RosterRow {
    let place = place_of(options.seed, room, seat);
    let person = person::person(options.seed, place);
    let sheet = row::Sheet { county, room, seat, place, today: options.today, seed: options.seed };
    let number = room.row + u64::from(seat);
    RosterRow {
        school: room.school,
        class: room.class,
        values: row::fill(&sheet, &person),
        truth: Truth {
            person: number,
            family: person.family.number,
            twin_of: (place.twin == Twin::Second).then(|| number - 1),
            papers: person.family.papers,
        },
    }
}

/// Twins sit beside each other: seats 0 and 1, 2 and 3, and so on.
fn place_of(seed: u64, room: Room, seat: u32) -> Seat {
    let even = seat & !1;
    let paired = even + 1 < room.size && person::are_twins(seed, room.anchor, room.first + even);
    let twin = match (paired, seat == even) {
        (false, _) => Twin::No,
        (true, true) => Twin::First,
        (true, false) => Twin::Second,
    };
    Seat { anchor: room.anchor, index: room.first + seat, twin }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use jiff::civil::date;

    use super::*;
    use crate::code;
    use crate::model::document::{Holder, parse_official};
    use crate::model::field::{FIELDS, Field, FieldKind};

    const TODAY: Date = date(2026, 3, 1);

    fn options(students: usize, seed: u64) -> Options {
        Options { students, seed, today: TODAY }
    }

    fn sample(seed: u64) -> (County, Vec<RosterRow>) {
        let county = county::county(seed, TODAY);
        let rows = pupils(&county, &options(usize::MAX, seed)).collect();
        (county, rows)
    }

    fn get(row: &RosterRow, field: Field) -> &str {
        &row.values[field as usize]
    }

    #[test]
    fn the_same_seed_gives_the_same_rows_however_many_are_drawn() {
        let (county, all) = sample(7);
        let few: Vec<_> = pupils(&county, &options(100, 7)).collect();
        assert_eq!(few, all[..100]);
        let class = all[700].class;
        let one: Vec<_> = pupils_of_class(&county, &options(usize::MAX, 7), class).collect();
        let same: Vec<_> = all.iter().filter(|row| row.class == class).cloned().collect();
        assert_eq!(one, same);
        assert_ne!(sample(8).1[0].values, all[0].values);
    }

    #[test]
    fn rows_are_the_same_on_every_machine() {
        let text: String = sample(1).1.iter().flat_map(|row| &row.values).map(String::as_str).collect();
        assert_eq!(blake3::hash(text.as_bytes()).to_hex()[..16].to_owned(), "a8a5e9935b66e1b8");
    }

    #[test]
    fn numbers_of_pupils_and_guardians_are_unique_and_valid() {
        let county = county::county_for(20_000, 3, TODAY);
        let mut seen = HashSet::new();
        let mut guardians: HashMap<String, u64> = HashMap::new();
        for row in pupils(&county, &options(usize::MAX, 3)) {
            check_document(&row, Field::DocumentKind, Field::DocumentId, Holder::Pupil);
            check_document(&row, Field::G1DocumentKind, Field::G1DocumentId, Holder::Adult);
            let number = get(&row, Field::DocumentId);
            assert!(number.is_empty() || seen.insert(number.to_owned()), "a number twice");
            for field in [Field::G1DocumentId, Field::G2DocumentId] {
                let number = get(&row, field).to_owned();
                let owner = *guardians.entry(number.clone()).or_insert(row.truth.family);
                assert!(number.is_empty() || owner == row.truth.family, "a guardian of two families");
                assert!(number.is_empty() || !seen.contains(&number), "a guardian is a pupil");
            }
        }
        assert!(seen.len() > 19_500);
    }

    fn check_document(row: &RosterRow, kind: Field, number: Field, holder: Holder) {
        let (label, number) = (get(row, kind), get(row, number));
        if label == "其他" {
            assert!(number.is_empty() && !get(row, Field::G1DocumentId).is_empty());
            return;
        }
        let code = code::table("document_kind").unwrap().resolve(label).unwrap().code;
        let document = parse_official(code, number, holder).unwrap();
        let told = document.tells();
        if holder == Holder::Pupil
            && let Some(birth) = told.birth_date
        {
            assert_eq!(identity::digits(birth), get(row, Field::BirthDate));
        }
        if holder == Holder::Pupil
            && let Some(sex) = told.sex
        {
            assert_eq!(sex == crate::model::document::Sex::Male, get(row, Field::Sex) == "男");
        }
    }

    #[test]
    fn a_million_and_more_still_have_numbers_of_their_own() {
        // The children of one year of a county of two million: past the first set of numbers, another division.
        let seat = |index| Seat { anchor: 2015, index, twin: Twin::No };
        let mut seen = HashSet::new();
        for index in (0..2000).chain(identity::DOMAIN..identity::DOMAIN + 2000) {
            let number = person::person(1, seat(index)).number;
            assert!(number.is_empty() || seen.insert(number));
        }
        assert!(seen.iter().any(|number| number.starts_with(place::BLOCKS[0].code)));
    }

    #[test]
    fn twins_are_sixteen_in_a_thousand_births() {
        let county = county::county_for(40_000, 11, TODAY);
        let rows: Vec<_> = pupils(&county, &options(usize::MAX, 11)).map(|row| row.truth).collect();
        let twins = rows.iter().filter(|truth| truth.twin_of.is_some()).count();
        let rate = twins as f64 / (rows.len() - twins) as f64;
        assert!((0.013..0.019).contains(&rate), "{rate}");
        for pair in rows.windows(2).filter(|pair| pair[1].twin_of.is_some()) {
            assert_eq!((pair[1].twin_of, pair[1].family), (Some(pair[0].person), pair[0].family));
        }
    }

    #[test]
    fn the_smallest_county_shows_every_kind_of_document() {
        for seed in 0..12 {
            let (_, rows) = sample(seed);
            let shown: HashSet<_> = rows.iter().map(|row| row.truth.papers).collect();
            for spec in papers::PAPERS {
                assert!(shown.contains(&spec.papers), "{:?}, seed {seed}", spec.papers);
            }
            let none = rows.iter().filter(|row| row.truth.papers == Papers::Nothing).count();
            assert!((5..40).contains(&none), "{none}");
        }
    }

    #[test]
    fn every_label_is_one_of_its_table_and_every_division_was_one_at_birth() {
        let (_, rows) = sample(2);
        for row in &rows {
            for spec in FIELDS {
                let value = get(row, spec.field);
                match spec.kind {
                    _ if value.is_empty() => {}
                    FieldKind::Code(tables) => {
                        let entry = code::table(tables[0]).unwrap().resolve(value);
                        assert!(entry.is_some(), "{}: {value}", spec.heading);
                    }
                    FieldKind::Division => {
                        // Elders may be older than the lists, which begin in 1980.
                        let year = get(row, Field::BirthDate)[..4].parse().unwrap();
                        let valid = code::division::valid_in(value, year);
                        assert_eq!(valid, code::division::Validity::Valid, "{value} in {year}");
                        assert!(value.len() == 12 && value.ends_with("000000"), "{}", spec.heading);
                    }
                    _ => assert_eq!(value.trim(), value),
                }
            }
        }
    }

    #[test]
    fn every_column_with_a_star_is_filled() {
        use crate::model::field::{Edition, Need};
        for row in sample(4).1 {
            for spec in FIELDS.iter().filter(|s| s.need == Need::Must && s.edition == Edition::Template) {
                assert!(!get(&row, spec.field).is_empty(), "{}", spec.heading);
            }
        }
    }

    #[test]
    fn ages_fit_the_month_of_entry() {
        let (county, rows) = sample(5);
        let mut late = 0;
        for row in &rows {
            let class = &county.classes[row.class];
            let lengths = county.schools[row.school].lengths;
            let before = lengths.before(class.stage);
            let birth: i32 = get(row, Field::BirthDate).parse().unwrap();
            // Completed years on 31 August of the year of entry.
            let age = (i32::from(class.entry_year) * 10_000 + 831 - birth) / 10_000 - i32::from(before);
            assert!((6..=7).contains(&age), "{age}");
            assert_eq!(get(row, Field::EntryMonth), format!("{}09", class.entry_year));
            late += usize::from(age == 7);
        }
        assert!((5..60).contains(&late), "{late}");
    }

    #[test]
    fn only_children_have_no_brothers_and_families_share_a_telephone() {
        let (_, rows) = sample(6);
        let mut families: HashMap<u64, Vec<&RosterRow>> = HashMap::new();
        for row in &rows {
            families.entry(row.truth.family).or_default().push(row);
        }
        let several: Vec<_> = families.values().filter(|children| children.len() > 1).collect();
        assert!(several.len() > 60, "{}", several.len());
        for children in several {
            for child in children {
                assert_eq!(get(child, Field::OnlyChild), "否");
                for field in [Field::ContactPhone, Field::HomeAddress, Field::G1Name, Field::G1DocumentId] {
                    assert_eq!(get(child, field), get(children[0], field));
                }
            }
        }
    }
}
