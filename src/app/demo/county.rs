//! The sample county: its schools, their classes, and who sits where. The people are drawn elsewhere.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::place::{COUNTY_NAME, HOME};
use super::rng::{Rng, hash};
use crate::model::id::SchoolCode;
use crate::model::school::{Class, Lengths, School, Stage, school_year};

/// An invented county under a real division code.
#[derive(Clone, Debug)]
pub struct County {
    /// Six digits of GB/T 2260: real, because checks demand one that exists; nothing else here is.
    pub division: String,
    pub name: String,
    pub schools: Vec<School>,
    pub classes: Vec<Class>,
    pub(super) rooms: Vec<Room>,
}

/// A class as its pupils' numbers need it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub school: usize,
    pub class: usize,
    pub size: u32,
    /// The children were born in the year from 1 September of this one (those who entered late a year before).
    pub anchor: i16,
    /// The place of the class's first pupil among all children of the anchor.
    pub first: u32,
    /// The place of the class's first pupil among all pupils of the county.
    pub row: u64,
}

impl County {
    /// How many pupils its classes hold.
    #[cfg(test)]
    pub fn pupil_count(&self) -> usize {
        self.rooms.iter().map(|room| room.size as usize).sum()
    }

    /// How many pupils one school has.
    #[cfg(test)]
    pub fn pupils_of(&self, school: usize) -> usize {
        self.rooms.iter().filter(|room| room.school == school).map(|room| room.size as usize).sum()
    }
}

const SIX: Lengths = Lengths { primary: 6, junior: 3, senior: 3 };
const FIVE: Lengths = Lengths { primary: 5, junior: 4, senior: 3 };
const PRIMARY: &[Stage] = &[Stage::Primary];
const JUNIOR: &[Stage] = &[Stage::Junior];
const SENIOR: &[Stage] = &[Stage::Senior];
const NINE_YEARS: &[Stage] = &[Stage::Primary, Stage::Junior];
const COMPLETE: &[Stage] = &[Stage::Junior, Stage::Senior];

/// One school of the sample: one class a grade.
struct Plan {
    category: &'static str,
    name: &'static str,
    stages: &'static [Stage],
    lengths: Lengths,
    sponsor: &'static str,
    /// Pupils a class, give or take a few.
    size: u32,
    /// The highest grade taught of its stages.
    grades: u8,
}

const fn plan(category: &'static str, name: &'static str, stages: &'static [Stage], size: u32) -> Plan {
    Plan { category, name, stages, lengths: SIX, sponsor: "公办", size, grades: u8::MAX }
}

#[rustfmt::skip]
const SAMPLE: &[Plan] = &[
    plan("21", "云溪县第一小学", PRIMARY, 40),
    plan("21", "云溪县实验小学", PRIMARY, 32),
    plan("21", "云溪县青石镇中心小学", PRIMARY, 21),
    Plan { grades: 3, ..plan("21", "云溪县青石镇松坪教学点", PRIMARY, 7) },
    plan("31", "云溪县初级中学", JUNIOR, 43),
    plan("31", "云溪县白鹭镇初级中学", JUNIOR, 26),
    plan("31", "云溪县柳河镇九年一贯制学校", NINE_YEARS, 15),
    plan("34", "云溪县第一中学", COMPLETE, 30),
    plan("34", "云溪县高级中学", SENIOR, 42),
    plan("51", "云溪县特殊教育学校", NINE_YEARS, 6),
    Plan { sponsor: "民办", ..plan("21", "云溪县启明学校", PRIMARY, 18) },
    Plan { lengths: FIVE, ..plan("31", "云溪县五四学制实验学校", NINE_YEARS, 16) },
];

/// The sample county: a dozen schools of all stages, about 1,500 pupils.
pub fn county(seed: u64, today: Date) -> County {
    let mut builder = Builder::new(seed, today);
    let mut rng = Rng::keyed(seed, &[11]);
    for plan in SAMPLE {
        let school = builder.school(plan.category, plan.name.into(), plan.stages);
        builder.county.schools[school].lengths = plan.lengths;
        builder.county.schools[school].sponsor = plan.sponsor.into();
        for (stage, year) in grades(plan.stages, plan.lengths).filter(|grade| grade.1 <= plan.grades) {
            let spread = plan.size / 8;
            let size = plan.size - spread + rng.below(2 * spread + 1);
            builder.class(school, stage, year, size);
        }
    }
    builder.county
}

