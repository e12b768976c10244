//! Law 6 and the habits beside it: purpose first, no silenced dead code, re-exports, globs or unwraps.

use crate::import;
use crate::text;
use crate::token;
use crate::tree::Tree;

/// Files, tests too, whose first line does not say what they are for.
pub fn purposeless(tree: &Tree) -> Vec<String> {
    let told = |raw: &str| {
        let first = raw.lines().next().unwrap_or_default();
        first.strip_prefix("//! ").is_some_and(|purpose| !purpose.trim().is_empty())
    };
    let silent = tree.sources.iter().filter(|source| !told(&source.raw));
    silent.map(|source| source.violation(1, "the first line is not `//!` and a purpose")).collect()
}

/// Attributes that hide dead code from the compiler.
pub fn silenced(tree: &Tree) -> Vec<String> {
    let mut violations = Vec::new();
    for source in tree.src() {
        let tokens = token::tokens(&source.whole);
        for i in 0..tokens.len() {
            let Some(end) = text::attribute(&tokens, i) else { continue };
            let has = |names: &[&str]| tokens[i..end].iter().any(|token| names.contains(&token.text));
            if has(&["allow", "expect"]) && has(&["dead_code", "unused"]) {
                violations.push(source.violation(tokens[i].line, "dead code is hidden"));
            }
        }
    }
    violations
}

pub fn reexports(tree: &Tree) -> Vec<String> {
    imported(tree, "re-exported", |import| import.public)
}

pub fn globs(tree: &Tree) -> Vec<String> {
    imported(tree, "glob import", |import| import.glob)
}

fn imported(tree: &Tree, what: &str, is: impl Fn(&import::Import) -> bool) -> Vec<String> {
    let mut violations = Vec::new();
    for source in tree.program() {
        for import in import::imports(&source.code).iter().filter(|import| is(import)) {
            violations
                .push(source.violation(import.line, &format!("{what}: `{}`", import.segments.join("::"))));
        }
    }
    violations
}

pub fn unwraps(tree: &Tree) -> Vec<String> {
    let mut violations = Vec::new();
    for source in tree.program() {
        let imports = import::imports(&source.code);
        let passed =
            imports.iter().filter(|import| import.segments.last().is_some_and(|name| name == "unwrap"));
        let lines = token::calls(&source.code, "unwrap").into_iter().chain(passed.map(|import| import.line));
        violations.extend(lines.map(|line| source.violation(line, "`unwrap` outside tests")));
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(text: &str) -> Tree {
        Tree::invented(&[("src/lib.rs", text)])
    }

    #[test]
    fn a_file_without_purpose_is_reported() {
        assert_eq!(purposeless(&tree("//! A purpose.\n")), [""; 0]);
        for text in ["", "mod a;\n", "\n//! Late.\n", "//!\n//! Late.\n", "// Not a doc.\n", "//!  \n"] {
            assert_eq!(purposeless(&tree(text)).len(), 1, "{text:?}");
        }
        assert_eq!(purposeless(&Tree::invented(&[("tests/x.rs", "")])).len(), 1);
    }

    #[test]
    fn hidden_dead_code_is_reported() {
        for text in [
            "\n#[allow(dead_code)] fn a() {}",
            "\n#![allow(unused, dead_code)]",
            "\n#[expect(dead_code, reason = \"x\")]",
            "\n#[cfg_attr(unix, allow(dead_code))]",
            "\n#[cfg(test)] mod tests { #[allow(dead_code)] fn a() {} }",
        ] {
            assert_eq!(silenced(&tree(text)), ["src/lib.rs:2: dead code is hidden"], "{text}");
        }
        assert_eq!(
            silenced(&tree("// #[allow(dead_code)]\n#[allow(clippy::x)] #[deny(dead_code)]")),
            [""; 0]
        );
    }

    #[test]
    fn reexports_globs_and_unwraps_are_reported() {
        let text = "pub use a::b;\nuse c::*;\nfn f() { x.unwrap(); y.map(Option::unwrap) }\n";
        assert_eq!(reexports(&tree(text)), ["src/lib.rs:1: re-exported: `a::b`"]);
        assert_eq!(globs(&tree(text)), ["src/lib.rs:2: glob import: `c`"]);
        assert_eq!(unwraps(&tree(text)).len(), 2);
    }

    #[test]
    fn tests_and_likenesses_are_left_alone() {
        let text = "use a::b;\nfn f() { x.unwrap_or(1) * 2; \"x.unwrap()\"; }\n\
            #[cfg(test)]\nmod tests { use super::*; pub use a::c; fn f() { x.unwrap(); } }\n";
        let tree = tree(text);
        assert_eq!([reexports(&tree), globs(&tree), unwraps(&tree)].concat(), [""; 0]);
    }
}
