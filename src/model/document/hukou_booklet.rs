//! 户口簿: the citizen number printed in the booklet, so the number of a resident ID.

use crate::model::document::{
    Document, DocumentKind, DocumentSpec, Holder, Layout, Malformed, citizen_number,
};

pub const SPEC: DocumentSpec = DocumentSpec {
    kind: DocumentKind::HukouBooklet,
    id: "hukou_booklet",
    name: "户口簿",
    official_code: "B",
    filed_under: &[("B", "")],
    basis: "JY/T 1001-2012 SFZJLX B；GB 11643-1999",
    number_required: true,
    layout: Layout::Checked,
    parse,
    shape: citizen_number::is_resident_shaped,
    tells: citizen_number::tells,
    key: citizen_number::key,
    manual: "填户口簿上印的公民身份号码，规则与居民身份证相同，查重时两者视为同一号码。\
             能说明出生日期、性别和首次编码时的户籍县；户号、簿号不是证件号码，不能填在这里。",
};

fn parse(text: &str, holder: Holder) -> Result<Document, Malformed> {
    citizen_number::parse_resident(DocumentKind::HukouBooklet, text, holder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::resident_id;

    #[test]
    fn the_booklet_and_the_card_of_one_child_have_one_key() {
        let booklet = parse("330106201503140015", Holder::Pupil).unwrap();
        let card = (resident_id::SPEC.parse)("330106201503140015", Holder::Pupil).unwrap();
        assert_eq!(booklet.comparison_key(), card.comparison_key());
        assert_ne!(booklet, card);
        assert_eq!(parse("012345678", Holder::Pupil), Err(Malformed::Length { expected: "18", found: 9 }));
    }
}
