//! The sheet that says how to fill in a template, column by column.

use crate::model::field::Need;
use crate::xlsx::roster::{header_color, header_format};
use crate::xlsx::template::small::star;
use crate::xlsx::write::{TEXT, print_setup};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, XlsxError};

pub const SHEET: &str = "填写说明";

/// What the guide says of one column.
pub struct Line {
    pub heading: &'static str,
    pub need: Need,
    pub what: String,
    pub example: &'static str,
    pub options: String,
    /// A column of later variants of the form.
    pub later: bool,
}

const HEADER: Color = Color::RGB(0xD9_D9_D9);
const COLUMNS: [(&str, f64); 6] =
    [("序号", 6.0), ("栏目", 26.0), ("必填", 14.0), ("填什么", 62.0), ("例", 26.0), ("可选项", 62.0)];

/// Writes the sheet: notes that hold for the whole form, then a line for each column.
pub fn write(book: &mut Workbook, notes: &[&str], lines: &[Line]) -> Result<(), XlsxError> {
    let plain = Format::new().set_num_format_index(TEXT).set_text_wrap().set_align(FormatAlign::Top);
    let cell = plain.clone().set_border(FormatBorder::Thin);
    let sheet = book.add_worksheet();
    sheet.set_name(SHEET)?;
    for (i, (_, width)) in (0..).zip(COLUMNS) {
        sheet.set_column_width(i, width)?;
    }
    let mut row = 0;
    for note in notes {
        sheet.merge_range(row, 0, row, COLUMNS.len() as u16 - 1, note, &plain)?;
        row += 1;
    }
    let header = row;
    for (i, (heading, _)) in (0..).zip(COLUMNS) {
        sheet.write_string_with_format(row, i, heading, &header_format(HEADER))?;
    }
    for (number, line) in (1..).zip(lines) {
        row += 1;
        let needed = match line.later {
            true => "选填（后来增加）",
            false => star(line.need),
        };
        let marked = cell.clone().set_background_color(header_color(line.need));
        sheet.write_number_with_format(row, 0, number, &cell.clone().set_num_format("0"))?;
        sheet.write_string_with_format(row, 1, line.heading, &marked)?;
        sheet.write_string_with_format(row, 2, needed, &cell)?;
        sheet.write_string_with_format(row, 3, &line.what, &cell)?;
        sheet.write_string_with_format(row, 4, line.example, &cell)?;
        sheet.write_string_with_format(row, 5, &line.options, &cell)?;
    }
    print_setup(sheet);
    sheet.set_repeat_rows(header, header)?;
    sheet.set_freeze_panes(header + 1, 2)?;
    Ok(())
}
