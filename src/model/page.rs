//! A printed page for one pupil: a title, and lines of cells over a grid of eight columns.

use super::table::{Column, Table};

/// The columns of the grid.
pub const COLUMNS: u16 = 8;

/// How a cell looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The name of an item, boxed.
    Label,
    /// Its value, boxed, to the left.
    Value,
    /// A part of a box that goes over several lines, its first and those below.
    BoxTop,
    BoxRest,
    /// A text without a box.
    Note,
    /// A heading over a part of the page.
    Heading,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    /// How many columns it is wide.
    pub span: u16,
    pub look: Look,
}

/// One line of cells, and its height in points.
#[derive(Clone, Debug)]
pub struct Line {
    pub cells: Vec<Cell>,
    pub height: f64,
}

/// The page.
#[derive(Clone, Debug)]
pub struct Page {
    pub title: String,
    pub lines: Vec<Line>,
}

impl Cell {
    /// A cell of this look.
    pub fn new(look: Look, text: impl Into<String>, span: u16) -> Cell {
        Cell { text: text.into(), span, look }
    }
}

impl Page {
    /// The same as a table of items and values, for outputs that have no pages.
    pub fn table(&self) -> Table {
        let mut rows = Vec::new();
        for line in &self.lines {
            let mut cells = line.cells.iter().peekable();
            while let Some(cell) = cells.next() {
                match cell.look {
                    Look::Label => {
                        let value = cells.next_if(|c| c.look == Look::Value).map_or("", |c| c.text.as_str());
                        rows.push(vec![cell.text.clone(), value.to_owned()]);
                    }
                    Look::Value | Look::BoxTop | Look::BoxRest | Look::Note | Look::Heading => {
                        rows.push(vec![String::new(), cell.text.clone()])
                    }
                }
            }
        }
        rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
        Table {
            title: self.title.clone(),
            columns: vec![Column::text("item", "项目"), Column::text("value", "内容")],
            rows,
            ..Table::default()
        }
    }
}
