//! The blank list of changes other than transfers, a pupil a row.

use crate::model::sheet::CHANGE_COLUMNS;
use crate::xlsx::template::{TemplateSpec, small};
use rust_xlsxwriter::{Workbook, XlsxError};

pub const SPEC: TemplateSpec =
    TemplateSpec { name: "changes", title: "学籍变动名单", file: "changes.xlsx", build };

const NOTES: &[&str] = &[
    "一行一名学生、一项变动；用 xueji change import 一次申请，逐行列出结果。各项变动要填什么见 xueji explain 变动名称。",
    "学籍号、身份证件号、内部编号填一项；姓名用来核对。号码按文本填写，从别处粘贴时请选“只粘贴文本”。",
    "升学（如小升初）填接收学校；班级空着的，导入时加 --assign-classes，按人数均衡编入起始年级各班。",
    "信息变更把新的内容填在“新……”栏；模板里没有的栏目可以自己加一栏，栏目名写“新”加花名册上的栏目名。",
];

fn build() -> Result<Workbook, XlsxError> {
    small::build("学籍变动名单", CHANGE_COLUMNS, NOTES)
}
