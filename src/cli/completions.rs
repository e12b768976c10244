//! `xueji completions`: for shells.

use super::Outcome;
use super::failure::CliError;

/// 生成命令行补全脚本
#[derive(clap::Args)]
pub struct Args {
    /// bash、zsh、fish、powershell、elvish
    #[arg(value_name = "外壳")]
    shell: clap_complete::Shell,
}

pub fn run(args: &Args) -> Result<Outcome, CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::command(), "xueji", &mut script);
    use std::io::Write;
    // A reader that hangs up early is no error.
    let _ = std::io::stdout().lock().write_all(&script);
    Ok(Outcome::Clean)
}
