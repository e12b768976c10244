//! The whole machine: every status, kind, place and flag explored; what a registrar reads of it.

use std::collections::{BTreeSet, VecDeque};
use std::fmt::Write as _;

use jiff::civil::Date;

use super::effect::{Place, State};
use super::input::Told;
use super::step::{ACTS, Act, CHAIN, PARTIES, Party, Route, Sides};
use super::*;
use crate::code;
use crate::model::application::{Application, Deciding, Phase};
use crate::model::flag::FLAGS;
use crate::model::id::ApplicationId;
use crate::model::status::STATUSES;

fn places() -> [Option<Place>; 4] {
    let place = |school: &str, class: &str| Some(Place { school: school.into(), class: class.into() });
    [None, place("甲", "1"), place("甲", "2"), place("乙", "1")]
}

/// Every state that can be reached from a new registration, with the kinds that led there.
fn reachable() -> (BTreeSet<State>, BTreeSet<&'static str>) {
    let start = State { status: Status::Pending, place: places()[1].clone(), flags: Vec::new() };
    let approved = State { status: Status::Enrolled, ..start.clone() };
    let disputed = |s: &State| State { flags: vec![Flag::Disputed], ..s.clone() };
    let first = [start.clone(), approved.clone(), disputed(&start), disputed(&approved)];
    let (mut seen, mut used) = (BTreeSet::from(first.clone()), BTreeSet::new());
    let mut queue = VecDeque::from(first);
    while let Some(state) = queue.pop_front() {
        for spec in CHANGES.iter().filter(|s| s.kind != "admission") {
            for to in places() {
                let Some(next) = state.after(spec, to) else { continue };
                used.insert(spec.kind);
                if seen.insert(next.clone()) {
                    queue.push_back(next);
                }
            }
        }
    }
    (seen, used)
}

#[test]
fn every_reachable_state_has_one_place_or_none_as_its_status_demands() {
    let (states, used) = reachable();
    for state in &states {
        assert!(state.is_lawful(), "{state:?}");
    }
    let missing: Vec<_> = STATUSES.iter().filter(|r| !states.iter().any(|s| s.status == r.status)).collect();
    assert!(missing.is_empty(), "never reached: {missing:?}");
    let raised = |f: Flag| states.iter().any(|s| s.flags.contains(&f));
    for (flag, ..) in FLAGS {
        // These three are raised by reviews and disputes, not by changes.
        let by_review = [Flag::NotAttending, Flag::AttendsElsewhere, Flag::IdentityUnconfirmed];
        assert!(raised(*flag) || by_review.contains(flag), "{flag:?}");
    }
    let unused: Vec<_> = CHANGES.iter().filter(|s| s.kind != "admission" && !used.contains(s.kind)).collect();
    assert!(unused.is_empty(), "never possible: {unused:?}");
}

#[test]
fn no_kind_starts_from_a_state_its_row_does_not_name() {
    for (status, flags) in STATUSES.iter().flat_map(|s| [(s, vec![]), (s, vec![Flag::Disputed])]) {
        let place = status.holds_place.then(|| places()[1].clone()).flatten();
        let state = State { status: status.status, place, flags };
        for spec in CHANGES {
            let allowed =
                spec.from.contains(&state.status) && !spec.barred_by.iter().any(|f| state.flags.contains(f));
            assert_eq!(state.after(spec, places()[2].clone()).is_some(), allowed, "{} {state:?}", spec.kind);
        }
    }
}

#[test]
fn the_dead_and_the_removed_stay_so() {
    for spec in CHANGES {
        assert!(!spec.from.contains(&Status::Removed), "{}", spec.kind);
        assert!(!spec.from.contains(&Status::Deceased), "{}", spec.kind);
    }
}

#[test]
fn a_place_is_given_up_kept_or_taken_as_the_status_demands() {
    for spec in CHANGES {
        for from in spec.from {
            let (before, after) = (from.holds_place(), spec.status_after(*from).holds_place());
            let fits = match spec.placing {
                Placing::Stay | Placing::MaybeClass | Placing::Class => before && after,
                Placing::School => after,
                Placing::Enter => !before && after,
                Placing::End => !after,
            };
            assert!(fits, "{} from {from:?}", spec.kind);
        }
    }
}

