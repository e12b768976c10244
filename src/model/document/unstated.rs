//! Numbers of documents whose layout no source states: only what cannot be a number is turned away.

use crate::model::document::{Document, DocumentKind, Malformed};

/// Letters, digits, Han characters (军字第…号), hyphens and brackets, four to twenty-four of them and a digit among
/// them.
pub fn read(kind: DocumentKind, text: &str) -> Result<Document, Malformed> {
    if text.is_empty() {
        return Err(Malformed::Empty);
    }
    if let Some(at) = text.chars().position(|c| !may_stand(c)) {
        return Err(Malformed::Characters { position: at + 1 });
    }
    match text.chars().count() {
        4..=24 if text.contains(|c: char| c.is_ascii_digit()) => Ok(Document::new(kind, text)),
        4..=24 => Err(Malformed::Layout { expected: "含有数字的证件号码" }),
        found => Err(Malformed::Length { expected: "4 至 24", found }),
    }
}

/// The number under its own kind: two registers may use the same digits.
pub fn key(kind: DocumentKind, text: &str) -> String {
    format!("{}:{text}", kind.spec().id)
}

fn may_stand(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '(' | ')' | '（' | '）' | '\u{4e00}'..='\u{9fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_a_number_is_turned_away() {
        let read = |text| read(DocumentKind::OfficerCard, text);
        assert!(read("军字第1234567号").is_ok());
        assert!(read("12345678").is_ok());
        for (text, why) in [
            ("", Malformed::Empty),
            ("123", Malformed::Length { expected: "4 至 24", found: 3 }),
            ("军官证号", Malformed::Layout { expected: "含有数字的证件号码" }),
            ("军字 123456", Malformed::Characters { position: 3 }),
            ("123\u{7}56", Malformed::Characters { position: 4 }),
        ] {
            assert_eq!(read(text), Err(why), "{text:?}");
        }
    }
}
