//! Headings and their aliases: which field a column is, by its name and never by its position.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use unicode_normalization::UnicodeNormalization;

use crate::model::field::{FIELDS, Field};

/// Other headings a field is known by (R§5.2 aliases, provincial variants, schools' own habits).
const ALIASES: &[(Field, &[&str])] = &[
    (
        Field::School,
        &["学校代码", "学校标识号", "学校（机构）标识码", "学校机构代码", "学校编码", "学校识别码"],
    ),
    (Field::PupilName, &["学生姓名", "名字", "学生姓名（中文）", "中文姓名"]),
    (Field::Sex, &["学生性别"]),
    (Field::BirthDate, &["出生年月日", "生日", "出生年月", "出生时间"]),
    (Field::BirthDivision, &["出生地", "出生地代码", "出生地行政区划", "出生地区划代码", "出生地行政区划码"]),
    (Field::NativePlace, &["籍贯地"]),
    (Field::EthnicGroup, &["民族名称", "学生民族"]),
    (Field::Nationality, &["国籍", "国籍地区", "国家/地区", "国籍（地区）", "国家地区"]),
    (Field::DocumentKind, &["身份证类型", "证件类型", "证件类别", "身份证件类别", "有效证件类型"]),
    (Field::OverseasStatus, &["港澳台侨", "港澳台侨外身份", "是否港澳台侨外"]),
    (Field::Health, &["健康", "身体状况"]),
    (Field::PoliticalStatus, &["政治面目"]),
    (
        Field::DocumentId,
        &[
            "身份证号",
            "身份证号码",
            "身份证件号码",
            "证件号",
            "证件号码",
            "居民身份证号",
            "居民身份证号码",
            "公民身份号码",
            "学生身份证号",
            "学生身份证号码",
            "学生身份证件号",
        ],
    ),
    (Field::HukouKind, &["户口类型", "户口类别", "户籍性质"]),
    (
        Field::HukouDivision,
        &[
            "户口所在地",
            "户口所在地行政区划代码",
            "户口所在地代码",
            "户籍所在地",
            "户籍所在地行政区划",
            "户口所在地区划代码",
            "户籍地行政区划代码",
        ],
    ),
    (Field::ClassNumber, &["班级编号", "班级代码", "班级号"]),
    (Field::EntryMonth, &["入学日期", "入学时间", "入学年份月份"]),
    (Field::EntryMethod, &["入学形式"]),
    (Field::AttendanceMode, &["就学方式", "住宿方式"]),
    (Field::CurrentAddress, &["现住地址", "现居住地址", "现居住地", "居住地址"]),
    (Field::MailingAddress, &["通讯地址"]),
    (Field::HomeAddress, &["家庭住址", "家庭详细地址"]),
    (
        Field::ContactPhone,
        &["电话", "联系方式", "学生联系电话", "手机", "手机号", "手机号码", "联系电话号码"],
    ),
    (Field::PostalCode, &["邮编"]),
    (Field::OnlyChild, &["独生子女", "是否为独生子女"]),
    (Field::Preschool, &["是否接受过学前教育", "学前教育", "是否接受学前教育"]),
    (Field::LeftBehind, &["留守儿童", "是否为留守儿童"]),
    (Field::AidRequested, &["是否申请资助", "需要申请资助"]),
    (Field::BoardingSubsidy, &["享受一补", "是否享受“一补”"]),
    (Field::Orphan, &["孤儿", "是否为孤儿"]),
    (Field::MartyrChild, &["烈士或优抚子女", "是否烈士优抚子女", "是否为烈士或优抚子女"]),
    (Field::Distance, &["上学距离", "上下学距离公里", "家校距离"]),
    (Field::CommuteMode, &["上下学交通方式", "上学方式", "交通方式"]),
    (Field::SchoolBus, &["是否乘坐校车", "是否坐校车", "乘坐校车"]),
    (Field::FormerName, &["原名", "曾用姓名"]),
    (Field::DocumentValidity, &["身份证有效期", "证件有效期", "身份证件有效期限"]),
    (Field::Talent, &["爱好特长", "特长爱好"]),
    (Field::ProvincialNumber, &["省学籍辅号", "辅号", "学籍副号", "学籍号辅号"]),
    (Field::Seat, &["班内编号", "座号", "班内序号", "班内学号(座号)"]),
    (Field::PupilSource, &["生源", "来源"]),
    (Field::Email, &["电子邮箱", "邮箱", "电子邮件", "e-mail", "email"]),
    (Field::Homepage, &["个人主页", "主页"]),
    (Field::Disability, &["残疾类型", "残疾类别", "残疾人类别"]),
    (Field::PurchasedPlace, &["政府购买学位", "是否政府购买学位"]),
    (Field::Inclusive, &["是否随班就读", "随班就读类型"]),
    (Field::Campus, &["校区", "校区编号"]),
    (Field::MigrantChild, &["随迁子女"]),
    (Field::WorkerChild, &["是否务工人员随迁子女", "进城务工人员随迁子女", "是否进城务工人员子女"]),
    (Field::LeagueMonth, &["入团时间", "入团日期"]),
    (Field::DisabilityCertificate, &["残疾证号", "残疾人证号"]),
    (Field::DisabilityDegree, &["残疾等级", "残疾级别"]),
    (Field::SpecialForm, &["特殊教育就读类型", "特教就读方式"]),
    (Field::Number, &["全国学籍号", "学籍主号", "学籍号码", "个人标识码"]),
    (Field::NamePinyin, &["拼音", "姓名（拼音）"]),
    (Field::SchoolName, &["学校", "就读学校"]),
    (Field::GradeName, &["所在年级", "就读年级"]),
    (Field::ClassName, &["所在班级", "班级名称", "班"]),
];

