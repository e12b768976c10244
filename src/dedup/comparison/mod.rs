//! How two values of a field agree: one file per comparison, one row each in the table. Values in, levels out.

pub mod address;
pub mod birth_date;
pub mod digits;
pub mod document;
pub mod enrollment;
pub mod exact;
pub mod han_name;
pub mod latin_name;
pub mod long_name;
pub mod phone;
pub mod shape;
pub mod sound;

use self::birth_date::Day;
use self::document::Number;
use self::enrollment::Period;
use self::sound::Glyph;

/// Every comparison.
pub const COMPARISONS: &[Comparison] = &[
    han_name::COMPARISON,
    latin_name::COMPARISON,
    document::COMPARISON,
    birth_date::COMPARISON,
    exact::SEX,
    exact::EXACT,
    digits::COMPARISON,
    phone::COMPARISON,
    address::COMPARISON,
    enrollment::COMPARISON,
];

/// The level of a pair in which one of the two has no value: it speaks neither for nor against.
pub const MISSING: u8 = 15;

/// One row of the table.
pub struct Comparison {
    /// The name in a schema file and in JSON.
    pub id: &'static str,
    /// From full agreement down; the first is for equal values.
    pub levels: &'static [Level],
    /// What of a text is compared; `None` when the text says nothing.
    pub read: fn(&str) -> Option<Value>,
    /// The level of two values that are not equal.
    pub compare: fn(&Value, &Value) -> u8,
    /// Whether agreement on a rare value weighs more than on a common one.
    pub rarity: bool,
    /// How the levels fall between twins, and between other children of one family, when the field is the pupil's own.
    pub twins: &'static [f64],
    pub siblings: &'static [f64],
}

/// One degree of agreement.
pub struct Level {
    pub id: &'static str,
    /// In the words of a clerk.
    pub title: &'static str,
    /// Where learning starts: how often two records of one child agree this far, and how often two strangers' do.
    pub same: f64,
    pub strangers: f64,
}

/// What of a text is compared.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Name(Box<[Glyph]>),
    Text(Box<[char]>),
    Number(Number),
    Day(Day),
    /// Hashes of what an address consists of, in order.
    Parts(Box<[u32]>),
    Periods(Box<[Period]>),
    /// Only equal or not.
    Opaque,
}

/// The comparison of this name.
pub fn comparison(id: &str) -> Option<&'static Comparison> {
    static ROWS: &[Comparison] = COMPARISONS;
    ROWS.iter().find(|row| row.id == id)
}

/// A level in the making of a row.
pub const fn level(id: &'static str, title: &'static str, same: f64, strangers: f64) -> Level {
    Level { id, title, same, strangers }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_whole_and_their_chances_sum_to_one() {
        for row in COMPARISONS {
            assert!(row.levels.len() < usize::from(MISSING), "{}", row.id);
            let sum = |of: &dyn Fn(&Level) -> f64| row.levels.iter().map(of).sum::<f64>();
            assert!((sum(&|l| l.same) - 1.0).abs() < 1e-9, "{}: same {}", row.id, sum(&|l| l.same));
            assert!((sum(&|l| l.strangers) - 1.0).abs() < 1e-9, "{}: strangers", row.id);
            for kin in [row.twins, row.siblings] {
                assert!(kin.is_empty() || kin.len() == row.levels.len(), "{}", row.id);
                assert!(kin.is_empty() || (kin.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{}: kin", row.id);
            }
            assert!(std::ptr::eq(comparison(row.id).unwrap(), comparison(row.id).unwrap()));
            let mut ids: Vec<_> = row.levels.iter().map(|l| l.id).collect();
            ids.dedup();
            assert_eq!(ids.len(), row.levels.len(), "{}", row.id);
        }
    }
}
