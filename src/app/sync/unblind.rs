//! 盲报 at the level above: blinded reports are kept, pairs of equal keys found, both offices asked, and the records that they
//! open scored by the same engine. Nothing here can tell whose a key is.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::id::short_name;
use crate::model::journal::hex;
use crate::model::message::{self, Message};
use crate::model::office::Office;
use crate::store::Store;
use crate::store::blind::{BlindOffice, Handled, Met, OpenedRecord};
use crate::store::received::Receiving;
use crate::upstream::blind::is_term;
use crate::upstream::bundle::Record;
use crate::upstream::bundle::read::Reader;
use crate::upstream::error::{BundleError, Differing};
use crate::upstream::postgres::block::{Listed, Whose};

use crate::app::failure::Failure;
use crate::app::session::Session;

use super::across::{self, Found, Person};
use super::letter::{self, Letter};
use super::{blind, office};

/// How many keys two pupils must share before anybody is asked, where none of them is an official rule's: by one alone
/// families and namesakes meet.
pub const LEAST: i64 = 2;

/// What a blinded file brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// Of how many pupils keys came.
    pub pupils: i64,
    pub keys: i64,
    /// The records of how many pupils were opened.
    pub opened: i64,
}

/// Who was asked for whom: pair, origin, handle.
pub type Asked = BTreeSet<(String, String, [u8; 16])>;

/// The letters that ask, of this office.
fn letters(store: &Store) -> Result<Vec<Message>, Failure> {
    let own = store.meta().origin.clone();
    let mut all = store.messages()?;
    all.retain(|m| m.kind == message::BLIND_ASKED && m.parties().0 == own);
    Ok(all)
}

/// Who was asked for whom.
pub fn asked(store: &Store) -> Result<Asked, Failure> {
    let all = letters(store)?.into_iter().filter_map(|m| {
        let handle = blind::unhandle(m.get("handle"))?;
        Some((m.get("pair").to_owned(), m.parties().1.to_owned(), handle))
    });
    Ok(all.collect())
}

/// Keeps what a blinded file says: its keys in the place of those of the office's last report, or the records it opens.
pub fn keep(
    reader: &mut Reader<'_>,
    receiving: &mut Receiving<'_>,
    (offices, sender): (&[Office], &Office),
    (asked, today): (&Asked, &str),
) -> Result<Brought, Failure> {
    let mut brought = Brought::default();
    let mut from: Option<BlindOffice> = None;
    while let Some(record) = reader.next()? {
        match record {
            Record::Head { .. } => {}
            Record::Blind { term, fingerprint } => {
                if !is_term(&term) {
                    return Err(BundleError::Malformed("学期名写法不对").into());
                }
                refuse_other_secret(receiving, (offices, sender), (&term, &fingerprint))?;
                receiving.forget_blind(&sender.origin)?;
                let (origin, taken_on) = (sender.origin.clone(), today.to_owned());
                from = Some(BlindOffice { origin, term, fingerprint, taken_on, ..BlindOffice::default() });
            }
            Record::Keys { handle, keys } => {
                let pupil = Handled { origin: sender.origin.clone(), handle };
                for (sort, key) in &keys {
                    receiving.keep_blind_key(&pupil, (i64::from(*sort), key))?;
                }
                brought.pupils += 1;
                brought.keys += keys.len() as i64;
            }
            Record::Opened(o) => {
                let by = (o.pair.clone(), sender.origin.clone(), o.handle);
                if !asked.contains(&by) {
                    return Err(BundleError::NotAsked(o.pair).into());
                }
                blind::read_opened(&o.record).ok_or(BundleError::Malformed("学生记录读不懂"))?;
                let opened = OpenedRecord { pair: o.pair, origin: sender.origin.clone(), record: o.record };
                receiving.keep_opened(&opened, today)?;
                brought.opened += 1;
            }
            _ => return Err(BundleError::Malformed("有不属于盲报的记录").into()),
        }
    }
    if let Some(office) = from {
        receiving.keep_blind_office(&BlindOffice { pupils: brought.pupils, keys: brought.keys, ..office })?;
    }
    Ok(brought)
}

/// Two secrets in one term never meet: that is said by name, and is not "no duplicates".
fn refuse_other_secret(
    receiving: &Receiving<'_>,
    (offices, sender): (&[Office], &Office),
    (term, fingerprint): (&str, &str),
) -> Result<(), Failure> {
    let known = receiving.blind_offices()?;
    let differing: Vec<&BlindOffice> = known
        .iter()
        .filter(|o| o.origin != sender.origin && o.term == term && o.fingerprint != fingerprint)
        .collect();
    let Some(first) = differing.first() else { return Ok(()) };
    let names: Vec<String> = differing.iter().map(|o| office::name(offices, &o.origin)).collect();
    let differing = Differing {
        term: term.to_owned(),
        name: sender.name.clone(),
        theirs: fingerprint.to_owned(),
        others: names.join("、"),
        known: first.fingerprint.clone(),
    };
    Err(BundleError::BlindSecretDiffers(Box::new(differing)).into())
}

/// A pair that met, and what was done about it.
pub struct Pair {
    pub id: String,
    pub met: Met,
    pub is_asked: bool,
    /// Whether the earlier office, the later office opened its record.
    pub opened: [bool; 2],
}

