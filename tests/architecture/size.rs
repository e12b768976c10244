//! Law 5: a function has at most 70 lines, a file at most 400 without its tests.

use crate::token;
use crate::tree::Tree;

const FUNCTION: usize = 70;
const FILE: usize = 400;

/// Files that hold one table of data and nothing else: the path and the reason.
const TABLES: &[(&str, &str)] = &[];

pub fn long_functions(tree: &Tree) -> Vec<String> {
    let mut violations = Vec::new();
    for source in tree.program() {
        let functions = token::functions(&source.code);
        let long = functions.iter().filter(|function| function.lines > FUNCTION);
        violations.extend(long.map(|function| {
            source.violation(function.line, &format!("`{}` has {} lines", function.name, function.lines))
        }));
    }
    violations
}

pub fn long_files(tree: &Tree) -> Vec<String> {
    let mut violations = Vec::new();
    for source in tree.program().filter(|source| !TABLES.iter().any(|(path, _)| *path == source.path)) {
        let lines = source.raw.lines().count() - source.tested;
        if lines > FILE {
            violations
                .push(source.violation(FILE + 1, &format!("the file has {lines} lines without its tests")));
        }
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
    fn exceptions_are_needed_and_reasoned() {
        let tree = Tree::from_disk();
        for (path, reason) in TABLES {
            let source = tree.source(path).unwrap_or_else(|| panic!("{path} is excepted and absent"));
            assert!(source.raw.lines().count() - source.tested > FILE, "{path} needs no exception");
            assert!(!reason.is_empty(), "{path}: no reason");
        }
    }

    #[test]
    fn seventy_lines_are_lawful_and_one_more_is_not() {
        let function = |inside: usize| format!("\nfn long() {{\n{}}}\n", "    x();\n".repeat(inside));
        assert_eq!(long_functions(&tree(&function(68))), [""; 0]);
        assert_eq!(long_functions(&tree(&function(69))), ["src/lib.rs:2: `long` has 71 lines"]);
        let tested = format!("#[cfg(test)]\nmod tests {{{}}}\n", function(100));
        assert_eq!(long_functions(&tree(&tested)), [""; 0]);
    }

    #[test]
    fn a_file_is_measured_without_its_tests() {
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "\n".repeat(100));
        let file = |lines: usize| format!("{}{tests}", "// why\n".repeat(lines));
        assert_eq!(long_files(&tree(&file(400))), [""; 0]);
        assert_eq!(
            long_files(&tree(&file(401))),
            ["src/lib.rs:401: the file has 401 lines without its tests"]
        );
    }
}
