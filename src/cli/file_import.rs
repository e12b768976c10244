//! `xueji file import`: rows of a workbook brought into pupils' files, each with its outcome.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;

use crate::app::change::bulk::all_reasons;
use crate::app::failure::Failure;
use crate::app::file::bring;
use crate::model::file::{KINDS, kind};

use super::Outcome;
use super::bulk::{Shown, failed, refuse_workbook, show};
use super::failure::{CliError, persist, usage};
use super::global::Global;

/// What an import may be told.
#[derive(clap::Args)]
pub struct Args {
    /// 种类：evaluation 综合素质、fitness 体质健康测试、health 体检、vaccination 预防接种、awards 获奖、aid 资助、papers 纸质材料
    #[arg(value_name = "种类", value_parser = PossibleValuesParser::new(KINDS.iter().map(|k| k.name)), hide_possible_values = true)]
    kind: String,
    /// 表格：工作簿或 csv，栏目见 xueji template 种类
    #[arg(value_name = "表格")]
    file: PathBuf,
    /// 有一行不能收，就全部不收
    #[arg(long)]
    all_or_nothing: bool,
    /// 把不能收的行连同原因写到这个工作簿，改好后再导入
    #[arg(long, value_name = "文件")]
    failed: Option<PathBuf>,
    /// 只预览：逐行列出结果，不写入
    #[arg(long)]
    dry_run: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    refuse_workbook(global)?;
    let Some(kind) = kind(&args.kind) else {
        return Err(usage(format!("没有种类“{}”。", args.kind), "种类见 xueji file import --help。"));
    };
    let (session, mut store) = (global.session()?, global.store()?);
    let (plan, batch) = persist(|| {
        let mut progress = global.progress("逐行核对", None);
        let planned = bring::plan(&store, &session, (kind, &args.file), &mut |n| progress.at(n));
        progress.finish();
        let plan = planned?;
        if args.dry_run {
            return Ok((plan, None));
        }
        if args.all_or_nothing && plan.lines.iter().any(|l| !l.reasons().is_empty()) {
            return Err(Failure::Refused(all_reasons(&plan.lines)).into());
        }
        let batch = bring::apply(&mut store, &session, &plan)?;
        Ok((plan, batch))
    })?;
    if let Some(path) = &args.failed {
        failed(&plan.list, &plan.lines, path)?;
    }
    let what = "归档";
    show(&Shown { lines: &plan.lines, unread: &plan.unread(), batch, dry_run: args.dry_run, what }, global)
}
