//! A workbook made anew of the rows of a file that cannot be edited itself (csv, xls, xlsb, ods): the same sheets, the
//! same cells in their places; what was a number or an error stays one, so that it is judged as before.

use crate::model::cell::{CellKind, Region, Row, Sight};
use crate::xlsx::error::ReadError;
use crate::xlsx::look::BEYOND;
use crate::xlsx::markup::comments::reference;
use crate::xlsx::markup::xml::{cell_text, escape};
use crate::xlsx::read::Book;
use crate::xlsx::value::serial;
use crate::xlsx::write::{fitting, sheet_name};
use std::collections::HashSet;
use std::io::{Cursor, Write};
use std::ops::ControlFlow;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
const TYPES: &str = "http://schemas.openxmlformats.org/package/2006/content-types";
const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
/// The size of a sheet (Excel specifications and limits).
const ROWS: u32 = 1_048_576;
const COLUMNS: u32 = 16_384;
const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
/// The formats of any value and of text, and those of days and of moments.
const ANY: &str = "General";
const TEXT: &str = "@";
const DAY: &str = "yyyy\\-mm\\-dd";
const MOMENT: &str = "yyyy\\-mm\\-dd hh:mm:ss";
const ERRORS: [&str; 7] = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"];

/// A style sheet of two styles: anything, and text.
pub fn styles(namespace: &str) -> String {
    Looks::default().sheet(namespace)
}

/// The number formats and struck fonts that cells have asked for, in the order of the styles.
struct Looks(Vec<(String, bool)>);

impl Default for Looks {
    fn default() -> Looks {
        Looks(vec![(ANY.to_owned(), false), (TEXT.to_owned(), false)])
    }
}

impl Looks {
    /// The number of the style with this format.
    fn style(&mut self, format: &str, struck: bool) -> usize {
        self.0.iter().position(|(f, s)| f == format && *s == struck).unwrap_or_else(|| {
            self.0.push((format.to_owned(), struck));
            self.0.len() - 1
        })
    }

    fn sheet(&self, namespace: &str) -> String {
        const OWN: usize = 164;
        let (mut formats, mut styles) = (String::new(), String::new());
        for (at, (format, struck)) in self.0.iter().enumerate() {
            let id = match format.as_str() {
                ANY => 0,
                TEXT => 49,
                _ => {
                    let code = escape(format);
                    formats.push_str(&format!("<numFmt numFmtId=\"{}\" formatCode=\"{code}\"/>", OWN + at));
                    OWN + at
                }
            };
            let (font, applied) = (u8::from(*struck), if id > 0 { " applyNumberFormat=\"1\"" } else { "" });
            let applied = if *struck { format!("{applied} applyFont=\"1\"") } else { applied.to_owned() };
            styles.push_str(&format!(
                "<xf numFmtId=\"{id}\" fontId=\"{font}\" fillId=\"0\" borderId=\"0\" xfId=\"0\"{applied}/>"
            ));
        }
        let own = formats.matches("<numFmt ").count();
        let formats = if own > 0 { format!("<numFmts count=\"{own}\">{formats}</numFmts>") } else { formats };
        let font = "<sz val=\"11\"/><name val=\"宋体\"/>";
        let struck = self.0.iter().any(|(_, struck)| *struck);
        let second = if struck { format!("<font><strike/>{font}</font>") } else { String::new() };
        format!(
            "{HEAD}<styleSheet xmlns=\"{namespace}\">{formats}<fonts count=\"{}\"><font>{font}</font>{second}</fonts>\
             <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
             <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
             <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
             <cellXfs count=\"{}\">{styles}</cellXfs>\
             <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>",
            1 + usize::from(struck),
            self.0.len(),
        )
    }
}

/// The workbook, and the names its sheets have got.
///
/// `headers` names the last row of the header of sheets by their index: cells of separated text that stand behind the
/// last one of it are shown so, for a grid does not tell them.
pub fn workbook(book: &mut Book, headers: &[(usize, u32)]) -> Result<(Vec<u8>, Vec<String>), ReadError> {
    let mut taken = HashSet::new();
    let names: Vec<String> = book.sheets().iter().map(|s| sheet_name(&s.name, &mut taken)).collect();
    let hidden: Vec<bool> = book.sheets().iter().map(|s| !s.visible).collect();
    let mut copy = Copy::new(book.is_1904());
    for index in 0..names.len() {
        copy.begin_sheet(index);
        let header = headers.iter().find(|(sheet, _)| *sheet == index).map_or(0, |(_, row)| *row);
        let mut width = usize::MAX;
        book.rows(index, &mut |mut row| {
            if row.number == header {
                width = row.len();
            } else if row.separated && row.number > header {
                row.see_beyond(width);
            }
            copy.row(&row);
            ControlFlow::Continue(())
        })?;
        copy.end_sheet(book.merges(index)?);
    }
    Ok((copy.finish(&names, &hidden), names))
}

