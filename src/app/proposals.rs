//! Proposals for the damaged numbers of a row: what the registry holds of its pupil, looked up only when needed.

use crate::model::field::Field;
use crate::model::record::{Draft, Record};
use crate::roster::candidate::{Candidate, Changed};
use crate::roster::damage;
use crate::roster::repair::{self, Proposal, REPAIRABLE};
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::lookup::Which;

/// The proposals for a row; none for a row whose numbers bear no mark of damage.
pub fn of(store: Option<&Store>, candidate: &Candidate) -> Result<Vec<Proposal>, StoreError> {
    let damaged =
        |field: Field| damage::sign(candidate.record.get(field), candidate.numeric.contains(field)).is_some();
    let fields: Vec<Field> = REPAIRABLE.iter().map(|(field, _)| *field).filter(|f| damaged(*f)).collect();
    let name = candidate.record.get(Field::PupilName);
    if fields.is_empty() || name.is_empty() {
        return Ok(Vec::new());
    }
    let registered: Vec<Record> = match store {
        Some(store) => store.registrations(&Which::Name(name))?.into_iter().map(|r| r.record).collect(),
        None => Vec::new(),
    };
    Ok(fields.into_iter().filter_map(|f| repair::propose(candidate, f, &registered)).collect())
}

/// Puts an accepted proposal in the place of the damaged number; what stood there is kept with the rule.
pub fn accept(candidate: &mut Candidate, proposal: &Proposal) {
    let mut draft = Draft::default();
    candidate.record.iter().for_each(|(field, value)| draft.set(field, value));
    let before = candidate.record.get(proposal.field).to_owned();
    let raw = candidate.changed.iter().find(|c| c.field == proposal.field).map_or(before, |c| c.raw.clone());
    draft.set(proposal.field, &proposal.number);
    candidate.record = draft.take();
    candidate.numeric.remove(proposal.field);
    candidate.changed.insert(0, Changed { field: proposal.field, raw, rule: "accepted" });
}

/// What the journal says of an accepted proposal.
pub fn note(proposal: &Proposal) -> String {
    format!("接受修复建议：{}（依据：{}）", proposal.field.heading(), proposal.because())
}
