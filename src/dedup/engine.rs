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

#[cfg(test)]
mod tests {
    use super::super::record::{Builder, Row};
    use super::super::schema;
    use super::*;
    use crate::model::dice::Dice;

    const SURNAMES: [&str; 8] = ["王", "李", "张", "刘", "陈", "杨", "单", "欧阳"];
    const GIVEN: [&str; 12] =
        ["伟", "芳", "子轩", "梓涵", "一诺", "宇航", "思琪", "雨桐", "浩然", "欣怡", "佳", "明"];

    /// Invented pupils by column of the schema, one in six of them twice with something other.
    fn pupils(dice: &mut Dice, count: usize) -> Vec<Vec<String>> {
        let mut all: Vec<Vec<String>> = Vec::new();
        while all.len() < count {
            let born = format!("2015{:02}{:02}", dice.below(12) + 1, dice.below(28) + 1);
            let row = [
                format!("{}{}", SURNAMES[dice.below(8)], GIVEN[dice.below(12)]),
                format!("sex:{}", dice.below(2) + 1),
                born.clone(),
                format!("330127{born}{:04}", dice.below(10_000)),
                format!("{}{}", SURNAMES[dice.below(8)], GIVEN[dice.below(12)]),
                String::new(),
                String::new(),
                String::new(),
                format!("1380000{:04}", dice.below(10_000)),
                String::new(),
                String::new(),
                format!("云溪县青石镇松坪村{}号", dice.below(400)),
                String::new(),
                "330127".to_owned(),
                "2133916413".to_owned(),
                "2133916413:202109-".to_owned(),
            ];
            if dice.below(6) == 0 {
                let mut again = row.to_vec();
                match dice.below(3) {
                    0 => again[3].clear(),
                    1 => again[0] = again[0].replace('伟', "玮").replace('涵', "函"),
                    _ => again[8] = "13900000000".to_owned(),
                }
                again[14] = "2133916420".to_owned();
                again[15] = "2133916420:202109-".to_owned();
                all.push(again);
            }
            all.push(row.to_vec());
        }
        all
    }

    /// Pairs with their scores, and groups.
    type Said = (Vec<(usize, usize, Weight)>, Vec<Vec<usize>>);

    /// What a run says of records in this order, by their names.
    fn said(pupils: &[Vec<String>], order: &[usize]) -> Said {
        let schema = schema::pupil();
        let mut builder = Builder::new(&schema);
        let ids: Vec<String> = order.iter().map(|at| format!("学生{at}")).collect();
        for chunk in order.chunks(50).zip(ids.chunks(50)) {
            let rows: Vec<Row> = chunk
                .0
                .iter()
                .zip(chunk.1)
                .map(|(at, id)| Row {
                    id,
                    exclusive: 0,
                    cells: pupils[*at].iter().map(String::as_str).collect(),
                })
                .collect();
            builder.add(&rows);
        }
        let found = run(&schema, &builder.finish(), Options::default());
        let of = |r: u32| order[r as usize];
        let mut pairs: Vec<(usize, usize, Weight)> =
            found.pairs.iter().map(|(c, s)| (of(c.a).min(of(c.b)), of(c.a).max(of(c.b)), *s)).collect();
        pairs.sort_unstable();
        let group = |g: &Vec<u32>| {
            let mut names: Vec<usize> = g.iter().map(|r| of(*r)).collect();
            names.sort_unstable();
            names
        };
        let mut groups: Vec<Vec<usize>> = found.clusters.groups.iter().map(group).collect();
        groups.sort_unstable();
        (pairs, groups)
    }

    #[test]
    fn a_hundred_orders_of_arrival_and_any_number_of_threads_find_the_same() {
        let mut dice = Dice(20_260_901);
        let pupils = pupils(&mut dice, 240);
        let mut order: Vec<usize> = (0..pupils.len()).collect();
        let first = said(&pupils, &order);
        assert!(first.0.len() >= 20 && first.1.len() >= 15, "{} {}", first.0.len(), first.1.len());
        for round in 0..100 {
            for i in (1..order.len()).rev() {
                order.swap(i, dice.below(i + 1));
            }
            let threads = rayon::ThreadPoolBuilder::new().num_threads(round % 4 + 1).build().unwrap();
            assert!(threads.install(|| said(&pupils, &order)) == first, "order {round}");
        }
    }

    /// Records of rows by column of the schema, each known by its number.
    fn records(rows: &[Vec<String>]) -> Records {
        let mut builder = Builder::new(&schema::pupil());
        let ids: Vec<String> = (0..rows.len()).map(|i| i.to_string()).collect();
        let rows = rows.iter().zip(&ids);
        let rows =
            rows.map(|(row, id)| Row { id, exclusive: 0, cells: row.iter().map(String::as_str).collect() });
        builder.add(&rows.collect::<Vec<_>>());
        builder.finish()
    }

