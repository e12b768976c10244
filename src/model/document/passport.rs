//! 护照: five to seventeen letters and digits, of any country. The number itself proves nothing.

use crate::model::document::{Document, DocumentKind, DocumentSpec, Layout, Malformed, Told};

pub const SPEC: DocumentSpec = DocumentSpec {
    kind: DocumentKind::Passport,
    id: "passport",
    name: "护照",
    official_code: "A",
    filed_under: &[("A", "")],
    basis: "JY/T 1001-2012 SFZJLX A",
    number_required: true,
    layout: Layout::Stated,
    parse: |text, _| read(DocumentKind::Passport, text),
    shape: is_shaped,
    tells: |_| Told::default(),
    key,
    manual: "5 至 17 位字母或数字，没有校验码，各国格式不一。\
             不说明出生日期、性别和国籍；不同国家可能有相同号码，比对时须与国籍合看。换发护照后号码改变。",
};

/// Reads a passport number as one of the kinds that have no narrower rule.
pub fn read(kind: DocumentKind, text: &str) -> Result<Document, Malformed> {
    if text.is_empty() {
        return Err(Malformed::Empty);
    }
    if let Some(at) = text.chars().position(|c| !c.is_ascii_alphanumeric()) {
        return Err(Malformed::Characters { position: at + 1 });
    }
    match text.len() {
        5..=17 => Ok(Document::new(kind, text)),
        found => Err(Malformed::Length { expected: "5 至 17", found }),
    }
}

/// Reads what Hong Kong and Macau issue: a passport number, or that of an identity card with its bracketed check,
/// which is not recomputed because no source we have states its rule.
pub fn read_special_region(kind: DocumentKind, text: &str) -> Result<Document, Malformed> {
    if is_bracketed(text) { Ok(Document::new(kind, text)) } else { read(kind, text) }
}

/// What a bare text must be to suggest a passport: a digit in it, and no longer than the nine characters that the
/// machine-readable zone has for a number (ICAO 9303-4). Longer ones exist but look like anything.
pub fn is_shaped(text: &str) -> bool {
    (5..=9).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

pub fn is_special_region_shaped(text: &str) -> bool {
    is_shaped(text) || is_bracketed(text)
}

/// `A123456(7)`: at most two letters, six or seven digits, one character in a bracket.
fn is_bracketed(text: &str) -> bool {
    let Some((card, check)) = text.split_once('(') else { return false };
    let digits = card.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    card.len() - digits.len() <= 2
        && matches!(digits.len(), 6 | 7)
        && digits.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(check.as_bytes(), [check, b')'] if check.is_ascii_alphanumeric())
}

/// One key for the three kinds, because clerks file a passport of Hong Kong under either code; a bracket is often
/// left out.
pub fn key(text: &str) -> String {
    let number: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("{}:{number}", SPEC.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_digits_are_read_and_put_in_upper_case() {
        assert_eq!(read(DocumentKind::Passport, "e12345678").unwrap().reveal(), "E12345678");
        assert!(read(DocumentKind::Passport, "123456789").is_ok());
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, why) in [
            ("", Malformed::Empty),
            ("E123", Malformed::Length { expected: "5 至 17", found: 4 }),
            ("330106201503140015", Malformed::Length { expected: "5 至 17", found: 18 }),
            ("E1234-678", Malformed::Characters { position: 6 }),
            ("护照12345", Malformed::Characters { position: 1 }),
        ] {
            assert_eq!(read(DocumentKind::Passport, text), Err(why), "{text}");
        }
    }

    #[test]
    fn a_bracket_belongs_to_an_identity_card_of_a_special_region_only() {
        for text in ["A123456(7)", "ab123456(A)", "1234567(8)"] {
            assert!(read_special_region(DocumentKind::HkPassport, text).is_ok(), "{text}");
            assert!(read(DocumentKind::Passport, text).is_err(), "{text}");
        }
        for text in ["ABC123456(7)", "A12345(7)", "A123456(78)", "A123456(7", "(7)"] {
            assert!(read_special_region(DocumentKind::HkPassport, text).is_err(), "{text}");
        }
    }
}