/// What the blocks of family members are called; each is followed by 1 or 2 and then by the part's name.
const MEMBER: &[&str] =
    &["家庭成员或监护人", "家庭成员及监护人", "家庭成员", "监护人", "成员", "家长", "家庭主要成员"];

/// Other names for the parts of a family member's block.
const PART_ALIASES: &[(Field, &[&str])] = &[
    (Field::G1Name, &["名字"]),
    (Field::G1Relation, &["与学生关系", "与本人关系", "与学生的关系"]),
    (Field::G1Address, &["住址", "地址", "家庭住址"]),
    (Field::G1HukouDivision, &["户口所在地", "户口所在地行政区划代码", "户籍所在地"]),
    (Field::G1Phone, &["电话", "手机", "手机号", "手机号码", "联系方式"]),
    (Field::G1IsGuardian, &["监护人", "是否为监护人"]),
    (Field::G1DocumentKind, &["身份证类型", "证件类型"]),
    (Field::G1DocumentId, &["身份证号", "身份证号码", "身份证件号码", "证件号", "证件号码"]),
    (Field::G1Employer, &["单位"]),
    (Field::G1Post, &["职业", "职位"]),
];

static HEADINGS: LazyLock<FxHashMap<String, Field>> = LazyLock::new(|| {
    let official = FIELDS.iter().map(|s| (plain(s.heading), s.field));
    let others = ALIASES.iter().flat_map(|(f, names)| names.iter().map(|n| (plain(n), *f)));
    official.chain(others).collect()
});

/// A heading as it is compared: compatibility forms folded, lower case, without spaces, stars, quotes and remarks in
/// brackets at its end.
pub fn plain(heading: &str) -> String {
    let folded: String = heading
        .nfkc()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .filter(|c| {
            !matches!(
                c,
                '*' | '★' | '☆' | '※' | ':' | '"' | '“' | '”' | '\'' | '_' | '-' | '\u{feff}' | '\u{200b}'
            )
        })
        .flat_map(char::to_lowercase)
        .collect();
    let mut text = folded.as_str();
    while let Some(open) = text.strip_suffix(')').and_then(|t| t.rfind('(')).filter(|open| *open > 0) {
        text = &text[..open];
    }
    text.to_owned()
}

/// The field a heading names, if it is one we know.
pub fn field_of(heading: &str) -> Option<Field> {
    let heading = plain(heading);
    HEADINGS.get(&heading).copied().or_else(|| guardian_part(&heading))
}

fn guardian_part(heading: &str) -> Option<Field> {
    let rest = MEMBER.iter().find_map(|m| heading.strip_prefix(m))?;
    let (second, part) = match rest.chars().next()? {
        '1' | '一' => (false, &rest[rest.chars().next()?.len_utf8()..]),
        '2' | '二' => (true, &rest[rest.chars().next()?.len_utf8()..]),
        _ => return None,
    };
    let block = &FIELDS[Field::G1Name as usize..Field::G2Name as usize];
    let first = block
        .iter()
        .find(|s| plain(s.heading).strip_prefix("成员1") == Some(part))
        .map(|s| s.field)
        .or_else(|| PART_ALIASES.iter().find(|(_, names)| names.contains(&part)).map(|(f, _)| *f))?;
    if second { first.of_second_guardian() } else { Some(first) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_heading_names_two_fields() {
        let mut seen: FxHashMap<String, Field> = FxHashMap::default();
        let official = FIELDS.iter().map(|s| (s.heading, s.field));
        let others = ALIASES.iter().flat_map(|(f, names)| names.iter().map(|n| (*n, *f)));
        for (name, field) in official.chain(others) {
            if let Some(other) = seen.insert(plain(name), field) {
                panic!("{name}: {other:?} and {field:?}");
            }
        }
    }

    #[test]
    fn every_official_heading_names_its_field() {
        for s in FIELDS {
            assert_eq!(field_of(s.heading), Some(s.field), "{}", s.heading);
        }
    }

    #[test]
    fn stars_brackets_width_and_line_breaks_do_not_matter() {
        for (text, field) in [
            ("★姓名", Field::PupilName),
            ("姓 名 *", Field::PupilName),
            ("出生日期\n（YYYYMMDD）", Field::BirthDate),
            ("国籍／地区", Field::Nationality),
            ("身份证号码", Field::DocumentId),
            ("家庭成员或监护人１姓名", Field::G1Name),
            ("监护人二联系电话", Field::G2Phone),
            ("成员2 身份证号码", Field::G2DocumentId),
            ("成员1是否监护人", Field::G1IsGuardian),
            ("Email", Field::Email),
        ] {
            assert_eq!(field_of(text), Some(field), "{text}");
        }
        for text in ["序号", "备注", "", "监护人", "成员3姓名", "（一）"] {
            assert_eq!(field_of(text), None, "{text}");
        }
    }
}
