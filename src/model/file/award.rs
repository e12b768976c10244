//! 在校获奖: one award.

use super::super::field::Need;
use super::super::sheet::{ID_DOCUMENT, PUPIL_NAME, REGISTRY_NUMBER, STUDENT_ID, SheetColumn};
use super::{Form, Kind};

pub const KIND: Kind = Kind {
    name: "awards",
    title: "在校获奖",
    file: "file-awards.xlsx",
    group: Some("awards"),
    basis: "《中小学生学籍管理办法》第七条（五）",
    columns: COLUMNS,
    forms: &[("on", Form::Day)],
    identity: &["on", "title"],
    dated: "on",
    notes: &[
        "一行是一名学生的一个奖项。",
        "学籍号、身份证件号、内部编号填一项，姓名必填；姓名与学籍不一致的一行不收。号码按文本填写，从别处粘贴时请选“只粘贴文本”。",
    ],
};

#[rustfmt::skip]
const COLUMNS: &[SheetColumn] = &[
    REGISTRY_NUMBER, ID_DOCUMENT, STUDENT_ID, PUPIL_NAME,
    SheetColumn { key: "on", heading: "获奖日期", aliases: &["日期", "颁奖日期"], need: Need::Must, help: "八位数字，如 20260520。", example: "20260520", options: &[] },
    SheetColumn { key: "title", heading: "奖项名称", aliases: &["奖项", "荣誉名称", "获奖名称"], need: Need::Must, help: "证书上的名称。", example: "三好学生", options: &[] },
    SheetColumn { key: "level", heading: "级别", aliases: &["获奖级别"], need: Need::Optional, help: "从下拉列表选择。", example: "校级", options: &["校级", "乡镇级", "县级", "市级", "省级", "国家级", "国际级"] },
    SheetColumn { key: "rank", heading: "等次", aliases: &["获奖等级", "名次"], need: Need::Optional, help: "如一等奖。", example: "", options: &[] },
    SheetColumn { key: "giver", heading: "颁发单位", aliases: &["授予单位"], need: Need::Optional, help: "全称。", example: "", options: &[] },
    SheetColumn { key: "certificate", heading: "证书编号", aliases: &[], need: Need::Optional, help: "按文本填写。", example: "", options: &[] },
];
