//! 问题学籍: opened, claimed, decided; each is a batch that can be undone exactly. Nothing is decided by itself.

pub mod claim;
pub mod decide;
pub mod form;
pub mod open;

mod recheck;
#[cfg(test)]
mod tests;

use crate::model::dispute::{Claim, Dispute, Level, PARTY_NAMES, Party};
use crate::model::evidence::{Evidence, Subject};
use crate::model::registration::Registration;
use crate::model::school::Directory;
use crate::store::Store;
use crate::store::lookup::Which;

use super::failure::{Failure, Refusal};

/// One party of a dispute: its registration, its school, what it answered.
pub struct Side {
    pub party: Party,
    pub registration: Registration,
    /// 甲 or 乙.
    pub name: &'static str,
    pub school: String,
    pub authority: String,
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
    let mut sides = Vec::new();
    for (party, name) in dispute.parties.iter().zip(PARTY_NAMES) {
        let Some(registration) = store.registrations(&Which::Id(party.student))?.pop() else {
            continue;
        };
        let school = directory.school(registration.school.as_str());
        let code = registration.school.to_string();
        sides.push(Side {
            party: party.clone(),
            name,
            school: school.map_or(code, |s| s.name.clone()),
            authority: school.map_or_else(String::new, |s| s.authority.clone()),
            claims: claims.iter().filter(|(c, _)| c.student == party.student).cloned().collect(),
            registration,
        });
    }
    let level = level(&sides);
    let papers = store.evidence_of(&Subject::Dispute(dispute.id.clone()))?;
    Ok(Case { dispute, sides, level, papers })
}

fn level(sides: &[Side]) -> Level {
    match sides {
        [one, other] if one.authority != other.authority => Level::Authorities,
        [one, other] if one.registration.school != other.registration.school => Level::Schools,
        _ => Level::School,
    }
}
