//! Rust source with everything that is not code blanked out; every byte that stays keeps its place.

use crate::token::{self, Token};

/// Blanks comments, strings and character literals. Offsets and lines stay as they were.
pub fn strip(source: &str) -> String {
    let bytes = source.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let rest = &source[at..];
        let end = match bytes[at] {
            b'/' if rest.starts_with("//") => Some(at + rest.find('\n').unwrap_or(rest.len())),
            b'/' if rest.starts_with("/*") => Some(at + block_comment(rest)),
            b'"' => Some(at + quoted(rest)),
            b'\'' => character(rest).map(|length| at + length),
            _ => raw_string(rest).map(|length| at + length),
        };
        match end {
            Some(end) => {
                blank(&mut out, at, end);
                at = end;
            }
            None => at += word(rest),
        }
    }
    String::from_utf8(out).expect("whole literals and comments are blanked, so no character is cut")
}

/// Blanks every item under `#[cfg(test)]`; the second value is how many lines those items take.
pub fn without_tests(code: &str) -> (String, usize) {
    let tokens = token::tokens(code);
    let mut out = code.as_bytes().to_vec();
    let mut lines = 0;
    let mut i = 0;
    while i < tokens.len() {
        let Some(end) = attribute(&tokens, i).filter(|&end| only_for_tests(&tokens[i..end])) else {
            i += 1;
            continue;
        };
        let last = item(&tokens, end);
        blank(&mut out, tokens[i].at, tokens[last].at + tokens[last].text.len());
        lines += tokens[last].line - tokens[i].line + 1;
        i = last + 1;
    }
    (String::from_utf8(out).expect("tokens begin and end at characters"), lines)
}

/// Where the attribute that begins at `i` ends (the index after `]`), if one begins there.
pub fn attribute(tokens: &[Token], i: usize) -> Option<usize> {
    let hash = tokens.get(i)?.text == "#";
    let open = if tokens.get(i + 1)?.text == "!" { i + 2 } else { i + 1 };
    let opens = tokens.get(open)?.text == "[";
    (hash && opens).then(|| (token::close(tokens, open) + 1).min(tokens.len()))
}

fn only_for_tests(attribute: &[Token]) -> bool {
    let has = |name: &str| attribute.iter().any(|token| token.text == name);
    attribute.get(2).is_some_and(|token| token.text == "cfg") && has("test") && !has("not") && !has("any")
}

/// The last token of the item, field, variant or arm that begins at `i`, its further attributes skipped.
fn item(tokens: &[Token], mut i: usize) -> usize {
    while let Some(end) = attribute(tokens, i) {
        i = end;
    }
    let (mut angles, mut bounds) = (0_usize, false);
    while i < tokens.len() {
        match tokens[i].text {
            ";" => return i,
            "," if angles == 0 && !bounds => return i,
            "{" => return token::close(tokens, i),
            // What surrounds it ends: it was the last field, without a comma.
            "}" | ")" | "]" => return i - 1,
            "(" | "[" => i = token::close(tokens, i),
            "<" => angles += 1,
            ">" if !matches!(tokens[i - 1].text, "-" | "=") => angles = angles.saturating_sub(1),
            "where" => bounds = true,
            _ => {}
        }
        i += 1;
    }
    tokens.len() - 1
}

fn blank(out: &mut [u8], from: usize, to: usize) {
    for byte in &mut out[from..to] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

/// Block comments nest.
fn block_comment(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let (mut at, mut depth) = (0, 0);
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1)) {
            (b'/', Some(b'*')) => (depth, at) = (depth + 1, at + 2),
            (b'*', Some(b'/')) => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    bytes.len()
}

