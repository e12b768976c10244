//! Law 4: every source is declared, every data file included, every migration numbered in sequence.

use crate::token;
use crate::tree::{Source, Tree};

const MIGRATIONS: &str = "src/store/migrations/";

/// Sources that no `mod` line in their parent names, so that the compiler never sees them.
pub fn undeclared(tree: &Tree) -> Vec<String> {
    let mut declared = vec!["src/lib.rs".to_owned(), "src/main.rs".to_owned()];
    for source in tree.src() {
        let modules = token::modules(&source.whole);
        declared.extend(modules.into_iter().flat_map(|(module, _)| source.child(module)));
    }
    let forgotten = tree.src().filter(|source| !declared.contains(&source.path));
    forgotten.map(|source| source.violation(1, "no `mod` line in its parent declares it")).collect()
}

/// Data files that no source of the program includes.
pub fn unread(tree: &Tree) -> Vec<String> {
    let included: Vec<String> = tree.program().flat_map(included).collect();
    // The workbooks of templates-xlsx/ are made by the code that is in the binary; a test beside it holds them equal.
    let embedded = |path: &str| path.starts_with("src/");
    // Snapshots are read by tests, and a README by people.
    let exempt = |path: &str| path.ends_with(".snap") || path.rsplit('/').next() == Some("README.md");
    let data = tree.data.iter().filter(|path| embedded(path) && !exempt(path));
    data.filter(|path| !included.contains(path))
        .map(|path| format!("{path}:1: no `include_str!` or `include_bytes!` names it"))
        .collect()
}

/// What a source includes, from the root of the crate.
fn included(source: &Source) -> Vec<String> {
    let tokens = token::tokens(&source.code);
    let mut out = Vec::new();
    for (i, three) in tokens.windows(3).enumerate() {
        if !matches!(three[0].text, "include_str" | "include_bytes") || three[1].text != "!" {
            continue;
        }
        let end = tokens[token::close(&tokens, i + 2)].at;
        // Stripping blanks literals but moves nothing: the name still stands in the raw text.
        let literals: Vec<&str> = source.raw[three[2].at..end].split('"').skip(1).step_by(2).collect();
        out.push(match literals[..] {
            ["CARGO_MANIFEST_DIR", ref rest @ ..] => resolved("", &rest.concat()),
            _ => resolved(source.path.rsplit_once('/').map_or("", |(folder, _)| folder), &literals.concat()),
        });
    }
    out
}

fn resolved(folder: &str, name: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(name.split('/')) {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

/// Migrations whose name does not say the next number.
pub fn misnumbered(tree: &Tree) -> Vec<String> {
    let names = tree.data.iter().filter(|path| path.starts_with(MIGRATIONS) && path.ends_with(".sql"));
    let wrong = |(i, path): (usize, &String)| {
        let expected = format!("{:04}_", i + 1);
        let rest = path[MIGRATIONS.len()..].strip_prefix(&expected);
        let named = rest.is_some_and(|rest| rest.len() > ".sql".len());
        (!named).then(|| format!("{path}:1: expected {MIGRATIONS}{expected}name.sql here"))
    };
    names.enumerate().filter_map(wrong).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_undeclared_source_is_reported() {
        let tree = Tree::invented(&[
            ("src/lib.rs", "mod a;\n// mod c;\n"),
            ("src/main.rs", ""),
            ("src/a/mod.rs", "mod b;\n#[cfg(test)]\nmod tests;\n"),
            ("src/a/b.rs", "mod deep;"),
            ("src/a/b/deep.rs", ""),
            ("src/a/tests.rs", ""),
            ("src/a/lost.rs", ""),
            ("src/c.rs", ""),
            ("tests/x.rs", ""),
        ]);
        let lost: Vec<_> = undeclared(&tree);
        assert_eq!(
            lost,
            ["src/a/lost.rs", "src/c.rs"].map(|p| format!("{p}:1: no `mod` line in its parent declares it"))
        );
    }

    #[test]
    fn data_that_is_not_included_is_reported() {
        let source = "const A: &str = include_str!(\"性别.csv\");\n\
            const B: &[u8] = include_bytes!(\n    \"../../src/a.xlsx\",\n);\n\
            const C: &str = include_str!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"/src/code/c.csv\"));\n\
            // include_str!(\"lost.csv\")\n\
            #[cfg(test)]\nmod tests { const D: &str = include_str!(\"tested.csv\"); }\n";
        let tree = Tree::invented(&[
            ("src/code/mod.rs", source),
            ("src/code/性别.csv", ""),
            ("src/code/c.csv", ""),
            ("src/code/lost.csv", ""),
            ("src/code/tested.csv", ""),
            ("src/code/README.md", ""),
            ("src/code/snapshots/x.snap", ""),
            ("src/a.xlsx", ""),
            ("src/b.xlsx", ""),
            ("tests/gallery/x.csv", ""),
        ]);
        let unread = unread(&tree);
        let named: Vec<_> = unread.iter().map(|v| v.split(':').next().unwrap()).collect();
        assert_eq!(named, ["src/code/lost.csv", "src/code/tested.csv", "src/b.xlsx"]);
    }

    #[test]
    fn migrations_count_without_a_gap() {
        let tree = |names: &[&str]| {
            let paths: Vec<_> = names.iter().map(|name| format!("{MIGRATIONS}{name}")).collect();
            Tree::invented(&paths.iter().map(|path| (path.as_str(), "")).collect::<Vec<_>>())
        };
        assert_eq!(misnumbered(&tree(&["0001_first.sql", "0002_second.sql"])), [""; 0]);
        assert_eq!(misnumbered(&tree(&["0001_first.sql", "0003_third.sql"])).len(), 1);
        assert_eq!(misnumbered(&tree(&["0001_first.sql", "0001_twice.sql"])).len(), 1);
        assert_eq!(misnumbered(&tree(&["1_first.sql"])).len(), 1);
        assert_eq!(misnumbered(&tree(&["0001_.sql"])).len(), 1);
    }
}
