//! Schools, classes, stages and grades. A grade is never stored: it follows from stage, entry year, system and date.

use std::collections::HashMap;
use std::ops::Range;

use jiff::civil::Date;

use super::id::SchoolCode;

/// 学段.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    Primary,
    Junior,
    Senior,
}

/// Every stage: machine key, name for people, code of the table `education_stage`.
pub const STAGES: &[(Stage, &str, &str)] = &[
    (Stage::Primary, "primary", "小学"),
    (Stage::Junior, "junior", "初中"),
    (Stage::Senior, "senior", "高中"),
];

impl Stage {
    fn row(self) -> &'static (Stage, &'static str, &'static str) {
        STAGES.iter().find(|r| r.0 == self).expect("every stage has a row")
    }

    /// The machine key.
    pub fn key(self) -> &'static str {
        self.row().1
    }

    /// The name for people.
    pub fn label(self) -> &'static str {
        self.row().2
    }

    /// From the machine key or the name: `primary`, `小学`, `普通高中`.
    pub fn parse(text: &str) -> Option<Stage> {
        let text = text.trim();
        let plain = text.strip_prefix("普通").unwrap_or(text);
        STAGES.iter().find(|r| r.1 == text || r.2 == plain).map(|r| r.0)
    }
}

/// 学制: years of each stage. 6-3-3 in most places, 5-4-3 in Shanghai and parts of Shandong (R§3.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lengths {
    pub primary: u8,
    pub junior: u8,
    pub senior: u8,
}

impl Default for Lengths {
    fn default() -> Self {
        Lengths { primary: 6, junior: 3, senior: 3 }
    }
}

impl Lengths {
    /// Years of a stage.
    pub fn of(self, stage: Stage) -> u8 {
        match stage {
            Stage::Primary => self.primary,
            Stage::Junior => self.junior,
            Stage::Senior => self.senior,
        }
    }

    /// Years of schooling before a stage.
    pub fn before(self, stage: Stage) -> u8 {
        match stage {
            Stage::Primary => 0,
            Stage::Junior => self.primary,
            Stage::Senior => self.primary.saturating_add(self.junior),
        }
    }
}

/// One school. Its registry authority is a role: county, city or province, one for each school (2013, Art. 3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct School {
    pub code: SchoolCode,
    pub name: String,
    /// Six digits of GB/T 2260 where the school stands; the first part of provisional and assigned numbers.
    pub division: String,
    /// The registry authority's name.
    pub authority: String,
    /// In order, none twice.
    pub stages: Vec<Stage>,
    pub lengths: Lengths,
    /// 公办 or 民办, as the list says; free text.
    pub sponsor: String,
    /// The day from which it takes no more pupils, `YYYY-MM-DD`.
    pub closed_on: Option<String>,
    /// The school its files went to, where it was merged (2013, Art. 9).
    pub merged_into: Option<String>,
    /// Who keeps the files, where it was closed and the county named a unit (2013, Art. 9).
    pub files_to: Option<String>,
}

/// One class: a group that entered one stage of one school in one year.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Class {
    pub school: SchoolCode,
    /// 班号, made by the school, unique within it.
    pub number: String,
    pub name: String,
    pub stage: Stage,
    pub entry_year: i16,
}

/// 学年: from 1 September to 31 August, named by the year it begins in (R§8, 学年).
pub fn school_year(date: Date) -> i16 {
    if date.month() >= 9 { date.year() } else { date.year() - 1 }
}

/// The year within the stage, from 1, of those who entered in `entry_year`; may be past the stage's length.
pub fn year_in_stage(entry_year: i16, date: Date) -> i16 {
    school_year(date) - entry_year + 1
}

const NUMERALS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];

/// The grade as people say it: 三年级, 七年级 (六年级 in the 5-4 system), 高一; says so when the stage is over.
pub fn grade_name(stage: Stage, entry_year: i16, lengths: Lengths, date: Date) -> String {
    let year = year_in_stage(entry_year, date);
    if year < 1 {
        return format!("{}（未到入学时间）", stage.label());
    }
    if year > i16::from(lengths.of(stage)) {
        return format!("{}（已满学制）", stage.label());
    }
    let numeral = |n: i16| usize::try_from(n).ok().and_then(|n| NUMERALS.get(n)).copied().unwrap_or("");
    match stage {
        Stage::Primary => format!("{}年级", numeral(year)),
        Stage::Junior => format!("{}年级", numeral(i16::from(lengths.primary) + year)),
        Stage::Senior => format!("高{}", numeral(year)),
    }
}

