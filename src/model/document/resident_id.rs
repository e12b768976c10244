//! 居民身份证: the citizen number of a mainland resident, eighteen characters, or fifteen digits of an adult.

use crate::model::document::{
    Document, DocumentKind, DocumentSpec, Holder, Layout, Malformed, citizen_number,
};

pub const SPEC: DocumentSpec = DocumentSpec {
    kind: DocumentKind::ResidentId,
    id: "resident_id",
    name: "居民身份证",
    official_code: "1",
    filed_under: &[("1", "")],
    basis: "GB 11643-1999；JY/T 1001-2012 SFZJLX 1",
    number_required: true,
    layout: Layout::Checked,
    parse,
    shape: citizen_number::is_resident_shaped,
    tells: citizen_number::tells,
    key: citizen_number::key,
    manual: "18 位：6 位行政区划代码、8 位出生日期、3 位顺序码（第 17 位奇数为男、偶数为女）、1 位校验码（MOD 11-2，可为 X）。\
             首位为 1 至 7；首位为 8 的是港澳台居民居住证，首位为 9 的是外国人永久居留身份证。\
             15 位旧号只有成年人可能持有，按加“19”和校验码升为 18 位；学生填 15 位号一律为错。\
             号码能说明出生日期、性别和首次编码时的户籍县，不能说明现在的户籍地和民族，也不能说明此号确实发给了此人。",
};

fn parse(text: &str, holder: Holder) -> Result<Document, Malformed> {
    citizen_number::parse_resident(DocumentKind::ResidentId, text, holder)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::model::document::Sex;

    #[test]
    fn a_number_tells_birth_sex_and_division() {
        let document = parse("11010519491231002x", Holder::Pupil).unwrap();
        let told = document.tells();
        assert_eq!(document.reveal(), "11010519491231002X");
        assert_eq!(told.birth_date, Some(date(1949, 12, 31)));
        assert_eq!((told.sex, told.division), (Some(Sex::Female), Some("110105")));
        assert_eq!(told.nationality_numeric, None);
        let told_sex = |text| parse(text, Holder::Pupil).unwrap().tells().sex;
        assert_eq!(told_sex("330106201503140015"), Some(Sex::Male));
        assert!(
            parse("440524188001010014", Holder::Adult).is_ok(),
            "born in 1880, the standard's own sample"
        );
        assert!(parse("110101202402290016", Holder::Pupil).is_ok(), "a leap day");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let first = |found, really| Malformed::FirstDigit { found, really };
        for (text, why) in [
            ("", Malformed::Empty),
            ("330106201503140016", Malformed::CheckCharacter { expected: '5', found: '6' }),
            ("110105194912310021", Malformed::CheckCharacter { expected: 'X', found: '1' }),
            ("440308199902301512", Malformed::BirthDate),
            ("110101202302290010", Malformed::BirthDate),
            ("110101000001010010", Malformed::BirthDate),
            ("810000199408230021", first('8', Some(DocumentKind::HmtResidencePermit))),
            ("911124198108030024", first('9', Some(DocumentKind::PermanentResidence))),
            ("030106201503140015", first('0', None)),
            ("33010620150314001", Malformed::Length { expected: "18", found: 17 }),
            ("3301062015031400150", Malformed::Length { expected: "18", found: 19 }),
            ("33010620150314X015", Malformed::Characters { position: 15 }),
            ("330106 20150314001", Malformed::Characters { position: 7 }),
            ("３３０１０６２０１５０３１４００１５", Malformed::Characters { position: 1 }),
            ("一二三四五六", Malformed::Characters { position: 1 }),
            ("3.30106E+17", Malformed::Characters { position: 2 }),
            ("'330106201503140015", Malformed::Characters { position: 1 }),
        ] {
            assert_eq!(parse(text, Holder::Pupil), Err(why), "{text}");
        }
    }

    #[test]
    fn fifteen_digits_are_upgraded_for_an_adult_and_an_error_for_a_pupil() {
        assert_eq!(parse("610104620927690", Holder::Pupil), Err(Malformed::Legacy15));
        let document = parse("610104620927690", Holder::Adult).unwrap();
        assert_eq!(document.comparison_key(), "610104196209276908");
        assert_eq!(document.tells().birth_date, Some(date(1962, 9, 27)));
        assert_eq!(document.tells().sex, Some(Sex::Female));
        assert_eq!(document.reveal(), "610104620927690", "what is printed on the card stays");
        assert_eq!(parse("610104620230690", Holder::Adult), Err(Malformed::BirthDate));
        let none = Malformed::FirstDigit { found: '8', really: None };
        assert_eq!(parse("810104620927690", Holder::Adult), Err(none));
    }
}
