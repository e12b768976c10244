//! Telephones: separators and the +86 of home go, several numbers stand apart by 、.

use super::text::half;
use super::{apostrophe, decimal_zero, replace};

pub fn clean(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    if is_mobile(out) {
        return;
    }
    apostrophe(out, rule);
    if !out.is_ascii() {
        let new = out.chars().map(half).collect();
        replace(out, new, "width", rule);
    }
    decimal_zero(out, rule);
    let new = numbers(out).join("、");
    if !new.is_empty() {
        replace(out, new, "phone", rule);
    }
}

/// The numbers of a cell. Blanks part two of them only where each side is a whole one.
fn numbers(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for piece in text.split(['、', ';', '/', ',', '|']) {
        let piece = piece.trim_matches(['\'', '‘', '’', '`', ' ']);
        let words: Vec<&str> = piece.split(' ').filter(|w| !w.is_empty()).collect();
        if words.len() > 1 && words.iter().all(|w| is_whole(&one(w))) {
            all.extend(words.iter().map(|w| one(w)));
        } else if !words.is_empty() {
            all.push(one(&words.concat()));
        }
    }
    all
}

fn one(text: &str) -> String {
    let digits: String = text.chars().filter(|c| !matches!(c, '-' | '.' | '(' | ')' | '·')).collect();
    let home = ["+86", "0086", "86"].iter().find_map(|p| digits.strip_prefix(p)).unwrap_or(&digits);
    if is_mobile(home) {
        return home.to_owned();
    }
    // (0571)85000000 → 0571-85000000; everything else is left to the clerk.
    match text.strip_prefix('(').and_then(|t| t.split_once(')')) {
        Some((area, number)) if area.starts_with('0') && area.len() <= 4 => {
            format!("{area}-{}", number.trim_start_matches('-'))
        }
        _ => text.to_owned(),
    }
}

fn is_mobile(text: &str) -> bool {
    matches!(text.as_bytes(), [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9 && rest.iter().all(u8::is_ascii_digit))
}

fn is_whole(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    is_mobile(text) || (text.starts_with('0') && (10..=12).contains(&digits))
}
