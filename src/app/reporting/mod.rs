//! Reports made: what a report asks for is gathered, no more; long ones are read and written class by class.

pub mod days;
pub mod gather;
pub mod term;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::model::id::StudentId;
use crate::model::page::Page;
use crate::model::registration::Registration;
use crate::model::school::Directory;
use crate::model::table::{Personal, Table};
use crate::report::dashboard::Board;
use crate::report::grid::{self, NoCell};
use crate::report::person::by_seat;
use crate::report::{Body, Input, Pages, REPORTS, Report, Rows, Scope, Span};
use crate::store::Store;
use crate::store::lookup::Which;

use super::failure::{Failure, Refusal};
use gather::{Gathered, gather};

/// What takes tables as they are made.
pub trait Sink: Send {
    /// A whole table.
    fn table(&mut self, table: Table) -> Result<(), Failure>;
    /// A table whose rows come one by one.
    fn begin(&mut self, table: Table) -> Result<(), Failure>;
    fn row(&mut self, row: Vec<String>) -> Result<(), Failure>;
    /// Its end, with the lines under it.
    fn end(&mut self, foot: Vec<String>) -> Result<(), Failure>;
    /// A page, on the sheet of this name.
    fn page(&mut self, sheet: &str, page: Page) -> Result<(), Failure>;
}

/// Tables kept in memory.
#[derive(Default)]
pub struct Kept(pub Vec<Table>);

impl Sink for Kept {
    fn table(&mut self, table: Table) -> Result<(), Failure> {
        self.0.push(table);
        Ok(())
    }

    fn begin(&mut self, table: Table) -> Result<(), Failure> {
        self.table(table)
    }

    fn row(&mut self, row: Vec<String>) -> Result<(), Failure> {
        if let Some(table) = self.0.last_mut() {
            table.rows.push(row);
        }
        Ok(())
    }

    fn end(&mut self, foot: Vec<String>) -> Result<(), Failure> {
        if let Some(table) = self.0.last_mut() {
            table.foot = foot;
        }
        Ok(())
    }

    fn page(&mut self, _: &str, page: Page) -> Result<(), Failure> {
        self.table(page.table())
    }
}

/// Which report, of what, of when.
pub struct Asked {
    pub report: &'static Report,
    pub scope: Scope,
    pub span: Span,
    /// How values that identify a person are shown on pages and in letters.
    pub shown: fn(Option<Personal>, &str) -> String,
}

/// What a report covers; refused where the registry has no such school or class.
pub fn scope(directory: &Directory, school: Option<&str>, class: Option<&str>) -> Result<Scope, Failure> {
    let missing = |what: String| Refusal::new(what, "请用 xueji school list、xueji school show 查看。");
    let of = school.map(|code| directory.school(code).ok_or(code)).transpose();
    let of = of.map_err(|code| missing(format!("学校表中没有 {code}。")))?;
    let name = match (of, class) {
        (None, _) => "全部学校".to_owned(),
        (Some(s), None) => s.name.clone(),
        (Some(s), Some(class)) if directory.class(s.code.as_str(), class).is_some() => {
            format!("{}班号 {class}", s.name)
        }
        (Some(s), Some(class)) => {
            return Err(missing(format!("学校 {} 没有班号为 {class} 的班。", s.code.as_str())).into());
        }
    };
    Ok(Scope { school: school.map(str::to_owned), class: class.map(str::to_owned), student: None, name })
}

/// Narrows a scope to one pupil and the class he or she is in.
pub fn of_student(store: &Store, id: StudentId) -> Result<Scope, Failure> {
    let r = super::change::registration(store, id)?;
    let (school, class) = (Some(r.school.as_str().to_owned()), Some(r.class_number.clone()));
    Ok(Scope { school, class, student: Some(id), name: "学生 1 人".to_owned() })
}

/// Where pupils come from that are wanted class by class.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    /// Read as they are wanted, so that a long report holds one class at a time.
    Store(&'a Store),
    /// Those of the input.
    Held,
}

/// Makes the report; how many rows or pages it has.
pub fn make(store: &Store, asked: &Asked, sink: &mut dyn Sink) -> Result<usize, Failure> {
    let gathered = gather(store, asked.report, &asked.scope, asked.span.to)?;
    build(&gathered, asked, Source::Store(store), sink)
}

/// Makes the report of what was gathered; how many rows or pages it has.
pub fn build(
    gathered: &Gathered,
    asked: &Asked,
    source: Source,
    sink: &mut dyn Sink,
) -> Result<usize, Failure> {
    let references = gathered.present(&asked.scope);
    let input = gathered.input(asked, &references);
    match asked.report.body {
        Body::Counts(build) => {
            let tables = build(&input);
            all(tables.iter().map(|sheet| sheet.table(asked.report, &input)), sink)
        }
        Body::Lists(build) => all(build(&input).into_iter(), sink),
        Body::Board(build) => all(build(&input).tables().into_iter(), sink),
        Body::Classes(build) => {
            let mut count = 0;
            each_class(source, &input, &mut |pupils| {
                count += pupils.len();
                sink.table(build(&input, pupils))
            })?;
            if count == 0 {
                // A school without pupils has a sheet that says so.
                let mut table = asked.report.table(&input, Vec::new());
                table.foot.insert(0, "范围内没有在册学生。".to_owned());
                sink.table(table)?;
            }
            Ok(count)
        }
        Body::Rows(rows) => pour(source, &input, (asked.report, rows), sink),
        Body::Pages(pages) => print(source, &input, (asked.report, pages), sink),
    }
}

