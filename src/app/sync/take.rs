//! Taking a bundle or a receipt: who sent it, whether each journal goes on where it ends here, and then all or nothing.

use crate::model::evidence::hashes_in;
use crate::model::journal::{Entry, Tail, hex};
use crate::model::message;
use crate::model::office::Office;
use crate::store::Store;
use crate::store::office::Exchange;
use crate::store::received::{Held, Receiving};
use crate::upstream::bundle::envelope::{Head, Source};
use crate::upstream::bundle::read::{self, Reader};
use crate::upstream::bundle::{Answer, Checkpoint, Kind, Record, checkpoint_message};
use crate::upstream::error::BundleError;
use crate::upstream::key::Key;
use crate::upstream::profile;

use crate::app::failure::Failure;
use crate::app::session::Session;

use super::keep::Keep;
use super::unblind::{self, Brought};

/// What was taken.
#[derive(Debug)]
pub struct Taken {
    pub sender: Office,
    pub kind: Kind,
    pub bundle: [u8; 32],
    /// Of each journal: new entries, and where it ends here now.
    pub journals: Vec<(String, i64, i64)>,
    pub attachments: usize,
    /// What the sender says became of a bundle of ours.
    pub answer: Option<Answer>,
    pub blind: Brought,
}

impl Taken {
    /// How many entries are new, letters among them.
    pub fn entries(&self) -> i64 {
        self.journals.iter().map(|(_, new, _)| new).sum()
    }

    /// How many entries of journals are new.
    pub fn entries_of_journals(&self) -> i64 {
        let journals = self.journals.iter().filter(|(origin, ..)| message::parties(origin).is_none());
        journals.map(|(_, new, _)| new).sum()
    }
}

/// Why a file was not taken, and what its sender is told, if it is known who that is.
#[derive(Debug)]
pub struct Untaken {
    pub failure: Failure,
    pub answer: Option<Box<(Office, Answer)>>,
}

/// Who stands around a bundle that is being taken.
pub struct Around {
    pub own: String,
    pub offices: Vec<Office>,
    /// Whether entries of our own that are missing here are taken back.
    pub restoring: bool,
}

/// What a bundle said besides what was kept.
#[derive(Default)]
pub struct Said {
    pub journals: Vec<(String, i64, i64)>,
    pub attachments: usize,
    pub holdings: Vec<(String, Tail)>,
    pub answer: Option<Answer>,
}

/// Takes a file. What is refused is written into the log of exchanges and nowhere else.
pub fn take(
    store: &mut Store,
    key: &Key,
    session: &Session,
    input: &mut dyn Source,
    restoring: bool,
) -> Result<Taken, Untaken> {
    let bare = |failure: Failure| Untaken { failure, answer: None };
    let around = Around {
        own: store.meta().origin.clone(),
        offices: store.offices().map_err(|e| bare(e.into()))?,
        restoring,
    };
    let mut known = Known::default();
    let taken = taken(store, key, session, input, &around, &mut known);
    let Err(failure) = taken else { return taken.map_err(bare) };
    if let Failure::Bundle(e) = &failure
        && !matches!(e, BundleError::Io(_))
    {
        let exchange = Exchange {
            deed: "taken".into(),
            office: known.sender.as_ref().map(|s| s.origin.clone()).unwrap_or_default(),
            bundle: known.bundle.map(|b| hex(&b)).unwrap_or_default(),
            outcome: e.name().into(),
            message: e.to_string(),
            ..Exchange::default()
        };
        store.log_exchange(&session.act, &exchange).map_err(|e| bare(e.into()))?;
        let answer = known.sender.zip(known.bundle).map(|(sender, bundle)| {
            let (reason, message) = (e.name().to_owned(), e.to_string());
            Box::new((sender, Answer { bundle, taken: false, reason, message }))
        });
        return Err(Untaken { failure, answer });
    }
    Err(bare(failure))
}

/// What is known of a bundle that may still be refused. Its sender only once the signature was checked.
#[derive(Default)]
struct Known {
    sender: Option<Office>,
    bundle: Option<[u8; 32]>,
}

