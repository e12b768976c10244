//! 花名册: the pupils of each class, one table a class.

use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::table::Table;

use super::person::{self, Part};
use super::{Body, Input, Report, Set, Time, day};

/// The report's row.
pub const REPORT: Report = Report {
    name: "class-roster",
    title: "学生花名册",
    what: "按学校、年级、班列出学生：班内学号、姓名、性别、出生日期、民族、证件类型和号码、学籍号、户口所在地、入学年月、就读方式、状态。",
    basis: "《中小学生学籍管理办法》：学校按班打印花名册核对",
    counted: "含休学、辍学、保留学籍和待核准学生，状态见末列。",
    time: Time::Day,
    set: Set::Schools,
    needs: &[],
    body: Body::Classes(build),
};

const PARTS: [Part; 15] = [
    Part::Ordinal,
    Part::Of(Field::Seat),
    Part::Of(Field::PupilName),
    Part::Of(Field::Sex),
    Part::Of(Field::BirthDate),
    Part::Of(Field::EthnicGroup),
    Part::Of(Field::DocumentKind),
    Part::Of(Field::DocumentId),
    Part::Of(Field::Number),
    Part::Of(Field::ProvincialNumber),
    Part::Of(Field::HukouDivision),
    Part::Of(Field::EntryMonth),
    Part::Of(Field::AttendanceMode),
    Part::Standing,
    Part::Blank("remark", "备注"),
];

fn build(input: &Input, pupils: &[&Registration]) -> Table {
    let (school, number) = pupils.first().map_or(("", ""), |r| (r.school.as_str(), r.class_number.as_str()));
    let count = |sex: &str| pupils.iter().filter(|r| person::is(r, Field::Sex, sex)).count();
    let directory = input.directory;
    // The class first: where there are many schools, a name that is too long for a sheet loses the end of the school's.
    let class = person::class_name(directory, school, number);
    let sheet = match input.scope.school {
        Some(_) => class.clone(),
        None => format!("{class} {}", person::school_name(directory, school)),
    };
    Table {
        sheet,
        title: REPORT.title.to_owned(),
        head: vec![
            format!("学校：{}（{school}）", person::school_name(directory, school)),
            format!(
                "年级：{}　班级：{}（班号 {number}）",
                person::grade(directory, school, number, input.span.to),
                class
            ),
            format!(
                "统计日期：{}　范围：{}　填报单位：{}",
                day(input.span.to),
                input.scope.name,
                input.bureau
            ),
        ],
        columns: person::columns(&PARTS),
        rows: pupils.iter().enumerate().map(|(i, r)| person::cells(&PARTS, input, r, i + 1)).collect(),
        foot: vec![
            format!("{}{}", person::sexes(count("1"), count("2"), pupils.len()), REPORT.counted),
            REPORT.foot(),
        ],
        ..Table::default()
    }
}
