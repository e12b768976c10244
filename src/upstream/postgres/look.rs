//! What the derived tables say, by office: rows of record tables as a registry has them.

use std::collections::HashMap;

use postgres::types::ToSql;

use crate::model::application::Application;
use crate::model::id::StudentId;
use crate::model::journal::{Entry, Tail, Value};
use crate::model::record_table::{APPLICATION, CLAIM, EVIDENCE, MESSAGE, RecordTable, STEP};
use crate::model::registry_number::RegistryNumber;

use crate::upstream::bundle::Batch;

use super::Database;
use super::block::Whose;
use super::error::PostgresError;
use super::keep::seal;
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

/// A journal's origin, how far it is held, its origin's signature, and who brought it.
pub type HeldTail = (String, Tail, Vec<u8>, String);

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

    /// Applications of these kinds, with the office whose each is.
    pub fn applications(&mut self, kinds: &[&str]) -> Result<Vec<(String, Application)>, PostgresError> {
        let which = "t.kind = ANY ($1::text[]) ORDER BY t.origin, t.opened_on, t.id";
        let rows = self.rows(&APPLICATION, which, &[&kinds])?;
        let sql = format!(
            "SELECT t.origin, {} FROM xueji.step t JOIN xueji.application a ON a.origin = t.origin AND a.id = t.application
             WHERE a.kind = ANY ($1::text[]) ORDER BY t.origin, t.application, t.ordinal",
            as_texts(&STEP, "t")
        );
        let mut steps: HashMap<(String, String), Vec<Vec<Value>>> = HashMap::new();
        for row in self.client.query(&sql, &[&kinds]).map_err(|e| self.failed(&e))? {
            steps.entry((row.get(0), row.get(1))).or_default().push(values(&STEP, &row, 1));
        }
        let whole = |(origin, row): Owned| {
            let Some(Value::Text(id)) = row.first() else { return None };
            let steps = steps.get(&(origin.clone(), id.clone())).map_or(&[][..], Vec::as_slice);
            let application = Application::from_rows(&row, steps)?;
            Some((origin, application))
        };
        Ok(rows.into_iter().filter_map(whole).collect())
    }

    /// The text of the last decision of an application.
    pub fn last_reason(&mut self, (origin, application): (&str, &str)) -> Result<String, PostgresError> {
        let sql = "SELECT body FROM xueji.entry WHERE origin = $1 AND change = 'application_decided'
                   AND body LIKE '%\"' || $2 || '\"%' ORDER BY seq DESC LIMIT 1";
        let row = self.client.query_opt(sql, &[&origin, &application]).map_err(|e| self.failed(&e))?;
        let text = |body: &str| {
            Some(serde_json::from_str::<serde_json::Value>(body).ok()?.get("text")?.as_str()?.to_owned())
        };
        Ok(row.and_then(|r| text(r.get(0))).unwrap_or_default())
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

    /// The pupil of an office that has a number and holds a place.
    pub fn present(
        &mut self,
        origin: &str,
        number: &RegistryNumber,
    ) -> Result<Option<StudentId>, PostgresError> {
        let sql = "SELECT id::text FROM xueji.student WHERE origin = $1 AND number = $2 AND EXISTS
                   (SELECT 1 FROM xueji.enrollment e WHERE e.origin = $1 AND e.student = id AND e.until IS NULL)";
        let row = self.client.query_opt(sql, &[&origin, &number.reveal()]).map_err(|e| self.failed(&e))?;
        Ok(row.and_then(|r| StudentId::parse(r.get(0))))
    }

    /// Who has or had one of these numbers, in whatever office.
    pub fn holders(
        &mut self,
        numbers: &[RegistryNumber],
    ) -> Result<Vec<(RegistryNumber, Whose)>, PostgresError> {
        let texts: Vec<&str> = numbers.iter().map(RegistryNumber::reveal).collect();
        let sql = "SELECT number, origin, student::text FROM xueji.number WHERE number = ANY ($1::text[])
                   ORDER BY 1, 2, 3";
        let rows = self.client.query(sql, &[&texts]).map_err(|e| self.failed(&e))?;
        let held = |r: &postgres::Row| Some((RegistryNumber::parse(r.get(0)).ok()?, whose(r, 1)?));
        Ok(rows.iter().filter_map(held).collect())
    }

    /// How far every journal is held, with its origin's signature and who brought it.
    pub fn tails(&mut self) -> Result<Vec<HeldTail>, PostgresError> {
        let sql = "SELECT origin, seq, seal, signature, via FROM xueji.tail WHERE seq > 0 ORDER BY origin";
        let rows = self.client.query(sql, &[]).map_err(|e| self.failed(&e))?;
        let tail =
            |r: &postgres::Row| (r.get(0), Tail { seq: r.get(1), seal: seal(r.get(2)) }, r.get(3), r.get(4));
        Ok(rows.iter().map(tail).collect())
    }

    /// A file, if it is kept.
    pub fn attachment(&mut self, hash: &str) -> Result<Option<Vec<u8>>, PostgresError> {
        let sql = "SELECT bytes FROM xueji.attachment WHERE hash = $1";
        Ok(self.client.query_opt(sql, &[&hash]).map_err(|e| self.failed(&e))?.map(|r| r.get(0)))
    }

    /// What is said of the batches to which entries after one sequence up to another belong, in order.
    pub fn batches(&mut self, origin: &str, (after, last): (i64, i64)) -> Result<Vec<Batch>, PostgresError> {
        let sql = "SELECT number, kind, title, day, at, actor, counts, undoes FROM xueji.batch b
                   WHERE b.origin = $1 AND EXISTS (SELECT 1 FROM xueji.entry e WHERE e.origin = $1
                         AND e.batch = b.number AND e.seq > $2 AND e.seq <= $3) ORDER BY number";
        let rows = self.client.query(sql, &[&origin, &after, &last]).map_err(|e| self.failed(&e))?;
        let batch = |r: &postgres::Row| Batch {
            number: r.get(0),
            kind: r.get(1),
            title: r.get(2),
            day: r.get(3),
            at: r.get(4),
            actor: r.get(5),
            counts: r.get(6),
            undoes: r.get(7),
        };
        Ok(rows.iter().map(batch).collect())
    }

    /// The entries of a journal after one sequence up to another, in order.
    pub fn entries(&mut self, origin: &str, (after, last): (i64, i64)) -> Result<Vec<Entry>, PostgresError> {
        let sql = "SELECT seq, at, day, actor, change, student::text, batch, body, seal FROM xueji.entry
                   WHERE origin = $1 AND seq > $2 AND seq <= $3 ORDER BY seq";
        let rows = self.client.query(sql, &[&origin, &after, &last]).map_err(|e| self.failed(&e))?;
        let entry = |r: &postgres::Row| Entry {
            seq: r.get(0),
            at: r.get(1),
            day: r.get(2),
            actor: r.get(3),
            change: r.get(4),
            student: r.get::<_, Option<String>>(5).and_then(|id| StudentId::parse(&id)),
            batch: r.get(6),
            body: r.get(7),
            seal: seal(r.get(8)),
        };
        Ok(rows.iter().map(entry).collect())
    }

    /// The neighbor through which a letter reaches an office: the one that brings its journal, else itself.
    pub fn through(&mut self, origin: &str) -> Result<String, PostgresError> {
        let sql = "SELECT via FROM xueji.tail WHERE origin = $1 AND via <> ''";
        let found = self.client.query_opt(sql, &[&origin]).map_err(|e| self.failed(&e))?;
        Ok(found.map_or_else(|| origin.to_owned(), |r| r.get(0)))
    }
}
