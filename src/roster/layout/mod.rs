//! Where the table is on a sheet: its header under the titles, which column is which field, and why it is taken so.

pub mod above;
mod build;
mod form;
pub mod meaning;
pub mod neighbours;
pub mod paths;
pub mod problem;
pub mod sheets;
pub mod title;

use crate::model::cell::{Region, Row};
use crate::model::field::{COUNT, Field};

use super::column;
use super::column::question::{self, Question};
use super::mapping::Mapping;
use meaning::Columns;
use neighbours::Placed;
use paths::{Path, one_line};
use problem::LayoutProblem;
use title::ClassName;

/// How many rows from the top a header is looked for in.
pub const HEADER_WITHIN: u32 = 30;
/// How many rows more are looked at, for what stands under the header.
pub const LOOK_BEYOND: u32 = 30;

/// A decision about a file that a person may want to know, and its reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What was decided: a machine key.
    pub what: &'static str,
    pub chosen: String,
    pub reason: String,
}

impl Decision {
    /// A decision with its reason, which ends as a sentence does.
    pub fn new(what: &'static str, chosen: impl Into<String>, reason: impl Into<String>) -> Decision {
        Decision { what, chosen: chosen.into(), reason: reason.into() }
    }
}

/// The machine keys of decisions and their names for people.
pub const DECISIONS: &[(&str, &str)] = &[
    ("sheet", "读取的工作表"),
    ("sheet-skipped", "没有读取的工作表"),
    ("header", "表头"),
    ("rows-passed", "没有当作学生的行"),
    ("hidden-rows", "隐藏的行"),
    ("columns", "多行表头的栏目"),
    ("column-mapped", "按对照表认的栏目"),
    ("column-unread", "没有读取的栏目"),
    ("column-placed", "按前后认的栏目"),
    ("member", "家庭成员"),
    ("constant", "整表相同的内容"),
    ("section", "分段的内容"),
    ("mapping", "栏目名对照"),
];

/// A value for every row that has none of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant {
    pub field: Field,
    pub value: String,
    /// The rule it is kept under, of `RULES`.
    pub rule: &'static str,
    /// Only in rows that have this field.
    pub when: Option<Field>,
}

/// What was found, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The last row of the header: pupils begin below.
    pub header_row: u32,
    /// The first row of the header.
    pub header_top: u32,
    /// The field of each column, in the order of the sheet.
    pub columns: Vec<Option<Field>>,
    /// Columns that are not read: the letters and the heading.
    pub unread: Vec<(u16, String)>,
    pub constants: Vec<Constant>,
    /// The column (from 0) of given names, where that of names holds surnames only.
    pub given: Option<usize>,
    /// Rows below the header that are part of the form: the row and what it is.
    pub passed: Vec<(u32, &'static str)>,
    pub decisions: Vec<Decision>,
    /// What stands in the rows above the header, cell by cell with its row.
    pub titles: Vec<(u32, String)>,
    /// The classes that titles and the sheet's name say, where a column says the class as well.
    pub title_classes: Vec<ClassName>,
    /// The rows of the header, each cell in one line.
    header: Vec<Vec<String>>,
    paths: Vec<Path>,
    by_field: Vec<u16>,
}

impl Layout {
    /// One column a field, under a header of one row: for values that come from a form and not from a sheet.
    pub fn of_fields(fields: &[Field]) -> Layout {
        let mut by_field = vec![0; COUNT];
        fields.iter().zip(1..).for_each(|(field, column)| by_field[*field as usize] = column);
        Layout {
            header_row: 1,
            header_top: 1,
            columns: fields.iter().map(|f| Some(*f)).collect(),
            unread: Vec::new(),
            constants: Vec::new(),
            given: None,
            passed: Vec::new(),
            decisions: Vec::new(),
            titles: Vec::new(),
            title_classes: Vec::new(),
            header: Vec::new(),
            paths: Vec::new(),
            by_field,
        }
    }

    /// The column (from 1) of a field; 0 when the sheet has none.
    pub fn column_of(&self, field: Field) -> u16 {
        self.by_field[field as usize]
    }

    /// The question that the heading over a field asks, where its codes are no answers.
    pub fn question(&self, field: Field) -> Option<Question> {
        let path = self.paths.get(usize::from(self.column_of(field)).checked_sub(1)?)?;
        question::of(field, &column::plain(path.leaf()))
    }

    /// The fields whose heading asks a question.
    pub fn questions(&self) -> impl Iterator<Item = (Field, Question)> {
        self.columns.iter().flatten().filter_map(|f| Some((*f, self.question(*f)?)))
    }

    /// The headings over each column.
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// The rows of the header as they stand, each cell in one line.
    pub fn header(&self) -> &[Vec<String>] {
        &self.header
    }

