//! 升级: the next grade with the new school year; the grade follows from the entry year, so nothing is written.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "promotion",
    name: "升级",
    official: &[],
    counts: &[],
    reasons: &[],
    basis: "年级由学段、入学年份和学制推算",
    what: "新学年全班一起升高一个年级。年级由学段、入学年份、学制和日期算出，不写入学籍；xueji rollover 核对没有在办业务后办理毕业并开始新学年。",
    by: By::Command("rollover"),
    from: &[Status::Enrolled, Status::OnLeave, Status::DroppedOut, Status::Abroad, Status::Preserved],
    to: To::Same,
    placing: Placing::Stay,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::None,
    inputs: &[],
    materials: &[],
    guards: &[],
};
