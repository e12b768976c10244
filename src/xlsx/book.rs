//! A workbook in the making: title, head, header row, widths for Han text, print set-up; rows may come one by one.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs::File;
use std::path::Path;

use rust_xlsxwriter::{Chart, ChartType, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

use crate::model::export::Mark;
use crate::model::page::Page;
use crate::model::table::{Align, Cells, Column, Picture, Table};
use crate::xlsx::error::WriteError;
use crate::xlsx::fit::{self, Layout, Pages, Paper, Remedy};
use crate::xlsx::leaf::{Leaves, Looks, PAGES};
use crate::xlsx::mark::stamp;
use crate::xlsx::write::{TEXT, failure, finish, fitting, new_workbook, plain, print_setup, sheet_name};

/// From this many cells on, rows go to disk as they are written.
const LARGE: usize = 200_000;
/// Widths are taken from the first rows, which wait for them; a list is much the same further down.
const SAMPLE: usize = 2_000;
/// So many rows go to the last page where notes would stand there alone.
const TOGETHER: u32 = 4;
const A3: u8 = 8;
/// The height of the title in points.
const TITLE: f64 = 27.0;
/// The number of a row, which stands in the middle of its column.
const ORDINAL: &str = "ordinal";

/// The workbook, with the sheet that is being written.
pub struct Book<'p> {
    path: &'p Path,
    book: Workbook,
    names: HashSet<String>,
    styles: Styles,
    open: Option<Open>,
    looks: Looks,
    leaves: Option<Leaves>,
    mark: Option<Mark>,
}

/// The sheet that takes rows.
struct Open {
    /// What stands around its rows.
    table: Table,
    /// The first rows, until the widths are known.
    waiting: Vec<Vec<String>>,
    laid: Option<Laid>,
}

/// A sheet whose widths are known.
struct Laid {
    layout: Layout,
    looks: Vec<Format>,
    header: u32,
    /// The last row that was written.
    row: u32,
    pages: Pages,
}

struct Styles {
    title: Format,
    line: Format,
    header: Format,
    text: Format,
    count: Format,
}

fn styles() -> Styles {
    let cell = plain().set_border(FormatBorder::Thin).set_align(FormatAlign::VerticalCenter);
    Styles {
        title: plain()
            .set_bold()
            .set_font_size(16)
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter),
        line: plain()
            .set_num_format_index(TEXT)
            .set_text_wrap()
            .set_align(FormatAlign::Left)
            .set_align(FormatAlign::VerticalCenter),
        header: cell
            .clone()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Center)
            .set_num_format_index(TEXT),
        text: cell.clone().set_num_format_index(TEXT).set_text_wrap(),
        count: cell.set_align(FormatAlign::Right),
    }
}

impl Styles {
    /// How the cells of each column look: a count before a text keeps its distance from it.
    fn of(&self, columns: &[Column]) -> Vec<Format> {
        let look = |(i, column): (usize, &Column)| {
            let before_text = columns.get(i + 1).is_some_and(|next| next.align != Align::Count);
            match column.align {
                _ if column.key == ORDINAL => self.count.clone().set_align(FormatAlign::Center),
                Align::Count if before_text => self.count.clone().set_indent(1),
                Align::Count => self.count.clone(),
                Align::Text | Align::Moment => self.text.clone(),
            }
        };
        columns.iter().enumerate().map(look).collect()
    }
}

impl<'p> Book<'p> {
    /// An empty workbook that will be written to `path`.
    pub fn new(path: &'p Path) -> Result<Book<'p>, WriteError> {
        let book = new_workbook().map_err(|e| failure(path, e))?;
        Ok(Book {
            path,
            book,
            names: HashSet::new(),
            styles: styles(),
            open: None,
            looks: Looks::default(),
            leaves: None,
            mark: None,
        })
    }

    /// What is written into its properties and at the foot of every page.
    pub fn mark(&mut self, mark: Option<&Mark>) {
        self.mark = mark.cloned();
    }

    /// A sheet with all its rows.
    pub fn table(&mut self, name: &str, table: &Table) -> Result<(), WriteError> {
        let is_large = table.rows.len() * table.columns.len() > LARGE;
        let added = if is_large { self.book.add_worksheet_with_low_memory().map(drop) } else { Ok(()) };
        added.map_err(|e| failure(self.path, e))?;
        if !is_large {
            self.book.add_worksheet();
        }
        self.start(name, table)?;
        table.rows.iter().try_for_each(|row| self.row(row))?;
        self.end(&table.foot)
    }

    /// Begins a sheet whose rows come one by one and are on disk as soon as they have come.
    pub fn begin(&mut self, name: &str, table: &Table) -> Result<(), WriteError> {
        self.book.add_worksheet_with_constant_memory().map(drop).map_err(|e| failure(self.path, e))?;
        self.start(name, table)
    }

    fn start(&mut self, name: &str, table: &Table) -> Result<(), WriteError> {
        let name = sheet_name(name, &mut self.names);
        let named = last_sheet(&mut self.book).and_then(|sheet| sheet.set_name(name).map(drop));
        named.map_err(|e| failure(self.path, e))?;
        let around = Table {
            title: table.title.clone(),
            head: table.head.clone(),
            columns: table.columns.clone(),
            picture: table.picture.clone(),
            ..Table::default()
        };
        self.open = Some(Open { table: around, waiting: Vec::new(), laid: None });
        Ok(())
    }

    /// The next row.
    pub fn row(&mut self, cells: &[String]) -> Result<(), WriteError> {
        let Some(open) = &mut self.open else { return Ok(()) };
        let sheet = last_sheet(&mut self.book);
        let written = sheet.and_then(|sheet| match &mut open.laid {
            Some(laid) => laid.row(sheet, &open.table.columns, cells),
            None => {
                open.waiting.push(cells.to_vec());
                if open.waiting.len() < SAMPLE { Ok(()) } else { open.lay(sheet, &self.styles).map(drop) }
            }
        });
        written.map_err(|e| failure(self.path, e))
    }

    /// Ends the sheet with the lines under its table.
    pub fn end(&mut self, foot: &[String]) -> Result<(), WriteError> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let ended = last_sheet(&mut self.book).and_then(|sheet| open.end(sheet, foot, &self.styles));
        ended.map_err(|e| failure(self.path, e))
    }

