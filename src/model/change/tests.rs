//! The whole machine: every status, kind, place and flag explored; what a registrar reads of it.

use std::collections::{BTreeSet, VecDeque};
use std::fmt::Write as _;

use super::effect::{Place, State};
use super::step::Route;
use super::*;
use crate::code;
use crate::model::flag::FLAGS;
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
