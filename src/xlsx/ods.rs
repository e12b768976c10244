//! OpenDocument sheets, row by row. (calamine lays them out whole, and repeated cells can be made to fill any memory.)

use crate::model::cell::{CellKind, Region, Row, Sight};
use crate::xlsx::cells::MERGES;
use crate::xlsx::error::ReadError;
use crate::xlsx::guard::fenced;
use crate::xlsx::look::{displayed, without};
use crate::xlsx::package::{Part, Parts};
use crate::xlsx::read::SheetInfo;
use crate::xlsx::value::{push_iso, push_number, push_text};
use crate::xlsx::xml::{Bounded, TEXT_LIMIT, referred};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use std::collections::HashSet;
use std::ops::{ControlFlow, Range};

/// So many cells are not handed on, however short the file says them ("this row a million times").
const CELL_LIMIT: u64 = 200_000_000;
const LAST_ROW: u64 = 1_048_576;
const LAST_COLUMN: usize = 16_384;

/// The sheets of the file; locked files are refused here.
pub fn sheets(parts: &mut Parts) -> Result<Vec<SheetInfo>, ReadError> {
    let manifest = parts.head("META-INF/manifest.xml", 1 << 20);
    if manifest.is_some_and(|text| text.contains("encryption-data")) {
        return Err(ReadError::Encrypted { path: parts.path().to_path_buf() });
    }
    let Some(part) = parts.part("content.xml") else {
        return Err(parts.failed("没有表格内容"));
    };
    let mut scan = Scan::new(part, None);
    let done = fenced(|| scan.row());
    let sheets = std::mem::take(&mut scan.sheets);
    drop(scan);
    match done {
        Some(Ok(None)) => Ok(sheets),
        _ => Err(parts.failed("表格内容无法解析")),
    }
}

/// Gives every row of the sheet that is not blank.
pub fn rows(
    parts: &mut Parts,
    sheet: usize,
    sink: &mut dyn FnMut(Row) -> ControlFlow<()>,
) -> Result<(), ReadError> {
    let Some(part) = parts.part("content.xml") else {
        return Err(parts.failed("没有表格内容"));
    };
    let mut scan = Scan::new(part, Some(sheet));
    let mut given = 0;
    loop {
        let (row, repeat) = match fenced(|| scan.row()) {
            Some(Ok(Some(found))) => found,
            Some(Ok(None)) => return Ok(()),
            _ => {
                let last = scan.number;
                drop(scan);
                return Err(parts.failed(format!("第 {last} 行之后读不下去")));
            }
        };
        given += row.len() as u64 * repeat;
        if given > CELL_LIMIT {
            drop(scan);
            let detail = "重复的行展开后太多".to_owned();
            return Err(ReadError::TooLarge { path: parts.path().to_path_buf(), detail });
        }
        for offset in 0..repeat {
            let mut copy = row.clone();
            copy.number += offset as u32;
            if sink(copy).is_break() {
                return Ok(());
            }
        }
    }
}

/// The merged cells of the sheet: those that span more than one row or column.
pub fn merges(parts: &mut Parts, sheet: usize) -> Result<Vec<Region>, ReadError> {
    let Some(part) = parts.part("content.xml") else {
        return Err(parts.failed("没有表格内容"));
    };
    let mut scan = Scan::new(part, Some(sheet));
    scan.spans = Some(Vec::new());
    loop {
        match fenced(|| scan.row()) {
            Some(Ok(Some(_))) => {}
            Some(Ok(None)) => return Ok(scan.spans.unwrap_or_default()),
            _ => {
                drop(scan);
                return Err(parts.failed("合并单元格无法解析"));
            }
        }
    }
}

/// A cell being read.
#[derive(Default)]
struct Open {
    kind: String,
    value: Option<String>,
    text: String,
    paragraphs: usize,
    repeat: usize,
    formula: bool,
    /// The style of the cell is struck through.
    is_struck: bool,
    /// Where a part of the text that is struck through began, and such parts.
    begun: Option<usize>,
    struck: Vec<Range<usize>>,
}

impl Open {
    /// A formula whose value nobody computed; one that gives an empty text says so by its type.
    fn uncomputed(&self) -> bool {
        self.formula && self.kind.is_empty() && self.value.is_none() && self.text.is_empty()
    }
}

struct Scan<'a> {
    reader: Reader<Bounded<Part<'a>>>,
    buffer: Vec<u8>,
    sheets: Vec<SheetInfo>,
    wanted: Option<usize>,
    style: String,
    hidden: HashSet<String>,
    /// Styles of cells and of parts of texts that are struck through.
    struck: HashSet<String>,
    /// Rows of the sheet at hand that are done.
    number: u64,
    row: Option<Row>,
    repeat: u64,
    column: usize,
    cell: Option<Open>,
    /// Inside `text:p`; text elsewhere in a cell is layout.
    paragraph: bool,
    /// Inside a comment, which is no value.
    note: bool,
    scratch: String,
    /// The merged cells, when they are asked for.
    spans: Option<Vec<Region>>,
}

