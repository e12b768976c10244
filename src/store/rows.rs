//! Rows of record tables: read, and written by applying the writes of a journal entry and in no other way.

use std::sync::OnceLock;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};

use crate::model::id::StudentId;
use crate::model::journal::{Value, Write};
use crate::model::record_table::{RECORD_TABLES, RecordTable};

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Int(n) => ToSqlOutput::Borrowed(ValueRef::Integer(*n)),
            Value::Text(t) | Value::Object(t) => ToSqlOutput::Borrowed(ValueRef::Text(t.as_bytes())),
            Value::Id(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes())),
        })
    }
}

/// Reads a row of a record table.
pub fn read(table: &RecordTable, row: &rusqlite::Row<'_>) -> rusqlite::Result<Vec<Value>> {
    read_at(table, row, 0)
}

/// Reads a row of a record table whose first column stands at `start` of a joined row.
pub fn read_at(table: &RecordTable, row: &rusqlite::Row<'_>, start: usize) -> rusqlite::Result<Vec<Value>> {
    let columns = table.columns.iter().zip(start..);
    columns
        .map(|(name, i)| {
            let value = value(row.get_ref(i)?)?;
            Ok(match value {
                Value::Text(text) if table.objects.contains(name) => Value::Object(text),
                other => other,
            })
        })
        .collect()
}

fn value(raw: ValueRef<'_>) -> rusqlite::Result<Value> {
    Ok(match raw {
        ValueRef::Integer(n) => Value::Int(n),
        ValueRef::Text(t) => Value::Text(std::str::from_utf8(t)?.to_owned()),
        ValueRef::Blob(b) => StudentId::from_bytes(b).map_or(Value::Null, Value::Id),
        ValueRef::Null | ValueRef::Real(_) => Value::Null,
    })
}

/// Applies one write. A row that is not as the write expects it is an error: the journal and the tables disagree.
pub fn apply(connection: &Connection, write: &Write) -> rusqlite::Result<()> {
    let touched = match write {
        Write::Insert { table, row } => {
            connection.prepare_cached(insert_sql(table))?.execute(params_from_iter(row))?
        }
        Write::Delete { table, row } => {
            let sql = format!("DELETE FROM {} WHERE {}", table.name, all_equal(table.columns));
            connection.prepare_cached(&sql)?.execute(params_from_iter(row))?
        }
        Write::Update { table, key, set } => {
            let columns: Vec<&str> = set.iter().map(|(i, _, _)| table.columns[*i]).collect();
            let assigned: Vec<String> = columns.iter().map(|c| format!("{c} = ?")).collect();
            let sql = format!(
                "UPDATE {} SET {} WHERE {} AND {}",
                table.name,
                assigned.join(", "),
                all_equal(&table.columns[..table.keys]),
                all_equal(&columns)
            );
            let values = set.iter().map(|s| &s.2).chain(key).chain(set.iter().map(|s| &s.1));
            connection.prepare_cached(&sql)?.execute(params_from_iter(values))?
        }
    };
    if touched == 1 { Ok(()) } else { Err(rusqlite::Error::StatementChangedRows(touched)) }
}

/// The insert of a record table; made once, for a first import makes hundreds of thousands.
fn insert_sql(table: &RecordTable) -> &'static str {
    static MADE: OnceLock<Vec<String>> = OnceLock::new();
    let all = MADE.get_or_init(|| {
        let sql = |t: &&RecordTable| {
            let places = vec!["?"; t.columns.len()].join(",");
            format!("INSERT INTO {} ({}) VALUES ({places})", t.name, t.columns.join(","))
        };
        RECORD_TABLES.iter().map(sql).collect()
    });
    let at = RECORD_TABLES.iter().position(|t| t.name == table.name).expect("a record table is in the list");
    &all[at]
}

fn all_equal(columns: &[&str]) -> String {
    columns.iter().map(|c| format!("{c} IS ?")).collect::<Vec<_>>().join(" AND ")
}
