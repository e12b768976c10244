//! Registry numbers: provisional (L), citizen (G) and assigned (J). Pure: chance and the date come as arguments.
//!
//! Who already has a number and whether one is taken is for the store; a number once issued is never computed again.

pub mod assigned;
pub mod citizen;
pub mod provisional;

use std::fmt;

use jiff::civil::Date;

use crate::model::document;
use crate::model::document::DocumentKind;
use crate::model::registry_number::{NumberKind, RegistryNumber};

/// Why no number is given. An answer of the rules, not a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The division code is not six digits.
    Division,
    /// The year does not fit into four digits after 1850.
    BirthDate,
    /// Every provisional number of this division and birth date has been drawn.
    Exhausted,
    /// The sequence is not 1 to 999.
    Sequence,
    /// An even sequence for a boy or an odd one for a girl.
    SequenceSex,
    /// The document carries no citizen number of its holder.
    NoCitizenNumber(DocumentKind),
    /// A citizen number of fifteen digits, which no pupil has.
    Legacy15,
}

impl Refusal {
    pub fn message(&self) -> String {
        match self {
            Refusal::Division => "学校的行政区划代码不是 6 位数字，不能编发学籍号。".into(),
            Refusal::BirthDate => "出生日期的年份不在 1850 至 9999 年之间，不能编发学籍号。".into(),
            Refusal::Exhausted => {
                "同一行政区划、同一出生日期的 10000 个临时学籍号已全部用完，不能再编发。".into()
            }
            Refusal::Sequence => "赋码的顺序码应在 001 至 999 之间。".into(),
            Refusal::SequenceSex => "赋码的顺序码与性别不符：男为奇数，女为偶数。".into(),
            Refusal::NoCitizenNumber(kind) => {
                format!("{}的号码不是公民身份号码，不能据此编发 G 开头的正式学籍号。", kind.spec().name)
            }
            Refusal::Legacy15 => "15 位旧身份证号码不能据此编发 G 开头的正式学籍号。".into(),
        }
    }

    pub fn hint(&self) -> &'static str {
        match self {
            Refusal::Division => "请在学校信息中补正所在地的 6 位县级行政区划代码。",
            Refusal::BirthDate => "请核对学生的出生日期。",
            Refusal::Exhausted => {
                "请核对这些学生的出生日期是否被批量填成了同一天，更正后再编发；确属同日出生的，请为身份已核实的学生\
                 编发正式学籍号。"
            }
            Refusal::Sequence => "请换一个出生日期或行政区划下未用完的顺序码，或报上级学籍主管部门赋码。",
            Refusal::SequenceSex => "请核对学生性别，或取下一个顺序码。",
            Refusal::NoCitizenNumber(_) => {
                "取得居民身份证、户口簿上的公民身份号码或港澳台居民居住证后再办理；在此之前临时学籍号具有同等效力，\
                 也可申请 J 开头的赋码。"
            }
            Refusal::Legacy15 => "请补录学生本人的 18 位公民身份号码。",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for Refusal {}

/// Division and birth date as the first fourteen digits of a body.
fn first14(division: &str, birth: Date) -> Result<String, Refusal> {
    if division.len() != 6 || !division.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::Division);
    }
    if birth.year() < 1850 {
        return Err(Refusal::BirthDate);
    }
    Ok(format!("{division}{:04}{:02}{:02}", birth.year(), birth.month(), birth.day()))
}

fn check_character(first17: &str) -> char {
    document::check_character(first17.as_bytes()).map_or('0', char::from)
}

fn number(kind: NumberKind, body: &str) -> RegistryNumber {
    let text = format!("{}{body}", kind.letter());
    RegistryNumber::parse(&text)
        .expect("a letter, seventeen digits and a check character are a registry number")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_and_what_to_do() {
        for refusal in [
            Refusal::Division,
            Refusal::BirthDate,
            Refusal::Exhausted,
            Refusal::Sequence,
            Refusal::SequenceSex,
            Refusal::NoCitizenNumber(DocumentKind::Passport),
            Refusal::Legacy15,
        ] {
            assert!(refusal.message().ends_with('。') && refusal.hint().ends_with('。'), "{refusal:?}");
        }
        let passport = Refusal::NoCitizenNumber(DocumentKind::Passport);
        assert!(passport.message().starts_with("护照的号码不是公民身份号码"));
    }
}
