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
