//! Numbers without a law of their own, and the slips of fingers: a digit wrong, lost, doubled, two digits swapped.

use crate::roster::normalize::text::half;

use super::{Comparison, Value, level};

pub const COMPARISON: Comparison = Comparison {
    id: "digits",
    levels: &[
        level("same", "相同", 0.85, 0.001),
        level("slip", "一处录错", 0.08, 0.004),
        level("slips", "两处录错", 0.03, 0.015),
        level("different", "不同", 0.04, 0.98),
    ],
    read,
    compare,
    rarity: true,
    twins: &[],
    siblings: &[],
};

fn read(text: &str) -> Option<Value> {
    let kept = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase);
    let kept: Box<[char]> = kept.collect();
    (!kept.is_empty()).then_some(Value::Text(kept))
}

fn compare(a: &Value, b: &Value) -> u8 {
    let (Value::Text(a), Value::Text(b)) = (a, b) else { return 3 };
    // Two slips in a number of four digits leave nothing of it.
    match slips(a, b, 2) {
        0 => 0,
        1 if a.len().max(b.len()) >= 3 => 1,
        2 if a.len().max(b.len()) >= 6 => 2,
        _ => 3,
    }
}

/// The digit of a character, full width or not.
pub fn digit(c: char) -> Option<char> {
    Some(half(c)).filter(char::is_ascii_digit)
}

/// How many slips lead from one to the other: wrong, lost, doubled or swapped with the neighbour (optimal string
/// alignment), as far as `limit`; beyond it, `limit + 1`.
pub fn slips<T: PartialEq>(a: &[T], b: &[T], limit: usize) -> usize {
    if a.len().abs_diff(b.len()) > limit || a.len().max(b.len()) > MOST {
        return limit + 1;
    }
    // What both begin or end with costs nothing.
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[head..], &b[head..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    let mut rows = [[0u8; MOST + 1]; 3];
    for (j, cell) in rows[0].iter_mut().enumerate().take(b.len() + 1) {
        *cell = j as u8;
    }
    for i in 1..=a.len() {
        let (now, before, earlier) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        rows[now][0] = i as u8;
        let mut least = i as u8;
        for j in 1..=b.len() {
            let changed = rows[before][j - 1] + u8::from(a[i - 1] != b[j - 1]);
            let mut best = changed.min(rows[before][j] + 1).min(rows[now][j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[earlier][j - 2] + 1);
            }
            rows[now][j] = best;
            least = least.min(best);
        }
        if usize::from(least) > limit + 1 {
            return limit + 1;
        }
    }
    usize::from(rows[a.len() % 3][b.len()]).min(limit + 1)
}

/// The longest text whose slips are counted.
const MOST: usize = 48;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn chars(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    #[test]
    fn each_slip_counts_one() {
        for (a, b, n) in [
            ("13800138000", "13800138000", 0),
            ("13800138000", "13800138001", 1),
            ("13800138000", "1380013800", 1),
            ("13800138000", "13801038000", 1),
            ("13800138000", "13900138001", 2),
            ("13800138000", "15912345678", 3),
            ("", "", 0),
            ("", "123456", 3),
        ] {
            assert_eq!(slips(&chars(a), &chars(b), 2), n, "{a} {b}");
        }
    }

    proptest! {
        #[test]
        fn slips_agree_with_the_plain_definition(a in "[ab1]{0,9}", b in "[ab1]{0,9}") {
            let plain = strsim::osa_distance(&a, &b);
            prop_assert_eq!(slips(&chars(&a), &chars(&b), 3), plain.min(4));
            prop_assert_eq!(slips(&chars(&a), &chars(&b), 3), slips(&chars(&b), &chars(&a), 3));
        }
    }
}
