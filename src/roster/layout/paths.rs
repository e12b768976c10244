//! The headings over each column, from the top down: 监护人信息 › 姓名.

use crate::model::cell::{Region, Row};
use crate::roster::column::member::Context;
use crate::roster::column::{self, member};

/// What stands over one column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Path {
    /// From the top down; the last is the column's own heading.
    pub texts: Vec<String>,
    /// The column (from 0) in which the heading over this one begins.
    pub start: usize,
    /// The heading over this column stands to the left of it, and nothing in the file says how far it reaches.
    pub unsure: bool,
    /// It has only a heading in the last of several rows, and nothing over it.
    pub low: bool,
}

impl Path {
    /// The column's own heading.
    pub fn leaf(&self) -> &str {
        self.texts.last().map_or("", String::as_str)
    }

    /// The headings over it.
    pub fn labels(&self) -> &[String] {
        self.texts.split_last().map_or(&[], |(_, labels)| labels)
    }

    /// All of it, for people.
    pub fn shown(&self) -> String {
        self.texts.iter().map(|t| one_line(t)).collect::<Vec<_>>().join(" › ")
    }
}

/// A heading in one line.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<String>()
}

/// The cells of a row, each in one line.
pub fn in_one_line(row: &Row) -> Vec<String> {
    (0..row.len()).map(|c| one_line(row.cell(c).0)).collect()
}

/// No roster is wider; what stands beyond is said and not read.
pub const WIDEST: usize = 1_024;

/// The paths of the columns under these header rows, which follow on one another.
pub fn paths(rows: &[Row], merges: &[Region]) -> Vec<Path> {
    let header = Header::new(rows, merges);
    (0..header.width).map(|column| header.path(column)).collect()
}

/// Header rows, with what is to the left of each cell and which region covers it.
struct Header<'a> {
    rows: &'a [Row],
    width: usize,
    /// By row and column: the nearest column to the left that is filled.
    left: Vec<Vec<Option<usize>>>,
    /// By row and column: the region that covers the cell.
    covered: Vec<Vec<Option<Region>>>,
}

impl Header<'_> {
    fn new<'a>(rows: &'a [Row], merges: &[Region]) -> Header<'a> {
        let (first, last) = (rows.first().map_or(1, |r| r.number), rows.last().map_or(0, |r| r.number));
        let near = || merges.iter().filter(|r| r.top >= first && r.top <= last);
        let width = rows.iter().map(Row::len).max().unwrap_or(0);
        // A heading of one row that is merged over several columns is theirs too, the last one's as well.
        let reaches = near().filter(|r| rows.len() > 1 || r.top == r.bottom);
        let reach = reaches.map(|r| r.right as usize + 1).max().unwrap_or(0).min(width + 16);
        let width = width.max(reach).min(WIDEST);
        let mut covered = vec![vec![None; width]; rows.len()];
        for region in near() {
            for (row, cells) in rows.iter().zip(&mut covered).filter(|(r, _)| r.number <= region.bottom) {
                for cell in cells.iter_mut().take(region.right as usize + 1).skip(region.left as usize) {
                    if row.number >= region.top {
                        *cell = Some(*region);
                    }
                }
            }
        }
        let left = |row: &Row| {
            let mut last = None;
            let step = |c: usize| {
                let before = last;
                last = if is_filled(row, c) { Some(c) } else { last };
                before
            };
            (0..width).map(step).collect()
        };
        Header { rows, width, left: rows.iter().map(left).collect(), covered }
    }

    fn path(&self, column: usize) -> Path {
        let mut path = Path { start: column, ..Path::default() };
        for depth in 0..self.rows.len() {
            let below = &self.rows[depth + 1..];
            let Some((text, start, unsure)) = self.text_over(depth, column) else { continue };
            if path.texts.last() == Some(&text) {
                continue;
            }
            if below.iter().any(|r| is_filled(r, column)) {
                path.start = start;
                path.unsure = unsure;
            }
            path.low = self.rows.len() > 1 && below.is_empty() && path.texts.is_empty();
            path.texts.push(text);
        }
        path
    }

    /// The text that holds for a column in one header row: its own, its region's, or that of the heading to its left.
    fn text_over(&self, depth: usize, column: usize) -> Option<(String, usize, bool)> {
        let (row, below) = (&self.rows[depth], &self.rows[depth + 1..]);
        let text = |row: &Row, column: usize| row.cell(column).0.trim().to_owned();
        if is_filled(row, column) {
            return Some((text(row, column), column, false));
        }
        if let Some(region) = self.covered[depth][column] {
            let origin = self.rows.iter().find(|r| r.number == region.top)?;
            let text = text(origin, region.left as usize);
            return (!text.is_empty()).then_some((text, region.left as usize, false));
        }
        if !below.iter().any(|r| is_filled(r, column)) {
            return None;
        }
        let left = self.left[depth][column]?;
        // A heading that is merged ends where its region ends; one with nothing under it is a column's own.
        let over = below.iter().any(|r| is_filled(r, left));
        // Where a heading above begins anew, those below it end.
        let nearest = |above: usize| {
            let own = is_filled(&self.rows[above], column).then_some(column);
            own.or(self.left[above][column])
        };
        if (0..depth).any(|above| nearest(above).is_some_and(|c| c > left)) {
            return None;
        }
        (self.covered[depth][left].is_none() && over).then(|| (text(row, left), left, true))
    }
}

