//! School years that were opened.

use rusqlite::OptionalExtension;

use super::Store;
use super::error::StoreError;

/// What became of a school: when, what, by which paper.
pub struct Chapter {
    pub day: String,
    pub change: String,
    pub source: String,
    pub text: String,
}

impl Store {
    /// What became of a school beside its classes and pupils, in order; what was undone is left out.
    pub fn chapters(&self, code: &str) -> Result<Vec<Chapter>, StoreError> {
        let sql = "SELECT j.day, j.change, json_extract(j.body, '$.source'), json_extract(j.body, '$.text')
                   FROM journal j JOIN batch b ON b.number = j.batch
                   WHERE j.student IS NULL AND b.undone_by IS NULL
                     AND j.change IN ('school_entered', 'school_renamed', 'school_reassigned', 'school_changed',
                                      'school_closed', 'school_merged', 'school_split')
                     AND (coalesce(json_extract(j.body, '$.writes[0].key[0]'), json_extract(j.body, '$.writes[0].row[0]')) = ?1
                          OR json_extract(j.body, '$.writes[0].set.merged_into[1]') = ?1
                          OR j.change = 'school_split' AND instr(json_extract(j.body, '$.source'), '（' || ?1 || '）') > 0)
                   ORDER BY j.seq";
        let read = || -> rusqlite::Result<Vec<Chapter>> {
            let mut query = self.connection.prepare(sql)?;
            let all = query.query_map([code], |r| {
                Ok(Chapter { day: r.get(0)?, change: r.get(1)?, source: r.get(2)?, text: r.get(3)? })
            })?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// The last school year that was opened, and the day it was opened on.
    pub fn last_school_year(&self) -> Result<Option<(i16, String)>, StoreError> {
        let sql = "SELECT year, opened_on FROM school_year ORDER BY year DESC LIMIT 1";
        let last = self.connection.query_row(sql, [], |r| Ok((r.get(0)?, r.get(1)?))).optional();
        last.map_err(|e| self.failed(e))
    }
}
