//! What is done to every text: what can't be seen goes, blanks are plain ones, one encoding for one character.

use unicode_normalization::{UnicodeNormalization, is_nfc};

/// Whether nothing needs doing to a text whatever its kind: printable ASCII or common Han, no blank at the ends.
pub fn is_plain(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    if bytes.first().is_some_and(|b| matches!(*b, 0..=b' ' | b'\'' | b'='))
        || bytes.last().is_some_and(|b| *b <= b' ')
    {
        return false;
    }
    if raw.is_ascii() {
        return bytes.iter().all(|b| (b' '..0x7f).contains(b));
    }
    raw.chars()
        .all(|c| matches!(c, ' '..='~' | '\u{4e00}'..='\u{9fff}' | '·' | '、' | '。' | '（' | '）' | '，'))
}

/// Characters that neither show nor separate: Unicode's controls, format characters and fillers.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
        || (c.is_control() && !c.is_whitespace())
}

/// A selector behind a Han character chooses the variant that stands in the household register.
fn selects_a_variant(before: Option<char>, c: char) -> bool {
    let selector = matches!(c, '\u{fe00}'..='\u{fe02}' | '\u{e0100}'..='\u{e01ef}');
    selector
        && before.is_some_and(
            |b| matches!(b, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}'),
        )
}

/// CJK compatibility ideographs: NFC would put another character in their place, and a legal name keeps its own.
fn is_compatibility_ideograph(c: char) -> bool {
    matches!(c, '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}')
}

/// Kangxi radicals, and the two of the supplement that are a character with another look.
fn is_radical(c: char) -> bool {
    matches!(c, '\u{2f00}'..='\u{2fd5}' | '\u{2e9f}' | '\u{2ef3}')
}

/// Writes `raw` to `out` without what does not belong to its content.
pub fn unspoil(raw: &str, out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    let inner = unwrap_formula(raw);
    if inner.len() != raw.len() {
        rule("formula");
    }
    let mut seen = String::with_capacity(inner.len());
    let (mut invisible, mut blank, mut before) = (false, false, None);
    for c in inner.chars() {
        if is_invisible(c) && !selects_a_variant(before, c) {
            invisible = true;
            continue;
        }
        blank |= c.is_whitespace() && c != ' ';
        seen.push(if c.is_whitespace() { ' ' } else { c });
        before = Some(c);
    }
    if invisible {
        rule("invisible");
    }
    if blank {
        rule("space");
    }
    let trimmed = seen.trim_matches(' ');
    if trimmed.len() != seen.len() {
        rule("trim");
    }
    compose(trimmed, out, rule);
}

/// `="0101"` is how a csv keeps a text from being taken for a number.
fn unwrap_formula(raw: &str) -> &str {
    let inner = raw.trim().strip_prefix("=\"").and_then(|r| r.strip_suffix('"'));
    match inner {
        Some(text) if !text.contains('"') => text,
        _ => raw,
    }
}

/// One encoding for one character, compatibility ideographs excepted; radicals become the character they show.
fn compose(text: &str, out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    if is_nfc(text) && !text.chars().any(is_radical) {
        out.push_str(text);
        return;
    }
    let start = out.len();
    let mut rest = text;
    while !rest.is_empty() {
        let end = rest.find(is_compatibility_ideograph).unwrap_or(rest.len());
        out.extend(rest[..end].nfc());
        let kept = rest[end..].chars().next().map_or(0, char::len_utf8);
        out.push_str(&rest[end..end + kept]);
        rest = &rest[end + kept..];
    }
    if out[start..] != *text {
        rule("nfc");
    }
    if out[start..].chars().any(is_radical) {
        let plain: String = out[start..]
            .chars()
            .flat_map(|c| if is_radical(c) { c.nfkc().next() } else { Some(c) })
            .collect();
        out.truncate(start);
        out.push_str(&plain);
        rule("radical");
    }
}

/// One character in half width.
pub fn half(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '—' | '–' | '―' | '‐' | '‑' | '−' => '-',
        c => c,
    }
}

/// 同上 and its words.
const DITTO_WORDS: &[&str] = &["同上", "同前", "同左", "同上行", "同上一行"];
/// The ditto marks people type, those of both widths, and quotation marks that stand in for them.
const DITTO_MARKS: &[char] = &['〃', '″', '"', '＂', '“', '”', '〝', '〞', '々', '\''];

/// Whether a text stands for another cell's content and is none.
pub fn is_ditto(text: &str) -> bool {
    let text = text.trim();
    DITTO_WORDS.contains(&text) || (!text.is_empty() && text.chars().all(|c| DITTO_MARKS.contains(&c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ditto_marks_and_words_are_told_from_content() {
        for mark in ["同上", "〃", "〃〃", " ″ ", "\"", "“", "同前"] {
            assert!(is_ditto(mark), "{mark}");
        }
        for content in ["", "同上村3组", "上同", "二班", "“三好”", "1"] {
            assert!(!is_ditto(content), "{content}");
        }
    }
}
