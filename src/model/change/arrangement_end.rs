//! 特殊就读安排结束: taught at school again like everybody.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::guard::standing;
use super::input::{
    Input::{Note, On},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "arrangement_end",
    name: "特殊就读安排结束",
    official: &[],
    counts: &[],
    reasons: &[],
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第六条",
    what: "送教上门、随班就读或专门学校就读结束，回到原校原班就读，清除标记。",
    by: By::Application,
    from: &[Status::Pending, Status::Enrolled],
    to: To::Same,
    placing: Placing::Stay,
    raises: &[],
    clears: &[Flag::TaughtAtHome, Flag::Inclusive, Flag::Specialized],
    barred_by: &[Flag::Disputed],
    route: Route::School,
    inputs: &[must(On), may(Note)],
    materials: &[],
    guards: &[&standing::NO_ARRANGEMENT],
};
