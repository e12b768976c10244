//! Rows in the layout of the roster template: what goes back to a school, and rosters made for training.

use crate::model::field::{Edition, Field, FieldKind, Need};
use crate::xlsx::error::WriteError;
use crate::xlsx::write::{TEXT, fitting, new_workbook, plain, print_list, save, width};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};
use std::path::Path;

/// The name of the sheet the pupils stand in.
pub const SHEET: &str = "花名册";

const MUST: Color = Color::RGB(0xF8_CB_AD);
const OPTIONAL: Color = Color::RGB(0xDD_EB_F7);
const LATER: Color = Color::RGB(0xE2_EF_DA);
const EXTRA: Color = Color::RGB(0xFF_E6_99);

/// Writes rows under the official headings, with one more column at the end if it is named. Streams: a row that was
/// taken from the iterator is on disk, only its distinct texts stay in memory.
pub fn write_roster(
    path: &Path,
    columns: &[Field],
    rows: &mut dyn Iterator<Item = Vec<String>>,
    extra: Option<&str>,
) -> Result<(), WriteError> {
    save(path, || {
        let mut book = new_workbook()?;
        let sheet = book.add_worksheet_with_low_memory()?;
        sheet.set_name(SHEET)?;
        let text = plain().set_num_format_index(TEXT);
        for (i, field) in (0..).zip(columns) {
            sheet.set_column_width(i, column_width(*field))?;
            sheet.set_column_format(i, &text)?;
        }
        let end = columns.len() as u16;
        if extra.is_some() {
            sheet.set_column_width(end, 60)?;
            sheet.set_column_format(end, &text)?;
        }
        write_header(sheet, columns, extra)?;
        for (row, cells) in (1..).zip(rows) {
            for (i, cell) in (0..).zip(&cells) {
                if !cell.is_empty() {
                    sheet.write_string_with_format(row, i, fitting(cell), &text)?;
                }
            }
        }
        Ok(book)
    })
}

/// The header row, frozen, its color telling what must be filled in.
pub fn write_header(sheet: &mut Worksheet, columns: &[Field], extra: Option<&str>) -> Result<(), XlsxError> {
    sheet.set_row_height(0, 32)?;
    for (i, field) in (0..).zip(columns) {
        let spec = field.spec();
        let color = match (spec.edition, spec.need) {
            (Edition::Later | Edition::Practice, _) => LATER,
            (Edition::Template, Need::Must | Need::Conditional) => MUST,
            (Edition::Template, Need::Optional) => OPTIONAL,
        };
        sheet.write_string_with_format(0, i, spec.heading, &header_format(color))?;
    }
    if let Some(heading) = extra {
        sheet.write_string_with_format(0, columns.len() as u16, heading, &header_format(EXTRA))?;
    }
    sheet.set_freeze_panes(1, 2)?;
    print_list(sheet, columns.iter().map(|f| column_width(*f)).sum(), 2)
}

/// How a heading looks.
pub fn header_format(color: Color) -> Format {
    plain()
        .set_bold()
        .set_text_wrap()
        .set_num_format_index(TEXT)
        .set_background_color(color)
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::Center)
        .set_align(FormatAlign::VerticalCenter)
}

/// The color of a heading that must be filled in, or not.
pub fn header_color(need: Need) -> Color {
    match need {
        Need::Must | Need::Conditional => MUST,
        Need::Optional => OPTIONAL,
    }
}

/// Wide enough for the heading and for what usually stands under it.
pub fn column_width(field: Field) -> f64 {
    let usual = match field.kind() {
        FieldKind::DocumentNumber | FieldKind::Validity | FieldKind::RegistryNumber => 22.0,
        FieldKind::Division | FieldKind::SchoolCode | FieldKind::Phone => 14.0,
        FieldKind::Text => 20.0,
        FieldKind::Name => 12.0,
        _ => 10.0,
    };
    width([field.heading()].into_iter()).max(usual)
}
