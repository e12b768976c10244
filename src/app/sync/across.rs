//! 查重 across offices: the database finds who shares a key, the engine scores them by the same rules as in a registry.

use std::collections::{BTreeMap, BTreeSet};

use crate::dedup::blocking::{self, Block};
use crate::dedup::engine::{self, Options};
use crate::dedup::record::{self, Records};
use crate::dedup::schema::Schema;
use crate::dedup::{self, LIKELY, SAME_DOCUMENT, SAME_IDENTITY};
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::journal::Value;
use crate::model::registration::{Registration, from_rows};
use crate::model::suspect::pair_id;
use crate::upstream::postgres::block::{At, Key, Listed, Met, Whose};
use crate::upstream::postgres::{Database, Target};

use crate::app::failure::Failure;
use crate::app::matching::Gathering;

use super::line::retried;
use super::route;

/// A key that more pupils share brings nobody together: as in a registry (`dedup::blocking`).
pub const MOST: i64 = 32;
/// How many pupils are looked at in one go.
pub const CHUNK: usize = 4096;
/// Sorts of keys beside the engine's own: those of the two official rules.
pub const DOCUMENT: i64 = 1000;
const IDENTITY: i64 = 1001;
const NUMBER: i64 = 1002;

/// The rule of one registry number in two registries: what no registry can see by itself.
pub const SAME_NUMBER: &str = "same-number";

/// A rule's name for people.
pub fn rule_title(rule: &str) -> &'static str {
    if rule == SAME_NUMBER { "学籍号相同" } else { dedup::rule(rule).map_or("", |r| r.title) }
}

/// Whether a rule leaves no room for chance: two registrations may not both stay as they are.
pub fn is_official(rule: &str) -> bool {
    rule != LIKELY
}

/// What a run found.
pub struct Across {
    pub pairs: Vec<Found>,
    /// Pupils whose keys were made anew.
    pub keyed: usize,
    pub compared: usize,
    /// Keys that too many share.
    pub capped: i64,
}

/// A pair with both registrations.
pub struct Found {
    pub listed: Listed,
    /// The earlier one.
    pub one: Registration,
    pub other: Registration,
    pub is_new: bool,
}

/// Makes keys for what is new, asks the database who met, scores them, and puts new pairs on the list above.
pub fn run(target: &Target, today: &str) -> Result<Across, Failure> {
    let mut keyed = 0;
    let origins = retried(|| Ok(Database::open(target)?.0.overview()?))?;
    for (origin, ..) in &origins {
        keyed += retried(|| make_keys(target, origin))?;
    }
    let mut met = retried(|| Ok(Database::open(target)?.0.met(MOST)?))?;
    // A child that has moved, of whom the office it left has not read so yet, is no second one.
    let moving: BTreeSet<(At, At)> =
        route::in_transit(target)?.iter().filter_map(|(a, b)| Some((at(&met, a)?, at(&met, b)?))).collect();
    met.pairs.retain(|pair| !moving.contains(pair));
    let found = scored(&people(target, &met)?, &met, today);
    let before: BTreeSet<String> =
        retried(|| Ok(Database::open(target)?.0.listed()?))?.into_iter().map(|l| l.id).collect();
    let new: Vec<Listed> = found.iter().filter(|l| !before.contains(&l.id)).cloned().collect();
    retried(|| Ok(Database::open(target)?.0.list(&new)?))?;
    let both = both(target, &found)?;
    let pair = |listed: Listed| {
        let (one, other) = (both.get(&listed.one)?.clone(), both.get(&listed.other)?.clone());
        let is_new = !before.contains(&listed.id);
        Some(Found { one, other, is_new, listed })
    };
    let pairs = found.into_iter().filter_map(pair).collect();
    Ok(Across { pairs, keyed, compared: met.pairs.len(), capped: met.capped })
}

fn at(met: &Met, whose: &Whose) -> Option<At> {
    let office = met.origins.binary_search(&whose.origin).ok()?;
    Some((office as u32, whose.id))
}

/// A pupil as the two official rules and the engine see it.
#[derive(Clone)]
pub struct Person {
    pub registration: Registration,
    pub document: Option<String>,
    pub identity: Option<String>,
}

fn person((student, enrollment): (Vec<Value>, Vec<Value>)) -> Option<Person> {
    let text = |at: usize| match student.get(at) {
        Some(Value::Text(t)) => Some(t.clone()),
        _ => None,
    };
    // One that ended is no second one: a child moves from county to county, and from stage to stage.
    let registration = from_rows(&student, &enrollment, "").filter(|r| r.status.holds_place())?;
    Some(Person { registration, document: text(6), identity: text(7) })
}

