//! Planning an import: read, check, compare; nothing is written.

use rustc_hash::{FxHashMap, FxHashSet};

use jiff::civil::Date;

use crate::check;
use crate::check::duplicate_in_file::{self, FirstRows};
use crate::dedup::{self, exact};
use crate::model::field::Field;
use crate::model::finding::{Finding, Severity};
use crate::model::id::SchoolCode;
use crate::model::journal::Tail;
use crate::model::registration::{Keys, Registration, kept_fields};
use crate::model::school::{Class, Directory, school_year};
use crate::roster::candidate::Candidate;
use crate::roster::date_cell;
use crate::store::Store;

use super::super::by_school::Schools;
use super::super::examine::{self, Collect, Done, Ended, Examined, Examining};
use super::super::failure::{Failure, Refusal};
use super::super::gather::{PassedFile, RosterFile};
use super::super::input::Opening;
use super::super::session::Session;
use super::super::validate::FileSummary;
use super::late;
use super::pairs;
use super::pending::{Change, Known};
use super::{Admission, Importing, Other, Plan, Refused, Update};

/// Plans an import; `progress` is told how far it is.
pub fn plan(
    store: &Store,
    what: &Importing,
    session: &Session,
    progress: &mut dyn FnMut(Done),
) -> Result<Plan, Failure> {
    planned(store, what, progress, &|planner| {
        pairs::find(&mut planner.plan, store, session)?;
        planner.accepted_all()
    })
}

/// The rows of a plan, without the engine's pairs and without asking whether every text reached something.
pub fn rows(store: &Store, what: &Importing, progress: &mut dyn FnMut(Done)) -> Result<Plan, Failure> {
    planned(store, what, progress, &|_| Ok(()))
}

/// Puts every row where it belongs, and does what is left to do when all are in.
fn planned(
    store: &Store,
    what: &Importing,
    progress: &mut dyn FnMut(Done),
    all_in: &dyn Fn(&mut Planner) -> Result<(), Failure>,
) -> Result<Plan, Failure> {
    let directory = store.directory()?;
    // What the directory says now, not what it said when the command began.
    let examining = Examining {
        opening: Opening { directory: Some((&directory, what.examining.today)), ..what.examining.opening },
        directory: Some(&directory),
        store: Some(store),
        look_up: true,
        ..what.examining
    };
    let mut planner = Planner::new(store.tail()?, &directory, what);
    planner.known = Known::read(store)?;
    examine::run(&examining, progress, &mut planner)?;
    all_in(&mut planner)?;
    let Planner { mut plan, schools, known, .. } = planner;
    let pending: Vec<Vec<Change>> = plan.update.iter().map(|u| known.changes(u, &plan)).collect();
    plan.update.iter_mut().zip(pending).for_each(|(update, changes)| update.pending = changes);
    plan.schools = by_school(&plan, schools).counted(Some(&directory));
    plan.unchanged = plan.schools.iter().map(|s| s.unchanged).sum();
    Ok(plan)
}

/// How many rows of each school go which way; what is unchanged was counted on the way.
fn by_school(plan: &Plan, mut schools: Schools) -> Schools {
    let mut shared = FxHashSet::default();
    for admission in &plan.admit {
        let school = admission.candidate.record.get(Field::School);
        let of_sheet = plan.waiting_of_sheet(admission).filter(|i| shared.insert((school, *i)));
        let to_explain = plan.waiting_of_row(admission) as u64 + u64::from(of_sheet.is_some());
        let count = schools.of(&admission.candidate);
        (count.admitted, count.to_explain) = (count.admitted + 1, count.to_explain + to_explain);
    }
    for update in &plan.update {
        let count = schools.of(&update.candidate);
        count.updated += 1;
        count.to_explain += update.pending.iter().filter(|c| c.waits).count() as u64;
    }
    plan.refused.iter().for_each(|r| schools.of(&r.candidate).refused += 1);
    schools
}

