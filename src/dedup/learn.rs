//! Weights learned without labels: expectation and maximization over the counts of comparison patterns.
//!
//! How strangers agree is measured on pairs taken at random and stays fixed. How two records of one child agree, and
//! how often there are any, is learned from the pairs that blocking brought together; all others are taken for
//! strangers. Start values stand in the tables of the comparisons and count as so many observations. Counts are whole
//! numbers and sums run in the order of the patterns, so the result is the same for any number of threads and any
//! order of records.

use rayon::prelude::{ParallelIterator, ParallelSlice};
use rayon::slice::ParallelSliceMut;
use rustc_hash::FxHashMap;

use super::blocking::Candidate;
use super::comparison::{MISSING, Value};
use super::record::{FieldData, Records};
use super::schema::{FieldSpec, Schema};
use super::twins::{self, Kin};
use super::weight::{self, FieldModel, Model, Pattern, level_of};

/// Pairs taken at random, at most, and for each record: few records have no more to tell of strangers.
const SAMPLE: usize = 400_000;
const SAMPLE_PER_RECORD: usize = 100;
/// As many given characters weigh as much as those of the records, in how often each is given.
const SMOOTH: f64 = 1000.0;
/// How many observations the start values count as.
const START: f64 = 40.0;
/// Strangers are never taken to agree less often than a tenth of the start value.
const FLOOR: f64 = 0.1;
/// Records of one child are looked for at this rate at first.
const SAME_PER_RECORD: f64 = 0.03;
const ROUNDS: usize = 40;
const ENOUGH: f64 = 1e-5;
/// A value so many records in a million share is kept as common.
const COMMON_PER_MILLION: usize = 5;

/// Learns a model from records and the patterns of their candidate pairs.
pub fn learn(schema: &Schema, records: &Records, patterns: &[Pattern]) -> Model {
    let n = records.len().max(2) as f64;
    let pairs = n * (n - 1.0) / 2.0;
    let mut model = Model {
        fields: strangers(schema, records),
        same: SAME_PER_RECORD * n / pairs,
        twins: twins::TWINS_PER_RECORD * n / pairs,
        siblings: twins::SIBLINGS_PER_RECORD * n / pairs,
    };
    let counts = counted(patterns);
    let families = schema.knows_families();
    for _ in 0..ROUNDS {
        let before = model.same;
        let expected = expect(&model, &counts, families);
        maximize(schema, &mut model, &expected, pairs);
        if (model.same / before - 1.0).abs() < ENOUGH {
            break;
        }
    }
    model
}

/// Each pattern with how often it came, in the order of the patterns.
fn counted(patterns: &[Pattern]) -> Vec<(Pattern, u64)> {
    let count = |chunk: &[Pattern]| {
        let mut counts: FxHashMap<Pattern, u64> = FxHashMap::default();
        chunk.iter().for_each(|p| *counts.entry(*p).or_default() += 1);
        counts
    };
    let add = |mut a: FxHashMap<Pattern, u64>, b: FxHashMap<Pattern, u64>| {
        b.into_iter().for_each(|(p, n)| *a.entry(p).or_default() += n);
        a
    };
    let counts = patterns.par_chunks(1 << 16).map(count).reduce(FxHashMap::default, add);
    let mut counts: Vec<(Pattern, u64)> = counts.into_iter().collect();
    counts.par_sort_unstable();
    counts
}

/// What was expected of the pairs: how many are of one child, twins, siblings, and their levels.
struct Expected {
    all: [f64; 2],
    siblings: f64,
    /// For one child and for twins: by field, by level.
    levels: [Vec<[f64; 15]>; 2],
}

fn expect(model: &Model, counts: &[(Pattern, u64)], families: bool) -> Expected {
    let fields = model.fields.len();
    let mut expected =
        Expected { all: [0.0; 2], siblings: 0.0, levels: [vec![[0.0; 15]; fields], vec![[0.0; 15]; fields]] };
    for (pattern, count) in counts {
        let mut odds = [model.same, model.twins, model.siblings];
        for (at, field) in model.fields.iter().enumerate() {
            let level = level_of(*pattern, at);
            if level == MISSING {
                continue;
            }
            let level = usize::from(level);
            let strangers = field.strangers[level];
            odds[0] *= field.same[level] / strangers;
            odds[1] *= field.twins[level] / strangers;
            odds[2] *= field.siblings[level] / strangers;
        }
        if !families {
            odds[1..].fill(0.0);
        }
        let total = 1.0 + odds.iter().sum::<f64>();
        let share = odds.map(|o| o / total * *count as f64);
        expected.siblings += share[2];
        for (class, levels) in expected.levels.iter_mut().enumerate() {
            expected.all[class] += share[class];
            for (at, field) in levels.iter_mut().enumerate() {
                let level = level_of(*pattern, at);
                if level != MISSING {
                    field[usize::from(level)] += share[class];
                }
            }
        }
    }
    expected
}

fn maximize(schema: &Schema, model: &mut Model, expected: &Expected, pairs: f64) {
    // One pair more of each, so that a class that was not met does not vanish for good.
    model.same = (expected.all[0] + 1.0) / pairs;
    model.twins = (expected.all[1] + 1.0) / pairs;
    model.siblings = (expected.siblings + 1.0) / pairs;
    for (at, (field, spec)) in model.fields.iter_mut().zip(&schema.fields).enumerate() {
        let starts: Vec<f64> = spec.comparison.levels.iter().map(|l| l.same).collect();
        field.same = shares(&expected.levels[0][at], &starts);
        field.twins = twins::chances(spec, Kin::Twins, &field.same);
        field.siblings = twins::chances(spec, Kin::Siblings, &field.same);
        if twins::is_learned(spec) {
            field.twins = shares(&expected.levels[1][at], spec.comparison.twins);
            // One child with two sound numbers looks like twins of one name, and would teach that there are such.
            field.twins[0] = field.twins[0].min(spec.comparison.twins[0]);
        }
    }
}

