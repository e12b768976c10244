//! Sheets of student cards to be printed and cut: ten cards of bank-card size on an A4 page, each with its code.

use crate::model::export::Mark;
use crate::xlsx::error::WriteError;
use crate::xlsx::mark::stamp;
use crate::xlsx::write::{TEXT, finish, fitting, new_workbook, plain, save};
use qrcode::{Color, EcLevel, QrCode};
use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Image, ObjectMovement, Worksheet, XlsxError};
use std::path::Path;

/// What stands on the face of a card, and the text of its code.
pub struct Face {
    pub school: String,
    pub name: String,
    pub number: String,
    pub class: String,
    pub serial: String,
    pub issued_on: String,
    pub code: String,
}

const A4: u8 = 9;
/// Cards beside each other, and below each other on a page.
const ACROSS: usize = 2;
const DOWN: usize = 5;
/// Rows of a card and their heights in points: 153 together, the 54 mm of a card (ISO/IEC 7810 ID-1).
const HEIGHTS: [f64; 6] = [27.0, 25.5, 25.5, 25.5, 25.5, 24.0];
/// The strip between two rows of cards, in points.
const GAP: f64 = 6.0;
/// Columns of a card in pixels of 1/96 inch: what stands on it, the code; with the strip beside it. Together 326, which is
/// 86.3 mm in Excel and 85 mm in LibreOffice, where digits are not rounded to pixels; a card has 85.6 mm.
const WIDTHS: [u32; 3] = [205, 121, 8];
/// The side of the printed code, in pixels of 1/96 inch: 28.6 mm.
const SIDE: f64 = 108.0;
/// Pixels of the picture for each module of the code.
const SCALE: usize = 3;
/// The quiet zone that the standard asks for, in modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// Writes the cards as they come; rows go to disk, only the pictures stay.
pub fn write_cards(
    path: &Path,
    faces: &mut dyn Iterator<Item = Face>,
    mark: Option<&Mark>,
) -> Result<(), WriteError> {
    save(path, || {
        let mut book = new_workbook()?;
        // In this size both programs count nearly the same width for a digit.
        book.set_default_format(&Format::new().set_font_name("Arial").set_font_size(12), 20, 80)?;
        let sheet = book.add_worksheet_with_low_memory()?;
        sheet.set_name("学生卡")?;
        page(sheet)?;
        let (mut row, mut line, mut breaks) = (0, 0, Vec::new());
        loop {
            let faces: Vec<Face> = std::iter::from_fn(|| faces.next()).take(ACROSS).collect();
            if faces.is_empty() {
                break;
            }
            if line > 0 && line % DOWN == 0 {
                breaks.push(row);
            }
            cards(sheet, row, &faces)?;
            row += HEIGHTS.len() as u32 + 1;
            line += 1;
        }
        finish(sheet, row)?;
        sheet.set_page_breaks(&breaks)?;
        stamp(&mut book, mark)?;
        Ok(book)
    })
}

fn page(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    // Where the font of the widths is missing, columns are wider than a page: it is made to fit. A program that then takes
    // no breaks of ours breaks at the same rows, for the next row of cards is too high for what is left of the page.
    sheet.set_paper_size(A4).set_portrait().set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.35, 0.35, 0.2, 0.2, 0.1, 0.1).set_print_center_horizontally(true);
    for (i, width) in WIDTHS.iter().cycle().take(ACROSS * WIDTHS.len() - 1).enumerate() {
        sheet.set_column_width_pixels(i as u16, *width)?;
    }
    Ok(())
}

/// One row of cards.
fn cards(sheet: &mut Worksheet, first: u32, faces: &[Face]) -> Result<(), XlsxError> {
    for (i, height) in (0..).zip(HEIGHTS) {
        sheet.set_row_height(first + i, height)?;
        for (column, face) in (0..).step_by(WIDTHS.len()).zip(faces) {
            let last = i as usize + 1 == HEIGHTS.len();
            let text = [
                face.school.clone(),
                format!("姓名　{}", face.name),
                format!("学籍号　{}", face.number),
                format!("班级　{}", face.class),
                format!("发卡　{}", face.issued_on),
                format!("卡号　{}", face.serial),
            ];
            let left = style(i == 0, last).set_border_left(FormatBorder::Thin);
            sheet.write_string_with_format(first + i, column, fitting(&text[i as usize]), &left)?;
            let right = style(i == 0, last).set_border_right(FormatBorder::Thin);
            let title = if i == 0 { "学生卡" } else { "" };
            sheet.write_string_with_format(
                first + i,
                column + 1,
                title,
                &right.set_align(FormatAlign::Right),
            )?;
        }
    }
    for (column, face) in (1..).step_by(WIDTHS.len()).zip(faces) {
        let side = |size: f64| SIDE / size;
        let picture = Image::new_from_buffer(&picture(&face.code)?)?
            .set_alt_text("卡号和学籍号的二维码")
            .set_object_movement(ObjectMovement::MoveAndSizeWithCells);
        let (width, height) = (picture.width(), picture.height());
        let picture = picture.set_scale_width(side(width)).set_scale_height(side(height));
        sheet.insert_image_with_offset(first + 1, column, &picture, 4, 6)?;
    }
    sheet.set_row_height(first + HEIGHTS.len() as u32, GAP)?;
    Ok(())
}

