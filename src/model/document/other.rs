//! 其他 (Z): any other document, or none; the number of a birth certificate is known by its shape.

use crate::model::document::{
    Document, DocumentKind, DocumentSpec, Holder, Layout, Malformed, Told, unstated,
};

const CHARACTERS_AT_MOST: usize = 64;

pub const SPEC: DocumentSpec = DocumentSpec {
    kind: DocumentKind::Other,
    id: "other",
    name: "其他",
    official_code: "Z",
    filed_under: &[("Z", "")],
    basis: "JY/T 1001-2012 SFZJLX Z",
    number_required: false,
    layout: Layout::Unstated,
    parse,
    shape: is_birth_certificate,
    tells: |_| Told::default(),
    key: |text| unstated::key(DocumentKind::Other, text),
    manual: "号码可以不填，但学校须留存学生和家长签字、加盖公章的在校就读证明并报主管部门备案。\
             无户籍的可填出生医学证明编号（1 个字母加 9 位数字）。不说明出生日期、性别和户籍地；\
             有公民身份号码的学生不应选此类。",
};

fn parse(text: &str, _: Holder) -> Result<Document, Malformed> {
    if text.is_empty() {
        return Err(Malformed::Empty);
    }
    if let Some(at) = text.chars().position(|c| c.is_control() || c.is_whitespace()) {
        return Err(Malformed::Characters { position: at + 1 });
    }
    match text.chars().count() {
        ..=CHARACTERS_AT_MOST => Ok(Document::new(DocumentKind::Other, text)),
        found => Err(Malformed::Length { expected: "1 至 64", found }),
    }
}

/// 出生医学证明: one letter and nine digits (R§4.7).
fn is_birth_certificate(text: &str) -> bool {
    matches!(text.as_bytes(), [letter, digits @ ..] if letter.is_ascii_alphabetic()
        && digits.len() == 9 && digits.iter().all(u8::is_ascii_digit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birth_certificate_is_known_and_anything_else_is_kept() {
        assert!(is_birth_certificate("R330012345"));
        assert!(!is_birth_certificate("R33001234") && !is_birth_certificate("3300123456"));
        for text in ["R330012345", "海员证/12345"] {
            assert_eq!(parse(text, Holder::Pupil).unwrap().reveal(), text);
        }
        assert_eq!(parse("", Holder::Pupil), Err(Malformed::Empty));
        assert_eq!(parse("a b", Holder::Pupil), Err(Malformed::Characters { position: 2 }));
        let long = "1".repeat(65);
        assert_eq!(parse(&long, Holder::Pupil), Err(Malformed::Length { expected: "1 至 64", found: 65 }));
    }
}
