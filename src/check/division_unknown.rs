//! `division-unknown`: a division code that is in no list, or a text that is no code.

use crate::code::division;
use crate::model::field::Field;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "division-unknown",
    title: "行政区划代码查不到",
    severity: Severity::Explain,
    basis: "GB/T 2260《中华人民共和国行政区划代码》及民政部历年公布的代码",
    what: "出生地、户口所在地的行政区划代码，以及证件号前 6 位，在 1980 年以来公布过的代码（包括已撤销的）里都没有。\
           出生地、户口所在地填了地名而不是代码的也报，并给出对应的代码。",
    why: "真实的证件上有部里名单没有列出的代码，所以查不到只须说明，不算错；但抄错一位也会变成查不到的代码。",
    remedy: "请对照户口簿核对；确实如此的，说明“与证件一致”。区划栏填 12 位代码（6 位县级代码加 000000）。",
    run,
};

const FIELDS: &[Field] =
    &[Field::BirthDivision, Field::HukouDivision, Field::G1HukouDivision, Field::G2HukouDivision];

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    for &field in FIELDS {
        let text = subject.get(field);
        if text.is_empty() || division::known(text) {
            continue;
        }
        match division::county_part(text) {
            Some(code) => {
                let message = format!("“{}”的代码 {code} 不在历年公布的行政区划代码中。", field.heading());
                sink.add(field, message, "请对照户口簿核对；确实如此的，请说明。");
            }
            None => sink.add(field, format!("“{}”应填 12 位行政区划代码。", field.heading()), code_for(text)),
        }
    }
    let told = subject.facts.good_document().and_then(|d| d.tells().division);
    if let Some(code) = told.filter(|code| !division::known(code)) {
        let message = format!("身份证件号前 6 位 {code} 不在历年公布的行政区划代码中。");
        sink.add(Field::DocumentId, message, "请对照证件原件核对前 6 位；与证件一致的，请说明。");
    }
}

/// The code of a place that was written by its name.
fn code_for(text: &str) -> String {
    match division::by_name(text).as_slice() {
        [code] => format!("按所填地名应为 {code}000000，请核对后填写。"),
        [] => "请按民政部公布的县级代码（6 位）加 000000 填写。".to_owned(),
        several if several.len() <= 4 => {
            let codes: Vec<_> = several.iter().map(|c| format!("{c}000000")).collect();
            format!("同名的地方有几处（{}），请核对后填写代码。", codes.join("、"))
        }
        several => format!("同名的地方有 {} 处，请核对后填写 12 位代码。", several.len()),
    }
}
