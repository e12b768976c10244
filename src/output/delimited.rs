//! csv for scripts and spreadsheets: UTF-8 with a byte order mark, CRLF, and no cell that a spreadsheet would run.

use crate::model::finding::Finding;
use crate::model::table::Table;

use super::{Privacy, mask};

/// What a formula may begin with (OWASP, CSV Injection), the full-width forms with it: a Chinese Excel takes `＝` that
/// is typed for `=`.
const STARTS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];

/// A cell that no spreadsheet takes for a formula: one that begins like one, behind blanks too, gets an apostrophe
/// before it, unless it is a plain number.
fn safe(cell: &str) -> String {
    let begun = cell.trim_start_matches([' ', '\u{a0}', '\u{3000}', '\u{feff}']);
    let risky = begun.starts_with(STARTS);
    if risky && !is_plain_number(cell) { format!("'{cell}") } else { cell.to_owned() }
}

/// A sign, digits and one point: not `-inf`, `+1e5` or anything else that merely can be read as a number.
fn is_plain_number(cell: &str) -> bool {
    let digits = cell.strip_prefix(['+', '-']).unwrap_or(cell);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    all(whole) && all(part)
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

/// Rows under headings.
pub fn rows(headings: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    write(std::iter::once(headings.iter().map(|h| (*h).to_owned()).collect()).chain(rows))
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
    self::rows(&head, rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::table::Column;

    fn one(cell: &str) -> String {
        let table = Table {
            columns: vec![Column::text("a", "甲")],
            rows: vec![vec![cell.to_owned()]],
            ..Table::default()
        };
        let csv = tables(&[table], Privacy::Masked);
        let mut reader = csv::Reader::from_reader(csv.trim_start_matches('\u{feff}').as_bytes());
        let row = reader.records().next().unwrap().unwrap();
        row[0].to_owned()
    }

    #[test]
    fn no_cell_leaves_as_a_formula_and_numbers_stay_text() {
        for cell in [
            "=cmd|'/c calc'!A0",
            "+1+1",
            "-王",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "\n=1",
            " =1",
            "\u{3000}=1",
            "＝1",
            "＠x",
            "-inf",
            "+nan",
            "+1e5",
            "--1",
            "-1.2.3",
            "-",
        ] {
            assert_eq!(one(cell), format!("'{cell}"), "{cell:?}");
        }
        for cell in ["+1", "-5", "-0.5", "13800000000", "王=一", "'=1", "a@b"] {
            assert_eq!(one(cell), cell);
        }
    }

    proptest::proptest! {
        #[test]
        fn whatever_a_cell_holds_it_begins_as_no_formula(text in "[=+@＝＋－＠ \\-\t\r\n0-9.a王,\"']{0,8}") {
            let out = one(&text);
            let begun = out.trim_start_matches([' ', '\u{3000}']);
            proptest::prop_assert!(!begun.starts_with(STARTS) || is_plain_number(&out), "{:?}", out);
        }
    }
}
