//! The two official rules, verbatim: the same document number; or, among pupils without one, the same name, sex and
//! birth date. A damaged number is never a key. Nothing is merged here.

use crate::check::facts::Facts;
use crate::model::document::Sex;
use crate::model::field::Field;
use crate::model::record::Record;
use crate::model::registration::{Keys, Registration};
use crate::model::status::Status;
use crate::roster::candidate::Candidate;

/// The keys of a row under the two rules.
pub fn keys(candidate: &Candidate, facts: &Facts) -> Keys {
    if let Some(document) = facts.good_document() {
        return Keys { document: document.comparison_key(), identity: String::new() };
    }
    let record = &candidate.record;
    // A number that is there but is none, or is damaged, makes the pupil neither: not compared by number, and not one
    // of those without a number.
    if record.has(Field::DocumentId) {
        return Keys::default();
    }
    let sex = match facts.sex {
        Some(Sex::Male) => "1",
        Some(Sex::Female) => "2",
        None => return Keys::default(),
    };
    let (Some(birth), name) = (facts.birth_date, record.get(Field::PupilName)) else {
        return Keys::default();
    };
    if name.is_empty() {
        return Keys::default();
    }
    Keys { document: String::new(), identity: format!("{name}|{sex}|{}", birth.strftime("%Y%m%d")) }
}

/// Fields that only a key-field correction may change (教基一〔2014〕8号), and the type that goes with the number.
pub const KEY_FIELDS: [Field; 5] =
    [Field::PupilName, Field::Sex, Field::BirthDate, Field::DocumentKind, Field::DocumentId];

/// What the registry already holds that a row may be.
#[derive(Default)]
pub struct Known {
    pub by_number: Vec<Registration>,
    pub by_document: Vec<Registration>,
    pub by_identity: Vec<Registration>,
}

