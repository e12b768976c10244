//! The parts of a workbook: found by name and by relation, those not touched copied as the bytes they are.

use crate::xlsx::markup::xml::{Edits, attribute, escape, outline};
use std::collections::HashMap;
use std::io::{self, Read, Seek, Write};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

/// A part that is taken into memory whole is no larger; only a sheet's rows are streamed.
const LIMIT: u64 = 512 << 20;
/// Parts are packed fast: a marked workbook is sent once and thrown away.
const LEVEL: i64 = 1;

/// The parts of a workbook.
pub struct Parts<R> {
    zip: ZipArchive<R>,
    /// By their names as they are compared: case does not count (ECMA-376 Part 2, 6.2.2.3), and some writers use `\`.
    by_name: HashMap<String, usize>,
    names: Vec<String>,
}

impl<R: Read + Seek> Parts<R> {
    /// The parts in a zip.
    pub fn open(input: R) -> Option<Parts<R>> {
        let zip = ZipArchive::new(input).ok()?;
        let names: Vec<String> =
            zip.file_names_raw().map(|n| String::from_utf8_lossy(n).into_owned()).collect();
        let by_name = names.iter().enumerate().map(|(i, n)| (compared(n), i)).collect();
        Some(Parts { zip, by_name, names })
    }

    /// The index of a part.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(&compared(name)).copied()
    }

    /// The parts whose names, as they are compared, end so.
    pub fn ending_with(&self, ends: &[&str]) -> Vec<String> {
        self.names.iter().filter(|n| ends.iter().any(|e| compared(n).ends_with(e))).cloned().collect()
    }

    /// The text of a part.
    pub fn text(&mut self, name: &str) -> Option<String> {
        let index = self.find(name)?;
        let mut bytes = Vec::new();
        let read = self.zip.by_index(index).ok()?.take(LIMIT + 1).read_to_end(&mut bytes).ok()?;
        if read as u64 > LIMIT {
            return None;
        }
        let text = String::from_utf8(bytes).ok()?;
        Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
    }

    /// The bytes of a part, as they come.
    pub fn reader(&mut self, name: &str) -> Option<impl Read + '_> {
        let index = self.find(name)?;
        self.zip.by_index(index).ok()
    }

    /// A name like `stem1end` that no part has, nor any of those in `taken`.
    pub fn free_name(&self, stem: &str, end: &str, taken: &[String]) -> String {
        let names = (1u32..).map(|n| format!("{stem}{n}{end}"));
        let free = |n: &String| self.find(n).is_none() && !taken.contains(n);
        names.into_iter().find(free).expect("there are more numbers than parts")
    }

    /// Writes every part, in the order of the file: as it is, or what `replaced` makes of it; then those added.
    pub fn write<W: Write + Seek>(
        &mut self,
        output: W,
        replaced: &mut dyn FnMut(&mut Self, &str, &mut dyn Write) -> io::Result<bool>,
        touched: &dyn Fn(&str) -> bool,
        added: &[(String, String)],
    ) -> io::Result<()> {
        let mut zip = ZipWriter::new(output);
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(LEVEL));
        for index in 0..self.zip.len() {
            let name = self.names[index].clone();
            // A folder is no part.
            if name.ends_with('/') {
                continue;
            }
            if touched(&name) {
                zip.start_file(&name, options)?;
                if !replaced(self, &name, &mut zip)? {
                    return Err(io::Error::other(name));
                }
            } else {
                zip.raw_copy_file(self.zip.by_index_raw(index)?)?;
            }
        }
        for (name, text) in added {
            zip.start_file(name, options)?;
            zip.write_all(text.as_bytes())?;
        }
        zip.finish()?;
        Ok(())
    }
}

/// A part's name as it is compared.
pub fn compared(name: &str) -> String {
    name.trim_start_matches(['/', '\\']).replace('\\', "/").to_lowercase()
}

/// One relation of a part to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relation {
    pub id: String,
    /// All of its type before the last part; also the namespace of attributes that name relations.
    pub base: String,
    /// The last part of its type: `worksheet`, `comments`.
    pub kind: String,
    /// The other part, from the root and without a leading slash.
    pub target: String,
}

/// The relations of a part.
pub struct Relations {
    /// The part they stand in.
    pub part: String,
    pub all: Vec<Relation>,
    text: String,
    new: String,
}

const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

