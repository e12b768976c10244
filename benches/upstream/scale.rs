//! The level above at scale: many counties made, taken in, compared, reported; seconds, memory, and bytes a pupil.
//!
//! `XUEJI_BENCH_STAGES=4,12,40 cargo bench --bench upstream` takes minutes and some 15 GB of `TMPDIR` for the 10⁶ pupils of
//! its last stage: the stages are numbers of counties, each of `XUEJI_BENCH_PUPILS`.

use std::time::Instant;

use super::counties::{Cost, Counties};
use super::process::setting;
use super::server::{Database, Server, spread_database};

pub fn run(server: &'static Server, stages: &str) {
    let pupils = setting("XUEJI_BENCH_PUPILS", 25_000);
    let stages: Vec<usize> = stages.split(',').map(|n| n.parse().expect("numbers of counties")).collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let made = Counties { folder: folder.path().to_owned(), none: server.database() };
    let all = *stages.last().expect("a stage");
    let start = Instant::now();
    made.make(all, pupils);
    let seconds = start.elapsed().as_secs_f64();
    let total = all * pupils;
    println!(
        "made: {total} pupils in {seconds:.0} s, {:.0} a second (roster, import, approval, numbers)\n",
        total as f64 / seconds
    );
    let is_spread = setting("XUEJI_BENCH_SPREAD", 0) > 0;
    let database = if is_spread { spread_database().expect("it starts") } else { server.database() };
    for node in &database.nodes {
        made.run(node, "city.db", &["upstream", "init", "--engine", node.engine]);
    }
    made.run(&database, "city.db", &["upstream", "init", "--engine", database.engine]);
    println!("| pupils | command | seconds | per 10⁶ | peak MB |\n|---:|---|---:|---:|---:|");
    let mut before = 0;
    for counties in stages {
        stage(&made, &database, (before, counties), pupils);
        before = counties;
    }
    sizes(&database, total);
}

fn row(pupils: usize, what: &str, of: usize, (took, peak): Cost) {
    let seconds = took.as_secs_f64();
    println!("| {pupils} | {what} | {seconds:.2} | {:.1} | {peak} |", seconds * 1e6 / of as f64);
}

/// The counties of a stage come to those that are there.
fn stage(made: &Counties, database: &Database, (before, counties): (usize, usize), pupils: usize) {
    let total = counties * pupils;
    let new = (counties - before) * pupils;
    let pushed: Vec<Cost> =
        (before..counties).map(|n| made.run(database, &format!("c{n}.db"), &["sync", "push"])).collect();
    let sum = (pushed.iter().map(|c| c.0).sum(), pushed.iter().map(|c| c.1).max().unwrap_or(0));
    row(total, "`sync push` of the new counties, one by one", new, sum);
    let city = |arguments: &[&str]| made.run(database, "city.db", arguments);
    row(total, "`upstream receive` of them, 2 jobs", new, city(&["upstream", "receive", "--jobs", "2"]));
    row(total, "`upstream status`", total, city(&["upstream", "status"]));
    row(total, "`upstream dedup`, the new ones' keys made", total, city(&["upstream", "dedup"]));
    row(total, "`upstream dedup` again", total, city(&["upstream", "dedup", "--new"]));
    let export = ["upstream", "export", "headcount", "--as-of", "2026-09-10"];
    row(total, "`upstream export headcount --as-of`", total, city(&export));
    made.admit(0, 500, 90_000 + counties);
    row(total, "`sync push` of 500 admissions", 500, made.run(database, "c0.db", &["sync", "push"]));
    row(total, "`upstream receive` of them", 500, city(&["upstream", "receive"]));
}

/// Bytes a pupil of each table, indexes and all.
fn sizes(database: &Database, pupils: usize) {
    let sql =
        "SELECT p.relname, count(*), sum(pg_total_relation_size(c.oid)), sum(pg_indexes_size(c.oid)), sum(c.reltuples)::bigint
         FROM pg_class p JOIN pg_class c ON c.relkind = 'r'
              AND (c.oid = p.oid OR c.oid IN (SELECT relid FROM pg_partition_tree(p.oid)))
         WHERE p.relnamespace = 'xueji'::regnamespace AND p.relkind IN ('r', 'p') AND NOT p.relispartition
         GROUP BY 1 ORDER BY 3 DESC";
    println!("\n| table | rows | bytes a pupil | of them indexes |\n|---|---:|---:|---:|");
    let mut all = 0;
    let places = if database.nodes.is_empty() { std::slice::from_ref(database) } else { &database.nodes };
    for place in places {
        place.rows("ANALYZE");
        for line in place.rows(sql) {
            let cells: Vec<&str> = line.split('|').collect();
            let number = |at: usize| cells[at].parse::<i64>().unwrap_or(0);
            all += number(2);
            if number(2) as usize > pupils {
                let each = |at: usize| number(at) / pupils as i64;
                println!("| {} | {} | {} | {} |", cells[0], number(4), each(2), each(3));
            }
        }
    }
    println!("\nall: {} bytes a pupil", all / pupils as i64);
}
