//! The style sheet, appended to: a cell's own style again with another fill, and the few styles of our own columns.

use crate::model::finding::Severity;
use crate::xlsx::markup::order::{STYLES, place};
use crate::xlsx::markup::xml::{Edits, Outline, attribute, number, outline, with_attribute};
use std::collections::HashMap;

/// Excel opens no file with more cell styles (Excel specifications and limits: 65,490).
const LIMIT: usize = 65_000;

/// The fills of the three levels. They differ a little from the colors of Excel's own palettes (FFC7CE, FFEB9C,
/// DDEBF7), so that a fill of ours is known again in a file that comes back.
const FILLS: [(Severity, &str); 3] =
    [(Severity::Error, "FFFFC6CD"), (Severity::Explain, "FFFFEB9B"), (Severity::Note, "FFDCEAF8")];
const ACCEPT_FILL: &str = "FFFFF9E5";

/// A style sheet that is added to.
pub struct Styles {
    text: String,
    prefix: String,
    fills: Vec<String>,
    old_fills: usize,
    xfs: Vec<String>,
    old_xfs: usize,
    by_text: HashMap<String, u32>,
}

/// Styles of our own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Own {
    /// Plain text.
    Text,
    /// Plain text that may take several lines.
    Wrapped,
    /// A cell to be filled in, also on a protected sheet.
    Accept,
    /// A heading where there is none to take after.
    Heading,
}

impl Styles {
    /// The style sheet of a workbook; `None` if it is not one.
    pub fn parse(text: &str) -> Option<Styles> {
        let sheet = outline(text)?;
        let list = |name: &str| match sheet.child(name) {
            None => Some(Vec::new()),
            Some(node) => {
                let part = &text[node.whole.clone()];
                Some(outline(part)?.children.iter().map(|c| part[c.whole.clone()].to_owned()).collect())
            }
        };
        let (mut fills, mut xfs) = (list("fills")?, list("cellXfs")?);
        let (old_fills, old_xfs) = (fills.len(), xfs.len());
        let p = &sheet.prefix;
        if fills.is_empty() {
            // The first two are given (18.8.21), whatever a file says.
            for pattern in ["none", "gray125"] {
                fills.push(format!("<{p}fill><{p}patternFill patternType=\"{pattern}\"/></{p}fill>"));
            }
        }
        if xfs.is_empty() {
            xfs.push(format!("<{p}xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/>"));
        }
        let by_text = xfs.iter().enumerate().rev().map(|(i, x)| (x.clone(), i as u32)).collect();
        Some(Styles { text: text.to_owned(), prefix: sheet.prefix, fills, old_fills, xfs, old_xfs, by_text })
    }

    fn fill(&mut self, color: &str) -> u32 {
        if let Some(at) = self.fill_of(color) {
            return at;
        }
        let p = &self.prefix;
        self.fills.push(format!(
            "<{p}fill><{p}patternFill patternType=\"solid\"><{p}fgColor rgb=\"{color}\"/>\
             <{p}bgColor indexed=\"64\"/></{p}patternFill></{p}fill>"
        ));
        self.fills.len() as u32 - 1
    }

    fn fill_of(&self, color: &str) -> Option<u32> {
        let solid = |f: &String| f.contains("\"solid\"") && f.contains(color);
        self.fills.iter().position(solid).map(|i| i as u32)
    }

    /// The style like this one with the fill of a level; the style itself where no more fit into a file.
    pub fn marked(&mut self, base: u32, severity: Severity) -> u32 {
        let color = FILLS.iter().find(|(s, _)| *s == severity).map_or(FILLS[0].1, |(_, color)| color);
        self.filled(base, color)
    }

    fn filled(&mut self, base: u32, color: &str) -> u32 {
        let fill = self.fill(color).to_string();
        let xf = self.xfs.get(base as usize).unwrap_or(&self.xfs[0]).clone();
        let node = outline(&xf).map(|o| o.root.tag).unwrap_or(0..xf.len());
        let tag = with_attribute(&with_attribute(&xf[node.clone()], "fillId", &fill), "applyFill", "1");
        self.add(format!("{tag}{}", &xf[node.end..])).unwrap_or(base)
    }

