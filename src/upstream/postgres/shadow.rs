//! The tables derived from entries: rows that a stretch of entries touches are read, changed in memory, and put back whole.

use std::collections::HashMap;

use postgres::Transaction;

use crate::model::journal::{Value, Write};
use crate::model::record_table::{
    APPLICATION, CHANGE, CLAIM, CLASS, DISPUTE, ENROLLMENT, EVIDENCE, FLAG, MESSAGE, NUMBER, PARTY,
    RecordTable, SCHOOL, STEP, STUDENT,
};

use super::copy::Rows;
use super::keep::copy;

/// The record tables that have a shadow above.
pub const SHADOWS: &[&RecordTable] = &[
    &SCHOOL,
    &CLASS,
    &STUDENT,
    &ENROLLMENT,
    &NUMBER,
    &FLAG,
    &APPLICATION,
    &STEP,
    &CHANGE,
    &DISPUTE,
    &PARTY,
    &CLAIM,
    &EVIDENCE,
    &MESSAGE,
];

/// Whether a column holds the key of a pupil.
pub fn is_pupil(table: &RecordTable, column: &str) -> bool {
    column == "student" || (table.name == STUDENT.name && column == "id")
}

/// A row by columns; nothing where it was taken out.
type Row = Option<Vec<Option<String>>>;

/// Writes that wait to be applied.
#[derive(Default)]
pub struct Shadow {
    waiting: Vec<Write>,
}

/// One table's rows in memory.
struct Touched {
    table: &'static RecordTable,
    /// By key.
    rows: HashMap<Vec<String>, Row>,
    /// First columns of the keys whose rows were read from the database.
    read: Vec<String>,
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Int(n) => Some(n.to_string()),
        Value::Text(t) | Value::Object(t) => Some(t.clone()),
        Value::Id(id) => Some(id.to_string()),
    }
}

fn key_of(values: &[Value], table: &RecordTable) -> Vec<String> {
    values[..table.keys].iter().map(|v| text(v).unwrap_or_default()).collect()
}

fn parts(write: &Write) -> (&'static RecordTable, &[Value]) {
    match write {
        Write::Insert { table, row } | Write::Delete { table, row } => (table, row),
        Write::Update { table, key, .. } => (table, key),
    }
}

impl Shadow {
    /// Takes the writes of an entry.
    pub fn add(&mut self, writes: Vec<Write>) {
        let shadowed = |w: &Write| SHADOWS.iter().any(|t| t.name == parts(w).0.name);
        self.waiting.extend(writes.into_iter().filter(shadowed));
    }

    /// Applies what waits. `false` where a write does not find what it expects.
    pub fn apply(&mut self, tx: &mut Transaction<'_>, origin: &str) -> Result<bool, postgres::Error> {
        let waiting = std::mem::take(&mut self.waiting);
        for table in SHADOWS {
            let of_table: Vec<&Write> = waiting.iter().filter(|w| parts(w).0.name == table.name).collect();
            if of_table.is_empty() {
                continue;
            }
            let mut touched = Touched { table, rows: HashMap::new(), read: Vec::new() };
            touched.read_from(tx, origin, &of_table)?;
            if !of_table.iter().all(|w| touched.step(w)) {
                return Ok(false);
            }
            touched.put_back(tx, origin)?;
        }
        Ok(true)
    }
}

impl Touched {
    /// Reads the rows that were there before: of every key that is not first inserted here.
    fn read_from(
        &mut self,
        tx: &mut Transaction<'_>,
        origin: &str,
        writes: &[&Write],
    ) -> Result<(), postgres::Error> {
        let mut seen: HashMap<Vec<String>, ()> = HashMap::new();
        for write in writes {
            let key = key_of(parts(write).1, self.table);
            let is_first = seen.insert(key.clone(), ()).is_none();
            if is_first && !matches!(write, Write::Insert { .. }) {
                self.read.extend(key.into_iter().next());
            }
        }
        self.read.sort_unstable();
        self.read.dedup();
        if self.read.is_empty() {
            return Ok(());
        }
        let columns: Vec<String> = self.table.columns.iter().map(|c| format!("{c}::text")).collect();
        let (name, first) = (self.table.name, self.table.columns[0]);
        let cast = self.cast();
        let sql = format!(
            "SELECT {} FROM xueji.{name} WHERE origin = $1 AND {first} = ANY ($2::text[]{cast})",
            columns.join(", ")
        );
        for row in tx.query(&sql, &[&origin, &self.read])? {
            let values: Vec<Option<String>> = (0..row.len()).map(|i| row.get(i)).collect();
            let key = values[..self.table.keys].iter().map(|v| v.clone().unwrap_or_default()).collect();
            self.rows.insert(key, Some(values));
        }
        Ok(())
    }

