//! Where a registration stands: one closed list. State is not event: changes are elsewhere.

/// 学籍状态. The official code (JY/T 1001 XSDQZT) is produced on export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// 待核准: collected, waiting for the registry authority's approval.
    Pending,
    /// 在读: at school.
    Enrolled,
}

/// Every status with its machine key, its Chinese name and its official code.
pub const STATUSES: &[(Status, &str, &str, &str)] = &[
    // The official list has no code for a registration not yet approved: 99 其他.
    (Status::Pending, "pending", "待核准", "99"),
    (Status::Enrolled, "enrolled", "在读", "01"),
];

impl Status {
    fn row(self) -> &'static (Status, &'static str, &'static str, &'static str) {
        STATUSES.iter().find(|r| r.0 == self).expect("every status has a row")
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
    pub fn from_key(key: &str) -> Option<Status> {
        STATUSES.iter().find(|r| r.1 == key).map(|r| r.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_row_of_its_own_and_an_official_code() {
        let official = crate::code::table("student_status").expect("the table is there");
        for (status, key, _, code) in STATUSES {
            assert_eq!(Status::from_key(key), Some(*status));
            assert_eq!(status.key(), *key);
            assert!(official.by_code(code).is_some(), "{code}");
        }
    }
}