/// A workbook being written in memory, which does not fail.
struct Copy {
    zip: ZipWriter<Cursor<Vec<u8>>>,
    looks: Looks,
    is_1904: bool,
}

const IN_MEMORY: &str = "writing to memory does not fail";

impl Copy {
    fn new(is_1904: bool) -> Copy {
        Copy { zip: ZipWriter::new(Cursor::new(Vec::new())), looks: Looks::default(), is_1904 }
    }

    fn part(&mut self, name: &str) {
        let options = SimpleFileOptions::default().compression_level(Some(2));
        self.zip.start_file(name, options).expect(IN_MEMORY);
    }

    fn write(&mut self, text: &str) {
        self.zip.write_all(text.as_bytes()).expect(IN_MEMORY);
    }

    fn begin_sheet(&mut self, index: usize) {
        self.part(&format!("xl/worksheets/sheet{}.xml", index + 1));
        self.write(&format!(
            "{HEAD}<worksheet xmlns=\"{MAIN}\"><cols><col min=\"1\" max=\"200\" width=\"14\" customWidth=\"1\"/></cols><sheetData>"
        ));
    }

    fn row(&mut self, row: &Row) {
        let text = xml(row, &mut self.looks, self.is_1904);
        self.write(&text);
    }

    fn end_sheet(&mut self, merges: Vec<Region>) {
        self.write("</sheetData>");
        self.write(&merged(merges));
        self.write("</worksheet>");
    }

    fn finish(mut self, names: &[String], hidden: &[bool]) -> Vec<u8> {
        let styles = ("xl/styles.xml".to_owned(), self.looks.sheet(MAIN));
        for (name, text) in frame(names, hidden, self.is_1904).into_iter().chain([styles]) {
            self.part(&name);
            self.write(&text);
        }
        self.zip.finish().expect(IN_MEMORY).into_inner()
    }
}

/// The merged cells: without them a row below a merged name would be somebody else's. Those that overlap no program
/// would open.
fn merged(mut regions: Vec<Region>) -> String {
    regions.retain(|r| (r.top, r.left) != (r.bottom, r.right) && r.bottom <= ROWS && r.right < COLUMNS);
    regions.sort_by_key(|r| (r.top, r.left));
    let mut taken_to: Vec<u32> = Vec::new();
    let mut cells = Vec::new();
    for r in regions {
        let (left, right) = (r.left as usize, r.right as usize);
        if taken_to.len() <= right {
            taken_to.resize(right + 1, 0);
        }
        if taken_to[left..=right].iter().all(|bottom| *bottom < r.top) {
            taken_to[left..=right].fill(r.bottom);
            cells.push(format!("<mergeCell ref=\"{}\"/>", r.name()));
        }
    }
    match cells.len() {
        0 => String::new(),
        count => format!("<mergeCells count=\"{count}\">{}</mergeCells>", cells.concat()),
    }
}

/// The parts besides the sheets and the styles.
fn frame(names: &[String], hidden: &[bool], is_1904: bool) -> [(String, String); 4] {
    let epoch = if is_1904 { "<workbookPr date1904=\"1\"/>" } else { "" };
    let each = |of: &dyn Fn(usize, &str) -> String| -> String {
        (1..).zip(names).map(|(n, name)| of(n, name)).collect()
    };
    let overrides = each(&|n, _| {
        format!("<Override PartName=\"/xl/worksheets/sheet{n}.xml\" ContentType=\"{KIND}.worksheet+xml\"/>")
    });
    let sheets = each(&|n, name| {
        let state = if hidden[n - 1] { " state=\"hidden\"" } else { "" };
        format!("<sheet name=\"{}\" sheetId=\"{n}\"{state} r:id=\"rId{n}\"/>", escape(name))
    });
    let relations = each(&|n, _| {
        format!(
            "<Relationship Id=\"rId{n}\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
        )
    });
    let last = names.len() + 1;
    let part = |name: &str, text: String| (name.to_owned(), format!("{HEAD}{text}"));
    [
        part(
            "[Content_Types].xml",
            format!(
                "<Types xmlns=\"{TYPES}\"><Default Extension=\"rels\" \
                 ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
                 <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
                 <Override PartName=\"/xl/workbook.xml\" ContentType=\"{KIND}.sheet.main+xml\"/>\
                 <Override PartName=\"/xl/styles.xml\" ContentType=\"{KIND}.styles+xml\"/>{overrides}</Types>"
            ),
        ),
        part(
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" \
                 Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        part(
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\">{epoch}<bookViews><workbookView/></bookViews><sheets>{sheets}</sheets></workbook>"
            ),
        ),
        part(
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}\">{relations}<Relationship Id=\"rId{last}\" \
                 Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
    ]
}

