//! Making a bundle or a receipt: what the other office does not hold yet, since what it said it holds.

use std::collections::BTreeSet;
use std::io::Write;

use crate::model::evidence::hashes_in;
use crate::model::journal::{Tail, hex};
use crate::model::message;
use crate::model::office::Office;
use crate::store::Store;
use crate::store::batch::Batch as StoredBatch;
use crate::store::office::Exchange;
use crate::store::received::Held;
use crate::upstream::bundle::write::{Parties, Writer};
use crate::upstream::bundle::{Answer, Batch, Checkpoint, Kind, Record, checkpoint_message};
use crate::upstream::error::BundleError;
use crate::upstream::key::Key;
use crate::upstream::postgres::{Database, Target};
use crate::upstream::profile;

use crate::app::failure::{Failure, Refusal};
use crate::app::session::Session;

use super::line::{each_kept, retried};
use super::office::is_above;

/// Of each journal, up to where a letter tells it.
pub type Covers = Vec<(String, i64)>;

/// What to put into a bundle besides what follows from the levels.
#[derive(Clone, Debug, Default)]
pub struct What {
    /// Our own journal again from after this sequence, whatever the other office said.
    pub since: Option<i64>,
    /// The other office's own journal, back to it: it was restored from a backup.
    pub giving_back: bool,
    /// What was sent and waits there: of each journal up to where.
    pub waiting: Covers,
    /// The database in which this office keeps the journals of those below, besides its registry.
    pub kept: Option<Target>,
}

/// What a bundle holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// In hexadecimal.
    pub bundle: String,
    /// Of each journal: after which sequence, up to which.
    pub sections: Vec<(String, i64, i64)>,
    pub attachments: usize,
}

impl Made {
    /// Of each journal, up to where it is told.
    pub fn covers(&self) -> Covers {
        self.sections.iter().map(|(origin, _, last)| (origin.clone(), *last)).collect()
    }

    /// How many entries.
    pub fn entries(&self) -> i64 {
        self.sections.iter().map(|(_, after, last)| last - after).sum()
    }
}

/// A section that is going to be written.
struct Section {
    origin: String,
    after: Tail,
    held: Held,
    /// Its entries are in the database, not in the registry.
    is_kept_above: bool,
}

impl Section {
    fn new(origin: &str, after: Tail, held: Held) -> Section {
        Section { origin: origin.to_owned(), after, held, is_kept_above: false }
    }
}

/// Writes a bundle for an office.
pub fn bundle(
    store: &Store,
    key: &Key,
    to: &Office,
    what: &What,
    out: &mut dyn Write,
) -> Result<Made, Failure> {
    refuse_revoked(to)?;
    seal(store, key, to, (what, sections(store, key, to, what)?), out)
}

/// Writes a bundle for an office, where it would say anything.
pub fn news(
    store: &Store,
    key: &Key,
    to: &Office,
    what: &What,
    out: &mut dyn Write,
) -> Result<Option<Made>, Failure> {
    refuse_revoked(to)?;
    match sections(store, key, to, what)? {
        none if none.is_empty() => Ok(None),
        sections => seal(store, key, to, (what, sections), out).map(Some),
    }
}

fn seal(
    store: &Store,
    key: &Key,
    to: &Office,
    (what, sections): (&What, Vec<Section>),
    out: &mut dyn Write,
) -> Result<Made, Failure> {
    let mut writer = writer(store, key, to, Kind::Bundle, out)?;
    put_holdings(holdings(store, to)?, &mut writer)?;
    let mut hashes = BTreeSet::new();
    let mut made = Made::default();
    for section in &sections {
        match &what.kept {
            Some(target) if section.is_kept_above => {
                put_kept(target, section, &mut writer, &mut hashes)?;
            }
            _ => put_section(store, section, &mut writer, &mut hashes)?,
        }
        made.sections.push((section.origin.clone(), section.after.seq, section.held.tail.seq));
    }
    made.attachments = hashes.len();
    for hash in hashes {
        let kept = match (store.attachment(&hash)?, &what.kept) {
            (None, Some(target)) => retried(|| Ok(Database::open(target)?.0.attachment(&hash)?))?,
            (found, _) => found,
        };
        let bytes = kept.ok_or_else(|| BundleError::AttachmentMissing(hash.clone()))?;
        writer.put(&Record::Attachment { hash, bytes })?;
    }
    made.bundle = hex(&writer.finish()?);
    Ok(made)
}

