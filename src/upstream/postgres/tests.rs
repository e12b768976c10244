//! What holds for every statement: it names the column by which its rows are spread, or it is said here that it asks all nodes.

use super::engine::{DISTRIBUTED, REFERENCE};

const SOURCES: &[&str] = &[
    include_str!("block.rs"),
    include_str!("keep.rs"),
    include_str!("letter.rs"),
    include_str!("look.rs"),
    include_str!("mod.rs"),
    include_str!("shadow.rs"),
];

/// Statements that ask all nodes: how each begins, or what stands in it alone, and why.
const SCATTERED: &[(&str, &str)] = &[
    ("FROM xueji.tail t ORDER BY t.origin", "every journal and its pupils: counted where they lie"),
    ("FROM xueji.tail WHERE origin = $1 OR via = $1", "a row for each journal, few"),
    ("FROM xueji.tail WHERE seq > 0", "a row for each journal, few"),
    (
        "DELETE FROM xueji.block WHERE origin = $1 AND student",
        "keys of one pupil lie where others have the same",
    ),
    ("HAVING count(*) > 1 AND min(origin)", "who met, by key: every node finds its own"),
    ("FROM xueji.suspect ORDER BY score", "the whole list"),
    ("FROM xueji.inbox WHERE outcome IS NULL ORDER BY sender", "what waits, of every sender"),
    ("SELECT sender, coalesce(outcome, '')", "what waits and was refused, of every sender"),
    ("FROM xueji.school ORDER BY code", "schools of every office"),
    ("FROM xueji.flag WHERE flag = $1", "marks of every office"),
    ("t.kind = ANY ($1::text[]) ORDER BY t.origin", "applications of every office, joined where they lie"),
    ("WHERE a.kind = ANY ($1::text[])", "their steps: beside them"),
    ("t.stream = $1", "a stream's letters lie with their reader"),
    ("FROM xueji.number WHERE number = ANY", "who has a number, in whatever office: by index on every node"),
];

/// Every text in a source, without its tests and comments.
fn texts(source: &str) -> Vec<String> {
    let code = source.replace("#[cfg(test)]\nmod tests;", "");
    let code = code.split("#[cfg(test)]").next().unwrap();
    let lines = code.lines().filter(|l| !l.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join(" ").replace("\\\"", "'");
    code.split('"').skip(1).step_by(2).map(|t| t.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// The tables a statement names, each with the word that stands for it there.
fn references(statement: &str) -> Vec<(&str, &str)> {
    // What `rows` is asked for begins so.
    let first = statement.starts_with("t.").then_some(("{name}", "t"));
    let named = statement.split("xueji.").skip(1).map(|rest| {
        let (name, rest) = rest.split_at(rest.find([' ', ')']).unwrap_or(rest.len()));
        let alias =
            rest.split_whitespace().next().filter(|w| w.len() == 1 && w.chars().all(char::is_lowercase));
        (name, alias.unwrap_or(""))
    });
    first.into_iter().chain(named).filter(|(name, _)| !REFERENCE.contains(name)).collect()
}

/// Whether all rows a statement touches lie on one node, and it says on which.
fn is_pinned(statement: &str) -> bool {
    let column = |name: &str| DISTRIBUTED.iter().find(|(t, _)| *t == name).map_or("origin", |(_, c)| *c);
    let mut is_any = false;
    let mut is_all = true;
    for (name, alias) in references(statement) {
        let column = column(name);
        let own = if alias.is_empty() { format!(" {column}") } else { format!("{alias}.{column}") };
        let given = statement.contains(&format!("{own} = $"));
        let list = statement.split(&format!("xueji.{name} (")).nth(1).and_then(|rest| rest.split(')').next());
        let put = list.is_some_and(|list| list.split(", ").any(|c| c == column));
        let beside = statement.contains(&format!("{own} = ")) || statement.contains(&format!("= {own}"));
        is_any |= given || put;
        is_all &= given || put || beside;
    }
    is_any && is_all && !statement.contains(" OR ")
}

#[test]
fn every_statement_names_its_node_or_is_said_to_ask_all() {
    let all: Vec<String> = SOURCES.iter().flat_map(|s| texts(s)).collect();
    let statements: Vec<&String> =
        all.iter().filter(|s| !references(s).is_empty() && !s.ends_with("{which}")).collect();
    assert!(statements.len() > 50, "{}", statements.len());
    for statement in &statements {
        let said = SCATTERED.iter().any(|(part, _)| statement.contains(part));
        assert!(said != is_pinned(statement), "{statement}");
    }
    for (part, _) in SCATTERED {
        assert_eq!(statements.iter().filter(|s| s.contains(part)).count(), 1, "{part}");
    }
}

#[test]
fn a_statement_that_does_not_name_its_node_is_seen() {
    for (statement, pinned) in [
        ("SELECT 1 FROM xueji.entry WHERE origin = $1 AND seq = $2", true),
        ("SELECT 1 FROM xueji.entry WHERE seq = $1", false),
        ("SELECT 1 FROM xueji.entry WHERE origin = $1 OR seq = 1", false),
        ("SELECT 1 FROM xueji.student s JOIN xueji.flag f ON f.origin = s.origin WHERE s.origin = $1", true),
        ("SELECT 1 FROM xueji.student s JOIN xueji.flag f ON f.student = s.id WHERE s.origin = $1", false),
        ("SELECT 1 FROM xueji.student s JOIN xueji.flag f ON f.origin = s.origin", false),
        ("INSERT INTO xueji.keyed (origin, seq) VALUES ($1, $2)", true),
        ("xueji.block (key, sort, origin, student)", true),
        ("DELETE FROM xueji.block WHERE origin = $1", false),
        ("SELECT number, origin, student FROM xueji.number WHERE number = $1", false),
    ] {
        assert_eq!(is_pinned(statement), pinned, "{statement}");
    }
}
