//! 学籍号: one letter and eighteen characters, for life. Read and shown here; issued in `number`.

use std::fmt;

use jiff::civil::Date;

use crate::model::document;
use crate::model::journal::Value;

/// A registry number. `Debug` and `Display` are masked; the whole is [`RegistryNumber::reveal`].
///
/// It is never derived from a pupil's document again once issued: a G may lawfully differ from the citizen number of
/// today (R§3.1 rule 4).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RegistryNumber([u8; 19]);

/// What the letter says of the number. All three have full force (R§3.1 rule 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NumberKind {
    /// L, 临时学籍号: the school's division, the birth date, four characters drawn at random.
    Provisional,
    /// G, 正式学籍号: the citizen number at the time of issue.
    Citizen,
    /// J, 正式学籍号 of a pupil without a usable citizen number: built like one, assigned.
    Assigned,
}

/// Why a text is no registry number. Never carries the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberMalformed {
    Empty,
    Length {
        found: usize,
    },
    /// The first character is not G, J or L.
    Prefix,
    /// The character at `position`, counted from 1.
    Characters {
        position: usize,
    },
}

/// What is odd about a number that is one all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberWarning {
    CheckCharacter(NumberKind),
    BirthDate,
}

impl NumberKind {
    pub fn letter(self) -> char {
        match self {
            NumberKind::Provisional => 'L',
            NumberKind::Citizen => 'G',
            NumberKind::Assigned => 'J',
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            NumberKind::Provisional => "临时学籍号",
            NumberKind::Citizen => "正式学籍号（公民身份号码）",
            NumberKind::Assigned => "正式学籍号（赋码）",
        }
    }
}

impl RegistryNumber {
    /// Reads `^[GJL][0-9]{17}[0-9X]$`, upper-case and half-width; the roster stage has normalized before.
    ///
    /// # Errors
    /// The first thing that is wrong, from the left.
    pub fn parse(text: &str) -> Result<RegistryNumber, NumberMalformed> {
        let Some((first, body)) = text.as_bytes().split_first() else { return Err(NumberMalformed::Empty) };
        if !matches!(first, b'G' | b'J' | b'L') {
            return Err(NumberMalformed::Prefix);
        }
        let stray = body.iter().enumerate().position(|(at, byte)| {
            let last = at + 1 == body.len();
            !(byte.is_ascii_digit() || last && *byte == b'X')
        });
        if let Some(at) = stray {
            return Err(NumberMalformed::Characters { position: at + 2 });
        }
        let number = text.as_bytes().try_into();
        number.map(RegistryNumber).map_err(|_| NumberMalformed::Length { found: text.len() })
    }

    pub fn kind(&self) -> NumberKind {
        match self.0[0] {
            b'L' => NumberKind::Provisional,
            b'G' => NumberKind::Citizen,
            _ => NumberKind::Assigned,
        }
    }

    /// The whole number. For `output`, `xlsx`, `store` and `upstream` only.
    pub fn reveal(&self) -> &str {
        std::str::from_utf8(&self.0).expect("parse lets only ASCII in")
    }

    /// The eighteen characters behind the letter.
    pub fn body(&self) -> &str {
        &self.reveal()[1..]
    }

    pub fn masked(&self) -> String {
        document::mask(self.reveal())
    }

    /// What to report on import, never a reason to refuse: no source says that position 19 of an L is a check
    /// character (R§3.1 rule 6), and numbers handed down by the ministry are not ours to reject.
    pub fn warnings(&self) -> Vec<NumberWarning> {
        let (body, mut warnings) = (self.body().as_bytes(), Vec::new());
        // The layout of a foreigner's number behind the 9 is not confirmed (R§4.6).
        let foreign = body[0] == b'9' && self.kind() == NumberKind::Citizen;
        if !foreign && birth_date(self.body()).is_none() {
            warnings.push(NumberWarning::BirthDate);
        }
        if document::check_character(&body[..17]) != Some(body[17]) {
            warnings.push(NumberWarning::CheckCharacter(self.kind()));
        }
        warnings
    }
}

fn birth_date(body: &str) -> Option<Date> {
    let part = |from: usize, to: usize| body.get(from..to);
    Date::new(part(6, 10)?.parse().ok()?, part(10, 12)?.parse().ok()?, part(12, 14)?.parse().ok()?).ok()
}

impl fmt::Debug for RegistryNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RegistryNumber({})", self.masked())
    }
}

impl fmt::Display for RegistryNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

impl NumberMalformed {
    pub fn message(&self) -> String {
        match self {
            NumberMalformed::Empty => "学籍号为空。".into(),
            NumberMalformed::Length { found } => format!("学籍号应为 19 位，实际 {found} 位。"),
            NumberMalformed::Prefix => "学籍号第 1 位应为 G、J 或 L。".into(),
            NumberMalformed::Characters { position } => {
                format!("学籍号第 {position} 位应为数字（只有末位可以是大写 X）。")
            }
        }
    }

