//! 基础基212 班数、班额: classes by grade and size on 1 September.

use super::class_sizes::{Band, by_place};
use super::grid::Sheet;
use super::{Body, Input, Report, Set, Time};

/// The report's row.
pub const REPORT: Report = Report {
    name: "statistics-212",
    title: "基础基212 班数、班额",
    what: "9 月 1 日各年级的班数，按班额 25 人及以下至 66 人及以上分段，供填报教育事业统计报表。",
    basis: "教育事业统计基础基212；分段和栏目未见官方表式，填报前请与当年表式核对",
    counted: "在校人数：在读和待核准；休学、辍学、保留学籍不计。以 9 月 1 日当天学籍库的记载为准，以后补登的入学不在内；没有在校学生的班不计。",
    time: Time::September,
    set: Set::Both,
    needs: &[],
    body: Body::Counts(build),
};

const BANDS: [Band; 10] = [
    ("to_25", "25人及以下", 1, 25),
    ("to_30", "26—30人", 26, 30),
    ("to_35", "31—35人", 31, 35),
    ("to_40", "36—40人", 36, 40),
    ("to_45", "41—45人", 41, 45),
    ("to_50", "46—50人", 46, 50),
    ("to_55", "51—55人", 51, 55),
    ("to_60", "56—60人", 56, 60),
    ("to_65", "61—65人", 61, 65),
    ("above_65", "66人及以上", 66, usize::MAX),
];

fn build<'a>(input: &'a Input<'a>) -> Vec<Sheet<'a>> {
    let places = by_place(input, &BANDS);
    let bands: Vec<usize> = (2..2 + BANDS.len()).collect();
    let foot = vec![places.grid.proof(places.total, 0, &bands), places.sums(1)];
    vec![Sheet { title: "", grid: places.grid, foot, picture: None }]
}
