//! Reading the record tables: schools, classes, registrations, what waits.

use rusqlite::{OptionalExtension, params};

use crate::model::field::Field;
use crate::model::flag::Raised;
use crate::model::heading::{Heading, NOT_READ};
use crate::model::id::{SchoolCode, StudentId};
use crate::model::journal::Value;
use crate::model::record_table::{ENROLLMENT, FLAG, RecordTable, STUDENT, SUSPECT};
use crate::model::registration::{Registration, from_rows};
use crate::model::school::{Class, Directory, Lengths, School, Stage};
use crate::model::suspect::Suspect;

use super::error::StoreError;
use super::journal::Writing;
use super::{Store, rows};

/// Which registrations to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Which<'a> {
    /// Every registration, those that ended with the last place they had.
    All,
    /// Those that hold a place in a class.
    Present,
    /// The student.
    Id(StudentId),
    /// Those with this comparison key of a document number.
    Document(&'a str),
    /// Those without a document number with this key of name, sex and birth date.
    Identity(&'a str),
    /// The one that has or had this registry number.
    Number(&'a str),
    /// Those of exactly this name.
    Name(&'a str),
    /// Those now at a school, in the order of class, seat and name.
    School(&'a str),
    /// Those now in a class of a school.
    Class(&'a str, &'a str),
    /// Those a batch admitted.
    AdmittedBy(i64),
}

/// A finding or a suspect that waits for a text, or had one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pending {
    pub student: StudentId,
    pub check: String,
    pub field: String,
    pub message: String,
    pub place: String,
    pub explanation: Option<String>,
    pub other: Option<StudentId>,
}

impl Store {
    /// The headings that are remembered of every school, by school and heading.
    pub fn headings(&self) -> Result<Vec<Heading>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Heading>> {
            let mut query = self.connection.prepare("SELECT * FROM heading ORDER BY school, heading")?;
            let all = query.query_map([], |r| {
                let key: String = r.get(2)?;
                let field = Field::from_key(&key);
                Ok((Heading { school: r.get(0)?, heading: r.get(1)?, field }, key))
            })?;
            // A field of a newer program is nothing this one could read into.
            let known = |(h, key): &(Heading, String)| h.field.is_some() || key == NOT_READ;
            let all = all.collect::<rusqlite::Result<Vec<_>>>()?;
            Ok(all.into_iter().filter(known).map(|(h, _)| h).collect())
        };
        read().map_err(|e| self.failed(e))
    }

    /// Every school and class.
    pub fn directory(&self) -> Result<Directory, StoreError> {
        let read = || -> rusqlite::Result<Directory> {
            let schools = self
                .connection
                .prepare("SELECT * FROM school")?
                .query_map([], school_of)?
                .collect::<Result<_, _>>()?;
            let classes = self
                .connection
                .prepare("SELECT * FROM class")?
                .query_map([], class_of)?
                .collect::<Result<_, _>>()?;
            Ok(Directory::new(schools, classes))
        };
        read().map_err(|e| self.failed(e))
    }

    /// Whether the registry holds any pupil.
    pub fn is_empty(&self) -> Result<bool, StoreError> {
        let any =
            self.connection.query_row("SELECT EXISTS (SELECT 1 FROM student)", [], |r| r.get::<_, bool>(0));
        any.map(|any| !any).map_err(|e| self.failed(e))
    }

    /// The registrations asked for.
    pub fn registrations(&self, which: &Which) -> Result<Vec<Registration>, StoreError> {
        let mut all = Vec::new();
        self.each_registration(which, &mut |r| all.push(r))?;
        Ok(all)
    }

    /// Hands the registrations asked for over one by one, in bounded memory.
    pub fn each_registration(
        &self,
        which: &Which,
        sink: &mut dyn FnMut(Registration),
    ) -> Result<(), StoreError> {
        let mut run = || -> rusqlite::Result<()> {
            let (condition, parameters) = condition(which);
            let sql = format!(
                "SELECT {}, {}, (SELECT group_concat(f.flag) FROM flag f WHERE f.student = s.id)
                 FROM student s JOIN enrollment e ON e.student = s.id {condition}",
                columns("s", &STUDENT),
                columns("e", &ENROLLMENT)
            );
            let mut query = self.connection.prepare_cached(&sql)?;
            let mut found = query.query(rusqlite::params_from_iter(parameters))?;
            while let Some(row) = found.next()? {
                let student = rows::read(&STUDENT, row)?;
                let enrollment = rows::read_at(&ENROLLMENT, row, STUDENT.columns.len())?;
                let flags: Option<String> = row.get(STUDENT.columns.len() + ENROLLMENT.columns.len())?;
                let flags = flags.as_deref().unwrap_or_default();
                sink(from_rows(&student, &enrollment, flags).ok_or(rusqlite::Error::InvalidQuery)?);
            }
            Ok(())
        };
        run().map_err(|e| self.failed(e))
    }

    /// The classes in which anybody holds a place: school and number.
    pub fn occupied_classes(&self) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT DISTINCT school, class FROM enrollment WHERE until IS NULL ORDER BY school, class";
        let read = || -> rusqlite::Result<Vec<_>> {
            let mut query = self.connection.prepare_cached(sql)?;
            let all = query.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// What waits for a text, or had one; of one pupil or of all.
    pub fn pending(&self, student: Option<StudentId>, open_only: bool) -> Result<Vec<Pending>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Pending>> {
            // Without the OR the pupil's rows are found by their key.
            let whose = if student.is_some() { "student = ?1" } else { "?1 IS NULL" };
            let sql = format!(
                "SELECT student, check_name, field, message, place, explanation, other FROM pending
                 WHERE {whose} AND (NOT ?2 OR explanation IS NULL) ORDER BY check_name, student, field"
            );
            let mut query = self.connection.prepare_cached(&sql)?;
            let id = student.as_ref().map(|s| s.as_bytes().as_slice());
            let all = query.query_map(params![id, open_only], pending_of)?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// The pairs on the list of suspects, in the order of their names.
    pub fn suspects(&self) -> Result<Vec<Suspect>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Suspect>> {
            let sql = format!("SELECT {} FROM suspect s ORDER BY s.id", columns("s", &SUSPECT));
            let mut query = self.connection.prepare(&sql)?;
            let all = query.query_map([], |row| {
                Suspect::from_row(&rows::read(&SUSPECT, row)?).ok_or(rusqlite::Error::InvalidQuery)
            })?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// What hangs over a registration, and since when.
    pub fn flags_of(&self, student: StudentId) -> Result<Vec<Raised>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Raised>> {
            let sql =
                format!("SELECT {} FROM flag f WHERE f.student = ? ORDER BY f.flag", columns("f", &FLAG));
            let mut query = self.connection.prepare_cached(&sql)?;
            let all = query.query_map(params![student.as_bytes()], |row| {
                Raised::from_row(&rows::read(&FLAG, row)?).ok_or(rusqlite::Error::InvalidQuery)
            })?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// What hangs over every registration, and since when.
    pub fn every_flag(&self) -> Result<Vec<(StudentId, Raised)>, StoreError> {
        let read = || -> rusqlite::Result<Vec<_>> {
            let sql = format!("SELECT {} FROM flag f ORDER BY f.student, f.flag", columns("f", &FLAG));
            let mut query = self.connection.prepare(&sql)?;
            let all = query.query_map([], |row| {
                let row = rows::read(&FLAG, row)?;
                let raised = Raised::from_row(&row);
                match (row.first(), raised) {
                    (Some(Value::Id(student)), Some(raised)) => Ok((*student, raised)),
                    _ => Err(rusqlite::Error::InvalidQuery),
                }
            })?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// Registry numbers a pupil has or had: (number, since, until).
    pub fn numbers_of(
        &self,
        student: StudentId,
    ) -> Result<Vec<(String, String, Option<String>)>, StoreError> {
        let read = || -> rusqlite::Result<_> {
            let sql =
                "SELECT number, since, until FROM number WHERE student = ? ORDER BY since, until IS NULL";
            let mut query = self.connection.prepare_cached(sql)?;
            let all =
                query.query_map(params![student.as_bytes()], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }
}

impl Writing<'_> {
    /// A row of a record table by its key, as it is inside the transaction.
    pub fn row(&self, table: &RecordTable, key: &[Value]) -> Result<Option<Vec<Value>>, StoreError> {
        let conditions: Vec<String> =
            table.columns[..table.keys].iter().map(|c| format!("{c} = ?")).collect();
        let sql = format!(
            "SELECT {} FROM {} WHERE {}",
            table.columns.join(","),
            table.name,
            conditions.join(" AND ")
        );
        let read = || {
            let mut query = self.tx.prepare_cached(&sql)?;
            query.query_row(rusqlite::params_from_iter(key), |r| rows::read(table, r)).optional()
        };
        read().map_err(|e| self.failed(e))
    }
}

impl Writing<'_> {
    /// The next ordinal of a record table whose key is a value and an ordinal.
    pub fn next_ordinal(&self, table: &RecordTable, of: &Value) -> Result<i64, StoreError> {
        let (name, key) = (table.name, table.columns[0]);
        let sql = format!("SELECT coalesce(max(ordinal), 0) + 1 FROM {name} WHERE {key} = ?");
        let read = || self.tx.prepare_cached(&sql)?.query_row([of], |r| r.get(0));
        read().map_err(|e| self.failed(e))
    }
}

fn columns(alias: &str, table: &RecordTable) -> String {
    table.columns.iter().map(|c| format!("{alias}.{c}")).collect::<Vec<_>>().join(",")
}

/// The enrollment of a registration: the current one, or the last of one that ended.
macro_rules! last {
    ($rest:literal) => {
        concat!("AND e.ordinal = (SELECT max(l.ordinal) FROM enrollment l WHERE l.student = s.id) ", $rest)
    };
}

fn condition(which: &Which) -> (&'static str, Vec<Value>) {
    let text = |t: &str| Value::Text(t.to_owned());
    match which {
        Which::All => (last!("ORDER BY e.school, e.class, s.id"), vec![]),
        Which::Present => ("AND e.until IS NULL ORDER BY e.school, e.class, s.id", vec![]),
        Which::Id(id) => (last!("WHERE s.id = ?"), vec![Value::Id(*id)]),
        Which::Document(key) => (last!("WHERE s.document_key = ? ORDER BY s.id"), vec![text(key)]),
        Which::Identity(key) => (last!("WHERE s.identity_key = ? ORDER BY s.id"), vec![text(key)]),
        Which::Number(n) => {
            (last!("WHERE s.id = (SELECT student FROM number WHERE number = ?)"), vec![text(n)])
        }
        Which::Name(name) => (last!("WHERE s.name = ? ORDER BY s.id"), vec![text(name)]),
        Which::School(code) => {
            ("AND e.until IS NULL WHERE e.school = ? ORDER BY e.class, s.id", vec![text(code)])
        }
        Which::Class(code, class) => (
            "AND e.until IS NULL WHERE e.school = ? AND e.class = ? ORDER BY s.id",
            vec![text(code), text(class)],
        ),
        Which::AdmittedBy(batch) => (
            last!(
                "WHERE s.id IN (SELECT student FROM journal WHERE batch = ? AND change = 'admission') ORDER BY s.id"
            ),
            vec![Value::Int(*batch)],
        ),
    }
}

fn pending_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Pending> {
    let id = |bytes: Vec<u8>| StudentId::from_bytes(&bytes).ok_or(rusqlite::Error::InvalidQuery);
    Ok(Pending {
        student: id(row.get(0)?)?,
        check: row.get(1)?,
        field: row.get(2)?,
        message: row.get(3)?,
        place: row.get(4)?,
        explanation: row.get(5)?,
        other: row.get::<_, Option<Vec<u8>>>(6)?.map(id).transpose()?,
    })
}

fn school_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<School> {
    let stages: String = row.get("stages")?;
    Ok(School {
        code: code_of(&row.get::<_, String>("code")?)?,
        name: row.get("name")?,
        division: row.get("division")?,
        authority: row.get("authority")?,
        stages: stages.split(',').filter_map(Stage::parse).collect(),
        lengths: Lengths {
            primary: row.get("primary_years")?,
            junior: row.get("junior_years")?,
            senior: row.get("senior_years")?,
        },
        sponsor: row.get("sponsor")?,
        closed_on: row.get("closed_on")?,
        merged_into: row.get("merged_into")?,
        files_to: row.get("files_to")?,
    })
}

fn class_of(row: &rusqlite::Row<'_>) -> rusqlite::Result<Class> {
    let stage: String = row.get("stage")?;
    Ok(Class {
        school: code_of(&row.get::<_, String>("school")?)?,
        number: row.get("number")?,
        name: row.get("name")?,
        stage: Stage::parse(&stage).ok_or(rusqlite::Error::InvalidQuery)?,
        entry_year: row.get("entry_year")?,
    })
}

fn code_of(text: &str) -> rusqlite::Result<SchoolCode> {
    SchoolCode::parse(text).map_err(|_| rusqlite::Error::InvalidQuery)
}

impl Store {
    /// Pairs of pupils with the same comparison key of a document number, the earlier first.
    pub fn same_document(&self) -> Result<Vec<(StudentId, StudentId)>, StoreError> {
        self.pairs("document_key")
    }

    /// Pairs of pupils without a document number with the same name, sex and birth date, the earlier first.
    pub fn same_identity(&self) -> Result<Vec<(StudentId, StudentId)>, StoreError> {
        self.pairs("identity_key")
    }

    /// Each later pupil of a key with the first: a key shared by n pupils gives n − 1 pairs.
    fn pairs(&self, column: &str) -> Result<Vec<(StudentId, StudentId)>, StoreError> {
        let sql = format!(
            "SELECT a.id, b.id FROM (SELECT {column} AS k, min(id) AS id FROM student WHERE {column} IS NOT NULL
             AND status <> 'removed' GROUP BY {column} HAVING count(*) > 1) a
             JOIN student b ON b.{column} = a.k AND b.id > a.id AND b.status <> 'removed'
             ORDER BY a.id, b.id"
        );
        let read = || -> rusqlite::Result<Vec<_>> {
            let id = |bytes: Vec<u8>| StudentId::from_bytes(&bytes).ok_or(rusqlite::Error::InvalidQuery);
            let mut query = self.connection.prepare(&sql)?;
            let all = query.query_map([], |r| Ok((id(r.get(0)?)?, id(r.get(1)?)?)))?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }
}
