//! Any history of listing, deciding, claiming, correcting, removing and undoing keeps the laws, and taken back to its
//! beginning leaves every row of every record table as it was.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::date;

use super::claim::{self, Answer};
use super::decide::{self, Asked};
use super::open;
use crate::app::evidence::{self, Paper};
use crate::app::failure::Failure;
use crate::app::session::Session;
use crate::app::{scan, undo};
use crate::model::actor::Act;
use crate::model::dice::Dice;
use crate::model::dispute::kind::KINDS;
use crate::model::dispute::{CLAIM_KINDS, ClaimKind, OUTCOMES, Outcome};
use crate::model::document;
use crate::model::evidence::Subject;
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::journal::{Draft, Value, Write};
use crate::model::record;
use crate::model::record_table::{CLASS, ENROLLMENT, NUMBER, PENDING, SCHOOL, STUDENT, SUSPECT};
use crate::model::registration::{Keys, student_row};
use crate::model::status::Status;
use crate::model::suspect::{Suspect, pair_id};
use crate::store::{Meta, Store};

const SCHOOLS: [&str; 3] = ["2133010001", "2133010002", "2133010003"];
const HISTORIES: u64 = 1_000;
/// So many on one registry: undoing looks through the whole journal.
const TOGETHER: u64 = 40;

fn session(actor: &str, seed: u64) -> Session {
    let act = Act { actor: actor.into(), today: date(2026, 9, 10), at: "2026-09-10T00:00:00Z".into() };
    let mut entropy = [0; 32];
    entropy[..8].copy_from_slice(&seed.to_le_bytes());
    Session { act, millis: 1, entropy }
}

fn text(t: &str) -> Value {
    Value::Text(t.to_owned())
}

fn sound_number(sequence: usize) -> String {
    let first = format!("33010620150314{:03}", sequence * 2 + 1);
    let check = document::check_character(first.as_bytes()).unwrap();
    format!("{first}{}", char::from(check))
}

fn id(n: usize) -> StudentId {
    StudentId::new(1_700_000_000_000, n as u32, [7; 8])
}

/// Eight pupils of three schools, the third under another authority; two share a number, two have none and are alike.
fn pupil(n: usize) -> Vec<Write> {
    let number = match n {
        0 | 1 => sound_number(0),
        2 | 3 => String::new(),
        n => sound_number(n),
    };
    let name = if n == 2 || n == 3 {
        "李同名".to_owned()
    } else {
        format!("王{}", ["一", "二", "", "", "五", "六", "七", "八"][n])
    };
    let kind = if number.is_empty() { "document_kind:Z" } else { "document_kind:1" };
    let mut draft = record::Draft::default();
    for (field, value) in [
        (Field::PupilName, name.as_str()),
        (Field::Sex, "sex:1"),
        (Field::BirthDate, "20150314"),
        (Field::DocumentKind, kind),
        (Field::DocumentId, number.as_str()),
    ] {
        draft.set(field, value);
    }
    let identity = if number.is_empty() { format!("{name}|1|20150314") } else { String::new() };
    let keys = Keys { document: number, identity };
    let pending = n == 7;
    let status = if pending { Status::Pending } else { Status::Enrolled };
    let issued = format!("L33010620150314{n:04}");
    let issued = (!pending).then_some(issued.as_str());
    let student = Value::Id(id(n));
    let mut writes = vec![
        Write::Insert { table: &STUDENT, row: student_row(id(n), &draft.take(), &keys, status, issued) },
        Write::Insert {
            table: &ENROLLMENT,
            row: vec![
                student.clone(),
                Value::Int(1),
                text(SCHOOLS[n % 3]),
                text("P1"),
                text("2026-09-01"),
                Value::Null,
            ],
        },
    ];
    writes.extend(issued.map(|number| Write::Insert {
        table: &NUMBER,
        row: vec![text(number), student, text("2026-09-01"), Value::Null],
    }));
    writes
}

