//! csv for scripts and spreadsheets: UTF-8 with a byte order mark, CRLF, and no cell that a spreadsheet would run.

use crate::model::finding::Finding;
use crate::model::table::Table;

use super::{Privacy, mask};

/// A cell that no spreadsheet takes for a formula: one that begins with `=`, `+`, `-`, `@`, a tab or a return gets an
/// apostrophe before it, unless it is a plain number.
fn safe(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if risky && cell.parse::<f64>().is_err() { format!("'{cell}") } else { cell.to_owned() }
}

fn write(records: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer =
        csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for record in records {
        writer.write_record(record.iter().map(|c| safe(c))).expect("writing to memory does not fail");
    }
    let bytes = writer.into_inner().expect("writing to memory does not fail");
    format!("\u{feff}{}", String::from_utf8(bytes).expect("texts are UTF-8"))
}

/// Tables of the same columns as one csv: headings once, then the rows. Titles and heads are for people only.
pub fn tables(tables: &[Table], privacy: Privacy) -> String {
    let headings = tables.first().map(|t| t.columns.iter().map(|c| c.heading.clone()).collect());
    let rows = tables.iter().flat_map(|t| {
        t.rows.iter().map(|row| {
            row.iter()
                .zip(&t.columns)
                .map(|(cell, c)| mask::cell(c.personal, cell, privacy))
                .collect::<Vec<_>>()
        })
    });
    write(headings.into_iter().chain(rows))
}

/// Findings, one a row.
pub fn findings(findings: &[Finding], privacy: Privacy) -> String {
    let head = [
        "file", "sheet", "cell", "row", "column", "check", "severity", "value", "message", "hint", "basis",
        "proposal",
    ];
    let rows = findings.iter().map(|f| {
        vec![
            f.place.file.to_string(),
            f.place.sheet.to_string(),
            f.place.cell(),
            f.place.row.to_string(),
            f.field.map_or_else(String::new, |f| f.heading().to_owned()),
            f.check.to_owned(),
            f.severity.key().to_owned(),
            mask::value(f.field, &f.value, privacy),
            f.message.clone(),
            f.hint.clone(),
            f.basis.to_owned(),
            f.proposal.as_ref().map_or_else(String::new, |p| mask::value(f.field, p, privacy)),
        ]
    });
    write(std::iter::once(head.map(str::to_owned).to_vec()).chain(rows))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::table::Column;

    #[test]
    fn no_cell_leaves_as_a_formula_and_numbers_stay_text() {
        let table = Table {
            columns: vec![Column::text("a", "甲")],
            rows: ["=cmd|'/c calc'!A0", "+1", "-王", "@x", "-5"].map(|c| vec![c.to_owned()]).to_vec(),
            ..Table::default()
        };
        let csv = tables(&[table], Privacy::Masked);
        assert_eq!(csv, "\u{feff}甲\r\n'=cmd|'/c calc'!A0\r\n+1\r\n'-王\r\n'@x\r\n-5\r\n");
    }
}
