//! How a dispute may be decided: pure. The attending school prevails, with evidence; nothing is decided by which record
//! is newer (R§7.3, §11 no. 5); who decides is nobody whose claim is decided upon (R§7.1).

use super::kind::Kind;
use super::{Claim, ClaimKind, Level, Outcome};
use crate::model::actor;

/// One side of a dispute, and what is to become of it.
pub struct Side<'a> {
    /// How people call it: 甲（学校名）.
    pub name: String,
    pub claim: Option<&'a Claim>,
    /// How many papers the claim has.
    pub papers: usize,
    pub outcome: Outcome,
}

/// What is to be decided.
pub struct Case<'a> {
    pub kind: Kind,
    pub level: Level,
    /// One, or of a pair the earlier registration and the later one.
    pub sides: Vec<Side<'a>>,
    pub decided_by: &'a str,
    /// How many papers the authority itself has: what it verified with police or hukou office.
    pub papers: usize,
    /// The parents' signed waiver of the earlier registration is told.
    pub has_waiver: bool,
}

/// A reason why not, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    pub reason: String,
    pub remedy: String,
}

fn objection(reason: String, remedy: &str) -> Objection {
    Objection { reason, remedy: remedy.to_owned() }
}

/// Every reason why a case may not be decided so; none when it may.
pub fn objections(case: &Case) -> Vec<Objection> {
    let mut all = Vec::new();
    if case.kind == Kind::AcrossOffices {
        all.push(objection(
            "对方的学籍在另一个单位的学籍库，由上级裁决，本库不能自行决定。".to_owned(),
            "请用 xueji dispute claim 记下学校的答复并上报，裁决来信到后自动办结。",
        ));
    }
    for side in &case.sides {
        all.extend(of_claim(case, side));
        all.extend(of_outcome(case, side));
    }
    all.extend(of_pair(case));
    if case.level == Level::Authorities && case.papers == 0 {
        all.push(objection(
            "两个学籍属于不同的学籍主管部门，没有附双方核实的材料。".to_owned(),
            "请与对方主管部门、公安或户籍部门核实，用 --evidence 附上核实材料。",
        ));
    }
    all
}

fn of_claim(case: &Case, side: &Side) -> Option<Objection> {
    let name = &side.name;
    let Some(claim) = side.claim else {
        return Some(objection(
            format!("{name}还没有答复。"),
            "请先发核查通知（xueji dispute letter），答复后用 xueji dispute claim 记下；学校逾期不答复的，\
             由主管部门核实后代为记下并附核实材料，再由另一人决定。",
        ));
    };
    actor::is_same(&claim.claimed_by, case.decided_by).then(|| {
        objection(
            format!("{name}的主张由 {} 提出，不能由同一人作决定。", claim.claimed_by),
            "请由另一名经办人复核后决定（--actor）。",
        )
    })
}

fn of_outcome(case: &Case, side: &Side) -> Option<Objection> {
    let (name, claim) = (&side.name, side.claim?);
    let word = claim.kind.label();
    match side.outcome {
        Outcome::Keep if claim.kind != ClaimKind::Substantiate => Some(objection(
            format!("{name}主张的是{word}，不能原样保留。"),
            "请按主张办理；学校改变主张的，先用 xueji dispute claim 另记一条。",
        )),
        Outcome::Correct if claim.kind != ClaimKind::Correct => Some(objection(
            format!("{name}主张的是{word}，没有提出更正的内容。"),
            "请学校提出变更主张，写明正确的内容，附证件。",
        )),
        Outcome::Keep | Outcome::Correct if side.papers == 0 => Some(objection(
            format!("{name}没有附佐证材料。"),
            "请学校补交户口簿、身份证或在校就读证明，随主张附上（--evidence）。",
        )),
        Outcome::Remove if claim.kind != ClaimKind::Remove && case.papers == 0 => Some(objection(
            format!("{name}没有主张删除，主管部门也没有附核实材料。"),
            "请取得该校的删除主张；该校不同意而经核实应删除的，用 --evidence 附上核实材料。",
        )),
        _ => None,
    }
}