/// The schools and classes a registry knows; what checks look a roster's codes up in.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    schools: HashMap<String, School>,
    classes: HashMap<(String, String), Class>,
    /// Numbers of the classes of each school that has any.
    numbers: HashMap<String, Vec<String>>,
}

impl Directory {
    /// Makes the directory of these.
    pub fn new(schools: Vec<School>, classes: Vec<Class>) -> Directory {
        let mut numbers: HashMap<String, Vec<String>> = HashMap::new();
        for c in &classes {
            numbers.entry(c.school.as_str().to_owned()).or_default().push(c.number.clone());
        }
        Directory {
            numbers,
            schools: schools.into_iter().map(|s| (s.code.as_str().to_owned(), s)).collect(),
            classes: classes
                .into_iter()
                .map(|c| ((c.school.as_str().to_owned(), c.number.clone()), c))
                .collect(),
        }
    }

    /// The school with this code.
    pub fn school(&self, code: &str) -> Option<&School> {
        self.schools.get(code)
    }

    /// The class of a school with this number.
    pub fn class(&self, school: &str, number: &str) -> Option<&Class> {
        self.classes.get(&(school.to_owned(), number.to_owned()))
    }

    /// Whether any class of the school is known; a first roster may bring a school's classes.
    pub fn has_classes(&self, school: &str) -> bool {
        self.numbers.contains_key(school)
    }

    /// The schools of exactly this name.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a School> {
        self.schools.values().filter(move |s| s.name == name)
    }

    /// The codes of schools by name, and by name without the county's; a name that several have is no school's.
    pub fn codes_by_name(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let mut names: HashMap<&str, Option<&str>> = HashMap::new();
        for school in self.schools.values() {
            for name in [Some(school.name.as_str()), school.short_name()].into_iter().flatten() {
                let code = school.code.as_str();
                names.entry(name).and_modify(|c| *c = None).or_insert(Some(code));
            }
        }
        names.into_iter().filter_map(|(name, code)| Some((name.to_owned(), code?.to_owned())))
    }

    /// The schools that a text names, by code, by name, or by name without the county's; in order of code.
    pub fn named_in(&self, text: &str) -> Vec<&School> {
        let all = self.schools.values().filter_map(|s| Some((s, s.named_at(text)?))).collect::<Vec<_>>();
        // The name of one school may hold that of another: the longer is meant.
        let within = |a: &Range<usize>, b: &Range<usize>| a != b && b.start <= a.start && a.end <= b.end;
        let meant = all.iter().filter(|(_, a)| !all.iter().any(|(_, b)| within(a, b)));
        let mut found: Vec<&School> = meant.map(|(s, _)| *s).collect();
        found.sort_by(|a, b| a.code.cmp(&b.code));
        found
    }

    /// Every school, in order of code.
    pub fn schools(&self) -> Vec<&School> {
        let mut all: Vec<_> = self.schools.values().collect();
        all.sort_by(|a, b| a.code.cmp(&b.code));
        all
    }

    /// Every class of a school, in order of stage, entry year and number.
    pub fn classes_of(&self, school: &str) -> Vec<&Class> {
        let numbers = self.numbers.get(school).into_iter().flatten();
        let mut all: Vec<_> = numbers.filter_map(|n| self.class(school, n)).collect();
        all.sort_by(|a, b| (a.stage, -a.entry_year, &a.number).cmp(&(b.stage, -b.entry_year, &b.number)));
        all
    }
}

impl School {
    /// Where a text names the school.
    fn named_at(&self, text: &str) -> Option<Range<usize>> {
        let at = |name: &str| text.find(name).map(|start| start..start + name.len());
        let apart = |r: &Range<usize>, is_part: fn(char) -> bool| {
            !text[..r.start].ends_with(is_part) && !text[r.end..].starts_with(is_part)
        };
        let coded = at(self.code.as_str()).filter(|r| apart(r, |c| c.is_ascii_digit()));
        let named =
            || at(&self.name).or_else(|| self.short_name().and_then(at).filter(|r| begins(text, r.start)));
        // 第一中学附属小学 and 第一中学分校 are schools of their own.
        let itself = |r: &Range<usize>| !["附", "分校"].iter().any(|s| text[r.end..].starts_with(s));
        coded.or_else(|| named().filter(itself))
    }

