//! Offices that exchange bundles: their public keys, and whether they are still trusted. No secret is ever in here.

use super::journal::Value;

/// An office whose bundles are taken: its row of the table of offices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Office {
    /// Who writes its journal.
    pub origin: String,
    pub name: String,
    /// Six digits of GB/T 2260.
    pub authority: String,
    pub level: String,
    /// How it signs and what is encrypted to it: the key of a profile.
    pub profile: String,
    /// Its public key for signatures.
    pub verifying: String,
    /// Its public key for encryption.
    pub encryption: String,
    /// `YYYY-MM-DD`.
    pub added_on: String,
    pub added_by: String,
    pub revoked_on: Option<String>,
    pub revoked_reason: Option<String>,
}

/// The levels, the lowest first.
const LEVELS: &[(&str, &str)] =
    &[("school", "学校"), ("county", "县级"), ("city", "市级"), ("province", "省级")];

/// How high a level stands.
pub fn rank(level: &str) -> Option<usize> {
    LEVELS.iter().position(|(key, _)| *key == level)
}

/// A level's name for people.
pub fn level_name(level: &str) -> &str {
    LEVELS.iter().find(|(key, _)| *key == level).map_or(level, |(_, name)| name)
}

impl Office {
    /// Its row.
    pub fn row(&self) -> Vec<Value> {
        let optional = |t: &Option<String>| t.clone().map_or(Value::Null, Value::Text);
        let texts = [
            &self.origin,
            &self.name,
            &self.authority,
            &self.level,
            &self.profile,
            &self.verifying,
            &self.encryption,
            &self.added_on,
            &self.added_by,
        ];
        let texts = texts.into_iter().map(|t| Value::Text(t.clone()));
        texts.chain([optional(&self.revoked_on), optional(&self.revoked_reason)]).collect()
    }

    /// Of its row; `None` where the row is none of this table.
    pub fn from_row(row: &[Value]) -> Option<Office> {
        let optional = |at: usize| match row.get(at) {
            Some(Value::Text(text)) => Some(text.clone()),
            _ => None,
        };
        Some(Office {
            origin: optional(0)?,
            name: optional(1)?,
            authority: optional(2)?,
            level: optional(3)?,
            profile: optional(4)?,
            verifying: optional(5)?,
            encryption: optional(6)?,
            added_on: optional(7)?,
            added_by: optional(8)?,
            revoked_on: optional(9),
            revoked_reason: optional(10),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_gives_its_office_back() {
        let plain =
            Office { origin: "330127-0a".into(), name: "云溪县教育局".into(), ..Office::default() };
        let revoked = Office { revoked_on: Some("2026-09-01".into()), ..plain.clone() };
        for office in [plain, revoked] {
            assert_eq!(Office::from_row(&office.row()), Some(office));
        }
    }

    #[test]
    fn levels_have_an_order() {
        assert!(rank("county") < rank("city") && rank("city") < rank("province"));
        assert_eq!(rank("nation"), None);
    }
}