/// Where 盲报 stands.
pub struct Standing {
    pub offices: Vec<BlindOffice>,
    pub pairs: Vec<Pair>,
    /// Pairs that share too little to be asked about.
    pub weak: usize,
    /// Keys that too many share.
    pub capped: i64,
}

impl Standing {
    /// The offices whose report is under another secret than that of most: they met nobody.
    pub fn apart(&self) -> Vec<&BlindOffice> {
        let by = |o: &BlindOffice| (o.term.clone(), o.fingerprint.clone());
        let mut count: BTreeMap<(String, String), usize> = BTreeMap::new();
        self.offices.iter().for_each(|o| *count.entry(by(o)).or_default() += 1);
        let most = count.iter().max_by_key(|(by, n)| (**n, (*by).clone())).map(|(by, _)| by.clone());
        self.offices.iter().filter(|o| Some(by(o)) != most).collect()
    }
}

/// What the level above calls a pair before it knows whose it is.
fn pair_of(met: &Met) -> String {
    let mut hasher = blake3::Hasher::new();
    for one in [&met.one, &met.other] {
        hasher.update(one.origin.as_bytes()).update(b"\n").update(&one.handle);
    }
    let mut five = [0; 5];
    five.copy_from_slice(&hasher.finalize().as_bytes()[..5]);
    short_name(&five)
}

/// Finds who met, and what was done about it.
pub fn standing(store: &Store, least: i64) -> Result<Standing, Failure> {
    let asked = asked(store)?;
    let opened: BTreeSet<(String, String)> =
        store.blind_opened()?.into_iter().map(|o| (o.pair, o.origin)).collect();
    let (met, capped) = store.blind_met(across::MOST, across::DOCUMENT)?;
    let all = met.len();
    let strong = met.into_iter().filter(|m| m.official > 0 || m.keys >= least);
    let pairs: Vec<Pair> = strong
        .map(|met| {
            let id = pair_of(&met);
            let by = |h: &Handled| (id.clone(), h.origin.clone());
            Pair {
                is_asked: asked.contains(&(id.clone(), met.one.origin.clone(), met.one.handle)),
                opened: [&met.one, &met.other].map(|h| opened.contains(&by(h))),
                id,
                met,
            }
        })
        .collect();
    Ok(Standing { offices: store.blind_offices()?, weak: all - pairs.len(), pairs, capped })
}

/// Asks both offices of every pair that nobody was asked about yet; how many pairs, and the batch.
pub fn ask(
    store: &mut Store,
    session: &Session,
    standing: &Standing,
) -> Result<(Option<i64>, usize), Failure> {
    let offices = store.offices()?;
    let mut letters = Vec::new();
    let new: Vec<&Pair> = standing.pairs.iter().filter(|p| !p.is_asked).collect();
    for pair in &new {
        for side in [&pair.met.one, &pair.met.other] {
            // An office that was revoked since is told nothing.
            let Some(reader) = offices.iter().find(|o| o.origin == side.origin) else { continue };
            let from = standing.offices.iter().find(|o| o.origin == side.origin);
            let fingerprint = from.map_or_else(String::new, |o| o.fingerprint.clone());
            let text = "盲报的比较键与另一个单位的对上了，请核对后决定是否交出比较项目。".to_owned();
            let body = vec![
                ("pair", pair.id.clone()),
                ("term", pair.met.term.clone()),
                ("fingerprint", fingerprint),
                ("handle", hex(&side.handle)),
                ("text", text),
            ];
            let via = office::through(store, reader)?;
            letters.push(Letter {
                to: side.origin.clone(),
                via,
                kind: message::BLIND_ASKED,
                pupil: None,
                body,
            });
        }
    }
    let title = format!("盲报核对 {} 对", new.len());
    Ok((letter::write(store, session, &title, &letters)?, new.len()))
}

/// The pairs of which both sides are open, that are one child by an official rule or likely one by the engine.
pub fn found(store: &Store, today: &str) -> Result<Vec<Found>, Failure> {
    let mut sides: BTreeMap<String, Vec<Whose>> = BTreeMap::new();
    let mut people: BTreeMap<Whose, Person> = BTreeMap::new();
    for opened in store.blind_opened()? {
        let Some(person) = blind::read_opened(&opened.record) else { continue };
        let whose = Whose { origin: opened.origin, id: person.registration.id };
        sides.entry(opened.pair).or_default().push(whose.clone());
        people.insert(whose, person);
    }
    let mut met: Vec<(Whose, Whose)> = sides
        .into_values()
        .filter_map(|both| <[Whose; 2]>::try_from(both).ok())
        .map(|[one, other]| (one, other))
        .collect();
    met.sort();
    met.dedup();
    let open: BTreeSet<&Whose> = met.iter().flat_map(|(a, b)| [a, b]).collect();
    people.retain(|whose, _| open.contains(whose));
    let asked: BTreeSet<(Whose, Whose)> = met.iter().cloned().collect();
    let listed = across::among(&people, &met, today).into_iter().filter(|l| {
        let (one, other) = (l.one.clone(), l.other.clone());
        asked.contains(&(one.clone(), other.clone())) || asked.contains(&(other, one))
    });
    let pair = |listed: Listed| {
        let (one, other) = (people.get(&listed.one)?, people.get(&listed.other)?);
        let (one, other) = (one.registration.clone(), other.registration.clone());
        Some(Found { one, other, is_new: false, listed })
    };
    Ok(listed.filter_map(pair).collect())
}
