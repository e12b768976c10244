//! Student cards, and the key that signs their codes.

use rusqlite::{OptionalExtension, params};

use crate::model::card::Card;
use crate::model::id::StudentId;
use crate::model::record_table::CARD;

use super::error::StoreError;
use super::journal::Writing;
use super::{Store, rows};

/// Where the key stands in the registry's own data, in hexadecimal.
const KEY: &str = "card_key";

impl Store {
    /// The cards of a pupil, in the order of their issue.
    pub fn cards_of(&self, student: StudentId) -> Result<Vec<Card>, StoreError> {
        self.cards("WHERE student = ? ORDER BY batch, serial", params![student.as_bytes()])
    }

    /// The cards that a batch issued.
    pub fn cards_of_batch(&self, batch: i64) -> Result<Vec<Card>, StoreError> {
        self.cards("WHERE batch = ? ORDER BY serial", params![batch])
    }

    /// The card of this number.
    pub fn card(&self, serial: &str) -> Result<Option<Card>, StoreError> {
        Ok(self.cards("WHERE serial = ?", params![serial])?.pop())
    }

    fn cards(&self, which: &str, parameters: &[&dyn rusqlite::ToSql]) -> Result<Vec<Card>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Card>> {
            let sql = format!("SELECT {} FROM card {which}", CARD.columns.join(","));
            let mut query = self.connection.prepare_cached(&sql)?;
            let all = query.query_map(parameters, |row| {
                Card::from_row(&rows::read(&CARD, row)?).ok_or(rusqlite::Error::InvalidQuery)
            })?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// The key that signs the codes; none before the first card.
    pub fn card_key(&self) -> Result<Option<[u8; 32]>, StoreError> {
        let found = self
            .connection
            .query_row("SELECT value FROM meta WHERE key = ?", [KEY], |r| r.get::<_, String>(0))
            .optional()
            .map_err(|e| self.failed(e))?;
        Ok(found.and_then(|hex| blake3::Hash::from_hex(hex).ok()).map(|hash| *hash.as_bytes()))
    }
}

impl Writing<'_> {
    /// Keeps a key for the codes, unless there is one.
    pub fn keep_card_key(&mut self, fresh: [u8; 32]) -> Result<(), StoreError> {
        let hex = blake3::Hash::from_bytes(fresh).to_hex().to_string();
        let kept = self.tx.execute("INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)", [KEY, &hex]);
        kept.map(|_| ()).map_err(|e| self.failed(e))
    }
}