fn quoted(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            // What is escaped may be the first byte of a long character; its other bytes are never `"` or `\`.
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// The length of a character literal; `None` when the quote opens a lifetime or a label.
fn character(rest: &str) -> Option<usize> {
    let mut inside = rest[1..].chars();
    let first = inside.next()?;
    if first == '\\' {
        let escaped = inside.next()?.len_utf8();
        return inside.as_str().find('\'').map(|end| 2 + escaped + end + 1);
    }
    (inside.next() == Some('\'')).then_some(1 + first.len_utf8() + 1)
}

fn raw_string(rest: &str) -> Option<usize> {
    let prefix = ["r", "br", "cr"].into_iter().find(|prefix| {
        rest.strip_prefix(prefix).is_some_and(|tail| tail.trim_start_matches('#').starts_with('"'))
    })?;
    let tail = &rest[prefix.len()..];
    let hashes = tail.len() - tail.trim_start_matches('#').len();
    let body = prefix.len() + hashes + 1;
    let closing = format!("\"{}", "#".repeat(hashes));
    Some(rest[body..].find(&closing).map_or(rest.len(), |end| body + end + closing.len()))
}

/// The length of the word at the start, or of one character: a prefix inside a word opens nothing.
fn word(rest: &str) -> usize {
    let length = rest.find(|c: char| !token::in_word(c)).unwrap_or(rest.len());
    if length > 0 {
        return length;
    }
    rest.chars().next().map_or(1, char::len_utf8)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left, with runs of space made one.
    fn left(source: &str) -> String {
        let stripped = strip(source);
        assert_eq!(stripped.len(), source.len(), "offsets moved in {source}");
        assert_eq!(stripped.matches('\n').count(), source.matches('\n').count(), "lines moved in {source}");
        stripped.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_is_not_code_is_blanked() {
        for (source, code) in [
            ("a // b\nc", "a c"),
            ("a /// 学籍 \"\nc", "a c"),
            ("a /* b /* c */ d */ e", "a e"),
            ("a /* open", "a"),
            (r#"a "b \" // c" d"#, "a d"),
            (r#"a "\\" b "c" d"#, "a b d"),
            ("a \"多\n行\" b", "a b"),
            (r##"a r"\" b r#"" c"# d"##, "a b d"),
            (r##"a br"x" b cr#"y"# c b"z" d"##, "a b c b d"),
            ("a '\"' b '\"' c", "a b c"),
            (r"a '\'' b '\\' c '\u{5b66}' d '学' e", "a b c d e"),
            ("a b'\\'' c", "a b c"),
            ("fn f<'a, 'b>(x: &'a str) -> &'static str", "fn f<'a, 'b>(x: &'a str) -> &'static str"),
            ("'outer: loop { break 'outer; }", "'outer: loop { break 'outer; }"),
            ("r#type str r#\"x\"#", "r#type str"),
            ("for\"x\"", "for"),
            ("\"open", ""),
        ] {
            assert_eq!(left(source), code, "{source}");
        }
    }

    #[test]
    fn code_after_a_literal_stays() {
        assert!(strip("let x = \"//\"; use crate::store;").contains("use crate::store;"));
        assert!(strip("let x = '\"'; use crate::store; let y = '\"';").contains("use crate::store;"));
    }

    fn untested(source: &str) -> (String, usize) {
        let (code, lines) = without_tests(&strip(source));
        (code.split_whitespace().collect::<Vec<_>>().join(" "), lines)
    }

    #[test]
    fn tests_are_blanked_and_counted() {
        let source = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() { \"}\" }\n}\nfn c() {}\n";
        assert_eq!(untested(source), ("fn a() {} fn c() {}".into(), 4));
        assert_eq!(untested("#[cfg(test)]\n#[path = \"x\"]\nmod t;\nfn c() {}"), ("fn c() {}".into(), 3));
        assert_eq!(untested("#[cfg(test)] fn f(x: [u8; 2]) { y }\nfn c() {}"), ("fn c() {}".into(), 1));
        assert_eq!(untested("#[cfg(all(test, unix))] mod t { }"), (String::new(), 1));
    }

    #[test]
    fn a_field_or_variant_under_test_takes_nothing_else() {
        assert_eq!(
            untested("enum E { A, #[cfg(test)] B }\nfn c() {}").0,
            "enum E { A, }\nfn c() {}".replace('\n', " ")
        );
        assert_eq!(untested("struct S { #[cfg(test)] a: Map<u8, u8>, b: u8 }").0, "struct S { b: u8 }");
        assert_eq!(
            untested("#[cfg(test)] fn f<A, B>() -> A where A: C, B: D { x } fn c() {}").0,
            "fn c() {}"
        );
    }

    #[test]
    fn what_is_not_only_for_tests_stays() {
        for source in ["#[cfg(not(test))] fn a() {}", "#[cfg(unix)] mod tests { }", "mod tests { fn b() {} }"]
        {
            assert_eq!(untested(source), (source.into(), 0), "{source}");
        }
        assert_eq!(untested("// #[cfg(test)]\nfn a() {}"), ("fn a() {}".into(), 0));
    }
}
