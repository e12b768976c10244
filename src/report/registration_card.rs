//! 学籍卡: one page a pupil, the items numbered as on the official form (R§5.3), family, changes, signatures.

use crate::model::change;
use crate::model::field::Field;
use crate::model::page::{Cell, Line, Look, Page};
use crate::model::registration::Registration;
use crate::model::table::Personal;

use super::facts::Need;
use super::person::{self, Part};
use super::{Body, Input, Pages, Report, Set, Time, day};

/// The report's row.
pub const REPORT: Report = Report {
    name: "registration-card",
    title: "学籍卡",
    what: "每名学生一页：学籍基础信息 1—48 项（按官方表的编号）、照片框、家庭成员、学籍变动记录、签字栏。加 --student 只印一名。",
    basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第七条：学籍基础信息表由全国统一；编号按中小学生学籍信息表",
    counted: "在册学生，含休学、辍学、保留学籍和待核准学生。",
    time: Time::Day,
    set: Set::Neither,
    needs: &[Need::Changes],
    body: Body::Pages(&Pages { holds: |_, _| true, page }),
};

/// What stands in a place of the form.
#[derive(Clone, Copy)]
enum Item {
    /// A field with the number of its item; 0 where it has none.
    Of(u8, Field, u16),
    /// Something else that is said of the pupil.
    Said(u8, &'static str, Part, u16),
    /// Two columns beside the box of the photograph.
    Photo(&'static str),
}

use Item::{Of, Photo, Said};

/// The lines of the form: a label is one column wide, a value as many as it says.
const FORM: &[&[Item]] = &[
    &[Of(1, Field::PupilName, 5), Photo("13 照片")],
    &[Of(2, Field::Sex, 1), Of(3, Field::BirthDate, 1), Of(6, Field::EthnicGroup, 1), Photo("")],
    &[Of(4, Field::BirthDivision, 3), Of(7, Field::Nationality, 1), Photo("")],
    &[Of(5, Field::NativePlace, 3), Of(10, Field::OverseasStatus, 1), Photo("")],
    &[Of(8, Field::DocumentKind, 1), Of(9, Field::DocumentId, 3), Photo("")],
    &[Of(11, Field::PoliticalStatus, 1), Of(12, Field::Health, 1), Of(14, Field::NamePinyin, 3)],
    &[Of(15, Field::FormerName, 3), Of(0, Field::Number, 3)],
    &[Of(16, Field::DocumentValidity, 3), Of(17, Field::HukouDivision, 3)],
    &[
        Of(18, Field::HukouKind, 1),
        Of(19, Field::Talent, 1),
        Of(20, Field::ProvincialNumber, 1),
        Of(21, Field::Seat, 1),
    ],
    &[
        Said(22, "年级", Part::Grade, 1),
        Said(23, "班级", Part::Class, 1),
        Of(24, Field::EntryMonth, 1),
        Of(25, Field::EntryMethod, 1),
    ],
    &[
        Of(26, Field::AttendanceMode, 1),
        Of(27, Field::PupilSource, 1),
        Said(0, "学生状态", Part::Standing, 3),
    ],
    &[Of(28, Field::CurrentAddress, 7)],
    &[Of(29, Field::MailingAddress, 7)],
    &[Of(30, Field::HomeAddress, 7)],
    &[
        Of(31, Field::ContactPhone, 1),
        Of(32, Field::PostalCode, 1),
        Of(33, Field::Email, 1),
        Of(34, Field::Homepage, 1),
    ],
    &[
        Of(35, Field::OnlyChild, 1),
        Of(36, Field::Preschool, 1),
        Of(37, Field::LeftBehind, 1),
        Of(38, Field::WorkerChild, 1),
    ],
    &[
        Of(39, Field::Orphan, 1),
        Of(40, Field::MartyrChild, 1),
        Of(41, Field::Inclusive, 1),
        Of(42, Field::Disability, 1),
    ],
    &[
        Of(43, Field::PurchasedPlace, 1),
        Of(44, Field::AidRequested, 1),
        Of(45, Field::BoardingSubsidy, 1),
        Of(46, Field::Distance, 1),
    ],
    &[Of(47, Field::CommuteMode, 5), Of(48, Field::SchoolBus, 1)],
];

/// The lines of one member of the family.
const MEMBER: &[&[Item]] = &[
    &[Of(0, Field::G1Name, 3), Of(0, Field::G1Relation, 1), Of(0, Field::G1IsGuardian, 1)],
    &[Of(0, Field::G1DocumentKind, 1), Of(0, Field::G1DocumentId, 3), Of(0, Field::G1EthnicGroup, 1)],
    &[Of(0, Field::G1Address, 5), Of(0, Field::G1Phone, 1)],
    &[Of(0, Field::G1HukouDivision, 5), Of(0, Field::G1Post, 1)],
    &[Of(0, Field::G1Employer, 7)],
];

/// The heights of lines in points; a line is higher where its texts need it.
const TALL: f64 = 17.0;
const LOW: f64 = 15.0;
/// How many of the last changes a page has room for.
const CHANGES: usize = 4;

fn page(input: &Input, r: &Registration) -> Page {
    let mut lines = vec![note(format!(
        "学校：{}（{}）　　打印日期：{}　　{}",
        person::school_name(input.directory, r.school.as_str()),
        r.school,
        day(input.span.to),
        input.bureau
    ))];
    lines.extend(FORM.iter().map(|items| line(input, r, items, TALL)));
    for (name, is_second) in [("家庭成员或监护人一", false), ("家庭成员或监护人二", true)] {
        lines.push(heading(name));
        let of = |item: &Item| match item {
            Of(n, field, span) if is_second => Of(*n, field.of_second_guardian().unwrap_or(*field), *span),
            other => *other,
        };
        lines.extend(MEMBER.iter().map(|items| {
            let items: Vec<Item> = items.iter().map(of).collect();
            line(input, r, &items, LOW)
        }));
    }
    lines.push(heading("学籍变动记录"));
    lines.extend(changes(input, r));
    lines.push(note("填表人：　　　　　审核人（班主任）：　　　　　学校主管领导：　　　　　年　　月　　日"));
    Page { title: REPORT.title.to_owned(), lines }
}

fn note(text: impl Into<String>) -> Line {
    Line { cells: vec![Cell::new(Look::Note, text, 8)], height: 22.0 }
}

fn heading(text: &str) -> Line {
    Line { cells: vec![Cell::new(Look::Heading, text, 8)], height: LOW }
}

fn line(input: &Input, r: &Registration, items: &[Item], height: f64) -> Line {
    let mut cells = Vec::new();
    for item in items {
        let (number, label, text, span) = match item {
            Of(number, field, span) => {
                let heading = field.heading().trim_start_matches("成员1").trim_start_matches("成员2");
                let shown = (input.shown)(Personal::of(*field), &person::value(r, *field));
                (*number, plain(heading), shown, *span)
            }
            Said(number, label, part, span) => (*number, *label, part.cell(input, r, 0), *span),
            Photo(label) => {
                let look = if label.is_empty() { Look::BoxRest } else { Look::BoxTop };
                cells.push(Cell::new(look, *label, 2));
                continue;
            }
        };
        let label = if number == 0 { label.to_owned() } else { format!("{number} {label}") };
        cells.extend([Cell::new(Look::Label, label, 1), Cell::new(Look::Value, text, span)]);
    }
    Line { height, cells }
}

/// The heading as the form says it: places by name, not by code.
fn plain(heading: &str) -> &str {
    heading.trim_end_matches("行政区划代码").trim_end_matches("行政区划")
}

/// The last changes, a line each.
fn changes(input: &Input, r: &Registration) -> Vec<Line> {
    let all = input.facts.changes_of(r);
    let school = |code: &str| person::school_name(input.directory, code);
    let shown = all.iter().skip(all.len().saturating_sub(CHANGES)).map(|m| {
        let way = match (m.from.0.as_str(), m.to.0.as_str()) {
            (from, to) if from != to && !from.is_empty() && !to.is_empty() => {
                format!("{} → {}", school(from), school(to))
            }
            _ => String::new(),
        };
        let name = change::spec(&m.kind).map_or("变动", |s| s.name);
        let cells = vec![
            Cell::new(Look::Label, m.day.clone(), 1),
            Cell::new(Look::Value, name, 1),
            Cell::new(Look::Value, way, 6),
        ];
        Line { cells, height: LOW }
    });
    let mut lines: Vec<Line> = shown.collect();
    if lines.is_empty() {
        lines.push(Line { cells: vec![Cell::new(Look::Value, "无", 8)], height: LOW });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::page::COLUMNS;

    #[test]
    fn every_line_fills_the_page_and_the_items_are_those_of_the_form() {
        let width = |items: &&[Item]| -> u16 {
            let of = |i: &Item| match i {
                Of(_, _, span) | Said(_, _, _, span) => 1 + span,
                Photo(_) => 2,
            };
            items.iter().map(of).sum()
        };
        for items in FORM.iter().chain(MEMBER) {
            assert_eq!(width(items), COLUMNS);
        }
        let mut numbers: Vec<u8> = FORM
            .iter()
            .copied()
            .flatten()
            .map(|i| match i {
                Of(n, ..) | Said(n, ..) => *n,
                Photo(label) => {
                    if label.is_empty() {
                        0
                    } else {
                        13
                    }
                }
            })
            .filter(|n| *n > 0)
            .collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=48).collect::<Vec<u8>>());
        let lows = (2 * MEMBER.len() + 3 + CHANGES) as f64 * LOW;
        let height = FORM.len() as f64 * TALL + lows + 22.0 * 2.0 + 34.0;
        assert!(height < 700.0, "a page of A4 has room for {height} points, and for longer texts");
    }
}
