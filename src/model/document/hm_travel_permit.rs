//! 港澳居民来往内地通行证 (回乡证): H or M, eight digits of the holder, and on the older card two of the reissue.

use crate::model::document::{Document, DocumentKind, DocumentSpec, Holder, Layout, Malformed, Told};

pub const SPEC: DocumentSpec = DocumentSpec {
    kind: DocumentKind::HmTravelPermit,
    id: "hm_travel_permit",
    name: "港澳居民来往内地通行证",
    official_code: "6",
    filed_under: &[("6", "H"), ("7", "M")],
    basis: "公安部《港澳居民来往内地通行证》号码规则（2010）；JY/T 1001-2012 SFZJLX 6、7",
    number_required: true,
    layout: Layout::Stated,
    parse,
    shape: |text| parse(text, Holder::Pupil).is_ok(),
    tells: |_| Told::default(),
    key: |text| text.chars().take(9).collect(),
    manual: "9 位或 11 位：首位 H（香港）或 M（澳门），8 位终身号，旧卡另有 2 位换证次数。\
             前 9 位不变，换证后只有末 2 位改变，所以比对只用前 9 位。没有校验码，不说明出生日期和性别，抄错无法由号码看出。",
};

fn parse(text: &str, _: Holder) -> Result<Document, Malformed> {
    let Some((first, digits)) = text.as_bytes().split_first() else { return Err(Malformed::Empty) };
    if let Some(at) = digits.iter().position(|byte| !byte.is_ascii_digit()) {
        return Err(Malformed::Characters { position: if first.is_ascii() { at + 2 } else { 1 } });
    }
    if !matches!(first, b'H' | b'h' | b'M' | b'm') {
        return Err(Malformed::Layout { expected: "H 或 M 加 8 位数字（旧卡另加 2 位）" });
    }
    match text.len() {
        9 | 11 => Ok(Document::new(DocumentKind::HmTravelPermit, text)),
        found => Err(Malformed::Length { expected: "9 或 11", found }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nine_or_eleven_characters_compare_on_nine() {
        for text in ["H12345678", "h1234567800", "H1234567801"] {
            assert_eq!(parse(text, Holder::Pupil).unwrap().comparison_key(), "H12345678");
        }
        assert_eq!(parse("M1234567802", Holder::Pupil).unwrap().comparison_key(), "M12345678");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let layout = Malformed::Layout { expected: "H 或 M 加 8 位数字（旧卡另加 2 位）" };
        for (text, why) in [
            ("", Malformed::Empty),
            ("H1234567", Malformed::Length { expected: "9 或 11", found: 8 }),
            ("H123456780", Malformed::Length { expected: "9 或 11", found: 10 }),
            ("K12345678", layout),
            ("112345678", layout),
            ("H1234 678", Malformed::Characters { position: 6 }),
            ("香12345678", Malformed::Characters { position: 1 }),
        ] {
            assert_eq!(parse(text, Holder::Pupil), Err(why), "{text}");
        }
    }
}