/// Every grade of these stages: the stage and the year within it, from 1.
fn grades(stages: &[Stage], lengths: Lengths) -> impl Iterator<Item = (Stage, u8)> {
    stages.iter().flat_map(move |stage| (1..=lengths.of(*stage)).map(move |year| (*stage, year)))
}

/// Pupils a class and classes a school that `county_for` aims at: 40 × 44 stays under 2,000 a school.
const CLASS_SIZE: usize = 44;
const CLASSES_A_SCHOOL: usize = 40;
const LARGEST_CLASS: u32 = 50;
const SMALLEST_CLASS: u32 = 35;

/// What the schools of a county of any size are, in turn: category, kind, stages.
const KINDS: &[(&str, &str, &[Stage])] = &[
    ("21", "小学", PRIMARY),
    ("31", "初级中学", JUNIOR),
    ("21", "小学", PRIMARY),
    ("34", "高级中学", SENIOR),
    ("31", "九年一贯制学校", NINE_YEARS),
    ("34", "完全中学", COMPLETE),
    ("21", "小学", PRIMARY),
];

/// A county with exactly so many pupils, as many schools as they need, in classes of 35 to 50 (fewer where there are
/// too few pupils for that).
pub fn county_for(students: usize, seed: u64, today: Date) -> County {
    let mut builder = Builder::new(seed, today);
    let sizes = class_sizes(students, seed);
    let schools = sizes.len().div_ceil(CLASSES_A_SCHOOL);
    let mut left = sizes.as_slice();
    for at in 0..schools {
        let (category, kind, stages) = KINDS[at % KINDS.len()];
        let school = builder.school(category, format!("云溪县第{}{kind}", at + 1), stages);
        let (mine, rest) = left.split_at(left.len().div_ceil(schools - at));
        left = rest;
        let all: Vec<_> = grades(stages, SIX).collect();
        for (n, size) in mine.iter().enumerate() {
            // Whole grades first where there are few classes, then parallel classes.
            let (stage, year) = all[n % all.len()];
            builder.class(school, stage, year, *size);
        }
    }
    builder.county
}

fn class_sizes(students: usize, seed: u64) -> Vec<u32> {
    let classes = ((students + CLASS_SIZE / 2) / CLASS_SIZE).max(usize::from(students > 0));
    let mut rng = Rng::keyed(seed, &[12]);
    let mut sizes: Vec<u32> =
        (0..classes).map(|n| (students / classes + usize::from(n < students % classes)) as u32).collect();
    for pair in sizes.chunks_exact_mut(2) {
        let most = LARGEST_CLASS.saturating_sub(pair[0]).min(pair[1].saturating_sub(SMALLEST_CLASS)).min(5);
        let shift = rng.below(most + 1);
        pair[0] += shift;
        pair[1] -= shift;
    }
    sizes
}

struct Builder {
    county: County,
    cohorts: BTreeMap<i16, u32>,
    rows: u64,
    serial: u64,
    this_year: i16,
}

impl Builder {
    fn new(seed: u64, today: Date) -> Builder {
        Builder {
            county: County {
                division: HOME.code.into(),
                name: COUNTY_NAME.into(),
                schools: Vec::new(),
                classes: Vec::new(),
                rooms: Vec::new(),
            },
            cohorts: BTreeMap::new(),
            rows: 0,
            serial: hash(seed, &[10]) % 1_000_000,
            this_year: school_year(today),
        }
    }

