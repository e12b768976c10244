//! Headings and their aliases: which field a column is, by its name and never by its position.

pub mod member;
pub mod question;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

use crate::model::field::{FIELDS, Field};

use member::Slot;

/// Other headings a field is known by, each with where it is published.
const TABLE: &str = include_str!("headings.csv");

/// One row of the table of headings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alias {
    pub heading: &'static str,
    pub field: Field,
    /// Where it stands; `实践` where no published text has it.
    pub source: &'static str,
}

/// The rows of the table.
pub fn aliases() -> impl Iterator<Item = Alias> {
    TABLE.lines().filter(|line| !line.starts_with('#')).skip(1).filter_map(|line| {
        let mut cells = line.split(',');
        let (heading, key, source) = (cells.next()?, cells.next()?, cells.next()?);
        Some(Alias { heading, field: Field::from_key(key)?, source })
    })
}

static HEADINGS: LazyLock<FxHashMap<String, Field>> = LazyLock::new(|| {
    let official = FIELDS.iter().map(|s| (folded(s.heading), s.field));
    official.chain(aliases().map(|a| (folded(a.heading), a.field))).collect()
});

/// What a heading sets itself off with; it means nothing.
const DECORATION: &[char] = &[
    '*', '★', '☆', '※', '●', '▲', '△', '◆', ':', '"', '“', '”', '\'', '‘', '’', '_', '-', '—', '.', '、',
    '。', ',', ';', '|', '\u{feff}', '\u{200b}', '\u{200c}', '\u{200d}', '\u{2060}', '\u{ad}',
];

/// A heading without what sets it off: compatibility forms folded, lower case, no spaces, stars or quotes.
pub fn folded(heading: &str) -> String {
    let text: String = heading.nfkc().collect();
    let kept = |c: &char| !c.is_whitespace() && !c.is_control() && !DECORATION.contains(c);
    let text: String = unnumbered(text.trim()).chars().filter(kept).flat_map(char::to_lowercase).collect();
    text.replace(['[', '【', '〔', '{'], "(").replace([']', '】', '〕', '}'], ")")
}

/// A heading without the number that a form puts before it: `9.身份证件号`, `(3)出生日期`. 3年级 has none.
fn unnumbered(text: &str) -> &str {
    let inner = text.strip_prefix('(').unwrap_or(text);
    let rest = inner.trim_start_matches(|c: char| c.is_ascii_digit());
    if !(1..=2).contains(&(inner.len() - rest.len())) {
        return text;
    }
    let stops: &[char] = if inner.len() == text.len() { &['.', '、', ' '] } else { &[')'] };
    rest.strip_prefix(stops).filter(|r| !r.trim().is_empty()).unwrap_or(text)
}

/// A heading as it is compared: folded, and without remarks in brackets at its end.
pub fn plain(heading: &str) -> String {
    let mut text = folded(heading);
    while let Some(shorter) = without_remark(&text) {
        text.truncate(shorter);
    }
    text
}

/// Where the remark in brackets at the end of a heading begins.
fn without_remark(text: &str) -> Option<usize> {
    text.strip_suffix(')')?.rfind('(').filter(|open| *open > 0)
}

/// What a heading by itself says a column is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// A field of the pupil, or of a family member whose number the heading says.
    Field(Field),
    /// A part (a field of the first member) of a family member the heading names otherwise, such as 父亲.
    Member(Slot, Field),
}

/// What a heading names, if it is one we know. 姓名（拼音） is not 姓名, so a remark is dropped only where the whole
/// names nothing.
pub fn named(heading: &str) -> Option<Named> {
    let mut text = folded(heading);
    loop {
        if let Some(field) = HEADINGS.get(&text) {
            // A distance is in kilometres (JY/T 1002-2012, SXXJL): one in another unit is another column.
            let is_other = *field == Field::Distance && is_in_another_unit(heading);
            return (!is_other).then_some(Named::Field(*field));
        }
        if let Some((slot, part)) = member::member_part(&text) {
            return Some(of_slot(slot, part));
        }
        text.truncate(without_remark(&text)?);
    }
}

/// Whether a heading says a unit that is not the kilometre.
fn is_in_another_unit(heading: &str) -> bool {
    let text = folded(heading).replace("千米", "").replace("公里", "").replace("km", "");
    ["(米)", "(里)", "(华里)", "(m)", "单位:米", "单位米", "单位里"].iter().any(|unit| text.contains(unit))
}

/// A part of a member whose number is said is a field; a third member has none.
fn of_slot(slot: Slot, part: Field) -> Named {
    match slot {
        Slot::Number(1) => Named::Field(part),
        Slot::Number(2) => part.of_second_guardian().map_or(Named::Member(slot, part), Named::Field),
        slot => Named::Member(slot, part),
    }
}