    /// One more page, below the others on the sheet of this name.
    pub fn page(&mut self, name: &str, page: &Page) -> Result<(), WriteError> {
        if self.leaves.as_ref().is_none_or(|l| l.name != name || l.count() == PAGES) {
            self.end_pages()?;
            let path = self.path;
            let sheet = self.book.add_worksheet_with_constant_memory().map_err(|e| failure(path, e))?;
            let unique = sheet_name(name, &mut self.names);
            sheet.set_name(unique).map(drop).map_err(|e| failure(path, e))?;
            self.leaves = Some(Leaves::new(sheet, name, path)?);
        }
        let Some(leaves) = &mut self.leaves else { return Ok(()) };
        let sheet = last_sheet(&mut self.book).map_err(|e| failure(self.path, e))?;
        leaves.add(sheet, page, (&self.looks, self.path))
    }

    fn end_pages(&mut self) -> Result<(), WriteError> {
        let Some(leaves) = self.leaves.take() else { return Ok(()) };
        let sheet = last_sheet(&mut self.book).map_err(|e| failure(self.path, e))?;
        leaves.end(sheet, self.path)
    }

    fn stamp(&mut self) -> Result<(), WriteError> {
        stamp(&mut self.book, self.mark.as_ref()).map_err(|e| failure(self.path, e))
    }

    /// All of it, for where it is no file of its own.
    pub fn bytes(mut self) -> Result<Vec<u8>, WriteError> {
        self.end_pages()?;
        self.stamp()?;
        self.book.save_to_buffer().map_err(|e| failure(self.path, e))
    }

    /// Writes all of it.
    pub fn save(mut self, file: &mut File) -> Result<(), WriteError> {
        self.end_pages()?;
        self.stamp()?;
        self.book.save_to_writer(file).map_err(|e| failure(self.path, e))
    }
}

/// The sheet that was added last.
fn last_sheet(book: &mut Workbook) -> Result<&mut Worksheet, XlsxError> {
    let last = book.worksheets().len().saturating_sub(1);
    book.worksheet_from_index(last)
}

impl Open {
    /// Settles the widths, and writes what has waited for them.
    fn lay(&mut self, sheet: &mut Worksheet, styles: &Styles) -> Result<&mut Laid, XlsxError> {
        let waiting = std::mem::take(&mut self.waiting);
        let columns = &self.table.columns;
        let layout = Layout::of(columns, &waiting);
        sheet.set_default_row_height(fit::height(1));
        for (i, width) in (0..).zip(&layout.widths) {
            sheet.set_column_width(i, fit::in_digits(*width))?;
        }
        let (header, top, repeated) = head(sheet, &self.table, &layout, styles)?;
        let pages = layout.pages(top, repeated);
        let mut laid = Laid { layout, looks: styles.of(columns), header, row: header, pages };
        waiting.iter().try_for_each(|row| laid.row(sheet, columns, row))?;
        Ok(self.laid.insert(laid))
    }

    fn end(mut self, sheet: &mut Worksheet, foot: &[String], styles: &Styles) -> Result<(), XlsxError> {
        if self.laid.is_none() {
            self.lay(sheet, styles)?;
        }
        let Some(laid) = &self.laid else { return Ok(()) };
        let mut high = 0.0;
        for (row, line) in (laid.row + 1..).zip(foot) {
            high += across(sheet, row, line, &laid.layout, &styles.line)?;
        }
        finish(sheet, laid.row + 1 + foot.len() as u32)?;
        laid.set_up(sheet, if self.table.picture.is_some() { 0.0 } else { high })?;
        let below = laid.row + foot.len() as u32 + 2;
        self.table.picture.as_ref().map_or(Ok(()), |picture| draw(sheet, picture, (laid.header, below)))
    }
}

