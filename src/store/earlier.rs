//! One registration as it stood when an earlier entry of the journal was written.

use rusqlite::params;

use crate::model::id::StudentId;
use crate::model::journal::{Value, Write, writes_of};
use crate::model::record_table::{ENROLLMENT, RecordTable, STUDENT};
use crate::model::registration::{Registration, from_rows};

use super::Store;
use super::error::StoreError;

/// The rows of a table that are one pupil's.
type Rows = Vec<Vec<Value>>;

impl Store {
    /// The last entry of any of these pupils that wrote such a write.
    pub fn entry_that(
        &self,
        students: &[StudentId],
        wrote: &dyn Fn(&Write) -> bool,
    ) -> Result<Option<i64>, StoreError> {
        let mut last = None;
        for student in students {
            let entries = self.entries_of(*student)?;
            let such = entries.iter().rev().find(|e| writes_of(&e.body).is_some_and(|w| w.iter().any(wrote)));
            last = last.max(such.map(|e| e.seq));
        }
        Ok(last)
    }

    /// A registration as it was after the entry of this sequence, its flags left out: later entries are taken back, the
    /// last first.
    pub fn registration_at(&self, id: StudentId, seq: i64) -> Result<Option<Registration>, StoreError> {
        let read = |table: &RecordTable, which: &str| {
            self.rows_of(table, which, params![id.as_bytes()]).map_err(|e| self.failed(e))
        };
        let mut students = read(&STUDENT, "WHERE id = ?")?;
        let mut enrollments = read(&ENROLLMENT, "WHERE student = ? ORDER BY ordinal")?;
        for entry in self.entries_of(id)?.iter().rev().take_while(|e| e.seq > seq) {
            let writes = writes_of(&entry.body).unwrap_or_default();
            for write in writes.iter().rev() {
                take_back(write, &STUDENT, &mut students);
                take_back(write, &ENROLLMENT, &mut enrollments);
            }
        }
        let last = enrollments.iter().max_by_key(|row| match row.get(1) {
            Some(Value::Int(ordinal)) => *ordinal,
            _ => 0,
        });
        Ok(students.first().zip(last).and_then(|(student, place)| from_rows(student, place, "")))
    }
}

/// Takes a write back among the rows read; what is not as the write left it is another day's, and stays (`as_of`).
fn take_back(write: &Write, of: &RecordTable, rows: &mut Rows) {
    match write {
        Write::Insert { table, row } if table.name == of.name => {
            rows.retain(|r| r[..of.keys] != row[..of.keys]);
        }
        Write::Delete { table, row } if table.name == of.name => rows.push(row.clone()),
        Write::Update { table, key, set } if table.name == of.name => {
            let Some(row) = rows.iter_mut().find(|r| r[..of.keys] == key[..]) else { return };
            for (at, before, after) in set {
                if row[*at] == *after {
                    row[*at] = before.clone();
                }
            }
        }
        Write::Insert { .. } | Write::Delete { .. } | Write::Update { .. } => {}
    }
}
