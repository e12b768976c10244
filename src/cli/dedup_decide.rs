//! `xueji dedup decide`: what a person found out about a pair.

use clap::ValueEnum;

use crate::app::scan;

use super::Outcome;
use super::failure::CliError;
use super::global::Global;
use super::init::done;

/// 写下一对疑似重复的结论；不改动学籍，可用 batch undo 撤销
///
/// 不同学生：这一对不再列出，因它暂缓核准的学籍可以核准。
/// 同一学生：后一个学籍继续暂缓核准；请列为问题学籍（xueji dispute open），凭证据保留就读学校的学籍。
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// 清单上的编号
    #[arg(value_name = "编号")]
    id: String,
    /// 结论
    #[arg(value_name = "结论")]
    verdict: Said,
    /// 依据：核对了什么材料、问了谁
    #[arg(long, value_name = "说明")]
    reason: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Said {
    /// 同一学生
    Same,
    /// 不同学生
    Different,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    if args.reason.trim().is_empty() {
        return Err(super::failure::usage(
            "--reason 后没有写依据。",
            "请写明核对了什么材料，如 --reason \"两本户口簿、两校均在读\"。",
        ));
    }
    let (session, mut store) = (global.session()?, global.store()?);
    let is_same = args.verdict == Said::Same;
    let (batch, suspect) = scan::decide(&mut store, &session, &args.id, is_same, args.reason.trim())?;
    let (title, next) = if is_same {
        let open = format!("xueji dispute open --suspect {} --reason 怎样核实的", suspect.id);
        ("同一学生", format!("后一个学籍继续暂缓核准，问题学籍办结才能核准。下一步：{open}"))
    } else {
        ("不同学生", "这一对不再列出，也不再因它暂缓核准。".to_owned())
    };
    let message = format!("{} 的结论已写入第 {batch} 批：{title}。{next}", suspect.id);
    done(global, &message, Some(batch), &[("decided", 1)])?;
    Ok(Outcome::Clean)
}
