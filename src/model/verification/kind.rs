//! What a review can find: one row a kind, with the flag it raises, its page and its remedy.

use crate::model::flag::Flag;

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    NotAttending,
    AttendsElsewhere,
    Unregistered,
    ClassDiffers,
    StatusDisagrees,
    Unclear,
}

/// A kind and its page.
#[derive(Debug)]
pub struct KindSpec {
    pub kind: Kind,
    pub key: &'static str,
    pub title: &'static str,
    /// What it puts on the registration until it is resolved.
    pub flag: Option<Flag>,
    pub basis: &'static str,
    pub what: &'static str,
    pub remedy: &'static str,
}

const REVIEW: &str = "《中小学生学籍管理办法》（教基〔2025〕1号）第二十五条：学校每学期至少核准一次学籍，做到人籍一致、变动手续完备、信息准确";

/// Every kind, in the order in which they are listed.
pub const KINDS: &[KindSpec] = &[
    KindSpec {
        kind: Kind::NotAttending,
        key: "not_attending",
        title: "空挂学籍",
        flag: Some(Flag::NotAttending),
        basis: REVIEW,
        what: "学籍在本校、应当在读，名单上没有这名学生，或写明不在校而没有正当理由。",
        remedy: "核实去向：转到别校的由就读学校发起转学；休学、出国的补办手续；未经批准不到校的劝返并登入控辍保学台账（xueji dropout）。义务教育阶段学籍保留，不能为人籍相符而删除。",
    },
    KindSpec {
        kind: Kind::AttendsElsewhere,
        key: "attends_elsewhere",
        title: "人籍分离",
        flag: Some(Flag::AttendsElsewhere),
        basis: REVIEW,
        what: "学生在本校就读，学籍在另一所学校，又不是随班就读等可以分离的情形，也没有在办的转学。",
        remedy: "学生在哪，学籍在哪：由就读学校发起转学（xueji transfer start）；属于随班就读、专门学校等情形的办理相应安排。",
    },
    KindSpec {
        kind: Kind::Unregistered,
        key: "unregistered",
        title: "没有学籍",
        flag: None,
        basis: "《中小学生学籍管理办法》（教基〔2025〕1号）第三条：凡依法设立的学校的学生都应有学籍",
        what: "学生在名单上，本库没有与名单上的号码相符的学籍；姓名、出生日期相近的只列为可能，不自动认定。",
        remedy: "核对列出的可能学籍：是同一人的，改正名单上的号码，或用 --match 写明；学籍在外地的发起转学（xueji transfer start --in）；确实没有学籍的按新生建籍（xueji import）。",
    },
    KindSpec {
        kind: Kind::ClassDiffers,
        key: "class_differs",
        title: "班级不符",
        flag: None,
        basis: REVIEW,
        what: "学生在本校就读，名单上的班级与学籍上的不同。",
        remedy: "换了班的办理转班级（xueji change class_move）；名单写错的更正名单。",
    },
    KindSpec {
        kind: Kind::StatusDisagrees,
        key: "status_disagrees",
        title: "学籍状态不符",
        flag: None,
        basis: REVIEW,
        what: "学生在名单上在校就读，而学籍是休学、辍学、毕业、死亡等不应在读的状态。",
        remedy: "已返校的办理复学（xueji change reinstatement）；升入本校的办理升学；状态登记有误的撤销那一批或恢复学籍；名单写错的更正名单。",
    },
    KindSpec {
        kind: Kind::Unclear,
        key: "unclear",
        title: "待核对",
        flag: None,
        basis: REVIEW,
        what: "名单上的一行不能确定是哪一名学生：号码损坏或有误，几个号码互相矛盾，同名同姓不止一人，或没有填写是否在校。程序不猜，也不把可能的学生记为空挂。",
        remedy: "更正名单后重新核查；或核对原件后用 --match \"表名!单元格=内部编号\" 写明是哪一名；没有填写是否在校的用 --blank here 或 away 写明怎样算。",
    },
];

impl Kind {
    /// Its row.
    pub fn spec(self) -> &'static KindSpec {
        KINDS.iter().find(|k| k.kind == self).expect("every kind has a row")
    }

    /// From the machine key.
    pub fn from_key(key: &str) -> Option<Kind> {
        KINDS.iter().find(|k| k.key == key).map(|k| k.kind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn keys_titles_and_flags_are_each_ones_own() {
        let flags: Vec<Flag> = KINDS.iter().filter_map(|k| k.flag).collect();
        assert_eq!(flags, [Flag::NotAttending, Flag::AttendsElsewhere]);
        let titles: HashSet<&str> = KINDS.iter().map(|k| k.title).collect();
        assert_eq!(titles.len(), KINDS.len());
        for k in KINDS {
            assert_eq!(Kind::from_key(k.key), Some(k.kind));
            assert!(k.what.ends_with('。') && k.remedy.ends_with('。'), "{}", k.key);
        }
    }
}
