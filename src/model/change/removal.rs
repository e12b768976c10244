//! 删除: a duplicate or false registration, by the procedure of disputed records.

use crate::model::flag::Flag;
use crate::model::status::Status;

use super::step::Route;
use super::{By, Placing, Spec, To};

/// The kind's row.
pub const SPEC: Spec = Spec {
    kind: "removal",
    name: "删除",
    official: &[],
    counts: &[],
    reasons: &[],
    basis: "问题学籍处理：佐证、变更、删除",
    what: "问题学籍经佐证、核办，确认不应存在的学籍予以删除：不再占学位，不再参加查重，仍然可查，学籍号不再使用。由 xueji dispute 办理。",
    by: By::Command("dispute"),
    from: &[
        Status::Pending,
        Status::Enrolled,
        Status::Deferred,
        Status::OnLeave,
        Status::DroppedOut,
        Status::Abroad,
        Status::Preserved,
        Status::Graduated,
        Status::Completed,
        Status::PartiallyCompleted,
        Status::TransferredOut,
        Status::Withdrawn,
        Status::Expelled,
        Status::Cancelled,
    ],
    to: To::Status(Status::Removed),
    placing: Placing::End,
    raises: &[],
    clears: &[Flag::Disputed, Flag::NotAttending, Flag::AttendsElsewhere],
    barred_by: &[],
    route: Route::None,
    inputs: &[],
    materials: &["佐证材料"],
    guards: &[],
};
