//! 港澳台居民居住证: a citizen number that opens with 810000, 820000 or 830000.

use crate::model::document::{
    Document, DocumentKind, DocumentSpec, Holder, Layout, Malformed, citizen_number,
};

const PREFIXES: [&[u8]; 3] = [b"810000", b"820000", b"830000"];

pub const SPEC: DocumentSpec = DocumentSpec {
    kind: DocumentKind::HmtResidencePermit,
    id: "hmt_residence_permit",
    name: "港澳台居民居住证",
    official_code: "1",
    // The list of 2012 has no code for it. It carries a citizen number, so it goes out as 1.
    filed_under: &[("1", ""), ("6", "81"), ("7", "82"), ("8", "83")],
    basis: "《港澳台居民居住证申领发放办法》（2018 年 9 月 1 日起）；GB 11643-1999",
    number_required: true,
    layout: Layout::Checked,
    parse,
    shape: |text| citizen_number::is_shaped(text, b"8"),
    tells: citizen_number::tells,
    key: citizen_number::key,
    manual: "18 位，编码和校验规则与居民身份证相同，前 6 位香港为 810000、澳门为 820000、台湾为 830000，没有市县一级。\
             能说明出生日期、性别和所属地区，不能说明在内地的居住地，也不能由此推出通行证号码。\
             2012 年的证件类型表没有单列此证，上报时按 1 填写。",
};

fn parse(text: &str, _: Holder) -> Result<Document, Malformed> {
    let number = citizen_number::eighteen(text)?;
    match number[0] {
        b'8' => {}
        b'1'..=b'7' => return Err(citizen_number::first_digit(&number, Some(DocumentKind::ResidentId))),
        b'9' => return Err(citizen_number::first_digit(&number, Some(DocumentKind::PermanentResidence))),
        _ => return Err(citizen_number::first_digit(&number, None)),
    }
    if !PREFIXES.contains(&&number[..6]) {
        return Err(Malformed::Layout { expected: "以 810000、820000 或 830000 开头的 18 位号码" });
    }
    citizen_number::birth_date(&number).ok_or(Malformed::BirthDate)?;
    citizen_number::verify(&number)?;
    Ok(Document::new(DocumentKind::HmtResidencePermit, text))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::document::Sex;

    #[test]
    fn the_published_samples_are_read() {
        let told = |text| {
            let document = parse(text, Holder::Pupil).unwrap();
            (document.tells().birth_date, document.tells().sex, document.tells().division.map(str::to_owned))
        };
        let hong_kong = (Some(date(1994, 8, 23)), Some(Sex::Female), Some("810000".to_owned()));
        assert_eq!(told("810000199408230021"), hong_kong);
        assert_eq!(told("830000199201300022").0, Some(date(1992, 1, 30)));
        let wrong = Malformed::CheckCharacter { expected: '3', found: '1' };
        assert_eq!(parse("820000199408230021", Holder::Pupil), Err(wrong));
    }

    #[test]
    fn no_city_and_no_fourth_region_exist() {
        for text in ["810101199408230021", "840000199408230021", "800000199408230021"] {
            assert!(matches!(parse(text, Holder::Adult), Err(Malformed::Layout { .. })), "{text}");
        }
    }

    #[test]
    fn a_mainland_or_foreign_number_is_named_as_what_it_is() {
        let really = |text| match parse(text, Holder::Pupil) {
            Err(Malformed::FirstDigit { really, .. }) => really,
            other => panic!("{other:?}"),
        };
        assert_eq!(really("330106201503140015"), Some(DocumentKind::ResidentId));
        assert_eq!(really("911124198108030024"), Some(DocumentKind::PermanentResidence));
        assert_eq!(really("030106201503140015"), None);
    }
}
