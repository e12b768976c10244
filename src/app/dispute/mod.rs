//! 问题学籍: opened, claimed, decided; each is a batch that can be undone exactly. Nothing is decided by itself.

pub mod claim;
pub mod decide;
pub mod form;
pub mod open;

mod recheck;
#[cfg(test)]
mod tests;

use crate::model::dispute::{Claim, ClaimKind, Dispute, Level, PARTY_NAMES, Party};
use crate::model::evidence::{Evidence, Subject};
use crate::model::id::StudentId;
use crate::model::journal::{Value, Write};
use crate::model::record_table::DISPUTE;
use crate::model::registration::Registration;
use crate::model::school::Directory;
use crate::store::Store;
use crate::store::error::StoreError;
use crate::store::lookup::Which;

use super::failure::{Failure, Refusal};

/// One party of a dispute: its registration, its school, what it answered.
pub struct Side {
    pub party: Party,
    /// As it is; of a settled dispute as it was when the dispute was opened: what came after is no part of it.
    pub registration: Registration,
    /// As it is today.
    pub now: Registration,
    /// 甲 or 乙.
    pub name: &'static str,
    pub school: String,
    pub authority: String,
    /// The name of the school where the registration is today.
    pub now_at: String,
    /// Its answers, the last of which counts, each with its papers.
    pub claims: Vec<(Claim, Vec<Evidence>)>,
}

impl Side {
    /// The answer that counts.
    pub fn claim(&self) -> Option<&(Claim, Vec<Evidence>)> {
        self.claims.last()
    }

    /// 甲（学校名称）.
    pub fn called(&self) -> String {
        format!("{}（{}）", self.name, self.school)
    }
}

/// A dispute with all that is known of it.
pub struct Case {
    pub dispute: Dispute,
    pub sides: Vec<Side>,
    pub level: Level,
    /// What the authority itself handed in with its decision.
    pub papers: Vec<Evidence>,
}

impl Case {
    /// Whether it waits for a decision.
    pub fn is_open(&self) -> bool {
        self.dispute.decision.is_none()
    }

    /// Who has said that the record is right, or what is right, and not shown it.
    pub fn unproved(&self) -> Vec<&Side> {
        let lacks = |s: &&Side| {
            s.claim().is_some_and(|(claim, papers)| claim.kind != ClaimKind::Remove && papers.is_empty())
        };
        self.sides.iter().filter(lacks).collect()
    }

    /// Who has not answered yet.
    pub fn unanswered(&self) -> Vec<&Side> {
        self.sides.iter().filter(|s| s.claim().is_none()).collect()
    }

    /// Whether a school has a part in it.
    pub fn concerns(&self, school: &str) -> bool {
        self.sides.iter().any(|s| s.registration.school.as_str() == school)
    }
}

/// Every dispute, oldest first.
pub fn list(store: &Store) -> Result<Vec<Case>, Failure> {
    let directory = store.directory()?;
    store.disputes()?.into_iter().map(|dispute| case(store, &directory, dispute)).collect()
}

/// The dispute of this name.
pub fn get(store: &Store, id: &str) -> Result<Case, Failure> {
    let Some(dispute) = store.dispute(&id.trim().to_ascii_uppercase())? else {
        let reason = format!("没有编号为 {id} 的问题学籍。");
        return Err(Refusal::new(reason, "请用 xueji dispute list --all 查看编号。").into());
    };
    case(store, &store.directory()?, dispute)
}

fn case(store: &Store, directory: &Directory, dispute: Dispute) -> Result<Case, Failure> {
    let mut claims = Vec::new();
    for claim in store.claims(&dispute.id)? {
        let papers = store.evidence_of(&Subject::Claim(dispute.id.clone(), claim.ordinal))?;
        claims.push((claim, papers));
    }
    let opened = match dispute.decision {
        Some(_) => opened_at(store, &dispute)?,
        None => None,
    };
    let mut sides = Vec::new();
    for (party, name) in dispute.parties.iter().zip(PARTY_NAMES) {
        let Some(now) = store.registrations(&Which::Id(party.student))?.pop() else {
            continue;
        };
        let then = opened.map(|seq| store.registration_at(party.student, seq)).transpose()?.flatten();
        let registration = then.unwrap_or_else(|| now.clone());
        let school = directory.school(registration.school.as_str());
        let school_name =
            |code: &str| directory.school(code).map_or_else(|| code.to_owned(), |s| s.name.clone());
        sides.push(Side {
            party: party.clone(),
            name,
            school: school_name(registration.school.as_str()),
            now_at: school_name(now.school.as_str()),
            authority: school.map_or_else(String::new, |s| s.authority.clone()),
            claims: claims.iter().filter(|(c, _)| c.student == party.student).cloned().collect(),
            registration,
            now,
        });
    }
    let level = level(&sides);
    let papers = store.evidence_of(&Subject::Dispute(dispute.id.clone()))?;
    Ok(Case { dispute, sides, level, papers })
}

/// The entry that opened a dispute; none where the journal has no such entry.
pub fn opened_at(store: &Store, dispute: &Dispute) -> Result<Option<i64>, StoreError> {
    let parties: Vec<StudentId> = dispute.parties.iter().map(|p| p.student).collect();
    let key = [Value::Text(dispute.id.clone())];
    store.entry_that(&parties, &|write| match write {
        Write::Insert { table, row } => table.name == DISPUTE.name && row[..1] == key,
        Write::Update { .. } | Write::Delete { .. } => false,
    })
}

fn level(sides: &[Side]) -> Level {
    match sides {
        [one, other] if one.authority != other.authority => Level::Authorities,
        [one, other] if one.registration.school != other.registration.school => Level::Schools,
        _ => Level::School,
    }
}
