//! 辍学: gone without leave; the registration is kept in compulsory education.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::input::{
    Input::{Document, Note, On, Reason},
    may, must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "dropout",
    name: "辍学",
    official: &[],
    counts: &["28"],
    reasons: &["27", "99"],
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第十七条前后；学生变动 28（XSBD）",
    what: "学生未经批准不到校。学校应书面报告乡镇人民政府、县级教育行政部门和学籍主管部门，并劝返。义务教育阶段学籍保留在原校原班，劝返后办理复学；随迁子女每学期末向户籍地移交。",
    by: By::Application,
    from: &[Status::Enrolled, Status::OnLeave],
    to: To::Status(Status::DroppedOut),
    placing: Placing::Stay,
    raises: &[],
    clears: &[Flag::NotAttending],
    barred_by: &[],
    route: Route::Authority,
    inputs: &[must(On), must(Note), may(Reason), may(Document)],
    materials: &["书面报告", "劝返记录"],
    guards: &[],
};
