//! Sealed letters that wait in the database: up in parts, down whole. The database can't open them.

use postgres::types::ToSql;

use super::Database;
use super::error::PostgresError;
use super::keep::seal;
use crate::model::journal::Tail;

/// A letter that waits to be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub sender: String,
    /// The hash of the file, in hexadecimal.
    pub file: String,
    pub parts: i64,
}

/// What a letter covers, a line for each journal.
pub fn written(covers: &[(String, i64)]) -> String {
    covers.iter().map(|(origin, last)| format!("{origin} {last}\n")).collect()
}

/// What a text of `written` says.
pub fn read(covers: &str) -> Vec<(String, i64)> {
    let line = |line: &str| {
        let (origin, last) = line.split_once(' ')?;
        Some((origin.to_owned(), last.parse().ok()?))
    };
    covers.lines().filter_map(line).collect()
}

impl Database {
    /// How far a journal is held above.
    pub fn tail_of(&mut self, origin: &str) -> Result<Option<Tail>, PostgresError> {
        let sql = "SELECT seq, seal FROM xueji.tail WHERE origin = $1";
        let found = self.client.query_opt(sql, &[&origin]).map_err(|e| self.failed(&e))?;
        Ok(found.map(|r| Tail { seq: r.get(0), seal: seal(r.get(1)) }))
    }

    /// Every journal that is held for an office: its own and those it brought.
    pub fn tails_for(&mut self, office: &str) -> Result<Vec<(String, Tail)>, PostgresError> {
        let sql = "SELECT origin, seq, seal FROM xueji.tail WHERE origin = $1 OR via = $1 ORDER BY origin";
        let rows = self.client.query(sql, &[&office]).map_err(|e| self.failed(&e))?;
        Ok(rows.iter().map(|r| (r.get(0), Tail { seq: r.get(1), seal: seal(r.get(2)) })).collect())
    }

    /// Which parts of a letter are there already.
    pub fn parts_of(&mut self, sender: &str, file: &str) -> Result<Vec<i64>, PostgresError> {
        let sql = "SELECT part FROM xueji.inbox_part WHERE sender = $1 AND file = $2";
        let rows = self.client.query(sql, &[&sender, &file]).map_err(|e| self.failed(&e))?;
        Ok(rows.iter().map(|r| r.get(0)).collect())
    }

    /// Sends a part; it stays when the line breaks after it.
    pub fn send_part(
        &mut self,
        (sender, file): (&str, &str),
        part: i64,
        bytes: &[u8],
    ) -> Result<(), PostgresError> {
        let sql = "INSERT INTO xueji.inbox_part (sender, file, part, bytes)
                   SELECT $1::text, $2::text, $3::bigint, $4::bytea WHERE NOT EXISTS
                   (SELECT 1 FROM xueji.inbox_part WHERE sender = $1::text AND file = $2::text AND part = $3::bigint)";
        self.client.execute(sql, &[&sender, &file, &part, &bytes]).map(drop).map_err(|e| self.failed(&e))
    }

    /// Posts a letter all of whose parts were sent: from now on it is seen.
    pub fn post(
        &mut self,
        (sender, file): (&str, &str),
        parts: i64,
        covers: &[(String, i64)],
    ) -> Result<(), PostgresError> {
        let covers = written(covers);
        let sql = "INSERT INTO xueji.inbox (sender, file, parts, number, covers)
                   SELECT $1::text, $2::text, $3::bigint,
                          (SELECT coalesce(max(number), 0) + 1 FROM xueji.inbox WHERE sender = $1::text),
                          $4::text
                   WHERE NOT EXISTS (SELECT 1 FROM xueji.inbox WHERE sender = $1::text AND file = $2::text)";
        let values: [&(dyn ToSql + Sync); 4] = [&sender, &file, &parts, &covers];
        self.client.execute(sql, &values).map(drop).map_err(|e| self.failed(&e))
    }

    /// What the letters of a sender that wait will bring: of each journal up to where.
    pub fn covered(&mut self, sender: &str) -> Result<Vec<(String, i64)>, PostgresError> {
        let sql = "SELECT covers FROM xueji.inbox WHERE sender = $1 AND outcome IS NULL";
        let rows = self.client.query(sql, &[&sender]).map_err(|e| self.failed(&e))?;
        Ok(rows.iter().flat_map(|r| read(r.get(0))).collect())
    }

    /// What the letters down for an office that wait say: of each journal up to where.
    pub fn laid(&mut self, recipient: &str) -> Result<Vec<(String, i64)>, PostgresError> {
        let sql = "SELECT covers FROM xueji.outbox WHERE recipient = $1";
        let rows = self.client.query(sql, &[&recipient]).map_err(|e| self.failed(&e))?;
        Ok(rows.iter().flat_map(|r| read(r.get(0))).collect())
    }

