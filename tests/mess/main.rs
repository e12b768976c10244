//! Rosters as badly made as a hurried school makes them: composed workbooks with known truth, and a gallery of real files.

#![allow(clippy::unwrap_used)] // a helper of a test may fail as the test may

mod book;
mod compose;
mod gallery;
mod judge;
mod noise;
mod pupils;
mod rng;
mod shapes;

use judge::{Bench, Tally};

fn run(seeds: impl Iterator<Item = u64>) -> Tally {
    let bench = Bench::new();
    let pool = pupils::pool();
    let mut tally = Tally::default();
    for seed in seeds {
        bench.judge(&compose::compose(seed, &pool), &mut tally);
    }
    tally
}

#[test]
fn sixty_composed_workbooks_are_read_right_or_asked_about() {
    let tally = run(1..=60);
    assert!(tally.wrong.is_empty(), "{}", tally.wrong.join("\n"));
    assert_eq!(tally.workbooks, 60);
    assert!(tally.kinds.iter().all(|n| *n >= 5), "every kind of mess is there: {:?}", tally.kinds);
}

/// The figures of the gallery: `cargo test --test mess -- --ignored --nocapture figures`.
/// `XUEJI_MESS_SEED` and `XUEJI_MESS_COUNT` choose others; without, the seeds are the clock's.
#[test]
#[ignore = "some minutes; prints the figures"]
fn figures_on_five_hundred_fresh_workbooks() {
    let setting = |name: &str| std::env::var(name).ok().and_then(|v| v.parse::<u64>().ok());
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let seed = setting("XUEJI_MESS_SEED").unwrap_or(now * 1000);
    let count = setting("XUEJI_MESS_COUNT").unwrap_or(500);
    let tally = run(seed..seed + count);
    println!("seeds {seed}..{}\n{}", seed + count, tally.table());
    assert!(tally.wrong.is_empty(), "{}", tally.wrong.join("\n"));
}
