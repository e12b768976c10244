//! 学校合并: a school is joined to another one, and every registration goes with it; an official reorganization, no transfer.

use super::step::Route;
use super::{By, HELD, Placing, Spec, To};

/// The kind's row. Nothing bars it: a disputed registration goes with its school as any other.
pub const SPEC: Spec = Spec {
    kind: "merger",
    name: "学校合并划转",
    official: &[],
    counts: &[],
    reasons: &[],
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第九条（学校合并的，学籍档案移交并入的学校管理）",
    what: "学校合并时，在册学生连同所在的班整体划入并入的学校，学籍状态、学籍号不变，学籍档案移交并入的学校。不是转学：不用申请，不经各方核办，不计转入、转出。由 xueji school merge 一次办理，可以整批撤销。",
    by: By::Command("school merge"),
    from: HELD,
    to: To::Same,
    placing: Placing::School,
    raises: &[],
    clears: &[],
    barred_by: &[],
    route: Route::None,
    inputs: &[],
    materials: &["学校合并的批准文件"],
    guards: &[],
};
