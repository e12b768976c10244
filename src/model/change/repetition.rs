//! 留级: the same grade once more, in the class that enters it.

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
    kind: "repetition",
    name: "留级",
    official: &["02"],
    counts: &[],
    reasons: &["10", "11", "12", "19", "22", "99"],
    basis: "学籍异动类别 02（JY/T 1001 XJYDLB）；义务教育阶段多不准留级，高中比例由省级规定",
    what: "学生在同一年级再读一年，编入低一届的班。义务教育阶段和各省规定的年级不予办理，高中不超过省定比例。",
    by: By::Application,
    from: &[Status::Enrolled, Status::OnLeave],
    to: To::Status(Status::Enrolled),
    placing: Placing::Class,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), must(ToClass), must(Reason), may(Note)],
    materials: &["监护人书面申请", "学校意见"],
    guards: &[
        &place::CLASS_UNKNOWN,
        &place::NOT_ONE_LATER,
        &rule::REPETITION_BARRED,
        &rule::REPETITION_QUOTA,
    ],
};
