//! Rows above a header: titles and notes, or pupils of a table that the header is not of.

use crate::model::cell::{CellKind, Row};
use crate::model::field::Field;
use crate::roster::column;

use super::paths::{has_values, known_in};

/// The rows that look like pupils': by what they say, or because a name stands under a heading of names.
pub fn pupils(rows: &[Row]) -> Vec<u32> {
    let (mut found, mut names) = (Vec::new(), None);
    for row in rows {
        let heading = (0..row.len()).find(|c| column::field_of(row.cell(*c).0) == Some(Field::PupilName));
        if heading.is_some() && known_in(row) >= 2 && !has_values(row) {
            names = heading;
        } else if is_pupil(row) || names.is_some_and(|c| is_under(row, c)) {
            found.push(row.number);
        }
    }
    found
}

/// Whether a short text of no more than a name stands in this column, and something else in the row.
fn is_under(row: &Row, column: usize) -> bool {
    let filled = (0..row.len()).filter(|c| !row.cell(*c).0.trim().is_empty()).count();
    let name = row.cell(column).0.trim();
    let short = (1..=8).contains(&name.chars().count()) && !name.contains([':', '：']);
    filled >= 2 && short && !name.bytes().any(|b| b.is_ascii_digit()) && column::named(name).is_none()
}

/// Whether a row says of somebody what a title does not: an identity number, or two of sex, day of birth and people.
pub fn is_pupil(row: &Row) -> bool {
    let cells: Vec<(&str, CellKind)> =
        (0..row.len()).map(|c| row.cell(c)).map(|(t, kind)| (t.trim(), kind)).collect();
    let says = |text: &str| cells.iter().any(|(t, _)| *t == text);
    // 男 and 女 side by side count pupils, and 例 shows how to fill in.
    let example = cells.iter().find(|(t, _)| !t.is_empty()).is_some_and(|(t, _)| t.contains('例'));
    if (says("男") && says("女")) || example {
        return false;
    }
    let any = |is: &dyn Fn(&str, CellKind) -> bool| cells.iter().any(|(t, kind)| is(t, *kind));
    let signs = [
        says("男") || says("女"),
        any(&|t, kind| kind == CellKind::Date || is_day(t)),
        any(&|t, _| t.ends_with('族') && t.chars().count() <= 4 && column::named(t).is_none()),
    ];
    any(&|t, _| is_identity(t)) || signs.iter().filter(|s| **s).count() >= 2
}

/// The shape of an identity number, whatever its digits say.
fn is_identity(text: &str) -> bool {
    let (digits, last) = text.split_at_checked(17).unwrap_or_default();
    digits.bytes().all(|b| b.is_ascii_digit()) && matches!(last.as_bytes(), [b'0'..=b'9' | b'x' | b'X'])
}

/// 20150307, 2015-3-7, 2015年3月7日.
fn is_day(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let written = |c: char| c.is_ascii_digit() || matches!(c, '-' | '/' | '.' | '年' | '月' | '日');
    (6..=8).contains(&digits)
        && (text.starts_with("19") || text.starts_with("20"))
        && text.chars().all(written)
        && (digits == 8 || text.chars().count() > digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(texts: &[&[&str]]) -> Vec<Row> {
        let row = |(i, cells): (usize, &&[&str])| {
            let mut row = Row::new(i as u32 + 1);
            cells.iter().for_each(|c| row.push(c, CellKind::Text));
            row
        };
        texts.iter().enumerate().map(row).collect()
    }

    #[test]
    fn pupils_are_told_from_titles_by_what_they_say() {
        for cells in [
            &["1", "王一", "330127201803140016"][..],
            &["王一", "33012720180314001X"],
            &["王一", "男", "20180314"],
            &["王一", "女", "2018-3-14"],
            &["王一", "女", "汉族"],
        ] {
            assert_eq!(pupils(&rows(&[cells])), [1], "{cells:?}");
        }
        for cells in [
            &["云溪县第一小学一（1）班学生花名册"][..],
            &["填表日期", "2025年9月1日", "填表人", "王老师"],
            &["班级", "人数", "男", "女", "汉族", "少数民族"],
            &["例：", "张三", "男", "20180314"],
            &["学校标识码", "2133010001", "联系电话", "057188880000"],
            &["填表日期：2025-09-01", "班主任：王老师", "男"],
        ] {
            assert_eq!(pupils(&rows(&[cells])), [0u32; 0], "{cells:?}");
        }
    }

    #[test]
    fn a_name_under_a_heading_of_names_is_a_pupil() {
        let stacked =
            rows(&[&["序号", "姓名", "电话"], &["1", "王一", "13800000000"], &["", "填表人：", "王老师"]]);
        assert_eq!(pupils(&stacked), [2]);
        let title = rows(&[&["班级", "班主任", "人数"], &["一（1）班", "王老师", "45"]]);
        assert_eq!(pupils(&title), [0u32; 0]);
    }
}
