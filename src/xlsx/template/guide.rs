//! The sheet that says how to fill in a template, column by column.

use crate::model::field::Need;
use crate::xlsx::roster::{header_color, header_format};
use crate::xlsx::template::small::star;
use crate::xlsx::write::{TEXT, plain, print_setup};
use rust_xlsxwriter::{Color, FormatAlign, FormatBorder, Workbook, XlsxError};
use unicode_width::UnicodeWidthStr;

pub const SHEET: &str = "填写说明";

/// What the guide says of one column.
pub struct Line {
    pub heading: &'static str,
    pub need: Need,
    pub what: String,
    pub example: &'static str,
    pub options: String,
    pub standing: Standing,
}

/// How a column came into the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Asked,
    /// Later variants of the form have it.
    Later,
    /// It is filled in before the form goes out.
    Given,
}

const HEADER: Color = Color::RGB(0xD9_D9_D9);
const COLUMNS: [(&str, f64); 6] =
    [("序号", 6.0), ("栏目", 26.0), ("必填", 14.0), ("填什么", 62.0), ("例", 26.0), ("可选项", 62.0)];

/// Writes the sheet: notes that hold for the whole form, then a line for each column.
pub fn write(book: &mut Workbook, notes: &[&str], lines: &[Line]) -> Result<(), XlsxError> {
    let text = plain().set_num_format_index(TEXT).set_text_wrap().set_align(FormatAlign::Top);
    let cell = text.clone().set_border(FormatBorder::Thin);
    let sheet = book.add_worksheet();
    sheet.set_name(SHEET)?;
    for (i, (_, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(i, width)?;
    }
    let whole: f64 = COLUMNS.iter().map(|c| c.1).sum();
    let mut row = 0;
    for note in notes {
        sheet.merge_range(row, 0, row, COLUMNS.len() as u16 - 1, note, &text)?;
        // No program fits the height of a merged row by itself.
        sheet.set_row_height(row, height(&[(note, whole)]))?;
        row += 1;
    }
    let header = row;
    sheet.set_row_height(header, 24)?;
    for (i, (heading, _)) in (0..).zip(COLUMNS) {
        sheet.write_string_with_format(row, i, heading, &header_format(HEADER))?;
    }
    for (number, line) in (1..).zip(lines) {
        row += 1;
        let needed = match line.standing {
            Standing::Later => "选填（后来增加）",
            Standing::Given => "已填好，不要改",
            Standing::Asked => star(line.need),
        };
        let marked = cell.clone().set_background_color(header_color(line.need));
        sheet.write_number_with_format(row, 0, number, &cell.clone().set_num_format("0"))?;
        sheet.write_string_with_format(row, 1, line.heading, &marked)?;
        sheet.write_string_with_format(row, 2, needed, &cell)?;
        sheet.write_string_with_format(row, 3, &line.what, &cell)?;
        sheet.write_string_with_format(row, 4, line.example, &cell)?;
        sheet.write_string_with_format(row, 5, &line.options, &cell)?;
        let texts = [line.heading, needed, &line.what, line.example, &line.options];
        let fitted: Vec<(&str, f64)> = texts.into_iter().zip(COLUMNS[1..].iter().map(|c| c.1)).collect();
        sheet.set_row_height(row, height(&fitted))?;
    }
    print_setup(sheet);
    sheet.set_repeat_rows(header, header)?;
    sheet.set_freeze_panes(header + 1, 2)?;
    Ok(())
}

/// Points of one line of text at the usual size, and between the text and the borders.
const LINE: f64 = 16.0;
const SPACE: f64 = 5.0;

/// The height at which each text fits its column of so many digits' width. A Han character takes two and a little,
/// and a line may break before its end.
fn height(texts: &[(&str, f64)]) -> f64 {
    let lines = |(text, width): &(&str, f64)| {
        let of_line = |line: &str| (line.width() as f64 * 1.12 / (width - 2.0)).ceil().max(1.0);
        text.lines().map(of_line).sum::<f64>().max(1.0)
    };
    texts.iter().map(lines).fold(1.0, f64::max) * LINE + SPACE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_as_high_as_its_longest_text_needs() {
        assert_eq!(height(&[("短", 26.0), ("", 14.0)]), LINE + SPACE);
        let long = "一二三四五六七八九十".repeat(4);
        assert_eq!(height(&[("短", 6.0), (&long, 62.0)]), 2.0 * LINE + SPACE, "eighty and a little in sixty");
        assert_eq!(height(&[("一行\n又一行\n再一行", 62.0)]), 3.0 * LINE + SPACE);
    }
}
