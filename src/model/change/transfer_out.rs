//! 转学（转出）: to a school of another registry; ends here when the other side has collected the file.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::guard::{rule, standing};
use super::input::{
    Input::{Note, On, OtherAuthority, OtherDivision, OtherSchool},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "transfer_out",
    name: "转出",
    official: &["21"],
    counts: &["27"],
    reasons: &[],
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第十三条前后；《中小学生学籍管理办法》（教基〔2025〕1号）第十五条",
    what: "学生转到本学籍库以外的学校（外县、外省）。对方学校和对方主管部门的同意凭联系函或数据包登记；本县转出学校、转出主管部门核办，每方 10 个工作日。对方调档以前学籍仍在原校；对方调档后学籍转出，本库保留电子档案备份，仍然可查。",
    by: By::Application,
    from: &[Status::Enrolled],
    to: To::Status(Status::TransferredOut),
    placing: Placing::End,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Transfer,
    inputs: &[must(On), must(OtherSchool), must(OtherAuthority), must(Note), may(OtherDivision)],
    materials: &["转学联系函", "转学原因证明（其他材料不得要求）"],
    guards: &[
        &standing::DATA_MISMATCH,
        &rule::TRANSFER_BARRED,
        &rule::TRANSFER_EXCEPTIONAL,
        &rule::TRANSFER_WINDOW,
    ],
};
