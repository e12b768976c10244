//! 来信: what one office says to another, numbered and sealed in a stream of its own from one to the other. Pure values.
//!
//! Upward a message is a row of its writer's journal and travels with it. Downward only the stream travels: a journal of
//! its own, named `writer>reader`, whose entries are the messages, so that it is kept, checked, relayed and received once
//! as a journal is, and nobody below sees anything else of the journal above.

use std::collections::BTreeMap;
use std::fmt;

use super::id::StudentId;
use super::journal::{Entry, Value, hex, object_of_texts};

/// The kind of the batches in which messages are written and received. They stay: a letter can't be unread.
pub const BATCH: &str = "message";

/// Between the writer and the reader of a stream.
const TO: char = '>';

/// The name of the stream from one office to another. To nobody in particular is to the levels above.
pub fn stream(from: &str, to: &str) -> String {
    format!("{from}{TO}{to}")
}

/// Writer and reader of a stream; `None` where the name is an office's own journal.
pub fn parties(stream: &str) -> Option<(&str, &str)> {
    stream.split_once(TO)
}

/// The office whose signature stands under a journal or a stream.
pub fn writer(origin: &str) -> &str {
    parties(origin).map_or(origin, |(from, _)| from)
}

/// A kind of message.
pub struct Kind {
    pub key: &'static str,
    pub name: &'static str,
    /// What the one who receives it does.
    pub what: &'static str,
    pub acts: Acts,
}

/// Whether a message changes the registry that receives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acts {
    Never,
    AtOnce,
    /// Only when somebody says so: it stays open until then.
    ByHand,
}

pub const NOTICE: &str = "notice";
pub const NUMBER_CONFIRMED: &str = "number_confirmed";
pub const CONFLICT: &str = "conflict";
pub const VERDICT: &str = "verdict";
pub const LOADED: &str = "loaded";
pub const TRANSFER_ASKED: &str = "transfer_asked";
pub const TRANSFER_DECIDED: &str = "transfer_decided";
pub const BLIND_ASKED: &str = "blind_asked";

/// Every kind.
pub const KINDS: &[Kind] = &[
    Kind {
        key: NOTICE, name: "通知", what: "文字通知，列在来信里，不改动学籍。", acts: Acts::Never
    },
    Kind {
        key: NUMBER_CONFIRMED,
        name: "学籍号确认",
        what: "上级查重后确认的正式学籍号（G 或 J）：从办理之日起换用，原号留作历史。证件号已更正、问题学籍未办结的不办。",
        acts: Acts::AtOnce,
    },
    Kind {
        key: CONFLICT,
        name: "重复学籍核实",
        what: "另一个单位有同一学生的学籍：作为问题学籍（跨单位重复学籍）受理，加上标记，由学校答复，随流水上报。",
        acts: Acts::AtOnce,
    },
    Kind {
        key: VERDICT,
        name: "裁决",
        what: "上级对跨单位重复学籍的裁决：保留、按学校主张更正或删除本单位的这个学籍，问题学籍办结。",
        acts: Acts::AtOnce,
    },
    Kind {
        key: LOADED,
        name: "年历和规则",
        what: "上级下发的某一年工作日历或本地规则：记在本库，从此照用；与本库自己载入的不同的不覆盖。",
        acts: Acts::AtOnce,
    },
    Kind {
        key: TRANSFER_ASKED,
        name: "转学转办",
        what: "另一个单位的学校申请转入本单位的学生：受理为转出申请，编号与对方相同，时限从收到之日起算。",
        acts: Acts::AtOnce,
    },
    Kind {
        key: TRANSFER_DECIDED,
        name: "转学答复",
        what: "对方的学校或主管部门在转学申请里的办理结果：在本库的同一份申请里替对方登记；对方已调档的，学籍自调档之日转出。",
        acts: Acts::AtOnce,
    },
    Kind {
        key: BLIND_ASKED,
        name: "盲报核对",
        what: "盲报的比较键对上了另一个单位的：由本单位决定，用 xueji sync blind open 把这一名学生的比较项目加密交给上级。",
        acts: Acts::ByHand,
    },
];