    /// Pupils of whom nothing is told but what `of` says.
    fn alike(count: usize, of: impl Fn(usize, &mut [String])) -> Records {
        let row = |i| {
            let mut row = vec![String::new(); 16];
            of(i, &mut row);
            row
        };
        records(&(0..count).map(row).collect::<Vec<_>>())
    }

    fn born(i: usize) -> String {
        format!("{}{:02}{:02}", 2009 + i % 7, i / 7 % 12 + 1, i / 84 % 28 + 1)
    }

    fn named(i: usize) -> String {
        format!("{}{}{}", SURNAMES[i % 8], GIVEN[i / 8 % 12].chars().next().unwrap(), GIVEN[i / 96 % 12])
    }

    #[test]
    fn a_roster_of_one_telephone_or_one_address_stays_within_the_budget_and_it_is_told() {
        // Forty-one birth dates for 6,000, so that telephone and birth date together are shared by many; no two have both
        // name and birth date in common.
        for column in [8, 11] {
            let records = alike(6_000, |i, row| {
                row[0] = named(i);
                row[2] = born(i % 41);
                row[3] = format!("330127{}{:04}", born(i % 41), i * 7 % 10_000);
                row[column] = if column == 8 { "13800000000" } else { "青石镇中心小学宿舍1号" }.to_owned();
            });
            let found = run(&schema::pupil(), &records, Options::default());
            assert!(found.compared <= 6_000 * 200, "column {column}: {} pairs", found.compared);
            // An address is no key by itself: what all share there brings nobody together.
            let told = found.capped.iter().any(|c| c.records > 32 && c.skipped > 0);
            assert!(told || column == 11, "column {column}");
            let same = found.pairs.iter().filter(|(_, s)| *s >= crate::dedup::verdict::SAME).count();
            assert!(same * 200 <= records.len(), "column {column}: {same} strangers called the same");
        }
    }

    #[test]
    fn empty_names_and_empty_rows_are_no_likeness() {
        let empty = alike(500, |_, _| {});
        assert!(run(&schema::pupil(), &empty, Options::default()).pairs.is_empty());
        let nameless = alike(500, |i, row| {
            row[0] = ["", " ", "　", "·"][i % 4].to_owned();
            row[2] = born(i);
            row[8] = format!("139{:08}", i);
        });
        let found = run(&schema::pupil(), &nameless, Options::default());
        assert!(found.pairs.is_empty() && found.clusters.groups.is_empty(), "{} pairs", found.pairs.len());
        assert!(run(&schema::pupil(), &alike(0, |_, _| {}), Options::default()).pairs.is_empty());
        assert!(run(&schema::pupil(), &alike(1, |_, _| {}), Options::default()).pairs.is_empty());
    }

    #[test]
    fn pupils_who_become_another_step_by_step_are_not_one() {
        // Each differs from the next in one thing; the first and the last in everything.
        let mut dice = Dice(20_260_902);
        let mut rows = pupils(&mut dice, 200);
        let first = rows.len();
        let (mut now, end) = (rows[0].clone(), rows[1].clone());
        rows.push(now.clone());
        for column in [8, 11, 4, 3, 0, 2, 1] {
            now[column].clone_from(&end[column]);
            rows.push(now.clone());
        }
        let records = records(&rows);
        let schema = schema::pupil();
        let found = run(&schema, &records, Options::default());
        let scorer = Scorer::new(&schema, &records, &found.model);
        for group in &found.clusters.groups {
            for (i, a) in group.iter().enumerate() {
                assert!(group[i + 1..].iter().all(|b| scorer.pair(*a, *b) >= SUSPECT), "{group:?}");
            }
        }
        let (start, last) = (first as u32, rows.len() as u32 - 1);
        assert!(found.clusters.groups.iter().all(|g| !(g.contains(&start) && g.contains(&last))));
    }

    #[test]
    fn ten_thousand_of_one_name_stay_within_the_budget_and_it_is_told() {
        let records = alike(10_000, |i, row| {
            row[0] = "张伟".to_owned();
            row[2] = "20150314".to_owned();
            row[8] = "13800000000".to_owned();
            row[3] = format!("33012720150314{i:04}");
        });
        let found = run(&schema::pupil(), &records, Options::default());
        assert!(found.compared <= records.len() * 200, "{} pairs", found.compared);
        assert!(found.capped.iter().any(|c| c.records == records.len() && c.skipped > 0));
    }
}
