//! A list of changes row by row: who the pupil is, which change, and what it is told.

use std::path::Path;

use crate::model::cell::Row;
use crate::model::change::guard::input::not_a_day;
use crate::model::change::input::{Input, Need, Told};
use crate::model::change::step::Route;
use crate::model::change::{Spec, spec, transfer, transfer_out};
use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::school::Directory;
use crate::model::sheet::{CHANGE_COLUMNS, TRANSFER_COLUMNS};
use crate::roster::date_cell;

use super::super::super::failure::{Failure, Refusal};
use super::super::super::list::{self, List};
use super::super::super::listed::{self, NUMBERS};
use super::super::{EXPLAINED, Ground, field, reason_code, revise};
use super::Reason;

/// What the changes of a list are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kinds {
    /// Transfers: within the registry, or out of it where an office elsewhere is named.
    Transfers,
    /// Each row names its own.
    EachItsOwn,
    One(&'static Spec),
}

/// What to do about a pupil whose registration is not here.
const ELSEWHERE: &str = "不在本库的学生请用 xueji transfer start --in。";
/// Before the heading of a field that is to have another value.
const NEW: &str = "新";

/// A list with the fields that its further columns set.
pub struct Asked {
    pub list: List,
    kinds: Kinds,
    fields: Vec<(usize, Field)>,
    /// Headings that nothing is read from.
    pub unread: Vec<String>,
}

/// A row as far as it could be read.
pub struct Wish {
    pub spec: Option<&'static Spec>,
    pub told: Told,
    pub reasons: Vec<Reason>,
}

