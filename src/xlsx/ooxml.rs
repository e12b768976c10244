//! What the sheets of an xlsx or xlsb share: their names, the texts, how numbers are shown.

use crate::xlsx::error::ReadError;
use crate::xlsx::guard::fenced;
use crate::xlsx::look::{self, Look};
use crate::xlsx::package::{Part, Parts};
use crate::xlsx::read::SheetInfo;
use crate::xlsx::shown::Shown;
use crate::xlsx::xml::{Fault, Xml, attribute, is_true, unescaped};
use quick_xml::events::{BytesStart, Event};
use std::collections::HashMap;
use std::ops::Range;

/// A workbook but for its cells.
#[derive(Default)]
pub struct Ooxml {
    pub sheets: Vec<SheetInfo>,
    /// The part of each sheet.
    pub parts: Vec<String>,
    pub shared: Shared,
}

/// More text than this is no roster's, and all of it stays in memory.
const STRINGS_LIMIT: usize = 512 << 20;

/// What cells refer to.
#[derive(Default)]
pub struct Shared {
    pub strings: Strings,
    pub formats: Vec<Shown>,
    /// What the styles make of the look of a cell, where that says something.
    pub looks: Vec<Option<Look>>,
    /// Days are counted from 1904, as on old Macs.
    pub is_1904: bool,
}

impl Shared {
    /// How the cells of a style show a number.
    pub fn shown(&self, style: usize) -> Shown {
        self.formats.get(style).copied().unwrap_or(Shown::Number)
    }

    /// The look of the cells of a style, where it says something.
    pub fn look(&self, style: usize) -> Option<&Look> {
        self.looks.get(style)?.as_ref()
    }

    /// The next style: its number format and whether its font is struck through.
    pub fn add_style(&mut self, format: u32, own: &HashMap<u32, String>, struck: bool) {
        let (shown, look) = look::of(format, own, struck);
        self.formats.push(shown);
        self.looks.push(look);
    }
}

/// The texts that cells share, packed.
#[derive(Default)]
pub struct Strings {
    text: String,
    ends: Vec<u32>,
    /// Of the texts that are partly or wholly struck through: what is not.
    rests: HashMap<usize, String>,
}

impl Strings {
    /// The text of this number.
    pub fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)? as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        Some(&self.text[start..end])
    }

    /// What of a text is not struck through, where something is.
    pub fn rest(&self, number: usize) -> Option<&str> {
        if self.rests.is_empty() { None } else { self.rests.get(&number).map(String::as_str) }
    }

    /// Says that only so much of the text added last is not struck through.
    pub fn strike(&mut self, rest: String) {
        self.rests.insert(self.ends.len().saturating_sub(1), rest);
    }

    /// Adds one.
    pub fn push(&mut self, text: &str) -> Result<(), Fault> {
        if self.text.len() + 4 * self.ends.len() + text.len() > STRINGS_LIMIT {
            return Err(Fault::TooMuch);
        }
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
        Ok(())
    }
}

/// A part that another points to.
pub struct Target {
    /// The last word of its type, such as `worksheet`.
    pub kind: String,
    pub part: String,
}

/// Reads everything but the cells of an xlsx.
pub fn open(parts: &mut Parts) -> Result<Ooxml, ReadError> {
    let start = relations(parts, "_rels/.rels")?;
    let start = start.into_values().find(|t| t.kind == "officeDocument" && parts.has(&t.part));
    let workbook = start.map_or_else(|| "xl/workbook.xml".to_owned(), |t| t.part);
    let targets = targets(parts, &workbook)?;
    let mut book = Ooxml::default();
    read(parts, &workbook, "工作簿的目录", |xml| sheets(xml, &targets, &mut book))?;
    if book.sheets.is_empty() {
        return Err(parts.failed("工作簿里没有工作表"));
    }
    if let Some(part) = of_kind(&targets, "sharedStrings").filter(|p| parts.has(p)) {
        read(parts, part, "共享文字表", |xml| strings(xml, &mut book.shared.strings))?;
    }
    if let Some(part) = of_kind(&targets, "styles").filter(|p| parts.has(p)) {
        read(parts, part, "样式表", |xml| styles(xml, &mut book.shared))?;
    }
    Ok(book)
}

