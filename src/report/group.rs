//! Groups of pupils that several reports count: each defined once.

use crate::model::field::Field;
use crate::model::flag::Flag;
use crate::model::registration::Registration;
use crate::model::status::Status;

use super::Input;
use super::person::is;

/// One group.
pub struct Group {
    /// The key of its column, and of that of its girls.
    pub keys: [&'static str; 2],
    pub name: &'static str,
    pub holds: fn(&Registration, &Input) -> bool,
}

/// Who is at school: leave and dropout are decreases in the statistics of pupils (XSBD 23, 28).
pub fn at_school(r: &Registration) -> bool {
    is_counted(r.status)
}

/// Whether pupils of a status are counted as 在校生.
pub fn is_counted(status: Status) -> bool {
    matches!(status, Status::Enrolled | Status::Pending)
}

/// Of an ethnic group that is written down and is not Han.
pub fn minority(r: &Registration) -> bool {
    r.record.has(Field::EthnicGroup) && !is(r, Field::EthnicGroup, "01")
}

/// Left behind by one parent or by both: the definition of the registration form (R§6.11).
pub fn left_behind(r: &Registration) -> bool {
    is(r, Field::LeftBehind, "1") || is(r, Field::LeftBehind, "2")
}

/// With a kind of disability written down.
pub fn disabled(r: &Registration) -> bool {
    r.record.has(Field::Disability) && !is(r, Field::Disability, "0") || is(r, Field::HasDisability, "1")
}

/// In an ordinary class by an arrangement for the disabled (2007 specification, codes 10 to 19).
pub fn inclusive(r: &Registration) -> bool {
    r.record.code(Field::Inclusive).starts_with('1') || r.flags.contains(&Flag::Inclusive)
}

/// Living at school (JY/T 1001 JDFS 2).
pub fn boarding(r: &Registration) -> bool {
    is(r, Field::AttendanceMode, "2")
}

/// Who came with parents from elsewhere (随迁子女).
pub fn migrant(r: &Registration) -> bool {
    is(r, Field::MigrantChild, "1")
}

/// Whose parents came from elsewhere to work in the city (进城务工人员随迁子女).
pub fn migrant_worker(r: &Registration) -> bool {
    is(r, Field::WorkerChild, "1")
}

/// Orphans.
pub fn orphan(r: &Registration) -> bool {
    is(r, Field::Orphan, "1")
}

/// Children of martyrs and of those cared for like them (烈士或优抚子女).
pub fn martyr_child(r: &Registration) -> bool {
    is(r, Field::MartyrChild, "1")
}

/// Who gets the subsidy of boarders (一补).
pub fn subsidy(r: &Registration) -> bool {
    is(r, Field::BoardingSubsidy, "1")
}

/// Who needs to ask for aid.
pub fn aid_requested(r: &Registration) -> bool {
    is(r, Field::AidRequested, "1")
}

/// The groups, in the order of the columns.
pub const GROUPS: &[Group] = &[
    Group { keys: ["migrant", "migrant_girls"], name: "随迁子女", holds: |r, _| migrant(r) },
    Group {
        keys: ["migrant_worker", "migrant_worker_girls"],
        name: "进城务工人员随迁子女",
        holds: |r, _| migrant_worker(r),
    },
    Group { keys: ["left_behind", "left_behind_girls"], name: "留守儿童", holds: |r, _| left_behind(r) },
    Group {
        keys: ["left_by_both", "left_by_both_girls"],
        name: "双亲留守",
        holds: |r, _| is(r, Field::LeftBehind, "2"),
    },
    Group { keys: ["orphan", "orphan_girls"], name: "孤儿", holds: |r, _| orphan(r) },
    Group {
        keys: ["martyr_child", "martyr_child_girls"],
        name: "烈士或优抚子女",
        holds: |r, _| martyr_child(r),
    },
    Group { keys: ["disabled", "disabled_girls"], name: "残疾", holds: |r, _| disabled(r) },
    Group { keys: ["inclusive", "inclusive_girls"], name: "随班就读", holds: |r, _| inclusive(r) },
    Group {
        keys: ["taught_at_home", "taught_at_home_girls"],
        name: "送教上门",
        holds: |r, _| r.flags.contains(&Flag::TaughtAtHome),
    },
    Group { keys: ["boarding", "boarding_girls"], name: "寄宿", holds: |r, _| boarding(r) },
    Group { keys: ["subsidy", "subsidy_girls"], name: "享受一补", holds: |r, _| subsidy(r) },
    Group {
        keys: ["aid_requested", "aid_requested_girls"],
        name: "需要申请资助",
        holds: |r, _| aid_requested(r),
    },
];
