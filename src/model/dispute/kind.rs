//! The kinds of 问题学籍, what a school may answer to each, and the page `xueji explain` prints of it.

use super::ClaimKind::{self, Correct, Remove, Substantiate};

/// Why a registration is disputed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    SameNumber,
    SameIdentity,
    SamePupil,
    NumberMalformed,
    NumberNotFound,
    NumberNameMismatch,
    AttendsElsewhere,
    NotAttending,
    Fictitious,
    AcrossOffices,
}

/// A kind with its law.
#[derive(Debug)]
pub struct KindSpec {
    pub kind: Kind,
    /// Its name on the command line, in the database and to `explain`.
    pub key: &'static str,
    pub title: &'static str,
    /// Whether two registrations stand against each other.
    pub is_pair: bool,
    /// What a school may answer.
    pub claims: &'static [ClaimKind],
    pub basis: &'static str,
    pub what: &'static str,
    pub why: &'static str,
    pub remedy: &'static str,
}

const ALL: &[ClaimKind] = &[Substantiate, Correct, Remove];
const HERE_OR_NOT: &[ClaimKind] = &[Substantiate, Remove];
// R§7.3, from training manuals of the national system: no published text has the whole.
const SYSTEM: &str = "全国中小学生学籍信息管理系统问题学籍处理办法（佐证、变更、删除）";
const MEASURES: &str =
    "《中小学生学籍管理办法》（教基一〔2013〕7号）第六条：籍随人走，不得重复建籍、虚假建籍";
const REVIEW: &str = "《中小学生学籍管理办法》（教基〔2025〕1号）第二十五条：每学期核查人籍一致";

