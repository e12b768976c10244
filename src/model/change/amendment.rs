//! 其他信息变更: the school keeps other data itself; no approval.

use crate::model::status::Status;

use super::guard::rule;
use super::input::{
    Input::{Note, On, Set},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "amendment",
    name: "其他信息变更",
    official: &[],
    counts: &[],
    reasons: &[],
    basis: "教基一〔2014〕8号：其他信息由学校自行维护",
    what: "更新住址、电话、健康状况等非关键信息，学校直接办理，即时生效，流水留痕。",
    by: By::Application,
    from: &[
        Status::Pending,
        Status::Enrolled,
        Status::Deferred,
        Status::OnLeave,
        Status::DroppedOut,
        Status::Abroad,
        Status::Preserved,
    ],
    to: To::Same,
    placing: Placing::Stay,
    raises: &[],
    clears: &[],
    barred_by: &[],
    route: Route::None,
    inputs: &[must(On), must(Set), may(Note)],
    materials: &[],
    guards: &[&rule::KEY_FIELDS, &rule::NOTHING_CHANGED],
};
