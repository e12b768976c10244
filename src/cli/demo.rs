//! `xueji demo`: the whole line on the invented county.

use super::failure::CliError;
use super::global::Global;
use super::Outcome;

/// 用虚构的样例县走一遍全过程
#[derive(clap::Args)]
pub struct Args {}

pub fn run(_args: &Args, _global: &Global) -> Result<Outcome, CliError> {
    Ok(Outcome::Clean)
}
