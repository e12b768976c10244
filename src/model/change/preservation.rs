//! 保留学籍: the registration is kept while the pupil can't attend, on other grounds than leave.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::input::{
    Input::{Note, On, Reason, Until},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "preservation",
    name: "保留学籍",
    official: &["19"],
    counts: &[],
    reasons: &["23", "34", "99"],
    basis: "学籍异动类别 19（JY/T 1001 XJYDLB）；条件由省级规定",
    what: "学生因应征入伍、涉案羁押等原因不能在校，学籍予以保留，原因消除后办理复学。",
    by: By::Application,
    from: &[Status::Enrolled, Status::OnLeave],
    to: To::Status(Status::Preserved),
    placing: Placing::Stay,
    raises: &[],
    clears: &[Flag::NotAttending],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), must(Reason), must(Note), may(Until)],
    materials: &["有关部门的证明"],
    guards: &[],
};