impl Laid {
    fn row(&mut self, sheet: &mut Worksheet, columns: &[Column], cells: &[String]) -> Result<(), XlsxError> {
        self.row += 1;
        let each = columns.iter().zip(cells);
        let texts: Vec<Cow<str>> = each.map(|(column, cell)| column.read(cell)).collect();
        let high = self.layout.height(texts.iter().map(|t| &**t));
        self.pages.row(high);
        if high > fit::height(1) {
            sheet.set_row_height(self.row, high)?;
        }
        for (i, (column, look)) in (0..).zip(columns.iter().zip(&self.looks)) {
            let text = texts.get(usize::from(i)).map_or("", |t| &**t);
            write_cell(sheet, (self.row, i), (column, look), text)?;
        }
        Ok(())
    }

    /// Paper and scale. Notes of this height under the table stand with its last rows.
    fn set_up(&self, sheet: &mut Worksheet, notes: f64) -> Result<(), XlsxError> {
        print_setup(sheet);
        match self.layout.paper {
            Paper::A4 => {}
            Paper::A3 => drop(sheet.set_paper_size(A3)),
            Paper::Beside(columns) => {
                sheet.set_print_scale(self.layout.percent()).set_repeat_columns(0, columns - 1)?;
            }
        }
        match self.pages.remedy(notes) {
            Remedy::Nothing => {}
            Remedy::Fewer(pages) if !matches!(self.layout.paper, Paper::Beside(_)) => {
                sheet.set_print_fit_to_pages(1, pages);
            }
            Remedy::Fewer(_) | Remedy::Earlier => {
                // Where a table is made to fit, Excel takes no breaks.
                let rows = (self.row - self.header).min(TOGETHER);
                sheet.set_print_scale(self.layout.percent()).set_page_breaks(&[self.row + 1 - rows])?;
            }
        }
        sheet.set_repeat_rows(self.header, self.header)?;
        sheet.set_freeze_panes(self.header + 1, 0)?;
        Ok(())
    }
}

/// Title, head and headings; the row of the headings, the height of all of it and of the headings.
fn head(
    sheet: &mut Worksheet,
    table: &Table,
    layout: &Layout,
    styles: &Styles,
) -> Result<(u32, f64, f64), XlsxError> {
    let (mut row, mut top) = (0, 0.0);
    if !table.title.is_empty() {
        sheet.set_row_height(row, TITLE)?;
        sheet.merge_range(row, 0, row, last(layout)?, &fitting(&table.title), &styles.title)?;
        (row, top) = (row + 1, TITLE);
    }
    for line in &table.head {
        top += across(sheet, row, line, layout, &styles.line)?;
        row += 1;
    }
    let each = table.columns.iter().zip(&layout.widths);
    let headings: Vec<String> = each.map(|(c, width)| fit::heading(&c.heading, *width)).collect();
    let high = layout.height(headings.iter().map(String::as_str));
    sheet.set_row_height(row, high)?;
    for (i, heading) in (0..).zip(&headings) {
        sheet.write_string_with_format(row, i, fitting(heading), &styles.header)?;
    }
    Ok((row, top + high, high))
}

fn last(layout: &Layout) -> Result<u16, XlsxError> {
    u16::try_from(layout.widths.len().saturating_sub(1)).map_err(|_| XlsxError::RowColumnLimitError)
}

/// A line over the whole width, as high as its text needs; its height.
fn across(
    sheet: &mut Worksheet,
    row: u32,
    line: &str,
    layout: &Layout,
    style: &Format,
) -> Result<f64, XlsxError> {
    let high = layout.across(line);
    sheet.set_row_height(row, high)?;
    sheet.merge_range(row, 0, row, last(layout)?, &fitting(line), style)?;
    Ok(high)
}

/// A native chart under the table, of cells of it.
fn draw(sheet: &mut Worksheet, picture: &Picture, (header, below): (u32, u32)) -> Result<(), XlsxError> {
    let name = sheet.name();
    let range = |cells: &Cells| {
        let row = |row: usize| header + row as u32;
        (name.as_str(), row(cells.first.0), cells.first.1 as u16, row(cells.last.0), cells.last.1 as u16)
    };
    let mut chart = Chart::new(ChartType::Column);
    let series = chart.add_series();
    series.set_categories(range(&picture.names)).set_values(range(&picture.values));
    series.set_name(picture.title.as_str());
    chart.title().set_name(picture.title.as_str());
    chart.legend().set_hidden();
    chart.set_width(700).set_height(320);
    sheet.insert_chart(below, 0, &chart).map(drop)
}

fn write_cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    (spec, style): (&Column, &Format),
    text: &str,
) -> Result<(), XlsxError> {
    let count = match spec.align {
        Align::Count => text.parse::<f64>().ok().filter(|n| n.is_finite() && text.len() <= 15),
        Align::Text | Align::Moment => None,
    };
    match count {
        Some(number) => sheet.write_number_with_format(row, column, number, style)?,
        None if text.is_empty() => sheet.write_blank(row, column, style)?,
        // Always as a string: a text that begins with `=` or `@` must not come to life.
        None => sheet.write_string_with_format(row, column, fitting(text), style)?,
    };
    Ok(())
}
