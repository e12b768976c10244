//! The blocks of family members: what they are called, what their parts are, and what the heading over a block says.

use crate::model::field::{FIELDS, Field};

/// Which family member a column is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The heading says its number.
    Number(u8),
    /// The heading says a word: the members found get their numbers in the order of the columns.
    Word(String),
}

/// What members with a number are called; the longer first.
const NUMBERED: &[&str] = &[
    "家庭成员或监护人",
    "家庭成员及监护人",
    "家庭主要成员",
    "主要家庭成员",
    "家庭成员",
    "监护人",
    "成员",
    "家长",
];

/// What members without a number are called, and the one word for each; the longer first.
const WORDS: &[(&str, &str)] = &[
    ("家庭成员或监护人", "监护人"),
    ("家庭成员及监护人", "监护人"),
    ("法定监护人", "监护人"),
    ("主要监护人", "监护人"),
    ("监护人", "监护人"),
    ("学生家长", "家长"),
    ("家长", "家长"),
    ("外祖父", "外祖父"),
    ("外祖母", "外祖母"),
    ("祖父", "祖父"),
    ("祖母", "祖母"),
    ("爷爷", "祖父"),
    ("奶奶", "祖母"),
    ("外公", "外祖父"),
    ("外婆", "外祖母"),
    ("父亲", "父亲"),
    ("爸爸", "父亲"),
    ("母亲", "母亲"),
    ("妈妈", "母亲"),
    ("家庭成员", "家庭成员"),
];

/// Words that are themselves a relation to the pupil.
pub const RELATIONS: &[&str] = &["父亲", "母亲", "祖父", "祖母", "外祖父", "外祖母"];

/// Other names for the parts of a member's block.
const PARTS: &[(Field, &[&str])] = &[
    (Field::G1Name, &["名字", "名"]),
    (
        Field::G1Relation,
        &["与学生关系", "与本人关系", "与学生的关系", "与本人的关系", "与孩子关系", "与被监护人关系", "称谓"],
    ),
    (Field::G1Address, &["住址", "地址", "家庭住址", "现住地址", "现居住地", "家庭地址", "居住地址"]),
    (Field::G1HukouDivision, &["户口所在地", "户口所在地行政区划代码", "户籍所在地", "户籍地"]),
    (
        Field::G1Phone,
        &["电话", "电话号码", "手机", "手机号", "手机号码", "联系方式", "联系手机", "联系电话号码"],
    ),
    (Field::G1IsGuardian, &["监护人", "是否为监护人"]),
    (Field::G1DocumentKind, &["身份证类型", "证件类型", "证件类别"]),
    (
        Field::G1DocumentId,
        &[
            "身份证",
            "身份证号",
            "身份证号码",
            "身份证件号码",
            "证件号",
            "证件号码",
            "居民身份证号",
            "居民身份证号码",
            "公民身份号码",
        ],
    ),
    (Field::G1EthnicGroup, &["族别"]),
    (Field::G1Employer, &["单位", "工作单位名称", "所在单位", "工作地"]),
    (Field::G1Post, &["职业", "职位", "单位职务", "工作职务"]),
];

/// Bare headings that can only be of a member, whoever it is.
const OF_ANY_MEMBER: &[(Field, &[&str])] = &[(
    Field::G1Relation,
    &[
        "关系",
        "与学生关系",
        "与本人关系",
        "与学生的关系",
        "与本人的关系",
        "监护关系",
        "亲属关系",
        "与监护人关系",
    ],
)];

/// The part a heading inside a block names, as the field of the first member. The heading is folded.
pub fn part_of(heading: &str) -> Option<Field> {
    let block = &FIELDS[Field::G1Name as usize..Field::G2Name as usize];
    let official = block.iter().find(|s| s.heading.strip_prefix("成员1") == Some(heading)).map(|s| s.field);
    official.or_else(|| PARTS.iter().find(|(_, names)| names.contains(&heading)).map(|(f, _)| *f))
}

