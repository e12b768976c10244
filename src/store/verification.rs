//! Reading the term's reviews and what they found.

use rusqlite::params;

use crate::model::id::StudentId;
use crate::model::journal::Value;
use crate::model::record_table::{DISCREPANCY, REVIEW};
use crate::model::verification::{Discrepancy, Review};

use super::Store;
use super::error::StoreError;
use super::journal::Writing;

/// Which findings of reviews to read.
#[derive(Clone, Copy, Debug)]
pub enum Wanted<'a> {
    All,
    Open,
    One(&'a str),
}

impl Store {
    /// Every review, the oldest first.
    pub fn reviews(&self) -> Result<Vec<Review>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Review>> {
            let all = self.rows_of(&REVIEW, "ORDER BY day, id", &[])?;
            all.iter().map(|row| Review::from_row(row).ok_or(rusqlite::Error::InvalidQuery)).collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// What reviews found, by school and the day it was found.
    pub fn discrepancies(&self, wanted: Wanted) -> Result<Vec<Discrepancy>, StoreError> {
        let (which, parameter) = match wanted {
            Wanted::All => ("WHERE ?1 IS NULL", Value::Null),
            Wanted::Open => ("WHERE ?1 IS NULL AND resolution IS NULL", Value::Null),
            Wanted::One(id) => ("WHERE id = ?1", Value::Text(id.to_owned())),
        };
        let read = || -> rusqlite::Result<Vec<Discrepancy>> {
            let which = format!("{which} ORDER BY school, found_on, kind, id");
            let all = self.rows_of(&DISCREPANCY, &which, &[&parameter])?;
            all.iter().map(|row| Discrepancy::from_row(row).ok_or(rusqlite::Error::InvalidQuery)).collect()
        };
        read().map_err(|e| self.failed(e))
    }
}

impl Writing<'_> {
    /// How many findings of a kind are open on a registration, as it is inside the transaction.
    pub fn open_discrepancies(&self, student: StudentId, kind: &str) -> Result<i64, StoreError> {
        let sql = "SELECT count(*) FROM discrepancy WHERE student = ? AND kind = ? AND resolution IS NULL";
        let read = || self.tx.prepare_cached(sql)?.query_row(params![student.as_bytes(), kind], |r| r.get(0));
        read().map_err(|e| self.failed(e))
    }
}
