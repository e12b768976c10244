//! The columns of the small sheets: a county's schools and classes, lists of transfers and of other changes.

use crate::model::field::Need;

/// One column: its machine key, its heading, other headings it is known by, and how to fill it in.
#[derive(Clone, Copy, Debug)]
pub struct SheetColumn {
    pub key: &'static str,
    pub heading: &'static str,
    pub aliases: &'static [&'static str],
    pub need: Need,
    pub help: &'static str,
    pub example: &'static str,
    /// The values to choose from; none where any text may stand.
    pub options: &'static [&'static str],
}

/// The help of a column that is filled in before a form goes out.
pub const GIVEN: &str = "主管部门填好的，请不要改动。";

impl SheetColumn {
    /// Whether it is filled in before the form goes out.
    pub fn is_given(&self) -> bool {
        self.help == GIVEN
    }
}

const YEARS: &[&str] = &["3", "4", "5", "6"];
const STAGES: &[&str] = &["小学", "初中", "高中"];

/// The school sheet.
#[rustfmt::skip]
pub const SCHOOL_COLUMNS: &[SheetColumn] = &[
    SheetColumn { key: "school_code", heading: "学校标识码", aliases: &["学校代码", "标识码", "学校(机构)标识码"], need: Need::Must, help: "教育部统一编发的十位数字，按文本填写。", example: "2137000001", options: &[] },
    SheetColumn { key: "name", heading: "学校名称", aliases: &["校名", "学校"], need: Need::Must, help: "与学校公章一致。", example: "示例县第一小学（示例）", options: &[] },
    SheetColumn { key: "division", heading: "所在地行政区划代码", aliases: &["行政区划代码", "区划代码", "所在地行政区划"], need: Need::Must, help: "学校所在县（市、区）的六位代码，或后面加六个0的十二位代码。", example: "331125000000", options: &[] },
    SheetColumn { key: "authority", heading: "学籍主管部门", aliases: &["主管部门", "主管教育行政部门", "教育行政部门"], need: Need::Must, help: "核准该校学籍的教育行政部门，写全称。", example: "示例县教育局", options: &[] },
    SheetColumn { key: "stages", heading: "学段", aliases: &["办学学段", "学校学段"], need: Need::Must, help: "小学、初中、高中，有几个写几个，中间用顿号隔开。", example: "小学、初中", options: &[] },
    SheetColumn { key: "primary_years", heading: "小学学制", aliases: &["小学年限", "小学规定年制"], need: Need::Optional, help: "小学读几年，只填数字；没有小学的空着。", example: "6", options: YEARS },
    SheetColumn { key: "junior_years", heading: "初中学制", aliases: &["初中年限", "初中规定年制"], need: Need::Optional, help: "初中读几年，只填数字；没有初中的空着。", example: "3", options: YEARS },
    SheetColumn { key: "senior_years", heading: "高中学制", aliases: &["高中年限", "高中规定年制"], need: Need::Optional, help: "高中读几年，只填数字；没有高中的空着。", example: "", options: YEARS },
    SheetColumn { key: "organizer", heading: "举办者", aliases: &["学校举办者", "办学性质", "举办者类型"], need: Need::Optional, help: "举办学校的部门、单位或个人。", example: "县级教育部门", options: &[] },
];

/// The class sheet.
#[rustfmt::skip]
pub const CLASS_COLUMNS: &[SheetColumn] = &[
    SheetColumn { key: "school_code", heading: "学校标识码", aliases: &["学校代码", "标识码"], need: Need::Must, help: "班级所在学校的标识码，十位数字，按文本填写。", example: "2137000001", options: &[] },
    SheetColumn { key: "class_number", heading: "班号", aliases: &["班级编号", "班级代码"], need: Need::Must, help: "与花名册里的班号一致，学校内不重复。", example: "202501", options: &[] },
    SheetColumn { key: "name", heading: "班级名称", aliases: &["班级", "班名"], need: Need::Must, help: "平常的叫法。", example: "一年级1班", options: &[] },
    SheetColumn { key: "stage", heading: "学段", aliases: &["所属学段"], need: Need::Must, help: "小学、初中或高中。", example: "小学", options: STAGES },
    SheetColumn { key: "entry_year", heading: "入学年份", aliases: &["入学年度", "级", "届", "入学年月"], need: Need::Must, help: "进入本学段一年级的年份，四位数字。", example: "2025", options: &[] },
];

