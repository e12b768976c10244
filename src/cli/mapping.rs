//! `xueji mapping`: a school's own headings, remembered.

use std::path::{Path, PathBuf};

use clap::Subcommand;
use inquire::Text;
use inquire::validator::Validation;

use crate::app::heading;
use crate::app::input::{self, Opening, Where};
use crate::model::cell::column_letters;
use crate::model::field::Field;
use crate::model::heading::NOT_READ;
use crate::model::table::{Column, Table};
use crate::output::{Privacy, human};
use crate::roster::layout::Layout;
use crate::roster::layout::paths::one_line;
use crate::roster::mapping::{Mapping, field_named};

use super::failure::{CliError, file, usage};
use super::global::Global;
use super::init::done;
use super::validate::mapping_of;
use super::{Outcome, ask};

/// 记住各校自己的栏目名，以后读该校的花名册时照用
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 记住：从对照文件（TOML）的 [columns]，或从一份花名册中按 --mapping 认出的、逐一询问得到的栏目名
    Learn {
        /// 对照文件或花名册
        #[arg(value_name = "文件")]
        file: PathBuf,
        /// 学校标识码
        #[arg(long, value_name = "学校标识码")]
        school: String,
        /// 花名册的栏目名对照文件
        #[arg(long, value_name = "文件")]
        mapping: Option<PathBuf>,
    },
    /// 列出记住的栏目名
    List {
        /// 只列这所学校的
        #[arg(long, value_name = "学校标识码")]
        school: Option<String>,
    },
    /// 不再记住一个栏目名；不写栏目名时是该校的全部
    Forget {
        /// 学校标识码
        #[arg(long, value_name = "学校标识码")]
        school: String,
        /// 栏目名，照 mapping list 中的写法
        #[arg(value_name = "栏目名")]
        heading: Option<String>,
    },
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match &args.command {
        Command::Learn { file, school, mapping } => learn(file, school, mapping.as_ref(), global),
        Command::List { school } => list(school.as_deref(), global),
        Command::Forget { school, heading } => forget(school, heading.as_deref(), global),
    }
}

type Pairs = Vec<(String, Option<Field>)>;

fn learn(path: &Path, school: &str, mapping: Option<&PathBuf>, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    crate::app::places::require_school(&store, school)?;
    let said = mapping.map(|p| mapping_of(p)).transpose()?.unwrap_or_default();
    let is_mapping = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("toml"));
    let pairs = if is_mapping { of_rules(&mapping_of(path)?) } else { of_roster(path, said, global)? };
    if pairs.is_empty() {
        return Err(file("没有可以记住的栏目名。", "对照文件的 [columns] 一节写明：\"栏目名\" = \"字段\"。"));
    }
    let entered = heading::learn(&mut store, &session, school, &pairs)?;
    let message = match entered.batch {
        None => format!("{school} 的 {} 个栏目名早已记住，没有改动。", pairs.len()),
        Some(batch) => format!(
            "第 {batch} 批：记住 {school} 的栏目名，新增 {}，更改 {}，不变 {}。",
            entered.new, entered.changed, entered.unchanged
        ),
    };
    let counts = [("new", entered.new), ("changed", entered.changed), ("unchanged", entered.unchanged)];
    done(global, &message, entered.batch, &counts.map(|(k, n)| (k, n as i64)))?;
    Ok(Outcome::Clean)
}

/// The headings of a mapping file. Letters of columns are no headings: they hold for one file.
fn of_rules(mapping: &Mapping) -> Pairs {
    let rules = mapping.rules.iter().filter(|r| !r.heading.starts_with('@'));
    rules.map(|r| (one_line(&r.heading), r.field)).collect()
}

/// The headings of a roster that a mapping names, and those the clerk names when asked.
fn of_roster(path: &Path, mapping: Mapping, global: &Global) -> Result<Pairs, CliError> {
    let at = Where { mapping, ..Where::default() };
    let opening =
        Opening { at: &at, directory: None, learned: &[], ask: &|e, at| ask::answer(global, e, at) };
    let opened = input::open(path, &opening)?;
    let mut pairs = Pairs::new();
    let mut unknown: Vec<(u16, String)> = Vec::new();
    for which in 0..opened.len() {
        let layout = opened.layout(which);
        for (i, heading) in headings(layout).into_iter().enumerate() {
            let known = |p: &(String, Option<Field>)| p.0 == heading;
            if heading.is_empty() || pairs.iter().any(known) {
                continue;
            }
            if at.mapping.rule(i, &layout.paths()[i].texts).is_some() {
                pairs.push((heading, layout.columns[i]));
            } else if layout.unread.iter().any(|u| usize::from(u.0) == i + 1) {
                unknown.push((i as u16 + 1, heading));
            }
        }
    }
    if ask::somebody(global) {
        ask::dress(global);
        for (column, heading) in &unknown {
            pairs.push((heading.clone(), name_of(*column, heading)?));
        }
    } else if pairs.is_empty() && !unknown.is_empty() {
        let names: Vec<&str> = unknown.iter().map(|u| u.1.as_str()).collect();
        let message = format!("不认识的栏目名有 {}，没有终端可以询问。", names.join("、"));
        return Err(usage(message, "请用 --mapping 文件.toml 写明各是哪个字段。"));
    }
    Ok(pairs)
}

/// The heading of each column as it is remembered.
fn headings(layout: &Layout) -> Vec<String> {
    let one = |texts: &Vec<String>| texts.iter().map(|t| one_line(t)).collect::<Vec<_>>().join("/");
    layout.paths().iter().map(|p| one(&p.texts)).collect()
}

fn name_of(column: u16, heading: &str) -> Result<Option<Field>, CliError> {
    let heading = human::printable(heading);
    let prompt = format!("{} 列（{heading}）是哪个字段（不读写 -）", column_letters(column));
    let known = |text: &str| {
        let wrong = if text.trim() == NOT_READ { None } else { field_named(text).err() };
        let said = wrong.map(|e| Validation::Invalid(format!("{}{}", e.message, e.hint).into()));
        Ok(said.unwrap_or(Validation::Valid))
    };
    let text = Text::new(&prompt).with_default(NOT_READ).with_validator(known).prompt();
    let text = text.map_err(|_| usage("没有回答。", "请用 --mapping 文件.toml 写明各是哪个字段。"))?;
    Ok(field_named(text.trim()).ok())
}

fn list(school: Option<&str>, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    if let Some(school) = school {
        crate::app::places::require_school(&store, school)?;
    }
    let all = store.headings()?.into_iter().filter(|h| school.is_none_or(|s| h.school == s));
    let rows = all.map(|h| {
        let (key, field) = h.field.map_or((NOT_READ, "不读"), |f| (f.key(), f.heading()));
        vec![h.school, h.heading, field.to_owned(), key.to_owned()]
    });
    let table = Table {
        title: "记住的栏目名".into(),
        columns: vec![
            Column::text("school_code", "学校标识码"),
            Column::text("heading", "栏目名"),
            Column::text("field_heading", "字段"),
            Column::text("field", "键"),
        ],
        rows: rows.collect(),
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}

fn forget(school: &str, which: Option<&str>, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let (batch, count) = heading::forget(&mut store, &session, school, which)?;
    let message = format!("第 {batch} 批：不再记住 {school} 的 {count} 个栏目名。");
    done(global, &message, Some(batch), &[("forgotten", count as i64)])?;
    Ok(Outcome::Clean)
}
