//! The line to the level above: sealed letters posted in parts, and taken from there; tried again while that may help.

use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;
use std::time::Duration;

use crate::model::journal::{Entry, Tail};
use crate::model::office::Office;
use crate::store::Store;
use crate::upstream::error::BundleError;
use crate::upstream::key::Key;
use crate::upstream::postgres::{Database, Target};

use crate::app::failure::{Failure, Refusal};
use crate::app::session::Session;

use super::make::Covers;
use super::take::{self, Taken};

/// Pauses between attempts: enough for a server that restarts.
const PAUSES: &[u64] = &[50, 100, 200, 400, 800, 1600, 3200];

/// Tries again what may succeed then: a conflict of transactions, a line that broke, a server that restarts.
pub fn retried<T>(mut attempt: impl FnMut() -> Result<T, Failure>) -> Result<T, Failure> {
    for pause in PAUSES {
        match attempt() {
            Err(Failure::Upstream(e)) if e.is_passing() => {
                std::thread::sleep(Duration::from_millis(*pause));
            }
            ended => return ended,
        }
    }
    attempt()
}

/// How many entries are read from a database in one go.
const CHUNK: i64 = 4096;

/// The entries of a journal in the database, after one sequence up to another, in order.
pub fn each_kept(
    target: &Target,
    origin: &str,
    (mut after, last): (i64, i64),
    mut visit: impl FnMut(Entry) -> Result<(), Failure>,
) -> Result<(), Failure> {
    while after < last {
        let span = (after, last.min(after + CHUNK));
        for entry in retried(|| Ok(Database::open(target)?.0.entries(origin, span)?))? {
            visit(entry)?;
        }
        after = span.1;
    }
    Ok(())
}

/// What the level above said before anything was sent.
pub struct Above {
    pub office: Office,
    /// What was posted there and waits: of each journal up to where.
    pub waiting: Covers,
}

/// Asks the database above whose it is and how far our journals are held there, and remembers it.
pub fn greet(store: &mut Store, session: &Session, target: &Target) -> Result<Above, Failure> {
    let own = store.meta().origin.clone();
    let journals: Vec<String> =
        store.all_held()?.into_iter().map(|h| h.origin).chain([own.clone()]).collect();
    let (meta, tails, waiting) = retried(|| {
        let (mut database, meta) = Database::open(target)?;
        let mut tails: Vec<(String, Tail)> = Vec::new();
        for origin in &journals {
            tails.extend(database.tail_of(origin)?.map(|tail| (origin.clone(), tail)));
        }
        let waiting = database.covered(&own)?;
        Ok((meta, tails, waiting))
    })?;
    let office = store.offices()?.into_iter().find(|o| o.origin == meta.origin && o.origin != own);
    let office = office.ok_or_else(|| {
        let reason = format!("上级数据库是{}（{}）的，这个单位没有登记。", meta.name, meta.origin);
        Refusal::new(reason, "请先用 xueji sync office add 登记它的名片。")
    })?;
    take::believe(store, session, &office, &tails)?;
    Ok(Above { office, waiting })
}

/// How many bytes go in one part.
const PART: usize = 1 << 20;

/// Sends a sealed file, part by part; what is there of it already is not sent again. How many parts were sent.
pub fn post(own: &str, target: &Target, path: &Path, covers: &[(String, i64)]) -> Result<i64, Failure> {
    let io = |e| Failure::Bundle(BundleError::Io(e));
    let mut hasher = blake3::Hasher::new();
    hasher.update_reader(File::open(path).map_err(io)?).map_err(io)?;
    let name = hasher.finalize().to_hex().to_string();
    let mut sent = 0;
    retried(|| {
        let (mut database, _) = Database::open(target)?;
        let there = database.parts_of(own, &name)?;
        let mut file = File::open(path).map_err(io)?;
        let mut part = 0;
        loop {
            let mut bytes = Vec::new();
            file.by_ref().take(PART as u64).read_to_end(&mut bytes).map_err(io)?;
            if bytes.is_empty() {
                break;
            }
            part += 1;
            if !there.contains(&part) {
                database.send_part((own, &name), part, &bytes)?;
                sent += 1;
            }
        }
        Ok(database.post((own, &name), part, covers)?)
    })?;
    Ok(sent)
}

/// A letter from above, taken or refused.
pub type Pulled = Result<Taken, BundleError>;

/// Takes every letter that waits above for us, in order. One that is refused is said and let go.
pub fn pull(
    store: &mut Store,
    key: &Key,
    session: &Session,
    target: &Target,
) -> Result<Vec<Pulled>, Failure> {
    let own = store.meta().origin.clone();
    let mut all = Vec::new();
    let mut after = 0;
    while let Some((number, bytes)) = retried(|| Ok(Database::open(target)?.0.next_answer(&own, after)?))? {
        match take::take(store, key, session, &mut Cursor::new(bytes), false) {
            Ok(taken) => all.push(Ok(taken)),
            Err(untaken) => match untaken.failure {
                Failure::Bundle(e) => all.push(Err(e)),
                other => return Err(other),
            },
        }
        // It is written down here: only now may it go there.
        retried(|| Ok(Database::open(target)?.0.drop_answer(&own, number)?))?;
        after = number;
    }
    Ok(all)
}
