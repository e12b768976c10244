//! Records of one child put together, never against a constraint: no group holds two that are verdict-different, that
//! a person has decided to be two, or that stand in one list which has each child once.
//!
//! The strongest pairs come first, and two groups join only if every record of one may be every record of the other,
//! so a chain of likenesses does not tie strangers together. Ties go by the records' own identifiers: neither the
//! order of records nor the number of threads matters.

use rustc_hash::{FxHashMap, FxHashSet};

use super::record::Records;
use super::verdict::SUSPECT;
use super::weight::Weight;

/// A child with more registrations than this is no child: a person must look.
const LARGEST: usize = 64;

/// What people have decided; it stands whatever the scores say.
#[derive(Clone, Debug, Default)]
pub struct Decided {
    pub same: Vec<(u32, u32)>,
    pub different: FxHashSet<(u32, u32)>,
}

/// Groups of two records and more, in the order of their identifiers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Clusters {
    pub groups: Vec<Vec<u32>>,
    /// Pairs decided to be one child that another decision or a list keeps apart.
    pub contradicted: Vec<(u32, u32)>,
}

/// Joins the pairs that are verdict-same. `score` gives the score of any two records.
pub fn clusters(
    records: &Records,
    same: &[(u32, u32, Weight)],
    decided: &Decided,
    score: &dyn Fn(u32, u32) -> Weight,
) -> Clusters {
    let mut joining = Joining {
        records,
        decided,
        score,
        group_of: FxHashMap::default(),
        groups: Vec::new(),
        known: same.iter().map(|(a, b, s)| (ordered(*a, *b), *s)).collect(),
    };
    let order = |r: u32| records.order[r as usize];
    let sorted_pair = |a: u32, b: u32| (order(a).min(order(b)), order(a).max(order(b)));
    let mut by_people = decided.same.clone();
    by_people.sort_unstable_by_key(|(a, b)| sorted_pair(*a, *b));
    let mut contradicted = Vec::new();
    for (a, b) in by_people {
        if !joining.join(a, b, By::People) {
            contradicted.push((a, b));
        }
    }
    let mut pairs = same.to_vec();
    pairs.sort_unstable_by_key(|(a, b, score)| (std::cmp::Reverse(*score), sorted_pair(*a, *b)));
    for (a, b, _) in pairs {
        joining.join(a, b, By::Score);
    }
    let mut groups: Vec<Vec<u32>> = joining.groups.into_iter().filter(|g| g.len() > 1).collect();
    groups.iter_mut().for_each(|g| g.sort_unstable_by_key(|r| order(*r)));
    groups.sort_unstable_by_key(|g| order(g[0]));
    Clusters { groups, contradicted }
}

fn ordered(a: u32, b: u32) -> (u32, u32) {
    (a.min(b), a.max(b))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    People,
    Score,
}

struct Joining<'a> {
    records: &'a Records,
    decided: &'a Decided,
    score: &'a dyn Fn(u32, u32) -> Weight,
    group_of: FxHashMap<u32, usize>,
    groups: Vec<Vec<u32>>,
    known: FxHashMap<(u32, u32), Weight>,
}

