//! 基础基312 学生数: pupils by stage and grade on 1 September, and what the table asks of each.

use std::collections::BTreeMap;

use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::school::{School, Stage, year_in_stage};
use crate::model::table::Column;

use super::facts::Need;
use super::flow::{Kind, flows};
use super::grid::{Grid, Sheet, Unit, Who};
use super::group::{
    at_school, boarding, disabled, inclusive, left_behind, migrant, migrant_worker, minority, orphan,
};
use super::person::is;
use super::{Body, Input, Report, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "statistics-312",
    title: "基础基312 学生数",
    what: "9 月 1 日各学段的毕业生数、招生数、在校生数（分年级）、预计毕业生数，其中女、少数民族、寄宿、随迁、进城务工随迁、留守、残疾、随班就读、孤儿。",
    basis: "教育事业统计基础基312；栏目未见官方表式，填报前请与当年表式核对",
    counted: "在校人数：在读和待核准；休学、辍学、保留学籍不计。随班就读计入在校生，“其中”再列。招生数为起始年级人数，预计毕业生数为毕业年级人数，毕业生数为上学年毕业的人数。以 9 月 1 日当天学籍库的记载为准，以后补登的入学不在内；留守按学籍表的定义。",
    time: Time::September,
    set: Set::Both,
    needs: &[Need::Everyone, Need::Changes],
    body: Body::Counts(build),
};

type Holds = fn(&Registration) -> bool;

/// The rows of each stage.
const LINES: [(&str, Holds); 10] = [
    ("合计", |_| true),
    ("其中：女", |r| is(r, Field::Sex, "2")),
    ("其中：少数民族", minority),
    ("其中：寄宿", boarding),
    ("其中：随迁子女", migrant),
    ("其中：进城务工人员随迁子女", migrant_worker),
    ("其中：留守儿童", left_behind),
    ("其中：残疾", disabled),
    ("其中：随班就读", inclusive),
    ("其中：孤儿", orphan),
];

const FIXED: [(&str, &str); 4] =
    [("graduates", "毕业生数"), ("entrants", "招生数"), ("total", "在校生数"), ("leavers", "预计毕业生数")];
/// The years of a stage.
pub const GRADES: [(&str, &str); 6] = [
    ("year_1", "第一年"),
    ("year_2", "第二年"),
    ("year_3", "第三年"),
    ("year_4", "第四年"),
    ("year_5", "第五年"),
    ("year_6", "第六年"),
];

/// The place of a year among `GRADES`.
pub fn grade_at(year: i16) -> Option<usize> {
    usize::try_from(year - 1).ok().filter(|y| *y < GRADES.len())
}

/// The columns a pupil at school counts in.
fn where_to(year: i16, years: u8) -> Vec<usize> {
    let mut columns = vec![2];
    columns.extend((year == 1).then_some(1));
    columns.extend((year == i16::from(years)).then_some(3));
    columns.extend(grade_at(year).map(|y| FIXED.len() + y));
    columns
}

fn build<'a>(input: &'a Input<'a>) -> Vec<Sheet<'a>> {
    let labels = vec![Column::text("stage", "学段"), Column::text("line", "项目")];
    let counts = FIXED.iter().chain(&GRADES).map(|(key, name)| (Column::count(key, name), Unit::Pupils));
    let mut grid = Grid::new(labels, counts.collect());
    let mut rows: BTreeMap<Stage, Vec<usize>> = BTreeMap::new();
    let offered = |stage: Stage| input.schools().iter().any(|s: &&School| s.stages.contains(&stage));
    for stage in [Stage::Primary, Stage::Junior, Stage::Senior].into_iter().filter(|s| offered(*s)) {
        let lines =
            LINES.iter().map(|(name, _)| grid.row(vec![stage.label().to_owned(), (*name).to_owned()]));
        rows.insert(stage, lines.collect());
    }
    let lines = |stage: Stage, r: &Registration| -> Vec<usize> {
        let all = rows.get(&stage).into_iter().flatten().zip(LINES);
        all.filter(|(_, (_, holds))| holds(r)).map(|(row, _)| *row).collect()
    };
    for r in input.registrations.iter().filter(|r| at_school(r)) {
        let Some(class) = input.directory.class(r.school.as_str(), &r.class_number) else { continue };
        let years = input.directory.school(r.school.as_str()).map_or(6, |s| s.lengths.of(class.stage));
        let columns = where_to(year_in_stage(class.entry_year, input.span.to), years);
        grid.count(Who::plain(r), &lines(class.stage, r), &columns);
    }
    let graduates = flows(input).into_iter().filter(|f| f.kind == Kind::Out(Some("21")));
    for f in graduates.filter(|f| input.scope.covers(f.at.0, f.at.1)) {
        let Some(class) = input.directory.class(f.at.0, f.at.1) else { continue };
        let rows = lines(class.stage, f.registration);
        grid.count(Who { registration: f.registration, at: Some(f.at), why: f.why }, &rows, &[0]);
    }
    let grades: Vec<usize> = (FIXED.len()..FIXED.len() + GRADES.len()).collect();
    let foot = rows.values().map(|lines| grid.proof(lines[0], 2, &grades)).collect();
    vec![Sheet { title: "", grid, foot, picture: None }]
}
