//! A roster file opened: which sheets, which headers, then their rows, read beside the work on them.

pub mod error;
mod learned;

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};

use jiff::civil::Date;

use crate::model::cell::{Region, Row};
use crate::model::heading::Heading;
use crate::model::markup;
use crate::model::school::Directory;
use crate::roster::by_name::ByName;
use crate::roster::candidate::{Reader, Reading, Source};
use crate::roster::layout::problem::LayoutProblem;
use crate::roster::layout::sheets::{self, Choice, Sheet};
use crate::roster::layout::{self, Asked, Decision, HEADER_WITHIN, LOOK_BEYOND, Look, above};
use crate::roster::mapping::Mapping;
use crate::xlsx::error::ReadError;
use crate::xlsx::read::{self, Book};

use error::InputError;
use learned::mapping_for;

/// What the clerk said about where the roster is and what its headings mean.
#[derive(Clone, Debug, Default)]
pub struct Where {
    pub sheets: Vec<String>,
    pub header_row: Option<u32>,
    pub mapping: Mapping,
    /// The school the files are of: its remembered headings are used, and its code where no column has one.
    pub school: Option<String>,
}

/// Somebody who answers a question, or does not.
pub type Ask<'a> = &'a dyn Fn(&InputError, &Where) -> Option<Where>;

/// Everything that decides how files are opened.
#[derive(Clone, Copy)]
pub struct Opening<'a> {
    pub at: &'a Where,
    /// The schools and classes of the registry, and the day on which its classes are in their grades.
    pub directory: Option<(&'a Directory, Date)>,
    pub learned: &'a [Heading],
    pub ask: Ask<'a>,
}

/// Nobody answers.
pub fn nobody(_: &InputError, _: &Where) -> Option<Where> {
    None
}

/// One sheet of a file that is a roster.
struct Part {
    sheet: usize,
    reader: Reader,
    decisions: Vec<Decision>,
}

/// A file whose rosters are ready to be read.
pub struct Opened {
    path: PathBuf,
    label: Arc<str>,
    book: Book,
    parts: Vec<Part>,
    /// What should be said of the file itself.
    pub notes: Vec<String>,
}

/// Files up to this size have their merged cells read beforehand; in larger ones another pass over the sheet is made
/// only where a column of the whole class has blanks.
const SMALL: u64 = 4 << 20;

/// Opens a file and settles on sheets and headers, or says why not. A question is put to whoever answers.
pub fn open(path: &Path, opening: &Opening) -> Result<Opened, InputError> {
    open_as(path, &file_name(path), opening)
}

/// [`open`] for a file that is called something else than its name in messages.
pub fn open_as(path: &Path, label: &Arc<str>, opening: &Opening) -> Result<Opened, InputError> {
    let mut at = opening.at.clone();
    loop {
        match open_at(path, label, &at, opening) {
            Err(e) if e.is_question() => match (opening.ask)(&e, &at) {
                Some(answered) => at = answered,
                None => return Err(e),
            },
            ended => return ended,
        }
    }
}

/// The beginning of a sheet as it was read.
struct Seen {
    rows: Vec<Row>,
    merges: Vec<Region>,
    /// The sheet has no more rows than these.
    whole: bool,
}