/// Who the pupil is: one of three is filled in, the name is held against what the registry says.
#[rustfmt::skip]
pub const REGISTRY_NUMBER: SheetColumn = SheetColumn { key: "registry_number", heading: "学籍号", aliases: &["全国学籍号", "学籍编号"], need: Need::Conditional, help: "学籍号、身份证件号、内部编号填一项即可，按文本填写。", example: "", options: &[] };
#[rustfmt::skip]
pub const ID_DOCUMENT: SheetColumn = SheetColumn { key: "id_document", heading: "身份证件号", aliases: &["身份证号", "身份证号码", "证件号码", "公民身份号码"], need: Need::Conditional, help: "没有填学籍号的填身份证件号，按文本填写。", example: "", options: &[] };
#[rustfmt::skip]
pub const STUDENT_ID: SheetColumn = SheetColumn { key: "student", heading: "内部编号", aliases: &["学生编号"], need: Need::Conditional, help: "前两项都没有的填内部编号，xueji student find 可以查到。", example: "", options: &[] };
#[rustfmt::skip]
const NAME: SheetColumn = SheetColumn { key: "name", heading: "姓名", aliases: &["学生姓名"], need: Need::Conditional, help: "与学籍上的姓名核对，不一致的一行不办。", example: "单煜妍", options: &[] };
/// The pupil's name where a row has to say it.
#[rustfmt::skip]
pub const PUPIL_NAME: SheetColumn = SheetColumn { need: Need::Must, ..NAME };
/// The columns that say who the pupil is.
pub const WHO: [&str; 4] = ["registry_number", "id_document", "student", "name"];
#[rustfmt::skip]
const ON: SheetColumn = SheetColumn { key: "on", heading: "生效日期", aliases: &["日期", "起始日期"], need: Need::Optional, help: "不填为办理当天。", example: "20260901", options: &[] };
#[rustfmt::skip]
const TO_SCHOOL: SheetColumn = SheetColumn { key: "to_school", heading: "转入学校", aliases: &["转入学校标识码", "接收学校", "录取学校", "升入学校"], need: Need::Conditional, help: "学校标识码，或学校表中的学校全称。", example: "2137000001", options: &[] };
#[rustfmt::skip]
const TO_CLASS: SheetColumn = SheetColumn { key: "to_class", heading: "转入班级", aliases: &["转入班号", "新班号", "编入班级"], need: Need::Conditional, help: "班号，或班级表中的班级名称。", example: "202501", options: &[] };
#[rustfmt::skip]
const OTHER_SCHOOL: SheetColumn = SheetColumn { key: "other_school", heading: "外地学校", aliases: &["外地学校名称"], need: Need::Conditional, help: "学籍不在本库的学校的全称；填了它就不填转入学校。", example: "", options: &[] };
#[rustfmt::skip]
const OTHER_AUTHORITY: SheetColumn = SheetColumn { key: "other_authority", heading: "外地学籍主管部门", aliases: &[], need: Need::Conditional, help: "外地学校的学籍主管部门全称。", example: "", options: &[] };
#[rustfmt::skip]
const OTHER_DIVISION: SheetColumn = SheetColumn { key: "other_division", heading: "外地行政区划代码", aliases: &[], need: Need::Optional, help: "外地学校所在县（市、区）的代码。", example: "", options: &[] };
#[rustfmt::skip]
const EXPLAINED: SheetColumn = SheetColumn { key: "explained", heading: "核实说明", aliases: &[], need: Need::Optional, help: "可以说明的问题，写成 问题名=说明，几个用分号隔开。", example: "class-full=主管部门已统筹", options: &[] };