struct Planner<'a> {
    directory: &'a Directory,
    what: &'a Importing<'a>,
    first: FirstRows,
    /// The admissions without a document number so far, by name, sex and birth date.
    without_number: FxHashMap<String, usize>,
    classes: FxHashSet<(String, String)>,
    /// How many proposals each cell of `--accept` reached.
    accepted: Vec<usize>,
    schools: Schools,
    /// The 须说明 findings of pupils who are known.
    known: Known,
    /// The finding about every row of the sheet that is being read.
    of_sheet: Option<usize>,
    /// What the plan was before the file that is being read.
    before: Before,
    /// Where the findings of the sheet that is being read begin, and how many of its rows are refused.
    sheet: (usize, u64),
    plan: Plan,
}

/// How far the plan had come before a file.
#[derive(Default)]
struct Before {
    files: usize,
    classes: usize,
    admit: usize,
    update: usize,
    refused: usize,
    findings: usize,
    schools: Schools,
    accepted: Vec<usize>,
}

impl<'a> Planner<'a> {
    fn new(tail: Tail, directory: &'a Directory, what: &'a Importing<'a>) -> Planner<'a> {
        Planner {
            directory,
            what,
            first: FirstRows::default(),
            without_number: FxHashMap::default(),
            classes: FxHashSet::default(),
            accepted: vec![0; what.examining.accept.len()],
            schools: Schools::default(),
            known: Known::default(),
            of_sheet: None,
            before: Before::default(),
            sheet: (0, 0),
            plan: Plan {
                tail,
                files: Vec::new(),
                unreadable: Vec::new(),
                passed: Vec::new(),
                schools: Vec::new(),
                classes: Vec::new(),
                admit: Vec::new(),
                update: Vec::new(),
                unchanged: 0,
                refused: Vec::new(),
                findings: Vec::new(),
                explanations: what.explanations.clone(),
                pairs: Vec::new(),
                compared: true,
            },
        }
    }
}

impl Collect for Planner<'_> {
    fn begin(&mut self, _: &RosterFile) {
        let plan = &self.plan;
        self.before = Before {
            files: plan.files.len(),
            classes: plan.classes.len(),
            admit: plan.admit.len(),
            update: plan.update.len(),
            refused: plan.refused.len(),
            findings: plan.findings.len(),
            schools: self.schools.clone(),
            accepted: self.accepted.clone(),
        };
        self.sheet = (plan.findings.len(), 0);
        self.of_sheet = None;
    }

    fn row(&mut self, row: Examined) {
        self.sheet.1 += u64::from(self.enter(row));
    }

    fn sheet(&mut self, mut summary: FileSummary, late: Vec<Finding>) {
        let refused = self.late(late);
        let (start, in_error) = self.sheet;
        summary.rows_with_errors = in_error + refused;
        summary.found = start..self.plan.findings.len();
        self.plan.files.push(summary);
        self.sheet = (self.plan.findings.len(), 0);
        self.of_sheet = None;
    }

    fn end(&mut self, file: &RosterFile, ended: Ended) {
        match ended {
            Ended::Whole => {}
            Ended::Passed(reason) => self.plan.passed.push(PassedFile::new(&file.path, reason)),
            Ended::Unusable(e) => {
                self.take_back(&file.label);
                self.plan.unreadable.push((file.path.clone(), e));
            }
        }
    }
}

