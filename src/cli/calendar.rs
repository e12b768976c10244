//! `xueji calendar show`: working days.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use jiff::civil::Date;

use crate::app::failure::Refusal;
use crate::calendar::Calendar;
use crate::model::table::{Column, Table};
use crate::output::Privacy;
use crate::report::day;

use super::Outcome;
use super::failure::{self, CliError, usage};
use super::global::Global;

/// 工作日历：已载入的年份；推算若干个工作日之后是哪一天
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 已载入的年份；给出 --from 和 --working-days 时推算到期日
    Show {
        /// 起算日（当日不计）
        #[arg(long, value_name = "日期", requires = "working_days")]
        from: Option<String>,
        /// 几个工作日
        #[arg(long, value_name = "天数", requires = "from")]
        working_days: Option<u32>,
        /// 另外按这个年历文件推算（国务院办公厅公布的新一年安排，格式同内置年历）
        #[arg(long, value_name = "文件")]
        with: Option<PathBuf>,
    },
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let Command::Show { from, working_days, with } = &args.command;
    let calendar = calendar(with.as_deref())?;
    match (from, working_days) {
        (Some(from), Some(n)) => deadline(&calendar, from, *n, global),
        _ => years(&calendar, global),
    }
}

/// The built-in years, and one more from a file that does not contradict itself or them.
fn calendar(file: Option<&Path>) -> Result<Calendar, CliError> {
    let builtin = Calendar::builtin();
    let Some(path) = file else { return Ok(builtin.clone()) };
    let text = super::student::read_lines(path)?;
    builtin.with(&text).map_err(|e| {
        failure::file(format!("{} 不能用作年历：{e}", path.display()), "请对照国务院办公厅的通知改正后再试。")
    })
}

fn deadline(calendar: &Calendar, from: &str, n: u32, global: &Global) -> Result<Outcome, CliError> {
    let date: Date = from
        .parse()
        .map_err(|_| usage(format!("日期“{from}”不能识别。"), "请写成 YYYY-MM-DD，例如 2026-09-18。"))?;
    let end = calendar.working_days_after(date, n).map_err(|e| {
        Refusal::new(
            format!("到期日未定：{} 年的放假安排没有载入。", e.year),
            "国务院办公厅公布该年放假安排后，请升级 xueji 或载入该年日历；不按周一至周五推算。",
        )
    })?;
    let table = Table {
        title: "到期日".into(),
        columns: vec![
            Column::text("from", "起算日"),
            Column::count("working_days", "工作日"),
            Column::text("until", "到期日"),
            Column::text("text", "说明"),
        ],
        rows: vec![vec![
            date.to_string(),
            n.to_string(),
            end.to_string(),
            format!("{}止，起算日不计，调休上班计入。", day(end)),
        ]],
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}

fn years(calendar: &Calendar, global: &Global) -> Result<Outcome, CliError> {
    let rows = calendar.years().map(|y| vec![y.to_string(), calendar.notices(y).join("；")]);
    let table = Table {
        title: "工作日历".into(),
        columns: vec![Column::text("year", "年份"), Column::text("notice", "依据")],
        rows: rows.collect(),
        foot: vec!["没有列出的年份，到期日为“未定”。".into()],
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}
