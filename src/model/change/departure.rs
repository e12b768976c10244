//! 出国（境）: gone abroad, the registration kept for the return.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::input::{
    Input::{Note, On, Reason, Until},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "departure",
    name: "出国（境）",
    official: &[],
    counts: &[],
    reasons: &["28", "29", "30"],
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第十五条前后（出国出境凭有效证件办理，回国后接续原学籍）",
    what: "学生出国（境）学习或定居，凭有效证件在现就读学校办理。学籍保留，回来后接续原来的学籍。",
    by: By::Application,
    from: &[Status::Enrolled, Status::OnLeave],
    to: To::Status(Status::Abroad),
    placing: Placing::Stay,
    raises: &[],
    clears: &[Flag::NotAttending],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), must(Reason), may(Until), may(Note)],
    materials: &["有效的出国（境）证件"],
    guards: &[],
};
