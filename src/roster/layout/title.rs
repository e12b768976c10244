//! The class in a title or in a sheet's name: 一（1）班, 初一3班, 2023级2班, 101班.

use crate::model::id::SchoolCode;
use crate::roster::normalize::text::half;

/// A class as a text names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassName {
    /// As it stands, in half width.
    pub text: String,
    /// Grade 1 to 12, or the year of entry; `None` for 101班.
    grade: Option<u16>,
    number: u16,
}

impl ClassName {
    /// Whether both may mean the same class: a grade and a year of entry are not held against one another.
    pub fn may_be(&self, other: &ClassName) -> bool {
        let is_year = |grade: u16| grade >= 1990;
        let differ = |a: u16, b: u16| a != b && is_year(a) == is_year(b);
        self.number == other.number && !self.grade.zip(other.grade).is_some_and(|(a, b)| differ(a, b))
    }

    /// Whether both mean the same class.
    pub fn is(&self, other: &ClassName) -> bool {
        (self.grade, self.number) == (other.grade, other.number)
    }
}

/// Every class a text names, each once.
pub fn classes_in(text: &str) -> Vec<ClassName> {
    let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).map(half_width).collect();
    let mut found: Vec<ClassName> = Vec::new();
    for (i, _) in chars.iter().enumerate().filter(|(_, c)| **c == '班') {
        // 班级, 班主任 and 班号 are no classes.
        if chars.get(i + 1).is_some_and(|c| matches!(c, '级' | '主' | '号' | '长' | '内' | '会')) {
            continue;
        }
        if let Some(class) = class_before(&chars, i)
            && !found.iter().any(|c| c.is(&class))
        {
            found.push(class);
        }
    }
    found
}

/// A grade and the number of a class in it, as a cell says them; `None` where it says no grade.
pub type InGrade = (Option<u16>, u16);

/// What the text of a class's cell may mean: 一（1）, 一1, 1-1, 一/1, 1.1, 101, 2026级1班, 1班. One text may mean several:
/// 101 is a class of its own name or the first of grade one, and 1.1 may have lost the 0 of 1.10 in a number cell.
pub fn meanings(text: &str) -> Vec<InGrade> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).map(half_width).collect();
    let core = text.strip_suffix('班').unwrap_or(&text);
    if let Some((grade, number)) = apart(core) {
        let lost = (core.contains('.') && number < 10 && !core.ends_with(&format!("0{number}")))
            .then_some(number * 10);
        return std::iter::once(number).chain(lost).map(|n| (Some(grade), n)).collect();
    }
    let whole = format!("{core}班");
    match &classes_in(if text.contains('班') { &text } else { &whole })[..] {
        [class] if text.contains('班') || class.text == whole => {
            let digits = class.text.len() == "101班".len() && core.bytes().all(|b| b.is_ascii_digit());
            let split =
                (digits && class.number % 100 > 0).then_some((Some(class.number / 100), class.number % 100));
            std::iter::once((class.grade, class.number)).chain(split).collect()
        }
        _ => Vec::new(),
    }
}

/// The classes that a sheet's name says: 一（2）班, and 一(2) or 一1 where the name is nothing else. `一 (2)` is what a
/// spreadsheet calls the copy of a sheet named 一.
pub fn classes_of_sheet(name: &str) -> Vec<ClassName> {
    let found = classes_in(name);
    if !found.is_empty() || name.trim().contains(char::is_whitespace) {
        return found;
    }
    let whole: String = name.chars().map(half_width).chain(['班']).collect();
    let mut classes = classes_in(whole.trim());
    classes.retain(|c| c.grade.is_some() && c.text == whole.trim());
    classes
}

/// A grade and a number with a sign between them.
fn apart(text: &str) -> Option<(u16, u16)> {
    let (grade, number) = text.split_once(['.', '-', '/', '、', '—', '_'])?;
    let digits = (1..=2).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    let number = number.parse().ok().filter(|n| digits && *n > 0)?;
    Some((grade_of(grade)?, number))
}

/// The grade that the cell of a column of grades says: 一年级, 一, 1, 初一, 2026级.
pub fn grade_of(text: &str) -> Option<u16> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).map(half_width).collect();
    let text = text.strip_prefix("小学").or(text.strip_prefix('小')).unwrap_or(&text);
    let with_unit: Vec<char> = format!("{text}年级").chars().collect();
    let said: Vec<char> = text.chars().collect();
    let whole =
        |chars: &[char]| grade_before(chars, chars.len()).filter(|(start, _)| *start == 0).map(|g| g.1);
    whole(&said).or_else(|| whole(&with_unit))
}

