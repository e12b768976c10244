//! The level above on a database: letters of many offices taken at once, each in one transaction, each with its receipt.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc;

use crate::model::journal::{Entry, Tail, hex};
use crate::model::office::Office;
use crate::store::Store;
use crate::store::office::Exchange;
use crate::store::received::Held;
use crate::upstream::bundle::envelope::Source;
use crate::upstream::bundle::read::{self, Reader};
use crate::upstream::bundle::{Answer, Batch, Checkpoint, Kind};
use crate::upstream::error::BundleError;
use crate::upstream::key::Key;
use crate::upstream::postgres::keep::Taking;
use crate::upstream::postgres::letter::Letter;
use crate::upstream::postgres::{Database, Target};

use crate::app::failure::Failure;
use crate::app::session::Session;

use super::keep::Keep;
use super::line::retried;
use super::make;
use super::take::{self, Around, Said};

const CONTRADICTS: BundleError = BundleError::Malformed("条目与它之前的流水不符");

fn fits(fits: bool) -> Result<(), Failure> {
    if fits { Ok(()) } else { Err(CONTRADICTS.into()) }
}

impl Keep for Taking<'_> {
    fn tail(&mut self, origin: &str) -> Result<Tail, Failure> {
        Ok(Taking::tail(self, origin)?)
    }

    fn seal_at(&mut self, origin: &str, seq: i64) -> Result<Option<[u8; 32]>, Failure> {
        Ok(Taking::seal_at(self, origin, seq)?)
    }

    fn keep_batch(&mut self, origin: &str, batch: &Batch) -> Result<(), Failure> {
        Ok(Taking::keep_batch(self, origin, batch)?)
    }

    fn keep_entry(&mut self, origin: &str, entry: &Entry) -> Result<(), Failure> {
        fits(Taking::keep_entry(self, origin, entry)?)
    }

    fn keep_tail(&mut self, held: &Held) -> Result<(), Failure> {
        let checkpoint = Checkpoint { tail: held.tail, signature: held.signature.clone() };
        fits(Taking::keep_tail(self, &held.origin, &checkpoint, &held.via)?)
    }

    fn keep_attachment(&mut self, hash: &str, bytes: &[u8]) -> Result<(), Failure> {
        Ok(Taking::keep_attachment(self, hash, bytes)?)
    }

    fn has_attachment(&mut self, hash: &str) -> Result<bool, Failure> {
        Ok(Taking::has_attachment(self, hash)?)
    }
}

/// What became of a file or letter.
pub struct Outcome {
    /// Known once its signature was checked.
    pub sender: Option<Office>,
    pub bundle: Option<[u8; 32]>,
    pub kind: Kind,
    pub said: Said,
    pub refused: Option<BundleError>,
}

impl Outcome {
    /// How many entries are new.
    pub fn entries(&self) -> i64 {
        self.said.journals.iter().map(|(_, new, _)| new).sum()
    }
}

/// Takes one file into the database: all of it or nothing, and what a refusal is named.
fn take_one(target: &Target, key: &Key, around: &Around, input: &mut dyn Source) -> Result<Outcome, Failure> {
    let mut outcome =
        Outcome { sender: None, bundle: None, kind: Kind::Bundle, said: Said::default(), refused: None };
    let taken = retried(|| {
        let head = read::head(input)?;
        outcome.kind = head.kind;
        if !matches!(head.kind, Kind::Bundle | Kind::Receipt) {
            return Err(BundleError::OtherDoor("盲报或盲报密钥").into());
        }
        let sender = take::sender(&head, around)?;
        let mut reader = Reader::open(input, head, &sender.verifying, &key.secret.decryption)?;
        outcome.sender = Some(sender.clone());
        let mut database = Database::open(target)?.0;
        let mut taking = database.take()?;
        let kept = take::keep_all(&mut reader, &mut taking, around, &sender);
        if matches!(kept, Ok(_) | Err(Failure::Bundle(_))) {
            while let Ok(Some(_)) = reader.next() {}
            outcome.bundle = reader.hash();
        }
        outcome.said = kept?;
        Ok(taking.commit()?)
    });
    match taken {
        Ok(()) => Ok(outcome),
        Err(Failure::Bundle(e)) if !matches!(e, BundleError::Io(_)) => {
            Ok(Outcome { refused: Some(e), said: Said::default(), ..outcome })
        }
        Err(other) => Err(other),
    }
}

/// Takes one file, writes down what became of it, and gives the receipt.
pub fn take_file(
    store: &mut Store,
    key: &Key,
    session: &Session,
    target: &Target,
    input: &mut dyn Source,
) -> Result<(Outcome, Option<Vec<u8>>), Failure> {
    let around = around(store)?;
    let outcome = take_one(target, key, &around, input)?;
    let receipt = settle(store, key, session, target, &outcome)?;
    Ok((outcome, receipt))
}

fn around(store: &Store) -> Result<Around, Failure> {
    Ok(Around { own: store.meta().origin.clone(), offices: store.offices()?, restoring: false })
}

