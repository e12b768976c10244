//! What the verdicts of people say of 查重 in this registry: how often a pair it calls one child is one, and no more than
//! that.

use crate::dedup::evaluate::wilson;
use crate::dedup::verdict::Verdict;
use crate::model::suspect::Suspect;
use crate::store::Store;

use super::failure::Failure;

/// Fewer pairs than these and an estimate would only pretend: the interval is then wider than a third.
pub const ENOUGH: u64 = 30;

/// The pairs of one verdict of the program, and what people found of those they looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Band {
    pub listed: u64,
    pub reviewed: u64,
    pub same: u64,
}

impl Band {
    /// The share that is one child, with its interval; `None` where too few were reviewed.
    pub fn share(self) -> Option<(f64, (f64, f64))> {
        let interval = wilson(self.same, self.reviewed).filter(|_| self.reviewed >= ENOUGH)?;
        Some((self.same as f64 / self.reviewed as f64, interval))
    }
}

/// What the verdicts come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reviewed {
    /// Pairs the program calls one child, and those it leaves to people.
    pub same: Band,
    pub suspect: Band,
    /// Pairs of an official rule that the engine calls different.
    pub different: Band,
}

impl Reviewed {
    pub fn all(self) -> Band {
        let bands = [self.same, self.suspect, self.different];
        let sum = |of: fn(&Band) -> u64| bands.iter().map(of).sum();
        Band { listed: sum(|b| b.listed), reviewed: sum(|b| b.reviewed), same: sum(|b| b.same) }
    }

    /// Of the true pairs on the list, as far as the verdicts tell, the share that the program calls one child itself.
    /// Of true pairs that never came on the list nothing can be known from verdicts.
    pub fn called(self) -> Option<f64> {
        let expected =
            |b: Band| (b.reviewed > 0).then(|| b.listed as f64 * b.same as f64 / b.reviewed as f64);
        let (same, _) = (expected(self.same)?, self.same.share()?);
        let others = [self.suspect, self.different].into_iter().filter(|b| b.listed > 0);
        let others: Option<Vec<f64>> = others.map(|b| b.share().and_then(|_| expected(b))).collect();
        let all = same + others?.iter().sum::<f64>();
        (all > 0.0).then_some(same / all)
    }
}

/// Counts the list.
pub fn reviewed(store: &Store) -> Result<Reviewed, Failure> {
    Ok(counted(&store.suspects()?))
}

fn counted(suspects: &[Suspect]) -> Reviewed {
    let mut all = Reviewed::default();
    for suspect in suspects {
        let band = match Verdict::of(i32::try_from(suspect.score).unwrap_or(0)) {
            Verdict::Same => &mut all.same,
            Verdict::Suspect => &mut all.suspect,
            Verdict::Different => &mut all.different,
        };
        band.listed += 1;
        if let Some(decision) = &suspect.decision {
            band.reviewed += 1;
            band.same += u64::from(decision.is_same);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::StudentId;
    use crate::model::suspect::Decision;

    fn suspects(score: i64, same: usize, different: usize, open: usize) -> Vec<Suspect> {
        let suspect = |decision: Option<bool>| Suspect {
            id: "7K3F9QXA".into(),
            one: StudentId::new(1, 0, [1; 8]),
            other: StudentId::new(2, 0, [2; 8]),
            rule: "likely-same-pupil".into(),
            score,
            found_on: "2026-09-10".into(),
            decision: decision.map(|is_same| Decision {
                is_same,
                reason: "户口簿".into(),
                by: "王经办".into(),
                on: "2026-09-11".into(),
            }),
        };
        let all = [(Some(true), same), (Some(false), different), (None, open)];
        all.into_iter().flat_map(|(d, n)| std::iter::repeat_n(d, n)).map(suspect).collect()
    }

    #[test]
    fn an_estimate_is_made_of_enough_and_of_nothing_less() {
        let few = counted(&suspects(900, 29, 0, 40));
        assert_eq!(few.same, Band { listed: 69, reviewed: 29, same: 29 });
        assert_eq!((few.same.share(), few.called()), (None, None));
        let mut list = suspects(900, 57, 3, 40);
        let enough = counted(&list);
        let (share, (low, high)) = enough.same.share().unwrap();
        assert!((share - 0.95).abs() < 1e-9 && low > 0.85 && low < 0.87 && high > 0.98, "{low} {high}");
        assert_eq!(enough.called(), Some(1.0));
        // Of a hundred left to people a quarter are one child: 25 beside the 95 of a hundred.
        list.extend(suspects(0, 10, 30, 60));
        assert!((counted(&list).called().unwrap() - 95.0 / 120.0).abs() < 1e-9);
        list.extend(suspects(-900, 0, 1, 0));
        assert_eq!(counted(&list).called(), None, "of the official rule's pair too few were looked at");
        assert_eq!(counted(&list).all(), Band { listed: 201, reviewed: 101, same: 67 });
    }
}
