//! The end of a term: every report of it, of the county and of each school, in one folder; begun again where it was cut off.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::civil::Date;
use rayon::iter::{IntoParallelRefIterator, ParallelIterator};

use crate::model::school::Directory;
use crate::model::table::Personal;
use crate::model::term::Term;
use crate::report::facts::Need;
use crate::report::{REPORTS, Report, Scope, Set, Time};
use crate::store::Store;
use crate::store::lookup::Which;
use crate::xlsx::error::WriteError;

use super::super::failure::{Failure, Refusal};
use super::days::{self, Days};
use super::gather::{Gathered, gather_all};
use super::{Asked, Sink, Source, build};

/// The file that holds what a run has done so far, and the one that says what a finished run has made.
const UNDER_WAY: &str = ".进行中";
pub const CONTENTS: &str = "目录.json";
/// The folder of the county's own reports.
const COUNTY: &str = "00-全县";

/// One file of the set.
pub struct Job {
    pub asked: Asked,
    /// Below the folder, with strokes.
    pub path: String,
}

/// A file that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    pub path: String,
    pub title: String,
    pub scope: String,
    pub rows: usize,
    pub bytes: u64,
    /// BLAKE3 of the file, in hexadecimal digits.
    pub hash: String,
}

/// A report that cannot be made of this registry and these days.
pub struct Missing {
    pub title: String,
    pub reason: String,
}

/// What is to be made.
pub struct Plan {
    pub term: Term,
    /// The day of its stocks.
    pub day: Date,
    pub jobs: Vec<Job>,
    pub missing: Vec<Missing>,
    /// Tells a run of this registry, term and day from every other one.
    pub key: String,
    /// What the reports are built from: those of the day, and those of 1 September where they can be made.
    held: BTreeMap<bool, Gathered>,
}

/// Where and how it is made.
pub struct Into<'a> {
    pub folder: &'a Path,
    /// Whether another run's files may be taken away.
    pub replaces: bool,
    pub shown: fn(Option<Personal>, &str) -> String,
    /// Set apart in the key: masked or not, and for what purpose.
    pub privacy: &'a str,
}

/// The day a set is of: the last of the term, or today while it goes on.
fn day_of(term: Term, as_of: Option<Date>, today: Date) -> Result<Date, Failure> {
    let day = as_of.unwrap_or_else(|| term.last_day().min(today));
    if day < term.first_day() || day > term.last_day() {
        let reason = format!("{day} 不在{}（{} 至 {}）内。", term.label(), term.first_day(), term.last_day());
        return Err(Refusal::new(reason, "请核对 --term；学期还没有开始的，到时再办。").into());
    }
    if day > today {
        let reason = format!("{day} 还没有到（业务日期是 {today}）。");
        return Err(Refusal::new(reason, "请写今天或以前的日期。").into());
    }
    Ok(day)
}

/// Plans the set: what is made for whom, and what cannot be made.
pub fn plan(
    store: &Store,
    term: Term,
    (as_of, today): (Option<Date>, Date),
    into: &Into,
) -> Result<Plan, Failure> {
    let day = day_of(term, as_of, today)?;
    let (mut held, mut missing) = (BTreeMap::new(), Vec::new());
    let mut key = blake3::Hasher::new();
    key.update(
        format!(
            "{} {} {} {day} {}",
            env!("CARGO_PKG_VERSION"),
            store.meta().origin,
            term.key(),
            into.privacy
        )
        .as_bytes(),
    );
    for is_september in [false, true] {
        let wanted = |r: &&Report| (r.time == Time::September) == is_september && r.set != Set::Neither;
        let of: Vec<&Report> = REPORTS.iter().filter(wanted).collect();
        let Some(first) = of.first() else { continue };
        // The statistics of 1 September are of their own day.
        let days = Days { as_of: (!is_september).then_some(day), ..Days::default() };
        let past = match days::store_of(store, first, &days, day) {
            Ok(past) => past,
            Err(Failure::Refused(why)) if is_september => {
                let reason = why.into_iter().map(|r| r.reason).collect::<Vec<_>>().concat();
                missing
                    .extend(of.iter().map(|r| Missing { title: r.title.to_owned(), reason: reason.clone() }));
                continue;
            }
            Err(other) => return Err(other),
        };
        let mut needs: Vec<Need> = Vec::new();
        let all = of.iter().flat_map(|r| r.needs).filter(|n| !needs.contains(n));
        needs.extend(all.copied().collect::<Vec<_>>());
        let span = days::span(first, &days, day)?;
        key.update(&past.seal_of(span.to)?);
        held.insert(is_september, gather_all(&past, &needs, Some(Which::All), span.to)?);
    }
    let directory =
        &held.get(&false).ok_or_else(|| Refusal::new("没有报表可做。", "请报告给维护者。"))?.directory;
    let jobs = jobs(directory, day, &held, into)?;
    let key = key.finalize().to_hex()[..32].to_owned();
    Ok(Plan { term, day, jobs, missing, key, held })
}

