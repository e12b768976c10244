//! 享受资助: one grant.

use super::super::field::Need;
use super::super::sheet::{ID_DOCUMENT, PUPIL_NAME, REGISTRY_NUMBER, STUDENT_ID, SheetColumn};
use super::{Form, Kind};

pub const KIND: Kind = Kind {
    name: "aid",
    title: "享受资助",
    file: "file-aid.xlsx",
    group: Some("aid"),
    basis: "《中小学生学籍管理办法》第七条（六）",
    columns: COLUMNS,
    forms: &[
        ("school_year", Form::SchoolYear),
        ("amount", Form::Number { least: 0.0, most: 100000.0, decimals: 2 }),
        ("on", Form::Day),
    ],
    identity: &["school_year", "term", "title"],
    dated: "school_year",
    notes: &[
        "一行是一名学生一个学期（或学年）的一项资助；同一项再交的，以后交的为准。",
        "学籍号、身份证件号、内部编号填一项，姓名必填；姓名与学籍不一致的一行不收。号码按文本填写，从别处粘贴时请选“只粘贴文本”。",
    ],
};

#[rustfmt::skip]
const COLUMNS: &[SheetColumn] = &[
    REGISTRY_NUMBER, ID_DOCUMENT, STUDENT_ID, PUPIL_NAME,
    SheetColumn { key: "school_year", heading: "学年", aliases: &["所属学年"], need: Need::Must, help: "如 2025-2026。", example: "2025-2026", options: &[] },
    SheetColumn { key: "term", heading: "学期", aliases: &[], need: Need::Optional, help: "第一学期或第二学期。", example: "第一学期", options: &["第一学期", "第二学期"] },
    SheetColumn { key: "title", heading: "资助项目", aliases: &["项目", "资助名称"], need: Need::Must, help: "如家庭经济困难学生生活补助。", example: "家庭经济困难学生生活补助", options: &[] },
    SheetColumn { key: "amount", heading: "金额", aliases: &["资助金额", "金额(元)", "金额（元）"], need: Need::Optional, help: "元；实物资助不填。", example: "500", options: &[] },
    SheetColumn { key: "reason", heading: "资助依据", aliases: &["困难类别", "原因"], need: Need::Optional, help: "如脱贫家庭、低保家庭。", example: "", options: &[] },
    SheetColumn { key: "on", heading: "发放日期", aliases: &["日期"], need: Need::Optional, help: "八位数字。", example: "", options: &[] },
];
