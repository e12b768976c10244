//! The sheet of code lists that the drop-downs of a template point to.

use crate::code;
use crate::model::cell::column_letters;
use crate::xlsx::roster::header_format;
use crate::xlsx::write::{TEXT, plain, width};
use rust_xlsxwriter::{Color, DataValidation, DataValidationErrorStyle, Formula, Workbook, XlsxError};

/// The sheet's name.
pub const SHEET: &str = "代码";
const HEADER: Color = Color::RGB(0xD9_D9_D9);

/// One list: the code table, its title, where its labels stand.
pub struct List {
    pub table: &'static str,
    pub title: &'static str,
    pub labels: Vec<&'static str>,
    range: String,
}

/// Gathers the lists of these tables, each once, in this order.
pub fn gather(tables: impl Iterator<Item = &'static str>) -> Vec<List> {
    let mut lists: Vec<List> = Vec::new();
    for table in tables {
        if lists.iter().any(|l| l.table == table) {
            continue;
        }
        let Some(loaded) = code::table(table) else { continue };
        let mut labels: Vec<&'static str> = loaded.entries().iter().map(|e| e.label).collect();
        if table == "nationality" {
            // Nearly every pupil is one of these; the rest keeps the order of the standard.
            labels.sort_by_key(|label| (*label != "中国", !label.starts_with("中国")));
        }
        let column = column_letters(lists.len() as u16 + 1);
        let range = format!("={SHEET}!${column}$2:${column}${}", labels.len() + 1);
        lists.push(List { table, title: loaded.title(), labels, range });
    }
    lists
}

/// Writes the sheet.
pub fn write(book: &mut Workbook, lists: &[List]) -> Result<(), XlsxError> {
    let text = plain().set_num_format_index(TEXT);
    let sheet = book.add_worksheet();
    sheet.set_name(SHEET)?;
    for (column, list) in (0..).zip(lists) {
        sheet.set_column_width(column, width(list.labels.iter().copied().chain([list.title])))?;
        sheet.write_string_with_format(0, column, list.title, &header_format(HEADER))?;
        for (row, label) in (1..).zip(&list.labels) {
            sheet.write_string_with_format(row, column, *label, &text)?;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    Ok(())
}

impl List {
    /// A drop-down of the list. It warns and lets pass: a program that knows more labels comes later.
    pub fn drop_down(&self) -> Result<DataValidation, XlsxError> {
        DataValidation::new()
            .allow_list_formula(Formula::new(&self.range))
            .set_error_style(DataValidationErrorStyle::Warning)
            .set_error_title("不在列表中")?
            .set_error_message("请从下拉列表中选择，填名称，不填代码。")
    }
}
