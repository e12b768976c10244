//! 转学: from one school to another; the receiving school asks, and collects the file when the pupil has come.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::guard::{place, rule, standing};
use super::input::{
    Input::{Note, On, ToClass, ToSchool},
    must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "transfer",
    name: "转学",
    official: &["21", "22"],
    counts: &["27", "13"],
    reasons: &[],
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第十三条前后；《中小学生学籍管理办法》（教基〔2025〕1号）第十五条",
    what: "由转入学校发起，经转入学校主管部门、转出学校、转出学校主管部门核办，每方自到达之日起 10 个工作日；两校同属一个主管部门的，该部门只办一次。三方同意后通知学生报到，学生实际报到后由转入学校调档，学籍才随人转入：调档以前学籍在原校，调档以后在新校，任何时候不会两处都有，也不会两处都没有。转出学校保留电子档案备份。办结前转入学校可以撤销，办结后不能。毕业生升学不办转学，办升学。",
    by: By::Application,
    from: &[Status::Enrolled],
    to: To::Status(Status::Enrolled),
    placing: Placing::School,
    raises: &[],
    clears: &[Flag::NotAttending, Flag::AttendsElsewhere],
    barred_by: &[Flag::Disputed],
    route: Route::Transfer,
    inputs: &[must(On), must(ToSchool), must(ToClass), must(Note)],
    materials: &["学籍基本信息表", "转学原因证明（其他材料不得要求）"],
    guards: &[
        &place::SCHOOL_UNKNOWN,
        &place::SAME_SCHOOL,
        &place::SCHOOL_CLOSED,
        &place::STAGE_NOT_OFFERED,
        &place::CLASS_UNKNOWN,
        &place::GRADE_DIFFERS,
        &place::CLASS_FULL,
        &standing::DATA_MISMATCH,
        &rule::TRANSFER_BARRED,
        &rule::TRANSFER_EXCEPTIONAL,
        &rule::TRANSFER_WINDOW,
    ],
};
