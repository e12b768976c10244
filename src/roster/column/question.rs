//! Headings that ask a yes/no question over a field whose codes are no answers: 是否住宿 is not 就读方式, 1 is 是 and not 走读.

use crate::model::field::{Field, FieldKind};

/// What 是 and 否 under such a heading are in the field's table, where each has one meaning only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Question {
    pub yes: Option<&'static str>,
    pub no: Option<&'static str>,
}

/// Words of a heading of which one is there, and what 是 and 否 are then.
type Answer = (Field, &'static [&'static str], Option<&'static str>, Option<&'static str>);

/// The questions whose answers mean one code. (R§5.1: such fields are filled with the name and not with the code.)
const ANSWERS: &[Answer] = &[
    (Field::AttendanceMode, &["住宿", "住校", "寄宿"], Some("2"), Some("1")),
    // Who does not 走读 may live at school or elsewhere.
    (Field::AttendanceMode, &["走读"], Some("1"), None),
    // 是 does not say whether one parent is away or both.
    (Field::LeftBehind, &["留守"], None, Some("0")),
    (Field::OverseasStatus, &["港澳台", "侨"], None, Some("00")),
    (Field::Inclusive, &["随班就读"], Some("10"), Some("00")),
    (Field::Disability, &["残疾"], None, Some("0")),
    (Field::HukouKind, &["非农", "城镇"], Some("2"), Some("1")),
    (Field::HukouKind, &["农业", "农村"], Some("1"), Some("2")),
];

/// Headings that state what is asked: 是, 1 or √ stands under them as under 是否….
const STATED: &[(Field, &[&str])] = &[
    (Field::AttendanceMode, &["住宿情况", "住校情况", "寄宿情况", "住宿", "住校", "寄宿"]),
    (Field::LeftBehind, &["留守儿童", "留守", "留守情况"]),
    (Field::HukouKind, &["农村户口", "农业户口", "非农业户口"]),
];

/// The question that a heading asks of a field, if it asks one and the field's table has other codes than yes and no.
/// The heading is plain.
pub fn of(field: Field, heading: &str) -> Option<Question> {
    let FieldKind::Code(tables) = field.kind() else { return None };
    if tables.contains(&"yes_no") {
        return None;
    }
    let asks = ["是否", "是不是", "有无", "有没有", "能否", "可否"].iter().any(|w| heading.contains(w))
        || heading.ends_with('否')
        || STATED.iter().any(|(f, headings)| *f == field && headings.contains(&heading));
    let meant = |row: &&Answer| row.0 == field && row.1.iter().any(|w| heading.contains(w));
    let (yes, no) = ANSWERS.iter().find(meant).map_or((None, None), |row| (row.2, row.3));
    asks.then_some(Question { yes, no })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code;
    use crate::model::field::FIELDS;
    use crate::roster::code_cell::CodeCells;
    use crate::roster::column::{aliases, plain};

    /// Every heading there is for a field with a code table, official or not.
    fn headings() -> impl Iterator<Item = (&'static str, Field)> {
        let official = FIELDS.iter().map(|s| (s.heading, s.field));
        official.chain(aliases().map(|a| (a.heading, a.field)))
    }

    #[test]
    fn no_heading_that_is_a_question_takes_a_bare_number_for_a_code() {
        let mut asked = 0;
        for (heading, field) in headings() {
            let FieldKind::Code(tables) = field.kind() else { continue };
            let yes_no = tables.contains(&"yes_no");
            let question = of(field, &plain(heading));
            let asks = ["是否", "有无", "否"].iter().any(|w| heading.contains(w));
            assert!(yes_no || !asks || question.is_some(), "{heading} asks, and {field:?} has other codes");
            let Some(question) = question else { continue };
            asked += 1;
            let mut cells = CodeCells::default();
            let value = |code: Option<&str>, text: &str| {
                code.map_or(text.to_owned(), |c| format!("{}:{c}", tables[0]))
            };
            for text in ["1", "是", "有", "√", "Y", "１"] {
                assert_eq!(
                    cells.answer(field, question, text).value,
                    value(question.yes, text),
                    "{heading} {text}"
                );
            }
            for text in ["0", "否", "无", "×", "N"] {
                assert_eq!(
                    cells.answer(field, question, text).value,
                    value(question.no, text),
                    "{heading} {text}"
                );
            }
            for entry in tables.iter().flat_map(|t| code::table(t).unwrap().entries()) {
                let (said, bare) = (cells.answer(field, question, entry.label), entry.code);
                assert!(said.value.ends_with(&format!(":{}", entry.code)), "{heading} {}", entry.label);
                if !matches!(bare, "0" | "1") {
                    assert_eq!(cells.answer(field, question, bare).value, bare, "{heading} {bare}");
                }
            }
        }
        assert!(asked >= 6, "{asked}");
    }

    #[test]
    fn what_is_no_question_keeps_its_codes() {
        for (field, heading) in [
            (Field::AttendanceMode, "就读方式"),
            (Field::AttendanceMode, "住宿方式"),
            (Field::LeftBehind, "留守儿童类型"),
            (Field::OnlyChild, "是否独生子女"),
            (Field::HukouKind, "户口性质"),
            (Field::Sex, "性别"),
        ] {
            assert_eq!(of(field, heading), None, "{heading}");
        }
    }
}
