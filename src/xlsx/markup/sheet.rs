//! A sheet edited row by row: fills on cells, columns of our own, and what must be said of them around the rows.

use crate::xlsx::markup::around::around;
use crate::xlsx::markup::cells::{CellAt, cells};
use crate::xlsx::markup::comments::{At, at, reference};
use crate::xlsx::markup::rows::{Head, Rows, last_column};
use crate::xlsx::markup::xml::{attribute, cell_text, number, outline, with_attribute};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{self, Read, Write};

/// What is to be looked at.
pub struct Asked {
    /// The cells whose styles are wanted, by row.
    pub cells: BTreeMap<u32, BTreeSet<u32>>,
    pub header_row: u32,
    /// Columns of ours from an earlier marking, which are about to go.
    pub ours: Vec<u32>,
    /// Whether to count every style in every column: somewhere a fill of ours is to be taken off.
    pub count_styles: bool,
}

/// What a first reading of a sheet tells.
#[derive(Default)]
pub struct Survey {
    pub head: Head,
    tail: String,
    /// The last column (from 1) that has something in it.
    pub last_column: u32,
    pub last_row: u32,
    /// The styles of the cells asked for; those that stand nowhere have the style of their row or column.
    pub styles: HashMap<At, u32>,
    /// The styles of the header's cells, by column.
    pub header: BTreeMap<u32, u32>,
    /// How often each style stands in each column.
    pub counts: HashMap<(u32, u32), u32>,
}

fn broken() -> io::Error {
    io::ErrorKind::InvalidData.into()
}

/// Reads a sheet through.
pub fn survey(input: impl Read, asked: &Asked) -> io::Result<Survey> {
    let (head, mut rows) = Rows::open(input)?;
    let mut found = Survey::default();
    let columns = column_styles(&head.text);
    let default = |column: u32| {
        let of = columns.iter().find(|(range, _)| range.contains(&column));
        of.map_or(0, |(_, style)| *style)
    };
    while let Some(piece) = rows.next()? {
        found.last_row = found.last_row.max(piece.number);
        found.last_column = last_column(piece.row, &head.prefix, found.last_column, &asked.ours);
        let wanted = asked.cells.get(&piece.number);
        let is_header = piece.number == asked.header_row;
        if wanted.is_none() && !asked.count_styles && !is_header {
            continue;
        }
        let row = std::str::from_utf8(piece.row).map_err(|_| broken())?;
        let taken = cells(row).ok_or_else(broken)?;
        let cells = &taken.cells;
        if asked.count_styles {
            for cell in cells {
                let style = number(&row[cell.tag.clone()], "s").unwrap_or(0);
                *found.counts.entry((cell.column, style)).or_default() += 1;
            }
        }
        if is_header {
            let style = |c: &CellAt| (c.column, number(&row[c.tag.clone()], "s").unwrap_or(0));
            found.header = cells.iter().map(style).collect();
        }
        let tag = &row[taken.tag.clone()];
        let custom = attribute(tag, "customFormat").is_some_and(|v| matches!(v.as_ref(), "1" | "true"));
        let of_row = number(tag, "s").filter(|_| custom);
        for column in wanted.into_iter().flatten() {
            let cell = cells.iter().find(|c| c.column == *column);
            let own = cell.map(|c| number(&row[c.tag.clone()], "s").unwrap_or(0));
            let style = own.or(of_row).unwrap_or_else(|| default(*column));
            found.styles.insert((piece.number, *column), style);
        }
    }
    found.tail = rows.tail()?;
    for (row, columns) in &asked.cells {
        for column in columns {
            found.styles.entry((*row, *column)).or_insert_with(|| default(*column));
        }
    }
    found.head = head;
    Ok(found)
}

/// The styles that columns give to their cells.
fn column_styles(head: &str) -> Vec<(std::ops::RangeInclusive<u32>, u32)> {
    let Some(from) = head.find("cols>").and_then(|i| head[..i].rfind('<')) else { return Vec::new() };
    let part = &head[from..];
    let columns = outline(part).map(|o| o.children).unwrap_or_default();
    let each = columns.iter().filter_map(|c| {
        let tag = &part[c.tag.clone()];
        Some((number(tag, "min")?..=number(tag, "max")?, number(tag, "style")?))
    });
    each.collect()
}