    fn add(&mut self, xf: String) -> Option<u32> {
        if let Some(at) = self.by_text.get(&xf) {
            return Some(*at);
        }
        if self.xfs.len() >= LIMIT {
            return None;
        }
        let at = self.xfs.len() as u32;
        self.by_text.insert(xf.clone(), at);
        self.xfs.push(xf);
        Some(at)
    }

    /// A style of our own.
    pub fn own(&mut self, own: Own) -> u32 {
        let p = self.prefix.clone();
        // "@": whatever is typed over it stays text (18.8.30), a text that begins with `=` too.
        let head = format!("<{p}xf numFmtId=\"49\" fontId=\"0\" borderId=\"0\" applyNumberFormat=\"1\"");
        let xf = match own {
            Own::Text => format!("{head} fillId=\"0\"/>"),
            Own::Wrapped => format!(
                "{head} fillId=\"0\" applyAlignment=\"1\"><{p}alignment vertical=\"top\" wrapText=\"1\"/></{p}xf>"
            ),
            Own::Accept => format!(
                "{head} fillId=\"{}\" applyFill=\"1\" applyAlignment=\"1\" applyProtection=\"1\">\
                 <{p}alignment horizontal=\"center\"/><{p}protection locked=\"0\"/></{p}xf>",
                self.fill(ACCEPT_FILL)
            ),
            Own::Heading => format!("{head} fillId=\"{}\" applyFill=\"1\"/>", self.fill(FILLS[1].1)),
        };
        self.add(xf).unwrap_or(0)
    }

    /// The heading of a column of ours: like the heading beside it, filled.
    pub fn heading(&mut self, beside: Option<u32>) -> u32 {
        match beside {
            Some(style) => self.filled(style, FILLS[1].1),
            None => self.own(Own::Heading),
        }
    }

    /// The styles that one with a fill of ours may have been before it was marked: the same but for the fill. Empty
    /// for a style that is not marked.
    pub fn before(&self, style: u32) -> Vec<u32> {
        let ours: Vec<u32> = FILLS.iter().filter_map(|(_, color)| self.fill_of(color)).collect();
        let fill_of = |xf: &str| number(xf, "fillId").unwrap_or(0);
        let Some(marked) = self.xfs.get(style as usize).filter(|xf| ours.contains(&fill_of(xf))) else {
            return Vec::new();
        };
        let plain = without_fill(marked);
        let same = self.xfs.iter().enumerate().filter(|(_, x)| !ours.contains(&fill_of(x)));
        same.filter(|(_, x)| without_fill(x) == plain).map(|(i, _)| i as u32).collect()
    }

    /// Whether any fill of ours is in the file.
    pub fn has_marks(&self) -> bool {
        FILLS.iter().any(|(_, color)| self.fill_of(color).is_some())
    }

    /// The style sheet with what was added; `None` where nothing was.
    pub fn render(&self) -> Option<String> {
        if (self.fills.len(), self.xfs.len()) == (self.old_fills, self.old_xfs) {
            return None;
        }
        let sheet = outline(&self.text)?;
        let mut edits = Edits::default();
        let lists = [("fills", &self.fills, self.old_fills), ("cellXfs", &self.xfs, self.old_xfs)];
        for (name, all, old) in lists {
            self.extend(&sheet, &mut edits, name, &all[old..], all.len());
        }
        Some(edits.apply(&self.text))
    }

    fn extend(&self, sheet: &Outline, edits: &mut Edits, name: &str, new: &[String], count: usize) {
        let (text, p) = (&self.text, &self.prefix);
        if new.is_empty() {
            return;
        }
        let Some(node) = sheet.child(name) else {
            let list = format!("<{p}{name} count=\"{count}\">{}</{p}{name}>", new.concat());
            if sheet.is_empty_tag {
                edits.append(text, sheet, &list);
            } else {
                edits.insert(place(text, sheet, STYLES, name), list);
            }
            return;
        };
        let part = &text[node.whole.clone()];
        let Some(list) = outline(part) else { return };
        let tag = &text[node.tag.clone()];
        let counted = match attribute(tag, "count") {
            Some(_) => with_attribute(tag, "count", &count.to_string()),
            None => tag.to_owned(),
        };
        if list.is_empty_tag {
            let Some(empty) = outline(&counted) else { return };
            let mut inner = Edits::default();
            inner.append(&counted, &empty, &new.concat());
            edits.replace(node.whole.clone(), inner.apply(&counted));
        } else {
            edits.replace(node.tag.clone(), counted);
            edits.insert(node.whole.start + list.close, new.concat());
        }
    }
}

