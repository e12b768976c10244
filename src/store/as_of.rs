//! The registry as it stood at the end of an earlier day: every query reads what the tables held then.

use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::BTreeSet;

use crate::model::journal::{Write, writes_of};
use crate::model::record_table::RecordTable;

use super::error::StoreError;
use super::{Store, rows};

/// How many entries are held in memory at once while they are taken back.
const CHUNK: i64 = 512;

impl Store {
    /// The day of the first business that was entered; none in a registry where nothing was.
    pub fn first_day(&self) -> Result<Option<String>, StoreError> {
        let first = self.connection.query_row("SELECT min(day) FROM batch", [], |r| r.get(0));
        first.map_err(|e| self.failed(e))
    }

    /// The seal of the last business entered of a day or an earlier one: it tells what the registry held then from what it
    /// held at any other time. What was only read and shown is no business.
    pub fn seal_of(&self, day: Date) -> Result<[u8; 32], StoreError> {
        let sql = "SELECT seal FROM journal WHERE day <= ? AND batch <> 0 ORDER BY seq DESC LIMIT 1";
        let seal = self.connection.query_row(sql, [day.to_string()], |r| r.get(0)).optional();
        seal.map(|seal| seal.unwrap_or([0; 32])).map_err(|e| self.failed(e))
    }

    /// The same registry, only to be read, standing still: what others write meanwhile is not seen.
    pub fn snapshot(&self) -> Result<Store, StoreError> {
        let still = self.reader()?;
        still.connection.execute_batch("BEGIN; SELECT count(*) FROM meta").map_err(|e| self.failed(e))?;
        Ok(still)
    }

    /// The registry as it stood at the end of `day`, only to be read. A row is what it was after the last entry of that
    /// day or an earlier one that wrote to it, in the order of the journal. Tables that later entries touched are copied
    /// to where SQLite keeps temporary tables, which hide the real ones, and the later entries are taken back there, a few
    /// at a time; the copy is gone with the connection, even where the program is killed.
    pub fn as_of(&self, day: Date) -> Result<Store, StoreError> {
        let past = self.snapshot()?;
        past.turn_back(&day.to_string()).map_err(|e| self.failed(e))?;
        Ok(past)
    }

    fn turn_back(&self, day: &str) -> rusqlite::Result<()> {
        let c = &self.connection;
        let Some(first) = first_after(c, day)? else { return Ok(()) };
        c.execute_batch("CREATE TEMP TABLE settled (row TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID")?;
        let mut shadows = BTreeSet::new();
        let mut above = i64::MAX;
        loop {
            let entries = chunk(c, day, (first, above))?;
            let Some((last, _, _)) = entries.last() else { break };
            above = *last;
            for (_, is_later, body) in &entries {
                let writes = writes_of(body).ok_or(rusqlite::Error::InvalidQuery)?;
                for write in writes.iter().rev() {
                    take_back(c, write, *is_later, &mut shadows)?;
                }
            }
        }
        c.execute_batch("DROP TABLE temp.settled")
    }
}

/// The first entry of a later day. All entries of a batch are of its day; what belongs to none is looked through.
fn first_after(c: &Connection, day: &str) -> rusqlite::Result<Option<i64>> {
    let sql = "SELECT min(seq) FROM (
                 SELECT (SELECT min(seq) FROM journal WHERE batch = b.number) AS seq FROM batch b WHERE b.day > ?1
                 UNION ALL SELECT min(seq) FROM journal WHERE batch = 0 AND day > ?1)";
    c.query_row(sql, [day], |r| r.get(0)).optional().map(Option::flatten)
}

