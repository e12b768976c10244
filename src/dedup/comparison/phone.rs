//! Telephones: the same, one digit off or two digits swapped, or another.

use super::{Comparison, Value, level};

pub const COMPARISON: Comparison = Comparison {
    id: "phone",
    levels: &[
        level("same", "相同", 0.8, 0.0001),
        level("slip", "一位之差", 0.02, 0.0001),
        level("different", "不同", 0.18, 0.9998),
    ],
    read,
    compare,
    rarity: true,
    twins: &[],
    siblings: &[],
};

/// The digits alone; what is too short to be a telephone says nothing.
fn read(text: &str) -> Option<Value> {
    let digits: Box<[char]> = text.chars().filter_map(super::digits::digit).collect();
    (digits.len() >= 7).then_some(Value::Text(digits))
}

fn compare(a: &Value, b: &Value) -> u8 {
    match (a, b) {
        (Value::Text(a), Value::Text(b)) if a == b => 0,
        (Value::Text(a), Value::Text(b)) if super::digits::slips(a, b, 1) <= 1 => 1,
        _ => 2,
    }
}