/// What is done to a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CellEdit {
    /// Another style; a cell that is not there is made.
    Style(u32),
    /// A text of ours takes the place of whatever is there.
    Text { style: u32, text: String },
}

/// What is done to a sheet.
#[derive(Default)]
pub struct Plan {
    pub cells: BTreeMap<u32, BTreeMap<u32, CellEdit>>,
    /// Columns of ours from an earlier marking, from the heading's row on.
    pub ours: Vec<u32>,
    pub header_row: u32,
    /// Styles that go back to what they were, by column.
    pub restyle: HashMap<(u32, u32), u32>,
    /// Widths of our columns.
    pub widths: Vec<(u32, f64)>,
    /// Where the answers are chosen: the column, the first row and the last.
    pub answers: Option<(u32, u32, u32)>,
    /// The relation to a drawing of comments, where the sheet names none yet, and the namespace of its id.
    pub drawing: Option<(String, String)>,
    pub last_column: u32,
    pub last_row: u32,
}

impl Plan {
    /// Whether the sheet is another one for it.
    pub fn changes_anything(&self) -> bool {
        !(self.cells.is_empty() && self.ours.is_empty() && self.restyle.is_empty()) || self.drawing.is_some()
    }
}

impl Survey {
    /// The sheet without its rows, as a document of its own.
    pub fn skeleton(&self) -> String {
        let close = if self.head.has_rows {
            &self.tail[self.tail.find('>').map_or(0, |i| i + 1)..]
        } else {
            &self.tail
        };
        format!("{}<{}sheetData/>{close}", self.head.text, self.head.prefix)
    }

    /// The merged regions: their first cell and their last.
    pub fn merged(&self) -> Vec<(At, At)> {
        let text = self.skeleton();
        let Some(found) = outline(&text) else { return Vec::new() };
        let Some(list) = found.child("mergeCells") else { return Vec::new() };
        let part = &text[list.whole.clone()];
        let regions = outline(part).map(|o| o.children).unwrap_or_default();
        let each = regions.iter().filter_map(|c| {
            let name = attribute(&part[c.tag.clone()], "ref")?;
            let (first, last) = name.split_once(':')?;
            at(first).zip(at(last))
        });
        each.collect()
    }

    /// The relation of the drawing that shows the comments, where there is one.
    pub fn drawing(&self) -> Option<String> {
        let text = self.skeleton();
        let found = outline(&text)?;
        attribute(&text[found.child("legacyDrawing")?.tag.clone()], "id").map(|id| id.into_owned())
    }

    /// Where tables stand that must not be written into, as far as the sheet itself tells: its filter.
    pub fn filtered_to(&self) -> u32 {
        let text = self.skeleton();
        let found = outline(&text);
        let name = found.and_then(|o| o.child("autoFilter").map(|f| f.tag.clone()));
        let name = name.and_then(|tag| attribute(&text[tag], "ref").map(|r| r.into_owned()));
        name.and_then(|n| at(n.split(':').next_back()?)).map_or(0, |(_, column)| column)
    }
}

/// Writes the sheet with the plan carried out, reading it a second time.
pub fn write(input: impl Read, out: &mut dyn Write, survey: &Survey, plan: &Plan) -> io::Result<()> {
    let (before, after) = around(survey, plan).ok_or_else(broken)?;
    let (head, mut rows) = Rows::open(input)?;
    let mut out = io::BufWriter::with_capacity(1 << 18, out);
    out.write_all(before.as_bytes())?;
    let mut waiting = plan.cells.iter().peekable();
    let every = !plan.restyle.is_empty() || !plan.ours.is_empty();
    while let Some(piece) = rows.next()? {
        while let Some((number, edits)) = waiting.next_if(|(number, _)| **number < piece.number) {
            out.write_all(new_row(&head.prefix, *number, edits).as_bytes())?;
        }
        out.write_all(piece.lead)?;
        let edits = waiting.next_if(|(number, _)| **number == piece.number).map(|(_, edits)| edits);
        if edits.is_none() && !every {
            out.write_all(piece.row)?;
            continue;
        }
        let row = std::str::from_utf8(piece.row).map_err(|_| broken())?;
        let edited = edit(row, piece.number, edits.unwrap_or(&BTreeMap::new()), plan).ok_or_else(broken)?;
        out.write_all(edited.as_bytes())?;
    }
    for (number, edits) in waiting {
        out.write_all(new_row(&head.prefix, *number, edits).as_bytes())?;
    }
    out.write_all(after.as_bytes())?;
    out.flush()
}

