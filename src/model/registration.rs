//! One pupil's 学籍 as the registry holds it, and how it stands in the record tables.

use super::field::{FIELDS, Field};
use super::flag::Flag;
use super::id::{SchoolCode, StudentId};
use super::journal::{Value, object_of_texts};
use super::record::{Draft, Record};
use super::registry_number::RegistryNumber;
use super::status::Status;

/// One registration with the place it is at now.
#[derive(Clone, Debug)]
pub struct Registration {
    pub id: StudentId,
    /// Every field, 学校标识码 and 班号 of the current enrollment and 学籍号 in force among them.
    pub record: Record,
    pub status: Status,
    /// The number in force; `None` until the registration is approved.
    pub number: Option<RegistryNumber>,
    pub school: SchoolCode,
    pub class_number: String,
    /// The ordinal of the current enrollment, from 1, and its first day, `YYYY-MM-DD`. Of a registration that ended it
    /// is the last one, and `until` its last day.
    pub ordinal: i64,
    pub since: String,
    pub until: Option<String>,
    /// What hangs over it.
    pub flags: Vec<Flag>,
}

impl Registration {
    /// The status and what hangs over it, for people: 在读；问题学籍.
    pub fn standing(&self) -> String {
        let flags = self.flags.iter().map(|f| f.label());
        [self.status.label()].into_iter().chain(flags).collect::<Vec<_>>().join("；")
    }
}

/// The keys a pupil is compared by under the two official rules; empty where the rule does not reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Keys {
    /// Document number, in the form in which numbers of its kind are compared.
    pub document: String,
    /// Name, sex and birth date of a pupil without a document number.
    pub identity: String,
}

/// Fields that the student row holds in columns of their own, with the column's index.
const OWN_COLUMNS: [(Field, usize); 5] = [
    (Field::PupilName, 1),
    (Field::Sex, 2),
    (Field::BirthDate, 3),
    (Field::DocumentKind, 4),
    (Field::DocumentId, 5),
];

/// Fields that are not kept in `details`: columns of their own, the enrollment's, the number, and what the school and
/// class tables say.
fn is_elsewhere(field: Field) -> bool {
    OWN_COLUMNS.iter().any(|(f, _)| *f == field)
        || matches!(field, Field::School | Field::ClassNumber | Field::Number)
        || matches!(field, Field::SchoolName | Field::GradeName | Field::ClassName)
}

/// The fields an import may bring and the registry keeps.
pub fn kept_fields() -> impl Iterator<Item = Field> {
    let elsewhere = [
        Field::School,
        Field::ClassNumber,
        Field::Number,
        Field::SchoolName,
        Field::GradeName,
        Field::ClassName,
    ];
    FIELDS.iter().map(|s| s.field).filter(move |f| !elsewhere.contains(f))
}

/// The `details` text: every other field with a value, by key, in the order of the keys.
pub fn details(record: &Record) -> String {
    let others = record.iter().filter(|(f, _)| !is_elsewhere(*f));
    object_of_texts(others.map(|(f, value)| (f.key(), value)).collect())
}

/// A row of the student table, in the order of its columns.
pub fn student_row(
    id: StudentId,
    record: &Record,
    keys: &Keys,
    status: Status,
    number: Option<&str>,
) -> Vec<Value> {
    let own = |field: Field| Value::Text(record.get(field).to_owned());
    vec![
        Value::Id(id),
        own(Field::PupilName),
        own(Field::Sex),
        own(Field::BirthDate),
        own(Field::DocumentKind),
        Value::text_or_null(record.get(Field::DocumentId)),
        Value::text_or_null(&keys.document),
        Value::text_or_null(&keys.identity),
        Value::Text(status.key().to_owned()),
        number.map_or(Value::Null, |n| Value::Text(n.to_owned())),
        Value::Object(details(record)),
    ]
}

/// The registration behind a row of the student table, the row of its current or last enrollment, and the keys of its
/// flags with commas between; `None` when they are not rows this program wrote.
pub fn from_rows(student: &[Value], enrollment: &[Value], flags: &str) -> Option<Registration> {
    let text = |v: &Value| match v {
        Value::Text(t) | Value::Object(t) => Some(t.clone()),
        Value::Null => Some(String::new()),
        _ => None,
    };
    let mut draft = Draft::default();
    for (field, column) in OWN_COLUMNS {
        draft.set(field, &text(student.get(column)?)?);
    }
    let details: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&text(student.get(10)?)?).ok()?;
    for (key, value) in &details {
        draft.set(Field::from_key(key)?, value.as_str()?);
    }
    let (school, class_number) = (text(enrollment.get(2)?)?, text(enrollment.get(3)?)?);
    let number = text(student.get(9)?)?;
    draft.set(Field::School, &school);
    draft.set(Field::ClassNumber, &class_number);
    draft.set(Field::Number, &number);
    let (Value::Id(id), Value::Int(ordinal)) = (student.first()?, enrollment.get(1)?) else { return None };
    let mut flags =
        flags.split(',').filter(|f| !f.is_empty()).map(Flag::from_key).collect::<Option<Vec<_>>>()?;
    flags.sort();
    Some(Registration {
        id: *id,
        record: draft.take(),
        status: Status::from_key(&text(student.get(8)?)?)?,
        number: if number.is_empty() { None } else { Some(RegistryNumber::parse(&number).ok()?) },
        school: SchoolCode::parse(&school).ok()?,
        class_number,
        ordinal: *ordinal,
        since: text(enrollment.get(4)?)?,
        until: Some(text(enrollment.get(5)?)?).filter(|day| !day.is_empty()),
        flags,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_comes_back_from_its_rows() {
        let mut draft = Draft::default();
        for (field, value) in [
            (Field::PupilName, "古丽娜尔·买买提"),
            (Field::Sex, "sex:2"),
            (Field::BirthDate, "20150307"),
            (Field::DocumentKind, "document_kind:Z"),
            (Field::EthnicGroup, "ethnic_group:05"),
            (Field::CurrentAddress, "人民路\"1\"号\\甲"),
            (Field::G2Post, "职员"),
            (Field::School, "2133010001"),
            (Field::ClassNumber, "P202301"),
        ] {
            draft.set(field, value);
        }
        let record = draft.take();
        let id = StudentId::new(1, 1, [1; 8]);
        let student = student_row(id, &record, &Keys::default(), Status::Pending, None);
        let enrollment = [
            Value::Id(id),
            Value::Int(1),
            Value::Text("2133010001".into()),
            Value::Text("P202301".into()),
            Value::Text("2023-09-01".into()),
            Value::Null,
        ];
        let back = from_rows(&student, &enrollment, "disputed").unwrap();
        assert!(back.record == record);
        assert_eq!((back.status, back.ordinal, back.since.as_str()), (Status::Pending, 1, "2023-09-01"));
        assert_eq!(back.standing(), "待核准；问题学籍");
        assert_eq!((back.until, back.flags), (None, vec![Flag::Disputed]));
    }
}
