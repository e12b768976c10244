//! What reports say of a pupil: columns and cells, each once.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::code::division;
use crate::model::field::{Field, FieldKind};
use crate::model::registration::Registration;
use crate::model::school::{Class, Directory, grade_name};
use crate::model::table::{Column, Personal};
use crate::roster::code_cell::label;
use crate::roster::date_cell;
use jiff::civil::Date;

use super::{Input, dashed};

/// One thing said of a pupil.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// 序号.
    Ordinal,
    School,
    Grade,
    Class,
    Of(Field),
    /// Status and flags.
    Standing,
    /// Left free for hands: key and heading.
    Blank(&'static str, &'static str),
}

/// The headings of these.
pub fn columns(parts: &[Part]) -> Vec<Column> {
    parts.iter().map(|part| part.column()).collect()
}

/// What is said of a pupil.
pub fn cells(parts: &[Part], input: &Input, r: &Registration, ordinal: usize) -> Vec<String> {
    parts.iter().map(|part| part.cell(input, r, ordinal)).collect()
}

impl Part {
    fn column(self) -> Column {
        match self {
            Part::Ordinal => Column::count("ordinal", "序号"),
            Part::School => Column::text("school", "学校"),
            Part::Grade => Column::text("grade", "年级"),
            Part::Class => Column::text("class", "班级"),
            Part::Of(Field::HukouDivision) => Column::text("hukou_division", "户口所在地"),
            Part::Of(field) => {
                let text = Column::text(field.key(), field.heading());
                Column { personal: Personal::of(field), ..text }
            }
            Part::Standing => Column::text("status", "学生状态"),
            Part::Blank(key, heading) => Column::text(key, heading),
        }
    }

    /// What is said of a pupil.
    pub fn cell(self, input: &Input, r: &Registration, ordinal: usize) -> String {
        match self {
            Part::Ordinal => ordinal.to_string(),
            Part::School => school_name(input.directory, r.school.as_str()),
            Part::Grade => grade(input.directory, r.school.as_str(), &r.class_number, input.span.to),
            Part::Class => class_name(input.directory, r.school.as_str(), &r.class_number),
            Part::Of(field) => value(r, field),
            Part::Standing => r.standing(),
            Part::Blank(..) => String::new(),
        }
    }
}

/// A field as people read it.
pub fn value(r: &Registration, field: Field) -> String {
    let text = r.record.get(field);
    match field.kind() {
        FieldKind::Code(_) => label(text).to_owned(),
        FieldKind::Date => dashed(text),
        FieldKind::Division => place_name(text, r.record.get(Field::BirthDate)),
        _ => text.to_owned(),
    }
}

/// The name of a school; its code where the registry has no such school.
pub fn school_name(directory: &Directory, code: &str) -> String {
    directory.school(code).map_or_else(|| code.to_owned(), |s| s.name.clone())
}

/// The name of a class; its number where the registry has no such class.
pub fn class_name(directory: &Directory, school: &str, number: &str) -> String {
    directory.class(school, number).map_or_else(|| number.to_owned(), |c| c.name.clone())
}

/// The grade of a class on a day.
pub fn grade(directory: &Directory, school: &str, number: &str, day: Date) -> String {
    directory.class(school, number).map_or_else(String::new, |c| grade_of(directory, c, day))
}

/// The grade of a class that is known.
pub fn grade_of(directory: &Directory, class: &Class, day: Date) -> String {
    let lengths = directory.school(class.school.as_str()).map(|s| s.lengths).unwrap_or_default();
    grade_name(class.stage, class.entry_year, lengths, day)
}

/// The name a division had when the pupil was born, else the code. A county has few, and a report asks for each a
/// thousand times.
fn place_name(code: &str, birth: &str) -> String {
    thread_local! {
        static KNOWN: RefCell<HashMap<(String, i16), String>> = RefCell::default();
    }
    let year = date_cell::day(birth).map_or(2025, |d| d.year());
    let county = code.get(..6).unwrap_or(code);
    KNOWN.with_borrow_mut(|known| {
        let name = || division::full_name(county, year).unwrap_or_else(|| code.to_owned());
        known.entry((code.to_owned(), year)).or_insert_with(name).clone()
    })
}

/// The order of a class list: seats are numbers written as text, 2 before 10, blanks last.
pub fn by_seat(pupils: &mut [&Registration]) {
    let seat = |r: &Registration| r.record.get(Field::Seat).parse::<u32>().unwrap_or(u32::MAX);
    pupils.sort_by(|a, b| {
        (seat(a), a.record.get(Field::PupilName), a.id).cmp(&(seat(b), b.record.get(Field::PupilName), b.id))
    });
}

/// 合计 n 人：男 a 人，女 b 人.
pub fn sexes(boys: usize, girls: usize, all: usize) -> String {
    let rest = match all - boys - girls {
        0 => String::new(),
        n => format!("，性别未填 {n} 人"),
    };
    format!("合计 {all} 人：男 {boys} 人，女 {girls} 人{rest}。")
}

/// Whether a code field holds this code of whichever of its tables.
pub fn is(r: &Registration, field: Field, code: &str) -> bool {
    r.record.code(field) == code
}