/// The files: of the county first, then of each school in the order of codes.
fn jobs(
    directory: &Directory,
    day: Date,
    held: &BTreeMap<bool, Gathered>,
    into: &Into,
) -> Result<Vec<Job>, Failure> {
    let mut jobs = Vec::new();
    let mut add = |report: &'static Report, scope: Scope, folder: &str| -> Result<(), Failure> {
        let is_september = report.time == Time::September;
        if held.contains_key(&is_september) {
            let days = Days { as_of: (!is_september).then_some(day), ..Days::default() };
            let asked = Asked { report, scope, span: days::span(report, &days, day)?, shown: into.shown };
            jobs.push(Job { asked, path: format!("{folder}/{}.xlsx", safe(report.title)) });
        }
        Ok(())
    };
    for report in REPORTS.iter().filter(|r| matches!(r.set, Set::County | Set::Both)) {
        add(report, super::scope(directory, None, None)?, COUNTY)?;
    }
    for school in directory.schools() {
        let code = school.code.as_str();
        let folder = format!("{code}-{}", safe(&school.name));
        for report in REPORTS.iter().filter(|r| matches!(r.set, Set::Schools | Set::Both)) {
            add(report, super::scope(directory, Some(code), None)?, &folder)?;
        }
    }
    Ok(jobs)
}

/// A name that every file system takes.
fn safe(name: &str) -> String {
    let odd = |c: char| c.is_control() || "\\/:*?\"<>|".contains(c);
    name.chars().map(|c| if odd(c) { '_' } else { c }).collect::<String>().trim().to_owned()
}

/// What a run has made, by path.
type Done = BTreeMap<String, Made>;

/// Writes one file, by what makes it; how many rows or pages it has.
pub type Writer<'a> = dyn Fn(&Path, &mut dyn FnMut(&mut dyn Sink) -> Result<usize, Failure>) -> Result<usize, Failure>
    + Sync
    + 'a;

/// Makes everything that is not made yet; all that is there at the end, in the order of the plan. What is under its final
/// name is whole: a run that is killed is begun again and goes on.
pub fn run(
    plan: &Plan,
    into: &Into,
    write: &Writer,
    progress: &(dyn Fn(usize) + Sync),
) -> Result<Vec<Made>, Failure> {
    let done = prepare(plan, into)?;
    let log = Mutex::new(begin(plan, into.folder, &done)?);
    let count = AtomicUsize::new(done.len());
    let made: Result<Vec<Made>, Failure> = plan
        .jobs
        .par_iter()
        .map(|job| {
            if let Some(made) = done.get(&job.path) {
                return Ok(made.clone());
            }
            let made = one(plan, into.folder, job, write)?;
            let mut log = log.lock().map_err(|_| io_failed(into.folder, io::Error::other("log")))?;
            let wrote = log.write_all(line(&made).as_bytes()).and_then(|()| log.flush());
            wrote.map_err(|e| io_failed(into.folder, e))?;
            progress(count.fetch_add(1, Ordering::Relaxed) + 1);
            Ok(made)
        })
        .collect();
    made
}

/// The run is over: its log is taken away.
pub fn finish(into: &Into) -> Result<(), Failure> {
    let log = into.folder.join(UNDER_WAY);
    fs::remove_file(&log).map_err(|e| io_failed(&log, e))
}

fn io_failed(path: &Path, e: io::Error) -> Failure {
    WriteError::from_io(path, e).into()
}

/// What the log says of a file.
fn line(made: &Made) -> String {
    format!("{} {} {} {}\n", made.hash, made.bytes, made.rows, made.path)
}

/// Makes one file.
fn one(plan: &Plan, folder: &Path, job: &Job, write: &Writer) -> Result<Made, Failure> {
    let path = folder.join(&job.path);
    let parent = path.parent().unwrap_or(folder);
    fs::create_dir_all(parent).map_err(|e| io_failed(parent, e))?;
    let gathered = &plan.held[&(job.asked.report.time == Time::September)];
    let rows = write(&path, &mut |sink| build(gathered, &job.asked, Source::Held, sink))?;
    let bytes = fs::read(&path).map_err(|e| io_failed(&path, e))?;
    Ok(made(job, rows, &bytes))
}

fn made(job: &Job, rows: usize, bytes: &[u8]) -> Made {
    Made {
        path: job.path.clone(),
        title: job.asked.report.title.to_owned(),
        scope: job.asked.scope.name.clone(),
        rows,
        bytes: bytes.len() as u64,
        hash: blake3::hash(bytes).to_hex().to_string(),
    }
}

