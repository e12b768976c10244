//! `xueji due`: everything that has a date on it, the soonest first.

use crate::app::due::{self, DATES, Item, Wanted};
use crate::app::loaded;
use crate::model::school::Directory;
use crate::model::table::{Column, Personal, Table};
use crate::output::{Format, Privacy};

use super::Outcome;
use super::change_list::office;
use super::failure::CliError;
use super::global::Global;

/// 待办期限：转学核办、建档、休学期满等有日期的事项，最早到期的在前；有超期的，退出码为 1
#[derive(clap::Args)]
pub struct Args {
    /// 只列超期的
    #[arg(long)]
    overdue: bool,
    /// 列出今后多少天内到期的；超期、未定和不限期的总在其中
    #[arg(long, value_name = "天数", default_value_t = 30, conflicts_with = "overdue")]
    within: u32,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let rules = loaded::rules(&store)?;
    let by = (loaded::calendar(&store)?, rules.as_ref());
    let wanted = Wanted { overdue_only: args.overdue, within: i64::from(args.within) };
    let items = due::due(&store, by, global.today()?, wanted)?;
    let overdue = items.iter().filter(|i| i.when.is_overdue()).count();
    let directory = store.directory()?;
    if !(global.quiet && overdue == 0 && global.form() == Format::Human) {
        global.put_tables(
            &[global.for_people(table(&items, overdue, &directory), &["kind"])],
            Privacy::Masked,
        )?;
    }
    Ok(if overdue > 0 { Outcome::Findings } else { Outcome::Clean })
}

fn table(items: &[Item], overdue: usize, directory: &Directory) -> Table {
    let rows = items.iter().map(|i| {
        let school = office(directory, &i.school);
        vec![
            i.when.day(),
            i.when.left(),
            i.title.to_owned(),
            i.kind.to_owned(),
            i.subject.clone(),
            i.name.clone(),
            school.to_owned(),
            i.todo.clone(),
            i.source.clone(),
        ]
    });
    let titles: Vec<&str> = DATES.iter().map(|d| d.title).collect();
    Table {
        title: "待办期限".into(),
        columns: vec![
            Column::text("due", "到期"),
            Column::text("left", "剩余"),
            Column::text("title", "事项"),
            Column::text("kind", "键"),
            Column::text("subject", "编号"),
            Column::personal("name", "姓名", Personal::Name),
            Column::text("school", "学校"),
            Column::text("todo", "要办的"),
            Column::text("source", "依据"),
        ],
        rows: rows.collect(),
        foot: vec![
            format!("共 {} 件，其中超期 {overdue} 件。", items.len()),
            format!("列入的有：{}。", titles.join("、")),
        ],
        ..Table::default()
    }
}
