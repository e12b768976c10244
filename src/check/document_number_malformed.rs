//! `document-number-malformed`: a number that can't be one of the document named.

use crate::model::document::Malformed;
use crate::model::finding::Severity;

use super::facts::{DOCUMENTS, Stated};
use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "document-number-malformed",
    title: "证件号格式不对",
    severity: Severity::Error,
    basis: "GB 11643-1999；JY/T 1001-2012 SFZJLX；各类证件的号码规则",
    what: "按所填证件类型检查号码的位数、字符、首位和号码中的日期。学生填 15 位旧身份证号的也报；\
           家庭成员的 15 位旧号是有效的，自动按 18 位比对。校验码不符另报 check-character-wrong。",
    why: "证件号是查重和编学籍号的依据，多一位、少一位都会变成另一个人或查无此人。",
    remedy: "请对照证件原件更正；单元格设为文本格式。家庭成员的号码有误的，可以先说明后补。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    for (stated, (number, _, _)) in subject.facts.documents.iter().zip(DOCUMENTS) {
        let Stated::Bad(why) = stated else { continue };
        if matches!(why, Malformed::CheckCharacter { .. }) {
            continue;
        }
        let severity = if number == DOCUMENTS[0].0 { Severity::Error } else { Severity::Explain };
        sink.add_as(severity, number, why.message(), why.hint());
    }
}
