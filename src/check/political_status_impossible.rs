//! `political-status-impossible`: a 政治面貌 that the pupil is too young for.

use jiff::civil::Date;

use crate::model::field::Field;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "political-status-impossible",
    title: "政治面貌与年龄不符",
    severity: Severity::Error,
    basis: "GB/T 4762《政治面貌代码》；中国共产主义青年团章程（入团年龄）、中国共产党章程第一条（年满十八岁）",
    what: "不满 13 周岁填共青团员，不满 18 周岁填中共党员或中共预备党员。少先队员不是政治面貌，按“群众”处理。",
    why: "入团须年满 14 周岁（留一年余地），入党须年满 18 周岁。不到年龄，政治面貌或出生日期必有一项填错。",
    remedy: "请改填“群众”，或核对出生日期。",
    run,
};

/// 政治面貌 with the age below which nobody has it.
const YOUNGEST: &[(&str, &str, i16)] =
    &[("01", "中共党员", 18), ("02", "中共预备党员", 18), ("03", "共青团员", 13)];

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let status = subject.code(Field::PoliticalStatus);
    let (Some(born), Some((_, label, least))) =
        (subject.facts.birth_date, YOUNGEST.iter().find(|y| y.0 == status))
    else {
        return;
    };
    let age = age_on(born, subject.context.today);
    if age < *least {
        let message = format!("学生今天 {age} 周岁，政治面貌填的是{label}，应年满 {least} 周岁。");
        sink.add(Field::PoliticalStatus, message, "请改填“群众”（少先队员也填“群众”），或核对出生日期。");
    }
}

fn age_on(born: Date, day: Date) -> i16 {
    day.year() - born.year() - i16::from((day.month(), day.day()) < (born.month(), born.day()))
}
