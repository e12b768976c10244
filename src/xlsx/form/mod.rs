//! Forms: printed sheets with places to fill in. The program writes the blank ones; a bureau may restyle its own copy.

pub mod blank;
pub mod check;
pub mod fill;

/// A line of a form of four columns.
#[derive(Clone, Copy, Debug)]
pub enum Line {
    /// Two labels, each with the name of what is filled in beside it.
    Pair([(&'static str, &'static str); 2]),
    /// One label, and what is filled in over the rest of the line.
    Wide(&'static str, &'static str),
    /// A box for an opinion: its label, the name of what is filled in, and the height in lines.
    Opinion(&'static str, &'static str, u8),
    /// A text over the whole line.
    Note(&'static str),
}

/// A form.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    pub name: &'static str,
    pub title: &'static str,
    /// Its file under `templates-xlsx/`.
    pub file: &'static str,
    /// The kinds of change it is for; empty: every kind.
    pub kinds: &'static [&'static str],
    pub basis: &'static str,
    pub lines: &'static [Line],
}

use Line::{Note, Opinion, Pair, Wide};

const PUPIL: [Line; 5] = [
    Pair([("姓名", "姓名"), ("性别", "性别")]),
    Pair([("出生日期", "出生日期"), ("民族", "民族")]),
    Pair([("身份证件类型", "身份证件类型"), ("身份证件号", "身份证件号")]),
    Pair([("学籍号", "学籍号"), ("户口所在地", "户口所在地")]),
    Pair([("监护人", "监护人"), ("联系电话", "联系电话")]),
];

const AT: Line = Pair([("现就读学校", "现学校"), ("年级、班级", "现年级班级")]);
const SIGNED: Line = Note("监护人签字：　　　　　　　　　　　　年　　月　　日");
const PRINTED: Line =
    Note("申请编号：{{申请编号}}　申请日期：{{申请日期}}　打印：{{打印日期}}　{{填报单位}}");

