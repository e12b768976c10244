//! 疑似重复和问题学籍: what is open, and what was found and decided in the period.

use std::collections::HashMap;

use crate::model::dispute::Dispute;
use crate::model::dispute::kind::KINDS;
use crate::model::id::StudentId;
use crate::model::registration::Registration;
use crate::model::suspect::Suspect;
use crate::model::table::Column;

use super::super::Input;
use super::hide::{self, Noughts, Shown, Totals};
use super::{Drawing, Panel, Part, Tone, table};

/// Still open, found or opened in the period, decided in the period.
type Counts = [usize; 3];

struct Known<'a> {
    by_id: HashMap<StudentId, &'a Registration>,
    input: &'a Input<'a>,
}

impl<'a> Known<'a> {
    fn of(input: &'a Input<'a>) -> Known<'a> {
        Known { by_id: input.everyone.iter().map(|r| (r.id, r)).collect(), input }
    }

    fn covers(&self, id: StudentId) -> bool {
        let scope = self.input.scope;
        self.by_id.get(&id).is_some_and(|r| scope.covers(r.school.as_str(), &r.class_number))
    }

    /// What a case counts as, by the day it began and the day it was decided.
    fn counts(&self, began: &str, decided: Option<&str>) -> Counts {
        let (from, to) = (self.input.span.from.to_string(), self.input.span.to.to_string());
        let within = |day: &str| (from.as_str()..=to.as_str()).contains(&day);
        let is_open = began <= to.as_str() && decided.is_none_or(|day| day > to.as_str());
        [is_open, within(began), decided.is_some_and(within)].map(usize::from)
    }

    fn pairs(&self) -> Counts {
        let own = |s: &&Suspect| self.covers(s.one) || self.covers(s.other);
        let each = self.input.facts.suspects.iter().filter(own);
        sum(each.map(|s| self.counts(&s.found_on, s.decision.as_ref().map(|d| d.on.as_str()))))
    }

    fn disputes(&self, is_wanted: impl Fn(&Dispute) -> bool) -> Counts {
        let own = |d: &&Dispute| is_wanted(d) && d.parties.iter().any(|p| self.covers(p.student));
        let each = self.input.facts.disputes.iter().map(|(d, _)| d).filter(own);
        sum(each.map(|d| self.counts(&d.opened_on, d.decision.as_ref().map(|x| x.on.as_str()))))
    }
}

fn sum(all: impl Iterator<Item = Counts>) -> Counts {
    all.fold([0; 3], |sum, one| std::array::from_fn(|i| sum[i] + one[i]))
}

/// Pairs that nobody has decided yet.
pub fn open_pairs(input: &Input) -> Shown {
    hide::little(Known::of(input).pairs()[0], noughts(input))
}

/// On the page of the county noughts are told; on those of its schools they would tell the rest of the county's numbers.
pub fn noughts(input: &Input) -> Noughts {
    if input.scope.school.is_some() { Noughts::Hidden } else { Noughts::Told }
}

/// Disputes that have not ended.
pub fn open_disputes(input: &Input) -> Shown {
    let known = Known::of(input);
    let open = known.disputes(|_| true)[0];
    if input.scope.school.is_some() {
        return hide::little(open, Noughts::Hidden);
    }
    // Where a kind's number is hidden, the sum with the others must not tell it.
    let kinds: Vec<usize> = KINDS.iter().map(|k| known.disputes(|d| d.kind == k.kind)[0]).collect();
    let line = (0..kinds.len()).map(|c| (c, 1)).chain([(kinds.len(), -1)]).collect();
    let sum = hide::cells(&[kinds, vec![open]].concat(), &[line], &[], Noughts::Told);
    sum.last().copied().unwrap_or(Shown::Covered)
}

pub fn panel(input: &Input) -> Panel {
    let known = Known::of(input);
    let mut names = vec!["疑似重复（对）".to_owned()];
    let mut body = vec![known.pairs().to_vec()];
    // A school has so few that the kinds are told together.
    let is_school = input.scope.school.is_some();
    if is_school {
        names.push("问题学籍（件）".to_owned());
        body.push(known.disputes(|_| true).to_vec());
    }
    for kind in KINDS.iter().filter(|_| !is_school) {
        let counts = known.disputes(|d| d.kind == kind.kind);
        if counts != [0; 3] {
            names.push(format!("问题学籍：{}", kind.title));
            body.push(counts.to_vec());
        }
    }
    let shown = hide::table(&body, (Totals::None, noughts(input)), &[]);
    let part = |(name, tone, column): (&str, Tone, usize)| Part {
        name: name.to_owned(),
        tone,
        values: shown.iter().map(|row| row[column].drawn()).collect(),
    };
    let parts = [("未办结", Tone::Warning, 0), ("期间办结", Tone::Good, 2)].map(part).into();
    let drawing = Drawing::Bars { names: names.clone(), parts, unit: "件" };
    let columns = vec![
        Column::text("kind", "种类"),
        Column::count("open", "未办结"),
        Column::count("found", "期间新增"),
        Column::count("decided", "期间办结"),
    ];
    let said = [
        "疑似重复为查重列出的对数，核定为同一学生或不是同一学生的为办结；问题学籍按立案的种类，只列有的种类；一校的不分种类。清单见查重结果清单、问题学籍清单。",
    ];
    let title = "疑似重复和问题学籍（件）".to_owned();
    let table = table(input, ("疑似重复和问题学籍", columns), names.into_iter().zip(shown), &said);
    Panel { drawings: vec![(title, drawing)], table }
}
