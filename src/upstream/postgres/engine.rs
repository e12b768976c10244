//! The engines that speak PostgreSQL: what each adds to the schema that all share. One row each.

/// Where the rows of the tables that are spread lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// Where the engine puts them; the tables say nothing of it.
    Own,
    /// Here, the big tables split by hash of the origin into so many partitions.
    Parts(u32),
    /// On the nodes of Citus, by its calls.
    Citus,
    /// On other servers, as partitions that postgres_fdw reaches: a table here has no row and no index.
    Foreign,
    /// Here, for another server whose partitions they are.
    Node,
}

/// An engine.
pub struct Engine {
    pub key: &'static str,
    pub title: &'static str,
    pub spread: Spread,
}

/// Every engine. The first and the two of postgres_fdw were tried with real servers here; the others share their SQL.
pub const ENGINES: &[Engine] = &[
    Engine { key: "postgresql", title: "PostgreSQL 13 及以上", spread: Spread::Parts(16) },
    Engine { key: "citus", title: "Citus", spread: Spread::Citus },
    Engine { key: "yugabytedb", title: "YugabyteDB", spread: Spread::Own },
    Engine { key: "opengauss", title: "openGauss", spread: Spread::Own },
    Engine {
        key: "postgres-fdw",
        title: "PostgreSQL，各表分布在 postgres_fdw 的节点上",
        spread: Spread::Foreign,
    },
    Engine { key: "postgres-node", title: "postgres_fdw 的节点", spread: Spread::Node },
];

/// The engine of this key.
pub fn engine(key: &str) -> Option<&'static Engine> {
    ENGINES.iter().find(|e| e.key == key)
}

/// The table that every node has whole.
pub const REFERENCE: &[&str] = &["meta"];

/// The tables that are spread, and by which column: all of one journal lies on one node.
pub const DISTRIBUTED: &[(&str, &str)] = &[
    ("tail", "origin"),
    ("entry", "origin"),
    ("batch", "origin"),
    ("attachment", "hash"),
    ("school", "origin"),
    ("class", "origin"),
    ("student", "origin"),
    ("enrollment", "origin"),
    ("number", "origin"),
    ("flag", "origin"),
    ("change", "origin"),
    ("application", "origin"),
    ("step", "origin"),
    ("dispute", "origin"),
    ("party", "origin"),
    ("claim", "origin"),
    ("evidence", "origin"),
    ("message", "origin"),
    ("keyed", "origin"),
    ("block", "key"),
    ("suspect", "id"),
    ("inbox", "sender"),
    ("inbox_part", "sender"),
    ("outbox", "recipient"),
];

impl Engine {
    /// The whole of the schema, statement by statement; with the other servers, where there are any.
    pub fn statements(&self, nodes: &[String]) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for statement in include_str!("schema.sql").split(";\n") {
            let code = statement.lines().filter(|l| !l.starts_with("-- ")).collect::<Vec<_>>().join("\n");
            if code.trim().is_empty() {
                continue;
            }
            let (plain, marked) = code.split_once("-- @partition ").unwrap_or((&code, ""));
            let column = DISTRIBUTED.iter().find(|(t, _)| plain.contains(&format!("TABLE xueji.{t} (")));
            match (self.spread, column, marked.trim()) {
                (Spread::Parts(count), _, column) if !column.is_empty() => {
                    all.push(format!("{plain} PARTITION BY HASH ({column})"));
                    let table = plain.split_whitespace().nth(2).expect("CREATE TABLE name").to_owned();
                    all.extend((0..count).map(|i| {
                        format!(
                            "CREATE TABLE {table}_{i} PARTITION OF {table}
                             FOR VALUES WITH (MODULUS {count}, REMAINDER {i})"
                        )
                    }));
                }
                (Spread::Foreign, Some((table, column)), _) => {
                    all.extend(foreign(plain, (table, column), nodes));
                }
                // What is in no table needs no index.
                (Spread::Foreign, None, _) if plain.contains("CREATE INDEX") => {}
                _ => all.push(plain.to_owned()),
            }
        }
        if self.spread == Spread::Citus {
            all.extend(REFERENCE.iter().map(|t| format!("SELECT create_reference_table('xueji.{t}')")));
            all.extend(
                DISTRIBUTED
                    .iter()
                    .map(|(t, c)| format!("SELECT create_distributed_table('xueji.{t}', '{c}')")),
            );
        }
        all
    }
}

