//! 转班级: another class of the same grade in the same school.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::guard::place;
use super::input::{
    Input::{Note, On, ToClass},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "class_move",
    name: "转班级",
    official: &["29"],
    counts: &[],
    reasons: &[],
    basis: "学籍异动类别 29（JY/T 1001 XJYDLB）；年级、班级由系统锁定",
    what: "在本校同一年级内调整班级。学校申请，学校主管领导审核后生效。",
    by: By::Application,
    from: &[Status::Pending, Status::Enrolled],
    to: To::Same,
    placing: Placing::Class,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::School,
    inputs: &[must(On), must(ToClass), may(Note)],
    materials: &[],
    guards: &[&place::CLASS_UNKNOWN, &place::SAME_CLASS, &place::GRADE_DIFFERS],
};
