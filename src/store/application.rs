//! Applications for changes, the changes made, and what is counted around them.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use crate::code;
use crate::model::application::Application;
use crate::model::id::{ApplicationId, StudentId};
use crate::model::journal::Value;
use crate::model::record_table::{APPLICATION, CHANGE, STEP};
use crate::model::status::Status;

use super::error::StoreError;
use super::journal::Writing;
use super::{Store, rows};

/// Which applications to read.
#[derive(Clone, Debug)]
pub enum Asked<'a> {
    All,
    /// Those that are still open.
    Open,
    /// Those of a pupil that are still open.
    OpenOf(StudentId),
    /// All of a pupil's.
    Of(StudentId),
    One(&'a ApplicationId),
}

/// A change that took effect, as its row says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub student: StudentId,
    pub ordinal: i64,
    pub kind: String,
    pub day: String,
    pub status_before: Status,
    pub status: Status,
    /// From which school and class, to which; empty where there is none.
    pub from: (String, String),
    pub to: (String, String),
    pub reason: String,
    pub note: String,
    pub application: Option<String>,
}

impl Made {
    /// Why it was made, for people: the reason of the code table and what was written beside it.
    pub fn why(&self) -> String {
        let reason =
            code::table("change_reason").and_then(|t| t.by_code(&self.reason)).map_or("", |e| e.label);
        let both = [reason, self.note.as_str()];
        both.into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("，")
    }
}

/// Where a registration began, and its first day there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Beginning {
    pub since: String,
    pub school: String,
    pub class: String,
}

fn student_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<StudentId> {
    StudentId::from_bytes(&row.get::<_, Vec<u8>>(0)?).ok_or(rusqlite::Error::InvalidQuery)
}

fn made_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Made> {
    let text = |at: usize| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default);
    let status = |at: usize| Status::from_key(&text(at)?).ok_or(rusqlite::Error::InvalidQuery);
    Ok(Made {
        student: student_of(row)?,
        ordinal: row.get(1)?,
        kind: row.get(2)?,
        day: row.get(3)?,
        status_before: status(4)?,
        status: status(5)?,
        from: (text(6)?, text(7)?),
        to: (text(8)?, text(9)?),
        reason: text(10)?,
        note: text(11)?,
        application: row.get(12)?,
    })
}

fn applications(connection: &Connection, asked: &Asked) -> rusqlite::Result<Vec<Application>> {
    let (condition, parameter) = match asked {
        Asked::All => ("", None),
        Asked::Open => ("WHERE closed_on IS NULL", None),
        Asked::OpenOf(id) => ("WHERE closed_on IS NULL AND student = ?", Some(Value::Id(*id))),
        Asked::Of(id) => ("WHERE student = ?", Some(Value::Id(*id))),
        Asked::One(id) => ("WHERE id = ?", Some(Value::Text(id.as_str().to_owned()))),
    };
    let sql = format!(
        "SELECT {} FROM application {condition} ORDER BY opened_on, id",
        APPLICATION.columns.join(",")
    );
    let mut query = connection.prepare_cached(&sql)?;
    let mut found = query.query(rusqlite::params_from_iter(parameter))?;
    let mut all = Vec::new();
    while let Some(row) = found.next()? {
        let row = rows::read(&APPLICATION, row)?;
        let steps = steps(connection, &row[0])?;
        all.push(Application::from_rows(&row, &steps).ok_or(rusqlite::Error::InvalidQuery)?);
    }
    Ok(all)
}

fn steps(connection: &Connection, application: &Value) -> rusqlite::Result<Vec<Vec<Value>>> {
    let sql = format!("SELECT {} FROM step WHERE application = ? ORDER BY ordinal", STEP.columns.join(","));
    let mut query = connection.prepare_cached(&sql)?;
    let all = query.query_map([application], |row| rows::read(&STEP, row))?;
    all.collect()
}

impl Store {
    /// The applications asked for, the oldest first.
    pub fn applications(&self, asked: &Asked) -> Result<Vec<Application>, StoreError> {
        applications(&self.connection, asked).map_err(|e| self.failed(e))
    }

