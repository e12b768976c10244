//! `xueji batch`: what was done, and its exact undo.

use clap::Subcommand;

use crate::app::failure::Refusal;
use crate::app::undo;
use crate::model::entry_name;
use crate::model::field::Field;
use crate::model::journal::{Entry, Value, Write, writes_of};
use crate::model::record_table::PENDING;
use crate::model::table::{Column, Table};
use crate::output::Privacy;
use crate::store::batch::Batch;

use super::failure::CliError;
use super::global::Global;
use super::init::done;
use super::{Outcome, ask};

/// 批次：列出、查看、撤销
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 列出所有批次
    List,
    /// 查看一个批次
    Show {
        /// 批次号
        #[arg(value_name = "批次")]
        number: i64,
    },
    /// 撤销一个批次：学籍恢复到这一批之前的样子，流水保留
    Undo {
        /// 批次号
        #[arg(value_name = "批次")]
        number: i64,
    },
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match args.command {
        Command::List => list(global),
        Command::Show { number } => show(number, global),
        Command::Undo { number } => take_back(number, global),
    }
}

/// Counts of a batch in words.
fn counts(batch: &Batch) -> String {
    const NAMES: &[(&str, &str)] = &[
        ("admitted", "新建"),
        ("updated", "更新"),
        ("unchanged", "不变"),
        ("refused", "拒绝"),
        ("approved", "核准"),
        ("held_back", "暂缓"),
        ("new", "新增"),
        ("changed", "更改"),
        ("issued", "编发"),
        ("confirmed", "确认"),
        ("suspects", "疑似重复"),
        ("applications", "申请"),
        ("decided", "办理"),
        ("graduated", "毕业"),
        ("papers", "材料"),
        ("items", "归档"),
        ("files", "档案"),
        ("cards", "学生卡"),
        ("disputes", "问题学籍"),
        ("claims", "答复"),
        ("kept", "保留"),
        ("corrected", "更正"),
        ("removed", "删除"),
        ("undone", "撤销条目"),
    ];
    let json: serde_json::Value = serde_json::from_str(&batch.counts).unwrap_or_default();
    let count = |key: &str| json.get(key).and_then(serde_json::Value::as_i64).filter(|n| *n > 0);
    let each = NAMES.iter().filter_map(|(key, name)| count(key).map(|n| format!("{name} {n}")));
    each.collect::<Vec<_>>().join("，")
}

fn list(global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let rows = store.batches()?.into_iter().map(|b| {
        let undone = b.undone_by.map_or_else(String::new, |n| format!("已由第 {n} 批撤销"));
        vec![b.number.to_string(), b.day.clone(), b.actor.clone(), b.title.clone(), counts(&b), undone]
    });
    let table = Table {
        title: "批次".into(),
        columns: vec![
            Column::count("batch", "批次"),
            Column::text("day", "业务日期"),
            Column::text("actor", "经办人"),
            Column::text("title", "内容"),
            Column::text("counts", "结果"),
            Column::text("undone", "状态"),
        ],
        rows: rows.collect(),
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}

fn show(number: i64, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let Some(batch) = store.batch(number)? else {
        return Err(
            Refusal::new(format!("没有第 {number} 批。"), "请用 xueji batch list 查看批次号。").into()
        );
    };
    let entries = store.entries_of_batch(number)?;
    let mut by_change = std::collections::BTreeMap::new();
    for e in &entries {
        *by_change.entry(entry_name::shown(&e.change)).or_insert(0u64) += 1;
    }
    let mut head = vec![
        format!("第 {number} 批　{}　经办人：{}　录入时间：{}", batch.day, batch.actor, batch.at),
        format!("结果：{}", counts(&batch)),
    ];
    if let Some(n) = batch.undone_by {
        head.push(format!("已由第 {n} 批撤销。"));
    } else {
        for (later, of) in undo::before(&store, number)? {
            let whose = if of == number { "本批".to_owned() } else { format!("第 {of} 批") };
            head.push(format!(
                "{whose}办理以后，第 {} 批（{}）又办理了其中 {} 名学生的业务，撤销本批要先撤销它。",
                later.batch, later.title, later.students
            ));
        }
    }
    let said = said(&entries);
    let table = Table {
        title: batch.title,
        head,
        columns: vec![Column::text("change", "内容"), Column::count("count", "条数")],
        rows: by_change.into_iter().map(|(k, n)| vec![k.to_owned(), n.to_string()]).collect(),
        ..Table::default()
    };
    let tables = if said.rows.is_empty() { vec![table] } else { vec![table, said] };
    global.put_tables(&tables, Privacy::Masked)?;
    Ok(Outcome::Clean)
}

/// What the clerk wrote to findings, and the proposals the clerk accepted, each with its place.
fn said(entries: &[Entry]) -> Table {
    let mut rows = Vec::new();
    for entry in entries {
        let body: serde_json::Value = serde_json::from_str(&entry.body).unwrap_or_default();
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        let accepted =
            body["normalized"].as_array().into_iter().flatten().filter(|n| n["rule"] == "accepted");
        for field in accepted.filter_map(|n| Field::from_key(n["field"].as_str()?)) {
            rows.push(vec![text("source"), format!("接受修复建议：{}", field.heading()), text("text")]);
        }
        for write in writes_of(&entry.body).unwrap_or_default() {
            rows.extend(explained(&write));
        }
    }
    Table {
        title: "说明".into(),
        columns: vec![
            Column::text("place", "位置"),
            Column::text("finding", "问题"),
            Column::text("explanation", "说明"),
        ],
        rows,
        ..Table::default()
    }
}

/// The text that a write puts to a finding.
fn explained(write: &Write) -> Option<Vec<String>> {
    let title = |check: &str| super::show::title(check).to_owned();
    match write {
        Write::Insert { table, row } if *table == &PENDING => match row.as_slice() {
            [_, Value::Text(check), _, _, Value::Text(place), Value::Text(text), ..] => {
                Some(vec![place.clone(), title(check), text.clone()])
            }
            _ => None,
        },
        Write::Update { table, key, set } if *table == &PENDING => {
            let text = set.iter().find_map(|(i, _, after)| match after {
                Value::Text(text) if PENDING.columns[*i] == "explanation" => Some(text.clone()),
                _ => None,
            })?;
            let Some(Value::Text(check)) = key.get(1) else { return None };
            Some(vec![String::new(), title(check), text])
        }
        _ => None,
    }
}

fn take_back(number: i64, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let planned = undo::plan(&store, number)?;
    if !global.yes && !confirmed(&planned)? {
        global.say("没有撤销。");
        return Ok(Outcome::Clean);
    }
    let by = undo::apply(&mut store, &session, &planned)?;
    let message =
        format!("第 {by} 批：已撤销第 {number} 批的 {} 条，学籍恢复到这一批之前的样子。", planned.entries());
    done(global, &message, Some(by), &[("undone", planned.entries() as i64)])?;
    Ok(Outcome::Clean)
}

fn confirmed(planned: &undo::Undo) -> Result<bool, CliError> {
    let batch = &planned.batch;
    let (title, counts) = (&batch.title, counts(batch));
    let question =
        format!("将撤销第 {} 批（{title}，{counts}）的 {} 条。确认撤销吗？", batch.number, planned.entries());
    ask::confirmed(&question, "撤销要确认，而这里没有终端可以询问。", "确认撤销请加 --yes。")
}
