//! `xueji transfer`: 转学 through its four offices, against their clocks.

use std::path::PathBuf;

use clap::Subcommand;

use crate::app::change::bulk::read::Kinds;
use crate::app::change::transfer_in;
use crate::model::change::input::{Input, Told};
use crate::model::change::step::{Act, Party};
use crate::model::change::{Spec, transfer as within, transfer_in as incoming, transfer_out as outgoing};

use super::Outcome;
use super::bulk::{self, List, Many};
use super::change::is_transfer;
use super::change_form::{self, Saying, Telling};
use super::change_list::{self, Looking};
use super::failure::{CliError, usage};
use super::global::Global;
use super::wizard::{self, scene::Which};

/// 转学：转入学校发起，各方核办，学生报到后调档
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

/// What a transfer is told.
#[derive(clap::Args)]
struct Form {
    #[command(flatten)]
    telling: Telling,
    /// 转学原因
    #[arg(long, value_name = "原因", default_value = "")]
    reason: String,
}

#[derive(Subcommand)]
enum Command {
    /// 转入学校发起转学（两校都在本库）；--out 转到外地，--in 从外地转入
    Start {
        #[command(flatten)]
        form: Box<Form>,
        /// 转到本库以外的学校：写 --other-school、--other-authority
        #[arg(long, conflicts_with = "incoming")]
        out: bool,
        /// 从本库以外的学校转入：写 --other-school、--other-authority 和 --roster
        #[arg(long = "in")]
        incoming: bool,
        /// 从外地转入的学生的信息：花名册，只有这一名学生的一行
        #[arg(long, value_name = "花名册", requires = "incoming")]
        roster: Option<PathBuf>,
    },
    /// 逐步办理：一步问一件事，可以返回、中断后接着办，最后预览再提交
    Wizard(wizard::Args),
    /// 列出在办的转学和剩余工作日
    List {
        /// 连同已办结的
        #[arg(long)]
        all: bool,
    },
    /// 一份转学申请：各方进度
    Show(Looking),
    /// 一方同意
    Consent(Saying),
    /// 退回转入学校补正
    Return(Saying),
    /// 驳回，写明理由
    Reject(Saying),
    /// 转入学校在办结前撤销
    Retract(Saying),
    /// 学生实际报到后，转入学校调档，学籍随人转入
    Collect {
        /// 申请编号；几件一起办的用 --all 或 --list
        #[arg(value_name = "申请")]
        application: Option<String>,
        #[command(flatten)]
        many: Box<Many>,
        /// 本地规则文件
        #[arg(long, value_name = "文件")]
        rules: Option<PathBuf>,
    },
    /// 退回的申请改好后再送
    Resubmit {
        /// 申请编号
        #[arg(value_name = "申请")]
        application: String,
        #[command(flatten)]
        form: Box<Form>,
    },
    /// 按名单发起转学，一行一名学生；逐行列出结果，再导入一次不会重复发起（模板：xueji template transfers）
    Import(Box<List>),
    /// 超期的；有超期的，退出码为 1
    Overdue,
}

impl Form {
    fn told(&self) -> Result<Told, CliError> {
        let mut told = self.telling.told()?;
        told.put(Input::Note.key(), self.reason.trim());
        Ok(told)
    }
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let decide = |act, saying: &Saying| change_form::decided(act, saying, &is_transfer, global);
    match &args.command {
        Command::Start { form, out, incoming: enters, roster } => {
            let spec: &Spec = match (out, enters) {
                (true, _) => &outgoing::SPEC,
                (_, true) => &incoming::SPEC,
                _ => &within::SPEC,
            };
            start(spec, form, roster.as_deref(), global)
        }
        Command::Wizard(wizard) => wizard::run(Which::Transfer, wizard, global),
        Command::List { all } => {
            change_list::list(&is_transfer, *all, &|_, _| true, global)?;
            Ok(Outcome::Clean)
        }
        Command::Show(looking) => change_list::show(looking, global),
        Command::Consent(saying) => decide(Act::Consent, saying),
        Command::Return(saying) => decide(Act::Return, saying),
        Command::Reject(saying) => decide(Act::Reject, saying),
        Command::Retract(saying) => decide(Act::Retract, saying),
        Command::Collect { application, many, rules } => {
            let saying = Saying {
                application: application.clone(),
                many: many.clone(),
                party: Some(Party::ReceivingSchool),
                reason: String::new(),
                rules: rules.clone(),
            };
            decide(Act::Collect, &saying)
        }
        Command::Resubmit { application, form } => {
            change_form::resubmit(application, &form.told()?, &form.telling, global)
        }
        Command::Import(list) => bulk::import(list, Kinds::Transfers, global),
        Command::Overdue => {
            let late = change_list::list(&is_transfer, false, &|_, due| due.is_overdue(), global)?;
            Ok(if late > 0 { Outcome::Findings } else { Outcome::Clean })
        }
    }
}

fn start(
    spec: &'static Spec,
    form: &Form,
    roster: Option<&std::path::Path>,
    global: &Global,
) -> Result<Outcome, CliError> {
    let mut told = form.told()?;
    if spec.kind != incoming::SPEC.kind && form.telling.student.is_none() {
        let hint =
            "请加 --student 内部编号（xueji student find 可以查到），或 --student - 从标准输入读号码。";
        return Err(usage("没有写明哪一名学生。", hint));
    }
    if let Some(path) = roster {
        transfer_in::put_record(&mut told, path, &global.store()?)?;
    }
    change_form::ask(spec, &told, &form.telling, global)
}
