//! `sex-disagrees`: a good number and the 性别 disagree.

use crate::model::document::Sex;
use crate::model::field::Field;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "sex-disagrees",
    title: "性别与证件号不符",
    severity: Severity::Error,
    basis: "GB 11643-1999（顺序码的奇数分配给男性，偶数分配给女性）",
    what: "居民身份证、户口簿、港澳台居民居住证的号码第 17 位奇数为男、偶数为女，与“性别”一栏不同。\
           号码本身不可信（校验码不符、已损坏）时不比。",
    why: "性别和证件号都是关键信息，两者矛盾时必有一个是错的；常见的原因是整列错位或填了别人的号码。",
    remedy: "请对照户口簿和身份证件，改正填错的一项；连续几行都报时，请先看是否整列错位。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let Some(document) = subject.facts.good_document() else { return };
    let (Some(told), Some(stated)) = (document.tells().sex, subject.facts.sex) else { return };
    if told != stated {
        let message = format!(
            "性别填的是{}，身份证件号（{}）第 17 位表示{}。",
            word(stated),
            document.masked(),
            word(told)
        );
        sink.add(Field::Sex, message, "请对照户口簿和身份证件原件，改正填错的一项。");
    }
}

fn word(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "男",
        Sex::Female => "女",
    }
}
