//! The whole of a marking, planned: which parts of the workbook change and into what, then written in one go.

use crate::model::finding::{Finding, Severity};
use crate::model::markup::RESULT_SHEET;
use crate::xlsx::markup::comments::{self, Merged};
use crate::xlsx::markup::job::{self, Job, Subject};
use crate::xlsx::markup::parts::{Parts, Relations, compared, content_types};
use crate::xlsx::markup::styles::{Own, Styles};
use crate::xlsx::markup::summary::{self, Look, Results};
use crate::xlsx::markup::xml::{Edits, attribute, escape, id_attribute, number, outline};
use crate::xlsx::markup::{Earlier, Marking, fresh, sheet};
use std::collections::HashMap;
use std::io::{self, Read, Seek, Write};

const COMMENTS: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml";
const STYLES: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml";

/// What a part becomes.
enum Change {
    Text(String),
    Sheet(Box<Job>),
}

/// A marking that is planned.
pub struct Work {
    changes: HashMap<String, Change>,
    added: Vec<(String, String)>,
    pub remarks: Vec<String>,
}

/// A workbook as it is taken apart.
struct Frame {
    /// The part of the workbook.
    part: String,
    text: String,
    relations: Relations,
    /// The namespace of sheets, and of the relations they name.
    main: String,
    base: String,
    /// The sheets: their names and parts.
    sheets: Vec<(String, String)>,
}

impl Frame {
    fn open<R: Read + Seek>(parts: &mut Parts<R>) -> Option<Frame> {
        let package = Relations::of(parts, "");
        let document = package.first("officeDocument")?;
        let (part, base) = (document.target.clone(), document.base.clone());
        let text = parts.text(&part)?;
        let relations = Relations::of(parts, &part);
        let root = outline(&text)?;
        let declared = match root.prefix.strip_suffix(':') {
            Some(prefix) => format!("xmlns:{prefix}"),
            None => "xmlns".to_owned(),
        };
        let main = attribute(&text[root.root.tag.clone()], &declared)?.into_owned();
        let list = &text[root.child("sheets")?.whole.clone()];
        let mut sheets = Vec::new();
        for child in outline(list)?.children {
            let tag = &list[child.tag];
            let id = attribute(tag, "id")?;
            let target = relations.all.iter().find(|r| r.id == id)?;
            if target.kind == "worksheet" {
                sheets.push((attribute(tag, "name")?.into_owned(), target.target.clone()));
            }
        }
        Some(Frame { part, text, relations, main, base, sheets })
    }

    /// The workbook with one more sheet at its end: the places of the others, by which names and views call them, do
    /// not change.
    fn with_sheet(&self, name: &str, relation: &str) -> Option<String> {
        let root = outline(&self.text)?;
        let list = root.child("sheets")?;
        let part = &self.text[list.whole.clone()];
        let found = outline(part)?;
        let last = found.children.iter().filter_map(|c| number(&part[c.tag.clone()], "sheetId")).max();
        let id = id_attribute(&self.text[root.root.tag.clone()], &self.base, relation);
        let p = &root.prefix;
        let name = escape(name);
        let new = format!("<{p}sheet name=\"{name}\" sheetId=\"{}\" {id}/>", last.unwrap_or(0) + 1);
        let mut edits = Edits::default();
        edits.insert(list.whole.start + found.close, new);
        Some(edits.apply(&self.text))
    }

    fn free_sheet_name(&self) -> String {
        let mut names = (2u32..).map(|n| format!("{RESULT_SHEET}({n})"));
        let taken = |name: &String| self.sheets.iter().any(|(n, _)| n == name);
        let first = Some(RESULT_SHEET.to_owned()).filter(|n| !taken(n));
        first.or_else(|| names.find(|n| !taken(n))).expect("there are more numbers than sheets")
    }
}

struct Planner<'a, R> {
    parts: &'a mut Parts<R>,
    frame: Frame,
    styles: Styles,
    work: Work,
    overrides: Vec<(String, &'static str)>,
    unnoted: usize,
    has_drawings: bool,
}

