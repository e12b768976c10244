//! The blank list of transfers, a pupil a row.

use crate::model::sheet::TRANSFER_COLUMNS;
use crate::xlsx::template::{TemplateSpec, small};
use rust_xlsxwriter::{Workbook, XlsxError};

pub const SPEC: TemplateSpec =
    TemplateSpec { name: "transfers", title: "转学名单", file: "transfers.xlsx", build };

const NOTES: &[&str] = &[
    "一行一名学生，由转入学校填写；用 xueji transfer import 一次发起，逐行列出结果。",
    "学籍号、身份证件号、内部编号填一项；姓名用来核对。学号等按文本填写，从别处粘贴时请选“只粘贴文本”。",
    "转到外地（学籍不在本库的学校）的，填外地学校和外地学籍主管部门，不填转入学校和转入班级。",
];

fn build() -> Result<Workbook, XlsxError> {
    small::build("转学名单", TRANSFER_COLUMNS, NOTES)
}
