//! A report as of a day is the report that was made on that day: every report, every day, over random histories.

use std::collections::BTreeMap;
use std::path::Path;

use jiff::ToSpan;
use jiff::civil::{Date, date};

use super::days::{Days, span};
use super::{Asked, Kept, make, scope};
use crate::app::change::write::{self, Made};
use crate::app::failure::Failure;
use crate::app::session::Session;
use crate::app::undo;
use crate::model::actor::Act;
use crate::model::application::Application;
use crate::model::change::effect::{Place, State, state};
use crate::model::change::input::Told;
use crate::model::change::step::{CHAIN, Sides};
use crate::model::change::{CHANGES, leave, transfer};
use crate::model::dice::Dice;
use crate::model::dispute::{Dispute, Party, kind::KINDS};
use crate::model::field::Field;
use crate::model::flag::Raised;
use crate::model::id::{ApplicationId, StudentId};
use crate::model::journal::{Draft, Value, Write};
use crate::model::record;
use crate::model::record_table::{
    CLASS, DISPUTE, ENROLLMENT, FLAG, PARTY, RecordTable, SCHOOL, STUDENT, SUSPECT,
};
use crate::model::registration::{Keys, Registration, student_row};
use crate::model::status::Status;
use crate::model::suspect::{Suspect, pair_id};
use crate::report::REPORTS;
use crate::store::lookup::Which;
use crate::store::{Meta, Store};

const HISTORIES: u64 = 1_000;
const SCHOOLS: [&str; 2] = ["2133010001", "2133010002"];
/// Number, stage and year of the classes of each school.
const CLASSES: [(&str, &str, i64); 4] =
    [("P1", "primary", 2026), ("P2", "primary", 2026), ("P9", "primary", 2021), ("J1", "junior", 2026)];

fn text(t: &str) -> Value {
    Value::Text(t.to_owned())
}

fn insert(table: &'static RecordTable, row: Vec<Value>) -> Write {
    Write::Insert { table, row }
}

/// One history: a registry, the day it has come to, and what is drawn next.
struct History {
    store: Store,
    dice: Dice,
    day: Date,
    pupils: u32,
}

impl History {
    fn session(&self) -> Session {
        let act = Act { actor: "王".into(), today: self.day, at: format!("{}T00:00:00Z", self.day) };
        Session { act, millis: 1, entropy: [0; 32] }
    }

    /// One batch of one entry.
    fn enter(&mut self, change: &'static str, student: Option<StudentId>, writes: Vec<Write>) {
        let session = self.session();
        let mut writing = self.store.write(&session.act, None).unwrap();
        writing.open_batch("test", change, None).unwrap();
        writing.append(&Draft { change, student, writes, ..Draft::default() }).unwrap();
        writing.close_batch("{}").unwrap();
        writing.commit().unwrap();
    }

    fn admit(&mut self) {
        let id = StudentId::new(1_700_000_000_000, self.pupils, [7; 8]);
        self.pupils += 1;
        let mut draft = record::Draft::default();
        for (field, value) in [
            (Field::PupilName, format!("王{}", self.pupils)),
            (Field::Sex, (*self.dice.of(&["sex:1", "sex:2", ""])).to_owned()),
            (Field::BirthDate, format!("201{}0314", 4 + self.dice.below(6))),
            (Field::EthnicGroup, (*self.dice.of(&["ethnic_group:01", "ethnic_group:05"])).to_owned()),
            (Field::EntryMonth, (*self.dice.of(&["202609", "202109", ""])).to_owned()),
            (Field::LeftBehind, (*self.dice.of(&["left_behind:0", "left_behind:2"])).to_owned()),
        ] {
            draft.set(field, &value);
        }
        let status = *self.dice.of(&[Status::Pending, Status::Enrolled]);
        let row = student_row(id, &draft.take(), &Keys::default(), status, None);
        let (school, class) = (*self.dice.of(&SCHOOLS), self.dice.of(&CLASSES).0);
        let since = text(&self.day.to_string());
        let place = vec![Value::Id(id), Value::Int(1), text(school), text(class), since, Value::Null];
        self.enter("admission", Some(id), vec![insert(&STUDENT, row), insert(&ENROLLMENT, place)]);
    }

