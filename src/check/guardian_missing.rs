//! `guardian-missing`: nobody is named who answers for the pupil, or nobody with a document where the pupil has none.

use crate::model::field::Field;
use crate::model::finding::Severity;

use super::facts::Stated;
use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "guardian-missing",
    title: "缺少监护人信息",
    severity: Severity::Error,
    basis: "学生基本信息表填表说明：无身份证件号的学生，家庭成员的身份证件信息必填",
    what: "学生没有身份证件号，而两名家庭成员都没有可用的身份证件号：必改。一名家庭成员也没有填：须说明。",
    why: "没有身份证件号的学生，只能靠监护人的证件来辨认和查重；联系、资助和安全也都需要监护人。",
    remedy: "请至少填写一名监护人的姓名、关系、电话和身份证件号；福利机构监护的，填机构经办人。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let [pupil, guardians @ ..] = &subject.facts.documents;
    // Under any other type a blank number is itself what is missing.
    let without = *pupil == Stated::Blank && matches!(subject.code(Field::DocumentKind), "Z" | "");
    if without && !guardians.iter().any(|g| g.good().is_some()) {
        let hint = "请至少填写一名监护人的身份证件类型和身份证件号（18 位，文本格式）。";
        sink.add(Field::G1DocumentId, "学生没有身份证件号，家庭成员也没有可用的身份证件号。", hint);
    }
    let named = |field| !subject.get(field).is_empty();
    let asked = subject.has_column(Field::G1Name);
    if asked && !named(Field::G1Name) && !named(Field::G2Name) {
        let hint = "请至少填写一名监护人的姓名、关系和电话；暂时没有的请说明。";
        sink.add_as(Severity::Explain, Field::G1Name, "一名家庭成员也没有填。", hint);
    }
}
