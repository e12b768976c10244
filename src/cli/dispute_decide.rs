//! `xueji dispute decide`: what becomes of each registration.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;

use crate::app::dispute;
use crate::app::dispute::decide::{self, Asked};
use crate::app::evidence;
use crate::model::dispute::{OUTCOMES, Outcome as Ended};

use super::Outcome;
use super::dispute::said;
use super::failure::{CliError, persist};
use super::global::Global;
use super::init::done;

/// 决定一件问题学籍：每个学籍保留（keep）、更正（correct）或删除（remove）
///
/// 都保留或更正：是不同的学生。删除一个：是同一个学生，学籍留在另一方。
/// 决定的人不能是提出主张的人；保留和更正要有随主张附上的材料；更正前重新查验和查重；
/// 删除的学籍关闭、号码不再使用，仍可查看。不合规则的不予办理，一次列出全部原因。可用 batch undo 撤销。
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// 问题学籍的编号
    #[arg(value_name = "编号")]
    id: String,
    /// 甲方学籍怎样处理：keep 保留，correct 更正，remove 删除
    #[arg(long, value_name = "处理", value_parser = outcomes())]
    one: String,
    /// 乙方学籍怎样处理
    #[arg(long, value_name = "处理", value_parser = outcomes())]
    other: Option<String>,
    /// 依据：核对了什么，为什么这样决定
    #[arg(long, value_name = "说明")]
    reason: String,
    /// 主管部门自己的核实材料（公安、户籍部门），可以写几个
    #[arg(long, value_name = "文件", num_args = 1..)]
    evidence: Vec<PathBuf>,
    /// 删除先建的学籍时：家长签字放弃原学籍的情况
    #[arg(long, value_name = "说明")]
    waiver: Option<String>,
}

fn outcomes() -> PossibleValuesParser {
    PossibleValuesParser::new(OUTCOMES.iter().map(|(_, key, _)| *key))
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let reason = said(&args.reason, "--reason", "两校核对，学生在第一小学就读")?;
    let waiver = args.waiver.as_deref().map(|w| said(w, "--waiver", "父亲 9 月 8 日签字")).transpose()?;
    let papers = evidence::read(&args.evidence, reason)?;
    let outcomes: Vec<Ended> = [Some(&args.one), args.other.as_ref()]
        .into_iter()
        .flatten()
        .filter_map(|key| Ended::from_key(key))
        .collect();
    let (session, mut store) = (global.session()?, global.store()?);
    let (batch, next) = persist(|| {
        let case = dispute::get(&store, &args.id)?;
        let asked = Asked {
            outcomes: outcomes.clone(),
            reason: reason.to_owned(),
            waiver: waiver.map(str::to_owned),
            papers: papers.clone(),
            is_verdict: false,
        };
        let planned = decide::plan(&store, &session, case, asked)?;
        Ok((decide::apply(&mut store, &session, &planned)?, planned.next_step))
    })?;
    let count = |wanted: Ended| outcomes.iter().filter(|o| **o == wanted).count() as i64;
    let (kept, corrected, removed) = (count(Ended::Keep), count(Ended::Correct), count(Ended::Remove));
    let id = args.id.trim().to_ascii_uppercase();
    let next = next.map_or_else(String::new, |n| format!("下一步：{n}"));
    let approve = if kept + corrected > 0 {
        "保留的学籍如还待核准：xueji approve --school 学校标识码"
    } else {
        ""
    };
    let message = format!(
        "第 {batch} 批：{id} 已决定，保留 {kept}，更正 {corrected}，删除 {removed}，标记已清除。{next}{approve}"
    );
    done(global, &message, Some(batch), &[("kept", kept), ("corrected", corrected), ("removed", removed)])?;
    Ok(Outcome::Clean)
}
