//! Addresses: what they consist of, numbers and pairs of characters, whatever the usual words between.

use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

use super::{Comparison, Value, level};

pub const COMPARISON: Comparison = Comparison {
    id: "address",
    levels: &[
        level("same", "相同", 0.75, 0.0001),
        level("near", "大致相同", 0.08, 0.0009),
        level("some", "部分相同", 0.05, 0.029),
        level("different", "不同", 0.12, 0.97),
    ],
    read,
    compare,
    rarity: true,
    twins: &[],
    siblings: &[],
};

/// Pairs of neighbouring characters and whole numbers, hashed and in order; the usual words are left out.
fn read(text: &str) -> Option<Value> {
    let mut plain: Vec<char> = Vec::with_capacity(text.len() / 3);
    for c in text.chars() {
        match super::digits::digit(c) {
            Some(digit) => plain.push(digit),
            None if c.is_whitespace() || matches!(c, '-' | '－' | '—' | ',' | '，' | '#' | '、') => {
                plain.push(' ')
            }
            None if "省市县区镇乡村组号栋楼幢座单元室户第".contains(c) => plain.push(' '),
            None => plain.push(c.to_ascii_lowercase()),
        }
    }
    let mut parts: Vec<u32> = Vec::new();
    for word in plain.split(|c| *c == ' ').filter(|w| !w.is_empty()) {
        for run in word.chunk_by(|a, b| a.is_ascii_digit() == b.is_ascii_digit()) {
            if run[0].is_ascii_digit() || run.len() == 1 {
                parts.push(hash(run));
            } else {
                parts.extend(run.windows(2).map(hash));
            }
        }
    }
    parts.sort_unstable();
    parts.dedup();
    (!parts.is_empty()).then(|| Value::Parts(parts.into()))
}

fn hash(chars: &[char]) -> u32 {
    let mut hasher = FxHasher::default();
    chars.hash(&mut hasher);
    (hasher.finish() >> 32) as u32
}

fn compare(a: &Value, b: &Value) -> u8 {
    let (Value::Parts(a), Value::Parts(b)) = (a, b) else { return 3 };
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        match a[i].cmp(&b[j]) {
            std::cmp::Ordering::Equal => (i, j, shared) = (i + 1, j + 1, shared + 1),
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
        }
    }
    // Dice's coefficient in hundredths.
    match 200 * shared / (a.len() + b.len()) {
        100 => 0,
        80.. => 1,
        50.. => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_words_do_not_matter_and_numbers_do() {
        let of = |a: &str, b: &str| compare(&read(a).unwrap(), &read(b).unwrap());
        assert_eq!(of("人民路12号阳光花园3栋2单元501室", "人民路１２号阳光花园3号楼2单元501"), 0);
        assert_eq!(of("人民路12号阳光花园3栋2单元501室", "人民路12号阳光花园3栋2单元502室"), 1);
        assert!(of("人民路12号阳光花园3栋", "解放路7号金色港湾") == 3);
        assert_eq!(read("　 "), None);
    }
}
