//! 恢复学籍: a registration taken away or given up is taken up again.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::guard::place;
use super::input::{
    Input::{Note, On, ToClass, ToSchool},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "restoration",
    name: "恢复学籍",
    official: &["17"],
    counts: &["12"],
    reasons: &[],
    basis: "学籍异动类别 17（JY/T 1001 XJYDLB）",
    what: "退学、取消学籍、已转出而又回来的学生重新入学，恢复原来的学籍和学籍号，不重新建籍。",
    by: By::Application,
    from: &[Status::Withdrawn, Status::Cancelled, Status::TransferredOut, Status::PartiallyCompleted],
    to: To::Status(Status::Enrolled),
    placing: Placing::Enter,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), must(ToClass), must(Note), may(ToSchool)],
    materials: &["恢复学籍的依据"],
    guards: &[&place::SCHOOL_UNKNOWN, &place::SCHOOL_CLOSED, &place::CLASS_UNKNOWN, &place::CLASS_FULL],
};
