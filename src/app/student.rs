//! One pupil found and shown.

use crate::model::flag::Raised;
use crate::model::id::StudentId;
use crate::model::journal::Entry;
use crate::model::registration::Registration;
use crate::store::Store;
use crate::store::lookup::{Pending, Which};

use super::failure::{Failure, Refusal};

/// What a clerk asks for.
#[derive(Clone, Debug, Default)]
pub struct Query {
    /// A name, a document number or a registry number, whole.
    pub text: Option<String>,
    pub school: Option<String>,
    pub class: Option<String>,
}

/// The pupils a query finds.
pub fn find(store: &Store, query: &Query) -> Result<Vec<Registration>, Failure> {
    if let Some(school) = &query.school {
        super::places::require_school(store, school)?;
    }
    let mut found = match (&query.text, &query.school, &query.class) {
        (Some(text), _, _) => by_text(store, text)?,
        (None, Some(school), Some(class)) => store.registrations(&Which::Class(school, class))?,
        (None, Some(school), None) => store.registrations(&Which::School(school))?,
        (None, None, _) => Vec::new(),
    };
    let fits = |asked: &Option<String>, has: &str| asked.as_deref().is_none_or(|a| a == has);
    found.retain(|r| fits(&query.school, r.school.as_str()) && fits(&query.class, &r.class_number));
    Ok(found)
}

fn by_text(store: &Store, text: &str) -> Result<Vec<Registration>, Failure> {
    if let Some(id) = StudentId::parse(text) {
        return Ok(store.registrations(&Which::Id(id))?);
    }
    let upper = text.trim().to_ascii_uppercase();
    let mut found = store.registrations(&Which::Number(&upper))?;
    found.extend(by_document(store, &upper)?);
    found.extend(store.registrations(&Which::Name(text.trim()))?);
    found.sort_by_key(|r| r.id);
    found.dedup_by_key(|r| r.id);
    Ok(found)
}

/// The registrations of a document number, whatever kind of document it may be; capital letters.
pub fn by_document(store: &Store, number: &str) -> Result<Vec<Registration>, Failure> {
    let mut found = Vec::new();
    for kind in crate::model::document::recognise(number) {
        let holder = crate::model::document::Holder::Pupil;
        if let Ok(document) = (kind.spec().parse)(number, holder) {
            found.extend(store.registrations(&Which::Document(&document.comparison_key()))?);
        }
    }
    found.sort_by_key(|r| r.id);
    found.dedup_by_key(|r| r.id);
    Ok(found)
}

/// All of one pupil.
pub struct Whole {
    pub registration: Registration,
    pub numbers: Vec<(String, String, Option<String>)>,
    pub pending: Vec<Pending>,
    pub flags: Vec<Raised>,
    pub entries: Vec<Entry>,
}

/// One pupil by the internal key, or by a number that names exactly one.
pub fn show(store: &Store, text: &str) -> Result<Whole, Failure> {
    let mut found = by_text(store, text)?;
    if found.len() > 1 {
        let reason = format!("有 {} 名学生符合，不能确定是哪一名。", found.len());
        return Err(
            Refusal::new(reason, "请先用 xueji student find 查到学生的内部编号，再用编号查看。").into()
        );
    }
    let Some(registration) = found.pop() else {
        return Err(Refusal::new("没有找到这名学生。", "请核对编号、学籍号或证件号；姓名要写全。").into());
    };
    let id = registration.id;
    Ok(Whole {
        numbers: store.numbers_of(id)?,
        pending: store.pending(Some(id), false)?,
        flags: store.flags_of(id)?,
        entries: store.entries_of(id)?,
        registration,
    })
}
