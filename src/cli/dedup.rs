//! `xueji dedup`: 查重 by the two official rules.

use clap::Subcommand;

use crate::app::scan::{self, Pair};
use crate::model::field::Field;
use crate::model::table::{Column, Personal, Table};
use crate::output::{Format, Privacy};

use super::Outcome;
use super::dedup_evaluate;
use super::failure::CliError;
use super::global::Global;

/// 查重：按两条官方规则找出可能重复的学籍，列入清单，不作任何合并
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// 列出现有的疑似重复，不写入清单
    List,
    Evaluate(dedup_evaluate::Args),
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    if let Some(Command::Evaluate(evaluate)) = &args.command {
        return dedup_evaluate::run(evaluate, global);
    }
    let mut store = global.store()?;
    let pairs = scan::scan(&store)?;
    let new = match args.command {
        Some(_) => 0,
        None => scan::list_new(&mut store, &global.session()?, &pairs)?,
    };
    let open = pairs.iter().filter(|p| p.explanation.is_none()).count();
    if !(global.quiet && global.form() == Format::Human) {
        let foot = format!("共 {} 对，其中未说明 {open} 对，本次新列入清单 {new} 对。", pairs.len());
        let advice = "相同不等于同一个人：请按佐证、变更、删除的程序核实。程序不作合并。";
        let table = Table {
            title: "疑似重复学籍".into(),
            columns: columns(),
            rows: pairs.iter().map(row).collect(),
            foot: vec![foot, advice.to_owned()],
            ..Table::default()
        };
        global.put_tables(&[table], Privacy::Masked)?;
    }
    Ok(if open > 0 { Outcome::Findings } else { Outcome::Clean })
}

fn columns() -> Vec<Column> {
    vec![
        Column::text("rule", "规则"),
        Column::personal("name", "姓名", Personal::Name),
        Column::text("student", "学生甲"),
        Column::text("school", "学校甲"),
        Column::text("class_number", "班号甲"),
        Column::personal("other_name", "姓名乙", Personal::Name),
        Column::text("other", "学生乙"),
        Column::text("other_school", "学校乙"),
        Column::text("other_class_number", "班号乙"),
        Column::text("state", "状态"),
    ]
}

fn row(p: &Pair) -> Vec<String> {
    let of = |r: &crate::model::registration::Registration| {
        [
            r.record.get(Field::PupilName).to_owned(),
            r.id.to_string(),
            r.school.to_string(),
            r.class_number.clone(),
        ]
    };
    let state = match (&p.explanation, p.listed) {
        (Some(text), _) => format!("已说明：{text}"),
        (None, true) => "已列入清单".to_owned(),
        (None, false) => "新发现".to_owned(),
    };
    std::iter::once(p.rule.title.to_owned()).chain(of(&p.one)).chain(of(&p.other)).chain([state]).collect()
}
