//! Filling a form: `{{name}}` in any cell becomes what is known by that name; every other part stays the bytes it is.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Cursor, Write};
use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::Event;

use crate::model::export::Mark;
use crate::xlsx::mark::{footed, properties};
use crate::xlsx::markup::parts::{Parts, compared};
use crate::xlsx::markup::xml::{Edits, cell_text};

const OPEN: &str = "{{";
const CLOSE: &str = "}}";
/// The part that cells share their texts in, as it is compared.
const SHARED: &str = "xl/sharedstrings.xml";

/// Why a form can't be filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormFault {
    /// Not an xlsx workbook, or damaged.
    NotAWorkbook,
    /// Names nothing is known by.
    Unknown(BTreeSet<String>),
    /// Texts with braces that are not written as they should be: they would be printed as they are.
    Broken(Vec<String>),
    /// Nothing is to be filled in: it is no copy of a form, or not the sheet.
    Nothing,
}

/// The texts of one cell's string: where each run stands, and what it says.
type Runs = Vec<(Range<usize>, String)>;

/// Every string of a part, run by run.
fn strings(text: &str) -> Option<Vec<Runs>> {
    let mut reader = Reader::from_str(text);
    let (mut all, mut runs, mut run): (Vec<Runs>, Runs, Option<(usize, String)>) = Default::default();
    loop {
        let start = reader.buffer_position() as usize;
        match reader.read_event().ok()? {
            Event::Start(e) if e.local_name().as_ref() == "t" => {
                run = Some((reader.buffer_position() as usize, String::new()));
            }
            Event::Text(e) => {
                if let Some((_, text)) = &mut run {
                    text.push_str(&e);
                }
            }
            Event::GeneralRef(e) => {
                if let Some((_, text)) = &mut run {
                    let name: &str = &e;
                    let known = match name {
                        "amp" => Some('&'),
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "quot" => Some('"'),
                        "apos" => Some('\''),
                        _ => e.resolve_char_ref().ok()?,
                    };
                    text.extend(known);
                }
            }
            Event::End(e) if e.local_name().as_ref() == "t" => {
                if let Some((begin, text)) = run.take() {
                    runs.push((begin..start, text));
                }
            }
            Event::End(e) if matches!(e.local_name().as_ref(), "si" | "is") => {
                all.push(std::mem::take(&mut runs));
            }
            Event::Eof => return Some(all),
            _ => {}
        }
    }
}

/// The names between double braces in a text.
fn names(text: &str) -> Vec<&str> {
    let parts = text.split(OPEN).skip(1);
    parts.filter_map(|part| part.split_once(CLOSE)).map(|(name, _)| name.trim()).collect()
}

fn filled(text: &str, values: &BTreeMap<&str, String>, unknown: &mut BTreeSet<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        out.push_str(before);
        let Some((name, behind)) = after.split_once(CLOSE) else {
            out.push_str(OPEN);
            rest = after;
            continue;
        };
        match values.get(name.trim()) {
            Some(value) => out.push_str(value),
            None => {
                unknown.insert(name.trim().to_owned());
            }
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// A part with its strings filled; a name that several runs share between them goes into the first.
fn fill_part(text: &str, values: &BTreeMap<&str, String>, unknown: &mut BTreeSet<String>) -> Option<String> {
    let mut edits = Edits::default();
    for runs in strings(text)? {
        let whole: String = runs.iter().map(|(_, t)| t.as_str()).collect();
        let in_runs: usize = runs.iter().map(|(_, t)| names(t).len()).sum();
        let split = names(&whole).len() != in_runs;
        for (i, (range, run)) in runs.iter().enumerate() {
            let said = match (split, i) {
                (true, 0) => &whole,
                (true, _) => "",
                (false, _) => run,
            };
            if split || said.contains(OPEN) {
                edits.replace(range.clone(), cell_text(&filled(said, values, unknown)));
            }
        }
    }
    Some(edits.apply(text))
}

fn is_texts(name: &str) -> bool {
    let name = compared(name);
    name == SHARED || (name.starts_with("xl/worksheets/") && name.ends_with(".xml"))
}

fn open(template: &[u8]) -> Result<Parts<Cursor<&[u8]>>, FormFault> {
    let parts = Parts::open(Cursor::new(template)).ok_or(FormFault::NotAWorkbook)?;
    if parts.find("xl/workbook.xml").is_none() { Err(FormFault::NotAWorkbook) } else { Ok(parts) }
}

fn texts(parts: &mut Parts<Cursor<&[u8]>>) -> Result<Vec<(String, String)>, FormFault> {
    let named: Vec<String> = parts.ending_with(&[".xml"]).into_iter().filter(|n| is_texts(n)).collect();
    let text = |name: String| parts.text(&name).map(|text| (name, text)).ok_or(FormFault::NotAWorkbook);
    named.into_iter().map(text).collect()
}

/// A place in a form: a name in double braces, or braces that are not written as they should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    Name { name: String, text: String },
    Broken { text: String },
}

/// What a form asks for, and which of its parts are protected.
#[derive(Debug, Default)]
pub struct Places {
    pub places: Vec<Place>,
    pub protected: Vec<String>,
}

/// The places of a form, in the order of its parts.
pub fn places(template: &[u8]) -> Result<Places, FormFault> {
    let mut all = Places::default();
    for (part, text) in texts(&mut open(template)?)? {
        if text.contains("<sheetProtection") {
            all.protected.push(part);
        }
        for runs in strings(&text).ok_or(FormFault::NotAWorkbook)? {
            let whole: String = runs.into_iter().map(|(_, t)| t).collect();
            let named = names(&whole);
            let is_broken = beside_names(&whole).contains(['{', '}', '｛', '｝']);
            all.places
                .extend(named.into_iter().map(|n| Place::Name { name: n.to_owned(), text: whole.clone() }));
            all.places.extend(is_broken.then(|| Place::Broken { text: whole.clone() }));
        }
    }
    Ok(all)
}

/// A text without its well-written names.
fn beside_names(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        out.push_str(before);
        match after.split_once(CLOSE).filter(|(name, _)| !name.contains(['{', '}'])) {
            Some((_, behind)) => rest = behind,
            None => {
                out.push_str(OPEN);
                rest = after;
            }
        }
    }
    out + rest
}

