//! 恢复入学资格: the end of a deferral, the child has come.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::guard::place;
use super::input::{
    Input::{Note, On, ToClass},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "entry_restoration",
    name: "恢复入学资格",
    official: &["15"],
    counts: &[],
    reasons: &[],
    basis: "学籍异动类别 15（JY/T 1001 XJYDLB）",
    what: "保留入学资格的新生入学，恢复为待核准，然后核准建籍、编发学籍号。",
    by: By::Application,
    from: &[Status::Deferred],
    to: To::Status(Status::Pending),
    placing: Placing::MaybeClass,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::School,
    inputs: &[must(On), may(ToClass), may(Note)],
    materials: &["监护人书面申请"],
    guards: &[&place::CLASS_UNKNOWN],
};
