//! 基础基331 学生年龄: pupils by full years of age and grade on 1 September.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::school::{Stage, year_in_stage};
use crate::model::table::Column;
use crate::roster::date_cell;

use super::grid::{Grid, Sheet, Unit, Who};
use super::group::at_school;
use super::person::is;
use super::statistics_312::{GRADES, grade_at};
use super::{Body, Input, Report, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "statistics-331",
    title: "基础基331 在校生年龄",
    what: "9 月 1 日各学段在校生按周岁和年级的人数，其中女。",
    basis: "教育事业统计基础基331（表号未见官方文本）；按周岁",
    counted: "在校人数：在读和待核准；休学、辍学、保留学籍不计。周岁按 9 月 1 日计算；出生日期不能识别的列为“年龄不明”。以当天学籍库的记载为准，以后补登的入学不在内。",
    time: Time::September,
    set: Set::Both,
    needs: &[],
    body: Body::Counts(build),
};

const FIXED: [(&str, &str); 2] = [("total", "合计"), ("girls", "女")];
/// A stage and an age; none where the birth date is none.
type Line = (Stage, Option<i16>);

/// Full years on a day; none where the birth date is none.
pub fn age(r: &Registration, day: Date) -> Option<i16> {
    let born = date_cell::day(r.record.get(Field::BirthDate))?;
    Some(day.year() - born.year() - i16::from((day.month(), day.day()) < (born.month(), born.day())))
}

fn build<'a>(input: &'a Input<'a>) -> Vec<Sheet<'a>> {
    let labels = vec![Column::text("stage", "学段"), Column::text("age", "周岁")];
    let counts = FIXED.iter().chain(&GRADES).map(|(key, name)| (Column::count(key, name), Unit::Pupils));
    let mut grid = Grid::new(labels, counts.collect());
    let mut of: BTreeMap<Line, Vec<(&Registration, i16)>> = BTreeMap::new();
    for r in input.registrations.iter().copied().filter(|r| at_school(r)) {
        let Some(class) = input.directory.class(r.school.as_str(), &r.class_number) else { continue };
        let year = year_in_stage(class.entry_year, input.span.to);
        of.entry((class.stage, age(r, input.span.to))).or_default().push((r, year));
    }
    let mut rows: BTreeMap<Line, usize> = BTreeMap::new();
    let mut sums: BTreeMap<Stage, usize> = BTreeMap::new();
    for (stage, years) in of.keys().copied() {
        let line = |text: &str| vec![stage.label().to_owned(), text.to_owned()];
        sums.entry(stage).or_insert_with(|| grid.row(line("合计")));
        let name = years.map_or_else(|| "年龄不明".to_owned(), |y| format!("{y}岁"));
        rows.insert((stage, years), grid.row(line(&name)));
    }
    for (key, pupils) in of {
        for (r, year) in pupils {
            let girl = is(r, Field::Sex, "2").then_some(1);
            let grade = grade_at(year).map(|y| FIXED.len() + y);
            let columns: Vec<usize> = [Some(0), girl, grade].into_iter().flatten().collect();
            grid.count(Who::plain(r), &[rows[&key], sums[&key.0]], &columns);
        }
    }
    let grades: Vec<usize> = (FIXED.len()..FIXED.len() + GRADES.len()).collect();
    let foot = sums.values().map(|row| grid.proof(*row, 0, &grades)).collect();
    vec![Sheet { title: "", grid, foot, picture: None }]
}
