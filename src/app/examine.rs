//! Rosters read and checked side by side, then handed on one after another in their order: how many are worked on at
//! once changes nothing but the time.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError, mpsc};

use jiff::civil::Date;

use crate::check::duplicate_in_file::Key;
use crate::check::facts::Facts;
use crate::check::seen::Seen;
use crate::check::{self, Context, Selection};
use crate::dedup::exact;
use crate::model::field::Field;
use crate::model::finding::{Finding, Severity};
use crate::model::heading::Heading;
use crate::model::registration::Keys;
use crate::model::school::Directory;
use crate::model::status::Status;
use crate::province::Pack;
use crate::roster::candidate::{Candidate, Reading};
use crate::roster::layout::Decision;
use crate::roster::repair::Proposal;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::lookup::Which;

use super::failure::Failure;
use super::gather::{self, RosterFile};
use super::input::error::InputError;
use super::input::{self, Opened, Opening, Where};
use super::spot::Spot;
use super::validate::FileSummary;
use super::{named, proposals};

/// Which rosters are read, and what their rows are held against.
#[derive(Clone, Copy)]
pub struct Examining<'a> {
    pub files: &'a [RosterFile],
    pub opening: Opening<'a>,
    pub today: Date,
    pub directory: Option<&'a Directory>,
    /// The registry: it proposes what a damaged number was, and knows pupils.
    pub store: Option<&'a Store>,
    /// Whether each row is looked up in the registry.
    pub look_up: bool,
    pub selection: &'a Selection,
    /// Every value that reading changed is a finding.
    pub strict: bool,
    /// The county's own rules.
    pub rules: Option<&'a Pack>,
    /// The cells whose proposals are accepted.
    pub accept: &'a [Spot],
    /// How many files are worked on at once.
    pub jobs: usize,
}

/// A row with all that can be said of it alone.
pub struct Examined {
    pub candidate: Box<Candidate>,
    pub findings: Vec<Finding>,
    /// Its numbers, to be compared with those of the rows before it.
    pub numbers: Vec<Key>,
    pub keys: Keys,
    /// What the registry has of it; nothing where the row is refused anyhow.
    pub known: exact::Known,
    /// What the journal says of accepted proposals.
    pub note: String,
    /// Which of the cells to accept had a proposal here.
    pub accepted: Vec<usize>,
}

/// How a file ended.
pub enum Ended {
    Whole,
    /// No roster of a school: our own, or another kind of list. The reason.
    Passed(String),
    Unusable(InputError),
}

/// Takes what the files hold, in their order.
pub trait Collect {
    fn begin(&mut self, file: &RosterFile);
    fn row(&mut self, row: Examined);
    /// A sheet was read to its end; findings that only the end bore out.
    fn sheet(&mut self, summary: FileSummary, late: Vec<Finding>);
    fn end(&mut self, file: &RosterFile, ended: Ended);
}

/// How far the work is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Done {
    pub files: usize,
    pub rows: u64,
}

enum Message {
    Rows(Vec<Examined>),
    Sheet(Box<FileSummary>, Vec<Finding>),
    Ended(Ended),
    /// Only the clerk can say: asked when it is this file's turn.
    Question(InputError),
    Failed(StoreError),
}

/// How many rows cross from a worker at once, and how many such batches wait before it stops.
const BATCH: usize = 128;
const ROOM: usize = 16;

/// Reads and checks every file; `progress` is told how far it is.
pub fn run(
    what: &Examining,
    progress: &mut dyn FnMut(Done),
    collect: &mut dyn Collect,
) -> Result<(), Failure> {
    let jobs = what.jobs.clamp(1, what.files.len().max(1));
    let shared = Shared::of(what)?;
    let (queue, claims) = mpsc::channel();
    let claims = Mutex::new(claims);
    let (shared, claims, mut done) = (&shared, &claims, Done::default());
    // The queue goes with the closure: then the workers leave, whether all is done or something failed.
    std::thread::scope(move |scope| {
        (0..jobs).for_each(|_| drop(scope.spawn(move || shared.work(claims))));
        let (mut waiting, mut sent) = (VecDeque::new(), 0);
        for (i, file) in what.files.iter().enumerate() {
            // Files are claimed in order and not far ahead: what was read waits in memory for its turn.
            while sent < what.files.len().min(i + 2 * jobs) {
                let (sender, receiver) = mpsc::sync_channel(ROOM);
                waiting.push_back(receiver);
                let _ = queue.send((sent, sender));
                sent += 1;
            }
            let messages = waiting.pop_front().into_iter().flatten();
            shared.hand_on(file, messages, (what, &mut done, progress), collect)?;
        }
        Ok(())
    })
}

