//! 班额统计: how many classes there are of each size, with the bands of 大班额 and 超大班额, and the classes that are too large.

use std::collections::BTreeMap;

use crate::model::registration::Registration;
use crate::model::table::{Cells, Column, Picture};

use super::grid::{Grid, Sheet, Unit, Who};
use super::group::at_school;
use super::person;
use super::place::{Level, Places};
use super::{Body, Input, Report, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "class-sizes",
    title: "班额统计",
    what: "按学校和年级统计班数、人数和各班额段的班数：45 人及以下、46—55 人、56—65 人（大班额）、66 人及以上（超大班额）；第二张表逐班列出大班额和超大班额的班。",
    basis: "消除大班额：2018 年基本消除 66 人以上超大班额，2020 年基本消除 56 人以上大班额",
    counted: "在校人数：在读和待核准；休学、辍学、保留学籍的学生不计入班额；没有在校学生的班不计班数。",
    time: Time::Day,
    set: Set::Both,
    needs: &[],
    body: Body::Counts(build),
};

/// A band: key, name, its smallest and largest class.
pub type Band = (&'static str, &'static str, usize, usize);

/// The bands, the smallest first.
pub const BANDS: [Band; 4] = [
    ("to_45", "45人及以下", 1, 45),
    ("to_55", "46—55人", 46, 55),
    ("large", "56—65人（大班额）", 56, 65),
    ("too_large", "66人及以上（超大班额）", 66, usize::MAX),
];

/// The smallest class that is too large.
pub const LARGE: usize = 56;

/// The columns 班数, 人数 and the bands.
pub fn columns(bands: &[Band]) -> Vec<(Column, Unit)> {
    let fixed =
        [(Column::count("classes", "班数"), Unit::Classes), (Column::count("pupils", "人数"), Unit::Pupils)];
    let bands = bands.iter().map(|(key, name, ..)| (Column::count(key, name), Unit::Classes));
    fixed.into_iter().chain(bands).collect()
}

/// The pupils at school of each class.
pub fn classes<'a>(input: &'a Input<'a>) -> BTreeMap<(&'a str, &'a str), Vec<&'a Registration>> {
    let mut all: BTreeMap<_, Vec<&Registration>> = BTreeMap::new();
    for r in input.registrations.iter().copied().filter(|r| at_school(r)) {
        all.entry((r.school.as_str(), r.class_number.as_str())).or_default().push(r);
    }
    all
}

/// Classes counted in their bands, by school and grade.
pub fn by_place<'a>(input: &'a Input<'a>, bands: &[Band]) -> Places<'a> {
    let mut places = Places::new(input, Level::Grade, columns(bands));
    for pupils in classes(input).values() {
        let size = pupils.len();
        let band = bands.iter().position(|(_, _, least, most)| (*least..=*most).contains(&size));
        let columns: Vec<usize> = [Some(0), Some(1), band.map(|b| 2 + b)].into_iter().flatten().collect();
        pupils.iter().for_each(|r| places.count(input, r, &columns));
    }
    places
}

fn build<'a>(input: &'a Input<'a>) -> Vec<Sheet<'a>> {
    let places = by_place(input, &BANDS);
    let bands: Vec<usize> = (2..2 + BANDS.len()).collect();
    let foot = vec![places.grid.proof(places.total, 0, &bands), places.sums(0), places.sums(1)];
    let row = 1 + places.total;
    let across = |row| Cells { first: (row, 4), last: (row, 3 + BANDS.len()) };
    let title = "各班额段的班数".to_owned();
    let picture = Some(Picture { title, names: across(0), values: across(row) });
    vec![Sheet { title: "", grid: places.grid, foot, picture }, too_large(input)]
}

/// The second table: a row a class that is too large.
fn too_large<'a>(input: &'a Input<'a>) -> Sheet<'a> {
    let labels = [("school", "学校"), ("grade", "年级"), ("class", "班级"), ("band", "班额段")];
    let labels = labels.map(|(key, heading)| Column::text(key, heading)).to_vec();
    let mut grid = Grid::new(labels, vec![(Column::count("pupils", "人数"), Unit::Pupils)]);
    for ((school, class), pupils) in classes(input).into_iter().filter(|(_, p)| p.len() >= LARGE) {
        let band = if pupils.len() > BANDS[2].3 { "超大班额" } else { "大班额" };
        let row = grid.row(vec![
            person::school_name(input.directory, school),
            person::grade(input.directory, school, class, input.span.to),
            person::class_name(input.directory, school, class),
            band.to_owned(),
        ]);
        pupils.into_iter().for_each(|r| grid.count(Who::plain(r), &[row], &[0]));
    }
    let foot = vec![format!("56 人及以上的班共 {} 个。", grid.height())];
    Sheet { title: "大班额班级", grid, foot, picture: None }
}
