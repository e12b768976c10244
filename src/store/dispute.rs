//! Reading disputes, their parties and their claims.

use rusqlite::params;

use crate::model::dispute::{Claim, Dispute, Party};
use crate::model::id::StudentId;
use crate::model::journal::Value;
use crate::model::record_table::{CLAIM, DISPUTE, PARTY, RecordTable};

use super::error::StoreError;
use super::{Store, rows};

impl Store {
    /// Every dispute, in the order of their opening.
    pub fn disputes(&self) -> Result<Vec<Dispute>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Dispute>> {
            let all = self.rows_of(&DISPUTE, "ORDER BY opened_on, id", &[])?;
            all.into_iter().map(|row| self.with_parties(&row)).collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// The dispute of this name.
    pub fn dispute(&self, id: &str) -> Result<Option<Dispute>, StoreError> {
        let read = || -> rusqlite::Result<Option<Dispute>> {
            let found = self.rows_of(&DISPUTE, "WHERE id = ?", params![id])?.pop();
            found.map(|row| self.with_parties(&row)).transpose()
        };
        read().map_err(|e| self.failed(e))
    }

    /// The open disputes that a registration is a party of.
    pub fn open_disputes_of(&self, student: StudentId) -> Result<Vec<String>, StoreError> {
        let read = || -> rusqlite::Result<Vec<String>> {
            let sql = "SELECT d.id FROM party p JOIN dispute d ON d.id = p.dispute
                       WHERE p.student = ? AND d.decision IS NULL ORDER BY d.id";
            let mut query = self.connection.prepare_cached(sql)?;
            let all = query.query_map(params![student.as_bytes()], |r| r.get(0))?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// What was claimed in a dispute, in order.
    pub fn claims(&self, dispute: &str) -> Result<Vec<Claim>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Claim>> {
            let all = self.rows_of(&CLAIM, "WHERE dispute = ? ORDER BY ordinal", params![dispute])?;
            all.iter().map(|row| Claim::from_row(row).ok_or(rusqlite::Error::InvalidQuery)).collect()
        };
        read().map_err(|e| self.failed(e))
    }

    fn with_parties(&self, row: &[Value]) -> rusqlite::Result<Dispute> {
        let Some(Value::Text(id)) = row.first() else { return Err(rusqlite::Error::InvalidQuery) };
        let parties = self.rows_of(&PARTY, "WHERE dispute = ? ORDER BY ordinal", params![id])?;
        let parties = parties.iter().map(|row| Party::from_row(row)).collect::<Option<Vec<_>>>();
        parties.and_then(|parties| Dispute::from_rows(row, parties)).ok_or(rusqlite::Error::InvalidQuery)
    }

    /// The rows of a table that a condition chooses.
    pub fn rows_of(
        &self,
        table: &RecordTable,
        which: &str,
        parameters: &[&dyn rusqlite::ToSql],
    ) -> rusqlite::Result<Vec<Vec<Value>>> {
        let sql = format!("SELECT {} FROM {} {which}", table.columns.join(","), table.name);
        let mut query = self.connection.prepare_cached(&sql)?;
        let all = query.query_map(parameters, |row| rows::read(table, row))?;
        all.collect()
    }
}