#[test]
fn codes_are_official_and_names_are_of_one_kind_each() {
    let (kinds, reasons, counts) =
        ["change_kind", "change_reason", "change_count"].map(|t| code::table(t).unwrap()).into();
    let (mut keys, mut names) = (BTreeSet::new(), BTreeSet::new());
    for spec in CHANGES {
        assert!(keys.insert(spec.kind) && names.insert(spec.name), "{}", spec.kind);
        assert_eq!(super::spec(spec.kind), super::spec(spec.name));
        assert!(spec.official.iter().all(|c| kinds.by_code(c).is_some()), "{}", spec.kind);
        assert!(spec.reasons.iter().all(|c| reasons.by_code(c).is_some()), "{}", spec.kind);
        assert!(spec.counts.iter().all(|c| counts.by_code(c).is_some()), "{}", spec.kind);
        assert!(spec.what.ends_with('。') && !spec.basis.is_empty(), "{}", spec.kind);
        let told = spec.inputs.iter().any(|n| n.input == input::Input::On && n.must);
        assert_eq!(told, spec.by == By::Application, "{}: every application has its day", spec.kind);
    }
    // Every code of the list that schools use has a kind (R§6.19).
    for entry in kinds.entries().iter().filter(|e| e.extra.contains(&("school", "yes"))) {
        assert!(CHANGES.iter().any(|s| s.official.contains(&entry.code)), "{} {}", entry.code, entry.label);
    }
}

/// The machine as a page.
fn page() -> String {
    let mut out = String::new();
    for spec in CHANGES {
        let list = |xs: Vec<&str>| if xs.is_empty() { "—".to_owned() } else { xs.join("、") };
        let from = list(spec.from.iter().map(|s| s.label()).collect());
        let to = match spec.to {
            To::Same => "不变",
            To::Status(s) => s.label(),
        };
        let place = match spec.placing {
            Placing::Stay => "原班",
            Placing::Class => "本校另一班",
            Placing::MaybeClass => "原班或本校另一班",
            Placing::School => "另一学校",
            Placing::Enter => "入学就班",
            Placing::End => "离校",
        };
        let route = match spec.route {
            Route::None => "直接生效",
            Route::School => "学校主管领导",
            Route::Authority => "学校主管领导 → 学籍主管部门",
            Route::Transfer => "转入主管部门 → 转出学校 → 转出主管部门 → 转入学校调档",
            Route::Progression => "转入主管部门（跨省再加毕业学校主管部门）",
        };
        let codes = list(spec.official.to_vec());
        let counts = list(spec.counts.to_vec());
        let flags = |fs: &[Flag]| list(fs.iter().map(|f| f.label()).collect());
        let guards = list(spec.guards.iter().map(|g| g.name).collect());
        let _ = write!(
            out,
            "{}（{}） 类别 {codes} 统计 {counts}\n  从：{from}\n  到：{to}　位置：{place}\n  办理：{route}\n  加：{}　清：{}　遇则不办：{}\n  另查：{guards}\n\n",
            spec.name,
            spec.kind,
            flags(spec.raises),
            flags(spec.clears),
            flags(spec.barred_by),
        );
    }
    out
}

#[test]
fn the_state_machine_is_the_one_that_was_read() {
    insta::assert_snapshot!("the_state_machine", page());
}

/// A small generator: the histories must be the same in every run.
struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// A pupil of one of three offices, the places so far as the tables hold them, and what is asked for.
struct Pupil {
    state: State,
    /// The place and whether it lasts.
    enrollments: Vec<(Place, bool)>,
    open: Option<Application>,
}

impl Pupil {
    /// One child, one registration: one current place where the status holds one and none elsewhere.
    fn is_lawful(&self) -> bool {
        let current: Vec<&Place> = self.enrollments.iter().filter(|e| e.1).map(|e| &e.0).collect();
        let places: Vec<&Place> = self.state.place.iter().collect();
        self.state.is_lawful()
            && current == places
            && current.len() == usize::from(self.state.status.holds_place())
    }

    fn become_(&mut self, next: State) {
        if next.place != self.state.place {
            self.enrollments.iter_mut().for_each(|e| e.1 = false);
            self.enrollments.extend(next.place.clone().map(|p| (p, true)));
        }
        self.state = next;
    }
}

const OFFICES: [(&str, &str); 3] = [("甲校", "甲县教育局"), ("乙校", "乙县教育局"), ("丙校", "乙县教育局")];

fn authority(school: &str) -> &'static str {
    OFFICES.iter().find(|o| o.0 == school).map_or("", |o| o.1)
}

