//! The laws of the house: imports look up, doors stay apart, outside names stay at home, nothing forgotten, sizes.
//!
//! One file per law, each a function from the tree to all its violations (`path:line: what`), with tests on small
//! invented trees that prove it can fail. To add a home for an outside name, add a row to `home::HOMES`.

mod forgotten;
mod habit;
mod home;
mod import;
mod order;
mod size;
mod text;
mod token;
mod tree;

use tree::Tree;

/// Fails with every violation, so that one run shows the whole work to do.
fn hold(law: &str, violations: &[String]) {
    assert!(
        violations.is_empty(),
        "{law}: {} violation(s)\n  {}\n",
        violations.len(),
        violations.join("\n  ")
    );
}

#[test]
fn the_tree_is_really_read() {
    let tree = Tree::from_disk();
    assert!(tree.source("src/lib.rs").is_some(), "src/lib.rs was not read");
    assert!(tree.source("src/main.rs").is_some(), "src/main.rs was not read");
    assert!(tree.source("tests/architecture/main.rs").is_some(), "tests/ was not read");
    let order = tree.order();
    assert!(order.contains(&"model") && order.contains(&"cli"), "no order in lib.rs: {order:?}");
}

#[test]
fn law_1_imports_look_up() {
    hold("a module uses only those above it in src/lib.rs", &order::looks_down(&Tree::from_disk()));
}

#[test]
fn law_2_doors_stand_apart() {
    hold("a door knows model, code, calendar and no other door", &order::doors_meet(&Tree::from_disk()));
}

#[test]
fn law_3_outside_names_stay_at_home() {
    hold("outside names are used only at home", &home::strays(&Tree::from_disk()));
}

#[test]
fn law_4_nothing_is_forgotten() {
    let tree = Tree::from_disk();
    hold("every .rs is declared by its parent", &forgotten::undeclared(&tree));
    hold("every data file is included", &forgotten::unread(&tree));
    hold("migrations are numbered 0001, 0002, … without a gap", &forgotten::misnumbered(&tree));
}

#[test]
fn law_5_sizes() {
    let tree = Tree::from_disk();
    hold("a function has at most 70 lines", &size::long_functions(&tree));
    hold("a file has at most 400 lines without its tests", &size::long_files(&tree));
}

#[test]
fn law_6_every_file_opens_with_its_purpose() {
    hold("the first line is `//!` and a purpose", &habit::purposeless(&Tree::from_disk()));
}

#[test]
fn habits() {
    let tree = Tree::from_disk();
    hold("dead code is removed, not allowed", &habit::silenced(&tree));
    hold("no re-exports", &habit::reexports(&tree));
    hold("no glob imports outside tests", &habit::globs(&tree));
    hold("no unwrap outside tests", &habit::unwraps(&tree));
}
