//! Where a registration stands: one closed list. State is not event: changes are elsewhere.

/// 学籍状态. The official code (JY/T 1001 XSDQZT) is produced on export.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Status {
    /// 待核准: collected, waiting for the registry authority's approval.
    Pending,
    /// 在读: at school.
    Enrolled,
    /// 保留入学资格: admitted, to come later.
    Deferred,
    /// 休学: away by consent, to return.
    OnLeave,
    /// 辍学: gone without leave; in compulsory education the registration is kept (R§1.3).
    DroppedOut,
    /// 出国（境）: gone abroad, the registration kept for the return.
    Abroad,
    /// 保留学籍: kept by the school while the pupil can't attend, on other grounds than leave.
    Preserved,
    /// 毕业 of the stage; the next stage is a progression of the same registration.
    Graduated,
    /// 结业.
    Completed,
    /// 肄业.
    PartiallyCompleted,
    /// 转学（转出） to an office whose registry is another one.
    TransferredOut,
    /// 退学, not in compulsory education.
    Withdrawn,
    /// 开除学籍, not in compulsory education.
    Expelled,
    /// 死亡.
    Deceased,
    /// 取消学籍 or 取消入学资格.
    Cancelled,
    /// 删除: a registration that should never have been; it stays visible to the bureau (R§7.3).
    Removed,
}

/// A status, its machine key, its Chinese name, its official code, and whether it holds a place in a class.
#[derive(Debug)]
pub struct StatusRow {
    pub status: Status,
    pub key: &'static str,
    pub label: &'static str,
    /// JY/T 1001 XSDQZT; 99 其他 where the official list has no code.
    pub official_code: &'static str,
    /// The pupil has a current enrollment: exactly one. The others have none.
    pub holds_place: bool,
}

macro_rules! statuses {
    ($($status:ident $key:literal $label:literal $code:literal $place:literal;)*) => {
        /// Every status.
        pub const STATUSES: &[StatusRow] = &[$(StatusRow {
            status: Status::$status, key: $key, label: $label, official_code: $code, holds_place: $place,
        }),*];
    };
}

statuses! {
    Pending "pending" "待核准" "99" true;
    Enrolled "enrolled" "在读" "01" true;
    Deferred "deferred" "保留入学资格" "12" true;
    OnLeave "on_leave" "休学" "02" true;
    DroppedOut "dropped_out" "辍学" "06" true;
    Abroad "abroad" "出国（境）" "99" true;
    Preserved "preserved" "保留学籍" "99" true;
    Graduated "graduated" "毕业" "07" false;
    Completed "completed" "结业" "08" false;
    PartiallyCompleted "partially_completed" "肄业" "09" false;
    TransferredOut "transferred_out" "已转出" "10" false;
    Withdrawn "withdrawn" "退学" "03" false;
    Expelled "expelled" "开除" "14" false;
    Deceased "deceased" "死亡" "11" false;
    Cancelled "cancelled" "已取消学籍" "99" false;
    Removed "removed" "已删除" "99" false;
}

impl Status {
    fn row(self) -> &'static StatusRow {
        STATUSES.iter().find(|r| r.status == self).expect("every status has a row")
    }

    /// The machine key.
    pub fn key(self) -> &'static str {
        self.row().key
    }

    /// The name for people.
    pub fn label(self) -> &'static str {
        self.row().label
    }

    /// Whether a pupil of this status has a place in a class: one current enrollment, never two.
    pub fn holds_place(self) -> bool {
        self.row().holds_place
    }

    /// From the machine key.
    pub fn from_key(key: &str) -> Option<Status> {
        STATUSES.iter().find(|r| r.key == key).map(|r| r.status)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_has_a_row_of_its_own_and_an_official_code() {
        let official = crate::code::table("student_status").expect("the table is there");
        for row in STATUSES {
            assert_eq!(Status::from_key(row.key), Some(row.status));
            assert_eq!(row.status.key(), row.key);
            assert!(official.by_code(row.official_code).is_some(), "{}", row.official_code);
        }
    }
}
