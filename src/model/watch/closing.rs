//! 销号: the reasons for which a pupil leaves the list, a row each, with what the registration must say by then.

use crate::model::flag::Flag;
use crate::model::status::Status;

/// One reason.
#[derive(Debug)]
pub struct Closing {
    pub key: &'static str,
    pub label: &'static str,
    /// The registration must be one of these.
    statuses: &'static [Status],
    /// It must have one of these flags; none where no flag is asked for.
    with: &'static [Flag],
    /// It must have none of these.
    without: &'static [Flag],
    /// What to do where it does not.
    pub remedy: &'static str,
}

impl PartialEq for Closing {
    fn eq(&self, other: &Closing) -> bool {
        self.key == other.key
    }
}

impl Eq for Closing {}

const AWAY: &[Flag] = &[Flag::NotAttending];

/// Every reason.
pub const CLOSINGS: &[Closing] = &[
    Closing {
        key: "returned",
        label: "已返校",
        statuses: &[Status::Enrolled, Status::Pending],
        with: &[],
        without: AWAY,
        remedy: "辍学的先办复学（xueji change reinstatement）；空挂的再次核查，或用 xueji verify resolve 写明已返校。",
    },
    Closing {
        key: "transferred",
        label: "已转到别校就读",
        statuses: &[Status::TransferredOut],
        with: &[],
        without: &[],
        remedy: "转到本库学校的，转学办结后按已返校销号；转到外地的先办结转学（xueji transfer start --out）。",
    },
    Closing {
        key: "on_leave",
        label: "已办休学",
        statuses: &[Status::OnLeave],
        with: &[],
        without: &[],
        remedy: "请先办结休学（xueji change leave）。",
    },
    Closing {
        key: "abroad",
        label: "已出国（境）",
        statuses: &[Status::Abroad],
        with: &[],
        without: &[],
        remedy: "请先办结出国（境）（xueji change departure）。",
    },
    Closing {
        key: "arranged",
        label: "已安排送教上门或专门学校就读",
        statuses: &[Status::Enrolled],
        with: &[Flag::TaughtAtHome, Flag::Specialized],
        without: AWAY,
        remedy: "请先办结送教上门或专门学校就读（xueji change home_teaching、specialized_schooling）。",
    },
    Closing {
        key: "completed",
        label: "已完成学业",
        statuses: &[Status::Graduated, Status::Completed, Status::PartiallyCompleted],
        with: &[],
        without: &[],
        remedy: "请先办结毕业、结业或肄业。",
    },
    Closing {
        key: "deceased",
        label: "死亡",
        statuses: &[Status::Deceased],
        with: &[],
        without: &[],
        remedy: "请先办结死亡（xueji change death）。",
    },
    Closing {
        key: "mistaken",
        label: "误登，学生一直在校",
        statuses: &[Status::Enrolled, Status::Pending],
        with: &[],
        without: AWAY,
        remedy: "空挂标记要先核实清除（xueji verify resolve）；已办辍学的不是误登，请先撤销那一批或办复学。",
    },
    Closing {
        key: "cancelled",
        label: "学籍已取消或删除",
        statuses: &[Status::Cancelled, Status::Removed],
        with: &[],
        without: &[],
        remedy: "学籍还在的不能这样销号；义务教育阶段不能为销号而取消学籍。",
    },
];

/// The reason of this key or label.
pub fn closing(text: &str) -> Option<&'static Closing> {
    CLOSINGS.iter().find(|c| c.key == text || c.label == text)
}

impl Closing {
    /// Whether a registration bears it out.
    pub fn is_borne_out(&self, status: Status, flags: &[Flag]) -> bool {
        self.statuses.contains(&status)
            && (self.with.is_empty() || self.with.iter().any(|f| flags.contains(f)))
            && !self.without.iter().any(|f| flags.contains(f))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::status::STATUSES;

    #[test]
    fn whoever_is_still_away_is_struck_off_for_no_reason() {
        for c in CLOSINGS {
            assert_eq!(closing(c.key), Some(c));
            assert_eq!(closing(c.label), Some(c));
            for away in [Flag::NotAttending, Flag::Disputed] {
                assert!(!c.is_borne_out(Status::DroppedOut, &[away]), "{}", c.key);
            }
            assert!(!c.is_borne_out(Status::Enrolled, &[Flag::NotAttending]), "{}", c.key);
        }
        // Every other status can be struck off, by a reason that says what became of the pupil.
        let left_open =
            [Status::DroppedOut, Status::Deferred, Status::Preserved, Status::Withdrawn, Status::Expelled];
        for row in STATUSES {
            let any = CLOSINGS.iter().any(|c| c.is_borne_out(row.status, &[]));
            assert_eq!(any, !left_open.contains(&row.status), "{:?}", row.status);
        }
    }
}