impl Joining<'_> {
    fn group(&mut self, record: u32) -> usize {
        let next = self.groups.len();
        let group = *self.group_of.entry(record).or_insert(next);
        if group == next {
            self.groups.push(vec![record]);
        }
        group
    }

    /// Whether the two are in one group now.
    fn join(&mut self, a: u32, b: u32, by: By) -> bool {
        let (x, y) = (self.group(a), self.group(b));
        if x == y {
            return true;
        }
        if by == By::Score && self.groups[x].len() + self.groups[y].len() > LARGEST {
            return false;
        }
        let cross = || self.groups[x].iter().flat_map(|p| self.groups[y].iter().map(|q| (*p, *q)));
        if !cross().all(|(p, q)| self.may_be_one(p, q, by)) {
            return false;
        }
        let (into, from) = if self.groups[x].len() >= self.groups[y].len() { (x, y) } else { (y, x) };
        let moved = std::mem::take(&mut self.groups[from]);
        for record in &moved {
            self.group_of.insert(*record, into);
        }
        self.groups[into].extend(moved);
        true
    }

    fn may_be_one(&self, a: u32, b: u32, by: By) -> bool {
        let (p, q) = (self.records.exclusive[a as usize], self.records.exclusive[b as usize]);
        if p != 0 && p == q || self.decided.different.contains(&ordered(a, b)) {
            return false;
        }
        by == By::People
            || self.known.get(&ordered(a, b)).copied().unwrap_or_else(|| (self.score)(a, b)) >= SUSPECT
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::record;
    use super::super::verdict::{SAME, Verdict};
    use super::*;

    fn records(count: u32, exclusive: &[u32]) -> Records {
        let of = |r: u32| exclusive.get(r as usize).copied().unwrap_or(0);
        Records {
            fields: Vec::new(),
            order: (0..count).map(|r| record::hash(&r.to_le_bytes())).collect(),
            exclusive: (0..count).map(of).collect(),
        }
    }

    /// Scores of every pair of `count` records, by the pair.
    fn scored(count: u32, scores: &[Weight]) -> FxHashMap<(u32, u32), Weight> {
        let pairs = (0..count).flat_map(|a| (a + 1..count).map(move |b| (a, b)));
        pairs.zip(scores.iter().copied().chain(std::iter::repeat(-900))).collect()
    }

    fn grouped(records: &Records, scores: &FxHashMap<(u32, u32), Weight>, decided: &Decided) -> Clusters {
        let same: Vec<(u32, u32, Weight)> =
            scores.iter().filter(|(_, s)| **s >= SAME).map(|((a, b), s)| (*a, *b, *s)).collect();
        clusters(records, &same, decided, &|a, b| scores[&ordered(a, b)])
    }

    fn within(clusters: &Clusters) -> impl Iterator<Item = (u32, u32)> {
        clusters.groups.iter().flat_map(|g| {
            g.iter().enumerate().flat_map(|(i, a)| g[i + 1..].iter().map(move |b| ordered(*a, *b)))
        })
    }

    proptest! {
        #[test]
        fn no_group_holds_two_that_are_different_by_verdict_by_decision_or_by_list(
            count in 2u32..14,
            scores in prop::collection::vec(
                prop_oneof![Just(900), Just(1500), Just(0), Just(-900), -1200..2000], 0..91),
            apart in prop::collection::vec((0u32..14, 0u32..14), 0..6),
            exclusive in prop::collection::vec(0u32..3, 0..14),
        ) {
            let scores = scored(count, &scores);
            let different = apart.iter().filter(|(a, b)| a != b && a.max(b) < &count);
            let different = different.map(|(a, b)| ordered(*a, *b)).collect();
            let decided = Decided { same: Vec::new(), different };
            let records = records(count, &exclusive);
            let found = grouped(&records, &scores, &decided);
            let mut seen = FxHashSet::default();
            prop_assert!(found.groups.iter().flatten().all(|r| seen.insert(*r)), "one record, one group");
            for pair in within(&found) {
                prop_assert!(Verdict::of(scores[&pair]) != Verdict::Different, "{:?}", pair);
                prop_assert!(!decided.different.contains(&pair));
                let [p, q] = [pair.0, pair.1].map(|r| records.exclusive[r as usize]);
                prop_assert!(p == 0 || p != q);
            }
        }

        #[test]
        fn what_people_decided_stands_and_contradictions_are_told(
            count in 3u32..10,
            scores in prop::collection::vec(-1200..2000, 0..45),
            same in prop::collection::vec((0u32..10, 0u32..10), 1..5),
            apart in prop::collection::vec((0u32..10, 0u32..10), 1..5),
        ) {
            let inside = |pairs: &[(u32, u32)]| -> Vec<(u32, u32)> {
                let kept = pairs.iter().filter(|(a, b)| a != b && a.max(b) < &count);
                kept.map(|(a, b)| ordered(*a, *b)).collect()
            };
            let decided = Decided { same: inside(&same), different: inside(&apart).into_iter().collect() };
            let found = grouped(&records(count, &[]), &scored(count, &scores), &decided);
            let together: FxHashSet<(u32, u32)> = within(&found).collect();
            prop_assert!(together.iter().all(|p| !decided.different.contains(p)));
            for pair in &decided.same {
                prop_assert!(together.contains(pair) || found.contradicted.contains(pair), "{:?}", pair);
            }
        }

        #[test]
        fn a_chain_of_likenesses_ties_nobody_to_a_stranger(length in 3u32..40, strong in 700..3000) {
            // Each is like the next and like nobody else: the chain falls into pairs.
            let mut scores = scored(length, &[]);
            scores.extend((1..length).map(|i| ((i - 1, i), strong)));
            let found = grouped(&records(length, &[]), &scores, &Decided::default());
            prop_assert!(found.groups.iter().all(|g| g.len() == 2));
            prop_assert!(!found.groups.is_empty());
        }
    }
}
