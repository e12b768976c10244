//! What hangs over a registration: one closed list. A flag is raised and cleared by changes; it is no status.

use super::id::StudentId;
use super::journal::Value;

/// 学籍标记.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Flag {
    /// 问题学籍: another claim to the same child, or to the same number (R§7.3).
    Disputed,
    /// 空挂学籍: registered, and not at school (2025, Art. 25).
    NotAttending,
    /// 人籍分离: at another school than the registered one (2025, Art. 25).
    AttendsElsewhere,
    /// 身份待核: the identity is not confirmed by the national comparison.
    IdentityUnconfirmed,
    /// 送教上门: taught at home; registered at the school that sends teachers (2013, Art. 6).
    TaughtAtHome,
    /// 随班就读: a special school's pupil in an ordinary class, the registration where it was (2013, Art. 6).
    Inclusive,
    /// 专门学校就读: at a specialized school, the registration where it was (2013, Art. 6; 2025, Art. 2).
    Specialized,
}

/// Every flag: machine key and name for people.
pub const FLAGS: &[(Flag, &str, &str)] = &[
    (Flag::Disputed, "disputed", "问题学籍"),
    (Flag::NotAttending, "not_attending", "空挂学籍"),
    (Flag::AttendsElsewhere, "attends_elsewhere", "人籍分离"),
    (Flag::IdentityUnconfirmed, "identity_unconfirmed", "身份待核"),
    (Flag::TaughtAtHome, "taught_at_home", "送教上门"),
    (Flag::Inclusive, "inclusive", "随班就读"),
    (Flag::Specialized, "specialized", "专门学校就读"),
];

impl Flag {
    fn row(self) -> &'static (Flag, &'static str, &'static str) {
        FLAGS.iter().find(|r| r.0 == self).expect("every flag has a row")
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
    pub fn from_key(key: &str) -> Option<Flag> {
        FLAGS.iter().find(|r| r.1 == key).map(|r| r.0)
    }
}

/// A flag on a registration, since when, and what raised it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raised {
    pub flag: Flag,
    /// `YYYY-MM-DD`.
    pub since: String,
    /// What raised it: a change, a dispute, a review; for people.
    pub basis: String,
}

impl Raised {
    /// Its row.
    pub fn row(&self, student: StudentId) -> Vec<Value> {
        let texts = [self.flag.key(), &self.since, &self.basis];
        [Value::Id(student)].into_iter().chain(texts.map(|t| Value::Text(t.to_owned()))).collect()
    }

    /// Of its row; `None` where the row is none of this table.
    pub fn from_row(row: &[Value]) -> Option<Raised> {
        let text = |at: usize| match row.get(at) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        Some(Raised { flag: Flag::from_key(&text(1)?)?, since: text(2)?, basis: text(3)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flag_has_a_row_of_its_own() {
        for (flag, key, label) in FLAGS {
            assert_eq!(Flag::from_key(key), Some(*flag));
            assert_eq!((flag.key(), flag.label()), (*key, *label));
        }
        assert_eq!(Flag::from_key("on_leave"), None);
    }

    #[test]
    fn a_flag_comes_back_from_its_row() {
        let raised = Raised { flag: Flag::Disputed, since: "2026-09-10".into(), basis: "查重".into() };
        let row = raised.row(StudentId::new(1, 0, [0; 8]));
        assert_eq!(Raised::from_row(&row), Some(raised));
        assert_eq!(Raised::from_row(&[Value::Null]), None);
    }
}