fn of_pair(case: &Case) -> Option<Objection> {
    let [one, other] = case.sides.as_slice() else { return None };
    match (one.outcome, other.outcome) {
        (Outcome::Keep, Outcome::Keep) if case.kind == Kind::SameNumber => Some(objection(
            "两个学籍的号码相同，不能都原样保留。".to_owned(),
            "请查明号码属于哪一个孩子，另一方更正或删除。",
        )),
        (Outcome::Remove, Outcome::Remove) => {
            let agreed = |s: &Side| s.claim.is_some_and(|c| c.kind == ClaimKind::Remove);
            (!agreed(one) || !agreed(other)).then(|| {
                objection(
                    "两个学籍都要删除，而双方没有都主张删除。".to_owned(),
                    "孩子总要有一个学籍；确是虚假学籍的，请双方都提出删除主张。",
                )
            })
        }
        (Outcome::Remove, _) if case.level != Level::School => earlier_removed(case, one, other),
        _ => None,
    }
}

/// The earlier registration is to go, the later one of another school to stay.
fn earlier_removed(case: &Case, one: &Side, other: &Side) -> Option<Objection> {
    let attends = |s: &Side| s.claim.is_some_and(|c| c.attends);
    if attends(one) && !attends(other) {
        return Some(objection(
            format!("要删除的是学生实际就读的{}的学籍。", one.name),
            "学生在哪，学籍在哪：请保留就读学校的学籍。",
        ));
    }
    (!case.has_waiver).then(|| {
        objection(
            format!("先建的是{}的学籍，删除它没有家长放弃原学籍的签字。", one.name),
            "籍随人走：同一个孩子应由就读学校删除重复建的学籍，再发起转学，把原学籍转来；家长签字放弃原学籍的，用 --waiver 写明。",
        )
    })
}

