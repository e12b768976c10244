//! 随班就读: a special school's pupil in an ordinary class, the registration where it was.

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
    kind: "inclusive_education",
    name: "随班就读",
    official: &[],
    counts: &[],
    reasons: &[],
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第六条（随班就读不受未转学不得接收的限制，学籍可以转移也可以不转移）",
    what: "特殊教育学生到普通学校随班就读，学籍可以转移（办转学），也可以不转移：不转移的学籍留在原校，加注标记。",
    by: By::Application,
    from: &[Status::Enrolled],
    to: To::Same,
    placing: Placing::Stay,
    raises: &[Flag::Inclusive],
    clears: &[Flag::NotAttending, Flag::AttendsElsewhere],
    barred_by: &[Flag::Inclusive],
    route: Route::Authority,
    inputs: &[must(On), may(OtherSchool), may(Note)],
    materials: &["残疾人证或评估意见"],
    guards: &[],
};
