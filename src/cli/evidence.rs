//! `xueji evidence`: files handed in as evidence, kept in the registry by their hash.

use std::path::PathBuf;

use clap::Subcommand;

use crate::app::evidence;
use crate::model::evidence::{Evidence, Subject};
use crate::model::table::{Column, Personal, Table};
use crate::output::Privacy;

use super::Outcome;
use super::failure::{CliError, usage};
use super::global::{Global, write_file};
use super::init::{done, written};
use super::unmask::{Concerned, Purpose};

/// 佐证材料：交入、列出、取出；原件按内容的摘要存在学籍库里，撤销后也不删除
///
/// 对象写“类别:编号”：student:内部编号、application:申请编号；取出问题学籍的材料写 dispute:编号（决定）、
/// claim:编号.序号（答复），见 xueji dispute show。一份材料不超过 20 MB。
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 交入材料；可用 batch undo 撤销
    Add {
        /// 对象，如 student:内部编号
        #[arg(value_name = "对象")]
        subject: String,
        /// 材料文件：照片、扫描件、PDF
        #[arg(value_name = "文件", required = true)]
        files: Vec<PathBuf>,
        /// 证明什么，如“户口簿首页和本人页”
        #[arg(long, value_name = "说明")]
        note: String,
    },
    /// 列出交入的材料
    List {
        /// 对象，如 student:内部编号
        #[arg(value_name = "对象")]
        subject: String,
    },
    /// 取出一份材料，写到 -o 指明的文件；记入导出台账
    Save {
        /// 对象，如 student:内部编号
        #[arg(value_name = "对象")]
        subject: String,
        /// 第几份
        #[arg(value_name = "序号")]
        ordinal: i64,
        #[command(flatten)]
        purpose: Purpose,
    },
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match &args.command {
        Command::Add { subject, files, note } => add(&subject_of(subject)?, files, note, global),
        Command::List { subject } => {
            let all = evidence::list(&global.store()?, &subject_of(subject)?)?;
            global.put_tables(&[table(&all)], Privacy::Masked)?;
            Ok(Outcome::Clean)
        }
        Command::Save { subject, ordinal, purpose } => save(&subject_of(subject)?, *ordinal, purpose, global),
    }
}

fn subject_of(text: &str) -> Result<Subject, CliError> {
    Subject::parse(text).ok_or_else(|| {
        usage(
            format!("“{text}”不是材料的对象。"),
            "请写“类别:编号”，如 student:内部编号、application:申请编号。",
        )
    })
}

fn add(subject: &Subject, files: &[PathBuf], note: &str, global: &Global) -> Result<Outcome, CliError> {
    if note.trim().is_empty() {
        return Err(usage("--note 后没有写说明。", "请写明材料证明什么，如 --note \"户口簿首页和本人页\"。"));
    }
    let papers = evidence::read(files, note.trim())?;
    let (session, mut store) = (global.session()?, global.store()?);
    let batch = evidence::add(&mut store, &session, subject, &papers)?;
    let message = format!("第 {batch} 批：已存入 {} 份材料。", papers.len());
    done(global, &message, Some(batch), &[("papers", papers.len() as i64)])?;
    Ok(Outcome::Clean)
}

fn save(subject: &Subject, ordinal: i64, purpose: &Purpose, global: &Global) -> Result<Outcome, CliError> {
    let Some(path) = &global.output else {
        return Err(usage("没有说明写到哪里。", "请用 -o 指明文件，例如 -o 户口簿.jpg。"));
    };
    if path.exists() && !global.yes {
        return Err(usage(
            format!("{} 已经存在。", path.display()),
            "请用 -o 换一个文件名；确要覆盖请加 --yes。",
        ));
    }
    let mut store = global.store()?;
    let (evidence, bytes) = evidence::one(&store, subject, ordinal)?;
    let what = format!("{subject} 的第 {ordinal} 份材料（{}）", evidence.note);
    let permit = global.permit_for(&mut store, purpose, &Concerned::Report(what))?;
    write_file(path, &bytes)?;
    global.left_in(&mut store, &permit, (1, path))?;
    let message = format!("已写入 {}：{} 字节，与交入时相同；已记入导出台账。", path.display(), bytes.len());
    written(global, &message)?;
    Ok(Outcome::Clean)
}

/// Evidence for people, and for scripts. A file's name may be the child's.
pub fn table(all: &[Evidence]) -> Table {
    let row = |e: &Evidence| {
        vec![
            e.subject.clone(),
            e.ordinal.to_string(),
            e.note.clone(),
            e.name.clone(),
            e.length.to_string(),
            e.hash[..16].to_owned(),
            e.added_on.clone(),
            e.added_by.clone(),
        ]
    };
    Table {
        title: "佐证材料".into(),
        columns: vec![
            Column::text("subject", "对象"),
            Column::count("ordinal", "序号"),
            Column::text("note", "说明"),
            Column::personal("name", "文件名", Personal::Name),
            Column::count("length", "字节"),
            Column::text("hash", "摘要"),
            Column::text("added_on", "日期"),
            Column::text("added_by", "经办人"),
        ],
        rows: all.iter().map(row).collect(),
        ..Table::default()
    }
}