/// A style in words that do not say its fill.
fn without_fill(xf: &str) -> String {
    let Some(root) = outline(xf).map(|o| o.root) else { return xf.to_owned() };
    let tag = &xf[root.tag.clone()];
    let mut kept: Vec<String> = ["numFmtId", "fontId", "borderId", "xfId", "quotePrefix", "pivotButton"]
        .iter()
        .map(|name| attribute(tag, name).unwrap_or_default().into_owned())
        .collect();
    // The children without the tag's end, be it `>` or `/>`.
    let inner = if root.whole.end > root.tag.end { &xf[root.tag.end..] } else { "" };
    kept.push(inner.rsplit_once("</").map_or(inner, |(children, _)| children).to_owned());
    kept.join("|")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::xlsx::markup::order::is_kept;

    const SHEET: &str = "<styleSheet xmlns=\"m\"><fonts count=\"1\"><font/></fonts><fills count=\"3\"><fill a='1'/>\
        <fill a='2'/><fill a='3'/></fills><borders><border/></borders><cellXfs count=\"2\">\
        <xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>\
        <xf numFmtId=\"49\" fontId=\"0\" fillId=\"2\" borderId=\"0\" xfId=\"0\"><alignment wrapText=\"1\"/></xf>\
        </cellXfs><cellStyles/></styleSheet>";

    #[test]
    fn only_the_fill_of_a_copy_differs_and_the_rest_of_the_part_stays() {
        let mut styles = Styles::parse(SHEET).unwrap();
        let red = styles.marked(1, Severity::Error);
        assert_eq!((red, styles.marked(1, Severity::Error)), (2, 2), "made once");
        let blue = styles.marked(0, Severity::Note);
        assert_eq!((styles.before(red), styles.before(blue), styles.before(1)), (vec![1], vec![0], vec![]));
        let now = styles.render().unwrap();
        assert!(is_kept(&now, STYLES));
        assert!(now.contains("<fills count=\"5\">") && now.contains("<cellXfs count=\"4\">"));
        assert!(now.contains(
            "<xf numFmtId=\"49\" fontId=\"0\" fillId=\"3\" borderId=\"0\" xfId=\"0\" applyFill=\"1\">\
             <alignment wrapText=\"1\"/></xf>"
        ));
        // Taking the additions away again gives the part as it was.
        let mut back = now.replace("<fills count=\"5\">", "<fills count=\"3\">");
        back = back.replace("<cellXfs count=\"4\">", "<cellXfs count=\"2\">");
        for added in styles.fills[3..].iter().chain(&styles.xfs[2..]) {
            back = back.replacen(added, "", 1);
        }
        assert_eq!(back, SHEET);
        // Read again, the additions are known and nothing is added twice.
        let mut again = Styles::parse(&now).unwrap();
        assert!(again.has_marks());
        assert_eq!(again.marked(1, Severity::Error), red);
        assert_eq!(again.render(), None);
    }

    #[test]
    fn a_style_sheet_with_next_to_nothing_is_filled_in_order() {
        for text in [
            "<x:styleSheet xmlns:x=\"m\"/>",
            "<x:styleSheet><x:fills/><x:cellXfs count=\"0\"/></x:styleSheet>",
        ] {
            let mut styles = Styles::parse(text).unwrap();
            assert_eq!(styles.marked(7, Severity::Error), 1, "a style that is not there is the first one");
            styles.own(Own::Accept);
            let now = styles.render().unwrap();
            assert!(is_kept(&now, STYLES), "{now}");
            assert_eq!(now.matches("<x:fill>").count(), 4);
            assert_eq!(now.matches("<x:xf ").count(), 3);
            assert!(Styles::parse(&now).unwrap().has_marks());
        }
        assert!(Styles::parse("<styleSheet>").is_none());
    }

    #[test]
    fn a_full_style_sheet_is_left_alone() {
        let xfs = (0..LIMIT).map(|i| format!("<xf numFmtId=\"{i}\"/>")).collect::<String>();
        let mut styles =
            Styles::parse(&format!("<styleSheet><cellXfs>{xfs}</cellXfs></styleSheet>")).unwrap();
        assert_eq!(styles.marked(5, Severity::Error), 5);
    }
}
