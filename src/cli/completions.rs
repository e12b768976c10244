//! `xueji completions`: for shells.

use crate::output::Format;

use super::Outcome;
use super::failure::{CliError, usage};
use super::global::Global;

/// 生成命令行补全脚本
#[derive(clap::Args)]
pub struct Args {
    /// bash、zsh、fish、powershell、elvish
    #[arg(value_name = "外壳")]
    shell: clap_complete::Shell,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    if global.format != Format::Human {
        return Err(usage("补全脚本是给外壳读的，没有别的形式。", "请去掉 --format。"));
    }
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "xueji", &mut script);
    global.put(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Clean)
}