/// Some of the entries from `first` on and before `above`, the last first: sequence, whether of a later day, body.
fn chunk(
    c: &Connection,
    day: &str,
    (first, above): (i64, i64),
) -> rusqlite::Result<Vec<(i64, bool, String)>> {
    let sql = "SELECT seq, day > ?, body FROM journal WHERE seq >= ? AND seq < ? ORDER BY seq DESC LIMIT ?";
    let mut query = c.prepare_cached(sql)?;
    let found =
        query.query_map(params![day, first, above, CHUNK], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    found.collect()
}

/// Takes back a write of a later day, unless an entry that stays wrote to the same row after it.
fn take_back(
    c: &Connection,
    write: &Write,
    is_later: bool,
    shadows: &mut BTreeSet<&'static str>,
) -> rusqlite::Result<()> {
    let (table, key) = match write {
        Write::Insert { table, row } | Write::Delete { table, row } => (*table, &row[..table.keys]),
        Write::Update { table, key, .. } => (*table, key.as_slice()),
    };
    let row = format!("{} {key:?}", table.name);
    if !is_later {
        c.prepare_cached("INSERT OR IGNORE INTO temp.settled VALUES (?)")?.execute([row])?;
        return Ok(());
    }
    if c.prepare_cached("SELECT 1 FROM temp.settled WHERE row = ?")?.exists([row])? {
        return Ok(());
    }
    if shadows.insert(table.name) {
        hide(c, table)?;
    }
    rows::apply(c, &write.inverse())
}

/// A copy of a table under its own name, with its indexes: SQLite looks for a name among temporary tables first. What is
/// unique in the registry may not be so in its past: business that was entered of an earlier day stands beside what was
/// not over yet.
fn hide(c: &Connection, table: &RecordTable) -> rusqlite::Result<()> {
    let name = table.name;
    let made = |kind: &str| -> rusqlite::Result<Vec<String>> {
        let sql = "SELECT sql FROM main.sqlite_schema WHERE tbl_name = ? AND type = ? AND sql IS NOT NULL";
        c.prepare(sql)?.query_map([name, kind], |r| r.get(0))?.collect()
    };
    for sql in made("table")? {
        c.execute_batch(&sql.replacen("CREATE TABLE", "CREATE TEMP TABLE", 1))?;
    }
    c.execute_batch(&format!("INSERT INTO temp.{name} SELECT * FROM main.{name}"))?;
    for sql in made("index")? {
        let plain = sql.replacen("UNIQUE INDEX ", "INDEX ", 1);
        c.execute_batch(&plain.replacen("CREATE INDEX ", "CREATE INDEX temp.", 1))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::actor::Act;
    use crate::model::field::Field;
    use crate::model::id::StudentId;
    use crate::model::journal::{Draft, Value};
    use crate::model::record;
    use crate::model::record_table::{HEADING, SCHOOL, STUDENT, WATCH};
    use crate::model::registration::{Keys, student_row};
    use crate::model::status::Status;
    use crate::store::Meta;
    use jiff::civil::date;

    fn store(folder: &tempfile::TempDir) -> Store {
        let meta = Meta {
            authority: "330127".into(),
            name: "某县教育局".into(),
            province: String::new(),
            level: "county".into(),
            origin: "o".into(),
            created: String::new(),
        };
        let store = Store::create(&folder.path().join("x.db"), meta).unwrap();
        store.hurry();
        store
    }

    fn write(store: &mut Store, day: i8, writes: Vec<Write>) {
        let act = Act { actor: "a".into(), today: date(2026, 9, day), at: "x".into() };
        let mut writing = store.write(&act, None).unwrap();
        writing.open_batch("test", "t", None).unwrap();
        writing.append(&Draft { change: "test", writes, ..Draft::default() }).unwrap();
        writing.close_batch("{}").unwrap();
        writing.commit().unwrap();
    }

    fn text(t: &str) -> Value {
        Value::Text(t.into())
    }

    fn heading(school: &str, name: &str, field: &str) -> Vec<Value> {
        vec![text(school), text(name), text(field)]
    }

    fn school(code: &str) -> Write {
        let mut row: Vec<Value> = SCHOOL.columns.iter().map(|c| text(c)).collect();
        row[0] = text(code);
        (row[4], row[5], row[6], row[7]) = (text("primary"), Value::Int(6), Value::Int(3), Value::Int(3));
        Write::Insert { table: &SCHOOL, row }
    }

    /// What the headings were called on a day.
    fn headings(store: &Store, day: i8) -> Vec<String> {
        let past = store.as_of(date(2026, 9, day)).unwrap();
        past.headings().unwrap().iter().map(|h| format!("{} {:?}", h.heading, h.field)).collect()
    }

    #[test]
    fn a_row_is_what_the_last_entry_of_the_day_or_before_made_of_it() {
        let folder = tempfile::tempdir().unwrap();
        let mut s = store(&folder);
        assert_eq!(s.first_day().unwrap(), None);
        write(&mut s, 2, vec![school("2133010001")]);
        let code = "2133010001";
        let row = heading(code, "甲", "sex");
        write(&mut s, 3, vec![Write::Insert { table: &HEADING, row: row.clone() }]);
        let set = |from: &str, to: &str| Write::Update {
            table: &HEADING,
            key: vec![text(code), text("甲")],
            set: vec![(2, text(from), text(to))],
        };
        write(&mut s, 6, vec![set("sex", "name")]);
        // Told later of an earlier day: the row's own last entry of that day or before.
        write(&mut s, 4, vec![set("name", "health")]);
        write(&mut s, 8, vec![Write::Delete { table: &HEADING, row: heading(code, "甲", "health") }]);
        assert_eq!(s.first_day().unwrap().as_deref(), Some("2026-09-02"));
        for (day, is) in [
            (1, [""; 0].as_slice()),
            (2, &[]),
            (3, &["甲 Some(Sex)"]),
            (4, &["甲 Some(Health)"]),
            (5, &["甲 Some(Health)"]),
            (7, &["甲 Some(Health)"]),
            (8, &[]),
            (9, &[]),
        ] {
            assert_eq!(headings(&s, day), is, "day {day}");
        }
        let before = s.as_of(date(2026, 9, 1)).unwrap();
        assert!(before.directory().unwrap().schools().is_empty());
        assert_eq!(s.as_of(date(2026, 9, 2)).unwrap().directory().unwrap().schools().len(), 1);
    }

    /// A pupil's watch: opened, and not over.
    fn watch(id: &str, pupil: StudentId, opened: &str) -> Write {
        let mut row = vec![text(id), Value::Id(pupil), text("2133010001")];
        row.extend(["not_attending", "未到校", opened, "王"].map(text));
        row.extend([Value::Null, Value::Null, Value::Null, Value::Null]);
        Write::Insert { table: &WATCH, row }
    }

    #[test]
    fn what_is_unique_now_need_not_have_been_so() {
        let folder = tempfile::tempdir().unwrap();
        let mut s = store(&folder);
        let pupil = StudentId::new(1, 1, [1; 8]);
        let mut draft = record::Draft::default();
        draft.set(Field::PupilName, "王一");
        let row = student_row(pupil, &draft.take(), &Keys::default(), Status::Enrolled, None);
        write(&mut s, 2, vec![school("2133010001"), Write::Insert { table: &STUDENT, row }]);
        write(&mut s, 3, vec![watch("A", pupil, "2026-09-03")]);
        let told = ["returned", "已返校", "王", "2026-09-10"];
        let set = (7..).zip(told).map(|(i, to)| (i, Value::Null, text(to))).collect();
        write(&mut s, 10, vec![Write::Update { table: &WATCH, key: vec![text("A")], set }]);
        // Entered after the first was over, of an earlier day.
        write(&mut s, 6, vec![watch("B", pupil, "2026-09-06")]);
        let open = |day: i8| {
            let past = s.as_of(date(2026, 9, day)).unwrap();
            let sql = "SELECT count(*) FROM watch WHERE closing IS NULL";
            past.connection.query_row(sql, [], |r| r.get::<_, i64>(0)).unwrap()
        };
        assert_eq!([2, 3, 5, 6, 9, 10].map(open), [0, 1, 1, 2, 2, 1]);
    }

    #[test]
    fn the_past_is_not_moved_by_what_is_written_meanwhile() {
        let folder = tempfile::tempdir().unwrap();
        let mut s = store(&folder);
        write(&mut s, 2, vec![school("2133010001")]);
        let still = s.as_of(date(2026, 9, 2)).unwrap();
        write(&mut s, 2, vec![school("2133010002")]);
        assert_eq!(still.directory().unwrap().schools().len(), 1);
        assert_eq!(s.directory().unwrap().schools().len(), 2);
    }
}
