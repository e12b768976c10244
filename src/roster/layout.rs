//! Where the table is on a sheet: the header row under its titles, and which column is which field.

use crate::model::cell::{Row, column_letters};
use crate::model::field::{COUNT, Field};

use super::column;

/// How many rows from the top a header is looked for in.
pub const HEADER_WITHIN: u32 = 30;

/// What was found, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub header_row: u32,
    /// The field of each column, in the order of the sheet.
    pub columns: Vec<Option<Field>>,
    /// Headings that name no field we know: their columns are not read, and the plan says so.
    pub unknown: Vec<String>,
    headings: Vec<String>,
    by_field: Vec<u16>,
}

impl Layout {
    /// The column (from 1) of a field; 0 when the sheet has none.
    pub fn column_of(&self, field: Field) -> u16 {
        self.by_field[field as usize]
    }

    /// The headings as the sheet has them.
    pub fn headings(&self) -> &[String] {
        &self.headings
    }
}

/// Why no layout could be settled on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayoutProblem {
    /// No row in reach looks like a header. `best` is the most known headings any row had.
    NoHeader { best: usize },
    /// The header has no column of names.
    NoNames { header_row: u32 },
    /// Two columns could be the same field.
    Ambiguous { header_row: u32, columns: Vec<(Field, Vec<String>)> },
}

impl LayoutProblem {
    /// What is wrong, for people.
    pub fn message(&self) -> String {
        match self {
            Self::NoHeader { best } => {
                format!("前 {HEADER_WITHIN} 行中没有找到表头（最多一行只认出 {best} 个栏目名）。")
            }
            Self::NoNames { header_row } => format!("第 {header_row} 行像是表头，但没有“姓名”一栏。"),
            Self::Ambiguous { columns, .. } => {
                let each = columns
                    .iter()
                    .map(|(field, at)| format!("{} 都可能是“{}”", at.join("、"), field.heading()));
                format!("{}。", each.collect::<Vec<_>>().join("；"))
            }
        }
    }

    /// What to do about it.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NoHeader { .. } | Self::NoNames { .. } => {
                "请使用 xueji template roster 生成的模板，或用 --sheet 指明工作表、用 --header-row 指明表头所在的行。"
            }
            Self::Ambiguous { .. } => "请把多余一栏改名或删除，使每个栏目只有一栏。",
        }
    }
}

/// Finds the header among the first rows of a sheet. `at` fixes the row instead.
pub fn find(rows: &[Row], at: Option<u32>) -> Result<Layout, LayoutProblem> {
    let mut best = 0;
    for row in rows.iter().filter(|r| at.is_none_or(|n| r.number == n)) {
        let known = (0..row.len()).filter(|&c| column::field_of(row.cell(c).0).is_some()).count();
        best = best.max(known);
        let filled = (0..row.len()).filter(|&c| !row.cell(c).0.trim().is_empty()).count();
        // A header names at least three fields, and is mostly headings: a row of data may hold one by chance.
        if known >= 3 && (known * 2 >= filled || at.is_some()) {
            return layout_of(row);
        }
    }
    Err(LayoutProblem::NoHeader { best })
}

fn layout_of(row: &Row) -> Result<Layout, LayoutProblem> {
    let headings: Vec<String> = (0..row.len()).map(|c| row.cell(c).0.trim().to_owned()).collect();
    let columns: Vec<Option<Field>> = headings.iter().map(|h| column::field_of(h)).collect();
    let mut by_field = vec![0u16; COUNT];
    let mut ambiguous: Vec<(Field, Vec<String>)> = Vec::new();
    for (i, field) in columns.iter().enumerate().filter_map(|(i, f)| f.map(|f| (i, f))) {
        let place =
            |i: usize| format!("{} 列（{}）", column_letters(i as u16 + 1), headings[i].replace('\n', ""));
        let slot = &mut by_field[field as usize];
        if *slot == 0 {
            *slot = i as u16 + 1;
        } else if let Some((_, at)) = ambiguous.iter_mut().find(|(f, _)| *f == field) {
            at.push(place(i));
        } else {
            ambiguous.push((field, vec![place(*slot as usize - 1), place(i)]));
        }
    }
    if !ambiguous.is_empty() {
        return Err(LayoutProblem::Ambiguous { header_row: row.number, columns: ambiguous });
    }
    if by_field[Field::PupilName as usize] == 0 {
        return Err(LayoutProblem::NoNames { header_row: row.number });
    }
    let unknown = headings.iter().zip(&columns).filter(|(h, f)| f.is_none() && !h.is_empty());
    let unknown = unknown.map(|(h, _)| h.clone()).collect();
    Ok(Layout { header_row: row.number, columns, unknown, headings, by_field })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::cell::CellKind;

    fn sheet(rows: &[&[&str]]) -> Vec<Row> {
        let row = |(i, cells): (usize, &&[&str])| {
            let mut row = Row::new(i as u32 + 1);
            cells
                .iter()
                .for_each(|c| row.push(c, if c.is_empty() { CellKind::Empty } else { CellKind::Text }));
            row
        };
        rows.iter().enumerate().map(row).collect()
    }

    #[test]
    fn the_header_is_found_under_its_titles_in_any_order() {
        let rows = sheet(&[
            &["云溪县第一小学花名册", "", ""],
            &["班级：一（1）班", "", "填表日期"],
            &["身份证号", "备注", "姓名", "性别"],
            &["", "", "王一", "男"],
        ]);
        let layout = find(&rows, None).unwrap();
        assert_eq!(layout.header_row, 3);
        assert_eq!(layout.column_of(Field::PupilName), 3);
        assert_eq!(layout.column_of(Field::BirthDate), 0);
        assert_eq!(layout.unknown, ["备注"]);
    }

    #[test]
    fn two_columns_of_one_field_are_refused_with_both_named() {
        let problem = find(&sheet(&[&["姓名", "学生姓名", "性别", "民族"]]), None).unwrap_err();
        assert_eq!(problem.message(), "A 列（姓名）、B 列（学生姓名） 都可能是“姓名”。");
    }

    #[test]
    fn without_header_or_names_it_says_so() {
        assert_eq!(find(&sheet(&[&["王一", "男", "汉族"]]), None), Err(LayoutProblem::NoHeader { best: 0 }));
        assert_eq!(
            find(&sheet(&[&["性别", "民族", "班号"]]), None),
            Err(LayoutProblem::NoNames { header_row: 1 })
        );
    }
}
