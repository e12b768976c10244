//! `xueji upstream`: the level above on PostgreSQL, and the line to it that `sync push` and `sync pull` use.

use std::fs::File;
use std::path::PathBuf;

use clap::Subcommand;

use crate::app::failure::{Failure, Refusal};
use crate::app::sync::above::{self, Outcome as Became};
use crate::app::sync::across::{self, Found};
use crate::app::sync::down;
use crate::app::sync::inbox;
use crate::app::sync::line::{self, retried};
use crate::app::sync::office;
use crate::app::sync::push::Spool;
use crate::model::journal::hex;
use crate::model::table::{Column, Table};
use crate::output::Privacy;
use crate::upstream::bundle::Answer;
use crate::upstream::postgres::engine::{ENGINES, engine};
use crate::upstream::postgres::{Database, Meta, Target, has_password};

use super::Outcome;
use super::failure::{CliError, file, usage};
use super::global::{Global, write_private};
use super::init::{done, done_but};
use super::sync::{open_key, seal_into};
use super::sync_privacy::put_above;
use super::upstream_conflict::{side_columns, sides};
use super::{
    sync_message, upstream_blind, upstream_confirm, upstream_conflict, upstream_export, upstream_route,
};

/// 上级库：在 PostgreSQL 上收存各县的流水
///
/// 本单位的密钥和往来单位在 --db 指的学籍库里，各县的流水在数据库里。数据库里待收的数据包是加密的，只有本单位的
/// 密钥能打开。地址写 postgresql://用户@127.0.0.1:端口/库名，密码用环境变量 PGPASSWORD 或 --password-file。
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 建表；--engine citus 另外发出分布各表的调用，postgres-fdw 把各表放在登记好的节点上（见 xueji explain sync）
    Init {
        #[command(flatten)]
        place: Place,
        /// 数据库种类
        #[arg(long, value_name = "种类", default_value = "postgresql", value_parser = engines())]
        engine: String,
    },
    /// 各单位的流水到哪里、学生多少、待收和被拒的数据包
    Status {
        #[command(flatten)]
        place: Place,
    },
    /// 跨单位查重：数据库找出可能相同的，按与本地查重相同的规则计分，列入清单；有未核实的，退出码 1
    Dedup {
        #[command(flatten)]
        place: Place,
        /// 只列出这一次新发现的
        #[arg(long)]
        new: bool,
    },
    /// 确认正式学籍号：L 换为 G（或 J），查过各单位没有相同的号码和学生才确认，随信发给学生所在的县；有未确认的，退出码 1
    Confirm {
        #[command(flatten)]
        place: Place,
        /// 没有可用公民身份号码的，由本级赋码（J）
        #[arg(long)]
        assign: bool,
    },
    /// 冲突：两个单位都有的学籍、都报的学校；通知双方，裁决
    #[command(subcommand)]
    Conflict(upstream_conflict::Command),
    /// 盲报：哪些单位报了、对上了几对，写信请双方交出（不用数据库）
    #[command(subcommand)]
    Blind(upstream_blind::Command),
    /// 转办跨单位的转学：一方的申请和办理结果送给另一方；列出还没有办结的、轮到谁、期限；有超期或转不过去的，退出码 1
    Route {
        #[command(flatten)]
        place: Place,
    },
    /// 各单位的统计表和台账：按各县的流水得出，与县里自己的一致；统计表另列各单位合计
    Export {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        args: upstream_export::Args,
    },
    /// 接收各县推送来的数据包，或给出的数据包文件，回执放回数据库（文件的用 -o 写出）
    Receive {
        #[command(flatten)]
        place: Place,
        /// 数据包文件；不写的收数据库里待收的
        #[arg(value_name = "文件")]
        file: Option<PathBuf>,
        /// 同时收几个单位的
        #[arg(long, value_name = "个数")]
        jobs: Option<usize>,
    },
}

fn engines() -> Vec<&'static str> {
    ENGINES.iter().map(|e| e.key).collect()
}

