//! The engines that speak PostgreSQL: what each adds to the schema that all share. One row each.

/// An engine.
pub struct Engine {
    pub key: &'static str,
    pub title: &'static str,
    /// Whether big tables are split by hash of the origin into so many partitions.
    pub partitions: Option<u32>,
    /// Whether the tables are spread over nodes by calls of Citus.
    pub distributes: bool,
}

/// Every engine. Only the first was tried with a real server here; the others share its SQL.
pub const ENGINES: &[Engine] = &[
    Engine { key: "postgresql", title: "PostgreSQL 13 及以上", partitions: Some(16), distributes: false },
    Engine { key: "citus", title: "Citus", partitions: None, distributes: true },
    Engine { key: "yugabytedb", title: "YugabyteDB", partitions: None, distributes: false },
    Engine { key: "opengauss", title: "openGauss", partitions: None, distributes: false },
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
    /// The whole of the schema, statement by statement.
    pub fn statements(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for statement in include_str!("schema.sql").split(";\n") {
            let code = statement.lines().filter(|l| !l.starts_with("-- ")).collect::<Vec<_>>().join("\n");
            if code.trim().is_empty() {
                continue;
            }
            let (plain, marked) = code.split_once("-- @partition ").unwrap_or((&code, ""));
            match (self.partitions, marked.trim()) {
                (Some(count), column) if !column.is_empty() => {
                    all.push(format!("{plain} PARTITION BY HASH ({column})"));
                    let table = plain.split_whitespace().nth(2).expect("CREATE TABLE name").to_owned();
                    all.extend((0..count).map(|i| {
                        format!(
                            "CREATE TABLE {table}_{i} PARTITION OF {table}
                             FOR VALUES WITH (MODULUS {count}, REMAINDER {i})"
                        )
                    }));
                }
                _ => all.push(plain.to_owned()),
            }
        }
        if self.distributes {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Table and the columns of its primary key.
    fn tables() -> Vec<(String, Vec<String>)> {
        let all = engine("yugabytedb").unwrap().statements();
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
            for statement in e.statements() {
                let upper = statement.to_uppercase();
                for word in
                    ["SERIAL", "SEQUENCE", "DEFERRABLE", "LISTEN", "ADVISORY", "TRIGGER", "ON CONFLICT"]
                {
                    assert!(!upper.contains(word), "{}: {word}", e.key);
                }
                assert!(e.partitions.is_some() || !upper.contains("PARTITION"), "{}: {statement}", e.key);
                assert!(e.distributes || !upper.contains("CREATE_DISTRIBUTED"), "{}", e.key);
            }
        }
    }
}
