//! Names and words in Latin letters, for published sets of records: Jaro–Winkler as their peers use it.

use super::{Comparison, Value, level};

pub const COMPARISON: Comparison = Comparison {
    id: "latin-name",
    levels: &[
        level("same", "相同", 0.75, 0.005),
        level("slip", "一处录错", 0.13, 0.003),
        level("very-near", "很相近", 0.04, 0.004),
        level("near", "相近", 0.02, 0.018),
        level("different", "不同", 0.06, 0.97),
    ],
    read,
    compare,
    rarity: true,
    twins: &[0.001, 0.004, 0.004, 0.011, 0.98],
    siblings: &[0.001, 0.004, 0.004, 0.011, 0.98],
};

fn read(text: &str) -> Option<Value> {
    let kept: Box<[char]> =
        text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    (!kept.is_empty()).then_some(Value::Text(kept))
}

fn compare(a: &Value, b: &Value) -> u8 {
    let (Value::Text(a), Value::Text(b)) = (a, b) else { return 4 };
    if a.len().max(b.len()) >= 4 && super::digits::slips(a, b, 1) <= 1 {
        return 1;
    }
    let likeness = strsim::generic_jaro_winkler(&Letters(a), &Letters(b));
    if likeness >= 0.92 {
        2
    } else if likeness >= 0.82 {
        3
    } else {
        4
    }
}

struct Letters<'a>(&'a [char]);

impl<'b> IntoIterator for &Letters<'b> {
    type Item = char;
    type IntoIter = std::iter::Copied<std::slice::Iter<'b, char>>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_compared_without_case_or_space() {
        let of = |a: &str, b: &str| compare(&read(a).unwrap(), &read(b).unwrap());
        assert_eq!(read("Van Dyke"), read("vandyke"));
        assert_eq!(of("michael", "micheal"), 1);
        assert_eq!(of("jon", "jonathan"), 3);
        assert_eq!(of("smith", "garcia"), 4);
    }
}
