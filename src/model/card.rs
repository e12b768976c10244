//! 学生卡: one card, what it is good for, and the signed text of its code.

use super::id::StudentId;
use super::journal::Value;

/// The form of the code; a later form has another mark.
const MARK: &str = "XJ1";
/// Letters of the signature: capitals and digits, as a code packs them best; none that is misread.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// What a card is good for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Valid,
    Lost,
    /// Another card took its place.
    Replaced,
}

/// Every state: machine key and name for people.
pub const STATES: &[(State, &str, &str)] = &[
    (State::Valid, "valid", "有效"),
    (State::Lost, "lost", "已挂失"),
    (State::Replaced, "replaced", "已换发"),
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
}

/// One card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// The batch that issued it and its place in the batch: `12-00001`. A batch's number is never given twice, so neither
    /// is a card's, even where its issue was undone.
    pub serial: String,
    pub student: StudentId,
    /// The registry number on its face.
    pub number: String,
    pub batch: i64,
    /// `YYYY-MM-DD`.
    pub issued_on: String,
    pub state: State,
    /// The day it was lost or replaced.
    pub ended_on: Option<String>,
    pub reason: Option<String>,
}

/// Columns of a card's row that its end sets.
pub const ENDS: usize = 5;

impl Card {
    /// The number of a card.
    pub fn serial(batch: i64, place: usize) -> String {
        format!("{batch}-{place:05}")
    }

    /// Its row.
    pub fn row(&self) -> Vec<Value> {
        let text = |t: &str| Value::Text(t.to_owned());
        let may = |t: &Option<String>| t.as_ref().map_or(Value::Null, |t| Value::Text(t.clone()));
        vec![
            text(&self.serial),
            Value::Id(self.student),
            text(&self.number),
            Value::Int(self.batch),
            text(&self.issued_on),
            text(self.state.key()),
            may(&self.ended_on),
            may(&self.reason),
        ]
    }

    /// Of its row; `None` where the row is none of this table.
    pub fn from_row(row: &[Value]) -> Option<Card> {
        let text = |at: usize| match row.get(at) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let (Value::Id(student), Value::Int(batch)) = (row.get(1)?, row.get(3)?) else { return None };
        let state = text(5)?;
        Some(Card {
            serial: text(0)?,
            student: *student,
            number: text(2)?,
            batch: *batch,
            issued_on: text(4)?,
            state: STATES.iter().find(|s| s.1 == state)?.0,
            ended_on: text(6),
            reason: text(7),
        })
    }

    /// The text of its code: registry number, number of the card, signature. It says no more than the face.
    pub fn code(&self, key: &[u8; 32]) -> String {
        signed(&self.number, &self.serial, key)
    }
}

fn signed(number: &str, serial: &str, key: &[u8; 32]) -> String {
    let said = format!("{MARK}.{number}.{serial}");
    let signature = blake3::keyed_hash(key, said.as_bytes());
    // 125 bits: five a letter.
    let bits = signature.as_bytes().iter().flat_map(|b| (0..8).rev().map(move |i| b >> i & 1));
    let bits: Vec<u8> = bits.take(125).collect();
    let letter = |five: &[u8]| char::from(LETTERS[five.iter().fold(0, |n, b| n << 1 | usize::from(*b))]);
    format!("{said}.{}", bits.chunks(5).map(letter).collect::<String>())
}

/// What a code says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scanned {
    pub number: String,
    pub serial: String,
    /// Whether this registry signed it.
    pub is_ours: bool,
}

/// Reads the text of a code; `None` where it is none of a card.
pub fn read(text: &str, key: &[u8; 32]) -> Option<Scanned> {
    let parts: Vec<&str> = text.trim().split('.').collect();
    let [MARK, number, serial, _] = parts.as_slice() else { return None };
    let expected = signed(number, serial, key);
    // Hashes are compared in constant time.
    let is_ours = blake3::hash(expected.as_bytes()) == blake3::hash(text.trim().as_bytes());
    Some(Scanned { number: (*number).to_owned(), serial: (*serial).to_owned(), is_ours })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Card {
        Card {
            serial: Card::serial(12, 1),
            student: StudentId::new(1, 2, [3; 8]),
            number: "G330127201803010012".into(),
            batch: 12,
            issued_on: "2026-09-10".into(),
            state: State::Valid,
            ended_on: None,
            reason: None,
        }
    }

    #[test]
    fn a_code_is_read_back_and_any_changed_letter_is_noticed() {
        let (card, key) = (card(), [7; 32]);
        let code = card.code(&key);
        assert!(
            code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b"-.".contains(&b)),
            "{code}"
        );
        assert_eq!(
            read(&code, &key).map(|s| (s.number, s.serial, s.is_ours)),
            Some((card.number, card.serial, true))
        );
        assert!(!read(&code, &[8; 32]).unwrap().is_ours, "another registry's key");
        for i in 4..code.len() {
            let mut bytes = code.clone().into_bytes();
            bytes[i] = if bytes[i] == b'7' { b'8' } else { b'7' };
            let forged = String::from_utf8(bytes).unwrap();
            assert!(read(&forged, &key).is_none_or(|s| !s.is_ours), "{i}");
        }
        for other in ["", "XJ1", "XJ2.a.b.c", "XJ1.a.b", "https://example.org/a.b.c"] {
            assert_eq!(read(other, &key), None, "{other}");
        }
    }

    #[test]
    fn a_card_comes_back_from_its_row() {
        let lost = Card {
            state: State::Lost,
            ended_on: Some("2026-10-01".into()),
            reason: Some("丢失".into()),
            ..card()
        };
        for card in [card(), lost] {
            assert_eq!(Card::from_row(&card.row()), Some(card));
        }
    }
}
