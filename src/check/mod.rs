//! What can be wrong with a row: one file per check, one row each in the table. Each row gets all its findings.

use jiff::civil::Date;

use crate::model::field::Field;
use crate::model::finding::{Finding, Severity};
use crate::model::school::Directory;
use crate::roster::candidate::Candidate;

pub mod facts;
pub mod seen;

use facts::Facts;
use seen::Seen;

/// One check: its name (readable after "allow"), how bad what it finds usually is, its manual page, and its law.
pub struct Check {
    pub name: &'static str,
    /// The name for people.
    pub title: &'static str,
    pub severity: Severity,
    /// Article, standard or notice.
    pub basis: &'static str,
    /// What it looks for, why it matters, what to do: the page `xueji explain NAME` prints.
    pub what: &'static str,
    pub why: &'static str,
    pub remedy: &'static str,
    pub run: fn(&Subject, &mut Seen, &mut Sink),
}

/// Every check, in the order in which findings of one row are listed.
pub const CHECKS: &[Check] = &[];

/// The check of this name.
pub fn check(name: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|c| c.name == name)
}

/// What checks may know besides the row.
pub struct Context<'a> {
    /// The day of business.
    pub today: Date,
    /// The schools and classes of the registry; `None` when there is no registry to look in.
    pub directory: Option<&'a Directory>,
}

/// A row under check.
pub struct Subject<'a> {
    pub candidate: &'a Candidate,
    pub facts: &'a Facts<'a>,
    pub context: &'a Context<'a>,
}

impl Subject<'_> {
    /// The clean value of a field.
    pub fn get(&self, field: Field) -> &str {
        self.candidate.record.get(field)
    }
}

/// Where checks put what they find.
pub struct Sink<'a> {
    check: &'static Check,
    candidate: &'a Candidate,
    findings: &'a mut Vec<Finding>,
}

impl Sink<'_> {
    /// A finding of the check's usual severity at a field. No whole name or number in `message` or `hint`.
    pub fn add(&mut self, field: Field, message: impl Into<String>, hint: impl Into<String>) {
        self.add_as(self.check.severity, field, message, hint);
    }

    /// A finding of another severity.
    pub fn add_as(
        &mut self,
        severity: Severity,
        field: Field,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let raw = self.candidate.changed.iter().find(|c| c.field == field).map(|c| c.raw.clone());
        self.findings.push(Finding {
            check: self.check.name,
            severity,
            place: self.candidate.place(Some(field)),
            field: Some(field),
            value: raw.unwrap_or_else(|| self.candidate.record.get(field).to_owned()),
            message: message.into(),
            hint: hint.into(),
            basis: self.check.basis,
        });
    }
}

/// Which checks run: `--select` names them, `--allow` leaves some out.
#[derive(Clone)]
pub struct Selection {
    on: Vec<bool>,
}

impl Default for Selection {
    fn default() -> Self {
        Selection { on: vec![true; CHECKS.len()] }
    }
}

impl Selection {
    /// Only `select` where it names any, without those in `allow`. An unknown name is given back.
    pub fn new(select: &[String], allow: &[String]) -> Result<Selection, String> {
        if let Some(unknown) = select.iter().chain(allow).find(|n| check(n).is_none()) {
            return Err(unknown.clone());
        }
        let named = |list: &[String], c: &Check| list.iter().any(|n| n == c.name);
        let on = CHECKS.iter().map(|c| (select.is_empty() || named(select, c)) && !named(allow, c)).collect();
        Ok(Selection { on })
    }
}

/// Runs every selected check on one row; `seen` remembers the rows before it.
pub fn run(candidate: &Candidate, context: &Context, selection: &Selection, seen: &mut Seen) -> Vec<Finding> {
    let facts = Facts::of(candidate, context);
    let subject = Subject { candidate, facts: &facts, context };
    let mut findings = Vec::new();
    for (check, _) in CHECKS.iter().zip(&selection.on).filter(|(_, on)| **on) {
        (check.run)(&subject, seen, &mut Sink { check, candidate, findings: &mut findings });
    }
    findings
}
