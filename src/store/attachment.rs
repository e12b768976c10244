//! Files kept by the hash of their bytes. They are written beside the journal, which holds their hashes; nothing is deleted.

use rusqlite::{OptionalExtension, params};

use crate::model::evidence::{Evidence, Subject};
use crate::model::record_table::EVIDENCE;

use super::error::StoreError;
use super::journal::Writing;
use super::{Store, rows};

impl Writing<'_> {
    /// Keeps a file; its hash, under which the same bytes are kept once.
    pub fn keep(&mut self, bytes: &[u8]) -> Result<String, StoreError> {
        let hash = blake3::hash(bytes).to_hex().to_string();
        let kept = self
            .tx
            .prepare_cached("INSERT OR IGNORE INTO attachment (hash, bytes) VALUES (?, ?)")
            .and_then(|mut query| query.execute(params![hash, bytes]));
        kept.map(|_| hash).map_err(|e| self.failed(e))
    }
}

impl Store {
    /// What was handed in for a subject, in order.
    pub fn evidence_of(&self, subject: &Subject) -> Result<Vec<Evidence>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Evidence>> {
            let columns = EVIDENCE.columns.join(",");
            let sql = format!("SELECT {columns} FROM evidence WHERE subject = ? ORDER BY ordinal");
            let mut query = self.connection.prepare_cached(&sql)?;
            let all = query.query_map([subject.to_string()], |row| {
                Evidence::from_row(&rows::read(&EVIDENCE, row)?).ok_or(rusqlite::Error::InvalidQuery)
            })?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// The bytes of a file.
    pub fn attachment(&self, hash: &str) -> Result<Option<Vec<u8>>, StoreError> {
        self.connection
            .query_row("SELECT bytes FROM attachment WHERE hash = ?", [hash], |r| r.get(0))
            .optional()
            .map_err(|e| self.failed(e))
    }

    /// Evidence whose file is gone or is not what its hash says: subject and ordinal.
    pub fn broken_evidence(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let read = || -> rusqlite::Result<Vec<(String, i64)>> {
            let sql = "SELECT e.subject, e.ordinal, e.hash, a.bytes FROM evidence e
                       LEFT JOIN attachment a ON a.hash = e.hash ORDER BY e.subject, e.ordinal";
            let mut query = self.connection.prepare(sql)?;
            let mut found = query.query([])?;
            let mut broken = Vec::new();
            while let Some(row) = found.next()? {
                let (hash, bytes): (String, Option<Vec<u8>>) = (row.get(2)?, row.get(3)?);
                if bytes.is_none_or(|b| blake3::hash(&b).to_hex().as_str() != hash) {
                    broken.push((row.get(0)?, row.get(1)?));
                }
            }
            Ok(broken)
        };
        read().map_err(|e| self.failed(e))
    }
}

#[cfg(test)]
impl Store {
    /// Loses a file, as a damaged disk would.
    pub fn forget_attachment(&self, hash: &str) {
        self.connection.execute("DELETE FROM attachment WHERE hash = ?", [hash]).unwrap();
    }
}
