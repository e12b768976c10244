//! 死亡: cancelled on proof within ten working days.

use crate::model::status::Status;

use super::input::{
    Input::{Note, On, Reason},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "death",
    name: "死亡",
    official: &["51"],
    counts: &["26"],
    reasons: &[
        "40", "41", "42", "43", "44", "45", "46", "47", "50", "51", "52", "53", "54", "60", "61", "62", "63",
        "64", "65", "66", "67", "68", "70", "71", "72", "79", "81", "89",
    ],
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第十九条前后（10 个工作日内凭证明注销学籍）",
    what: "学校凭死亡证明在 10 个工作日内报告，学籍主管部门注销学籍。记录保留可查，不删除。",
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
    to: To::Status(Status::Deceased),
    placing: Placing::End,
    raises: &[],
    clears: &[],
    barred_by: &[],
    route: Route::Authority,
    inputs: &[must(On), must(Reason), may(Note)],
    materials: &["死亡证明"],
    guards: &[],
};
