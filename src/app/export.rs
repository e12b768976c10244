//! Whole names and numbers that leave: written down before anything is made, closed with what it came to.

use crate::model::export::{ENDS, Export};
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Value, Write};
use crate::model::record_table::EXPORT;
use crate::store::Store;

use super::failure::Failure;
use super::session::Session;

/// What is to leave.
pub struct Asked<'a> {
    pub command: &'a str,
    /// Of whom, in words.
    pub scope: &'a str,
    /// Pupils whose own history tells of it; none where it is of many.
    pub students: &'a [StudentId],
    pub purpose: &'a str,
    pub approval: Option<&'a str>,
}

/// What it came to.
pub struct Left<'a> {
    pub count: usize,
    pub file: Option<&'a str>,
    pub hash: &'a str,
}

/// Writes down that something is to leave. The entry is of no batch, so that no undoing takes it back.
pub fn begin(store: &mut Store, session: &Session, asked: &Asked) -> Result<Export, Failure> {
    let known = store.exports()?;
    let names = (0..).map(|n| session.short_name("export", n));
    let id = names.into_iter().find(|id| known.iter().all(|k| k.id != *id)).expect("names have no end");
    let export = Export {
        id,
        day: session.act.today.to_string(),
        at: session.act.at.clone(),
        actor: session.act.actor.clone(),
        command: asked.command.to_owned(),
        scope: asked.scope.to_owned(),
        purpose: asked.purpose.to_owned(),
        approval: asked.approval.map(str::to_owned),
        ..Export::default()
    };
    let mut writing = store.write(&session.act, None)?;
    writing.append(&Draft {
        change: "exported",
        student: if let [one] = asked.students { Some(*one) } else { None },
        text: asked.purpose.to_owned(),
        source: format!("{} {}", asked.command, asked.scope),
        writes: vec![Write::Insert { table: &EXPORT, row: export.row() }],
        ..Draft::default()
    })?;
    if asked.students.len() > 1 {
        for id in asked.students {
            let text = asked.purpose.to_owned();
            writing.append(&Draft { change: "revealed", student: Some(*id), text, ..Draft::default() })?;
        }
    }
    writing.commit()?;
    Ok(export)
}

/// Closes the line of the ledger.
pub fn finish(store: &mut Store, session: &Session, export: &Export, left: &Left) -> Result<(), Failure> {
    let ended = Export {
        count: Some(i64::try_from(left.count).unwrap_or(i64::MAX)),
        file: left.file.map(str::to_owned),
        hash: Some(left.hash.to_owned()),
        finished_at: Some(session.act.at.clone()),
        ..export.clone()
    };
    let pairs = export.row().into_iter().zip(ended.row()).enumerate().skip(ENDS);
    let set = pairs.filter(|(_, (old, new))| old != new).map(|(i, (old, new))| (i, old, new)).collect();
    let mut writing = store.write(&session.act, None)?;
    writing.append(&Draft {
        change: "export_finished",
        writes: vec![Write::Update { table: &EXPORT, key: vec![Value::Text(export.id.clone())], set }],
        ..Draft::default()
    })?;
    writing.commit()?;
    Ok(())
}
