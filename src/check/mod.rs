//! What can be wrong with a row: one file per check, one row each in the table. Each row gets all its findings.

use jiff::civil::Date;

use crate::model::cell::Place;
use crate::model::field::Field;
use crate::model::finding::{Finding, Severity};
use crate::model::school::Directory;
use crate::province::{Pack, Switch};
use crate::roster::candidate::Candidate;
use crate::roster::code_cell::label;
use crate::roster::repair::Proposal;

mod age_out_of_grade;
mod birth_date_disagrees;
mod birth_date_invalid;
mod cell_error;
mod ditto_mark;
mod cells_not_read;
mod check_character_wrong;
mod class_disagrees;
mod class_named_twice;
mod class_unknown;
mod code_unknown;
mod distance_malformed;
mod division_not_valid_at_birth;
mod division_unknown;
mod document_kind_mismatch;
mod document_number_malformed;
mod document_validity_malformed;
pub mod duplicate_in_file;
mod entry_month_invalid;
pub mod facts;
#[cfg(test)]
mod gallery;
mod guardian_missing;
mod leaving_remarked;
mod name_dot_variant;
mod name_malformed;
mod nationality_disagrees;
mod number_damaged;
mod phone_malformed;
mod political_status_impossible;
mod postcode_malformed;
mod private_use_character;
mod registry_number_malformed;
pub mod required_field_missing;
mod school_ended;
mod school_code_malformed;
pub mod school_disagrees;
mod school_unknown;
pub mod seen;
mod sex_disagrees;
mod unlocated;
mod struck_through;
mod shown_otherwise;
mod date_misplaced;
mod row_shifted;
mod example_row;
mod value_changed;

use facts::Facts;
use school_disagrees::Named;
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
pub const CHECKS: &[Check] = &[
    cell_error::CHECK,
    shown_otherwise::CHECK,
    date_misplaced::CHECK,
    row_shifted::CHECK,
    struck_through::CHECK,
    example_row::CHECK,
    ditto_mark::CHECK,
    cells_not_read::CHECK,
    required_field_missing::CHECK,
    school_code_malformed::CHECK,
    school_unknown::CHECK,
    school_disagrees::CHECK,
    school_ended::CHECK,
    class_unknown::CHECK,
    class_named_twice::CHECK,
    class_disagrees::CHECK,
    name_malformed::CHECK,
    name_dot_variant::CHECK,
    code_unknown::CHECK,
    number_damaged::CHECK,
    document_kind_mismatch::CHECK,
    document_number_malformed::CHECK,
    check_character_wrong::CHECK,
    duplicate_in_file::CHECK,
    registry_number_malformed::CHECK,
    birth_date_invalid::CHECK,
    birth_date_disagrees::CHECK,
    sex_disagrees::CHECK,
    division_unknown::CHECK,
    division_not_valid_at_birth::CHECK,
    nationality_disagrees::CHECK,
    entry_month_invalid::CHECK,
    age_out_of_grade::CHECK,
    political_status_impossible::CHECK,
    guardian_missing::CHECK,
    leaving_remarked::CHECK,
    document_validity_malformed::CHECK,
    phone_malformed::CHECK,
    postcode_malformed::CHECK,
    distance_malformed::CHECK,
    private_use_character::CHECK,
    value_changed::CHECK,
];

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
    /// Every value that reading changed is a finding.
    pub strict: bool,
    /// The county's own rules, laid over those of its province.
    pub rules: Option<&'a Pack>,
    /// The schools that the roster's folder, its own name or the clerk says it is of.
    pub named: &'a [Named],
}

/// A row under check.
pub struct Subject<'a> {
    pub candidate: &'a Candidate,
    pub facts: &'a Facts<'a>,
    pub context: &'a Context<'a>,
}

