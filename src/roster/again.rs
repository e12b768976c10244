//! A header below the header: the same once more, or another table's. Only the very same columns are the same.

use rustc_hash::FxHashSet;

use crate::model::cell::Row;

use super::column;
use super::column::member::{self, Context};
use super::layout::Layout;
use super::layout::paths::{has_values, in_one_line, is_known, one_line};

/// What a header below the header is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    Same,
    Other,
}

/// The headings of a layout, made ready to be met again.
pub struct Headings {
    texts: FxHashSet<String>,
}

impl Headings {
    /// Made for one layout.
    pub fn new(layout: &Layout) -> Headings {
        let texts = layout.header().iter().flatten().filter(|t| !t.is_empty());
        Headings { texts: texts.cloned().collect() }
    }

    /// Whether a cell of names holds a heading: one look for most, a second for what is decorated.
    pub fn has(&self, text: &str) -> bool {
        let is_han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        self.has_plain(text) || (!text.chars().all(is_han) && self.is_heading(text))
    }

    /// Whether a cell holds a heading as it stands.
    pub fn has_plain(&self, text: &str) -> bool {
        !text.is_empty() && (self.texts.contains(text) || column::is_heading(text))
    }

    fn is_heading(&self, text: &str) -> bool {
        let over_others = || matches!(member::context_of(text), Some(Context::Pupil | Context::Member(_)));
        self.texts.contains(&one_line(text)) || is_known(text) || over_others()
    }

    /// What a row is whose cells are headings; `None` where it is none of a header.
    pub fn again(&self, row: &Row, layout: &Layout) -> Option<Again> {
        let cells = || (0..row.len()).map(|c| (c, row.cell(c).0.trim())).filter(|(_, t)| !t.is_empty());
        let filled = cells().count();
        let headings = cells().filter(|(_, t)| self.is_heading(t)).count();
        let most = headings * 2 >= filled;
        let is_header = match headings {
            0 => false,
            1 => filled == 1,
            2 => most && !has_values(row),
            _ => most || (headings * 5 >= filled && !has_values(row)),
        };
        if !is_header {
            return None;
        }
        let same = is_row_of(row, layout) || cells().all(|(c, text)| self.is_same(c, text, layout));
        // One heading by itself may be a title; one that stands over others elsewhere turns a block into another.
        let moved = || cells().all(|(_, t)| is_over_others(t, layout));
        match same {
            true => Some(Again::Same),
            false if filled > 1 || moved() => Some(Again::Other),
            false => None,
        }
    }

    /// Whether a cell says of its column what the header says.
    fn is_same(&self, column: usize, text: &str, layout: &Layout) -> bool {
        let leaf = layout.paths().get(column).map_or("", |p| p.leaf());
        if one_line(text) == one_line(leaf) {
            return true;
        }
        match layout.columns.get(column).copied().flatten() {
            // Under a heading of its own 姓名 is whose that heading says.
            Some(field) => layout.header().len() == 1 && column::field_of(text) == Some(field),
            None => !self.is_heading(text),
        }
    }
}

/// Whether a row is one of the header's, cell for cell.
fn is_row_of(row: &Row, layout: &Layout) -> bool {
    let texts = in_one_line(row);
    let at = |cells: &[String], c: usize| cells.get(c).cloned().unwrap_or_default();
    let same = |of_header: &Vec<String>| {
        (0..texts.len().max(of_header.len())).all(|c| at(&texts, c) == at(of_header, c))
    };
    layout.header().iter().any(same)
}

/// Whether the header has this text over other headings.
fn is_over_others(text: &str, layout: &Layout) -> bool {
    layout.paths().iter().any(|p| p.labels().iter().any(|l| one_line(l) == one_line(text)))
}
