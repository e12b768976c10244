//! 来信: what others wrote to this office is journalled here in order, once, and then done or, with a reason, not done.

use crate::model::journal::{Draft, Value, Write};
use crate::model::message::{self, Message, OUTCOME_COLUMN, STATE_COLUMN, State};
use crate::model::record_table::MESSAGE;
use crate::store::Store;

use crate::app::failure::{Failure, Refusal};
use crate::app::session::Session;

use super::effect;

/// What a kind of message does in the registry that receives it, in batches of its own that can be undone; a text of what
/// was done. Refused, the message says why. Done twice it is as done once: a run may be killed before that is written down.
type Effect = fn(&mut Store, &Session, &Message) -> Result<String, Failure>;

/// One row for every kind that acts.
const EFFECTS: &[(&str, Effect)] = &[
    (message::NUMBER_CONFIRMED, effect::number_confirmed),
    (message::CONFLICT, effect::conflict),
    (message::VERDICT, effect::verdict),
];

/// Journals what came for this office and does what it asks; the messages that are new here, as they stand now.
pub fn take_in(store: &mut Store, session: &Session) -> Result<Vec<Message>, Failure> {
    let fresh = keep(store, session)?;
    let mut all = Vec::new();
    for message in fresh {
        all.push(if message.state == State::Open { act(store, session, message)? } else { message });
    }
    Ok(all)
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

/// Does what a message asks, and writes down what became of it.
fn act(store: &mut Store, session: &Session, message: Message) -> Result<Message, Failure> {
    let effect = EFFECTS.iter().find(|(kind, _)| *kind == message.kind).map(|(_, effect)| effect);
    let ended = match effect {
        Some(effect) => effect(store, session, &message),
        None => Err(Refusal::new(
            format!("不认识这种来信（{}）。", message.kind),
            "请升级 xueji，再用 xueji sync message apply 办理。",
        )
        .into()),
    };
    let (state, outcome) = match ended {
        Ok(text) => (State::Done, text),
        Err(Failure::Refused(reasons)) => {
            (State::Refused, reasons.into_iter().map(|r| r.reason + &r.remedy).collect())
        }
        Err(other) => return Err(other),
    };
    if (state, &outcome) == (message.state, &message.outcome) {
        return Ok(message);
    }
    let text = |t: &str| Value::Text(t.to_owned());
    let pairs = [
        (STATE_COLUMN, text(message.state.key()), text(state.key())),
        (OUTCOME_COLUMN, text(&message.outcome), text(&outcome)),
    ];
    let set = pairs.into_iter().filter(|(_, before, after)| before != after).collect();
    let key = message.row()[..MESSAGE.keys].to_vec();
    let writes = vec![Write::Update { table: &MESSAGE, key, set }];
    let mut writing = store.write(&session.act, None)?;
    writing.open_batch(message::BATCH, &format!("来信{}：{}", state.label(), message.title()), None)?;
    writing.append(&Draft { change: "message_settled", writes, ..Draft::default() })?;
    writing.close_batch(&format!(r#"{{"{}":1}}"#, state.key()))?;
    writing.commit()?;
    Ok(Message { state, outcome, ..message })
}

/// Does again what is open or could not be done.
pub fn act_again(store: &mut Store, session: &Session) -> Result<Vec<Message>, Failure> {
    let mut open = store.messages_in(State::Open)?;
    open.extend(store.messages_in(State::Refused)?);
    open.into_iter().map(|message| act(store, session, message)).collect()
}
