//! 问题学籍: a registration in dispute, what each school claims of it, and how it ends. The law is in `rule`.

pub mod kind;
pub mod rule;
pub mod sheet;

use super::field::Field;
use super::id::StudentId;
use super::journal::{Value, object_of_texts};
use kind::Kind;

/// What a school answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ClaimKind {
    /// 佐证: our record is right, and here is the proof.
    Substantiate,
    /// 变更: our record is wrong, and this is right.
    Correct,
    /// 删除: our record should not be.
    Remove,
}

/// Every answer: machine key and the word of the procedure.
pub const CLAIM_KINDS: &[(ClaimKind, &str, &str)] = &[
    (ClaimKind::Substantiate, "substantiate", "佐证"),
    (ClaimKind::Correct, "correct", "变更"),
    (ClaimKind::Remove, "remove", "删除"),
];

impl ClaimKind {
    fn row(self) -> &'static (ClaimKind, &'static str, &'static str) {
        CLAIM_KINDS.iter().find(|r| r.0 == self).expect("every answer has a row")
    }

    /// The machine key.
    pub fn key(self) -> &'static str {
        self.row().1
    }

    /// The word for people.
    pub fn label(self) -> &'static str {
        self.row().2
    }

    /// From the machine key or the word.
    pub fn parse(text: &str) -> Option<ClaimKind> {
        CLAIM_KINDS.iter().find(|r| r.1 == text || r.2 == text).map(|r| r.0)
    }
}

/// What becomes of a registration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    Keep,
    Correct,
    Remove,
}

/// Every outcome: machine key and name for people.
pub const OUTCOMES: &[(Outcome, &str, &str)] = &[
    (Outcome::Keep, "keep", "保留"),
    (Outcome::Correct, "correct", "更正"),
    (Outcome::Remove, "remove", "删除"),
];

impl Outcome {
    fn row(self) -> &'static (Outcome, &'static str, &'static str) {
        OUTCOMES.iter().find(|r| r.0 == self).expect("every outcome has a row")
    }

    /// The machine key.
    pub fn key(self) -> &'static str {
        self.row().1
    }

    /// The name for people.
    pub fn label(self) -> &'static str {
        self.row().2
    }

    /// From the machine key.
    pub fn from_key(key: &str) -> Option<Outcome> {
        OUTCOMES.iter().find(|r| r.1 == key).map(|r| r.0)
    }
}

/// How far apart the two sides are: who has to agree (R§7.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 校内: the school settles it.
    School,
    /// 校际: two schools of one registry authority.
    Schools,
    /// 跨主管部门: two registry authorities; both verify.
    Authorities,
}

impl Level {
    /// The name for people.
    pub fn label(self) -> &'static str {
        match self {
            Level::School => "校内",
            Level::Schools => "校际",
            Level::Authorities => "跨学籍主管部门",
        }
    }
}

/// One dispute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    pub id: String,
    pub kind: Kind,
    /// 甲 and, of a pair, 乙: the earlier registration and the later one.
    pub parties: Vec<Party>,
    /// The pair on the list of suspects it came from.
    pub suspect: Option<String>,
    pub reason: String,
    /// `YYYY-MM-DD`.
    pub opened_on: String,
    pub opened_by: String,
    pub decision: Option<Decision>,
}

/// One registration of a dispute, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    pub student: StudentId,
    pub outcome: Option<Outcome>,
}

/// How people call the parties, in their order.
pub const PARTY_NAMES: [&str; 2] = ["甲", "乙"];

/// How a dispute ended; what became of each registration stands with the parties.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    pub reason: String,
    /// The parents' signed waiver of the earlier registration, in words.
    pub waiver: Option<String>,
    pub by: String,
    pub on: String,
}

/// What one school answered. A later answer of the same school takes the place of an earlier one.
#[derive(Clone, PartialEq, Eq)]
pub struct Claim {
    pub dispute: String,
    /// From 1, over both sides.
    pub ordinal: i64,
    pub student: StudentId,
    pub kind: ClaimKind,
    /// The pupil is at this school.
    pub attends: bool,
    pub text: String,
    /// The right values of key fields, as the registry writes them; what is to be empty is an empty text.
    pub values: Vec<(Field, String)>,
    pub claimed_on: String,
    pub claimed_by: String,
}

impl std::fmt::Debug for Claim {
    /// Names of children are not for logs: only which fields are to be corrected.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let fields: Vec<&str> = self.values.iter().map(|(f, _)| f.key()).collect();
        write!(f, "Claim({} {} {:?} {fields:?})", self.dispute, self.ordinal, self.kind)
    }
}

fn text(row: &[Value], at: usize) -> Option<String> {
    match row.get(at) {
        Some(Value::Text(text) | Value::Object(text)) => Some(text.clone()),
        _ => None,
    }
}

/// The first column of a dispute that a decision sets, and the column of a party that it sets.
pub const DECIDED_FROM: usize = 6;
pub const OUTCOME: usize = 3;

impl Decision {
    /// The values of its columns.
    pub fn values(&self) -> [Value; 4] {
        let text = |t: &String| Value::Text(t.clone());
        [text(&self.reason), self.waiver.as_ref().map_or(Value::Null, text), text(&self.by), text(&self.on)]
    }
}

impl Party {
    /// Its row: the `ordinal`th party of a dispute, from 1.
    pub fn row(&self, dispute: &str, ordinal: i64) -> Vec<Value> {
        let outcome = self.outcome.map_or(Value::Null, |o| Value::Text(o.key().to_owned()));
        vec![Value::Text(dispute.to_owned()), Value::Int(ordinal), Value::Id(self.student), outcome]
    }