/// The number in force.
fn number_of(person: &Person) -> Option<String> {
    let text = person.registration.record.get(Field::Number);
    (!text.is_empty()).then(|| text.to_owned())
}

/// The registrations of pupils of an office that hold a place.
pub fn registrations(
    database: &mut Database,
    origin: &str,
    ids: &[StudentId],
) -> Result<Vec<Registration>, Failure> {
    let rows = database.pupils(origin, ids)?;
    Ok(rows.into_iter().filter_map(person).map(|p| p.registration).collect())
}

fn make_keys(target: &Target, origin: &str) -> Result<usize, Failure> {
    let mut database = Database::open(target)?.0;
    let (stale, last) = database.stale(origin)?;
    let mut keys = Vec::new();
    for ids in stale.chunks(CHUNK) {
        let people: Vec<Person> = database.pupils(origin, ids)?.into_iter().filter_map(person).collect();
        keys.extend(keys_of(&people));
    }
    database.put_keys(origin, &stale, &keys, last)?;
    Ok(stale.len())
}

/// The keys of pupils: the engine's, which are the same in every run, and those of the official rules.
pub fn keys_of(people: &[Person]) -> Vec<Key> {
    let schema = crate::dedup::schema::pupil();
    let mut gathering = Gathering::new(&schema);
    people.iter().for_each(|p| {
        gathering.take(p.registration.id, &p.registration.record, &p.registration.since);
    });
    let (records, ids) = gathering.finish();
    let own = blocking::blocks(&schema, &records).into_iter().map(|b: Block| Key {
        student: ids[b.record as usize],
        sort: b.sort as i64,
        value: b.key as i64,
    });
    let official = people.iter().flat_map(|p| {
        let key = |sort: i64, text: &Option<String>| {
            let value = record::hash(text.as_ref()?.as_bytes()) as i64;
            Some(Key { student: p.registration.id, sort, value })
        };
        let number = number_of(p);
        [key(DOCUMENT, &p.document), key(IDENTITY, &p.identity), key(NUMBER, &number)].into_iter().flatten()
    });
    let mut all: Vec<Key> = own.chain(official).collect();
    all.sort_unstable_by_key(|k| (k.student, k.sort, k.value));
    all.dedup();
    all
}

/// Those who met, as the rules see them. Their registrations are let go as soon as the engine has seen them: there are many.
struct People {
    order: Vec<At>,
    official: Vec<Official>,
    records: Records,
}

/// What the official rules compare.
struct Official {
    document: Option<String>,
    identity: Option<String>,
    number: Option<String>,
}

/// Those who met, in the making.
struct Seeing<'s> {
    order: Vec<At>,
    official: Vec<Official>,
    gathering: Gathering<'s>,
}

