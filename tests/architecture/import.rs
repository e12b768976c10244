//! The paths a file names: `use` trees unfolded, and paths written in place.

use crate::token::{self, Token};

#[derive(Debug)]
pub struct Import {
    pub segments: Vec<String>,
    pub line: usize,
    pub glob: bool,
    /// Stands under `pub use`, `pub(crate) use` and the like.
    pub public: bool,
    /// How many modules opened in this very file stand around it.
    pub nested: usize,
}

impl Import {
    /// The module of ours a `crate::` path names; empty when it names the crate itself.
    pub fn module(&self) -> Option<&str> {
        (self.segments.first()? == "crate").then(|| self.segments.get(1).map_or("", String::as_str))
    }

    /// How many times the path climbs with `super`.
    pub fn climbs(&self) -> usize {
        self.segments.iter().filter(|segment| *segment == "super").count()
    }

    /// Whether the path holds `names` in a row: from its start for a crate (lower case), anywhere for a type.
    pub fn names(&self, names: &str) -> bool {
        let names: Vec<&str> = names.split("::").collect();
        let mut windows = self.segments.windows(names.len());
        if names[0].starts_with(char::is_lowercase) {
            return windows.next().is_some_and(|window| window == names);
        }
        windows.any(|window| window == names)
    }
}

/// Every path in stripped code.
pub fn imports(code: &str) -> Vec<Import> {
    let mut scan = Scan { tokens: token::tokens(code), at: 0, public: false, nested: 0, out: Vec::new() };
    let mut depth = 0;
    let mut inline = Vec::new();
    while scan.at < scan.tokens.len() {
        match scan.text(0) {
            "{" => {
                depth += 1;
                if scan.at >= 2 && scan.tokens[scan.at - 2].text == "mod" {
                    inline.push(depth);
                }
                scan.at += 1;
            }
            "}" => {
                inline.pop_if(|opened| *opened == depth);
                depth -= 1;
                scan.at += 1;
            }
            // `impl Trait + use<'a>` captures; it imports nothing.
            "use" if scan.text(1) != "<" => scan.statement(1),
            "extern" if scan.text(1) == "crate" => scan.statement(2),
            _ => scan.in_place(),
        }
        scan.nested = inline.len();
    }
    scan.out
}

struct Scan<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    public: bool,
    nested: usize,
    out: Vec<Import>,
}

