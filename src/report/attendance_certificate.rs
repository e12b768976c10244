//! 在校就读证明: a letter a pupil, by default for those without documents, signed by school and guardian.

use crate::model::field::Field;
use crate::model::page::{Cell, Line, Look, Page};
use crate::model::registration::Registration;
use crate::model::table::Personal;

use super::group::at_school;
use super::person;
use super::{Body, Input, Pages, Report, Set, Time, day};

/// The report's row.
pub const REPORT: Report = Report {
    name: "attendance-certificate",
    title: "在校就读证明",
    what: "每名学生一页：证明学生在本校在籍就读，写明班级、证件情况、监护人及其证件，留出无证件原因、签字和盖章处。默认印没有证件号的学生；加 --student 印指定的学生。",
    basis: "学籍系统操作规范：无身份证件学生建籍附在校就读证明和至少一名监护人的证件",
    counted: "在读和待核准的学生；休学、辍学、离校的学生不能出具。",
    time: Time::Day,
    set: Set::Neither,
    needs: &[],
    body: Body::Pages(&Pages { holds, page }),
};

fn holds(input: &Input, r: &Registration) -> bool {
    at_school(r) && (input.scope.student.is_some() || !r.record.has(Field::DocumentId))
}

/// `202609` as 2026年9月; other texts as they are.
fn month(text: &str) -> String {
    match (text.len(), text.get(..4), text.get(4..).and_then(|m| m.parse::<u8>().ok())) {
        (6, Some(year), Some(month)) => format!("{year}年{month}月"),
        _ => text.to_owned(),
    }
}

fn page(input: &Input, r: &Registration) -> Page {
    let shown = |field: Field| (input.shown)(Personal::of(field), &person::value(r, field));
    let school = person::school_name(input.directory, r.school.as_str());
    let room = format!(
        "{}{}",
        person::grade(input.directory, r.school.as_str(), &r.class_number, input.span.to),
        person::class_name(input.directory, r.school.as_str(), &r.class_number)
    );
    let number = match shown(Field::Number) {
        n if n.is_empty() => "学籍正在核准".to_owned(),
        n => format!("学籍号 {n}"),
    };
    let body = format!(
        "　　兹证明{}，{}，{}出生，{}，{number}，{}入学，现为我校{room}学生，在校就读，学籍状态：{}。",
        shown(Field::PupilName),
        shown(Field::Sex),
        shown(Field::BirthDate),
        shown(Field::EthnicGroup),
        month(&shown(Field::EntryMonth)),
        r.standing(),
    );
    let document = match shown(Field::DocumentId) {
        n if n.is_empty() => "没有身份证件号。原因：".to_owned(),
        n => format!("{} {n}", shown(Field::DocumentKind)),
    };
    let pair = |a: (&str, String), b: (&str, String)| Line {
        cells: vec![
            Cell::new(Look::Label, a.0, 1),
            Cell::new(Look::Value, a.1, 3),
            Cell::new(Look::Label, b.0, 1),
            Cell::new(Look::Value, b.1, 3),
        ],
        height: 32.0,
    };
    let wide = |label: &str, text: String, height: f64| Line {
        cells: vec![Cell::new(Look::Label, label, 1), Cell::new(Look::Value, text, 7)],
        height,
    };
    let note = |text: String, height: f64| Line { cells: vec![Cell::new(Look::Note, text, 8)], height };
    Page {
        title: REPORT.title.to_owned(),
        lines: vec![
            note(body, 90.0),
            wide("学校", format!("{school}（{}）", r.school), 32.0),
            wide("证件情况", document, 60.0),
            pair(("监护人", shown(Field::G1Name)), ("关系", shown(Field::G1Relation))),
            pair(("证件类型", shown(Field::G1DocumentKind)), ("证件号", shown(Field::G1DocumentId))),
            pair(("联系电话", shown(Field::G1Phone)), ("现住址", shown(Field::CurrentAddress))),
            note("　　以上情况属实，特此证明。".to_owned(), 40.0),
            note(
                "监护人签字：　　　　　　　　班主任签字：　　　　　　　　学校主管领导签字：".to_owned(),
                50.0,
            ),
            note(format!("　　　　　　　　　　　　　　　　　　　　　　　　{school}（盖章）"), 40.0),
            note(format!("　　　　　　　　　　　　　　　　　　　　　　　　{}", day(input.span.to)), 30.0),
        ],
    }
}
