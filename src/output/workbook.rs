//! Tables as a workbook; the file of refused rows.

use std::path::Path;

use crate::model::field::{Edition, FIELDS, Field};
use crate::model::finding::Finding;
use crate::model::markup;
use crate::model::table::Table;
use crate::roster::candidate::Candidate;
use crate::roster::code_cell::label;
use crate::xlsx::error::WriteError;
use crate::xlsx::{roster, write};

use super::{Privacy, mask};

/// Writes tables, a sheet each.
pub fn tables(path: &Path, tables: &[Table], privacy: Privacy) -> Result<(), WriteError> {
    let masked: Vec<Table> = tables.iter().map(|t| masked(t, privacy)).collect();
    let sheets: Vec<(&str, &Table)> = masked.iter().map(|t| (t.title.as_str(), t)).collect();
    write::write_tables(path, &sheets)
}

/// The bytes of a workbook of tables in full: what goes into a copy that left for a purpose.
pub fn bytes(path: &Path, tables: &[Table]) -> Result<Vec<u8>, WriteError> {
    let sheets: Vec<(&str, &Table)> = tables.iter().map(|t| (t.title.as_str(), t)).collect();
    write::tables_bytes(path, &sheets)
}

fn masked(table: &Table, privacy: Privacy) -> Table {
    let row = |cells: &Vec<String>| {
        let each = cells.iter().zip(&table.columns);
        each.map(|(cell, c)| mask::cell(c.personal, cell, privacy)).collect()
    };
    Table { rows: table.rows.iter().map(row).collect(), ..table.clone() }
}

/// Writes refused rows in the template's columns with their reasons in a last one, so that the school mends and sends
/// them back. Numbers stand in full: the school wrote them, and they must be mended.
pub fn refused<'a>(
    path: &Path,
    rows: &mut dyn Iterator<Item = (&'a Candidate, &'a [Finding])>,
    many: bool,
) -> Result<(), WriteError> {
    let columns: Vec<Field> =
        FIELDS.iter().filter(|s| s.edition != Edition::Practice).map(|s| s.field).collect();
    let mut lines = rows.map(|(candidate, findings)| {
        let mut line: Vec<String> = columns.iter().map(|f| as_in_the_sheet(candidate, *f)).collect();
        let reasons = findings.iter().map(|f| {
            let heading = f.field.map_or("", |f| f.heading());
            format!("【{}】{heading}：{}{}", f.severity.label(), f.message, f.hint)
        });
        let from = if many { format!("原 {} ", candidate.source.file) } else { "原".to_owned() };
        line.push(format!("{from}第 {} 行。{}", candidate.row, reasons.collect::<Vec<_>>().join("；")));
        line
    });
    roster::write_roster(path, &columns, &mut lines, Some(markup::REFUSED_HEADING))
}

/// The value as the school wrote it: a label for a code, twelve digits for a division, the raw text where it was
/// changed in reading.
fn as_in_the_sheet(candidate: &Candidate, field: Field) -> String {
    if let Some(changed) = candidate.changed.iter().find(|c| c.field == field) {
        return changed.raw.clone();
    }
    label(candidate.record.get(field)).to_owned()
}