/// The form with everything filled in. Values are texts and stay texts: nothing of them is a formula.
pub fn fill(
    template: &[u8],
    values: &BTreeMap<&str, String>,
    mark: Option<&Mark>,
) -> Result<Vec<u8>, FormFault> {
    let mut broken = Vec::new();
    let mut asks = false;
    for place in places(template)?.places {
        match place {
            Place::Name { .. } => asks = true,
            // A single brace may be a text of the form's own.
            Place::Broken { text } if [OPEN, CLOSE].iter().any(|b| beside_names(&text).contains(b)) => {
                broken.push(text);
            }
            Place::Broken { .. } => {}
        }
    }
    match (broken.is_empty(), asks) {
        (false, _) => return Err(FormFault::Broken(broken)),
        (true, false) => return Err(FormFault::Nothing),
        (true, true) => {}
    }
    let mut parts = open(template)?;
    let (mut unknown, mut new) = (BTreeSet::new(), BTreeMap::new());
    for (name, text) in texts(&mut parts)? {
        let mut text = fill_part(&text, values, &mut unknown).ok_or(FormFault::NotAWorkbook)?;
        if let Some(mark) = mark.filter(|_| compared(&name) != SHARED) {
            text = footed(&text, mark).ok_or(FormFault::NotAWorkbook)?;
        }
        new.insert(compared(&name), text);
    }
    if !unknown.is_empty() {
        return Err(FormFault::Unknown(unknown));
    }
    let told = mark.map_or(Some(Vec::new()), |mark| properties(&mut parts, mark));
    let mut added = told.ok_or(FormFault::NotAWorkbook)?;
    added.retain(|(name, text)| {
        let is_there = parts.find(name).is_some();
        if is_there {
            new.insert(compared(name), text.clone());
        }
        !is_there
    });
    let mut out = Cursor::new(Vec::new());
    let written = parts.write(
        &mut out,
        &mut |_, name, to: &mut dyn Write| match new.get(&compared(name)) {
            Some(text) => to.write_all(text.as_bytes()).map(|()| true),
            None => Ok(false),
        },
        &|name| new.contains_key(&compared(name)),
        &added,
    );
    written.map_err(|_| FormFault::NotAWorkbook)?;
    Ok(out.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> BTreeMap<&'static str, String> {
        BTreeMap::from([("姓名", "=古丽<娜>&尔".to_owned()), ("说明", "两行\n文字".to_owned())])
    }

    fn part(text: &str) -> (String, BTreeSet<String>) {
        let mut unknown = BTreeSet::new();
        (fill_part(text, &values(), &mut unknown).unwrap(), unknown)
    }

    #[test]
    fn names_become_values_and_styles_of_runs_stay() {
        let (text, unknown) =
            part("<sst><si><t>学生 {{姓名}}，{{ 说明 }}</t></si><si><t>原样{</t></si></sst>");
        assert_eq!(
            text,
            "<sst><si><t>学生 =古丽&lt;娜&gt;&amp;尔，两行\n文字</t></si><si><t>原样{</t></si></sst>"
        );
        assert!(unknown.is_empty());
        // A name that an editor split between two runs of one cell.
        let split = "<sst><si><r><rPr><b/></rPr><t>{{姓</t></r><r><t xml:space=\"preserve\">名}} 同学</t></r></si></sst>";
        let (text, _) = part(split);
        let told = "<t>=古丽&lt;娜&gt;&amp;尔 同学</t></r><r><t xml:space=\"preserve\"></t>";
        assert!(text.contains("<rPr><b/></rPr>") && text.contains(told), "{text}");
    }

    #[test]
    fn a_name_nothing_is_known_by_is_told() {
        let (_, unknown) = part("<sst><si><t>{{手机}} &amp; {{姓名}}</t></si></sst>");
        assert_eq!(unknown, BTreeSet::from(["手机".to_owned()]));
        assert_eq!(fill(b"no zip", &values(), None), Err(FormFault::NotAWorkbook));
    }

    #[test]
    fn a_filled_form_is_the_blank_one_but_for_its_texts() {
        let blank = super::super::blank::bytes(super::super::form("receipt").unwrap());
        let known: BTreeMap<&str, String> =
            super::super::PLACES.iter().map(|p| (*p, format!("《{p}》"))).collect();
        let made = fill(&blank, &known, None).unwrap();
        let (mut before, mut after) = (open(&blank).unwrap(), open(&made).unwrap());
        for name in before.ending_with(&[".xml", ".rels"]) {
            let (old, new) = (before.text(&name).unwrap(), after.text(&name).unwrap());
            if compared(&name) == "xl/sharedstrings.xml" {
                assert!(new.contains("《姓名》") && !new.contains(OPEN), "{new}");
            } else {
                assert_eq!(old, new, "{name}");
            }
        }
    }
}
