//! `xueji audit`: the journal listed and verified.

use std::collections::BTreeSet;

use clap::Subcommand;

use crate::app::failure::Refusal;
use crate::model::entry_name;
use crate::model::message::writer;
use crate::model::table::{Column, Table};
use crate::output::Privacy;
use crate::store::Store;
use crate::store::journal::Verified;

use super::Outcome;
use super::failure::CliError;
use super::global::Global;
use super::init::{done, done_but};

/// 流水：列出最近的记录，核查是否完整
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 最近的流水
    Log {
        /// 多少条
        #[arg(long, value_name = "条数", default_value_t = 20)]
        last: i64,
    },
    /// 从头核查：序号连续、封签相接、学籍与流水重演的结果一致，佐证材料与交入时相同
    Verify,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match args.command {
        Command::Log { last } => log(last, global),
        Command::Verify => verify(global),
    }
}

fn log(last: i64, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let rows = store.last_entries(last.max(0))?.into_iter().map(|e| {
        vec![
            e.seq.to_string(),
            e.day,
            e.at,
            e.actor,
            entry_name::shown(&e.change).to_owned(),
            e.student.map(|s| s.to_string()).unwrap_or_default(),
            e.batch.to_string(),
        ]
    });
    let table = Table {
        title: "流水".into(),
        columns: vec![
            Column::count("seq", "序号"),
            Column::text("day", "业务日期"),
            Column::moment("at", "录入时间"),
            Column::text("actor", "经办人"),
            Column::text("change", "内容"),
            Column::text("student", "学生"),
            Column::count("batch", "批次"),
        ],
        rows: rows.collect(),
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}

fn verify(global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let broken = match store.verify()? {
        Verified::Whole(tail) => match beyond(&store)? {
            None => return whole(&store, tail.seq, global),
            Some(broken) => broken,
        },
        other => told(&other),
    };
    let remedy = "请停止写入，保留此文件，从最近的备份恢复，并查明是谁改动的。";
    done_but(global, &broken, None, &[], vec![Refusal::new(&broken, remedy)])?;
    global.say(&format!("办法：{remedy}"));
    Ok(Outcome::Findings)
}

/// What is wrong beside the journal: the tables, the papers, the journals received from others.
fn beyond(store: &Store) -> Result<Option<String>, CliError> {
    let evidence = store.broken_evidence()?;
    if let [(subject, ordinal), ..] = evidence.as_slice() {
        let count = evidence.len();
        return Ok(Some(format!(
            "流水完整，但有 {count} 份材料丢失或被改动，第一份是 {subject} 的第 {ordinal} 份。"
        )));
    }
    if let [(origin, wrong), ..] = store.broken_received()?.as_slice() {
        return Ok(Some(format!("本库流水完整，但收到的 {origin} 的流水被改动过：{}", told(wrong))));
    }
    let different = store.replay_differences()?;
    let names = different.join("、");
    Ok((!different.is_empty()).then(|| format!("流水完整，但下列表与流水重演的结果不一致：{names}。")))
}

fn told(wrong: &Verified) -> String {
    match wrong {
        Verified::Whole(tail) => format!("只剩前 {} 条，后面的没有了。", tail.seq),
        Verified::Gap { after, found } => format!("流水在第 {after} 条之后缺失，接下来是第 {found} 条。"),
        Verified::BrokenSeal { seq } => format!("第 {seq} 条流水的封签不符：它或它之前的一条被改动过。"),
    }
}

fn whole(store: &Store, entries: i64, global: &Global) -> Result<Outcome, CliError> {
    let held = store.all_held()?;
    let received: i64 = held.iter().map(|h| h.tail.seq).sum();
    let mut message = format!("流水 {entries} 条，序号连续，封签相接，与学籍一致。");
    let mut counts = vec![("entries", entries)];
    if !held.is_empty() {
        let writers: BTreeSet<&str> = held.iter().map(|h| writer(&h.origin)).collect();
        message.push_str(&format!("收到的 {} 个单位的流水 {received} 条，完整无改动。", writers.len()));
        counts.push(("received", received));
    }
    done(global, &message, None, &counts)?;
    Ok(Outcome::Clean)
}
