//! 退学: leaving for good; not in compulsory education.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::guard::rule;
use super::input::{
    Input::{Note, On, Reason},
    must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "withdrawal",
    name: "退学",
    official: &["31"],
    counts: &["24"],
    reasons: &["21", "22", "24", "25", "29", "30", "31", "32", "33", "34", "39", "99"],
    basis: "《中华人民共和国义务教育法》第二十七条；《中小学生学籍管理办法》（教基一〔2013〕7号）第十八条前后",
    what: "高中学生自愿退学，或按省级规定应予退学。义务教育阶段不得退学。",
    by: By::Application,
    from: &[Status::Enrolled, Status::OnLeave, Status::Abroad, Status::Preserved],
    to: To::Status(Status::Withdrawn),
    placing: Placing::End,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), must(Reason), must(Note)],
    materials: &["监护人书面申请，或学校决定"],
    guards: &[&rule::COMPULSORY],
};
