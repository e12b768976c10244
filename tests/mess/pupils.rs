//! Sound pupils of the sample county, as the clean rosters have them: key of the field to its value.

use std::collections::BTreeMap;

use calamine::{Data, Reader, Xlsx, open_workbook};

pub type Pupil = BTreeMap<&'static str, String>;

/// The fields a composed roster may have, with the heading of the template and what schools call it.
pub const FIELDS: &[(&str, &str, &[&str])] = &[
    ("school_code", "学校标识码", &["学校代码", "学校识别码", "★学校标识码"]),
    ("name", "姓名", &["学生姓名", "姓  名", "姓名*", "★姓名（与户口簿一致）"]),
    ("sex", "性别", &["性 别", "学生性别", "★性别"]),
    ("birth_date", "出生日期", &["出生年月日", "出生日期\n（YYYYMMDD）", "出生日期（公历）"]),
    ("birth_division", "出生地行政区划代码", &["出生地代码", "出生地行政区划"]),
    ("ethnic_group", "民族", &["学生民族", "民 族"]),
    ("nationality", "国籍/地区", &["国籍", "国籍／地区", "国籍（地区）"]),
    ("document_kind", "身份证件类型", &["身份证类型", "证件类型", "★身份证件类型"]),
    ("overseas_status", "港澳台侨外", &["是否港澳台侨外", "港澳台侨"]),
    ("health", "健康状况", &["健康情况", "★健康状况"]),
    (
        "document_number",
        "身份证件号",
        &["身份证号", "身份证号码", "身份\r\n证号", "证件号码", "公民身份号码"],
    ),
    ("hukou_kind", "户口性质", &["户口类型", "户籍性质"]),
    ("hukou_division", "户口所在地行政区划", &["户口所在地行政区划代码", "户籍所在地"]),
    ("class_number", "班号", &["班级编号", "班级代码", "★班号"]),
    ("entry_month", "入学年月", &["入学时间", "入学日期", "入学年月（YYYYMM）"]),
    ("entry_method", "入学方式", &["入学形式"]),
    ("attendance_mode", "就读方式", &["就学方式"]),
    ("current_address", "现住址", &["现居住地址", "学生现住址"]),
    ("mailing_address", "通信地址", &["通讯地址", "邮寄地址"]),
    ("home_address", "家庭地址", &["家庭住址", "家庭详细地址"]),
    ("phone", "联系电话", &["手机号码", "学生联系电话", "联系方式"]),
    ("postcode", "邮政编码", &["邮编"]),
    ("only_child", "是否独生子女", &["是否为独生子女"]),
    ("preschool", "是否受过学前教育", &["是否接受学前教育"]),
    ("left_behind", "是否留守儿童", &["留守儿童"]),
    ("aid_requested", "是否需要申请资助", &["是否申请资助"]),
    ("boarding_subsidy", "是否享受一补", &["享受一补"]),
    ("orphan", "是否孤儿", &["是否为孤儿"]),
    ("martyr_child", "是否烈士或优抚子女", &["烈士或优抚子女"]),
    ("distance_km", "上下学距离", &["上学距离", "家校距离"]),
    ("commute_mode", "上下学方式", &["上下学交通方式", "交通方式"]),
    ("school_bus", "是否需要乘坐校车", &["是否乘坐校车"]),
];

/// The parts of a family member's block.
pub const PARTS: &[(&str, &str, &[&str])] = &[
    ("name", "姓名", &["姓名*", "名字"]),
    ("relation", "关系", &["与学生关系", "与本人关系"]),
    ("phone", "联系电话", &["电话", "手机号码"]),
    ("is_guardian", "是否监护人", &["是否为监护人"]),
    ("document_kind", "身份证件类型", &["证件类型"]),
    ("document_number", "身份证件号", &["身份证号", "身份证号码"]),
    ("address", "现住址", &["住址"]),
    ("employer", "工作单位", &["单位"]),
];

/// The key of a member's part.
pub fn part_key(member: usize, part: &str) -> &'static str {
    let all = [
        ["guardian1_name", "guardian2_name"],
        ["guardian1_relation", "guardian2_relation"],
        ["guardian1_phone", "guardian2_phone"],
        ["guardian1_is_guardian", "guardian2_is_guardian"],
        ["guardian1_document_kind", "guardian2_document_kind"],
        ["guardian1_document_number", "guardian2_document_number"],
        ["guardian1_address", "guardian2_address"],
        ["guardian1_employer", "guardian2_employer"],
    ];
    all[PARTS.iter().position(|p| p.0 == part).unwrap()][member]
}

/// Pupils with resident cards whose numbers no spreadsheet could also have written, class by class.
pub fn pool() -> Vec<Pupil> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/rosters");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    let mut pool = Vec::new();
    for file in &files[..3] {
        let mut book: Xlsx<_> = open_workbook(file).unwrap();
        let range = book.worksheet_range("花名册").unwrap();
        let mut rows = range.rows();
        let header: Vec<String> = rows.next().unwrap().iter().map(ToString::to_string).collect();
        let at = |heading: &str| header.iter().position(|h| h == heading).unwrap();
        for row in rows {
            let value = |heading: &str| match &row[at(heading)] {
                Data::Empty => String::new(),
                cell => cell.to_string(),
            };
            let mut pupil: Pupil = FIELDS.iter().map(|(key, heading, _)| (*key, value(heading))).collect();
            for member in 0..2 {
                for (part, heading, _) in PARTS {
                    pupil.insert(part_key(member, part), value(&format!("成员{}{heading}", member + 1)));
                }
            }
            let number = pupil["document_number"].clone();
            let plain =
                number.len() == 18 && pupil["document_kind"] == "居民身份证" && !number.ends_with('0');
            if plain && !pupil["guardian1_name"].is_empty() && !pupil["guardian2_name"].is_empty() {
                pool.push(pupil);
            }
        }
    }
    pool.sort_by(|a, b| {
        (&a["school_code"], &a["class_number"]).cmp(&(&b["school_code"], &b["class_number"]))
    });
    pool
}
