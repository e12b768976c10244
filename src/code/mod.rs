//! The official code tables, as published: one csv per table. Text to code and back; no files, no clock.

pub mod division;
pub mod reference;
pub mod table;

use std::sync::OnceLock;
use table::{Loaded, Table};

/// Every code table. Where two official tables clash (健康状况, 入学方式, 血型, 残疾人类型) each has its own row.
#[rustfmt::skip]
pub const TABLES: &[Table] = &[
    Table { id: "sex", title: "性别", standard: "GB/T 2261.1—2003《个人基本信息分类与代码 第1部分：人的性别代码》", csv: include_str!("sex.csv") },
    Table { id: "ethnic_group", title: "民族", standard: "GB/T 3304—1991《中国各民族名称的罗马字母拼写法和代码》", csv: include_str!("ethnic_group.csv") },
    Table { id: "nationality", title: "国籍/地区", standard: "GB/T 2659.1—2022《世界各国和地区及其行政区划名称代码 第1部分：国家和地区代码》（等同ISO 3166-1）", csv: include_str!("nationality.csv") },
    Table { id: "document_kind", title: "身份证件类型", standard: "JY/T 1001—2012 SFZJLX", csv: include_str!("document_kind.csv") },
    Table { id: "overseas_status", title: "港澳台侨外", standard: "JY/T 1001—2012 GATQW", csv: include_str!("overseas_status.csv") },
    Table { id: "political_status", title: "政治面貌", standard: "GB/T 4762—1984《政治面貌代码》", csv: include_str!("political_status.csv") },
    Table { id: "health_gbt", title: "健康状况（国标）", standard: "GB/T 2261.3—2003《个人基本信息分类与代码 第3部分：健康状况代码》，一位", csv: include_str!("health_gbt.csv") },
    Table { id: "health_form", title: "健康状况（学籍表）", standard: "全国中小学生学籍信息管理系统学生基本信息表，两位", csv: include_str!("health_form.csv") },
    Table { id: "hukou_kind", title: "户口性质", standard: "全国中小学生学籍信息管理系统学生基本信息表 HKXZM", csv: include_str!("hukou_kind.csv") },
    Table { id: "entry_method_form", title: "入学方式（学籍表）", standard: "全国中小学生学籍信息管理系统学生基本信息表，两位", csv: include_str!("entry_method_form.csv") },
    Table { id: "entry_method_jyt", title: "入学方式（行业标准）", standard: "JY/T 1001—2012 RXFS", csv: include_str!("entry_method_jyt.csv") },
    Table { id: "attendance_mode", title: "就读方式", standard: "JY/T 1001—2012 JDFS", csv: include_str!("attendance_mode.csv") },
    Table { id: "pupil_source", title: "学生来源", standard: "JY/T 1001—2012 ZXXXSLY", csv: include_str!("pupil_source.csv") },
    Table { id: "left_behind", title: "留守儿童", standard: "全国中小学生学籍信息管理系统学生基本信息表 SFLSETM", csv: include_str!("left_behind.csv") },
    Table { id: "disability_form", title: "残疾人类型（学籍表）", standard: "全国中小学生学籍信息管理系统学生基本信息表，只有名称", csv: include_str!("disability_form.csv") },
    Table { id: "disability_jyt", title: "残疾人类型（统计）", standard: "JY/T 1001—2012 CJRLX", csv: include_str!("disability_jyt.csv") },
    Table { id: "disability_gbt", title: "残疾类别（国标）", standard: "GB/T 26341—2010《残疾人残疾分类和分级》", csv: include_str!("disability_gbt.csv") },
    Table { id: "disability_degree", title: "残疾程度", standard: "GB/T 26341—2010《残疾人残疾分类和分级》", csv: include_str!("disability_degree.csv") },
    Table { id: "inclusive_education", title: "随班就读", standard: "《中小学生学籍信息化管理基本信息规范》（2007）学生类别", csv: include_str!("inclusive_education.csv") },
    Table { id: "special_education_form", title: "特教就读类型", standard: "较新的学生信息表，只有名称", csv: include_str!("special_education_form.csv") },
    Table { id: "commute_mode", title: "上下学方式", standard: "全国中小学生学籍信息管理系统学生基本信息表 SXXFSM，只有名称", csv: include_str!("commute_mode.csv") },
    Table { id: "relationship", title: "家庭成员关系", standard: "GB/T 4761—2008《家庭关系代码》（摘录）", csv: include_str!("relationship.csv") },
    Table { id: "blood_type", title: "血型", standard: "JY/T 1001—2012 XX", csv: include_str!("blood_type.csv") },
    Table { id: "blood_type_2007", title: "血型（2007规范）", standard: "《中小学生学籍信息化管理基本信息规范》（2007）", csv: include_str!("blood_type_2007.csv") },
    Table { id: "yes_no", title: "是否标志", standard: "JY/T 1001—2012 SFBZ", csv: include_str!("yes_no.csv") },
    Table { id: "student_status", title: "学生当前状态", standard: "JY/T 1001—2012 XSDQZT", csv: include_str!("student_status.csv") },
    Table { id: "change_kind", title: "学籍异动类别", standard: "JY/T 1001—2012 XJYDLB", csv: include_str!("change_kind.csv") },
    Table { id: "change_reason", title: "学籍异动原因", standard: "JY/T 1001—2012 XJYDYY", csv: include_str!("change_reason.csv") },
    Table { id: "change_count", title: "学生变动", standard: "教育事业统计 XSBD", csv: include_str!("change_count.csv") },
    Table { id: "school_category", title: "学校（机构）类别", standard: "学校（机构）标识码前两位", csv: include_str!("school_category.csv") },
    Table { id: "school_province", title: "学校标识码的省份", standard: "学校（机构）标识码第三、四位（GB/T 2260前两位）", csv: include_str!("school_province.csv") },
    Table { id: "class_kind", title: "班级类型", standard: "《中小学生学籍信息化管理基本信息规范》（2007）", csv: include_str!("class_kind.csv") },
    Table { id: "education_stage", title: "教育阶段", standard: "公开接口所用代码", csv: include_str!("education_stage.csv") },
];