fn open_at(path: &Path, label: &Arc<str>, at: &Where, opening: &Opening) -> Result<Opened, InputError> {
    let mut book = read::open(path)?;
    let small = std::fs::metadata(path).is_ok_and(|m| m.len() <= SMALL);
    let notes: Vec<String> = book.extension_disagrees().into_iter().collect();
    let asked = asked_for(path, &book, at)?;
    let named = !(at.sheets.is_empty() && at.mapping.sheets.is_empty());
    let mut all: Vec<(Sheet, Seen, Vec<Decision>)> = Vec::new();
    for index in asked {
        let info = book.sheets()[index].clone();
        let seen = look_at(&mut book, index, header_row(at), small)?;
        let (mapping, decisions) = mapping_for(path, &info.name, &seen.rows, at, opening);
        let asked = Asked { header_row: header_row(at), mapping: &mapping };
        let look = Look { rows: &seen.rows, merges: &seen.merges, sheet: &info.name };
        let mut found = layout::settle(&look, &asked);
        if !named && at.header_row.is_none() {
            found = found.and_then(|l| unasked(l, &info.name, &seen));
        }
        all.push((Sheet { index, name: info.name, visible: info.visible, found }, seen, decisions));
    }
    let list: Vec<Sheet> = all.iter().map(|(sheet, ..)| sheet.clone()).collect();
    let (chosen, mut decisions) = chosen(path, &list, named).map_err(|e| e.taken_for(notes.first()))?;
    if named {
        let others = book.sheets().iter().enumerate().filter(|(i, _)| list.iter().all(|s| s.index != *i));
        let skipped = |name: &str| Decision::new("sheet-skipped", name, "没有指明要读它。");
        decisions.extend(others.map(|(_, s)| skipped(&s.name)));
    }
    let names = Arc::new(ByName::of(opening.directory));
    let mut parts = Vec::new();
    for (i, (sheet, seen, of_mapping)) in all.into_iter().enumerate().filter(|(i, _)| chosen.contains(i)) {
        let Ok(layout) = sheet.found else { continue };
        let mut said = if i == chosen[0] { decisions.clone() } else { Vec::new() };
        said.extend(of_mapping);
        said.extend(layout.decisions.iter().cloned());
        let source = Source { file: label.clone(), sheet: sheet.name.into(), layout };
        let mut reader = Reader::new(source);
        if small {
            reader.set_merges(&seen.merges, true);
        }
        reader.know(names.clone());
        parts.push(Part { sheet: sheet.index, reader, decisions: said });
    }
    Ok(Opened { path: path.to_owned(), label: label.clone(), book, parts, notes })
}

fn header_row(at: &Where) -> Option<u32> {
    at.header_row.or(at.mapping.header_row)
}

fn file_name(path: &Path) -> Arc<str> {
    path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned()).into()
}

