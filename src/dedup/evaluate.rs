//! How good a run was, against what is known to be true: precision, recall, F1, by kind of error. And never against a
//! truth that is not about these records.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::engine::Found;
use super::verdict::{SAME, SUSPECT};

/// What is true: pairs of records that are one child, each with the kinds of error between them, and pairs that are
/// twins.
#[derive(Debug, Default)]
pub struct Truth {
    pub same: Vec<(u32, u32)>,
    /// Which records an error was made in, and which kind.
    pub kinds: FxHashMap<u32, Vec<String>>,
    pub twins: Vec<(u32, u32)>,
}

/// Why a truth file can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// Identifiers that no record has: how many, of how many rows.
    Unknown { rows: usize, unknown: usize },
    /// One record stands for two children.
    Twice { rows: usize },
    /// No two records are one child.
    NoPairs,
}

impl Mismatch {
    pub fn message(&self) -> String {
        match self {
            Mismatch::Unknown { rows, unknown } => {
                format!("真值文件与数据对不上：{rows} 行中有 {unknown} 行的编号在数据中不存在。")
            }
            Mismatch::Twice { rows } => format!("真值文件自相矛盾：有 {rows} 个编号属于两个学生。"),
            Mismatch::NoPairs => "真值文件中没有任何一对相同的学生，无从评估。".to_owned(),
        }
    }
}

/// The rows of a truth that names the child of each record: record, child, kinds of error, family.
pub struct ChildRow<'a> {
    pub record: Option<u32>,
    pub child: &'a str,
    pub kinds: &'a str,
    pub family: &'a str,
}

/// Makes the truth of rows that name the child of each record.
///
/// # Errors
/// The rows are not about these records.
pub fn by_child(rows: &[ChildRow]) -> Result<Truth, Mismatch> {
    let unknown = rows.iter().filter(|r| r.record.is_none()).count();
    if unknown > 0 {
        return Err(Mismatch::Unknown { rows: rows.len(), unknown });
    }
    let mut child_of: FxHashMap<u32, &str> = FxHashMap::default();
    let mut twice = 0;
    let mut truth = Truth::default();
    let mut children: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    let mut families: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for row in rows {
        let Some(record) = row.record else { continue };
        match child_of.insert(record, row.child) {
            Some(before) if before != row.child => twice += 1,
            Some(_) => continue,
            None => {}
        }
        children.entry(row.child).or_default().push(record);
        if !row.family.is_empty() {
            families.entry(row.family).or_default().push(record);
        }
        let kinds: Vec<String> = row.kinds.split('+').filter(|k| !k.is_empty()).map(str::to_owned).collect();
        if !kinds.is_empty() {
            truth.kinds.insert(record, kinds);
        }
    }
    if twice > 0 {
        return Err(Mismatch::Twice { rows: twice });
    }
    truth.same = pairs_within(&children).collect();
    truth.twins = pairs_within(&families).filter(|(a, b)| child_of.get(a) != child_of.get(b)).collect();
    if truth.same.is_empty() { Err(Mismatch::NoPairs) } else { Ok(truth) }
}

fn pairs_within<'a>(groups: &'a BTreeMap<&str, Vec<u32>>) -> impl Iterator<Item = (u32, u32)> + 'a {
    groups.values().flat_map(|g| {
        g.iter().enumerate().flat_map(move |(i, a)| g[i + 1..].iter().map(move |b| (*a.min(b), *a.max(b))))
    })
}

/// Makes the truth of true pairs: two records, and the kinds of error between them.
///
/// # Errors
/// The pairs are not about these records.
pub fn by_pairs(rows: &[(Option<u32>, Option<u32>, &str)]) -> Result<Truth, Mismatch> {
    let unknown = rows.iter().filter(|(a, b, _)| a.is_none() || b.is_none()).count();
    if unknown > 0 {
        return Err(Mismatch::Unknown { rows: rows.len(), unknown });
    }
    let mut truth = Truth::default();
    for (a, b, kinds) in rows {
        let (Some(a), Some(b)) = (a, b) else { continue };
        truth.same.push((*a.min(b), *a.max(b)));
        // The error is between the two: it counts for the one that is named last.
        for kind in kinds.split('+').filter(|k| !k.is_empty()) {
            truth.kinds.entry(*b).or_default().push(kind.to_owned());
        }
    }
    truth.same.sort_unstable();
    truth.same.dedup();
    if truth.same.is_empty() { Err(Mismatch::NoPairs) } else { Ok(truth) }
}

/// Right, said and true pairs, and the three figures.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Figures {
    pub right: u64,
    pub said: u64,
    pub truth: u64,
}

impl Figures {
    pub fn precision(self) -> f64 {
        if self.said == 0 { 1.0 } else { self.right as f64 / self.said as f64 }
    }

    pub fn recall(self) -> f64 {
        if self.truth == 0 { 1.0 } else { self.right as f64 / self.truth as f64 }
    }

    /// The harmonic mean, which is 2·right / (said + true).
    pub fn f1(self) -> f64 {
        let both = self.said + self.truth;
        if both == 0 { 1.0 } else { 2.0 * self.right as f64 / both as f64 }
    }
}

