//! `xueji dedup`: 查重 by the two official rules and by what records have in common; the list and its decisions.

use std::path::PathBuf;

use clap::Subcommand;

use crate::app::failure::Failure;
use crate::app::scan::{self, Pair, Scan};
use crate::dedup;
use crate::dedup::blocking::Capped;
use crate::dedup::verdict::{Verdict, bits, likely};
use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::table::{Column, Personal, Table};
use crate::output::{Format, Privacy};

use super::failure::{CliError, persist, usage};
use super::global::Global;
use super::validate::Reading;
use super::{Outcome, dedup_decide, dedup_evaluate, dedup_roster, dedup_show, dedup_summary};

/// 查重：找出可能重复的学籍，列入清单，由人核实；不作任何合并
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    /// 只列出上次查重以后新发现的；没有新的，退出码为 0
    #[arg(long)]
    new: bool,
    /// 导入之前先查：花名册里未建籍的学生与学籍库、与相互之间有没有疑似重复；不写入任何内容
    #[arg(long, value_name = "花名册", num_args = 1.., conflicts_with = "new")]
    roster: Vec<PathBuf>,
    /// 另把本次查重写成一页小结（txt，或按扩展名 xlsx）：新发现的（遮盖）、待核实的对数、下一步
    #[arg(long, value_name = "文件", conflicts_with = "roster")]
    summary: Option<PathBuf>,
    #[command(flatten, next_help_heading = "与 --roster 合用")]
    reading: Reading,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    List(ListArgs),
    Show(dedup_show::Args),
    Decide(dedup_decide::Args),
    Evaluate(dedup_evaluate::Args),
}

/// 列出清单上的疑似重复和结论
#[derive(clap::Args)]
pub struct ListArgs {
    /// 连同已有结论的
    #[arg(long)]
    all: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match &args.command {
        Some(Command::List(list)) => show_list(list, global),
        Some(Command::Show(show)) => dedup_show::run(show, global),
        Some(Command::Decide(decide)) => dedup_decide::run(decide, global),
        Some(Command::Evaluate(evaluate)) => dedup_evaluate::run(evaluate, global),
        None if !args.roster.is_empty() => dedup_roster::run(&args.roster, &args.reading, global),
        None if args.reading.says_something() => Err(usage(
            "没有写明花名册。",
            "--sheet、--mapping 等说明花名册在哪里，要与 --roster 花名册 合用。",
        )),
        None => scan_all(args, global),
    }
}

