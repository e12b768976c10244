//! `xueji template`: blank workbooks.

use std::path::PathBuf;

use clap::Subcommand;

use crate::output::Format;
use crate::xlsx::form::blank::bytes;
use crate::xlsx::form::{FORMS, form};
use crate::xlsx::template::{TEMPLATES, attendance, find, write_template};

use super::failure::{CliError, usage};
use super::global::{Global, write_file};
use super::init::written;
use super::template_attendance::{self, Filled};
use super::{Outcome, template_check};

/// 生成空白模板：roster 花名册、schools 学校表、classes 班级表、transfers 转学名单、changes 学籍变动名单、attendance 在校名单（学期核查用，可按学校预填）；学籍档案的 evaluation 综合素质、fitness 体质健康测试、health 体检、vaccination 预防接种、awards 获奖、aid 资助、papers 纸质材料；申请表等表格的空白样张，可以在 WPS 里改样式
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// 模板名称
    #[arg(value_name = "模板", required = true, value_parser = clap::builder::PossibleValuesParser::new(TEMPLATES.iter().map(|t| t.name).chain(FORMS.iter().map(|f| f.name))))]
    name: Option<String>,
    #[command(flatten)]
    filled: Filled,
}

#[derive(Subcommand)]
enum Command {
    Check(template_check::Args),
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    if let Some(Command::Check(asked)) = &args.command {
        return template_check::run(asked, global);
    }
    let asked = args.name.as_deref().unwrap_or_default();
    let (sheet, blank) = (find(asked), form(asked));
    let Some((title, name)) = sheet.map(|s| (s.title, s.file)).or(blank.map(|f| (f.title, f.file))) else {
        return Err(usage(format!("没有模板“{asked}”。"), "用 xueji template --help 查看全部。"));
    };
    if args.filled.school.is_some() && asked != attendance::SPEC.name {
        return Err(usage(
            "只有在校名单能按学校预填。",
            "请写 xueji template attendance --school 学校标识码。",
        ));
    }
    if args.filled.unmask.unmasked && args.filled.school.is_none() {
        return Err(usage("空白模板里没有姓名。", "--unmasked 与 --school 同用，预填在校名单。"));
    }
    let path = global.output.clone().unwrap_or_else(|| PathBuf::from(name));
    let is_workbook = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("xlsx"));
    if !is_workbook || global.format == Format::Csv {
        return Err(usage("模板只有 xlsx 工作簿一种。", "请把文件名写成 .xlsx，不要加 --format csv。"));
    }
    if path.exists() && !global.yes {
        return Err(usage(
            format!("{} 已经存在。", path.display()),
            "请用 -o 换一个文件名；确要覆盖请加 --yes。",
        ));
    }
    if let Some(school) = &args.filled.school {
        let count = template_attendance::write(&path, school, &args.filled, global)?;
        written(global, &format!("已生成{title}：{}，预填 {count} 人。", path.display()))?;
        return Ok(Outcome::Clean);
    }
    match (sheet, blank) {
        (Some(spec), _) => write_template(&path, spec)?,
        (None, Some(form)) => write_file(&path, &bytes(form))?,
        (None, None) => {}
    }
    written(global, &format!("已生成{title}：{}", path.display()))?;
    Ok(Outcome::Clean)
}
