//! What the sheets of an xlsx or xlsb share: their names, the texts, how numbers are shown.

use crate::xlsx::error::ReadError;
use crate::xlsx::guard::fenced;
use crate::xlsx::package::{Part, Parts};
use crate::xlsx::read::SheetInfo;
use crate::xlsx::shown::{self, Shown};
use crate::xlsx::xml::{Fault, Xml, attribute, is_true, unescaped};
use quick_xml::events::Event;
use std::collections::HashMap;

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
    /// Days are counted from 1904, as on old Macs.
    pub is_1904: bool,
}

impl Shared {
    /// How the cells of a style show a number.
    pub fn shown(&self, style: usize) -> Shown {
        self.formats.get(style).copied().unwrap_or(Shown::Number)
    }
}

/// The texts that cells share, packed.
#[derive(Default)]
pub struct Strings {
    text: String,
    ends: Vec<u32>,
}

impl Strings {
    /// The text of this number.
    pub fn get(&self, number: usize) -> Option<&str> {
        let end = *self.ends.get(number)? as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        Some(&self.text[start..end])
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
        read(parts, part, "样式表", |xml| formats(xml, &mut book.shared.formats))?;
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
    while let Some(event) = xml.next()? {
        match event {
            Event::Start(e) => match e.local_name().as_ref() {
                "si" => text.clear(),
                "t" => inside = !phonetic,
                "rPh" => phonetic = true,
                _ => {}
            },
            Event::Empty(e) if e.local_name().as_ref() == "si" => strings.push("")?,
            Event::End(e) => match e.local_name().as_ref() {
                "si" => strings.push(&unescaped(&text))?,
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

fn formats(mut xml: Xml<Part<'_>>, formats: &mut Vec<Shown>) -> Result<(), Fault> {
    let mut own: HashMap<u32, Shown> = HashMap::new();
    let mut cells = false;
    while let Some(event) = xml.next()? {
        match event {
            Event::Start(e) | Event::Empty(e) => {
                let id = attribute(&e, "numFmtId")?.and_then(|v| v.trim().parse::<u32>().ok());
                match e.local_name().as_ref() {
                    "cellXfs" => cells = true,
                    "numFmt" => {
                        let code = attribute(&e, "formatCode")?.unwrap_or_default();
                        own.extend(id.map(|id| (id, shown::custom(&code))));
                    }
                    "xf" if cells => {
                        let id = id.unwrap_or(0);
                        formats.push(own.get(&id).copied().unwrap_or_else(|| shown::builtin(id)));
                    }
                    _ => {}
                }
            }
            Event::End(e) if e.local_name().as_ref() == "cellXfs" => cells = false,
            _ => {}
        }
    }
    Ok(())
}