fn registry(folder: &std::path::Path) -> Store {
    let meta = Meta {
        authority: "330106".into(),
        name: "某局".into(),
        province: "浙江省".into(),
        level: "county".into(),
        origin: "o".into(),
        created: "2026-09-01".into(),
    };
    let mut store = Store::create(&folder.join("x.db"), meta).unwrap();
    store.hurry();
    let session = session("初始", 0);
    let mut writing = store.write(&session.act, None).unwrap();
    writing.open_batch("import", "初始", None).unwrap();
    for (n, code) in SCHOOLS.iter().enumerate() {
        let authority = if n == 2 { "乙局" } else { "甲局" };
        let mut school: Vec<Value> =
            [*code, "学校", "330106", authority, "primary"].map(text).into_iter().collect();
        school.extend([
            Value::Int(6),
            Value::Int(3),
            Value::Int(3),
            text(""),
            Value::Null,
            Value::Null,
            Value::Null,
        ]);
        let class = vec![text(code), text("P1"), text("一班"), text("primary"), Value::Int(2026)];
        let writes =
            vec![Write::Insert { table: &SCHOOL, row: school }, Write::Insert { table: &CLASS, row: class }];
        writing.append(&Draft { change: "school_entered", writes, ..Draft::default() }).unwrap();
    }
    for n in 0..8 {
        let draft = Draft { change: "admission", student: Some(id(n)), writes: pupil(n), ..Draft::default() };
        writing.append(&draft).unwrap();
    }
    writing.commit().unwrap();
    store
}

/// Puts a pair on the list, as a scan does.
fn list_pair(store: &mut Store, session: &Session, one: usize, other: usize) -> Option<i64> {
    let (one, other) = (id(one.min(other)), id(one.max(other)));
    let name = pair_id(one, other);
    if one == other || store.suspects().unwrap().iter().any(|s| s.id == name) {
        return None;
    }
    let rule = "likely-same-pupil";
    let suspect = Suspect {
        id: name,
        one,
        other,
        rule: rule.into(),
        score: 900,
        found_on: "2026-09-10".into(),
        decision: None,
    };
    let mut writing = store.write(&session.act, None).unwrap();
    let batch = writing.open_batch("dedup", "列入", None).unwrap();
    let mut writes = vec![Write::Insert { table: &SUSPECT, row: suspect.row() }];
    let key = vec![Value::Id(other), text(rule), text("name")];
    if writing.row(&PENDING, &key).unwrap().is_none() {
        let rest = [text("疑似"), text(""), Value::Null, Value::Id(one)];
        writes.push(Write::Insert { table: &PENDING, row: key.into_iter().chain(rest).collect() });
    }
    writing
        .append(&Draft { change: "suspect_listed", student: Some(other), writes, ..Draft::default() })
        .unwrap();
    writing.commit().unwrap();
    Some(batch)
}

fn papers(dice: &mut Dice) -> Vec<Paper> {
    (0..dice.below(4))
        .map(|_| Paper { name: "证.jpg".into(), bytes: vec![dice.below(4) as u8], note: "证".into() })
        .collect()
}

/// `None` for what the rules refused; any other failure is one of the test.
fn answered<T>(result: Result<T, Failure>) -> Option<T> {
    match result {
        Ok(done) => Some(done),
        Err(Failure::Refused(reasons)) => {
            assert!(
                !reasons.is_empty() && reasons.iter().all(|r| !r.reason.is_empty() && !r.remedy.is_empty())
            );
            None
        }
        Err(e) => panic!("{e:?}"),
    }
}

