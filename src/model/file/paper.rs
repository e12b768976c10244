//! 纸质材料: what is kept on paper, and where.

use super::super::field::Need;
use super::super::sheet::{ID_DOCUMENT, PUPIL_NAME, REGISTRY_NUMBER, STUDENT_ID, SheetColumn};
use super::{Form, Kind};

pub const KIND: Kind = Kind {
    name: "papers",
    title: "纸质材料",
    file: "file-papers.xlsx",
    group: None,
    basis: "《中小学生学籍管理办法》第八条（纸质档案由学校学籍管理员负责管理）",
    columns: COLUMNS,
    forms: &[("on", Form::Day), ("copies", Form::Number { least: 1.0, most: 999.0, decimals: 0 })],
    identity: &["group", "title", "on"],
    dated: "on",
    notes: &[
        "一行是一份放在纸质档案里的材料；有扫描件的用 xueji file add 归档，不用在这里登记。",
        "学籍号、身份证件号、内部编号填一项，姓名必填；姓名与学籍不一致的一行不收。号码按文本填写，从别处粘贴时请选“只粘贴文本”。",
    ],
};

#[rustfmt::skip]
const COLUMNS: &[SheetColumn] = &[
    REGISTRY_NUMBER, ID_DOCUMENT, STUDENT_ID, PUPIL_NAME,
    SheetColumn { key: "group", heading: "组别", aliases: &["档案组别", "类别"], need: Need::Must, help: "学籍档案七个组之一，从下拉列表选择。", example: "证明材料", options: &["基础信息", "证明材料", "综合素质", "体质健康", "获奖信息", "资助信息", "其他材料"] },
    SheetColumn { key: "title", heading: "材料名称", aliases: &["材料", "名称"], need: Need::Must, help: "如户口簿复印件。", example: "户口簿复印件", options: &[] },
    SheetColumn { key: "on", heading: "归档日期", aliases: &["日期"], need: Need::Must, help: "八位数字，如 20250910。", example: "20250910", options: &[] },
    SheetColumn { key: "copies", heading: "份数", aliases: &["页数"], need: Need::Optional, help: "只填数字。", example: "1", options: &[] },
    SheetColumn { key: "place", heading: "存放位置", aliases: &["位置", "柜号"], need: Need::Optional, help: "如档案柜 3-12。", example: "", options: &[] },
];