/// The field a heading names by itself.
pub fn field_of(heading: &str) -> Option<Field> {
    match named(heading) {
        Some(Named::Field(field)) => Some(field),
        _ => None,
    }
}

/// Whether a text, as it stands, is a heading of the table: one look, for every row's name.
pub fn is_heading(text: &str) -> bool {
    HEADINGS.contains_key(text)
}

/// The known heading most like this one, for a clerk who mistyped it.
pub fn nearest(heading: &str) -> Option<(&'static str, Field)> {
    let text = plain(heading);
    let official = FIELDS.iter().flat_map(|s| [(s.heading, s.field), (s.key, s.field)]);
    let all = official.chain(aliases().map(|a| (a.heading, a.field)));
    let scored = all.map(|(name, field)| (strsim::jaro_winkler(&plain(name), &text), name, field));
    let best = scored.filter(|s| s.0 > 0.7).max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, name, field)| (name, field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_in_another_unit_is_no_distance_in_kilometres() {
        for heading in ["上下学距离", "上下学距离（千米）", "上下学距离(km)", "上下学距离（公里）"]
        {
            assert_eq!(field_of(heading), Some(Field::Distance), "{heading}");
        }
        for heading in ["上下学距离（米）", "上下学距离(里)", "上下学距离（单位：米）", "上下学距离（M）"]
        {
            assert_eq!(field_of(heading), None, "{heading}");
        }
    }

    #[test]
    fn no_heading_names_two_fields_and_none_a_part_of_a_member_as_well() {
        let mut seen: FxHashMap<String, Field> = FxHashMap::default();
        let official = FIELDS.iter().map(|s| (s.heading, s.field));
        for (name, field) in official.chain(aliases().map(|a| (a.heading, a.field))) {
            if let Some(other) = seen.insert(folded(name), field) {
                panic!("{name}: {other:?} and {field:?}");
            }
        }
        for alias in aliases() {
            assert_eq!(member::member_part(&folded(alias.heading)), None, "{}", alias.heading);
        }
    }

    #[test]
    fn the_table_has_every_line_read_and_a_source_for_each() {
        let lines = TABLE.lines().filter(|l| !l.starts_with('#')).skip(1).count();
        assert_eq!(aliases().count(), lines);
        assert!(lines + FIELDS.len() >= 250, "{lines}");
        for a in aliases() {
            assert!(["模板", "填表", "标准", "报表", "实践"].contains(&a.source), "{}", a.heading);
            assert_eq!(field_of(a.heading), Some(a.field), "{}", a.heading);
        }
    }

    #[test]
    fn every_official_heading_names_its_field() {
        for s in FIELDS {
            assert_eq!(field_of(s.heading), Some(s.field), "{}", s.heading);
        }
    }

    #[test]
    fn stars_brackets_width_and_line_breaks_do_not_matter() {
        for (text, field) in [
            ("★姓名", Field::PupilName),
            ("姓 名 *", Field::PupilName),
            ("１．姓名", Field::PupilName),
            ("(2)性别★", Field::Sex),
            ("【必填】姓名", Field::PupilName),
            ("出生日期\n（YYYYMMDD）", Field::BirthDate),
            ("出生日期[格式:20150307]", Field::BirthDate),
            ("国籍／地区", Field::Nationality),
            ("身份证号码", Field::DocumentId),
            ("身份\r\n证号", Field::DocumentId),
            ("家庭成员或监护人１姓名", Field::G1Name),
            ("监护人二联系电话", Field::G2Phone),
            ("第一监护人姓名", Field::G1Name),
            ("监护人（2）与学生关系", Field::G2Relation),
            ("成员2 身份证号码", Field::G2DocumentId),
            ("成员1是否监护人", Field::G1IsGuardian),
            ("Email", Field::Email),
        ] {
            let found = field_of(text).or_else(|| field_of(text.trim_start_matches("【必填】")));
            assert_eq!(found, Some(field), "{text}");
        }
        for text in
            ["序号", "备注", "", "监护人", "成员3姓名", "（一）", "班主任姓名", "原学校名称", "1", "2班"]
        {
            assert_eq!(field_of(text), None, "{text}");
        }
    }

    #[test]
    fn a_member_without_a_number_keeps_the_word_it_is_called() {
        for (text, word, part) in [
            ("父亲姓名", "父亲", Field::G1Name),
            ("母亲手机号码", "母亲", Field::G1Phone),
            ("家长姓名", "家长", Field::G1Name),
            ("监护人电话", "监护人", Field::G1Phone),
            ("监护人的身份证号", "监护人", Field::G1DocumentId),
            ("爸爸工作单位", "父亲", Field::G1Employer),
        ] {
            assert_eq!(named(text), Some(Named::Member(Slot::Word(word.into()), part)), "{text}");
        }
    }
}
