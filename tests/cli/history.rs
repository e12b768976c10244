//! Random histories on a real registry: replaying the journal gives the tables, and undoing all gives the beginning.

use super::change::{FROM, TO, county, lawless};
use super::session::{Session, clean_roster};

struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    fn one_of<'a>(&mut self, all: &'a [String]) -> &'a str {
        &all[self.below(all.len())]
    }
}

fn texts(s: &Session, sql: &str) -> Vec<String> {
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let mut query = connection.prepare(sql).unwrap();
    let rows = query.query_map([], |r| r.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

/// A pupil of a school that entered in 2024, by the internal key.
fn pupils(s: &Session) -> Vec<String> {
    let hex = texts(
        s,
        "SELECT lower(hex(e.student)) FROM enrollment e JOIN class c ON c.school = e.school AND c.number = e.class
         WHERE c.entry_year IN (2023, 2024) ORDER BY e.student LIMIT 6",
    );
    hex.iter()
        .map(|h| format!("{}-{}-{}-{}-{}", &h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..]))
        .collect()
}

/// Does something a clerk might do, rightly or wrongly; whether it was done.
fn step(s: &Session, rng: &mut Rng, pupils: &[String]) -> bool {
    let open = texts(s, "SELECT id FROM application WHERE closed_on IS NULL ORDER BY id");
    let turn = texts(
        s,
        "SELECT a.id || ' ' || s.party FROM application a JOIN step s ON s.application = a.id
         WHERE a.closed_on IS NULL AND s.arrived_on IS NOT NULL AND s.decision IS NULL ORDER BY a.id",
    );
    let classes =
        texts(s, "SELECT school || ' ' || number FROM class WHERE entry_year IN (2023, 2024) ORDER BY 1");
    let pupil = rng.one_of(pupils).to_owned();
    let (school, class) =
        rng.one_of(&classes).split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
    let explained = ["--explain", "data-mismatch=已核实"];
    let ended = match rng.below(8) {
        0 => s.run(&[
            "transfer",
            "start",
            "--student",
            &pupil,
            "--to-school",
            &school,
            "--to-class",
            &class,
            "--reason",
            "迁居",
        ]),
        1 => {
            s.run(&["change", "leave", "--student", &pupil, "--until", "2027-08-31", "--reason", "传染疾病"])
        }
        2 => s.run(&["change", "class_move", "--student", &pupil, "--to-class", &class]),
        3 => s.run_with(
            &["change", "amendment", "--student", &pupil, "--set-from", "-"],
            &format!("特长=笛子{}\n", rng.below(9)),
        ),
        4 if open.is_empty() => {
            let line = [
                "transfer",
                "start",
                "--student",
                &pupil,
                "--to-school",
                &school,
                "--to-class",
                &class,
                "--reason",
                "x",
            ];
            s.run(&[&line[..], &explained].concat())
        }
        4 => s.run(&["transfer", "retract", rng.one_of(&open)]),
        _ if turn.is_empty() => s.run(&["change", "dropout", "--student", &pupil, "--note", "外出务工"]),
        _ => {
            let (id, party) =
                rng.one_of(&turn).split_once(' ').map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
            let act = if party == "receiving-school" { "collect" } else { "consent" };
            let line = ["transfer", act, &id];
            let by = ["--as", &party, "--actor", "李核办"];
            if act == "collect" { s.run(&line) } else { s.run(&[&line[..], &by].concat()) }
        }
    };
    assert!([0, 4].contains(&ended.code), "{}{}", ended.stdout, ended.stderr);
    ended.code == 0
}

#[test]
fn after_any_history_the_journal_gives_the_tables_and_undoing_all_gives_the_beginning() {
    let s = county();
    assert_ne!(clean_roster(FROM), clean_roster(TO));
    let (beginning, first) = (s.record_tables(), s.count("SELECT max(number) FROM batch"));
    let pupils = pupils(&s);
    for seed in 1..=4u64 {
        let mut rng = Rng(0x5DEE_CE66 * seed);
        let before = s.count("SELECT max(number) FROM batch");
        let done = (0..14).filter(|_| step(&s, &mut rng, &pupils)).count();
        assert!(done >= 4, "history {seed} came to {done} steps");
        assert_eq!(lawless(&s), 0, "history {seed}");
        s.done(&["audit", "verify"]);
        let last = s.count("SELECT max(number) FROM batch");
        for batch in (before + 1..=last).rev() {
            s.done(&["batch", "undo", &batch.to_string(), "--yes"]);
        }
        assert_eq!(s.record_tables(), beginning, "history {seed}: undone exactly");
    }
    assert!(s.count("SELECT max(number) FROM batch") > first);
    s.done(&["audit", "verify"]);
}