/// What is to be done after the decision; `None` when nothing is.
pub fn next_step(case: &Case) -> Option<String> {
    let [one, other] = case.sides.as_slice() else { return None };
    let removed_attends = other.claim.is_some_and(|c| c.attends) && !one.claim.is_some_and(|c| c.attends);
    let moved = other.outcome == Outcome::Remove && one.outcome != Outcome::Remove && removed_attends;
    (moved && case.level != Level::School).then(|| {
        format!(
            "籍随人走：学生在{}就读，请该校发起转学（xueji transfer start），把{}的学籍转来。",
            other.name, one.name
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::StudentId;

    fn claim(kind: ClaimKind, attends: bool, by: &str) -> Claim {
        Claim {
            dispute: "A".into(),
            ordinal: 1,
            student: StudentId::new(1, 0, [0; 8]),
            kind,
            attends,
            text: "说明".into(),
            values: Vec::new(),
            claimed_on: "2026-09-10".into(),
            claimed_by: by.into(),
        }
    }

    fn side<'a>(name: &str, claim: Option<&'a Claim>, papers: usize, outcome: Outcome) -> Side<'a> {
        Side { name: name.into(), claim, papers, outcome }
    }

    fn case<'a>(level: Level, sides: Vec<Side<'a>>) -> Case<'a> {
        Case { kind: Kind::SamePupil, level, sides, decided_by: "李", papers: 0, has_waiver: false }
    }

    fn reasons(case: &Case) -> String {
        objections(case).into_iter().map(|o| o.reason).collect()
    }

    #[test]
    fn the_attending_school_prevails_with_evidence_and_not_without() {
        let (stays, goes) =
            (claim(ClaimKind::Substantiate, true, "甲校"), claim(ClaimKind::Remove, false, "乙校"));
        let sides = |papers| {
            vec![side("甲", Some(&stays), papers, Outcome::Keep), side("乙", Some(&goes), 0, Outcome::Remove)]
        };
        assert_eq!(reasons(&case(Level::Schools, sides(1))), "");
        assert!(reasons(&case(Level::Schools, sides(0))).contains("甲没有附佐证材料"));
        // Another authority's registration: both verify.
        assert!(reasons(&case(Level::Authorities, sides(1))).contains("不同的学籍主管部门"));
        let verified = Case { papers: 1, ..case(Level::Authorities, sides(1)) };
        assert_eq!(reasons(&verified), "");
    }

    #[test]
    fn nobody_decides_upon_a_claim_of_his_own_and_every_reason_is_told() {
        let mine = claim(ClaimKind::Substantiate, true, "李 ");
        let sides = vec![side("甲", Some(&mine), 0, Outcome::Keep), side("乙", None, 0, Outcome::Remove)];
        let all = objections(&case(Level::Authorities, sides));
        assert_eq!(all.len(), 4, "{all:?}");
        assert!(
            all.iter()
                .all(|o| o.reason.ends_with('。') && o.remedy.ends_with('。') || o.remedy.ends_with('）'))
        );
    }

    #[test]
    fn a_school_that_does_not_agree_is_overruled_only_by_what_was_verified() {
        let (stays, wants) =
            (claim(ClaimKind::Substantiate, true, "甲校"), claim(ClaimKind::Substantiate, false, "乙校"));
        let sides =
            || vec![side("甲", Some(&stays), 1, Outcome::Keep), side("乙", Some(&wants), 1, Outcome::Remove)];
        assert!(reasons(&case(Level::Schools, sides())).contains("乙没有主张删除"));
        assert_eq!(reasons(&Case { papers: 1, ..case(Level::Schools, sides()) }), "");
    }

    #[test]
    fn newest_wins_nowhere() {
        let (old, new) =
            (claim(ClaimKind::Remove, false, "甲校"), claim(ClaimKind::Substantiate, true, "乙校"));
        let sides =
            || vec![side("甲", Some(&old), 0, Outcome::Remove), side("乙", Some(&new), 1, Outcome::Keep)];
        assert!(reasons(&case(Level::Schools, sides())).contains("家长放弃原学籍"));
        assert_eq!(reasons(&Case { has_waiver: true, ..case(Level::Schools, sides()) }), "");
        // Within a school nothing moves.
        assert_eq!(reasons(&case(Level::School, sides())), "");
        let (old, new) =
            (claim(ClaimKind::Remove, true, "甲校"), claim(ClaimKind::Substantiate, false, "乙校"));
        let sides =
            vec![side("甲", Some(&old), 0, Outcome::Remove), side("乙", Some(&new), 1, Outcome::Keep)];
        let told = reasons(&Case { has_waiver: true, ..case(Level::Schools, sides) });
        assert!(told.contains("实际就读"), "{told}");
    }

    #[test]
    fn the_attending_school_that_removes_its_duplicate_is_told_to_start_a_transfer() {
        let (old, new) =
            (claim(ClaimKind::Substantiate, false, "甲校"), claim(ClaimKind::Remove, true, "乙校"));
        let sides =
            || vec![side("甲", Some(&old), 1, Outcome::Keep), side("乙", Some(&new), 0, Outcome::Remove)];
        let decided = case(Level::Schools, sides());
        assert_eq!(reasons(&decided), "");
        assert!(next_step(&decided).is_some_and(|t| t.contains("transfer start")));
        assert_eq!(next_step(&case(Level::School, sides())), None);
    }

    #[test]
    fn one_number_is_not_kept_twice_and_no_child_is_left_without_a_registration() {
        let (a, b) =
            (claim(ClaimKind::Substantiate, true, "甲校"), claim(ClaimKind::Substantiate, true, "乙校"));
        let sides = |x, y| vec![side("甲", Some(&a), 1, x), side("乙", Some(&b), 1, y)];
        let same =
            Case { kind: Kind::SameNumber, ..case(Level::Schools, sides(Outcome::Keep, Outcome::Keep)) };
        assert!(reasons(&same).contains("不能都原样保留"));
        assert_eq!(reasons(&case(Level::Schools, sides(Outcome::Keep, Outcome::Keep))), "");
        let none = Case { papers: 1, ..case(Level::Schools, sides(Outcome::Remove, Outcome::Remove)) };
        assert!(reasons(&none).contains("两个学籍都要删除"));
    }
}
