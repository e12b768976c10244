//! 肄业: left before the end of the stage, with a certificate of what was done.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::guard::rule;
use super::input::{
    Input::{Document, Note, On, Reason},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "partial_completion",
    name: "肄业",
    official: &["63"],
    counts: &["24"],
    reasons: &["21", "22", "99"],
    basis: "学籍异动类别 63（JY/T 1001 XJYDLB）；条件由省级规定",
    what: "高中学生未修完学业离校，发给肄业证明。义务教育阶段不办理肄业。",
    by: By::Application,
    from: &[Status::Enrolled, Status::OnLeave],
    to: To::Status(Status::PartiallyCompleted),
    placing: Placing::End,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), must(Note), may(Reason), may(Document)],
    materials: &["监护人书面申请"],
    guards: &[&rule::COMPULSORY],
};
