//! Names: spaces put in so that they align, the many dots of transliterated names, letters in full width.

use super::replace;
use super::text::half;

/// The characters that stand for the dot in transliterated names; U+00B7 is the one GB 18030 keeps at A1A4.
pub const DOTS: &[char] = &[
    '\u{2022}',
    '\u{30fb}',
    '\u{ff65}',
    '\u{2027}',
    '\u{2219}',
    '\u{22c5}',
    '\u{16eb}',
    '\u{25cf}',
    '\u{ff0e}',
    '\u{fe52}',
    '.',
    '\u{2024}',
    '\u{0387}',
    '\u{2e31}',
    '\u{2e33}',
    '\u{2981}',
    '\u{a78f}',
    '\u{25e6}',
    '\u{10101}',
];

/// Those that are also a full stop: between Latin letters they stay one.
const FULL_STOPS: &[char] = &['.', '\u{ff0e}', '\u{fe52}', '\u{2024}'];

pub fn clean(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    if out.chars().all(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}' | '·')) {
        return;
    }
    let bare = out.trim_start_matches(['\'', '`', ' ']);
    if bare.len() < out.len() && bare.starts_with(|c: char| !c.is_ascii()) {
        let bare = bare.to_owned();
        replace(out, bare, "apostrophe", rule);
    }
    let letter = |c: char| matches!(c, '\u{ff21}'..='\u{ff3a}' | '\u{ff41}'..='\u{ff5a}');
    if out.contains(letter) {
        let new = out.chars().map(|c| if letter(c) { half(c) } else { c }).collect();
        replace(out, new, "width", rule);
    }
    if out.contains(' ') {
        let new = respaced(out);
        replace(out, new, "space", rule);
    }
    if out.contains(DOTS) {
        let new = redotted(out);
        replace(out, new, "dot", rule);
    }
}

fn is_latin(c: char) -> bool {
    c.is_alphabetic() && (c < '\u{250}' || ('\u{1e00}'..'\u{1f00}').contains(&c))
}

/// 王 芳 → 王芳. Between Latin words one space stays; between two long parts of a name it may stand for the dot, and
/// then it stays as well, for `name-malformed` to ask about.
fn respaced(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').filter(|w| !w.is_empty()).collect();
    if text.chars().any(is_latin) {
        return words.join(" ");
    }
    let dot = |c: char| c == '·' || DOTS.contains(&c);
    let mut out = String::with_capacity(text.len());
    let length = text.chars().filter(|c| *c != ' ').count();
    for (i, word) in words.iter().enumerate() {
        if let Some(before) = i.checked_sub(1).map(|j| words[j]) {
            let long = |w: &str| w.chars().nth(1).is_some();
            let by_a_dot = before.ends_with(dot) || word.starts_with(dot);
            if length >= 5 && long(before) && long(word) && !by_a_dot {
                out.push(' ');
            }
        }
        out.push_str(word);
    }
    out
}

fn redotted(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let foreign = |at: Option<&char>| at.is_some_and(|c| c.is_alphabetic() && !is_latin(*c));
    let each = chars.iter().enumerate().map(|(i, &c)| {
        if !DOTS.contains(&c) {
            return c;
        }
        let between = foreign(i.checked_sub(1).and_then(|j| chars.get(j))) && foreign(chars.get(i + 1));
        match (FULL_STOPS.contains(&c), between) {
            (false, _) | (true, true) => '·',
            (true, false) => '.',
        }
    });
    each.collect()
}
