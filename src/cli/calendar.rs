//! `xueji calendar`: working days, and the years a bureau loads.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::app::failure::Refusal;
use crate::app::loaded::{self, Text};
use crate::calendar::{self, Calendar, CalendarError};
use crate::model::loaded::Kind;
use crate::model::table::{Column, Table};
use crate::output::Privacy;
use crate::report::day;
use crate::store::Store;

use super::failure::{self, CliError, persist};
use super::global::{Global, day as day_of};
use super::init::done;
use super::{Outcome, rules, student};

/// 工作日历：载入新的一年，列出已载入的年份，推算若干个工作日之后是哪一天
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 载入一年的日历，记在学籍库里，各处推算期限都照用；同一年再次载入的换下原来的
    Load {
        /// 年历文件（国务院办公厅公布的一年放假安排，格式同内置年历，见 xueji explain calendar-file）
        #[arg(value_name = "文件")]
        file: PathBuf,
    },
    /// 已载入的年份；给出 --from 和 --working-days 时推算到期日
    Show {
        /// 起算日（当日不计）
        #[arg(long, value_name = "日期", requires = "working_days")]
        from: Option<String>,
        /// 几个工作日
        #[arg(long, value_name = "天数", requires = "from")]
        working_days: Option<u32>,
        /// 另外按这个年历文件推算，不记住
        #[arg(long, value_name = "文件")]
        with: Option<PathBuf>,
    },
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match &args.command {
        Command::Load { file } => load(file, global),
        Command::Show { from, working_days, with } => {
            let store = global.store_if_any()?;
            let known = store.as_ref().map(loaded::calendar).transpose()?;
            let known = known.unwrap_or_else(|| Calendar::builtin().clone());
            let calendar = match with {
                Some(path) => joined(&known, path, &student::read_lines(path)?)?,
                None => known,
            };
            match (from, working_days) {
                (Some(from), Some(n)) => deadline(&calendar, from, *n, global),
                _ => years(&calendar, store.as_ref(), global),
            }
        }
    }
}

/// A calendar with one more year, from a text that contradicts neither itself nor the years beside it.
fn joined(calendar: &Calendar, path: &Path, text: &str) -> Result<Calendar, CliError> {
    calendar.with(text).map_err(|e| unusable(path, &e))
}

fn unusable(path: &Path, e: &CalendarError) -> CliError {
    let message = format!("{} 不能用作年历：{e}", path.display());
    failure::file(message, "请对照国务院办公厅的通知改正后再试；写法见 xueji explain calendar-file。")
}

fn load(path: &Path, global: &Global) -> Result<Outcome, CliError> {
    let text = student::read_lines(path)?;
    let session = global.session()?;
    let mut store = global.store()?;
    let year = calendar::year_of(&text).map_err(|e| unusable(path, &e))?;
    let calendar = joined(&loaded::calendar(&store)?, path, &text)?;
    let (name, file) = (year.to_string(), rules::file_name(path));
    let text = Text { kind: Kind::Calendar, name: &name, file: &file, text: &text };
    let batch = persist(|| Ok(loaded::remember(&mut store, &session, text)?))?;
    let message = match batch {
        None => format!("{year} 年的日历早已记住，没有改动。"),
        Some(batch) => {
            format!("第 {batch} 批：记住 {year} 年的日历，依据{}。", calendar.notices(year).join("；"))
        }
    };
    done(global, &message, batch, &[("years", 1)])?;
    Ok(Outcome::Clean)
}

fn deadline(calendar: &Calendar, from: &str, n: u32, global: &Global) -> Result<Outcome, CliError> {
    let date = day_of("--from", from)?;
    let end = calendar.working_days_after(date, n).map_err(|e| {
        Refusal::new(
            format!("到期日未定：{} 年的放假安排没有载入。", e.year),
            "国务院办公厅公布该年放假安排后，请用 xueji calendar load 载入该年日历，或升级 xueji；不按周一至周五推算。",
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

fn years(calendar: &Calendar, store: Option<&Store>, global: &Global) -> Result<Outcome, CliError> {
    let kept = store.map(|s| s.loaded(Kind::Calendar)).transpose()?.unwrap_or_default();
    let rows = calendar.years().map(|year| {
        let own = kept.iter().find(|l| l.name == year.to_string());
        let from = own.map_or_else(
            || "随程序".to_owned(),
            |l| format!("{}，{} 由{}载入", l.file, l.loaded_on, l.loaded_by),
        );
        vec![year.to_string(), calendar.notices(year).join("；"), from]
    });
    let table = Table {
        title: "工作日历".into(),
        columns: vec![
            Column::text("year", "年份"),
            Column::text("notice", "依据"),
            Column::text("from", "来自"),
        ],
        rows: rows.collect(),
        foot: vec!["没有列出的年份，到期日为“未定”。".into()],
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}