    /// Of its row; `None` where the row is none of this table.
    pub fn from_row(row: &[Value]) -> Option<Party> {
        let Value::Id(student) = row.get(2)? else { return None };
        let outcome = text(row, OUTCOME).and_then(|key| Outcome::from_key(&key));
        Some(Party { student: *student, outcome })
    }
}

impl Dispute {
    /// Its row, without the parties'.
    pub fn row(&self) -> Vec<Value> {
        let mut row = vec![
            Value::Text(self.id.clone()),
            Value::Text(self.kind.spec().key.to_owned()),
            self.suspect.clone().map_or(Value::Null, Value::Text),
            Value::Text(self.reason.clone()),
            Value::Text(self.opened_on.clone()),
            Value::Text(self.opened_by.clone()),
        ];
        match &self.decision {
            Some(decision) => row.extend(decision.values()),
            None => row.resize(DECIDED_FROM + 4, Value::Null),
        }
        row
    }

    /// Of its row and its parties'; `None` where they are none of these tables.
    pub fn from_rows(row: &[Value], parties: Vec<Party>) -> Option<Dispute> {
        let decision = match text(row, DECIDED_FROM) {
            None => None,
            Some(reason) => Some(Decision {
                reason,
                waiver: text(row, DECIDED_FROM + 1),
                by: text(row, DECIDED_FROM + 2)?,
                on: text(row, DECIDED_FROM + 3)?,
            }),
        };
        Some(Dispute {
            id: text(row, 0)?,
            kind: Kind::from_key(&text(row, 1)?)?,
            parties,
            suspect: text(row, 2),
            reason: text(row, 3)?,
            opened_on: text(row, 4)?,
            opened_by: text(row, 5)?,
            decision,
        })
    }
}

impl Claim {
    /// Its row.
    pub fn row(&self) -> Vec<Value> {
        let values = self.values.iter().map(|(field, value)| (field.key(), value.as_str()));
        vec![
            Value::Text(self.dispute.clone()),
            Value::Int(self.ordinal),
            Value::Id(self.student),
            Value::Text(self.kind.key().to_owned()),
            Value::Int(i64::from(self.attends)),
            Value::Text(self.text.clone()),
            Value::Object(object_of_texts(values.collect())),
            Value::Text(self.claimed_on.clone()),
            Value::Text(self.claimed_by.clone()),
        ]
    }

    /// Of its row; `None` where the row is none of this table.
    pub fn from_row(row: &[Value]) -> Option<Claim> {
        let (Value::Int(ordinal), Value::Id(student), Value::Int(attends)) =
            (row.get(1)?, row.get(2)?, row.get(4)?)
        else {
            return None;
        };
        let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&text(row, 6)?).ok()?;
        let values = object.iter().map(|(key, v)| Some((Field::from_key(key)?, v.as_str()?.to_owned())));
        Some(Claim {
            dispute: text(row, 0)?,
            ordinal: *ordinal,
            student: *student,
            kind: ClaimKind::parse(&text(row, 3)?)?,
            attends: *attends == 1,
            text: text(row, 5)?,
            values: values.collect::<Option<_>>()?,
            claimed_on: text(row, 7)?,
            claimed_by: text(row, 8)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_keys_are_read_back() {
        for (kind, key, label) in CLAIM_KINDS {
            assert_eq!((ClaimKind::parse(key), ClaimKind::parse(label)), (Some(*kind), Some(*kind)));
        }
        for (outcome, key, _) in OUTCOMES {
            assert_eq!(Outcome::from_key(key), Some(*outcome));
        }
        assert_eq!(ClaimKind::parse("保留"), None);
    }

    #[test]
    fn a_dispute_and_a_claim_come_back_from_their_rows() {
        let (a, b) = (StudentId::new(1, 0, [1; 8]), StudentId::new(2, 0, [2; 8]));
        let party = |student, outcome| Party { student, outcome };
        let parties = vec![party(a, None), party(b, Some(Outcome::Remove))];
        for (party, ordinal) in parties.iter().zip(1..) {
            assert_eq!(Party::from_row(&party.row("7K3F9QXA", ordinal)).as_ref(), Some(party));
        }
        let mut dispute = Dispute {
            id: "7K3F9QXA".into(),
            kind: Kind::SameNumber,
            parties: parties.clone(),
            suspect: None,
            reason: "两校都报".into(),
            opened_on: "2026-09-10".into(),
            opened_by: "王".into(),
            decision: None,
        };
        assert_eq!(Dispute::from_rows(&dispute.row(), parties.clone()), Some(dispute.clone()));
        let (reason, by, on) = ("在读".into(), "李".into(), "2026-09-11".into());
        dispute.decision = Some(Decision { reason, waiver: None, by, on });
        assert_eq!(Dispute::from_rows(&dispute.row(), parties), Some(dispute));
        assert_eq!(Dispute::from_rows(&[Value::Null], Vec::new()), None);
        let claim = Claim {
            dispute: "7K3F9QXA".into(),
            ordinal: 3,
            student: b,
            kind: ClaimKind::Correct,
            attends: true,
            text: "号码录错".into(),
            values: vec![(Field::DocumentId, String::new()), (Field::PupilName, "王一".into())],
            claimed_on: "2026-09-10".into(),
            claimed_by: "张".into(),
        };
        assert!(Claim::from_row(&claim.row()).as_ref() == Some(&claim));
        assert!(!format!("{claim:?}").contains("王一"));
        assert!(Claim::from_row(&[Value::Null]).is_none());
    }
}