    /// What makes a list of texts one of the first column's type.
    fn cast(&self) -> &'static str {
        if is_pupil(self.table, self.table.columns[0]) { "::uuid[]" } else { "" }
    }

    /// Applies one write, if the row is as it expects.
    fn step(&mut self, write: &Write) -> bool {
        let key = key_of(parts(write).1, self.table);
        let row = self.rows.entry(key).or_insert(None);
        match write {
            Write::Insert { row: new, .. } => {
                let free = row.is_none();
                *row = Some(new.iter().map(text).collect());
                free
            }
            Write::Delete { row: old, .. } => {
                let old: Vec<Option<String>> = old.iter().map(text).collect();
                row.take().is_some_and(|there| there == old)
            }
            Write::Update { set, .. } => {
                let Some(row) = row else { return false };
                let fits = set.iter().all(|(at, before, _)| row[*at] == text(before));
                set.iter().for_each(|(at, _, after)| row[*at] = text(after));
                fits
            }
        }
    }

    /// Puts every row back, those that were read in their own place.
    fn put_back(self, tx: &mut Transaction<'_>, origin: &str) -> Result<(), postgres::Error> {
        let (name, first, cast) = (self.table.name, self.table.columns[0], self.cast());
        if !self.read.is_empty() {
            let sql =
                format!("DELETE FROM xueji.{name} WHERE origin = $1 AND {first} = ANY ($2::text[]{cast})");
            tx.execute(&sql, &[&origin, &self.read])?;
        }
        let mut rows = Rows::default();
        for values in self.rows.values().flatten() {
            rows.row().text(Some(origin));
            for value in values {
                rows.text(value.as_deref());
            }
            rows.end();
        }
        let into = format!("xueji.{name} (origin, {})", self.table.columns.join(", "));
        copy(tx, &into, &rows.text)
    }
}

#[cfg(test)]
mod tests {
    use super::super::engine::engine;
    use super::*;

    #[test]
    fn a_shadow_has_the_columns_of_its_table_after_the_origin() {
        let all = engine("yugabytedb").unwrap().statements(&[]);
        for table in SHADOWS {
            let start = format!("CREATE TABLE xueji.{} (", table.name);
            let sql = all.iter().find(|s| s.trim_start().starts_with(&start)).unwrap();
            let columns: Vec<&str> = sql
                .lines()
                .skip_while(|l| !l.contains(&start))
                .skip(1)
                .filter_map(|l| l.split_whitespace().next())
                .take_while(|w| *w != "PRIMARY")
                .collect();
            assert_eq!(columns, [&["origin"], table.columns].concat(), "{}", table.name);
        }
    }

    #[test]
    fn writes_that_do_not_find_what_they_expect_are_told() {
        let text = |t: &str| Value::Text(t.into());
        let row = || vec![text("1"), text("01"), text("一班"), text("primary"), Value::Int(2026)];
        let insert = Write::Insert { table: &CLASS, row: row() };
        let set = vec![(2, text("一班"), text("二班"))];
        let update = Write::Update { table: &CLASS, key: row()[..2].to_vec(), set };
        let run = |writes: &[&Write]| {
            let mut touched = Touched { table: &CLASS, rows: HashMap::new(), read: Vec::new() };
            writes.iter().all(|w| touched.step(w))
        };
        assert!(run(&[&insert, &update, &update.inverse(), &insert.inverse(), &insert]));
        assert!(!run(&[&update]) && !run(&[&insert, &insert]) && !run(&[&insert, &update, &update]));
        assert!(!run(&[&insert, &update, &insert.inverse()]));
    }
}
