//! The journal: entries are appended, each applying its writes; read back since a sequence; verified end to end.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::model::actor::Act;
use crate::model::entry_name::entry_name;
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Entry, Tail, Write, writes_of};
use crate::model::record_table::RECORD_TABLES;

use super::error::StoreError;
use super::{Store, rows};

/// One transaction on the registry: all of what it appends comes to be, or nothing.
pub struct Writing<'a> {
    pub(super) tx: Transaction<'a>,
    path: &'a std::path::Path,
    origin: &'a str,
    tail: Tail,
    act: &'a Act,
    pub(super) batch: i64,
}

impl Store {
    /// The end of the journal.
    pub fn tail(&self) -> Result<Tail, StoreError> {
        tail_of(&self.connection).map_err(|e| self.failed(e))
    }

    /// Opens a transaction. When `planned_at` is given and the journal has moved since, nothing is written.
    pub fn write<'a>(
        &'a mut self,
        act: &'a Act,
        planned_at: Option<Tail>,
    ) -> Result<Writing<'a>, StoreError> {
        let path = self.path.as_path();
        let failed = |e| StoreError::of(path, e);
        let tx = self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let tail = tail_of(&tx).map_err(failed)?;
        if planned_at.is_some_and(|planned| planned != tail) {
            return Err(StoreError::Changed(path.to_owned()));
        }
        Ok(Writing { tx, path, origin: &self.meta.origin, tail, act, batch: 0 })
    }

    /// The entries of a pupil, in order.
    pub fn entries_of(&self, student: StudentId) -> Result<Vec<Entry>, StoreError> {
        self.entries("WHERE student = ? ORDER BY seq", params![student.as_bytes()])
    }

    /// The entries of a batch, in order.
    pub fn entries_of_batch(&self, batch: i64) -> Result<Vec<Entry>, StoreError> {
        self.entries("WHERE batch = ? ORDER BY seq", params![batch])
    }

    /// The last `count` entries, in order.
    pub fn last_entries(&self, count: i64) -> Result<Vec<Entry>, StoreError> {
        let last = self.tail()?.seq;
        self.entries("WHERE seq > ? ORDER BY seq", params![last - count])
    }

    fn entries(&self, which: &str, parameters: &[&dyn rusqlite::ToSql]) -> Result<Vec<Entry>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Entry>> {
            let sql = format!("SELECT {COLUMNS} FROM journal {which}");
            let mut query = self.connection.prepare_cached(&sql)?;
            let entries = query.query_map(parameters, entry_of)?;
            entries.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// Reads the whole journal and checks sequence and seals; the first bad entry's sequence and why, if any.
    pub fn verify(&self) -> Result<Verified, StoreError> {
        self.verify_of(&self.meta.origin)
    }

    /// The same for the journal of an origin: our own, or one that was received.
    pub fn verify_of(&self, origin: &str) -> Result<Verified, StoreError> {
        let mut tail = Tail::START;
        let mut wrong = None;
        self.each_entry(origin, (0, i64::MAX), |entry| -> Result<(), StoreError> {
            if wrong.is_none() && entry.seq != tail.seq + 1 {
                wrong = Some(Verified::Gap { after: tail.seq, found: entry.seq });
            } else if wrong.is_none() && entry.sealed_after(origin, &tail.seal) != entry.seal {
                wrong = Some(Verified::BrokenSeal { seq: entry.seq });
            }
            tail = Tail { seq: entry.seq, seal: entry.seal };
            Ok(())
        })?;
        Ok(wrong.unwrap_or(Verified::Whole(tail)))
    }

    /// Replays the journal into empty tables and names the record tables that differ from the real ones.
    pub fn replay_differences(&self) -> Result<Vec<&'static str>, StoreError> {
        self.replay().map_err(|e| self.failed(e))
    }

    fn replay(&self) -> rusqlite::Result<Vec<&'static str>> {
        let mut shadow = Connection::open_in_memory()?;
        super::migrate::migrate(&mut shadow, 0)?;
        shadow.pragma_update(None, "foreign_keys", true)?;
        let mut query = self.connection.prepare("SELECT body FROM journal ORDER BY seq")?;
        let mut bodies = query.query([])?;
        while let Some(row) = bodies.next()? {
            let body: String = row.get(0)?;
            let writes = writes_of(&body).ok_or(rusqlite::Error::InvalidQuery)?;
            writes.iter().try_for_each(|w| rows::apply(&shadow, w))?;
        }
        let mut different = Vec::new();
        for table in RECORD_TABLES {
            if dump(&self.connection, table)? != dump(&shadow, table)? {
                different.push(table.name);
            }
        }
        Ok(different)
    }
}

/// What verifying the journal found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    Whole(Tail),
    Gap { after: i64, found: i64 },
    BrokenSeal { seq: i64 },
}

/// The columns of an entry.
pub(super) const COLUMNS: &str = "seq, at, day, actor, change, student, batch, body, seal";

