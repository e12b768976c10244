//! 全校花名册: one long table of a school's or a county's pupils, written while it is read.

use crate::model::field::Field;

use super::person::{self, Part};
use super::{Body, Report, Rows, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "school-roster",
    title: "在册学生花名册",
    what: "一张表列出一所学校（或全部学校）的学生，每人一行三十栏：学校、年级、班、基本信息、证件、户口、入学和就读方式、随迁、留守、资助、住址、监护人、状态。",
    basis: "《中小学生学籍管理办法》：学籍基础信息；人籍一致核查用表",
    counted: "含休学、辍学、保留学籍和待核准学生，状态见末列；留守儿童按学籍表的定义（父母一方或双方外出务工三个月以上）。",
    time: Time::Day,
    set: Set::Schools,
    needs: &[],
    body: Body::Rows(&Rows {
        columns: || person::columns(&PARTS),
        row: |i, r, n| person::cells(&PARTS, i, r, n),
    }),
};

const PARTS: [Part; 30] = [
    Part::Ordinal,
    Part::School,
    Part::Grade,
    Part::Class,
    Part::Of(Field::Seat),
    Part::Of(Field::PupilName),
    Part::Of(Field::Sex),
    Part::Of(Field::BirthDate),
    Part::Of(Field::EthnicGroup),
    Part::Of(Field::Nationality),
    Part::Of(Field::DocumentKind),
    Part::Of(Field::DocumentId),
    Part::Of(Field::Number),
    Part::Of(Field::ProvincialNumber),
    Part::Of(Field::HukouKind),
    Part::Of(Field::HukouDivision),
    Part::Of(Field::EntryMonth),
    Part::Of(Field::EntryMethod),
    Part::Of(Field::AttendanceMode),
    Part::Of(Field::LeftBehind),
    Part::Of(Field::MigrantChild),
    Part::Of(Field::Orphan),
    Part::Of(Field::Disability),
    Part::Of(Field::AidRequested),
    Part::Of(Field::BoardingSubsidy),
    Part::Of(Field::CurrentAddress),
    Part::Of(Field::G1Name),
    Part::Of(Field::G1Relation),
    Part::Of(Field::G1Phone),
    Part::Standing,
];