impl Relations {
    /// The relations of a part, or of the package where `owner` is empty; none where it has none.
    pub fn of<R: Read + Seek>(parts: &mut Parts<R>, owner: &str) -> Relations {
        let (folder, name) = owner.rsplit_once('/').unwrap_or(("", owner));
        let slash = if folder.is_empty() { "" } else { "/" };
        let part = format!("{folder}{slash}_rels/{name}.rels");
        let text = parts.text(&part).unwrap_or_else(|| {
            let head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
            format!("{head}\n<Relationships xmlns=\"{PACKAGE}\"></Relationships>")
        });
        let children = outline(&text).map(|o| o.children).unwrap_or_default();
        let relation = |tag: &str| {
            let kind = attribute(tag, "Type")?;
            let target = attribute(tag, "Target")?;
            let (base, kind) = kind.rsplit_once('/')?;
            let (id, target) = (attribute(tag, "Id")?.into_owned(), resolved(folder, &target));
            Some(Relation { id, base: base.to_owned(), kind: kind.to_owned(), target })
        };
        let all = children.iter().filter_map(|c| relation(&text[c.tag.clone()])).collect();
        Relations { part, all, text, new: String::new() }
    }

    /// The first of this kind.
    pub fn first(&self, kind: &str) -> Option<&Relation> {
        self.all.iter().find(|r| r.kind == kind)
    }

    /// Adds a relation; its id.
    pub fn add(&mut self, base: &str, kind: &str, target: &str) -> String {
        let free = |id: &String| self.all.iter().all(|r| r.id != *id);
        let ids = (1u32..).map(|n| format!("rIdXueji{n}"));
        let id = ids.into_iter().find(free).expect("there are more numbers than relations");
        self.all.push(Relation {
            id: id.clone(),
            base: base.to_owned(),
            kind: kind.to_owned(),
            target: target.to_owned(),
        });
        // From the root: right wherever the owner is.
        let target = format!("/{}", escape(target));
        self.new.push_str(&format!(
            "<Relationship Id=\"{id}\" Type=\"{base}/{kind}\" Target=\"{target}\" xmlns=\"{PACKAGE}\"/>"
        ));
        id
    }

    /// The part with what was added; `None` where nothing was.
    pub fn render(&self) -> Option<String> {
        if self.new.is_empty() {
            return None;
        }
        let root = outline(&self.text)?;
        // Where the root declares the namespace as its own, the elements need not say it.
        let plain = root.prefix.is_empty();
        let new =
            if plain { self.new.replace(&format!(" xmlns=\"{PACKAGE}\""), "") } else { self.new.clone() };
        let mut edits = Edits::default();
        edits.append(&self.text, &root, &new);
        Some(edits.apply(&self.text))
    }
}

/// A target seen from a folder, as a part's name.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut steps: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|s| !s.is_empty()).collect(),
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                steps.pop();
            }
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// The list of content types with these added: parts with theirs, and what a drawing of comments is.
pub fn content_types(text: &str, overrides: &[(String, &str)], vml: bool) -> Option<String> {
    let root = outline(text)?;
    let p = &root.prefix;
    let has = |name: &str, value: &str| {
        let values = root.children.iter().filter_map(|c| attribute(&text[c.tag.clone()], name));
        values.into_iter().any(|v| v.eq_ignore_ascii_case(value))
    };
    let mut new = String::new();
    if vml && !has("Extension", "vml") {
        let kind = "application/vnd.openxmlformats-officedocument.vmlDrawing";
        new.push_str(&format!("<{p}Default Extension=\"vml\" ContentType=\"{kind}\"/>"));
    }
    for (part, kind) in overrides {
        let name = format!("/{part}");
        if !has("PartName", &name) {
            new.push_str(&format!("<{p}Override PartName=\"{}\" ContentType=\"{kind}\"/>", escape(&name)));
        }
    }
    let mut edits = Edits::default();
    edits.append(text, &root, &new);
    Some(edits.apply(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_found_from_its_folder_and_from_the_root() {
        for (target, part) in [
            ("worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("/xl/worksheets/sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("../docProps/app.xml", "docProps/app.xml"),
            (".\\worksheets\\sheet1.xml", "xl/worksheets/sheet1.xml"),
            ("../../../x", "x"),
        ] {
            assert_eq!(resolved("xl", target), part);
        }
    }

    #[test]
    fn content_types_are_added_once() {
        let text = "<Types><Default Extension=\"VML\" ContentType=\"v\"/></Types>";
        let types = [("xl/a.xml".to_owned(), "t")];
        let now = content_types(text, &types, true).unwrap();
        assert_eq!(
            now,
            "<Types><Default Extension=\"VML\" ContentType=\"v\"/><Override PartName=\"/xl/a.xml\" ContentType=\"t\"/></Types>"
        );
        assert_eq!(content_types(&now, &types, true).unwrap(), now);
        assert!(content_types("<t:Types/>", &[], true).unwrap().starts_with("<t:Types><t:Default "));
    }
}
