//! Identity documents: one file per kind, one row each in the table. No division table, no clock.
//!
//! A [`Document`] exists only if it is one. Whether its division ever existed, or its birth date lies in the future,
//! is asked elsewhere: the first needs the code tables, the second needs today.

pub mod bulk;
mod citizen_number;
mod civil_cadre;
mod hk_passport;
mod hm_travel_permit;
mod hmt_residence_permit;
mod hukou_booklet;
mod malformed;
mod mask;
mod mo_passport;
mod officer_card;
mod other;
mod passport;
mod permanent_residence;
mod resident_id;
mod retired_military;
mod soldier_card;
mod tw_travel_permit;
mod unstated;

use std::fmt;

use jiff::civil::Date;

/// Every kind of document xueji reads, exact layouts before loose ones: the order in which a number is tried.
pub const DOCUMENTS: &[DocumentSpec] = &[
    resident_id::SPEC,
    hukou_booklet::SPEC,
    hm_travel_permit::SPEC,
    tw_travel_permit::SPEC,
    hmt_residence_permit::SPEC,
    permanent_residence::SPEC,
    passport::SPEC,
    hk_passport::SPEC,
    mo_passport::SPEC,
    officer_card::SPEC,
    soldier_card::SPEC,
    civil_cadre::SPEC,
    retired_military::SPEC,
    other::SPEC,
];

/// 身份证件类型, finer than the official list, which has no code for the permits issued since 2012 (R§4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DocumentKind {
    /// 居民身份证
    ResidentId,
    /// 户口簿
    HukouBooklet,
    /// 港澳居民来往内地通行证
    HmTravelPermit,
    /// 台湾居民来往大陆通行证
    TwTravelPermit,
    /// 港澳台居民居住证
    HmtResidencePermit,
    /// 外国人永久居留身份证
    PermanentResidence,
    /// 护照
    Passport,
    /// 香港特区护照/身份证明
    HkPassport,
    /// 澳门特区护照/身份证明
    MoPassport,
    /// 军官证
    OfficerCard,
    /// 士兵证
    SoldierCard,
    /// 文职干部证
    CivilCadre,
    /// 部队离退休证
    RetiredMilitary,
    /// 其他
    Other,
}

/// How far the layout of a kind binds its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layout {
    /// A fixed layout that ends in a check character.
    Checked,
    /// A stated layout without a check character.
    Stated,
    /// No layout is stated in any source we have; only what cannot be a number is turned away.
    Unstated,
}

/// One row of the table: all that sets a kind apart.
pub struct DocumentSpec {
    pub kind: DocumentKind,
    /// The name in JSON, in the database and on the command line.
    pub id: &'static str,
    pub name: &'static str,
    /// JY/T 1001 SFZJLX: the code this kind is exported under when its number does not say otherwise.
    pub official_code: &'static str,
    /// Every official code clerks file this kind under, each with the prefix a number filed there must have; the
    /// first that fits is the number's own code.
    pub filed_under: &'static [(&'static str, &'static str)],
    pub basis: &'static str,
    pub number_required: bool,
    pub layout: Layout,
    pub parse: fn(&str, Holder) -> Result<Document, Malformed>,
    /// Whether a text has the outward shape of this kind; its check character and date may still be wrong.
    pub shape: fn(&str) -> bool,
    /// What the number of a parsed document tells.
    pub tells: fn(&str) -> Told<'_>,
    /// What two numbers of one holder have in common.
    pub key: fn(&str) -> String,
    /// What the document tells and what it does not, for `xueji explain`.
    pub manual: &'static str,
}

/// Whose document it is. Only somebody registered before 1999-10-01 can have a number of fifteen digits (R§4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    Pupil,
    Adult,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sex {
    Male,
    Female,
}

/// What a number says about its holder; `None` where the kind says nothing or its layout is not confirmed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told<'a> {
    pub birth_date: Option<Date>,
    pub sex: Option<Sex>,
    /// Six digits, as written; known or not is for the code tables.
    pub division: Option<&'a str>,
    /// ISO 3166-1 numeric.
    pub nationality_numeric: Option<u16>,
}

/// A number that is one of its kind. `Debug` and `Display` are masked; the whole is [`Document::reveal`].
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Document {
    kind: DocumentKind,
    text: Box<str>,
}

