//! Long and dotted names of other languages: parts in another order, left out or cut off, and spellings that vary.

use super::digits;
use super::han_name::{DIFFERENT, NEAR_SOUND, ONE_CHARACTER, SAME, SLIP, SOUND, SURNAME};
use super::sound::{Glyph, Nearness, nearness};

/// Five characters are more than a Han name has, compound surname and all; a dot is never in one.
pub fn is_long(name: &[Glyph]) -> bool {
    name.len() >= 5 || name.iter().any(|g| g.c == '·')
}

/// The level of two names of which one is long, in the terms of the Han names.
pub fn compare(a: &[Glyph], b: &[Glyph]) -> u8 {
    let (x, y) = (solid(a), solid(b));
    if x == y {
        return SAME;
    }
    if x.len() == y.len() && x.len() >= 4 && alike(a, b) {
        return if exactly(a, b) { SOUND } else { NEAR_SOUND };
    }
    let (short, long) = if x.len() <= y.len() { (&x, &y) } else { (&y, &x) };
    let cut = short.len() >= 3 && long.starts_with(short) && 2 * short.len() >= long.len();
    let limit = if long.len() >= 8 { 2 } else { 1 };
    if cut || has_same_parts(a, b) || long.len() >= 4 && digits::slips(&x, &y, 1) == 1 {
        SLIP
    } else if long.len() >= 6 && digits::slips(&x, &y, limit) <= limit {
        ONE_CHARACTER
    } else if shares_a_part(a, b) {
        SURNAME
    } else {
        DIFFERENT
    }
}

/// The characters without the dots, because clerks leave them out.
fn solid(name: &[Glyph]) -> Vec<char> {
    name.iter().map(|g| g.c).filter(|c| *c != '·').collect()
}

fn without_dots(name: &[Glyph]) -> impl Iterator<Item = &Glyph> {
    name.iter().filter(|g| g.c != '·')
}

fn alike(a: &[Glyph], b: &[Glyph]) -> bool {
    without_dots(a).zip(without_dots(b)).all(|(x, y)| x.c == y.c || nearness(x, y) != Nearness::Apart)
}

fn exactly(a: &[Glyph], b: &[Glyph]) -> bool {
    without_dots(a).zip(without_dots(b)).all(|(x, y)| x.c == y.c || nearness(x, y) == Nearness::Same)
}

fn parts(name: &[Glyph]) -> Vec<Vec<char>> {
    name.split(|g| g.c == '·').map(|p| p.iter().map(|g| g.c).collect()).collect()
}

fn has_same_parts(a: &[Glyph], b: &[Glyph]) -> bool {
    let (mut x, mut y) = (parts(a), parts(b));
    x.sort_unstable();
    y.sort_unstable();
    x.len() > 1 && x == y
}

/// The given name stands first and the father's after it, so only the first tells anything; a common father's name
/// is what a surname is among the Han.
fn shares_a_part(a: &[Glyph], b: &[Glyph]) -> bool {
    let (x, y) = (parts(a), parts(b));
    x.iter().any(|p| p.len() >= 2 && y.contains(p))
}

#[cfg(test)]
mod tests {
    use super::super::sound::glyphs;
    use super::*;

    fn of(a: &str, b: &str) -> u8 {
        let of = |t: &str| glyphs(&t.chars().collect::<Vec<_>>());
        assert_eq!(compare(&of(a), &of(b)), compare(&of(b), &of(a)));
        compare(&of(a), &of(b))
    }

    #[test]
    fn parts_may_be_swapped_dropped_or_cut() {
        for (a, b, level) in [
            ("阿卜杜拉·热合曼", "阿卜杜拉热合曼", SAME),
            ("阿卜杜拉·热合曼", "热合曼·阿卜杜拉", SLIP),
            ("阿卜杜拉·热合曼", "阿卜杜拉", SLIP),
            ("阿卜杜拉·热合曼", "阿卜杜拉·热合", SLIP),
            ("阿布都拉·热合曼", "阿卜杜拉·热合曼", NEAR_SOUND),
            ("古丽娜尔·买买提", "古力娜尔·买买提", SOUND),
            ("古丽娜尔·买买提", "帕提古丽·买买提", SURNAME),
            ("古丽娜尔·买买提", "迪丽努尔·艾合买提", DIFFERENT),
        ] {
            assert_eq!(of(a, b), level, "{a} {b}");
        }
    }
}
