//! The crate as the laws see it: its sources, stripped, and the names of its data files.

use std::fs;
use std::path::Path;

use crate::text;
use crate::token;

/// Below these stand the sources; only `src` is under every law. Beside the sources of `fuzz` lie its corpus and target.
const FOLDERS: &[&str] =
    &["benches", "examples", "fuzz/examples", "fuzz/src", "fuzz/targets", "src", "templates-xlsx", "tests"];

pub struct Source {
    /// From the root of the crate, with `/`.
    pub path: String,
    pub raw: String,
    /// Without comments and literals.
    pub whole: String,
    /// Without tests too.
    pub code: String,
    /// How many lines are tests.
    pub tested: usize,
}

impl Source {
    pub fn new(path: &str, raw: String) -> Self {
        let whole = text::strip(&raw);
        let (code, tested) = text::without_tests(&whole);
        Self { path: path.to_owned(), raw, whole, code, tested }
    }

    /// The modules this file is inside: `["model", "document"]`; none for `lib.rs` and `main.rs`.
    pub fn modules(&self) -> Vec<&str> {
        let below = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let below = below.strip_suffix(".rs").unwrap_or(below);
        let mut modules: Vec<&str> = below.split('/').collect();
        if modules.last() == Some(&"mod") || matches!(modules[..], ["lib" | "main"]) {
            modules.pop();
        }
        modules
    }

    /// The module of `lib.rs` this file is in.
    pub fn top(&self) -> Option<&str> {
        self.modules().first().copied()
    }

    /// Where the file of a module declared here may stand.
    pub fn child(&self, module: &str) -> [String; 2] {
        let mut folder = String::from("src");
        for name in self.modules() {
            folder = format!("{folder}/{name}");
        }
        [format!("{folder}/{module}.rs"), format!("{folder}/{module}/mod.rs")]
    }

    pub fn violation(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }
}

pub struct Tree {
    pub sources: Vec<Source>,
    /// Everything that is not a `.rs`.
    pub data: Vec<String>,
}

impl Tree {
    pub fn from_disk() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = Vec::new();
        for folder in FOLDERS {
            walk(root, folder, &mut files);
        }
        let (sources, data): (Vec<_>, Vec<_>) =
            files.into_iter().partition(|path: &String| path.ends_with(".rs"));
        let read = |path: &String| {
            let raw = fs::read_to_string(root.join(path)).unwrap_or_else(|e| panic!("{path}: {e}"));
            Source::new(path, raw)
        };
        Self { sources: sources.iter().map(read).collect(), data }
    }

    /// An invented crate: `.rs` names with their text, other names with anything.
    #[cfg(test)]
    pub fn invented(files: &[(&str, &str)]) -> Self {
        let (sources, data): (Vec<_>, Vec<_>) = files.iter().partition(|(path, _)| path.ends_with(".rs"));
        Self {
            sources: sources.into_iter().map(|(path, raw)| Source::new(path, (*raw).to_owned())).collect(),
            data: data.into_iter().map(|(path, _)| (*path).to_owned()).collect(),
        }
    }

    pub fn source(&self, path: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.path == path)
    }

    /// The sources under `src`.
    pub fn src(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter().filter(|source| source.path.starts_with("src/"))
    }

    /// The sources under `src` that are in the program: files declared under `#[cfg(test)]` are not.
    pub fn program(&self) -> impl Iterator<Item = &Source> {
        let mut tests = Vec::new();
        for source in self.src() {
            let kept = token::modules(&source.code);
            let dropped = token::modules(&source.whole).into_iter().filter(|module| !kept.contains(module));
            tests.extend(dropped.flat_map(|(module, _)| source.child(module)));
        }
        self.src().filter(move |source| {
            !tests.iter().any(|test| {
                let folder = test.trim_end_matches("mod.rs");
                *test == source.path || (folder.ends_with('/') && source.path.starts_with(folder))
            })
        })
    }

    /// The order that is law: the modules of `lib.rs` as they stand.
    pub fn order(&self) -> Vec<&str> {
        let lib = self.source("src/lib.rs").expect("a crate has src/lib.rs");
        token::modules(&lib.code).into_iter().map(|(module, _)| module).collect()
    }
}

/// Names below `folder`, sorted; a folder that is absent holds none. Hidden files belong to editors.
fn walk(root: &Path, folder: &str, files: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(root.join(folder)) else { return };
    let mut entries: Vec<_> =
        entries.map(|entry| entry.expect("a folder that opened can be listed")).collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.path().is_dir() {
            walk(root, &path, files);
        } else {
            files.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_gives_its_modules() {
        let modules = |path: &str| Source::new(path, String::new()).modules().join("::");
        assert_eq!(modules("src/lib.rs"), "");
        assert_eq!(modules("src/main.rs"), "");
        assert_eq!(modules("src/model/mod.rs"), "model");
        assert_eq!(modules("src/model/change/leave.rs"), "model::change::leave");
        assert_eq!(modules("src/cli/main.rs"), "cli::main");
    }

    #[test]
    fn files_of_tests_are_not_in_the_program() {
        let tree = Tree::invented(&[
            ("src/lib.rs", "mod a;\nmod b;\n"),
            ("src/a/mod.rs", "#[cfg(test)]\nmod tests;\nmod kept;\n"),
            ("src/a/tests.rs", ""),
            ("src/a/tests/deep.rs", ""),
            ("src/a/kept.rs", ""),
            ("tests/x.rs", ""),
        ]);
        let program: Vec<_> = tree.program().map(|source| source.path.as_str()).collect();
        assert_eq!(program, ["src/lib.rs", "src/a/mod.rs", "src/a/kept.rs"]);
        assert_eq!(tree.order(), ["a", "b"]);
    }
}
