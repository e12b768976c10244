//! School years that were opened.

use rusqlite::OptionalExtension;

use super::Store;
use super::error::StoreError;

impl Store {
    /// The last school year that was opened, and the day it was opened on.
    pub fn last_school_year(&self) -> Result<Option<(i16, String)>, StoreError> {
        let sql = "SELECT year, opened_on FROM school_year ORDER BY year DESC LIMIT 1";
        let last = self.connection.query_row(sql, [], |r| Ok((r.get(0)?, r.get(1)?))).optional();
        last.map_err(|e| self.failed(e))
    }
}
