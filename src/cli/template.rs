//! `xueji template`: blank workbooks.

use std::path::PathBuf;

use crate::xlsx::template::{TEMPLATES, find, write_template};

use super::Outcome;
use super::failure::{CliError, usage};
use super::global::Global;
use super::init::written;

/// 生成空白模板：roster 花名册、schools 学校表、classes 班级表
#[derive(clap::Args)]
pub struct Args {
    /// 模板名称
    #[arg(value_name = "模板", value_parser = clap::builder::PossibleValuesParser::new(TEMPLATES.iter().map(|t| t.name)))]
    name: String,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let Some(spec) = find(&args.name) else {
        return Err(usage(format!("没有模板“{}”。", args.name), "可用的有 roster、schools、classes。"));
    };
    let path = global.output.clone().unwrap_or_else(|| PathBuf::from(spec.file));
    if path.exists() && !global.yes {
        return Err(usage(
            format!("{} 已经存在。", path.display()),
            "请用 -o 换一个文件名；确要覆盖请加 --yes。",
        ));
    }
    write_template(&path, spec)?;
    let message = format!("已生成{}：{}", spec.title, path.display());
    written(global, &message)?;
    Ok(Outcome::Clean)
}
