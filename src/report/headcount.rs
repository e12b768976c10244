//! Headcounts by school, grade, class, sex, ethnic group and status, with totals that prove themselves.

use std::collections::BTreeMap;

use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::status::{STATUSES, StatusRow};
use crate::model::table::Column;
use crate::roster::code_cell::label;

use super::grid::{Grid, Sheet, Unit, Who};
use super::person::is;
use super::place::{Level, Places};
use super::{Body, Input, Report, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "headcount",
    title: "学生人数统计",
    what: "按学校、年级、班统计人数，分男女、汉族与少数民族、各种状态；每级有小计，合计等于各校之和。第二张表按民族分男女。",
    basis: "学籍系统学生概况统计",
    counted: "在册人数，含休学、辍学、保留学籍和待核准学生，各在本列；不是 9 月 1 日时点数。",
    time: Time::Day,
    set: Set::Both,
    needs: &[],
    body: Body::Counts(build),
};

/// Columns before those of the statuses.
const FIXED: [(&str, &str); 5] =
    [("total", "人数"), ("boys", "男"), ("girls", "女"), ("han", "汉族"), ("minority", "少数民族及其他")];

fn statuses() -> impl Iterator<Item = &'static StatusRow> {
    STATUSES.iter().filter(|s| s.holds_place)
}

fn columns() -> Vec<(Column, Unit)> {
    let fixed = FIXED.iter().map(|(key, heading)| Column::count(key, heading));
    let all = fixed.chain(statuses().map(|s| Column::count(s.key, s.label)));
    all.map(|c| (c, Unit::Pupils)).collect()
}

/// The columns a pupil counts in.
fn where_to(r: &Registration) -> Vec<usize> {
    let sex = [("1", 1), ("2", 2)].into_iter().filter(|(code, _)| is(r, Field::Sex, code)).map(|(_, c)| c);
    let group = if is(r, Field::EthnicGroup, "01") { 3 } else { 4 };
    let status = statuses().position(|s| s.status == r.status).map(|at| FIXED.len() + at);
    [0, group].into_iter().chain(sex).chain(status).collect()
}

fn build<'a>(input: &'a Input<'a>) -> Vec<Sheet<'a>> {
    let mut places = Places::new(input, Level::Class, columns());
    for r in input.registrations {
        places.count(input, r, &where_to(r));
    }
    let by_status: Vec<usize> = (FIXED.len()..FIXED.len() + statuses().count()).collect();
    let foot = vec![
        places.grid.proof(places.total, 0, &[1, 2]),
        places.grid.proof(places.total, 0, &[3, 4]),
        places.grid.proof(places.total, 0, &by_status),
        places.sums(0),
    ];
    vec![Sheet { title: "", grid: places.grid, foot, picture: None }, groups(input)]
}

/// The second table: a row an ethnic group that anybody is of.
fn groups<'a>(input: &'a Input<'a>) -> Sheet<'a> {
    let labels = vec![Column::text("ethnic_group", "民族")];
    let counts = FIXED[..3].iter().map(|(key, heading)| (Column::count(key, heading), Unit::Pupils));
    let mut grid = Grid::new(labels, counts.collect());
    let mut of: BTreeMap<&str, Vec<&Registration>> = BTreeMap::new();
    for r in input.registrations {
        of.entry(r.record.get(Field::EthnicGroup)).or_default().push(r);
    }
    let rows: Vec<usize> = of.keys().map(|group| grid.row(vec![named(group)])).collect();
    let total = grid.row(vec!["各民族合计".to_owned()]);
    for (row, pupils) in rows.into_iter().zip(of.values()) {
        for r in pupils {
            let columns: Vec<usize> = where_to(r).into_iter().filter(|c| *c < 3).collect();
            grid.count(Who::plain(r), &[row, total], &columns);
        }
    }
    let foot = vec![grid.proof(total, 0, &[1, 2])];
    Sheet { title: "分民族", grid, foot, picture: None }
}

fn named(group: &str) -> String {
    if group.is_empty() { "未填".to_owned() } else { label(group).to_owned() }
}
