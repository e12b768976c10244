//! 部队离退休证: a document of the armed forces, of which only the name and the official code are stated.

use crate::model::document::{DocumentKind, DocumentSpec, Layout, Told, unstated};

pub const SPEC: DocumentSpec = DocumentSpec {
    kind: DocumentKind::RetiredMilitary,
    id: "retired_military",
    name: "部队离退休证",
    official_code: "5",
    filed_under: &[("5", "")],
    basis: "JY/T 1001-2012 SFZJLX 5",
    number_required: true,
    layout: Layout::Unstated,
    parse: |text, _| unstated::read(DocumentKind::RetiredMilitary, text),
    // Without a stated layout no text looks like one.
    shape: |_| false,
    tells: |_| Told::default(),
    key: |text| unstated::key(DocumentKind::RetiredMilitary, text),
    manual: "号码格式未公开，只查有无不可能出现的字符和长度（4 至 24 位），不能判断真伪。\
             不说明出生日期、性别和户籍地。学生一般不持有此证，多为家长的证件。",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::Holder;

    #[test]
    fn a_number_is_kept_as_written_and_tells_nothing() {
        let document = (SPEC.parse)("军字第1234567号", Holder::Adult).unwrap();
        assert_eq!((document.kind(), document.official_code()), (DocumentKind::RetiredMilitary, "5"));
        assert_eq!(document.tells(), Told::default());
        assert_eq!(document.comparison_key(), "retired_military:军字第1234567号");
    }
}
