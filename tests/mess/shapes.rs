//! Shapes of sheets that a reader is easily wrong about: each is read as it is meant, or asked about, or refused.

use serde_json::Value;

use super::book::{self, Cell, Merge, Sheet, Writer};
use super::judge::xueji;

/// What must come of it: the sheet, last header row, pupils and fields of the columns; or exit code and what is said.
enum Meant {
    Read(&'static [(&'static str, u32, u64, &'static str)]),
    Refused(i32, &'static str),
}
use Meant::{Read, Refused};

struct Shape {
    what: &'static str,
    /// Name, rows (cells apart by `|`), merged cells; a name that begins with `~` is a hidden sheet.
    sheets: &'static [(&'static str, &'static str, &'static [Merge])],
    arguments: &'static [&'static str],
    meant: Meant,
}

const SHAPES: &[Shape] = &[
    Shape {
        what: "a heading over others that is not merged, and the pupil's own headings in the first row",
        sheets: &[("表", "姓名|性别|身份证号|监护人||\n|||姓名|电话|身份证号\n王一|男|1|王二|2|3", &[])],
        arguments: &[],
        meant: Read(&[(
            "表",
            2,
            1,
            "name,sex,document_number,guardian1_name,guardian1_phone,guardian1_document_number",
        )]),
    },
    Shape {
        what: "a heading that is not merged, with the pupil's headings below: whose number is it?",
        sheets: &[("表", "|||监护人||\n姓名|性别|民族|姓名|电话|身份证号\n王一|男|汉族|王二|2|3", &[])],
        arguments: &[],
        meant: Refused(2, "--mapping"),
    },
    Shape {
        what: "the same with the regions: what is outside of the guardian's is the pupil's",
        sheets: &[(
            "表",
            "|||监护人||\n姓名|性别|民族|姓名|电话|身份证号\n王一|男|汉族|王二|2|3",
            &[(0, 3, 0, 4)],
        )],
        arguments: &[],
        meant: Read(&[("表", 2, 1, "name,sex,ethnic_group,guardian1_name,guardian1_phone,document_number")]),
    },
    Shape {
        what: "father and mother as words",
        sheets: &[(
            "表",
            "姓名|性别|民族|父亲姓名|父亲电话|母亲姓名|母亲电话\n王一|男|汉族|王二|1|李三|2",
            &[],
        )],
        arguments: &[],
        meant: Read(&[(
            "表",
            1,
            1,
            "name,sex,ethnic_group,guardian1_name,guardian1_phone,guardian2_name,guardian2_phone",
        )]),
    },
    Shape {
        what: "a telephone under both parents is that of the parent whose name stands before it",
        sheets: &[(
            "表",
            "姓名|性别|民族|家长信息|||\n|||父亲姓名|电话|母亲姓名|电话\n王一|男|汉族|王二|1|李三|2",
            &[(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 1, 2), (0, 3, 0, 6)],
        )],
        arguments: &[],
        meant: Read(&[(
            "表",
            2,
            1,
            "name,sex,ethnic_group,guardian1_name,guardian1_phone,guardian2_name,guardian2_phone",
        )]),
    },
    Shape {
        what: "a telephone right after each parent's name is that parent's",
        sheets: &[("表", "姓名|性别|民族|父亲姓名|电话|母亲姓名|电话\n王一|男|汉族|王二|1|李三|2", &[])],
        arguments: &[],
        meant: Read(&[(
            "表",
            1,
            1,
            "name,sex,ethnic_group,guardian1_name,guardian1_phone,guardian2_name,guardian2_phone",
        )]),
    },
    Shape {
        what: "father and mother by themselves are over their names",
        sheets: &[("表", "姓名|性别|民族|父亲|联系方式|母亲|联系方式\n王一|男|汉族|王二|1|李三|2", &[])],
        arguments: &[],
        meant: Read(&[(
            "表",
            1,
            1,
            "name,sex,ethnic_group,guardian1_name,guardian1_phone,guardian2_name,guardian2_phone",
        )]),
    },
    Shape {
        what: "one telephone after both parents is the pupil's",
        sheets: &[("表", "姓名|性别|民族|父亲姓名|母亲姓名|联系电话\n王一|男|汉族|王二|李三|1", &[])],
        arguments: &[],
        meant: Read(&[("表", 1, 1, "name,sex,ethnic_group,guardian1_name,guardian2_name,phone")]),
    },
    Shape {
        what: "two groups of pupils side by side",
        sheets: &[("表", "姓名|性别|民族|姓名|性别|民族\n王一|男|汉族|李二|女|汉族", &[])],
        arguments: &[],
        meant: Refused(5, "接成一列"),
    },
    Shape {
        what: "a school by itself between the rows is no pupil",
        sheets: &[("表", "姓名|性别|民族\n王一|男|汉族\n某某县第二小学\n李二|女|汉族", &[])],
        arguments: &[],
        meant: Read(&[("表", 1, 2, "name,sex,ethnic_group")]),
    },
    Shape {
        what: "two codes of schools in the titles",
        sheets: &[("表", "学校标识码：2133010001\n学校标识码|2133010002\n姓名|性别|民族\n王一|男|汉族", &[])],
        arguments: &[],
        meant: Refused(2, "--school"),
    },
    Shape {
        what: "a class teacher's telephone is nobody's",
        sheets: &[("表", "学生姓名|性别|民族|班主任姓名|班主任电话\n王一|男|汉族|赵老师|138", &[])],
        arguments: &[],
        meant: Read(&[("表", 1, 1, "name,sex,ethnic_group,-,-")]),
    },
    Shape {
        what: "a class teacher's block is nobody's",
        sheets: &[(
            "表",
            "学生||班主任|\n姓名|性别|姓名|联系电话\n王一|男|赵老师|138",
            &[(0, 0, 0, 1), (0, 2, 0, 3)],
        )],
        arguments: &[],
        meant: Refused(5, "没有找到花名册"),
    },
    Shape {
        what: "the telephone after a teacher is the teacher's where the family has its own",
        sheets: &[("表", "姓名|性别|民族|班主任|电话|家长姓名|家长电话\n王一|男|汉族|张老师|1|王二|2", &[])],
        arguments: &[],
        meant: Read(&[("表", 1, 1, "name,sex,ethnic_group,-,-,guardian1_name,guardian1_phone")]),
    },
    Shape {
        what: "the telephone of whoever fetches the pupil",
        sheets: &[("表", "姓名|性别|父亲|电话|奶奶|电话|接送人|电话\n王一|男|王二|1|李三|2|李四|3", &[])],
        arguments: &[],
        meant: Read(&[(
            "表",
            1,
            1,
            "name,sex,guardian1_name,guardian1_phone,guardian2_name,guardian2_phone,-,-",
        )]),
    },
    Shape {
        what: "an address after a teacher, and the pupil has none: whose is it?",
        sheets: &[("表", "姓名|性别|民族|任课教师|家庭住址\n王一|男|汉族|张老师|某路1号", &[])],
        arguments: &[],
        meant: Refused(2, "任课教师"),
    },
    Shape {
        what: "a table of teachers to the right of an empty column is another table",
        sheets: &[(
            "表",
            "姓名|性别|民族||任课教师|家庭住址|健康状况\n王一|男|汉族||张老师|某路1号|残疾",
            &[],
        )],
        arguments: &[],
        meant: Read(&[("表", 1, 1, "name,sex,ethnic_group,-,-,-")]),
    },
    Shape {
        what: "the people after a mother's name, and the pupil has none: whose is it?",
        sheets: &[("表", "姓名|性别|母亲姓名|民族|家庭地址\n王一|男|李二|苗族|贵州", &[])],
        arguments: &[],
        meant: Refused(2, "母亲姓名"),
    },
    Shape {
        what: "surname and given name in two columns",
        sheets: &[("表", "姓|名|性别|民族\n王|一|男|汉族", &[])],
        arguments: &[],
        meant: Read(&[("表", 1, 1, "name,-,sex,ethnic_group")]),
    },
    Shape {
        what: "notes of many rows above",
        sheets: &[(
            "表",
            "花名册\n说明：\n1.姓名与户口簿一致\n2.身份证号填18位\n3.民族填全称\n4.电话填手机\n学校：第一小学|班级：一（1）班|班主任：|赵老师\n序号|姓名|性别|民族|身份证号\n1|王一|男|汉族|",
            &[],
        )],
        arguments: &[],
        meant: Read(&[("表", 8, 1, "-,name,sex,ethnic_group,document_number")]),
    },
    Shape {
        what: "codes, numbers and rules of filling in below the header",
        sheets: &[(
            "表",
            "姓名|性别|出生日期|民族\nXM|XBM|CSRQ|MZM\n必填|必填|必填|选填\n（1）|（2）|（3）|（4）\n王一|男|20180314|汉族",
            &[],
        )],
        arguments: &[],
        meant: Read(&[("表", 1, 1, "name,sex,birth_date,ethnic_group")]),
    },
    Shape {
        what: "an example before the first pupil",
        sheets: &[("表", "序号|姓名|性别|民族\n例|张三|男|汉族\n1|王一|男|汉族", &[])],
        arguments: &[],
        meant: Read(&[("表", 1, 1, "-,name,sex,ethnic_group")]),
    },
    Shape {
        what: "a form for one pupil, empty",
        sheets: &[(
            "表",
            "学籍基本信息表\n姓名||性别|\n出生日期||民族|\n身份证件号||班号|\n籍贯||现住址|",
            &[],
        )],
        arguments: &[],
        meant: Refused(5, "没有找到花名册"),
    },
    Shape {
        what: "a form for one pupil, filled in",
        sheets: &[(
            "表",
            "学籍基本信息表\n姓名|王一|性别|男|民族|汉族\n班号|1|籍贯|某县|特长|无\n现住址|x|邮编|1|血型|A",
            &[],
        )],
        arguments: &[],
        meant: Refused(5, "没有找到花名册"),
    },
    Shape {
        what: "a table of teachers alone",
        sheets: &[(
            "表",
            "姓名|性别|出生日期|民族|身份证号|学历|职称\n王五|男|19800101|汉族||本科|一级",
            &[],
        )],
        arguments: &[],
        meant: Refused(5, "教职工表"),
    },
    Shape {
        what: "a table of teachers beside the roster",
        sheets: &[
            ("教师", "姓名|性别|出生日期|民族|身份证号|学历|职称\n王五|男|19800101|汉族||本科|一级", &[]),
            ("学生", "姓名|性别|民族|班号\n王一|男|汉族|1", &[]),
        ],
        arguments: &[],
        meant: Read(&[("学生", 1, 1, "name,sex,ethnic_group,class_number")]),
    },
    Shape {
        what: "two rosters that are no classes",
        sheets: &[
            ("新生", "姓名|性别|民族\n王一|男|汉族", &[]),
            ("转入", "姓名|性别|民族\n李二|男|汉族", &[]),
        ],
        arguments: &[],
        meant: Refused(2, "--sheet"),
    },
    Shape {
        what: "two rosters, one of them named",
        sheets: &[
            ("新生", "姓名|性别|民族\n王一|男|汉族", &[]),
            ("转入", "姓名|性别|民族\n李二|男|汉族", &[]),
        ],
        arguments: &["--sheet", "转入"],
        meant: Read(&[("转入", 1, 1, "name,sex,ethnic_group")]),
    },
    Shape {
        what: "two rosters, both named",
        sheets: &[
            ("新生", "姓名|性别|民族\n王一|男|汉族", &[]),
            ("转入", "姓名|性别|民族\n李二|男|汉族", &[]),
        ],
        arguments: &["--sheet", "转入", "--sheet", "新生"],
        meant: Read(&[("新生", 1, 1, "name,sex,ethnic_group"), ("转入", 1, 1, "name,sex,ethnic_group")]),
    },
    Shape {
        what: "sheets of classes and one of the whole school",
        sheets: &[
            ("一（1）班", "姓名|性别|民族\n王一|男|汉族", &[]),
            ("一（2）班", "姓名|性别|民族\n李二|男|汉族", &[]),
            ("汇总", "姓名|性别|民族\n王一|男|汉族\n李二|男|汉族", &[]),
        ],
        arguments: &[],
        meant: Refused(2, "--sheet"),
    },
    Shape {
        what: "a roster with a question beside one without: the question comes first",
        sheets: &[
            ("花名册", "姓名|学生姓名|性别|民族|身份证号\n王一|王一|男|汉族|1", &[]),
            ("分组", "姓名|性别|班级\n王一|男|1", &[]),
        ],
        arguments: &[],
        meant: Refused(2, "都可能是“姓名”"),
    },
    Shape {
        what: "only a hidden roster",
        sheets: &[("说明", "请看", &[]), ("~花名册", "姓名|性别|民族\n王一|男|汉族", &[])],
        arguments: &[],
        meant: Refused(2, "隐藏"),
    },
    Shape {
        what: "an example sheet is not the roster that was left empty",
        sheets: &[
            ("花名册", "姓名|性别|民族|班号", &[]),
            ("填写示例", "姓名|性别|民族|班号\n张三|男|汉族|1", &[]),
        ],
        arguments: &[],
        meant: Refused(5, "没有学生"),
    },
    Shape {
        what: "a second table below with other columns",
        sheets: &[("表", "姓名|性别|民族|班号\n王一|男|汉族|1\n班号|姓名|家庭住址|性别\n1|李二|x|女", &[])],
        arguments: &[],
        meant: Refused(5, "分在几张工作表上"),
    },
    Shape {
        what: "a second table below with the same headings in another order",
        sheets: &[(
            "表",
            "姓名|性别|民族|班号|成员1姓名\n王一|男|汉族|1|王二\n成员1姓名|性别|民族|班号|姓名\n李三|女|汉族|1|李四",
            &[],
        )],
        arguments: &["--header-row", "1"],
        meant: Refused(5, "另一张表"),
    },
    Shape {
        what: "pupils above the header that was named",
        sheets: &[("表", "姓名|性别|民族|班号\n王一|男|汉族|1\n性别|姓名|家庭住址|班号\n女|李二|x|1", &[])],
        arguments: &["--header-row", "3"],
        meant: Refused(5, "第 2 行像是学生"),
    },
    Shape {
        what: "a second table below, and the first was named",
        sheets: &[("表", "姓名|性别|民族|班号\n王一|男|汉族|1\n性别|姓名|家庭住址|班号\n女|李二|x|1", &[])],
        arguments: &["--header-row", "1"],
        meant: Refused(5, "另一张表"),
    },
    Shape {
        what: "a header row that is none",
        sheets: &[("表", "姓名|性别|民族|班号\n王一|男|汉族|1", &[])],
        arguments: &["--header-row", "9"],
        meant: Refused(5, "第 9 行"),
    },
    Shape {
        what: "a class in the title and another in the sheet's name",
        sheets: &[("一（2）班", "一（1）班花名册\n姓名|性别|民族\n王一|男|汉族", &[])],
        arguments: &[],
        meant: Refused(2, "class_name"),
    },
    Shape {
        what: "one merged region over the whole sheet",
        sheets: &[("表", "姓名|性别|民族|班号\n王一|男|汉族|1\n李二|女|汉族|1", &[(0, 0, 400, 30)])],
        arguments: &[],
        meant: Read(&[("表", 1, 2, "name,sex,ethnic_group,class_number")]),
    },
    Shape {
        what: "a pupil over two rows, for two guardians",
        sheets: &[(
            "表",
            "姓名|性别|民族|监护人姓名|监护人电话\n王一|男|汉族|王二|1\n|||李三|2\n赵四|女|汉族|赵五|3",
            &[(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 2, 2)],
        )],
        arguments: &[],
        meant: Read(&[("表", 1, 2, "name,sex,ethnic_group,guardian1_name,guardian1_phone")]),
    },
    Shape {
        what: "rows that only have their numbers, and formulas over blanks",
        sheets: &[("表", "序号|姓名|性别|民族|班号\n1|王一|男|汉族|1\n2||||1\n3|0|0|0|0\n4", &[])],
        arguments: &[],
        meant: Read(&[("表", 1, 1, "-,name,sex,ethnic_group,class_number")]),
    },
    Shape {
        what: "marks of one subject are a list of their own",
        sheets: &[("表", "姓名|性别|班级|语文|数学|总分\n王一|男|1|90|91|181", &[])],
        arguments: &[],
        meant: Refused(5, "成绩表"),
    },
    Shape {
        what: "the header far below is not guessed at",
        sheets: &[(
            "表",
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20\n21\n22\n23\n24\n25\n26\n27\n28\n29\n30\n31\n姓名|性别|民族\n王一|男|汉族",
            &[],
        )],
        arguments: &[],
        meant: Refused(5, "前 30 行"),
    },
    Shape {
        what: "the header far below is found where it is said to be",
        sheets: &[(
            "表",
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20\n21\n22\n23\n24\n25\n26\n27\n28\n29\n30\n31\n姓名|性别|民族\n王一|男|汉族",
            &[],
        )],
        arguments: &["--header-row", "32"],
        meant: Read(&[("表", 32, 1, "name,sex,ethnic_group")]),
    },
];

