//! `xueji change`: every change of a registration but transfers between schools.

use std::path::PathBuf;

use clap::Subcommand;

use crate::app::change::bulk::read::Kinds;
use crate::model::change::input::{Input, Told};
use crate::model::change::step::{Act, Route};
use crate::model::change::{self, By, CHANGES, Spec};

use super::Outcome;
use super::bulk::{self, List};
use super::change_form::{self, Saying, Telling};
use super::change_list::{self, Looking};
use super::failure::{CliError, usage};
use super::global::Global;
use super::wizard::{self, scene::Which};

/// 学籍变动：休学、复学、留级、毕业、辍学、死亡、关键信息变更等（转学见 xueji transfer）
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    /// 哪一项变动：键或名称，xueji explain changes 列出全部
    #[arg(value_name = "变动")]
    kind: Option<String>,
    #[command(flatten)]
    form: Box<Form>,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What every kind may be told.
#[derive(clap::Args)]
struct Form {
    #[command(flatten)]
    telling: Telling,
    /// 异动原因：代码或名称，xueji explain change_reason 列出全部
    #[arg(long, value_name = "原因")]
    reason: Option<String>,
    /// 说明
    #[arg(long, value_name = "说明")]
    note: Option<String>,
    /// 要改的栏目：栏目=值；姓名、号码、电话、住址不要写在命令行上
    #[arg(long, value_name = "栏目=值")]
    set: Vec<String>,
    /// 从文件读要改的栏目，每行一个 栏目=值；- 为标准输入
    #[arg(long, value_name = "文件")]
    set_from: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// 逐步办理：一步问一件事，可以返回、中断后接着办，最后预览再提交
    Wizard(wizard::Args),
    /// 列出在办的申请
    List {
        /// 连同已办结的
        #[arg(long)]
        all: bool,
        /// 只列这一项变动
        #[arg(long, value_name = "变动")]
        kind: Option<String>,
    },
    /// 一份申请：内容和各方进度
    Show(Looking),
    /// 办理一份申请：consent 同意、return 退回、reject 驳回、retract 撤销
    Decide {
        /// 怎样办理
        #[arg(value_name = "办理", value_parser = ["consent", "return", "reject", "retract"])]
        act: String,
        #[command(flatten)]
        saying: Saying,
    },
    /// 按名单申请变动，一行一名学生；逐行列出结果，再导入一次不会重复申请（模板：xueji template changes）
    Import {
        #[command(flatten)]
        list: Box<List>,
        /// 全部是这一项变动；不写的看“变动”一栏
        #[arg(long, value_name = "变动")]
        kind: Option<String>,
    },
    /// 退回的申请改好后再送
    Resubmit {
        /// 申请编号
        #[arg(value_name = "申请")]
        application: String,
        #[command(flatten)]
        form: Box<Form>,
    },
}

impl Form {
    fn told(&self) -> Result<Told, CliError> {
        let mut told = self.telling.told()?;
        let reason = self.reason.as_deref().map(crate::app::change::reason_code).unwrap_or_default();
        told.put(Input::Reason.key(), &reason);
        told.put(Input::Note.key(), self.note.as_deref().unwrap_or_default().trim());
        change_form::put_fields(&mut told, &self.set, self.set_from.as_deref())?;
        Ok(told)
    }
}

/// Whether a kind goes through `xueji transfer`.
pub fn is_transfer(spec: &Spec) -> bool {
    spec.route == Route::Transfer
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match &args.command {
        Some(Command::Wizard(wizard)) => wizard::run(Which::Change, wizard, global),
        Some(Command::List { all, kind }) => {
            let only = kind.as_deref().map(known).transpose()?;
            change_list::list(&|s| only.is_none_or(|k| k == s), *all, &|_, _| true, global)?;
            Ok(Outcome::Clean)
        }
        Some(Command::Show(looking)) => change_list::show(looking, global),
        Some(Command::Decide { act, saying }) => {
            let act = Act::from_key(act).expect("clap takes none but these");
            change_form::decided(act, saying, &|s| !is_transfer(s), global)
        }
        Some(Command::Import { list, kind }) => {
            let kinds = match kind.as_deref().map(known).transpose()? {
                Some(spec) if is_transfer(spec) => {
                    return Err(usage(format!("{}不在这里办。", spec.name), "请用 xueji transfer import。"));
                }
                Some(spec) => Kinds::One(spec),
                None => Kinds::EachItsOwn,
            };
            bulk::import(list, kinds, global)
        }
        Some(Command::Resubmit { application, form }) => {
            change_form::resubmit(application, &form.told()?, &form.telling, global)
        }
        None => start(args, global),
    }
}

fn known(name: &str) -> Result<&'static Spec, CliError> {
    change::spec(name).ok_or_else(|| {
        let kinds: Vec<&str> = CHANGES.iter().map(|s| s.kind).collect();
        let near =
            kinds.iter().map(|k| (strsim::jaro_winkler(k, name), k)).max_by(|a, b| a.0.total_cmp(&b.0));
        let near = near.filter(|(score, _)| *score > 0.8).map(|(_, k)| format!("是不是要写 {k} ？"));
        usage(
            format!("没有变动“{name}”。"),
            format!("{}xueji explain changes 列出全部。", near.unwrap_or_default()),
        )
    })
}

fn start(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let Some(name) = &args.kind else {
        return Err(usage(
            "没有写明哪一项变动。",
            "例如 xueji change leave …；xueji explain changes 列出全部。",
        ));
    };
    let spec = known(name)?;
    if is_transfer(spec) {
        let hint = "请用 xueji transfer start；xueji transfer wizard 可以一步步办。";
        return Err(usage(format!("{}不在这里办。", spec.name), hint));
    }
    if args.form.telling.student.is_none() && spec.by == By::Application {
        let hint =
            "请加 --student 内部编号（xueji student find 可以查到），或 --student - 从标准输入读号码。";
        return Err(usage("没有写明哪一名学生。", hint));
    }
    change_form::ask(spec, &args.form.told()?, &args.form.telling, global)
}
