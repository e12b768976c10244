//! The same child twice: the two official rules, and what an import does when it meets a pupil it knows.

pub mod blocking;
pub mod cluster;
pub mod comparison;
pub mod engine;
pub mod evaluate;
pub mod exact;
pub mod explanation;
pub mod learn;
pub mod record;
pub mod schema;
pub mod schema_file;
pub mod twins;
pub mod verdict;
pub mod weight;

use crate::model::field::Field;
use crate::model::finding::{Page, Severity};

const MEASURES: &str = "《中小学生学籍管理办法》（教基一〔2013〕7号）第六条";
const PROBLEM_RECORDS: &str =
    "全国中小学生学籍信息管理系统问题学籍处理：身份证件号重复；无证件学生姓名、性别、出生日期重复";
const KEY_FIELDS: &str = "教基一〔2014〕8号：身份证件号、姓名、性别、出生日期为关键信息";

/// The two official rules and the engine: what finds pairs in a registry.
pub const SAME_DOCUMENT: &str = "same-document-number";
pub const SAME_IDENTITY: &str = "same-name-sex-birth";
pub const LIKELY: &str = "likely-same-pupil";

/// Every rule.
pub const RULES: &[Page] = &[
    Page {
        name: SAME_DOCUMENT,
        title: "身份证件号重复",
        severity: Severity::Error,
        basis: PROBLEM_RECORDS,
        what: "同一个身份证件号已经有一个学籍，而且不在本次花名册所报的学校。回乡证只比较前 9 位；受损的号码不参加比较。",
        why: "一人一籍：同一个孩子不能有两个学籍；也可能是两个孩子中有一个的号码录错了。程序不会替人判断是哪一种。",
        remedy: "请与对方学校核对。同一个孩子：应办理转学，由转入学校发起，不要重新建籍。不是同一个孩子：凭户口簿或身份证更正录错的一方。",
    },
    Page {
        name: SAME_IDENTITY,
        title: "无证件学生姓名、性别、出生日期重复",
        severity: Severity::Explain,
        basis: PROBLEM_RECORDS,
        what: "两个都没有身份证件号的学生，姓名、性别和出生日期全部相同。",
        why: "没有证件号时，国家系统用这三项查重。相同不等于同一个人，也不等于不是，需要佐证。",
        remedy: "请核对监护人、住址和在校就读证明。是同一个孩子，只保留就读学校的学籍；不是，请用 --explain 写明依据。",
    },
    Page {
        name: LIKELY,
        title: "疑似同一学生",
        severity: Severity::Explain,
        basis: MEASURES,
        what: "两个学籍的姓名（字形、读音）、证件号、出生日期、监护人、电话、住址、就读时期合起来看，很可能是同一个孩子。受损的号码不作依据；双胞胎、兄弟姐妹共有的内容不作为同一人的依据。",
        why: "两条官方规则只认完全相同：姓名同音不同字、号码错一位、出生日期差一天的重复学籍查不出来。",
        remedy: "用 xueji dedup show 编号 查看逐项依据，与学校和监护人核实后用 xueji dedup decide 写下结论。程序不作合并。",
    },
    Page {
        name: "key-field-differs",
        title: "关键信息与已有学籍不一致",
        severity: Severity::Error,
        basis: KEY_FIELDS,
        what: "这名学生已有学籍，但花名册上的姓名、性别、出生日期、身份证件类型或号码与学籍不同。",
        why: "关键信息变更须凭户籍证明申请，经查重和主管部门核准后生效，不能用导入花名册的办法改。",
        remedy: "花名册写错的，请改花名册；学籍写错的，请办理关键信息变更。",
    },
    Page {
        name: "registration-ended",
        title: "学籍已经结束",
        severity: Severity::Error,
        basis: MEASURES,
        what: "这名学生已有学籍，但已经毕业、转出、退学、取消或死亡，花名册不能使它重新在读。",
        why: "学籍号终身不变，一人一籍：再次在读是原来那个学籍的变动，不是新建学籍。",
        remedy: "请按实际情况办理升学、复学、恢复学籍或转学；花名册写错了人的，请改花名册。",
    },
    Page {
        name: "registry-number-unknown-holder",
        title: "学籍号与身份证件号指向两个学籍",
        severity: Severity::Error,
        basis: MEASURES,
        what: "花名册上的学籍号属于一个学籍，身份证件号属于另一个学籍。",
        why: "两个号码中必有一个写错，或者同一个孩子已经有了两个学籍。",
        remedy: "请分别核对两个学籍；确属同一个孩子的，按重复学籍处理。",
    },
    Page {
        name: "several-registrations",
        title: "同一号码已有多个学籍",
        severity: Severity::Error,
        basis: MEASURES,
        what: "学籍库中已有不止一个学籍用着这个身份证件号，无法确定本行是哪一个。",
        why: "重复学籍要先由人处理，程序不会自己选一个。",
        remedy: "请先用 xueji dedup list 查看并处理重复学籍，再导入这一行。",
    },
];

/// The rule of this name.
pub fn rule(name: &str) -> Option<&'static Page> {
    RULES.iter().find(|r| r.name == name)
}

/// Whether a finding of this rule is closed only by a text of its own: one text for a whole roster is no answer to the
/// question whether two registrations are one child's.
pub fn needs_own_text(rule: &str) -> bool {
    self::rule(rule).is_some()
}

/// The field that a pair found by this rule stands at.
pub fn field(rule: &str) -> Field {
    if rule == SAME_DOCUMENT { Field::DocumentId } else { Field::PupilName }
}
