//! A workbook made anew of the rows of a file that cannot be edited itself (csv, xls, xlsb, ods): the same sheets, the
//! same cells in their places; what was a number or an error stays one, so that it is judged as before.

use crate::model::cell::{CellKind, Region, Row};
use crate::xlsx::error::ReadError;
use crate::xlsx::markup::comments::reference;
use crate::xlsx::markup::xml::{cell_text, escape};
use crate::xlsx::read::Book;
use crate::xlsx::write::{fitting, sheet_name};
use std::collections::HashSet;
use std::io::{self, Cursor, Write};
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
const ERRORS: [&str; 7] = ["#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"];

/// A style sheet of two styles: anything, and text.
pub fn styles(namespace: &str) -> String {
    format!(
        "{HEAD}<styleSheet xmlns=\"{namespace}\"><fonts count=\"1\"><font><sz val=\"11\"/><name val=\"宋体\"/></font></fonts>\
         <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill><fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
         <cellXfs count=\"2\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>\
         <xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/></cellXfs>\
         <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>"
    )
}

/// The workbook, and the names its sheets have got.
pub fn workbook(book: &mut Book) -> Result<(Vec<u8>, Vec<String>), ReadError> {
    let mut taken = HashSet::new();
    let names: Vec<String> = book.sheets().iter().map(|s| sheet_name(&s.name, &mut taken)).collect();
    let hidden: Vec<bool> = book.sheets().iter().map(|s| !s.visible).collect();
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let in_memory = "writing to memory does not fail";
    for (name, text) in frame(&names, &hidden) {
        start(&mut zip, &name).and_then(|()| zip.write_all(text.as_bytes())).expect(in_memory);
    }
    for index in 0..names.len() {
        start(&mut zip, &format!("xl/worksheets/sheet{}.xml", index + 1)).expect(in_memory);
        let head = format!(
            "{HEAD}<worksheet xmlns=\"{MAIN}\"><cols><col min=\"1\" max=\"200\" width=\"14\" customWidth=\"1\"/></cols><sheetData>"
        );
        zip.write_all(head.as_bytes()).expect(in_memory);
        book.rows(index, &mut |row| {
            zip.write_all(xml(&row).as_bytes()).expect(in_memory);
            ControlFlow::Continue(())
        })?;
        zip.write_all(b"</sheetData>").expect(in_memory);
        zip.write_all(merged(book.merges(index)?).as_bytes()).expect(in_memory);
        zip.write_all(b"</worksheet>").expect(in_memory);
    }
    let bytes = zip.finish().expect(in_memory).into_inner();
    Ok((bytes, names))
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

fn start(zip: &mut ZipWriter<Cursor<Vec<u8>>>, name: &str) -> io::Result<()> {
    Ok(zip.start_file(name, SimpleFileOptions::default().compression_level(Some(2)))?)
}

/// The parts besides the sheets.
fn frame(names: &[String], hidden: &[bool]) -> [(String, String); 5] {
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
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><bookViews><workbookView/></bookViews><sheets>{sheets}</sheets></workbook>"
            ),
        ),
        part(
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{PACKAGE}\">{relations}<Relationship Id=\"rId{last}\" \
                 Type=\"{OFFICE}/styles\" Target=\"styles.xml\"/></Relationships>"
            ),
        ),
        ("xl/styles.xml".to_owned(), styles(MAIN)),
    ]
}

fn xml(row: &Row) -> String {
    let mut out = format!("<row r=\"{}\">", row.number);
    for column in 0..row.len() {
        let (text, kind) = row.cell(column);
        let name = reference((row.number, column as u32 + 1));
        match kind {
            CellKind::Empty => {}
            CellKind::Number if text.parse::<f64>().is_ok_and(f64::is_finite) => {
                out.push_str(&format!("<c r=\"{name}\"><v>{text}</v></c>"));
            }
            CellKind::Error if ERRORS.contains(&text) => {
                out.push_str(&format!("<c r=\"{name}\" t=\"e\"><v>{text}</v></c>"));
            }
            CellKind::Bool => {
                let value = u8::from(text == "TRUE");
                out.push_str(&format!("<c r=\"{name}\" t=\"b\"><v>{value}</v></c>"));
            }
            _ => out.push_str(&format!(
                "<c r=\"{name}\" s=\"1\" t=\"inlineStr\"><is><t xml:space=\"preserve\">{}</t></is></c>",
                cell_text(&fitting(text))
            )),
        }
    }
    out.push_str("</row>");
    out
}
