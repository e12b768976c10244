//! Two registrations that may be one child's: how the pair was found, and what people decided.

use super::id::{StudentId, short_name};
use super::journal::Value;

/// A pair on the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suspect {
    pub id: String,
    /// The earlier registration, and the later one.
    pub one: StudentId,
    pub other: StudentId,
    /// The rule of `dedup::RULES` that found it first.
    pub rule: String,
    /// Hundredths of a bit for one child against two.
    pub score: i64,
    /// `YYYY-MM-DD`.
    pub found_on: String,
    pub decision: Option<Decision>,
}

/// What a person decided of a pair, on what evidence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub is_same: bool,
    pub reason: String,
    pub by: String,
    pub on: String,
}

/// The columns of the table from `verdict` on: what a decision sets.
pub const DECIDED_FROM: usize = 6;

const SAME: &str = "same";
const DIFFERENT: &str = "different";

/// What people call a pair: the same in whatever order and whenever the two are met.
pub fn pair_id(a: StudentId, b: StudentId) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(a.min(b).as_bytes());
    hasher.update(a.max(b).as_bytes());
    let mut five = [0; 5];
    five.copy_from_slice(&hasher.finalize().as_bytes()[..5]);
    short_name(&five)
}

impl Decision {
    /// The values of its columns.
    pub fn values(&self) -> [Value; 4] {
        let verdict = if self.is_same { SAME } else { DIFFERENT };
        [verdict, &self.reason, &self.by, &self.on].map(|text| Value::Text(text.to_owned()))
    }
}

impl Suspect {
    /// Its row.
    pub fn row(&self) -> Vec<Value> {
        let mut row = vec![
            Value::Text(self.id.clone()),
            Value::Id(self.one),
            Value::Id(self.other),
            Value::Text(self.rule.clone()),
            Value::Int(self.score),
            Value::Text(self.found_on.clone()),
        ];
        match &self.decision {
            Some(decision) => row.extend(decision.values()),
            None => row.resize(DECIDED_FROM + 4, Value::Null),
        }
        row
    }

    /// Of its row; `None` where the row is none of this table.
    pub fn from_row(row: &[Value]) -> Option<Suspect> {
        let text = |at: usize| match row.get(at) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        let (Value::Id(one), Value::Id(other), Value::Int(score)) = (row.get(1)?, row.get(2)?, row.get(4)?)
        else {
            return None;
        };
        let decision = match text(DECIDED_FROM) {
            None => None,
            Some(verdict) => {
                let is_same = verdict == SAME;
                Some(Decision { is_same, reason: text(7)?, by: text(8)?, on: text(9)? })
            }
        };
        let (id, rule, found_on) = (text(0)?, text(3)?, text(5)?);
        Some(Suspect { id, one: *one, other: *other, rule, score: *score, found_on, decision })
    }
}

#[cfg(test)]
mod tests {
    use super::super::id::LETTERS;
    use super::*;

    #[test]
    fn a_pair_has_one_name_and_a_row_is_read_back() {
        let (a, b) = (StudentId::new(1, 0, [1; 8]), StudentId::new(2, 0, [2; 8]));
        let id = pair_id(a, b);
        assert_eq!(id, pair_id(b, a));
        assert!(id.len() == 8 && id != pair_id(a, a) && id.bytes().all(|b| LETTERS.contains(&b)), "{id}");
        let mut suspect = Suspect {
            id,
            one: a,
            other: b,
            rule: "likely-same-pupil".into(),
            score: 1234,
            found_on: "2026-09-10".into(),
            decision: None,
        };
        assert_eq!(Suspect::from_row(&suspect.row()), Some(suspect.clone()));
        let (reason, by, on) = ("户口簿".into(), "王经办".into(), "2026-09-11".into());
        suspect.decision = Some(Decision { is_same: false, reason, by, on });
        assert_eq!(Suspect::from_row(&suspect.row()), Some(suspect));
        assert_eq!(Suspect::from_row(&[Value::Null]), None);
    }
}
