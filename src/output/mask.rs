//! Masking: a name keeps its surname, a number its division and its end, a telephone its first three and last four.

use crate::model::document;
use crate::model::field::Field;
use crate::model::surname;
use crate::model::table::Personal;

use super::Privacy;

/// `张*`, `欧阳**`, `古***`: the surname (or first character) and one star for each other character.
pub fn name(text: &str) -> String {
    let length = text.chars().count();
    let keep = if text.contains(['·', ' ']) { 1 } else { surname::split(text).0.chars().count() };
    let shown: String = text.chars().take(keep).collect();
    if length <= 1 { "*".repeat(length) } else { format!("{shown}{}", "*".repeat(length - keep)) }
}

/// `138****0001`; anything shorter than eight characters is all stars.
pub fn phone(text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    if chars.len() < 8 {
        return "*".repeat(chars.len());
    }
    let (head, tail): (String, String) =
        (chars[..3].iter().collect(), chars[chars.len() - 4..].iter().collect());
    format!("{head}{}{tail}", "*".repeat(chars.len() - 7))
}

/// The first six characters of an address; where somebody lives is not for a list.
pub fn address(text: &str) -> String {
    let shown: String = text.chars().take(6).collect();
    if shown.len() == text.len() { shown } else { format!("{shown}…") }
}

/// A value of a table's column.
pub fn cell(personal: Option<Personal>, text: &str, privacy: Privacy) -> String {
    match (personal, privacy) {
        (None, _) | (_, Privacy::Revealed) => text.to_owned(),
        (Some(_), _) if text.is_empty() => String::new(),
        (Some(Personal::Name), _) => name(text),
        (Some(Personal::Number), _) => document::mask(text),
        (Some(Personal::Phone), _) => phone(text),
        (Some(Personal::Address), _) => address(text),
    }
}

/// A value as it is shown to those who gave no purpose.
pub fn masked(personal: Option<Personal>, text: &str) -> String {
    cell(personal, text, Privacy::Masked)
}

fn whole(_: Option<Personal>, text: &str) -> String {
    text.to_owned()
}

/// How values are shown.
pub fn shown(privacy: Privacy) -> fn(Option<Personal>, &str) -> String {
    match privacy {
        Privacy::Masked => masked,
        Privacy::Revealed => whole,
    }
}

/// The value of a finding.
pub fn value(field: Option<Field>, text: &str, privacy: Privacy) -> String {
    cell(field.and_then(Personal::of), text, privacy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_identifies_a_child_is_masked() {
        assert_eq!(name("张三丰"), "张**");
        assert_eq!(name("欧阳修"), "欧阳*");
        assert_eq!(name("单"), "*");
        assert_eq!(name("古丽娜尔·买买提"), "古*******");
        assert_eq!(phone("13800000001"), "138****0001");
        assert_eq!(phone("110"), "***");
        let id = value(Some(Field::DocumentId), "330106201503140015", Privacy::Masked);
        assert!(!id.contains("20150314"));
        assert_eq!(value(Some(Field::Sex), "男", Privacy::Masked), "男");
        assert_eq!(value(Some(Field::PupilName), "张三", Privacy::Revealed), "张三");
    }
}