/// The kind of this key.
pub fn kind(key: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|k| k.key == key)
}

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Written here, to somebody else.
    Sent,
    /// Received; nothing has to be done.
    Noted,
    /// Received; it was not acted on yet.
    Open,
    /// Acted on. It stays so where its batch was undone since: it is not done a second time.
    Done,
    /// It could not be done here; the outcome says why.
    Refused,
}

/// Every state: machine key and name for people.
const STATES: &[(State, &str, &str)] = &[
    (State::Sent, "sent", "已写"),
    (State::Noted, "noted", "已阅"),
    (State::Open, "open", "待办"),
    (State::Done, "done", "办成"),
    (State::Refused, "refused", "未能办理"),
];

impl State {
    fn row(self) -> &'static (State, &'static str, &'static str) {
        STATES.iter().find(|r| r.0 == self).expect("every state has a row")
    }

    /// The machine key.
    pub fn key(self) -> &'static str {
        self.row().1
    }

    /// The name for people.
    pub fn label(self) -> &'static str {
        self.row().2
    }

    fn from_key(key: &str) -> Option<State> {
        STATES.iter().find(|r| r.1 == key).map(|r| r.0)
    }
}

/// One message: a row of the table of messages, at its writer and at its reader.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    pub stream: String,
    pub number: i64,
    /// The neighbor it goes through on its way down; empty upward.
    pub via: String,
    pub at: String,
    /// `YYYY-MM-DD`.
    pub day: String,
    pub actor: String,
    pub kind: String,
    /// The pupil it is about, by the key in the reader's registry.
    pub pupil: Option<StudentId>,
    pub body: BTreeMap<String, String>,
    pub seal: [u8; 32],
    pub state: State,
    pub outcome: String,
}

/// Where the state stands in the row.
pub const STATE_COLUMN: usize = 10;
/// Where the outcome stands in the row.
pub const OUTCOME_COLUMN: usize = 11;

impl fmt::Debug for Message {
    /// Without body and outcome: they may name pupils and their numbers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({} {} {})", self.name(), self.kind, self.state.key())
    }
}

/// The bytes of a seal written in hexadecimal.
pub fn seal_of(text: &str) -> Option<[u8; 32]> {
    let mut seal = [0; 32];
    for (i, byte) in seal.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    (text.len() == 64).then_some(seal)
}

impl Message {
    /// A text of the body.
    pub fn get(&self, key: &str) -> &str {
        self.body.get(key).map_or("", String::as_str)
    }

    /// Writer and reader.
    pub fn parties(&self) -> (&str, &str) {
        parties(&self.stream).unwrap_or((&self.stream, ""))
    }

    /// By what name people find it again.
    pub fn name(&self) -> String {
        let (from, to) = self.parties();
        format!("{from}/{to}#{}", self.number)
    }

    /// What the message is called in titles.
    pub fn title(&self) -> String {
        format!("{} {}", kind(&self.kind).map_or(self.kind.as_str(), |k| k.name), self.name())
    }

    fn body_text(&self) -> String {
        object_of_texts(self.body.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect())
    }

    /// The entry of its stream.
    pub fn entry(&self) -> Entry {
        Entry {
            seq: self.number,
            at: self.at.clone(),
            day: self.day.clone(),
            actor: self.actor.clone(),
            change: self.kind.clone(),
            student: self.pupil,
            batch: 0,
            body: self.body_text(),
            seal: self.seal,
        }
    }

    /// The same message with the seal it must carry after the one before.
    pub fn sealed(mut self, previous: &[u8; 32]) -> Message {
        self.seal = self.entry().sealed_after(&self.stream, previous);
        self
    }

    /// What the entry of a stream says to its reader; `None` where its body is no object of texts.
    pub fn of_entry(stream: &str, e: &Entry) -> Option<Message> {
        let acts = kind(&e.change).is_none_or(|k| k.acts != Acts::Never);
        Some(Message {
            stream: stream.to_owned(),
            number: e.seq,
            via: String::new(),
            at: e.at.clone(),
            day: e.day.clone(),
            actor: e.actor.clone(),
            kind: e.change.clone(),
            pupil: e.student,
            body: serde_json::from_str(&e.body).ok()?,
            seal: e.seal,
            state: if acts { State::Open } else { State::Noted },
            outcome: String::new(),
        })
    }

