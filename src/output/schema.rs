//! The table of JSON schemas: what `xueji explain json NAME` prints.

use schemars::schema_for;

use super::{contents, json};

/// A schema's name and how it is made.
pub struct Schema {
    pub name: &'static str,
    pub what: &'static str,
    pub make: fn() -> schemars::Schema,
}

/// Every schema; a name never changes its meaning, a change of meaning is a new number.
pub const SCHEMAS: &[Schema] = &[
    Schema { name: FINDINGS, what: "检查花名册的结果", make: || schema_for!(json::Findings) },
    Schema { name: IMPORT, what: "导入的预览或结果", make: || schema_for!(json::Import) },
    Schema { name: NUMBERS, what: "检查证件号码的结果", make: || schema_for!(json::Numbers) },
    Schema { name: TABLE, what: "清单和报表", make: || schema_for!(json::Tables) },
    Schema { name: DONE, what: "写入类命令的结果", make: || schema_for!(json::Done) },
    Schema { name: PAGE, what: "一页说明", make: || schema_for!(json::PageJson) },
    Schema {
        name: BULK, what: "成批变动和成批办理的逐行结果", make: || schema_for!(json::Bulk)
    },
    Schema {
        name: VERIFICATION,
        what: "学籍核查的预览或结果",
        make: || schema_for!(json::verification::Verification),
    },
    Schema { name: TERM, what: "学期成套报表的目录", make: || schema_for!(contents::Contents) },
    Schema { name: ERROR, what: "没有办成的原因", make: || schema_for!(json::Error) },
];

pub const FINDINGS: &str = "xueji.findings/1";
pub const IMPORT: &str = "xueji.import/1";
pub const NUMBERS: &str = "xueji.numbers/1";
pub const TABLE: &str = "xueji.table/1";
pub const DONE: &str = "xueji.done/1";
pub const PAGE: &str = "xueji.page/1";
pub const BULK: &str = "xueji.bulk/1";
pub const VERIFICATION: &str = "xueji.verification/1";
pub const TERM: &str = "xueji.term/1";
pub const ERROR: &str = "xueji.error/1";

/// The JSON Schema of this name, with or without `xueji.` and the version.
pub fn find(name: &str) -> Option<&'static Schema> {
    let short =
        |s: &'static Schema| s.name.trim_start_matches("xueji.").split('/').next().unwrap_or_default();
    SCHEMAS.iter().find(|s| s.name == name || short(s) == name)
}
