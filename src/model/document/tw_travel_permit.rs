//! 台湾居民来往大陆通行证 (台胞证): eight digits for life, or the ten of the older booklet with a bracket.

use crate::model::document::{Document, DocumentKind, DocumentSpec, Holder, Layout, Malformed, Told};

pub const SPEC: DocumentSpec = DocumentSpec {
    kind: DocumentKind::TwTravelPermit,
    id: "tw_travel_permit",
    name: "台湾居民来往大陆通行证",
    official_code: "8",
    filed_under: &[("8", "")],
    basis: "JY/T 1001-2012 SFZJLX 8",
    number_required: true,
    layout: Layout::Stated,
    parse,
    shape: |text| parse(text, Holder::Pupil).is_ok(),
    tells: |_| Told::default(),
    key,
    manual: "卡式证 8 位数字，终身不变；旧本式证 10 位数字，后面可带括号和 1 位字母或数字。\
             比对时不看括号部分；卡式证与本式证的号码不能互相推算。没有校验码，不说明出生日期和性别。",
};

fn parse(text: &str, _: Holder) -> Result<Document, Malformed> {
    if text.is_empty() {
        return Err(Malformed::Empty);
    }
    let digits = before_bracket(text);
    if let Some(at) = digits.chars().position(|c| !c.is_ascii_digit()) {
        return Err(Malformed::Characters { position: at + 1 });
    }
    match (digits.len(), &text[digits.len()..]) {
        (8 | 10, "") => Ok(Document::new(DocumentKind::TwTravelPermit, text)),
        (10, bracket) if is_suffix(bracket) => Ok(Document::new(DocumentKind::TwTravelPermit, text)),
        (found, "") => Err(Malformed::Length { expected: "8（旧证 10）", found }),
        _ => Err(Malformed::Layout { expected: "8 位数字，或 10 位数字加括号内 1 位" }),
    }
}

fn before_bracket(text: &str) -> &str {
    text.split('(').next().unwrap_or(text)
}

fn is_suffix(bracket: &str) -> bool {
    matches!(bracket.as_bytes(), [b'(', inner, b')'] if inner.is_ascii_alphanumeric())
}

/// The bracket is often left out when a number is copied, so it does not count.
fn key(text: &str) -> String {
    format!("{}:{}", SPEC.id, before_bracket(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn card_and_booklet_are_read() {
        for text in ["01234567", "0123456701", "0123456701(B)", "0123456701(b)", "0123456701(1)"] {
            assert!(parse(text, Holder::Pupil).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let layout = Malformed::Layout { expected: "8 位数字，或 10 位数字加括号内 1 位" };
        for (text, why) in [
            ("", Malformed::Empty),
            ("0123456", Malformed::Length { expected: "8（旧证 10）", found: 7 }),
            ("T1234567", Malformed::Characters { position: 1 }),
            ("01234567(B)", layout),
            ("0123456701(B", layout),
            ("0123456701(台)", layout),
            ("(", layout),
        ] {
            assert_eq!(parse(text, Holder::Pupil), Err(why), "{text}");
        }
    }
}
