//! 盲报 as the level above keeps it: which office reported under which secret, its blinded keys, the records opened.

use rusqlite::params;

use super::Store;
use super::error::StoreError;
use super::received::Receiving;

/// What an office reported last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BlindOffice {
    pub origin: String,
    pub term: String,
    pub fingerprint: String,
    /// `YYYY-MM-DD`.
    pub taken_on: String,
    pub pupils: i64,
    pub keys: i64,
}

/// A pupil by the handle of its office.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Handled {
    pub origin: String,
    pub handle: [u8; 16],
}

/// Two pupils of different offices that share keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Met {
    pub term: String,
    pub one: Handled,
    pub other: Handled,
    /// How many keys they share, and how many of them are of an official rule.
    pub keys: i64,
    pub official: i64,
}

/// A record that was opened.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedRecord {
    pub pair: String,
    pub origin: String,
    pub record: String,
}

const OFFICES: &str =
    "SELECT origin, term, fingerprint, taken_on, pupils, keys FROM blind_office ORDER BY origin";

fn office_of(r: &rusqlite::Row<'_>) -> rusqlite::Result<BlindOffice> {
    Ok(BlindOffice {
        origin: r.get(0)?,
        term: r.get(1)?,
        fingerprint: r.get(2)?,
        taken_on: r.get(3)?,
        pupils: r.get(4)?,
        keys: r.get(5)?,
    })
}

impl Store {
    /// Every office that reported blindly.
    pub fn blind_offices(&self) -> Result<Vec<BlindOffice>, StoreError> {
        let read =
            || self.connection.prepare_cached(OFFICES)?.query_map([], office_of)?.collect::<Result<_, _>>();
        read().map_err(|e| self.failed(e))
    }

    /// Pupils of different offices of one term and secret that share a key which not more than `most` have; and how many
    /// keys more have. Sorts from `official` on are those of the official rules.
    pub fn blind_met(&self, most: i64, official: i64) -> Result<(Vec<Met>, i64), StoreError> {
        let shared = "WITH shared AS (SELECT key, sort, count(*) AS many FROM blind_key
                      GROUP BY key, sort HAVING min(origin) < max(origin))";
        let read = || -> rusqlite::Result<(Vec<Met>, i64)> {
            let sql = format!(
                "{shared} SELECT o.term, a.origin, a.handle, b.origin, b.handle, count(*), sum(a.sort >= ?2)
                 FROM shared s JOIN blind_key a ON a.key = s.key AND a.sort = s.sort
                 JOIN blind_key b ON b.key = s.key AND b.sort = s.sort AND a.origin < b.origin
                 JOIN blind_office o ON o.origin = a.origin
                 JOIN blind_office p ON p.origin = b.origin AND p.term = o.term AND p.fingerprint = o.fingerprint
                 WHERE s.many <= ?1 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5"
            );
            let mut query = self.connection.prepare(&sql)?;
            let met = query.query_map(params![most, official], |r| {
                let one = Handled { origin: r.get(1)?, handle: r.get(2)? };
                let other = Handled { origin: r.get(3)?, handle: r.get(4)? };
                Ok(Met { term: r.get(0)?, one, other, keys: r.get(5)?, official: r.get(6)? })
            })?;
            let met = met.collect::<Result<_, _>>()?;
            let sql = format!("{shared} SELECT count(*) FROM shared WHERE many > ?");
            Ok((met, self.connection.query_row(&sql, [most], |r| r.get(0))?))
        };
        read().map_err(|e| self.failed(e))
    }

    /// Every record that was opened, by pair.
    pub fn blind_opened(&self) -> Result<Vec<OpenedRecord>, StoreError> {
        let read = || -> rusqlite::Result<Vec<OpenedRecord>> {
            let sql = "SELECT pair, origin, record FROM blind_opened ORDER BY pair, origin";
            let mut query = self.connection.prepare_cached(sql)?;
            let all = query.query_map([], |r| {
                Ok(OpenedRecord { pair: r.get(0)?, origin: r.get(1)?, record: r.get(2)? })
            })?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// The keys of the two official rules of every pupil: document and identity, by its own key.
    pub fn official_keys(&self) -> Result<Vec<OfficialKeys>, StoreError> {
        let read = || -> rusqlite::Result<Vec<OfficialKeys>> {
            let sql = "SELECT id, document_key, identity_key FROM student";
            let mut query = self.connection.prepare_cached(sql)?;
            query.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?.collect()
        };
        read().map_err(|e| self.failed(e))
    }
}

/// A pupil's key as bytes, its document and its identity as the official rules compare them.
pub type OfficialKeys = (Vec<u8>, Option<String>, Option<String>);

impl Receiving<'_> {
    /// Every office that reported blindly.
    pub fn blind_offices(&self) -> Result<Vec<BlindOffice>, StoreError> {
        let read = || self.tx.prepare_cached(OFFICES)?.query_map([], office_of)?.collect::<Result<_, _>>();
        read().map_err(|e| self.failed(e))
    }

    /// Forgets what an office reported before.
    pub fn forget_blind(&mut self, origin: &str) -> Result<(), StoreError> {
        let done = self
            .tx
            .execute("DELETE FROM blind_key WHERE origin = ?", [origin])
            .and_then(|_| self.tx.execute("DELETE FROM blind_office WHERE origin = ?", [origin]));
        done.map(|_| ()).map_err(|e| self.failed(e))
    }

    /// Keeps what is said of an office's report.
    pub fn keep_blind_office(&mut self, o: &BlindOffice) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO blind_office (origin, term, fingerprint, taken_on, pupils, keys)
                   VALUES (?,?,?,?,?,?)";
        let values = params![o.origin, o.term, o.fingerprint, o.taken_on, o.pupils, o.keys];
        self.tx.execute(sql, values).map(|_| ()).map_err(|e| self.failed(e))
    }

    /// Keeps a blinded key.
    pub fn keep_blind_key(
        &mut self,
        pupil: &Handled,
        (sort, key): (i64, &[u8; 16]),
    ) -> Result<(), StoreError> {
        let sql = "INSERT OR IGNORE INTO blind_key (key, sort, origin, handle) VALUES (?,?,?,?)";
        let values = params![key.as_slice(), sort, pupil.origin, pupil.handle.as_slice()];
        let done = self.tx.prepare_cached(sql).and_then(|mut q| q.execute(values));
        done.map(|_| ()).map_err(|e| self.failed(e))
    }

    /// Keeps a record that was opened.
    pub fn keep_opened(&mut self, o: &OpenedRecord, day: &str) -> Result<(), StoreError> {
        let sql = "INSERT OR REPLACE INTO blind_opened (pair, origin, record, taken_on) VALUES (?,?,?,?)";
        self.tx.execute(sql, params![o.pair, o.origin, o.record, day]).map(|_| ()).map_err(|e| self.failed(e))
    }
}