/// What two names of one class have in common, so that 一（1）班 is found as 一年级1班.
pub fn same_class_key(name: &str) -> String {
    match &classes_in(name)[..] {
        [class] => format!("{}.{}", class.grade.unwrap_or(0), class.number),
        _ => name.to_owned(),
    }
}

/// Labels that a 学校标识码 stands behind.
const CODE_LABELS: &[&str] = &["标识码", "学校代码", "学校编码", "识别码"];

/// Every 学校标识码 that titles say, behind its label or in the cell after it, each once with its row.
pub fn school_codes(titles: &[(u32, String)]) -> Vec<(u32, String)> {
    let mut found: Vec<(u32, String)> = Vec::new();
    let mut waiting = None;
    for (row, text) in titles {
        let text: String = text.chars().map(half_width).collect();
        let label = CODE_LABELS.iter().filter_map(|l| text.find(l).map(|at| at + l.len())).max();
        let behind = match label {
            Some(end) => code_in(&text[end..]),
            None if waiting == Some(*row) => code_in(&text).filter(|c| *c == text.trim()),
            None => None,
        };
        waiting = (label.is_some() && behind.is_none()).then_some(*row);
        if let Some(code) = behind.filter(|c| !found.iter().any(|(_, f)| f == c)) {
            found.push((*row, code.to_owned()));
        }
    }
    found
}

/// The first ten digits that are a code, with no digit beside them.
fn code_in(text: &str) -> Option<&str> {
    let runs = text.split(|c: char| !c.is_ascii_digit());
    runs.into_iter().find(|run| run.len() == 10 && SchoolCode::parse(run).is_ok())
}

/// Whether a text standing by itself among the rows is a school's name: the rows below are that school's.
pub fn is_school(text: &str) -> bool {
    let sentence = |c: char| matches!(c, '。' | '，' | '；' | '！' | '？' | ',' | ';' | '、');
    let asks = ["请", "须", "应", "报送", "上报", "填写", "盖章", "注", "说明"];
    let names = ["小学", "中学", "学校", "教学点", "校区", "初中", "高中"];
    (4..=30).contains(&text.chars().count())
        && names.iter().any(|n| text.contains(n))
        && !text.contains(sentence)
        && !asks.iter().any(|a| text.contains(a))
}

/// Whether a text may mean the class of a name: the same number, and the grade of the name, one of `grades` (the grade it
/// is in now, its year of entry), or none said. A class keeps the name it was entered under while its grade goes on.
pub fn may_mean(text: &str, name: &str, grades: &[u16]) -> bool {
    match (&classes_in(text)[..], &classes_in(name)[..]) {
        ([said], [class]) => {
            let fits = said.grade.is_none() || said.grade == class.grade;
            said.number == class.number && (fits || said.grade.is_some_and(|g| grades.contains(&g)))
        }
        _ => text == name,
    }
}

/// The grade a sheet's name says, where it says no class: 一年级, 初一, 2023级.
pub fn grade_in(text: &str) -> Option<u16> {
    let chars: Vec<char> = text.chars().filter(|c| !c.is_whitespace()).map(half_width).collect();
    (1..=chars.len()).rev().find_map(|end| grade_before(&chars, end).map(|(_, grade)| grade))
}

fn half_width(c: char) -> char {
    match c {
        '〔' | '【' => '(',
        '〕' | '】' => ')',
        c => half(c),
    }
}

/// The class whose 班 stands at `at`.
fn class_before(chars: &[char], at: usize) -> Option<ClassName> {
    let bracketed = at > 0 && chars[at - 1] == ')';
    let end = if bracketed { at - 1 } else { at };
    let (mut start, number) = number_before(chars, end)?;
    if bracketed {
        start = start.checked_sub(1).filter(|s| chars[*s] == '(')?;
    }
    let graded = grade_before(chars, start).or_else(|| bare_grade_before(chars, start));
    let (start, grade) = graded.map_or((start, None), |(start, grade)| (start, Some(grade)));
    let text = chars[start..=at].iter().collect();
    Some(ClassName { text, grade, number })
}

/// The number that ends at `end`, and where it begins.
fn number_before(chars: &[char], end: usize) -> Option<(usize, u16)> {
    let digits = chars[..end].iter().rev().take_while(|c| c.is_ascii_digit()).count();
    if (1..=3).contains(&digits) {
        let text: String = chars[end - digits..end].iter().collect();
        return text.parse().ok().map(|n| (end - digits, n));
    }
    if digits > 0 {
        return None;
    }
    let han = chars[..end].iter().rev().take_while(|c| han_digit(**c).is_some()).count();
    let named = |c: &char| "甲乙丙丁戊己".chars().position(|n| n == *c).map(|i| i as u16 + 1);
    match han {
        0 => chars[..end].last().and_then(named).map(|n| (end - 1, n)),
        // 一一班 is grade one, class one.
        2 if !chars[end - 2..end].contains(&'十') => han_digit(chars[end - 1]).map(|n| (end - 1, n)),
        1..=3 => han_number(&chars[end - han..end]).map(|n| (end - han, n)),
        _ => None,
    }
}

