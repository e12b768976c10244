//! 健康体检: one health examination.

use super::super::field::Need;
use super::super::sheet::{ID_DOCUMENT, PUPIL_NAME, REGISTRY_NUMBER, STUDENT_ID, SheetColumn};
use super::{Form, Kind};

pub const KIND: Kind = Kind {
    name: "health",
    title: "健康体检",
    file: "file-health.xlsx",
    group: Some("health"),
    basis: "《中小学生学籍管理办法》第七条（四）；《中小学生健康体检管理办法（2021年版）》",
    columns: COLUMNS,
    forms: &[
        ("on", Form::Day),
        ("height", Form::Number { least: 50.0, most: 250.0, decimals: 1 }),
        ("weight", Form::Number { least: 8.0, most: 200.0, decimals: 1 }),
        ("vision_right", Form::Number { least: 3.0, most: 6.0, decimals: 1 }),
        ("vision_left", Form::Number { least: 3.0, most: 6.0, decimals: 1 }),
    ],
    identity: &["on"],
    dated: "on",
    notes: &[
        "一行是一名学生的一次体检；同一天再交的，以后交的为准。",
        "学籍号、身份证件号、内部编号填一项，姓名必填；姓名与学籍不一致的一行不收。号码按文本填写，从别处粘贴时请选“只粘贴文本”。",
    ],
};

#[rustfmt::skip]
const COLUMNS: &[SheetColumn] = &[
    REGISTRY_NUMBER, ID_DOCUMENT, STUDENT_ID, PUPIL_NAME,
    SheetColumn { key: "on", heading: "体检日期", aliases: &["日期"], need: Need::Must, help: "八位数字，如 20251016。", example: "20251016", options: &[] },
    SheetColumn { key: "place", heading: "体检机构", aliases: &["机构"], need: Need::Optional, help: "全称。", example: "", options: &[] },
    SheetColumn { key: "height", heading: "身高", aliases: &["身高(cm)", "身高（厘米）"], need: Need::Optional, help: "厘米。", example: "138.5", options: &[] },
    SheetColumn { key: "weight", heading: "体重", aliases: &["体重(kg)", "体重（千克）"], need: Need::Optional, help: "千克。", example: "32.0", options: &[] },
    SheetColumn { key: "vision_right", heading: "右眼裸眼视力", aliases: &["右眼视力", "视力右"], need: Need::Optional, help: "五分记录，如 5.0。", example: "5.0", options: &[] },
    SheetColumn { key: "vision_left", heading: "左眼裸眼视力", aliases: &["左眼视力", "视力左"], need: Need::Optional, help: "五分记录，如 5.0。", example: "4.9", options: &[] },
    SheetColumn { key: "teeth", heading: "口腔", aliases: &["龋齿"], need: Need::Optional, help: "检查所见。", example: "", options: &[] },
    SheetColumn { key: "result", heading: "体检结论", aliases: &["结论"], need: Need::Must, help: "体检机构的结论。", example: "未见异常", options: &[] },
];