/// What a row turns out to be.
#[derive(Debug)]
pub enum Match {
    /// Nobody the registry knows.
    New,
    /// The pupil with this registration.
    Same(Box<Registration>),
    /// Not to be admitted: the rule, and what it says of this row.
    Refused { rule: &'static str, field: Field, message: String },
    /// To be admitted, but a human must say why these are two.
    Suspect { message: String, other: Box<Registration> },
}

/// Decides what a row is among what the registry knows. `document_key` compares documents as their kind demands.
pub fn decide(record: &Record, keys: &Keys, mut known: Known) -> Match {
    // A registration that should never have been is nobody's, and stands in nobody's way.
    for found in [&mut known.by_document, &mut known.by_identity] {
        found.retain(|r| r.status != Status::Removed);
    }
    let by_number = known.by_number.pop();
    if known.by_document.len() > 1 {
        let message =
            format!("这个身份证件号已有 {} 个学籍，无法确定本行是哪一个。", known.by_document.len() + 1);
        return Match::Refused { rule: "several-registrations", field: Field::DocumentId, message };
    }
    let by_document = known.by_document.pop();
    match (by_number, by_document) {
        (Some(a), Some(b)) if a.id != b.id => {
            let message = "花名册上的学籍号属于另一个学籍，不是这个身份证件号的学籍。".to_owned();
            let rule = "registry-number-unknown-holder";
            Match::Refused { rule, field: Field::Number, message }
        }
        (Some(found), _) | (None, Some(found)) => same_or_refused(record, keys, found),
        (None, None) => among_those_without_number(record, known.by_identity),
    }
}

/// The pupil is known: the same school and the same key fields, or the row is refused.
fn same_or_refused(record: &Record, keys: &Keys, found: Registration) -> Match {
    let other = Box::new(found);
    if !other.status.holds_place() {
        let message = format!(
            "该生已有学籍，状态为{}（学校 {}，班号 {}）。",
            other.status.label(),
            other.school,
            other.class_number
        );
        return Match::Refused { rule: "registration-ended", field: Field::DocumentId, message };
    }
    if record.get(Field::School) != other.school.as_str() {
        let message = format!(
            "该生已在学校 {} 有学籍（{}，班号 {}）。",
            other.school,
            other.status.label(),
            other.class_number
        );
        return Match::Refused { rule: super::SAME_DOCUMENT, field: Field::DocumentId, message };
    }
    let different: Vec<Field> =
        KEY_FIELDS.into_iter().filter(|f| differs(record, keys, &other, *f)).collect();
    if let Some(first) = different.first() {
        let names: Vec<&str> = different.iter().map(|f| f.heading()).collect();
        let message = format!("该生已有学籍，{}与学籍不一致。", names.join("、"));
        return Match::Refused { rule: "key-field-differs", field: *first, message };
    }
    Match::Same(other)
}

fn differs(record: &Record, keys: &Keys, other: &Registration, field: Field) -> bool {
    let (new, old) = (record.get(field), other.record.get(field));
    // A blank says nothing; a permit renewed has another number and the same key.
    let renewed =
        field == Field::DocumentId && !keys.document.is_empty() && other_key_is(other, &keys.document);
    !new.is_empty() && new != old && !renewed
}

fn other_key_is(other: &Registration, key: &str) -> bool {
    let code = other.record.code(Field::DocumentKind);
    let holder = crate::model::document::Holder::Pupil;
    crate::model::document::parse_official(code, other.record.get(Field::DocumentId), holder)
        .is_ok_and(|d| d.comparison_key() == key)
}

/// The second rule. The same child entered again by the same school is known by the guardian whose document stands
/// for the child's own; anybody else of that name, sex and birth date is a suspect.
fn among_those_without_number(record: &Record, mut found: Vec<Registration>) -> Match {
    let guardian = record.get(Field::G1DocumentId);
    let same = |r: &Registration| {
        r.school.as_str() == record.get(Field::School)
            && r.record.get(Field::G1DocumentId) == guardian
            && !guardian.is_empty()
    };
    if let Some(i) = found.iter().position(same) {
        return Match::Same(Box::new(found.swap_remove(i)));
    }
    match found.pop() {
        None => Match::New,
        Some(other) => {
            let message = format!(
                "另有一名无证件学生与该生姓名、性别、出生日期相同（学校 {}，班号 {}）。",
                other.school, other.class_number
            );
            Match::Suspect { message, other: Box::new(other) }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::check::Context;
    use crate::model::cell::{CellKind, Row};
    use crate::model::id::{SchoolCode, StudentId};
    use crate::model::record::Draft;
    use crate::model::status::Status;
    use crate::roster::candidate::{Reader, Reading, Source};
    use crate::roster::layout;

    const ID: &str = "330106201503140015";

    fn record(values: &[(Field, &str)]) -> Record {
        let mut draft = Draft::default();
        draft.set(Field::School, "2133010001");
        draft.set(Field::PupilName, "王一");
        draft.set(Field::Sex, "sex:1");
        draft.set(Field::BirthDate, "20150314");
        values.iter().for_each(|(f, v)| draft.set(*f, v));
        draft.take()
    }

    fn registration(n: u32, values: &[(Field, &str)]) -> Registration {
        let record = record(values);
        Registration {
            id: StudentId::new(1, n, [0; 8]),
            status: Status::Enrolled,
            number: None,
            school: SchoolCode::parse(record.get(Field::School)).unwrap(),
            class_number: "P202101".into(),
            ordinal: 1,
            since: "2021-09-01".into(),
            until: None,
            flags: Vec::new(),
            record,
        }
    }

    fn with_id() -> Vec<(Field, &'static str)> {
        vec![(Field::DocumentKind, "document_kind:1"), (Field::DocumentId, ID)]
    }

    fn keys() -> Keys {
        Keys { document: "k".into(), identity: String::new() }
    }

    fn rule_of(m: &Match) -> &'static str {
        match m {
            Match::New => "new",
            Match::Same(_) => "same",
            Match::Suspect { .. } => "suspect",
            Match::Refused { rule, .. } => rule,
        }
    }

    #[test]
    fn a_known_pupil_is_never_registered_again() {
        let by = |r: Registration| Known { by_document: vec![r], ..Known::default() };
        let row = record(&with_id());
        let here = registration(1, &with_id());
        assert_eq!(rule_of(&decide(&row, &keys(), by(here))), "same");
        let mut there = with_id();
        there.push((Field::School, "2133010002"));
        assert_eq!(rule_of(&decide(&row, &keys(), by(registration(1, &there)))), "same-document-number");
        let mut renamed = with_id();
        renamed.push((Field::PupilName, "王二"));
        assert_eq!(rule_of(&decide(&row, &keys(), by(registration(1, &renamed)))), "key-field-differs");
    }

    #[test]
    fn a_removed_registration_stands_in_nobodys_way() {
        let removed = || Registration { status: Status::Removed, ..registration(2, &with_id()) };
        let known = |by_document| Known { by_document, ..Known::default() };
        let row = record(&with_id());
        assert_eq!(rule_of(&decide(&row, &keys(), known(vec![removed()]))), "new");
        let both = vec![registration(1, &with_id()), removed()];
        assert_eq!(rule_of(&decide(&row, &keys(), known(both))), "same");
    }

    #[test]
    fn numbers_that_name_two_pupils_are_refused() {
        let row = record(&with_id());
        let two = || vec![registration(1, &with_id()), registration(2, &with_id())];
        let several = Known { by_document: two(), ..Known::default() };
        assert_eq!(rule_of(&decide(&row, &keys(), several)), "several-registrations");
        let mut both = two();
        let apart = Known { by_number: vec![both.remove(0)], by_document: both, ..Known::default() };
        assert_eq!(rule_of(&decide(&row, &keys(), apart)), "registry-number-unknown-holder");
    }

    #[test]
    fn without_number_the_same_three_fields_are_suspect_unless_the_guardian_is_the_same() {
        let keys = Keys { document: String::new(), identity: "王一|1|20150314".into() };
        let guardian = (Field::G1DocumentId, "33010619850102001X");
        let known = |r: Registration| Known { by_identity: vec![r], ..Known::default() };
        let row = record(&[guardian]);
        assert_eq!(rule_of(&decide(&row, &keys, known(registration(1, &[guardian])))), "same");
        let other = registration(1, &[(Field::G1DocumentId, "330106198603040028")]);
        assert_eq!(rule_of(&decide(&row, &keys, known(other))), "suspect");
        assert_eq!(rule_of(&decide(&row, &keys, Known::default())), "new");
    }

    /// A row of a roster: name, sex, birth date, kind and number of the document, as typed.
    type Typed = [&'static str; 5];

    const HEADINGS: Typed = ["姓名", "性别", "出生日期", "身份证件类型", "身份证件号"];
    const NAMES: &[&str] = &["王一", "王 一", "李二", ""];
    const NUMBERS: &[(&str, &str)] = &[
        ("居民身份证", "330106201503140015"),
        ("居民身份证", "330106 20150314 0015"),
        ("居民身份证", "330106201503140031"),
        ("居民身份证", "11010520150314002X"),
        ("居民身份证", "11010520150314002x"),
        ("居民身份证", "330106201503140016"),
        ("居民身份证", "3.30106E+17"),
        ("其他", ""),
        ("", ""),
        ("", ""),
    ];

    /// The two official rules in plain words: the same sound number; or neither has one, and name, sex and birth date
    /// are there and the same.
    fn oracle(a: &Typed, b: &Typed) -> bool {
        let plain = |t: &str| t.replace(' ', "").to_uppercase();
        let sound = |n: &str| {
            let digits: Vec<u32> = n.chars().filter_map(|c| c.to_digit(10)).take(17).collect();
            let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
            let sum: u32 = digits.iter().zip(weights).map(|(d, w)| d * w).sum();
            n.len() == 18
                && digits.len() == 17
                && n.chars().nth(17) == "10X98765432".chars().nth(sum as usize % 11)
        };
        let (x, y) = (plain(a[4]), plain(b[4]));
        if !x.is_empty() || !y.is_empty() {
            return sound(&x) && x == y;
        }
        (0..3).all(|i| !a[i].is_empty() && plain(a[i]) == plain(b[i]))
    }

    fn keys_of(rows: &[Typed]) -> Vec<Keys> {
        let row = |(i, cells): (usize, &Typed)| {
            let mut row = Row::new(i as u32 + 1);
            cells
                .iter()
                .for_each(|c| row.push(c, if c.is_empty() { CellKind::Empty } else { CellKind::Text }));
            row
        };
        let all: Vec<Row> = std::iter::once(&HEADINGS).chain(rows).enumerate().map(row).collect();
        let layout = layout::find(&all[..1], Some(1)).unwrap();
        let mut reader =
            Reader::new(Source { file: "名册.xlsx".into(), sheet: "花名册".into(), layout });
        let today = jiff::civil::date(2026, 9, 10);
        let context = Context { today, directory: None, strict: false, rules: None, named: &[] };
        let keys = |row: &Row| match reader.read(row) {
            Reading::Candidate(c) => super::keys(&c, &Facts::of(&c, &context)),
            _ => Keys::default(),
        };
        all[1..].iter().map(keys).collect()
    }

    proptest! {
        #[test]
        fn the_official_rules_agree_with_a_plain_reading_of_them(
            rows in prop::collection::vec(
                (0..NAMES.len(), 0..3usize, 0..3usize, 0..NUMBERS.len()), 2..24),
        ) {
            let typed = |(name, sex, born, number): &(usize, usize, usize, usize)| {
                let (kind, number) = NUMBERS[*number];
                let (sex, born) = (["男", "女", ""][*sex], ["20150314", "20150315", ""][*born]);
                [NAMES[*name], sex, born, kind, number]
            };
            let rows: Vec<Typed> = rows.iter().map(typed).collect();
            let keys = keys_of(&rows);
            let equal = |a: &str, b: &str| !a.is_empty() && a == b;
            for (i, (a, x)) in rows.iter().zip(&keys).enumerate() {
                for (b, y) in rows[..i].iter().zip(&keys) {
                    let same = equal(&x.document, &y.document) || equal(&x.identity, &y.identity);
                    prop_assert_eq!(same, oracle(a, b), "{:?} {:?}", a, b);
                }
            }
        }
    }
}