fn han_digit(c: char) -> Option<u16> {
    "一二三四五六七八九十".chars().position(|n| n == c).map(|i| i as u16 + 1)
}

/// 一 to 九十九.
fn han_number(chars: &[char]) -> Option<u16> {
    let digit = |c: char| han_digit(c).filter(|n| *n < 10);
    match *chars {
        [one] => han_digit(one),
        ['十', low] => digit(low).map(|n| 10 + n),
        [high, '十'] => digit(high).map(|n| n * 10),
        [high, '十', low] => Some(digit(high)? * 10 + digit(low)?),
        _ => None,
    }
}

/// A grade with its unit that ends at `end`: 一年级, 初一, 高二年级, 2023级.
fn grade_before(chars: &[char], end: usize) -> Option<(usize, u16)> {
    let unit = ["年级", "级", "年", "届"].iter().find(|u| ends_with(&chars[..end], u));
    let stop = end - unit.map_or(0, |u| u.chars().count());
    let (start, grade) = grade_number(chars, stop)?;
    let stage = start.checked_sub(1).map(|s| chars[s]);
    match (stage, grade) {
        (Some('初'), 1..=4) => Some((start - 1, 6 + grade)),
        (Some('高'), 1..=3) => Some((start - 1, 9 + grade)),
        (_, 1990..=2100) if unit.is_some() => Some((start, grade)),
        (_, 1..=12) if unit.is_some_and(|u| *u != "届") => Some((start, grade)),
        _ => None,
    }
}

/// A grade without a unit before a class number of another kind: 一(1)班, 七3班.
fn bare_grade_before(chars: &[char], end: usize) -> Option<(usize, u16)> {
    let before = *chars[..end].last()?;
    let next = *chars.get(end)?;
    if next == '(' {
        return grade_number(chars, end).filter(|(_, grade)| (1..=12).contains(grade) || *grade >= 1990);
    }
    // 三1班, or the first 一 of 一一班; 31班 says nothing of a grade.
    han_digit(before).filter(|n| *n < 10 && next != '十').map(|n| (end - 1, n))
}

fn grade_number(chars: &[char], end: usize) -> Option<(usize, u16)> {
    let digits = chars[..end].iter().rev().take_while(|c| c.is_ascii_digit()).count();
    if matches!(digits, 1 | 2 | 4) {
        let text: String = chars[end - digits..end].iter().collect();
        return text.parse().ok().map(|n| (end - digits, n));
    }
    let last = *chars[..end].last()?;
    han_digit(last).filter(|n| *n < 10).map(|n| (end - 1, n))
}