impl Work {
    /// Plans a marking; `None` for a workbook whose parts are not as they should be.
    pub fn plan<R: Read + Seek>(
        parts: &mut Parts<R>,
        marking: &Marking,
        earlier: &Earlier,
        remarks: &[String],
    ) -> Option<Work> {
        let frame = Frame::open(parts)?;
        let style_part = frame.relations.first("styles").map(|r| r.target.clone());
        let style_text = match &style_part {
            Some(part) => parts.text(part)?,
            None => fresh::styles(&frame.main),
        };
        let styles = Styles::parse(&style_text)?;
        let work = Work { changes: HashMap::new(), added: Vec::new(), remarks: remarks.to_vec() };
        let mut planner =
            Planner { parts, frame, styles, work, overrides: Vec::new(), unnoted: 0, has_drawings: false };
        for (name, part) in planner.frame.sheets.clone() {
            if earlier.results.as_ref() != Some(&name) {
                planner.sheet(&name, &part, marking, earlier)?;
            }
        }
        planner.results(marking, earlier)?;
        planner.style_sheet(style_part, style_text)?;
        planner.finish()
    }

    /// Writes the workbook.
    pub fn write<R: Read + Seek>(&self, parts: &mut Parts<R>, output: impl Write + Seek) -> io::Result<()> {
        parts.write(
            output,
            &mut |parts, name, out| match self.changes.get(&compared(name)) {
                Some(Change::Text(text)) => out.write_all(text.as_bytes()).map(|()| true),
                Some(Change::Sheet(job)) => {
                    let input = parts.reader(name).ok_or(io::ErrorKind::NotFound)?;
                    sheet::write(input, out, &job.survey, &job.plan).map(|()| true)
                }
                None => Ok(false),
            },
            &|name| self.changes.contains_key(&compared(name)),
            &self.added,
        )
    }
}

