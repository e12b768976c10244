//! The columns of the workbook in which schools answer: what identifies the pupil, then the answer.

use super::CLAIM_KINDS;
use crate::model::field::{Field, Need};
use crate::model::sheet::{GIVEN, SheetColumn};

/// The sheet's name.
pub const SHEET: &str = "问题学籍答复";

const fn told(key: &'static str, heading: &'static str, help: &'static str) -> SheetColumn {
    SheetColumn { key, heading, aliases: &[], need: Need::Conditional, help, example: "", options: &[] }
}

const fn asked(
    key: &'static str,
    heading: &'static str,
    help: &'static str,
    example: &'static str,
    options: &'static [&'static str],
) -> SheetColumn {
    SheetColumn { key, heading, aliases: &[], need: Need::Optional, help, example, options }
}

const CLAIMS: &[&str] = &[CLAIM_KINDS[0].2, CLAIM_KINDS[1].2, CLAIM_KINDS[2].2];
const YES_NO: &[&str] = &["是", "否"];

/// The columns, in their order. Those that must be there to read the answers back are `Need::Must`.
#[rustfmt::skip]
pub const COLUMNS: &[SheetColumn] = &[
    SheetColumn { need: Need::Must, ..told("dispute", "编号", GIVEN) },
    SheetColumn { need: Need::Must, ..told("side", "一方", GIVEN) },
    SheetColumn { need: Need::Must, ..told("school_code", "学校标识码", GIVEN) },
    told("school", "学校名称", GIVEN),
    told("class_number", "班号", GIVEN),
    told("name", "姓名", GIVEN),
    told("sex", "性别", GIVEN),
    told("birth_date", "出生日期", GIVEN),
    told("document_number", "身份证件号", GIVEN),
    told("registry_number", "学籍号", GIVEN),
    told("kind", "种类", GIVEN),
    told("level", "层级", GIVEN),
    told("opposite", "对方学校", GIVEN),
    told("answered", "已有答复", GIVEN),
    SheetColumn { need: Need::Must, ..asked("claim", "主张", "佐证：本校学籍无误；变更：有误，在后面写更正的内容；删除：本校不应有这个学籍。", "佐证", CLAIMS) },
    asked("attends", "在本校就读", "学生现在实际在本校就读的填“是”。", "是", YES_NO),
    SheetColumn { need: Need::Must, ..asked("text", "说明", "核对了什么原件、问了谁、结果怎样。", "已核对户口簿，学生在二年级1班就读", &[]) },
    asked("papers", "材料文件名", "佐证和变更要附户口簿、身份证或在校就读证明；写文件名，几个用顿号隔开，文件与本表放在同一文件夹交回。", "户口簿.jpg、就读证明.jpg", &[]),
    asked("new_name", "更正姓名", "主张变更时填正确的；没有变化的空着。", "", &[]),
    asked("new_sex", "更正性别", "主张变更时填正确的；没有变化的空着。", "", &["男", "女"]),
    asked("new_birth_date", "更正出生日期", "主张变更时填正确的，八位数字；没有变化的空着。", "", &[]),
    asked("new_document_kind", "更正身份证件类型", "主张变更时填正确的名称；没有变化的空着。", "", &[]),
    asked("new_document_number", "更正身份证件号", "主张变更时填正确的，按文本填写；没有变化的空着；应为没有证件的填“无”。", "", &[]),
];

/// The columns of corrections and their fields.
pub const CORRECTIONS: [(&str, Field); 5] = [
    ("new_name", Field::PupilName),
    ("new_sex", Field::Sex),
    ("new_birth_date", Field::BirthDate),
    ("new_document_kind", Field::DocumentKind),
    ("new_document_number", Field::DocumentId),
];

/// What is said of the whole form.
pub const NOTES: &[&str] = &[
    "一行是一件问题学籍中本校的一方。请在右边各栏答复，左边各栏不要改动，不要增删行和栏；已有答复没有变化的，不必再填。",
    "学生在哪，学籍在哪：请先核实学生现在是否在本校就读，再对照户口簿、身份证原件。相同不等于同一个人，双胞胎、同名的孩子请附材料说明。",
    "确是同一个孩子、学籍先建在别校的，由就读学校主张删除本校重复建的学籍，再发起转学，把原学籍转来；家长签字放弃原学籍的，请附签字。",
    "答复后把本表和材料放在同一文件夹交回学籍主管部门。答复不会直接改动学籍，由主管部门核实后决定。",
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_heading_names_one_column_and_corrections_have_theirs() {
        let headings: HashSet<&str> = COLUMNS.iter().map(|c| c.heading).collect();
        assert_eq!(headings.len(), COLUMNS.len());
        assert!(COLUMNS.iter().all(|c| c.help.ends_with('。')));
        for (key, _) in CORRECTIONS {
            assert!(COLUMNS.iter().any(|c| c.key == key), "{key}");
        }
    }
}
