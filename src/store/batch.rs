//! Batches: what each run of a writing command did, and what stands in the way of undoing one.

use rusqlite::{OptionalExtension, params};

use super::Store;
use super::error::StoreError;
use super::journal::Writing;

/// One batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    pub number: i64,
    /// import, approval, schools, numbers, undo …
    pub kind: String,
    pub title: String,
    pub day: String,
    pub at: String,
    pub actor: String,
    /// Counts by name, as JSON.
    pub counts: String,
    pub undoes: Option<i64>,
    pub undone_by: Option<i64>,
}

/// A later batch that touched the same pupils.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dependent {
    pub batch: i64,
    pub kind: String,
    pub title: String,
    pub students: i64,
}

const COLUMNS: &str = "number, kind, title, day, at, actor, counts, undoes, undone_by";

pub(super) fn batch_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Batch> {
    Ok(Batch {
        number: row.get(0)?,
        kind: row.get(1)?,
        title: row.get(2)?,
        day: row.get(3)?,
        at: row.get(4)?,
        actor: row.get(5)?,
        counts: row.get(6)?,
        undoes: row.get(7)?,
        undone_by: row.get(8)?,
    })
}

impl Store {
    /// Every batch, oldest first.
    pub fn batches(&self) -> Result<Vec<Batch>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Batch>> {
            let mut query =
                self.connection.prepare(&format!("SELECT {COLUMNS} FROM batch ORDER BY number"))?;
            let all = query.query_map([], batch_of)?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// One batch.
    pub fn batch(&self, number: i64) -> Result<Option<Batch>, StoreError> {
        self.connection
            .query_row(&format!("SELECT {COLUMNS} FROM batch WHERE number = ?"), [number], batch_of)
            .optional()
            .map_err(|e| self.failed(e))
    }

    /// Later batches, not undone, that wrote to what this batch wrote: its pupils, and for a batch of schools and
    /// classes every later pupil there.
    pub fn dependents(&self, number: i64) -> Result<Vec<Dependent>, StoreError> {
        let sql = "
            SELECT b.number, b.kind, b.title, count(DISTINCT j.student)
            FROM journal j JOIN batch b ON b.number = j.batch
            WHERE j.batch > ?1 AND b.undone_by IS NULL AND b.undoes IS NULL AND j.body NOT LIKE '%\"writes\":[]}'
              AND (j.student IN (SELECT student FROM journal WHERE batch = ?1 AND student IS NOT NULL)
                   OR EXISTS (SELECT 1 FROM journal w WHERE w.batch = ?1 AND w.student IS NULL
                              AND w.change IN ('school_entered', 'class_entered'))
                   OR (j.change LIKE 'suspect_%' AND j.student IN
                       (SELECT s.other FROM suspect s WHERE s.one IN (SELECT student FROM journal WHERE batch = ?1)))
                   OR EXISTS (SELECT 1 FROM journal w JOIN application a ON instr(w.body, a.id) > 0
                              WHERE w.batch = ?1 AND w.student IS NULL AND w.change LIKE 'application_%'
                              AND instr(j.body, a.id) > 0)
                   OR (j.change LIKE 'review_%' AND EXISTS
                       (SELECT 1 FROM journal w JOIN discrepancy d ON instr(w.body, d.id) > 0
                        WHERE w.batch = ?1 AND w.change LIKE 'review_%' AND instr(j.body, d.id) > 0))
                   OR (j.student IS NULL AND j.change LIKE 'school_%' AND EXISTS
                       (SELECT 1 FROM journal w WHERE w.batch = ?1 AND w.student IS NULL AND w.change LIKE 'school_%'
                        AND json_extract(w.body, '$.writes[0].key[0]') = json_extract(j.body, '$.writes[0].key[0]')))
                   OR (j.change LIKE 'heading_%'
                       AND EXISTS (SELECT 1 FROM journal w WHERE w.batch = ?1 AND w.change LIKE 'heading_%'))
                   OR (j.change LIKE 'office_%' AND EXISTS
                       (SELECT 1 FROM journal w WHERE w.batch = ?1 AND w.change LIKE 'office_%' AND
                        coalesce(w.body ->> '$.writes[0].key[0]', w.body ->> '$.writes[0].row[0]') =
                        coalesce(j.body ->> '$.writes[0].key[0]', j.body ->> '$.writes[0].row[0]')))
                   OR (b.kind = 'loaded' AND EXISTS
                       (SELECT 1 FROM batch o WHERE o.number = ?1 AND o.kind = b.kind AND o.title = b.title)))
            GROUP BY b.number ORDER BY b.number";
        let read = || -> rusqlite::Result<Vec<Dependent>> {
            let mut query = self.connection.prepare(sql)?;
            let all = query.query_map([number], |r| {
                Ok(Dependent { batch: r.get(0)?, kind: r.get(1)?, title: r.get(2)?, students: r.get(3)? })
            })?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }
}

impl Writing<'_> {
    /// Opens a batch; the entries appended from here on belong to it.
    pub fn open_batch(&mut self, kind: &str, title: &str, undoes: Option<i64>) -> Result<i64, StoreError> {
        let open = || -> rusqlite::Result<i64> {
            let number: i64 =
                self.tx.query_row("SELECT coalesce(max(number), 0) + 1 FROM batch", [], |r| r.get(0))?;
            self.tx.execute(
                "INSERT INTO batch (number, kind, title, day, at, actor, undoes) VALUES (?,?,?,?,?,?,?)",
                params![
                    number,
                    kind,
                    title,
                    self.act().today.to_string(),
                    self.act().at,
                    self.act().actor,
                    undoes
                ],
            )?;
            if let Some(undone) = undoes {
                self.tx.execute("UPDATE batch SET undone_by = ? WHERE number = ?", [number, undone])?;
            }
            Ok(number)
        };
        let number = open().map_err(|e| self.failed(e))?;
        self.batch = number;
        Ok(number)
    }

    /// Writes down what the batch counted.
    pub fn close_batch(&mut self, counts: &str) -> Result<(), StoreError> {
        let done =
            self.tx.execute("UPDATE batch SET counts = ? WHERE number = ?", params![counts, self.batch]);
        done.map(|_| ()).map_err(|e| self.failed(e))
    }
}
