//! Planning an import: read, check, compare; nothing is written.

use rustc_hash::FxHashMap;

use jiff::civil::Date;

use crate::check::facts::Facts;
use crate::check::seen::Seen;
use crate::check::{self, Context};
use crate::dedup::{self, exact};
use crate::model::field::Field;
use crate::model::finding::Finding;
use crate::model::id::SchoolCode;
use crate::model::registration::{Keys, Registration, kept_fields};
use crate::model::school::{Class, Directory, school_year};
use crate::model::status::Status;
use crate::roster::candidate::{Candidate, Reading};
use crate::roster::code_cell::label;
use crate::roster::date_cell;
use crate::roster::repair::Proposal;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::lookup::Which;

use super::super::failure::{Failure, Refusal};
use super::super::input::{self, Opening};
use super::super::proposals;
use super::super::validate::FileSummary;
use super::late;
use super::{Admission, Importing, Other, Plan, Refused, Update};

/// Plans an import; `progress` is told after each row how many there were so far.
pub fn plan(
    store: &Store,
    what: &Importing,
    today: Date,
    progress: &mut dyn FnMut(u64),
) -> Result<Plan, Failure> {
    let directory = store.directory()?;
    let mut planner = Planner::new(store, &directory, what, today)?;
    let mut done = 0;
    for path in what.files {
        // What the directory says now, not what it said when the command began.
        let opening = Opening { directory: Some(&directory), ..what.opening };
        let mut opened = match input::open(path, &opening) {
            Ok(opened) => opened,
            Err(e) => {
                planner.plan.unreadable.push((path.clone(), e));
                continue;
            }
        };
        for which in 0..opened.len() {
            let mut summary = FileSummary::of(&opened, which);
            let start = planner.plan.findings.len();
            let mut failed = None;
            let read = opened.each(which, &mut |reading| {
                summary.take(&reading);
                done += 1;
                progress(done);
                if let (Reading::Candidate(candidate), None) = (reading, &failed) {
                    match planner.row(candidate) {
                        Ok(in_error) => summary.rows_with_errors += u64::from(in_error),
                        Err(e) => failed = Some(e),
                    }
                }
            });
            if let Some(e) = failed {
                return Err(e.into());
            }
            // A file that breaks off in the middle is not half a roster: nothing of it is taken.
            if let Err(e) = read {
                return Err(e.into());
            }
            summary.rows_with_errors += planner.late();
            summary.decisions.extend(opened.decided_after(which));
            summary.found = start..planner.plan.findings.len();
            planner.plan.files.push(summary);
        }
    }
    planner.accepted_all()?;
    Ok(planner.plan)
}

struct Planner<'a> {
    store: &'a Store,
    directory: &'a Directory,
    /// Nobody is registered yet: then nobody need be looked up.
    empty: bool,
    today: Date,
    what: &'a Importing<'a>,
    seen: Seen,
    /// The admissions without a document number so far, by name, sex and birth date.
    without_number: FxHashMap<String, usize>,
    classes: FxHashMap<(String, String), ()>,
    /// How many proposals each cell of `--accept` reached.
    accepted: Vec<usize>,
    plan: Plan,
}

impl<'a> Planner<'a> {
    fn new(
        store: &'a Store,
        directory: &'a Directory,
        what: &'a Importing<'a>,
        today: Date,
    ) -> Result<Planner<'a>, StoreError> {
        Ok(Planner {
            store,
            directory,
            empty: store.is_empty()?,
            today,
            what,
            seen: Seen::default(),
            without_number: FxHashMap::default(),
            classes: FxHashMap::default(),
            accepted: vec![0; what.accept.len()],
            plan: Plan {
                tail: store.tail()?,
                files: Vec::new(),
                unreadable: Vec::new(),
                classes: Vec::new(),
                admit: Vec::new(),
                update: Vec::new(),
                unchanged: 0,
                refused: Vec::new(),
                findings: Vec::new(),
                explanations: what.explanations.clone(),
                suspects: 0,
            },
        })
    }
}

