//! `xueji export oneroster -o DIR|FILE.zip`: schools, classes and pupils in the neutral format of 1EdTech.

use std::path::Path;

use crate::app::failure::Failure;
use crate::app::oneroster::lint::lint;
use crate::app::oneroster::spec::FILES;
use crate::app::oneroster::{self, Asked, Set};
use crate::output::Privacy;
use crate::output::archive::Archive;
use crate::output::delimited::{self, Encoding};
use crate::xlsx::error::WriteError;

use super::Outcome;
use super::failure::CliError;
use super::global::Global;
use super::init::done;
use super::unmask::{Concerned, Unmask, hash_of};

/// The name of it among the reports.
pub const NAME: &str = "oneroster";
pub const TITLE: &str = "OneRoster 1.2（csv）";
pub const WHAT: &str =
    "学校、班级、学生交给其他系统用的中立格式，一个文件夹或 .zip；依据 1EdTech OneRoster CSV Binding 1.2.1";

/// The manual page.
pub const PAGE: &str = "\
OneRoster 1.2（oneroster）

  xueji export oneroster -o 交换.zip                                  全部学校，遮盖
  xueji export oneroster --school 2133916413 -o 交换文件夹              一所学校
  xueji export oneroster --unmasked --purpose 教学平台开户 -o 交换.zip   完整姓名、学籍号、出生日期，记入导出台账

格式：1EdTech OneRoster CSV Binding 1.2.1（2023-08-22），UTF-8，没有字节序标记，整批（bulk）。
文件：manifest.csv、academicSessions.csv（本学年和两个学期）、orgs.csv（学籍主管部门和学校）、courses.csv（每校每届一门，标准要求班级
属于课程，行政班没有别的课程）、classes.csv（行政班，homeroom）、users.csv、roles.csv、enrollments.csv、demographics.csv。没有内容的文件不
写，manifest.csv 里注明 absent。
谁：在读和休学的学生（休学的 enabledUser 为 false），业务日期当天。
不给什么：身份证件号码、家庭成员、电话、住址一律不给；民族也不给，标准里的种族栏是外国的分类。遮盖时只有姓、星号、性别，没有学籍号和出生
日期；学生用内部编号（sourcedId）区分，不含个人信息，以后导出也不变。注意：G 开头的学籍号里含公民身份号码，完整导出时会带出。
检查：写出以前逐行核对，引用的编号都在、编号不重复、日期和取值合标准；不合的列出，什么也不写，退出码 4。
同一个学籍库、同一天，写出的内容逐字节相同。
";

pub fn run(school: Option<&str>, unmask: &Unmask, global: &Global) -> Result<Outcome, CliError> {
    let path = global.place("交换.zip", "OneRoster 是一组文件，不能写成一张表。")?;
    let mut store = global.store()?;
    let asked = Asked { school, today: global.today()?, is_whole: unmask.unmasked };
    let set = oneroster::set(&store, &asked)?;
    let wrong = lint(&set);
    if !wrong.is_empty() {
        return Err(Failure::Refused(wrong).into());
    }
    let scope = school.map_or_else(|| "全部学校".to_owned(), |code| format!("学校 {code}"));
    let what = Concerned::Report(format!("{TITLE}（{scope}）"));
    let permit = global.permit(&mut store, unmask, &what)?;
    let origin = store.meta().origin.clone();
    let io = |e| CliError::from(WriteError::from_io(path, e));
    let mut archive = Archive::create(path).map_err(io)?;
    if let Err(e) = fill(&mut archive, &set, &origin) {
        archive.discard();
        return Err(io(e));
    }
    let list = archive.close().map_err(io)?;
    let hash = match path.is_dir() {
        true => blake3::hash(list.as_bytes()).to_hex().to_string(),
        false => hash_of(path)?,
    };
    global.left(&mut store, &permit, (set.pupils(), Some(path), &hash))?;
    tell(path, &set, permit.privacy(), global)
}

/// The files, each whole in memory: the longest has a short row a pupil.
fn fill(archive: &mut Archive, set: &Set, origin: &str) -> std::io::Result<()> {
    let mut put = |name: &str, headings: &[&str], rows: &[Vec<String>]| {
        let text = delimited::rows(headings, rows.iter().cloned());
        let bytes = delimited::encoded(&text, Encoding::Utf8, Some(false)).unwrap_or_default();
        archive.put("", &format!("{name}.csv"), &bytes).map(drop)
    };
    put("manifest", &["propertyName", "value"], &set.manifest(origin))?;
    for file in FILES {
        if let Some(rows) = set.files.get(file.name) {
            put(file.name, &file.columns.iter().map(|c| c.name).collect::<Vec<_>>(), rows)?;
        }
    }
    Ok(())
}

fn tell(path: &Path, set: &Set, privacy: Privacy, global: &Global) -> Result<Outcome, CliError> {
    let count = |name: &str| set.files.get(name).map_or(0, Vec::len);
    let kept = if privacy == Privacy::Masked {
        "姓名已遮盖，没有学籍号"
    } else {
        "含完整个人信息，已记入导出台账"
    };
    let message = format!(
        "已写入 {}：学校 {} 所，班级 {} 个，学生 {} 人；{kept}。",
        path.display(),
        count("orgs").saturating_sub(1),
        count("classes"),
        set.pupils()
    );
    let counts = [("classes", count("classes") as i64), ("pupils", set.pupils() as i64)];
    done(&Global { output: None, ..global.clone() }, &message, None, &counts)?;
    Ok(Outcome::Clean)
}