static LOADED: [OnceLock<Loaded>; TABLES.len()] = [const { OnceLock::new() }; TABLES.len()];

/// The table of this name, read at its first use. Keep the reference in a loop over many rows.
pub fn table(id: &str) -> Option<&'static Loaded> {
    static ROWS: &[Table] = TABLES;
    let at = ROWS.iter().position(|row| row.id == id)?;
    Some(LOADED[at].get_or_init(|| Loaded::read(&ROWS[at])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};
    use std::fs;
    use std::path::Path;

    #[test]
    fn every_file_of_the_folder_is_in_the_list_and_named_like_its_table() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/code");
        let files: BTreeSet<String> = fs::read_dir(&folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter_map(|name| name.strip_suffix(".csv").map(str::to_owned))
            .filter(|name| name != "divisions")
            .collect();
        let listed: BTreeSet<String> = TABLES.iter().map(|row| row.id.to_owned()).collect();
        assert_eq!(files, listed);
        assert_eq!(listed.len(), TABLES.len());
        for row in TABLES {
            assert_eq!(row.csv, fs::read_to_string(folder.join(format!("{}.csv", row.id))).unwrap());
        }
    }

    #[test]
    fn every_file_says_what_it_is_and_where_its_facts_come_from() {
        for row in TABLES {
            let lines: Vec<&str> = row.csv.lines().collect();
            assert_eq!(lines[0], format!("# {}", row.title));
            assert_eq!(lines[1], format!("# 标准:{}", row.standard));
            assert!(lines[2].starts_with("# 来源:"), "{}", row.id);
        }
    }

    #[test]
    fn in_each_table_one_text_means_one_entry() {
        for row in TABLES {
            let mut seen = BTreeMap::new();
            let loaded = table(row.id).unwrap();
            assert!(!loaded.entries().is_empty(), "{}", row.id);
            for entry in loaded.entries() {
                assert!(!entry.code.is_empty() && !entry.label.is_empty(), "{}: {entry:?}", row.id);
                for text in [entry.code, entry.label].iter().chain(&entry.aliases) {
                    let before = seen.insert(*text, entry.code);
                    assert_eq!(before, None, "{}: {text}", row.id);
                    assert_eq!(text.trim(), *text, "{}", row.id);
                    assert_eq!(loaded.resolve(text), Some(entry), "{}: {text}", row.id);
                }
                assert_eq!(loaded.by_code(entry.code), Some(entry));
                for (column, short) in &entry.extra {
                    if *column == "short" {
                        assert_eq!(loaded.resolve(short), Some(entry), "{}: {short}", row.id);
                    }
                }
            }
        }
    }

    #[test]
    fn every_line_has_a_field_for_each_column() {
        for row in TABLES {
            let mut lines = row.csv.lines().filter(|line| !line.starts_with('#'));
            let columns = lines.next().unwrap();
            assert!(columns.starts_with("code,label,aliases"), "{}", row.id);
            for line in lines {
                assert_eq!(line.matches(',').count(), columns.matches(',').count(), "{}: {line}", row.id);
                assert!(!line.contains('"'), "{}: {line}", row.id);
            }
        }
    }

    #[test]
    fn an_unknown_table_is_none() {
        assert!(table("colour").is_none());
        assert_eq!(table("sex").unwrap().title(), "性别");
    }
}
