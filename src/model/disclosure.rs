//! 保密: what each level may see of what a county knows, as a table. Displays above, blinded reports and the records that
//! are opened all go by it.

use super::field::Field;
use super::office::rank;
use super::table::Personal;

/// How much of something a level is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    Whole,
    /// 张*, 330106********0015.
    Masked,
    /// A keyed hash under a secret that the level has not.
    Hashed,
    /// How many, and nothing of any one of them.
    Counted,
    Nothing,
}

impl Seen {
    /// The name for people.
    pub fn label(self) -> &'static str {
        match self {
            Self::Whole => "全部",
            Self::Masked => "遮盖",
            Self::Hashed => "键控摘要",
            Self::Counted => "只有人数",
            Self::Nothing => "不给",
        }
    }
}

/// A kind of thing, and what each level is shown of it.
pub struct Thing {
    pub key: &'static str,
    pub name: &'static str,
    /// The columns of tables it is in.
    pub personal: Option<Personal>,
    /// In what the level's commands show: county, city, province, ministry.
    pub shown: [Seen; 4],
    /// In what a blinded report holds, whatever level reads it.
    pub blind: Seen,
    /// The fields of it that are given for a pupil whose keys matched: those that the duplicate check compares.
    pub opened: &'static [Field],
    pub basis: &'static str,
}

/// The levels of `Thing::shown`, for people.
pub const LEVELS: [&str; 4] = ["县级", "市级", "省级", "部级"];

use Seen::{Counted, Hashed, Masked, Nothing, Whole};

const LEAST: &str = "《个人信息保护法》第六条（最小范围）";
const CHILD: &str = "《个人信息保护法》第二十八条、第三十一条（不满十四周岁为敏感个人信息）；《未成年人网络保护条例》第三十六条（最小授权）";
const HASHED: &str = "《个人信息保护法》第五十一条（加密、去标识化）、第七十三条（去标识化的定义）";
const SECRET: &str = "2013 年《中小学生学籍管理办法》（未经学籍主管部门书面同意不得外传；条号未核实）";

/// Every kind of thing. The law demands the least that the task needs and names no level: how it is laid out over the levels
/// is this program's own and unconfirmed.
pub const THINGS: &[Thing] = &[
    Thing {
        key: "name",
        name: "学生姓名",
        personal: Some(Personal::Name),
        shown: [Whole, Masked, Masked, Nothing],
        blind: Hashed,
        opened: &[Field::PupilName],
        basis: CHILD,
    },
    Thing {
        key: "numbers",
        name: "证件号、学籍号",
        personal: Some(Personal::Number),
        shown: [Whole, Masked, Masked, Nothing],
        blind: Hashed,
        opened: &[Field::DocumentKind, Field::DocumentId, Field::Number],
        basis: CHILD,
    },
    Thing {
        key: "birth_date",
        name: "出生日期",
        personal: None,
        shown: [Whole, Whole, Whole, Nothing],
        blind: Hashed,
        opened: &[Field::BirthDate],
        basis: HASHED,
    },
    Thing {
        key: "sex",
        name: "性别",
        personal: None,
        shown: [Whole, Whole, Whole, Counted],
        blind: Hashed,
        opened: &[Field::Sex],
        basis: LEAST,
    },
    Thing {
        key: "school",
        name: "学校、班级、在校起止",
        personal: None,
        shown: [Whole, Whole, Whole, Counted],
        blind: Nothing,
        opened: &[Field::School, Field::ClassNumber],
        basis: LEAST,
    },
    Thing {
        key: "phone",
        name: "联系电话",
        personal: Some(Personal::Phone),
        shown: [Whole, Nothing, Nothing, Nothing],
        blind: Hashed,
        opened: &[Field::ContactPhone, Field::G1Phone, Field::G2Phone],
        basis: LEAST,
    },
    Thing {
        key: "address",
        name: "住址、户口所在地",
        personal: Some(Personal::Address),
        shown: [Whole, Nothing, Nothing, Nothing],
        blind: Nothing,
        opened: &[Field::CurrentAddress, Field::HomeAddress, Field::HukouDivision],
        basis: LEAST,
    },
    Thing {
        key: "family",
        name: "家庭成员的姓名和证件号",
        personal: None,
        shown: [Whole, Nothing, Nothing, Nothing],
        blind: Hashed,
        opened: &[Field::G1Name, Field::G1DocumentId, Field::G2Name, Field::G2DocumentId],
        basis: LEAST,
    },
    Thing {
        key: "other_fields",
        name: "其余学籍字段（健康、残疾、孤儿、资助等）",
        personal: None,
        shown: [Whole, Counted, Counted, Counted],
        blind: Nothing,
        opened: &[],
        basis: CHILD,
    },
    Thing {
        key: "evidence",
        name: "照片和佐证材料",
        personal: None,
        shown: [Whole, Nothing, Nothing, Nothing],
        blind: Nothing,
        opened: &[],
        basis: SECRET,
    },
    Thing {
        key: "journal",
        name: "流水和经办人",
        personal: None,
        shown: [Whole, Whole, Whole, Nothing],
        blind: Nothing,
        opened: &[],
        basis: "《网络安全法》第二十一条（日志留存）；2025 年《中小学生学籍管理办法》第二十四条（谁批准谁负责）",
    },
    Thing {
        key: "pupil_key",
        name: "学生内部编号",
        personal: None,
        shown: [Whole, Whole, Whole, Nothing],
        blind: Hashed,
        opened: &[],
        basis: HASHED,
    },
    Thing {
        key: "counts",
        name: "人数和统计",
        personal: None,
        shown: [Whole, Whole, Whole, Whole],
        blind: Counted,
        opened: &[],
        basis: "教育事业统计制度（不涉及个人）",
    },
];

/// Whether a field is given for a pupil whose keys matched.
pub fn is_opened(field: Field) -> bool {
    THINGS.iter().any(|thing| thing.opened.contains(&field))
}

/// What a registry's level is shown in columns of a sort; a school stands with its county.
pub fn shown(level: &str, personal: Personal) -> Seen {
    let at = rank(level).unwrap_or(0).saturating_sub(1);
    THINGS.iter().find(|thing| thing.personal == Some(personal)).map_or(Nothing, |thing| thing.shown[at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_level_is_shown_more_than_the_one_below_and_a_blinded_report_has_nothing_readable() {
        let much = |seen: Seen| [Nothing, Counted, Hashed, Masked, Whole].iter().position(|s| *s == seen);
        for (i, thing) in THINGS.iter().enumerate() {
            assert!(thing.shown.windows(2).all(|w| much(w[0]) >= much(w[1])), "{}", thing.key);
            assert!(matches!(thing.blind, Hashed | Counted | Nothing), "{}", thing.key);
            assert!(THINGS[..i].iter().all(|t| t.key != thing.key && t.name != thing.name));
            for field in thing.opened {
                assert!(THINGS.iter().filter(|t| t.opened.contains(field)).count() == 1, "{field:?}");
            }
        }
        assert!(!is_opened(Field::Health) && !is_opened(Field::Orphan) && is_opened(Field::PupilName));
    }

    #[test]
    fn every_column_that_names_somebody_has_its_row() {
        for personal in [Personal::Name, Personal::Number, Personal::Phone, Personal::Address] {
            assert!(THINGS.iter().any(|thing| thing.personal == Some(personal)), "{personal:?}");
            assert_eq!((shown("county", personal), shown("school", personal)), (Whole, Whole));
            assert_ne!(shown("province", personal), Whole);
        }
        assert_eq!(shown("city", Personal::Phone), Nothing);
    }
}
