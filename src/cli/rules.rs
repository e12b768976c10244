//! `xueji rules`: a county's own rules, remembered in its registry.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::app::failure::Failure;
use crate::app::loaded::{self, OWN, Text};
use crate::model::loaded::Kind;
use crate::model::table::{Column, Table};
use crate::output::Privacy;
use crate::province::{self, InForce, Pack};
use crate::store::Store;

use super::Outcome;
use super::failure::{CliError, file, persist};
use super::global::Global;
use super::init::done;

/// 本地规则：记在学籍库里，先于本省和全国的规则；命令行上另写 --rules 的，按命令行
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 记住一个规则文件（TOML），换下原来记住的；写法见 xueji explain rule-pack
    Set {
        /// 规则文件
        #[arg(value_name = "文件")]
        file: PathBuf,
    },
    /// 现行的每一项规则：数值、是本地还是本省或全国的、依据、是否证实
    Show,
    /// 不再用本地规则
    Clear,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match &args.command {
        Command::Set { file } => set(file, global),
        Command::Show => show(global),
        Command::Clear => clear(global),
    }
}

/// The name of a file, without its folder.
pub fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned())
}

fn read(path: &Path) -> Result<(String, Pack), CliError> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| file(format!("{} 读不出来：{e}。", path.display()), "请检查文件名，文件须为 UTF-8。"))?;
    let pack = province::read(&file_name(path), &text);
    pack.map(|p| (text, p)).map_err(|e| file(e.to_string(), "写法见 xueji explain rule-pack。"))
}

/// The rules of a county's own: those of the file named on the command line, else those its registry remembers.
pub fn own(path: Option<&Path>, store: Option<&Store>) -> Result<Option<Pack>, CliError> {
    match (path, store) {
        (Some(path), _) => Ok(Some(read(path)?.1)),
        (None, Some(store)) => Ok(loaded::rules(store)?),
        (None, None) => Ok(None),
    }
}

fn set(path: &Path, global: &Global) -> Result<Outcome, CliError> {
    let (text, pack) = read(path)?;
    let session = global.session()?;
    let mut store = global.store()?;
    let refusals = loaded::against(&store, &pack);
    if !refusals.is_empty() {
        return Err(Failure::Refused(refusals).into());
    }
    let name = file_name(path);
    let text = Text { kind: Kind::Rules, name: OWN, file: &name, text: &text };
    let batch = persist(|| Ok(loaded::remember(&mut store, &session, text)?))?;
    let values: usize = pack.editions.iter().map(|e| e.values.len()).sum();
    let message = match batch {
        None => format!("{}的规则早已记住，没有改动。", pack.name),
        Some(batch) => format!(
            "第 {batch} 批：记住{}的规则 {} 版、{values} 项；以后检查、导入、变动、转学都照此办理。",
            pack.name,
            pack.editions.len()
        ),
    };
    done(global, &message, batch, &[("editions", pack.editions.len() as i64), ("values", values as i64)])?;
    Ok(Outcome::Clean)
}

fn clear(global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let batch = persist(|| Ok(loaded::forget_rules(&mut store, &session)?))?;
    let message = format!("第 {batch} 批：不再用本地规则，以后按本省和全国的规则。");
    done(global, &message, Some(batch), &[("cleared", 1)])?;
    Ok(Outcome::Clean)
}

fn show(global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let (own, today) = (loaded::rules(&store)?, global.today()?);
    let kept = store.loaded(Kind::Rules)?.pop();
    let division = &store.meta().authority;
    let values = province::in_force(own.as_ref(), division, today);
    let switches = province::switches_in_force(own.as_ref(), division, today);
    let head = kept.map_or_else(
        || "没有记住本地规则（xueji rules set 文件）。".to_owned(),
        |l| format!("本地规则：{}，{} 由{}载入。", l.file, l.loaded_on, l.loaded_by),
    );
    let checks = switches.into_iter().map(|(check, switch, pack)| {
        let severity = switch.severity().map_or("不查", crate::model::finding::Severity::label);
        format!("检查 {check}：{severity}（{}）", pack.name)
    });
    let unset = province::key::KEYS.iter().filter(|k| !values.iter().any(|v| v.value.key.name == k.name));
    let unset: Vec<&str> = unset.map(|k| k.title).collect();
    let unset = (!unset.is_empty()).then(|| format!("没有规定，不据以拒绝的：{}。", unset.join("、")));
    let columns = [
        ("name", "键"),
        ("title", "规则"),
        ("value", "数值"),
        ("place", "谁的规定"),
        ("source", "来源"),
        ("confirmed", "证实"),
        ("note", "说明"),
    ];
    let table = Table {
        title: format!("{today} 现行规则"),
        head: vec![head],
        columns: columns.map(|(key, heading)| Column::text(key, heading)).to_vec(),
        rows: values.iter().map(row).collect(),
        foot: checks
            .chain(unset)
            .chain(["未证实的：只见一处，或只是某地的做法；由它定的结果会注明，核实后可以写明说明办理。"
                .to_owned()])
            .collect(),
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}

fn row(v: &InForce) -> Vec<String> {
    let mark = if v.value.confirmed { "" } else { "未证实" };
    let texts =
        [v.value.key.name, v.value.key.title, &v.value.datum.label(), &v.pack.name, &v.value.source, mark];
    texts.iter().map(|t| (*t).to_owned()).chain([v.value.note.clone()]).collect()
}