/// Why a text is no number of the kind. Never carries the number itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Malformed {
    Empty,
    /// `found` characters where `expected` (a length in words) were due.
    Length {
        expected: &'static str,
        found: usize,
    },
    /// The character at `position`, counted from 1, cannot stand there.
    Characters {
        position: usize,
    },
    CheckCharacter {
        expected: char,
        found: char,
    },
    /// The eight digits of the birth date are no day of the calendar.
    BirthDate,
    /// The first digit says that the number is of another kind, or of none.
    FirstDigit {
        found: char,
        really: Option<DocumentKind>,
    },
    /// A number of fifteen digits for a pupil.
    Legacy15,
    Layout {
        expected: &'static str,
    },
}

impl DocumentKind {
    pub fn spec(self) -> &'static DocumentSpec {
        &DOCUMENTS[self as usize]
    }

    /// The kinds a text under this kind more likely is; empty when it may well be this one.
    ///
    /// A kind without a stated layout is contradicted only by a number that carries a check character, because
    /// nothing else we know rules it out.
    pub fn contradicted_by(self, text: &str) -> Vec<DocumentKind> {
        if (self.spec().shape)(text) {
            return Vec::new();
        }
        let mut found = recognise(text);
        if self.spec().layout == Layout::Unstated {
            found.retain(|kind| kind.spec().layout == Layout::Checked);
        }
        found
    }
}

impl Document {
    /// For the files of the kinds, once the text is known to be one.
    fn new(kind: DocumentKind, text: &str) -> Document {
        let mut text: Box<str> = text.into();
        text.make_ascii_uppercase();
        Document { kind, text }
    }

    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The whole number, upper-case. For `output`, `xlsx`, `store` and `upstream` only.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    pub fn masked(&self) -> String {
        mask(&self.text)
    }

    /// Equal for two numbers of one holder, as far as the numbers say. Contains the number: never printed.
    pub fn comparison_key(&self) -> String {
        (self.kind.spec().key)(&self.text)
    }

    pub fn tells(&self) -> Told<'_> {
        (self.kind.spec().tells)(&self.text)
    }

    /// The official code this very number is exported under (a 回乡证 of Macau is 7, of Hong Kong 6).
    pub fn official_code(&self) -> &'static str {
        let spec = self.kind.spec();
        let own = spec.filed_under.iter().find(|(_, prefix)| self.text.starts_with(prefix));
        own.map_or(spec.official_code, |(code, _)| code)
    }

    /// Whether clerks may file this very number under the official code: a 回乡证 of Macau not under 6.
    pub fn belongs_under(&self, code: &str) -> bool {
        let filed = self.kind.spec().filed_under;
        filed.iter().any(|(under, prefix)| *under == code && self.text.starts_with(prefix))
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Document({}, {})", self.kind.spec().id, self.masked())
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.masked())
    }
}

/// The kinds filed under an official type code, the one the code is named for first.
pub fn kinds_for_official(code: &str) -> impl Iterator<Item = DocumentKind> {
    let named = DOCUMENTS.iter().filter(move |spec| spec.official_code == code && !is_guest(spec));
    let guests = DOCUMENTS.iter().filter(move |spec| {
        spec.filed_under.iter().any(|(filed, _)| *filed == code)
            && (spec.official_code != code || is_guest(spec))
    });
    named.chain(guests).map(|spec| spec.kind)
}

/// The permits that the list of 2012 has no code for and that clerks file under another document's (R§4.1).
fn is_guest(spec: &DocumentSpec) -> bool {
    spec.filed_under.len() > 1
}

/// Reads a number filed under an official type code: the kinds it may be are tried, the most telling first.
///
/// # Errors
/// Those of the kind whose shape the text has, or else of the kind the code is named for. A code that is not in the
/// official list reads as 其他. A permit of another region than the code's is read all the same;
/// [`Document::belongs_under`] tells.
pub fn parse_official(code: &str, text: &str, holder: Holder) -> Result<Document, Malformed> {
    let filed = |spec: &&DocumentSpec| spec.filed_under.iter().any(|(filed, _)| *filed == code);
    let shaped = DOCUMENTS.iter().filter(filed).find(|spec| (spec.shape)(text));
    let named = || kinds_for_official(code).next().unwrap_or(DocumentKind::Other).spec();
    (shaped.unwrap_or_else(named).parse)(text, holder)
}

