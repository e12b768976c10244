//! A mapping: what a clerk or a school says of headings that no table knows. It goes before every alias.

use crate::model::cell::column_letters;
use crate::model::field::{FIELDS, Field};

use super::column;

/// Where a rule of a mapping came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// The file of `--mapping`, or an answer at the terminal.
    Said,
    /// What the registry remembers of the school.
    Learned,
}

/// One heading and what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// As it was written: a heading, a path of headings joined by `/`, or `@` and the letters of a column.
    pub heading: String,
    /// `None`: the column is not read.
    pub field: Option<Field>,
    pub from: From,
}

/// Headings and what they are, and values for the whole sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mapping {
    pub rules: Vec<Rule>,
    /// Values that hold for every row that has none of its own.
    pub constants: Vec<(Field, String)>,
    pub sheets: Vec<String>,
    pub header_row: Option<u32>,
}

/// What is wrong with a mapping file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappingProblem {
    pub message: String,
    pub hint: String,
}

fn problem(message: impl Into<String>, hint: impl Into<String>) -> MappingProblem {
    MappingProblem { message: message.into(), hint: hint.into() }
}

const TABLES: &[&str] = &["columns", "constants", "layout"];
const LAYOUT: &[&str] = &["sheet", "header_row"];

impl Mapping {
    /// Reads a mapping file: `[columns]` heading = field, `[constants]` field = value, `[layout]` sheet and header_row.
    pub fn parse(text: &str) -> Result<Mapping, MappingProblem> {
        let table: toml::Table = text.parse().map_err(|e: toml::de::Error| {
            let line = e.span().map_or(0, |s| text[..s.start].matches('\n').count() + 1);
            problem(
                format!("对照文件第 {line} 行不是 TOML：{}。", e.message()),
                "栏目名和字段都要放在英文双引号里，中间用等号，如 \"家长手机\" = \"guardian1_phone\"。",
            )
        })?;
        let mut mapping = Mapping::default();
        for (name, value) in &table {
            let Some(section) = value.as_table().filter(|_| TABLES.contains(&name.as_str())) else {
                return Err(unknown("对照文件中没有这一节", name, TABLES));
            };
            match name.as_str() {
                "columns" => mapping.read_columns(section)?,
                "constants" => mapping.read_constants(section)?,
                _ => mapping.read_layout(section)?,
            }
        }
        Ok(mapping)
    }

    fn read_columns(&mut self, section: &toml::Table) -> Result<(), MappingProblem> {
        for (heading, value) in section {
            let text = value.as_str().ok_or_else(|| not_text(heading))?;
            let field = if matches!(text, "-" | "") { None } else { Some(field_named(text)?) };
            self.rules.push(Rule { heading: heading.clone(), field, from: From::Said });
        }
        Ok(())
    }

    fn read_constants(&mut self, section: &toml::Table) -> Result<(), MappingProblem> {
        for (key, value) in section {
            let field = field_named(key)?;
            let personal = field.is_personal() || field == Field::BirthDate;
            if personal {
                let message = format!("“{key}”是每名学生自己的内容，不能整表相同。");
                return Err(problem(
                    message,
                    "[constants] 中只写学校标识码、班号、班级、入学年月等整表相同的内容。",
                ));
            }
            self.constants.push((field, value.as_str().ok_or_else(|| not_text(key))?.to_owned()));
        }
        Ok(())
    }

    fn read_layout(&mut self, section: &toml::Table) -> Result<(), MappingProblem> {
        for (key, value) in section {
            match (key.as_str(), value) {
                ("sheet", toml::Value::String(name)) => self.sheets.push(name.clone()),
                ("sheet", toml::Value::Array(names)) => {
                    for name in names {
                        self.sheets.push(name.as_str().ok_or_else(|| not_text(key))?.to_owned());
                    }
                }
                ("header_row", toml::Value::Integer(row)) => {
                    let row = u32::try_from(*row).ok().filter(|r| *r > 0);
                    self.header_row =
                        Some(row.ok_or_else(|| {
                            problem("header_row 应是从 1 起的行号。", "如 header_row = 3。")
                        })?);
                }
                ("sheet" | "header_row", _) => return Err(not_text(key)),
                _ => return Err(unknown("[layout] 中没有这一项", key, LAYOUT)),
            }
        }
        Ok(())
    }

    /// What the mapping says of a column; the outer `None` where it says nothing.
    pub fn target(&self, column: usize, texts: &[String]) -> Option<Option<Field>> {
        self.rule(column, texts).map(|rule| rule.field)
    }

