//! Printed pages in a workbook: one below the other on sheets of A4, a page break after each.

use std::path::Path;

use rust_xlsxwriter::{Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use crate::model::page::{COLUMNS, Look, Page};
use crate::xlsx::error::WriteError;
use crate::xlsx::write::{TEXT, failure, fitting};

/// The width of each of the columns, in characters: together no wider than A4 between its margins.
const WIDTH: f64 = 10.2;
const TITLE: f64 = 34.0;
const A4: u8 = 9;
/// Excel takes 1,023 breaks a sheet.
pub const PAGES: usize = 1_000;

/// How the cells of pages look.
pub struct Looks {
    title: Format,
    label: Format,
    value: Format,
    box_top: Format,
    box_rest: Format,
    note: Format,
    heading: Format,
}

impl Default for Looks {
    fn default() -> Looks {
        let base = Format::new()
            .set_font_name("宋体")
            .set_font_size(10)
            .set_num_format_index(TEXT)
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter);
        let boxed = base.clone().set_border(FormatBorder::Thin);
        Looks {
            title: base.clone().set_font_size(18).set_bold().set_align(FormatAlign::Center),
            label: boxed.clone().set_align(FormatAlign::Center).set_shrink(),
            value: boxed.clone(),
            box_top: boxed.clone().set_border_bottom(FormatBorder::None).set_align(FormatAlign::Center),
            box_rest: boxed.clone().set_border_top(FormatBorder::None).set_border_bottom(FormatBorder::None),
            note: base.set_font_size(11),
            heading: boxed.set_bold().set_align(FormatAlign::Center),
        }
    }
}

impl Looks {
    fn of(&self, look: Look) -> &Format {
        match look {
            Look::Label => &self.label,
            Look::Value => &self.value,
            Look::BoxTop => &self.box_top,
            Look::BoxRest => &self.box_rest,
            Look::Note => &self.note,
            Look::Heading => &self.heading,
        }
    }
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
        let columns = (0..COLUMNS).try_for_each(|c| sheet.set_column_width(c, WIDTH).map(drop));
        columns.map_err(|e| failure(path, e))?;
        // Fonts differ from machine to machine: where the columns come out wider, the page is made to fit. As many pages
        // high as there are breaks.
        sheet.set_paper_size(A4).set_portrait().set_print_fit_to_pages(1, 0);
        sheet.set_margins(0.45, 0.45, 0.4, 0.4, 0.2, 0.2).set_print_center_horizontally(true);
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
        sheet.merge_range(self.row, 0, self.row, COLUMNS - 1, &page.title, &looks.title)?;
        self.row += 1;
        for line in &page.lines {
            sheet.set_row_height(self.row, line.height)?;
            let mut column = 0;
            for cell in &line.cells {
                let (text, look) = (fitting(&cell.text), looks.of(cell.look));
                match cell.span {
                    1 => sheet.write_string_with_format(self.row, column, text, look).map(drop)?,
                    span => {
                        let last = column + span - 1;
                        sheet.merge_range(self.row, column, self.row, last, &text, look).map(drop)?;
                    }
                }
                column += cell.span;
            }
            self.row += 1;
        }
        self.breaks.push(self.row);
        Ok(())
    }

    /// Sets the breaks; the sheet is done.
    pub fn end(mut self, sheet: &mut Worksheet, path: &Path) -> Result<(), WriteError> {
        // After the last page there is nothing to break from.
        self.breaks.pop();
        sheet.set_page_breaks(&self.breaks).map(drop).map_err(|e| failure(path, e))
    }
}
