//! 休学: away from school by consent for a time.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::guard::rule;
use super::input::{
    Input::{Note, On, Reason, Until},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "leave",
    name: "休学",
    official: &["11"],
    counts: &["23"],
    reasons: &["10", "11", "12", "19", "25", "26", "27", "28", "99"],
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第十六条前后；期限和证明由省级规定",
    what: "学生因病等原因不能坚持学习，监护人书面申请，学校同意，学籍主管部门核准。休学期间学籍保留在原校原班，一般不办转学；期满前申请复学或续休。",
    by: By::Application,
    from: &[Status::Enrolled],
    to: To::Status(Status::OnLeave),
    placing: Placing::Stay,
    raises: &[],
    clears: &[Flag::NotAttending],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), must(Until), must(Reason), may(Note)],
    materials: &["监护人书面申请", "县级以上医院证明或其他证明"],
    guards: &[&rule::LEAVE_BARRED, &rule::LEAVE_LENGTH],
};
