//! 来信: what others wrote to this office is journalled here in order, once, and then done or, with a reason, not done.

use crate::model::journal::{Draft, Value, Write};
use crate::model::message::{self, Acts, Message, OUTCOME_COLUMN, STATE_COLUMN, State};
use crate::model::record_table::MESSAGE;
use crate::store::Store;

use crate::app::failure::{Failure, Refusal};
use crate::app::session::Session;

use super::{effect, transfer};

/// What messages of a kind do in the registry that receives them, in batches of their own that can be undone: of each a
/// text of what was done, or why not. Done twice it is as done once: a run may be killed before that is written down.
type Effect = fn(&mut Store, &Session, &[Message]) -> Result<Vec<Ended>, Failure>;

/// What became of a message.
pub type Ended = Result<String, Vec<Refusal>>;

/// One row for every kind that acts.
const EFFECTS: &[(&str, Effect)] = &[
    (message::NUMBER_CONFIRMED, effect::numbers_confirmed),
    (message::CONFLICT, effect::conflicts),
    (message::VERDICT, effect::verdicts),
    (message::LOADED, effect::texts),
    (message::TRANSFER_ASKED, transfer::asked),
    (message::TRANSFER_DECIDED, transfer::decided),
];

/// Journals what came for this office and does what it asks; the messages that are new here, as they stand now.
pub fn take_in(store: &mut Store, session: &Session) -> Result<Vec<Message>, Failure> {
    let fresh = keep(store, session)?;
    act(store, session, fresh)
}

/// What the streams to this office hold and its own journal does not yet.
fn waiting(store: &Store) -> Result<Vec<Message>, Failure> {
    let own = store.meta().origin.clone();
    let mut all = Vec::new();
    for held in store.all_held()? {
        if message::parties(&held.origin).is_none_or(|(_, reader)| reader != own) {
            continue;
        }
        let last = store.stream_tail(&held.origin)?.seq;
        store.each_entry(&held.origin, (last, held.tail.seq), |entry| -> Result<(), Failure> {
            let unreadable = || Refusal::new("来信的内容读不懂。", "请升级 xueji，或请对方重新发信。");
            all.push(Message::of_entry(&held.origin, &entry).ok_or_else(unreadable)?);
            Ok(())
        })?;
    }
    Ok(all)
}

fn keep(store: &mut Store, session: &Session) -> Result<Vec<Message>, Failure> {
    let fresh = waiting(store)?;
    if fresh.is_empty() {
        return Ok(fresh);
    }
    let tail = store.tail()?;
    let mut writing = store.write(&session.act, Some(tail))?;
    writing.open_batch(message::BATCH, &format!("收到来信 {} 封", fresh.len()), None)?;
    for message in &fresh {
        let writes = vec![Write::Insert { table: &MESSAGE, row: message.row() }];
        writing.append(&Draft { change: "message_received", writes, ..Draft::default() })?;
    }
    writing.close_batch(&format!(r#"{{"messages":{}}}"#, fresh.len()))?;
    writing.commit()?;
    Ok(fresh)
}

/// Does what messages ask, those of one kind that follow each other together, and writes down what became of each.
fn act(store: &mut Store, session: &Session, messages: Vec<Message>) -> Result<Vec<Message>, Failure> {
    let mut all = Vec::new();
    for group in messages.chunk_by(|a, b| a.kind == b.kind) {
        let by_hand = message::kind(&group[0].kind).is_some_and(|k| k.acts == Acts::ByHand);
        if by_hand || group.iter().all(|m| m.state == State::Noted) {
            all.extend_from_slice(group);
            continue;
        }
        let effect = EFFECTS.iter().find(|(kind, _)| *kind == group[0].kind).map(|(_, effect)| effect);
        let ended = match effect {
            Some(effect) => effect(store, session, group)?,
            None => group.iter().map(|m| Err(vec![unknown(m)])).collect(),
        };
        let after = group.iter().zip(ended).map(|(m, ended)| settled(m, ended));
        all.extend(settle(store, session, group, after.collect())?);
    }
    Ok(all)
}

fn unknown(message: &Message) -> Refusal {
    Refusal::new(
        format!("不认识这种来信（{}）。", message.kind),
        "请升级 xueji，再用 xueji sync message apply 办理。",
    )
}

fn settled(message: &Message, ended: Ended) -> Message {
    let (state, outcome) = match ended {
        Ok(text) => (State::Done, text),
        Err(reasons) => (State::Refused, reasons.into_iter().map(|r| r.reason + &r.remedy).collect()),
    };
    Message { state, outcome, ..message.clone() }
}

/// What writes down what became of a message.
pub fn settling(old: &Message, new: &Message) -> Write {
    let text = |t: &str| Value::Text(t.to_owned());
    let pairs = [
        (STATE_COLUMN, text(old.state.key()), text(new.state.key())),
        (OUTCOME_COLUMN, text(&old.outcome), text(&new.outcome)),
    ];
    let set = pairs.into_iter().filter(|(_, before, after)| before != after).collect();
    Write::Update { table: &MESSAGE, key: old.row()[..MESSAGE.keys].to_vec(), set }
}

/// Writes down what became of messages.
fn settle(
    store: &mut Store,
    session: &Session,
    before: &[Message],
    after: Vec<Message>,
) -> Result<Vec<Message>, Failure> {
    let mut drafts = Vec::new();
    for (old, new) in before.iter().zip(&after).filter(|(old, new)| old != new) {
        let writes = vec![settling(old, new)];
        drafts.push(Draft { change: "message_settled", writes, ..Draft::default() });
    }
    if !drafts.is_empty() {
        let mut writing = store.write(&session.act, None)?;
        writing.open_batch(message::BATCH, &format!("办理来信 {} 封", drafts.len()), None)?;
        for draft in &drafts {
            writing.append(draft)?;
        }
        writing.close_batch(&format!(r#"{{"messages":{}}}"#, drafts.len()))?;
        writing.commit()?;
    }
    Ok(after)
}

/// Does what is open, and again what could not be done. What was done stays done, whoever undid its batch since.
pub fn act_again(store: &mut Store, session: &Session) -> Result<Vec<Message>, Failure> {
    let mut open = store.messages_in(State::Open)?;
    open.extend(store.messages_in(State::Refused)?);
    act(store, session, open)
}
