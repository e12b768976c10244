//! Numbers issued: a number that was ever issued here is never issued again.

use rusqlite::{OptionalExtension, params};

use crate::model::id::StudentId;
use crate::model::registry_number::RegistryNumber;

use super::Store;
use super::error::StoreError;
use super::journal::Writing;

impl Writing<'_> {
    /// Takes a number for good, be it drawn here or brought by a roster; `false` when it was taken before.
    pub fn take_number(&mut self, number: &RegistryNumber) -> Result<bool, StoreError> {
        let number = number.reveal();
        let take = || -> rusqlite::Result<bool> {
            let sql = "INSERT OR IGNORE INTO issued (number, seq) VALUES (?, (SELECT coalesce(max(seq), 0) FROM journal))";
            Ok(self.tx.prepare_cached(sql)?.execute(params![number])? == 1)
        };
        take().map_err(|e| self.failed(e))
    }
}

impl Store {
    /// Whose a number is or was: the pupil's key and whether it is still in force.
    pub fn holder_of(&self, number: &str) -> Result<Option<(StudentId, bool)>, StoreError> {
        let found = self
            .connection
            .prepare_cached("SELECT student, until IS NULL FROM number WHERE number = ?")
            .and_then(|mut q| q.query_row([number], |r| Ok((r.get::<_, Vec<u8>>(0)?, r.get(1)?))).optional())
            .map_err(|e| self.failed(e))?;
        Ok(found.and_then(|(id, current)| Some((StudentId::from_bytes(&id)?, current))))
    }
}