    fn somebody(&mut self) -> Option<Registration> {
        let mut all = self.store.registrations(&Which::All).unwrap();
        (!all.is_empty()).then(|| all.swap_remove(self.dice.below(all.len())))
    }

    /// A change of a kind that may be, to a place that may be.
    fn change(&mut self) {
        let Some(r) = self.somebody() else { return };
        let spec = *self.dice.of(CHANGES);
        let place =
            Place { school: (*self.dice.of(&SCHOOLS)).into(), class: self.dice.of(&CLASSES).0.into() };
        let before = state(&r);
        let Some(after) = before.after(spec, Some(place)) else { return };
        let ordinal = self.store.changes_of(r.id).unwrap().len() as i64 + 1;
        // What is entered today may have taken effect some days ago.
        let day = self.day.saturating_sub((self.dice.below(3) as i64).days());
        let made = Made { kind: spec.kind, ordinal, day, reason: "", note: "说明", application: None };
        let mut writes = write::moving(&r, &made, &before, &after).writes;
        if before.status != after.status {
            let set = vec![(8, text(before.status.key()), text(after.status.key()))];
            writes.push(Write::Update { table: &STUDENT, key: vec![Value::Id(r.id)], set });
        }
        writes.extend(self.flags(&r, &before, &after));
        self.enter(spec.kind, Some(r.id), writes);
    }

    fn flags(&self, r: &Registration, before: &State, after: &State) -> Vec<Write> {
        let raised = self.store.flags_of(r.id).unwrap();
        let gone = raised.iter().filter(|f| !after.flags.contains(&f.flag));
        let gone = gone.map(|f| Write::Delete { table: &FLAG, row: f.row(r.id) });
        let new = after.flags.iter().filter(|f| !before.flags.contains(f)).map(|flag| {
            let raised = Raised { flag: *flag, since: self.day.to_string(), basis: "变动".into() };
            insert(&FLAG, raised.row(r.id))
        });
        gone.chain(new).collect()
    }

    fn apply_for(&mut self) {
        let Some(r) = self.somebody() else { return };
        let spec = *self.dice.of(&[&leave::SPEC, &transfer::SPEC]);
        let mut told = Told::default();
        told.put("to_school", SCHOOLS[0]);
        told.put("to_class", "P1");
        told.put("until", "2027-02-01");
        let sides = Sides {
            school: r.school.as_str(),
            authority: "甲局",
            to_school: SCHOOLS[0],
            to_authority: "甲局",
            across_provinces: false,
        };
        let mut five = [0; 5];
        five[..4].copy_from_slice(&(self.store.tail().unwrap().seq as u32).to_le_bytes());
        let id = ApplicationId::new(&five);
        let made =
            Application::open(id, spec, Some(r.id), told, spec.route.steps(&sides, CHAIN), ("王", self.day));
        let writes = write::opened(&made).writes;
        self.enter("application_opened", Some(r.id), writes);
    }

    fn doubt(&mut self) {
        let (Some(a), Some(b)) = (self.somebody(), self.somebody()) else { return };
        let id = pair_id(a.id, b.id);
        if a.id == b.id || self.store.suspects().unwrap().iter().any(|s| s.id == id) {
            return;
        }
        let found_on = self.day.to_string();
        let (one, other) = (a.id.min(b.id), a.id.max(b.id));
        let rule = "likely-same-pupil".to_owned();
        let suspect = Suspect { id: id.clone(), one, other, rule, score: 900, found_on, decision: None };
        let dispute = Dispute {
            id: format!("D{}", &id[1..]),
            kind: KINDS[2].kind,
            parties: [one, other].map(|student| Party { student, outcome: None }).to_vec(),
            suspect: Some(id),
            reason: "查重".into(),
            opened_on: self.day.to_string(),
            opened_by: "王".into(),
            decision: None,
        };
        let parties = (1..).zip(&dispute.parties).map(|(i, p)| insert(&PARTY, p.row(&dispute.id, i)));
        let first = [insert(&SUSPECT, suspect.row()), insert(&DISPUTE, dispute.row())];
        let writes = first.into_iter().chain(parties).collect();
        self.enter("dispute_opened", Some(one), writes);
    }