fn style(is_title: bool, is_last: bool) -> Format {
    let cell =
        plain().set_num_format_index(TEXT).set_align(FormatAlign::VerticalCenter).set_shrink().set_indent(1);
    match (is_title, is_last) {
        (true, _) => cell.set_bold().set_font_size(12).set_border_top(FormatBorder::Thin),
        (_, true) => cell.set_font_size(9).set_border_bottom(FormatBorder::Thin),
        _ => cell.set_font_size(10),
    }
}

/// The code as a picture of two colors: a bitmap needs no compression and is small enough.
fn picture(code: &str) -> Result<Vec<u8>, XlsxError> {
    let made = QrCode::with_error_correction_level(code, EcLevel::M)
        .map_err(|e| XlsxError::ParameterError(e.to_string()))?;
    let (modules, colors) = (made.width(), made.to_colors());
    let side = (modules + 2 * QUIET) * SCALE;
    let is_dark = |x: usize, y: usize| {
        let inside = |n: usize| (n / SCALE).checked_sub(QUIET).filter(|n| *n < modules);
        inside(x).zip(inside(y)).is_some_and(|(x, y)| colors[y * modules + x] == Color::Dark)
    };
    // Rows are whole groups of four bytes, from the bottom up.
    let stride = side.div_ceil(32) * 4;
    let head = 14 + 40 + 8;
    let mut out = Vec::with_capacity(head + stride * side);
    let put = |out: &mut Vec<u8>, n: usize| out.extend_from_slice(&(n as u32).to_le_bytes());
    out.extend_from_slice(b"BM");
    [head + stride * side, 0, head, 40, side, side].into_iter().for_each(|n| put(&mut out, n));
    out.extend_from_slice(&[1, 0, 1, 0]);
    // No compression; 96 dots an inch.
    [0, stride * side, 3780, 3780, 2, 2, 0x00FF_FFFF, 0].into_iter().for_each(|n| put(&mut out, n));
    for y in (0..side).rev() {
        let mut row = vec![0u8; stride];
        (0..side).filter(|x| is_dark(*x, y)).for_each(|x| row[x / 8] |= 0x80 >> (x % 8));
        out.extend_from_slice(&row);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faces(count: usize) -> impl Iterator<Item = Face> {
        (0..count).map(|n| Face {
            school: "云溪县第一小学（示例）".into(),
            name: "单煜妍".into(),
            number: format!("L33012720180301{n:04}"),
            class: "一年级1班".into(),
            serial: format!("12-{n:05}"),
            issued_on: "2026-09-10".into(),
            code: format!("XJ1.L33012720180301{n:04}.12-{n:05}.0123456789ABCDEFGHJKMNPQR"),
        })
    }

    #[test]
    fn the_picture_is_a_bitmap_of_the_size_it_says() {
        let picture = picture("XJ1.A.1-00001.0").unwrap();
        assert_eq!(&picture[..2], b"BM");
        assert_eq!(u32::from_le_bytes(picture[2..6].try_into().unwrap()) as usize, picture.len());
        assert!(picture.len() < 4096, "{}", picture.len());
    }

    #[test]
    fn five_rows_of_cards_stand_on_a_page_and_an_odd_card_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("cards.xlsx");
        write_cards(&path, &mut faces(21), None).unwrap();
        let mut zip = zip::ZipArchive::new(std::fs::File::open(&path).unwrap()).unwrap();
        let names: Vec<String> = zip.file_names().map(|n| n.unwrap().into_owned()).collect();
        assert_eq!(names.iter().filter(|n| n.starts_with("xl/media/")).count(), 21);
        let mut sheet = String::new();
        std::io::Read::read_to_string(&mut zip.by_name("xl/worksheets/sheet1.xml").unwrap(), &mut sheet)
            .unwrap();
        assert_eq!(sheet.matches("<brk ").count(), 2, "21 cards are three pages");
    }
}
