//! 预防接种查验: one look at the vaccination certificate.

use super::super::field::Need;
use super::super::sheet::{ID_DOCUMENT, PUPIL_NAME, REGISTRY_NUMBER, STUDENT_ID, SheetColumn};
use super::{Form, Kind};

pub const KIND: Kind = Kind {
    name: "vaccination",
    title: "预防接种查验",
    file: "file-vaccination.xlsx",
    group: Some("health"),
    basis: "《中小学生学籍管理办法》第七条（四）；《疫苗管理法》第四十八条（入学时查验预防接种证）",
    columns: COLUMNS,
    forms: &[("on", Form::Day)],
    identity: &["on"],
    dated: "on",
    notes: &[
        "一行是一名学生的一次查验；补种以后再查的另填一行。",
        "学籍号、身份证件号、内部编号填一项，姓名必填；姓名与学籍不一致的一行不收。号码按文本填写，从别处粘贴时请选“只粘贴文本”。",
    ],
};

#[rustfmt::skip]
const COLUMNS: &[SheetColumn] = &[
    REGISTRY_NUMBER, ID_DOCUMENT, STUDENT_ID, PUPIL_NAME,
    SheetColumn { key: "on", heading: "查验日期", aliases: &["日期"], need: Need::Must, help: "八位数字，如 20250905。", example: "20250905", options: &[] },
    SheetColumn { key: "result", heading: "查验结果", aliases: &["接种情况"], need: Need::Must, help: "从下拉列表选择。", example: "齐全", options: &["齐全", "需补种", "已补种", "无接种证", "有禁忌"] },
    SheetColumn { key: "missing", heading: "需补种的疫苗", aliases: &["补种疫苗"], need: Need::Optional, help: "几种用顿号隔开。", example: "", options: &[] },
    SheetColumn { key: "certificate", heading: "接种证编号", aliases: &["预防接种证号"], need: Need::Optional, help: "按文本填写。", example: "", options: &[] },
];
