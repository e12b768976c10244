//! The level above measured: counties' bundles taken into PostgreSQL beside a bare COPY of the same rows, and a day's push.
//!
//! `cargo bench --bench upstream` starts a PostgreSQL of its own, makes the counties with the program itself, and runs
//! each command as a process. `XUEJI_BENCH_COUNTIES` and `XUEJI_BENCH_PUPILS` (of each) make it larger or smaller,
//! `XUEJI_BENCH_SPREAD` takes the same into partitions on two other servers too. `XUEJI_BENCH_STAGES` is another run: see `scale`.

mod counties;
#[path = "../common/process.rs"]
mod process;
mod scale;
#[path = "../../tests/cli/server.rs"]
mod server;

use std::time::{Duration, Instant};

use counties::Counties;
use process::setting;
use server::{Database, Server};

fn main() {
    let Some(server) = server::server() else { return };
    if let Ok(stages) = std::env::var("XUEJI_BENCH_STAGES") {
        return scale::run(server, &stages);
    }
    let counties = setting("XUEJI_BENCH_COUNTIES", 4);
    let pupils = setting("XUEJI_BENCH_PUPILS", 25_000);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let made = Counties { folder: folder.path().to_owned(), none: server.database() };
    let bench = Bench { made, server };
    bench.made.make(counties, pupils);
    let entries: i64 = (0..counties).map(|n| bench.made.entries(n)).sum();
    println!("{counties} counties of {pupils} pupils, {entries} entries\n");
    println!(
        "| run | bare COPY + index | with derived tables' COPY | taken, 1 job | taken, 2 jobs | × of bare | × with derived |"
    );
    println!("|---:|---:|---:|---:|---:|---:|---:|");
    for run in 1..=3 {
        bench.round(run, counties);
    }
    if setting("XUEJI_BENCH_SPREAD", 0) > 0 {
        let database = server::spread_database().expect("the servers start");
        let took = bench.taken(&database, counties, "2");
        println!("\ntaken on three servers, 2 jobs: {:.2} s", took.as_secs_f64());
    }
    bench.a_day(counties);
}

struct Bench {
    made: Counties,
    server: &'static Server,
}

/// The tables that every admission writes.
const DERIVED: &[&str] = &["school", "class", "student", "enrollment", "number", "change"];

impl Bench {
    /// How long the city takes for what its counties posted.
    fn taken(&self, database: &Database, counties: usize, jobs: &str) -> Duration {
        let run =
            |database: &Database, db: &str, arguments: &[&str]| self.made.run(database, db, arguments).0;
        for node in &database.nodes {
            run(node, "city.db", &["upstream", "init", "--engine", node.engine]);
        }
        run(database, "city.db", &["upstream", "init", "--engine", database.engine]);
        for n in 0..counties {
            self.made.forget(n);
            run(database, &format!("c{n}.db"), &["sync", "push"]);
        }
        run(database, "city.db", &["upstream", "receive", "--jobs", jobs])
    }

    /// One round: what the city takes, and what a bare COPY of the same rows takes.
    fn round(&self, run: usize, counties: usize) {
        let one = self.taken(&self.server.database(), counties, "1").as_secs_f64();
        let database = self.server.database();
        let two = self.taken(&database, counties, "2").as_secs_f64();
        let bare = copied(self.server, &database, &["entry"]).as_secs_f64();
        let all = copied(self.server, &database, &[&["entry"], DERIVED].concat()).as_secs_f64();
        println!(
            "| {run} | {bare:.2} s | {all:.2} s | {one:.2} s | {two:.2} s | {:.2} | {:.2} |",
            two / bare,
            two / all
        );
    }

    /// Five hundred changes of a day, pushed.
    fn a_day(&self, counties: usize) {
        let database = self.server.database();
        self.made.run(&database, "city.db", &["upstream", "init"]);
        self.made.forget(0);
        self.made.run(&database, "c0.db", &["sync", "push"]);
        let took: Vec<String> = (0..5)
            .map(|n| {
                self.made.admit(0, 500, 90_000 + n + counties);
                let (took, peak) = self.made.run(&database, "c0.db", &["sync", "push"]);
                format!("{:.3} s, {peak} MB", took.as_secs_f64())
            })
            .collect();
        println!(
            "\npush of a day's changes (500 pupils admitted, approved and numbered): {}",
            took.join("; ")
        );
    }
}

/// How long it takes to copy the same rows into empty tables of the same columns, and to make their primary keys.
fn copied(server: &Server, from: &Database, tables: &[&str]) -> Duration {
    use std::io::{Read, Write};
    let to = server.database();
    let (mut source, mut target) = (from.client(), to.client());
    let mut took = Duration::ZERO;
    for table in tables {
        let mut rows = Vec::new();
        source
            .copy_out(&format!("COPY (SELECT * FROM xueji.{table}) TO STDOUT"))
            .expect("it can be read")
            .read_to_end(&mut rows)
            .expect("all of it");
        let columns = from.rows(&format!(
            "SELECT string_agg(column_name || ' ' || data_type, ', ' ORDER BY ordinal_position) FROM information_schema.columns
             WHERE table_schema = 'xueji' AND table_name = '{table}'"
        ));
        let key = from.rows(&format!(
            "SELECT string_agg(column_name, ', ' ORDER BY ordinal_position) FROM information_schema.key_column_usage
             WHERE table_schema = 'xueji' AND table_name = '{table}'"
        ));
        let start = Instant::now();
        target.batch_execute(&format!("BEGIN; CREATE TABLE {table} ({})", columns[0])).expect("it is made");
        let mut writer = target.copy_in(&format!("COPY {table} FROM STDIN")).expect("it copies");
        for chunk in rows.chunks(4 << 20) {
            writer.write_all(chunk).expect("it is written");
        }
        writer.finish().expect("it is whole");
        target
            .batch_execute(&format!("ALTER TABLE {table} ADD PRIMARY KEY ({}); COMMIT", key[0]))
            .expect("its key");
        took += start.elapsed();
    }
    took
}
