//! Findings that only the end of a sheet bears out: the rows they stand on are taken out of the plan again.

use crate::check;
use crate::model::finding::Finding;

use super::{Other, Plan, Refused};

/// Puts late findings behind those of their rows; rows that `settled` does not let pass are refused. How many.
pub fn enter(plan: &mut Plan, late: Vec<Finding>, settled: &dyn Fn(&Finding) -> bool) -> u64 {
    let mut refused = 0;
    for finding in late {
        let keeps_out = check::is_held(&finding) && !settled(&finding);
        refused += u64::from(one(plan, finding, keeps_out));
    }
    refused
}

/// One finding; whether its row was refused for it.
fn one(plan: &mut Plan, finding: Finding, keeps_out: bool) -> bool {
    let here = |c: &crate::roster::candidate::Candidate| {
        c.stands_in(finding.place.row)
            && c.source.sheet == finding.place.sheet
            && c.source.file == finding.place.file
    };
    let admitted = plan.admit.iter().rposition(|a| here(&a.candidate));
    let updated = plan.update.iter().rposition(|u| here(&u.candidate));
    let known = plan.refused.iter().rposition(|r| here(&r.candidate));
    let range = match (admitted, updated, known) {
        (Some(i), _, _) => plan.admit[i].findings.clone(),
        (_, Some(i), _) => plan.update[i].findings.clone(),
        (_, _, Some(i)) => plan.refused[i].findings.clone(),
        // A row that changes nothing: the finding is told, and nothing of it is stored.
        _ => plan.findings.len()..plan.findings.len(),
    };
    plan.findings.insert(range.end, finding);
    shift(plan, range.end);
    let grown = range.start..range.end + 1;
    match (admitted, updated) {
        (Some(i), _) if keeps_out => {
            let admission = plan.admit.remove(i);
            forget(plan, i);
            plan.refused.push(Refused {
                candidate: admission.candidate,
                keys: admission.keys,
                findings: grown,
            });
        }
        (_, Some(i)) if keeps_out => {
            let update = plan.update.remove(i);
            plan.refused.push(Refused { candidate: update.candidate, keys: update.keys, findings: grown });
        }
        (Some(i), _) => plan.admit[i].findings = grown,
        (_, Some(i)) => plan.update[i].findings = grown,
        _ => {
            if let Some(i) = known {
                plan.refused[i].findings = grown;
            }
        }
    }
    keeps_out && (admitted.is_some() || updated.is_some())
}

/// Every range from the inserted finding on lies one further on.
fn shift(plan: &mut Plan, at: usize) {
    let of_admitted = plan.admit.iter_mut().filter_map(|a| a.of_sheet.as_mut());
    let of_updated = plan.update.iter_mut().filter_map(|u| u.of_sheet.as_mut());
    let of_sheet = of_admitted.chain(of_updated);
    of_sheet.filter(|i| **i >= at).for_each(|i| *i += 1);
    let update = plan.update.iter_mut().map(|u| &mut u.findings);
    let refused = plan.refused.iter_mut().map(|r| &mut r.findings);
    let admit = plan.admit.iter_mut().map(|a| &mut a.findings);
    for range in admit.chain(update).chain(refused).filter(|r| r.start >= at) {
        *range = range.start + 1..range.end + 1;
    }
}

/// The admission at an index is gone: those behind it moved up, and nobody is suspected to be it.
fn forget(plan: &mut Plan, gone: usize) {
    for admission in &mut plan.admit {
        if let Other::Planned(i) = admission.other {
            admission.other = match i.cmp(&gone) {
                std::cmp::Ordering::Less => Other::Planned(i),
                std::cmp::Ordering::Equal => Other::Nobody,
                std::cmp::Ordering::Greater => Other::Planned(i - 1),
            };
        }
    }
}