fn taken(
    store: &mut Store,
    key: &Key,
    session: &Session,
    input: &mut dyn Source,
    around: &Around,
    known: &mut Known,
) -> Result<Taken, Failure> {
    let head = read::head(input)?;
    let sender = sender(&head, around)?;
    let kind = head.kind;
    if kind == Kind::Secret {
        return Err(BundleError::OtherDoor("盲报密钥").into());
    }
    let mut reader = Reader::open(input, head, &sender.verifying, &key.secret.decryption)?;
    known.sender = Some(sender.clone());
    let asked = unblind::asked(store)?;
    let mut receiving = store.receive()?;
    let mut blind = Brought::default();
    let kept = if kind == Kind::Blind {
        let (from, about) = ((around.offices.as_slice(), &sender), (&asked, session.act.today.to_string()));
        unblind::keep(&mut reader, &mut receiving, from, (about.0, &about.1)).map(|brought| {
            blind = brought;
            Said::default()
        })
    } else {
        keep_all(&mut reader, &mut receiving, around, &sender)
    };
    // Its hash names it even when it is refused half way; what is read from here on is not kept.
    while let Ok(Some(_)) = reader.next() {}
    known.bundle = reader.hash();
    let said = kept?;
    let bundle = known.bundle.expect("the end was reached");
    acknowledge(&mut receiving, session, &sender, &said.holdings)?;
    if let Some(answer) = &said.answer
        && !receiving.has_made(&sender.origin, &hex(&answer.bundle))?
    {
        return Err(BundleError::NeverMade.into());
    }
    let answer = said.answer;
    let taken =
        Taken { sender, kind, bundle, journals: said.journals, attachments: said.attachments, answer, blind };
    receiving.commit(&session.act, &exchange_of(&taken))?;
    Ok(taken)
}

fn exchange_of(taken: &Taken) -> Exchange {
    let bundle = taken.answer.as_ref().map_or(taken.bundle, |a| a.bundle);
    let (outcome, message) = match &taken.answer {
        Some(a) if !a.taken => (a.reason.clone(), a.message.clone()),
        _ => Default::default(),
    };
    Exchange {
        deed: if taken.answer.is_some() { "answered" } else { "taken" }.into(),
        office: taken.sender.origin.clone(),
        bundle: hex(&bundle),
        entries: taken.entries(),
        outcome,
        message,
        ..Exchange::default()
    }
}

/// The office that claims to have sent it, if it is known and trusted, and sent it to us.
pub fn sender(head: &Head, around: &Around) -> Result<Office, BundleError> {
    if head.recipient != around.own {
        return Err(BundleError::WrongRecipient { to: head.recipient.clone() });
    }
    let known = around.offices.iter().find(|o| o.origin == head.sender && o.origin != around.own);
    let sender = known.ok_or_else(|| BundleError::UnknownSender(head.sender.clone()))?;
    match &sender.revoked_on {
        Some(on) => Err(BundleError::RevokedSender { name: sender.name.clone(), on: on.clone() }),
        None if sender.profile != head.profile.key() => Err(BundleError::Altered),
        None => Ok(sender.clone()),
    }
}

/// A journal that is going on.
struct Going {
    origin: String,
    /// Where it ended here.
    held: Tail,
    new: i64,
    /// The files its new entries name.
    hashes: Vec<String>,
}

/// Reads a bundle to its end and keeps what is new of each journal. Nothing counts before the transaction is committed.
pub fn keep_all(
    reader: &mut Reader<'_>,
    keep: &mut dyn Keep,
    around: &Around,
    sender: &Office,
) -> Result<Said, Failure> {
    let mut said = Said::default();
    let mut going: Option<Going> = None;
    let mut needed = Vec::new();
    while let Some(record) = reader.next()? {
        match (record, &mut going) {
            (Record::Answer(answer), _) => said.answer = Some(answer),
            (Record::Holding { origin, tail }, _) => said.holdings.push((origin, tail)),
            (Record::Section { origin, after }, _) => going = Some(begin(keep, origin, after, around)?),
            (Record::Batch(batch), Some(journal)) if batch_is_ours(journal, around) => {
                keep.keep_batch(&journal.origin, &batch)?;
            }
            (Record::Entry(entry), Some(journal)) => next(keep, journal, &entry, around)?,
            (Record::Checkpoint(checkpoint), Some(_)) => {
                let journal = going.take().expect("it is going on");
                end(keep, &journal, &checkpoint, around, sender)?;
                let last = checkpoint.tail.seq.max(journal.held.seq);
                said.journals.push((journal.origin, journal.new, last));
                needed.extend(journal.hashes);
            }
            (Record::Attachment { hash, bytes }, _) => {
                if blake3::hash(&bytes).to_hex().as_str() != hash {
                    return Err(BundleError::Malformed("材料与它的摘要不符").into());
                }
                keep.keep_attachment(&hash, &bytes)?;
                said.attachments += 1;
            }
            (Record::Blind { .. } | Record::Keys { .. } | Record::Opened(_) | Record::Secret(_), _) => {
                return Err(BundleError::Malformed("有不属于数据包的记录").into());
            }
            (Record::Head { .. } | Record::Batch(_) | Record::Checkpoint(_), _)
            | (Record::Entry(_), None) => {}
        }
    }
    for hash in needed {
        if !keep.has_attachment(&hash)? {
            return Err(BundleError::AttachmentMissing(hash).into());
        }
    }
    Ok(said)
}

