//! 升学: the next stage, at the school that admitted the pupil; graduates do not transfer.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::guard::{place, standing};
use super::input::{
    Input::{Note, On, ToClass, ToSchool},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "progression",
    name: "升学",
    official: &[],
    counts: &["11"],
    reasons: &[],
    basis: "2014 年 7 月 15 日教育部关于升级、毕业、升学的通知",
    what: "小学升初中、初中升高中。接收学校录取后发起，由接收学校主管部门核准；跨省的是“毕业后跨省就学”，毕业学校主管部门也要核办。接续原来的学籍和学籍号，毕业生任何时候都不办转学。",
    by: By::Application,
    from: &[Status::Graduated, Status::Completed],
    to: To::Status(Status::Enrolled),
    placing: Placing::School,
    raises: &[],
    clears: &[Flag::NotAttending, Flag::AttendsElsewhere],
    barred_by: &[Flag::Disputed],
    route: Route::Progression,
    inputs: &[must(On), must(ToSchool), must(ToClass), may(Note)],
    materials: &["录取名册"],
    guards: &[
        &place::SCHOOL_UNKNOWN,
        &place::SCHOOL_CLOSED,
        &place::CLASS_UNKNOWN,
        &place::NOT_NEXT_STAGE,
        &place::CLASS_FULL,
        &standing::DATA_MISMATCH,
    ],
};
