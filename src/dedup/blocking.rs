//! Which pairs are worth comparing: records that share a key, within a budget, and what the budget left out.

use rayon::prelude::{IndexedParallelIterator, IntoParallelIterator, ParallelIterator};
use rayon::slice::ParallelSliceMut;

use super::comparison::Value;
use super::record::{self, FieldData, NONE, Records};
use super::schema::{Key, Of, Part, Schema};

/// The largest block of which every pair is compared.
const WHOLE_BLOCK: usize = 32;
/// In a larger one each record is compared with so many that follow it in an order that puts likely pairs together.
const WINDOW: usize = 8;
/// A record has at most so many keys of one sort.
const MOST_KEYS: usize = 8;

/// Two records by position, the smaller first, and by how many keys they met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub a: u32,
    pub b: u32,
    pub keys: u8,
}

/// What the budget left out: a key so many records share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capped {
    pub key: String,
    /// The records of the largest block.
    pub records: usize,
    pub blocks: usize,
    /// Pairs that were not compared.
    pub skipped: u64,
}

/// The pairs worth comparing.
#[derive(Default)]
pub struct Candidates {
    pub pairs: Vec<Candidate>,
    pub capped: Vec<Capped>,
}

/// A key of a record, to be kept outside: which of the schema's keys, and its hash, the same in every run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub record: u32,
    pub sort: usize,
    pub key: u64,
}

/// Every key of every record, for a database that brings together those that share one.
pub fn blocks(schema: &Schema, records: &Records) -> Vec<Block> {
    let mut all = Vec::new();
    for (sort, key) in schema.keys.iter().enumerate() {
        let mut found = Vec::new();
        (0..records.len()).for_each(|record| keys_of(key, records, record, &mut found));
        all.extend(found.into_iter().map(|(key, record)| Block { record, sort, key }));
    }
    all
}

/// Brings together the records that share a key.
pub fn candidates(schema: &Schema, records: &Records) -> Candidates {
    let likely = likely_order(schema, records);
    let mut all: Vec<u64> = Vec::new();
    let mut capped = Vec::new();
    for key in &schema.keys {
        let (mut pairs, cap) = of_key(key, records, &likely);
        all.append(&mut pairs);
        capped.extend(cap);
    }
    all.par_sort_unstable();
    let mut pairs: Vec<Candidate> = Vec::new();
    for pair in all {
        let (a, b) = ((pair >> 32) as u32, pair as u32);
        match pairs.last_mut() {
            Some(last) if (last.a, last.b) == (a, b) => last.keys = last.keys.saturating_add(1),
            _ => pairs.push(Candidate { a, b, keys: 1 }),
        }
    }
    Candidates { pairs, capped }
}

fn of_key(key: &Key, records: &Records, likely: &[u64]) -> (Vec<u64>, Option<Capped>) {
    let mut entries: Vec<(u64, u32)> = (0..records.len() as u32)
        .into_par_iter()
        .with_min_len(4096)
        .fold(Vec::new, |mut out, record| {
            keys_of(key, records, record as usize, &mut out);
            out
        })
        .reduce(Vec::new, |mut a, mut b| {
            a.append(&mut b);
            a
        });
    entries.par_sort_unstable();
    entries.dedup();
    let mut pairs = Vec::new();
    let mut cap = Capped { key: key.title.clone(), records: 0, blocks: 0, skipped: 0 };
    for block in entries.chunk_by(|x, y| x.0 == y.0).filter(|b| b.len() > 1) {
        let before = pairs.len();
        if block.len() <= WHOLE_BLOCK {
            for (i, x) in block.iter().enumerate() {
                pairs.extend(block[i + 1..].iter().map(|y| pair(x.1, y.1)));
            }
            continue;
        }
        let mut sorted: Vec<u32> = block.iter().map(|e| e.1).collect();
        sorted.sort_unstable_by_key(|r| (likely[*r as usize], records.order[*r as usize]));
        for (i, x) in sorted.iter().enumerate() {
            pairs.extend(sorted[i + 1..].iter().take(WINDOW).map(|y| pair(*x, *y)));
        }
        cap.blocks += 1;
        cap.records = cap.records.max(block.len());
        let n = block.len() as u64;
        cap.skipped += n * (n - 1) / 2 - (pairs.len() - before) as u64;
    }
    (pairs, (cap.blocks > 0).then_some(cap))
}

fn pair(a: u32, b: u32) -> u64 {
    let (a, b) = if a < b { (a, b) } else { (b, a) };
    u64::from(a) << 32 | u64::from(b)
}

