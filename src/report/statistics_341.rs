//! 基础基341 学生变动: from one 1 September to the next, by stage and by the codes of 学生变动 (XSBD).

use crate::model::field::Field;
use crate::model::school::{STAGES, Stage};
use crate::model::table::Column;

use super::change_statistics::{columns, proof, where_to};
use super::facts::Need;
use super::flow::flows;
use super::grid::{Grid, Sheet, Who};
use super::person::is;
use super::{Body, Input, Report, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "statistics-341",
    title: "基础基341 学生变动情况",
    what: "上学年初在校生数、一学年的各项增加和减少、本学年初在校生数，按学段，其中女；上年初 + 增加 − 减少 = 本年初。",
    basis: "教育事业统计基础基341（表号未见官方文本）；JY/T 1001 学生变动（XSBD）",
    counted: "在校人数：在读和待核准；休学、辍学期间不计（休学为减少，复学为增加）。期初为上年 9 月 1 日，期末为本年 9 月 1 日；期间以前入学而在期间补录建籍的列为其他增加；以 9 月 1 日当天学籍库的记载为准。",
    time: Time::September,
    set: Set::County,
    needs: &[Need::Everyone, Need::Changes],
    body: Body::Counts(build),
};

fn build<'a>(input: &'a Input<'a>) -> Vec<Sheet<'a>> {
    let labels = vec![Column::text("stage", "学段"), Column::text("line", "项目")];
    let mut grid = Grid::new(labels, columns());
    let mut pair =
        |name: &str| ["合计", "其中：女"].map(|line| grid.row(vec![name.to_owned(), line.to_owned()]));
    let of_stage: Vec<[usize; 2]> = STAGES.iter().map(|(_, _, label)| pair(label)).collect();
    let total = pair("各学段合计");
    for f in flows(input).into_iter().filter(|f| input.scope.covers(f.at.0, f.at.1)) {
        let stage = input.directory.class(f.at.0, f.at.1).map_or(Stage::Primary, |c| c.stage);
        let own = STAGES.iter().position(|s| s.0 == stage).map(|i| of_stage[i]);
        let lines = if is(f.registration, Field::Sex, "2") { 2 } else { 1 };
        let rows: Vec<usize> =
            [own, Some(total)].into_iter().flatten().flat_map(|pair| pair.into_iter().take(lines)).collect();
        let columns = where_to(f.kind);
        grid.count(Who { registration: f.registration, at: Some(f.at), why: f.why }, &rows, &columns);
    }
    let foot = vec![proof(&grid, total[0])];
    vec![Sheet { title: "", grid, foot, picture: None }]
}
