//! Laws 1 and 2: which modules of ours a module may name.

use crate::import::{self, Import};
use crate::tree::{Source, Tree};

const DOORS: &[&str] = &["xlsx", "store", "upstream"];
/// What a door may know of ours, besides itself.
const KNOWN_TO_DOORS: &[&str] = &["code", "calendar", "model"];

/// Paths that name a module below their own, or climb out of it.
pub fn looks_down(tree: &Tree) -> Vec<String> {
    let order = tree.order();
    let mut violations = Vec::new();
    for source in tree.program() {
        let Some(top) = source.top() else { continue };
        let Some(own) = order.iter().position(|module| *module == top) else {
            violations.push(source.violation(1, &format!("`{top}` does not stand in src/lib.rs")));
            continue;
        };
        for import in import::imports(&source.code) {
            if let Some(what) = wrong(source, &import, &order, own) {
                violations.push(source.violation(import.line, &what));
            }
        }
    }
    violations
}

fn wrong(source: &Source, import: &Import, order: &[&str], own: usize) -> Option<String> {
    let top = order[own];
    if import.climbs() >= source.modules().len() + import.nested {
        return Some(format!("`{}` climbs out of `{top}`", import.segments.join("::")));
    }
    let module = import.module()?;
    if module.is_empty() {
        return Some(format!("`{top}` names the whole crate"));
    }
    match order.iter().position(|name| *name == module) {
        None => Some(format!("`crate::{module}` is no module of src/lib.rs")),
        Some(theirs) if theirs > own => Some(format!("`{top}` names `{module}`, which stands below it")),
        Some(_) => None,
    }
}

/// Doors that name more of ours than the model.
pub fn doors_meet(tree: &Tree) -> Vec<String> {
    let mut violations = Vec::new();
    for source in tree.program() {
        let Some(top) = source.top().filter(|top| DOORS.contains(top)) else { continue };
        for import in import::imports(&source.code) {
            let stranger =
                import.module().filter(|module| *module != top && !KNOWN_TO_DOORS.contains(module));
            if let Some(module) = stranger {
                violations.push(source.violation(import.line, &format!("the door `{top}` names `{module}`")));
            }
        }
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIB: (&str, &str) =
        ("src/lib.rs", "mod code;\nmod model;\nmod roster;\nmod xlsx;\nmod store;\npub mod cli;\n");

    fn looked(path: &str, text: &str) -> Vec<String> {
        looks_down(&Tree::invented(&[LIB, (path, text)]))
    }

    #[test]
    fn looking_up_is_lawful() {
        let text = "use crate::{code, model::id};\nuse super::id::X;\nfn f() -> crate::model::Y {}\n\
            mod inner { use super::super::document; }\n#[cfg(test)]\nmod tests { use crate::cli; }";
        assert_eq!(looked("src/model/document/mod.rs", text), [""; 0]);
        assert_eq!(looked("src/main.rs", "fn main() { xueji::cli::run() }"), [""; 0]);
    }

    #[test]
    fn every_look_down_is_reported() {
        let text = "use crate::{code,\n  roster::x};\nfn f() { crate::cli::run() }\nuse crate::nothing;\n";
        assert_eq!(
            looked("src/model/id.rs", text),
            [
                "src/model/id.rs:2: `model` names `roster`, which stands below it",
                "src/model/id.rs:3: `model` names `cli`, which stands below it",
                "src/model/id.rs:4: `crate::nothing` is no module of src/lib.rs",
            ]
        );
    }

    #[test]
    fn climbing_out_is_reported() {
        assert_eq!(
            looked("src/model/mod.rs", "use super::code;"),
            ["src/model/mod.rs:1: `super::code` climbs out of `model`"]
        );
        assert_eq!(looked("src/model/id.rs", "\nuse super::super::{code};").len(), 1);
        assert_eq!(looked("src/model/id.rs", "mod a { use super::super::b; }"), [""; 0]);
        assert_eq!(looked("src/model/id.rs", "use crate::*;\nuse crate as all;").len(), 2);
        assert_eq!(
            looked("src/strange.rs", ""),
            ["src/strange.rs:1: `strange` does not stand in src/lib.rs"]
        );
    }

    #[test]
    fn doors_know_the_model_and_nothing_else() {
        let tree = Tree::invented(&[
            LIB,
            ("src/xlsx/mod.rs", "use crate::model::cell;\nuse crate::xlsx::read;\nuse crate::code::Table;\n"),
            (
                "src/store/mod.rs",
                "use crate::model::id;\nuse crate::roster::x;\nfn f() { crate::xlsx::y() }\n",
            ),
            ("src/cli/mod.rs", "use crate::store;\n"),
        ]);
        assert_eq!(
            doors_meet(&tree),
            [
                "src/store/mod.rs:2: the door `store` names `roster`",
                "src/store/mod.rs:3: the door `store` names `xlsx`",
            ]
        );
    }
}