/// The sheets to look at: those named, or all.
fn asked_for(path: &Path, book: &Book, at: &Where) -> Result<Vec<usize>, InputError> {
    let names = if at.sheets.is_empty() { &at.mapping.sheets } else { &at.sheets };
    if names.is_empty() {
        return Ok((0..book.sheets().len()).collect());
    }
    let find = |name: &String| {
        let same = |n: &str| n == name || n.trim() == name.trim();
        book.sheets().iter().position(|s| same(&s.name)).ok_or_else(|| InputError::NoSuchSheet {
            path: path.to_owned(),
            sheet: name.clone(),
            sheets: book.sheets().iter().map(|s| s.name.clone()).collect(),
        })
    };
    let mut found = names.iter().map(find).collect::<Result<Vec<_>, _>>()?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The first rows of a sheet, those about the row that was named, and its merged cells where they may matter.
fn look_at(book: &mut Book, sheet: usize, at: Option<u32>, small: bool) -> Result<Seen, InputError> {
    const FEW: u32 = 8;
    let (mut rows, mut whole, mut lost) = (Vec::new(), true, 0);
    let last = at.unwrap_or(0).max(HEADER_WITHIN).saturating_add(LOOK_BEYOND);
    book.rows(sheet, &mut |row| {
        if row.number > last {
            whole = false;
            return ControlFlow::Break(());
        }
        let near =
            row.number <= HEADER_WITHIN + LOOK_BEYOND || at.is_none_or(|n| row.number.saturating_add(3) >= n);
        // Above a header that was named far below, only pupils matter: they would be lost.
        if near || (lost < FEW && above::is_pupil(&row)) {
            lost += u32::from(!near);
            rows.push(row);
        }
        ControlFlow::Continue(())
    })?;
    let wanted = !rows.is_empty() && (small || layout::wants_merges(&rows));
    let merges = if wanted { book.merges(sheet)? } else { Vec::new() };
    Ok(Seen { rows, merges, whole })
}

/// What is no roster to be read unasked, though it has a roster's header.
fn unasked(layout: layout::Layout, name: &str, seen: &Seen) -> Result<layout::Layout, LayoutProblem> {
    if sheets::is_example(name) {
        return Err(LayoutProblem::Example);
    }
    if let Some(kind) = sheets::other_list(&layout) {
        return Err(LayoutProblem::OtherList { kind });
    }
    if seen.whole && !seen.rows.iter().any(|r| sheets::may_be_pupil(&layout, r)) {
        return Err(LayoutProblem::NoPupils { header_row: layout.header_row });
    }
    Ok(layout)
}

/// Which of the sheets are read, and why.
fn chosen(path: &Path, list: &[Sheet], named: bool) -> Result<(Vec<usize>, Vec<Decision>), InputError> {
    // A header that can be read in two ways is not passed over for another sheet.
    let question = |s: &&Sheet| (named || s.visible) && s.found.as_ref().is_err_and(|e| e.has_pupils());
    if let Some((name, problem)) =
        list.iter().find(question).and_then(|s| Some((&s.name, s.found.as_ref().err()?)))
    {
        let (path, sheet, problem) = (path.to_owned(), name.clone(), problem.clone());
        return Err(InputError::Unsettled { path, sheet, problem });
    }
    let no_roster = || {
        let problems = list.iter().filter_map(|s| Some((s.name.clone(), s.found.as_ref().err()?.clone())));
        InputError::NoRoster { path: path.to_owned(), taken_for: None, sheets: problems.collect() }
    };
    if named {
        if list.iter().any(|s| s.found.is_err()) {
            return Err(no_roster());
        }
        let names: Vec<&str> = list.iter().map(|s| s.name.as_str()).collect();
        let decision = Decision::new("sheet", names.join("、"), "按指明的工作表。");
        return Ok(((0..list.len()).collect(), vec![decision]));
    }
    match sheets::choose(list) {
        Choice::Read(which, decisions) => Ok((which, decisions)),
        Choice::Ask(which) => Err(InputError::ManySheets {
            path: path.to_owned(),
            hidden: which.iter().all(|i| !list[*i].visible),
            sheets: which.iter().map(|i| list[*i].name.clone()).collect(),
        }),
        Choice::None => Err(no_roster()),
    }
}

/// How many rows cross from the reading thread at once.
const BATCH: usize = 256;

impl Opened {
    /// How many sheets are read.
    pub fn len(&self) -> usize {
        self.parts.len()
    }

    /// The file as it was given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the file is called.
    pub fn file(&self) -> Arc<str> {
        self.label.clone()
    }

    /// What the file is called if we wrote it ourselves to be mended.
    pub fn ours(&self) -> Option<&'static str> {
        let returned = |part: &Part| {
            part.reader.source().layout.headed().any(|(_, heading, _)| heading == markup::REFUSED_HEADING)
        };
        match self.book.results() {
            Some(_) => Some("标注的工作簿"),
            None => self.parts.iter().any(returned).then_some("退回文件"),
        }
    }

    /// The sheet that is read, the row its header ends in, and the decisions about it.
    pub fn found_at(&self, which: usize) -> (String, u32, Vec<Decision>) {
        let part = &self.parts[which];
        let source = part.reader.source();
        (source.sheet.to_string(), source.layout.header_row, part.decisions.clone())
    }

    /// What can only be decided once every row was read.
    pub fn decided_after(&self, which: usize) -> Vec<Decision> {
        let reader = &self.parts[which].reader;
        let hidden = reader.hidden().map(|(first, count)| {
            let reason = format!(
                "隐藏或筛选掉的行（第一行是第 {first} 行）也是花名册的内容，一并读取；不要的请删去。"
            );
            Decision::new("hidden-rows", format!("读取隐藏的 {count} 行"), reason)
        });
        let continued = reader.continued().map(|(first, count)| {
            let reason = format!("姓名合并了几行，几行是同一名学生：续行里另有姓名的家庭成员（第一处是第 {first} 行）读作该生的下一名家庭成员。");
            Decision::new("member", format!("续行 {count} 行＝成员2"), reason)
        });
        let turned = reader.turned().iter().map(|(row, class)| {
            let reason = format!("第 {row} 行的小标题写明，到下一个小标题为止。");
            Decision::new("section", format!("班级＝{class}"), reason)
        });
        hidden.into_iter().chain(continued).chain(turned).collect()
    }

    /// The layout of a sheet that is read.
    pub fn layout(&self, which: usize) -> &layout::Layout {
        &self.parts[which].reader.source().layout
    }

    /// Reads every row below the header.
    pub fn each(&mut self, which: usize, sink: &mut dyn FnMut(Reading)) -> Result<(), InputError> {
        self.each_row(which, &mut |reading, _| sink(reading))
    }

    /// The same with the row itself, for columns that a roster does not have. One thread inflates and parses the file
    /// while this one works on the rows.
    pub fn each_row(&mut self, which: usize, sink: &mut dyn FnMut(Reading, &Row)) -> Result<(), InputError> {
        let Opened { path, book, parts, .. } = self;
        let Part { sheet, reader, .. } = &mut parts[which];
        let (sheet, header) = (*sheet, reader.source().layout.header_row);
        let (sender, receiver) = mpsc::sync_channel::<Vec<Row>>(8);
        std::thread::scope(|scope| {
            let reading = scope.spawn(move || send_rows(book, sheet, header, &sender));
            let worked = work(reader, path, sheet, receiver, sink);
            match reading.join() {
                Ok(result) => worked.and(result.map_err(InputError::from)),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }
}

/// The rows below the header, in batches.
fn send_rows(
    book: &mut Book,
    sheet: usize,
    header: u32,
    sender: &mpsc::SyncSender<Vec<Row>>,
) -> Result<(), ReadError> {
    let mut batch = Vec::with_capacity(BATCH);
    book.rows(sheet, &mut |row| {
        if row.number <= header {
            return ControlFlow::Continue(());
        }
        batch.push(row);
        if batch.len() < BATCH {
            return ControlFlow::Continue(());
        }
        let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH));
        if sender.send(full).is_err() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    // The other side only hangs up when it has failed, and then it says so itself.
    let _ = sender.send(batch);
    Ok(())
}

/// Works on the rows as they come; the receiver is given up when another table begins.
fn work(
    reader: &mut Reader,
    path: &Path,
    sheet: usize,
    receiver: mpsc::Receiver<Vec<Row>>,
    sink: &mut dyn FnMut(Reading, &Row),
) -> Result<(), InputError> {
    // A row waits for the next, which may go on with its pupil.
    let mut waiting: Vec<Row> = Vec::new();
    let mut hand_on = |reader: &mut Reader, rows: &[Row]| {
        let Some((first, more)) = rows.split_first() else { return Ok(()) };
        let reading = reader.read_with(first, more);
        if let Some(row) = reader.another_table() {
            let sheet = reader.source().sheet.to_string();
            return Err(InputError::AnotherTable { path: path.to_owned(), sheet, row });
        }
        sink(reading, first);
        more.iter().for_each(|row| sink(reader.read(row), row));
        Ok(())
    };
    for row in receiver.iter().flatten() {
        if reader.wants_merges(&row) {
            reader.set_merges(&read::open(path)?.merges(sheet)?, false);
        }
        if !waiting.is_empty() && !reader.goes_on(&row) {
            hand_on(reader, &waiting)?;
            waiting.clear();
        }
        waiting.push(row);
    }
    hand_on(reader, &waiting)
}
