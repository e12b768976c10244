//! Comments in cells: ours beside those the sheet has, and the drawing that shows them.

use crate::model::cell::column_letters;
use crate::model::finding::Severity;
use crate::model::markup::AUTHOR;
use crate::xlsx::markup::xml::{Edits, attribute, cell_text, escape, number, outline};
use memchr::memmem;
use std::collections::{BTreeMap, HashSet};

/// A cell: row and column, both from 1.
pub type At = (u32, u32);

/// What stands at the beginning of our part of somebody else's comment.
const SEAM: &str = "――――――［xueji核对］";
const EMPTY: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

/// The comments of a sheet as they shall be.
pub struct Merged {
    pub comments: String,
    /// Cells that lose the comment we once gave them.
    pub removed: HashSet<At>,
    /// Cells that get one of their own, in order.
    pub added: Vec<At>,
}

/// `C7` as row and column; `None` for anything else.
pub fn at(reference: &str) -> Option<At> {
    let split = reference.find(|c: char| c.is_ascii_digit())?;
    let (letters, digits) = reference.split_at(split);
    if letters.is_empty() || letters.len() > 3 {
        return None;
    }
    let column = letters.bytes().try_fold(0u32, |n, b| {
        let b = b.to_ascii_uppercase();
        b.is_ascii_uppercase().then(|| n * 26 + u32::from(b - b'A') + 1)
    })?;
    Some((digits.parse().ok()?, column)).filter(|at| at.0 > 0)
}

/// `C7`.
pub fn reference((row, column): At) -> String {
    format!("{}{row}", column_letters(column.min(16_384) as u16))
}

/// Puts `notes` among the comments of a sheet (`namespace` is of a part made anew); `None` if these are unreadable.
pub fn merge(existing: Option<&str>, namespace: &str, notes: &BTreeMap<At, String>) -> Option<Merged> {
    let blank = format!(
        "{EMPTY}<comments xmlns=\"{namespace}\"><authors></authors><commentList></commentList></comments>"
    );
    let text = existing.unwrap_or(&blank);
    let root = outline(text)?;
    let p = &root.prefix;
    let (authors, list) = (root.child("authors")?.whole.clone(), root.child("commentList")?.whole.clone());
    let author_part = outline(&text[authors.clone()])?;
    let names: Vec<String> =
        author_part.children.iter().map(|c| inner_text(&text[authors.clone()][c.whole.clone()])).collect();
    let ours = names.iter().position(|n| n == AUTHOR);
    let mut edits = Edits::default();
    if ours.is_none() {
        let mut inner = Edits::default();
        inner.append(&text[authors.clone()], &author_part, &format!("<{p}author>{AUTHOR}</{p}author>"));
        edits.replace(authors.clone(), inner.apply(&text[authors]));
    }
    let author = ours.unwrap_or(names.len());
    let comment_part = outline(&text[list.clone()])?;
    let (mut inner, mut removed, mut kept) = (Edits::default(), HashSet::new(), HashSet::new());
    for child in &comment_part.children {
        let comment = &text[list.clone()][child.whole.clone()];
        let tag = &text[list.clone()][child.tag.clone()];
        let Some(cell) = attribute(tag, "ref").and_then(|r| at(&r)) else { continue };
        let by = number(tag, "authorId").unwrap_or(0) as usize;
        if ours == Some(by) || reads_as_ours(comment) {
            removed.insert(cell);
            inner.replace(child.whole.clone(), "");
            continue;
        }
        kept.insert(cell);
        // A thread's comment is a stand-in that Excel writes anew from the thread ([MS-XLSX] 2.6.204).
        let threaded = names.get(by).is_some_and(|n| n.starts_with("tc="));
        let note = notes.get(&cell).filter(|_| !threaded);
        if let Some(new) = with_note(comment, p, note) {
            inner.replace(child.whole.clone(), new);
        }
    }
    let added: Vec<At> = notes.keys().filter(|cell| !kept.contains(*cell)).copied().collect();
    let mut new = String::new();
    for cell in &added {
        new.push_str(&format!(
            "<{p}comment ref=\"{}\" authorId=\"{author}\"><{p}text><{p}r><{p}t xml:space=\"preserve\">{}</{p}t></{p}r>\
             </{p}text></{p}comment>",
            reference(*cell),
            cell_text(&notes[cell])
        ));
    }
    inner.append(&text[list.clone()], &comment_part, &new);
    edits.replace(list.clone(), inner.apply(&text[list]));
    Some(Merged { comments: edits.apply(text), removed, added })
}

