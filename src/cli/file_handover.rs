//! `xueji file handover`: files handed over that no change hands over: one, or those of a school, a class, a batch, a list.

use std::path::PathBuf;

use crate::app::change::bulk::{Line, all_reasons};
use crate::app::failure::Failure;
use crate::app::file::many::{self, Whose};
use crate::app::file::write::Asked;
use crate::model::file::custody::Holder;

use super::Outcome;
use super::bulk::{Shown, failed, refuse_workbook, show};
use super::failure::{CliError, persist, usage};
use super::file::{at_desk, pupil};
use super::global::{Global, day};
use super::init::done;

/// 登记移交：转学、升学、学校合并和撤销自动移交，不用登记；用于移交学籍库以外的单位、毕业生档案等
///
/// 一名学生，或一校（--school）、一班（--class）、一批（--batch）、一份名单（--list）的；每份有结果，能移交的一次写入，
/// 可用 batch undo 撤销。原保管单位留电子档案备份。
#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("whose").required(true).args(["student", "school", "batch", "list"])))]
pub struct Args {
    /// 内部编号，或 - 表示从标准输入读学籍号或证件号
    #[arg(value_name = "学生")]
    student: Option<String>,
    /// 这所学校在册学生的
    #[arg(long, value_name = "学校标识码")]
    school: Option<String>,
    /// 只要这个班的
    #[arg(long, value_name = "班号", requires = "school")]
    class: Option<String>,
    /// 不是在册的，是从这所学校（这个班）毕业、离校的
    #[arg(long, requires = "school")]
    left: bool,
    /// 这一批办理的学生的
    #[arg(long, value_name = "批次")]
    batch: Option<i64>,
    /// 名单上的：有姓名和学籍号、身份证件号或内部编号的工作簿、csv
    #[arg(long, value_name = "名单")]
    list: Option<PathBuf>,
    /// 接收的学校（标识码）或单位（全称）
    #[arg(long, value_name = "单位")]
    to: String,
    /// 移交日期；默认为业务日期
    #[arg(long, value_name = "日期")]
    on: Option<String>,
    /// 理由
    #[arg(long, value_name = "理由")]
    reason: String,
    /// 有一份不能移交，就全部不移交
    #[arg(long)]
    all_or_nothing: bool,
    /// 把不能移交的行连同原因写到这个工作簿
    #[arg(long, value_name = "文件", requires = "list")]
    failed: Option<PathBuf>,
    /// 只预览：逐份列出结果，不写入
    #[arg(long)]
    dry_run: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    refuse_workbook(global)?;
    let on = args.on.as_deref().map(|text| day("--on", text)).transpose()?.unwrap_or(global.today()?);
    let (to, reason) = (args.to.trim(), args.reason.trim());
    if to.is_empty() || reason.is_empty() {
        return Err(usage("--to 和 --reason 都要写。", "请写明接收单位的全称或学校标识码，和移交的理由。"));
    }
    let (session, mut store) = (global.session()?, global.store()?);
    let (asked, class) = (Asked { to, on, reason }, args.class.as_deref());
    let whose = match (&args.student, &args.school, args.batch, &args.list) {
        (Some(text), ..) => Whose::One(pupil(&store, text)?),
        (_, Some(school), ..) if args.left => Whose::Left { school, class },
        (_, Some(school), ..) => Whose::Present { school, class },
        (_, _, Some(batch), _) => Whose::Batch(batch),
        (_, _, _, Some(path)) => Whose::Listed(path),
        (None, None, None, None) => return Err(usage("没有说明是谁的档案。", "请写学生或 --school 等。")),
    };
    let is_one = matches!(whose, Whose::One(_));
    let (plan, batch) = persist(|| -> Result<_, CliError> {
        let plan = at_desk(&store, global, |desk| many::plan(desk, &whose, &asked))?;
        let against = match is_one {
            true => plan.lines.iter().flat_map(Line::reasons).map(|r| r.refusal.clone()).collect(),
            false if args.all_or_nothing && !args.dry_run => all_reasons(&plan.lines),
            false => Vec::new(),
        };
        if !against.is_empty() {
            return Err(Failure::Refused(against).into());
        }
        let batch = if args.dry_run { None } else { many::apply(&mut store, &session, &plan, &asked)? };
        Ok((plan, batch))
    })?;
    if let (true, Some(batch)) = (is_one, batch) {
        let directory = store.directory()?;
        let label = Holder::of(&directory, to).label(&directory);
        let message = format!("第 {batch} 批：档案自 {on} 由{label}保管；原保管单位留电子档案备份。");
        done(global, &message, Some(batch), &[("files", 1)])?;
        return Ok(Outcome::Clean);
    }
    if let (Some(path), Some(list)) = (&args.failed, &plan.list) {
        failed(list, &plan.lines, path)?;
    }
    let what = "移交";
    show(&Shown { lines: &plan.lines, unread: &[], batch, dry_run: args.dry_run, what }, global)
}
