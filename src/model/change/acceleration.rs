//! 跳级: a grade is skipped.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::guard::{place, rule};
use super::input::{
    Input::{Note, On, Reason, ToClass},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "acceleration",
    name: "跳级",
    official: &["04"],
    counts: &[],
    reasons: &["01"],
    basis: "学籍异动类别 04（JY/T 1001 XJYDLB）；次数由省级规定",
    what: "成绩优秀的学生跳过一个年级，编入高一届的班。",
    by: By::Application,
    from: &[Status::Enrolled],
    to: To::Same,
    placing: Placing::Class,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), must(ToClass), may(Reason), may(Note)],
    materials: &["监护人书面申请", "学校考核意见"],
    guards: &[&place::CLASS_UNKNOWN, &place::NOT_ONE_EARLIER, &rule::ACCELERATION_ONCE],
};
