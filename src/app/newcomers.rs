//! The pupils of a roster beside the registry and each other: who may be there already, before anything is written.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use crate::dedup;
use crate::dedup::engine::Found;
use crate::dedup::explanation;
use crate::model::cell::Place;
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::registration::{Keys, Registration};
use crate::model::status::Status;
use crate::roster::candidate::Candidate;
use crate::store::Store;
use crate::store::lookup::Which;

use super::examine::Done;
use super::failure::Failure;
use super::import::{Importing, Plan, plan};
use super::matching::{self, Newcomer};
use super::session::Session;

/// Whom a newcomer may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Who {
    Registered(StudentId),
    /// An earlier newcomer.
    Newcomer(usize),
}

/// A newcomer who may be somebody.
#[derive(Clone, Debug)]
pub struct Met {
    pub one: Who,
    pub other: usize,
    /// The rule of `dedup::RULES` that found it.
    pub rule: &'static str,
    /// Hundredths of a bit.
    pub score: i64,
    /// What speaks for it and against it, in brief.
    pub reasons: String,
}

/// What a meeting came to.
pub struct Meeting {
    /// By newcomer, the likeliest first.
    pub met: Vec<Met>,
    /// What the engine says of its run; none where nobody came.
    pub found: Option<Found>,
    /// How many registrations they met.
    pub registered: usize,
}

/// The pupils of rosters who may be somebody, before an import.
pub struct Suspected {
    pub plan: Plan,
    pub pairs: Vec<Pair>,
    /// Rows whose pupils are not registered yet: those that were compared.
    pub compared: usize,
    pub registered: usize,
    pub found: Option<Found>,
}

/// A row and whom its pupil may be.
pub struct Pair {
    pub row: Place,
    pub name: String,
    pub one: Someone,
    pub rule: &'static str,
    pub score: i64,
    pub reasons: String,
}

/// Somebody, with the name.
pub enum Someone {
    Registered(Box<Registration>),
    Row(Place, String),
}

/// Plans the import of rosters and finds whom their pupils may be, those of refused rows too: a telephone in error does
/// not make a second registration less likely.
pub fn suspected(
    store: &Store,
    what: &Importing,
    session: &Session,
    progress: &mut dyn FnMut(Done),
) -> Result<Suspected, Failure> {
    let plan = plan::rows(store, what, progress)?;
    let since = session.act.today.to_string();
    let coming = in_order(&plan);
    let newcomers = coming.iter().enumerate().map(|(i, (candidate, _))| Newcomer {
        id: session.student_id(i as u32),
        record: &candidate.record,
        since: &since,
    });
    let newcomers: Vec<Newcomer> = newcomers.collect();
    let official = official(store, &coming)?;
    let meeting = meet(store, &newcomers, &official)?;
    let place = |at: usize| coming[at].0.place(None);
    let name = |at: usize| coming[at].0.record.get(Field::PupilName).to_owned();
    let mut pairs = Vec::new();
    for met in meeting.met {
        let one = match met.one {
            Who::Newcomer(at) => Someone::Row(place(at), name(at)),
            Who::Registered(id) => match store.registrations(&Which::Id(id))?.pop() {
                Some(registration) => Someone::Registered(Box::new(registration)),
                None => continue,
            },
        };
        let (row, name, Met { rule, score, reasons, .. }) = (place(met.other), name(met.other), met);
        pairs.push(Pair { row, name, one, rule, score, reasons });
    }
    pairs.sort_by_key(|p| -p.score);
    let (compared, registered, found) = (coming.len(), meeting.registered, meeting.found);
    Ok(Suspected { plan, pairs, compared, registered, found })
}

/// The rows that would be new, and those that are refused, as the files have them.
fn in_order(plan: &Plan) -> Vec<(&Candidate, &Keys)> {
    let admit = plan.admit.iter().map(|a| (&*a.candidate, &a.keys));
    let mut all: Vec<(&Candidate, &Keys)> =
        admit.chain(plan.refused.iter().map(|r| (&*r.candidate, &r.keys))).collect();
    let file = |c: &Candidate| {
        plan.files.iter().position(|f| *f.file == *c.source.file && *f.sheet == *c.source.sheet)
    };
    all.sort_by_key(|(c, _)| (file(c), c.row));
    all
}

/// The pairs of the two official rules: each with the first that has its key, in the registry and among the rows.
fn official(
    store: &Store,
    coming: &[(&Candidate, &Keys)],
) -> Result<Vec<(Who, usize, &'static str)>, Failure> {
    let mut pairs = Vec::new();
    let mut first: FxHashMap<(&str, &str), usize> = FxHashMap::default();
    for (i, (_, keys)) in coming.iter().enumerate() {
        for (rule, key) in [(dedup::SAME_DOCUMENT, &keys.document), (dedup::SAME_IDENTITY, &keys.identity)] {
            if key.is_empty() {
                continue;
            }
            let which =
                if rule == dedup::SAME_DOCUMENT { Which::Document(key) } else { Which::Identity(key) };
            let mut known = store.registrations(&which)?;
            known.retain(|r| r.status != Status::Removed);
            let known = known.first().map(|r| Who::Registered(r.id));
            let before = *first.entry((rule, key)).or_insert(i);
            let before = (before != i).then_some(Who::Newcomer(before));
            pairs.extend(known.into_iter().chain(before).map(|one| (one, i, rule)));
        }
    }
    Ok(pairs)
}

/// Compares newcomers with every registration and with each other. `official` are pairs that an official rule found.
pub fn meet(
    store: &Store,
    newcomers: &[Newcomer],
    official: &[(Who, usize, &'static str)],
) -> Result<Meeting, Failure> {
    if newcomers.is_empty() {
        return Ok(Meeting { met: Vec::new(), found: None, registered: 0 });
    }
    let matching = matching::with(store, &store.suspects()?, newcomers)?;
    let registered = matching.len() - newcomers.len();
    let who = |at: u32| match (at as usize).checked_sub(registered) {
        Some(newcomer) => Who::Newcomer(newcomer),
        None => Who::Registered(matching.id(at)),
    };
    let scorer = matching.scorer();
    let told = |(a, b): (u32, u32), one: Who, other: usize, rule: &'static str| {
        let explanation = explanation::explain(&matching.schema, &scorer, a, b);
        Met { one, other, rule, score: explanation.score.into(), reasons: explanation.in_brief() }
    };
    let mut met = Vec::new();
    for (one, other, rule) in official {
        let at = match one {
            Who::Registered(id) => matching.at(*id),
            Who::Newcomer(i) => u32::try_from(registered + i).ok(),
        };
        let Some(at) = at else { continue };
        met.push(told((at, (registered + other) as u32), *one, *other, rule));
    }
    let known: BTreeSet<(Who, usize)> = official.iter().map(|(one, other, _)| (*one, *other)).collect();
    for (pair, _) in &matching.found.pairs {
        let (one, Who::Newcomer(other)) = (who(pair.a), who(pair.b)) else { continue };
        if !known.contains(&(one, other)) {
            met.push(told((pair.a, pair.b), one, other, dedup::LIKELY));
        }
    }
    met.sort_by_key(|m| (m.other, -m.score, m.one));
    drop(scorer);
    Ok(Meeting { met, found: Some(matching.found), registered })
}
