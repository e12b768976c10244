//! 提前毕业: the stage is finished before its last year.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::input::{
    Input::{Document, Note, On, Reason},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "early_graduation",
    name: "提前毕业",
    official: &["61"],
    counts: &["21"],
    reasons: &["01"],
    basis: "学籍异动类别 61（JY/T 1001 XJYDLB）",
    what: "未满本学段年限、提前修完课程并合格的学生，准予提前毕业。",
    by: By::Application,
    from: &[Status::Enrolled],
    to: To::Status(Status::Graduated),
    placing: Placing::End,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), must(Note), may(Reason), may(Document)],
    materials: &["学校考核意见"],
    guards: &[],
};
