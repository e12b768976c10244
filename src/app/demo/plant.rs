//! The mistakes that are planted in messy rosters: each is found by one check and no other.

use super::mess::{MessyCell, Spoiled};
use crate::model::document::check_character;
use crate::model::field::Field;

/// One mistake.
pub struct Plant {
    /// The check that finds it.
    pub check: &'static str,
    pub fits: fn(&Spoiled) -> bool,
    pub spoil: fn(&mut Spoiled),
    /// Near the end of the sheet: below a damaged number every number is looked at twice.
    pub at_end: bool,
}

const fn plant(check: &'static str, spoil: fn(&mut Spoiled)) -> Plant {
    Plant { check, fits: |_| true, spoil, at_end: false }
}

/// The mistakes of the three sheets.
pub const PLANTS: [&[Plant]; 3] = [FIRST, SECOND, THIRD];

const FIRST: &[Plant] = &[
    // The letter makes it certain that this is no number a spreadsheet wrote out.
    Plant {
        fits: |row| !row.get(Field::DocumentId).ends_with('X'),
        ..plant("check-character-wrong", |row| {
            let number = row.get(Field::DocumentId);
            row.set(Field::DocumentId, format!("{}X", &number[..17]));
        })
    },
    plant("sex-disagrees", |row| row.set(Field::Sex, if row.get(Field::Sex) == "男" { "女" } else { "男" })),
    plant("birth-date-disagrees", |row| {
        let day = row.get(Field::BirthDate);
        let other = if day.ends_with("15") { "16" } else { "15" };
        row.set(Field::BirthDate, format!("{}{other}", &day[..6]));
    }),
    plant("required-field-missing", |row| row.set(Field::PupilName, "")),
    plant("code-unknown", |row| row.set(Field::EthnicGroup, "毛拦族")),
    plant("phone-malformed", |row| {
        row.set(Field::ContactPhone, row.get(Field::ContactPhone)[..9].to_owned())
    }),
    plant("document-number-malformed", |row| {
        row.set(Field::DocumentId, row.get(Field::DocumentId)[..17].to_owned());
    }),
    plant("class-unknown", |row| row.set(Field::ClassNumber, "P209901")),
    plant("guardian-missing", |row| {
        row.set(Field::DocumentKind, "其他");
        for number in [Field::DocumentId, Field::G1DocumentId, Field::G2DocumentId] {
            row.set(number, "");
        }
    }),
    plant("name-dot-variant", |row| {
        row.set(Field::PupilName, "艾力•买买提");
        row.set(Field::EthnicGroup, "维吾尔");
    }),
];

const SECOND: &[Plant] = &[
    plant("school-unknown", |row| row.set(Field::School, "2133999998")),
    plant("school-code-malformed", |row| row.set(Field::School, row.get(Field::School)[..9].to_owned())),
    plant("birth-date-invalid", |row| {
        row.set(Field::BirthDate, format!("{}0230", &row.get(Field::BirthDate)[..4]));
    }),
    plant("entry-month-invalid", |row| row.set(Field::EntryMonth, "202513")),
    plant("postcode-malformed", |row| row.set(Field::PostalCode, "31170")),
    plant("nationality-disagrees", |row| row.set(Field::OverseasStatus, "外国人")),
    Plant {
        fits: |row| row.get(Field::ClassNumber).starts_with('P'),
        ..plant("political-status-impossible", |row| row.set(Field::PoliticalStatus, "共青团员"))
    },
    plant("document-kind-mismatch", |row| row.set(Field::DocumentKind, "台胞证")),
    plant("document-validity-malformed", |row| row.set(Field::DocumentValidity, "2020年起")),
    plant("name-malformed", |row| row.set(Field::PupilName, format!("{}2", row.get(Field::PupilName)))),
    plant("distance-malformed", |row| row.set(Field::Distance, "较近")),
];

const THIRD: &[Plant] = &[
    plant("age-out-of-grade", |row| {
        let (number, day) = (row.get(Field::DocumentId), row.get(Field::BirthDate));
        // Eight years older; a day that every year has.
        let older = day[..4].parse::<u32>().map_or(2000, |year| year - 8);
        let born = format!("{older}0305");
        let first = format!("{}{born}{}", &number[..6], &number[14..17]);
        let last = check_character(first.as_bytes()).map_or('0', char::from);
        row.set(Field::BirthDate, born);
        row.set(Field::DocumentId, format!("{first}{last}"));
    }),
    plant("division-unknown", |row| row.set(Field::BirthDivision, "339999000000")),
    plant("division-not-valid-at-birth", |row| row.set(Field::BirthDivision, "330181000000")),
    plant("registry-number-malformed", |row| row.set(Field::Number, "G33012720110101")),
    plant("sex-disagrees", |row| row.set(Field::Sex, if row.get(Field::Sex) == "男" { "2" } else { "1" })),
    plant("code-unknown", |row| row.set(Field::AttendanceMode, "走路上学")),
    plant("required-field-missing", |row| row.set(Field::EntryMonth, "")),
    Plant {
        at_end: true,
        ..plant("number-damaged", |row| {
            let number = row.get(Field::DocumentId)[..17].parse::<f64>().unwrap_or(0.0) * 10.0;
            row.cells[Field::DocumentId as usize] = MessyCell::Number(number);
        })
    },
    Plant { at_end: true, ..plant("number-damaged", |row| row.set(Field::DocumentId, "3.30127E+17")) },
    Plant {
        at_end: true,
        // With the right check character 000 at the end would only be a question.
        fits: |row| {
            check_character(format!("{}00", &row.get(Field::DocumentId)[..15]).as_bytes()) != Some(b'0')
        },
        ..plant("number-damaged", |row| {
            row.set(Field::DocumentId, format!("{}000", &row.get(Field::DocumentId)[..15]));
        })
    },
];
