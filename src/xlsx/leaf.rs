//! Printed pages in a workbook: one below the other on sheets of A4, a page break after each.

use std::path::Path;

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use crate::model::page::{COLUMNS, Cell, Line, Look, Page};
use crate::xlsx::error::WriteError;
use crate::xlsx::fit;
use crate::xlsx::write::{TEXT, failure, finish, fitting, plain};

/// The width of each of the columns, in points: together no wider than A4 between its margins in any program.
const WIDTH: f64 = 61.5;
const TITLE: f64 = 32.0;
const A4: u8 = 9;
/// The margins at the ends of a page, in inches, and the height between them in points, with a little to spare.
const ENDS: f64 = 0.35;
const ROOM: f64 = 841.9 - ENDS * 144.0 - 8.0;
/// So much taller than it must be a boxed line may become where a page has room.
const MORE: f64 = 8.0;
/// A value of more lines than this is written small.
const LINES: usize = 2;
/// Sizes of letters, each with the height of its lines: what stands in boxes, long values, what stands outside.
const BOXED: (f64, f64) = (9.0, 11.5);
const SMALL: (f64, f64) = (7.0, 9.0);
const OUTSIDE: (f64, f64) = (11.0, 15.0);
/// What a line has besides its letters, in points.
const BESIDES: f64 = 2.5;
/// Excel takes 1,023 breaks a sheet.
pub const PAGES: usize = 1_000;

/// How the cells of pages look.
pub struct Looks {
    title: Format,
    label: Format,
    value: Format,
    small: Format,
    /// The box of several lines: its left side above and below, and its right side above and below.
    boxes: [Format; 4],
    note: Format,
    /// A note of one line: it goes over the cells beside it and needs not be one with them.
    free: Format,
    heading: Format,
}

impl Default for Looks {
    fn default() -> Looks {
        let base =
            plain().set_font_size(BOXED.0).set_num_format_index(TEXT).set_align(FormatAlign::VerticalCenter);
        let wrapped = base.clone().set_text_wrap();
        let boxed = wrapped.clone().set_border(FormatBorder::Thin);
        let left = base.clone().set_border_left(FormatBorder::Thin);
        let right = base.clone().set_border_right(FormatBorder::Thin);
        let top = |side: &Format| side.clone().set_border_top(FormatBorder::Thin);
        let boxes = [top(&left).set_indent(1), left.clone(), top(&right), right.clone()];
        Looks {
            title: base.clone().set_font_size(18).set_bold().set_align(FormatAlign::CenterAcross),
            label: boxed.clone().set_align(FormatAlign::Center),
            value: boxed.clone(),
            small: boxed.clone().set_font_size(SMALL.0),
            boxes,
            note: wrapped.set_font_size(OUTSIDE.0),
            free: base.set_font_size(OUTSIDE.0),
            heading: boxed.set_bold().set_align(FormatAlign::Center),
        }
    }
}

/// How many lines a text takes in letters of this size over so many columns.
fn lines(text: &str, span: u16, (size, _): (f64, f64)) -> usize {
    fit::lines(text, f64::from(span) * WIDTH, size)
}

/// The letters of a cell.
fn letters(cell: &Cell) -> (f64, f64) {
    match cell.look {
        Look::Note => OUTSIDE,
        Look::Value if lines(&cell.text, cell.span, BOXED) > LINES => SMALL,
        Look::Value | Look::Label | Look::BoxTop | Look::BoxRest | Look::Heading => BOXED,
    }
}

/// The height that the texts of a line need.
fn needed(line: &Line) -> f64 {
    let of = |cell: &Cell| {
        let letters = letters(cell);
        lines(&cell.text, cell.span, letters) as f64 * letters.1 + BESIDES
    };
    line.cells.iter().map(of).fold(0.0, f64::max)
}

/// The heights of the lines of a page: as high as they ask for, higher where the page has room, never lower than their
/// texts need.
fn heights(page: &Page) -> Vec<f64> {
    let needed: Vec<f64> = page.lines.iter().map(needed).collect();
    let wanted: Vec<f64> = page.lines.iter().zip(&needed).map(|(l, n)| l.height.max(*n)).collect();
    let sum = |all: &[f64]| all.iter().sum::<f64>();
    let room = ROOM - TITLE - sum(&wanted);
    let boxed = |line: &Line| line.cells.iter().all(|c| c.look != Look::Note);
    if room >= 0.0 {
        let more = (room / page.lines.iter().filter(|l| boxed(l)).count().max(1) as f64).min(MORE);
        let each = page.lines.iter().zip(wanted);
        return each.map(|(line, high)| if boxed(line) { high + more } else { high }).collect();
    }
    let part = 1.0 + room / (sum(&wanted) - sum(&needed)).max(1.0);
    needed.iter().zip(wanted).map(|(least, high)| least + (high - least) * part.max(0.0)).collect()
}

