//! Counts that can be opened: every cell is the list of the pupils it counts, and the number is the length of the list.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::table::{Column, Picture, Table};

use super::person::{self, Part};
use super::{Input, Report};

/// What a column of counts says of the pupils in its cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// How many there are.
    Pupils,
    /// How many classes they are of.
    Classes,
}

/// A pupil in a cell, and why, where that is not plain from the cell.
pub struct Who<'a> {
    pub registration: &'a Registration,
    /// The class that is counted; empty: the pupil's own.
    pub at: Option<(&'a str, &'a str)>,
    pub why: String,
}

/// A table of counts in the making.
pub struct Grid<'a> {
    labels: Vec<Column>,
    counts: Vec<(Column, Unit)>,
    rows: Vec<Vec<String>>,
    /// By row and column: who is counted, as indexes into `people`.
    cells: Vec<Vec<Vec<u32>>>,
    people: Vec<Who<'a>>,
    /// Columns after the counts: for hands, or for texts of rows.
    room: Vec<Column>,
    notes: Vec<Vec<String>>,
}

/// A grid with what stands around it.
pub struct Sheet<'a> {
    /// What sets it apart from the report's other tables; empty where there is one.
    pub title: &'static str,
    pub grid: Grid<'a>,
    /// Lines under it, above the basis.
    pub foot: Vec<String>,
    /// What a workbook draws of it.
    pub picture: Option<Picture>,
}

impl<'a> Grid<'a> {
    /// A grid with these label columns, nothing counted yet.
    pub fn new(labels: Vec<Column>, counts: Vec<(Column, Unit)>) -> Grid<'a> {
        Grid {
            labels,
            counts,
            rows: Vec::new(),
            cells: Vec::new(),
            people: Vec::new(),
            room: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// A new row; its index.
    pub fn row(&mut self, labels: Vec<String>) -> usize {
        self.rows.push(labels);
        self.cells.push(vec![Vec::new(); self.counts.len()]);
        self.rows.len() - 1
    }

    /// Counts a pupil in every one of these columns of every one of these rows.
    pub fn count(&mut self, who: Who<'a>, rows: &[usize], columns: &[usize]) {
        let person = u32::try_from(self.people.len()).expect("a registry has fewer than four billion pupils");
        self.people.push(who);
        for row in rows {
            for column in columns {
                self.cells[*row][*column].push(person);
            }
        }
    }

    /// The number a cell shows.
    pub fn number(&self, row: usize, column: usize) -> usize {
        let list = &self.cells[row][column];
        match self.counts[column].1 {
            Unit::Pupils => list.len(),
            Unit::Classes => {
                list.iter().map(|i| self.people[*i as usize].class()).collect::<BTreeSet<_>>().len()
            }
        }
    }

    /// How many rows there are.
    pub fn height(&self) -> usize {
        self.rows.len()
    }

    /// Adds columns after the counts, blank as yet.
    pub fn leave_room(&mut self, columns: Vec<Column>) {
        self.room = columns;
        self.notes = vec![vec![String::new(); self.room.len()]; self.rows.len()];
    }

    /// Writes a text into one of the columns after the counts.
    pub fn note(&mut self, row: usize, column: usize, text: String) {
        self.notes[row][column] = text;
    }

    /// The rows, each with its texts.
    fn lines(&self) -> Vec<Vec<String>> {
        let line = |row: usize| {
            let numbers = (0..self.counts.len()).map(move |column| self.number(row, column).to_string());
            let notes = self.notes.get(row).into_iter().flatten().cloned();
            self.rows[row].iter().cloned().chain(numbers).chain(notes).collect()
        };
        (0..self.rows.len()).map(line).collect()
    }

    /// Whether the parts make the whole in a row, in words; what is missing is said, and where they are more.
    pub fn proof(&self, row: usize, whole: usize, parts: &[usize]) -> String {
        let name = |column: usize| self.counts[column].0.heading.as_str();
        let part = |c: &usize| format!("{} {}", name(*c), self.number(row, *c));
        let sum: usize = parts.iter().map(|c| self.number(row, *c)).sum();
        let all = self.number(row, whole);
        let (whole, parts) = (name(whole), parts.iter().map(part).collect::<Vec<_>>().join(" + "));
        match sum.cmp(&all) {
            Ordering::Equal => format!("{whole} {all} = {parts}。"),
            Ordering::Less => format!("{whole} {all} = {parts} + 未填 {}。", all - sum),
            Ordering::Greater => format!("{whole} {all}，{parts} = {sum}，不相符。"),
        }
    }

    /// The cell that a path names: the row's labels with strokes between, then the column's heading or key.
    fn find(&self, path: &str) -> Option<(usize, usize)> {
        let (row, column) = path.rsplit_once('/')?;
        let named = |(c, _): &(Column, Unit)| c.heading == column || c.key == column;
        let row = self.rows.iter().position(|labels| row_path(labels) == row)?;
        Some((row, self.counts.iter().position(named)?))
    }

    /// Who is counted in a cell.
    fn list(&self, row: usize, column: usize) -> impl Iterator<Item = &Who<'a>> {
        self.cells[row][column].iter().map(|i| &self.people[*i as usize])
    }
}

