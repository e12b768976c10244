//! 降级: a lower grade; for pupils of special education (2025, Art. 14).

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::guard::place;
use super::input::{
    Input::{Note, On, Reason, ToClass},
    must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "demotion",
    name: "降级",
    official: &["03"],
    counts: &[],
    reasons: &["10", "11", "12", "19", "22", "99"],
    basis: "学籍异动类别 03（JY/T 1001 XJYDLB）；《中小学生学籍管理办法》（教基〔2025〕1号）第十四条（特殊教育学生特殊情况可以降级就读）",
    what: "学生编入较低的年级。2025 年办法允许特殊教育学生在特殊情况下降级就读；其他学生按省级规定。",
    by: By::Application,
    from: &[Status::Enrolled, Status::OnLeave],
    to: To::Status(Status::Enrolled),
    placing: Placing::Class,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), must(ToClass), must(Reason), must(Note)],
    materials: &["监护人书面申请", "学校意见"],
    guards: &[&place::CLASS_UNKNOWN, &place::NOT_LATER],
};