fn is_filled(row: &Row, column: usize) -> bool {
    !row.cell(column).0.trim().is_empty()
}

/// Whether a text is one that a header may have: a heading, or a part of a family member.
pub fn is_known(text: &str) -> bool {
    if text.chars().count() > 40 {
        return false;
    }
    column::named(text).is_some() || {
        let plain = column::plain(text);
        plain == "姓" || member::part_of(&plain).is_some() || member::part_of_any(&plain).is_some()
    }
}

/// How many cells of a row are such texts.
pub fn known_in(row: &Row) -> usize {
    (0..row.len()).filter(|c| is_filled(row, *c) && is_known(row.cell(*c).0)).count()
}

/// Whether a row holds values, as a header does not: 男, 汉族, a date, a number.
pub fn has_values(row: &Row) -> bool {
    (0..row.len()).any(|c| is_value(row.cell(c).0))
}

fn is_value(text: &str) -> bool {
    let text = column::plain(text);
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, 'x' | '/' | '年' | '月' | '日');
    matches!(text.as_str(), "男" | "女")
        || (digits >= 6 && text.chars().all(numeric))
        || (text.ends_with('族') && text.chars().count() <= 4 && !is_known(&text))
}

/// Whether a row stands over the row below it as a part of the same header.
pub fn is_over(row: &Row, below: &Row) -> bool {
    if row.number + 1 != below.number || has_values(row) {
        return false;
    }
    let texts = || (0..row.len()).filter(|c| is_filled(row, *c)).map(|c| (c, row.cell(c).0));
    // 班级：一（1）班 is a note above the table, whatever stands under it.
    if texts().any(|(_, text)| text.contains(['：', ':']) || text.chars().count() > 40) {
        return false;
    }
    let over_a_block = |(_, text): &(usize, &str)| {
        member::context_of(text).is_some_and(|context| context != Context::Stranger)
    };
    // 姓名 over an empty cell is a heading of two rows; over another heading it is a header of its own.
    let of_two_rows = |(c, text): &(usize, &str)| column::named(text).is_some() && !is_filled(below, *c);
    texts().any(|t| over_a_block(&t)) || texts().filter(of_two_rows).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cell::CellKind;

    fn rows(texts: &[&[&str]]) -> Vec<Row> {
        let row = |(i, cells): (usize, &&[&str])| {
            let mut row = Row::new(i as u32 + 1);
            cells
                .iter()
                .for_each(|c| row.push(c, if c.is_empty() { CellKind::Empty } else { CellKind::Text }));
            row
        };
        texts.iter().enumerate().map(row).collect()
    }

    fn shown(rows: &[Row], merges: &[Region]) -> Vec<(String, bool)> {
        paths(rows, merges).iter().map(|p| (p.shown(), p.unsure)).collect()
    }

    #[test]
    fn merged_headings_reach_as_far_as_their_region_and_no_further() {
        let rows = rows(&[
            &["序号", "学生信息", "", "监护人", "", ""],
            &["", "姓名", "性 别", "姓名", "电话", "班级"],
        ]);
        let region = |top, left, bottom, right| Region { top, left, bottom, right };
        let merges = [region(1, 0, 2, 0), region(1, 1, 1, 2), region(1, 3, 1, 4)];
        let expected =
            ["序号", "学生信息 › 姓名", "学生信息 › 性别", "监护人 › 姓名", "监护人 › 电话", "班级"];
        let found = shown(&rows, &merges);
        assert_eq!(found.iter().map(|f| f.0.as_str()).collect::<Vec<_>>(), expected);
        assert!(found.iter().all(|f| !f.1));
    }

    #[test]
    fn without_regions_a_heading_reaches_to_the_next_and_is_not_sure() {
        let rows = rows(&[&["序号", "学生信息", "", "监护人", ""], &["", "姓名", "性别", "姓名", "电话"]]);
        let expected = [
            ("序号", false),
            ("学生信息 › 姓名", false),
            ("学生信息 › 性别", true),
            ("监护人 › 姓名", false),
            ("监护人 › 电话", true),
        ];
        assert_eq!(shown(&rows, &[]), expected.map(|(p, u)| (p.to_owned(), u)));
    }

    #[test]
    fn rows_of_values_are_no_headers() {
        let row = |cells: &[&str]| rows(&[cells]).remove(0);
        for cells in
            [&["姓名", "王一", "性别", "男"][..], &["姓名", "民族", "汉族"], &["出生日期", "2015-03-07"]]
        {
            assert!(has_values(&row(cells)), "{cells:?}");
        }
        assert!(!has_values(&row(&["姓名", "民族", "出生日期（如20150307）", "班级", "入学年月"])));
    }
}