impl Planner<'_> {
    /// Puts one row where it belongs; whether it had errors.
    fn row(&mut self, mut candidate: Box<Candidate>) -> Result<bool, StoreError> {
        let proposals = proposals::of(Some(self.store), &candidate)?;
        let (note, open) = self.accept(&mut candidate, proposals);
        let context = Context {
            today: self.today,
            directory: Some(self.directory),
            strict: self.what.strict,
            rules: self.what.rules,
        };
        let start = self.plan.findings.len();
        let facts = Facts::of(&candidate, &context);
        let mut found = check::run_with(&facts, &candidate, &context, self.what.selection, &mut self.seen);
        open.iter().for_each(|p| check::propose(&mut found, p));
        let settled = |f: &Finding| self.what.explanations.own_text_for(f).is_some();
        let in_error = check::is_refused(&candidate, &found, self.what.selection, &settled);
        let keys = exact::keys(&candidate, &facts);
        self.plan.findings.extend(found);
        if in_error {
            self.refuse(candidate, start);
            return Ok(true);
        }
        let known = if self.empty { exact::Known::default() } else { self.known(&candidate, &keys)? };
        match exact::decide(&candidate.record, &keys, known) {
            exact::Match::New => self.admit(candidate, keys, start, Other::Nobody, note),
            exact::Match::Same(registration) => self.update(candidate, keys, start, registration, note),
            exact::Match::Refused { rule, field, message } => {
                self.find(&candidate, rule, field, message);
                self.refuse(candidate, start);
                return Ok(true);
            }
            exact::Match::Suspect { message, other } => {
                self.find(&candidate, dedup::SAME_IDENTITY, Field::PupilName, message);
                self.admit(candidate, keys, start, Other::Registered(other.id), note);
            }
        }
        Ok(false)
    }

    /// Puts the proposals that `--accept` names into the row; what the journal says of them, and those left open.
    fn accept(&mut self, candidate: &mut Candidate, all: Vec<Proposal>) -> (String, Vec<Proposal>) {
        let (mut notes, mut open) = (Vec::new(), Vec::new());
        for proposal in all {
            let place = candidate.place(Some(proposal.field));
            let named = self.what.accept.iter().position(|spot| spot.is(&place));
            match named {
                Some(i) => {
                    self.accepted[i] += 1;
                    proposals::accept(candidate, &proposal);
                    notes.push(proposals::note(&proposal));
                }
                None => open.push(proposal),
            }
        }
        (notes.join("；"), open)
    }

    /// Refuses cells of `--accept` that have no proposal, or more than one between them.
    fn accepted_all(&self) -> Result<(), Failure> {
        let reached = self.what.accept.iter().zip(&self.accepted);
        let refusals = reached.filter(|(_, n)| **n != 1).map(|(spot, n)| match n {
            0 => Refusal::new(
                format!("{spot} 没有修复建议可以接受。"),
                "请用 xueji validate --proposals 列出修复建议，核对文件、工作表和单元格。",
            ),
            _ => Refusal::new(
                format!("{spot} 在 {n} 个文件里都有修复建议，不知道接受哪一个。"),
                "请写明文件：--accept \"文件名[表名]单元格\"。",
            ),
        });
        let refusals: Vec<Refusal> =
            refusals.chain(self.what.explanations.unused(&self.plan.findings)).collect();
        if refusals.is_empty() { Ok(()) } else { Err(Failure::Refused(refusals)) }
    }

    /// Findings that the end of a sheet bore out; how many more rows they refuse.
    fn late(&mut self) -> u64 {
        let late = self.seen.late();
        let before = self.plan.admit.len();
        let explanations = self.what.explanations;
        let refused = late::enter(&mut self.plan, late, &|f| explanations.own_text_for(f).is_some());
        if self.plan.admit.len() < before {
            // Those without a document number were not refused, but they moved up.
            let at = self.plan.admit.iter().enumerate().filter(|(_, a)| !a.keys.identity.is_empty());
            let mut first = FxHashMap::default();
            at.for_each(|(i, a)| {
                first.entry(a.keys.identity.clone()).or_insert(i);
            });
            self.without_number = first;
        }
        refused
    }

    fn known(&self, candidate: &Candidate, keys: &Keys) -> Result<exact::Known, StoreError> {
        let ask = |which: Which, key: &str| {
            let mut found = if key.is_empty() { Vec::new() } else { self.store.registrations(&which)? };
            // A registration that should never have been is nobody's.
            found.retain(|r| r.status != Status::Removed);
            Ok(found)
        };
        let number = candidate.record.get(Field::Number);
        Ok(exact::Known {
            by_number: ask(Which::Number(number), number)?,
            by_document: ask(Which::Document(&keys.document), &keys.document)?,
            by_identity: ask(Which::Identity(&keys.identity), &keys.identity)?,
        })
    }

    fn find(&mut self, candidate: &Candidate, rule: &str, field: Field, message: String) {
        let rule = dedup::rule(rule).expect("a match names a rule of the table");
        self.plan.findings.push(Finding {
            check: rule.name,
            severity: rule.severity,
            place: candidate.place(Some(field)),
            field: Some(field),
            value: label(candidate.record.get(field)).to_owned(),
            message,
            hint: rule.remedy.to_owned(),
            basis: rule.basis,
            proposal: None,
        });
    }

    fn refuse(&mut self, candidate: Box<Candidate>, start: usize) {
        self.plan.refused.push(Refused { candidate, findings: start..self.plan.findings.len() });
    }

    fn admit(&mut self, candidate: Box<Candidate>, keys: Keys, start: usize, mut other: Other, note: String) {
        if !keys.identity.is_empty() {
            let here = self.plan.admit.len();
            let first = *self.without_number.entry(keys.identity.clone()).or_insert(here);
            if first != here && other == Other::Nobody {
                let message = format!(
                    "与第 {} 行的无证件学生姓名、性别、出生日期相同。",
                    self.plan.admit[first].candidate.row
                );
                self.find(&candidate, dedup::SAME_IDENTITY, Field::PupilName, message);
                other = Other::Planned(first);
            }
        }
        self.plan.suspects += u64::from(other != Other::Nobody);
        self.bring_class(&candidate);
        let findings = start..self.plan.findings.len();
        self.plan.admit.push(Admission { candidate, keys, findings, other, note });
    }

    /// A class the registry does not know yet, of a school whose stage is certain (else `class-unknown` refused it).
    fn bring_class(&mut self, candidate: &Candidate) {
        let record = &candidate.record;
        let (school, number) = (record.get(Field::School), record.get(Field::ClassNumber));
        if self.directory.class(school, number).is_some()
            || self.classes.insert((school.to_owned(), number.to_owned()), ()).is_some()
        {
            return;
        }
        let stage = self.directory.school(school).and_then(|s| s.stages.first().copied());
        let entry = date_cell::month(record.get(Field::EntryMonth));
        let (Some(stage), Some((year, month, _)), Ok(code)) = (stage, entry, SchoolCode::parse(school))
        else {
            return;
        };
        let entered = Date::new(year, month, 1).map_or(year, school_year);
        let name = record.get(Field::ClassName);
        let name = if name.is_empty() { number } else { name };
        let entry_year = if month >= 7 { year } else { entered };
        self.plan.classes.push(Class {
            school: code,
            number: number.to_owned(),
            name: name.to_owned(),
            stage,
            entry_year,
        });
    }

    fn update(
        &mut self,
        candidate: Box<Candidate>,
        keys: Keys,
        start: usize,
        before: Box<Registration>,
        note: String,
    ) {
        let new = &candidate.record;
        let set: Vec<Field> =
            kept_fields().filter(|f| new.has(*f) && new.get(*f) != before.record.get(*f)).collect();
        let moves = new.get(Field::ClassNumber) != before.class_number;
        if set.is_empty() && !moves {
            self.plan.unchanged += 1;
            return;
        }
        if moves {
            self.bring_class(&candidate);
        }
        let findings = start..self.plan.findings.len();
        self.plan.update.push(Update { before, candidate, set, moves, keys, findings, note });
    }
}
