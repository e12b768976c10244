//! 人籍一致核查表: what the registry says of each class, with room for what the school finds there.

use crate::model::field::Field;
use crate::model::flag::Flag;
use crate::model::registration::Registration;
use crate::model::status::Status;
use crate::model::table::Column;

use super::grid::{Sheet, Unit};
use super::place::{Level, Places};
use super::{Body, Input, Report, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "term-review",
    title: "学期人籍一致核查表",
    what: "每班一行：在册、在读、待核准、休学、辍学等人数，空挂、人籍分离、身份待核、问题学籍、无证件的人数，并留出实到人数、差额原因和签字栏。",
    basis: "《中小学生学籍管理办法》（教基〔2025〕1号）第二十五条：每学期核查人籍一致",
    counted: "在册人数，含休学、辍学、保留学籍和待核准学生，各在本列；应到 = 在读 + 待核准 − 送教上门、专门学校就读。",
    time: Time::Day,
    set: Set::Schools,
    needs: &[],
    body: Body::Counts(build),
};

type Counts = fn(&Registration) -> bool;

const COLUMNS: &[(&str, &str, Counts)] = &[
    ("total", "在册", |_| true),
    ("expected", "应到", is_expected),
    ("enrolled", "在读", |r| r.status == Status::Enrolled),
    ("pending", "待核准", |r| r.status == Status::Pending),
    ("on_leave", "休学", |r| r.status == Status::OnLeave),
    ("dropped_out", "辍学", |r| r.status == Status::DroppedOut),
    ("others", "其他保留", |r| matches!(r.status, Status::Deferred | Status::Abroad | Status::Preserved)),
    ("not_attending", "空挂学籍", |r| r.flags.contains(&Flag::NotAttending)),
    ("attends_elsewhere", "人籍分离", |r| r.flags.contains(&Flag::AttendsElsewhere)),
    ("identity_unconfirmed", "身份待核", |r| r.flags.contains(&Flag::IdentityUnconfirmed)),
    ("disputed", "问题学籍", |r| r.flags.contains(&Flag::Disputed)),
    ("undocumented", "无证件", |r| !r.record.has(Field::DocumentId)),
];

/// Who should sit in the class room.
fn is_expected(r: &Registration) -> bool {
    let elsewhere = [Flag::TaughtAtHome, Flag::Specialized].iter().any(|f| r.flags.contains(f));
    super::group::at_school(r) && !elsewhere
}

fn build<'a>(input: &'a Input<'a>) -> Vec<Sheet<'a>> {
    let counts = COLUMNS.iter().map(|(key, heading, _)| (Column::count(key, heading), Unit::Pupils));
    let mut places = Places::new(input, Level::Class, counts.collect());
    for r in input.registrations {
        let counted = COLUMNS.iter().enumerate().filter(|(_, (_, _, counts))| counts(r)).map(|(i, _)| i);
        places.count(input, r, &counted.collect::<Vec<_>>());
    }
    let foot = vec![
        places.grid.proof(places.total, 0, &[2, 3, 4, 5, 6]),
        places.sums(0),
        "班主任：　　　　　　　学籍管理员：　　　　　　　学校主管领导：　　　　　　　核查日期：　　　　"
            .to_owned(),
    ];
    let mut grid = places.grid;
    grid.leave_room(vec![
        Column::text("present", "实到人数"),
        Column::text("difference", "差额及原因"),
        Column::text("signature", "班主任签字"),
    ]);
    vec![Sheet { title: "", grid, foot, picture: None }]
}