/// Every kind.
pub const KINDS: &[KindSpec] = &[
    KindSpec {
        kind: Kind::SameNumber,
        key: "same-number",
        title: "身份证件号重复",
        is_pair: true,
        claims: ALL,
        basis: SYSTEM,
        what: "两个学籍的身份证件号相同。",
        why: "可能是一个孩子建了两个学籍，也可能是两个孩子中有一个的号码录错了。两种情况办法相反，号码本身分不出来。",
        remedy: "号码录错的一方主张变更，附户口簿或身份证；一个孩子两个学籍的，实际就读的学校凭证件和在校就读证明佐证，另一方主张删除。两个学籍不能都原样保留。",
    },
    KindSpec {
        kind: Kind::SameIdentity,
        key: "same-identity",
        title: "无证件学生姓名、性别、出生日期重复",
        is_pair: true,
        claims: ALL,
        basis: SYSTEM,
        what: "两个没有身份证件号的学籍，姓名、性别、出生日期全部相同。",
        why: "同名同日出生的孩子是有的，双胞胎登记错名字的也有；三项相同不等于同一个人。",
        remedy: "核对监护人的证件、住址和在校就读证明。确是两个孩子，双方各自佐证；有了证件号的，主张变更补上。",
    },
    KindSpec {
        kind: Kind::SamePupil,
        key: "same-pupil",
        title: "疑似同一学生",
        is_pair: true,
        claims: ALL,
        basis: MEASURES,
        what: "两个学籍的姓名、号码、出生日期、监护人等合起来看很可能是同一个孩子，而没有一项官方规则查得出。",
        why: "同音字、错一位的号码会使重复学籍逃过查重；双胞胎、改名、换证又会使两个孩子看起来像一个。",
        remedy: "先看 xueji dedup show 的依据，再由双方学校核对原件：不同的孩子各自佐证，同一个孩子保留就读学校的学籍或办理转学。",
    },
    KindSpec {
        kind: Kind::NumberMalformed,
        key: "number-malformed",
        title: "身份证件号校验不符",
        is_pair: false,
        claims: ALL,
        basis: SYSTEM,
        what: "学校审核时发现身份证件号的校验码、位数或日期不对。",
        why: "号码中至少有一位抄错；带着错号，公安比对和查重都不会有结果。",
        remedy: "对照证件原件主张变更，附证件；证件本身如此印制的，附证件佐证。",
    },
    KindSpec {
        kind: Kind::NumberNotFound,
        key: "number-not-found",
        title: "身份证件号在人口库中不存在",
        is_pair: false,
        claims: ALL,
        basis: SYSTEM,
        what: "上报后与公安人口库比对，没有这个号码。",
        why: "号码抄错，或户口刚迁移、刚上户还没有入库。",
        remedy: "抄错的主张变更；无误的，附户籍部门的证明佐证。",
    },
    KindSpec {
        kind: Kind::NumberNameMismatch,
        key: "number-name-mismatch",
        title: "身份证件号与姓名不符",
        is_pair: false,
        claims: ALL,
        basis: SYSTEM,
        what: "与公安人口库比对，号码存在而姓名不同。",
        why: "同音字、生僻字、间隔号写法不同最常见；也可能是号码属于别人，或孩子改了名。",
        remedy: "按户口簿主张变更姓名或号码；户口簿确是如此的，附户口簿佐证。",
    },
    KindSpec {
        kind: Kind::AttendsElsewhere,
        key: "attends-elsewhere",
        title: "人籍分离",
        is_pair: false,
        claims: HERE_OR_NOT,
        basis: REVIEW,
        what: "学籍在这所学校，孩子在别的学校就读。",
        why: "学生在哪，学籍在哪。送教上门、随班就读、专门学校等是例外，要有依据。",
        remedy: "由实际就读的学校发起转学，学籍随人走；属于例外的，附依据佐证。建错的学籍主张删除。",
    },
    KindSpec {
        kind: Kind::NotAttending,
        key: "not-attending",
        title: "空挂学籍",
        is_pair: false,
        claims: HERE_OR_NOT,
        basis: REVIEW,
        what: "有学籍，而孩子不在任何学校就读。",
        why: "孩子可能辍学、休学、出国而没有办手续；不能只为人籍相符而删除学籍，义务教育阶段辍学学生的学籍要保留。",
        remedy: "先查清去向，补办休学、辍学报告、出国等手续；在校的，附在校就读证明佐证；从来没有这个孩子的，主张删除。",
    },
    KindSpec {
        kind: Kind::Fictitious,
        key: "fictitious",
        title: "虚假学籍",
        is_pair: false,
        claims: HERE_OR_NOT,
        basis: MEASURES,
        what: "怀疑学籍下没有真实的孩子，或用了别人的身份。",
        why: "虚假学籍会套取经费，也会占住真孩子的号码。",
        remedy: "学校附户口簿、在校就读证明佐证；拿不出的，主张删除，删除的学籍仍可查看。",
    },
    KindSpec {
        kind: Kind::AcrossOffices,
        key: "across-offices",
        title: "跨单位重复学籍",
        is_pair: false,
        claims: ALL,
        basis: SYSTEM,
        what: "上级发现另一个县（市、区）的学籍库里有同一证件号、同一学籍号或很可能是同一学生的学籍，来信要求核实。",
        why: "对方的学籍不在本库，本库自己查不出来；两边各自看都没有问题。",
        remedy: "与对方主管部门核实：在本校就读的凭证件和在校就读证明佐证，录错的主张变更，重复建的主张删除。答复随流水上报，由上级裁决，裁决来信到后本件自动办结；本库不能自行决定。",
    },
];

impl Kind {
    /// Its row.
    pub fn spec(self) -> &'static KindSpec {
        KINDS.iter().find(|s| s.kind == self).expect("every kind has a row")
    }

    /// From its key.
    pub fn from_key(key: &str) -> Option<Kind> {
        KINDS.iter().find(|s| s.key == key).map(|s| s.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_kind_is_named_once_and_its_page_is_whole() {
        let mut names = HashSet::new();
        for spec in KINDS {
            assert!(names.insert(spec.key) && names.insert(spec.title), "{}", spec.key);
            assert_eq!(Kind::from_key(spec.key), Some(spec.kind));
            assert_eq!(spec.kind.spec().key, spec.key);
            assert!(spec.claims.contains(&Substantiate) && spec.claims.contains(&Remove), "{}", spec.key);
            for text in [spec.what, spec.why, spec.remedy] {
                assert!(text.ends_with('。'), "{}: {text}", spec.key);
            }
        }
        assert_eq!(Kind::from_key("twins"), None);
    }
}
