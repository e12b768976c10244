//! 体质健康测试: the national fitness standard's yearly result.

use super::super::field::Need;
use super::super::sheet::{ID_DOCUMENT, PUPIL_NAME, REGISTRY_NUMBER, STUDENT_ID, SheetColumn};
use super::{Form, Kind};

pub const KIND: Kind = Kind {
    name: "fitness",
    title: "体质健康测试",
    file: "file-fitness.xlsx",
    group: Some("health"),
    basis: "《中小学生学籍管理办法》第七条（四）；《国家学生体质健康标准（2014年修订）》",
    columns: COLUMNS,
    forms: &[
        ("school_year", Form::SchoolYear),
        ("on", Form::Day),
        ("height", Form::Number { least: 50.0, most: 250.0, decimals: 1 }),
        ("weight", Form::Number { least: 8.0, most: 200.0, decimals: 1 }),
        ("vital_capacity", Form::Number { least: 200.0, most: 10000.0, decimals: 0 }),
        ("score", Form::Number { least: 0.0, most: 120.0, decimals: 1 }),
    ],
    identity: &["school_year"],
    dated: "school_year",
    notes: &[
        "一行是一名学生一个学年的测试结果；同一学年再交的，以后交的为准。",
        "学籍号、身份证件号、内部编号填一项，姓名必填；姓名与学籍不一致的一行不收。号码按文本填写，从别处粘贴时请选“只粘贴文本”。",
    ],
};

#[rustfmt::skip]
const COLUMNS: &[SheetColumn] = &[
    REGISTRY_NUMBER, ID_DOCUMENT, STUDENT_ID, PUPIL_NAME,
    SheetColumn { key: "school_year", heading: "学年", aliases: &["所属学年"], need: Need::Must, help: "如 2025-2026。", example: "2025-2026", options: &[] },
    SheetColumn { key: "on", heading: "测试日期", aliases: &["日期"], need: Need::Optional, help: "八位数字，如 20251016。", example: "20251016", options: &[] },
    SheetColumn { key: "height", heading: "身高", aliases: &["身高(cm)", "身高（厘米）"], need: Need::Optional, help: "厘米。", example: "138.5", options: &[] },
    SheetColumn { key: "weight", heading: "体重", aliases: &["体重(kg)", "体重（千克）"], need: Need::Optional, help: "千克。", example: "32.0", options: &[] },
    SheetColumn { key: "vital_capacity", heading: "肺活量", aliases: &["肺活量(ml)"], need: Need::Optional, help: "毫升。", example: "1800", options: &[] },
    SheetColumn { key: "score", heading: "总分", aliases: &["测试总分", "学年总分"], need: Need::Conditional, help: "0—120，含附加分；免予执行的不填。", example: "86.5", options: &[] },
    SheetColumn { key: "grade", heading: "等级", aliases: &["总分等级", "综合评定等级"], need: Need::Conditional, help: "由总分评定；免予执行的不填。", example: "良好", options: &["优秀", "良好", "及格", "不及格"] },
    SheetColumn { key: "exemption", heading: "免予执行的原因", aliases: &["免测原因", "免测"], need: Need::Optional, help: "经批准免予执行《标准》的写原因。", example: "", options: &[] },
];
