//! A workbook in the making: title, head, header row, widths for Han text, print set-up; rows may come one by one.

use std::collections::HashSet;
use std::fs::File;
use std::path::Path;

use rust_xlsxwriter::{Chart, ChartType, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};
use unicode_width::UnicodeWidthStr;

use crate::model::export::Mark;
use crate::model::page::Page;
use crate::model::table::{Align, Cells, Column, Picture, Table};
use crate::xlsx::error::WriteError;
use crate::xlsx::leaf::{Leaves, Looks, PAGES};
use crate::xlsx::mark::stamp;
use crate::xlsx::write::{TEXT, failure, fitting, new_workbook, print_setup, sheet_name, width};

/// From this many cells on, rows go to disk as they are written.
const LARGE: usize = 200_000;
/// Widths are taken from the first rows; a list is much the same further down.
const SAMPLE: usize = 2_000;
/// The widest column, in characters; longer texts take more lines, so that the page stays readable.
const WIDEST: f64 = 34.0;
/// A heading makes its column no wider than this, in characters.
const HEADING: f64 = 10.0;
/// A table wider than this, in characters, is printed on A3.
const WIDE: f64 = 230.0;
const A3: u8 = 8;
/// The height of a line, in points.
const LINE: f64 = 15.0;

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
    columns: Vec<Column>,
    widths: Vec<f64>,
    sampled: usize,
    header: u32,
    /// The last row that was written.
    row: u32,
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
        line: Format::new()
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
        let header = self.open.as_ref().map_or(0, |o| o.header);
        self.end(&table.foot)?;
        match &table.picture {
            Some(picture) => self.draw(picture, table, header),
            None => Ok(()),
        }
    }

    /// Begins a sheet whose rows come one by one and are on disk as soon as they have come.
    pub fn begin(&mut self, name: &str, table: &Table) -> Result<(), WriteError> {
        self.book.add_worksheet_with_constant_memory().map(drop).map_err(|e| failure(self.path, e))?;
        self.start(name, table)
    }

    fn start(&mut self, name: &str, table: &Table) -> Result<(), WriteError> {
        let name = sheet_name(name, &mut self.names);
        let widths = widths(table);
        let header = last_sheet(&mut self.book).and_then(|sheet| {
            sheet.set_name(name)?;
            top(sheet, table, &widths, &self.styles)
        });
        let header = header.map_err(|e| failure(self.path, e))?;
        let sampled = table.rows.len().min(SAMPLE);
        self.open = Some(Open { columns: table.columns.clone(), widths, sampled, header, row: header });
        Ok(())
    }

    /// The next row.
    pub fn row(&mut self, cells: &[String]) -> Result<(), WriteError> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        open.row += 1;
        if open.sampled < SAMPLE {
            open.sampled += 1;
            open.widths
                .iter_mut()
                .zip(cells)
                .for_each(|(w, cell)| *w = w.max(width([cell.as_str()].into_iter()).min(WIDEST)));
        }
        let high = height(cells);
        let written = last_sheet(&mut self.book).and_then(|sheet| {
            if high > 1.0 {
                sheet.set_row_height(open.row, LINE * high)?;
            }
            for (i, column) in (0..).zip(&open.columns) {
                let text = cells.get(usize::from(i)).map_or("", String::as_str);
                write_cell(sheet, (open.row, i), column, text, &self.styles)?;
            }
            Ok(())
        });
        self.open = Some(open);
        written.map_err(|e| failure(self.path, e))
    }

    /// Ends the sheet with the lines under its table.
    pub fn end(&mut self, foot: &[String]) -> Result<(), WriteError> {
        let Some(open) = self.open.take() else { return Ok(()) };
        let ended = last_sheet(&mut self.book).and_then(|sheet| {
            for (row, line) in (open.row + 1..).zip(foot) {
                across(sheet, row, line, &open.widths, &self.styles.line)?;
            }
            for (i, width) in (0..).zip(&open.widths) {
                sheet.set_column_width(i, *width)?;
            }
            print_setup(sheet);
            if open.widths.iter().sum::<f64>() > WIDE {
                sheet.set_paper_size(A3);
            }
            sheet.set_repeat_rows(open.header, open.header)?;
            sheet.set_freeze_panes(open.header + 1, 0)?;
            Ok(())
        });
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

    /// A native chart under the table, of cells of it.
    fn draw(&mut self, picture: &Picture, table: &Table, header: u32) -> Result<(), WriteError> {
        let path = self.path;
        let sheet = last_sheet(&mut self.book).map_err(|e| failure(path, e))?;
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
        chart.set_width(720).set_height(320);
        let below = header + (table.rows.len() + table.foot.len()) as u32 + 2;
        sheet.insert_chart(below, 0, &chart).map(drop).map_err(|e| failure(path, e))
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

/// The widths that the first rows ask for; headings longer than their cells take more lines.
fn widths(table: &Table) -> Vec<f64> {
    let of = |(i, column): (usize, &Column)| {
        let cells = table.rows.iter().take(SAMPLE).filter_map(|row| row.get(i));
        let heading = width([column.heading.as_str()].into_iter()).min(HEADING);
        width(cells.map(String::as_str)).min(WIDEST).max(heading)
    };
    table.columns.iter().enumerate().map(of).collect()
}

/// How many lines a text takes in so many characters.
fn lines(text: &str, room: f64) -> f64 {
    (text.width_cjk() as f64 / room).ceil().max(1.0)
}

/// How many lines the cells of a row take: more than one where a text is wider than the widest column, or has breaks.
fn height(cells: &[String]) -> f64 {
    // No character is wider than its bytes in UTF-8: most cells are told by their length.
    let is_long = |cell: &&String| cell.len() as f64 > WIDEST - 2.0 || cell.contains('\n');
    let high = |cell: &String| cell.lines().map(|line| lines(line, WIDEST - 1.0)).sum();
    cells.iter().filter(is_long).map(high).fold(1.0, f64::max)
}

/// Title, head and headings; the row of the headings.
fn top(sheet: &mut Worksheet, table: &Table, widths: &[f64], styles: &Styles) -> Result<u32, XlsxError> {
    let last =
        u16::try_from(table.columns.len().saturating_sub(1)).map_err(|_| XlsxError::RowColumnLimitError)?;
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
        across(sheet, row, line, widths, &styles.line)?;
        row += 1;
    }
    let high = table.columns.iter().zip(widths).map(|(c, w)| lines(&c.heading, w - 1.0)).fold(1.0, f64::max);
    if high > 1.0 {
        sheet.set_row_height(row, LINE * high)?;
    }
    for (i, column) in (0..).zip(&table.columns) {
        sheet.write_string_with_format(row, i, fitting(&column.heading), &styles.header)?;
    }
    Ok(row)
}

/// A line over the whole width of the table, as high as its text needs.
fn across(
    sheet: &mut Worksheet,
    row: u32,
    line: &str,
    widths: &[f64],
    style: &Format,
) -> Result<(), XlsxError> {
    let room: f64 = widths.iter().sum();
    let high = lines(line, (room - 2.0).max(10.0));
    if high > 1.0 {
        sheet.set_row_height(row, LINE * high)?;
    }
    match widths.len() {
        0 | 1 => sheet.write_string_with_format(row, 0, fitting(line), style).map(drop),
        n => sheet.merge_range(row, 0, row, (n - 1) as u16, &fitting(line), style).map(drop),
    }
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
        Align::Text | Align::Moment => None,
    };
    let style = if spec.align == Align::Count { &styles.count } else { &styles.text };
    let text = spec.read(text);
    match count {
        Some(number) => sheet.write_number_with_format(row, column, number, style)?,
        None if text.is_empty() => sheet.write_blank(row, column, style)?,
        // Always as a string: a text that begins with `=` or `@` must not come to life.
        None => sheet.write_string_with_format(row, column, fitting(&text), style)?,
    };
    Ok(())
}
