//! Texts that a bureau laid beside what is in the program.

use crate::model::loaded::{Kind, Loaded};

use super::Store;
use super::error::StoreError;

impl Store {
    /// The texts of this kind, in the order of their names.
    pub fn loaded(&self, kind: Kind) -> Result<Vec<Loaded>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Loaded>> {
            let sql =
                "SELECT name, file, text, loaded_on, loaded_by FROM loaded WHERE kind = ? ORDER BY name";
            let mut query = self.connection.prepare_cached(sql)?;
            let all = query.query_map([kind.key()], |r| {
                Ok(Loaded {
                    kind,
                    name: r.get(0)?,
                    file: r.get(1)?,
                    text: r.get(2)?,
                    loaded_on: r.get(3)?,
                    loaded_by: r.get(4)?,
                })
            })?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }
}
