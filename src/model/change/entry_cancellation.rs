//! 取消入学资格: a child admitted who does not come.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::input::{
    Input::{Note, On, Reason},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "entry_cancellation",
    name: "取消入学资格",
    official: &["16"],
    counts: &[],
    reasons: &["21", "31", "99"],
    basis: "学籍异动类别 16（JY/T 1001 XJYDLB）；逾期天数由省级规定",
    what: "录取后逾期不报到又没有保留入学资格的新生，取消入学资格。记录保留可查，不删除。",
    by: By::Application,
    from: &[Status::Pending, Status::Deferred],
    to: To::Status(Status::Cancelled),
    placing: Placing::End,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), must(Note), may(Reason)],
    materials: &["逾期未报到的记录"],
    guards: &[],
};