/// What a part points to, by the number it gives each.
pub fn targets(parts: &mut Parts, part: &str) -> Result<HashMap<String, Target>, ReadError> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    relations(parts, &format!("{folder}/_rels/{name}.rels"))
}

/// The first part of a kind.
pub fn of_kind<'a>(targets: &'a HashMap<String, Target>, kind: &str) -> Option<&'a str> {
    targets.values().filter(|t| t.kind == kind).map(|t| t.part.as_str()).min()
}

fn read(
    parts: &mut Parts,
    part: &str,
    title: &str,
    work: impl FnOnce(Xml<Part<'_>>) -> Result<(), Fault>,
) -> Result<(), ReadError> {
    let Some(opened) = parts.part(part) else {
        return Err(parts.failed(format!("没有{title}")));
    };
    match fenced(|| work(Xml::new(opened))) {
        Some(Ok(())) => Ok(()),
        Some(Err(Fault::TooMuch)) => Err(parts.too_large(format!("{title}长得不正常"))),
        _ => Err(parts.failed(format!("{title}无法解析"))),
    }
}

fn relations(parts: &mut Parts, part: &str) -> Result<HashMap<String, Target>, ReadError> {
    let mut found = HashMap::new();
    if !parts.has(part) {
        return Ok(found);
    }
    // `xl/_rels/workbook.xml.rels` speaks of parts below `xl`.
    let base = part.split_once("_rels/").map_or("", |(base, _)| base).to_owned();
    read(parts, part, "部件的目录", |mut xml| {
        while let Some(event) = xml.next()? {
            let (Event::Start(e) | Event::Empty(e)) = event else { continue };
            let id = attribute(&e, "Id")?;
            if let ("Relationship", Some(id), Some(target)) =
                (e.local_name().as_ref(), id, attribute(&e, "Target")?)
            {
                let kind = attribute(&e, "Type")?.unwrap_or_default();
                let kind = kind.rsplit('/').next().unwrap_or_default().to_owned();
                found.insert(id, Target { kind, part: below(&base, &target) });
            }
        }
        Ok(())
    })?;
    Ok(found)
}

/// A target as the name of a part: from the root with a slash, else from the folder.
fn below(base: &str, target: &str) -> String {
    let whole = match target.strip_prefix('/') {
        Some(rooted) => rooted.to_owned(),
        None => format!("{base}{target}"),
    };
    let mut steps: Vec<&str> = Vec::new();
    for step in whole.split(['/', '\\']) {
        match step {
            "" | "." => {}
            ".." => drop(steps.pop()),
            _ => steps.push(step),
        }
    }
    steps.join("/")
}

fn sheets(mut xml: Xml<Part<'_>>, targets: &HashMap<String, Target>, book: &mut Ooxml) -> Result<(), Fault> {
    while let Some(event) = xml.next()? {
        let (Event::Start(e) | Event::Empty(e)) = event else { continue };
        match e.local_name().as_ref() {
            "workbookPr" => {
                book.shared.is_1904 = attribute(&e, "date1904")?.is_some_and(|v| is_true(&v));
            }
            "sheet" => {
                let state = attribute(&e, "state")?.unwrap_or_default();
                let id = attribute(&e, "id")?.unwrap_or_default();
                // Charts and macro sheets hold no roster.
                if let Some(target) = targets.get(&id).filter(|t| t.kind == "worksheet") {
                    let name = attribute(&e, "name")?.unwrap_or_default();
                    let visible = !matches!(state.as_str(), "hidden" | "veryHidden");
                    book.sheets.push(SheetInfo { name, visible });
                    book.parts.push(target.part.clone());
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// The text of an item is that of its runs; how it is pronounced (`rPh`) is not.
fn strings(mut xml: Xml<Part<'_>>, strings: &mut Strings) -> Result<(), Fault> {
    let (mut text, mut inside, mut phonetic) = (String::new(), false, false);
    let mut runs = Runs::default();
    while let Some(event) = xml.next()? {
        match event {
            Event::Start(e) => match e.local_name().as_ref() {
                "si" => text.clear(),
                "r" => runs.begin(&text),
                "strike" => runs.strike(&e)?,
                "t" => inside = !phonetic,
                "rPh" => phonetic = true,
                _ => {}
            },
            Event::Empty(e) => match e.local_name().as_ref() {
                "si" => strings.push("")?,
                "strike" => runs.strike(&e)?,
                _ => {}
            },
            Event::End(e) => match e.local_name().as_ref() {
                "si" => {
                    strings.push(&unescaped(&text))?;
                    if let Some(rest) = runs.rest(&text) {
                        strings.strike(rest);
                    }
                }
                "r" => runs.end(&text),
                "t" => inside = false,
                "rPh" => phonetic = false,
                _ => {}
            },
            event if inside => Xml::<Part<'_>>::add(&event, &mut text)?,
            _ => {}
        }
    }
    Ok(())
}

/// The runs of a text that are struck through.
#[derive(Default)]
pub struct Runs {
    begun: usize,
    is_struck: bool,
    struck: Vec<Range<usize>>,
}

impl Runs {
    /// A run begins behind this text.
    pub fn begin(&mut self, text: &str) {
        (self.begun, self.is_struck) = (text.len(), false);
    }

    /// The run is struck through, unless the element says that it is not.
    pub fn strike(&mut self, e: &BytesStart<'_>) -> Result<(), Fault> {
        self.is_struck = attribute(e, "val")?.is_none_or(|v| is_true(&v));
        Ok(())
    }

    /// The run ends with this text.
    pub fn end(&mut self, text: &str) {
        if self.is_struck && text.len() > self.begun {
            self.struck.push(self.begun..text.len());
        }
        self.is_struck = false;
    }

    /// What of the whole text is not struck through, where something is; the next text has none yet.
    pub fn rest(&mut self, text: &str) -> Option<String> {
        if self.struck.is_empty() {
            return None;
        }
        let rest = look::without(text, &self.struck);
        self.struck.clear();
        Some(unescaped(&rest).into_owned())
    }
}

fn styles(mut xml: Xml<Part<'_>>, shared: &mut Shared) -> Result<(), Fault> {
    let mut own: HashMap<u32, String> = HashMap::new();
    let mut fonts: Vec<bool> = Vec::new();
    let (mut cells, mut in_fonts) = (false, false);
    while let Some(event) = xml.next()? {
        match event {
            Event::Start(e) | Event::Empty(e) => {
                let number = |name: &str| {
                    Ok::<_, Fault>(attribute(&e, name)?.and_then(|v| v.trim().parse::<u32>().ok()))
                };
                match e.local_name().as_ref() {
                    "cellXfs" => cells = true,
                    "fonts" => in_fonts = true,
                    "font" if in_fonts => fonts.push(false),
                    "strike" if in_fonts => {
                        let is_struck = attribute(&e, "val")?.is_none_or(|v| is_true(&v));
                        fonts.iter_mut().next_back().into_iter().for_each(|f| *f = is_struck);
                    }
                    "numFmt" => {
                        let code = attribute(&e, "formatCode")?.unwrap_or_default();
                        own.extend(number("numFmtId")?.map(|id| (id, code)));
                    }
                    "xf" if cells => {
                        let font = number("fontId")?.unwrap_or(0) as usize;
                        let is_struck = fonts.get(font).copied().unwrap_or(false);
                        shared.add_style(number("numFmtId")?.unwrap_or(0), &own, is_struck);
                    }
                    _ => {}
                }
            }
            Event::End(e) => match e.local_name().as_ref() {
                "cellXfs" => cells = false,
                "fonts" => in_fonts = false,
                _ => {}
            },
            _ => {}
        }
    }
    Ok(())
}
