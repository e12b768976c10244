//! 毕业: the stage is finished.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::guard::rule;
use super::input::{
    Input::{Document, Note, On},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "graduation",
    name: "毕业",
    official: &[],
    counts: &["21"],
    reasons: &[],
    basis: "毕业条件和证书由省级规定",
    what: "修完本学段规定的年限，成绩合格，准予毕业。学籍随升学转入高一学段的学校，学籍号不变；不办转学。",
    by: By::Application,
    from: &[Status::Enrolled],
    to: To::Status(Status::Graduated),
    placing: Placing::End,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), may(Document), may(Note)],
    materials: &["毕业审核名册"],
    guards: &[&rule::NOT_FINAL_GRADE, &rule::YEAR_NOT_OVER],
};
