//! Reading what is in pupils' files besides their registrations: imported rows, papers, hand-overs, and where each began.

use rusqlite::params;

use crate::model::evidence::Evidence;
use crate::model::file::GROUPS;
use crate::model::file::custody::Handover;
use crate::model::file::item::FileItem;
use crate::model::id::StudentId;
use crate::model::journal::Value;
use crate::model::record_table::{CUSTODY, EVIDENCE, FILE_ITEM, RecordTable};

use super::error::StoreError;
use super::{Store, rows};

impl Store {
    /// The rows that workbooks brought into a pupil's file, by kind and key.
    pub fn file_items(&self, student: StudentId) -> Result<Vec<FileItem>, StoreError> {
        let which = "student = ? ORDER BY kind, key";
        self.which(&FILE_ITEM, which, params![student.as_bytes()], FileItem::from_row)
    }

    /// The hand-overs of a pupil's file that were written down, in order.
    pub fn handovers(&self, student: StudentId) -> Result<Vec<Handover>, StoreError> {
        let which = "student = ? ORDER BY ordinal";
        self.which(&CUSTODY, which, params![student.as_bytes()], Handover::from_row)
    }

    /// The papers handed in for a pupil: under a group of the file, for the registration, an application, a dispute or
    /// a step of bringing the pupil back.
    pub fn papers_of(&self, student: StudentId) -> Result<Vec<Evidence>, StoreError> {
        let groups: Vec<String> = GROUPS.iter().map(|g| format!("'file:' || ?2 || '.{}'", g.key)).collect();
        let which = format!(
            "subject = 'student:' || ?2 OR subject IN ({})
             OR subject IN (SELECT 'application:' || id FROM application WHERE student = ?1)
             OR subject IN (SELECT 'dispute:' || dispute FROM party WHERE student = ?1)
             OR subject IN (SELECT 'claim:' || dispute || '.' || ordinal FROM claim WHERE student = ?1)
             OR subject IN (SELECT 'watch:' || t.watch || '.' || t.ordinal
                            FROM watch w JOIN watch_step t ON t.watch = w.id WHERE w.student = ?1)
             ORDER BY added_on, subject, ordinal",
            groups.join(", ")
        );
        self.which(&EVIDENCE, &which, params![student.as_bytes(), student.to_string()], Evidence::from_row)
    }

    /// The rows of a record table that a condition names.
    pub(super) fn which<T>(
        &self,
        table: &'static RecordTable,
        which: &str,
        parameters: &[&dyn rusqlite::ToSql],
        read: impl Fn(&[Value]) -> Option<T>,
    ) -> Result<Vec<T>, StoreError> {
        let ask = || -> rusqlite::Result<Vec<T>> {
            let sql = format!("SELECT {} FROM {} WHERE {which}", table.columns.join(","), table.name);
            let mut query = self.connection.prepare_cached(&sql)?;
            let mut found = query.query(parameters)?;
            let mut all = Vec::new();
            while let Some(row) = found.next()? {
                all.push(read(&rows::read(table, row)?).ok_or(rusqlite::Error::InvalidQuery)?);
            }
            Ok(all)
        };
        ask().map_err(|e| self.failed(e))
    }

    /// Where and when a pupil's first enrollment began: school and day.
    pub fn entry_of(&self, student: StudentId) -> Result<(String, String), StoreError> {
        let sql = "SELECT school, since FROM enrollment WHERE student = ? ORDER BY ordinal LIMIT 1";
        let ask = || {
            let mut query = self.connection.prepare_cached(sql)?;
            query.query_row(params![student.as_bytes()], |r| Ok((r.get(0)?, r.get(1)?)))
        };
        ask().map_err(|e| self.failed(e))
    }
}