/// A table whose partitions lie on other servers. Its key is theirs to hold: all rows of one distribution column are on one.
fn foreign(create: &str, (table, column): (&str, &str), nodes: &[String]) -> Vec<String> {
    let (columns, _) = create.split_once(",\n  PRIMARY KEY").expect("every table has its key last");
    let mut all = vec![format!("{columns}\n) PARTITION BY HASH ({column})")];
    let count = nodes.len();
    all.extend(nodes.iter().enumerate().map(|(i, node)| {
        let node = node.replace('"', "\"\"");
        format!(
            "CREATE FOREIGN TABLE xueji.{table}_{i} PARTITION OF xueji.{table}
             FOR VALUES WITH (MODULUS {count}, REMAINDER {i})
             SERVER \"{node}\" OPTIONS (schema_name 'xueji', table_name '{table}')"
        )
    }));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Table and the columns of its primary key.
    fn tables() -> Vec<(String, Vec<String>)> {
        let all = engine("yugabytedb").unwrap().statements(&[]);
        let tables = all.iter().filter(|s| s.trim_start().starts_with("CREATE TABLE"));
        tables
            .map(|s| {
                let name = s.split_whitespace().nth(2).unwrap().trim_start_matches("xueji.").to_owned();
                let key = s.split("PRIMARY KEY (").nth(1).unwrap().split(')').next().unwrap();
                (name, key.split(", ").map(str::to_owned).collect())
            })
            .collect()
    }

    #[test]
    fn every_table_is_on_every_node_or_has_its_distribution_column_first_in_its_key() {
        let tables = tables();
        assert_eq!(tables.len(), REFERENCE.len() + DISTRIBUTED.len());
        for (name, key) in tables {
            let distributed = DISTRIBUTED.iter().find(|(t, _)| *t == name);
            assert!(
                REFERENCE.contains(&name.as_str()) || distributed.is_some_and(|(_, c)| *c == key[0]),
                "{name}"
            );
        }
    }

    #[test]
    fn what_not_every_engine_has_is_in_no_statement() {
        for e in ENGINES {
            for statement in e.statements(&["n1".into(), "n2".into()]) {
                let upper = statement.to_uppercase();
                for word in
                    ["SERIAL", "SEQUENCE", "DEFERRABLE", "LISTEN", "ADVISORY", "TRIGGER", "ON CONFLICT"]
                {
                    assert!(!upper.contains(word), "{}: {word}", e.key);
                }
                let splits = matches!(e.spread, Spread::Parts(_) | Spread::Foreign);
                assert!(splits || !upper.contains("PARTITION"), "{}: {statement}", e.key);
                let calls = e.spread == Spread::Citus;
                assert!(calls || !upper.contains("CREATE_DISTRIBUTED"), "{}", e.key);
                assert!(e.spread == Spread::Foreign || !upper.contains("FOREIGN"), "{}", e.key);
            }
        }
    }

    #[test]
    fn every_table_but_the_one_that_all_have_is_on_every_foreign_node() {
        let nodes = ["n1".to_owned(), "n\"2".to_owned()];
        let all = engine("postgres-fdw").unwrap().statements(&nodes);
        let of = |word: &str| all.iter().filter(|s| s.contains(word)).count();
        assert_eq!(of("CREATE FOREIGN TABLE"), DISTRIBUTED.len() * 2);
        assert_eq!(of("PARTITION BY HASH"), DISTRIBUTED.len());
        assert_eq!(
            (of("PRIMARY KEY"), of("CREATE INDEX"), of("\"n\"\"2\"")),
            (REFERENCE.len(), 0, DISTRIBUTED.len())
        );
    }
}