/// A sheet of pages: where the next one begins, and where those before it ended.
pub struct Leaves {
    pub name: String,
    row: u32,
    breaks: Vec<u32>,
}

impl Leaves {
    /// An empty sheet of pages, set up for print.
    pub fn new(sheet: &mut Worksheet, name: &str, path: &Path) -> Result<Leaves, WriteError> {
        let columns =
            (0..COLUMNS).try_for_each(|c| sheet.set_column_width(c, fit::in_digits(WIDTH)).map(drop));
        columns.map_err(|e| failure(path, e))?;
        // Fonts differ from machine to machine: where the columns come out wider, the page is made to fit. As many pages
        // high as there are breaks.
        sheet.set_paper_size(A4).set_portrait().set_print_fit_to_pages(1, 0);
        sheet.set_margins(0.45, 0.45, ENDS, ENDS, 0.2, 0.2).set_print_center_horizontally(true);
        Ok(Leaves { name: name.to_owned(), row: 0, breaks: Vec::new() })
    }

    /// How many pages there are.
    pub fn count(&self) -> usize {
        self.breaks.len()
    }

    /// One more page.
    pub fn add(
        &mut self,
        sheet: &mut Worksheet,
        page: &Page,
        (looks, path): (&Looks, &Path),
    ) -> Result<(), WriteError> {
        self.write(sheet, page, looks).map_err(|e| failure(path, e))
    }

    fn write(&mut self, sheet: &mut Worksheet, page: &Page, looks: &Looks) -> Result<(), XlsxError> {
        sheet.set_row_height(self.row, TITLE)?;
        sheet.write_string_with_format(self.row, 0, fitting(&page.title), &looks.title)?;
        (1..COLUMNS).try_for_each(|c| sheet.write_blank(self.row, c, &looks.title).map(drop))?;
        self.row += 1;
        for (line, height) in page.lines.iter().zip(heights(page)) {
            sheet.set_row_height(self.row, height)?;
            let mut column = 0;
            for cell in &line.cells {
                self.cell(sheet, column, cell, looks)?;
                column += cell.span;
            }
            self.row += 1;
        }
        self.breaks.push(self.row);
        Ok(())
    }

    /// One cell. Those that are merged stay in memory until the file is written: no more of them than must be.
    fn cell(&self, sheet: &mut Worksheet, column: u16, cell: &Cell, looks: &Looks) -> Result<(), XlsxError> {
        let (row, text, last) = (self.row, fitting(&cell.text), column + cell.span - 1);
        let sides = |at: usize| (&looks.boxes[at], &looks.boxes[at + 2]);
        let look = match cell.look {
            Look::BoxTop | Look::BoxRest => {
                let (left, right) = sides(usize::from(cell.look == Look::BoxRest));
                sheet.write_string_with_format(row, column, text, left)?;
                return sheet.write_blank(row, last, right).map(drop);
            }
            Look::Note if lines(&cell.text, cell.span, OUTSIDE) == 1 => {
                return sheet.write_string_with_format(row, column, text, &looks.free).map(drop);
            }
            Look::Note => &looks.note,
            Look::Label => &looks.label,
            Look::Heading => &looks.heading,
            Look::Value if letters(cell) == SMALL => &looks.small,
            Look::Value => &looks.value,
        };
        match cell.span {
            1 => sheet.write_string_with_format(row, column, text, look).map(drop),
            _ => sheet.merge_range(row, column, row, last, &text, look).map(drop),
        }
    }

    /// Sets the breaks; the sheet is done.
    pub fn end(mut self, sheet: &mut Worksheet, path: &Path) -> Result<(), WriteError> {
        // After the last page there is nothing to break from.
        self.breaks.pop();
        finish(sheet, self.row).map_err(|e| failure(path, e))?;
        sheet.set_page_breaks(&self.breaks).map(drop).map_err(|e| failure(path, e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_filled_and_no_text_is_cut() {
        let line = |text: &str| Line {
            cells: vec![Cell::new(Look::Label, "姓名", 1), Cell::new(Look::Value, text, 7)],
            height: 17.0,
        };
        let page = |texts: &[String]| Page {
            title: "学籍卡".into(),
            lines: texts.iter().map(|text| line(text)).collect(),
        };
        let short = heights(&page(&vec!["短".to_owned(); 10]));
        assert!(short.iter().all(|h| *h == 17.0 + MORE), "a short page has lines a little taller: {short:?}");
        let full = heights(&page(&vec!["短".to_owned(); 42]));
        assert!((full.iter().sum::<f64>() + TITLE - ROOM).abs() < 0.1, "{full:?}");
        let mut texts = vec!["短".to_owned(); 42];
        texts[7] = "长".repeat(60);
        let long = heights(&page(&texts));
        assert!(long[7] >= 2.0 * BOXED.1 && long.iter().all(|h| *h >= BOXED.1 + BESIDES), "{long:?}");
        assert!(long.iter().sum::<f64>() + TITLE < ROOM + 0.1, "{long:?}");
    }
}
