//! The blank forms: written by the program from their lines, one page of A4.

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use super::{Form, Line};
use crate::xlsx::write::{TEXT, new_workbook};

/// Widths of the four columns, in characters.
const WIDTHS: [f64; 4] = [15.0, 29.0, 15.0, 29.0];
const A4: u8 = 9;
const LINE: f64 = 27.0;
/// A line of an opinion, and the line of its seal and date, in points.
const OPINION: f64 = 19.0;
const SEAL: &str = "（盖章）　　　　年　　月　　日　";

/// A name as it stands in a form until it is filled in.
pub fn place(name: &str) -> String {
    format!("{{{{{name}}}}}")
}

struct Formats {
    title: Format,
    label: Format,
    value: Format,
    opinion: Format,
    seal: Format,
    note: Format,
}

fn formats() -> Formats {
    let base = Format::new().set_font_name("宋体").set_font_size(12).set_num_format_index(TEXT);
    let boxed =
        base.clone().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter).set_text_wrap();
    Formats {
        title: base
            .clone()
            .set_font_size(20)
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter),
        label: boxed.clone().set_align(FormatAlign::Center),
        value: boxed.clone(),
        opinion: boxed.clone().set_border_bottom(FormatBorder::None).set_indent(1),
        seal: boxed.set_border_top(FormatBorder::None).set_align(FormatAlign::Right),
        note: base.set_text_wrap().set_align(FormatAlign::VerticalCenter),
    }
}

/// The blank form as a workbook.
fn build(form: &Form) -> Result<Workbook, XlsxError> {
    let mut book = new_workbook()?;
    let sheet = book.add_worksheet();
    sheet.set_name(form.title)?;
    let formats = formats();
    for (column, width) in (0..).zip(WIDTHS) {
        sheet.set_column_width(column, width)?;
    }
    sheet.merge_range(0, 0, 0, 3, form.title, &formats.title)?;
    sheet.set_row_height(0, 40)?;
    let mut row = 1;
    for line in form.lines {
        row += write(sheet, row, line, &formats)?;
    }
    sheet.set_paper_size(A4).set_portrait().set_print_fit_to_pages(1, 1);
    sheet.set_print_area(0, 0, row - 1, 3)?;
    sheet.set_print_center_horizontally(true);
    Ok(book)
}

/// The blank form as the bytes of its file.
pub fn bytes(form: &Form) -> Vec<u8> {
    let made = build(form).and_then(|mut book| book.save_to_buffer());
    made.expect("a form is made of constants that fit")
}

/// One line; how many rows it takes.
fn write(sheet: &mut Worksheet, row: u32, line: &Line, f: &Formats) -> Result<u32, XlsxError> {
    let height = match line {
        Line::Pair(pairs) => {
            for (column, (label, name)) in [0, 2].into_iter().zip(pairs) {
                sheet.write_string_with_format(row, column, *label, &f.label)?;
                sheet.write_string_with_format(row, column + 1, place(name), &f.value)?;
            }
            LINE
        }
        Line::Wide(label, name) => {
            sheet.write_string_with_format(row, 0, *label, &f.label)?;
            sheet.merge_range(row, 1, row, 3, &place(name), &f.value)?;
            LINE * 1.5
        }
        Line::Opinion(label, name, lines) => {
            sheet.merge_range(row, 0, row + 1, 0, label, &f.label)?;
            sheet.merge_range(row, 1, row, 3, &place(name), &f.opinion)?;
            // Every opinion bears a seal and a date (R§8).
            sheet.merge_range(row + 1, 1, row + 1, 3, SEAL, &f.seal)?;
            sheet.set_row_height(row, OPINION * f64::from(*lines))?.set_row_height(row + 1, OPINION)?;
            return Ok(2);
        }
        Line::Note(text) => {
            sheet.merge_range(row, 0, row, 3, text, &f.note)?;
            LINE * 1.3
        }
    };
    sheet.set_row_height(row, height)?;
    Ok(1)
}

#[cfg(test)]
mod tests {
    use super::super::FORMS;
    use super::*;
    use std::io::{Cursor, Read};
    use std::path::{Path, PathBuf};

    fn parts(bytes: &[u8]) -> Vec<(String, String)> {
        let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let part = |i| {
            let mut part = zip.by_index(i).unwrap();
            let mut text = String::new();
            part.read_to_string(&mut text).unwrap();
            (part.name().unwrap().into_owned(), text)
        };
        (0..zip_len(bytes)).map(part).collect()
    }

    fn file(form: &Form) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("templates-xlsx").join(form.file)
    }

    fn zip_len(bytes: &[u8]) -> usize {
        zip::ZipArchive::new(Cursor::new(bytes)).unwrap().len()
    }

    #[test]
    fn the_committed_forms_are_what_the_program_writes_and_ask_for_nothing_unknown() {
        for form in FORMS {
            let new = bytes(form);
            let committed = std::fs::read(file(form)).unwrap();
            assert!(parts(&committed) == parts(&new), "{}: run write_the_forms_anew", form.file);
            assert!(!super::super::check::of_form(form).is_empty());
            let found = super::super::check::check(form, &new).unwrap();
            assert!(found.is_empty(), "{}: {found:?}", form.name);
        }
    }

    #[test]
    #[ignore = "writes templates-xlsx/; run it after a change and look at the files"]
    fn write_the_forms_anew() {
        for form in FORMS {
            std::fs::write(file(form), bytes(form)).unwrap();
        }
    }
}