/// Looks at what the folder holds: nothing, an earlier part of this run, or something else, which is refused.
fn prepare(plan: &Plan, into: &Into) -> Result<Done, Failure> {
    fs::create_dir_all(into.folder).map_err(|e| io_failed(into.folder, e))?;
    let log = into.folder.join(UNDER_WAY);
    let text = match fs::read_to_string(&log) {
        Ok(text) => text,
        Err(_) => fs::read_to_string(into.folder.join(CONTENTS)).unwrap_or_default(),
    };
    if text.contains(&plan.key) {
        sweep(plan, into.folder)?;
        return Ok(still_whole(plan, into.folder, &text));
    }
    let is_ours = !text.is_empty();
    let is_empty = fs::read_dir(into.folder).map_err(|e| io_failed(into.folder, e))?.next().is_none();
    match (is_empty, is_ours, into.replaces) {
        (true, ..) => Ok(Done::new()),
        (_, true, true) => {
            take_away(into.folder, &text)?;
            Ok(Done::new())
        }
        (_, true, false) => {
            let reason = format!(
                "文件夹 {} 里是另一次做的报表（学期、日期、学籍库或用途不同）。",
                into.folder.display()
            );
            Err(Refusal::new(reason, "请换一个文件夹，或加 --replace 换掉那一次的文件。").into())
        }
        (_, false, _) => {
            let reason = format!("文件夹 {} 里有别的文件。", into.folder.display());
            Err(Refusal::new(reason, "请用 -o 指明一个新的或空的文件夹。").into())
        }
    }
}

/// Takes away the unfinished copies that a killed run left beside its files.
fn sweep(plan: &Plan, folder: &Path) -> Result<(), Failure> {
    let parents: BTreeSet<PathBuf> =
        plan.jobs.iter().filter_map(|job| folder.join(&job.path).parent().map(Path::to_owned)).collect();
    for parent in parents.iter().filter(|p| p.is_dir()) {
        for entry in fs::read_dir(parent).map_err(|e| io_failed(parent, e))?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') && name.ends_with(".tmp") {
                fs::remove_file(entry.path()).map_err(|e| io_failed(&entry.path(), e))?;
            }
        }
    }
    Ok(())
}

/// A file that a log or a list of contents names; the hash and the number of rows as far as it tells them.
struct Listed {
    path: String,
    hash: String,
    rows: Option<usize>,
}

/// The files that a log or a list of contents names.
fn listed(text: &str) -> Vec<Listed> {
    let of_contents = |file: &serde_json::Value| {
        let path = file["file"].as_str()?.to_owned();
        let hash = file["blake3"].as_str().unwrap_or_default().to_owned();
        Some(Listed { path, hash, rows: file["rows"].as_u64().map(|n| n as usize) })
    };
    let of_log = |line: &str| {
        let mut parts = line.splitn(4, ' ');
        let (hash, _, rows, path) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        Some(Listed { path: path.to_owned(), hash: hash.to_owned(), rows: rows.parse().ok() })
    };
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(json) => json["files"].as_array().into_iter().flatten().filter_map(of_contents).collect(),
        Err(_) => text.lines().skip(1).filter_map(of_log).collect(),
    }
}

/// The files of the plan that are still what the list says.
fn still_whole(plan: &Plan, folder: &Path, text: &str) -> Done {
    let listed = listed(text);
    let said: BTreeMap<&str, &Listed> = listed.iter().map(|l| (l.path.as_str(), l)).collect();
    let is_whole = |job: &Job| {
        let said = said.get(job.path.as_str())?;
        let bytes = fs::read(folder.join(&job.path)).ok()?;
        let made = made(job, said.rows?, &bytes);
        (made.hash == said.hash).then_some((job.path.clone(), made))
    };
    plan.jobs.iter().filter_map(is_whole).collect()
}

/// Begins the log: the key, then what is there already.
fn begin(plan: &Plan, folder: &Path, done: &Done) -> Result<fs::File, Failure> {
    let path = folder.join(UNDER_WAY);
    let mut text = format!("{}\n", plan.key);
    done.values().for_each(|made| text.push_str(&line(made)));
    let mut file = fs::File::create(&path).map_err(|e| io_failed(&path, e))?;
    file.write_all(text.as_bytes()).map_err(|e| io_failed(&path, e))?;
    Ok(file)
}

/// Takes away what another run made, by its own list, and nothing else.
fn take_away(folder: &Path, text: &str) -> Result<(), Failure> {
    // A list that somebody has written into cannot lead out of the folder.
    let is_inside = |name: &str| {
        !name.is_empty() && Path::new(name).components().all(|c| matches!(c, Component::Normal(_)))
    };
    let inside = listed(text).into_iter().filter(|l| is_inside(&l.path)).map(|l| folder.join(l.path));
    for path in inside.filter(|p| p.exists()) {
        fs::remove_file(&path).map_err(|e| io_failed(&path, e))?;
    }
    Ok(())
}
