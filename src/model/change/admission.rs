//! 入学建籍: the first registration of a child, from a roster, approved by the registry authority.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "admission",
    name: "入学建籍",
    official: &[],
    counts: &["11"],
    reasons: &[],
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第四条、第六条；《中小学生学籍管理办法》（教基〔2025〕1号）第十条",
    what: "第一次建立学籍。学校采集、核对学生信息，导入花名册，经查重，由学籍主管部门核准并编发学籍号。由 xueji import 和 xueji approve 办理。",
    by: By::Command("import、approve"),
    from: &[],
    to: To::Status(Status::Enrolled),
    placing: Placing::Enter,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[],
    materials: &["学生基本信息采集表（监护人签字）", "户口簿或有效身份证件"],
    guards: &[],
};
