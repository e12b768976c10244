//! Words and marks of stripped source, with the line each stands on.

#[derive(Clone, Copy, Debug)]
pub struct Token<'a> {
    pub text: &'a str,
    /// Offset in bytes.
    pub at: usize,
    /// Counted from one.
    pub line: usize,
}

pub fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The tokens of code that `text::strip` has been over: words, lifetimes, `::`, and single marks.
pub fn tokens(code: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let (mut at, mut line) = (0, 1);
    while let Some(first) = code[at..].chars().next() {
        let rest = &code[at..];
        let length = match first {
            '\'' => 1 + word(&rest[1..]),
            ':' if rest.starts_with("::") => 2,
            c if in_word(c) => word(rest),
            c => c.len_utf8(),
        };
        if first == '\n' {
            line += 1;
        }
        if !first.is_whitespace() {
            out.push(Token { text: &rest[..length], at, line });
        }
        at += length;
    }
    out
}

fn word(rest: &str) -> usize {
    rest.find(|c: char| !in_word(c)).unwrap_or(rest.len())
}

/// The index of the bracket that closes the one at `open`; the last token when none does.
pub fn close(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate().skip(open) {
        match token.text {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return i;
        }
    }
    tokens.len().saturating_sub(1)
}

/// `mod name;` in the order written, with the line of each.
pub fn modules(code: &str) -> Vec<(&str, usize)> {
    tokens(code)
        .windows(3)
        .filter(|three| three[0].text == "mod" && three[2].text == ";")
        .map(|three| (three[1].text, three[1].line))
        .collect()
}

/// The lines on which `.name(` is called.
pub fn calls(code: &str, name: &str) -> Vec<usize> {
    tokens(code)
        .windows(3)
        .filter(|three| three[0].text == "." && three[1].text == name && three[2].text == "(")
        .map(|three| three[1].line)
        .collect()
}

#[derive(Debug, PartialEq)]
pub struct Function<'a> {
    pub name: &'a str,
    pub line: usize,
    /// From `fn` to the closing brace, both lines counted.
    pub lines: usize,
}

/// Every function that has a body, those inside others too.
pub fn functions(code: &str) -> Vec<Function<'_>> {
    let tokens = tokens(code);
    let mut out = Vec::new();
    for (i, pair) in tokens.windows(2).enumerate() {
        let (keyword, name) = (pair[0], pair[1]);
        // `fn(u8) -> u8` is a type.
        if keyword.text != "fn" || !name.text.starts_with(in_word) {
            continue;
        }
        if let Some(open) = body(&tokens, i) {
            let end = tokens[close(&tokens, open)].line;
            out.push(Function { name: name.text, line: keyword.line, lines: end - keyword.line + 1 });
        }
    }
    out
}

/// Where the body opens; `None` for a signature that ends with `;`.
fn body(tokens: &[Token], mut i: usize) -> Option<usize> {
    loop {
        match tokens.get(i)?.text {
            ";" => return None,
            // A const argument in braces, `Table<{ N }>`, is no body.
            "{" if tokens[i - 1].text != "<" => return Some(i),
            "(" | "[" | "{" => i = close(tokens, i) + 1,
            _ => i += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    #[test]
    fn words_and_lines() {
        let found: Vec<_> =
            tokens("a::b\n  <'x> 学籍+1").into_iter().map(|token| (token.text, token.line)).collect();
        let line_two = ["<", "'x", ">", "学籍", "+", "1"].map(|text| (text, 2));
        assert_eq!(found[..3], [("a", 1), ("::", 1), ("b", 1)]);
        assert_eq!(found[3..], line_two);
    }

    #[test]
    fn modules_in_order() {
        assert_eq!(modules("mod b;\npub mod a;\nmod inline { }"), [("b", 1), ("a", 2)]);
    }

    #[test]
    fn calls_are_calls() {
        assert_eq!(calls("a.reveal();\nreveal();\nb\n  .reveal ()", "reveal"), [1, 4]);
    }

    #[test]
    fn functions_are_measured() {
        let source = "pub fn one() -> u8 { 1 }\n\
            fn four(x: [u8; 2],\n  y: fn(u8) -> u8,\n) -> Table<{ N }> { \"}\";\n if x { } }\n\
            trait T { fn none(&self); fn two() {\n} }";
        let code = text::strip(source);
        let measured: Vec<_> = functions(&code).into_iter().map(|f| (f.name, f.line, f.lines)).collect();
        assert_eq!(measured, [("one", 1, 1), ("four", 2, 4), ("two", 6, 2)]);
    }

    #[test]
    fn a_function_inside_counts_for_both() {
        let measured: Vec<_> =
            functions("fn outer() {\nfn inner() {\n}\n}").into_iter().map(|f| (f.name, f.lines)).collect();
        assert_eq!(measured, [("outer", 4), ("inner", 2)]);
    }
}