/// Puts tables; how many rows they have.
fn all(tables: impl Iterator<Item = Table>, sink: &mut dyn Sink) -> Result<usize, Failure> {
    let mut rows = 0;
    for table in tables {
        rows += table.rows.len();
        sink.table(table)?;
    }
    Ok(rows)
}

/// The classes of the scope that have pupils, in the order of schools, grades and numbers, with their pupils by seat.
fn each_class(
    source: Source,
    input: &Input,
    visit: &mut dyn FnMut(&[&Registration]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let mut held: BTreeMap<(String, String), Vec<&Registration>> = BTreeMap::new();
    let mut classes = match source {
        Source::Store(store) => store.occupied_classes()?,
        Source::Held => {
            for r in input.registrations {
                held.entry((r.school.as_str().to_owned(), r.class_number.clone())).or_default().push(r);
            }
            held.keys().cloned().collect()
        }
    };
    classes.retain(|(school, class)| input.scope.covers(school, class));
    classes.sort_by_cached_key(|(school, number)| {
        let class = input.directory.class(school, number);
        (school.clone(), class.map(|c| (c.stage, -c.entry_year)), number.clone())
    });
    for (school, class) in &classes {
        let read = match source {
            Source::Store(store) => store.registrations(&Which::Class(school, class))?,
            Source::Held => Vec::new(),
        };
        let own = held.remove(&(school.clone(), class.clone()));
        let mut references = own.unwrap_or_else(|| read.iter().collect());
        by_seat(&mut references);
        visit(&references)?;
    }
    Ok(())
}

/// How many classes wait between the thread that reads and the one that writes.
const AHEAD: usize = 16;

/// One long table: this thread reads, another one writes, and little lies between them.
fn pour(
    source: Source,
    input: &Input,
    (report, rows): (&Report, &Rows),
    sink: &mut dyn Sink,
) -> Result<usize, Failure> {
    let mut table = report.table(input, (rows.columns)());
    let basis = std::mem::take(&mut table.foot);
    let (sender, receiver) = sync_channel::<Vec<Vec<String>>>(AHEAD);
    let mut count = 0;
    let written = thread::scope(|scope| {
        let writer = scope.spawn(move || {
            sink.begin(table)?;
            for row in receiver.iter().flatten() {
                sink.row(row)?;
            }
            Ok::<_, Failure>(sink)
        });
        let read = each_class(source, input, &mut |pupils| {
            let made = pupils.iter().map(|r| {
                count += 1;
                (rows.row)(input, r, count)
            });
            // A writer that gave up says why when it is joined.
            let _ = sender.send(made.collect());
            Ok(())
        });
        drop(sender);
        let written = writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        read.and(written)
    });
    let foot = [vec![format!("共 {count} 人。")], basis].concat();
    written?.end(foot)?;
    Ok(count)
}

/// Pages, those of a class on one sheet.
fn print(
    source: Source,
    input: &Input,
    (report, pages): (&Report, &Pages),
    sink: &mut dyn Sink,
) -> Result<usize, Failure> {
    let mut count = 0;
    each_class(source, input, &mut |pupils| {
        let wanted =
            |r: &&&Registration| input.scope.student.is_none_or(|id| id == r.id) && (pages.holds)(input, r);
        for r in pupils.iter().filter(wanted) {
            count += 1;
            let class = input.directory.class(r.school.as_str(), &r.class_number);
            let sheet = class.map_or(r.class_number.as_str(), |c| c.name.as_str());
            sink.page(sheet, (pages.page)(input, r))?;
        }
        Ok(())
    })?;
    if count == 0 {
        let reason = format!("{}：范围内没有可以出具的学生。", report.title);
        return Err(Refusal::new(reason, report.counted).into());
    }
    Ok(count)
}

/// A report that is seen at a glance, for a page with pictures; refused where the report has none.
pub fn board(store: &Store, asked: &Asked) -> Result<Board, Failure> {
    let Body::Board(build) = asked.report.body else {
        let with: Vec<&str> =
            REPORTS.iter().filter(|r| matches!(r.body, Body::Board(_))).map(|r| r.name).collect();
        let remedy = format!("写成网页的有：{}；其他报表请写成 xlsx、csv 或 json。", with.join("、"));
        return Err(Refusal::new(format!("{}不写成网页。", asked.report.title), remedy).into());
    };
    let gathered = gather(store, asked.report, &asked.scope, asked.span.to)?;
    let references = gathered.present(&asked.scope);
    Ok(build(&gathered.input(asked, &references)))
}

/// The pupils behind a cell of a report that counts.
pub fn drill(store: &Store, asked: &Asked, path: &str) -> Result<Table, Failure> {
    let Body::Counts(build) = asked.report.body else {
        let reason = format!("{}没有可以展开的格子。", asked.report.title);
        return Err(Refusal::new(reason, "--drill 用于统计表；xueji export list 列出各表。").into());
    };
    let gathered = gather(store, asked.report, &asked.scope, asked.span.to)?;
    let references = gathered.present(&asked.scope);
    let input = gathered.input(asked, &references);
    grid::drill(&build(&input), path, asked.report, &input).map_err(|none| unknown_cell(path, none).into())
}

/// How many rows a refusal names.
const NAMED: usize = 6;

fn unknown_cell(path: &str, none: NoCell) -> Refusal {
    let mut rows = none.rows;
    // Rows that hold what was asked for come first.
    let row = path.rsplit_once('/').map_or(path, |(row, _)| row);
    rows.sort_by_key(|r| !r.contains(row));
    rows.truncate(NAMED);
    let remedy = format!(
        "写成“行/栏”，行是各级名称用 / 连起来，例如：{}；栏有：{}。",
        rows.join("、"),
        none.columns.join("、")
    );
    Refusal::new(format!("表中没有“{path}”这一格。"), remedy)
}
