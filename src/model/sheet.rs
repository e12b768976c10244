//! The columns of the two small sheets a county keeps: its schools and their classes.

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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_text_names_two_columns_of_a_sheet() {
        for sheet in [SCHOOL_COLUMNS, CLASS_COLUMNS] {
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
