//! 来信: what offices say to each other, and the streams that this registry writes.

use rusqlite::Connection;

use crate::model::journal::Tail;
use crate::model::message::{Message, State, parties, seal_of};
use crate::model::record_table::MESSAGE;

use super::error::StoreError;
use super::journal::Writing;
use super::{Store, rows};

fn read(
    connection: &Connection,
    which: &str,
    parameters: &[&dyn rusqlite::ToSql],
) -> rusqlite::Result<Vec<Message>> {
    let sql = format!("SELECT {} FROM message {which}", MESSAGE.columns.join(","));
    let mut query = connection.prepare_cached(&sql)?;
    let all = query.query_map(parameters, |row| {
        Message::from_row(&rows::read(&MESSAGE, row)?).ok_or(rusqlite::Error::InvalidQuery)
    })?;
    all.collect()
}

/// Whether this registry writes the stream.
pub(super) fn is_ours(own: &str, origin: &str) -> bool {
    parties(origin).is_some_and(|(from, _)| from == own)
}

/// The end of a stream by the table of messages.
pub(super) fn tail_of(connection: &Connection, stream: &str) -> rusqlite::Result<Tail> {
    let last = read(connection, "WHERE stream = ? ORDER BY number DESC LIMIT 1", &[&stream])?.pop();
    Ok(last.map_or(Tail::START, |m| Tail { seq: m.number, seal: m.seal }))
}

/// The seal at a number of a stream by the table of messages.
pub(super) fn seal_at(
    connection: &Connection,
    stream: &str,
    number: i64,
) -> rusqlite::Result<Option<[u8; 32]>> {
    let sql = "SELECT seal FROM message WHERE stream = ? AND number = ?";
    let found = connection
        .prepare_cached(sql)?
        .query_row(rusqlite::params![stream, number], |r| r.get::<_, String>(0));
    match found {
        Ok(text) => Ok(seal_of(&text)),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
        Err(e) => Err(e),
    }
}

impl Store {
    /// Every message, by stream and number.
    pub fn messages(&self) -> Result<Vec<Message>, StoreError> {
        read(&self.connection, "ORDER BY stream, number", &[]).map_err(|e| self.failed(e))
    }

    /// The messages of a stream after a number, in order.
    pub fn messages_after(&self, stream: &str, number: i64) -> Result<Vec<Message>, StoreError> {
        read(&self.connection, "WHERE stream = ? AND number > ? ORDER BY number", &[&stream, &number])
            .map_err(|e| self.failed(e))
    }

    /// The messages in a state, by stream and number.
    pub fn messages_in(&self, state: State) -> Result<Vec<Message>, StoreError> {
        read(&self.connection, "WHERE state = ? ORDER BY stream, number", &[&state.key()])
            .map_err(|e| self.failed(e))
    }

    /// The end of a stream.
    pub fn stream_tail(&self, stream: &str) -> Result<Tail, StoreError> {
        tail_of(&self.connection, stream).map_err(|e| self.failed(e))
    }

    /// The streams this registry writes that go down through a neighbor, each with its end.
    pub fn streams_through(&self, neighbor: &str) -> Result<Vec<(String, Tail)>, StoreError> {
        let which = "m WHERE via = ? AND state = 'sent' AND number =
                     (SELECT max(number) FROM message l WHERE l.stream = m.stream) ORDER BY stream";
        let last = read(&self.connection, which, &[&neighbor]).map_err(|e| self.failed(e))?;
        Ok(last.into_iter().map(|m| (m.stream, Tail { seq: m.number, seal: m.seal })).collect())
    }
}

impl Writing<'_> {
    /// The end of a stream.
    pub fn stream_tail(&self, stream: &str) -> Result<Tail, StoreError> {
        tail_of(&self.tx, stream).map_err(|e| self.failed(e))
    }
}
