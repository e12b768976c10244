//! `phone-malformed`: a 联系电话 that nobody can be reached at.

use crate::model::field::Field;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "phone-malformed",
    title: "电话号码格式不对",
    severity: Severity::Explain,
    basis: "JY/T 1002-2012 联系电话（LXDH，C30）；电信网编号计划",
    what: "联系电话不是 11 位手机号、带区号的固定电话（可有分机）或带国际区号的号码。几个号码之间用顿号、分号、逗号或斜线隔开。",
    why: "电话少一位就找不到家长。固定电话存成数值时会丢掉区号前的 0。",
    remedy: "请补全号码；固定电话写区号，例如 0571-85000000；单元格设为文本格式。",
    run,
};

const PHONES: &[Field] = &[Field::ContactPhone, Field::G1Phone, Field::G2Phone];

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    for &field in PHONES {
        let text = subject.get(field);
        if text.is_empty() || is_mobile(text) {
            continue;
        }
        let each = || text.split(['、', ';', '；', '/', ',', '，']).filter(|p| !p.is_empty());
        if each().next().is_none() || !each().all(is_phone) {
            let numeric = subject.candidate.numeric.contains(field);
            let hint = if numeric && each().all(|p| is_landline(&format!("0{p}"))) {
                "单元格是数值，区号前的 0 丢失了；请设为文本格式后补上 0。"
            } else {
                "请填 11 位手机号或带区号的固定电话；几个号码之间用顿号隔开。"
            };
            sink.add(field, format!("“{}”不是可拨打的电话号码。", field.heading()), hint);
        }
    }
}

fn is_mobile(text: &str) -> bool {
    matches!(text.as_bytes(), [b'1', b'3'..=b'9', rest @ ..] if rest.len() == 9 && all_digits(text))
}

fn is_phone(text: &str) -> bool {
    let home = text.strip_prefix("+86").or_else(|| text.strip_prefix("86")).unwrap_or(text);
    is_mobile(home.trim_start_matches('-')) || is_landline(text) || is_abroad(text)
}

/// 0571-85000000, (0571)85000000, 057185000000, with an extension -123 or 转123.
fn is_landline(text: &str) -> bool {
    let plain = text.replace(['(', '（'], "").replace([')', '）'], "-");
    let (main, extension) = match plain.rsplit_once('转') {
        Some((main, extension)) => (main.to_owned(), Some(extension.to_owned())),
        None => (plain, None),
    };
    if extension.is_some_and(|e| e.len() > 6 || !all_digits(&e)) {
        return false;
    }
    let parts: Vec<&str> = main.split('-').filter(|p| !p.is_empty()).collect();
    if !parts.iter().all(|p| all_digits(p)) {
        return false;
    }
    let area = |p: &str| p.starts_with('0') && matches!(p.len(), 3 | 4);
    match parts.as_slice() {
        [whole] => whole.starts_with('0') && matches!(whole.len(), 10..=12),
        [a, number] | [a, number, _] if area(a) => {
            matches!(number.len(), 7 | 8) && parts.get(2).is_none_or(|e| e.len() <= 6)
        }
        [whole, extension] => whole.starts_with('0') && matches!(whole.len(), 10..=12) && extension.len() <= 6,
        _ => false,
    }
}

/// +852 9123 4567, 0085291234567.
fn is_abroad(text: &str) -> bool {
    let rest = text.strip_prefix('+').or_else(|| text.strip_prefix("00"));
    rest.map(|r| r.replace('-', "")).is_some_and(|r| (7..=15).contains(&r.len()) && all_digits(&r))
}

fn all_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_can_be_dialed_are_told_from_others() {
        for text in [
            "13800000000", "+8613800000000", "86-13800000000", "0571-85000000", "057185000000", "010-60000000",
            "01060000000", "(0571)85000000", "0571-85000000-123", "0571-85000000转123", "+85291234567",
            "0085291234567", "0391-6600000",
        ] {
            assert!(is_phone(text), "{text}");
        }
        for text in ["12800000000", "1380000000", "138000000000", "85000000", "571-85000000", "无", "-", "+86", "0571-850"] {
            assert!(!is_phone(text), "{text}");
        }
    }
}
