//! `registry-number-malformed`: a 学籍号 that can't be one, or that is odd.

use crate::model::field::Field;
use crate::model::finding::Severity;
use crate::model::registry_number::{NumberKind, NumberWarning, RegistryNumber};

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "registry-number-malformed",
    title: "学籍号格式不对",
    severity: Severity::Error,
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第五条（学籍号一人一号，终身不变）；教育系统个人标识码 19 位",
    what: "名册中已有的学籍号应为 19 位：G、J 或 L，17 位数字，末位数字或 X。正式学籍号（G、J）的校验码或日期不对的须说明；\
           临时学籍号（L）的末 4 位可以是随机码，只作提示。",
    why: "已有学籍号的学生要沿用原号，不能再编新号。号码抄错，就会给同一名学生建第二个学籍。",
    remedy: "请从学籍系统原样复制；没有学籍号的学生留空，核准后由系统编发。不要按现在的身份证号改写学籍号。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let text = subject.get(Field::Number);
    if text.is_empty() || super::number_damaged::is_damaged(subject.candidate, Field::Number) {
        return;
    }
    match RegistryNumber::parse(text) {
        Err(why) => sink.add(Field::Number, why.message(), why.hint()),
        Ok(number) => {
            for warning in number.warnings() {
                let random = warning == NumberWarning::CheckCharacter(NumberKind::Provisional);
                let severity = if random { Severity::Note } else { Severity::Explain };
                sink.add_as(severity, Field::Number, warning.message(), warning.hint());
            }
        }
    }
}