/// The result of an evaluation.
pub struct Evaluation {
    /// Pairs whose own score says same.
    pub pairs: Figures,
    /// Pairs that stand in one group.
    pub groups: Figures,
    /// Groups, by kind of error: of the records in which it was made.
    pub kinds: BTreeMap<String, Figures>,
    /// True pairs that blocking brought together.
    pub met: u64,
    /// Pairs put before people, and how many of them are true.
    pub queued: Figures,
    /// Twin pairs: all, those called one child, those put before people.
    pub twins: [u64; 3],
}

/// Every pair that stands in one group.
pub fn grouped(found: &Found) -> FxHashSet<(u32, u32)> {
    let mut grouped: FxHashSet<(u32, u32)> = FxHashSet::default();
    for group in &found.clusters.groups {
        for (i, a) in group.iter().enumerate() {
            grouped.extend(group[i + 1..].iter().map(|b| (*a.min(b), *a.max(b))));
        }
    }
    grouped
}

/// Holds what a run found against the truth.
pub fn evaluate(found: &Found, truth: &Truth) -> Evaluation {
    let same: FxHashSet<(u32, u32)> = truth.same.iter().copied().collect();
    let said: Vec<(u32, u32)> =
        found.pairs.iter().filter(|(_, s)| *s >= SAME).map(|(c, _)| (c.a, c.b)).collect();
    let queued: FxHashSet<(u32, u32)> =
        found.pairs.iter().filter(|(_, s)| (SUSPECT..SAME).contains(s)).map(|(c, _)| (c.a, c.b)).collect();
    let grouped = grouped(found);
    let figures = |pairs: &mut dyn Iterator<Item = &(u32, u32)>| {
        let mut figures = Figures { truth: same.len() as u64, ..Figures::default() };
        for pair in pairs {
            figures.said += 1;
            figures.right += u64::from(same.contains(pair));
        }
        figures
    };
    let count = |of: &dyn Fn(&(u32, u32)) -> bool| truth.twins.iter().filter(|p| of(p)).count() as u64;
    let called = |p: &(u32, u32)| grouped.contains(p) || said.binary_search(p).is_ok();
    Evaluation {
        pairs: figures(&mut said.iter()),
        groups: figures(&mut grouped.iter()),
        kinds: by_kind(&grouped, &same, truth),
        met: truth.same.iter().filter(|p| found.met.contains(p)).count() as u64,
        queued: figures(&mut queued.iter()),
        twins: [truth.twins.len() as u64, count(&called), count(&|p| queued.contains(p) && !called(p))],
    }
}

fn by_kind(
    said: &FxHashSet<(u32, u32)>,
    same: &FxHashSet<(u32, u32)>,
    truth: &Truth,
) -> BTreeMap<String, Figures> {
    let mut kinds: BTreeMap<String, Figures> = BTreeMap::new();
    let kinds_of = |(a, b): &(u32, u32)| {
        let mut all: Vec<&String> = [a, b].iter().filter_map(|r| truth.kinds.get(r)).flatten().collect();
        all.sort_unstable();
        all.dedup();
        all
    };
    for pair in said {
        for kind in kinds_of(pair) {
            let figures = kinds.entry(kind.clone()).or_default();
            figures.said += 1;
            figures.right += u64::from(same.contains(pair));
        }
    }
    for pair in same {
        for kind in kinds_of(pair) {
            kinds.entry(kind.clone()).or_default().truth += 1;
        }
    }
    kinds
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row<'a>(record: Option<u32>, child: &'a str, family: &'a str) -> ChildRow<'a> {
        ChildRow { record, child, kinds: "", family }
    }

    #[test]
    fn a_truth_that_is_not_about_these_records_is_refused() {
        let unknown = by_child(&[row(Some(0), "a", ""), row(None, "a", "")]).unwrap_err();
        assert_eq!(unknown, Mismatch::Unknown { rows: 2, unknown: 1 });
        let twice = by_child(&[row(Some(0), "a", ""), row(Some(0), "b", "")]).unwrap_err();
        assert_eq!(twice, Mismatch::Twice { rows: 1 });
        assert_eq!(by_child(&[row(Some(0), "a", "")]).unwrap_err(), Mismatch::NoPairs);
        assert_eq!(by_pairs(&[]).unwrap_err(), Mismatch::NoPairs);
        assert!(by_pairs(&[(Some(1), None, "")]).is_err());
        assert!([unknown, twice, Mismatch::NoPairs].iter().all(|m| m.message().ends_with('。')));
    }

    #[test]
    fn children_of_a_family_are_twins_and_copies_are_the_same() {
        let rows =
            [row(Some(3), "a", "f"), row(Some(1), "a", "f"), row(Some(2), "b", "f"), row(Some(0), "c", "")];
        let truth = by_child(&rows).unwrap();
        assert_eq!(truth.same, [(1, 3)]);
        let mut twins = truth.twins;
        twins.sort_unstable();
        assert_eq!(twins, [(1, 2), (2, 3)]);
    }

    #[test]
    fn figures_are_what_they_are_called() {
        let figures = Figures { right: 3, said: 4, truth: 6 };
        assert_eq!((figures.precision(), figures.recall(), figures.f1()), (0.75, 0.5, 0.6));
    }
}