/// Whether any of these comments may be ours.
pub fn has_marks(text: &str) -> bool {
    let labels = [Severity::Error, Severity::Explain, Severity::Note].map(opening);
    labels
        .iter()
        .map(String::as_str)
        .chain(["xueji"])
        .any(|m| memmem::find(text.as_bytes(), m.as_bytes()).is_some())
}

/// How what we say of a finding begins.
pub fn opening(severity: Severity) -> String {
    format!("【{}】", severity.label())
}

/// What stands before the remedy and before the basis.
pub const REMEDY: &str = "\n办法：";
pub const BASIS: &str = "\n依据：";

/// Whether a comment says what only ours say: a program that wrote the file again may have lost whose it was.
fn reads_as_ours(comment: &str) -> bool {
    let said = inner_text(comment);
    let opened = [Severity::Error, Severity::Explain, Severity::Note].map(opening);
    opened.iter().any(|o| said.starts_with(o.as_str())) && said.contains(REMEDY) && said.contains(BASIS)
}

/// Somebody's comment without our earlier part and with a new one; `None` where it stays as it is.
fn with_note(comment: &str, p: &str, note: Option<&String>) -> Option<String> {
    let root = outline(comment)?;
    let text = root.child("text")?.whole.clone();
    let part = &comment[text.clone()];
    let runs = outline(part)?;
    let mut edits = Edits::default();
    let mut changed = false;
    let texts: Vec<_> = runs.children.iter().filter(|c| matches!(c.name.as_str(), "r" | "t")).collect();
    let said: Vec<String> = texts.iter().map(|t| inner_text(&part[t.whole.clone()])).collect();
    if let Some(seam) = said.concat().find(SEAM) {
        changed = true;
        let keep = said.concat()[..seam].trim_end().len();
        let mut seen = 0;
        // Ours may stand in several runs, or behind theirs in one, if a program has written the file again.
        for (run, text) in texts.iter().zip(&said) {
            let left = keep.saturating_sub(seen);
            seen += text.len();
            if left == 0 {
                edits.replace(run.whole.clone(), "");
            } else if left < text.len() {
                edits.replace(run.whole.clone(), cut(&part[run.whole.clone()], &text[..left])?);
            }
        }
    }
    if let Some(note) = note {
        let run = format!("<{p}r><{p}t xml:space=\"preserve\">\n{SEAM}{}</{p}t></{p}r>", cell_text(note));
        // Readings come after the runs (18.4.8 CT_Rst).
        match runs.children.iter().find(|c| matches!(c.name.as_str(), "rPh" | "phoneticPr")) {
            Some(after) => edits.insert(after.whole.start, run),
            None => edits.append(part, &runs, &run),
        }
        changed = true;
    }
    let new = edits.apply(part);
    changed.then(|| format!("{}{new}{}", &comment[..text.start], &comment[text.end..]))
}

/// A run, or a text itself, with this text.
fn cut(run: &str, text: &str) -> Option<String> {
    let found = outline(run)?;
    if found.root.name == "t" {
        return Some(format!("{}{}{}", &run[..found.root.tag.end], escape(text), &run[found.close..]));
    }
    let inner = found.child("t")?.whole.clone();
    Some(format!("{}{}{}", &run[..inner.start], cut(&run[inner.clone()], text)?, &run[inner.end..]))
}

/// All the text in an element.
fn inner_text(element: &str) -> String {
    let mut out = String::new();
    let mut rest = element;
    while let Some(open) = rest.find('>') {
        rest = &rest[open + 1..];
        let end = rest.find('<').unwrap_or(rest.len());
        out.push_str(&quick_xml::escape::unescape(&rest[..end]).unwrap_or_default());
        rest = &rest[end..];
    }
    out
}

const V: &str = "urn:schemas-microsoft-com:vml";
const O: &str = "urn:schemas-microsoft-com:office:office";
const X: &str = "urn:schemas-microsoft-com:office:excel";

