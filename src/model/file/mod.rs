//! 学籍档案: the seven groups of Article 7, what each is made of, and what a workbook may bring into it.

pub mod aid;
pub mod award;
pub mod custody;
pub mod evaluation;
pub mod fitness;
pub mod health;
pub mod item;
pub mod paper;
pub mod vaccination;

use super::sheet::SheetColumn;

/// Where an item of a group comes from.
#[derive(Clone, Copy, Debug)]
pub enum Source {
    /// The record of the registration.
    Record,
    /// 学籍变动 that took effect.
    Changes,
    /// Applications, with the papers handed in for them.
    Applications,
    /// Papers: files filed under the group, or listed as kept on paper.
    Papers,
    /// Rows of an imported workbook.
    Sheet(&'static Kind),
}

/// When an item has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// When the file is opened, within the limit from the day of entry.
    AtOpening,
    /// For every school year that has ended; no limit in days is set.
    EachYear,
    /// Where there is any.
    IfAny,
}

/// One item of a group.
#[derive(Debug)]
pub struct Item {
    pub key: &'static str,
    pub title: &'static str,
    pub source: Source,
    pub wanted: Wanted,
}

/// One of the seven groups.
#[derive(Debug)]
pub struct Group {
    /// The machine key.
    pub key: &'static str,
    /// What people call it for short.
    pub title: &'static str,
    /// The words of Article 7.
    pub article: &'static str,
    pub items: &'static [Item],
}

/// The article that says what a file is made of, and when it is opened.
pub const BASIS: &str =
    "《中小学生学籍管理办法》（教基一〔2013〕7号）第七条；2025 年修订的建档期限见 xueji rules show";

const fn papers(wanted: Wanted) -> Item {
    Item { key: "papers", title: "材料", source: Source::Papers, wanted }
}

/// The seven groups, in the order of Article 7.
pub const GROUPS: &[Group] = &[
    Group {
        key: "basics",
        title: "基础信息",
        article: "学籍基础信息及信息变动情况",
        items: &[
            Item {
                key: "record", title: "学籍基础信息", source: Source::Record, wanted: Wanted::AtOpening
            },
            Item { key: "changes", title: "变动情况", source: Source::Changes, wanted: Wanted::IfAny },
            papers(Wanted::IfAny),
        ],
    },
    Group {
        key: "proofs",
        title: "证明材料",
        article: "学籍信息证明材料（户籍证明、转学申请、休学申请等）",
        items: &[
            Item {
                key: "identity",
                title: "户籍证明等身份证明",
                source: Source::Papers,
                wanted: Wanted::AtOpening,
            },
            Item {
                key: "applications", title: "申请", source: Source::Applications, wanted: Wanted::IfAny
            },
        ],
    },
    Group {
        key: "quality",
        title: "综合素质",
        article: "综合素质发展报告（含学业考试信息、体育运动技能与艺术特长、参加社区服务和社会实践情况等）",
        items: &[sheet(&evaluation::KIND, Wanted::EachYear), papers(Wanted::IfAny)],
    },
    Group {
        key: "health",
        title: "体质健康",
        article: "体质健康测试及健康体检信息、预防接种信息等",
        items: &[
            sheet(&fitness::KIND, Wanted::EachYear),
            sheet(&health::KIND, Wanted::EachYear),
            sheet(&vaccination::KIND, Wanted::IfAny),
            papers(Wanted::IfAny),
        ],
    },
    Group {
        key: "awards",
        title: "获奖信息",
        article: "在校期间的获奖信息",
        items: &[sheet(&award::KIND, Wanted::IfAny), papers(Wanted::IfAny)],
    },
    Group {
        key: "aid",
        title: "资助信息",
        article: "享受资助信息",
        items: &[sheet(&aid::KIND, Wanted::IfAny), papers(Wanted::IfAny)],
    },
    Group {
        key: "other",
        title: "其他材料",
        article: "省级教育行政部门规定的其他信息和材料",
        items: &[papers(Wanted::IfAny)],
    },
];

const fn sheet(kind: &'static Kind, wanted: Wanted) -> Item {
    Item { key: kind.name, title: kind.title, source: Source::Sheet(kind), wanted }
}

/// The group of this key, short title or number in Article 7.
pub fn group(text: &str) -> Option<&'static Group> {
    let text = text.trim();
    let number = text.parse::<usize>().ok().and_then(|n| GROUPS.get(n.checked_sub(1)?));
    number.or_else(|| GROUPS.iter().find(|g| g.key == text || g.title == text))
}

/// How the text of a column is read; a column without a form takes any text, one with options only those.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Form {
    Day,
    /// 学年, kept as `2025-2026`.
    SchoolYear,
    /// A number between two, with at most so many decimals.
    Number {
        least: f64,
        most: f64,
        decimals: usize,
    },
}