    /// Letters that were not looked at yet, of every sender in the order they were posted.
    pub fn waiting(&mut self) -> Result<Vec<Letter>, PostgresError> {
        let sql = "SELECT sender, file, parts FROM xueji.inbox WHERE outcome IS NULL ORDER BY sender, number";
        let rows = self.client.query(sql, &[]).map_err(|e| self.failed(&e))?;
        Ok(rows.iter().map(|r| Letter { sender: r.get(0), file: r.get(1), parts: r.get(2) }).collect())
    }

    /// One part of a letter.
    pub fn part(&mut self, letter: &Letter, part: i64) -> Result<Option<Vec<u8>>, PostgresError> {
        let sql = "SELECT bytes FROM xueji.inbox_part WHERE sender = $1 AND file = $2 AND part = $3";
        let found = self.client.query_opt(sql, &[&letter.sender, &letter.file, &part]);
        Ok(found.map_err(|e| self.failed(&e))?.map(|r| r.get(0)))
    }

    /// Whether nobody has settled a letter: its parts are there as long as this holds.
    pub fn is_waiting(&mut self, letter: &Letter) -> Result<bool, PostgresError> {
        let sql = "SELECT 1 FROM xueji.inbox WHERE sender = $1 AND file = $2 AND outcome IS NULL";
        let found = self.client.query_opt(sql, &[&letter.sender, &letter.file]);
        Ok(found.map_err(|e| self.failed(&e))?.is_some())
    }

    /// Writes down what became of a letter, and lets its parts go.
    pub fn settle(&mut self, letter: &Letter, outcome: &str) -> Result<(), PostgresError> {
        let place = self.place.clone();
        let settle = || -> Result<(), postgres::Error> {
            let mut tx = self.client.transaction()?;
            let sql = "UPDATE xueji.inbox SET outcome = $3 WHERE sender = $1 AND file = $2";
            tx.execute(sql, &[&letter.sender, &letter.file, &outcome])?;
            let sql = "DELETE FROM xueji.inbox_part WHERE sender = $1 AND file = $2";
            tx.execute(sql, &[&letter.sender, &letter.file])?;
            tx.commit()
        };
        let mut settle = settle;
        settle().map_err(|e| PostgresError::of(&place, &e))
    }

    /// Puts a letter down for an office.
    pub fn answer(
        &mut self,
        recipient: &str,
        bytes: &[u8],
        covers: &[(String, i64)],
    ) -> Result<(), PostgresError> {
        let covers = written(covers);
        let sql = "INSERT INTO xueji.outbox (recipient, number, bytes, covers)
                   SELECT $1::text, (SELECT coalesce(max(number), 0) + 1 FROM xueji.outbox WHERE recipient = $1::text),
                          $2::bytea, $3::text";
        self.client.execute(sql, &[&recipient, &bytes, &covers]).map(drop).map_err(|e| self.failed(&e))
    }

    /// The next letter down for an office after a number.
    pub fn next_answer(
        &mut self,
        recipient: &str,
        after: i64,
    ) -> Result<Option<(i64, Vec<u8>)>, PostgresError> {
        let sql = "SELECT number, bytes FROM xueji.outbox WHERE recipient = $1 AND number > $2
                   ORDER BY number LIMIT 1";
        let found = self.client.query_opt(sql, &[&recipient, &after]).map_err(|e| self.failed(&e))?;
        Ok(found.map(|r| (r.get(0), r.get(1))))
    }

    /// Takes a letter down away: the office has it.
    pub fn drop_answer(&mut self, recipient: &str, number: i64) -> Result<(), PostgresError> {
        let sql = "DELETE FROM xueji.outbox WHERE recipient = $1 AND number = $2";
        self.client.execute(sql, &[&recipient, &number]).map(drop).map_err(|e| self.failed(&e))
    }

    /// Of every sender: letters waiting, and letters refused with the reason of the last.
    pub fn letters(&mut self) -> Result<Vec<(String, i64, i64, String)>, PostgresError> {
        let sql = "SELECT sender, coalesce(outcome, '') FROM xueji.inbox ORDER BY sender, number";
        let rows = self.client.query(sql, &[]).map_err(|e| self.failed(&e))?;
        let mut all: Vec<(String, i64, i64, String)> = Vec::new();
        for row in &rows {
            let (sender, outcome): (String, String) = (row.get(0), row.get(1));
            if all.last().is_none_or(|last| last.0 != sender) {
                all.push((sender, 0, 0, String::new()));
            }
            let last = all.last_mut().expect("one was pushed");
            match outcome.as_str() {
                "" => last.1 += 1,
                "taken" => {}
                _ => {
                    last.2 += 1;
                    last.3 = outcome;
                }
            }
        }
        Ok(all)
    }
}
