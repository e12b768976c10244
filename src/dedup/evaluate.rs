//! How good a run was, against what is known to be true: precision, recall, F1, by kind of error. And never against a
//! truth that is not about these records.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::engine::Found;
use super::record::{NONE, Records};
use super::schema::Schema;
use super::verdict::{SAME, SUSPECT};

/// What is true: pairs of records that are one child, each with the kinds of error between them, and pairs that are
/// twins.
#[derive(Debug, Default)]
pub struct Truth {
    pub same: Vec<(u32, u32)>,
    /// Which records an error was made in, and which kind.
    pub kinds: FxHashMap<u32, Vec<String>>,
    pub twins: Vec<(u32, u32)>,
    /// Of which pairs the truth says anything.
    pub known: Known,
}

/// Of which pairs a truth says anything: what it leaves out is neither right nor wrong.
#[derive(Debug, Default)]
pub enum Known {
    #[default]
    All,
    /// Those of two records that are listed: by record.
    Listed(Vec<bool>),
    /// Those that stand in the file.
    Pairs(FxHashSet<(u32, u32)>),
}

impl Known {
    /// Whether the truth says anything of a pair, the smaller record first.
    pub fn says(&self, pair: (u32, u32)) -> bool {
        let listed = |all: &Vec<bool>, r: u32| all.get(r as usize).copied().unwrap_or(false);
        match self {
            Known::All => true,
            Known::Listed(all) => listed(all, pair.0) && listed(all, pair.1),
            Known::Pairs(pairs) => pairs.contains(&pair),
        }
    }
}

/// Why a truth file can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// Identifiers that no record has: of how many rows, in which lines.
    Unknown { rows: usize, lines: Vec<u64> },
    /// One record stands for two children, or one pair is the same and is not: the lines that say otherwise.
    Twice { lines: Vec<u64> },
    /// Neither yes nor no.
    Verdict { lines: Vec<u64> },
    /// No two records are one child.
    NoPairs,
}

impl Mismatch {
    pub fn message(&self) -> String {
        match self {
            Mismatch::Unknown { rows, lines } => {
                let (count, at) = (lines.len(), at(lines));
                format!("真值文件与数据对不上：{rows} 行中有 {count} 行的编号在数据中不存在（{at}）。")
            }
            Mismatch::Twice { lines } => {
                format!("真值文件自相矛盾：有 {} 行与前面的说法不同（{}）。", lines.len(), at(lines))
            }
            Mismatch::Verdict { lines } => {
                let count = lines.len();
                format!("真值文件有 {count} 行的结论不是 same、different、是、否（{}）。", at(lines))
            }
            Mismatch::NoPairs => "真值文件中没有任何一对相同的学生，无从评估。".to_owned(),
        }
    }
}

/// The first of some lines, in words.
fn at(lines: &[u64]) -> String {
    const FEW: usize = 8;
    let few: Vec<String> = lines.iter().take(FEW).map(u64::to_string).collect();
    let more = if lines.len() > FEW { "等" } else { "" };
    format!("第 {} 行{more}", few.join("、"))
}

/// The rows of a truth that names the child of each record: record, child (by its hash), kinds of error, family.
pub struct ChildRow<'a> {
    pub line: u64,
    pub record: Option<u32>,
    pub child: u64,
    pub kinds: &'a str,
    pub family: &'a str,
}

/// Makes the truth of rows that name the child of each record, of `records` in all. Of a record that is not among the
/// rows nothing is known.
///
/// # Errors
/// The rows are not about these records.
pub fn by_child(rows: &[ChildRow], records: usize) -> Result<Truth, Mismatch> {
    let lines: Vec<u64> = rows.iter().filter(|r| r.record.is_none()).map(|r| r.line).collect();
    if !lines.is_empty() {
        return Err(Mismatch::Unknown { rows: rows.len(), lines });
    }
    let mut child_of: Vec<Option<u64>> = vec![None; records];
    let mut twice = Vec::new();
    let mut truth = Truth::default();
    let mut children: Vec<(u64, u32)> = Vec::with_capacity(rows.len());
    let mut families: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for row in rows {
        let Some(record) = row.record else { continue };
        match child_of[record as usize].replace(row.child) {
            Some(before) if before != row.child => twice.push(row.line),
            Some(_) => continue,
            None => {}
        }
        children.push((row.child, record));
        if !row.family.is_empty() {
            families.entry(row.family).or_default().push(record);
        }
        if !row.kinds.is_empty() {
            let kinds = row.kinds.split('+').filter(|k| !k.is_empty()).map(str::to_owned).collect();
            truth.kinds.insert(record, kinds);
        }
    }
    if !twice.is_empty() {
        return Err(Mismatch::Twice { lines: twice });
    }
    if child_of.contains(&None) {
        truth.known = Known::Listed(child_of.iter().map(Option::is_some).collect());
    }
    children.sort_unstable();
    let groups = children.chunk_by(|a, b| a.0 == b.0).filter(|g| g.len() > 1);
    let groups: Vec<Vec<u32>> = groups.map(|g| g.iter().map(|(_, record)| *record).collect()).collect();
    truth.same = pairs_within(&groups).collect();
    truth.same.sort_unstable();
    let families: Vec<Vec<u32>> = families.into_values().collect();
    truth.twins =
        pairs_within(&families).filter(|(a, b)| child_of[*a as usize] != child_of[*b as usize]).collect();
    if truth.same.is_empty() { Err(Mismatch::NoPairs) } else { Ok(truth) }
}