    /// The columns that have a heading: number (from 1), headings over it, field.
    pub fn headed(&self) -> impl Iterator<Item = (u16, String, Option<Field>)> {
        let headed = self.paths.iter().zip(&self.columns).zip(1..).filter(|((p, _), _)| !p.texts.is_empty());
        headed.map(|((path, field), number)| (number, path.shown(), *field))
    }

    /// How many fields have a column.
    pub fn known(&self) -> usize {
        self.by_field.iter().filter(|c| **c > 0).count()
    }
}

/// The beginning of a sheet.
#[derive(Clone, Copy, Debug)]
pub struct Look<'a> {
    pub rows: &'a [Row],
    pub merges: &'a [Region],
    pub sheet: &'a str,
}

/// What the clerk, or the registry, says of where the table is.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub header_row: Option<u32>,
    pub mapping: &'a Mapping,
}

/// Finds the header among rows alone. `at` fixes the row instead.
#[cfg(any(fuzzing, test))]
pub fn find(rows: &[Row], at: Option<u32>) -> Result<Layout, LayoutProblem> {
    let mapping = Mapping::default();
    settle(&Look { rows, merges: &[], sheet: "" }, &Asked { header_row: at, mapping: &mapping })
}

/// Whether the merged cells of a sheet are worth asking for: a header of more than one row may be there.
pub fn wants_merges(rows: &[Row]) -> bool {
    rows.windows(2).any(|two| paths::known_in(&two[1]) >= 2 && paths::is_over(&two[0], &two[1]))
}

/// A header that may be: rows from `top` to `bottom` of those looked at, and what its columns would be.
struct Candidate {
    top: usize,
    bottom: usize,
    paths: Vec<Path>,
    columns: Columns,
}

impl Candidate {
    fn is_table(&self) -> bool {
        let named = |p: &&Path| !p.texts.is_empty();
        let headings = self.paths.iter().filter(named).count();
        let known = self.columns.known();
        let identity = [Field::DocumentId, Field::BirthDate, Field::Number];
        let identified = || identity.iter().any(|f| self.columns.has(*f));
        self.columns.has(Field::PupilName)
            && known >= 3
            && (known * 2 >= headings || known >= 5 || identified())
    }
}

/// Settles on the header of a sheet, or says why not.
pub fn settle(look: &Look, asked: &Asked) -> Result<Layout, LayoutProblem> {
    let all = candidates(look, asked);
    let best = all.iter().max_by_key(|c| {
        // Of equals the one of fewer rows, then the first.
        (c.columns.has(Field::PupilName), c.columns.known(), std::cmp::Reverse((c.bottom - c.top, c.bottom)))
    });
    let Some(best) = best.filter(|c| c.columns.known() >= 3) else {
        return Err(no_header(look, asked, best));
    };
    let header_row = look.rows[best.bottom].number;
    if !best.columns.has(Field::PupilName) {
        return Err(LayoutProblem::NoNames { header_row });
    }
    if asked.header_row.is_none() {
        if !best.is_table() {
            return Err(no_header(look, asked, Some(best)));
        }
        one_table(look, &all, best)?;
    }
    let pupils = above::pupils(&look.rows[..best.top]);
    if !pupils.is_empty() {
        return Err(LayoutProblem::PupilsAbove { header_row, pupils });
    }
    if let Some(next) = look.rows.get(best.bottom + 1)
        && next.number == header_row + 1
        && is_headings(next)
        && !same_texts(next, &look.rows[best.bottom])
    {
        return Err(LayoutProblem::Form { row: next.number });
    }
    doubts(best, header_row)?;
    build::build(look, asked, best)
}

/// Whether half of what stands in a row are headings. (A value may be one by chance: 身份证.)
fn is_headings(row: &Row) -> bool {
    let filled = (0..row.len()).filter(|c| !row.cell(*c).0.trim().is_empty()).count();
    let named = (0..row.len()).filter(|c| column::named(row.cell(*c).0).is_some()).count();
    named >= 2 && named * 2 >= filled
}

fn same_texts(a: &Row, b: &Row) -> bool {
    (0..a.len().max(b.len())).all(|c| a.cell(c).0.trim() == b.cell(c).0.trim())
}

