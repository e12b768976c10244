//! Values that are equal or are not: a school, a division, a sex.

use super::{Comparison, Value, level};

pub const EXACT: Comparison = Comparison {
    id: "exact",
    levels: &[level("same", "相同", 0.9, 0.02), level("different", "不同", 0.1, 0.98)],
    read: opaque,
    compare: |_, _| 1,
    rarity: true,
    twins: &[0.9, 0.1],
    siblings: &[0.6, 0.4],
};

/// Twins share their sex in about two of three pairs (Weinberg's rule: all of the identical third, half of the rest).
pub const SEX: Comparison = Comparison {
    id: "sex",
    levels: &[level("same", "相同", 0.995, 0.5), level("different", "不同", 0.005, 0.5)],
    read: opaque,
    compare: |_, _| 1,
    rarity: false,
    twins: &[0.65, 0.35],
    siblings: &[0.5, 0.5],
};

fn opaque(text: &str) -> Option<Value> {
    (!text.trim().is_empty()).then_some(Value::Opaque)
}
