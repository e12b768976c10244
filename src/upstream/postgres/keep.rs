//! One transaction that takes a bundle: entries by COPY, tables derived from them, the tail moved last.

use std::io::Write;

use postgres::Transaction;

use crate::model::journal::{Entry, Tail, writes_of};
use crate::upstream::bundle::{Batch, Checkpoint};

use super::Database;
use super::copy::Rows;
use super::error::PostgresError;
use super::shadow::Shadow;

/// So many bytes of rows are sent at once; what is kept in memory is a few times as much.
const CHUNK: usize = 4 << 20;

/// A transaction that takes a bundle. Dropped without `commit` nothing has happened.
pub struct Taking<'a> {
    tx: Transaction<'a>,
    place: String,
    /// The journal whose entries are waiting to be sent.
    origin: String,
    rows: Rows,
    shadow: Shadow,
}

impl Database {
    /// Opens a transaction that takes a bundle.
    pub fn take(&mut self) -> Result<Taking<'_>, PostgresError> {
        let place = self.place.clone();
        let tx = self.client.transaction().map_err(|e| PostgresError::of(&place, &e))?;
        Ok(Taking { tx, place, origin: String::new(), rows: Rows::default(), shadow: Shadow::default() })
    }
}

/// Sends rows to a table.
pub fn copy(tx: &mut Transaction<'_>, into: &str, rows: &str) -> Result<(), postgres::Error> {
    let mut writer = tx.copy_in(&format!("COPY {into} FROM STDIN"))?;
    // What fails here fails again, with its reason, when it is finished.
    let _ = writer.write_all(rows.as_bytes());
    writer.finish().map(drop)
}

/// The bytes of a seal; those of none, where they are none.
pub fn seal(bytes: &[u8]) -> [u8; 32] {
    bytes.try_into().unwrap_or([0xff; 32])
}

impl Taking<'_> {
    fn failed(&self, e: &postgres::Error) -> PostgresError {
        PostgresError::of(&self.place, e)
    }

    /// How far a journal is held. Its row is locked: of two that take entries of one journal the second waits.
    pub fn tail(&mut self, origin: &str) -> Result<Tail, PostgresError> {
        let sql = "SELECT seq, seal FROM xueji.tail WHERE origin = $1 FOR UPDATE";
        let found = self.tx.query_opt(sql, &[&origin]).map_err(|e| self.failed(&e))?;
        if let Some(row) = found {
            return Ok(Tail { seq: row.get(0), seal: seal(row.get(1)) });
        }
        let sql = "INSERT INTO xueji.tail (origin, seq, seal, signature, via) VALUES ($1, 0, $2, $3, '')";
        let nothing: &[u8] = &[];
        self.tx
            .execute(sql, &[&origin, &Tail::START.seal.as_slice(), &nothing])
            .map_err(|e| self.failed(&e))?;
        Ok(Tail::START)
    }

    /// The seal at a sequence, if it is held.
    pub fn seal_at(&mut self, origin: &str, seq: i64) -> Result<Option<[u8; 32]>, PostgresError> {
        let sql = "SELECT seal FROM xueji.entry WHERE origin = $1 AND seq = $2";
        let found = self.tx.query_opt(sql, &[&origin, &seq]).map_err(|e| self.failed(&e))?;
        Ok(found.map(|row| seal(row.get(0))))
    }

    /// Keeps what is said of a batch; what is known already stays.
    pub fn keep_batch(&mut self, origin: &str, b: &Batch) -> Result<(), PostgresError> {
        let sql = "INSERT INTO xueji.batch (origin, number, kind, title, day, at, actor, counts, undoes)
                   SELECT $1::text, $2::bigint, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::bigint
                   WHERE NOT EXISTS (SELECT 1 FROM xueji.batch WHERE origin = $1::text AND number = $2::bigint)";
        let values: [&(dyn postgres::types::ToSql + Sync); 9] =
            [&origin, &b.number, &b.kind, &b.title, &b.day, &b.at, &b.actor, &b.counts, &b.undoes];
        self.tx.execute(sql, &values).map(drop).map_err(|e| self.failed(&e))
    }

    /// Keeps an entry that follows the tail. `false` where its body is not one of ours.
    pub fn keep_entry(&mut self, origin: &str, e: &Entry) -> Result<bool, PostgresError> {
        if self.origin != origin {
            self.flush()?;
            origin.clone_into(&mut self.origin);
        }
        let Some(writes) = writes_of(&e.body) else { return Ok(false) };
        self.shadow.add(writes);
        let student = e.student.map(|s| s.to_string());
        self.rows.row().text(Some(origin)).number(e.seq).text(Some(&e.at)).text(Some(&e.day));
        self.rows.text(Some(&e.actor)).text(Some(&e.change)).text(student.as_deref()).number(e.batch);
        self.rows.text(Some(&e.body)).bytes(&e.seal).end();
        if self.rows.text.len() < CHUNK {
            return Ok(true);
        }
        self.flush()
    }

    /// Sends what waits. `false` where an entry writes what the ones before it do not allow.
    fn flush(&mut self) -> Result<bool, PostgresError> {
        if self.rows.text.is_empty() {
            return Ok(true);
        }
        let into = "xueji.entry (origin, seq, at, day, actor, change, student, batch, body, seal)";
        let sent = copy(&mut self.tx, into, &self.rows.text);
        self.rows.text.clear();
        sent.map_err(|e| self.failed(&e))?;
        let applied = self.shadow.apply(&mut self.tx, &self.origin);
        applied.map_err(|e| self.failed(&e))
    }

    /// Moves the tail of a journal, with its origin's signature under it.
    pub fn keep_tail(
        &mut self,
        origin: &str,
        checkpoint: &Checkpoint,
        via: &str,
    ) -> Result<bool, PostgresError> {
        let fits = self.flush()?;
        let sql = "UPDATE xueji.tail SET seq = $2, seal = $3, signature = $4, via = $5 WHERE origin = $1";
        let (tail, signature) = (&checkpoint.tail, &checkpoint.signature);
        self.tx
            .execute(sql, &[&origin, &tail.seq, &tail.seal.as_slice(), signature, &via])
            .map_err(|e| self.failed(&e))?;
        Ok(fits)
    }

    /// Keeps a file under the hash of its bytes.
    pub fn keep_attachment(&mut self, hash: &str, bytes: &[u8]) -> Result<(), PostgresError> {
        let sql = "INSERT INTO xueji.attachment (hash, bytes) SELECT $1::text, $2::bytea
                   WHERE NOT EXISTS (SELECT 1 FROM xueji.attachment WHERE hash = $1::text)";
        self.tx.execute(sql, &[&hash, &bytes]).map(drop).map_err(|e| self.failed(&e))
    }

    /// Whether a file is kept.
    pub fn has_attachment(&mut self, hash: &str) -> Result<bool, PostgresError> {
        let sql = "SELECT 1 FROM xueji.attachment WHERE hash = $1";
        Ok(self.tx.query_opt(sql, &[&hash]).map_err(|e| self.failed(&e))?.is_some())
    }

    /// Makes all of it so.
    pub fn commit(self) -> Result<(), PostgresError> {
        let place = self.place;
        self.tx.commit().map_err(|e| PostgresError::of(&place, &e))
    }
}
