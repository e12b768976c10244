//! Names in Han characters: by character, by sound, by shape, and by the slips of typing.

use crate::roster::normalize::text::half;

use super::sound::{Glyph, Nearness, nearness};
use super::{Comparison, Value, digits, level, long_name, shape, sound};

pub const SAME: u8 = 0;
pub const SOUND: u8 = 1;
pub const TONE: u8 = 2;
pub const NEAR_SOUND: u8 = 3;
pub const SHAPE: u8 = 4;
pub const SLIP: u8 = 5;
pub const ONE_CHARACTER: u8 = 6;
pub const SURNAME: u8 = 7;
pub const DIFFERENT: u8 = 8;

pub const COMPARISON: Comparison = Comparison {
    id: "han-name",
    levels: &[
        level("same", "相同", 0.80, 0.0005),
        level("sound", "同音字", 0.05, 0.0005),
        level("tone", "同音字，声调不同", 0.02, 0.0005),
        level("near-sound", "近音字（平翘舌、前后鼻音、n/l、f/h 不分）", 0.01, 0.0005),
        level("shape", "形近字", 0.03, 0.001),
        level("slip", "多字、漏字、颠倒或截断", 0.03, 0.001),
        level("one-character", "一字不同", 0.02, 0.004),
        level("surname", "只有姓相同", 0.02, 0.05),
        level("different", "不同", 0.02, 0.942),
    ],
    read,
    compare,
    rarity: true,
    // Children of one family share the surname, and twins often a character of the given name: that is no likeness. No
    // family calls two children the same.
    twins: &[0.000_02, 0.005, 0.0025, 0.0025, 0.004, 0.002, 0.50, 0.45, 0.033_98],
    siblings: &[0.000_02, 0.004, 0.002, 0.002, 0.003, 0.002, 0.30, 0.65, 0.036_98],
};

/// The characters of a name without what is no part of it: spaces of any width, and dots written in many ways.
fn read(text: &str) -> Option<Value> {
    let mut kept: Vec<char> = Vec::new();
    for c in text.chars() {
        match c {
            '·' | '•' | '・' | '.' | '．' | '‧' | '∙' | '⋅' | '●' | '。' => kept.push('·'),
            c if c.is_whitespace() || c.is_control() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{FEFF}') => {
            }
            c => kept.push(half(c).to_ascii_uppercase()),
        }
    }
    // A dot at either end, or after another, is a slip of the key.
    kept.dedup_by(|a, b| *a == '·' && *b == '·');
    let name = kept.as_slice().strip_prefix(&['·']).unwrap_or(&kept);
    let name = name.strip_suffix(&['·']).unwrap_or(name);
    (!name.is_empty()).then(|| Value::Name(sound::glyphs(name)))
}

fn compare(a: &Value, b: &Value) -> u8 {
    let (Value::Name(a), Value::Name(b)) = (a, b) else { return DIFFERENT };
    if long_name::is_long(a) || long_name::is_long(b) {
        return long_name::compare(a, b);
    }
    if a.len() == b.len() {
        return of_one_length(a, b);
    }
    if is_slip(a, b) { SLIP } else { surname(a, b) }
}

fn of_one_length(a: &[Glyph], b: &[Glyph]) -> u8 {
    let (mut wrong, mut worst) = (0, SAME);
    for (x, y) in a.iter().zip(b).filter(|(x, y)| x.c != y.c) {
        wrong += 1;
        let how = match nearness(x, y) {
            Nearness::Same => SOUND,
            _ if shape::alike(x.c, y.c) => SHAPE,
            Nearness::Tone => TONE,
            Nearness::Near => NEAR_SOUND,
            Nearness::Apart => ONE_CHARACTER,
        };
        worst = worst.max(how);
    }
    // Of two characters one that differs leaves only the other; three near ones of three are another name.
    match (worst, wrong) {
        (SAME | SOUND, _) => worst,
        (TONE | NEAR_SOUND | SHAPE, n) if n < a.len() => worst,
        _ if is_slip(a, b) => SLIP,
        (_, 1) if a.len() >= 3 => ONE_CHARACTER,
        _ => surname(a, b),
    }
}

/// One character too many, too few, or two swapped.
fn is_slip(a: &[Glyph], b: &[Glyph]) -> bool {
    let long = a.len().max(b.len());
    // 王伟 is no slip of 王, and of two single characters nothing is left.
    let same_multiset = || {
        let sorted = |g: &[Glyph]| {
            let mut all: Vec<char> = g.iter().map(|g| g.c).collect();
            all.sort_unstable();
            all
        };
        sorted(a) == sorted(b)
    };
    long >= 3
        && (a.len() != b.len() && a.len().min(b.len()) >= 2 && sequence(a, b) <= 1
            || a.len() == b.len() && same_multiset())
}

fn sequence(a: &[Glyph], b: &[Glyph]) -> usize {
    let chars = |g: &[Glyph]| g.iter().map(|g| g.c).collect::<Vec<char>>();
    digits::slips(&chars(a), &chars(b), 1)
}

fn surname(a: &[Glyph], b: &[Glyph]) -> u8 {
    let same = a.first().zip(b.first()).is_some_and(|(x, y)| x.c == y.c);
    if same { SURNAME } else { DIFFERENT }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(a: &str, b: &str) -> u8 {
        let (a, b) = (read(a).unwrap(), read(b).unwrap());
        assert_eq!(compare(&a, &b), compare(&b, &a));
        if a == b { SAME } else { compare(&a, &b) }
    }

    #[test]
    fn names_are_compared_as_a_clerk_would() {
        for (a, b, level) in [
            ("王 小明", "王小明", SAME),
            ("王\u{3000}小明 ", "王小明", SAME),
            ("阿卜杜拉.热合曼", "阿卜杜拉·热合曼", SAME),
            ("王伟", "王玮", SOUND),
            ("单煜妍", "善煜妍", SOUND),
            ("王诗雨", "王思雨", NEAR_SOUND),
            ("李晴", "李睛", SHAPE),
            ("陈未然", "陈末然", SHAPE),
            ("张子轩", "张轩", SLIP),
            ("张子轩", "张子子轩", SLIP),
            ("张子轩", "张轩子", SLIP),
            ("张子轩", "张子涵", ONE_CHARACTER),
            ("张伟", "张芳", SURNAME),
            ("张子轩", "张浩然", SURNAME),
            ("张子轩", "李浩然", DIFFERENT),
            ("王", "王伟", SURNAME),
        ] {
            assert_eq!(of(a, b), level, "{a} {b}");
        }
        for none in ["", " ", "\u{3000}", "··"] {
            assert_eq!(read(none), None, "{none:?}");
        }
    }

    proptest! {
        #[test]
        fn no_names_make_it_panic_and_order_does_not_matter(a in "\\PC{0,12}", b in "\\PC{0,12}") {
            if let (Some(a), Some(b)) = (read(&a), read(&b)) {
                prop_assert_eq!(compare(&a, &b), compare(&b, &a));
                prop_assert!(compare(&a, &b) <= DIFFERENT);
            }
        }

        #[test]
        fn a_space_anywhere_changes_nothing(name in "[王李张][子宇轩涵明]{1,3}", at in 0usize..4) {
            let mut chars: Vec<char> = name.chars().collect();
            chars.insert(at.min(chars.len()), '\u{3000}');
            let spaced: String = chars.into_iter().collect();
            prop_assert_eq!(read(&spaced), read(&name));
        }
    }
}
