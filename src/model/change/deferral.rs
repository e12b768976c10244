//! 保留入学资格: a child admitted who can't come yet.

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
    kind: "deferral",
    name: "保留入学资格",
    official: &["14"],
    counts: &[],
    reasons: &["10", "11", "12", "19", "26", "99"],
    basis: "学籍异动类别 14（JY/T 1001 XJYDLB）；条件和期限由省级规定（《中小学生学籍管理办法》（教基一〔2013〕7号）通知第二项）",
    what: "已录取、尚未核准建籍的新生因病等原因不能按时入学，保留到截止日期。期满前办理恢复入学资格；不再入学的办理取消入学资格。",
    by: By::Application,
    from: &[Status::Pending],
    to: To::Status(Status::Deferred),
    placing: Placing::Stay,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), must(Until), must(Reason), may(Note)],
    materials: &["监护人书面申请", "县级以上医院证明或其他证明"],
    guards: &[&rule::DEFERRAL_LENGTH],
};
