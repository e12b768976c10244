//! Writing tables: title, head, header row, widths for Han text, print set-up; text stays text.

use crate::model::table::{Align, Column, Table};
use crate::xlsx::error::WriteError;
use crate::xlsx::save::atomically;
use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError,
};
use std::borrow::Cow;
use std::collections::HashSet;
use std::io;
use std::path::Path;
use unicode_width::UnicodeWidthStr;

/// From this many cells on, rows go to disk as they are written.
const LARGE: usize = 200_000;
/// Widths are taken from the first rows; a list is much the same further down.
const SAMPLE: usize = 2_000;
/// The longest text a cell can hold, in UTF-16 units (Excel specifications and limits).
const CELL_LIMIT: usize = 32_767;
const CUT: &str = "……（原文太长，以下略）";
const A4: u8 = 9;

/// Writes one table as a workbook of one sheet.
pub fn write_table(path: &Path, table: &Table) -> Result<(), WriteError> {
    let name = if table.title.is_empty() { "表" } else { &table.title };
    write_tables(path, &[(name, table)])
}

/// Writes tables as a workbook, one sheet each.
pub fn write_tables(path: &Path, tables: &[(&str, &Table)]) -> Result<(), WriteError> {
    save(path, || {
        let mut book = new_workbook()?;
        let mut names = HashSet::new();
        for (name, table) in tables {
            let sheet = if table.rows.len() * table.columns.len() > LARGE {
                book.add_worksheet_with_low_memory()?
            } else {
                book.add_worksheet()
            };
            sheet.set_name(sheet_name(name, &mut names))?;
            lay_out(sheet, table)?;
        }
        Ok(book)
    })
}

/// Makes the workbook and puts it in place whole.
pub fn save(path: &Path, build: impl FnOnce() -> Result<Workbook, XlsxError>) -> Result<(), WriteError> {
    atomically(path, |file| {
        let mut book = build().map_err(|e| failure(path, e))?;
        book.save_to_writer(file).map_err(|e| failure(path, e))
    })
}

/// An empty workbook whose bytes depend on its content only, not on the clock.
pub fn new_workbook() -> Result<Workbook, XlsxError> {
    let mut book = Workbook::new();
    let made = ExcelDateTime::from_ymd(2025, 9, 1)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&made));
    Ok(book)
}

/// The failure of the writing crate, sorted by what the person can do.
pub fn failure(path: &Path, error: XlsxError) -> WriteError {
    match error {
        XlsxError::IoError(e) => WriteError::from_io(path, e),
        XlsxError::ZipError(e) => WriteError::from_io(path, io::Error::from(e)),
        XlsxError::RowColumnLimitError => WriteError::TooLarge { path: path.to_path_buf() },
        other => WriteError::Workbook { path: path.to_path_buf(), detail: other.to_string() },
    }
}

/// The text, cut where a cell could not hold it.
pub fn fitting(text: &str) -> Cow<'_, str> {
    if text.len() <= CELL_LIMIT || text.encode_utf16().count() <= CELL_LIMIT {
        return Cow::Borrowed(text);
    }
    let mut room = CELL_LIMIT - CUT.encode_utf16().count();
    let kept = text.chars().take_while(|c| {
        let fits = c.len_utf16() <= room;
        room = room.saturating_sub(c.len_utf16());
        fits
    });
    Cow::Owned(kept.collect::<String>() + CUT)
}

/// The width of a column that shows these texts: Han characters count two, and there is an end to it.
pub fn width<'a>(texts: impl Iterator<Item = &'a str>) -> f64 {
    let widest = texts.flat_map(str::lines).map(UnicodeWidthStr::width_cjk).max().unwrap_or(0);
    (widest + 2).clamp(6, 42) as f64
}

/// A name Excel takes: at most 31 units, none of `[]:*?/\`, no quote at the ends, and not one that is taken.
fn sheet_name(name: &str, taken: &mut HashSet<String>) -> String {
    let clean: String = name
        .chars()
        .map(|c| if "[]:*?/\\".contains(c) || c.is_control() { '_' } else { c })
        .filter(|c| c.len_utf16() == 1)
        .take(26)
        .collect();
    let clean = clean.trim_matches('\'');
    let clean = if clean.is_empty() { "表" } else { clean };
    let mut found = clean.to_owned();
    let mut n = 2;
    while !taken.insert(found.to_lowercase()) {
        found = format!("{clean}({n})");
        n += 1;
    }
    found
}

struct Styles {
    title: Format,
    line: Format,
    header: Format,
    text: Format,
    count: Format,
}

fn styles() -> Styles {
    let cell = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
    Styles {
        title: Format::new().set_bold().set_font_size(16).set_align(FormatAlign::Center),
        line: Format::new().set_num_format("@"),
        header: cell.clone().set_bold().set_text_wrap().set_align(FormatAlign::Center).set_num_format("@"),
        text: cell.clone().set_num_format("@"),
        count: cell.set_align(FormatAlign::Right),
    }
}

fn lay_out(sheet: &mut Worksheet, table: &Table) -> Result<(), XlsxError> {
    let styles = styles();
    let last =
        u16::try_from(table.columns.len().saturating_sub(1)).map_err(|_| XlsxError::RowColumnLimitError)?;
    for (i, column) in (0..).zip(&table.columns) {
        let cells = table.rows.iter().take(SAMPLE).filter_map(|row| row.get(usize::from(i)));
        let texts = cells.map(String::as_str).chain([column.heading.as_str()]);
        sheet.set_column_width(i, width(texts))?;
    }
    let mut row = 0;
    if !table.title.is_empty() {
        if last > 0 {
            sheet.merge_range(row, 0, row, last, &fitting(&table.title), &styles.title)?;
        } else {
            sheet.write_string_with_format(row, 0, fitting(&table.title), &styles.title)?;
        }
        row += 1;
    }
    for line in &table.head {
        sheet.write_string_with_format(row, 0, fitting(line), &styles.line)?;
        row += 1;
    }
    let header = row;
    for (i, column) in (0..).zip(&table.columns) {
        sheet.write_string_with_format(row, i, fitting(&column.heading), &styles.header)?;
    }
    for cells in &table.rows {
        row += 1;
        for (i, column) in (0..).zip(&table.columns) {
            let text = cells.get(usize::from(i)).map_or("", String::as_str);
            write_cell(sheet, (row, i), column, text, &styles)?;
        }
    }
    for line in &table.foot {
        row += 1;
        sheet.write_string_with_format(row, 0, fitting(line), &styles.line)?;
    }
    print_setup(sheet);
    sheet.set_repeat_rows(header, header)?;
    sheet.set_freeze_panes(header + 1, 0)?;
    Ok(())
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    spec: &Column,
    text: &str,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let count = match spec.align {
        Align::Count => text.parse::<f64>().ok().filter(|n| n.is_finite() && text.len() <= 15),
        Align::Text => None,
    };
    let style = if spec.align == Align::Count { &styles.count } else { &styles.text };
    match count {
        Some(number) => sheet.write_number_with_format(row, column, number, style)?,
        None if text.is_empty() => sheet.write_blank(row, column, style)?,
        // Always as a string: a text that begins with `=` or `@` must not come to life.
        None => sheet.write_string_with_format(row, column, fitting(text), style)?,
    };
    Ok(())
}

/// A4 across, as wide as the page, numbered.
pub fn print_setup(sheet: &mut Worksheet) {
    sheet.set_paper_size(A4).set_landscape().set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.6, 0.6, 0.3, 0.3).set_print_center_horizontally(true);
    sheet.set_footer("&C第&P页 共&N页");
}
