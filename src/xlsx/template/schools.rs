//! The blank list of a county's schools.

use crate::model::sheet::SCHOOL_COLUMNS;
use crate::xlsx::template::{TemplateSpec, small};
use rust_xlsxwriter::{Workbook, XlsxError};

pub const SPEC: TemplateSpec =
    TemplateSpec { name: "schools", title: "学校名单", file: "schools.xlsx", build };

const NOTES: &[&str] = &[
    "一行一所学校；九年一贯制、完全中学等在“学段”里把几个学段都写上。",
    "学校标识码由教育部统一编发，学校名称应与公章一致。",
    "每所学校只有一个学籍主管部门；学籍由它核准（《中小学生学籍管理办法》）。",
];

fn build() -> Result<Workbook, XlsxError> {
    small::build("学校", SCHOOL_COLUMNS, NOTES)
}