    /// Its row.
    pub fn row(&self) -> Vec<Value> {
        let text = |t: &str| Value::Text(t.to_owned());
        vec![
            text(&self.stream),
            Value::Int(self.number),
            text(&self.via),
            text(&self.at),
            text(&self.day),
            text(&self.actor),
            text(&self.kind),
            self.pupil.map_or(Value::Null, |id| Value::Text(id.to_string())),
            Value::Object(self.body_text()),
            Value::Text(hex(&self.seal)),
            text(self.state.key()),
            text(&self.outcome),
        ]
    }

    /// Of its row; `None` where the row is none of this table.
    pub fn from_row(row: &[Value]) -> Option<Message> {
        let text = |at: usize| match row.get(at) {
            Some(Value::Text(t) | Value::Object(t)) => Some(t.as_str()),
            _ => None,
        };
        let Some(Value::Int(number)) = row.get(1) else { return None };
        Some(Message {
            stream: text(0)?.to_owned(),
            number: *number,
            via: text(2)?.to_owned(),
            at: text(3)?.to_owned(),
            day: text(4)?.to_owned(),
            actor: text(5)?.to_owned(),
            kind: text(6)?.to_owned(),
            pupil: text(7).and_then(StudentId::parse),
            body: serde_json::from_str(text(8)?).ok()?,
            seal: seal_of(text(9)?)?,
            state: State::from_key(text(10)?)?,
            outcome: text(11)?.to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Message {
        Message {
            stream: stream("330100-ff", "330127-aa"),
            number: 3,
            via: "330127-aa".into(),
            at: "2026-09-10T01:00:00Z".into(),
            day: "2026-09-10".into(),
            actor: "王".into(),
            kind: NOTICE.into(),
            pupil: Some(StudentId::new(1, 2, [3; 8])),
            body: BTreeMap::from([("text".to_owned(), "引\"号\n".to_owned())]),
            seal: [0; 32],
            state: State::Noted,
            outcome: String::new(),
        }
        .sealed(&[7; 32])
    }

    #[test]
    fn a_message_is_the_same_as_row_and_as_entry() {
        let message = sample();
        assert_eq!(Message::from_row(&message.row()).as_ref(), Some(&message));
        let read = Message::of_entry(&message.stream, &message.entry()).unwrap();
        assert_eq!(read, Message { via: String::new(), ..message.clone() });
        assert_eq!(message.entry().sealed_after(&message.stream, &[7; 32]), message.seal);
        assert_ne!(message.clone().sealed(&[8; 32]).seal, message.seal);
    }

    #[test]
    fn what_a_message_says_is_not_for_logs() {
        let mut message = sample();
        message.body.insert("number".to_owned(), "G330102201603041229".to_owned());
        message.outcome = "单煜妍".into();
        assert_eq!(format!("{message:?}"), "Message(330100-ff/330127-aa#3 notice noted)");
    }

    #[test]
    fn a_stream_tells_its_parties_and_a_journal_has_none() {
        assert_eq!(parties(&sample().stream), Some(("330100-ff", "330127-aa")));
        assert_eq!((parties("330100-ff"), writer("330100-ff")), (None, "330100-ff"));
        assert_eq!(writer(&stream("a", "")), "a");
    }

    #[test]
    fn kinds_and_states_are_told_apart() {
        for (i, k) in KINDS.iter().enumerate() {
            assert!(KINDS[..i].iter().all(|other| other.key != k.key && other.name != k.name));
            assert!(kind(k.key).is_some_and(|found| found.what == k.what));
        }
        for (state, key, label) in STATES {
            assert_eq!((State::from_key(key), state.label()), (Some(*state), *label));
        }
        assert_eq!(seal_of("zz"), None);
    }
}