/// Asks for a random change to a random place; nothing where the kind does not start from the state.
fn ask(pupil: &mut Pupil, rng: &mut Rng, day: Date) {
    let spec = rng.one_of(CHANGES);
    let (school, class) = (rng.one_of(&OFFICES).0, rng.one_of(&["1", "2"]));
    let own = pupil.state.place.as_ref().map_or(OFFICES[0].0, |p| p.school.as_str()).to_owned();
    let to = if spec.placing == Placing::Class || spec.placing == Placing::MaybeClass {
        own.as_str()
    } else {
        school
    };
    let place = Place { school: to.to_owned(), class: class.to_owned() };
    if pupil.state.after(spec, Some(place)).is_none() {
        return;
    }
    let mut told = Told::default();
    told.put("to_school", to);
    told.put("to_class", class);
    let sides = Sides {
        school: &own,
        authority: authority(&own),
        to_school: to,
        to_authority: authority(to),
        across_provinces: rng.below(4) == 0,
    };
    let id = ApplicationId::new(&[rng.below(250) as u8; 5]);
    let actor = rng.one_of(&["王", "李"]);
    let made = Application::open(id, spec, None, told, spec.route.steps(&sides, CHAIN), (actor, day));
    if made.phase == Phase::Done { take_effect(pupil, &made) } else { pupil.open = Some(made) }
}

fn take_effect(pupil: &mut Pupil, a: &Application) {
    let to = effect::named_place(&a.told, None);
    if let Some(next) = pupil.state.after(a.spec, to.clone()) {
        assert!(next.place.is_none() || next.place == to || next.place == pupil.state.place, "{next:?}");
        pupil.become_(next);
    }
}

/// Somebody decides something of what is open, rightly or wrongly.
fn decide(pupil: &mut Pupil, rng: &mut Rng, day: Date, done: &mut [usize; 2]) {
    let Some(before) = pupil.open.take() else { return };
    let turn = before.turn().map(|s| s.party);
    let party = if rng.below(3) == 0 { rng.one_of(PARTIES).0 } else { turn.unwrap_or(Party::Authority) };
    let act = if rng.below(4) == 0 {
        rng.one_of(ACTS).0
    } else if before.awaits_collection() {
        Act::Collect
    } else {
        Act::Consent
    };
    let actor = rng.one_of(&["王", "李", "赵"]);
    let deciding = Deciding { act, party: Some(party), reason: "故", actor, on: day };
    let state = pupil.state.clone();
    match before.decide(&deciding) {
        Err(refused) => {
            assert!(!refused.is_empty());
            pupil.open = Some(before);
        }
        Ok(after) => {
            let consents = matches!(act, Act::Consent | Act::Collect);
            assert!(!consents || act == Act::Collect || actor != before.opened_by, "two people: {after:?}");
            assert!(act == Act::Retract || Some(party) == turn, "out of turn: {after:?}");
            if after.phase == Phase::Done {
                done[usize::from(before.spec.route == Route::Transfer)] += 1;
                take_effect(pupil, &after);
            } else {
                assert_eq!(pupil.state, state, "nothing moves before the end");
            }
            if after.phase.is_open() {
                pupil.open = Some(after);
            } else {
                assert!(after.decide(&deciding).is_err(), "what is closed stays closed");
            }
        }
    }
}

#[test]
fn in_a_hundred_thousand_histories_over_three_offices_one_child_has_one_registration() {
    let (mut rng, mut done, mut seen) = (Rng(0x2026_1125), [0, 0], BTreeSet::new());
    let day = jiff::civil::date(2026, 9, 18);
    for _ in 0..100_000 {
        let place = Place { school: rng.one_of(&OFFICES).0.into(), class: "1".into() };
        let state = State { status: Status::Enrolled, place: Some(place.clone()), flags: Vec::new() };
        let mut pupil = Pupil { state, enrollments: vec![(place, true)], open: None };
        for _ in 0..12 {
            if pupil.open.is_none() {
                ask(&mut pupil, &mut rng, day)
            } else {
                decide(&mut pupil, &mut rng, day, &mut done)
            }
            assert!(pupil.is_lawful(), "{:?} {:?}", pupil.state, pupil.enrollments);
            seen.insert(pupil.state.status);
        }
    }
    assert!(done.iter().all(|n| *n > 1_000), "the histories come to an end: {done:?}");
    // All but the two of a registration's beginning, which no change leads back to, and removal, which a dispute does.
    assert!(seen.len() >= STATUSES.len() - 3, "{seen:?}");
}

#[test]
fn a_school_that_ends_or_divides_takes_along_everybody_who_holds_a_place() {
    let holding: Vec<Status> = STATUSES.iter().filter(|s| s.holds_place).map(|s| s.status).collect();
    assert_eq!(HELD, holding);
}