fn shares(counts: &[f64; 15], starts: &[f64]) -> Vec<f64> {
    let total: f64 = counts[..starts.len()].iter().sum::<f64>() + START;
    starts.iter().zip(counts).map(|(start, count)| (count + START * start) / total).collect()
}

/// How strangers agree: levels from random pairs, full agreement from how often each value occurs.
fn strangers(schema: &Schema, records: &Records) -> Vec<FieldModel> {
    let patterns = weight::patterns(schema, records, &random_pairs(records));
    let counts = counted(&patterns);
    let of = |(at, (spec, data)): (usize, (&FieldSpec, &FieldData))| {
        let mut levels = [0u64; 15];
        let known = counts.iter().map(|(p, n)| (level_of(*p, at), n)).filter(|(l, _)| *l != MISSING);
        known.for_each(|(level, n)| levels[usize::from(level)] += n);
        field_model(spec, data, records.len(), &levels)
    };
    schema.fields.iter().zip(&records.fields).enumerate().map(of).collect()
}

/// Pairs at fixed distances in an order of their own: the same whatever the order of the records.
fn random_pairs(records: &Records) -> Vec<Candidate> {
    let n = records.len();
    let mut order: Vec<u32> = (0..n as u32).collect();
    order.par_sort_unstable_by_key(|r| records.order[*r as usize]);
    let distances = (SAMPLE / n.max(1)).min(SAMPLE_PER_RECORD).clamp(1, n / 2 + 1);
    let mut pairs = Vec::with_capacity(SAMPLE);
    for distance in 1..=distances {
        for i in 0..n.min(SAMPLE) {
            let (a, b) = (order[i], order[(i + distance) % n]);
            if a != b {
                pairs.push(Candidate { a, b, keys: 0 });
            }
        }
    }
    pairs
}

fn field_model(spec: &FieldSpec, data: &FieldData, records: usize, levels: &[u64; 15]) -> FieldModel {
    let starts: Vec<f64> = spec.comparison.levels.iter().map(|l| l.strangers).collect();
    let seen = levels.map(|n| n as f64);
    let mut strangers = shares(&seen, &starts);
    let cells: u64 = data.pool.counts.iter().map(|c| u64::from(*c)).sum();
    let repeats: f64 = data.pool.counts.iter().map(|c| f64::from(*c) * f64::from(c.saturating_sub(1))).sum();
    let columns = data.columns.len() as f64;
    if cells > 1 {
        // Each column of one record may meet each column of the other.
        strangers[0] = (repeats / (cells as f64 * (cells - 1) as f64) * columns * columns).min(0.999);
    }
    for (chance, start) in strangers.iter_mut().zip(&starts) {
        *chance = chance.max(start * FLOOR);
    }
    let n = records.max(1);
    let least = (n * COMMON_PER_MILLION / 1_000_000).max(2) as u32;
    let share = |count: u32| count as f32 / n as f32;
    let mut model = FieldModel {
        same: spec.comparison.levels.iter().map(|l| l.same).collect(),
        twins: Vec::new(),
        siblings: Vec::new(),
        strangers,
        common: FxHashMap::default(),
        rare: share(least),
        surnames: 0.0,
        given: FxHashMap::default(),
    };
    model.twins = twins::chances(spec, Kin::Twins, &model.same);
    model.siblings = twins::chances(spec, Kin::Siblings, &model.same);
    if spec.comparison.rarity {
        let values = data.pool.hashes.iter().zip(&data.pool.counts).filter(|(_, c)| **c > least);
        model.common = values.map(|(hash, count)| (*hash, share(*count))).collect();
        count_surnames(&mut model, data, n);
    }
    if twins::is_learned(spec) {
        model.given = given(data);
    }
    model
}

/// The share of each character in all given names; of a few hundred names little is learned. The one that
/// is doubted says nothing of itself.
fn given(data: &FieldData) -> FxHashMap<char, f32> {
    let mut counts: FxHashMap<char, u32> = FxHashMap::default();
    for (value, count) in data.pool.values.iter().zip(&data.pool.counts) {
        if let Value::Name(name) = value {
            name[1..].iter().for_each(|g| *counts.entry(g.c).or_default() += count);
        }
    }
    let all = f64::from(counts.values().sum::<u32>()) + SMOOTH;
    let share = |n: u32| ((f64::from(n - 1) + SMOOTH * twins::USUAL) / all) as f32;
    counts.into_iter().map(|(c, n)| (c, share(n))).collect()
}

fn count_surnames(model: &mut FieldModel, data: &FieldData, records: usize) {
    let mut counts: FxHashMap<char, u32> = FxHashMap::default();
    for (value, count) in data.pool.values.iter().zip(&data.pool.counts) {
        if let Value::Name(name) = value {
            *counts.entry(name[0].c).or_default() += count;
        }
    }
    let mut counts: Vec<(char, u32)> = counts.into_iter().collect();
    counts.sort_unstable();
    let cells: f64 = counts.iter().map(|(_, n)| f64::from(*n)).sum();
    model.surnames = counts.iter().map(|(_, n)| (f64::from(*n) / cells.max(1.0)).powi(2)).sum();
    let share = |n: u32| (n as f32 / records as f32).max(model.rare);
    model.common.extend(counts.iter().map(|(c, n)| (weight::surname_hash(*c), share(*n))));
}
