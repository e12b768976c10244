//! 续休: a leave that goes on.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::guard::rule;
use super::input::{
    Input::{Note, On, Reason, Until},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "leave_extension",
    name: "续休",
    official: &["11"],
    counts: &[],
    reasons: &["10", "11", "12", "19", "25", "26", "27", "28", "99"],
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第十六条前后；续休条件由省级规定",
    what: "休学期满仍不能复学的，在期满前申请续休，写明新的截止日期。连续休学的最长期限由省级规定。",
    by: By::Application,
    from: &[Status::OnLeave],
    to: To::Same,
    placing: Placing::Stay,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), must(Until), must(Reason), may(Note)],
    materials: &["监护人书面申请", "县级以上医院证明"],
    guards: &[&rule::LEAVE_LENGTH],
};