/// The part of whichever member there is, where the heading names no member.
pub fn part_of_any(heading: &str) -> Option<Field> {
    OF_ANY_MEMBER.iter().find(|(_, names)| names.contains(&heading)).map(|(f, _)| *f)
}

/// A heading that names both the member and the part, such as 监护人1电话 or 父亲姓名. The heading is folded.
pub fn member_part(heading: &str) -> Option<(Slot, Field)> {
    let (slot, rest) = slot_of(heading)?;
    let rest = rest.trim_start_matches(['的', '/', '›', '>']);
    part_of(rest).map(|part| (slot, part))
}

/// A heading that is nothing but what a member is called, such as 父亲, 监护人, 家长1: the member's name stands there. The
/// heading is folded.
pub fn member_alone(heading: &str) -> Option<Slot> {
    slot_of(heading).filter(|(_, rest)| rest.is_empty()).map(|(slot, _)| slot)
}

/// The part a heading names that says nothing of whom it is about, such as 电话1 and 手机2. The heading is folded.
pub fn part_with_number(heading: &str) -> Option<Field> {
    let bare = heading.strip_suffix(['1', '2', '一', '二'])?;
    part_of(bare).filter(|part| *part == Field::G1Phone)
}

/// The member a heading begins with, and what follows.
fn slot_of(heading: &str) -> Option<(Slot, &str)> {
    for (ordinal, number) in [("第一", 1), ("第二", 2), ("第三", 3)] {
        if let Some(rest) = heading.strip_prefix(ordinal) {
            let rest = NUMBERED.iter().find_map(|m| rest.strip_prefix(m))?;
            return Some((Slot::Number(number), rest));
        }
    }
    let numbered = NUMBERED.iter().find_map(|m| heading.strip_prefix(m).and_then(number_first));
    numbered.map(|(n, rest)| (Slot::Number(n), rest)).or_else(|| {
        WORDS.iter().find_map(|(w, one)| Some((Slot::Word((*one).to_owned()), heading.strip_prefix(w)?)))
    })
}

fn number_first(text: &str) -> Option<(u8, &str)> {
    let inner = text.strip_prefix('(').unwrap_or(text);
    let first = inner.chars().next()?;
    let number = match first {
        '1' | '一' | '甲' => 1,
        '2' | '二' | '乙' => 2,
        '3' | '三' | '丙' => 3,
        _ => return None,
    };
    let rest = &inner[first.len_utf8()..];
    if inner.len() == text.len() { Some((number, rest)) } else { Some((number, rest.strip_prefix(')')?)) }
}

/// What a heading over other headings says of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Context {
    /// 学生信息 and its like.
    Pupil,
    Member(Slot),
    /// Somebody who is neither the pupil nor of the family: such columns are not read.
    Stranger,
    /// 户籍信息, 住址信息: a matter, not a person.
    Matter,
}

const PUPIL: &[&str] = &[
    "学生",
    "本人",
    "个人",
    "基本",
    "学生基本",
    "学生个人",
    "基础",
    "学生基础",
    "学籍",
    "学籍基础",
    "学籍基本",
    "幼儿",
    "辅助",
    "学生辅助",
    "扩展",
    "学生扩展",
];
const MATTER: &[&str] = &[
    "户籍",
    "户口",
    "住址",
    "地址",
    "联系",
    "身份",
    "身份证件",
    "证件",
    "出生",
    "入学",
    "在校",
    "就读",
    "班级",
    "学校",
    "其他",
    "其它",
    "补充",
    "健康",
    "资助",
    "上下学",
    "交通",
    "政治",
    "出生地",
    "户口所在地",
];
const STRANGER: &[&str] = &[
    "教师",
    "老师",
    "班主任",
    "联系人",
    "经办",
    "推荐",
    "介绍人",
    "校长",
    "医生",
    "原学校",
    "原就读",
    "转入",
    "转出",
    "毕业学校",
    "来源学校",
    "填表",
    "审核",
    "司机",
    "收件",
];

