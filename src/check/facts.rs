//! What a row says once parsed: done once, before any check.

use jiff::civil::Date;

use crate::model::document::{self, Document, Holder, Malformed, Sex};
use crate::model::field::Field;
use crate::model::school::{Class, Lengths, School, Stage};
use crate::roster::candidate::Candidate;
use crate::roster::date_cell;

use super::Context;

/// The parsed values of a row; `None` where there is no value or it can't be parsed.
pub struct Facts<'a> {
    /// The pupil's document under the kind that the row names (or, where it names none, the kind its shape allows);
    /// `None` where there is no number.
    pub document: Option<Result<Document, Malformed>>,
    /// 出生日期 as the row gives it.
    pub birth_date: Option<Date>,
    /// 性别 as the row gives it.
    pub sex: Option<Sex>,
    /// 入学年月 as (year, month).
    pub entry: Option<(i16, i8)>,
    /// The school in the registry.
    pub school: Option<&'a School>,
    /// The class in the registry.
    pub class: Option<&'a Class>,
    /// The stage: of the class, or the only one of the school.
    pub stage: Option<Stage>,
    /// 学制 of the school; the usual one where the school is unknown.
    pub lengths: Lengths,
    /// Whether the number can't be believed (see `number-damaged`): then it is no document and no key.
    pub damaged: bool,
}

impl<'a> Facts<'a> {
    /// Parses a row.
    pub fn of(candidate: &Candidate, context: &Context<'a>) -> Facts<'a> {
        let record = &candidate.record;
        let school = context.directory.and_then(|d| d.school(record.get(Field::School)));
        let class = context
            .directory
            .and_then(|d| d.class(record.get(Field::School), record.get(Field::ClassNumber)));
        let only = school.filter(|s| s.stages.len() == 1).map(|s| s.stages[0]);
        let damaged = super::number_damaged::is_damaged(candidate, Field::DocumentId);
        Facts {
            document: if damaged { None } else { document_of(candidate) },
            birth_date: date_cell::day(record.get(Field::BirthDate)),
            sex: match record.code(Field::Sex) {
                "1" => Some(Sex::Male),
                "2" => Some(Sex::Female),
                _ => None,
            },
            entry: date_cell::month(record.get(Field::EntryMonth)).map(|(y, m, _)| (y, m)),
            school,
            class,
            stage: class.map(|c| c.stage).or(only),
            lengths: school.map(|s| s.lengths).unwrap_or_default(),
            damaged,
        }
    }

    /// The document, where there is a good one.
    pub fn good_document(&self) -> Option<&Document> {
        self.document.as_ref().and_then(|d| d.as_ref().ok())
    }
}

/// The document of a row under the kinds its official type stands for: the first that parses, else why the most
/// usual kind did not.
fn document_of(candidate: &Candidate) -> Option<Result<Document, Malformed>> {
    let text = candidate.record.get(Field::DocumentId);
    if text.is_empty() {
        return None;
    }
    document::parse_official(candidate.record.code(Field::DocumentKind), text, Holder::Pupil)
}
