//! csv for scripts and spreadsheets: UTF-8 with a byte order mark unless it is asked for otherwise, CRLF, and no cell that
//! a spreadsheet would run.

use encoding_rs::EncoderResult;

use crate::model::finding::Finding;
use crate::model::table::Table;

use super::{Privacy, mask};

/// How the text is written as bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    #[default]
    Utf8,
    /// For programs that know no other; it has every character of Unicode.
    Gb18030,
}

/// The byte order mark that a csv begins with.
const MARK: char = '\u{feff}';

/// A csv in an encoding, with a byte order mark or without: by itself UTF-8 has one, for Excel knows it by that, and
/// GB18030 none.
///
/// # Errors
/// The first character the encoding does not have.
pub fn encoded(text: &str, encoding: Encoding, bom: Option<bool>) -> Result<Vec<u8>, char> {
    let text = text.trim_start_matches(MARK);
    let text =
        if bom.unwrap_or(encoding == Encoding::Utf8) { format!("{MARK}{text}") } else { text.to_owned() };
    match encoding {
        Encoding::Utf8 => Ok(text.into_bytes()),
        Encoding::Gb18030 => {
            let mut encoder = encoding_rs::GB18030.new_encoder();
            let room = encoder.max_buffer_length_from_utf8_without_replacement(text.len());
            let mut out = Vec::with_capacity(room.unwrap_or(text.len()));
            match encoder.encode_from_utf8_to_vec_without_replacement(&text, &mut out, true).0 {
                EncoderResult::Unmappable(odd) => Err(odd),
                EncoderResult::InputEmpty | EncoderResult::OutputFull => Ok(out),
            }
        }
    }
}

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
    format!("{MARK}{}", String::from_utf8(bytes).expect("texts are UTF-8"))
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

    #[test]
    fn a_mark_stands_first_where_it_is_wanted_and_nowhere_else() {
        let csv = rows(&["姓名"], [vec!["王一𠀀".to_owned()]].into_iter());
        let utf8 = |bom| String::from_utf8(encoded(&csv, Encoding::Utf8, bom).unwrap()).unwrap();
        assert_eq!((utf8(None), utf8(Some(true))), (csv.clone(), csv.clone()));
        assert_eq!(utf8(Some(false)), csv.trim_start_matches(MARK));
        let old = encoded(&csv, Encoding::Gb18030, None).unwrap();
        assert_eq!(&old[..4], [0xd0, 0xd5, 0xc3, 0xfb], "姓名 in GB 2312 already");
        let marked = encoded(&csv, Encoding::Gb18030, Some(true)).unwrap();
        assert_eq!(&marked[..4], [0x84, 0x31, 0x95, 0x33]);
        assert_eq!(encoded("\u{e5e5}", Encoding::Gb18030, None), Err('\u{e5e5}'));
    }

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
        fn every_character_comes_back_from_gb18030(text in "[\u{80}-\u{d7ff}\u{e000}-\u{e5e4}\u{e5e6}-\u{10ffff}a-z]{0,40}") {
            let text = text.trim_start_matches(MARK);
            let bytes = encoded(text, Encoding::Gb18030, None).unwrap();
            let (back, _, broken) = encoding_rs::GB18030.decode(&bytes);
            proptest::prop_assert!(!broken);
            proptest::prop_assert_eq!(back, text);
        }

        #[test]
        fn whatever_a_cell_holds_it_begins_as_no_formula(text in "[=+@＝＋－＠ \\-\t\r\n0-9.a王,\"']{0,8}") {
            let out = one(&text);
            let begun = out.trim_start_matches([' ', '\u{3000}']);
            proptest::prop_assert!(!begun.starts_with(STARTS) || is_plain_number(&out), "{:?}", out);
        }
    }
}
