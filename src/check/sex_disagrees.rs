//! `sex-disagrees`: a good number and the 性别 disagree.

use crate::model::document::Sex;
use crate::model::field::Field;
use crate::model::finding::Severity;
use crate::roster::code_cell::label;

use super::facts::{DOCUMENTS, Stated};
use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "sex-disagrees",
    title: "性别与证件号不符",
    severity: Severity::Error,
    basis: "GB 11643-1999（顺序码的奇数分配给男性，偶数分配给女性）",
    what: "居民身份证、户口簿、港澳台居民居住证的号码第 17 位奇数为男、偶数为女，与“性别”一栏不同。\
           号码本身不可信（校验码不符、已损坏）时不比。\
           填的是“未知的性别”“未说明的性别”（代码 0、9）而号码表明了性别的，也报；没有可比的号码时须说明。\
           父亲、母亲、祖父、祖母等家庭成员的号码与关系不合的，须说明。",
    why: "性别和证件号都是关键信息，两者矛盾时必有一个是错的；常见的原因是整列错位或填了别人的号码。",
    remedy: "请对照户口簿和身份证件，改正填错的一项；连续几行都报时，请先看是否整列错位。",
    run,
};

/// Relations of GB/T 4761 that only a man or only a woman has; 57 and 58 are step and adoptive parents.
const MEN: &[&str] = &["51", "57", "61", "63", "71", "73", "81", "83", "85", "87", "89"];
const WOMEN: &[&str] = &["52", "58", "62", "64", "75", "77", "82", "84", "86", "88", "90"];

/// A mother's number under the father: their numbers, or the two, have changed places.
fn of_family(subject: &Subject, sink: &mut Sink) {
    let relations = [Field::G1Relation, Field::G2Relation];
    for ((stated, (number, ..)), relation) in
        subject.facts.documents.iter().zip(DOCUMENTS).skip(1).zip(relations)
    {
        let Stated::Good(document) = stated else { continue };
        let code = subject.code(relation);
        let sex = match code {
            c if MEN.contains(&c) => Sex::Male,
            c if WOMEN.contains(&c) => Sex::Female,
            _ => continue,
        };
        let Some(told) = document.tells().sex.filter(|told| *told != sex) else { continue };
        let message = format!(
            "与学生的关系是“{}”，身份证件号（{}）第 17 位却表示{}。",
            label(subject.candidate.record.get(relation)),
            document.masked(),
            word(told)
        );
        let hint = "请对照身份证：父母的号码写颠倒了的对调，关系写错了的改正；确无误的请说明。";
        sink.add_as(Severity::Explain, number, message, hint);
    }
}

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    of_family(subject, sink);
    of_pupil(subject, sink);
}

fn of_pupil(subject: &Subject, sink: &mut Sink) {
    let document = subject.facts.good_document();
    let unstated = match subject.code(Field::Sex) {
        "0" => Some("未知的性别"),
        "9" => Some("未说明的性别"),
        _ => None,
    };
    let Some((document, told)) = document.and_then(|d| Some((d, d.tells().sex?))) else {
        if let Some(unstated) = unstated {
            let message = format!("性别填的是“{unstated}”，没有可以比对的身份证件号。");
            sink.add_as(Severity::Explain, Field::Sex, message, "请对照户口簿填写男或女；确实不明的请说明。");
        }
        return;
    };
    if let Some(unstated) = unstated {
        let masked = document.masked();
        let message = format!("性别填的是“{unstated}”，身份证件号（{masked}）第 17 位表示{}。", word(told));
        return sink.add(Field::Sex, message, "请对照户口簿和身份证件原件，填写男或女。");
    }
    let Some(stated) = subject.facts.sex else { return };
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
