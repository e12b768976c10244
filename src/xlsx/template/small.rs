//! The shape that the small templates share: one sheet to fill in, one that says how.

use crate::model::field::Need;
use crate::model::sheet::{SheetColumn, code_table};
use crate::xlsx::roster::{header_color, header_format};
use crate::xlsx::template::guide::{self, Line, Standing};
use crate::xlsx::template::lists;
use crate::xlsx::write::{TEXT, fitting, new_workbook, plain, print_list, width};
use rust_xlsxwriter::{DataValidation, Workbook, XlsxError};

const ROWS: u32 = 2_000;

/// A workbook to fill in by these columns.
pub fn build(name: &str, columns: &[SheetColumn], notes: &[&str]) -> Result<Workbook, XlsxError> {
    filled(name, columns, notes, &[])
}

/// A workbook to go on with: these rows stand under the columns.
pub fn filled(
    name: &str,
    columns: &[SheetColumn],
    notes: &[&str],
    rows: &[Vec<String>],
) -> Result<Workbook, XlsxError> {
    let mut book = new_workbook()?;
    let lists = lists::gather(columns.iter().filter_map(code_table));
    let sheet = book.add_worksheet();
    sheet.set_name(name)?;
    let text = plain().set_num_format_index(TEXT);
    let mut whole = 0.0;
    for (i, column) in (0..).zip(columns) {
        let cells = rows.iter().filter_map(|row| row.get(usize::from(i))).map(String::as_str);
        let widest = width([column.heading, column.example].into_iter().chain(cells));
        sheet.set_column_width(i, widest + 2.0)?;
        whole += widest + 2.0;
        sheet.set_column_format(i, &text)?;
        sheet.write_string_with_format(0, i, column.heading, &header_format(header_color(column.need)))?;
        let list = lists.iter().find(|l| Some(l.table) == code_table(column));
        let rule = match (column.options, list) {
            (_, Some(list)) => list.drop_down()?,
            ([], None) => DataValidation::new(),
            (options, None) => DataValidation::new().allow_list_strings(options)?,
        };
        let rule = rule.set_input_title(column.heading)?.set_input_message(column.help)?;
        sheet.add_data_validation(1, i, ROWS, i, &rule)?;
    }
    for (row, cells) in (1..).zip(rows) {
        for (i, cell) in (0..).zip(cells).filter(|(_, cell)| !cell.is_empty()) {
            sheet.write_string_with_format(row, i, fitting(cell), &text)?;
        }
    }
    sheet.set_row_height(0, 32)?.set_freeze_panes(1, 0)?;
    print_list(sheet, whole, 1)?;
    let lines: Vec<Line> = columns.iter().map(line).collect();
    guide::write(&mut book, notes, &lines)?;
    if !lists.is_empty() {
        lists::write(&mut book, &lists)?;
    }
    Ok(book)
}

fn line(column: &SheetColumn) -> Line {
    let codes = code_table(column).map(|_| format!("见“{}”表", lists::SHEET));
    Line {
        heading: column.heading,
        need: column.need,
        what: column.help.to_owned(),
        example: column.example,
        options: match column.options {
            [] => codes.unwrap_or_default(),
            options => options.join("、"),
        },
        standing: if column.is_given() { Standing::Given } else { Standing::Asked },
    }
}

/// What the sign of a column that must be filled in says.
pub fn star(need: Need) -> &'static str {
    match need {
        Need::Must => "★必填",
        Need::Conditional => "★有条件必填",
        Need::Optional => "选填",
    }
}