fn xml(row: &Row, looks: &mut Looks, is_1904: bool) -> String {
    let hidden = if row.hidden { " hidden=\"1\"" } else { "" };
    let mut out = format!("<row r=\"{}\"{hidden}>", row.number);
    for column in 0..row.len() {
        out.push_str(&cell(row, column, looks, is_1904));
    }
    out.push_str("</row>");
    out
}

/// A cell of the same kind, value and look, so that it is judged as before.
fn cell(row: &Row, column: usize, looks: &mut Looks, is_1904: bool) -> String {
    let (text, kind) = row.cell(column);
    let name = reference((row.number, column as u32 + 1));
    let shown = row.sights(column).find_map(|sight| match sight {
        Sight::Shown { format, .. } => Some(format.as_str()),
        Sight::Struck { .. } | Sight::Beyond => None,
    });
    let rest = row.sights(column).find_map(|sight| match sight {
        Sight::Struck { rest } => Some(rest.as_str()),
        Sight::Shown { .. } | Sight::Beyond => None,
    });
    let shown = if row.sights(column).any(|s| *s == Sight::Beyond) { Some(BEYOND) } else { shown };
    let struck = rest == Some("");
    let mut begin = |usual: &str, kind: &str| {
        let style = looks.style(shown.unwrap_or(usual), struck);
        let style = if style > 0 { format!(" s=\"{style}\"") } else { String::new() };
        format!("<c r=\"{name}\"{style}{kind}>")
    };
    match kind {
        CellKind::Empty => String::new(),
        CellKind::Number | CellKind::Number1904 if text.parse::<f64>().is_ok_and(f64::is_finite) => {
            // A number that no calendar knows, in a cell for days: it is not counted from 1904.
            let usual = if is_1904 && kind == CellKind::Number { DAY } else { ANY };
            format!("{}<v>{text}</v></c>", begin(usual, ""))
        }
        CellKind::Date => match serial(text, is_1904) {
            Some(serial) if serial.fract() == 0.0 => format!("{}<v>{serial}</v></c>", begin(DAY, "")),
            Some(serial) => format!("{}<v>{serial}</v></c>", begin(MOMENT, "")),
            None => format!("{}<v>{}</v></c>", begin(DAY, " t=\"d\""), cell_text(text)),
        },
        CellKind::Error => {
            let error = ERRORS.iter().find(|e| **e == text).unwrap_or(&"#VALUE!");
            format!("{}<v>{error}</v></c>", begin(ANY, " t=\"e\""))
        }
        CellKind::Bool => {
            format!("{}<v>{}</v></c>", begin(ANY, " t=\"b\""), u8::from(text == "TRUE"))
        }
        // What it would say nobody knows; a program that computes it makes an error of it, which is none the less one.
        CellKind::Uncomputed => format!("{}<f>NA()</f></c>", begin(ANY, "")),
        CellKind::Text | CellKind::Number | CellKind::Number1904 => {
            let begun = begin(TEXT, " t=\"inlineStr\"");
            let text = fitting(text);
            let runs = rest.filter(|rest| !rest.is_empty()).and_then(|rest| runs(&text, rest));
            let plain = || format!("<t xml:space=\"preserve\">{}</t>", cell_text(&text));
            format!("{begun}<is>{}</is></c>", runs.unwrap_or_else(plain))
        }
    }
}