    /// The rule that names a column: its letters, its whole path, or its own heading, in this order.
    pub fn rule(&self, column: usize, texts: &[String]) -> Option<&Rule> {
        if self.rules.is_empty() {
            return None;
        }
        let letters = column_letters((column + 1).min(16_384) as u16);
        let at = |r: &&Rule| r.heading.strip_prefix('@').is_some_and(|l| l.eq_ignore_ascii_case(&letters));
        let path: Vec<String> = texts.iter().map(|t| column::folded(t)).collect();
        let joined = path.join("/");
        let said = |r: &&Rule| column::folded(&r.heading.replace('›', "/"));
        let whole = |r: &&Rule| said(r) == joined;
        let own = |r: &&Rule| path.last().is_some_and(|l| !l.is_empty() && said(r) == *l);
        // What was said goes before what was learned.
        [From::Said, From::Learned].into_iter().find_map(|from| {
            let rules = || self.rules.iter().filter(move |r| r.from == from);
            rules().find(at).or_else(|| rules().find(whole)).or_else(|| rules().find(own))
        })
    }

    /// The same mapping with another's rules after its own.
    pub fn with(mut self, other: &Mapping) -> Mapping {
        self.rules.extend(other.rules.iter().cloned());
        self.constants.extend(other.constants.iter().cloned());
        self
    }
}

/// The field of a key or of a heading.
pub fn field_named(text: &str) -> Result<Field, MappingProblem> {
    let known = Field::from_key(text).or_else(|| FIELDS.iter().find(|s| s.heading == text).map(|s| s.field));
    known.or_else(|| column::field_of(text)).ok_or_else(|| {
        let near = column::nearest(text)
            .map(|(_, field)| format!("是不是 {}（{}）？", field.key(), field.heading()));
        problem(
            format!("没有字段“{text}”。"),
            format!("{}用 xueji explain fields 列出全部字段；不读的栏目写 \"-\"。", near.unwrap_or_default()),
        )
    })
}

fn not_text(key: &str) -> MappingProblem {
    problem(format!("“{key}”的值写法不对。"), "值要放在英文双引号里，如 \"家长手机\" = \"guardian1_phone\"。")
}

fn unknown(what: &str, key: &str, known: &[&str]) -> MappingProblem {
    let near = known.iter().max_by(|a, b| {
        let score = |k: &str| strsim::jaro_winkler(k, key);
        score(a).total_cmp(&score(b))
    });
    let near = near.map(|n| format!("是不是 {n}？")).unwrap_or_default();
    problem(format!("{what}：“{key}”。"), format!("{near}可以写的是 {}。", known.join("、")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_names_headings_paths_letters_and_constants() {
        let text = "[columns]\n\"家长手机\" = \"guardian1_phone\"\n\"学籍/编号\" = \"学籍号\"\n\"@C\" = \"-\"\n\
                    \"国籍/地区\" = \"-\"\n[constants]\nclass_name = \"一（1）班\"\n[layout]\nsheet = [\"甲\", \"乙\"]\nheader_row = 3\n";
        let m = Mapping::parse(text).unwrap();
        let texts = |t: &[&str]| t.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        assert_eq!(m.target(0, &texts(&["家长 手机★"])), Some(Some(Field::G1Phone)));
        assert_eq!(m.target(0, &texts(&["学籍", "编号"])), Some(Some(Field::Number)));
        assert_eq!(m.target(0, &texts(&["编号"])), None);
        assert_eq!(m.target(2, &texts(&["家长手机"])), Some(None));
        assert_eq!(m.target(0, &texts(&["国籍/地区"])), Some(None));
        assert_eq!(m.constants, [(Field::ClassName, "一（1）班".to_owned())]);
        assert_eq!((m.sheets.len(), m.header_row), (2, Some(3)));
    }

    #[test]
    fn what_is_not_known_is_refused_with_the_nearest() {
        for (text, message, hint) in [
            ("[colums]\n", "colums", "是不是 columns？"),
            ("[columns]\n\"a\" = \"guardian1_fone\"\n", "guardian1_fone", "guardian1_phone"),
            ("[columns]\n\"a\" = 1\n", "“a”", "双引号"),
            ("[layout]\nheader = 1\n", "header", "header_row"),
            ("[layout]\nheader_row = 0\n", "行号", "header_row = 3"),
            ("[constants]\nname = \"王一\"\n", "每名学生", "constants"),
            ("家长手机 = \"x\"\n", "第 1 行", "双引号"),
        ] {
            let problem = Mapping::parse(text).unwrap_err();
            assert!(problem.message.contains(message) && problem.hint.contains(hint), "{text}: {problem:?}");
            assert!(problem.message.ends_with('。') && problem.hint.ends_with('。'));
        }
    }
}
