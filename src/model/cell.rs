//! A row of cells as a workbook or a csv gave it, and the place each came from.

use std::sync::Arc;

/// What kind of cell the text came from. It decides what may be believed of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    Empty,
    /// Text, as it was typed.
    Text,
    /// A number: its text is the shortest that gives the same value back; digits past the 15th are not to be believed.
    Number,
    /// A number in a workbook that counts its days from 1904: the same, but a serial of a day means another day.
    Number1904,
    /// A day (and time) cell; its text is `YYYYMMDD`, or as in the file when it is not a whole day.
    Date,
    /// 是/否 in the workbook's own form; its text is `TRUE` or `FALSE`.
    Bool,
    /// `#N/A` and its kind; its text is the error.
    Error,
    /// A formula whose value the program that wrote the file did not compute; it has no text.
    Uncomputed,
}

/// What a person sees in a cell that its value alone does not say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Struck through; `rest` is what is not, where only a part of the text is.
    Struck { rest: String },
    /// A format shows something else than the value: this text, or what cannot be told for certain (`None`).
    Shown { format: String, text: Option<String> },
    /// It stands behind the last cell of the header: a separator too many pushed the row out of its columns.
    Beyond,
}

/// One row, packed: all cells' text in one string.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The number of the row in its sheet, from 1.
    pub number: u32,
    /// Hidden in its sheet, by hand or by a filter.
    pub hidden: bool,
    /// A line of separated text: a separator too many pushes what follows out of its column.
    pub separated: bool,
    text: String,
    cells: Vec<(u32, CellKind)>,
    /// What stood in cells before an accepted proposal took their place: the column and the text.
    accepted: Vec<(u32, String)>,
    /// What is seen in cells besides their value, by column; most rows have none.
    sights: Vec<(u32, Sight)>,
}

impl Row {
    /// An empty row with this number.
    pub fn new(number: u32) -> Row {
        Row { number, ..Row::default() }
    }

    /// The row, hidden in its sheet or not.
    pub fn hidden_if(self, hidden: bool) -> Row {
        Row { hidden, ..self }
    }

    /// Adds a cell at the end.
    pub fn push(&mut self, text: &str, kind: CellKind) {
        self.text.push_str(text);
        self.cells.push((self.text.len() as u32, kind));
    }

    /// Adds empty cells until there are `columns`.
    pub fn pad_to(&mut self, columns: usize) {
        let length = columns.max(self.cells.len());
        self.cells.resize(length, (self.text.len() as u32, CellKind::Empty));
    }

    /// Empties a cell.
    pub fn clear(&mut self, column: usize) {
        self.replace(column, "", CellKind::Empty);
    }

    /// Puts a proposal that the clerk accepted into a cell, and remembers what stood there.
    pub fn accept(&mut self, column: usize, proposal: &str) {
        self.accepted.push((column as u32, self.cell(column).0.to_owned()));
        self.replace(column, proposal, CellKind::Text);
    }

    /// The cells that hold accepted proposals: their column (from 0) and what stood there.
    pub fn accepted(&self) -> impl Iterator<Item = (usize, &str)> {
        self.accepted.iter().map(|(column, was)| (*column as usize, was.as_str()))
    }

    /// Says what is seen in the cell that was added last.
    pub fn see(&mut self, sight: Sight) {
        let column = self.cells.len().saturating_sub(1) as u32;
        self.sights.push((column, sight));
    }

    /// Says of the cells from this column (from 0) on that have something in them that they stand behind the header.
    pub fn see_beyond(&mut self, width: usize) {
        let filled = (width..self.cells.len()).filter(|c| !self.cell(*c).0.trim().is_empty());
        let beyond: Vec<(u32, Sight)> = filled.map(|c| (c as u32, Sight::Beyond)).collect();
        self.sights.extend(beyond);
    }

    /// What is seen in the cell of this column (from 0) besides its value.
    pub fn sights(&self, column: usize) -> impl Iterator<Item = &Sight> {
        self.sights.iter().filter(move |(c, _)| *c as usize == column).map(|(_, sight)| sight)
    }

    /// Whether anything is seen in the row besides its values.
    pub fn has_sights(&self) -> bool {
        !self.sights.is_empty()
    }

    /// The text that a person sees in the cell, where it is surely another than its value.
    pub fn shown(&self, column: usize) -> Option<&str> {
        self.sights(column).find_map(|sight| match sight {
            Sight::Shown { text, .. } => text.as_deref(),
            Sight::Struck { .. } | Sight::Beyond => None,
        })
    }

