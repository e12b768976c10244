//! XML edited where it stands: elements found by their position, attributes set in their tags, all else left as it is.

use quick_xml::Reader;
use quick_xml::events::Event;
use std::borrow::Cow;
use std::ops::Range;

/// An element of a text: where its start tag and the whole of it stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Its name without prefix.
    pub name: String,
    pub tag: Range<usize>,
    pub whole: Range<usize>,
}

/// The first element of a text, and its children.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outline {
    pub root: Node,
    /// The prefix of the first element with its colon; empty where it has none.
    pub prefix: String,
    pub children: Vec<Node>,
    /// Where the root's end tag begins; its own end where the root is `<root/>`.
    pub close: usize,
    pub is_empty_tag: bool,
}

/// The outline of the first element in `text`; `None` for anything that is not well formed so far.
pub fn outline(text: &str) -> Option<Outline> {
    let mut reader = Reader::from_str(text);
    let mut root: Option<Outline> = None;
    let mut depth = 0usize;
    loop {
        let start = reader.buffer_position() as usize;
        let event = reader.read_event().ok()?;
        let end = reader.buffer_position() as usize;
        match event {
            Event::Start(e) => {
                let name = e.local_name().as_ref().to_owned();
                let node = Node { name, tag: start..end, whole: start..end };
                match &mut root {
                    None => root = Some(opened(node, e.name().as_ref(), false)),
                    Some(root) if depth == 1 => root.children.push(node),
                    Some(_) => {}
                }
                depth += 1;
            }
            Event::Empty(e) => {
                let name = e.local_name().as_ref().to_owned();
                let node = Node { name, tag: start..end, whole: start..end };
                match &mut root {
                    None => return Some(opened(node, e.name().as_ref(), true)),
                    Some(root) if depth == 1 => root.children.push(node),
                    Some(_) => {}
                }
            }
            Event::End(_) => {
                depth = depth.checked_sub(1)?;
                let root = root.as_mut()?;
                if depth == 1 {
                    root.children.last_mut()?.whole.end = end;
                }
                if depth == 0 {
                    root.close = start;
                    root.root.whole.end = end;
                    return Some(root.clone());
                }
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

fn opened(node: Node, name: &str, is_empty_tag: bool) -> Outline {
    let prefix = name.split_once(':').map_or(String::new(), |(prefix, _)| format!("{prefix}:"));
    let close = node.whole.end;
    Outline { root: node, prefix, children: Vec::new(), close, is_empty_tag }
}

impl Outline {
    /// The first child of this name.
    pub fn child(&self, name: &str) -> Option<&Node> {
        self.children.iter().find(|c| c.name == name)
    }
}

/// Replacements in a text, by where they stand; those of one place in the order they were added.
#[derive(Default)]
pub struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    /// Puts `new` in place of what stands in the range.
    pub fn replace(&mut self, range: Range<usize>, new: impl Into<String>) {
        self.0.push((range, new.into()));
    }

    /// Puts `new` before what stands here.
    pub fn insert(&mut self, at: usize, new: impl Into<String>) {
        self.replace(at..at, new);
    }

    /// Adds `new` as the last child of an element.
    pub fn append(&mut self, text: &str, to: &Outline, new: &str) {
        if to.is_empty_tag {
            let tag = &text[to.root.tag.clone()];
            let open = tag.trim_end_matches('>').trim_end_matches('/').trim_end();
            let name = open[1..].split(|c: char| c.is_whitespace()).next().unwrap_or_default();
            self.replace(to.root.tag.clone(), format!("{open}>{new}</{name}>"));
        } else {
            self.insert(to.close, new);
        }
    }

    /// The text with all of them made.
    pub fn apply(mut self, text: &str) -> String {
        self.0.sort_by_key(|(range, _)| (range.start, range.end));
        let mut out = String::with_capacity(text.len() + self.0.iter().map(|e| e.1.len()).sum::<usize>());
        let mut done = 0;
        for (range, new) in &self.0 {
            out.push_str(&text[done.min(range.start)..range.start]);
            out.push_str(new);
            done = done.max(range.end);
        }
        out.push_str(&text[done..]);
        out
    }
}

/// Where the value of an attribute stands in a start tag, without its quotes. The name is the one without prefix,
/// unless it is given with one.
pub fn attribute_at(tag: &str, name: &str) -> Option<Range<usize>> {
    let bytes = tag.as_bytes();
    let mut at = 1 + bytes.get(1..)?.iter().position(|b| b.is_ascii_whitespace())?;
    loop {
        at += bytes.get(at..)?.iter().position(|b| !b.is_ascii_whitespace())?;
        let equals = at + bytes.get(at..)?.iter().position(|b| *b == b'=')?;
        let found = tag.get(at..equals)?.trim();
        // Beyond the end of the tag there are no attributes.
        if found.contains(['>', '<']) {
            return None;
        }
        let quote_at =
            equals + 1 + bytes.get(equals + 1..)?.iter().position(|b| matches!(b, b'"' | b'\''))?;
        let start = quote_at + 1;
        let end = start + bytes.get(start..)?.iter().position(|b| *b == bytes[quote_at])?;
        if found == name || found.split_once(':').is_some_and(|(_, local)| local == name) {
            return Some(start..end);
        }
        at = end + 1;
    }
}

/// The value of an attribute, its references resolved.
pub fn attribute<'a>(tag: &'a str, name: &str) -> Option<Cow<'a, str>> {
    let raw = &tag[attribute_at(tag, name)?];
    Some(quick_xml::escape::unescape(raw).unwrap_or(Cow::Borrowed(raw)))
}

/// The value of an attribute that is a number.
pub fn number(tag: &str, name: &str) -> Option<u32> {
    attribute(tag, name)?.trim().parse().ok()
}

/// The prefix a tag declares for a namespace.
pub fn prefix_of(tag: &str, namespace: &str) -> Option<String> {
    let mut rest = tag;
    while let Some(at) = rest.find("xmlns:") {
        rest = &rest[at + "xmlns:".len()..];
        let (name, value) = rest.split_once('=')?;
        let value = value.trim_start().trim_start_matches(['"', '\'']);
        if value.strip_prefix(namespace).is_some_and(|v| v.starts_with(['"', '\''])) {
            return Some(name.trim().to_owned());
        }
    }
    None
}

/// An attribute `id` of a namespace, for an element under this root.
pub fn id_attribute(root: &str, namespace: &str, id: &str) -> String {
    match prefix_of(root, namespace) {
        Some(prefix) => format!("{prefix}:id=\"{id}\""),
        None => format!("xmlns:r=\"{namespace}\" r:id=\"{id}\""),
    }
}

/// The tag with an attribute set; `value` is text.
pub fn with_attribute(tag: &str, name: &str, value: &str) -> String {
    let value = escape(value);
    match attribute_at(tag, name) {
        Some(range) => format!("{}{value}{}", &tag[..range.start], &tag[range.end..]),
        None => {
            let closing = if tag.ends_with("/>") { tag.len() - 2 } else { tag.len() - 1 };
            format!("{} {name}=\"{value}\"{}", tag[..closing].trim_end(), &tag[closing..])
        }
    }
}

/// A text for an element or an attribute: references for what has a meaning in XML, and nothing XML 1.0 does not
/// know (2.2: no control characters but tab and line ends, no U+FFFE, U+FFFF).
pub fn escape(text: &str) -> Cow<'_, str> {
    let known = |c: char| !matches!(c, '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}');
    if text.chars().all(|c| known(c) && !matches!(c, '&' | '<' | '>' | '"')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars().filter(|c| known(*c)) {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// A text for a cell: Excel takes `_x0041_` in a cell for a character (ECMA-376 Part 1, 22.9.2.19), so an underscore
/// that begins one is written as such itself.
pub fn cell_text(text: &str) -> String {
    let escaped = escape(text);
    let mut out = String::with_capacity(escaped.len());
    for (i, c) in escaped.char_indices() {
        let rest = &escaped.as_bytes()[i..];
        let code = c == '_' && rest.len() > 6 && rest[1] == b'x' && rest[6] == b'_';
        if code && rest[2..6].iter().all(u8::is_ascii_hexdigit) {
            out.push_str("_x005F_");
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn elements_are_found_and_edited_where_they_stand() {
        let text =
            "<?xml version=\"1.0\"?>\n<!-- <x/> --><x:a q='1'> <x:b/><c d=\"2\"><x:b>t</x:b></c>\n</x:a>";
        let found = outline(text).unwrap();
        assert_eq!((found.prefix.as_str(), found.root.name.as_str()), ("x:", "a"));
        assert_eq!(
            found.children.iter().map(|c| &text[c.whole.clone()]).collect::<Vec<_>>(),
            ["<x:b/>", "<c d=\"2\"><x:b>t</x:b></c>"]
        );
        let mut edits = Edits::default();
        edits.append(text, &found, "<n/>");
        edits.replace(found.children[0].whole.clone(), "");
        assert_eq!(
            edits.apply(text),
            "<?xml version=\"1.0\"?>\n<!-- <x/> --><x:a q='1'> <c d=\"2\"><x:b>t</x:b></c>\n<n/></x:a>"
        );
        let empty = "<x:a q='1' />";
        let mut edits = Edits::default();
        edits.append(empty, &outline(empty).unwrap(), "<n/>");
        assert_eq!(edits.apply(empty), "<x:a q='1'><n/></x:a>");
        for broken in ["", "<a>", "<a></b>", "text"] {
            assert_eq!(outline(broken), None, "{broken}");
        }
    }

    #[test]
    fn an_attribute_is_set_and_the_others_stay() {
        for (tag, now) in [
            ("<c r=\"A1\" s='3' t=\"s\">", "<c r=\"A1\" s='7' t=\"s\">"),
            ("<c r=\"s=\"/>", "<c r=\"s=\" s=\"7\"/>"),
            ("<c/>", "<c s=\"7\"/>"),
            ("<x:c\n r = \"A1\"\n>", "<x:c\n r = \"A1\" s=\"7\">"),
        ] {
            assert_eq!(with_attribute(tag, "s", "7"), now);
        }
        let tag = "<sheet name=\"一&amp;二\" r:id='rId1'/>";
        assert_eq!(attribute(tag, "name").unwrap(), "一&二");
        assert_eq!(attribute(tag, "id").unwrap(), "rId1");
        assert_eq!(attribute(tag, "sheetId"), None);
        assert_eq!(attribute("<c r='1'><f s='2'>s='3'</f></c>", "s"), None);
        let root = "<w xmlns='m' xmlns:rr=\"u:rel\" xmlns:r=\"u:rel2\">";
        assert_eq!(id_attribute(root, "u:rel", "a"), "rr:id=\"a\"");
        assert_eq!(id_attribute(root, "u:re", "a"), "xmlns:r=\"u:re\" r:id=\"a\"");
    }

    #[test]
    fn a_text_in_a_cell_is_never_a_code_or_markup() {
        assert_eq!(cell_text("_x0041_<a>&\u{1}\n"), "_x005F_x0041_&lt;a&gt;&amp;\n");
        assert_eq!(cell_text("_x_中文_"), "_x_中文_");
    }

    proptest! {
        #[test]
        fn a_set_attribute_is_the_one_read(value in "\\PC{0,20}", other in "[a-z]{0,5}") {
            let tag = with_attribute(&format!("<c o=\"{other}\"/>"), "v", &value);
            let read = attribute(&tag, "v").unwrap();
            prop_assert_eq!(read.as_ref(), value.as_str());
            prop_assert!(outline(&tag).is_some());
        }

        #[test]
        fn any_text_has_an_outline_or_none(text in "[<>/a-c=\"' !\\-?]{0,40}") {
            if let Some(found) = outline(&text) {
                let mut edits = Edits::default();
                edits.append(&text, &found, "<n/>");
                edits.apply(&text);
            }
            attribute(&text, "a");
        }
    }
}