/// What the threads share.
struct Shared<'a> {
    files: &'a [RosterFile],
    at: &'a Where,
    learned: &'a [Heading],
    directory: Option<&'a Directory>,
    today: Date,
    selection: &'a Selection,
    strict: bool,
    rules: Option<&'a Pack>,
    accept: &'a [Spot],
    look_up: bool,
    /// A connection for each worker: one connection serves one thread.
    readers: Mutex<Vec<Store>>,
}

impl<'a> Shared<'a> {
    fn of(what: &Examining<'a>) -> Result<Shared<'a>, StoreError> {
        let jobs = what.jobs.clamp(1, what.files.len().max(1));
        let readers = what.store.map_or(Ok(Vec::new()), |s| (0..jobs).map(|_| s.reader()).collect());
        // Nobody is registered yet: then nobody need be looked up.
        let empty = what.store.map_or(Ok(true), Store::is_empty)?;
        Ok(Shared {
            files: what.files,
            at: what.opening.at,
            learned: what.opening.learned,
            directory: what.directory,
            today: what.today,
            selection: what.selection,
            strict: what.strict,
            rules: what.rules,
            accept: what.accept,
            look_up: what.look_up && !empty,
            readers: Mutex::new(readers?),
        })
    }

    /// Works on one file after another until there are no more.
    fn work(&self, claims: &Mutex<mpsc::Receiver<(usize, mpsc::SyncSender<Message>)>>) {
        let store = self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        loop {
            let claim = claims.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((index, sender)) = claim else { return };
            let opening = Opening {
                at: self.at,
                directory: self.directory.map(|d| (d, self.today)),
                learned: self.learned,
                ask: &input::nobody,
            };
            self.file(&self.files[index], store.as_ref(), &opening, &mut |m| sender.send(m).is_ok());
        }
    }

    /// Hands on what one file holds. A question is put now, and the file is then read here.
    fn hand_on(
        &self,
        file: &RosterFile,
        messages: impl Iterator<Item = Message>,
        (what, done, progress): (&Examining, &mut Done, &mut dyn FnMut(Done)),
        collect: &mut dyn Collect,
    ) -> Result<(), Failure> {
        collect.begin(file);
        let mut failed = None;
        let mut take = |message: Message, answered: bool| match message {
            Message::Rows(rows) => {
                for row in rows {
                    done.rows += 1;
                    collect.row(row);
                    progress(*done);
                }
                None
            }
            Message::Sheet(summary, late) => {
                collect.sheet(*summary, late);
                None
            }
            Message::Ended(ended) => {
                collect.end(file, ended);
                None
            }
            Message::Question(e) if answered => {
                collect.end(file, Ended::Unusable(e));
                None
            }
            Message::Question(e) => Some(e),
            Message::Failed(e) => {
                failed = Some(e);
                None
            }
        };
        for message in messages {
            if take(message, false).is_some() {
                let opening = Opening { directory: self.directory.map(|d| (d, self.today)), ..what.opening };
                self.file(file, what.store, &opening, &mut |m| take(m, true).is_none());
            }
        }
        done.files += 1;
        progress(*done);
        failed.map_or(Ok(()), |e| Err(e.into()))
    }

    /// Reads and checks one file; stops when `emit` wants no more.
    fn file(
        &self,
        file: &RosterFile,
        store: Option<&Store>,
        opening: &Opening,
        emit: &mut dyn FnMut(Message) -> bool,
    ) {
        let mut opened = match input::open_as(&file.path, &file.label, opening) {
            Ok(opened) => opened,
            Err(e) => {
                emit(match gather::other_list(file, &e) {
                    Some(kind) => Message::Ended(Ended::Passed(format!("是{kind}，不是花名册。"))),
                    None if e.is_question() => Message::Question(e),
                    None => Message::Ended(Ended::Unusable(e)),
                });
                return;
            }
        };
        if let Some(ours) = opened.ours().filter(|_| file.walked) {
            let reason = format!("是 xueji 写出的{ours}，没有读；学校改好送回的，请直接写明这个文件名。");
            emit(Message::Ended(Ended::Passed(reason)));
            return;
        }
        let mut seen = Seen::default();
        for which in 0..opened.len() {
            match self.sheet(file, &mut opened, which, store, &mut seen, emit) {
                Ok(Some(summary)) => {
                    let late = seen.late();
                    if !emit(Message::Sheet(Box::new(summary), late)) {
                        return;
                    }
                }
                Ok(None) => return,
                Err(ended) => {
                    emit(ended);
                    return;
                }
            }
        }
        emit(Message::Ended(Ended::Whole));
    }

    /// Reads one sheet; `None` when nobody takes its rows any more.
    fn sheet(
        &self,
        file: &RosterFile,
        opened: &mut Opened,
        which: usize,
        store: Option<&Store>,
        seen: &mut Seen,
        emit: &mut dyn FnMut(Message) -> bool,
    ) -> Result<Option<FileSummary>, Message> {
        let mut summary = FileSummary::of(opened, which);
        let named = named::of(
            &file.path,
            &summary.sheet,
            &opened.layout(which).titles,
            self.at.school.as_deref(),
            self.directory,
        );
        let context = Context {
            today: self.today,
            directory: self.directory,
            strict: self.strict,
            rules: self.rules,
            named: &named,
        };
        let (mut rows, mut stopped) = (Vec::new(), None);
        let read = opened.each(which, &mut |reading| {
            summary.take(&reading);
            let Reading::Candidate(candidate) = reading else { return };
            if stopped.is_some() {
                return;
            }
            match self.row(candidate, &context, store, seen) {
                Ok(row) => rows.push(row),
                Err(e) => stopped = Some(Err(Message::Failed(e))),
            }
            if rows.len() == BATCH && !emit(Message::Rows(std::mem::take(&mut rows))) {
                stopped = Some(Ok(None));
            }
        });
        if let Some(stopped) = stopped {
            return stopped;
        }
        if !rows.is_empty() && !emit(Message::Rows(rows)) {
            return Ok(None);
        }
        read.map_err(|e| Message::Ended(Ended::Unusable(e)))?;
        let after = opened.decided_after(which);
        // What a title says of the class ends where another class begins.
        if let Some(first) = after.iter().find(|d| d.what == "section") {
            let until = first.reason.split('的').next().unwrap_or_default().to_owned();
            let of_title = |d: &&mut Decision| d.what == "constant" && d.chosen.starts_with("班级＝");
            for decision in summary.decisions.iter_mut().filter(of_title) {
                decision.what = "section";
                decision.reason =
                    format!("{}到{until}为止。", decision.reason.trim_end_matches('。').to_owned() + "，");
            }
        }
        summary.decisions.extend(after);
        Ok(Some(summary))
    }

    fn row(
        &self,
        mut candidate: Box<Candidate>,
        context: &Context,
        store: Option<&Store>,
        seen: &mut Seen,
    ) -> Result<Examined, StoreError> {
        let proposals = proposals::of(store, &candidate)?;
        let (note, accepted, open) = self.accept(&mut candidate, proposals);
        let facts = Facts::of(&candidate, context);
        let mut findings = check::run_alone(&facts, &candidate, context, self.selection, seen);
        open.iter().for_each(|p| check::propose(&mut findings, p));
        let keys = exact::keys(&candidate, &facts);
        let in_error = findings.iter().any(|f| f.severity == Severity::Error);
        let known = match store.filter(|_| self.look_up && !in_error) {
            Some(store) => known(store, &candidate, &keys)?,
            None => exact::Known::default(),
        };
        Ok(Examined { numbers: seen.take_keys(), candidate, findings, keys, known, note, accepted })
    }

    /// Puts the proposals that are accepted into the row; what the journal says of them, which cells they are of, and
    /// the proposals left open.
    fn accept(&self, candidate: &mut Candidate, all: Vec<Proposal>) -> (String, Vec<usize>, Vec<Proposal>) {
        let (mut notes, mut accepted, mut open) = (Vec::new(), Vec::new(), Vec::new());
        for proposal in all {
            let place = candidate.place(Some(proposal.field));
            match self.accept.iter().position(|spot| spot.is(&place)) {
                Some(i) => {
                    accepted.push(i);
                    proposals::accept(candidate, &proposal);
                    notes.push(proposals::note(&proposal));
                }
                None => open.push(proposal),
            }
        }
        (notes.join("；"), accepted, open)
    }
}

/// What the registry has under the keys of a row.
fn known(store: &Store, candidate: &Candidate, keys: &Keys) -> Result<exact::Known, StoreError> {
    let ask = |which: Which, key: &str| {
        let mut found = if key.is_empty() { Vec::new() } else { store.registrations(&which)? };
        // A registration that should never have been is nobody's.
        found.retain(|r| r.status != Status::Removed);
        Ok(found)
    };
    let number = candidate.record.get(Field::Number);
    Ok(exact::Known {
        by_number: ask(Which::Number(number), number)?,
        by_document: ask(Which::Document(&keys.document), &keys.document)?,
        by_identity: ask(Which::Identity(&keys.identity), &keys.identity)?,
    })
}