pub(super) fn entry_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Entry> {
    let student: Option<Vec<u8>> = row.get(5)?;
    Ok(Entry {
        seq: row.get(0)?,
        at: row.get(1)?,
        day: row.get(2)?,
        actor: row.get(3)?,
        change: row.get(4)?,
        student: student.and_then(|b| StudentId::from_bytes(&b)),
        batch: row.get(6)?,
        body: row.get(7)?,
        seal: row.get(8)?,
    })
}

/// The seal at a sequence: of the journal of another origin, or of our own.
pub(super) fn seal_of(
    connection: &Connection,
    other: Option<&str>,
    seq: i64,
) -> rusqlite::Result<Option<[u8; 32]>> {
    let found = match other {
        None => connection.query_row("SELECT seal FROM journal WHERE seq = ?", [seq], |r| r.get(0)),
        Some(origin) => {
            let sql = "SELECT seal FROM received WHERE origin = ? AND seq = ?";
            connection.query_row(sql, params![origin, seq], |r| r.get(0))
        }
    };
    found.optional()
}

/// Appends an entry as it is.
pub(super) fn insert_entry(connection: &Connection, entry: &Entry) -> rusqlite::Result<()> {
    let sql = format!("INSERT INTO journal ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?)");
    let student = entry.student.as_ref().map(|s| s.as_bytes().as_slice());
    connection.prepare_cached(&sql)?.execute(params![
        entry.seq,
        entry.at,
        entry.day,
        entry.actor,
        entry.change,
        student,
        entry.batch,
        entry.body,
        entry.seal.as_slice()
    ])?;
    Ok(())
}

pub(super) fn tail_of(connection: &Connection) -> rusqlite::Result<Tail> {
    let last = connection
        .query_row("SELECT seq, seal FROM journal ORDER BY seq DESC LIMIT 1", [], |r| {
            Ok(Tail { seq: r.get(0)?, seal: r.get(1)? })
        })
        .optional()?;
    Ok(last.unwrap_or(Tail::START))
}

fn dump(
    connection: &Connection,
    table: &crate::model::record_table::RecordTable,
) -> rusqlite::Result<Vec<Vec<crate::model::journal::Value>>> {
    let sql = format!("SELECT {c} FROM {} ORDER BY {c}", table.name, c = table.columns.join(","));
    let mut query = connection.prepare(&sql)?;
    let all = query.query_map([], |r| rows::read(table, r))?;
    all.collect()
}

#[cfg(test)]
impl Store {
    /// Every row of every record table, so that two states can be held against each other.
    pub fn every_row(
        &self,
    ) -> std::collections::BTreeMap<&'static str, Vec<Vec<crate::model::journal::Value>>> {
        RECORD_TABLES.iter().map(|table| (table.name, dump(&self.connection, table).unwrap())).collect()
    }

    /// Does not wait for the disk: for tests of thousands of transactions.
    pub fn hurry(&self) {
        self.connection.pragma_update(None, "synchronous", "off").unwrap();
    }
}

impl Writing<'_> {
    /// Who acts, and when.
    pub fn act(&self) -> &Act {
        self.act
    }

    /// Turns SQLite's error into the registry's.
    pub fn failed(&self, e: rusqlite::Error) -> StoreError {
        StoreError::of(self.path, e)
    }

    /// Appends an entry and applies its writes; its sequence.
    pub fn append(&mut self, draft: &Draft) -> Result<i64, StoreError> {
        self.append_made(draft, draft.body())
    }

    /// Appends an entry whose body was made before, in another thread.
    pub fn append_made(&mut self, draft: &Draft, body: String) -> Result<i64, StoreError> {
        self.append_sqlite(draft, body).map_err(|e| self.failed(e))
    }

    fn append_sqlite(&mut self, draft: &Draft, body: String) -> rusqlite::Result<i64> {
        // Tests of this crate write entries of their own.
        debug_assert!(cfg!(test) || entry_name(draft.change).is_some(), "{} has no name", draft.change);
        draft.writes.iter().try_for_each(|w: &Write| rows::apply(&self.tx, w))?;
        let mut entry = Entry {
            seq: self.tail.seq + 1,
            at: self.act.at.clone(),
            day: self.act.today.to_string(),
            actor: self.act.actor.clone(),
            change: draft.change.to_owned(),
            student: draft.student,
            batch: self.batch,
            body,
            seal: [0; 32],
        };
        entry.seal = entry.sealed_after(self.origin, &self.tail.seal);
        insert_entry(&self.tx, &entry)?;
        self.tail = Tail { seq: entry.seq, seal: entry.seal };
        Ok(entry.seq)
    }

    /// Makes all of it so.
    pub fn commit(self) -> Result<(), StoreError> {
        let path = self.path;
        self.tx.commit().map_err(|e| StoreError::of(path, e))
    }
}