    fn take_back(&mut self) {
        let last = self.store.batches().unwrap().len() as i64;
        let Ok(undo) = undo::plan(&self.store, 2 + self.dice.below(last as usize) as i64) else { return };
        let session = self.session();
        // A pair's dispute hangs on both pupils and was entered for one: then nothing is taken back.
        drop(undo::apply(&mut self.store, &session, &undo));
    }

    fn step(&mut self) {
        match self.dice.below(10) {
            0..3 => self.admit(),
            3..7 => self.change(),
            7 => self.apply_for(),
            8 => self.doubt(),
            _ => self.take_back(),
        }
    }
}

/// A registry of two schools.
fn registry(path: &Path) -> Store {
    let meta = Meta {
        authority: "330106".into(),
        name: "某局".into(),
        province: "浙江省".into(),
        level: "county".into(),
        origin: "o".into(),
        created: "2026-09-01".into(),
    };
    let store = Store::create(path, meta).unwrap();
    store.hurry();
    let mut history = History { store, dice: Dice(0), day: date(2026, 8, 28), pupils: 0 };
    let mut writes = Vec::new();
    for code in SCHOOLS {
        let mut school: Vec<Value> = [code, "学校", "330106", "甲局", "primary,junior"].map(text).to_vec();
        school.extend([
            Value::Int(6),
            Value::Int(3),
            Value::Int(3),
            text(""),
            Value::Null,
            Value::Null,
            Value::Null,
        ]);
        writes.push(insert(&SCHOOL, school));
        for (number, stage, year) in CLASSES {
            let row = vec![text(code), text(number), text(number), text(stage), Value::Int(year)];
            writes.push(insert(&CLASS, row));
        }
    }
    history.enter("school_entered", None, writes);
    history.store
}

/// What a report prints of a registry on a day.
fn printed(store: &Store, which: usize, day: Date) -> String {
    let directory = store.directory().unwrap();
    let report = &REPORTS[which % REPORTS.len()];
    let days = Days { as_of: Some(day), ..Days::default() };
    let Ok(span) = span(report, &days, day) else { panic!("{} of {day}", report.name) };
    let Ok(scope) = scope(&directory, None, None) else { panic!("the whole registry") };
    let mut kept = Kept::default();
    let shown = |_, text: &str| text.to_owned();
    match make(store, &Asked { report, scope, span, shown }, &mut kept) {
        Ok(_) => {}
        // Nobody to print a page for.
        Err(Failure::Refused(_)) => return String::new(),
        Err(_) => panic!("{} of {day}", report.name),
    }
    format!("{:?}", kept.0)
}

#[test]
fn as_of_every_day_of_a_thousand_histories_it_is_the_report_of_that_day() {
    let folder = tempfile::tempdir().unwrap();
    let blank = folder.path().join("blank.db");
    drop(registry(&blank));
    for seed in 0..HISTORIES {
        let path = folder.path().join("x.db");
        std::fs::copy(&blank, &path).unwrap();
        let store = Store::open(&path).unwrap();
        store.hurry();
        let dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut h = History { store, dice, day: date(2026, 8, 29), pupils: 0 };
        let mut then = BTreeMap::new();
        for _ in 0..3 {
            for _ in 0..1 + h.dice.below(6) {
                h.step();
            }
            let printed = printed(&h.store, seed as usize, h.day);
            then.insert(h.day, (printed, h.store.every_row()));
            h.day = h.day.saturating_add((1 + h.dice.below(2) as i64).days());
        }
        for (day, (report, rows)) in &then {
            let past = h.store.as_of(*day).unwrap();
            assert!(past.every_row() == *rows, "seed {seed} day {day}: the tables");
            assert_eq!(printed(&past, seed as usize, *day), *report, "seed {seed} day {day}");
        }
    }
}