/// Our own batches are only taken when our own entries are.
fn batch_is_ours(journal: &Going, around: &Around) -> bool {
    journal.origin != around.own || around.restoring
}

fn begin(keep: &mut dyn Keep, origin: String, after: Tail, around: &Around) -> Result<Going, Failure> {
    if origin != around.own && message::writer(&origin) == around.own {
        return Err(BundleError::Malformed("有本单位自己写的信").into());
    }
    let held = keep.tail(&origin)?;
    if after.seq > held.seq {
        return Err(BundleError::Gap { origin, held: held.seq, begins: after.seq }.into());
    }
    let here = if after.seq == 0 { Some(Tail::START.seal) } else { keep.seal_at(&origin, after.seq)? };
    if here != Some(after.seal) {
        return Err(BundleError::Fork { origin, seq: after.seq }.into());
    }
    Ok(Going { origin, held, new: 0, hashes: Vec::new() })
}

fn next(keep: &mut dyn Keep, journal: &mut Going, entry: &Entry, around: &Around) -> Result<(), Failure> {
    if entry.seq <= journal.held.seq {
        // The seals are a chain: where the last one held agrees, all before it do.
        if entry.seq == journal.held.seq && entry.seal != journal.held.seal {
            return Err(BundleError::Fork { origin: journal.origin.clone(), seq: entry.seq }.into());
        }
        return Ok(());
    }
    if journal.origin == around.own && !around.restoring {
        return Err(BundleError::OwnEntries { first: journal.held.seq + 1, last: entry.seq }.into());
    }
    keep.keep_entry(&journal.origin, entry)?;
    journal.new += 1;
    journal.hashes.extend(hashes_in(&entry.body));
    Ok(())
}

fn end(
    keep: &mut dyn Keep,
    journal: &Going,
    checkpoint: &Checkpoint,
    around: &Around,
    sender: &Office,
) -> Result<(), Failure> {
    let (origin, tail) = (&journal.origin, checkpoint.tail);
    let writer = message::writer(origin);
    let office = around.offices.iter().find(|o| o.origin == writer);
    let office = office.ok_or_else(|| BundleError::UnknownOrigin(writer.to_owned()))?;
    if let Some(on) = &office.revoked_on {
        return Err(BundleError::RevokedOrigin { name: office.name.clone(), on: on.clone() }.into());
    }
    let message = checkpoint_message(origin, &tail);
    let signed = profile::by_key(&office.profile)
        .is_some_and(|p| p.verify(&office.verifying, &message, &checkpoint.signature));
    if !signed {
        return Err(BundleError::CheckpointInvalid { origin: origin.clone(), seq: tail.seq }.into());
    }
    if tail.seq < journal.held.seq {
        // All of it was held already: it must be the same.
        let here = if tail.seq == 0 { Some(Tail::START.seal) } else { keep.seal_at(origin, tail.seq)? };
        if here != Some(tail.seal) {
            return Err(BundleError::Fork { origin: origin.clone(), seq: tail.seq }.into());
        }
        return Ok(());
    }
    let via = sender.origin.clone();
    keep.keep_tail(&Held { origin: origin.clone(), tail, signature: checkpoint.signature.clone(), via })
}

/// Remembers what another office says it holds, if it can be so.
pub fn believe(
    store: &mut Store,
    session: &Session,
    office: &Office,
    holdings: &[(String, Tail)],
) -> Result<(), Failure> {
    if holdings.is_empty() {
        return Ok(());
    }
    let mut receiving = store.receive()?;
    acknowledge(&mut receiving, session, office, holdings)?;
    Ok(receiving.done()?)
}

fn acknowledge(
    receiving: &mut Receiving<'_>,
    session: &Session,
    office: &Office,
    holdings: &[(String, Tail)],
) -> Result<(), Failure> {
    for (origin, tail) in holdings {
        check_holding(receiving, origin, tail)?;
        receiving.acknowledge((&office.origin, origin), tail, &session.act)?;
    }
    Ok(())
}

/// What the sender says it holds of a journal must be what we hold of it; of one that is only relayed it may hold more.
fn check_holding(keep: &mut Receiving<'_>, origin: &str, told: &Tail) -> Result<(), Failure> {
    let own = keep.tail(origin)?;
    if told.seq > own.seq {
        if !keep.is_own(origin) && !keep.is_ours(origin) {
            return Ok(());
        }
        return Err(BundleError::NeverSent { origin: origin.to_owned(), told: told.seq, own: own.seq }.into());
    }
    let here = if told.seq == 0 { Some(Tail::START.seal) } else { keep.seal_at(origin, told.seq)? };
    if here != Some(told.seal) {
        return Err(BundleError::Fork { origin: origin.to_owned(), seq: told.seq }.into());
    }
    Ok(())
}
