//! 结业: the years are served, the requirements not met.

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
    kind: "completion",
    name: "结业",
    official: &["62"],
    counts: &["22"],
    reasons: &["22", "99"],
    basis: "学籍异动类别 62（JY/T 1001 XJYDLB）；条件由省级规定",
    what: "修满本学段年限、未达到毕业要求的学生，发给结业证书。",
    by: By::Application,
    from: &[Status::Enrolled],
    to: To::Status(Status::Completed),
    placing: Placing::End,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), may(Reason), may(Document), may(Note)],
    materials: &["结业审核名册"],
    guards: &[&rule::NOT_FINAL_GRADE, &rule::YEAR_NOT_OVER],
};
