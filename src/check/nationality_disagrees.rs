//! `nationality-disagrees`: 国籍/地区, 港澳台侨外 and the document say different things.

use crate::model::document::DocumentKind;
use crate::model::field::Field;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "nationality-disagrees",
    title: "国籍、港澳台侨外与证件不符",
    severity: Severity::Error,
    basis: "JY/T 1001-2012 GATQW；GB/T 2659；《港澳台居民居住证申领发放办法》",
    what: "港澳台侨外填外国人或外籍华裔人而国籍是中国；填香港、澳门、台湾同胞而证件是内地居民身份证（居住证号码应以 8 开头）：都是错。\
           填“否”而用护照建籍，或国籍是外国；国籍是中国、用护照建籍而不是华侨：须说明。",
    why: "国籍、身份和证件三项互相印证，矛盾时必有一项填错；这三项决定学生能否用公民身份号码编学籍号。",
    remedy: "请对照证件原件改正；确有特殊情况的（如在国外出生、尚未落户），请说明。",
    run,
};

/// GB/T 2659 codes of China and of the regions whose people are 同胞 and not foreigners.
const CHINA: &[&str] = &["CHN", "HKG", "MAC", "TWN"];

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let overseas = subject.code(Field::OverseasStatus);
    let nationality = subject.code(Field::Nationality);
    let kind = subject.facts.good_document().map(|d| d.kind());
    let passport = subject.code(Field::DocumentKind) == "A";
    match overseas {
        "41" | "51" if nationality == "CHN" => {
            let message = format!("港澳台侨外填的是{}，国籍填的是中国。", label(overseas));
            sink.add(Field::OverseasStatus, message, "请对照证件原件，改正填错的一项。");
        }
        "01" | "03" | "05" if kind == Some(DocumentKind::ResidentId) => {
            let message = format!("港澳台侨外填的是{}，证件却是内地居民身份证。", label(overseas));
            let hint = "港澳台居民居住证的号码以 8 开头；请核对是不是填了别人的号码，或港澳台侨外应填“否”。";
            sink.add(Field::OverseasStatus, message, hint);
        }
        "00" if passport => {
            let message = "港澳台侨外填的是“否”，证件却是护照。";
            let hint = "有户口的学生请改用居民身份证；外国人、华侨请更正港澳台侨外；其他情况请说明。";
            sink.add_as(Severity::Explain, Field::DocumentKind, message, hint);
        }
        "00" if !nationality.is_empty() && !CHINA.contains(&nationality) => {
            let message = "港澳台侨外填的是“否”，国籍却不是中国。";
            let hint = "外国学生请填“外国人”或“外籍华裔人”；国籍填错的请改正；其他情况请说明。";
            sink.add_as(Severity::Explain, Field::OverseasStatus, message, hint);
        }
        "" | "11" => {}
        _ if passport && nationality == "CHN" => {
            let message = "国籍是中国，不是华侨，证件却是护照。";
            let hint = "有户口的学生请改用居民身份证；华侨请更正港澳台侨外；其他情况请说明。";
            sink.add_as(Severity::Explain, Field::DocumentKind, message, hint);
        }
        _ => {}
    }
}

fn label(overseas: &str) -> &'static str {
    match overseas {
        "01" => "香港同胞",
        "03" => "澳门同胞",
        "05" => "台湾同胞",
        "41" => "外籍华裔人",
        _ => "外国人",
    }
}