/// Opens a list of changes.
pub fn open(path: &Path, kinds: Kinds) -> Result<Asked, Failure> {
    let (columns, template) = match kinds {
        Kinds::Transfers => (TRANSFER_COLUMNS, "transfers"),
        Kinds::EachItsOwn | Kinds::One(_) => (CHANGE_COLUMNS, "changes"),
    };
    let at = |at: &[Option<usize>], key: &str| {
        columns.iter().position(|c| c.key == key).and_then(|i| at[i]).is_some()
    };
    let complete = |found: &[Option<usize>]| {
        NUMBERS.iter().any(|key| at(found, key)) && (kinds != Kinds::EachItsOwn || at(found, "kind"))
    };
    let remedy = format!(
        "表头应有学籍号、身份证件号或内部编号{}；请用 xueji template {template} 生成模板。",
        if kinds == Kinds::EachItsOwn { "，和“变动”（或用 --kind 写明一项）" } else { "" }
    );
    let list = list::open(path, columns, &complete, &remedy)?;
    let (mut fields, mut unread, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    for i in 0..list.header.len() {
        let heading = list.header.cell(i).0.trim();
        let is_new = heading.strip_prefix(NEW).and_then(field);
        if list.at.contains(&Some(i)) && is_new.is_none() || heading.is_empty() {
            continue;
        }
        match is_new.filter(|_| kinds != Kinds::Transfers) {
            Some(field) => fields.push((i, field)),
            // A field that is mistyped must not be passed over in silence.
            None if heading.starts_with(NEW) => unknown.push(heading.to_owned()),
            None => unread.push(heading.to_owned()),
        }
    }
    if !unknown.is_empty() {
        let reason = format!("没有栏目：{}。", unknown.join("、"));
        let remedy = "“新”后面写花名册上的栏目名，如“新血型”；xueji explain fields 列出全部栏目。";
        return Err(Refusal::new(reason, remedy).into());
    }
    Ok(Asked { list, kinds, fields, unread })
}

impl Asked {
    /// A reason at a column of a row.
    pub fn reason(&self, row: &Row, key: &str, refusal: Refusal) -> Reason {
        listed::reason(&self.list, row, key, refusal)
    }

    /// The column that a guard speaks of.
    pub fn column_of(guard: &str) -> &'static str {
        match guard {
            "school-not-in-registry" | "same-school" | "school-closed" | "stage-not-offered" => "to_school",
            "class-not-in-registry" | "same-class" | "grade-differs" | "class-full" => "to_class",
            "not-one-year-later" | "not-one-year-earlier" | "not-a-lower-grade" | "not-the-next-stage" => {
                "to_class"
            }
            "day-in-future" | "day-before-entry" => "on",
            "until-before-start" | "leave-too-long" => "until",
            "reason-not-allowed" => "reason",
            _ => "name",
        }
    }

    /// What a change needs and a row does not say: a reason each, at the cell to fill in.
    pub fn missing(&self, row: &Row, spec: &Spec, told: &Told) -> Vec<Reason> {
        // The day is the day of business where none is told.
        let is_missing = |n: &&Need| n.must && n.input != Input::On && !told.has(n.input);
        let missing = spec.inputs.iter().filter(is_missing);
        let each = missing.map(|need| {
            let key = need.input.key();
            let of = |key: &str| self.list.columns.iter().find(|c| c.key == key);
            let heading = of(key).map_or_else(|| need.input.label().to_owned(), |c| c.heading.to_owned());
            let refusal = if need.input == Input::Set {
                let remedy = "请加一栏，栏目名写“新”加花名册上的栏目名，如“新血型”，填要改成的内容。";
                Refusal::new("没有写要改的栏目。", remedy)
            } else if self.list.index(key).is_some() {
                Refusal::new(format!("没有填“{heading}”。"), format!("{}必须填写这一栏。", spec.name))
            } else {
                let remedy = format!("{}必须填写：请在名单里加“{heading}”一栏。", spec.name);
                Refusal::new(format!("名单里没有“{heading}”一栏。"), remedy)
            };
            self.reason(row, key, refusal)
        });
        each.collect()
    }

    /// What stood for the pupil's name.
    pub fn name<'a>(&self, row: &'a Row) -> &'a str {
        self.list.get(row, "name")
    }

    /// The pupil of a row; a name that is another one's is refused.
    pub fn pupil(&self, ground: &Ground, row: &Row) -> Result<Result<Registration, Vec<Reason>>, Failure> {
        listed::pupil(ground.store, &self.list, row, ELSEWHERE)
    }

    /// Which change a row asks for, and what it tells; `own` is the school the pupil is at.
    pub fn wish(&self, row: &Row, directory: &Directory, own: &str) -> Wish {
        let mut wish = Wish { spec: None, told: Told::default(), reasons: Vec::new() };
        wish.spec = match self.kinds {
            Kinds::One(spec) => Some(spec),
            Kinds::Transfers if self.list.get(row, Input::OtherSchool.key()).is_empty() => {
                Some(&transfer::SPEC)
            }
            Kinds::Transfers => Some(&transfer_out::SPEC),
            Kinds::EachItsOwn => {
                let named = spec(self.list.get(row, "kind")).filter(|s| s.route != Route::Transfer);
                if named.is_none() {
                    let remedy = "请从下拉列表选择；转学用 xueji transfer import。";
                    let refusal = Refusal::new("没有这项变动，或不在这里办。", remedy);
                    wish.reasons.push(self.reason(row, "kind", refusal));
                }
                named
            }
        };
        for column in self.list.columns.iter().filter(|c| is_input(c.key)) {
            let school = Some(wish.told.get(Input::ToSchool)).filter(|s| !s.is_empty()).unwrap_or(own);
            match self.value(row, column.key, directory, school) {
                Ok(value) => wish.told.put(column.key, &value),
                Err(refusal) => wish.reasons.push(self.reason(row, column.key, refusal)),
            }
        }
        for pair in self.list.get(row, "explained").split(['；', ';']).filter(|p| !p.trim().is_empty()) {
            let (name, text) = pair.split_once(['=', '＝']).unwrap_or((pair, ""));
            wish.told.put(&format!("{EXPLAINED}{}", name.trim()), text.trim());
        }
        self.put_fields(row, &mut wish.told);
        wish
    }

    /// The value of an input as an application holds it.
    fn value(&self, row: &Row, key: &str, directory: &Directory, school: &str) -> Result<String, Refusal> {
        let text = self.list.get(row, key);
        if text.is_empty() {
            return Ok(String::new());
        }
        Ok(match key {
            "on" | "until" => {
                let kind = self.list.index(key).map(|i| row.cell(i).1);
                let day = date_cell::day(text).or_else(|| date_cell::serial(text, kind?));
                let remedy = "请填八位数字，如 20260901。";
                day.ok_or_else(|| Refusal::new(format!("{}。", not_a_day(text)), remedy))?.to_string()
            }
            "reason" => reason_code(text),
            "to_school" => school_code(directory, text),
            "to_class" => class_number(directory, school, text),
            _ => text.to_owned(),
        })
    }

    fn put_fields(&self, row: &Row, told: &mut Told) {
        let texts: Vec<(Field, &str)> = self
            .fields
            .iter()
            .map(|(i, f)| (*f, row.cell(*i).0.trim()))
            .filter(|t| !t.1.is_empty())
            .collect();
        if texts.is_empty() {
            return;
        }
        for (field, value) in
            revise::read(&texts).iter().flat_map(|c| texts.iter().map(|t| (t.0, c.record.get(t.0))))
        {
            told.set(field.key(), value);
        }
    }
}

fn is_input(key: &str) -> bool {
    crate::model::change::input::INPUTS.iter().any(|i| i.1 == key)
}

/// A school's code from its code or its whole name; a text that is neither stays, to be refused by name.
fn school_code(directory: &Directory, text: &str) -> String {
    if directory.school(text).is_some() {
        return text.to_owned();
    }
    let mut named = directory.named(text);
    match (named.next(), named.next()) {
        (Some(school), None) => school.code.to_string(),
        _ => text.to_owned(),
    }
}

/// A class's number from its number or its name.
fn class_number(directory: &Directory, school: &str, text: &str) -> String {
    if directory.class(school, text).is_some() || school.is_empty() {
        return text.to_owned();
    }
    let classes = directory.classes_of(school);
    let mut named = classes.iter().filter(|c| c.name == text);
    match (named.next(), named.next()) {
        (Some(class), None) => class.number.clone(),
        _ => text.to_owned(),
    }
}
