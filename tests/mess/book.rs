//! A workbook in the making and how it is written: xlsx, ods, csv in several encodings.

use std::io::Write;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{Format, Workbook};

#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
    /// A number that its format shows as a text.
    Shown(f64, &'static str, String),
}

impl Cell {
    pub fn text(text: impl Into<String>) -> Cell {
        let text = text.into();
        if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
    }
}

/// Rows and columns from 0, both ends belong to it.
pub type Merge = (usize, usize, usize, usize);

#[derive(Clone, Debug, Default)]
pub struct Sheet {
    pub name: String,
    pub hidden: bool,
    pub rows: Vec<Vec<Cell>>,
    pub merges: Vec<Merge>,
}

impl Sheet {
    pub fn text_row(&mut self, texts: &[&str]) {
        self.rows.push(texts.iter().map(|t| Cell::text(*t)).collect());
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Writer {
    Xlsx,
    Ods,
    Csv(&'static str),
}

/// Csv has no merged cells and one sheet.
pub const WRITERS: &[Writer] = &[
    Writer::Xlsx,
    Writer::Xlsx,
    Writer::Xlsx,
    Writer::Ods,
    Writer::Csv("utf-8"),
    Writer::Csv("utf-8-bom"),
    Writer::Csv("gb18030"),
    Writer::Csv("utf-16le"),
];

pub fn write(folder: &Path, stem: &str, sheets: &[Sheet], writer: Writer) -> PathBuf {
    match writer {
        Writer::Xlsx => xlsx(&folder.join(format!("{stem}.xlsx")), sheets),
        Writer::Ods => ods(&folder.join(format!("{stem}.ods")), sheets),
        Writer::Csv(encoding) => csv(&folder.join(format!("{stem}.csv")), &sheets[0], encoding),
    }
}

fn xlsx(path: &Path, sheets: &[Sheet]) -> PathBuf {
    let mut book = Workbook::new();
    // The first visible sheet is the active one, or Excel would not hide the others.
    for sheet in sheets {
        let out = book.add_worksheet();
        out.set_name(&sheet.name).unwrap();
        for (top, left, bottom, right) in &sheet.merges {
            let (top, bottom) = (*top as u32, *bottom as u32);
            out.merge_range(top, *left as u16, bottom, *right as u16, "", &Format::new()).unwrap();
        }
        for (r, row) in sheet.rows.iter().enumerate() {
            for (c, cell) in row.iter().enumerate() {
                let (r, c) = (r as u32, c as u16);
                match cell {
                    Cell::Empty => {}
                    Cell::Text(text) => drop(out.write_string(r, c, text).unwrap()),
                    Cell::Number(n) => drop(out.write_number(r, c, *n).unwrap()),
                    Cell::Shown(n, format, _) => {
                        let format = Format::new().set_num_format(*format);
                        out.write_number_with_format(r, c, *n, &format).unwrap();
                    }
                }
            }
        }
        out.set_hidden(sheet.hidden);
    }
    if let Some(visible) = sheets.iter().position(|s| !s.hidden) {
        let out = book.worksheet_from_index(visible).unwrap();
        out.set_active(true);
        out.set_first_tab(true);
    }
    book.save(path).unwrap();
    path.to_owned()
}

fn csv(path: &Path, sheet: &Sheet, encoding: &str) -> PathBuf {
    let width = sheet.rows.iter().map(Vec::len).max().unwrap_or(0);
    let mut text = String::new();
    for row in &sheet.rows {
        let cells: Vec<String> = (0..width).map(|c| quoted(row.get(c).unwrap_or(&Cell::Empty))).collect();
        text.push_str(&cells.join(","));
        text.push_str("\r\n");
    }
    let bytes = match encoding {
        "gb18030" => encoding_rs::GB18030.encode(&text).0.into_owned(),
        "utf-16le" => format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-8-bom" => format!("\u{feff}{text}").into_bytes(),
        _ => text.into_bytes(),
    };
    std::fs::write(path, bytes).unwrap();
    path.to_owned()
}

fn quoted(cell: &Cell) -> String {
    match cell {
        Cell::Empty => String::new(),
        Cell::Number(n) => format!("{n}"),
        Cell::Shown(_, _, shown) => shown.clone(),
        Cell::Text(t) if t.contains([',', '"', '\n']) => format!("\"{}\"", t.replace('"', "\"\"")),
        Cell::Text(t) => t.clone(),
    }
}

fn ods(path: &Path, sheets: &[Sheet]) -> PathBuf {
    let mut content = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><office:document-content \
         xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
         xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
         xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" \
         xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" office:version=\"1.2\">\
         <office:automatic-styles><style:style style:name=\"h\" style:family=\"table\">\
         <style:table-properties table:display=\"false\"/></style:style></office:automatic-styles>\
         <office:body><office:spreadsheet>",
    );
    for sheet in sheets {
        let style = if sheet.hidden { " table:style-name=\"h\"" } else { "" };
        content.push_str(&format!("<table:table table:name=\"{}\"{style}>", escaped(&sheet.name)));
        for (r, row) in sheet.rows.iter().enumerate() {
            content.push_str("<table:table-row>");
            for (c, cell) in row.iter().enumerate() {
                content.push_str(&ods_cell(sheet, r, c, cell));
            }
            if row.is_empty() {
                content.push_str("<table:table-cell/>");
            }
            content.push_str("</table:table-row>");
        }
        content.push_str("</table:table>");
    }
    content.push_str("</office:spreadsheet></office:body></office:document-content>");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(path).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest/>"),
        ("content.xml", &content),
    ] {
        zip.start_file(name, options).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    path.to_owned()
}

fn ods_cell(sheet: &Sheet, r: usize, c: usize, cell: &Cell) -> String {
    let inside = |m: &&Merge| (m.0..=m.2).contains(&r) && (m.1..=m.3).contains(&c);
    let mut span = String::new();
    let mut element = "table-cell";
    if let Some(m) = sheet.merges.iter().find(inside) {
        if (m.0, m.1) == (r, c) {
            let (rows, columns) = (m.2 - m.0 + 1, m.3 - m.1 + 1);
            span =
                format!(" table:number-rows-spanned=\"{rows}\" table:number-columns-spanned=\"{columns}\"");
        } else {
            element = "covered-table-cell";
        }
    }
    match cell {
        Cell::Empty => format!("<table:{element}{span}/>"),
        Cell::Text(t) => {
            let lines: Vec<String> =
                t.split('\n').map(|l| format!("<text:p>{}</text:p>", escaped(l))).collect();
            format!(
                "<table:{element}{span} office:value-type=\"string\">{}</table:{element}>",
                lines.concat()
            )
        }
        Cell::Shown(n, _, shown) => format!(
            "<table:{element}{span} office:value-type=\"float\" office:value=\"{n}\"><text:p>{shown}</text:p></table:{element}>"
        ),
        Cell::Number(n) => format!(
            "<table:{element}{span} office:value-type=\"float\" office:value=\"{n}\"><text:p>{n}</text:p></table:{element}>"
        ),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}