fn step(store: &mut Store, dice: &mut Dice, seed: u64, n: usize) -> Option<i64> {
    let session = session(["张", "李", "王"][dice.below(3)], seed);
    let suspects = store.suspects().unwrap();
    // Mostly those in hand.
    let mut disputes = store.disputes().unwrap();
    if dice.below(8) > 0 && disputes.iter().any(|d| d.decision.is_none()) {
        disputes.retain(|d| d.decision.is_none());
    }
    // A history begins with something to decide upon.
    match [0, 3, 4].get(n).copied().unwrap_or_else(|| dice.below(14)) {
        0 => list_pair(store, &session, dice.below(8), dice.below(8)),
        2 if !suspects.is_empty() => {
            let pair = &dice.of(&suspects).id;
            let is_same = dice.below(2) == 0;
            answered(scan::decide(store, &session, pair, is_same, "依据")).map(|(batch, _)| batch)
        }
        3 if !suspects.is_empty() => {
            let pair = dice.of(&suspects).id.clone();
            answered(open::on_suspects(store, &session, &[pair], "查重")).map(|o| o.batch)
        }
        4 => {
            let kind = dice.of(KINDS);
            let mut students = vec![id(dice.below(8))];
            if kind.is_pair {
                students.push(id(dice.below(8)));
            }
            answered(open::on_students(store, &session, kind.kind, &students, "核查")).map(|o| o.batch)
        }
        5..=8 if !disputes.is_empty() => {
            let dispute = dice.of(&disputes).id.clone();
            claimed(store, dice, &session, &dispute)
        }
        9..=12 if !disputes.is_empty() => {
            let dispute = dice.of(&disputes).id.clone();
            let case = super::get(store, &dispute).unwrap();
            if !case.unanswered().is_empty() && dice.below(8) > 0 {
                return claimed(store, dice, &session, &dispute);
            }
            // Mostly what was claimed, sometimes anything.
            let fitting = dice.below(5) > 0;
            let outcomes = case.sides.iter().map(|side| match side.claim() {
                Some((claim, _)) if fitting => match claim.kind {
                    ClaimKind::Substantiate => Outcome::Keep,
                    ClaimKind::Correct => Outcome::Correct,
                    ClaimKind::Remove => Outcome::Remove,
                },
                _ => dice.of(OUTCOMES).0,
            });
            let outcomes = outcomes.collect();
            let waiver = (dice.below(2) == 0).then(|| "签字".to_owned());
            let asked =
                Asked { outcomes, reason: "核实".into(), waiver, papers: papers(dice), is_verdict: false };
            let planned = answered(decide::plan(store, &session, case, asked))?;
            Some(decide::apply(store, &session, &planned).unwrap())
        }
        _ => {
            let papers = vec![Paper { name: "x".into(), bytes: vec![9, seed as u8], note: "档".into() }];
            answered(evidence::add(store, &session, &Subject::Student(id(dice.below(8))), &papers))
        }
    }
}

fn claimed(store: &mut Store, dice: &mut Dice, session: &Session, dispute: &str) -> Option<i64> {
    let tail = store.tail().unwrap();
    let case = super::get(store, dispute).unwrap();
    let unanswered = case.unanswered();
    let side = if unanswered.is_empty() { dice.of(&case.sides) } else { *dice.of(&unanswered) };
    // Corrections are refused more often than the others.
    let kind = if dice.below(3) == 0 { ClaimKind::Correct } else { dice.of(CLAIM_KINDS).0 };
    let values = match kind {
        ClaimKind::Correct if dice.below(2) == 0 => vec![(Field::PupilName, format!("改{}", dice.below(3)))],
        ClaimKind::Correct => vec![
            (Field::DocumentKind, "居民身份证".to_owned()),
            (Field::DocumentId, sound_number(20 + dice.below(3))),
        ],
        ClaimKind::Substantiate | ClaimKind::Remove => Vec::new(),
    };
    let answer =
        Answer { kind, attends: dice.below(2) == 0, text: "核对".into(), values, papers: papers(dice) };
    let planned = claim::plan(store, session, &case, side, answer).unwrap().ok()??;
    Some(claim::apply(store, session, tail, &[planned]).unwrap())
}