/// Where the database above is.
#[derive(clap::Args)]
pub struct Place {
    /// 上级数据库的地址，不带密码；默认取环境变量 XUEJI_UPSTREAM
    #[arg(long, value_name = "地址")]
    url: Option<String>,
    /// 写着密码的文件；默认取环境变量 PGPASSWORD
    #[arg(long, value_name = "文件")]
    password_file: Option<PathBuf>,
}

impl Place {
    /// The database that is meant, if one is.
    pub fn target_if_any(&self) -> Result<Option<Target>, CliError> {
        let none = self.url.is_none() && std::env::var_os("XUEJI_UPSTREAM").is_none();
        if none { Ok(None) } else { self.target().map(Some) }
    }

    /// The database that is meant; its password comes from a file or the environment, never from the command line.
    pub fn target(&self) -> Result<Target, CliError> {
        if self.url.as_deref().is_some_and(has_password) {
            return Err(usage(
                "密码不能写在命令行的地址里，同一台机器上的人都看得见。",
                "请用环境变量 PGPASSWORD 或 --password-file 给出密码。",
            ));
        }
        let url = self.url.clone().or_else(|| std::env::var("XUEJI_UPSTREAM").ok());
        let url = url.ok_or_else(|| {
            usage(
                "没有写上级数据库的地址。",
                "请用 --url postgresql://用户@127.0.0.1:5432/库名，或设置环境变量 XUEJI_UPSTREAM。",
            )
        })?;
        let password = match &self.password_file {
            Some(path) => {
                let text = std::fs::read_to_string(path).map_err(|e| {
                    file(format!("{} 读不出来：{e}。", path.display()), "请检查文件名和权限。")
                })?;
                Some(text.trim_end_matches(['\r', '\n']).to_owned())
            }
            None => std::env::var("PGPASSWORD").ok(),
        };
        Ok(Target::parse(&url, password.as_deref())?)
    }
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match &args.command {
        Command::Init { place, engine: key } => init(&place.target()?, key, global),
        Command::Status { place } => status(&place.target()?, global),
        Command::Dedup { place, new } => dedup(&place.target()?, *new || global.quiet, global),
        Command::Confirm { place, assign } => upstream_confirm::run(&place.target()?, *assign, global),
        Command::Route { place } => upstream_route::run(&place.target()?, global),
        Command::Export { place, args } => upstream_export::run(&place.target()?, args, global),
        Command::Blind(command) => upstream_blind::run(command, global),
        Command::Conflict(command) => upstream_conflict::run(command, global),
        Command::Receive { place, file: None, jobs } => {
            receive(&place.target()?, jobs.unwrap_or_else(|| global.jobs()), global)
        }
        Command::Receive { place, file: Some(path), .. } => receive_file(&place.target()?, path, global),
    }
}

fn init(target: &Target, key: &str, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let engine = engine(key).expect("clap takes only keys of the table");
    let meta = Meta { origin: store.meta().origin.clone(), name: store.meta().name.clone() };
    retried(|| Ok(Database::connect(target)?.initialize(engine, &meta)?))?;
    let message = format!("已在 {} 建好{}的上级库（{}）。", target.place, meta.name, engine.title);
    done(global, &message, None, &[])?;
    Ok(Outcome::Clean)
}