impl Subject<'_> {
    /// The clean value of a field; empty where its cell was an error, which `cell-error` reports.
    pub fn get(&self, field: Field) -> &str {
        facts::value(self.candidate, field)
    }

    /// The code of a code field; empty where the text is in none of the field's tables.
    pub fn code(&self, field: Field) -> &str {
        facts::code(self.candidate, field)
    }

    /// Whether the sheet has a column for a field.
    pub fn has_column(&self, field: Field) -> bool {
        self.candidate.source.layout.column_of(field) != 0
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
        let finding = self.make(severity, field, message, hint);
        self.findings.push(finding);
    }

    /// A finding that is not found yet: for a check that must see the rest of the sheet.
    pub fn make(
        &self,
        severity: Severity,
        field: Field,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) -> Finding {
        let raw = self.candidate.changed.iter().find(|c| c.field == field).map(|c| c.raw.clone());
        // A cell that was the official label leaves no raw text: the label is what stood there.
        let value = raw.unwrap_or_else(|| label(self.candidate.record.get(field)).to_owned());
        let place = self.candidate.place(Some(field));
        self.finding(severity, field, place, value, message.into(), hint.into())
    }

    /// A finding about the row as a whole, without what stands in its cells.
    pub fn add_in_row(
        &mut self,
        severity: Severity,
        field: Field,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let place = self.candidate.place(None);
        let finding = self.finding(severity, Some(field), place, String::new(), message.into(), hint.into());
        self.findings.push(finding);
    }

    /// A finding about a column that the sheet lacks: it stands at the header.
    pub fn add_at_header(
        &mut self,
        severity: Severity,
        field: Option<Field>,
        message: impl Into<String>,
        hint: impl Into<String>,
    ) {
        let mut place = self.candidate.place(None);
        place.row = self.candidate.source.layout.header_row;
        let finding = self.finding(severity, field, place, String::new(), message.into(), hint.into());
        self.findings.push(finding);
    }

    fn finding(
        &self,
        severity: Severity,
        field: impl Into<Option<Field>>,
        place: Place,
        value: String,
        message: String,
        hint: String,
    ) -> Finding {
        let (check, basis) = (self.check.name, self.check.basis);
        let (field, proposal) = (field.into(), None);
        Finding { check, severity, place, field, value, message, hint, basis, proposal }
    }
}

/// Which checks run: `--select` names them, `--allow` leaves some out.
#[derive(Clone)]
pub struct Selection {
    on: Vec<bool>,
    /// The severity that the rules of the place give a check instead of its usual one.
    severity: Vec<Option<Severity>>,
}

impl Default for Selection {
    fn default() -> Self {
        Selection { on: vec![true; CHECKS.len()], severity: vec![None; CHECKS.len()] }
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
        Ok(Selection { on, severity: vec![None; CHECKS.len()] })
    }

    /// Lays the switches of a rule pack over the selection. An unknown name is given back, and so is a check that
    /// guards against false numbers: no place may have it weaker.
    pub fn lay_over(&mut self, switches: &[(String, Switch)]) -> Result<(), String> {
        for (name, switch) in switches {
            let at = CHECKS.iter().position(|c| c.name == name && c.name != number_damaged::CHECK.name);
            let at = at.ok_or_else(|| name.clone())?;
            match switch.severity() {
                None => self.on[at] = false,
                severity => self.severity[at] = severity,
            }
        }
        Ok(())
    }

    /// How severe what a check usually finds is.
    fn severity_of(&self, check: &Check) -> Severity {
        let at = CHECKS.iter().position(|c| c.name == check.name);
        at.and_then(|i| self.severity[i]).unwrap_or(check.severity)
    }

    fn has(&self, name: &str) -> bool {
        CHECKS.iter().zip(&self.on).any(|(c, on)| *on && c.name == name)
    }
}

/// Every selected check on one row after another; `seen` remembers the rows before it.
pub fn run(candidate: &Candidate, context: &Context, selection: &Selection, seen: &mut Seen) -> Vec<Finding> {
    let mut found = run_alone(&Facts::of(candidate, context), candidate, context, selection, seen);
    let keys = seen.take_keys();
    seen.first.compare(candidate, keys, selection, &mut found);
    found
}

/// Every selected check, the numbers of the row only noted: they wait in `seen` to be compared with other rows'.
pub fn run_alone<'a>(
    facts: &'a Facts<'a>,
    candidate: &'a Candidate,
    context: &'a Context<'a>,
    selection: &Selection,
    seen: &mut Seen,
) -> Vec<Finding> {
    let subject = Subject { candidate, facts, context };
    let mut findings = Vec::new();
    // Of a row that is no pupil's one sentence is enough.
    let alone = cells_not_read::is_family_alone(candidate) || cells_not_read::is_text_alone(candidate);
    let alone = alone && selection.has(cells_not_read::CHECK.name);
    let runs = |i: usize| selection.on[i] && (!alone || CHECKS[i].name == cells_not_read::CHECK.name);
    for (i, check) in CHECKS.iter().enumerate().filter(|(i, _)| runs(*i)) {
        let start = findings.len();
        (check.run)(&subject, seen, &mut Sink { check, candidate, findings: &mut findings });
        if let Some(severity) = selection.severity[i] {
            // What the check itself holds for less, or for worse, stays so.
            let usual = findings[start..].iter_mut().filter(|f| f.severity == check.severity);
            usual.for_each(|f| f.severity = severity);
        }
    }
    findings
}

