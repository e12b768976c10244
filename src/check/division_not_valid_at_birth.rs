//! `division-not-valid-at-birth`: a division that had been abolished before the pupil was born.

use crate::code::division::{self, Period, Validity};
use crate::model::field::Field;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "division-not-valid-at-birth",
    title: "行政区划在出生时已撤销",
    severity: Severity::Explain,
    basis: "GB/T 2260 及民政部历年公布的代码；GB 11643-1999（地址码为编号时户口所在县）",
    what: "证件号前 6 位或出生地的代码，在学生出生以前就已经撤销。出生时仍在用、后来才撤销的代码终身有效，不报；\
           撤销后次年仍可能有人按旧码登记，也不报。出生以后才启用的代码不报，因为户口可以后来才登记。",
    why: "学生出生时已不存在的县，不会再编进新的身份证号；这样的号码多半抄错了前 6 位，或不是本人的。",
    remedy: "请对照户口簿和证件原件核对；与证件一致的，请说明。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    if let Some(document) = subject.facts.good_document() {
        let told = document.tells();
        if let (Some(code), Some(born)) = (told.division, told.birth_date) {
            report(Field::DocumentId, "身份证件号前 6 位", code, born.year(), sink);
        }
    }
    let code = subject.get(Field::BirthDivision);
    if let (false, Some(born)) = (code.is_empty(), subject.facts.birth_date) {
        report(Field::BirthDivision, "出生地", code, born.year(), sink);
    }
}

fn report(field: Field, what: &str, code: &str, born: i16, sink: &mut Sink) {
    let Some(last) = abolished_before(code, born) else { return };
    let code = division::county_part(code).unwrap_or_default();
    let year = last.to.map_or_else(String::new, |to| to.to_string());
    let message = format!("{what} {code}（{}）最后一次列入 {year} 年的代码表，学生 {born} 年才出生。", last.name);
    sink.add(field, message, "请对照证件原件核对代码；与证件一致的，请说明。");
}

/// The last period of a code, all of whose periods were over before this year. A code that began later is not meant:
/// late registration puts it on real cards (R§4.2).
fn abolished_before(code: &str, year: i16) -> Option<&'static Period> {
    let Validity::NotInYear { periods } = division::valid_in(code, year) else { return None };
    let over = |p: &Period| p.to.is_some_and(|to| i32::from(to) < i32::from(year));
    periods.last().filter(|_| periods.iter().all(over))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_over_before_the_birth_counts() {
        // 下城区 of Hangzhou was last listed in 2020, 崇文区 of Beijing in 2009.
        assert!(abolished_before("330103", 2015).is_none());
        assert!(abolished_before("330103", 2021).is_none(), "the year after the last list");
        assert_eq!(abolished_before("110103", 2015).map(|p| p.name), Some("崇文区"));
        assert!(abolished_before("110103", 2008).is_none());
        assert!(abolished_before("330109", 1999).is_none(), "萧山区 began in 2001: registered later");
        assert!(abolished_before("999999", 2015).is_none());
    }
}