fn ends_with(chars: &[char], end: &str) -> bool {
    let count = end.chars().count();
    chars.len() >= count && chars[chars.len() - count..].iter().copied().eq(end.chars())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_found_however_they_are_written() {
        for (text, expected) in [
            ("云溪县第一小学一（1）班学生花名册", &["一(1)班"][..]),
            ("班级：一年级１班", &["一年级1班"]),
            ("一年级一班", &["一年级一班"]),
            ("一一班", &["一一班"]),
            ("七(12)班", &["七(12)班"]),
            ("初一3班", &["初一3班"]),
            ("高二（十一）班", &["高二(十一)班"]),
            ("2023级2班", &["2023级2班"]),
            ("2025学年第一学期 六年级（甲）班", &["六年级(甲)班"]),
            ("101班", &["101班"]),
            ("三班", &["三班"]),
            ("班级：        班主任：王老师", &[]),
            ("全校各班花名册", &[]),
            ("第一小学", &[]),
            ("一(1)班、一(2)班名单", &["一(1)班", "一(2)班"]),
        ] {
            let found = classes_in(text);
            let texts: Vec<&str> = found.iter().map(|c| c.text.as_str()).collect();
            assert_eq!(texts, expected, "{text}");
        }
    }

    #[test]
    fn the_cell_of_a_class_means_a_grade_and_a_number_in_it() {
        for (text, expected) in [
            ("1班", &[(None, 1)][..]),
            ("1", &[(None, 1)]),
            ("一（1）", &[(Some(1), 1)]),
            ("一(1)", &[(Some(1), 1)]),
            ("一1", &[(Some(1), 1)]),
            ("一年级1", &[(Some(1), 1)]),
            ("一年级（1）班", &[(Some(1), 1)]),
            ("1-1", &[(Some(1), 1)]),
            ("一/1", &[(Some(1), 1)]),
            ("初一.12", &[(Some(7), 12)]),
            ("2026级1班", &[(Some(2026), 1)]),
            ("1年1班", &[(Some(1), 1)]),
            ("1.1", &[(Some(1), 1), (Some(1), 10)]),
            ("1.10", &[(Some(1), 10)]),
            ("1.01", &[(Some(1), 1)]),
            ("101", &[(None, 101), (Some(1), 1)]),
            ("101班", &[(None, 101), (Some(1), 1)]),
            ("P202601", &[]),
            ("J202601", &[]),
            ("202601", &[]),
            ("100", &[(None, 100)]),
            ("启智班", &[]),
            ("2026-09-01", &[]),
            ("13-1", &[]),
        ] {
            assert_eq!(meanings(text), expected, "{text}");
        }
        for (sheet, class) in [
            ("一(2)", Some("一(2)班")),
            ("一1", Some("一1班")),
            ("一 (2)", None),
            ("Sheet1", None),
            ("一1班", Some("一1班")),
            ("1", None),
        ] {
            assert_eq!(classes_of_sheet(sheet).first().map(|c| c.text.as_str()), class, "{sheet}");
        }
        for (text, grade) in [
            ("一年级", Some(1)),
            ("一", Some(1)),
            ("1", Some(1)),
            ("小一", Some(1)),
            ("初一", Some(7)),
            ("七年级", Some(7)),
            ("高三", Some(12)),
            ("2026级", Some(2026)),
            ("小学", None),
            ("", None),
        ] {
            assert_eq!(grade_of(text), grade, "{text}");
        }
    }

    #[test]
    fn school_codes_stand_behind_their_label_or_in_the_next_cell() {
        let of = |cells: &[(u32, &str)]| {
            let titles: Vec<_> = cells.iter().map(|(r, t)| (*r, (*t).to_owned())).collect();
            school_codes(&titles).into_iter().map(|(row, code)| format!("{row} {code}")).collect::<Vec<_>>()
        };
        assert_eq!(of(&[(1, "某小学（学校标识码：３１３３００５０１２）一（1）班")]), ["1 3133005012"]);
        assert_eq!(of(&[(2, "学校标识码："), (2, "2133005013"), (2, "班主任")]), ["2 2133005013"]);
        assert_eq!(of(&[(2, "学校标识码"), (3, "2133005013")]), [""; 0], "not in the next cell of the row");
        assert_eq!(of(&[(1, "联系电话 2133005013"), (2, "代码 21330050131")]), [""; 0]);
        assert_eq!(of(&[(1, "学校标识码 2133005013"), (2, "标识码：2133005011")]).len(), 2);
        assert_eq!(of(&[(1, "学校标识码 2133005013"), (2, "学校标识码 2133005013")]).len(), 1);
    }

    #[test]
    fn a_school_by_itself_is_told_from_a_note() {
        for text in ["青溪县汾口九年制学校", "实验小学 一年级", "某某中学（东校区）", "松坪教学点"]
        {
            assert!(is_school(text), "{text}");
        }
        for text in
            ["请各学校于9月10日前上报", "一（1）班", "注：学校名称写全称", "以上信息由学校填写", "小学"]
        {
            assert!(!is_school(text), "{text}");
        }
    }

    #[test]
    fn a_class_is_known_by_its_old_name_and_by_the_grade_it_is_in() {
        for (text, expected) in [
            ("一（1）班", true),
            ("三年级1班", true),
            ("2024级1班", true),
            ("1班", true),
            ("二年级1班", false),
            ("三年级2班", false),
        ] {
            assert_eq!(may_mean(text, "一年级1班", &[3, 2024]), expected, "{text}");
        }
        assert!(may_mean("启智班", "启智班", &[]) && !may_mean("启智班", "启慧班", &[]));
    }

    #[test]
    fn the_same_class_in_other_words_is_the_same() {
        let one = |t: &str| classes_in(t).remove(0);
        assert!(one("一（1）班").is(&one("一年级一班")) && one("初一3班").is(&one("七年级（三）班")));
        assert!(!one("一（1）班").is(&one("一（2）班")) && !one("1班").is(&one("一1班")));
        assert_eq!(
            [grade_in("一年级"), grade_in("初三"), grade_in("2023级"), grade_in("Sheet1")],
            [Some(1), Some(9), Some(2023), None]
        );
    }
}
