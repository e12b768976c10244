//! Blocking keys of pupils as a table: which pupils need new ones, and which of different offices met.

use std::collections::HashMap;

use postgres::fallible_iterator::FallibleIterator;
use postgres::types::ToSql;

use crate::model::id::StudentId;
use crate::model::journal::Value;
use crate::model::record_table::{ENROLLMENT, STUDENT};

use super::Database;
use super::copy::Rows;
use super::error::PostgresError;
use super::keep::copy;
use super::look::{as_texts, values, whose};

/// A pupil of an office.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Whose {
    pub origin: String,
    pub id: StudentId,
}

/// A key of a pupil: of which sort, and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key {
    pub student: StudentId,
    pub sort: i64,
    pub value: i64,
}

/// A pupil by the place of its office in a list, and its key.
pub type At = (u32, StudentId);

/// Who met.
#[derive(Default)]
pub struct Met {
    /// Offices in the order of their names.
    pub origins: Vec<String>,
    /// Pairs of different offices, each once, in order.
    pub pairs: Vec<(At, At)>,
    /// How many keys are shared by more than bring anybody together.
    pub capped: i64,
}

/// Those who met, in the making: offices in the order they came.
#[derive(Default)]
struct Gathered {
    met: Met,
    known: HashMap<String, u32>,
}

impl Gathered {
    /// Takes all who share one key.
    fn add(&mut self, members: &[&str]) {
        let mut all: Vec<At> = members.iter().filter_map(|m| self.at(m)).collect();
        all.sort_unstable();
        for (i, one) in all.iter().enumerate() {
            let others = all[i + 1..].iter().filter(|other| other.0 != one.0);
            self.met.pairs.extend(others.map(|other| (*one, *other)));
        }
    }

    fn at(&mut self, member: &str) -> Option<At> {
        let (origin, id) = member.split_once(' ')?;
        let id = StudentId::parse(id)?;
        if let Some(at) = self.known.get(origin) {
            return Some((*at, id));
        }
        let at = self.met.origins.len() as u32;
        self.met.origins.push(origin.to_owned());
        self.known.insert(origin.to_owned(), at);
        Some((at, id))
    }

    fn finish(mut self) -> Met {
        self.met.origins.sort_unstable();
        let mut place = vec![0; self.met.origins.len()];
        for (new, origin) in self.met.origins.iter().enumerate() {
            place[self.known[origin] as usize] = new as u32;
        }
        let moved = |(office, id): At| (place[office as usize], id);
        for (one, other) in &mut self.met.pairs {
            let (a, b) = (moved(*one), moved(*other));
            (*one, *other) = (a.min(b), a.max(b));
        }
        self.met.pairs.sort_unstable();
        self.met.pairs.dedup();
        self.met
    }
}

/// A pair on the list of the level above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub id: String,
    /// The earlier registration.
    pub one: Whose,
    pub other: Whose,
    pub rule: String,
    pub score: i64,
    pub found_on: String,
}

/// A row of a pupil and of its current or last enrollment.
pub type Pupil = (Vec<Value>, Vec<Value>);

impl Database {
    /// Pupils of an office whose entries came after their keys were made, and up to which entry that is.
    pub fn stale(&mut self, origin: &str) -> Result<(Vec<StudentId>, i64), PostgresError> {
        let sql = "SELECT t.seq, coalesce((SELECT k.seq FROM xueji.keyed k WHERE k.origin = $1), 0)
                   FROM xueji.tail t WHERE t.origin = $1";
        let row = self.client.query_one(sql, &[&origin]).map_err(|e| self.failed(&e))?;
        let (last, keyed): (i64, i64) = (row.get(0), row.get(1));
        let sql = "SELECT DISTINCT student::text FROM xueji.entry
                   WHERE origin = $1 AND seq > $2 AND seq <= $3 AND student IS NOT NULL ORDER BY 1";
        let rows = self.client.query(sql, &[&origin, &keyed, &last]).map_err(|e| self.failed(&e))?;
        Ok((rows.iter().filter_map(|r| StudentId::parse(r.get(0))).collect(), last))
    }

    /// Pupils of an office, each with its last enrollment.
    pub fn pupils(&mut self, origin: &str, ids: &[StudentId]) -> Result<Vec<Pupil>, PostgresError> {
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let sql = format!(
            "SELECT {}, {} FROM xueji.student s JOIN xueji.enrollment e ON e.origin = s.origin AND e.student = s.id
             WHERE s.origin = $1 AND s.id = ANY ($2::text[]::uuid[]) AND e.ordinal =
                   (SELECT max(l.ordinal) FROM xueji.enrollment l WHERE l.origin = s.origin AND l.student = s.id)
             ORDER BY s.id",
            as_texts(&STUDENT, "s"),
            as_texts(&ENROLLMENT, "e")
        );
        let rows = self.client.query(&sql, &[&origin, &ids]).map_err(|e| self.failed(&e))?;
        let split = STUDENT.columns.len();
        let pupil = |row: &postgres::Row| (values(&STUDENT, row, 0), values(&ENROLLMENT, row, split));
        Ok(rows.iter().map(pupil).collect())
    }

