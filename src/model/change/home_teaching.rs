//! 送教上门: teachers come to the child; registered at the school that sends them.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::input::{
    Input::{Note, On},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "home_teaching",
    name: "送教上门",
    official: &[],
    counts: &[],
    reasons: &[],
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第六条（重度残疾不能到校的，由送教上门的学校建立学籍）",
    what: "重度残疾、不能到校的适龄儿童由学校送教上门，学籍建在送教的学校，加注标记；仍计入在校生。",
    by: By::Application,
    from: &[Status::Pending, Status::Enrolled],
    to: To::Same,
    placing: Placing::Stay,
    raises: &[Flag::TaughtAtHome],
    clears: &[Flag::NotAttending],
    barred_by: &[Flag::TaughtAtHome],
    route: Route::Authority,
    inputs: &[must(On), may(Note)],
    materials: &["残疾人证或医院证明"],
    guards: &[],
};