impl<'a> Who<'a> {
    /// A pupil where he or she is.
    pub fn plain(registration: &'a Registration) -> Who<'a> {
        Who { registration, at: None, why: String::new() }
    }

    fn class(&self) -> (&str, &str) {
        self.at.unwrap_or((self.registration.school.as_str(), &self.registration.class_number))
    }
}

/// The labels of a row that say something, with strokes between.
fn row_path(labels: &[String]) -> String {
    let said: Vec<&str> = labels.iter().map(String::as_str).filter(|l| !l.is_empty()).collect();
    said.join("/")
}

impl Sheet<'_> {
    /// The table.
    pub fn table(&self, report: &Report, input: &Input) -> Table {
        let counts = self.grid.counts.iter().map(|(c, _)| c);
        let columns = self.grid.labels.iter().chain(counts).chain(&self.grid.room).cloned();
        let mut table = report.table(input, columns.collect());
        table.picture = self.picture.clone().map(Box::new);
        if !self.title.is_empty() {
            table.title = format!("{}：{}", report.title, self.title);
        }
        table.rows = self.grid.lines();
        table.foot.splice(0..0, self.foot.iter().cloned());
        table
    }
}

/// What can be opened, where a path names nothing: rows and columns.
pub struct NoCell {
    pub rows: Vec<String>,
    pub columns: Vec<String>,
}

/// The pupils behind a cell of a report.
pub fn drill(sheets: &[Sheet], path: &str, report: &Report, input: &Input) -> Result<Table, NoCell> {
    let Some((sheet, (row, column))) = sheets.iter().find_map(|s| Some((s, s.grid.find(path)?))) else {
        let rows = sheets.iter().flat_map(|s| s.grid.rows.iter().map(|labels| row_path(labels)));
        let columns = sheets.iter().flat_map(|s| s.grid.counts.iter().map(|(c, _)| c.heading.clone()));
        return Err(NoCell { rows: rows.collect(), columns: columns.collect() });
    };
    const SAID: [Part; 6] = [
        Part::Of(Field::PupilName),
        Part::Of(Field::Sex),
        Part::Of(Field::BirthDate),
        Part::Of(Field::EthnicGroup),
        Part::Of(Field::Number),
        Part::Standing,
    ];
    let place = [Part::Ordinal, Part::School, Part::Grade, Part::Class];
    let mut columns = person::columns(&place);
    columns.extend(person::columns(&SAID));
    columns.extend([Column::text("why", "说明"), Column::text("student", "内部编号")]);
    let line = |(i, who): (usize, &Who)| {
        let (school, class) = who.class();
        let mut cells = vec![
            i.to_string(),
            person::school_name(input.directory, school),
            person::grade(input.directory, school, class, input.span.to),
            person::class_name(input.directory, school, class),
        ];
        cells.extend(person::cells(&SAID, input, who.registration, i));
        cells.extend([who.why.clone(), who.registration.id.to_string()]);
        cells
    };
    let rows: Vec<Vec<String>> = (1..).zip(sheet.grid.list(row, column)).map(line).collect();
    let shown = sheet.grid.number(row, column);
    let counted = match sheet.grid.counts[column].1 {
        Unit::Pupils => format!("表中为 {shown}，下列 {} 人。", rows.len()),
        Unit::Classes => format!("表中为 {shown} 个班，下列是这些班的 {} 名学生。", rows.len()),
    };
    let mut table = report.table(input, columns);
    table.title = format!("{}：{path}", report.title);
    table.head.push(counted);
    table.rows = rows;
    Ok(table)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::{SchoolCode, StudentId};
    use crate::model::record::Draft;
    use crate::model::status::Status;

    #[test]
    fn a_proof_says_what_is_missing_and_what_is_too_much() {
        let registration = Registration {
            id: StudentId::new(1, 1, [1; 8]),
            record: Draft::default().take(),
            status: Status::Enrolled,
            number: None,
            school: SchoolCode::parse("2133010001").unwrap(),
            class_number: "1".into(),
            ordinal: 1,
            since: "2026-09-01".into(),
            until: None,
            flags: Vec::new(),
        };
        let counts = [("total", "人数"), ("boys", "男"), ("girls", "女")];
        let counts = counts.map(|(key, heading)| (Column::count(key, heading), Unit::Pupils));
        let mut grid = Grid::new(vec![Column::text("school", "学校")], counts.to_vec());
        let row = grid.row(vec!["合计".into()]);
        for (columns, said) in [
            (&[0, 1][..], "人数 1 = 男 1 + 女 0。"),
            (&[0], "人数 2 = 男 1 + 女 0 + 未填 1。"),
            (&[0, 1, 2], "人数 3 = 男 2 + 女 1。"),
            (&[2], "人数 3，男 2 + 女 2 = 4，不相符。"),
        ] {
            grid.count(Who::plain(&registration), &[row], columns);
            assert_eq!(grid.proof(row, 0, &[1, 2]), said);
        }
    }
}