/// What somebody is called who is neither the pupil nor of the family, and has columns of his own in a roster.
const PERSONS: &[&str] = &[
    "教师",
    "老师",
    "班主任",
    "辅导员",
    "接送人",
    "联系人",
    "填表人",
    "填报人",
    "审核人",
    "经办人",
    "负责人",
    "介绍人",
    "推荐人",
    "校长",
    "园长",
    "司机",
    "房东",
    "医生",
    "帮扶人",
    "帮扶干部",
    "包保人",
];

/// Whether a heading is over the names of somebody who is neither the pupil nor of the family: the columns after it may be
/// his. 班主任电话 says itself whose it is, and so the next columns need not. The heading is plain.
pub fn names_another(heading: &str) -> bool {
    let base = ["姓名", "名字", "名", "签字", "签名"]
        .iter()
        .find_map(|s| heading.strip_suffix(s))
        .unwrap_or(heading);
    PERSONS.iter().any(|p| base.ends_with(p))
}

/// Whether a heading names such a person at all, as 班主任电话 does.
pub fn is_of_another(heading: &str) -> bool {
    PERSONS.iter().any(|p| heading.contains(p))
}

/// What the heading over a block is; `None` where it is none that we know. A title of the whole sheet is none either.
pub fn context_of(heading: &str) -> Option<Context> {
    let heading = without_ordinal(heading);
    // 监护人（2） is a number, 学生信息（必填） a remark.
    said_by(&super::folded(heading)).or_else(|| said_by(&super::plain(heading)))
}

fn said_by(text: &str) -> Option<Context> {
    if text.is_empty() {
        return None;
    }
    if STRANGER.iter().any(|w| text.contains(w)) {
        return Some(Context::Stranger);
    }
    let base =
        ["信息", "情况", "资料", "栏", "部分"].iter().find_map(|s| text.strip_suffix(s)).unwrap_or(text);
    let base = base.strip_suffix("基本").filter(|b| !b.is_empty()).unwrap_or(base);
    if let Some((slot, rest)) = slot_of(base)
        && matches!(rest, "" | "基本" | "信息" | "情况")
    {
        return Some(Context::Member(slot));
    }
    if PUPIL.contains(&base) && (base != "基本" || base.len() < text.len()) {
        return Some(Context::Pupil);
    }
    let suffixed = base.len() < text.len();
    (MATTER.contains(&base) && (suffixed || !super::is_heading(text))).then_some(Context::Matter)
}

/// A heading without the 一、 before it.
fn without_ordinal(heading: &str) -> &str {
    let text = heading.trim();
    let mut chars = text.char_indices();
    let ordinal = matches!(chars.next(), Some((_, '一' | '二' | '三' | '四' | '五' | '六')));
    match chars.next() {
        Some((_, '、' | '.' | '．')) if ordinal => chars.as_str(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_over_blocks_say_whom_they_are_about() {
        let word = |w: &str| Some(Context::Member(Slot::Word(w.into())));
        for (text, context) in [
            ("学生信息", Some(Context::Pupil)),
            ("学生基本信息（必填）", Some(Context::Pupil)),
            ("一、学生信息", Some(Context::Pupil)),
            ("监护人信息", word("监护人")),
            ("家庭成员", word("家庭成员")),
            ("家长情况", word("家长")),
            ("父亲", word("父亲")),
            ("成员1", Some(Context::Member(Slot::Number(1)))),
            ("监护人（二）信息", Some(Context::Member(Slot::Number(2)))),
            ("第二监护人", Some(Context::Member(Slot::Number(2)))),
            ("班主任", Some(Context::Stranger)),
            ("原学校信息", Some(Context::Stranger)),
            ("户籍信息", Some(Context::Matter)),
            ("学生信息采集表", None),
            ("姓名", None),
            ("学校", None),
            ("", None),
        ] {
            assert_eq!(context_of(text), context, "{text}");
        }
    }
}
