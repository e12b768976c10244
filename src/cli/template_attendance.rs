//! `xueji template attendance --school CODE`: a school's attendance list, filled in as far as the registry knows.

use std::path::Path;

use crate::app::failure::Refusal;
use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::school::Directory;
use crate::model::sheet::ATTENDANCE_COLUMNS;
use crate::model::status::Status;
use crate::output::{Privacy, mask};
use crate::roster::code_cell::label;
use crate::store::lookup::Which;
use crate::xlsx::template::attendance::{NOTES, SHEET};
use crate::xlsx::template::write_filled;

use super::failure::CliError;
use super::global::Global;
use super::unmask::{Concerned, Unmask};

/// Whose list, and whether names stand in it in full.
#[derive(clap::Args)]
pub struct Filled {
    /// 在校名单用：预填这所学校应在校的学生
    #[arg(long, value_name = "学校标识码")]
    pub school: Option<String>,
    /// 在校名单用：只要这个班，可以写几次
    #[arg(long, value_name = "班号", requires = "school")]
    class: Vec<String>,
    #[command(flatten)]
    pub unmask: Unmask,
}

/// Writes the list of a school; how many pupils stand on it.
pub fn write(path: &Path, school: &str, filled: &Filled, global: &Global) -> Result<usize, CliError> {
    let mut store = global.store()?;
    crate::app::places::require_school(&store, school)?;
    let directory = store.directory()?;
    let missing = filled.class.iter().filter(|c| directory.class(school, c).is_none());
    let missing: Vec<Refusal> = missing
        .map(|c| {
            Refusal::new(format!("学校 {school} 没有班号为 {c} 的班。"), "请用 xueji school show 查看。")
        })
        .collect();
    if !missing.is_empty() {
        return Err(crate::app::failure::Failure::Refused(missing).into());
    }
    let mut pupils = store.registrations(&Which::School(school))?;
    pupils.retain(|r| matches!(r.status, Status::Enrolled | Status::Pending));
    pupils.retain(|r| filled.class.is_empty() || filled.class.contains(&r.class_number));
    let what = Concerned::Report(format!("在校名单（{school}），{} 人", pupils.len()));
    let permit = global.permit(&mut store, &filled.unmask, &what)?;
    let rows: Vec<Vec<String>> = pupils.iter().map(|r| row(r, &directory, permit.privacy())).collect();
    write_filled(path, SHEET, ATTENDANCE_COLUMNS, NOTES, &rows, permit.mark().as_ref())?;
    global.left_in(&mut store, &permit, (rows.len(), path))?;
    Ok(rows.len())
}

/// The numbers are left out: the internal one says who it is, and what a school does not need to see it is not sent.
fn row(r: &Registration, directory: &Directory, privacy: Privacy) -> Vec<String> {
    let school = r.school.as_str();
    let cell = |key: &str| match key {
        "school_code" => school.to_owned(),
        "class_number" => r.class_number.clone(),
        "class_name" => directory.class(school, &r.class_number).map_or_else(String::new, |c| c.name.clone()),
        "name" => {
            let name = r.record.get(Field::PupilName);
            if privacy == Privacy::Masked { mask::name(name) } else { name.to_owned() }
        }
        "sex" => label(r.record.get(Field::Sex)).to_owned(),
        "student" => r.id.to_string(),
        _ => String::new(),
    };
    ATTENDANCE_COLUMNS.iter().map(|c| cell(c.key)).collect()
}