fn new_row(p: &str, number: u32, edits: &BTreeMap<u32, CellEdit>) -> String {
    let cells: String = edits.iter().map(|(column, edit)| new_cell(p, (number, *column), edit)).collect();
    format!("<{p}row r=\"{number}\">{cells}</{p}row>")
}

fn new_cell(p: &str, cell: At, edit: &CellEdit) -> String {
    let name = reference(cell);
    let blank = |style: u32| format!("<{p}c r=\"{name}\" s=\"{style}\"/>");
    match edit {
        CellEdit::Style(style) => blank(*style),
        CellEdit::Text { style, text } if text.is_empty() => blank(*style),
        CellEdit::Text { style, text } => format!(
            "<{p}c r=\"{name}\" s=\"{style}\" t=\"inlineStr\"><{p}is><{p}t xml:space=\"preserve\">{}</{p}t></{p}is></{p}c>",
            cell_text(text)
        ),
    }
}

/// A row with its edits made; what is not touched stays as the bytes it is.
fn edit(row: &str, number_of: u32, edits: &BTreeMap<u32, CellEdit>, plan: &Plan) -> Option<String> {
    let found = cells(row)?;
    let cells = &found.cells;
    let p = &found.prefix;
    let below = number_of >= plan.header_row;
    let mut out = String::with_capacity(row.len() + 256);
    let tag = &row[found.tag.clone()];
    let last = edits.keys().next_back().copied().unwrap_or(0);
    let spanned = attribute(tag, "spans").and_then(|s| {
        let (first, end) = s.split_once(':')?;
        let (first, end): (u32, u32) = (first.trim().parse().ok()?, end.split(' ').next()?.parse().ok()?);
        let fits = edits.keys().all(|c| (first..=end).contains(c));
        let first = first.min(edits.keys().next().copied().unwrap_or(first));
        (!fits).then(|| format!("{first}:{}", end.max(last)))
    });
    let tag = spanned.map_or_else(|| tag.to_owned(), |spans| with_attribute(tag, "spans", &spans));
    if found.is_empty_tag {
        let made: String = edits.iter().map(|(c, e)| new_cell(p, (number_of, *c), e)).collect();
        return Some(if made.is_empty() {
            tag
        } else {
            format!("{}>{made}</{p}row>", tag.trim_end_matches("/>").trim_end())
        });
    }
    out.push_str(&tag);
    let mut waiting = edits.iter().peekable();
    let mut done = found.tag.end;
    for cell in cells {
        out.push_str(&row[done..cell.whole.start]);
        done = cell.whole.end;
        while let Some((column, edit)) = waiting.next_if(|(column, _)| **column < cell.column) {
            out.push_str(&new_cell(p, (number_of, *column), edit));
        }
        let own = waiting.next_if(|(column, _)| **column == cell.column).map(|(_, edit)| edit);
        let tag = || {
            let tag = &row[cell.tag.clone()];
            if cell.placed {
                tag.to_owned()
            } else {
                with_attribute(tag, "r", &reference((number_of, cell.column)))
            }
        };
        let rest = &row[cell.tag.end..cell.whole.end];
        match own {
            Some(CellEdit::Style(style)) => {
                out.push_str(&with_attribute(&tag(), "s", &style.to_string()));
                out.push_str(rest);
            }
            Some(edit) => out.push_str(&new_cell(p, (number_of, cell.column), edit)),
            None if below && plan.ours.contains(&cell.column) => {}
            None if cell.placed && plan.restyle.is_empty() => out.push_str(&row[cell.whole.clone()]),
            None => {
                let style = number(&row[cell.tag.clone()], "s").unwrap_or(0);
                let back = plan.restyle.get(&(cell.column, style)).map(|s| s.to_string());
                out.push_str(&back.map_or_else(&tag, |back| with_attribute(&tag(), "s", &back)));
                out.push_str(rest);
            }
        }
    }
    let end = cells.last().map_or(found.tag.end, |c| c.whole.end);
    for (column, edit) in waiting {
        out.push_str(&new_cell(p, (number_of, *column), edit));
    }
    out.push_str(&row[end..]);
    Some(out)
}
