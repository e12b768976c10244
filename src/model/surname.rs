//! 姓: the surname of a name, one character or two; what a mask keeps, and what other systems want by itself.

/// Surnames of two characters.
const DOUBLE: &[&str] = &[
    "欧阳", "司马", "上官", "诸葛", "司徒", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文",
    "东方", "南宫", "万俟", "闻人", "轩辕", "端木", "百里", "呼延", "申屠", "太史", "澹台", "公冶", "宗政",
    "濮阳", "淳于", "单于", "拓跋", "独孤",
];

/// Surname and given name. A name with a dot (古丽娜尔·买买提) and one in Latin letters have their own name first; of a
/// name of one character nothing is left to be given.
pub fn split(name: &str) -> (&str, &str) {
    if let Some((given, family)) = name.rsplit_once(['·', ' ']) {
        return (family, given);
    }
    let count = name.chars().count();
    let keep = if count > 2 && DOUBLE.iter().any(|d| name.starts_with(d)) { 2 } else { 1 };
    name.split_at(name.char_indices().nth(keep).map_or(name.len(), |(i, _)| i))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_its_surname_and_the_rest() {
        for (name, told) in [
            ("张三丰", ("张", "三丰")),
            ("欧阳修", ("欧阳", "修")),
            ("单于", ("单", "于")),
            ("单", ("单", "")),
            ("", ("", "")),
            ("古丽娜尔·买买提", ("买买提", "古丽娜尔")),
            ("Mary Ann Smith", ("Smith", "Mary Ann")),
            ("𠮷野", ("𠮷", "野")),
        ] {
            assert_eq!(split(name), told, "{name}");
        }
    }
}
