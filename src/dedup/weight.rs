//! What a degree of agreement weighs (Fellegi and Sunter 1969), and what a pair weighs in all.
//!
//! Weights are hundredths of a bit, whole numbers, so that the parts of a score sum to it exactly and every thread
//! counts alike. Strangers are one way in which two records are not one child; brothers, sisters and twins are two
//! more, with chances of their own (`twins`), and the score stands against all three together.

use rayon::prelude::{
    IndexedParallelIterator, IntoParallelIterator, IntoParallelRefIterator, IntoParallelRefMutIterator,
    ParallelIterator,
};
use rayon::slice::{ParallelSlice, ParallelSliceMut};
use rustc_hash::FxHashMap;

use super::blocking::Candidate;
use super::comparison::sound::Glyph;
use super::comparison::{MISSING, Value};
use super::record::{self, FieldData, NONE, Records};
use super::schema::{FieldSpec, Schema};
use super::twins::{self, Witness};
use super::verdict::SAME;

/// Hundredths of a bit.
pub type Weight = i32;

/// Everything a score depends on besides the two records. Kept from run to run, it makes the scores of a later run
/// those of an earlier one.
#[derive(Clone, Debug)]
pub struct Model {
    pub fields: Vec<FieldModel>,
    /// The chance that two records taken at random are one child, twins, or other children of one family.
    pub same: f64,
    pub twins: f64,
    pub siblings: f64,
}

/// The chances of each level of one field.
#[derive(Clone, Debug)]
pub struct FieldModel {
    pub same: Vec<f64>,
    pub strangers: Vec<f64>,
    pub twins: Vec<f64>,
    pub siblings: Vec<f64>,
    /// How common a value is among all, for those that are not rare: by its hash; a surname by that of its character.
    pub common: FxHashMap<u64, f32>,
    /// How common every other value is taken to be.
    pub rare: f32,
    /// The chance that two surnames taken at random are equal; 0 where there are none.
    pub surnames: f64,
    /// How often each character is given as a name: its share of all that are.
    pub given: FxHashMap<char, f32>,
}

/// The levels of every field of a pair, four bits each.
pub type Pattern = u64;

/// The level of a field in a pattern.
pub fn level_of(pattern: Pattern, field: usize) -> u8 {
    (pattern >> (4 * field)) as u8 & 15
}

/// Compares pairs, field by field, so that one column at a time is in the cache.
pub fn patterns(schema: &Schema, records: &Records, pairs: &[Candidate]) -> Vec<Pattern> {
    let mut patterns: Vec<Pattern> = vec![0; pairs.len()];
    for (at, (spec, data)) in schema.fields.iter().zip(&records.fields).enumerate() {
        let chunks = patterns.par_chunks_mut(8192).zip(pairs.par_chunks(8192));
        chunks.for_each(|(patterns, pairs)| {
            for (pattern, pair) in patterns.iter_mut().zip(pairs) {
                let level = compare(spec, data, pair.a as usize, pair.b as usize);
                *pattern |= Pattern::from(level) << (4 * at);
            }
        });
    }
    let said = schema.said_by_number();
    patterns.par_iter_mut().for_each(|pattern| *pattern = said.left_out(*pattern));
    patterns
}

/// Fields of the pupil that an identity number says again.
pub struct Said {
    number: Option<usize>,
    again: Vec<usize>,
}

impl Schema {
    /// The pupil's number, and what it says again: birth date and sex.
    pub fn said_by_number(&self) -> Said {
        let again = ["birth-date", "sex"].into_iter().filter_map(|id| self.own(id)).collect();
        Said { number: self.own("document"), again }
    }
}

impl Said {
    /// The pattern without what an equal number has said already: agreement on it is no second witness. (Two children
    /// entered under one number agree on its birth date too.)
    pub fn left_out(&self, pattern: Pattern) -> Pattern {
        if self.number.is_none_or(|n| level_of(pattern, n) != 0) {
            return pattern;
        }
        let agreeing = self.again.iter().filter(|at| level_of(pattern, **at) == 0);
        agreeing.fold(pattern, |pattern, at| pattern | Pattern::from(MISSING) << (4 * at))
    }
}

