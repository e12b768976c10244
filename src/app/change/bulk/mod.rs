//! Changes of many pupils at once: every row has its outcome, what can be done is done in one batch.

pub mod decide;
pub mod open;
pub mod read;

use crate::model::id::StudentId;

use super::super::failure::Refusal;

/// Why a row is refused, and the cell to mend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The cell, or the application where there is no list.
    pub cell: String,
    pub refusal: Refusal,
}

/// What becomes of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is done, or would be.
    Done,
    /// An earlier run did it.
    Already,
    Refused(Vec<Reason>),
}

/// One row of a list, or one application decided with others.
#[derive(Clone, Debug)]
pub struct Line {
    /// The row of the list; 0 where there is none.
    pub row: u32,
    pub name: String,
    pub student: Option<StudentId>,
    /// The kind of change, for people; what stood in the cell where it is none.
    pub kind: String,
    /// Its application; empty while it is not opened.
    pub application: String,
    pub fate: Fate,
}

impl Line {
    /// Its reasons; none where it is not refused.
    pub fn reasons(&self) -> &[Reason] {
        match &self.fate {
            Fate::Refused(reasons) => reasons,
            Fate::Done | Fate::Already => &[],
        }
    }
}

/// How many rows were done, were there before, and were refused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub done: usize,
    pub already: usize,
    pub refused: usize,
}

/// Counts the lines.
pub fn tally(lines: &[Line]) -> Tally {
    let count = |which: &dyn Fn(&Fate) -> bool| lines.iter().filter(|l| which(&l.fate)).count();
    Tally {
        done: count(&|f| *f == Fate::Done),
        already: count(&|f| *f == Fate::Already),
        refused: count(&|f| matches!(f, Fate::Refused(_))),
    }
}

/// Every reason with its row, for a list that is taken whole or not at all.
pub fn all_reasons(lines: &[Line]) -> Vec<Refusal> {
    let each = lines.iter().flat_map(Line::reasons);
    each.map(|r| Refusal::new(format!("{}：{}", r.cell, r.refusal.reason), r.refusal.remedy.clone()))
        .collect()
}