/// The drawing of a sheet's comments: `removed` taken out of it, `added` put in. It is edited as plain text, since
/// Excel itself writes drawings that are not well-formed XML (`<br>` in the texts of buttons).
pub fn drawing(existing: Option<&str>, merged: &Merged) -> String {
    let blank = format!(
        "<xml xmlns:v=\"{V}\" xmlns:o=\"{O}\" xmlns:x=\"{X}\"><o:shapelayout v:ext=\"edit\">\
         <o:idmap v:ext=\"edit\" data=\"1\"/></o:shapelayout></xml>"
    );
    let mut text = existing.unwrap_or(&blank).to_owned();
    if !merged.removed.is_empty() {
        text = without_notes(&text, &merged.removed);
    }
    if merged.added.is_empty() {
        return text;
    }
    let first = last_id(&text).max(1024) + 1;
    let mut new = String::new();
    if !text.contains("_x0000_t202") {
        new.push_str(&format!(
            "<v:shapetype xmlns:v=\"{V}\" xmlns:o=\"{O}\" id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" \
             path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/>\
             <v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>"
        ));
    }
    // Where the drawing declares the three prefixes, each shape need not.
    let root = text[..text.find("<v:").unwrap_or(text.len())].to_owned();
    let known =
        [("v", V), ("o", O), ("x", X)].iter().all(|(p, ns)| root.contains(&format!("xmlns:{p}=\"{ns}\"")));
    let declared =
        if known { String::new() } else { format!(" xmlns:v=\"{V}\" xmlns:o=\"{O}\" xmlns:x=\"{X}\"") };
    for (id, cell) in (first..).zip(&merged.added) {
        new.push_str(&shape(id, *cell, &declared));
    }
    match text.rfind("</xml") {
        Some(end) => text.insert_str(end, &new),
        None => return drawing(None, merged),
    }
    text
}

fn shape(id: u32, (row, column): At, declared: &str) -> String {
    // Positions count from 0; the note stands at the right of its cell, within the sheet.
    let (r, c) = (row - 1, column - 1);
    let (top, left) = (r.saturating_sub(1), (column).min(16_377));
    format!(
        "<v:shape{declared} id=\"_x0000_s{id}\" type=\"#_x0000_t202\" \
         style=\"position:absolute;margin-left:80pt;margin-top:2pt;width:300pt;height:110pt;z-index:1;visibility:hidden\" \
         fillcolor=\"#ffffe1\" o:insetmode=\"auto\"><v:fill color2=\"#ffffe1\"/>\
         <v:shadow on=\"t\" color=\"black\" obscured=\"t\"/><v:path o:connecttype=\"none\"/>\
         <v:textbox style=\"mso-direction-alt:auto\"><div style=\"text-align:left\"></div></v:textbox>\
         <x:ClientData ObjectType=\"Note\"><x:MoveWithCells/><x:SizeWithCells/>\
         <x:Anchor>{left}, 15, {top}, 10, {}, 15, {}, 4</x:Anchor><x:AutoFill>False</x:AutoFill>\
         <x:Row>{r}</x:Row><x:Column>{c}</x:Column></x:ClientData></v:shape>",
        left + 5,
        top + 7
    )
}

/// The highest number of a shape.
fn last_id(text: &str) -> u32 {
    let ids = memmem::find_iter(text.as_bytes(), "_x0000_s").map(|i| {
        let digits = &text[i + 8..];
        let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
        digits[..end].parse().unwrap_or(0)
    });
    ids.max().unwrap_or(0).min(u32::MAX / 2)
}

