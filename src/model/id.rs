//! Identifiers: each exists only if it is one.

use std::fmt;

/// The only key of a pupil: ours, never shown to a school as a number, never derived from anything.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StudentId(uuid::Uuid);

impl StudentId {
    /// A new key for `unix_millis`, with `counter` keeping the order within one run and `random` the rest apart.
    pub fn new(unix_millis: u64, counter: u32, random: [u8; 8]) -> StudentId {
        let mut tail = [0u8; 10];
        // UUIDv7 (RFC 9562): 48 bits of time, then what the maker chooses; a counter first keeps a run in order.
        tail[0] = (counter >> 20) as u8 & 0x0f;
        tail[1] = (counter >> 12) as u8;
        tail[2] = (counter >> 6) as u8 & 0x3f;
        tail[3] = (counter << 2) as u8 ^ (random[0] & 0x03);
        tail[4..].copy_from_slice(&random[2..8]);
        StudentId(uuid::Builder::from_unix_timestamp_millis(unix_millis, &tail).into_uuid())
    }

    /// The sixteen bytes kept on disk.
    pub fn as_bytes(&self) -> &[u8; 16] {
        self.0.as_bytes()
    }

    /// From the sixteen bytes kept on disk.
    pub fn from_bytes(bytes: &[u8]) -> Option<StudentId> {
        uuid::Uuid::from_slice(bytes).ok().map(StudentId)
    }

    /// From its text.
    pub fn parse(text: &str) -> Option<StudentId> {
        uuid::Uuid::try_parse(text).ok().map(StudentId)
    }
}

impl fmt::Display for StudentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.hyphenated())
    }
}

impl fmt::Debug for StudentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.hyphenated())
    }
}

/// Crockford's base 32: no I, L, O or U to be misread.
pub const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Forty bits as eight characters that people can read to one another.
pub fn short_name(bytes: &[u8; 5]) -> String {
    let bits = bytes.iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
    (0..8).map(|i| char::from(LETTERS[(bits >> (35 - 5 * i)) as usize & 31])).collect()
}

/// An application's name: eight characters.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ApplicationId(String);

impl ApplicationId {
    /// A new one of these random bits.
    pub fn new(bytes: &[u8; 5]) -> ApplicationId {
        ApplicationId(short_name(bytes))
    }

    /// From what a person typed: in either case, with the letters that are easily misread taken for what they are.
    pub fn parse(text: &str) -> Option<ApplicationId> {
        let read = |c: char| match c.to_ascii_uppercase() {
            'I' | 'L' => '1',
            'O' => '0',
            c => c,
        };
        let text: String = text.trim().chars().map(read).collect();
        let is_ours = text.len() == 8 && text.bytes().all(|b| LETTERS.contains(&b));
        is_ours.then_some(ApplicationId(text))
    }

    /// The eight characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for ApplicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// 学校（机构）标识码: ten digits, two of category, two of province, six of serial; it never changes and has no check
/// digit (R§3.5). The prefix is the category when it was assigned: do not infer the stage from it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct SchoolCode(String);

/// Why a text is not a school code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchoolCodeMalformed {
    /// Not ten characters; how many.
    Length(usize),
    /// Something that is not a digit.
    Characters,
    /// The first two digits are no category of the ministry's list.
    Category,
    /// The third and fourth digits are no province.
    Province,
}

impl SchoolCodeMalformed {
    /// What is wrong, for people.
    pub fn message(self) -> String {
        match self {
            Self::Length(n) => format!("学校标识码应为 10 位数字，这里是 {n} 位。"),
            Self::Characters => "学校标识码只能由数字组成。".into(),
            Self::Category => "学校标识码前两位不是教育部公布的学校（机构）类别。".into(),
            Self::Province => "学校标识码第三、四位不是省级行政区划代码。".into(),
        }
    }
}

impl SchoolCode {
    /// Parses a code: length, digits, category and province lists.
    pub fn parse(text: &str) -> Result<SchoolCode, SchoolCodeMalformed> {
        let length = text.chars().count();
        if length != 10 {
            return Err(SchoolCodeMalformed::Length(length));
        }
        if !text.bytes().all(|b| b.is_ascii_digit()) {
            return Err(SchoolCodeMalformed::Characters);
        }
        let listed =
            |table: &str, code: &str| crate::code::table(table).is_some_and(|t| t.by_code(code).is_some());
        if !listed("school_category", &text[..2]) {
            return Err(SchoolCodeMalformed::Category);
        }
        if !listed("school_province", &text[2..4]) {
            return Err(SchoolCodeMalformed::Province);
        }
        Ok(SchoolCode(text.to_owned()))
    }

    /// The ten digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for SchoolCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_run_are_in_order_and_distinct() {
        let ids: Vec<_> = (0..5000).map(|i| StudentId::new(1_700_000_000_000, i, [7; 8])).collect();
        assert!(ids.windows(2).all(|w| w[0] < w[1]));
        assert_eq!(StudentId::parse(&ids[9].to_string()), Some(ids[9]));
        assert_eq!(StudentId::from_bytes(ids[9].as_bytes()), Some(ids[9]));
    }

    #[test]
    fn a_school_code_says_what_is_wrong_with_it() {
        use SchoolCodeMalformed::{Category, Characters, Length, Province};
        assert!(SchoolCode::parse("2133010001").is_ok());
        assert_eq!(SchoolCode::parse("213301000"), Err(Length(9)));
        assert_eq!(SchoolCode::parse("21330100O1"), Err(Characters));
        assert_eq!(SchoolCode::parse("9933010001"), Err(Category));
        assert_eq!(SchoolCode::parse("2199010001"), Err(Province));
    }
}
