//! 开除学籍: not in compulsory education.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::guard::rule;
use super::input::{
    Input::{Document, Note, On, Reason},
    must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "expulsion",
    name: "开除学籍",
    official: &["42"],
    counts: &["25"],
    reasons: &["23", "99"],
    basis: "《中华人民共和国义务教育法》第二十七条（学校不得开除学生）",
    what: "高中学生严重违法违纪，学校依规定程序开除学籍，告知监护人并报主管部门。义务教育阶段不得开除。",
    by: By::Application,
    from: &[Status::Enrolled, Status::OnLeave, Status::Preserved],
    to: To::Status(Status::Expelled),
    placing: Placing::End,
    raises: &[],
    clears: &[],
    barred_by: &[Flag::Disputed],
    route: Route::Authority,
    inputs: &[must(On), must(Reason), must(Note), must(Document)],
    materials: &["学校处分决定", "告知监护人的记录"],
    guards: &[&rule::COMPULSORY],
};
