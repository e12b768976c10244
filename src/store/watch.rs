//! Reading the list of pupils to be brought back to school.

use crate::model::journal::Value;
use crate::model::record_table::{WATCH, WATCH_STEP};
use crate::model::watch::{Step, Watch};

use super::Store;
use super::error::StoreError;

impl Store {
    /// Every watch, the oldest first.
    pub fn watches(&self) -> Result<Vec<Watch>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Watch>> {
            let all = self.rows_of(&WATCH, "ORDER BY opened_on, id", &[])?;
            all.iter().map(|row| Watch::from_row(row).ok_or(rusqlite::Error::InvalidQuery)).collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// The steps of a watch, in the order of their recording.
    pub fn watch_steps(&self, watch: &str) -> Result<Vec<Step>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Step>> {
            let of = [&Value::Text(watch.to_owned()) as &dyn rusqlite::ToSql];
            let all = self.rows_of(&WATCH_STEP, "WHERE watch = ?1 ORDER BY ordinal", &of)?;
            all.iter().map(|row| Step::from_row(row).ok_or(rusqlite::Error::InvalidQuery)).collect()
        };
        read().map_err(|e| self.failed(e))
    }
}