/// Writes down what became of a file; the receipt for its sender, where there is one to send.
fn settle(
    store: &mut Store,
    key: &Key,
    session: &Session,
    target: &Target,
    outcome: &Outcome,
) -> Result<Option<Vec<u8>>, Failure> {
    let (name, message) = match &outcome.refused {
        None => Default::default(),
        Some(e) => (e.name().to_owned(), e.to_string()),
    };
    let exchange = Exchange {
        deed: "taken".into(),
        office: outcome.sender.as_ref().map(|s| s.origin.clone()).unwrap_or_default(),
        bundle: outcome.bundle.map(|b| hex(&b)).unwrap_or_default(),
        entries: outcome.entries(),
        outcome: name.clone(),
        message: message.clone(),
        ..Exchange::default()
    };
    store.log_exchange(&session.act, &exchange)?;
    let (Some(sender), Some(bundle)) = (&outcome.sender, outcome.bundle) else { return Ok(None) };
    match take::believe(store, session, sender, &outcome.said.holdings) {
        // Its entries are taken; what it says of ours is not believed, and that is written down.
        Err(Failure::Bundle(e)) => {
            let wrong = Exchange { outcome: e.name().into(), message: e.to_string(), ..exchange.clone() };
            store.log_exchange(&session.act, &wrong)?;
        }
        other => other?,
    }
    if outcome.kind == Kind::Receipt {
        return Ok(None);
    }
    let answer = Answer { bundle, taken: outcome.refused.is_none(), reason: name, message };
    let held = retried(|| Ok(Database::open(target)?.0.tails_for(&sender.origin)?))?;
    let mut receipt = Vec::new();
    make::receipt(store, key, sender, answer, held, &mut receipt)?;
    Ok(Some(receipt))
}

/// Takes every letter that waits, `jobs` offices at a time; each with what became of it.
pub fn take_letters(
    store: &mut Store,
    key: &Key,
    session: &Session,
    target: &Target,
    (jobs, spool): (usize, &Path),
) -> Result<Vec<(Letter, Outcome)>, Failure> {
    let around = around(store)?;
    let letters = retried(|| Ok(Database::open(target)?.0.waiting()?))?;
    let mut groups: VecDeque<Vec<Letter>> = VecDeque::new();
    for letter in letters {
        match groups.back_mut() {
            Some(group) if group[0].sender == letter.sender => group.push(letter),
            _ => groups.push_back(vec![letter]),
        }
    }
    let jobs = jobs.clamp(1, groups.len().max(1));
    let groups = Mutex::new(groups);
    let next = || groups.lock().expect("no thread panics while it holds the queue").pop_front();
    let mut all = Vec::new();
    std::thread::scope(|scope| {
        let (send, receive) = mpsc::channel();
        for _ in 0..jobs {
            let (send, around, next) = (send.clone(), &around, &next);
            scope.spawn(move || {
                for letter in std::iter::from_fn(next).flatten() {
                    let outcome = take_letter(target, key, around, &letter, spool);
                    if send.send((letter, outcome)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        // Only here is the registry written to: its log, and what others hold of ours.
        for (letter, outcome) in receive {
            let Some(outcome) = outcome? else { continue };
            let receipt = settle(store, key, session, target, &outcome)?;
            let name = outcome.refused.as_ref().map_or("taken", BundleError::name);
            retried(|| {
                let mut database = Database::open(target)?.0;
                if let Some(receipt) = &receipt {
                    database.answer(&letter.sender, receipt, &[])?;
                }
                Ok(database.settle(&letter, name)?)
            })?;
            all.push((letter, outcome));
        }
        Ok(all)
    })
}

/// Puts the parts of a letter together beside the registry, and takes it; nothing where another receiver has.
fn take_letter(
    target: &Target,
    key: &Key,
    around: &Around,
    letter: &Letter,
    spool: &Path,
) -> Result<Option<Outcome>, Failure> {
    let io = |e| Failure::Bundle(BundleError::Io(e));
    // An open file without a name: it goes with the program, however that ends.
    let name = format!("letter-{}-{}", letter.file.get(..16).unwrap_or("x"), std::process::id());
    let path = spool.with_extension(name);
    let mut file =
        File::options().read(true).write(true).create(true).truncate(true).open(&path).map_err(io)?;
    let _ = std::fs::remove_file(&path);
    let waits = retried(|| {
        let mut database = Database::open(target)?.0;
        file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0))).map_err(io)?;
        for part in 1..=letter.parts {
            // A part that is gone makes a bundle that is cut; it is refused as that.
            let Some(bytes) = database.part(letter, part)? else { break };
            file.write_all(&bytes).map_err(io)?;
        }
        Ok(database.is_waiting(letter)?)
    })?;
    // Another receiver was faster, and the parts are gone.
    let outcome = if waits { take_one(target, key, around, &mut file).map(Some) } else { Ok(None) };
    drop(file);
    // Where an open file keeps its name.
    let _ = std::fs::remove_file(&path);
    outcome
}