/// One kind of row that a workbook brings.
#[derive(Debug)]
pub struct Kind {
    /// The machine key, also the template's name.
    pub name: &'static str,
    pub title: &'static str,
    /// Its template under `templates-xlsx/`.
    pub file: &'static str,
    /// The group its rows belong to; none where each row names its own.
    pub group: Option<&'static str>,
    pub basis: &'static str,
    /// Who the pupil is, then what is said.
    pub columns: &'static [SheetColumn],
    pub forms: &'static [(&'static str, Form)],
    /// The columns that tell one row of a pupil from another.
    pub identity: &'static [&'static str],
    /// The column of the day or school year that it is of.
    pub dated: &'static str,
    pub notes: &'static [&'static str],
}

/// Every kind of row.
pub const KINDS: &[&Kind] = &[
    &evaluation::KIND,
    &fitness::KIND,
    &health::KIND,
    &vaccination::KIND,
    &award::KIND,
    &aid::KIND,
    &paper::KIND,
];

/// The kind of this name.
pub fn kind(name: &str) -> Option<&'static Kind> {
    KINDS.iter().copied().find(|k| k.name == name || k.title == name)
}

impl Kind {
    /// How a column is read.
    pub fn form(&self, key: &str) -> Option<Form> {
        self.forms.iter().find(|f| f.0 == key).map(|f| f.1)
    }

    /// The columns that say something, without those that say who the pupil is.
    pub fn said(&self) -> impl Iterator<Item = &'static SheetColumn> {
        self.columns.iter().filter(|c| !super::sheet::WHO.contains(&c.key))
    }
}

/// `2025-2026` of what people write: 2025, 2025-2026, 2025—2026学年.
pub fn school_year(text: &str) -> Option<String> {
    let plain = text.trim().trim_end_matches("学年").trim_end_matches('年');
    let years: Vec<i16> = plain
        .split(|c: char| !c.is_ascii_digit())
        .filter(|t| !t.is_empty())
        .map_while(|t| t.parse().ok())
        .collect();
    let (first, last) = match years.as_slice() {
        [first] => (*first, first + 1),
        [first, last] if *last < 100 => (*first, first / 100 * 100 + last),
        [first, last] => (*first, *last),
        _ => return None,
    };
    ((1990..=2100).contains(&first) && last == first + 1).then(|| format!("{first}-{last}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn the_groups_are_the_seven_of_article_seven_and_each_name_is_one_groups() {
        assert_eq!(GROUPS.len(), 7);
        let names: HashSet<&str> = GROUPS.iter().flat_map(|g| [g.key, g.title]).collect();
        assert_eq!(names.len(), 14);
        assert_eq!(group("2").map(|g| g.key), Some("proofs"));
        assert_eq!(group("证明材料").map(|g| g.key), Some("proofs"));
        assert!(group("0").is_none() && group("8").is_none() && group("").is_none());
    }

    #[test]
    fn every_kind_is_read_by_columns_it_has_and_stands_in_its_group() {
        let mut names = HashSet::new();
        for kind in KINDS {
            assert!(names.insert(kind.name) && names.insert(kind.title) && names.insert(kind.file));
            let has = |key: &str| kind.columns.iter().any(|c| c.key == key);
            assert!(kind.identity.iter().chain([&kind.dated]).all(|k| has(k)), "{}", kind.name);
            assert!(kind.forms.iter().all(|f| has(f.0)), "{}", kind.name);
            let mut seen = HashSet::new();
            for column in kind.columns {
                for text in column.aliases.iter().chain([&column.heading, &column.key]) {
                    assert!(seen.insert(*text), "{}: {text}", kind.name);
                }
                assert!(column.help.ends_with('。'), "{}", column.key);
                let is_option = column.options.is_empty() || column.options.contains(&column.example);
                assert!(column.example.is_empty() || is_option, "{}", column.key);
            }
            let stands = |g: &Group| {
                g.items.iter().any(|i| matches!(i.source, Source::Sheet(k) if k.name == kind.name))
            };
            let groups: Vec<&str> = GROUPS.iter().filter(|g| stands(g)).map(|g| g.key).collect();
            assert_eq!(groups, kind.group.into_iter().collect::<Vec<_>>(), "{}", kind.name);
        }
    }

    #[test]
    fn a_school_year_is_read_as_people_write_it_and_two_years_are_one_after_the_other() {
        for text in ["2025", "2025-2026", "2025—2026学年", "2025/26", "2025-2026 学年", "2025年"] {
            assert_eq!(school_year(text).as_deref(), Some("2025-2026"), "{text}");
        }
        for text in ["", "25", "2025-2027", "2026-2025", "去年", "2025-2026-2027", "99999"] {
            assert_eq!(school_year(text), None, "{text}");
        }
    }
}
