//! The invented county written as the files a bureau would receive: a list of schools and classes, a roster a school.

use std::path::{Path, PathBuf};

use crate::model::cell::{CellKind, Row};
use crate::model::field::{COUNT, Edition, FIELDS, Field};
use crate::model::sheet::{CLASS_COLUMNS, SCHOOL_COLUMNS};
use crate::model::table::{Column, Table};
use crate::xlsx::error::WriteError;
use crate::xlsx::{roster, write};

use super::county::County;
use super::mess::{MessyCell, MessySheet};
use super::{Options, RosterRow, pupils};

/// The columns of clean rosters: the template's, and the later ones.
fn columns() -> Vec<Field> {
    FIELDS.iter().filter(|s| s.edition != Edition::Practice).map(|s| s.field).collect()
}

/// The 70 columns of the template only.
fn template_columns() -> Vec<Field> {
    crate::model::field::template().map(|s| s.field).collect()
}

fn cells(row: &RosterRow, columns: &[Field]) -> Vec<String> {
    debug_assert_eq!(row.values.len(), COUNT);
    columns.iter().map(|f| row.values[*f as usize].clone()).collect()
}

/// Writes the schools and classes as a workbook of two sheets.
pub fn write_places(path: &Path, county: &County) -> Result<(), WriteError> {
    let table = |title: &str, columns: &[crate::model::sheet::SheetColumn], rows| Table {
        title: title.to_owned(),
        head: vec![format!("{}，名称和代码均为虚构", county.name)],
        columns: columns.iter().map(|c| Column::text(c.key, c.heading)).collect(),
        rows,
        ..Table::default()
    };
    let schools = county.schools.iter().map(|s| {
        let stages: Vec<&str> = s.stages.iter().map(|s| s.label()).collect();
        let years =
            |stage| if s.stages.contains(&stage) { s.lengths.of(stage).to_string() } else { String::new() };
        use crate::model::school::Stage::{Junior, Primary, Senior};
        vec![
            s.code.to_string(),
            s.name.clone(),
            format!("{}000000", s.division),
            s.authority.clone(),
            stages.join("、"),
            years(Primary),
            years(Junior),
            years(Senior),
            s.sponsor.clone(),
        ]
    });
    let classes = county.classes.iter().map(|c| {
        let texts = [c.school.as_str(), &c.number, &c.name, c.stage.label(), &c.entry_year.to_string()];
        texts.map(str::to_owned).to_vec()
    });
    let schools = table("学校", SCHOOL_COLUMNS, schools.collect());
    let classes = table("班级", CLASS_COLUMNS, classes.collect());
    write::write_tables(path, &[("学校", &schools), ("班级", &classes)])
}

/// Writes a roster for each school into a folder; the files in order.
pub fn write_rosters(folder: &Path, county: &County, options: &Options) -> Result<Vec<PathBuf>, WriteError> {
    let columns = columns();
    let mut rows = pupils(county, options).peekable();
    let mut files = Vec::new();
    while let Some(school) = rows.peek().map(|r| r.school) {
        let name = &county.schools[school].name;
        let path = folder.join(format!("{}-{name}.xlsx", county.schools[school].code));
        let mut of_school =
            std::iter::from_fn(|| rows.next_if(|r| r.school == school).map(|r| cells(&r, &columns)));
        roster::write_roster(&path, &columns, &mut of_school, None)?;
        files.push(path);
    }
    Ok(files)
}

/// Writes all pupils into one roster of the template's 70 columns.
pub fn write_one_roster(path: &Path, county: &County, options: &Options) -> Result<(), WriteError> {
    let columns = template_columns();
    roster::write_roster(path, &columns, &mut pupils(county, options).map(|r| cells(&r, &columns)), None)
}

/// Writes a messy roster as it would come in, numbers as numeric cells.
pub fn write_messy(folder: &Path, sheet: &MessySheet) -> Result<PathBuf, WriteError> {
    let text_row = |cells: &Vec<String>| {
        let kind = |c: &String| if c.is_empty() { CellKind::Empty } else { CellKind::Text };
        cells.iter().map(|c| (c.clone(), kind(c))).collect::<Vec<_>>()
    };
    let pupil_row = |cells: &Vec<MessyCell>| {
        let cell = |c: &MessyCell| match c {
            MessyCell::Text(t) => (t.clone(), CellKind::Text),
            MessyCell::Number(n) => (n.to_string(), CellKind::Number),
            MessyCell::Empty => (String::new(), CellKind::Empty),
        };
        cells.iter().map(cell).collect::<Vec<_>>()
    };
    let header = [sheet.header.clone()];
    let above = sheet.title_rows.iter().chain(&header).map(text_row);
    let below = sheet.footer.iter().map(text_row);
    let all = above.chain(sheet.rows.iter().map(pupil_row)).chain(below);
    let rows: Vec<Row> = all
        .zip(1..)
        .map(|(cells, number)| {
            let mut row = Row::new(number);
            cells.iter().for_each(|(text, kind)| row.push(text, *kind));
            row
        })
        .collect();
    let path = folder.join(format!("{}.xlsx", sheet.file_stem));
    write::write_rows(&path, roster::SHEET, &rows)?;
    Ok(path)
}