    /// Puts the keys of these pupils in the place of those they had, and remembers up to which entry that is.
    pub fn put_keys(
        &mut self,
        origin: &str,
        ids: &[StudentId],
        keys: &[Key],
        last: i64,
    ) -> Result<(), PostgresError> {
        let place = self.place.clone();
        let mut put = || -> Result<(), postgres::Error> {
            // Keys and what says up to where they are made may lie on several nodes, which need not commit as one: keys first,
            // and whoever is cut off between the two makes the same keys again.
            let mut tx = self.client.transaction()?;
            let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
            let sql = "DELETE FROM xueji.block WHERE origin = $1 AND student = ANY ($2::text[]::uuid[])";
            tx.execute(sql, &[&origin, &ids])?;
            let mut rows = Rows::default();
            for key in keys {
                let student = key.student.to_string();
                rows.row().number(key.value).number(key.sort).text(Some(origin)).text(Some(&student)).end();
            }
            copy(&mut tx, "xueji.block (key, sort, origin, student)", &rows.text)?;
            tx.commit()?;
            let mut tx = self.client.transaction()?;
            let sql = "UPDATE xueji.keyed SET seq = $2 WHERE origin = $1";
            if tx.execute(sql, &[&origin, &last])? == 0 {
                tx.execute("INSERT INTO xueji.keyed (origin, seq) VALUES ($1, $2)", &[&origin, &last])?;
            }
            tx.commit()
        };
        put().map_err(|e| PostgresError::of(&place, &e))
    }

    /// Pupils of different offices that share a key which not more than `most` have, found by the database.
    pub fn met(&mut self, most: i64) -> Result<Met, PostgresError> {
        // One pass over the keys in their order; no pair is made there.
        let sql =
            "SELECT count(*), CASE WHEN count(*) <= $1 THEN array_agg(origin || ' ' || student::text) END
                   FROM xueji.block GROUP BY key, sort HAVING count(*) > 1 AND min(origin) < max(origin)";
        let place = self.place.clone();
        let mut gathered = Gathered::default();
        let mut read = || -> Result<(), postgres::Error> {
            let mut rows = self.client.query_raw(sql, [&most])?;
            while let Some(row) = rows.next()? {
                match row.get::<_, Option<Vec<&str>>>(1) {
                    Some(members) => gathered.add(&members),
                    None => gathered.met.capped += 1,
                }
            }
            Ok(())
        };
        read().map_err(|e| PostgresError::of(&place, &e))?;
        Ok(gathered.finish())
    }

    /// The pairs on the list.
    pub fn listed(&mut self) -> Result<Vec<Listed>, PostgresError> {
        let sql = "SELECT id, one_origin, one::text, other_origin, other::text, rule, score, found_on
                   FROM xueji.suspect ORDER BY score DESC, id";
        let rows = self.client.query(sql, &[]).map_err(|e| self.failed(&e))?;
        let listed = rows.iter().filter_map(|r| {
            let (one, other) = (whose(r, 1)?, whose(r, 3)?);
            Some(Listed { id: r.get(0), one, other, rule: r.get(5), score: r.get(6), found_on: r.get(7) })
        });
        Ok(listed.collect())
    }

    /// Puts pairs on the list; one that is there already stays as it is.
    pub fn list(&mut self, pairs: &[Listed]) -> Result<(), PostgresError> {
        let place = self.place.clone();
        let mut list = || -> Result<(), postgres::Error> {
            let mut tx = self.client.transaction()?;
            let sql = "INSERT INTO xueji.suspect (id, one_origin, one, other_origin, other, rule, score, found_on)
                       SELECT $1::text, $2::text, $3::text::uuid, $4::text, $5::text::uuid, $6::text, $7::bigint, $8::text
                       WHERE NOT EXISTS (SELECT 1 FROM xueji.suspect WHERE id = $1::text)";
            for p in pairs {
                let (one, other) = (p.one.id.to_string(), p.other.id.to_string());
                let values: [&(dyn ToSql + Sync); 8] =
                    [&p.id, &p.one.origin, &one, &p.other.origin, &other, &p.rule, &p.score, &p.found_on];
                tx.execute(sql, &values)?;
            }
            tx.commit()
        };
        list().map_err(|e| PostgresError::of(&place, &e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_met_is_told_once_and_in_order_and_nobody_meets_a_neighbor_of_the_same_office() {
        let id = |n| StudentId::new(n, 0, [7; 8]);
        let text = |origin: &str, n| format!("{origin} {}", id(n));
        let mut gathered = Gathered::default();
        for group in [&[text("b", 1), text("a", 2), text("b", 3)][..], &[text("a", 2), text("b", 1)]] {
            gathered.add(&group.iter().map(String::as_str).collect::<Vec<_>>());
        }
        let met = gathered.finish();
        assert_eq!(met.origins, ["a", "b"]);
        assert_eq!(met.pairs, [((0, id(2)), (1, id(1))), ((0, id(2)), (1, id(3)))]);
    }
}
