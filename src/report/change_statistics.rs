//! 学籍变动统计: who was there, who came, who went, who is there, by the codes of 学生变动 (XSBD), school by school.

use std::collections::BTreeMap;

use crate::code;
use crate::model::school::{STAGES, Stage};
use crate::model::table::Column;

use super::facts::Need;
use super::flow::{IN, Kind, OUT, flows};
use super::grid::{Grid, Sheet, Unit, Who};
use super::person::school_name;
use super::{Body, Input, Report, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "change-statistics",
    title: "学籍变动统计表",
    what: "一个期间的期初人数、各项增加、各项减少和期末人数，按学校和学段；期初 + 增加 − 减少 = 期末。增减按学生变动代码（XSBD），没有代码的列为其他。",
    basis: "JY/T 1001 学生变动（XSBD）；学期、学年变动统计",
    counted: "在校人数：在读和待核准；休学、辍学期间不计（休学为减少，复学为增加），保留学籍、出国（境）同；期间以前入学而在期间补录建籍的列为其他增加；本县学校之间转学，转出、转入各计一次。",
    time: Time::Period,
    set: Set::Both,
    needs: &[Need::Everyone, Need::Changes],
    body: Body::Counts(build),
};

/// Columns: the first one, the increases and their sum, the decreases and their sum, the last one.
pub const OPENING: usize = 0;
const OTHER_IN: usize = 1 + IN.len();
pub const ALL_IN: usize = OTHER_IN + 1;
const OTHER_OUT: usize = ALL_IN + 1 + OUT.len();
pub const ALL_OUT: usize = OTHER_OUT + 1;
pub const CLOSING: usize = ALL_OUT + 1;

/// The columns of flows.
pub fn columns() -> Vec<(Column, Unit)> {
    const IN_KEYS: [&str; 3] = ["in_11", "in_12", "in_13"];
    const OUT_KEYS: [&str; 8] =
        ["out_21", "out_22", "out_23", "out_24", "out_25", "out_26", "out_27", "out_28"];
    let table = code::table("change_count");
    let named = |code: &str| table.and_then(|t| t.by_code(code)).map_or("", |e| e.label);
    let coded = |keys: &'static [&'static str], codes: &'static [&'static str]| {
        keys.iter()
            .zip(codes)
            .map(move |(key, code)| Column::count(key, &format!("{}（{code}）", named(code))))
    };
    let mut all = vec![Column::count("opening", "期初")];
    all.extend(coded(&IN_KEYS, &IN));
    all.extend([Column::count("in_other", "其他增加"), Column::count("increase", "增加合计")]);
    all.extend(coded(&OUT_KEYS, &OUT));
    all.extend([Column::count("out_other", "其他减少"), Column::count("decrease", "减少合计")]);
    all.push(Column::count("closing", "期末"));
    all.into_iter().map(|c| (c, Unit::Pupils)).collect()
}

/// The columns a flow counts in.
pub fn where_to(kind: Kind) -> Vec<usize> {
    let at = |codes: &[&str], code: Option<&str>| code.and_then(|c| codes.iter().position(|k| *k == c));
    match kind {
        Kind::Opening => vec![OPENING],
        Kind::In(code) => vec![at(&IN, code).map_or(OTHER_IN, |i| 1 + i), ALL_IN],
        Kind::Out(code) => vec![at(&OUT, code).map_or(OTHER_OUT, |i| ALL_IN + 1 + i), ALL_OUT],
        Kind::Closing => vec![CLOSING],
    }
}

/// That what there was, plus who came, less who went, is what there is.
pub fn proof(grid: &Grid, row: usize) -> String {
    let n = |column| grid.number(row, column);
    let (opening, closing) = (n(OPENING), n(CLOSING));
    let sum = (opening + n(ALL_IN)).checked_sub(n(ALL_OUT));
    let verdict = if sum == Some(closing) { "相符" } else { "不相符" };
    format!("期初 {opening} + 增加 {} − 减少 {} = 期末 {closing}，{verdict}。", n(ALL_IN), n(ALL_OUT))
}

fn build<'a>(input: &'a Input<'a>) -> Vec<Sheet<'a>> {
    let mut flows = flows(input);
    flows.retain(|f| input.scope.covers(f.at.0, f.at.1));
    let stage =
        |f: &super::flow::Flow| input.directory.class(f.at.0, f.at.1).map_or(Stage::Primary, |c| c.stage);
    let labels = vec![Column::text("school", "学校"), Column::text("stage", "学段")];
    let mut grid = Grid::new(labels, columns());
    let mut rows: BTreeMap<(&str, Stage), usize> = BTreeMap::new();
    for school in input.schools() {
        let own = school.stages.iter().map(|s| (school.code.as_str(), *s));
        rows.extend(own.map(|key| (key, 0)));
    }
    rows.extend(flows.iter().map(|f| ((f.at.0, stage(f)), 0)));
    for ((school, stage), row) in &mut rows {
        *row = grid.row(vec![school_name(input.directory, school), stage.label().to_owned()]);
    }
    let of_stage: Vec<usize> =
        STAGES.iter().map(|(_, _, label)| grid.row(vec!["合计".to_owned(), (*label).to_owned()])).collect();
    let total = grid.row(vec!["合计".to_owned(), String::new()]);
    for f in flows {
        let sum = STAGES.iter().position(|s| s.0 == stage(&f)).map(|i| of_stage[i]);
        let at: Vec<usize> =
            [Some(rows[&(f.at.0, stage(&f))]), sum, Some(total)].into_iter().flatten().collect();
        let columns = where_to(f.kind);
        grid.count(Who { registration: f.registration, at: Some(f.at), why: f.why }, &at, &columns);
    }
    let foot = vec![proof(&grid, total)];
    vec![Sheet { title: "", grid, foot, picture: None }]
}