/// The level of one field of two records: the best of all its columns.
pub fn compare(spec: &FieldSpec, data: &FieldData, a: usize, b: usize) -> u8 {
    let mut best = MISSING;
    for x in &data.columns {
        for y in &data.columns {
            let (x, y) = (x[a], y[b]);
            if x == NONE || y == NONE {
                continue;
            }
            if x == y {
                return 0;
            }
            let values = &data.pool.values;
            best = best.min((spec.comparison.compare)(&values[x as usize], &values[y as usize]));
        }
    }
    best
}

/// The key of a surname in the table of common values.
pub fn surname_hash(c: char) -> u64 {
    record::mix(0x5A5A_0000_0000 ^ u64::from(c))
}

/// Scores pairs of these records under this model.
pub struct Scorer<'a> {
    schema: &'a Schema,
    records: &'a Records,
    fields: Vec<Table>,
    said: Said,
    witness: Witness,
    prior: Weight,
    twins: f64,
    siblings: f64,
}

/// The weights of a field's levels, and how much rarer than usual each value of its pool is.
struct Table {
    same: Vec<Weight>,
    twins: Vec<Weight>,
    siblings: Vec<Weight>,
    rarity: Vec<Weight>,
    model: FieldModel,
}

/// One line of the reckoning of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldWeight {
    pub level: u8,
    pub weight: Weight,
    /// What of the weight is due to the value being rare or common.
    pub rarity: Weight,
    /// How much likelier than usual it is between children of one family.
    pub kin: Weight,
}

/// A ratio of chances as a weight.
pub fn bits(ratio: f64) -> Weight {
    (ratio.log2() * 100.0).round() as Weight
}

