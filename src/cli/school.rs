//! `xueji school`: the table of schools and classes.

use std::path::PathBuf;

use clap::Subcommand;

use crate::app::failure::Refusal;
use crate::app::places;
use crate::model::school::{School, grade_name};
use crate::model::table::{Column, Table};
use crate::output::Privacy;

use super::Outcome;
use super::failure::CliError;
use super::global::Global;
use super::init::done;

/// 学校表和班级表：导入、列出、查看
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 导入学校表或班级表（一个工作簿可以两张都有）
    Import {
        /// 工作簿或 csv
        #[arg(value_name = "表格")]
        file: PathBuf,
    },
    /// 列出所有学校
    List,
    /// 查看一所学校和它的班级
    Show {
        /// 学校标识码
        #[arg(value_name = "学校标识码")]
        code: String,
    },
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match &args.command {
        Command::Import { file } => import(file, global),
        Command::List => list(global),
        Command::Show { code } => show(code, global),
    }
}

fn import(file: &std::path::Path, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let lists = places::read(file, &store.directory()?)?;
    if !lists.findings.is_empty() {
        return Err(CliError::Invalid(lists.findings));
    }
    let title = file.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let entered = places::enter(&mut store, &session, &lists, &title)?;
    let message = match entered.batch {
        None => format!(
            "学校 {} 所、班级 {} 个都与库中一致，没有改动。",
            lists.schools.len(),
            lists.classes.len()
        ),
        Some(batch) => format!(
            "第 {batch} 批：学校 {} 所，班级 {} 个；新增 {} 条，更改 {} 条，不变 {} 条。",
            lists.schools.len(),
            lists.classes.len(),
            entered.new,
            entered.changed,
            entered.unchanged
        ),
    };
    let counts = [("new", entered.new), ("changed", entered.changed), ("unchanged", entered.unchanged)];
    done(global, &message, entered.batch, &counts.map(|(k, n)| (k, n as i64)))?;
    Ok(Outcome::Clean)
}

fn stages(school: &School) -> String {
    let each: Vec<String> =
        school.stages.iter().map(|s| format!("{}{}年", s.label(), school.lengths.of(*s))).collect();
    each.join("、")
}

fn list(global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let directory = store.directory()?;
    let rows = directory.schools().into_iter().map(|s| {
        let classes = directory.classes_of(s.code.as_str()).len();
        let texts = [s.code.as_str(), &s.name, &stages(s), &s.division, &s.authority, &s.sponsor];
        texts.iter().map(|t| (*t).to_owned()).chain([classes.to_string()]).collect()
    });
    let table = Table {
        title: "学校表".into(),
        columns: vec![
            Column::text("school_code", "学校标识码"),
            Column::text("name", "学校名称"),
            Column::text("stages", "学段和学制"),
            Column::text("division", "所在地区划"),
            Column::text("authority", "学籍主管部门"),
            Column::text("sponsor", "举办者"),
            Column::count("classes", "班级数"),
        ],
        rows: rows.collect(),
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}

fn show(code: &str, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let directory = store.directory()?;
    let Some(school) = directory.school(code) else {
        return Err(Refusal::new(format!("学校表中没有 {code}。"), "请用 xueji school list 查看。").into());
    };
    let today = global.today()?;
    let rows = directory.classes_of(code).into_iter().map(|c| {
        let grade = grade_name(c.stage, c.entry_year, school.lengths, today);
        vec![c.number.clone(), c.name.clone(), c.stage.label().to_owned(), c.entry_year.to_string(), grade]
    });
    let table = Table {
        title: school.name.clone(),
        head: vec![
            format!(
                "学校标识码：{code}　所在地区划：{}　学籍主管部门：{}",
                school.division, school.authority
            ),
            format!("学段和学制：{}　举办者：{}", stages(school), school.sponsor),
        ],
        columns: vec![
            Column::text("class_number", "班号"),
            Column::text("name", "班级名称"),
            Column::text("stage", "学段"),
            Column::text("entry_year", "入学年份"),
            Column::text("grade", "现在年级"),
        ],
        rows: rows.collect(),
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}