fn candidates(look: &Look, asked: &Asked) -> Vec<Candidate> {
    let mut out = Vec::new();
    for bottom in 0..look.rows.len() {
        let row = &look.rows[bottom];
        let within = asked.header_row.is_some() || row.number <= HEADER_WITHIN;
        let mapped = || {
            let at = |c: &usize| asked.mapping.rule(*c, &[row.cell(*c).0.to_owned()]).is_some();
            !asked.mapping.rules.is_empty() && (0..row.len()).filter(at).count() >= 2
        };
        if !within || paths::has_values(row) || (paths::known_in(row) < 2 && !mapped()) {
            continue;
        }
        let mut top = bottom;
        while top > 0 && bottom - top < 2 && paths::is_over(&look.rows[top - 1], &look.rows[top]) {
            top -= 1;
        }
        if asked.header_row.is_some_and(|n| !(look.rows[top].number..=row.number).contains(&n)) {
            continue;
        }
        let paths = paths::paths(&look.rows[top..=bottom], look.merges);
        let columns = meaning::columns(&paths, asked.mapping);
        out.push(Candidate { top, bottom, paths, columns });
    }
    out
}

fn no_header(look: &Look, asked: &Asked, best: Option<&Candidate>) -> LayoutProblem {
    let best = best.map_or(0, |c| c.columns.known());
    let reach = |row: &&Row| asked.header_row.is_none_or(|n| row.number == n);
    if look.rows.is_empty() {
        return LayoutProblem::Empty;
    }
    let in_a_row = look.rows.iter().filter(reach).map(paths::known_in).max().unwrap_or(0);
    LayoutProblem::NoHeader { best: best.max(in_a_row), at: asked.header_row }
}

/// Refuses where another row, apart from the best, is a header of its own with other columns.
fn one_table(look: &Look, all: &[Candidate], best: &Candidate) -> Result<(), LayoutProblem> {
    // The header once more, and the best itself: what overlaps with one of them is a part of it. Columns added at the
    // end, as a marked workbook has them, stand in the first header only.
    let named = |c: &Candidate| {
        let last = c.columns.fields.iter().rposition(Option::is_some).map_or(0, |i| i + 1);
        c.columns.fields[..last].to_vec()
    };
    let same: Vec<&Candidate> = all.iter().filter(|c| named(c) == named(best)).collect();
    let apart = |c: &&Candidate| same.iter().all(|s| c.bottom < s.top || c.top > s.bottom);
    let mut rows: Vec<(u32, usize)> = all
        .iter()
        .filter(|c| apart(c) && c.is_table())
        .map(|c| (look.rows[c.bottom].number, c.columns.known()))
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    rows.push((look.rows[best.bottom].number, best.columns.known()));
    rows.sort_unstable();
    let last = rows.last().map_or(0, |r| r.0);
    let before = look.rows.iter().take_while(|r| r.number < last).count();
    // Whichever header was named, the pupils of the other would not be read.
    match above::pupils(&look.rows[..before]) {
        pupils if pupils.is_empty() => Err(LayoutProblem::Headers { rows }),
        pupils => Err(LayoutProblem::Stacked { rows, pupils }),
    }
}

/// Refuses where two columns could be one field, or one column two fields.
fn doubts(best: &Candidate, header_row: u32) -> Result<(), LayoutProblem> {
    let place = |i: usize| (i as u16 + 1, one_line(&best.paths[i].shown()));
    if let Some(starts) = side_by_side(&best.columns.ambiguous) {
        return Err(LayoutProblem::SideBySide { header_row, starts });
    }
    if !best.columns.ambiguous.is_empty() {
        let each = best.columns.ambiguous.iter();
        let columns = each.map(|(f, at)| (*f, at.iter().map(|i| place(*i)).collect())).collect();
        return Err(LayoutProblem::Ambiguous { header_row, columns });
    }
    let doubtful = best.columns.placed.iter().filter_map(|p| match p {
        Placed::Doubtful(i, person) => Some((place(*i), best.columns.fields[*i]?, place(*person).1)),
        _ => None,
    });
    let doubtful: Vec<_> = doubtful.collect();
    if !doubtful.is_empty() {
        return Err(LayoutProblem::Whose { header_row, columns: doubtful });
    }
    if let Some((i, pupil, guardian)) = best.columns.unsure.first() {
        let (column, heading) = place(*i);
        return Err(LayoutProblem::Unsure { header_row, column, heading, could: [*pupil, *guardian] });
    }
    Ok(())
}

/// Where each group begins when the headings stand twice or more side by side, in whole groups one after another.
fn side_by_side(ambiguous: &[(Field, Vec<usize>)]) -> Option<Vec<u16>> {
    let times = &ambiguous.iter().find(|(f, _)| *f == Field::PupilName)?.1.len();
    let same = ambiguous.len() >= 3 && ambiguous.iter().all(|(_, at)| at.len() == *times);
    let nth = |n: usize| ambiguous.iter().map(move |(_, at)| at[n]);
    let apart = |n: usize| nth(n).max() < nth(n + 1).min();
    let starts = || (0..*times).filter_map(|n| nth(n).min()).map(|c| c as u16 + 1).collect();
    (same && (0..*times - 1).all(apart)).then(starts)
}

#[cfg(test)]
mod tests;
