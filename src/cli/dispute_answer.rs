//! `xueji dispute claim`: what one school answers, with its papers.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::app::dispute::claim::{self, Answer};
use crate::app::dispute::{self, Side};
use crate::app::evidence;
use crate::app::failure::{Failure, Refusal};
use crate::model::dispute::ClaimKind;
use crate::store::Store;

use super::Outcome;
use super::dispute::said;
use super::failure::{CliError, persist, usage};
use super::global::Global;
use super::init::done;
use super::student::read_lines;

/// 记下一方的答复：佐证、变更或删除；再答一次，以后一次为准。学籍不因答复改动
///
/// 佐证：本校的学籍无误，附户口簿、身份证、在校就读证明。
/// 变更：本校的学籍有误，用 --values 写明正确的姓名、性别、出生日期、证件类型或号码，附证件；立即查验和查重。
/// 删除：本校的学籍不应有；主管部门决定后学籍关闭，仍可查看。
/// 谁来决定：记下其中任何一方答复的人，不能决定这一件；由另一名经办人用 xueji dispute decide 决定（--actor 写明是谁）。
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// 问题学籍的编号
    #[arg(value_name = "编号")]
    id: String,
    /// 主张：佐证、变更、删除（或 substantiate、correct、remove）
    #[arg(value_name = "主张")]
    kind: String,
    /// 哪一方：one 甲，other 乙；只有一个学籍的不用写
    #[arg(long, value_name = "一方")]
    side: Option<Which>,
    /// 学生实际在该校就读
    #[arg(long)]
    attends: bool,
    /// 说明：核对了什么，结果怎样
    #[arg(long, value_name = "说明")]
    text: String,
    /// 更正内容的文件，每行一项：栏目=内容；- 表示从标准输入读（号码不要写在命令行上）
    #[arg(long, value_name = "文件")]
    values: Option<PathBuf>,
    /// 佐证材料：照片、扫描件、PDF，可以写几个
    #[arg(long, value_name = "文件", num_args = 1..)]
    evidence: Vec<PathBuf>,
}

/// A side of a dispute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Which {
    /// 甲
    #[value(alias = "甲")]
    One,
    /// 乙
    #[value(alias = "乙")]
    Other,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let text = said(&args.text, "--text", "已核对户口簿，学生在校就读")?;
    let kind = ClaimKind::parse(args.kind.trim())
        .ok_or_else(|| usage(format!("没有“{}”这样的主张。", args.kind), "请写佐证、变更或删除。"))?;
    let values = match &args.values {
        Some(path) => claim::values(&read_lines(path)?)?,
        None => Vec::new(),
    };
    let papers = evidence::read(&args.evidence, text)?;
    let (session, mut store) = (global.session()?, global.store()?);
    let answer = || Answer {
        kind,
        attends: args.attends,
        text: text.to_owned(),
        values: values.clone(),
        papers: papers.clone(),
    };
    let (batch, called) = persist(|| {
        let (planned, tail, called) = plan(&store, &session, args, answer())?;
        let batch = match planned {
            Some(planned) => Some(claim::apply(&mut store, &session, tail, &[planned])?),
            None => None,
        };
        Ok((batch, called))
    })?;
    let message = match batch {
        Some(batch) => {
            format!("第 {batch} 批：已记下{called}的答复：{}，材料 {} 份。", kind.label(), papers.len())
        }
        None => format!("{called}已有同样的答复，没有改动。"),
    };
    done(global, &message, batch, &[("claims", i64::from(batch.is_some()))])?;
    if kind != ClaimKind::Remove && papers.is_empty() {
        global.say("提示：没有附材料；决定之前要补上，可以带上 --evidence 再答一次。");
    }
    Ok(Outcome::Clean)
}

type Plan = (Option<claim::Planned>, crate::model::journal::Tail, String);

fn plan(
    store: &Store,
    session: &crate::app::session::Session,
    args: &Args,
    answer: Answer,
) -> Result<Plan, CliError> {
    let tail = store.tail()?;
    let case = dispute::get(store, &args.id)?;
    let side = side_of(&case, args.side)?;
    match claim::plan(store, session, &case, side, answer)? {
        Ok(planned) => Ok((planned, tail, side.called())),
        Err(reasons) => Err(Failure::Refused(reasons).into()),
    }
}

fn side_of(case: &dispute::Case, which: Option<Which>) -> Result<&Side, CliError> {
    let at = match (which, case.sides.len()) {
        (None, 2) => {
            let names: Vec<String> = case.sides.iter().map(Side::called).collect();
            return Err(usage(
                format!("没有说明是哪一方的答复：{}。", names.join("，")),
                "请加 --side one（甲）或 --side other（乙）。",
            ));
        }
        (None | Some(Which::One), _) => 0,
        (Some(Which::Other), _) => 1,
    };
    let missing =
        || Refusal::new(format!("{} 只有一个学籍，没有乙方。", case.dispute.id), "请不要写 --side。");
    case.sides.get(at).ok_or_else(|| missing().into())
}