fn sheet((name, rows, merges): &(&str, &str, &[Merge])) -> Sheet {
    let row = |line: &str| line.split('|').map(Cell::text).collect();
    Sheet {
        name: name.trim_start_matches('~').to_owned(),
        hidden: name.starts_with('~'),
        rows: rows.lines().map(row).collect(),
        merges: merges.to_vec(),
    }
}

/// What was read, as the shapes write it.
fn read(json: &Value) -> Vec<(String, u64, u64, String)> {
    let of_file = |f: &Value| {
        let fields = f["columns"].as_array().unwrap().iter().map(|c| c["field"].as_str().unwrap_or("-"));
        let fields: Vec<&str> = fields.collect();
        let number = |key: &str| f[key].as_u64().unwrap_or(0);
        (f["sheet"].as_str().unwrap_or("").to_owned(), number("header_row"), number("rows"), fields.join(","))
    };
    json["files"].as_array().map(|all| all.iter().map(of_file).collect()).unwrap_or_default()
}

#[test]
fn every_shape_is_read_as_it_is_meant_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for shape in SHAPES {
        let sheets: Vec<Sheet> = shape.sheets.iter().map(sheet).collect();
        for writer in [Writer::Xlsx, Writer::Ods] {
            let file = book::write(folder.path(), "表", &sheets, writer);
            let mut arguments = vec!["validate", file.to_str().unwrap(), "--format", "json"];
            arguments.extend(shape.arguments);
            let ended = xueji(folder.path(), &arguments);
            let json: Value = serde_json::from_str(&ended.text).unwrap_or_default();
            let good = match &shape.meant {
                Refused(code, said) => ended.code == *code && ended.text.replace("\\\"", "\"").contains(said),
                Read(meant) => {
                    let found = read(&json);
                    found.len() == meant.len()
                        && found.iter().zip(*meant).all(|(f, m)| {
                            (f.0.as_str(), f.1, f.2, f.3.as_str()) == (m.0, u64::from(m.1), m.2, m.3)
                        })
                }
            };
            if !good {
                let head: String = ended.text.chars().take(400).collect();
                wrong.push(format!("{} ({writer:?}): {} {:?}\n{head}", shape.what, ended.code, read(&json)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}
