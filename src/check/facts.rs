//! What a row says once parsed: done once, before any check.

use jiff::civil::Date;

use crate::model::document::{
    self, Document, DocumentKind, Holder, Layout, Malformed, Sex, parse_identity_number, parse_official,
};
use crate::model::field::{Field, FieldKind};
use crate::model::school::{self, Class, Lengths, School, Stage};
use crate::roster::candidate::Candidate;
use crate::roster::date_cell;

use super::{Context, number_damaged};

/// The documents of a row: the pupil's own first, then those of the two family members. Number, kind, holder.
pub const DOCUMENTS: [(Field, Field, Holder); 3] = [
    (Field::DocumentId, Field::DocumentKind, Holder::Pupil),
    (Field::G1DocumentId, Field::G1DocumentKind, Holder::Adult),
    (Field::G2DocumentId, Field::G2DocumentKind, Holder::Adult),
];

/// The earliest year of birth that a registry of pupils takes for one.
pub const EARLIEST_BIRTH_YEAR: i16 = 1900;

/// The parsed values of a row; `None` where there is no value or it can't be believed.
pub struct Facts<'a> {
    /// In the order of [`DOCUMENTS`].
    pub documents: [Stated; 3],
    /// 出生日期 as the row gives it, if it is a day from 1900 to today.
    pub birth_date: Option<Date>,
    /// 性别 as the row gives it.
    pub sex: Option<Sex>,
    /// 入学年月 as (year, month), if it lies no further ahead than the coming school year.
    pub entry: Option<(i16, i8)>,
    /// The school in the registry.
    pub school: Option<&'a School>,
    /// The class in the registry.
    pub class: Option<&'a Class>,
    /// The stage: of the class, or the only one of the school.
    pub stage: Option<Stage>,
    /// 学制 of the school; the usual one where the school is unknown.
    pub lengths: Lengths,
}

/// What a document's number turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stated {
    /// No number.
    Blank,
    /// The number went through a floating-point cell: no document and no key (see `number-damaged`).
    Damaged,
    /// A number of the kind that the row names (or, where it names none, of the kind its shape allows).
    Good(Document),
    /// A good number, but of another kind than the row names.
    Otherwise(Document),
    Bad(Malformed),
}