impl Planner<'_> {
    /// Puts one row where it belongs; whether it had errors.
    fn enter(&mut self, row: Examined) -> bool {
        let Examined { candidate, findings: mut found, numbers, keys, known, note, accepted } = row;
        let (start, selection) = (self.plan.findings.len(), self.what.examining.selection);
        self.schools.of(&candidate).rows += 1;
        accepted.into_iter().for_each(|i| self.accepted[i] += 1);
        self.first.compare(&candidate, numbers, selection, &mut found);
        let settled = |f: &Finding| self.what.explanations.own_text_for(f).is_some();
        let in_error = check::is_refused(&candidate, &found, selection, &settled);
        let of_sheet = |f: &Finding| f.severity == Severity::Explain && check::is_of_sheet(f, &candidate);
        if let Some(at) = found.iter().position(of_sheet) {
            self.of_sheet = Some(start + at);
        }
        self.plan.findings.extend(found);
        if in_error {
            self.refuse(candidate, keys, start);
            return true;
        }
        match exact::decide(&candidate.record, &keys, known) {
            exact::Match::New => self.admit(candidate, keys, start, Other::Nobody, note),
            exact::Match::Same(registration) => self.update(candidate, keys, start, registration, note),
            exact::Match::Refused { rule, field, message } => {
                self.find(&candidate, rule, field, message);
                self.refuse(candidate, keys, start);
                return true;
            }
            exact::Match::Suspect { message, other } => {
                self.find(&candidate, dedup::SAME_IDENTITY, Field::PupilName, message);
                self.admit(candidate, keys, start, Other::Registered(other.id), note);
            }
        }
        false
    }

    /// Takes back what a file brought: one that breaks off in the middle is not half a roster.
    fn take_back(&mut self, label: &str) {
        let before = std::mem::take(&mut self.before);
        self.plan.files.truncate(before.files);
        for class in self.plan.classes.drain(before.classes..) {
            self.classes.remove(&(class.school.as_str().to_owned(), class.number));
        }
        self.plan.admit.truncate(before.admit);
        self.plan.update.truncate(before.update);
        self.plan.refused.truncate(before.refused);
        self.plan.findings.truncate(before.findings);
        (self.schools, self.accepted) = (before.schools, before.accepted);
        self.without_number.retain(|_, i| *i < before.admit);
        self.first.forget(label);
    }

    /// Refuses cells of `--accept` that have no proposal, or more than one between them.
    fn accepted_all(&self) -> Result<(), Failure> {
        let reached = self.what.examining.accept.iter().zip(&self.accepted);
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
    fn late(&mut self, late: Vec<Finding>) -> u64 {
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

    fn find(&mut self, candidate: &Candidate, rule: &str, field: Field, message: String) {
        self.plan.findings.push(pairs::finding(candidate, rule, field, message));
    }

    fn refuse(&mut self, candidate: Box<Candidate>, keys: Keys, start: usize) {
        self.plan.refused.push(Refused { candidate, keys, findings: start..self.plan.findings.len() });
    }

    fn admit(&mut self, candidate: Box<Candidate>, keys: Keys, start: usize, mut other: Other, note: String) {
        if !keys.identity.is_empty() {
            let here = self.plan.admit.len();
            let first = *self.without_number.entry(keys.identity.clone()).or_insert(here);
            if first != here && other == Other::Nobody {
                let (there, here) = (self.plan.admit[first].candidate.place(None), candidate.place(None));
                let there = duplicate_in_file::first_place(&there, &here);
                let message = format!("与{there}的无证件学生姓名、性别、出生日期相同。");
                self.find(&candidate, dedup::SAME_IDENTITY, Field::PupilName, message);
                other = Other::Planned(first);
            }
        }
        self.bring_class(&candidate);
        let findings = start..self.plan.findings.len();
        let of_sheet = self.of_sheet.filter(|at| !findings.contains(at));
        self.plan.admit.push(Admission { candidate, keys, findings, of_sheet, other, pairs: 0..0, note });
    }

    /// A class the registry does not know yet, of a school whose stage is certain (else `class-unknown` refused it).
    fn bring_class(&mut self, candidate: &Candidate) {
        let record = &candidate.record;
        let (school, number) = (record.get(Field::School), record.get(Field::ClassNumber));
        if self.directory.class(school, number).is_some()
            || !self.classes.insert((school.to_owned(), number.to_owned()))
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
        let findings = start..self.plan.findings.len();
        let of_sheet = self.of_sheet.filter(|at| !findings.contains(at));
        let (explanations, all) = (self.what.explanations, &self.plan.findings);
        let found = all[findings.clone()].iter().chain(of_sheet.map(|at| &all[at]));
        if set.is_empty() && !moves && !self.known.is_explained(before.id, found, explanations) {
            self.schools.of(&candidate).unchanged += 1;
            return;
        }
        if moves {
            self.bring_class(&candidate);
        }
        let pending = Vec::new();
        let update = Update { before, candidate, set, moves, keys, findings, of_sheet, pending, note };
        self.plan.update.push(update);
    }
}
