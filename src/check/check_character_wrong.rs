//! `check-character-wrong`: eighteen characters whose last one does not follow from the others.

use crate::model::document::Malformed;
use crate::model::finding::Severity;

use super::facts::{DOCUMENTS, Stated};
use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "check-character-wrong",
    title: "身份证号校验码不符",
    severity: Severity::Error,
    basis: "GB 11643-1999 校验码（ISO 7064 MOD 11-2）",
    what: "18 位号码的末位应由前 17 位算出。抄错任何一位、颠倒任何相邻两位，都会使校验码不符。",
    why: "全国学籍系统导入时不查校验码，抄错的号码要到审核时才变成问题学籍。号码既不可信，其中的出生日期和性别也不再比对。",
    remedy: "请对照证件原件逐位核对整个号码，不要只把末位改成算出来的数。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    for (stated, (number, _, _)) in subject.facts.documents.iter().zip(DOCUMENTS) {
        if let Stated::Bad(why @ Malformed::CheckCharacter { .. }) = stated {
            let severity = if number == DOCUMENTS[0].0 { Severity::Error } else { Severity::Explain };
            sink.add_as(severity, number, why.message(), why.hint());
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::model::document::{Holder, Malformed, check_character, parse_official};

    proptest! {
        #[test]
        fn one_changed_digit_behind_the_birth_date_breaks_the_check_character(
            order in 0u32..1000, at in 14usize..17, by in 1u8..10,
        ) {
            let first = format!("33010620150314{order:03}");
            let check = char::from(check_character(first.as_bytes()).unwrap());
            let mut number = format!("{first}{check}").into_bytes();
            prop_assert!(parse_official("1", std::str::from_utf8(&number).unwrap(), Holder::Pupil).is_ok());
            number[at] = b'0' + (number[at] - b'0' + by) % 10;
            let changed = String::from_utf8(number).unwrap();
            let wrong = matches!(parse_official("1", &changed, Holder::Pupil), Err(Malformed::CheckCharacter { .. }));
            prop_assert!(wrong);
        }
    }
}
