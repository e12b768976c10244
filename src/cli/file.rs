//! `xueji file`: a pupil's registration file: what is in it, what is missing, who holds it; papers filed.

use std::path::PathBuf;

use clap::Subcommand;

use crate::app::change::clock::Clockwork;
use crate::app::due::Ground;
use crate::app::evidence;
use crate::app::failure::Failure;
use crate::app::file::{self, Dossier};
use crate::app::{loaded, student};
use crate::model::evidence::Subject;
use crate::model::file::{GROUPS, Group, group};
use crate::model::id::StudentId;
use crate::output::{Format, Privacy};
use crate::province::Pack;
use crate::store::Store;

use super::failure::{CliError, usage};
use super::global::Global;
use super::init::done;
use super::student::subject;
use super::unmask::{Concerned, Purpose, Unmask};
use super::{Outcome, file_export, file_handover, file_import, file_table};

/// 学籍档案：七组内容和缺少的材料、归档、登记表导入、保管和移交、整份导出
///
/// 七组内容、建档期限和移交的规则见 xueji explain file。学生写内部编号，或写 - 从标准输入读学籍号或证件号。
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 一名学生的档案：七组各有什么、哪天的、缺什么、由谁保管
    Show {
        /// 内部编号，或 - 表示从标准输入读学籍号或证件号
        #[arg(value_name = "学生")]
        student: String,
        #[command(flatten)]
        unmask: Unmask,
    },
    /// 归档：把照片、扫描件、PDF 存入一名学生档案的一组；按内容的摘要保存，可用 batch undo 撤销
    Add {
        /// 内部编号，或 - 表示从标准输入读学籍号或证件号
        #[arg(value_name = "学生")]
        student: String,
        /// 组别：键、名称或 1—7，见 xueji explain file
        #[arg(long, value_name = "组别")]
        group: String,
        /// 是什么材料，如“户口簿首页和本人页”
        #[arg(long, value_name = "说明")]
        note: String,
        /// 材料文件
        #[arg(value_name = "文件", required = true)]
        files: Vec<PathBuf>,
    },
    /// 一校的建档清单：谁的档案缺什么，超期的在前；有超期的，退出码为 1
    Check {
        /// 学校标识码
        #[arg(long, value_name = "学校标识码")]
        school: String,
        /// 只列超期的
        #[arg(long)]
        overdue: bool,
    },
    /// 从表格导入：综合素质评价、体质健康测试、体检、预防接种、获奖、资助、纸质材料；逐行列出结果
    Import(file_import::Args),
    Handover(file_handover::Args),
    /// 保管的经过：由谁、从哪天到哪天、为什么移交
    Custody {
        /// 内部编号，或 - 表示从标准输入读学籍号或证件号
        #[arg(value_name = "学生")]
        student: String,
    },
    /// 导出一名学生的整份档案：目录、学籍信息、变动、材料原件和摘要清单；-o 写文件夹或 .zip，记入导出台账
    Export {
        /// 内部编号，或 - 表示从标准输入读学籍号或证件号
        #[arg(value_name = "学生")]
        student: String,
        #[command(flatten)]
        purpose: Purpose,
    },
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match &args.command {
        Command::Show { student, unmask } => show(student, unmask, global),
        Command::Add { student, group, note, files } => add(student, (group, note), files, global),
        Command::Check { school, overdue } => check(school, *overdue, global),
        Command::Import(asked) => file_import::run(asked, global),
        Command::Handover(asked) => file_handover::run(asked, global),
        Command::Custody { student } => custody(student, global),
        Command::Export { student, purpose } => file_export::run(student, purpose, global),
    }
}

/// The pupil that a text or stdin names.
pub fn pupil(store: &Store, text: &str) -> Result<StudentId, CliError> {
    Ok(student::show(store, &subject(text)?)?.registration.id)
}

/// Does something with what files are judged by.
pub fn at_desk<T>(
    store: &Store,
    global: &Global,
    work: impl FnOnce(&Ground) -> Result<T, Failure>,
) -> Result<T, CliError> {
    let (directory, rules) = (store.directory()?, loaded::rules(store)?);
    let by = Clockwork {
        calendar: loaded::calendar(store)?,
        directory: &directory,
        rules: rules.as_ref() as Option<&Pack>,
        today: global.today()?,
    };
    Ok(work(&Ground { store, directory: &directory, by, open: Vec::new() })?)
}

fn dossier(store: &Store, text: &str, global: &Global) -> Result<Dossier, CliError> {
    let id = pupil(store, text)?;
    at_desk(store, global, |desk| file::dossier(desk, id))
}

fn show(text: &str, unmask: &Unmask, global: &Global) -> Result<Outcome, CliError> {
    let mut store = global.store()?;
    let dossier = dossier(&store, text, global)?;
    let concerned = Concerned::Students(vec![dossier.registration.id]);
    let permit = global.permit(&mut store, unmask, &concerned)?;
    let directory = store.directory()?;
    let tables = vec![
        file_table::contents(&dossier, &directory, permit.privacy()),
        file_table::missing(&dossier.missing(global.today()?)),
    ];
    let tables = tables.into_iter().map(|table| global.for_people(table, &["group", "item"]));
    global.put_permitted(&mut store, tables.collect(), &permit)?;
    Ok(Outcome::Clean)
}

fn group_of(text: &str) -> Result<&'static Group, CliError> {
    group(text).ok_or_else(|| {
        let all: Vec<String> = GROUPS.iter().map(|g| format!("{}（{}）", g.key, g.title)).collect();
        usage(format!("没有组别“{text}”。"), format!("七组是：{}。", all.join("、")))
    })
}

fn add(
    text: &str,
    (group, note): (&str, &str),
    files: &[PathBuf],
    global: &Global,
) -> Result<Outcome, CliError> {
    let group = group_of(group)?;
    if note.trim().is_empty() {
        return Err(usage("--note 后没有写说明。", "请写明是什么材料，如 --note \"户口簿首页和本人页\"。"));
    }
    let papers = evidence::read(files, note.trim())?;
    let (session, mut store) = (global.session()?, global.store()?);
    let id = pupil(&store, text)?;
    let batch = evidence::add(&mut store, &session, &Subject::File(id, group.key), &papers)?;
    let message = format!("第 {batch} 批：已把 {} 份材料归入“{}”。", papers.len(), group.title);
    done(global, &message, Some(batch), &[("papers", papers.len() as i64)])?;
    Ok(Outcome::Clean)
}

fn check(school: &str, overdue_only: bool, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let list = at_desk(&store, global, |desk| file::check::checklist(desk, school))?;
    let overdue = list.lacking.iter().filter(|l| l.is_overdue()).count();
    if !(global.quiet && overdue == 0 && global.form() == Format::Human) {
        let directory = store.directory()?;
        global
            .put_tables(&[file_table::checklist(&list, school, &directory, overdue_only)], Privacy::Masked)?;
    }
    Ok(if overdue > 0 { Outcome::Findings } else { Outcome::Clean })
}

fn custody(text: &str, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let dossier = dossier(&store, text, global)?;
    global.put_tables(&[file_table::custody(&dossier, &store.directory()?)], Privacy::Masked)?;
    Ok(Outcome::Clean)
}
