//! A run over all records: candidates, patterns, scores, verdicts, clusters.

use rustc_hash::FxHashSet;

use super::blocking::{self, Candidate, Capped};
use super::cluster::{self, Clusters, Decided};
use super::learn;
use super::record::Records;
use super::schema::Schema;
use super::verdict::{SAME, SUSPECT};
use super::weight::{self, Model, Scorer, Weight};

/// What a run found.
pub struct Found {
    pub model: Model,
    /// Every pair that is same or suspect, with its score, in the order of the records.
    pub pairs: Vec<(Candidate, Weight)>,
    pub clusters: Clusters,
    pub compared: usize,
    pub capped: Vec<Capped>,
    /// The estimated share of true pairs that met.
    pub completeness: Option<f64>,
    /// Which of the asked pairs met.
    pub met: FxHashSet<(u32, u32)>,
}

/// What a run is told.
#[derive(Default)]
pub struct Options<'a> {
    /// The weights of an earlier run; without them they are learned.
    pub model: Option<Model>,
    pub decided: Decided,
    /// Pairs of which to say whether blocking brought them together.
    pub asked: &'a [(u32, u32)],
}

/// Finds the children that are there twice.
pub fn run(schema: &Schema, records: &Records, options: Options) -> Found {
    let candidates = blocking::candidates(schema, records);
    let apart = |c: &Candidate| {
        let of = |r: u32| records.exclusive[r as usize];
        of(c.a) == 0 || of(c.a) != of(c.b)
    };
    let mut pairs = candidates.pairs;
    pairs.retain(apart);
    let patterns = weight::patterns(schema, records, &pairs);
    let model = options.model.unwrap_or_else(|| learn::learn(schema, records, &patterns));
    let scorer = Scorer::new(schema, records, &model);
    let scores = scorer.all(&pairs, &patterns);
    let met = options.asked.iter().copied().filter(|(a, b)| {
        let asked = (*a.min(b), *a.max(b));
        pairs.binary_search_by_key(&asked, |c| (c.a, c.b)).is_ok()
    });
    let met = met.collect();
    let compared = pairs.len();
    let found: Vec<(Candidate, Weight)> =
        pairs.into_iter().zip(scores).filter(|(_, score)| *score >= SUSPECT).collect();
    let same: Vec<(u32, u32, Weight)> =
        found.iter().filter(|(_, s)| *s >= SAME).map(|(c, s)| (c.a, c.b, *s)).collect();
    let completeness = blocking::completeness(found.iter().filter(|(_, s)| *s >= SAME).map(|(c, _)| *c));
    let clusters = cluster::clusters(records, &same, &options.decided, &|a, b| scorer.pair(a, b));
    Found { model, pairs: found, clusters, compared, capped: candidates.capped, completeness, met }
}
