//! 学校分设: a campus becomes a school of its own, and the registrations of its classes go with it; no transfer.

use super::step::Route;
use super::{By, HELD, Placing, Spec, To};

/// The kind's row. Nothing bars it: a disputed registration goes with its class as any other.
pub const SPEC: Spec = Spec {
    kind: "split",
    name: "学校分设划转",
    official: &[],
    counts: &[],
    reasons: &[],
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第六条（籍随人走）、第九条",
    what: "一所学校的校区、分校独立设校时，其班级连同在册学生整体划入新校，学籍状态、学籍号不变，学籍档案移交新校。不是转学：不用申请，不经各方核办，不计转入、转出。由 xueji school split 一次办理，可以整批撤销。",
    by: By::Command("school split"),
    from: HELD,
    to: To::Same,
    placing: Placing::School,
    raises: &[],
    clears: &[],
    barred_by: &[],
    route: Route::None,
    inputs: &[],
    materials: &["独立设校的批准文件"],
    guards: &[],
};
