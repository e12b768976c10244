//! What stands against a decision on an application.

use jiff::civil::Date;

use super::application::Phase;
use super::change::step::{Act, Party};

/// Why a decision is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Nothing more can be decided.
    Closed(Phase),
    /// It is with those who asked, to be mended and sent again.
    WithApplicant,
    /// Another party's turn.
    NotYourTurn {
        turn: Party,
        said: Party,
    },
    /// Taken back by another than those who asked.
    NotTheApplicant(Party),
    /// A consent must say whose it is.
    PartyNotSaid(Party),
    /// Entry and approval are two people's (R§7.1).
    SamePerson,
    /// A rejection and a return give a reason (R§7.5).
    NoReason(Act),
    /// Before it arrived there.
    TooEarly(Date),
    /// Only the last step collects, and it does nothing else.
    NotCollecting,
    OnlyCollecting,
}

impl Refused {
    /// The reason and the remedy, for people.
    pub fn told(&self) -> (String, String) {
        match self {
            Refused::Closed(phase) => (
                format!("申请已{}，不能再办。", phase.label()),
                "请用 show 查看经过；要改变结果请另办业务或撤销那一批。".into(),
            ),
            Refused::WithApplicant => (
                "申请已退回，等申请方改好再送。".into(),
                "请申请方用 resubmit 重新送出，或用 retract 撤销。".into(),
            ),
            Refused::NotYourTurn { turn, said } => (
                format!("现在轮到{}办理，不是{}。", turn.label(), said.label()),
                format!("请由{}办理；用 show 查看各方进度。", turn.label()),
            ),
            Refused::NotTheApplicant(said) => (
                format!("撤销由申请的一方办，不是{}。", said.label()),
                "请由申请方撤销；其他各方不同意的，轮到时退回或驳回，写明理由。".into(),
            ),
            Refused::PartyNotSaid(turn) => (
                format!("没有写明替哪一方办理；现在轮到{}。", turn.label()),
                format!("请加 --as {}。", turn.key()),
            ),
            Refused::SamePerson => (
                "申请人和审核人是同一个人。".into(),
                "录入和审核应由不同的人办理，请换一位经办人（--actor）。".into(),
            ),
            Refused::NoReason(act) => {
                (format!("{}没有写理由。", act.label()), "请用 --reason 写明理由。".into())
            }
            Refused::TooEarly(day) => (
                format!("办理日期早于到达日期 {day}。"),
                "请核对 --today；每一步不能早于它的到达日期。".into(),
            ),
            Refused::NotCollecting => {
                ("还没有到调档这一步。".into(), "各方都同意、学生报到以后，由转入学校调档。".into())
            }
            Refused::OnlyCollecting => (
                "各方都已同意，只等学生报到后由转入学校调档。".into(),
                "请用 xueji transfer collect；学生不来的，由转入学校用 retract 撤销。".into(),
            ),
        }
    }
}