/// The names of the kinds that a list of changes may ask for.
const KINDS: &[&str] = &[
    "保留入学资格",
    "恢复入学资格",
    "取消入学资格",
    "转班级",
    "休学",
    "续休",
    "复学",
    "保留学籍",
    "出国（境）",
    "回国复学",
    "留级",
    "跳级",
    "降级",
    "毕业",
    "提前毕业",
    "结业",
    "肄业",
    "升学",
    "退学",
    "开除学籍",
    "辍学",
    "死亡",
    "取消学籍",
    "恢复学籍",
    "关键信息变更",
    "其他信息变更",
    "送教上门",
    "随班就读",
    "专门学校就读",
    "特殊就读安排结束",
];

/// The list of transfers.
#[rustfmt::skip]
pub const TRANSFER_COLUMNS: &[SheetColumn] = &[
    REGISTRY_NUMBER, ID_DOCUMENT, STUDENT_ID, NAME, TO_SCHOOL, TO_CLASS,
    SheetColumn { key: "note", heading: "转学原因", aliases: &["原因", "说明"], need: Need::Must, help: "写明转学的原因，如随父母迁居。", example: "随父母迁居", options: &[] },
    ON, OTHER_SCHOOL, OTHER_AUTHORITY, OTHER_DIVISION, EXPLAINED,
];

/// The list of every other change.
#[rustfmt::skip]
pub const CHANGE_COLUMNS: &[SheetColumn] = &[
    REGISTRY_NUMBER, ID_DOCUMENT, STUDENT_ID, NAME,
    SheetColumn { key: "kind", heading: "变动", aliases: &["学籍变动", "变动类别", "异动类别"], need: Need::Must, help: "办哪一项变动；用 --kind 写明一项的，这一栏可以没有。", example: "转班级", options: KINDS },
    ON,
    SheetColumn { key: "until", heading: "截止日期", aliases: &["期满日期", "结束日期"], need: Need::Conditional, help: "休学、保留入学资格等的期满日期。", example: "20270831", options: &[] },
    SheetColumn { key: "reason", heading: "异动原因", aliases: &["原因"], need: Need::Conditional, help: "从下拉列表选择，填名称或代码。", example: "", options: &[] },
    SheetColumn { key: "note", heading: "说明", aliases: &["情况说明"], need: Need::Conditional, help: "原因或情况，文字说明。", example: "", options: &[] },
    TO_SCHOOL, TO_CLASS,
    SheetColumn { key: "document", heading: "文号或证书号", aliases: &["文号", "证书号", "毕业证书号"], need: Need::Optional, help: "批准文件的文号或证书号。", example: "", options: &[] },
    SheetColumn { key: "set.name", heading: "新姓名", aliases: &[], need: Need::Optional, help: "只用于信息变更。其他栏目可以自己加一栏，栏目名写“新”加花名册上的栏目名，如“新血型”。", example: "", options: &[] },
    SheetColumn { key: "set.sex", heading: "新性别", aliases: &[], need: Need::Optional, help: "只用于关键信息变更。", example: "", options: &["男", "女"] },
    SheetColumn { key: "set.birth_date", heading: "新出生日期", aliases: &[], need: Need::Optional, help: "只用于关键信息变更，八位数字。", example: "", options: &[] },
    SheetColumn { key: "set.document_kind", heading: "新身份证件类型", aliases: &[], need: Need::Optional, help: "只用于关键信息变更。", example: "", options: &[] },
    SheetColumn { key: "set.document_number", heading: "新身份证件号", aliases: &[], need: Need::Optional, help: "只用于关键信息变更，按文本填写。", example: "", options: &[] },
    OTHER_SCHOOL, OTHER_AUTHORITY, OTHER_DIVISION, EXPLAINED,
];

