//! 学生概况统计: what the national system's own report of that name counts (R§8), school by school.

use crate::model::field::Field;
use crate::model::flag::Flag;
use crate::model::registration::Registration;
use crate::model::table::{Cells, Column, Picture};

use super::grid::{Sheet, Unit};
use super::group::{
    aid_requested, disabled, left_behind, martyr_child, migrant, migrant_worker, minority, orphan, subsidy,
};
use super::person::is;
use super::place::{Level, Places};
use super::{Body, Input, Report, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "overview",
    title: "学生概况统计",
    what: "每所学校一行：班数、人数、男女、少数民族、随迁、非本区县户籍、留守、户口性质、入学方式、孤儿、烈士优抚、享受补助、申请资助、残疾、问题学籍。",
    basis: "全国中小学生学籍信息管理系统“学生概况统计”",
    counted: "在册人数，含休学、辍学、保留学籍和待核准学生；留守按学籍表的定义（单亲、双亲留守合计），随迁按“是否随迁子女”一栏，进城务工人员随迁子女另列；残疾按残疾人类型，未填的不计。",
    time: Time::Day,
    set: Set::County,
    needs: &[],
    body: Body::Counts(build),
};

type Counts = fn(&Registration, &Input) -> bool;

/// The columns: key, heading, who is counted.
const COLUMNS: &[(&str, &str, Counts)] = &[
    ("total", "人数", |_, _| true),
    ("boys", "男", |r, _| is(r, Field::Sex, "1")),
    ("girls", "女", |r, _| is(r, Field::Sex, "2")),
    ("minority", "少数民族", |r, _| minority(r)),
    ("migrant", "随迁子女", |r, _| migrant(r)),
    ("migrant_worker", "进城务工人员随迁子女", |r, _| migrant_worker(r)),
    ("other_hukou", "非本区县户籍", other_hukou),
    ("left_behind", "留守儿童", |r, _| left_behind(r)),
    ("hukou_rural", "农业户口", |r, _| is(r, Field::HukouKind, "1")),
    ("hukou_urban", "非农业户口", |r, _| is(r, Field::HukouKind, "2")),
    ("nearby", "就近入学", |r, _| is(r, Field::EntryMethod, "11")),
    ("by_exam", "统一招生考试/普通入学", |r, _| is(r, Field::EntryMethod, "21")),
    ("orphan", "孤儿", |r, _| orphan(r)),
    ("martyr_child", "烈士或优抚子女", |r, _| martyr_child(r)),
    ("subsidy", "享受一补", |r, _| subsidy(r)),
    ("aid_requested", "需要申请资助", |r, _| aid_requested(r)),
    ("disabled", "残疾", |r, _| disabled(r)),
    ("disputed", "问题学籍", |r, _| r.flags.contains(&Flag::Disputed)),
];

/// Whether the hukou is of another county than the school's.
fn other_hukou(r: &Registration, input: &Input) -> bool {
    let hukou = r.record.get(Field::HukouDivision).get(..6);
    let own = input.directory.school(r.school.as_str()).map(|s| s.division.as_str());
    hukou.is_some() && own.is_some() && hukou != own
}

fn build<'a>(input: &'a Input<'a>) -> Vec<Sheet<'a>> {
    let classes = (Column::count("classes", "班数"), Unit::Classes);
    let counts = COLUMNS.iter().map(|(key, heading, _)| (Column::count(key, heading), Unit::Pupils));
    let mut places = Places::new(input, Level::School, [classes].into_iter().chain(counts).collect());
    for r in input.registrations {
        let counted = (1..).zip(COLUMNS).filter(|(_, (_, _, counts))| counts(r, input)).map(|(i, _)| i);
        let columns: Vec<usize> = [0].into_iter().chain(counted).collect();
        places.count(input, r, &columns);
    }
    let foot = vec![places.grid.proof(places.total, 1, &[2, 3]), places.sums(1)];
    // The schools' rows stand above that of all; their pupils are the second count.
    let down = |column| Cells { first: (1, column), last: (places.total, column) };
    let title = "各校在册人数".to_owned();
    let picture = (places.total > 0).then(|| Picture { title, names: down(0), values: down(2) });
    vec![Sheet { title: "", grid: places.grid, foot, picture }]
}
