//! The blank list of the classes of a school or county.

use crate::model::sheet::CLASS_COLUMNS;
use crate::xlsx::template::{TemplateSpec, small};
use rust_xlsxwriter::{Workbook, XlsxError};

pub const SPEC: TemplateSpec =
    TemplateSpec { name: "classes", title: "班级名单", file: "classes.xlsx", build };

const NOTES: &[&str] =
    &["一行一个班；花名册里的班号必须先在这里有。", "年级由学段、入学年份和学制算出，升级后不用改这张表。"];

fn build() -> Result<Workbook, XlsxError> {
    small::build("班级", CLASS_COLUMNS, NOTES)
}
