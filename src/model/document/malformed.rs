//! Why a number is not one, in words: message and remedy. Never the number itself.

use std::fmt;

use crate::model::document::Malformed;

impl Malformed {
    pub fn message(&self) -> String {
        match self {
            Malformed::Empty => "证件号码为空。".into(),
            Malformed::Length { expected, found } => format!("证件号码应为 {expected} 位，实际 {found} 位。"),
            Malformed::Characters { position } => {
                format!("证件号码第 {position} 位是这种证件号码里不能有的字符。")
            }
            Malformed::CheckCharacter { expected, found } => {
                format!("末位校验码不符：按前 17 位应为 {expected}，实际为 {found}。")
            }
            Malformed::BirthDate => "号码中的出生日期不是日历上有的日期。".into(),
            Malformed::FirstDigit { found, really: Some(kind) } => {
                format!("号码首位为 {found}，是{}的号码，与所填证件类型不符。", kind.spec().name)
            }
            Malformed::FirstDigit { found, really: None } => {
                format!("号码首位为 {found}，没有以此开头的公民身份号码。")
            }
            Malformed::Legacy15 => "这是 15 位旧身份证号码，学生不可能持有。".into(),
            Malformed::Layout { expected } => format!("号码的格式不符，应为{expected}。"),
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Malformed::Empty => "请按证件填写号码；没有证件的，证件类型选“其他”，并留存在校就读证明。",
            Malformed::Length { .. } => "请对照证件原件补全或更正，单元格应设为文本格式。",
            Malformed::Characters { .. } => "请对照证件原件更正，字母和数字用半角，不留空格。",
            Malformed::CheckCharacter { .. } => {
                "号码中至少有一位抄错，请对照证件原件逐位核对，不要只改末位。"
            }
            Malformed::BirthDate => "请对照证件原件核对第 7 至 14 位（15 位旧号为第 7 至 12 位）。",
            Malformed::FirstDigit { really: Some(_), .. } => {
                "请核对证件类型和号码，按证件原件更正其中填错的一项。"
            }
            Malformed::FirstDigit { really: None, .. } => "请对照证件原件核对号码的前几位。",
            Malformed::Legacy15 => "请填写学生本人的 18 位公民身份号码；如误填了家长的号码，请更正。",
            Malformed::Layout { .. } => "请对照证件原件核对号码和证件类型。",
        }
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for Malformed {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::document::DocumentKind;

    #[test]
    fn a_message_says_what_and_a_hint_what_to_do() {
        let wrong = Malformed::CheckCharacter { expected: '3', found: '1' };
        assert_eq!(wrong.message(), "末位校验码不符：按前 17 位应为 3，实际为 1。");
        assert!(wrong.hint().contains("原件"));
        let other = Malformed::FirstDigit { found: '9', really: Some(DocumentKind::PermanentResidence) };
        assert_eq!(other.message(), "号码首位为 9，是外国人永久居留身份证的号码，与所填证件类型不符。");
    }
}