    fn school(&mut self, category: &str, name: String, stages: &[Stage]) -> usize {
        // 7 is prime to a million, so that no serial comes twice.
        self.serial = (self.serial + 7) % 1_000_000;
        let code = format!("{category}{}{:06}", &HOME.code[..2], self.serial);
        self.county.schools.push(School {
            code: SchoolCode::parse(&code)
                .expect("category and province are of the lists, the rest are digits"),
            name,
            division: HOME.code.into(),
            authority: format!("{COUNTY_NAME}教育局"),
            stages: stages.to_vec(),
            lengths: SIX,
            sponsor: "公办".into(),
            closed_on: None,
            merged_into: None,
            files_to: None,
        });
        self.county.schools.len() - 1
    }

    fn class(&mut self, school: usize, stage: Stage, year: u8, size: u32) {
        let at = &self.county.schools[school];
        let entry_year = self.this_year - i16::from(year) + 1;
        let letter = match stage {
            Stage::Primary => 'P',
            Stage::Junior => 'J',
            Stage::Senior => 'S',
        };
        let parallel = self
            .county
            .classes
            .iter()
            .rev()
            .take_while(|c| c.school == at.code)
            .filter(|c| c.stage == stage && c.entry_year == entry_year)
            .count();
        // A child that enters the first grade is six on 31 August.
        let anchor = entry_year - 7 - i16::from(at.lengths.before(stage));
        let first = self.cohorts.entry(anchor).or_insert(0);
        self.county.classes.push(Class {
            school: at.code.clone(),
            number: format!("{letter}{entry_year}{:02}", parallel + 1),
            name: format!("{entry_year}级{}班", parallel + 1),
            stage,
            entry_year,
        });
        let class = self.county.classes.len() - 1;
        self.county.rooms.push(Room { school, class, size, anchor, first: *first, row: self.rows });
        *first += size;
        self.rows += u64::from(size);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_sample_has_a_dozen_schools_of_all_stages_and_about_1500_pupils() {
        for seed in 0..20 {
            let county = county(seed, date(2026, 3, 1));
            assert_eq!(county.schools.len(), 12);
            assert!((1400..1600).contains(&county.pupil_count()), "{}", county.pupil_count());
            for stage in [Stage::Primary, Stage::Junior, Stage::Senior] {
                assert!(county.classes.iter().any(|class| class.stage == stage));
            }
            assert!(county.schools.iter().any(|school| school.sponsor == "民办"));
            assert!(county.schools.iter().any(|school| school.lengths.primary == 5));
            assert!(county.schools.iter().any(|school| school.code.as_str().starts_with("51")));
        }
    }

    #[test]
    fn codes_and_class_numbers_are_unique_and_every_grade_in_session_has_a_class() {
        let county = county(1, date(2026, 9, 1));
        let codes: HashSet<_> = county.schools.iter().map(|school| school.code.as_str()).collect();
        assert_eq!(codes.len(), county.schools.len());
        let numbers: HashSet<_> =
            county.classes.iter().map(|class| (class.school.as_str(), class.number.as_str())).collect();
        assert_eq!(numbers.len(), county.classes.len());
        for year in 2021..=2026 {
            assert!(county.classes.iter().any(|c| c.stage == Stage::Primary && c.entry_year == year));
        }
        assert!(county.classes.iter().all(|class| (2021..=2026).contains(&class.entry_year)));
    }

    #[test]
    fn a_county_of_any_size_has_exactly_so_many_pupils_in_classes_of_35_to_50() {
        for students in [0, 1, 30, 70, 500, 2000, 12_345, 100_000] {
            let county = county_for(students, 3, date(2026, 3, 1));
            assert_eq!(county.pupil_count(), students);
            for at in 0..county.schools.len() {
                assert!(county.pupils_of(at) <= 2000);
            }
            if students >= 500 {
                assert!(county.rooms.iter().all(|room| (35..=50).contains(&room.size)), "{students}");
            }
        }
    }

    #[test]
    fn nobody_shares_a_place_among_the_children_of_a_year() {
        let county = county_for(20_000, 5, date(2026, 3, 1));
        let places: HashSet<_> = county
            .rooms
            .iter()
            .flat_map(|room| (0..room.size).map(move |seat| (room.anchor, room.first + seat)))
            .collect();
        assert_eq!(places.len(), 20_000);
    }
}
