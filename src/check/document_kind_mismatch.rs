//! `document-kind-mismatch`: a good number, but of another document than the row names.

use crate::code;
use crate::model::document::{self, Document};
use crate::model::field::Field;
use crate::model::finding::Severity;

use super::facts::{DOCUMENTS, Stated};
use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "document-kind-mismatch",
    title: "证件类型与号码不符",
    severity: Severity::Error,
    basis: "JY/T 1001-2012 SFZJLX（身份证件类型）；GB 11643-1999；《港澳台居民居住证申领发放办法》",
    what: "号码是另一种证件的：首位为 9 的 18 位号码填成居民身份证，回乡证号码填成居民身份证，\
           公民身份号码填成护照或“其他”。只在号码确凿（校验码相符，或字头明确）时才报。家庭成员的证件有同样问题的须说明。",
    why: "证件类型决定号码怎样核对、怎样查重。有公民身份号码的学生按“其他”建籍，就会和以后按身份证建的学籍重复。",
    remedy: "请对照证件原件，改正证件类型；号码填错的，改正号码。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    for (stated, (number, kind, _)) in subject.facts.documents.iter().zip(DOCUMENTS) {
        let really = match stated {
            Stated::Otherwise(really) => really,
            Stated::Good(good) if is_misfiled(good, subject.code(kind)) => {
                misfiled(good, kind, sink);
                continue;
            }
            _ => continue,
        };
        let name = really.kind().spec().name;
        let masked = document::mask(subject.get(number));
        let official = code::table("document_kind").and_then(|t| t.by_code(really.official_code()));
        let hint = match official {
            Some(entry) => format!("如号码无误，证件类型应选“{}”；否则请改正号码。", entry.label),
            None => "请对照证件原件核对证件类型和号码。".to_owned(),
        };
        let message = format!("号码（{masked}）是{name}的号码，与所填证件类型不符。");
        let severity = if number == DOCUMENTS[0].0 { Severity::Error } else { Severity::Explain };
        sink.add_as(severity, kind, message, hint);
    }
}

/// A permit of one region filed under another's code, such as a 回乡证 of Macau under 6 (香港).
fn is_misfiled(document: &Document, code: &str) -> bool {
    !code.is_empty() && document.kind().spec().filed_under.len() > 1 && !document.belongs_under(code)
}

fn misfiled(document: &Document, kind: Field, sink: &mut Sink) {
    let code = document.official_code();
    let label = code::table("document_kind").and_then(|t| t.by_code(code)).map_or(code, |entry| entry.label);
    let message = format!("这个{}的字头不属于所填证件类型的地区。", document.kind().spec().name);
    sink.add_as(Severity::Explain, kind, message, format!("证件类型应选“{label}”；确无误的请说明。"));
}