impl<'a> Facts<'a> {
    /// Parses a row.
    pub fn of(candidate: &Candidate, context: &Context<'a>) -> Facts<'a> {
        let get = |field| value(candidate, field);
        let school = context.directory.and_then(|d| d.school(get(Field::School)));
        let class = school.and(context.directory);
        let class = class.and_then(|d| d.class(get(Field::School), get(Field::ClassNumber)));
        let only = school.filter(|s| s.stages.len() == 1).map(|s| s.stages[0]);
        let born = date_cell::day(get(Field::BirthDate));
        let entry = date_cell::month(get(Field::EntryMonth)).map(|(y, m, _)| (y, m));
        Facts {
            documents: DOCUMENTS.map(|(number, kind, holder)| stated(candidate, number, kind, holder)),
            birth_date: born.filter(|d| {
                d.year() >= EARLIEST_BIRTH_YEAR && *d <= context.today && !date_cell::is_early_serial(*d)
            }),
            sex: match code(candidate, Field::Sex) {
                "1" => Some(Sex::Male),
                "2" => Some(Sex::Female),
                _ => None,
            },
            entry: entry.filter(|e| *e <= last_entry(context.today)),
            school,
            class,
            stage: class.map(|c| c.stage).or(only),
            lengths: school.map(|s| s.lengths).unwrap_or_default(),
        }
    }

    /// The pupil's document, where there is a good one.
    pub fn good_document(&self) -> Option<&Document> {
        self.documents[0].good()
    }
}

impl Stated {
    /// The document, if its number is good and of the kind named.
    pub fn good(&self) -> Option<&Document> {
        match self {
            Stated::Good(document) => Some(document),
            _ => None,
        }
    }
}

/// The clean value of a field; empty where its cell was an error.
pub fn value(candidate: &Candidate, field: Field) -> &str {
    if candidate.failed.contains(field) { "" } else { candidate.record.get(field) }
}

/// The code of a code field; empty where the text is in none of its tables. A text may hold a colon of its own.
pub fn code(candidate: &Candidate, field: Field) -> &str {
    let FieldKind::Code(tables) = field.kind() else { return "" };
    match value(candidate, field).split_once(':') {
        Some((table, code)) if tables.contains(&table) => code,
        _ => "",
    }
}

/// The last month in which anybody on a roster of today can enter: the beginning of the coming school year.
pub fn last_entry(today: Date) -> (i16, i8) {
    (school::school_year(today) + 1, 9)
}

fn stated(candidate: &Candidate, number: Field, kind: Field, holder: Holder) -> Stated {
    let text = value(candidate, number);
    if text.is_empty() {
        return Stated::Blank;
    }
    if number_damaged::is_damaged(candidate, number) {
        return Stated::Damaged;
    }
    match code(candidate, kind) {
        "" => by_shape(text, holder),
        official => by_official_type(official, text, holder),
    }
}

/// A number without a type: what its shape says, a citizen number where it says nothing.
fn by_shape(text: &str, holder: Holder) -> Stated {
    let kinds = document::recognise(text);
    let good = kinds.iter().find_map(|k| (k.spec().parse)(text, holder).ok());
    match good.map_or_else(|| parse_identity_number(text, holder), Ok) {
        Ok(document) => Stated::Good(document),
        Err(why) => Stated::Bad(why),
    }
}

/// A number under an official type. It counts as another document's only where that document's layout leaves no
/// doubt: a check character that agrees, or the letter it begins with.
fn by_official_type(official: &str, text: &str, holder: Holder) -> Stated {
    let parsed = parse_official(official, text, holder);
    let named = document::kinds_for_official(official).next().unwrap_or(DocumentKind::Other);
    let read = parsed.as_ref().map_or(named, Document::kind);
    if parsed.is_ok() && read.spec().layout != Layout::Unstated {
        return parsed.map_or_else(Stated::Bad, Stated::Good);
    }
    let lettered = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let certain = |k: &DocumentKind| k.spec().layout == Layout::Checked || (lettered && parsed.is_err());
    let others = read.contradicted_by(text);
    let really = others.iter().filter(|k| certain(k)).find_map(|k| (k.spec().parse)(text, holder).ok());
    // Eighteen characters of a citizen number's shape are one with a mistake in it, whatever the type says.
    let mistaken = others.first().filter(|_| text.len() == 18 && parsed.is_ok());
    let mistake = mistaken.and_then(|k| (k.spec().parse)(text, holder).err());
    match (really, mistake.map_or(parsed, Err)) {
        (Some(document), _) => Stated::Otherwise(document),
        (None, Ok(document)) => Stated::Good(document),
        (None, Err(why)) => Stated::Bad(why),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_under_an_official_type_is_good_of_another_kind_or_bad() {
        use DocumentKind::{HmTravelPermit, HmtResidencePermit, Passport, PermanentResidence, ResidentId};
        let read = |official, text| by_official_type(official, text, Holder::Pupil);
        for (official, text, kind) in [
            ("1", "330106201503140015", ResidentId),
            ("1", "810000199408230021", HmtResidencePermit),
            ("6", "H12345678", HmTravelPermit),
            ("A", "E12345678", Passport),
        ] {
            assert!(matches!(read(official, text), Stated::Good(d) if d.kind() == kind), "{official} {text}");
        }
        for (official, text, kind) in [
            ("1", "911124198108030024", PermanentResidence),
            ("1", "H12345678", HmTravelPermit),
            ("1", "E12345678", Passport),
            ("A", "330106201503140015", ResidentId),
            ("Z", "330106201503140015", ResidentId),
            ("2", "330106201503140015", ResidentId),
        ] {
            assert!(
                matches!(read(official, text), Stated::Otherwise(d) if d.kind() == kind),
                "{official} {text}"
            );
        }
        // Digits that were cut short are no permit of Taiwan, and a letter alone proves nothing under type Z.
        for (official, text) in [("1", "33010620"), ("1", "330106201503140016"), ("1", "610104620927690")] {
            assert!(matches!(read(official, text), Stated::Bad(_)), "{official} {text}");
        }
        assert!(matches!(read("Z", "R330012345"), Stated::Good(_)));
        assert!(matches!(read("Z", "330106201503140016"), Stated::Bad(Malformed::CheckCharacter { .. })));
    }

    #[test]
    fn without_a_type_the_shape_decides() {
        use DocumentKind::{HmTravelPermit, HmtResidencePermit, ResidentId};
        for (text, kind) in [
            ("330106201503140015", ResidentId),
            ("810000199408230021", HmtResidencePermit),
            ("M12345678", HmTravelPermit),
        ] {
            assert!(matches!(by_shape(text, Holder::Pupil), Stated::Good(d) if d.kind() == kind), "{text}");
        }
        assert_eq!(
            by_shape("330106201503140016", Holder::Pupil),
            Stated::Bad(Malformed::CheckCharacter { expected: '5', found: '6' })
        );
        assert_eq!(
            by_shape("33010620150314001", Holder::Pupil),
            Stated::Bad(Malformed::Length { expected: "18", found: 17 })
        );
    }

    #[test]
    fn who_registers_in_spring_may_bring_those_who_enter_in_autumn() {
        use jiff::civil::date;
        assert_eq!(last_entry(date(2026, 3, 1)), (2026, 9));
        assert_eq!(last_entry(date(2026, 9, 10)), (2027, 9));
    }
}
