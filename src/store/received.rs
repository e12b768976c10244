//! The journals of other origins: kept as they stand there, in one transaction a bundle, never edited.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};

use crate::model::actor::Act;
use crate::model::journal::{Entry, Tail, Write, writes_of};
use crate::model::record_table::NUMBER;

use super::batch::Batch;
use super::error::StoreError;
use super::journal::{COLUMNS, Verified, entry_of, seal_of};
use super::office::{self, Exchange};
use super::{Store, message, rows};

/// How far another origin's journal is held, and its signature under that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    pub origin: String,
    pub tail: Tail,
    pub signature: Vec<u8>,
    /// The office that brought it last: the origin itself, or one that relays.
    pub via: String,
}

/// One transaction that takes a bundle: all of it comes to be, or nothing.
pub struct Receiving<'a> {
    pub(super) tx: Transaction<'a>,
    path: &'a std::path::Path,
    own: &'a str,
}

const BATCH: &str = "number, kind, title, day, at, actor, counts, undoes, NULL";

impl Store {
    /// Opens a transaction that takes a bundle.
    pub fn receive(&mut self) -> Result<Receiving<'_>, StoreError> {
        let path = self.path.as_path();
        let tx = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|e| StoreError::of(path, e))?;
        Ok(Receiving { tx, path, own: &self.meta.origin })
    }

    /// Every other origin whose journal is held.
    pub fn all_held(&self) -> Result<Vec<Held>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Held>> {
            let mut query = self
                .connection
                .prepare_cached("SELECT origin, seq, seal, signature, via FROM held ORDER BY origin")?;
            let all = query.query_map([], held_of)?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// The journals of other origins that are not what they were when they were received: which, and what is wrong.
    pub fn broken_received(&self) -> Result<Vec<(String, Verified)>, StoreError> {
        let mut broken = Vec::new();
        for held in self.all_held()? {
            let verified = self.verify_of(&held.origin)?;
            if verified != Verified::Whole(held.tail) {
                broken.push((held.origin, verified));
            }
        }
        Ok(broken)
    }

    /// The seal at a sequence of a journal or stream, our own or another's.
    pub fn seal_at(&self, origin: &str, seq: i64) -> Result<Option<[u8; 32]>, StoreError> {
        if message::is_ours(&self.meta.origin, origin) {
            return message::seal_at(&self.connection, origin, seq).map_err(|e| self.failed(e));
        }
        seal_of(&self.connection, (origin != self.meta.origin).then_some(origin), seq)
            .map_err(|e| self.failed(e))
    }

    /// The entries after one sequence up to another, in order, one at a time.
    pub fn each_entry<E: From<StoreError>>(
        &self,
        origin: &str,
        (after, last): (i64, i64),
        mut take: impl FnMut(Entry) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = |e| E::from(self.failed(e));
        if message::is_ours(&self.meta.origin, origin) {
            let written = self.messages_after(origin, after)?;
            return written.iter().filter(|m| m.number <= last).try_for_each(|m| take(m.entry()));
        }
        let from = self.source(origin);
        let sql = format!(
            "SELECT {COLUMNS} FROM {} WHERE {} AND seq > ?2 AND seq <= ?3 ORDER BY seq",
            from.journal, from.those
        );
        let mut query = self.connection.prepare(&sql).map_err(failed)?;
        let mut found = query.query(params![origin, after, last]).map_err(failed)?;
        while let Some(row) = found.next().map_err(failed)? {
            take(entry_of(row).map_err(failed)?)?;
        }
        Ok(())
    }

    /// The batches to which entries after one sequence up to another belong.
    pub fn batches_of(&self, origin: &str, (after, last): (i64, i64)) -> Result<Vec<Batch>, StoreError> {
        let from = self.source(origin);
        let sql = format!(
            "SELECT {BATCH} FROM {} WHERE {those} AND number IN
             (SELECT batch FROM {} WHERE {those} AND seq > ?2 AND seq <= ?3) ORDER BY number",
            from.batch,
            from.journal,
            those = from.those
        );
        let read = || -> rusqlite::Result<Vec<Batch>> {
            let mut query = self.connection.prepare(&sql)?;
            let all = query.query_map(params![origin, after, last], super::batch::batch_of)?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    fn source(&self, origin: &str) -> Source {
        if origin == self.meta.origin {
            // Our own tables have no column of origins; the parameter stays the first of three.
            Source { journal: "journal", batch: "batch", those: "?1 = ?1" }
        } else {
            Source { journal: "received", batch: "received_batch", those: "origin = ?1" }
        }
    }
}

/// Where the entries and batches of an origin lie.
struct Source {
    journal: &'static str,
    batch: &'static str,
    those: &'static str,
}

fn held_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Held> {
    let tail = Tail { seq: row.get(1)?, seal: row.get(2)? };
    Ok(Held { origin: row.get(0)?, tail, signature: row.get(3)?, via: row.get(4)? })
}

impl Receiving<'_> {
    pub(super) fn failed(&self, e: rusqlite::Error) -> StoreError {
        StoreError::of(self.path, e)
    }

    /// Whether a journal is this registry's own.
    pub fn is_own(&self, origin: &str) -> bool {
        origin == self.own
    }

    /// Whether a stream of messages is written by this registry.
    pub fn is_ours(&self, origin: &str) -> bool {
        message::is_ours(self.own, origin)
    }

    /// Whether a bundle of this hash was made here for an office.
    pub fn has_made(&self, office: &str, bundle: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM exchange WHERE deed = 'made' AND office = ? AND bundle = ?";
        let found = self.tx.prepare(sql).and_then(|mut q| q.exists([office, bundle]));
        found.map_err(|e| self.failed(e))
    }

    /// How far a journal is held here.
    pub fn tail(&self, origin: &str) -> Result<Tail, StoreError> {
        let read = || -> rusqlite::Result<Tail> {
            if origin == self.own {
                return super::journal::tail_of(&self.tx);
            }
            if self.is_ours(origin) {
                return message::tail_of(&self.tx, origin);
            }
            let sql = "SELECT origin, seq, seal, signature, via FROM held WHERE origin = ?";
            let held = self.tx.prepare_cached(sql)?.query_row([origin], held_of).optional()?;
            Ok(held.map_or(Tail::START, |h| h.tail))
        };
        read().map_err(|e| self.failed(e))
    }

    /// The seal at a sequence, if it is held.
    pub fn seal_at(&self, origin: &str, seq: i64) -> Result<Option<[u8; 32]>, StoreError> {
        if self.is_ours(origin) {
            return message::seal_at(&self.tx, origin, seq).map_err(|e| self.failed(e));
        }
        seal_of(&self.tx, (origin != self.own).then_some(origin), seq).map_err(|e| self.failed(e))
    }

    /// Keeps an entry of another origin.
    pub fn keep_entry(&mut self, origin: &str, e: &Entry) -> Result<(), StoreError> {
        let sql = format!("INSERT INTO received (origin, {COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?)");
        let student = e.student.as_ref().map(|s| s.as_bytes().as_slice());
        let values = params![
            origin,
            e.seq,
            e.at,
            e.day,
            e.actor,
            e.change,
            student,
            e.batch,
            e.body,
            e.seal.as_slice()
        ];
        let done = self.tx.prepare_cached(&sql).and_then(|mut q| q.execute(values));
        done.map(|_| ()).map_err(|e| self.failed(e))
    }

    /// Keeps what is said of a batch of another origin; what is known already stays.
    pub fn keep_batch(&mut self, origin: &str, b: &Batch) -> Result<(), StoreError> {
        let sql = "INSERT OR IGNORE INTO received_batch (origin, number, kind, title, day, at, actor, counts, undoes)
                   VALUES (?,?,?,?,?,?,?,?,?)";
        let values = params![origin, b.number, b.kind, b.title, b.day, b.at, b.actor, b.counts, b.undoes];
        let done = self.tx.prepare_cached(sql).and_then(|mut q| q.execute(values));
        done.map(|_| ()).map_err(|e| self.failed(e))
    }

    /// Keeps how far a journal is held now, and the signature under it.
    pub fn keep_tail(&mut self, held: &Held) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO held (origin, seq, seal, signature, via) VALUES (?,?,?,?,?)";
        let (seq, seal) = (held.tail.seq, held.tail.seal.as_slice());
        let done = self.tx.execute(sql, params![held.origin, seq, seal, held.signature, held.via]);
        done.map(|_| ()).map_err(|e| self.failed(e))
    }

    /// Takes an entry of our own journal back that was lost here: appended as it was, its writes applied.
    pub fn restore_entry(&mut self, e: &Entry) -> Result<(), StoreError> {
        let restore = || -> rusqlite::Result<()> {
            for write in writes_of(&e.body).ok_or(rusqlite::Error::InvalidQuery)? {
                rows::apply(&self.tx, &write)?;
                if let Write::Insert { table, row } = &write
                    && table.name == NUMBER.name
                {
                    let sql = "INSERT OR IGNORE INTO issued (number, seq) VALUES (?, ?)";
                    self.tx.execute(sql, params![row[0], e.seq - 1])?;
                }
            }
            super::journal::insert_entry(&self.tx, e)
        };
        restore().map_err(|e| self.failed(e))
    }

    /// Takes a batch of our own back that was lost here.
    pub fn restore_batch(&mut self, b: &Batch) -> Result<(), StoreError> {
        let restore = || -> rusqlite::Result<()> {
            let sql = "INSERT OR IGNORE INTO batch (number, kind, title, day, at, actor, counts, undoes)
                       VALUES (?,?,?,?,?,?,?,?)";
            let values = params![b.number, b.kind, b.title, b.day, b.at, b.actor, b.counts, b.undoes];
            if self.tx.execute(sql, values)? == 1
                && let Some(undone) = b.undoes
            {
                self.tx.execute("UPDATE batch SET undone_by = ? WHERE number = ?", [b.number, undone])?;
            }
            Ok(())
        };
        restore().map_err(|e| self.failed(e))
    }

    /// Keeps a file under the hash of its bytes.
    pub fn keep_attachment(&mut self, hash: &str, bytes: &[u8]) -> Result<(), StoreError> {
        let sql = "INSERT OR IGNORE INTO attachment (hash, bytes) VALUES (?, ?)";
        let done = self.tx.prepare_cached(sql).and_then(|mut q| q.execute(params![hash, bytes]));
        done.map(|_| ()).map_err(|e| self.failed(e))
    }

    /// Whether a file is kept.
    pub fn has_attachment(&self, hash: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM attachment WHERE hash = ?";
        self.tx.prepare_cached(sql).and_then(|mut q| q.exists([hash])).map_err(|e| self.failed(e))
    }

    /// Keeps what an office said it holds of a journal.
    pub fn acknowledge(
        &mut self,
        (office, origin): (&str, &str),
        tail: &Tail,
        act: &Act,
    ) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO acknowledged (office, origin, seq, seal, told) VALUES (?,?,?,?,?)";
        let done = self.tx.execute(sql, params![office, origin, tail.seq, tail.seal.as_slice(), act.at]);
        done.map(|_| ()).map_err(|e| self.failed(e))
    }

    /// Makes all of it so.
    pub fn done(self) -> Result<(), StoreError> {
        let path = self.path;
        self.tx.commit().map_err(|e| StoreError::of(path, e))
    }

    /// Makes all of it so, with the line of the log that says it.
    pub fn commit(self, act: &Act, exchange: &Exchange) -> Result<(), StoreError> {
        let path = self.path;
        let failed = |e| StoreError::of(path, e);
        let connection: &Connection = &self.tx;
        office::log(connection, act, exchange).map_err(failed)?;
        self.tx.commit().map_err(failed)
    }
}
