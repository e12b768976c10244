//! Twins, brothers and sisters: what they share is the family's, and no sign that two records are one child.
//!
//! Not a rule that hides: two more ways of not being one child, each with its own chances, which a score has to beat.
//! A pair that agrees on home, guardians, telephone and birth date is explained by twins unless the name or the number
//! says more than twins would.

use rustc_hash::FxHashMap;

use super::comparison::sound::Glyph;
use super::schema::{FieldSpec, Schema, Whose};
use super::weight::{Pattern, Weight, bits, level_of};

/// Where learning starts: twins are about 1 birth in 60 (国家卫生健康委 gives 1.6 % to 3 % by region), so 1 pair for 120
/// records at most; other children of one family at school at one time are 1 pair for 10.
pub const TWINS_PER_RECORD: f64 = 0.008;
pub const SIBLINGS_PER_RECORD: f64 = 0.1;

/// Which children of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kin {
    Twins,
    Siblings,
}

/// How the levels of a field fall between two children of one family: what is the family's agrees as it does
/// between two records of one child; what is the child's own as the comparison knows it.
pub fn chances(spec: &FieldSpec, kin: Kin, same: &[f64]) -> Vec<f64> {
    let own = match kin {
        Kin::Twins => spec.comparison.twins,
        Kin::Siblings => spec.comparison.siblings,
    };
    if spec.whose == Whose::Family || own.is_empty() { same.to_vec() } else { own.to_vec() }
}

/// Whether the levels of a field between twins are learned: of the child's own they are, near where they start.
pub fn is_learned(spec: &FieldSpec) -> bool {
    spec.whose == Whose::Pupil && !spec.comparison.twins.is_empty()
}

/// How often a character is given to a child that the chances between twins are right for as they stand. A family
/// that names its second child so gives half of the time a name with one other character, and that one as often as all
/// families do; a hand that slips takes one of about four that sound or look alike.
pub const USUAL: f64 = 0.002;
/// A character given to fewer than 1 child in 8,000 says no more than that; nor one given to more than 1 in 125.
const MOST: Weight = 200;
const LEAST: Weight = -400;

/// How much likelier than usual a family gives both of two names that differ in one character of the given name, each
/// character as often as `given` says: twins are called 雪 and 雷, but nobody calls a child 停 or 谣, so 婷 and 停 are
/// one child's.
pub fn another_name(a: &[Glyph], b: &[Glyph], given: &FxHashMap<char, f32>) -> Weight {
    if a.len() != b.len() {
        return 0;
    }
    let mut differing = a.iter().zip(b).enumerate().filter(|(_, (x, y))| x.c != y.c);
    match (differing.next(), differing.next()) {
        (Some((1.., (x, y))), None) => {
            let often = |g: &Glyph| given.get(&g.c).copied().map_or(USUAL, f64::from);
            bits(often(x).min(often(y)) / USUAL).clamp(LEAST, MOST)
        }
        _ => 0,
    }
}

/// A pair that could be twins is left to people below this: odds of 2¹¹ to 1.
pub const SURE: Weight = 1100;

/// Levels of a name at which twins are often found: one character other, or one that sounds nearly the same. A
/// homophone in whatever tone, a look-alike and a slip of typing are a clerk's.
const TWIN_NAMES: &[&str] = &["near-sound", "one-character", "surname", "different"];
/// Levels of a number that tell twins apart from one child.
const NUMBER_SPEAKS: &[&str] = &["same", "slip"];
/// Levels of a number at which it has two holders, by itself: more than two slips apart, or both sound.
const TWO_HOLDERS: &[&str] = &["sequence", "sound", "unsound"];

/// Of them, those that may be two numbers of one day, whatever else agrees.
const TWO_OF_A_DAY: &[&str] = &["sequence", "unsound"];

/// The fields of the pupil's own that tell twins from one child.
pub struct Witness {
    name: Option<usize>,
    number: Option<usize>,
}

impl Witness {
    pub fn of(schema: &Schema) -> Witness {
        Witness { name: schema.own("han-name"), number: schema.own("document") }
    }

    /// Below which score a pair is left to people: where the family agrees, and neither name nor number says that it is
    /// one child, or the number says that it is two. Two sound numbers that only the sequence tells apart are two
    /// holders born on one day, and so may be two of which one was mistyped: whether one child got both, or a teacher
    /// wrote one twin's name twice, no score tells.
    pub fn in_doubt_below(&self, schema: &Schema, pattern: Pattern) -> Weight {
        let level = |at: usize| {
            let levels = schema.fields[at].comparison.levels;
            levels.get(usize::from(level_of(pattern, at))).map_or("missing", |l| l.id)
        };
        let family = schema.fields.iter().enumerate().filter(|(_, f)| f.whose == Whose::Family);
        let agrees = family.into_iter().any(|(at, _)| level_of(pattern, at) == 0);
        let name = self.name.is_some_and(|at| TWIN_NAMES.contains(&level(at)));
        let number = self.number.map(level);
        let speaks = number.is_some_and(|l| NUMBER_SPEAKS.contains(&l));
        let speaks_against = number.is_some_and(|l| TWO_HOLDERS.contains(&l));
        match agrees && !speaks && (name || speaks_against) {
            true if number.is_some_and(|l| TWO_OF_A_DAY.contains(&l)) => Weight::MAX,
            true => SURE,
            false => Weight::MIN,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dedup::comparison::sound::glyphs;
    use crate::dedup::comparison::{Comparison, document, han_name};

    #[test]
    fn every_level_that_is_named_is_one() {
        let is_of =
            |of: &Comparison, ids: &[&str]| ids.iter().all(|id| of.levels.iter().any(|l| l.id == *id));
        assert!(is_of(&han_name::COMPARISON, TWIN_NAMES));
        for ids in [NUMBER_SPEAKS, TWO_HOLDERS, TWO_OF_A_DAY] {
            assert!(is_of(&document::COMPARISON, ids), "{ids:?}");
        }
        assert!(TWO_OF_A_DAY.iter().all(|id| TWO_HOLDERS.contains(id)));
    }

    #[test]
    fn a_character_nobody_is_called_by_is_a_slip_and_a_common_one_may_be_a_brothers() {
        let given = FxHashMap::from_iter([('雪', 0.005), ('雷', 0.004), ('婷', 0.006), ('停', 0.000_02)]);
        let of = |a: &str, b: &str| {
            let [a, b] = [a, b].map(|n| glyphs(&n.chars().collect::<Vec<char>>()));
            assert_eq!(another_name(&a, &b, &given), another_name(&b, &a, &given));
            another_name(&a, &b, &given)
        };
        assert_eq!(of("王雪", "王雷"), 100);
        assert_eq!(of("王婷", "王停"), LEAST);
        assert_eq!(of("王子雪", "王子未"), 0, "of what was never seen nothing is known");
        // Another surname, two characters, another length: no second name of a family by one character.
        for (a, b) in [("王雪", "玉雪"), ("王雪停", "王雷婷"), ("王雪", "王雪婷"), ("王雪", "王雪")]
        {
            assert_eq!(of(a, b), 0, "{a} {b}");
        }
    }
}