/// A text of which only `rest` is not struck through: what stands before and behind what the two share at their ends.
fn runs(text: &str, rest: &str) -> Option<String> {
    let same = |(a, b): &(char, char)| a == b;
    let before: usize = text.chars().zip(rest.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let behind = rest.get(before..)?;
    let struck = text.get(before..)?.strip_suffix(behind)?;
    let run = |text: &str, look: &str| match text {
        "" => String::new(),
        text => format!("<r>{look}<t xml:space=\"preserve\">{}</t></r>", cell_text(text)),
    };
    let runs = [run(&text[..before], ""), run(struck, "<rPr><strike/></rPr>"), run(behind, "")];
    (!struck.is_empty()).then(|| runs.concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xlsx::read;
    use proptest::prelude::{Just, Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};

    type Told = (String, CellKind, Vec<Sight>);
    /// A row: its number, whether it is hidden, and its cells.
    type Said = (u32, bool, Vec<Told>);

    /// What a row says, cell by cell.
    fn said(row: &Row) -> Vec<Told> {
        let cell = |c| {
            let (text, kind) = row.cell(c);
            (text.to_owned(), kind, row.sights(c).cloned().collect())
        };
        let mut cells: Vec<_> = (0..row.len()).map(cell).collect();
        while cells.last().is_some_and(|c: &Told| c.1 == CellKind::Empty) {
            cells.pop();
        }
        cells
    }

    fn all(book: &mut Book) -> Vec<Said> {
        let mut out = Vec::new();
        for sheet in 0..book.sheets().len() {
            book.rows(sheet, &mut |row| {
                out.push((row.number, row.hidden, said(&row)));
                ControlFlow::Continue(())
            })
            .unwrap();
        }
        out
    }

    fn reread(bytes: &[u8]) -> Vec<Said> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.xlsx");
        std::fs::write(&path, bytes).unwrap();
        all(&mut read::open(&path).unwrap())
    }

    #[test]
    fn a_copy_of_any_file_reads_as_the_file_does() {
        let mut files = 0;
        for folder in ["mess", "xlsx", "seen"] {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(folder);
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                let Ok(mut book) = read::open(&path) else { continue };
                let (bytes, _) = workbook(&mut book, &[]).unwrap();
                let mut own = all(&mut book);
                // Errors that no xlsx has are another error there, and errors still.
                let cells = own.iter_mut().flat_map(|row| &mut row.2);
                for cell in cells.filter(|c| c.1 == CellKind::Error && !ERRORS.contains(&c.0.as_str())) {
                    cell.0 = "#VALUE!".to_owned();
                }
                assert_eq!(reread(&bytes), own, "{}", path.display());
                files += 1;
            }
        }
        assert!(files >= 40, "{files}");
    }

    fn any_cell() -> impl Strategy<Value = Told> {
        let struck =
            || prop_oneof![3 => Just(Vec::new()), 1 => Just(vec![Sight::Struck { rest: String::new() }])];
        let day = (1904i16..2200, 1u8..13, 2u8..29);
        let shown = Sight::Shown { format: "0.00".to_owned(), text: Some("1.10".to_owned()) };
        let unknown = Sight::Shown { format: "0%".to_owned(), text: None };
        prop_oneof![
            Just((String::new(), CellKind::Empty, Vec::new())),
            ("[a-z男=<&]{1,8}", struck()).prop_map(|(t, s)| (t, CellKind::Text, s)),
            (0u64..1_000_000_000_000_000, struck()).prop_map(|(n, s)| (n.to_string(), CellKind::Number, s)),
            any::<i32>().prop_map(|n| (n.to_string(), CellKind::Number, Vec::new())),
            Just(("330106201503140030".to_owned(), CellKind::Number, Vec::new())),
            (day, struck()).prop_map(|((y, m, d), s)| (format!("{y:04}{m:02}{d:02}"), CellKind::Date, s)),
            (0u8..24, 0u8..60, 1u8..60).prop_map(|(h, m, s)| (
                format!("2018-03-14 {h:02}:{m:02}:{s:02}"),
                CellKind::Date,
                Vec::new()
            )),
            Just(("18991231".to_owned(), CellKind::Date, Vec::new())),
            any::<bool>().prop_map(|b| (b.to_string().to_uppercase(), CellKind::Bool, Vec::new())),
            prop::sample::select(&ERRORS[..]).prop_map(|e| (e.to_owned(), CellKind::Error, Vec::new())),
            Just((String::new(), CellKind::Uncomputed, Vec::new())),
            Just(("1.1".to_owned(), CellKind::Number, vec![shown])),
            Just(("1".to_owned(), CellKind::Number, vec![unknown])),
            Just(("12号".to_owned(), CellKind::Text, vec![Sight::Beyond])),
            Just(("马一马二".to_owned(), CellKind::Text, vec![Sight::Struck { rest: "马二".to_owned() }])),
        ]
    }

    proptest! {
        #[test]
        fn a_copy_says_what_the_rows_say(
            rows in prop::collection::vec((any::<bool>(), prop::collection::vec(any_cell(), 1..6)), 1..6),
            is_1904 in any::<bool>(),
        ) {
            let mut copy = Copy::new(is_1904);
            copy.begin_sheet(0);
            let mut expected = Vec::new();
            for (number, (hidden, cells)) in (1..).zip(&rows) {
                let mut row = Row::new(number).hidden_if(*hidden);
                for (text, kind, sights) in cells {
                    let counted = is_1904 && *kind == CellKind::Number;
                    row.push(text, if counted { CellKind::Number1904 } else { *kind });
                    sights.iter().for_each(|s| row.see(s.clone()));
                }
                copy.row(&row);
                if !row.is_blank() {
                    expected.push((number, *hidden, said(&row)));
                }
            }
            copy.end_sheet(Vec::new());
            prop_assert_eq!(reread(&copy.finish(&["一".to_owned()], &[false])), expected);
        }
    }
}
