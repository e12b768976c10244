//! 香港特区护照/身份证明: the number of a passport or of an identity card of Hong Kong.

use crate::model::document::{DocumentKind, DocumentSpec, Layout, Told, passport};

pub const SPEC: DocumentSpec = DocumentSpec {
    kind: DocumentKind::HkPassport,
    id: "hk_passport",
    name: "香港特区护照/身份证明",
    official_code: "6",
    filed_under: &[("6", "")],
    basis: "JY/T 1001-2012 SFZJLX 6",
    number_required: true,
    layout: Layout::Stated,
    parse: |text, _| passport::read_special_region(DocumentKind::HkPassport, text),
    shape: passport::is_special_region_shaped,
    tells: |_| Told::default(),
    key: passport::key,
    manual: "护照号码为 5 至 17 位字母或数字；身份证明可带括号内 1 位校验码，本程序不验算此码，比对时不看括号。\
             不说明出生日期和性别。持香港居民来往内地通行证的，号码以 H 开头，按港澳居民来往内地通行证读取。",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::Holder;

    #[test]
    fn passport_and_identity_card_are_read() {
        for text in ["K12345678", "A123456(7)"] {
            let document = (SPEC.parse)(text, Holder::Pupil).unwrap();
            assert_eq!((document.kind(), document.reveal()), (DocumentKind::HkPassport, text));
        }
        assert!((SPEC.parse)("330106201503140015", Holder::Pupil).is_err());
    }
}
