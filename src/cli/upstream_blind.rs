//! `xueji upstream blind`: who reported blindly, whose keys met, and the letters that ask for the records of those only.

use clap::Subcommand;

use crate::app::sync::office;
use crate::app::sync::unblind::{self, LEAST, Pair, Standing};
use crate::model::office::Office;
use crate::model::table::{Column, Table};
use crate::output::Privacy;
use crate::store::Store;

use super::Outcome;
use super::failure::{CliError, persist};
use super::global::Global;
use super::init::done;

#[derive(Subcommand)]
pub enum Command {
    /// 哪些单位盲报了、用的密钥是否相同、对上了几对、问到哪里；有还没有问的或对不上密钥的，退出码 1
    Status {
        #[command(flatten)]
        least: Least,
    },
    /// 写信给新对上的每一对的两个单位，请它们交出这一名学生的比较项目；随下一个数据包发出
    Ask {
        #[command(flatten)]
        least: Least,
        /// 只列出要问的，不写信
        #[arg(long)]
        dry_run: bool,
    },
}

#[derive(clap::Args)]
pub struct Least {
    /// 没有官方规则的键（证件、身份、学籍号）相同时，至少几个键相同才问；越大交出的人越少，漏的越多
    #[arg(long, value_name = "个数", default_value_t = LEAST, value_parser = clap::value_parser!(i64).range(1..=64))]
    keys: i64,
}

pub fn run(command: &Command, global: &Global) -> Result<Outcome, CliError> {
    match command {
        Command::Status { least } => {
            let store = global.store()?;
            let standing = unblind::standing(&store, least.keys)?;
            show(&store, &standing, global)
        }
        Command::Ask { least, dry_run: true } => {
            let store = global.store()?;
            let mut standing = unblind::standing(&store, least.keys)?;
            standing.pairs.retain(|p| !p.is_asked);
            show(&store, &standing, global)
        }
        Command::Ask { least, dry_run: false } => {
            let session = global.session()?;
            let mut store = global.store()?;
            let (batch, pairs) = persist(|| {
                let standing = unblind::standing(&store, least.keys)?;
                Ok(unblind::ask(&mut store, &session, &standing)?)
            })?;
            let message = format!("新对上 {pairs} 对，已写信给双方，随下一个数据包发出。");
            done(global, &message, batch, &[("pairs", pairs as i64)])?;
            Ok(Outcome::Clean)
        }
    }
}

fn show(store: &Store, standing: &Standing, global: &Global) -> Result<Outcome, CliError> {
    let offices = store.offices()?;
    let below = office::below(store)?;
    let silent: Vec<&Office> =
        below.iter().filter(|o| standing.offices.iter().all(|b| b.origin != o.origin)).collect();
    let tables = [who(standing, &offices, &silent), pairs(standing, &offices)];
    global.put_tables(&tables, Privacy::Masked)?;
    let open = standing.pairs.iter().any(|p| !p.is_asked) || !standing.apart().is_empty();
    Ok(if open { Outcome::Findings } else { Outcome::Clean })
}

fn who(standing: &Standing, offices: &[Office], silent: &[&Office]) -> Table {
    let apart: Vec<&str> = standing.apart().iter().map(|o| o.origin.as_str()).collect();
    let reported = standing.offices.iter().map(|o| {
        let note = match apart.contains(&o.origin.as_str()) {
            true => "学期或密钥与其他单位不同，没有比对：请核对指纹后重新盲报",
            false => "",
        };
        let counts = [o.pupils, o.keys].map(|n| n.to_string());
        [office::name(offices, &o.origin), o.origin.clone(), o.term.clone(), o.fingerprint.clone()]
            .into_iter()
            .chain(counts)
            .chain([o.taken_on.clone(), note.to_owned()])
            .collect()
    });
    let silent = silent.iter().map(|o| {
        let note = "没有盲报，没有比对".to_owned();
        let none = String::new;
        vec![o.name.clone(), o.origin.clone(), none(), none(), none(), none(), none(), note]
    });
    Table {
        title: "盲报的单位".into(),
        columns: vec![
            Column::text("office", "单位"),
            Column::text("origin", "来源单位编号"),
            Column::text("term", "学期"),
            Column::text("fingerprint", "密钥指纹"),
            Column::count("students", "学生"),
            Column::count("keys", "比较键"),
            Column::text("taken_on", "收到"),
            Column::text("note", "说明"),
        ],
        rows: reported.chain(silent).collect(),
        ..Table::default()
    }
}

fn pairs(standing: &Standing, offices: &[Office]) -> Table {
    let row = |p: &Pair| {
        let told = match (p.is_asked, p.opened) {
            (_, [true, true]) => "双方已交出，见 xueji upstream conflict list",
            (_, [true, false] | [false, true]) => "一方已交出",
            (true, _) => "已问，等双方交出",
            (false, _) => "还没有问",
        };
        vec![
            p.id.clone(),
            office::name(offices, &p.met.one.origin),
            office::name(offices, &p.met.other.origin),
            p.met.keys.to_string(),
            p.met.official.to_string(),
            told.to_owned(),
        ]
    };
    let mut foot =
        vec![format!("共 {} 对。看不到是谁：姓名和号码只在双方交出以后才有。", standing.pairs.len())];
    if standing.weak > 0 {
        foot.push(format!("另有 {} 对只有个别键相同，不问（--keys）。", standing.weak));
    }
    if standing.capped > 0 {
        foot.push(format!("有 {} 种内容的人太多，没有比较。", standing.capped));
    }
    Table {
        title: "比较键相同的".into(),
        columns: vec![
            Column::text("id", "编号"),
            Column::text("one_office", "一方单位"),
            Column::text("other_office", "另一方单位"),
            Column::count("keys", "相同的键"),
            Column::count("official", "其中官方规则"),
            Column::text("standing", "办到哪里"),
        ],
        rows: standing.pairs.iter().map(row).collect(),
        foot,
        ..Table::default()
    }
}