/// Writes down that a bundle was made: a receipt can only come for what the registry knows it made.
pub fn log(store: &Store, session: &Session, to: &Office, made: &Made) -> Result<(), Failure> {
    let exchange = Exchange {
        deed: "made".into(),
        office: to.origin.clone(),
        bundle: made.bundle.clone(),
        entries: made.entries(),
        ..Exchange::default()
    };
    Ok(store.log_exchange(&session.act, &exchange)?)
}

/// Writes a receipt: what became of a bundle, and how far its sender's journals are held here now.
pub fn receipt(
    store: &Store,
    key: &Key,
    to: &Office,
    answer: Answer,
    holdings: Vec<(String, Tail)>,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    refuse_revoked(to)?;
    let mut writer = writer(store, key, to, Kind::Receipt, out)?;
    writer.put(&Record::Answer(answer))?;
    put_holdings(holdings, &mut writer)?;
    writer.finish()?;
    Ok(())
}

pub fn refuse_revoked(to: &Office) -> Result<(), Failure> {
    match &to.revoked_on {
        None => Ok(()),
        Some(on) => {
            let reason = format!("往来单位{}已于 {on} 停用。", to.name);
            Err(Refusal::new(reason, "不能再发给它；要恢复，核对指纹后重新登记它的名片。").into())
        }
    }
}

pub fn writer<'a>(
    store: &'a Store,
    key: &'a Key,
    to: &'a Office,
    kind: Kind,
    out: &'a mut dyn Write,
) -> Result<Writer<'a>, Failure> {
    // Both must speak the same profile; the recipient's says how it can be reached.
    let Some(profile) = profile::by_key(&to.profile).filter(|p| p.key() == key.profile.key()) else {
        let reason = format!("往来单位{}用的加密签名方式与本单位不同。", to.name);
        return Err(Refusal::new(reason, "双方须用同一种；请升级 xueji，或双方商定后更换密钥。").into());
    };
    let parties = Parties {
        profile,
        sender: &store.meta().origin,
        signing: &key.secret.signing,
        recipient: &to.origin,
        encryption: &to.encryption,
    };
    Ok(Writer::new(out, kind, parties)?)
}

/// What this registry holds of another office's journal, and of those that it relayed.
pub fn holdings(store: &Store, of: &Office) -> Result<Vec<(String, Tail)>, Failure> {
    let brought = |h: &Held| h.origin == of.origin || h.via == of.origin;
    Ok(store.all_held()?.into_iter().filter(brought).map(|h| (h.origin, h.tail)).collect())
}

fn put_holdings(holdings: Vec<(String, Tail)>, writer: &mut Writer<'_>) -> Result<(), Failure> {
    for (origin, tail) in holdings {
        writer.put(&Record::Holding { origin, tail })?;
    }
    Ok(())
}

