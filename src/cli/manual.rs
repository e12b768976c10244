//! `xueji manual`: the man pages, written from the commands themselves.

use std::path::PathBuf;

use super::Outcome;
use super::failure::CliError;
use super::global::{Global, make_folder, write_file};
use super::init::done;

/// 把手册页写到文件夹（供打包用）
#[derive(clap::Args)]
pub struct Args {
    /// 文件夹
    #[arg(value_name = "文件夹")]
    folder: PathBuf,
}

/// clap's headings, in Chinese.
const HEADINGS: &[(&str, &str)] = &[
    (".SH NAME", ".SH 名称"),
    (".SH SYNOPSIS", ".SH 写法"),
    (".SH DESCRIPTION", ".SH 说明"),
    (".SH OPTIONS", ".SH 选项"),
    (".SH SUBCOMMANDS", ".SH 命令"),
    (".SH VERSION", ".SH 版本"),
    (".SH EXTRA", ".SH 其他"),
    (".SH AUTHORS", ".SH 作者"),
];

/// Every page: its file name and its text.
pub fn pages() -> Vec<(String, String)> {
    let mut command = super::command();
    command.build();
    let mut pages = vec![("xueji.1".to_owned(), page(command.clone(), "xueji"))];
    for sub in command.get_subcommands() {
        let name = format!("xueji-{}", sub.get_name());
        pages.push((format!("{name}.1"), page(sub.clone(), &name)));
    }
    pages
}

fn page(command: clap::Command, name: &str) -> String {
    let owned: &'static str = String::leak(name.to_owned());
    let man = clap_mangen::Man::new(command.name(owned).display_name(owned))
        .date("")
        .source("xueji")
        .manual("学籍管理");
    let mut bytes = Vec::new();
    man.render(&mut bytes).expect("writing to memory does not fail");
    let text = super::chinese::translated(&String::from_utf8_lossy(&bytes));
    HEADINGS.iter().fold(text, |t, (from, to)| t.replace(from, to))
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    make_folder(&args.folder)?;
    let pages = pages();
    for (name, text) in &pages {
        write_file(&args.folder.join(name), text.as_bytes())?;
    }
    let message = format!("已在 {} 写好手册 {} 页。", args.folder.display(), pages.len());
    done(global, &message, None, &[("pages", pages.len() as i64)])?;
    Ok(Outcome::Clean)
}