type Found = Result<Option<(Row, u64)>, ()>;

impl<'a> Scan<'a> {
    fn new(part: Part<'a>, wanted: Option<usize>) -> Scan<'a> {
        let mut reader = Reader::from_reader(Bounded::new(part));
        reader.config_mut().expand_empty_elements = true;
        Scan {
            reader,
            buffer: Vec::new(),
            sheets: Vec::new(),
            wanted,
            style: String::new(),
            hidden: HashSet::new(),
            struck: HashSet::new(),
            number: 0,
            row: None,
            repeat: 1,
            column: 0,
            cell: None,
            paragraph: false,
            note: false,
            scratch: String::new(),
            spans: None,
        }
    }

    /// The next row of the wanted sheet that is not blank, and how often it stands there.
    fn row(&mut self) -> Found {
        loop {
            let mut buffer = std::mem::take(&mut self.buffer);
            buffer.clear();
            self.reader.get_mut().left = TEXT_LIMIT;
            let event = self.reader.read_event_into(&mut buffer).map_err(drop)?;
            match event {
                Event::Start(e) => self.start(&e)?,
                Event::Text(t) => self.text(&t.xml10_content())?,
                Event::CData(t) => self.text(&t.xml10_content())?,
                Event::GeneralRef(r) => {
                    self.text(referred(&r).map_err(drop)?.encode_utf8(&mut [0; 4]))?;
                }
                Event::End(e) => {
                    if let Some(found) = self.end(e.local_name().as_ref())? {
                        self.buffer = buffer;
                        return Ok(Some(found));
                    }
                }
                Event::Eof => return if self.sheets.is_empty() { Err(()) } else { Ok(None) },
                _ => (),
            }
            self.buffer = buffer;
        }
    }

    fn reading(&self) -> bool {
        self.wanted.is_some_and(|wanted| self.sheets.len() == wanted + 1)
    }

    fn start(&mut self, e: &BytesStart<'_>) -> Result<(), ()> {
        match e.local_name().as_ref() {
            "style" => self.style = attribute(e, "style:name")?.unwrap_or_default(),
            "table-properties" if attribute(e, "table:display")?.as_deref() == Some("false") => {
                self.hidden.insert(self.style.clone());
            }
            "text-properties" => {
                let line = attribute(e, "style:text-line-through-style")?;
                let kind = attribute(e, "style:text-line-through-type")?;
                if line.or(kind).is_some_and(|line| line != "none") {
                    self.struck.insert(self.style.clone());
                }
            }
            "table" if self.cell.is_none() => {
                let name = attribute(e, "table:name")?.unwrap_or_default();
                let style = attribute(e, "table:style-name")?.unwrap_or_default();
                self.sheets.push(SheetInfo { name, visible: !self.hidden.contains(&style) });
                self.number = 0;
            }
            "table-row" if self.reading() => {
                self.repeat = number(e, "table:number-rows-repeated")?;
                let number = (self.number + 1).min(u64::from(u32::MAX)) as u32;
                // By hand `collapse`, by a filter `filter` (ODF 1.3 part 3, 19.749).
                let visibility = attribute(e, "table:visibility")?;
                let hidden = visibility.is_some_and(|v| v != "visible");
                self.row = Some(Row::new(number).hidden_if(hidden));
                self.column = 0;
            }
            "table-cell" | "covered-table-cell" if self.row.is_some() => {
                let style = attribute(e, "table:style-name")?;
                let is_struck = style.is_some_and(|style| self.struck.contains(&style));
                self.cell = Some(Open { is_struck, ..cell(e)? });
                self.span(e)?;
            }
            "annotation" => self.note = true,
            "span" if self.paragraph && !self.note => {
                let style = attribute(e, "text:style-name")?.unwrap_or_default();
                if let Some(cell) = &mut self.cell {
                    cell.begun = self.struck.contains(&style).then_some(cell.text.len());
                }
            }
            "p" => self.open_paragraph(),
            "s" if self.paragraph => {
                let spaces = number(e, "text:c")?.min(1 << 20) as usize;
                self.text(&" ".repeat(spaces))?;
            }
            "tab" if self.paragraph => self.text("\t")?,
            "line-break" if self.paragraph => self.text("\n")?,
            _ => (),
        }
        Ok(())
    }

    fn span(&mut self, e: &BytesStart<'_>) -> Result<(), ()> {
        let Some(spans) = &mut self.spans else { return Ok(()) };
        let (rows, columns) =
            (number(e, "table:number-rows-spanned")?, number(e, "table:number-columns-spanned")?);
        let (top, left) = (self.number + 1, self.column as u64);
        let (bottom, right) = (top.saturating_add(rows - 1), left.saturating_add(columns - 1));
        if (rows > 1 || columns > 1) && bottom <= LAST_ROW && right < LAST_COLUMN as u64 {
            if spans.len() >= MERGES {
                return Err(());
            }
            let (top, bottom) = (top as u32, bottom as u32);
            spans.push(Region { top, left: left as u32, bottom, right: right as u32 });
        }
        Ok(())
    }

    fn open_paragraph(&mut self) {
        if let (Some(cell), false) = (&mut self.cell, self.note) {
            if cell.paragraphs > 0 {
                cell.text.push('\n');
            }
            cell.paragraphs += 1;
            self.paragraph = true;
        }
    }

    fn text(&mut self, text: &str) -> Result<(), ()> {
        if let (Some(cell), true, false) = (&mut self.cell, self.paragraph, self.note) {
            cell.text.push_str(text);
            return if cell.text.len() > TEXT_LIMIT { Err(()) } else { Ok(()) };
        }
        Ok(())
    }

    fn end(&mut self, name: &str) -> Found {
        match name {
            "p" => self.paragraph = false,
            "span" => {
                if let Some(cell) = &mut self.cell
                    && let Some(begun) = cell.begun.take()
                {
                    cell.struck.push(begun..cell.text.len());
                }
            }
            "annotation" => self.note = false,
            "table-cell" | "covered-table-cell" => self.close_cell()?,
            "table-row" => {
                if let Some(row) = self.row.take() {
                    let first = self.number;
                    self.number = self.number.saturating_add(self.repeat);
                    if !row.is_blank() {
                        return if first + self.repeat > LAST_ROW {
                            Err(())
                        } else {
                            Ok(Some((row, self.repeat)))
                        };
                    }
                }
            }
            _ => (),
        }
        Ok(None)
    }

    fn close_cell(&mut self) -> Result<(), ()> {
        let (Some(cell), Some(row)) = (self.cell.take(), &mut self.row) else {
            return Ok(());
        };
        let empty = cell.text.is_empty() && cell.value.is_none() && !cell.uncomputed();
        let end = self.column.saturating_add(cell.repeat);
        if !empty {
            if end > LAST_COLUMN {
                return Err(());
            }
            row.pad_to(self.column);
            for _ in 0..cell.repeat {
                push(row, &cell, &mut self.scratch);
                see(row, &cell);
            }
        }
        self.column = end;
        Ok(())
    }
}

fn cell(e: &BytesStart<'_>) -> Result<Open, ()> {
    let kind = match attribute(e, "calcext:value-type")? {
        Some(kind) if kind == "error" => kind,
        _ => attribute(e, "office:value-type")?.unwrap_or_default(),
    };
    let value = match kind.as_str() {
        "float" | "percentage" | "currency" => attribute(e, "office:value")?,
        "date" => attribute(e, "office:date-value")?,
        "time" => attribute(e, "office:time-value")?,
        "boolean" => attribute(e, "office:boolean-value")?,
        "string" => attribute(e, "office:string-value")?,
        _ => None,
    };
    let repeat = number(e, "table:number-columns-repeated")?;
    let formula = e.try_get_attribute("table:formula").map_err(drop)?.is_some();
    Ok(Open { kind, value, repeat: repeat as usize, formula, ..Open::default() })
}

fn push(row: &mut Row, cell: &Open, scratch: &mut String) {
    let value = cell.value.as_deref().unwrap_or(&cell.text);
    match (cell.kind.as_str(), value.parse::<f64>()) {
        ("float" | "percentage" | "currency", Ok(number)) if number.is_finite() => {
            push_number(row, number, scratch)
        }
        ("date" | "time", _) => push_iso(row, value, scratch),
        ("boolean", _) => row.push(if value == "true" { "TRUE" } else { "FALSE" }, CellKind::Bool),
        ("error", _) => row.push(&cell.text, CellKind::Error),
        _ if cell.uncomputed() => row.push("", CellKind::Uncomputed),
        _ => push_text(row, value),
    }
}

/// Says what is seen in the cell besides its value.
fn see(row: &mut Row, cell: &Open) {
    let (value, kind) = row.cell(row.len() - 1);
    let shown = if kind == CellKind::Number { displayed(cell.text.trim(), value) } else { None };
    let rest = (!cell.struck.is_empty()).then(|| without(&cell.text, &cell.struck));
    let rest = if cell.is_struck { Some(String::new()) } else { rest };
    let is_blank = value.trim().is_empty();
    shown.into_iter().for_each(|sight| row.see(sight));
    rest.filter(|_| !is_blank).into_iter().for_each(|rest| row.see(Sight::Struck { rest }));
}

fn attribute(e: &BytesStart<'_>, name: &str) -> Result<Option<String>, ()> {
    match e.try_get_attribute(name).map_err(drop)? {
        Some(found) => {
            found.normalized_value(XmlVersion::Implicit1_0).map(|v| Some(v.into_owned())).map_err(drop)
        }
        None => Ok(None),
    }
}

/// A count of one at the least.
fn number(e: &BytesStart<'_>, name: &str) -> Result<u64, ()> {
    Ok(attribute(e, name)?.map_or(Ok(1), |text| text.parse::<u64>().map_err(drop))?.max(1))
}
