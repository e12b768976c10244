//! What the derived tables say, by office: rows of record tables as a registry has them.

use postgres::types::ToSql;

use crate::model::id::StudentId;
use crate::model::journal::Value;
use crate::model::record_table::{CLAIM, EVIDENCE, MESSAGE, RecordTable};

use super::Database;
use super::block::Whose;
use super::error::PostgresError;
use super::shadow::is_pupil;

/// A row and the office whose it is.
pub type Owned = (String, Vec<Value>);

/// The columns of a record table as texts.
pub fn as_texts(table: &RecordTable, alias: &str) -> String {
    table.columns.iter().map(|c| format!("{alias}.{c}::text")).collect::<Vec<_>>().join(", ")
}

/// A record table's row whose texts begin at a column of a row of the database.
pub fn values(table: &RecordTable, row: &postgres::Row, from: usize) -> Vec<Value> {
    let value = |(column, at): (&&str, usize)| match row.get::<_, Option<String>>(at) {
        None => Value::Null,
        Some(t) if is_pupil(table, column) => StudentId::parse(&t).map_or(Value::Null, Value::Id),
        Some(t) if is_number(table, column) => t.parse().map_or(Value::Null, Value::Int),
        Some(t) if table.objects.contains(column) => Value::Object(t),
        Some(t) => Value::Text(t),
    };
    table.columns.iter().zip(from..).map(value).collect()
}

fn is_number(table: &RecordTable, column: &str) -> bool {
    matches!(column, "attends" | "ordinal" | "length" | "primary_years" | "junior_years" | "senior_years")
        || (table.name == MESSAGE.name && column == "number")
}

/// A school as an office has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub origin: String,
    pub code: String,
    pub name: String,
    /// Six digits of GB/T 2260.
    pub division: String,
    /// The name of its registry authority.
    pub authority: String,
}

/// The pupil whose office and key stand in two columns.
pub fn whose(row: &postgres::Row, at: usize) -> Option<Whose> {
    StudentId::parse(row.get(at + 1)).map(|id| Whose { origin: row.get(at), id })
}

impl Database {
    fn rows(
        &mut self,
        table: &RecordTable,
        which: &str,
        parameters: &[&(dyn ToSql + Sync)],
    ) -> Result<Vec<Owned>, PostgresError> {
        let (columns, name) = (as_texts(table, "t"), table.name);
        let sql = format!("SELECT t.origin, {columns} FROM xueji.{name} t WHERE {which}");
        let rows = self.client.query(&sql, parameters).map_err(|e| self.failed(&e))?;
        Ok(rows.iter().map(|row| (row.get(0), values(table, row, 1))).collect())
    }

    /// Schools of every office.
    pub fn schools(&mut self) -> Result<Vec<Standing>, PostgresError> {
        let sql = "SELECT origin, code, name, division, authority FROM xueji.school ORDER BY code, origin";
        let rows = self.client.query(sql, &[]).map_err(|e| self.failed(&e))?;
        let standing = |r: &postgres::Row| Standing {
            origin: r.get(0),
            code: r.get(1),
            name: r.get(2),
            division: r.get(3),
            authority: r.get(4),
        };
        Ok(rows.iter().map(standing).collect())
    }

    /// Pupils that carry a mark.
    pub fn flagged(&mut self, flag: &str) -> Result<Vec<Whose>, PostgresError> {
        let sql = "SELECT origin, student::text FROM xueji.flag WHERE flag = $1 ORDER BY 1, 2";
        let rows = self.client.query(sql, &[&flag]).map_err(|e| self.failed(&e))?;
        Ok(rows.iter().filter_map(|r| whose(r, 0)).collect())
    }

    /// What became of the messages of a stream at the one who received them.
    pub fn messages_received(&mut self, stream: &str) -> Result<Vec<Owned>, PostgresError> {
        self.rows(&MESSAGE, "t.stream = $1 AND t.state <> 'sent' ORDER BY t.number", &[&stream])
    }

    /// What a school answered in a dispute, the last answer last, and how many papers that one has.
    pub fn claims(&mut self, origin: &str, dispute: &str) -> Result<(Vec<Owned>, usize), PostgresError> {
        let which = "t.origin = $1 AND t.dispute = $2 ORDER BY t.ordinal";
        let claims = self.rows(&CLAIM, which, &[&origin, &dispute])?;
        let subject = format!("claim:{dispute}.{}", claims.len());
        let papers = self.rows(&EVIDENCE, "t.origin = $1 AND t.subject = $2", &[&origin, &subject])?;
        Ok((claims, papers.len()))
    }

    /// Pupils of an office that hold a place and whose number is not for life yet.
    pub fn unconfirmed(&mut self, origin: &str) -> Result<Vec<StudentId>, PostgresError> {
        let sql = "SELECT id::text FROM xueji.student WHERE origin = $1 AND number IS NOT NULL
                   AND number NOT LIKE 'G%' AND status <> 'pending' AND EXISTS
                   (SELECT 1 FROM xueji.enrollment e WHERE e.origin = $1 AND e.student = id AND e.until IS NULL)
                   ORDER BY 1";
        let rows = self.client.query(sql, &[&origin]).map_err(|e| self.failed(&e))?;
        Ok(rows.iter().filter_map(|r| StudentId::parse(r.get(0))).collect())
    }

    /// Who has or had one of these numbers, in whatever office.
    pub fn holders(&mut self, numbers: &[String]) -> Result<Vec<(String, Whose)>, PostgresError> {
        let sql = "SELECT number, origin, student::text FROM xueji.number WHERE number = ANY ($1::text[])
                   ORDER BY 1, 2, 3";
        let rows = self.client.query(sql, &[&numbers]).map_err(|e| self.failed(&e))?;
        Ok(rows.iter().filter_map(|r| Some((r.get(0), whose(r, 1)?))).collect())
    }

    /// The neighbor that brings a journal.
    pub fn through(&mut self, origin: &str) -> Result<Option<String>, PostgresError> {
        let sql = "SELECT via FROM xueji.tail WHERE origin = $1 AND via <> ''";
        Ok(self.client.query_opt(sql, &[&origin]).map_err(|e| self.failed(&e))?.map(|r| r.get(0)))
    }
}