/// The pairs of the members of each group, the smaller first.
fn pairs_within(groups: &[Vec<u32>]) -> impl Iterator<Item = (u32, u32)> {
    groups.iter().flat_map(|g| {
        g.iter().enumerate().flat_map(move |(i, a)| g[i + 1..].iter().map(move |b| (*a.min(b), *a.max(b))))
    })
}

/// The rows of a truth of pairs: two records, the kinds of error between them, and whether they are one child.
pub struct PairRow<'a> {
    pub line: u64,
    pub left: Option<u32>,
    pub right: Option<u32>,
    pub kinds: &'a str,
    /// Empty where the file has pairs of one child only.
    pub verdict: &'a str,
}

/// Makes the truth of pairs. It is taken for whole unless it is said to be partial: then of every other pair nothing is
/// known.
///
/// # Errors
/// The pairs are not about these records.
pub fn by_pairs(rows: &[PairRow], partial: bool) -> Result<Truth, Mismatch> {
    let lines = |of: &dyn Fn(&&PairRow) -> bool| rows.iter().filter(of).map(|r| r.line).collect::<Vec<_>>();
    let unknown = lines(&|r| r.left.is_none() || r.right.is_none() || r.left == r.right);
    if !unknown.is_empty() {
        return Err(Mismatch::Unknown { rows: rows.len(), lines: unknown });
    }
    let unread = lines(&|r| verdict_of(r.verdict).is_none());
    if !unread.is_empty() {
        return Err(Mismatch::Verdict { lines: unread });
    }
    let mut truth = Truth::default();
    let mut said: FxHashMap<(u32, u32), bool> = FxHashMap::default();
    let mut twice = Vec::new();
    for row in rows {
        let (Some(a), Some(b), Some(is_same)) = (row.left, row.right, verdict_of(row.verdict)) else {
            continue;
        };
        let pair = (a.min(b), a.max(b));
        match said.insert(pair, is_same) {
            Some(before) if before != is_same => twice.push(row.line),
            Some(_) => continue,
            None => {}
        }
        if !is_same {
            continue;
        }
        truth.same.push(pair);
        // The error is between the two: it counts for the one that is named last.
        for kind in row.kinds.split('+').filter(|k| !k.is_empty()) {
            truth.kinds.entry(b).or_default().push(kind.to_owned());
        }
    }
    if !twice.is_empty() {
        return Err(Mismatch::Twice { lines: twice });
    }
    if partial {
        truth.known = Known::Pairs(said.into_keys().collect());
    }
    truth.same.sort_unstable();
    if truth.same.is_empty() { Err(Mismatch::NoPairs) } else { Ok(truth) }
}

/// Whether a cell says that a pair is one child.
fn verdict_of(text: &str) -> Option<bool> {
    match text {
        "" | "same" | "是" | "1" => Some(true),
        "different" | "否" | "0" => Some(false),
        _ => None,
    }
}