/// Reads a bare number of the eighteen-character family: 居民身份证, 港澳台居民居住证 or 外国人永久居留身份证, told apart
/// by the first digit (R§4.6).
///
/// # Errors
/// What is wrong with it as a number of the kind its first digit names.
pub fn parse_identity_number(text: &str, holder: Holder) -> Result<Document, Malformed> {
    let parse = match text.as_bytes() {
        [b'8', ..] if text.len() == 18 => hmt_residence_permit::SPEC.parse,
        [b'9', ..] if text.len() == 18 => permanent_residence::SPEC.parse,
        _ => resident_id::SPEC.parse,
    };
    parse(text, holder)
}

/// Which kinds a text could be by its shape alone, the most telling first. A kind without a stated layout is never
/// among them, and neither is what only the longest passports would allow.
pub fn recognise(text: &str) -> Vec<DocumentKind> {
    DOCUMENTS.iter().filter(|spec| (spec.shape)(text)).map(|spec| spec.kind).collect()
}

/// A text with what identifies a child taken out, whether it is a number or not.
pub fn mask(text: &str) -> String {
    mask::mask(text)
}

/// The check character of seventeen ASCII digits, `None` when they are not: ISO 7064 MOD 11-2 as GB 11643 uses it.
pub fn check_character(first17: &[u8]) -> Option<u8> {
    citizen_number::check_character(first17)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    const OFFICIAL: [&str; 12] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B", "Z"];

    #[test]
    fn a_row_stands_where_its_kind_points() {
        for (index, spec) in DOCUMENTS.iter().enumerate() {
            assert_eq!(spec.kind as usize, index, "{}", spec.id);
            assert_eq!(spec.kind.spec().id, spec.id);
        }
    }

    #[test]
    fn names_are_unique_and_texts_are_whole() {
        let ids: HashSet<_> = DOCUMENTS.iter().map(|spec| spec.id).collect();
        let names: HashSet<_> = DOCUMENTS.iter().map(|spec| spec.name).collect();
        assert_eq!((ids.len(), names.len()), (DOCUMENTS.len(), DOCUMENTS.len()));
        for spec in DOCUMENTS {
            assert!(spec.id.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", spec.id);
            assert!(
                spec.manual.ends_with('。') && spec.manual.contains('不'),
                "{} says what it does not tell",
                spec.id
            );
            assert!(!spec.basis.is_empty());
            assert!(spec.filed_under.iter().any(|(code, _)| *code == spec.official_code), "{}", spec.id);
        }
    }

    #[test]
    fn every_official_code_has_kinds_and_every_kind_an_official_code() {
        for code in OFFICIAL {
            assert!(kinds_for_official(code).next().is_some(), "{code}");
        }
        assert!(DOCUMENTS.iter().flat_map(|spec| spec.filed_under).all(|(code, _)| OFFICIAL.contains(code)));
        assert_eq!(kinds_for_official("C").count(), 0);
    }

    #[test]
    fn only_type_z_may_be_without_a_number() {
        let free: Vec<_> = DOCUMENTS.iter().filter(|s| !s.number_required).map(|s| s.official_code).collect();
        assert_eq!(free, ["Z"]);
    }

    #[test]
    fn an_official_code_lists_its_own_document_first() {
        use DocumentKind::*;
        let kinds = |code| kinds_for_official(code).collect::<Vec<_>>();
        assert_eq!(kinds("1"), [ResidentId, HmtResidencePermit]);
        assert_eq!(kinds("6"), [HkPassport, HmTravelPermit, HmtResidencePermit]);
        assert_eq!(kinds("7"), [MoPassport, HmTravelPermit, HmtResidencePermit]);
        assert_eq!(kinds("8"), [TwTravelPermit, HmtResidencePermit]);
        assert_eq!(kinds("9"), [PermanentResidence]);
    }

    #[test]
    fn a_number_under_an_official_code_finds_its_kind() {
        use DocumentKind::*;
        for (code, text, kind, own) in [
            ("1", "330106201503140015", ResidentId, "1"),
            ("1", "810000199408230021", HmtResidencePermit, "1"),
            ("6", "810000199408230021", HmtResidencePermit, "1"),
            ("6", "H12345678", HmTravelPermit, "6"),
            ("6", "h1234567800", HmTravelPermit, "6"),
            ("6", "K12345678", HkPassport, "6"),
            ("7", "M12345678", HmTravelPermit, "7"),
            ("7", "MA1234567", MoPassport, "7"),
            ("8", "01234567", TwTravelPermit, "8"),
            ("8", "830000199201300022", HmtResidencePermit, "1"),
            ("9", "911124198108030024", PermanentResidence, "9"),
            ("A", "E12345678", Passport, "A"),
            ("B", "330106201503140015", HukouBooklet, "B"),
            ("Z", "R330012345", Other, "Z"),
        ] {
            let document = parse_official(code, text, Holder::Pupil).unwrap();
            assert_eq!((document.kind(), document.official_code()), (kind, own), "{code} {document}");
            assert!(document.belongs_under(code), "{code} {document}");
        }
    }

    #[test]
    fn a_permit_of_another_region_is_read_and_does_not_belong_there() {
        for (code, text) in [("6", "M12345678"), ("7", "H12345678"), ("8", "810000199408230021")] {
            let document = parse_official(code, text, Holder::Pupil).unwrap();
            assert!(!document.belongs_under(code), "{code} {document}");
        }
    }

    #[test]
    fn a_bad_number_under_an_official_code_is_refused_as_what_it_looks_like() {
        let refused = |code, text| parse_official(code, text, Holder::Pupil).unwrap_err();
        let wrong = Malformed::CheckCharacter { expected: '3', found: '1' };
        assert_eq!(refused("1", "820000199408230021"), wrong);
        assert_eq!(refused("7", "820000199408230021"), wrong);
        assert!(matches!(refused("1", "911124198108030024"), Malformed::FirstDigit { found: '9', .. }));
        assert!(matches!(refused("8", "0123456"), Malformed::Length { found: 7, .. }));
    }

    #[test]
    fn a_text_is_recognised_by_its_shape() {
        use DocumentKind::*;
        for (text, kinds) in [
            ("330106201503140016", &[ResidentId, HukouBooklet][..]),
            ("610104620927690", &[ResidentId, HukouBooklet]),
            ("810000199408230021", &[HmtResidencePermit]),
            ("911124198108030024", &[PermanentResidence]),
            ("USA110085061501", &[PermanentResidence]),
            ("H1234567800", &[HmTravelPermit]),
            ("H12345678", &[HmTravelPermit, Passport, HkPassport, MoPassport]),
            ("01234567", &[TwTravelPermit, Passport, HkPassport, MoPassport]),
            ("A123456(7)", &[HkPassport, MoPassport]),
            ("R330012345", &[Other]),
            ("13800138000", &[]),
            ("张三", &[]),
            ("", &[]),
        ] {
            assert_eq!(recognise(text), kinds, "{text}");
        }
    }

    #[test]
    fn a_kind_is_contradicted_only_by_what_is_certain() {
        use DocumentKind::*;
        assert_eq!(ResidentId.contradicted_by("810000199408230021"), [HmtResidencePermit]);
        assert_eq!(Passport.contradicted_by("330106201503140015"), [ResidentId, HukouBooklet]);
        assert_eq!(Other.contradicted_by("330106201503140015"), [ResidentId, HukouBooklet]);
        assert_eq!(Other.contradicted_by("H12345678"), []);
        assert_eq!(OfficerCard.contradicted_by("12345678"), []);
        assert_eq!(HukouBooklet.contradicted_by("330106201503140015"), []);
    }

    #[test]
    fn numbers_of_one_holder_have_one_key() {
        let key = |code, text| parse_official(code, text, Holder::Adult).unwrap().comparison_key();
        for (left, right) in [
            (("6", "H1234567800"), ("6", "H12345678")),
            (("6", "H1234567800"), ("6", "h1234567801")),
            (("1", "610104620927690"), ("1", "610104196209276908")),
            (("1", "11010519491231002x"), ("B", "11010519491231002X")),
            (("1", "810000199408230021"), ("6", "810000199408230021")),
            (("6", "A123456(7)"), ("6", "A1234567")),
            (("A", "k12345678"), ("6", "K12345678")),
            (("8", "0123456701(B)"), ("8", "0123456701")),
        ] {
            assert_eq!(key(left.0, left.1), key(right.0, right.1));
        }
        assert_ne!(key("A", "12345678"), key("8", "12345678"), "two registers may use the same digits");
        assert_ne!(key("2", "12345678"), key("3", "12345678"));
    }

    #[test]
    fn neither_debug_nor_display_shows_the_number() {
        let document = parse_official("1", "330106201503140015", Holder::Pupil).unwrap();
        assert_eq!(format!("{document:?}"), "Document(resident_id, 330106********0015)");
        assert_eq!(document.to_string(), "330106********0015");
    }

    /// One million numbers, valid, damaged and odd, were put to [`parse_identity_number`], python-stdnum 2.2 (`cn.ric`)
    /// and PyPI id-validator 1.0.20. Check character, birth date, sex, division and the upgrade of fifteen digits
    /// never differed where both read a number. Each class of difference has its sample here: what we say, what they
    /// said, and why we stay.
    #[test]
    fn differences_from_python_stdnum() {
        use DocumentKind::*;
        type Ours = Result<DocumentKind, Malformed>;
        const ACCEPTS: &str = "accepts";
        const REJECTS: &str = "rejects";
        let table: [(&str, Ours, &str, &str, &str); 10] = [
            (
                "772665200709088474",
                Ok(ResidentId),
                REJECTS,
                REJECTS,
                "an unknown division is a finding, no error",
            ),
            (
                "379026200411210187",
                Ok(ResidentId),
                "KeyError",
                ACCEPTS,
                "a division without a county in its list",
            ),
            ("810000199408230021", Ok(HmtResidencePermit), REJECTS, ACCEPTS, "residence permits since 2018"),
            ("911124198108030024", Ok(PermanentResidence), REJECTS, REJECTS, "foreigners' cards since 2023"),
            ("911124198199030029", Ok(PermanentResidence), REJECTS, REJECTS, "their date is not confirmed"),
            (
                "33010620150314001５",
                Err(Malformed::Characters { position: 18 }),
                ACCEPTS,
                REJECTS,
                "width and spaces are mended before, with a note of it, and not passed over here",
            ),
            (
                "330106201503140015 ",
                Err(Malformed::Characters { position: 19 }),
                ACCEPTS,
                REJECTS,
                "the same",
            ),
            (
                "622925177207288353",
                Err(Malformed::BirthDate),
                ACCEPTS,
                REJECTS,
                "nobody was born before 1850",
            ),
            (
                "810101201203135073",
                Err(Malformed::Layout { expected: "以 810000、820000 或 830000 开头的 18 位号码" }),
                "KeyError",
                ACCEPTS,
                "a residence permit has no city or county (R§4.5)",
            ),
            (
                "4213031956070468X3",
                Err(Malformed::Characters { position: 17 }),
                REJECTS,
                "ValueError",
                "an X before the end is a wrong character and not a crash",
            ),
        ];
        for (text, ours, stdnum, id_validator, why) in table {
            let parsed = parse_identity_number(text, Holder::Adult).map(|document| document.kind());
            assert_eq!(parsed, ours, "{why}");
            let expected = if ours.is_ok() { ACCEPTS } else { REJECTS };
            assert!(stdnum != expected || id_validator != expected, "{why}: no difference");
        }
    }

    /// The classes that turn on whose number it is: stdnum knows no fifteen digits, id-validator knows only adults.
    #[test]
    fn differences_in_fifteen_digits() {
        let unknown_division = "379534670324961";
        for text in ["610104620927690", unknown_division] {
            assert_eq!(parse_identity_number(text, Holder::Pupil), Err(Malformed::Legacy15));
            assert!(parse_identity_number(text, Holder::Adult).is_ok());
        }
        // id-validator accepts it; residence permits came long after the last number of fifteen digits.
        let none = Malformed::FirstDigit { found: '8', really: None };
        assert_eq!(parse_identity_number("817414190320955", Holder::Adult), Err(none));
    }

    proptest! {
        #[test]
        fn no_text_makes_a_kind_panic_and_what_parses_parses_again(text in "\\PC{0,24}") {
            for spec in DOCUMENTS {
                for holder in [Holder::Pupil, Holder::Adult] {
                    match (spec.parse)(&text, holder) {
                        Ok(document) => {
                            prop_assert_eq!(document.kind(), spec.kind);
                            let _ = (document.comparison_key(), document.tells(), document.official_code());
                            let again = (spec.parse)(document.reveal(), holder);
                            prop_assert_eq!(again.as_ref(), Ok(&document));
                        }
                        Err(why) => {
                            prop_assert!(why.message().ends_with('。') && why.hint().ends_with('。'));
                        }
                    }
                }
            }
            let _ = (recognise(&text), mask(&text));
        }

        #[test]
        fn what_parses_under_a_stated_layout_has_its_shape(text in "[A-Z0-9]{1,3}[0-9]{5,14}[0-9X]") {
            for spec in DOCUMENTS.iter().filter(|spec| spec.layout == Layout::Checked) {
                if (spec.parse)(&text, Holder::Adult).is_ok() {
                    prop_assert!((spec.shape)(&text), "{}", spec.id);
                }
            }
        }
    }
}
