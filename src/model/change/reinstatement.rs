//! 复学: back at school after a leave, a dropout or a preservation.

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
    kind: "reinstatement",
    name: "复学",
    official: &["12"],
    counts: &["12"],
    reasons: &[],
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第十六条前后",
    what: "休学期满或提前、辍学后劝返、保留学籍期满的学生回校，编入原班，或按学力和监护人意愿编入另一个班。",
    by: By::Application,
    from: &[Status::OnLeave, Status::DroppedOut, Status::Preserved],
    to: To::Status(Status::Enrolled),
    placing: Placing::MaybeClass,
    raises: &[],
    clears: &[Flag::NotAttending],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), may(ToClass), may(Note)],
    materials: &["监护人书面申请", "县级以上医院康复证明（因病休学的）"],
    guards: &[&place::CLASS_UNKNOWN],
};
