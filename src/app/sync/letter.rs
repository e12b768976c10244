//! 去信: what this office says to another, numbered after the one before, sealed, and journalled here.

use std::collections::BTreeMap;
use std::fmt;

use crate::model::id::StudentId;
use crate::model::journal::{Draft, Write};
use crate::model::message::{self, Message, State};
use crate::model::record_table::MESSAGE;
use crate::store::Store;
use crate::store::journal::Writing;

use crate::app::failure::Failure;
use crate::app::session::Session;

/// A message that is being written.
#[derive(Clone)]
pub struct Letter {
    /// The origin it is meant for; empty for the levels above.
    pub to: String,
    /// The neighbor it goes through on its way down; empty upward.
    pub via: String,
    pub kind: &'static str,
    pub pupil: Option<StudentId>,
    pub body: Vec<(&'static str, String)>,
}

impl fmt::Debug for Letter {
    /// Without its body: it may name pupils and their numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({} to {} through {})", self.kind, self.to, self.via)
    }
}

/// Writes a letter in a transaction that is open; what it became.
pub fn put(writing: &mut Writing, own: &str, letter: &Letter) -> Result<Message, Failure> {
    let stream = message::stream(own, &letter.to);
    let tail = writing.stream_tail(&stream)?;
    let act = writing.act();
    let body: BTreeMap<String, String> =
        letter.body.iter().map(|(key, text)| ((*key).to_owned(), text.clone())).collect();
    let written = Message {
        stream,
        number: tail.seq + 1,
        via: letter.via.clone(),
        at: act.at.clone(),
        day: act.today.to_string(),
        actor: act.actor.clone(),
        kind: letter.kind.to_owned(),
        pupil: letter.pupil,
        body,
        seal: [0; 32],
        state: State::Sent,
        outcome: String::new(),
    }
    .sealed(&tail.seal);
    let writes = vec![Write::Insert { table: &MESSAGE, row: written.row() }];
    writing.append(&Draft { change: "message_sent", writes, ..Draft::default() })?;
    Ok(written)
}

/// Writes letters, all of them in one batch; its number. It can't be undone: who has read a letter can't unread it.
pub fn write(
    store: &mut Store,
    session: &Session,
    title: &str,
    letters: &[Letter],
) -> Result<Option<i64>, Failure> {
    if letters.is_empty() {
        return Ok(None);
    }
    let own = store.meta().origin.clone();
    let mut writing = store.write(&session.act, None)?;
    let batch = writing.open_batch(message::BATCH, title, None)?;
    for letter in letters {
        put(&mut writing, &own, letter)?;
    }
    writing.close_batch(&format!(r#"{{"messages":{}}}"#, letters.len()))?;
    writing.commit()?;
    Ok(Some(batch))
}
