//! 关键信息变更: name, sex, birth date, document; rerun through checks and duplicate rules.

use crate::model::status::Status;

use super::guard::rule;
use super::input::{
    Input::{Note, On, Set},
    must,
};
use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "correction",
    name: "关键信息变更",
    official: &[],
    counts: &[],
    reasons: &[],
    basis: "教基一〔2014〕8号：身份证件号、姓名、性别、出生日期为关键信息，省级可以增加",
    what: "凭户籍部门的证明更正姓名、性别、出生日期、身份证件。先重新检查和查重，不通过的自动不予办理；通过的经学校主管领导审核、学籍主管部门核准后生效。学籍号终身不变，不随证件号改变。",
    by: By::Application,
    from: &[
        Status::Pending,
        Status::Enrolled,
        Status::Deferred,
        Status::OnLeave,
        Status::DroppedOut,
        Status::Abroad,
        Status::Preserved,
    ],
    to: To::Same,
    placing: Placing::Stay,
    raises: &[],
    clears: &[],
    barred_by: &[],
    route: Route::Authority,
    inputs: &[must(On), must(Set), must(Note)],
    materials: &["户口簿、居民身份证或户籍部门证明"],
    guards: &[&rule::NOT_KEY_FIELDS, &rule::NOTHING_CHANGED],
};