fn scan_all(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let _alone = store.alone().map_err(Failure::from)?;
    let (found, new) = persist(|| {
        let found = scan::scan(&store, &session.act.today.to_string())?;
        let new = scan::list_new(&mut store, &session, &found)?;
        Ok((found, new))
    })?;
    if let Some(path) = &args.summary {
        dedup_summary::write(path, &found, &store.meta().name, &session.act)?;
    }
    // For a job at night only what is new is news.
    let only_new = args.new || global.quiet;
    let shown: Vec<&Pair> =
        found.pairs.iter().filter(|p| if only_new { p.is_new } else { p.is_open() }).collect();
    if !(global.quiet && global.form() == Format::Human) {
        let mut tables = vec![for_people(pairs_table(&shown, summary(&found, new)), global)];
        if !found.found.capped.is_empty() {
            tables.push(capped(&found.found.capped));
        }
        global.put_tables(&tables, Privacy::Masked)?;
    }
    Ok(if shown.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

fn show_list(args: &ListArgs, global: &Global) -> Result<Outcome, CliError> {
    let pairs = scan::list(&global.store()?)?;
    let shown: Vec<&Pair> = pairs.iter().filter(|p| args.all || p.is_open()).collect();
    let open = pairs.iter().filter(|p| p.is_open()).count();
    let mut foot = vec![format!("清单上共 {} 对，{}。", pairs.len(), standing(&pairs))];
    foot.extend(left_over(&pairs));
    global.put_tables(&[for_people(pairs_table(&shown, foot), global)], Privacy::Masked)?;
    Ok(if open > 0 { Outcome::Findings } else { Outcome::Clean })
}

/// How many wait for a verdict, and for how many the dispute that will give it is under way.
pub fn standing(pairs: &[Pair]) -> String {
    let (disputed, waiting): (Vec<&Pair>, Vec<&Pair>) =
        pairs.iter().filter(|p| p.is_open()).partition(|p| p.dispute.is_some());
    let under_way = match disputed.len() {
        0 => String::new(),
        n => format!("，问题学籍在办 {n} 对"),
    };
    format!("待核实 {} 对{under_way}", waiting.len())
}

/// The figures of a run.
pub fn figures(found: &Scan) -> String {
    let met = found
        .found
        .completeness
        .map_or_else(String::new, |c| format!("，估计真正重复的有 {:.1}% 比较到", (c * 100.0).min(99.9)));
    format!("学籍 {} 个，比较 {} 对{met}。", found.registrations, found.found.compared)
}

/// Pairs that are one child's by decision and that nobody has taken further.
fn left_over(pairs: &[Pair]) -> Option<String> {
    let ids: Vec<&str> = pairs.iter().filter(|p| p.is_left_over()).map(|p| p.suspect.id.as_str()).collect();
    let each = ids.iter().map(|id| format!(" --suspect {id}")).collect::<String>();
    (!ids.is_empty()).then(|| {
        format!(
            "已定为同一学生、还没有列为问题学籍的 {} 对：xueji dispute open{each} --reason 怎样核实的",
            ids.len()
        )
    })
}

/// Without the keys of the pupils, which are for programs: `dedup show` names them.
fn for_people(table: Table, global: &Global) -> Table {
    global.for_people(table, &["student", "other"])
}

fn summary(found: &Scan, new: u64) -> Vec<String> {
    let mut lines = vec![
        figures(found),
        format!("共 {} 对，其中{}，本次新列入清单 {new} 对。", found.pairs.len(), standing(&found.pairs)),
        "用 xueji dedup show 编号 看依据，xueji dedup decide 编号 写结论。相同不等于同一个人；程序不作合并。"
            .to_owned(),
    ];
    lines.extend(left_over(&found.pairs));
    lines
}

/// The blocking keys that too many records share.
pub fn capped(capped: &[Capped]) -> Table {
    let row =
        |c: &Capped| vec![c.key.clone(), c.blocks.to_string(), c.records.to_string(), c.skipped.to_string()];
    Table {
        title: "没有全部比较的".into(),
        head: vec!["同一内容的记录太多，只比较了其中最可能的。".into()],
        columns: vec![
            Column::text("key", "内容"),
            Column::count("blocks", "组数"),
            Column::count("records", "最大一组的记录数"),
            Column::count("skipped", "未比较的对数"),
        ],
        rows: capped.iter().map(row).collect(),
        ..Table::default()
    }
}

/// Pairs for people, and for scripts.
pub fn pairs_table(pairs: &[&Pair], foot: Vec<String>) -> Table {
    Table {
        title: "疑似重复学籍".into(),
        columns: vec![
            Column::text("id", "编号"),
            Column::text("rule", "规则"),
            Column::text("likely", "可能"),
            Column::count("score", "得分"),
            Column::personal("name", "姓名", Personal::Name),
            Column::text("student", "学生甲"),
            Column::text("school", "学校甲"),
            Column::text("class_number", "班号甲"),
            Column::personal("other_name", "姓名乙", Personal::Name),
            Column::text("other", "学生乙"),
            Column::text("other_school", "学校乙"),
            Column::text("other_class_number", "班号乙"),
            Column::text("state", "状态"),
        ],
        rows: pairs.iter().map(|p| row(p)).collect(),
        foot,
        ..Table::default()
    }
}

fn row(p: &Pair) -> Vec<String> {
    let of = |r: &Registration| {
        [
            r.record.get(Field::PupilName).to_owned(),
            r.id.to_string(),
            r.school.to_string(),
            r.class_number.clone(),
        ]
    };
    let s = &p.suspect;
    let rule = dedup::rule(&s.rule).map_or(s.rule.as_str(), |r| r.title);
    let first = [s.id.clone(), rule.to_owned(), likely(s.score).to_owned(), bits(s.score)];
    let (one, other) = (of(&p.one), of(&p.other));
    first.into_iter().chain(one).chain(other).chain([state(p)]).collect()
}

/// Where a pair stands.
pub fn state(p: &Pair) -> String {
    match (&p.suspect.decision, &p.explanation) {
        (Some(d), _) => {
            let verdict = if d.is_same { Verdict::Same } else { Verdict::Different }.title();
            format!("{verdict}（{}，{}：{}）", d.on, d.by, d.reason)
        }
        (None, Some(text)) => format!("已说明：{text}"),
        (None, None) if p.dispute.is_some() => {
            format!("问题学籍 {} 在办", p.dispute.as_deref().unwrap_or_default())
        }
        (None, None) if p.is_moot() => "一方已删除".to_owned(),
        (None, None) if p.is_new => "新发现".to_owned(),
        (None, None) => "待核实".to_owned(),
    }
}
