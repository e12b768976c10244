//! 回国复学: back from abroad, the old registration goes on.

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
    kind: "return_from_abroad",
    name: "回国复学",
    official: &["08"],
    counts: &["12"],
    reasons: &[],
    basis: "学籍异动类别 08（JY/T 1001 XJYDLB）；《中小学生学籍管理办法》（教基一〔2013〕7号）第十五条前后",
    what: "出国（境）的学生回来继续在原校就读，接续原来的学籍和学籍号，不重新建籍。",
    by: By::Application,
    from: &[Status::Abroad],
    to: To::Status(Status::Enrolled),
    placing: Placing::MaybeClass,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), may(ToClass), may(Note)],
    materials: &["有效身份证件"],
    guards: &[&place::CLASS_UNKNOWN],
};
