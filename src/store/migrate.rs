//! The schema and its versions: numbered SQL files, each applied in one transaction, never edited after release.

use rusqlite::Connection;

/// "XJRE": tells our file from any other SQLite file.
pub const APPLICATION_ID: i64 = 0x584a_5245;

const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_registry.sql"),
    include_str!("migrations/0002_heading.sql"),
    include_str!("migrations/0003_suspect.sql"),
    include_str!("migrations/0004_change.sql"),
    include_str!("migrations/0005_evidence.sql"),
    include_str!("migrations/0006_dispute.sql"),
    include_str!("migrations/0007_loaded.sql"),
    include_str!("migrations/0008_school_year.sql"),
    include_str!("migrations/0009_sync.sql"),
    include_str!("migrations/0010_review.sql"),
    include_str!("migrations/0011_watch.sql"),
    include_str!("migrations/0012_file.sql"),
    include_str!("migrations/0013_card.sql"),
    include_str!("migrations/0014_export.sql"),
    include_str!("migrations/0015_message.sql"),
    include_str!("migrations/0016_blind.sql"),
];

/// The schema version this program knows.
pub fn known_version() -> i64 {
    MIGRATIONS.len() as i64
}

/// Brings a file from `version` to the newest.
pub fn migrate(connection: &mut Connection, version: i64) -> rusqlite::Result<()> {
    let done = usize::try_from(version).unwrap_or(0);
    for (sql, number) in MIGRATIONS.iter().zip(1..).skip(done) {
        let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        tx.execute_batch(sql)?;
        tx.pragma_update(None, "application_id", APPLICATION_ID)?;
        tx.pragma_update(None, "user_version", number)?;
        tx.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::record_table::RECORD_TABLES;

    fn fresh() -> Connection {
        let mut c = Connection::open_in_memory().unwrap();
        migrate(&mut c, 0).unwrap();
        c
    }

    #[test]
    fn the_schema_is_the_one_that_was_read() {
        let c = fresh();
        let mut query =
            c.prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name").unwrap();
        let all: Vec<String> = query.query_map([], |r| r.get(0)).unwrap().map(Result::unwrap).collect();
        insta::assert_snapshot!("schema", all.join(";\n"));
    }

    #[test]
    fn record_tables_have_the_columns_the_journal_writes_keys_first() {
        let c = fresh();
        for table in RECORD_TABLES {
            let mut query =
                c.prepare(&format!("SELECT name, pk FROM pragma_table_info('{}')", table.name)).unwrap();
            let rows: Vec<(String, i64)> =
                query.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).unwrap().map(Result::unwrap).collect();
            assert_eq!(
                rows.iter().map(|r| r.0.as_str()).collect::<Vec<_>>(),
                table.columns,
                "{}",
                table.name
            );
            let keys: Vec<usize> = rows.iter().map(|r| r.1 as usize).collect();
            for (i, pk) in keys.iter().enumerate() {
                assert_eq!(*pk, if i < table.keys { i + 1 } else { 0 }, "{} {}", table.name, i);
            }
        }
    }
}
