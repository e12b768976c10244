//! Rows of record tables: read, and written by applying the writes of a journal entry and in no other way.

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};

use crate::model::id::StudentId;
use crate::model::journal::{RecordTable, Value, Write};

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Value::Null => ToSqlOutput::Borrowed(ValueRef::Null),
            Value::Int(n) => ToSqlOutput::Borrowed(ValueRef::Integer(*n)),
            Value::Text(t) => ToSqlOutput::Borrowed(ValueRef::Text(t.as_bytes())),
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
    (start..start + table.columns.len()).map(|i| value(row.get_ref(i)?)).collect()
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
            let places = vec!["?"; table.columns.len()].join(",");
            let sql = format!("INSERT INTO {} ({}) VALUES ({places})", table.name, table.columns.join(","));
            connection.prepare_cached(&sql)?.execute(params_from_iter(row))?
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

fn all_equal(columns: &[&str]) -> String {
    columns.iter().map(|c| format!("{c} IS ?")).collect::<Vec<_>>().join(" AND ")
}
