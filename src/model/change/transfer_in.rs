//! 转学（转入）: from a school of another registry; begins here when our school collects the file.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::guard::{place, rule, standing};
use super::input::{
    Input::{Note, On, OtherAuthority, OtherDivision, OtherSchool, Set, ToClass, ToSchool},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "transfer_in",
    name: "转入",
    official: &["22"],
    counts: &["13"],
    reasons: &[],
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第十三条前后；《中小学生学籍管理办法》（教基〔2025〕1号）第十五条",
    what: "学生从本学籍库以外的学校（外县、外省）转入。由转入学校发起，经转入主管部门核办；对方学校和对方主管部门的同意凭联系函或数据包登记，每方 10 个工作日。学生实际报到后由转入学校调档，学籍从此在本库；原来的学籍号终身不变，继续使用。",
    by: By::Application,
    from: &[Status::TransferredOut],
    to: To::Status(Status::Enrolled),
    placing: Placing::Enter,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Transfer,
    inputs: &[
        must(On),
        must(ToSchool),
        must(ToClass),
        must(OtherSchool),
        must(OtherAuthority),
        must(Note),
        may(OtherDivision),
        may(Set),
    ],
    materials: &["学籍基本信息表", "转学原因证明（其他材料不得要求）"],
    guards: &[
        &place::SCHOOL_UNKNOWN,
        &place::SCHOOL_CLOSED,
        &place::CLASS_UNKNOWN,
        &place::CLASS_FULL,
        &standing::RECORD_MISSING,
        &rule::TRANSFER_WINDOW,
    ],
};
