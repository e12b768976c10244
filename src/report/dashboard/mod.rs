//! 学籍概览: the county, or a school, at a glance; counts only, and no small ones. One file a panel, a row each in `PANELS`.

mod ages;
mod cases;
mod clocks;
mod enrollment;
pub mod hide;
mod moves;
mod quality;
mod sizes;

use crate::model::table::Table;

use super::facts::Need;
use super::{Body, Input, Report, Set, Time};
use enrollment::Enrollment;
use hide::Shown;

/// The report's row.
pub const REPORT: Report = Report {
    name: "dashboard",
    title: "学籍概览",
    what: "各年级、各校在校生，班额分布，期间的增减，年龄与年级，疑似重复和问题学籍，待办期限，各校数据质量。-o 概览.html 写成一个不联网的网页，带图，可打印、可在手机上看；写成其他形式是同样的数字。只有汇总数。",
    basis: "在校人数、班额段、学生变动代码的口径与相应报表相同（学生人数统计、班额统计、学籍变动统计表、待办期限）",
    counted: "只有汇总数，没有学生个人信息。1—4 的人数、件数写作“<5”，或与 0 一起写作“0—4”；为了不让人推算出来，有的数只写到整十（“≈”“<20”）或不写（“×”）；各校的页与全县的页一起看也推算不出。班数、校数照实写。",
    time: Time::Period,
    set: Set::Neither,
    needs: &[Need::Everyone, Need::Changes, Need::Disputes, Need::Suspects, Need::Clocks],
    body: Body::Board(board),
};

/// The whole.
pub struct Board {
    pub title: String,
    /// Whose it is, of when, and how its numbers are to be read.
    pub head: Vec<String>,
    /// What is seen first: a name, a number, and what it is of.
    pub tiles: Vec<(&'static str, String, &'static str)>,
    pub panels: Vec<Panel>,
    pub foot: String,
}

/// One part of it: pictures, and the numbers they are drawn of.
pub struct Panel {
    /// Each picture with what it shows, in words.
    pub drawings: Vec<(String, Drawing)>,
    /// Its foot says what is counted.
    pub table: Table,
}

/// A picture.
pub enum Drawing {
    /// Bars across, one below the other, in parts; what is hidden is not drawn.
    Bars { names: Vec<String>, parts: Vec<Part>, unit: &'static str },
    /// What flows into a stock, and out of it; the names say the numbers.
    Flow { into: Vec<Stream>, stock: String, out: Vec<Stream> },
    /// A dot for each pair of a column and a row, as large as its number.
    Dots { columns: Vec<String>, rows: Vec<String>, cells: Vec<Vec<Option<usize>>> },
}

/// One part of every bar.
pub struct Part {
    pub name: String,
    pub tone: Tone,
    pub values: Vec<Option<usize>>,
}

/// One stream of a flow: its name and number in words, and how broad it is.
pub struct Stream {
    pub name: String,
    pub breadth: usize,
}

/// What a part stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Plain,
    Good,
    Warning,
    Alarm,
    Quiet,
}

type Build = fn(&Input, &Enrollment) -> Panel;

const PANELS: &[Build] = &[
    |_, enrollment| enrollment.panel(),
    |input, _| sizes::panel(input),
    |input, _| moves::panel(input),
    ages::panel,
    |input, _| cases::panel(input),
    |input, _| clocks::panel(input),
    quality::panel,
];

fn board(input: &Input) -> Board {
    let enrollment = enrollment::count(input);
    let panels: Vec<Panel> = PANELS.iter().map(|build| build(input, &enrollment)).collect();
    Board {
        title: REPORT.title.to_owned(),
        head: REPORT.head(input),
        tiles: vec![
            ("在校生", enrollment.total().text(), "人"),
            ("学校", enrollment.schools.len().to_string(), "所"),
            ("班", sizes::classes(input).to_string(), "个"),
            ("大班额", sizes::large(input).to_string(), "个班"),
            ("未核定的疑似重复", cases::open_pairs(input).text(), "对"),
            ("未办结的问题学籍", cases::open_disputes(input).text(), "件"),
            ("已超期的事项", clocks::overdue(input).text(), "件"),
        ],
        panels,
        foot: REPORT.foot(),
    }
}

/// A panel's table of counts: a label, the shown counts, what is said below.
fn table(
    input: &Input,
    (title, columns): (&str, Vec<crate::model::table::Column>),
    rows: impl Iterator<Item = (String, Vec<Shown>)>,
    said: &[&str],
) -> Table {
    let mut table = REPORT.table(input, columns);
    table.title = title.to_owned();
    let row = |(label, shown): (String, Vec<Shown>)| {
        [label].into_iter().chain(shown.into_iter().map(Shown::text)).collect()
    };
    table.rows = rows.map(row).collect();
    table.foot = said.iter().map(|line| (*line).to_owned()).collect();
    table
}

/// The numbers of a row or column that are shown.
fn drawn(shown: &[Shown]) -> Vec<Option<usize>> {
    shown.iter().map(|s| s.drawn()).collect()
}

impl Board {
    /// The panels' tables, for where there are no pictures.
    pub fn tables(self) -> Vec<Table> {
        self.panels.into_iter().map(|p| p.table).collect()
    }
}
