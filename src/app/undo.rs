//! Undoing a batch: the inverse of every write, in reverse order, or every reason why not.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::model::journal::{Draft, Tail, Write, writes_of};
use crate::model::message;
use crate::store::Store;
use crate::store::batch::{Batch, Dependent};

use super::failure::{Failure, Refusal};
use super::session::Session;

/// What undoing a batch would do.
pub struct Undo {
    pub batch: Batch,
    /// Its entries that wrote something, last first, as what takes them back.
    drafts: Vec<Draft>,
    tail: Tail,
}

impl Undo {
    /// How many entries are taken back.
    pub fn entries(&self) -> usize {
        self.drafts.len()
    }
}

/// Plans the undoing of a batch; refused with every reason when later business depends on it.
pub fn plan(store: &Store, number: i64) -> Result<Undo, Failure> {
    let Some(batch) = store.batch(number)? else {
        return Err(
            Refusal::new(format!("没有第 {number} 批。"), "请用 xueji batch list 查看批次号。").into()
        );
    };
    let mut reasons = Vec::new();
    if let Some(by) = batch.undone_by {
        reasons.push(Refusal::new(
            format!("第 {number} 批已由第 {by} 批撤销。"),
            "不需要再撤销；要恢复请重新导入。",
        ));
    }
    if let Some(undone) = batch.undoes {
        reasons.push(Refusal::new(
            format!("第 {number} 批本身是对第 {undone} 批的撤销。"),
            "要恢复请重新导入原来的花名册。",
        ));
    }
    if batch.kind == message::BATCH {
        reasons.push(Refusal::new(
            format!("第 {number} 批是往来的信，写了、收了就不能收回。"),
            "写错的再写一封更正；来信改动了学籍的，撤销办理它的那一批。",
        ));
    }
    for (later, of) in before(store, number)? {
        let whose = if of == number { "本批".to_owned() } else { format!("第 {of} 批") };
        let again = match later.students {
            0 => format!("又改了{whose}的内容"),
            n => format!("又办理了{whose}中 {n} 名学生的业务"),
        };
        reasons.push(Refusal::new(
            format!("{whose}办理以后，第 {} 批（{}）{again}。", later.batch, later.title),
            format!("请先撤销第 {} 批：xueji batch undo {}", later.batch, later.batch),
        ));
    }
    if !reasons.is_empty() {
        return Err(Failure::Refused(reasons));
    }
    let tail = store.tail()?;
    let mut drafts = Vec::new();
    for entry in store.entries_of_batch(number)?.into_iter().rev() {
        let writes = writes_of(&entry.body).unwrap_or_default();
        if writes.is_empty() {
            continue;
        }
        drafts.push(Draft {
            change: "undone",
            student: entry.student,
            text: format!("撤销第 {number} 批的第 {} 条", entry.seq),
            writes: writes.iter().rev().map(Write::inverse).collect(),
            ..Draft::default()
        });
    }
    Ok(Undo { batch, drafts, tail })
}

/// What must be undone before a batch, each with the batch it was built on: the last first, so that the first can be
/// undone at once and the next after it.
pub fn before(store: &Store, number: i64) -> Result<Vec<(Dependent, i64)>, Failure> {
    let (mut found, mut asked): (BTreeMap<i64, (Dependent, i64)>, Vec<i64>) = Default::default();
    asked.push(number);
    while let Some(of) = asked.pop() {
        for later in store.dependents(of)? {
            if let Entry::Vacant(place) = found.entry(later.batch) {
                asked.push(later.batch);
                place.insert((later, of));
            }
        }
    }
    Ok(found.into_values().rev().collect())
}

/// Undoes the batch; the number of the batch that did it.
pub fn apply(store: &mut Store, session: &Session, undo: &Undo) -> Result<i64, Failure> {
    let mut writing = store.write(&session.act, Some(undo.tail))?;
    let title = format!("撤销第 {} 批（{}）", undo.batch.number, undo.batch.title);
    let number = writing.open_batch("undo", &title, Some(undo.batch.number))?;
    for draft in &undo.drafts {
        writing.append(draft)?;
    }
    writing.close_batch(&format!(r#"{{"undone":{}}}"#, undo.drafts.len()))?;
    writing.commit()?;
    Ok(number)
}