    pub fn hint(&self) -> &'static str {
        match self {
            NumberMalformed::Empty => "没有学籍号的学生留空即可，审核通过后由系统编发。",
            NumberMalformed::Length { .. } | NumberMalformed::Characters { .. } => {
                "请从学籍系统原样复制，字母和数字用大写半角，单元格应设为文本格式。"
            }
            NumberMalformed::Prefix => "请填全国学籍号；省级学籍辅号和身份证号不是学籍号，不要填在这里。",
        }
    }
}

impl fmt::Display for NumberMalformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for NumberMalformed {}

impl NumberWarning {
    pub fn message(&self) -> String {
        match self {
            NumberWarning::CheckCharacter(NumberKind::Provisional) => {
                "临时学籍号的末位不是校验码，后 4 位可以是随机码，号码照用。".into()
            }
            NumberWarning::CheckCharacter(kind) => format!("{}的末位校验码不符，可能抄错。", kind.name()),
            NumberWarning::BirthDate => "学籍号中的出生日期不是日历上有的日期，可能抄错。".into(),
        }
    }

    pub fn hint(&self) -> &'static str {
        match self {
            NumberWarning::CheckCharacter(NumberKind::Provisional) => "无需处理。",
            _ => "请与学籍系统中的号码核对；学籍号终身不变，不要按身份证号改写。",
        }
    }
}

impl From<&RegistryNumber> for Value {
    /// The whole number, for a record table.
    fn from(number: &RegistryNumber) -> Value {
        Value::Text(number.reveal().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(text: &str) -> RegistryNumber {
        RegistryNumber::parse(text).unwrap()
    }

    #[test]
    fn the_three_letters_are_read() {
        for (text, kind) in [
            ("L330106201503140015", NumberKind::Provisional),
            ("G11010519491231002X", NumberKind::Citizen),
            ("J330106201503140015", NumberKind::Assigned),
        ] {
            let number = parse(text);
            assert_eq!((number.kind(), number.reveal()), (kind, text));
            assert_eq!(number.body(), &text[1..]);
            assert_eq!(number.kind().letter(), text.chars().next().unwrap());
            assert_eq!(number.warnings(), []);
        }
        assert!(parse("L330106201503140015").body().starts_with("330106"));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, why) in [
            ("", NumberMalformed::Empty),
            ("330106201503140015", NumberMalformed::Prefix),
            ("H330106201503140015", NumberMalformed::Prefix),
            ("g330106201503140015", NumberMalformed::Prefix),
            ("学籍号", NumberMalformed::Prefix),
            ("L33010620150314001", NumberMalformed::Length { found: 18 }),
            ("L3301062015031400155", NumberMalformed::Length { found: 20 }),
            ("L", NumberMalformed::Length { found: 1 }),
            ("L11010519491231002x", NumberMalformed::Characters { position: 19 }),
            ("L1101051949123100X2", NumberMalformed::Characters { position: 18 }),
            ("L３30106201503140015", NumberMalformed::Characters { position: 2 }),
        ] {
            assert_eq!(RegistryNumber::parse(text), Err(why), "{text}");
            assert!(why.message().ends_with('。') && why.hint().ends_with('。'));
        }
    }

    #[test]
    fn rule_1_a_provisional_number_is_a_whole_registry_number() {
        let provisional = parse("L330106201503140015");
        let citizen = parse("G330106201503140015");
        assert_eq!(provisional.reveal().len(), citizen.reveal().len());
        assert_eq!(provisional.warnings(), citizen.warnings());
    }

    #[test]
    fn rule_6_a_random_tail_of_a_provisional_number_is_a_warning_and_no_error() {
        let number = parse("L330106201503140012");
        assert_eq!(number.warnings(), [NumberWarning::CheckCharacter(NumberKind::Provisional)]);
        assert_eq!(number.warnings()[0].hint(), "无需处理。");
        for letter in ["G", "J"] {
            let number = parse(&format!("{letter}330106201503140012"));
            assert!(number.warnings()[0].message().contains("可能抄错"));
        }
    }

    #[test]
    fn an_impossible_birth_date_is_a_warning_but_not_in_a_foreign_number() {
        assert!(parse("L330106201502300015").warnings().contains(&NumberWarning::BirthDate));
        let check = document::check_character(b"91112419819903002").map(char::from).unwrap();
        assert_eq!(parse(&format!("G91112419819903002{check}")).warnings(), []);
    }

    #[test]
    fn neither_debug_nor_display_shows_the_number() {
        let number = parse("L330106201503140015");
        assert_eq!(number.to_string(), "L330106********0015");
        assert_eq!(format!("{number:?}"), "RegistryNumber(L330106********0015)");
    }

    proptest! {
        #[test]
        fn exactly_the_published_form_is_read(text in "[GJLHgl]?[0-9]{16,18}[0-9Xx]|\\PC{0,20}") {
            let (bytes, length) = (text.as_bytes(), text.len());
            let published = length == 19
                && b"GJL".contains(&bytes[0])
                && bytes[1..18].iter().all(u8::is_ascii_digit)
                && (bytes[18].is_ascii_digit() || bytes[18] == b'X');
            let parsed = RegistryNumber::parse(&text);
            prop_assert_eq!(parsed.is_ok(), published);
            if let Ok(number) = parsed {
                prop_assert_eq!(number.reveal(), &text);
                prop_assert!(!number.masked().contains(&text[7..15]));
            }
        }
    }
}