fn taken_back(store: &mut Store, batch: i64) -> bool {
    let session = session("撤销人", 0);
    match answered(undo::plan(store, batch)) {
        Some(planned) => {
            undo::apply(store, &session, &planned).unwrap();
            true
        }
        None => false,
    }
}

type Rows = BTreeMap<&'static str, Vec<Vec<Value>>>;

/// What must hold at every moment.
fn hold(rows: &Rows, seed: u64) {
    let open_disputes: BTreeSet<String> =
        rows["dispute"].iter().filter(|r| r[6] == Value::Null).map(|r| format!("{:?}", r[0])).collect();
    for student in &rows["student"] {
        let Value::Text(status) = &student[8] else { panic!("a status is text") };
        let of = |table: &str| rows[table].iter().filter(|r| r[0] == student[0]);
        let open = of("enrollment").filter(|r| r[5] == Value::Null).count();
        let holds = Status::from_key(status).unwrap().holds_place();
        assert_eq!(open, usize::from(holds), "seed {seed}: {status} has {open} open enrollments");
        let in_force: Vec<&Value> = rows["number"]
            .iter()
            .filter(|r| r[1] == student[0] && r[3] == Value::Null)
            .map(|r| &r[0])
            .collect();
        let number = Some(&student[9]).filter(|n| **n != Value::Null);
        assert_eq!(in_force, number.into_iter().collect::<Vec<_>>(), "seed {seed}");
        let disputed = rows["party"]
            .iter()
            .any(|p| p[2] == student[0] && open_disputes.contains(&format!("{:?}", p[0])));
        assert_eq!(of("flag").count(), usize::from(disputed), "seed {seed}: the mark and the disputes");
        // The last dated change tells the status.
        let last = of("change").map(|r| &r[5]).next_back();
        assert!(last.is_none_or(|status| *status == student[8]), "seed {seed}");
    }
}

#[test]
fn a_thousand_histories_are_taken_back_to_the_row() {
    let mut counts = [0u32; 4];
    for first in (1..=HISTORIES).step_by(TOGETHER as usize) {
        let folder = tempfile::tempdir().unwrap();
        let mut store = registry(folder.path());
        let beginning = store.every_row();
        for seed in first..first + TOGETHER {
            one_history(&mut store, seed, &mut counts);
            assert!(store.every_row() == beginning, "seed {seed}: back at the beginning");
        }
        assert_eq!(store.replay_differences().unwrap(), [""; 0]);
    }
    // The histories went everywhere.
    assert!(counts.iter().all(|n| *n > 50), "undone, refused, removed, corrected: {counts:?}");
}

fn one_history(store: &mut Store, seed: u64, counts: &mut [u32; 4]) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut standing: Vec<i64> = Vec::new();
    for n in 0..14 {
        if dice.below(8) == 0 && !standing.is_empty() {
            let at = dice.below(standing.len());
            let is_done = taken_back(store, standing[at]);
            counts[usize::from(!is_done)] += 1;
            if is_done {
                standing.remove(at);
            }
            continue;
        }
        let before = (dice.below(8) == 0).then(|| store.every_row());
        let made = step(store, &mut dice, seed * 100 + n as u64, n);
        match (before, made) {
            // At once taken back, it is as if it had never been.
            (Some(before), Some(batch)) => {
                assert!(taken_back(store, batch), "seed {seed}: the last can be undone");
                assert!(store.every_row() == before, "seed {seed}: undone to the row");
            }
            (_, made) => standing.extend(made),
        }
    }
    let rows = store.every_row();
    hold(&rows, seed);
    let ended = |kind: &str| rows["change"].iter().filter(|r| r[2] == text(kind)).count() as u32;
    counts[2] += ended("removal");
    counts[3] += ended("correction");
    for batch in standing.into_iter().rev() {
        assert!(taken_back(store, batch), "seed {seed}: batch {batch} with nothing after it");
    }
}