/// The interval in which a share lies with 95 %, of which `of` were looked at and `right` had it (Wilson 1927): true to
/// its name also near 0 and 1 and for few. `None` where nothing was looked at.
pub fn wilson(right: u64, of: u64) -> Option<(f64, f64)> {
    const Z: f64 = 1.959_963_984_540_054;
    if of == 0 {
        return None;
    }
    let (n, p) = (of as f64, right as f64 / of as f64);
    let middle = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z * Z / n;
    Some((((middle - half) / whole).max(0.0), ((middle + half) / whole).min(1.0)))
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

/// Pairs with the same document number, damaged ones left out: the first official rule, by itself.
pub fn same_number(schema: &Schema, records: &Records, truth: &Truth) -> Option<Figures> {
    let column = records.fields[schema.own("document")?].columns.first()?;
    let mut by_number: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    let counts = &records.fields[schema.own("document")?].pool.counts;
    let repeated = |n: u32| n != NONE && counts[n as usize] > 1;
    for (record, number) in (0..).zip(column).filter(|(_, n)| repeated(**n)) {
        by_number.entry(*number).or_default().push(record);
    }
    let by_number: Vec<Vec<u32>> = by_number.into_values().collect();
    let same: FxHashSet<(u32, u32)> = truth.same.iter().copied().collect();
    let mut figures = Figures { truth: same.len() as u64, ..Figures::default() };
    for pair in pairs_within(&by_number).filter(|p| truth.known.says(*p)) {
        figures.said += 1;
        figures.right += u64::from(same.contains(&pair));
    }
    Some(figures)
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
    /// Pairs called one child or grouped of which the truth says nothing.
    pub unknown: u64,
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
    let known = found.pairs.iter().filter(|(c, _)| truth.known.says((c.a, c.b)));
    let said: Vec<(u32, u32)> = known.clone().filter(|(_, s)| *s >= SAME).map(|(c, _)| (c.a, c.b)).collect();
    let queued: FxHashSet<(u32, u32)> =
        known.filter(|(_, s)| (SUSPECT..SAME).contains(s)).map(|(c, _)| (c.a, c.b)).collect();
    let mut grouped = grouped(found);
    let all = grouped.len();
    grouped.retain(|p| truth.known.says(*p));
    let unknown = (all - grouped.len()) as u64;
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
        unknown,
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
    use crate::dedup::record;

    fn row<'a>(record: Option<u32>, child: &str, family: &'a str) -> ChildRow<'a> {
        ChildRow { line: 2, record, child: record::hash(child.as_bytes()), kinds: "", family }
    }

    fn pair(left: u32, right: u32, verdict: &str) -> PairRow<'_> {
        PairRow { line: u64::from(left) + 2, left: Some(left), right: Some(right), kinds: "", verdict }
    }

    #[test]
    fn a_truth_that_is_not_about_these_records_is_refused() {
        let unknown = by_child(&[row(Some(0), "a", ""), row(None, "a", "")], 2).unwrap_err();
        assert_eq!(unknown, Mismatch::Unknown { rows: 2, lines: vec![2] });
        let twice = by_child(&[row(Some(0), "a", ""), row(Some(0), "b", "")], 2).unwrap_err();
        assert_eq!(twice, Mismatch::Twice { lines: vec![2] });
        assert_eq!(by_child(&[row(Some(0), "a", "")], 1).unwrap_err(), Mismatch::NoPairs);
        assert_eq!(by_pairs(&[], false).unwrap_err(), Mismatch::NoPairs);
        assert!(by_pairs(&[PairRow { right: None, ..pair(1, 2, "") }], false).is_err());
        assert!(by_pairs(&[pair(1, 1, "")], false).is_err(), "a record is no pair with itself");
        let both = by_pairs(&[pair(1, 2, "same"), pair(2, 1, "different")], false).unwrap_err();
        assert_eq!(both, Mismatch::Twice { lines: vec![4] });
        let unread = by_pairs(&[pair(1, 2, "maybe")], false).unwrap_err();
        assert_eq!(unread, Mismatch::Verdict { lines: vec![3] });
        let all = [unknown, twice, unread, Mismatch::NoPairs];
        assert!(all.iter().all(|m| m.message().ends_with('。')));
    }

    #[test]
    fn of_what_a_truth_leaves_out_nothing_is_known() {
        let whole = by_child(&[row(Some(0), "a", ""), row(Some(1), "a", "")], 2).unwrap();
        assert!(matches!(whole.known, Known::All));
        let part = by_child(&[row(Some(0), "a", ""), row(Some(2), "a", "")], 4).unwrap();
        assert!(part.known.says((0, 2)) && !part.known.says((0, 1)) && !part.known.says((1, 3)));
        let rows = [pair(0, 1, "是"), pair(2, 3, "否")];
        let pairs = by_pairs(&rows, true).unwrap();
        assert_eq!(pairs.same, [(0, 1)]);
        assert!(pairs.known.says((2, 3)) && !pairs.known.says((0, 2)));
        assert!(by_pairs(&rows, false).unwrap().known.says((0, 2)));
    }

    #[test]
    fn an_interval_is_wilsons() {
        // Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29.
        for (right, of, low, high) in [
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
        ] {
            let (l, h) = wilson(right, of).unwrap();
            assert!((l - low).abs() < 5e-5 && (h - high).abs() < 5e-5, "{right}/{of}: {l} {h}");
        }
        assert_eq!(wilson(0, 0), None);
    }

    #[test]
    fn children_of_a_family_are_twins_and_copies_are_the_same() {
        let rows =
            [row(Some(3), "a", "f"), row(Some(1), "a", "f"), row(Some(2), "b", "f"), row(Some(0), "c", "")];
        let truth = by_child(&rows, 4).unwrap();
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