/// Whether a finding is about every row of its sheet: it stands at the header, above the first of them.
pub fn is_of_sheet(finding: &Finding, candidate: &Candidate) -> bool {
    finding.place.column == 0 && finding.place.row == candidate.source.layout.header_row
}

/// Whether a finding keeps its row out of the registry until it is closed by a text of its own: a number that may be
/// damaged, or a pupil that may be struck off or an example, is never stored on the strength of a text that was
/// written for something else.
pub fn is_held(finding: &Finding) -> bool {
    let holding = [number_damaged::CHECK.name, struck_through::CHECK.name, example_row::CHECK.name];
    finding.severity == Severity::Explain && holding.contains(&finding.check)
}

/// Enters a proposal in the finding it answers, with the evidence in the hint; the whole number only as the proposal.
pub fn propose(findings: &mut [Finding], proposal: &Proposal) {
    number_damaged::propose(findings, proposal);
}

/// Whether a row is refused: it has an error of its own, or its sheet lacks a column without which no row of it can
/// be registered, or a number that may be damaged and is not `settled` by a text of its own. The lack of a column is said once, at the header, among the findings of the sheet's first row.
pub fn is_refused(
    candidate: &Candidate,
    findings: &[Finding],
    selection: &Selection,
    settled: &dyn Fn(&Finding) -> bool,
) -> bool {
    findings.iter().any(|f| f.severity == Severity::Error || (is_held(f) && !settled(f)))
        || (required_field_missing::column_missing_for(candidate)
            && selection.has(required_field_missing::CHECK.name))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn a_check_is_named_once_and_its_manual_page_is_whole() {
        let mut names = HashSet::new();
        for c in CHECKS {
            assert!(names.insert(c.name) && names.insert(c.title), "{}", c.name);
            assert!(c.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{}", c.name);
            assert!(!c.basis.is_empty(), "{}", c.name);
            for text in [c.what, c.why, c.remedy] {
                assert!(text.ends_with('。'), "{}: {text}", c.name);
            }
        }
    }

    #[test]
    fn every_check_has_the_file_of_its_name() {
        let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check");
        for c in CHECKS {
            assert!(here.join(format!("{}.rs", c.name.replace('-', "_"))).is_file(), "{}", c.name);
        }
        let files =
            std::fs::read_dir(here).unwrap().filter_map(|f| f.unwrap().file_name().into_string().ok());
        let checks = files.filter(|f| f.ends_with(".rs")).count();
        assert_eq!(checks, CHECKS.len() + 5, "mod, facts, seen, unlocated and gallery are no checks");
    }

    #[test]
    fn the_rule_packs_switch_checks_that_exist() {
        for pack in crate::province::packs() {
            for edition in &pack.editions {
                assert_eq!(Selection::default().lay_over(&edition.checks), Ok(()), "{}", pack.name);
            }
        }
    }

    #[test]
    fn select_and_allow_choose_and_an_unknown_name_is_given_back() {
        let names = |list: &[&str]| list.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let only =
            Selection::new(&names(&["sex-disagrees", "code-unknown"]), &names(&["code-unknown"])).unwrap();
        assert_eq!(
            CHECKS.iter().filter(|c| only.has(c.name)).map(|c| c.name).collect::<Vec<_>>(),
            ["sex-disagrees"]
        );
        assert_eq!(Selection::new(&[], &names(&["sex-disagree"])).err().as_deref(), Some("sex-disagree"));
        assert!(Selection::default().has("sex-disagrees"));
        let mut laid = Selection::default();
        let switches = |name: &str, switch| vec![(name.to_owned(), switch)];
        laid.lay_over(&switches("phone-malformed", Switch::Off)).unwrap();
        assert!(!laid.has("phone-malformed"));
        for (name, switch) in [("no-such", Switch::Note), ("number-damaged", Switch::Off)] {
            assert_eq!(laid.lay_over(&switches(name, switch)), Err(name.to_owned()));
        }
    }
}