impl<'a> Scorer<'a> {
    pub fn new(schema: &'a Schema, records: &'a Records, model: &Model) -> Scorer<'a> {
        let table = |(spec, (data, model)): (&FieldSpec, (&FieldData, &FieldModel))| {
            let against = |chances: &[f64]| -> Vec<Weight> {
                chances.iter().zip(&model.strangers).map(|(c, u)| bits(c / u)).collect()
            };
            let usual = model.strangers[0];
            let of = |hash: &u64| {
                let common = model.common.get(hash).copied().unwrap_or(model.rare);
                bits(usual / f64::from(common))
            };
            let rarity =
                if spec.comparison.rarity { data.pool.hashes.par_iter().map(of).collect() } else { vec![] };
            Table {
                same: against(&model.same),
                twins: against(&model.twins),
                siblings: against(&model.siblings),
                rarity,
                model: model.clone(),
            }
        };
        let fields = schema.fields.iter().zip(records.fields.iter().zip(&model.fields)).map(table).collect();
        let families = schema.knows_families();
        let prior = |chance: f64| if families { chance.log2() } else { f64::NEG_INFINITY };
        Scorer {
            schema,
            records,
            fields,
            said: schema.said_by_number(),
            witness: Witness::of(schema),
            prior: bits(model.same),
            twins: prior(model.twins),
            siblings: prior(model.siblings),
        }
    }

    /// The weight of one field.
    pub fn field(&self, at: usize, level: u8, a: usize, b: usize) -> FieldWeight {
        if level == MISSING {
            return FieldWeight { level, weight: 0, rarity: 0, kin: 0 };
        }
        let table = &self.fields[at];
        let rarity = match level {
            0 => self.rarity_of_agreement(at, a, b),
            _ => self.rarity_of_surname(at, a, b),
        };
        let kin = if level == 0 { 0 } else { self.another_name(at, a, b) };
        FieldWeight { level, weight: table.same[usize::from(level)] + rarity, rarity, kin }
    }

    fn rarity_of_agreement(&self, at: usize, a: usize, b: usize) -> Weight {
        let (table, data) = (&self.fields[at], &self.records.fields[at]);
        if table.rarity.is_empty() {
            return 0;
        }
        let agreeing = data.columns.iter().flat_map(|x| data.columns.iter().map(|y| (x[a], y[b])));
        let agreeing = agreeing.filter(|(x, y)| x == y && *x != NONE);
        agreeing.map(|(x, _)| table.rarity[x as usize]).max().unwrap_or(0)
    }

    /// Two names that are near and begin alike share a surname, and 王 says less than 单.
    fn rarity_of_surname(&self, at: usize, a: usize, b: usize) -> Weight {
        let table = &self.fields[at];
        match self.names(at, a, b) {
            Some((x, y)) if table.model.surnames > 0.0 && x[0].c == y[0].c => {
                let common = table.model.common.get(&surname_hash(x[0].c));
                let common = common.copied().unwrap_or(table.model.rare);
                bits(table.model.surnames / f64::from(common)).clamp(-300, 300)
            }
            _ => 0,
        }
    }

    /// The names of two records, where each has one.
    fn names(&self, at: usize, a: usize, b: usize) -> Option<(&[Glyph], &[Glyph])> {
        let data = &self.records.fields[at];
        let [column] = data.columns.as_slice() else { return None };
        let name = |r: usize| match data.pool.values.get(column[r] as usize) {
            Some(Value::Name(name)) => Some(&**name),
            _ => None,
        };
        Some((name(a)?, name(b)?))
    }

    /// How much likelier than usual a family gives its children both names.
    fn another_name(&self, at: usize, a: usize, b: usize) -> Weight {
        let given = &self.fields[at].model.given;
        if given.is_empty() {
            0
        } else {
            self.names(at, a, b).map_or(0, |(x, y)| twins::another_name(x, y, given))
        }
    }

    /// The score of a pair whose pattern is known.
    pub fn score(&self, pattern: Pattern, a: usize, b: usize) -> Weight {
        let fields = (0..self.fields.len()).map(|at| self.field(at, level_of(pattern, at), a, b));
        let (score, kin) = self.sum(pattern, fields);
        score + kin
    }

    /// What the fields come to with the start, and what the chance of kin takes away.
    fn sum(&self, pattern: Pattern, fields: impl Iterator<Item = FieldWeight>) -> (Weight, Weight) {
        let (mut score, mut twins, mut siblings) = (self.prior, 0, 0);
        for (field, table) in fields.zip(&self.fields).filter(|(f, _)| f.level != MISSING) {
            let level = usize::from(field.level);
            score += field.weight;
            twins += table.twins[level] + field.rarity + field.kin;
            siblings += table.siblings[level] + field.rarity + field.kin;
        }
        (score, self.doubted(pattern, score, self.kin(twins, siblings)))
    }

    /// What kin takes away, and as much more as leaves a pair that could be twins to people.
    fn doubted(&self, pattern: Pattern, score: Weight, kin: Weight) -> Weight {
        let same = score + kin >= SAME;
        let in_doubt = same && score + kin < self.witness.in_doubt_below(self.schema, pattern);
        if in_doubt { SAME - 1 - score } else { kin }
    }

    /// What the chance of twins or other children of one family takes away.
    fn kin(&self, twins: Weight, siblings: Weight) -> Weight {
        let of = |weight: Weight, prior: f64| (f64::from(weight) / 100.0 + prior).exp2();
        -bits(1.0 + of(twins, self.twins) + of(siblings, self.siblings))
    }

    /// The score of any two records.
    pub fn pair(&self, a: u32, b: u32) -> Weight {
        let (a, b) = (a as usize, b as usize);
        self.score(self.said.left_out(self.pattern(a, b)), a, b)
    }

    fn pattern(&self, a: usize, b: usize) -> Pattern {
        let mut pattern = 0;
        for (at, (spec, data)) in self.schema.fields.iter().zip(&self.records.fields).enumerate() {
            pattern |= Pattern::from(compare(spec, data, a, b)) << (4 * at);
        }
        pattern
    }

    /// Scores many pairs.
    pub fn all(&self, pairs: &[Candidate], patterns: &[Pattern]) -> Vec<Weight> {
        let of =
            |(pair, pattern): (&Candidate, &Pattern)| self.score(*pattern, pair.a as usize, pair.b as usize);
        pairs.into_par_iter().zip(patterns).with_min_len(4096).map(of).collect()
    }

    /// The reckoning of a pair: what it starts from, each field, and what the chance of kin takes away.
    pub fn reckoning(&self, a: u32, b: u32) -> (Weight, Vec<FieldWeight>, Weight) {
        let (x, y) = (a as usize, b as usize);
        let pattern = self.said.left_out(self.pattern(x, y));
        let fields: Vec<FieldWeight> =
            (0..self.fields.len()).map(|at| self.field(at, level_of(pattern, at), x, y)).collect();
        let (_, kin) = self.sum(pattern, fields.iter().copied());
        (self.prior, fields, kin)
    }
}