    fn replace(&mut self, column: usize, text: &str, kind: CellKind) {
        if column >= self.cells.len() {
            return;
        }
        self.sights.retain(|(c, _)| *c as usize != column);
        let start = if column == 0 { 0 } else { self.cells[column - 1].0 };
        let end = self.cells[column].0;
        self.text.replace_range(start as usize..end as usize, text);
        for cell in &mut self.cells[column..] {
            cell.0 = cell.0 - (end - start) + text.len() as u32;
        }
        self.cells[column].1 = kind;
    }

    /// How many cells the row has.
    pub fn len(&self) -> usize {
        self.cells.len()
    }

    /// A row of these texts, for tests; an empty one is an empty cell.
    #[cfg(test)]
    pub fn of_texts(number: u32, cells: &[&str]) -> Row {
        let mut row = Row::new(number);
        cells.iter().for_each(|c| row.push(c, if c.is_empty() { CellKind::Empty } else { CellKind::Text }));
        row
    }

    /// Whether every cell is empty or blank. A formula without a value is neither: nobody knows what it would say.
    pub fn is_blank(&self) -> bool {
        self.text.chars().all(char::is_whitespace)
            && self.cells.iter().all(|(_, kind)| *kind != CellKind::Uncomputed)
    }

    /// The cell in this column (from 0): its text and kind; empty past the end.
    pub fn cell(&self, column: usize) -> (&str, CellKind) {
        match self.cells.get(column) {
            None => ("", CellKind::Empty),
            Some(&(end, kind)) => {
                let start = if column == 0 { 0 } else { self.cells[column - 1].0 };
                (&self.text[start as usize..end as usize], kind)
            }
        }
    }
}

/// Cells that were made one: their value stands in the first. Rows from 1, columns from 0, both ends belong to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    pub top: u32,
    pub left: u32,
    pub bottom: u32,
    pub right: u32,
}

impl Region {
    /// Whether the cell is one of them.
    pub fn contains(&self, row: u32, column: u32) -> bool {
        (self.top..=self.bottom).contains(&row) && (self.left..=self.right).contains(&column)
    }

    /// As a spreadsheet names it, such as `H4:H6`.
    pub fn name(&self) -> String {
        let cell =
            |row: u32, column: u32| format!("{}{row}", column_letters((column + 1).min(16_384) as u16));
        format!("{}:{}", cell(self.top, self.left), cell(self.bottom, self.right))
    }
}

/// Where something stands: a file, a sheet, a row and a column (both from 1; 0 where there is none).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub file: Arc<str>,
    pub sheet: Arc<str>,
    pub row: u32,
    pub column: u16,
}

impl Place {
    /// The cell as a spreadsheet names it, such as `C7`; only the row where the column is 0.
    pub fn cell(&self) -> String {
        format!("{}{}", column_letters(self.column), self.row)
    }
}

/// The letters of a column counted from 1: 1 is `A`, 27 is `AA`; 0 gives nothing.
pub fn column_letters(column: u16) -> String {
    let mut n = column;
    let mut letters = Vec::new();
    while n > 0 {
        n -= 1;
        letters.push(b'A' + (n % 26) as u8);
        n /= 26;
    }
    letters.iter().rev().map(|b| *b as char).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_have_the_letters_of_a_spreadsheet() {
        for (n, s) in [(0, ""), (1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (70, "BR"), (703, "AAA")] {
            assert_eq!(column_letters(n), s);
        }
    }

    #[test]
    fn a_row_gives_back_its_cells() {
        let mut row = Row::new(7);
        row.push("王", CellKind::Text);
        row.pad_to(3);
        row.push("12", CellKind::Number);
        assert_eq!(row.cell(0), ("王", CellKind::Text));
        assert_eq!(row.cell(1), ("", CellKind::Empty));
        assert_eq!(row.cell(3), ("12", CellKind::Number));
        assert_eq!(row.cell(9), ("", CellKind::Empty));
        assert_eq!(row.len(), 4);
        row.clear(0);
        row.accept(3, "十二");
        row.clear(9);
        assert_eq!((row.cell(0), row.cell(3)), (("", CellKind::Empty), ("十二", CellKind::Text)));
        assert_eq!(row.accepted().collect::<Vec<_>>(), [(3, "12")]);
    }
}
