//! 取消学籍: the registration is taken away by decision.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::guard::rule;
use super::input::{
    Input::{Document, Note, On, Reason},
    must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "cancellation",
    name: "取消学籍",
    official: &["18"],
    counts: &["24"],
    reasons: &["23", "31", "32", "33", "39", "99"],
    basis: "学籍异动类别 18（JY/T 1001 XJYDLB）；条件由省级规定（如湖南：判刑的取消，刑满可以恢复）",
    what: "按省级规定取消学籍。义务教育阶段学生的学籍不得取消。记录保留可查，不删除；可以凭依据恢复学籍。",
    by: By::Application,
    from: &[Status::Enrolled, Status::OnLeave, Status::DroppedOut, Status::Abroad, Status::Preserved],
    to: To::Status(Status::Cancelled),
    placing: Placing::End,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), must(Reason), must(Note), must(Document)],
    materials: &["取消学籍的决定"],
    guards: &[&rule::COMPULSORY],
};
