//! Reading the ledger of exports.

use crate::model::export::Export;
use crate::model::record_table::EXPORT;

use super::Store;
use super::error::StoreError;

impl Store {
    /// Every line of the ledger, the oldest first.
    pub fn exports(&self) -> Result<Vec<Export>, StoreError> {
        self.which(&EXPORT, "true ORDER BY rowid", &[], Export::from_row)
    }
}