impl<'s> Seeing<'s> {
    fn begin(schema: &'s Schema) -> Seeing<'s> {
        Seeing { order: Vec::new(), official: Vec::new(), gathering: Gathering::new(schema) }
    }

    /// One more, in the order of the offices and of their keys.
    fn see(&mut self, office: u32, p: &Person) {
        let r = &p.registration;
        // What is twice within one office is that office's own list.
        self.gathering.take_of(r.id, &r.record, &r.since, office + 1);
        self.order.push((office, r.id));
        let (document, identity) = (p.document.clone(), p.identity.clone());
        self.official.push(Official { document, identity, number: number_of(p) });
    }

    fn end(self) -> People {
        People { order: self.order, official: self.official, records: self.gathering.finish().0 }
    }
}

fn people(target: &Target, met: &Met) -> Result<People, Failure> {
    let mut ids: Vec<At> = met.pairs.iter().flat_map(|(a, b)| [*a, *b]).collect();
    ids.sort_unstable();
    ids.dedup();
    let schema = crate::dedup::schema::pupil();
    let mut seeing = Seeing::begin(&schema);
    for of_office in ids.chunk_by(|a, b| a.0 == b.0) {
        let office = of_office[0].0;
        for ids in of_office.chunks(CHUNK) {
            let ids: Vec<StudentId> = ids.iter().map(|at| at.1).collect();
            let origin = &met.origins[office as usize];
            let rows = retried(|| Ok(Database::open(target)?.0.pupils(origin, &ids)?))?;
            rows.into_iter().filter_map(person).for_each(|p| seeing.see(office, &p));
        }
    }
    Ok(seeing.end())
}

/// The pairs among people whose records are here, of those who met.
pub fn among(people: &BTreeMap<Whose, Person>, met: &[(Whose, Whose)], today: &str) -> Vec<Listed> {
    let origins: BTreeSet<&str> = people.keys().map(|whose| whose.origin.as_str()).collect();
    let origins = origins.into_iter().map(str::to_owned).collect();
    let mut all = Met { origins, ..Met::default() };
    all.pairs = met.iter().filter_map(|(a, b)| Some((at(&all, a)?, at(&all, b)?))).collect();
    let schema = crate::dedup::schema::pupil();
    let mut seeing = Seeing::begin(&schema);
    for (whose, p) in people {
        if let Some((office, _)) = at(&all, whose) {
            seeing.see(office, p);
        }
    }
    scored(&seeing.end(), &all, today)
}

/// The registrations of those on a list.
fn both(target: &Target, found: &[Listed]) -> Result<BTreeMap<Whose, Registration>, Failure> {
    let mut by_origin: BTreeMap<&str, BTreeSet<StudentId>> = BTreeMap::new();
    for whose in found.iter().flat_map(|l| [&l.one, &l.other]) {
        by_origin.entry(&whose.origin).or_default().insert(whose.id);
    }
    let mut all = BTreeMap::new();
    for (origin, ids) in by_origin {
        let ids: Vec<StudentId> = ids.into_iter().collect();
        for ids in ids.chunks(CHUNK) {
            let found = retried(|| registrations(&mut Database::open(target)?.0, origin, ids))?;
            all.extend(found.into_iter().map(|r| (Whose { origin: origin.to_owned(), id: r.id }, r)));
        }
    }
    Ok(all)
}

/// The earlier registration and the later one: the internal keys are in the order of admission.
fn in_order(a: Whose, b: Whose) -> (Whose, Whose) {
    if (a.id, &a.origin) <= (b.id, &b.origin) { (a, b) } else { (b, a) }
}

/// The pairs that are one child by an official rule or likely one by the engine, the likeliest first.
fn scored(people: &People, met: &Met, today: &str) -> Vec<Listed> {
    let schema = crate::dedup::schema::pupil();
    let records = &people.records;
    let found = engine::run(&schema, records, Options::default());
    let scorer = crate::dedup::weight::Scorer::new(&schema, records, &found.model);
    let mut rules: BTreeMap<(u32, u32), (&str, i64)> = BTreeMap::new();
    for (pair, score) in &found.pairs {
        rules.insert((pair.a.min(pair.b), pair.a.max(pair.b)), (LIKELY, i64::from(*score)));
    }
    for (one, other) in &met.pairs {
        let position = |at: &At| people.order.binary_search(at).ok();
        let (Some(a), Some(b)) = (position(one), position(other)) else { continue };
        let (p, q) = (&people.official[a], &people.official[b]);
        let same = |x: Option<&String>, y: Option<&String>| x.is_some() && x == y;
        let rule = if same(p.document.as_ref(), q.document.as_ref()) {
            SAME_DOCUMENT
        } else if same(p.number.as_ref(), q.number.as_ref()) {
            SAME_NUMBER
        } else if same(p.identity.as_ref(), q.identity.as_ref()) {
            SAME_IDENTITY
        } else {
            continue;
        };
        let (a, b) = ((a as u32).min(b as u32), (a as u32).max(b as u32));
        rules.insert((a, b), (rule, i64::from(scorer.pair(a, b))));
    }
    let whose = |at: u32| {
        let (office, id) = people.order[at as usize];
        Whose { origin: met.origins[office as usize].clone(), id }
    };
    let listed = |((a, b), (rule, score)): ((u32, u32), (&str, i64))| {
        let (one, other) = in_order(whose(a), whose(b));
        let id = pair_id(one.id, other.id);
        Listed { id, one, other, rule: rule.to_owned(), score, found_on: today.to_owned() }
    };
    let mut all: Vec<Listed> = rules.into_iter().map(listed).collect();
    all.sort_by(|x, y| (-x.score, &x.id).cmp(&(-y.score, &y.id)));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_registration_comes_first_whatever_its_office_is_called() {
        let whose =
            |origin: &str, millis| Whose { origin: origin.into(), id: StudentId::new(millis, 0, [9; 8]) };
        for (early, late) in [("330122-aa", "330127-bb"), ("330127-bb", "330122-aa")] {
            let (early, late) = (whose(early, 1), whose(late, 2));
            assert_eq!(in_order(early.clone(), late.clone()), (early.clone(), late.clone()));
            assert_eq!(in_order(late.clone(), early.clone()), (early, late));
        }
    }
}