fn without_notes(text: &str, removed: &HashSet<At>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("<v:shape ") {
        let Some(length) = rest[start..].find("</v:shape>") else { break };
        let end = start + length + "</v:shape>".len();
        let shape = &rest[start..end];
        let value = |name: &str| {
            let from = shape.find(&format!("<x:{name}>"))? + name.len() + 4;
            shape[from..].split('<').next()?.trim().parse::<u32>().ok()
        };
        let cell = value("Row").zip(value("Column")).map(|(r, c)| (r.saturating_add(1), c.saturating_add(1)));
        let gone = shape.contains("\"Note\"") && cell.is_some_and(|cell| removed.contains(&cell));
        out.push_str(&rest[..if gone { start } else { end }]);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(notes: &[(At, &str)]) -> BTreeMap<At, String> {
        notes.iter().map(|(at, text)| (*at, (*text).to_owned())).collect()
    }

    #[test]
    fn a_cell_has_its_name_and_back() {
        for (name, cell) in [("A1", (1, 1)), ("C7", (7, 3)), ("XFD1048576", (1_048_576, 16_384))] {
            assert_eq!(at(name), Some(cell));
            assert_eq!(reference(cell), name);
        }
        for odd in ["", "7", "C", "C0", "ABCD1", "C7:D8", "甲7"] {
            assert_eq!(at(odd), None, "{odd}");
        }
    }

    #[test]
    fn ours_stand_beside_the_schools_and_go_again_without_a_trace() {
        let school = "<comments xmlns=\"m\"><authors><author>王&amp;李</author></authors><commentList>\
            <comment ref=\"A1\" authorId=\"0\"><text><t>校长说</t><phoneticPr/></text></comment>\
            <comment ref=\"B2\" authorId=\"0\"><text><r><t>二</t></r></text></comment></commentList></comments>";
        let first = merge(Some(school), "m", &notes(&[((1, 1), "错<1>"), ((7, 3), "错2")])).unwrap();
        assert_eq!(first.added, [(7, 3)]);
        assert!(first.removed.is_empty() && has_marks(&first.comments) && !has_marks(school));
        assert!(first.comments.contains("［xueji核对］错&lt;1&gt;</t></r><phoneticPr/>"));
        assert!(first.comments.contains("<comment ref=\"C7\" authorId=\"1\">"));
        let second = merge(Some(&first.comments), "m", &notes(&[((7, 3), "错3")])).unwrap();
        assert_eq!((second.added, second.removed), (vec![(7, 3)], HashSet::from([(7, 3)])));
        assert!(!second.comments.contains("错2") && !second.comments.contains("错&lt;1&gt;"));
        let cleared = merge(Some(&first.comments), "m", &notes(&[])).unwrap().comments;
        assert_eq!(cleared.replace(&format!("<author>{AUTHOR}</author>"), ""), school);
        let joined = cleared.replace("校长说", "校长说\n――――――［xueji核对］错");
        assert_eq!(merge(Some(&joined), "m", &notes(&[])).unwrap().comments, cleared);
        // As another program may have written ours: without the author, in runs by their script.
        let split =
            school.replace("<r><t>二</t></r>", "<r><t>【必改】错\n办</t></r><r><t>法：改\n依据：GB</t></r>");
        let split = split.replace(
            "<t>校长说</t>",
            "<r><rPr/><t>校长说\n――――――［</t></r><r><t>xueji</t></r><r><t>核对］错</t></r>",
        );
        assert!(has_marks(&split));
        let known = merge(Some(&split), "m", &notes(&[])).unwrap();
        assert_eq!(known.removed, HashSet::from([(2, 2)]));
        assert!(
            known.comments.contains("<text><r><rPr/><t>校长说</t></r><phoneticPr/></text>"),
            "{}",
            known.comments
        );
        for broken in ["", "<comments/>", "<comments><authors/>"] {
            assert!(merge(Some(broken), "m", &notes(&[])).is_none());
        }
    }

    #[test]
    fn a_drawing_keeps_what_is_in_it_even_if_it_is_no_xml() {
        let button = "<v:shape id=\"_x0000_s2050\"><v:textbox><br>按钮</v:textbox><x:ClientData \
            ObjectType=\"Button\"><x:Row>6</x:Row><x:Column>2</x:Column></x:ClientData></v:shape>";
        let school = format!("<xml xmlns:v=\"{V}\">{button}</xml>");
        let merged = |removed: &[At], added: &[At]| Merged {
            comments: String::new(),
            removed: removed.iter().copied().collect(),
            added: added.to_vec(),
        };
        let now = drawing(Some(&school), &merged(&[], &[(7, 3), (8, 3)]));
        assert!(now.contains(button) && now.contains("\"_x0000_s2051\"") && now.contains("\"_x0000_s2052\""));
        assert_eq!(now.matches("<v:shapetype").count(), 1);
        let again = drawing(Some(&now), &merged(&[(7, 3)], &[]));
        assert!(again.contains(button) && again.contains("<x:Row>7</x:Row>"));
        assert_eq!(again.matches("<v:shape ").count(), 2);
        let fresh = drawing(None, &merged(&[], &[(1, 1)]));
        assert!(outline(&fresh).is_some_and(|o| o.children.len() == 3), "{fresh}");
        assert!(outline(&drawing(Some("broken"), &merged(&[], &[(1, 1)]))).is_some());
    }
}