/// The attendance list of the term's review. The first columns are a roster's and are read as one's.
#[rustfmt::skip]
pub const ATTENDANCE_COLUMNS: &[SheetColumn] = &[
    SheetColumn { key: "school_code", heading: "学校标识码", aliases: &[], need: Need::Must, help: "就读学校的标识码，十位数字，按文本填写。", example: "2137000001", options: &[] },
    SheetColumn { key: "class_number", heading: "班号", aliases: &[], need: Need::Optional, help: "实际就读的班；与学籍上不同的请改为实际的班号。", example: "202501", options: &[] },
    SheetColumn { key: "class_name", heading: "班级名称", aliases: &[], need: Need::Optional, help: "平常的叫法，便于查找。", example: "一年级1班", options: &[] },
    SheetColumn { key: "name", heading: "姓名", aliases: &[], need: Need::Must, help: "与户口簿一致。", example: "单煜妍", options: &[] },
    SheetColumn { key: "sex", heading: "性别", aliases: &[], need: Need::Optional, help: "男或女。", example: "女", options: &["男", "女"] },
    SheetColumn { key: "registry_number", heading: "学籍号", aliases: &[], need: Need::Conditional, help: "名单上新加的学生请填学籍号或身份证件号，按文本填写。", example: "", options: &[] },
    SheetColumn { key: "id_document", heading: "身份证件号", aliases: &[], need: Need::Conditional, help: "没有填学籍号的填身份证件号，按文本填写。", example: "", options: &[] },
    SheetColumn { key: "attending", heading: "是否在校", aliases: &["在校", "是否到校", "到校", "在校情况", "到校情况", "是否在校就读", "实际在校", "出勤", "是否出勤"], need: Need::Must, help: "每人都要填“是”或“否”，不能空着。", example: "是", options: &["是", "否"] },
    SheetColumn { key: "absence_reason", heading: "不在校原因", aliases: &["未到校原因", "缺勤原因", "原因", "不在校情况"], need: Need::Conditional, help: "填“否”的写明原因。算正当理由的只有：病假、事假、送教上门、随班就读、专门学校就读、休学、转学在办、公派外出，请照这些字写；其他去向（如随家长去外地）也照实写，但仍列为空挂，待核实。", example: "", options: &[] },
    STUDENT_ID,
];

/// The code table whose labels a column is filled in with.
pub fn code_table(column: &SheetColumn) -> Option<&'static str> {
    match column.key {
        "reason" => Some("change_reason"),
        "set.document_kind" => Some("document_kind"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::change::{By, CHANGES, step::Route};
    use std::collections::HashSet;

    #[test]
    fn a_list_of_changes_has_every_kind_and_a_column_for_each_of_its_inputs() {
        let listed = CHANGES.iter().filter(|s| s.by == By::Application && s.route != Route::Transfer);
        assert_eq!(listed.clone().map(|s| s.name).collect::<Vec<_>>(), KINDS);
        for need in listed.flat_map(|s| s.inputs) {
            let key = need.input.key();
            assert!(
                CHANGE_COLUMNS.iter().any(|c| c.key == key || c.key.starts_with(&format!("{key}."))),
                "{key}"
            );
        }
        for column in CHANGE_COLUMNS.iter().filter_map(|c| c.key.strip_prefix("set.").map(|k| (k, c))) {
            let field = crate::model::field::Field::from_key(column.0).unwrap();
            assert_eq!(column.1.heading, format!("新{}", field.heading()));
        }
    }

    #[test]
    fn an_attendance_list_says_which_reasons_excuse() {
        let reason = ATTENDANCE_COLUMNS.iter().find(|c| c.key == "absence_reason").unwrap();
        assert!(reason.help.contains(&crate::model::verification::excuse::labels()), "{}", reason.help);
        assert!(reason.help.chars().count() <= 255, "a note beside a cell holds no more");
    }

    #[test]
    fn no_text_names_two_columns_of_a_sheet() {
        for sheet in [SCHOOL_COLUMNS, CLASS_COLUMNS, TRANSFER_COLUMNS, CHANGE_COLUMNS, ATTENDANCE_COLUMNS] {
            let mut seen = HashSet::new();
            for column in sheet {
                for text in column.aliases.iter().chain([&column.heading, &column.key]) {
                    assert!(seen.insert(*text), "{text}");
                }
                assert!(column.help.ends_with('。'), "{}", column.key);
                assert!(
                    column.example.is_empty()
                        || column.options.is_empty()
                        || column.options.contains(&column.example),
                    "{}",
                    column.key
                );
            }
        }
    }
}
