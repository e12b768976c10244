//! The blank attendance list for the term's review, a pupil a row; a school's own is filled in beforehand.

use crate::model::sheet::ATTENDANCE_COLUMNS;
use crate::xlsx::template::{TemplateSpec, small};
use rust_xlsxwriter::{Workbook, XlsxError};

pub const SPEC: TemplateSpec =
    TemplateSpec { name: "attendance", title: "在校学生名单", file: "attendance.xlsx", build };

pub const SHEET: &str = "在校名单";

pub const NOTES: &[&str] = &[
    "每学期至少核准一次学籍（《中小学生学籍管理办法》2025年修订第二十五条）：按实际在校情况逐人填写，不照抄花名册。",
    "在校的填“是”，不在校的填“否”并写明原因；没有学籍而在校就读的学生加在后面，填学籍号或身份证件号。",
    "已经预填的内部编号请不要改动。填好交学籍主管部门，用 xueji verify 核查。",
];

fn build() -> Result<Workbook, XlsxError> {
    small::build(SHEET, ATTENDANCE_COLUMNS, NOTES)
}
