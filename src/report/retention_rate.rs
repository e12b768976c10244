//! 巩固率: of those who began a stage together, with who came and without who went away, how many finished it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::id::StudentId;
use crate::model::registration::Registration;
use crate::model::school::{Stage, school_year};
use crate::model::status::Status;
use crate::model::table::Column;

use super::facts::Need;
use super::flow::{self, Kind};
use super::grid::{Grid, Sheet, Unit, Who};
use super::person::school_name;
use super::{Body, Input, Report, Set, Span, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "retention-rate",
    title: "义务教育巩固率",
    what: "最近一届毕业班的巩固率：毕业生 ÷（入学 + 转入 − 转出）× 100%，按学校和学段，最多 100%。",
    basis: "义务教育巩固率 = 当年毕业生 ÷（6 或 3 年前招生 + 转入 − 转出）× 100%",
    counted: "同一学段、同一入学年份的各班为一届；入学为这一届最初在册的学生，建库以前的入学、转入、转出没有记载，以建籍时在册的人数为入学人数；休学、辍学的仍在分母中，毕业、提前毕业为分子。",
    time: Time::Day,
    set: Set::County,
    needs: &[Need::Everyone, Need::Changes],
    body: Body::Counts(build),
};

type Cohort<'a> = (&'a str, Stage);

const BEGAN: usize = 0;
const CAME: usize = 1;
const WENT: usize = 2;
const GRADUATED: usize = 3;
const OTHERS: usize = 4;

/// The cohort of a class, where it is the last one that has finished its stage.
fn cohort<'a>(input: &Input<'a>, (school, class): (&'a str, &'a str)) -> Option<Cohort<'a>> {
    let class = input.directory.class(school, class)?;
    let years = input.directory.school(school)?.lengths.of(class.stage);
    let is_last = class.entry_year + i16::from(years) == school_year(input.span.to);
    (is_last && class.stage != Stage::Senior).then_some((school, class.stage))
}

/// What a pupil is to each cohort it ever was of: the columns it counts in.
fn roles<'a>(input: &Input<'a>, r: &'a Registration) -> BTreeMap<Cohort<'a>, BTreeSet<usize>> {
    let mut roles: BTreeMap<Cohort, BTreeSet<usize>> = BTreeMap::new();
    let mut all = Vec::new();
    let whole = Span { from: jiff::civil::Date::MIN, to: input.span.to };
    flow::one(&Input { span: whole, ..*input }, r, &mut all);
    for f in &all {
        let Some(key) = cohort(input, f.at) else { continue };
        let of = roles.entry(key).or_default();
        let is_known = of.contains(&BEGAN) || of.contains(&CAME);
        match f.kind {
            Kind::In(Some("13")) => {
                // Who comes back is of the cohort as if he or she had stayed.
                of.remove(&WENT);
                of.insert(CAME);
            }
            Kind::In(_) if !is_known => drop(of.insert(BEGAN)),
            Kind::Out(Some("27")) => drop(of.insert(WENT)),
            Kind::Out(Some("21")) => drop(of.insert(GRADUATED)),
            _ => {}
        }
    }
    for of in roles.values_mut() {
        // Who began and came back counts once.
        if of.contains(&BEGAN) {
            of.remove(&CAME);
        }
        if !of.contains(&WENT) && !of.contains(&GRADUATED) {
            of.insert(OTHERS);
        }
    }
    roles
}

fn build<'a>(input: &'a Input<'a>) -> Vec<Sheet<'a>> {
    let labels = vec![Column::text("school", "学校"), Column::text("stage", "学段")];
    let counts = [
        ("began", "入学"),
        ("came", "转入"),
        ("went", "转出"),
        ("graduated", "毕业"),
        ("others", "没有毕业"),
    ];
    let counts = counts.map(|(key, heading)| (Column::count(key, heading), Unit::Pupils)).to_vec();
    let mut grid = Grid::new(labels, counts);
    let mut rows: BTreeMap<Cohort, usize> = BTreeMap::new();
    for school in input.schools() {
        for stage in school.stages.iter().filter(|s| **s != Stage::Senior) {
            let row = vec![school_name(input.directory, school.code.as_str()), stage.label().to_owned()];
            rows.insert((school.code.as_str(), *stage), grid.row(row));
        }
    }
    let sums =
        [Stage::Primary, Stage::Junior].map(|s| grid.row(vec!["合计".to_owned(), s.label().to_owned()]));
    let mut seen: BTreeSet<StudentId> = BTreeSet::new();
    for r in input.everyone.iter().filter(|r| r.status != Status::Removed) {
        for (key, columns) in roles(input, r) {
            let Some(row) = rows.get(&key) else { continue };
            seen.insert(r.id);
            let columns: Vec<usize> = columns.into_iter().collect();
            grid.count(Who::plain(r), &[*row, sums[usize::from(key.1 == Stage::Junior)]], &columns);
        }
    }
    grid.leave_room(vec![Column::text("rate", "巩固率")]);
    for row in 0..grid.height() {
        let n = |column| grid.number(row, column);
        let base = (n(BEGAN) + n(CAME)).saturating_sub(n(WENT));
        let rate = match base {
            0 => "—".to_owned(),
            base => format!("{:.2}%", (n(GRADUATED) as f64 / base as f64 * 100.0).min(100.0)),
        };
        grid.note(row, 0, rate);
    }
    let year = school_year(input.span.to);
    let foot = vec![
        format!("毕业班：{}—{year} 学年末毕业的一届，共涉及 {} 人。", year - 1, seen.len()),
        "入学 + 转入 − 转出 = 毕业 + 没有毕业；县内各校之间的转学，转出、转入各计一次。".to_owned(),
    ];
    vec![Sheet { title: "", grid, foot, picture: None }]
}
