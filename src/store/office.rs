//! Offices that exchange bundles, what each told us it holds, and the log of what was exchanged.

use rusqlite::params;

use crate::model::actor::Act;
use crate::model::journal::Tail;
use crate::model::office::Office;
use crate::model::record_table::OFFICE;

use super::error::StoreError;
use super::{Store, rows};

/// A bundle or receipt made, taken or refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Exchange {
    pub number: i64,
    pub at: String,
    pub day: String,
    pub actor: String,
    /// made, taken, answered
    pub deed: String,
    /// The other office's origin; empty where it can't be known.
    pub office: String,
    /// The bundle's hash in hexadecimal; empty where it can't be known.
    pub bundle: String,
    pub entries: i64,
    /// Empty where all was well, else the name of the reason.
    pub outcome: String,
    pub message: String,
}

impl Store {
    /// Every office, by origin.
    pub fn offices(&self) -> Result<Vec<Office>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Office>> {
            let sql = format!("SELECT {} FROM office ORDER BY origin", OFFICE.columns.join(","));
            let mut query = self.connection.prepare_cached(&sql)?;
            let all = query.query_map([], |row| {
                Office::from_row(&rows::read(&OFFICE, row)?).ok_or(rusqlite::Error::InvalidQuery)
            })?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// What an office said it holds, by origin.
    pub fn acknowledged_by(&self, office: &str) -> Result<Vec<(String, Tail)>, StoreError> {
        let read = || -> rusqlite::Result<Vec<(String, Tail)>> {
            let sql = "SELECT origin, seq, seal FROM acknowledged WHERE office = ? ORDER BY origin";
            let mut query = self.connection.prepare_cached(sql)?;
            let all =
                query.query_map([office], |r| Ok((r.get(0)?, Tail { seq: r.get(1)?, seal: r.get(2)? })))?;
            all.collect()
        };
        read().map_err(|e| self.failed(e))
    }

    /// The last `count` exchanges, in order.
    pub fn exchanges(&self, count: i64) -> Result<Vec<Exchange>, StoreError> {
        let read = || -> rusqlite::Result<Vec<Exchange>> {
            let sql = "SELECT number, at, day, actor, deed, office, bundle, entries, outcome, message
                       FROM exchange ORDER BY number DESC LIMIT ?";
            let mut query = self.connection.prepare_cached(sql)?;
            let all = query.query_map([count], |r| {
                Ok(Exchange {
                    number: r.get(0)?,
                    at: r.get(1)?,
                    day: r.get(2)?,
                    actor: r.get(3)?,
                    deed: r.get(4)?,
                    office: r.get(5)?,
                    bundle: r.get(6)?,
                    entries: r.get(7)?,
                    outcome: r.get(8)?,
                    message: r.get(9)?,
                })
            })?;
            all.collect()
        };
        let mut all = read().map_err(|e| self.failed(e))?;
        all.reverse();
        Ok(all)
    }

    /// Writes an exchange down.
    pub fn log_exchange(&self, act: &Act, exchange: &Exchange) -> Result<(), StoreError> {
        log(&self.connection, act, exchange).map_err(|e| self.failed(e))
    }
}

/// Writes an exchange down, in whatever transaction is open.
pub fn log(connection: &rusqlite::Connection, act: &Act, e: &Exchange) -> rusqlite::Result<()> {
    let sql = "INSERT INTO exchange (at, day, actor, deed, office, bundle, entries, outcome, message)
               VALUES (?,?,?,?,?,?,?,?,?)";
    let day = act.today.to_string();
    let values = params![act.at, day, act.actor, e.deed, e.office, e.bundle, e.entries, e.outcome, e.message];
    connection.execute(sql, values).map(|_| ())
}