    /// The changes of a pupil, in the order of their making.
    pub fn changes_of(&self, student: StudentId) -> Result<Vec<Made>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Made>> {
            let sql =
                format!("SELECT {} FROM change WHERE student = ? ORDER BY ordinal", CHANGE.columns.join(","));
            let mut query = self.connection.prepare_cached(&sql)?;
            let all = query.query_map(params![student.as_bytes()], made_of)?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// Every change, in the order of pupils and of their making.
    pub fn every_change(&self) -> Result<Vec<Made>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Made>> {
            let sql = format!("SELECT {} FROM change ORDER BY student, ordinal", CHANGE.columns.join(","));
            let mut query = self.connection.prepare_cached(&sql)?;
            let all = query.query_map([], made_of)?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// Where and when each registration began.
    pub fn every_beginning(&self) -> Result<HashMap<StudentId, Beginning>, StoreError> {
        let read = || -> rusqlite::Result<HashMap<StudentId, Beginning>> {
            let sql = "SELECT student, since, school, class FROM enrollment WHERE ordinal = 1";
            let mut query = self.connection.prepare_cached(sql)?;
            let all = query.query_map([], |row| {
                let beginning = Beginning { since: row.get(1)?, school: row.get(2)?, class: row.get(3)? };
                Ok((student_of(row)?, beginning))
            })?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// How many pupils a class has now.
    pub fn class_size(&self, school: &str, class: &str) -> Result<usize, StoreError> {
        let sql = "SELECT count(*) FROM enrollment WHERE school = ? AND class = ? AND until IS NULL";
        let size = self
            .connection
            .prepare_cached(sql)
            .and_then(|mut q| q.query_row([school, class], |r| r.get::<_, i64>(0)));
        size.map(|n| usize::try_from(n).unwrap_or(0)).map_err(|e| self.failed(e))
    }

    /// How many changes of a kind came into the classes of a school's stage and entry year since a day.
    pub fn changes_into(
        &self,
        kind: &str,
        (school, stage, entry_year): (&str, &str, i16),
        since: &str,
    ) -> Result<usize, StoreError> {
        let sql = "SELECT count(*) FROM change c JOIN class k ON k.school = c.school AND k.number = c.class
                   WHERE c.kind = ? AND c.school = ? AND k.stage = ? AND k.entry_year = ? AND c.day >= ?";
        let count = self.connection.prepare_cached(sql).and_then(|mut q| {
            q.query_row(params![kind, school, stage, entry_year, since], |r| r.get::<_, i64>(0))
        });
        count.map(|n| usize::try_from(n).unwrap_or(0)).map_err(|e| self.failed(e))
    }
}

impl Writing<'_> {
    /// The ordinal of the next change of a pupil.
    pub fn next_change(&self, student: StudentId) -> Result<i64, StoreError> {
        let sql = "SELECT max(ordinal) FROM change WHERE student = ?";
        let last = self.tx.prepare_cached(sql).and_then(|mut q| {
            q.query_row(params![student.as_bytes()], |r| r.get::<_, Option<i64>>(0)).optional()
        });
        Ok(last.map_err(|e| self.failed(e))?.flatten().unwrap_or(0) + 1)
    }
}

impl Store {
    /// How many pupils wait for approval, by the school they are at and by the day they entered their first one.
    pub fn awaiting_approval(&self) -> Result<Vec<(String, String, usize)>, StoreError> {
        let sql = "SELECT e.school, f.since, count(*) FROM student s
                   JOIN enrollment e ON e.student = s.id AND e.until IS NULL
                   JOIN enrollment f ON f.student = s.id AND f.ordinal = 1
                   WHERE s.status = 'pending' GROUP BY e.school, f.since ORDER BY e.school, f.since";
        let read = || -> rusqlite::Result<Vec<_>> {
            let mut query = self.connection.prepare_cached(sql)?;
            let count = |n: i64| usize::try_from(n).unwrap_or(0);
            let all = query.query_map([], |r| Ok((r.get(0)?, r.get(1)?, count(r.get(2)?))))?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// The pupils of a status, each with the day until which it was granted: what the application of the last change of
    /// one of these kinds told.
    pub fn granted_until(
        &self,
        status: Status,
        kinds: &[&str],
    ) -> Result<Vec<(StudentId, Option<String>)>, StoreError> {
        let sql = "SELECT s.id, (SELECT a.fields ->> 'until' FROM change c JOIN application a ON a.id = c.application
                                 WHERE c.student = s.id AND instr(?2, ',' || c.kind || ',') > 0
                                 ORDER BY c.ordinal DESC LIMIT 1)
                   FROM student s WHERE s.status = ?1 ORDER BY s.id";
        let read = || -> rusqlite::Result<Vec<_>> {
            let mut query = self.connection.prepare_cached(sql)?;
            let all = query.query_map(params![status.key(), format!(",{},", kinds.join(","))], |r| {
                let id = StudentId::from_bytes(&r.get::<_, Vec<u8>>(0)?);
                Ok((id.ok_or(rusqlite::Error::InvalidQuery)?, r.get(1)?))
            })?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }
}