    /// Whether this is the school's name, with or without the county's.
    pub fn is_called(&self, name: &str) -> bool {
        self.name == name || self.short_name() == Some(name)
    }

    /// The name without the county's, where that tells the school; else the name.
    pub fn short_or_whole_name(&self) -> &str {
        self.short_name().unwrap_or(&self.name)
    }

    /// The name without the county's, where enough of it is left to be told by.
    fn short_name(&self) -> Option<&str> {
        let county = self.name.char_indices().take(8).find(|(_, c)| ['县', '区', '市', '旗'].contains(c));
        let rest = county.map(|(i, c)| &self.name[i + c.len_utf8()..])?;
        (rest.chars().count() >= 4).then_some(rest)
    }
}

/// Whether no other word runs into what begins here: 初级中学 is not the end of 柳河镇初级中学.
fn begins(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|c: char| ('\u{4E00}'..='\u{9FFF}').contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_text_names_schools_by_code_by_name_and_without_the_county() {
        let school = |code: &str, name: &str| School {
            code: SchoolCode::parse(code).unwrap(),
            name: name.into(),
            division: "330127".into(),
            authority: "云溪县教育局".into(),
            stages: vec![Stage::Primary],
            lengths: Lengths::default(),
            sponsor: "公办".into(),
            closed_on: None,
            merged_into: None,
            files_to: None,
        };
        let schools = vec![
            school("2133010001", "云溪县初级中学"),
            school("2133010002", "云溪县白鹭镇初级中学"),
            school("2133010003", "云溪县第一中学"),
            school("2133010004", "云溪县第一中学附属小学"),
        ];
        let directory = Directory::new(schools, Vec::new());
        for (text, codes) in [
            ("2133010001-花名册.xlsx", &["2133010001"][..]),
            ("92133010001.xlsx", &[]),
            ("白鹭镇初级中学-在校生.xlsx", &["2133010002"]),
            ("2026 初级中学花名册.xlsx", &["2133010001"]),
            ("柳河镇初级中学.xlsx", &[]),
            ("云溪县第一中学附属小学", &["2133010004"]),
            ("第一中学附属幼儿园", &[]),
            ("云溪县第一中学、白鹭镇", &["2133010003"]),
            ("云溪县第一中学 2133010004", &["2133010003", "2133010004"]),
            ("花名册（1）.xlsx", &[]),
        ] {
            let found: Vec<&str> = directory.named_in(text).iter().map(|s| s.code.as_str()).collect();
            assert_eq!(found, codes, "{text}");
        }
    }

    #[test]
    fn a_grade_follows_from_stage_entry_year_system_and_date() {
        let six = Lengths::default();
        let five = Lengths { primary: 5, junior: 4, senior: 3 };
        for (stage, entry, lengths, day, name) in [
            (Stage::Primary, 2023, six, date(2026, 3, 1), "三年级"),
            (Stage::Primary, 2023, six, date(2026, 8, 31), "三年级"),
            (Stage::Primary, 2023, six, date(2026, 9, 1), "四年级"),
            (Stage::Junior, 2026, six, date(2026, 9, 1), "七年级"),
            (Stage::Junior, 2026, five, date(2026, 9, 1), "六年级"),
            (Stage::Senior, 2025, six, date(2026, 9, 1), "高二"),
            (Stage::Primary, 2019, six, date(2026, 9, 1), "小学（已满学制）"),
            (Stage::Primary, 2027, six, date(2026, 9, 1), "小学（未到入学时间）"),
        ] {
            assert_eq!(grade_name(stage, entry, lengths, day), name);
        }
    }

    #[test]
    fn stages_are_read_by_key_and_by_name() {
        assert_eq!(Stage::parse("普通高中"), Some(Stage::Senior));
        assert_eq!(Stage::parse("junior"), Some(Stage::Junior));
        assert_eq!(Stage::parse("幼儿园"), None);
    }
}
