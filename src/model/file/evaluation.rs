//! 综合素质发展评价: the five sides of a pupil's development, a row a term.

use super::super::field::Need;
use super::super::sheet::{ID_DOCUMENT, PUPIL_NAME, REGISTRY_NUMBER, STUDENT_ID, SheetColumn};
use super::{Form, Kind};

pub const KIND: Kind = Kind {
    name: "evaluation",
    title: "综合素质发展评价",
    file: "file-evaluation.xlsx",
    group: Some("quality"),
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第七条（三）；评价的五个方面见教基二〔2014〕11号",
    columns: COLUMNS,
    forms: &[("school_year", Form::SchoolYear)],
    identity: &["school_year", "term"],
    dated: "school_year",
    notes: &[
        "一行是一名学生一个学期的综合素质发展评价；同一学期再交的，以后交的为准。",
        "学籍号、身份证件号、内部编号填一项，姓名必填；姓名与学籍不一致的一行不收。号码按文本填写，从别处粘贴时请选“只粘贴文本”。",
    ],
};

#[rustfmt::skip]
const COLUMNS: &[SheetColumn] = &[
    REGISTRY_NUMBER, ID_DOCUMENT, STUDENT_ID, PUPIL_NAME,
    SheetColumn { key: "school_year", heading: "学年", aliases: &["所属学年"], need: Need::Must, help: "如 2025-2026。", example: "2025-2026", options: &[] },
    SheetColumn { key: "term", heading: "学期", aliases: &[], need: Need::Must, help: "第一学期或第二学期。", example: "第一学期", options: &["第一学期", "第二学期"] },
    SheetColumn { key: "morals", heading: "思想品德", aliases: &[], need: Need::Optional, help: "评语或等级。", example: "", options: &[] },
    SheetColumn { key: "studies", heading: "学业水平", aliases: &["学业考试", "学业成绩"], need: Need::Optional, help: "学业考试的情况。", example: "", options: &[] },
    SheetColumn { key: "fitness", heading: "身心健康", aliases: &["体育运动技能"], need: Need::Optional, help: "体育运动技能、心理健康等。", example: "", options: &[] },
    SheetColumn { key: "arts", heading: "艺术素养", aliases: &["艺术特长"], need: Need::Optional, help: "艺术特长、参加的活动。", example: "", options: &[] },
    SheetColumn { key: "practice", heading: "社会实践", aliases: &["社区服务", "社区服务和社会实践"], need: Need::Optional, help: "社区服务、社会实践、劳动。", example: "", options: &[] },
    SheetColumn { key: "grade", heading: "总评", aliases: &["综合评价", "等级"], need: Need::Optional, help: "学校规定的等级。", example: "", options: &[] },
    SheetColumn { key: "comment", heading: "评语", aliases: &["班主任评语", "教师评语"], need: Need::Optional, help: "班主任的评语。", example: "", options: &[] },
];
