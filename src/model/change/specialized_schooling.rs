//! 专门学校就读: at a specialized school, the registration where it was.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::input::{
    Input::{Note, On, OtherSchool},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "specialized_schooling",
    name: "专门学校就读",
    official: &[],
    counts: &[],
    reasons: &[],
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第六条（工读学校）；《中小学生学籍管理办法》（教基〔2025〕1号）第二条（专门学校）",
    what: "学生到专门学校就读，学籍可以转移，也可以留在原校，加注标记；不歧视、不公开。",
    by: By::Application,
    from: &[Status::Enrolled],
    to: To::Same,
    placing: Placing::Stay,
    raises: &[Flag::Specialized],
    clears: &[Flag::NotAttending, Flag::AttendsElsewhere],
    barred_by: &[Flag::Specialized],
    route: Route::Authority,
    inputs: &[must(On), may(OtherSchool), may(Note)],
    materials: &["专门教育指导委员会的决定"],
    guards: &[],
};