impl<'a> Scan<'a> {
    fn text(&self, ahead: usize) -> &'a str {
        self.tokens.get(self.at + ahead).map_or(";", |token| token.text)
    }

    fn before(&self, back: usize) -> &'a str {
        self.at.checked_sub(back).map_or(";", |at| self.tokens[at].text)
    }

    fn statement(&mut self, keywords: usize) {
        self.public = match self.before(1) {
            "pub" => true,
            // `pub(crate) use`, `pub(in crate::a) use`
            ")" => {
                let open = self.tokens[..self.at].iter().rposition(|token| token.text == "(");
                open.is_some_and(|open| open > 0 && self.tokens[open - 1].text == "pub")
            }
            _ => false,
        };
        self.at += keywords;
        self.tree(Vec::new());
        self.public = false;
    }

    fn tree(&mut self, mut prefix: Vec<String>) {
        let mut line = self.line();
        loop {
            match self.text(0) {
                "::" => self.at += 1,
                "{" => return self.group(&prefix),
                "*" => {
                    self.at += 1;
                    return self.push(prefix, line, true);
                }
                "as" => self.at += 2,
                // `a::{self}` is `a`.
                "self" if !prefix.is_empty() => self.at += 1,
                word if word.starts_with(token::in_word) => {
                    line = self.line();
                    prefix.push(word.to_owned());
                    self.at += 1;
                }
                _ => return self.push(prefix, line, false),
            }
        }
    }

    fn group(&mut self, prefix: &[String]) {
        self.at += 1;
        while self.at < self.tokens.len() && self.text(0) != "}" {
            let from = self.at;
            if self.text(0) == "," {
                self.at += 1;
            } else {
                self.tree(prefix.to_vec());
            }
            // A mark no tree begins with would hold the scan for ever.
            self.at = self.at.max(from + 1);
        }
        self.at += 1;
    }

    /// `a::b::c` anywhere else: at least two words, not the tail of `<T>::c`.
    fn in_place(&mut self) {
        let line = self.line();
        let tail = self.before(1) == "::"
            && (self.before(2).starts_with(token::in_word)
                || matches!(self.before(2), ">" | ")" | "]" | "}"));
        let begins = self.text(0).starts_with(token::in_word) && !tail;
        let mut segments = vec![self.text(0).to_owned()];
        self.at += 1;
        while begins && self.text(0) == "::" && self.text(1).starts_with(token::in_word) {
            segments.push(self.text(1).to_owned());
            self.at += 2;
        }
        if segments.len() > 1 {
            self.push(segments, line, false);
        }
    }

    fn line(&self) -> usize {
        self.tokens.get(self.at).map_or(0, |token| token.line)
    }

    fn push(&mut self, segments: Vec<String>, line: usize, glob: bool) {
        let (public, nested) = (self.public, self.nested);
        self.out.push(Import { segments, line, glob, public, nested });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    fn paths(source: &str) -> Vec<String> {
        let found = imports(&text::strip(source));
        found.iter().map(|i| i.segments.join("::") + if i.glob { "::*" } else { "" }).collect()
    }

    #[test]
    fn use_trees_unfold() {
        assert_eq!(paths("use crate::{a, b::c};"), ["crate::a", "crate::b::c"]);
        assert_eq!(
            paths("use crate::a::{self, b as c, d::{e, f::*},};"),
            ["crate::a", "crate::a::b", "crate::a::d::e", "crate::a::d::f::*"]
        );
        assert_eq!(paths("use {std::env, ::csv};"), ["std::env", "csv"]);
        assert_eq!(paths("use crate as all;"), ["crate"]);
        assert_eq!(paths("extern crate csv;"), ["csv"]);
        assert_eq!(paths("use a::{"), [""; 0]);
    }

    #[test]
    fn paths_in_place_are_found() {
        assert_eq!(paths("let x = std::env::var(\"a::b\");"), ["std::env::var"]);
        assert_eq!(paths("fn f(x: &crate::store::Store) {}"), ["crate::store::Store"]);
        assert_eq!(paths("#[derive(clap::Parser)]"), ["clap::Parser"]);
        assert_eq!(paths("<T as crate::a::B>::c()"), ["crate::a::B"]);
        assert_eq!(paths("Vec::<csv::X>::new(); a::<u8>(::csv::Y)"), ["csv::X", "csv::Y"]);
        assert_eq!(paths("anyhow::bail!(x)"), ["anyhow::bail"]);
        assert_eq!(paths("pub(crate) fn f() -> impl A + use<'a> { x.y }"), [""; 0]);
        assert_eq!(paths("// crate::a\n/* crate::b */ \"crate::c\""), [""; 0]);
    }

    #[test]
    fn lines_publicity_and_nesting() {
        let source =
            "use a::{\n  b,\n  c,\n};\npub use d;\npub(crate) use e;\nmod m { use f; }\nfn g() { h::i() }";
        let found: Vec<_> = imports(source)
            .into_iter()
            .map(|i| (i.segments.join("::"), i.line, i.public, i.nested))
            .collect();
        let expected = [
            ("a::b", 2, false, 0),
            ("a::c", 3, false, 0),
            ("d", 5, true, 0),
            ("e", 6, true, 0),
            ("f", 7, false, 1),
            ("h::i", 8, false, 0),
        ];
        assert_eq!(
            found,
            expected.map(|(path, line, public, nested)| (path.to_owned(), line, public, nested))
        );
    }

    #[test]
    fn a_crate_begins_the_path_and_a_type_stands_anywhere() {
        let named = |path: &str, names: &str| imports(&format!("use {path};"))[0].names(names);
        assert!(named("csv::Reader", "csv") && named("std::env::var", "std::env"));
        assert!(!named("crate::output::csv", "csv") && !named("std::fs", "std::env"));
        assert!(named("std::time::SystemTime", "SystemTime") && named("jiff::Zoned::now", "Zoned::now"));
        assert!(!named("jiff::Zoned", "Zoned::now"));
    }
}