/// Which journals go, and from where: upward our own and all that came from below, downward letters and no journal.
fn sections(store: &Store, key: &Key, to: &Office, what: &What) -> Result<Vec<Section>, Failure> {
    let mut known = store.acknowledged_by(&to.origin)?;
    for (origin, last) in &what.waiting {
        // Only what is our own to say: a line that another wrote names no seal of ours.
        if let Some(seal) = store.seal_at(origin, *last)? {
            known.retain(|(o, tail)| o != origin || tail.seq > *last);
            known.push((origin.clone(), Tail { seq: *last, seal }));
        }
    }
    let since = |origin: &str| known.iter().find(|(o, _)| o == origin).map_or(Tail::START, |(_, tail)| *tail);
    let own = store.meta().origin.as_str();
    let mut all = Vec::new();
    let up = is_above(store, to);
    if up {
        let after = match what.since {
            None => since(own),
            Some(seq) => tail_at(store, own, seq)?,
        };
        all.push(Section::new(own, after, written(key, own, own, store.tail()?)?));
    } else {
        for (stream, tail) in store.streams_through(&to.origin)? {
            all.push(Section::new(&stream, since(&stream), written(key, own, &stream, tail)?));
        }
    }
    let kept = match &what.kept {
        Some(target) => retried(|| Ok(Database::open(target)?.0.tails()?))?,
        None => Vec::new(),
    };
    let kept = kept.into_iter().map(|(origin, tail, signature, via)| Held { origin, tail, signature, via });
    let kept = kept.filter(|held| held.origin != own).map(|held| (held, true));
    for (held, is_kept_above) in store.all_held()?.into_iter().map(|held| (held, false)).chain(kept) {
        let back = held.origin == to.origin;
        let goes = match message::parties(&held.origin) {
            // A letter goes down to the one it is meant for.
            Some((_, reader)) => !up && reader == to.origin,
            None => !back && up,
        };
        let after = match (back && what.giving_back, goes && held.via != to.origin) {
            (true, _) => Tail::START,
            (false, true) => since(&held.origin),
            (false, false) => continue,
        };
        all.push(Section { is_kept_above, ..Section::new(&held.origin.clone(), after, held) });
    }
    all.retain(|s| s.held.tail.seq > s.after.seq);
    Ok(all)
}

/// The end of what we write ourselves, with our signature under it.
fn written(key: &Key, own: &str, origin: &str, tail: Tail) -> Result<Held, Failure> {
    let message = checkpoint_message(origin, &tail);
    let signature = key.profile.sign(&key.secret.signing, &message).ok_or(BundleError::NotOurKey)?;
    Ok(Held { origin: origin.to_owned(), tail, signature, via: own.to_owned() })
}

fn tail_at(store: &Store, origin: &str, seq: i64) -> Result<Tail, Failure> {
    if seq == 0 {
        return Ok(Tail::START);
    }
    let seal = store.seal_at(origin, seq)?.ok_or_else(|| {
        Refusal::new(
            format!("本库没有第 {seq} 条流水。"),
            "请写 0 到最后一条之间的序号，见 xueji sync status。",
        )
    })?;
    Ok(Tail { seq, seal })
}

fn put_section(
    store: &Store,
    section: &Section,
    writer: &mut Writer<'_>,
    hashes: &mut BTreeSet<String>,
) -> Result<(), Failure> {
    let (origin, span) = (section.origin.as_str(), (section.after.seq, section.held.tail.seq));
    writer.put(&Record::Section { origin: origin.to_owned(), after: section.after })?;
    for batch in store.batches_of(origin, span)? {
        writer.put(&Record::Batch(carried(batch)))?;
    }
    store.each_entry(origin, span, |entry| -> Result<(), Failure> {
        hashes.extend(hashes_in(&entry.body));
        Ok(writer.put(&Record::Entry(entry))?)
    })?;
    let Held { tail, signature, .. } = &section.held;
    writer.put(&Record::Checkpoint(Checkpoint { tail: *tail, signature: signature.clone() }))?;
    Ok(())
}

/// A section whose entries are in the database.
fn put_kept(
    target: &Target,
    section: &Section,
    writer: &mut Writer<'_>,
    hashes: &mut BTreeSet<String>,
) -> Result<(), Failure> {
    let (origin, last) = (section.origin.as_str(), section.held.tail.seq);
    writer.put(&Record::Section { origin: origin.to_owned(), after: section.after })?;
    for batch in retried(|| Ok(Database::open(target)?.0.batches(origin, (section.after.seq, last))?))? {
        writer.put(&Record::Batch(batch))?;
    }
    each_kept(target, origin, (section.after.seq, last), |entry| {
        hashes.extend(hashes_in(&entry.body));
        Ok(writer.put(&Record::Entry(entry))?)
    })?;
    let Held { tail, signature, .. } = &section.held;
    writer.put(&Record::Checkpoint(Checkpoint { tail: *tail, signature: signature.clone() }))?;
    Ok(())
}

fn carried(b: StoredBatch) -> Batch {
    let StoredBatch { number, kind, title, day, at, actor, counts, undoes, .. } = b;
    Batch { number, kind, title, day, at, actor, counts, undoes }
}