/// Within a block too large records are put in the order of their rarest key, so that those that share more stand
/// side by side.
fn likely_order(schema: &Schema, records: &Records) -> Vec<u64> {
    let own = |f: &&FieldData| f.columns.len() == 1 && f.pool.values.len() * 4 > records.len();
    let rare: Vec<&FieldData> = records.fields.iter().filter(own).collect();
    let by_first_key = schema.keys.iter().find(|k| k.parts.len() > 1);
    let of = |record: usize| {
        let mut keys = Vec::new();
        if let Some(key) = by_first_key {
            keys_of(key, records, record, &mut keys);
        }
        let own = rare.iter().map(|f| (f, f.columns[0][record])).find(|(_, v)| *v != NONE);
        let hash = own.map_or(0, |(f, v)| f.pool.hashes[v as usize]);
        keys.first().map_or(hash, |k| k.0)
    };
    (0..records.len()).into_par_iter().with_min_len(4096).map(of).collect()
}

/// The keys of one record, hashed.
fn keys_of(key: &Key, records: &Records, record: usize, out: &mut Vec<(u64, u32)>) {
    let mut keys = [0u64; MOST_KEYS];
    let mut count = 1;
    for part in &key.parts {
        let mut hashes = [0u64; MOST_KEYS];
        let found = hashes_of(*part, &records.fields[part.field], record, &mut hashes);
        if found == 0 {
            return;
        }
        let so_far = keys;
        let mut next = 0;
        for key in &so_far[..count] {
            for hash in hashes[..found].iter().take(MOST_KEYS - next) {
                keys[next] = record::mix(key.rotate_left(21) ^ hash);
                next += 1;
            }
        }
        count = next;
    }
    out.extend(keys[..count].iter().map(|k| (*k, record as u32)));
}

fn hashes_of(part: Part, field: &FieldData, record: usize, out: &mut [u64; MOST_KEYS]) -> usize {
    let mut count = 0;
    for column in &field.columns {
        let number = column[record];
        if number == NONE {
            continue;
        }
        let value = &field.pool.values[number as usize];
        let whole = field.pool.hashes[number as usize];
        for hash in Hashes::of(part.of, value, whole).take(MOST_KEYS) {
            if count < MOST_KEYS && !out[..count].contains(&hash) {
                out[count] = hash;
                count += 1;
            }
        }
    }
    count
}

/// What a value puts into a key: none, one, or one for each character of a given name.
struct Hashes {
    all: [u64; 4],
    next: usize,
    count: usize,
}

impl Hashes {
    fn of(of: Of, value: &Value, whole: u64) -> Hashes {
        let mut hashes = Hashes { all: [0; 4], next: 0, count: 0 };
        match (of, value) {
            (Of::Whole, _) => hashes.push(whole),
            (Of::Sound, Value::Name(name)) => {
                let sounds = name.iter().filter(|g| g.c != '·').map(syllable);
                hashes.push(sounds.fold(7, |h, s| record::mix(h ^ s)));
            }
            (Of::Surname, Value::Name(name)) => hashes.push(syllable(&name[0])),
            (Of::Given, Value::Name(name)) if name.len() <= 4 => {
                name[1..].iter().for_each(|g| hashes.push(syllable(g)));
            }
            // Of a long name the beginning tells most.
            (Of::Given, Value::Name(name)) => hashes.push(syllable(&name[1]) ^ syllable(&name[2])),
            (Of::Ends, Value::Number(number)) => {
                number.ends().iter().for_each(|e| hashes.push(record::hash(e)));
            }
            (Of::Prefix(n), Value::Text(text)) => hashes.push(of_chars(&text[..text.len().min(n.into())])),
            (Of::Suffix(n), Value::Text(text)) if text.len() > n.into() => {
                hashes.push(of_chars(&text[n.into()..]));
            }
            _ => {}
        }
        hashes
    }

    fn push(&mut self, hash: u64) {
        if self.count < self.all.len() {
            self.all[self.count] = hash;
            self.count += 1;
        }
    }
}

impl Iterator for Hashes {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let at = self.next;
        self.next += 1;
        (at < self.count).then(|| self.all[at])
    }
}

/// The first reading of a character; a character without one stands for itself.
fn syllable(glyph: &super::comparison::sound::Glyph) -> u64 {
    match glyph.sounds[0].fuzzy {
        0 => 0x1_0000 + u64::from(glyph.c),
        fuzzy => u64::from(fuzzy),
    }
}

fn of_chars(chars: &[char]) -> u64 {
    chars.iter().fold(11, |h, c| record::mix(h ^ u64::from(*c)))
}

/// The share of true pairs that met at all, estimated from how often the found ones met: Chao's lower bound for what
/// was never seen (Chao 1987), from those that met by one key and by two.
pub fn completeness(found: impl Iterator<Item = Candidate>) -> Option<f64> {
    let (mut all, mut once, mut twice) = (0u64, 0u64, 0u64);
    for candidate in found {
        all += 1;
        once += u64::from(candidate.keys == 1);
        twice += u64::from(candidate.keys == 2);
    }
    if all == 0 {
        return None;
    }
    let missed = (once * once.saturating_sub(1)) as f64 / (2 * (twice + 1)) as f64;
    Some(all as f64 / (all as f64 + missed))
}