fn status(target: &Target, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let (journals, letters) = retried(|| {
        let mut database = Database::open(target)?.0;
        Ok((database.overview()?, database.letters()?))
    })?;
    let offices = store.offices()?;
    let mut origins: Vec<&String> =
        journals.iter().map(|j| &j.0).chain(letters.iter().map(|l| &l.0)).collect();
    origins.sort_unstable();
    origins.dedup();
    let rows = origins.iter().map(|origin| {
        let name = offices.iter().find(|o| o.origin == **origin).map_or("", |o| o.name.as_str());
        let (seq, pupils) = journals.iter().find(|j| j.0 == **origin).map_or((0, 0), |j| (j.1, j.2));
        let letter = letters.iter().find(|l| l.0 == **origin);
        let (waiting, refused, why) = letter.map_or((0, 0, ""), |l| (l.1, l.2, l.3.as_str()));
        let counts = [seq, pupils, waiting, refused].map(|n| n.to_string());
        [name.to_owned(), (*origin).clone()].into_iter().chain(counts).chain([why.to_owned()]).collect()
    });
    let table = Table {
        title: format!("上级库 {}", target.place),
        columns: vec![
            Column::text("office", "单位"),
            Column::text("origin", "来源单位编号"),
            Column::count("seq", "流水到第几条"),
            Column::count("students", "学生"),
            Column::count("waiting", "待收数据包"),
            Column::count("refused", "被拒数据包"),
            Column::text("why", "最近被拒的原因"),
        ],
        rows: rows.collect(),
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    let open = letters.iter().any(|l| l.1 > 0);
    Ok(if open { Outcome::Findings } else { Outcome::Clean })
}

fn dedup(target: &Target, only_new: bool, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let run = across::run(target, &global.today()?.to_string())?;
    let offices = store.offices()?;
    let name = |origin: &str| office::name(&offices, origin);
    let shown: Vec<&Found> = run.pairs.iter().filter(|p| p.is_new || !only_new).collect();
    let row = |p: &&Found| {
        let rule = across::rule_title(&p.listed.rule);
        let both = [(name(&p.listed.one.origin), &p.one), (name(&p.listed.other.origin), &p.other)];
        [p.listed.id.clone(), format!("{:.1}", p.listed.score as f64 / 100.0), rule.to_owned()]
            .into_iter()
            .chain(sides(both))
            .chain([if p.is_new { "新" } else { "" }.to_owned()])
            .collect()
    };
    let many = if run.capped > 0 {
        format!("有 {} 种内容的人太多，没有比较。", run.capped)
    } else {
        String::new()
    };
    let columns = [Column::text("id", "编号"), Column::text("score", "分"), Column::text("rule", "规则")];
    let table = Table {
        title: "跨单位查重".into(),
        columns: columns.into_iter().chain(side_columns()).chain([Column::text("new", "新发现")]).collect(),
        rows: shown.iter().map(row).collect(),
        foot: vec![
            format!(
                "更新 {} 名学生的比较键，比较 {} 对，共 {} 对。甲是先建的学籍。{many}",
                run.keyed,
                run.compared,
                run.pairs.len()
            ),
            "由双方主管部门核实：各在自己的库里按问题学籍办理（xueji explain dispute）。程序不作合并。"
                .into(),
        ],
        ..Table::default()
    };
    put_above(&store, vec![table], global)?;
    Ok(if shown.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

fn receive(target: &Target, jobs: usize, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let key = open_key(&store, global)?;
    let letters = above::take_letters(&mut store, &key, &session, target, (jobs, &global.db))?;
    down::lay(&store, &key, &session, target)?;
    let entries: i64 = letters.iter().map(|(_, o)| o.entries()).sum();
    let refused: Vec<String> = letters
        .iter()
        .filter_map(|(letter, o)| {
            Some(format!("{}：{}（{}）", letter.sender, o.refused.as_ref()?, o.refused.as_ref()?.name()))
        })
        .collect();
    let message = format!(
        "收到数据包 {} 个，新流水 {entries} 条，拒收 {} 个。",
        letters.len() - refused.len(),
        refused.len()
    );
    let counts = [("bundles", letters.len() as i64), ("entries", entries), ("refused", refused.len() as i64)];
    let reasons = refusals(&letters);
    done_but(global, &message, None, &counts, reasons)?;
    refused.iter().for_each(|line| global.say(&format!("拒收 {line}")));
    Ok(match (letters.len(), refused.len()) {
        (_, 0) => Outcome::Clean,
        (all, some) if all == some => Outcome::Refused,
        _ => Outcome::Partly,
    })
}

fn refusals<L>(letters: &[(L, Became)]) -> Vec<Refusal> {
    let refused = letters.iter().filter_map(|(_, o)| o.refused.as_ref());
    refused.map(|e| Refusal::new(e.to_string(), e.hint())).collect()
}

fn receive_file(target: &Target, path: &std::path::Path, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let key = open_key(&store, global)?;
    let mut input = File::open(path)
        .map_err(|e| file(format!("{} 打不开：{e}。", path.display()), "请检查文件名和权限。"))?;
    let (outcome, receipt) = above::take_file(&mut store, &key, &session, target, &mut input)?;
    if let (Some(path), Some(receipt)) = (&global.output, receipt) {
        write_private(path, &receipt)?;
        global.say(&format!("已写出回执 {}。", path.display()));
    }
    let name = outcome.sender.as_ref().map_or("", |s| s.name.as_str()).to_owned();
    let entries = outcome.entries();
    if let Some(e) = outcome.refused {
        return Err(Failure::Bundle(e).into());
    }
    let message = format!("已接收{name}的数据包：新流水 {entries} 条。");
    done(&Global { output: None, ..global.clone() }, &message, None, &[("entries", entries)])?;
    Ok(Outcome::Clean)
}

/// `xueji sync push`: what the level above does not hold yet, sealed and posted into its database.
pub fn push(place: &Place, global: &Global) -> Result<Outcome, CliError> {
    let target = place.target()?;
    let session = global.session()?;
    let mut store = global.store()?;
    let key = open_key(&store, global)?;
    let own = store.meta().origin.clone();
    let above = line::greet(&mut store, &session, &target)?;
    let spool = Spool::beside(&global.db);
    let mut waiting = above.waiting.clone();
    if let Some((parts, covers)) = spool.resume(&own, &target)? {
        global.say(&format!("接着上次中断的推送：又发出 {parts} 段。"));
        waiting.extend(covers);
    }
    let made = seal_into(spool.letter(), |out| spool.seal(&store, (&key, &session), &above, waiting, out))?;
    spool.post(&own, &target, &made)?;
    let name = &above.office.name;
    let message = match made.sections.is_empty() {
        true => format!("没有新的流水要报给{name}。"),
        false => format!("已推送给{name}：流水 {} 条，材料 {} 份。", made.entries(), made.attachments),
    };
    done(global, &message, None, &[("entries", made.entries())])?;
    Ok(Outcome::Clean)
}

/// `xueji sync pull`: receipts and letters that wait above.
pub fn pull(place: &Place, global: &Global) -> Result<Outcome, CliError> {
    let target = place.target()?;
    let session = global.session()?;
    let mut store = global.store()?;
    let key = open_key(&store, global)?;
    let all = line::pull(&mut store, &key, &session, &target)?;
    let mut reasons = Vec::new();
    let (mut receipts, mut bundles) = (0, 0);
    for pulled in &all {
        match pulled {
            Ok(taken) => match &taken.answer {
                Some(answer) if answer.taken => receipts += 1,
                Some(answer) => reasons.push(refused_above(answer)),
                None => bundles += 1,
            },
            Err(e) => reasons.push(Refusal::new(e.to_string(), e.hint())),
        }
    }
    let letters = inbox::take_in(&mut store, &session)?;
    let message = format!("收到回执 {receipts} 份，数据包 {bundles} 个，被拒 {} 个。", reasons.len());
    let lines: Vec<String> =
        reasons.iter().map(|r| format!("原因：{}\n办法：{}", r.reason, r.remedy)).collect();
    let refused = reasons.len() as i64;
    let counts = [
        ("receipts", receipts),
        ("bundles", bundles),
        ("refused", refused),
        ("messages", letters.len() as i64),
    ];
    done_but(global, &message, None, &counts, reasons)?;
    sync_message::tell(&letters, global);
    lines.iter().for_each(|line| global.say(line));
    Ok(if lines.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

fn refused_above(answer: &Answer) -> Refusal {
    let reason =
        format!("上级没有收下数据包 {}：{}（{}）", &hex(&answer.bundle)[..12], answer.message, answer.reason);
    Refusal::new(reason, "按 xueji explain sync 的“拒收的原因”办理后再推送一次。")
}
