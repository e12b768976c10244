//! `private-use-character`: a character that exists only on the computer that made it, in any text but a name.
//!
//! Names are `name-malformed`'s: there it is an error. Everywhere else it is asked about, and never stored unasked.

use crate::model::field::{FIELDS, FieldKind};
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "private-use-character",
    title: "内容中有造字",
    severity: Severity::Explain,
    basis: "GB 18030-2022（原来用私用区的字都已有正式编码）；GB/T 13000（私用区不指定字符）",
    what: "地址、籍贯、工作单位等内容里有 Unicode 私用区的字符（用造字程序造的字）。姓名中的见 name-malformed。",
    why: "私用区的字只在装了同一套造字的电脑上看得见，换一台就是空白或别的字，上报以后没有人认得。",
    remedy: "请用支持 GB 18030-2022 的输入法重新录入这个字；确实打不出的，请说明是什么字。",
    run,
};

/// Characters that GBK and GB 18030-2000 kept in the private use area, and where Unicode has them now
/// (GB 18030-2022, Appendix D; Unicode 4.1 for U+9FB4 to U+9FBB).
const NOW: &[(char, char)] = &[
    ('\u{e816}', '\u{20087}'),
    ('\u{e817}', '\u{20089}'),
    ('\u{e818}', '\u{200cc}'),
    ('\u{e81e}', '\u{9fb4}'),
    ('\u{e826}', '\u{9fb5}'),
    ('\u{e82b}', '\u{9fb6}'),
    ('\u{e82c}', '\u{9fb7}'),
    ('\u{e831}', '\u{215d7}'),
    ('\u{e832}', '\u{9fb8}'),
    ('\u{e83b}', '\u{2298f}'),
    ('\u{e843}', '\u{9fb9}'),
    ('\u{e854}', '\u{9fba}'),
    ('\u{e855}', '\u{241fe}'),
    ('\u{e864}', '\u{9fbb}'),
];

/// Whether Unicode leaves a character to private agreement.
pub fn is_private(c: char) -> bool {
    matches!(c, '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{ffffd}' | '\u{100000}'..='\u{10fffd}')
}

/// What stands for it in GB 18030-2022, where that is known.
pub fn standard(c: char) -> Option<char> {
    NOW.iter().find(|(private, _)| *private == c).map(|(_, now)| *now)
}

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    for spec in FIELDS.iter().filter(|s| s.kind != FieldKind::Name) {
        let text = subject.get(spec.field);
        if text.is_ascii() {
            continue;
        }
        let Some((at, c)) = text.chars().enumerate().find(|(_, c)| is_private(*c)) else { continue };
        let message = format!(
            "“{}”第 {} 个字符是私用区字符（造字），换一台电脑就会变成空白或别的字。",
            spec.heading,
            at + 1
        );
        let hint = match standard(c) {
            Some(now) => format!("GB 18030-2022 中这个字是“{now}”，请核对后改用它。"),
            None => "请用支持 GB 18030-2022 的输入法重新录入；确实打不出的，请说明是什么字。".to_owned(),
        };
        sink.add(spec.field, message, hint);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_private_is_han_now() {
        for (private, now) in NOW {
            assert!(is_private(*private) && !is_private(*now) && now.is_alphabetic());
            assert_eq!(standard(*private), Some(*now));
        }
        assert!(
            !is_private('汉')
                && is_private('\u{f8ff}')
                && is_private('\u{10fffd}')
                && !is_private('\u{fffd}')
        );
    }
}
