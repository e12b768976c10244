//! 花名册: the pupils of each class, one table a class.

use std::collections::BTreeMap;

use crate::code::division;
use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::school::{Class, School, Stage, grade_name};
use crate::model::table::{Column, Personal, Table};
use crate::roster::code_cell::label;
use crate::roster::date_cell;

use super::{Input, Report, dashed, day};

/// The report's row.
pub const REPORT: Report = Report {
    name: "class-roster",
    title: "学生花名册",
    what: "按学校、年级、班列出学生：班内学号、姓名、性别、出生日期、民族、证件类型和号码、学籍号、户口所在地、入学年月、就读方式、状态。",
    basis: "《中小学生学籍管理办法》：学校按班打印花名册核对",
    build,
};

fn build(input: &Input) -> Vec<Table> {
    let mut classes: BTreeMap<(String, Stage, i16, String), Vec<&Registration>> = BTreeMap::new();
    for r in input.registrations {
        let class = input.directory.class(r.school.as_str(), &r.class_number);
        let (stage, year) = class.map_or((Stage::Primary, 0), |c| (c.stage, -c.entry_year));
        let key = (r.school.as_str().to_owned(), stage, year, r.class_number.clone());
        classes.entry(key).or_default().push(r);
    }
    let each = classes.into_iter();
    each.map(|((school, _, _, number), pupils)| one_class(input, &school, &number, pupils)).collect()
}

fn one_class(input: &Input, school: &str, number: &str, mut pupils: Vec<&Registration>) -> Table {
    let class = input.directory.class(school, number);
    let of = input.directory.school(school);
    // Seats are numbers written as text: 2 before 10, blanks last.
    let seat = |r: &Registration| r.record.get(Field::Seat).parse::<u32>().unwrap_or(u32::MAX);
    pupils.sort_by(|a, b| {
        (seat(a), a.record.get(Field::PupilName), a.id).cmp(&(seat(b), b.record.get(Field::PupilName), b.id))
    });
    let boys = pupils.iter().filter(|r| r.record.code(Field::Sex) == "1").count();
    let girls = pupils.iter().filter(|r| r.record.code(Field::Sex) == "2").count();
    Table {
        title: REPORT.title.to_owned(),
        head: vec![
            format!("学校：{}（{school}）", of.map_or("", |s| s.name.as_str())),
            format!(
                "年级：{}　班级：{}（班号 {number}）",
                grade(class, of, input),
                class.map_or(number, |c| &c.name)
            ),
            format!("统计日期：{}　范围：{}　填报单位：{}", day(input.today), input.scope, input.bureau),
        ],
        columns: columns(),
        rows: pupils.iter().enumerate().map(|(i, r)| row(i + 1, r)).collect(),
        foot: vec![
            format!("合计 {} 人：男 {boys} 人，女 {girls} 人。含休学和待核准学生。", pupils.len()),
            "填表人：　　　　　　　审核人：　　　　　　　".to_owned(),
        ],
    }
}

fn grade(class: Option<&Class>, school: Option<&School>, input: &Input) -> String {
    let lengths = school.map(|s| s.lengths).unwrap_or_default();
    class.map_or_else(String::new, |c| grade_name(c.stage, c.entry_year, lengths, input.today))
}

fn columns() -> Vec<Column> {
    vec![
        Column::count("ordinal", "序号"),
        Column::text("seat", "班内学号"),
        Column::personal("name", "姓名", Personal::Name),
        Column::text("sex", "性别"),
        Column::text("birth_date", "出生日期"),
        Column::text("ethnic_group", "民族"),
        Column::text("document_kind", "身份证件类型"),
        Column::personal("document_number", "身份证件号", Personal::Number),
        Column::personal("registry_number", "学籍号", Personal::Number),
        Column::text("provincial_number", "学籍辅号"),
        Column::text("hukou_division", "户口所在地"),
        Column::text("entry_month", "入学年月"),
        Column::text("attendance_mode", "就读方式"),
        Column::text("status", "学生状态"),
        Column::text("remark", "备注"),
    ]
}

fn row(ordinal: usize, r: &Registration) -> Vec<String> {
    let get = |f: Field| r.record.get(f).to_owned();
    let labelled = |f: Field| label(r.record.get(f)).to_owned();
    vec![
        ordinal.to_string(),
        get(Field::Seat),
        get(Field::PupilName),
        labelled(Field::Sex),
        dashed(r.record.get(Field::BirthDate)),
        labelled(Field::EthnicGroup),
        labelled(Field::DocumentKind),
        get(Field::DocumentId),
        get(Field::Number),
        get(Field::ProvincialNumber),
        place_name(r.record.get(Field::HukouDivision), r.record.get(Field::BirthDate)),
        get(Field::EntryMonth),
        labelled(Field::AttendanceMode),
        r.standing(),
        String::new(),
    ]
}

/// The name a division had when the pupil was born, else the code.
fn place_name(code: &str, birth: &str) -> String {
    let year = date_cell::day(birth).map_or(2025, |d| d.year());
    let county = code.get(..6).unwrap_or(code);
    division::full_name(county, year).unwrap_or_else(|| code.to_owned())
}
