//! 外国人永久居留身份证: eighteen characters that open with 9, or the older three letters and twelve digits.

use crate::model::document::{
    Document, DocumentKind, DocumentSpec, Holder, Layout, Malformed, Told, citizen_number,
};

const OLD: &str = "3 个国籍字母加 12 位数字";

pub const SPEC: DocumentSpec = DocumentSpec {
    kind: DocumentKind::PermanentResidence,
    id: "permanent_residence",
    name: "外国人永久居留身份证",
    official_code: "9",
    filed_under: &[("9", "")],
    basis: "JY/T 1001-2012 SFZJLX 9；国家移民管理局新版永久居留身份证公告（2023 年 12 月 1 日起）",
    number_required: true,
    layout: Layout::Checked,
    parse,
    shape: |text| citizen_number::is_shaped(text, b"9") || is_old(text),
    tells,
    key: str::to_owned,
    manual: "新版 18 位：首位 9，末位为校验码，算法与公民身份号码相同。\
             通常认为第 2、3 位为受理地省份，第 4 至 6 位为国籍数字代码，第 7 至 14 位为出生日期，此排列未见公开标准，\
             因此只用来提示，不据此判错。旧版 15 位：3 个国籍字母加 12 位数字，两版都继续有效，号码之间不能互相推算。\
             不说明性别，不说明户籍地。",
};

fn parse(text: &str, _: Holder) -> Result<Document, Malformed> {
    if text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return parse_old(text);
    }
    let number = citizen_number::eighteen(text)?;
    match number[0] {
        b'9' => {}
        b'8' => return Err(citizen_number::first_digit(&number, Some(DocumentKind::HmtResidencePermit))),
        b'1'..=b'7' => return Err(citizen_number::first_digit(&number, Some(DocumentKind::ResidentId))),
        _ => return Err(citizen_number::first_digit(&number, None)),
    }
    citizen_number::verify(&number)?;
    Ok(Document::new(DocumentKind::PermanentResidence, text))
}

fn parse_old(text: &str) -> Result<Document, Malformed> {
    if let Some(at) = text.chars().position(|c| !c.is_ascii_alphanumeric()) {
        return Err(Malformed::Characters { position: at + 1 });
    }
    match text.len() {
        15 if is_old(text) => Ok(Document::new(DocumentKind::PermanentResidence, text)),
        15 => Err(Malformed::Layout { expected: OLD }),
        found => Err(Malformed::Length { expected: "18（旧版 15）", found }),
    }
}

fn is_old(text: &str) -> bool {
    text.as_bytes().split_at_checked(3).is_some_and(|(letters, digits)| {
        letters.iter().all(u8::is_ascii_alphabetic)
            && digits.len() == 12
            && digits.iter().all(u8::is_ascii_digit)
    })
}

/// The layout behind the 9 is not confirmed (R§4.6): a date is told when it is one, and never an error.
fn tells(text: &str) -> Told<'_> {
    let Ok(number) = citizen_number::eighteen(text) else { return Told::default() };
    let nationality = text.get(3..6).and_then(|digits| digits.parse().ok());
    Told {
        birth_date: citizen_number::birth_date(&number),
        nationality_numeric: nationality,
        ..Told::default()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_new_number_tells_birth_date_and_nationality() {
        let document = parse("911124198108030024", Holder::Pupil).unwrap();
        assert_eq!(document.tells().birth_date, Some(date(1981, 8, 3)));
        assert_eq!(document.tells().nationality_numeric, Some(124));
        assert_eq!((document.tells().sex, document.tells().division), (None, None));
        let document = parse("911840198506150038", Holder::Adult).unwrap();
        assert_eq!(document.tells().nationality_numeric, Some(840));
    }

    #[test]
    fn a_date_that_is_none_is_not_held_against_an_unconfirmed_layout() {
        let check = citizen_number::check_character(b"91112419819903002").map(char::from).unwrap();
        let document = parse(&format!("91112419819903002{check}"), Holder::Pupil).unwrap();
        assert_eq!(document.tells().birth_date, None);
    }

    #[test]
    fn the_old_number_is_letters_and_digits_and_tells_nothing() {
        let document = parse("usa110085061501", Holder::Pupil).unwrap();
        assert_eq!(document.reveal(), "USA110085061501");
        assert_eq!(document.tells(), Told::default());
        assert_eq!(parse("US1110085061501", Holder::Pupil), Err(Malformed::Layout { expected: OLD }));
        assert_eq!(parse("USA-10085061501", Holder::Pupil), Err(Malformed::Characters { position: 4 }));
        let short = Malformed::Length { expected: "18（旧版 15）", found: 5 };
        assert_eq!(parse("USA11", Holder::Pupil), Err(short));
    }

    #[test]
    fn the_check_character_counts() {
        let wrong = Malformed::CheckCharacter { expected: '4', found: '5' };
        assert_eq!(parse("911124198108030025", Holder::Pupil), Err(wrong));
    }
}
