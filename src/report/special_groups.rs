//! 随迁、留守、孤儿、残疾、寄宿、资助: the groups the bureau watches, by school and grade, the girls of each beside it.

use crate::model::field::Field;
use crate::model::table::Column;

use super::grid::{Sheet, Unit};
use super::group::GROUPS;
use super::person::is;
use super::place::{Level, Places};
use super::{Body, Input, Report, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "special-groups",
    title: "随迁、留守、孤儿、残疾、寄宿、资助学生统计",
    what: "按学校和年级统计随迁子女、进城务工人员随迁子女、留守儿童、孤儿、烈士优抚子女、残疾、随班就读、送教上门、寄宿、享受一补、需要资助的人数，各列其中女生。",
    basis: "学籍基础信息表第 26、37—45 项；各项关爱保护台账",
    counted: "在册人数，含休学、辍学、保留学籍和待核准学生；留守按学籍表的定义（父母一方或双方外出务工三个月以上，单亲、双亲留守合计，不是国务院 2016 年的窄口径）；随迁按“是否随迁子女”一栏，进城务工人员随迁子女另列，两者不相加；残疾按残疾人类型，未填的不计。",
    time: Time::Day,
    set: Set::Both,
    needs: &[],
    body: Body::Counts(build),
};

fn build<'a>(input: &'a Input<'a>) -> Vec<Sheet<'a>> {
    let mut columns = vec![Column::count("total", "人数"), Column::count("girls", "女")];
    for group in GROUPS {
        let [all, girls] = group.keys;
        columns
            .extend([Column::count(all, group.name), Column::count(girls, &format!("{}：女", group.name))]);
    }
    let counts = columns.into_iter().map(|c| (c, Unit::Pupils)).collect();
    let mut places = Places::new(input, Level::Grade, counts);
    for r in input.registrations {
        let is_girl = is(r, Field::Sex, "2");
        let groups = (1..).zip(GROUPS).filter(|(_, group)| (group.holds)(r, input)).map(|(i, _)| 2 * i);
        let all = [0].into_iter().chain(groups);
        let columns: Vec<usize> = all.flat_map(|c| [Some(c), is_girl.then_some(c + 1)]).flatten().collect();
        places.count(input, r, &columns);
    }
    let foot = vec![places.sums(0), "同一名学生可以同时属于几类，各类不能相加。".to_owned()];
    vec![Sheet { title: "", grid: places.grid, foot, picture: None }]
}
