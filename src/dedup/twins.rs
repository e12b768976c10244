//! Twins, brothers and sisters: what they share is the family's, and no sign that two records are one child.
//!
//! Not a rule that hides: two more ways of not being one child, each with its own chances, which a score has to beat.
//! A pair that agrees on home, guardians, telephone and birth date is explained by twins unless the name or the number
//! says more than twins would.

use super::schema::{FieldSpec, Whose};

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