impl<R: Read + Seek> Planner<'_, R> {
    fn change(&mut self, part: &str, text: String) {
        if self.parts.find(part).is_some() {
            self.work.changes.insert(compared(part), Change::Text(text));
        } else {
            self.work.added.push((part.to_owned(), text));
        }
    }

    fn sheet(&mut self, name: &str, part: &str, marking: &Marking, earlier: &Earlier) -> Option<()> {
        let marks = marking.sheets.iter().find(|s| s.sheet == name);
        let before = earlier.columns.get(name);
        let marked_before = earlier.results.is_some() || before.is_some();
        let findings = marks.map_or(&[][..], |m| &m.findings);
        if findings.is_empty() && !marked_before {
            return Some(());
        }
        let header_row = marks.map(|m| m.header_row).or(before.map(|b| b.0)).unwrap_or(0);
        let subject = Subject { header_row, findings, ours: before.map_or_else(Vec::new, |b| b.1.clone()) };
        let parts = &mut *self.parts;
        let planned =
            job::plan(&subject, &mut self.styles, &mut |asked| job::look(parts.reader(part), asked));
        let mut job = planned.ok()?;
        self.unnoted += job.unnoted;
        self.comments(part, &mut job);
        if job.plan.changes_anything() {
            self.work.changes.insert(compared(part), Change::Sheet(Box::new(job)));
        }
        Some(())
    }

    /// Comments and the drawing that shows them. Where the sheet's own cannot be read they stay as they are: the
    /// fills and the column of reasons say the same.
    fn comments(&mut self, part: &str, job: &mut Job) {
        let mut relations = Relations::of(self.parts, part);
        let existing = relations.first("comments").map(|r| r.target.clone());
        let text = existing.as_ref().and_then(|part| self.parts.text(part));
        let marked = text.as_deref().is_some_and(comments::has_marks);
        if (job.notes.is_empty() && !marked) || (existing.is_some() && text.is_none()) {
            return;
        }
        let Some(merged) = comments::merge(text.as_deref(), &self.frame.main, &job.notes) else { return };
        let shown_in = job.survey.drawing();
        let drawing = shown_in.as_ref().and_then(|id| relations.all.iter().find(|r| r.id == *id));
        let drawing = drawing.map(|r| r.target.clone());
        let old = drawing.as_ref().and_then(|part| self.parts.text(part));
        if drawing.is_some() && old.is_none() {
            return;
        }
        self.place_comments(&mut relations, existing, &merged);
        let new = comments::drawing(old.as_deref(), &merged);
        let base = self.frame.base.clone();
        let drawing = drawing.unwrap_or_else(|| {
            let name = self.free("xl/drawings/vmlDrawingXueji", ".vml");
            let id = relations.add(&base, "vmlDrawing", &name);
            job.plan.drawing = Some((id, base));
            name
        });
        self.has_drawings = true;
        self.change(&drawing, new);
        if let Some(text) = relations.render() {
            self.change(&relations.part.clone(), text);
        }
    }

    fn place_comments(&mut self, relations: &mut Relations, existing: Option<String>, merged: &Merged) {
        let base = self.frame.base.clone();
        let part = existing.unwrap_or_else(|| {
            let name = self.free("xl/commentsXueji", ".xml");
            relations.add(&base, "comments", &name);
            self.overrides.push((name.clone(), COMMENTS));
            name
        });
        self.change(&part, merged.comments.clone());
    }

    fn free(&self, stem: &str, end: &str) -> String {
        let taken: Vec<String> = self.work.added.iter().map(|(name, _)| name.clone()).collect();
        self.parts.free_name(stem, end, &taken)
    }

    fn results(&mut self, marking: &Marking, earlier: &Earlier) -> Option<()> {
        if self.unnoted > 0 {
            let remark = format!("问题太多，另有 {} 格只标颜色，没有加批注。", self.unnoted);
            self.work.remarks.push(remark);
        }
        let wrapped = self.styles.own(Own::Wrapped);
        let look = Look {
            wrapped,
            heading: self.styles.heading(None),
            severity: [Severity::Error, Severity::Explain, Severity::Note]
                .map(|s| self.styles.marked(wrapped, s)),
        };
        let each = marking.sheets.iter().flat_map(|s| s.findings.iter().map(|f| (s.sheet, *f)));
        let findings: Vec<(&str, &Finding)> = each.collect();
        let results = Results { findings: &findings, title: marking.title, remarks: &self.work.remarks };
        let text = summary::sheet(&results, &look, &self.frame.main);
        let before = earlier.results.as_ref();
        let part =
            self.frame.sheets.iter().find(|(name, _)| Some(name) == before).map(|(_, part)| part.clone());
        if let Some(part) = part {
            self.change(&part, text);
            return Some(());
        }
        let part = self.free("xl/worksheets/xueji", ".xml");
        let base = self.frame.base.clone();
        let id = self.frame.relations.add(&base, "worksheet", &part);
        let workbook = self.frame.with_sheet(&self.frame.free_sheet_name(), &id)?;
        self.overrides.push((part.clone(), SHEET));
        self.change(&self.frame.part.clone(), workbook);
        self.change(&part, text);
        Some(())
    }

    fn style_sheet(&mut self, part: Option<String>, before: String) -> Option<()> {
        let text = self.styles.render();
        match part {
            Some(part) => {
                if let Some(text) = text {
                    self.change(&part, text);
                }
            }
            None => {
                let part = self.free("xl/stylesXueji", ".xml");
                let base = self.frame.base.clone();
                self.frame.relations.add(&base, "styles", &part);
                self.overrides.push((part.clone(), STYLES));
                self.change(&part, text.unwrap_or(before));
            }
        }
        Some(())
    }

    fn finish(mut self) -> Option<Work> {
        if let Some(text) = self.frame.relations.render() {
            self.change(&self.frame.relations.part.clone(), text);
        }
        if self.has_drawings || !self.overrides.is_empty() {
            let types = self.parts.text("[Content_Types].xml")?;
            let text = content_types(&types, &self.overrides, self.has_drawings)?;
            self.change("[Content_Types].xml", text);
        }
        Some(self.work)
    }
}