/// Every form. The order of the opinion boxes is that of the parties (R§8).
pub const FORMS: &[Form] = &[
    Form {
        name: "transfer-form",
        title: "转学申请表",
        file: "transfer-form.xlsx",
        kinds: &["transfer", "transfer_out", "transfer_in"],
        basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第十三条前后；（2025）第十五条",
        lines: &[
            PUPIL[0],
            PUPIL[1],
            PUPIL[2],
            PUPIL[3],
            PUPIL[4],
            AT,
            Pair([("转入学校", "转入学校"), ("年级、班级", "转入年级班级")]),
            Wide("转学原因", "说明"),
            Wide("所附材料", "材料"),
            SIGNED,
            Opinion("转入学校意见", "转入学校意见", 4),
            Opinion("转入学校主管部门意见", "转入主管部门意见", 4),
            Opinion("转出学校意见", "转出学校意见", 4),
            Opinion("转出学校主管部门意见", "转出主管部门意见", 4),
            PRINTED,
        ],
    },
    Form {
        name: "transfer-letter",
        title: "转学联系函",
        file: "transfer-letter.xlsx",
        kinds: &["transfer", "transfer_out", "transfer_in"],
        basis: "跨省、跨县转学：对方的同意凭联系函登记",
        lines: &[
            Note("{{收函单位}}："),
            Note("　　下列学生申请转学，请在收到之日起 10 个工作日内核办；不同意的请写明理由。"),
            PUPIL[0],
            PUPIL[1],
            PUPIL[2],
            PUPIL[3],
            Pair([("转出学校", "现学校"), ("年级、班级", "现年级班级")]),
            Pair([("转入学校", "转入学校"), ("年级、班级", "转入年级班级")]),
            Wide("转学原因", "说明"),
            Note("　　{{填报单位}}（盖章）　　　　　　年　　月　　日"),
            Note("…………………………　回　执　…………………………"),
            Opinion("学校意见", "空白", 4),
            Opinion("学籍主管部门意见", "空白", 4),
            PRINTED,
        ],
    },
    Form {
        name: "leave-form",
        title: "休学申请表",
        file: "leave-form.xlsx",
        kinds: &["leave", "leave_extension"],
        basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第十六条前后；省级规定",
        lines: &[
            PUPIL[0],
            PUPIL[1],
            PUPIL[2],
            PUPIL[3],
            PUPIL[4],
            AT,
            Pair([("休学起", "生效日期"), ("休学止", "截止日期")]),
            Wide("休学原因", "异动原因"),
            Wide("说明", "说明"),
            Wide("所附材料", "材料"),
            SIGNED,
            Opinion("学校意见", "学校意见", 5),
            Opinion("学籍主管部门意见", "主管部门意见", 5),
            PRINTED,
        ],
    },
    Form {
        name: "return-form",
        title: "复学申请表",
        file: "return-form.xlsx",
        kinds: &["reinstatement", "return_from_abroad"],
        basis: "《中小学生学籍管理办法》（教基一〔2013〕7号）第十六条前后；省级规定",
        lines: &[
            PUPIL[0],
            PUPIL[1],
            PUPIL[2],
            PUPIL[3],
            PUPIL[4],
            AT,
            Pair([("复学日期", "生效日期"), ("编入年级、班级", "转入年级班级")]),
            Wide("说明", "说明"),
            Wide("所附材料", "材料"),
            SIGNED,
            Opinion("学校意见", "学校意见", 5),
            Opinion("学籍主管部门意见", "主管部门意见", 5),
            PRINTED,
        ],
    },
    Form {
        name: "correction-form",
        title: "学籍关键信息变更申请表",
        file: "correction-form.xlsx",
        kinds: &["correction"],
        basis: "教基一〔2014〕8号",
        lines: &[
            PUPIL[0],
            PUPIL[1],
            PUPIL[2],
            PUPIL[3],
            PUPIL[4],
            AT,
            Opinion("变更内容", "变更内容", 6),
            Wide("变更依据", "说明"),
            Wide("所附材料", "材料"),
            SIGNED,
            Opinion("学校意见", "学校意见", 5),
            Opinion("学籍主管部门意见", "主管部门意见", 5),
            PRINTED,
        ],
    },
    Form {
        name: "change-form",
        title: "学籍变动申请表",
        file: "change-form.xlsx",
        kinds: &[],
        basis: "各项变动的依据见 xueji explain changes",
        lines: &[
            Wide("变动类别", "变动"),
            PUPIL[0],
            PUPIL[1],
            PUPIL[2],
            PUPIL[3],
            PUPIL[4],
            AT,
            Pair([("生效日期", "生效日期"), ("截止日期", "截止日期")]),
            Wide("异动原因", "异动原因"),
            Wide("说明", "说明"),
            Wide("所附材料", "材料"),
            SIGNED,
            Opinion("学校意见", "学校意见", 5),
            Opinion("学籍主管部门意见", "主管部门意见", 5),
            PRINTED,
        ],
    },
    Form {
        name: "receipt",
        title: "学籍业务办理回执",
        file: "receipt.xlsx",
        kinds: &[],
        basis: "办理结果书面告知申请人；不同意的写明理由",
        lines: &[
            Wide("办理事项", "变动"),
            Pair([("申请编号", "申请编号"), ("申请日期", "申请日期")]),
            Pair([("姓名", "姓名"), ("学籍号", "学籍号")]),
            AT,
            Wide("办理结果", "办理结果"),
            Opinion("办理经过", "办理经过", 8),
            Wide("下一步", "下一步"),
            Note("{{填报单位}}（盖章）　　{{打印日期}}"),
        ],
    },
];

/// The form of this name.
pub fn form(name: &str) -> Option<&'static Form> {
    FORMS.iter().find(|f| f.name == name)
}

/// Every name that a form may have filled in.
pub const PLACES: &[&str] = &[
    "申请编号",
    "变动",
    "姓名",
    "性别",
    "出生日期",
    "民族",
    "身份证件类型",
    "身份证件号",
    "学籍号",
    "户口所在地",
    "监护人",
    "联系电话",
    "现学校",
    "现年级班级",
    "转入学校",
    "转入年级班级",
    "转入主管部门",
    "转出主管部门",
    "收函单位",
    "异动原因",
    "说明",
    "生效日期",
    "截止日期",
    "材料",
    "变更内容",
    "申请日期",
    "打印日期",
    "填报单位",
    "学校意见",
    "主管部门意见",
    "转入学校意见",
    "转入主管部门意见",
    "转出学校意见",
    "转出主管部门意见",
    "办理结果",
    "办理经过",
    "下一步",
    "空白",
];
