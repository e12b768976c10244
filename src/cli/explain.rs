//! `xueji explain`: the manual page of a check, a rule, a report, a document kind, a code table, exit codes, a schema.

use crate::app::places;
use crate::check::CHECKS;
use crate::code::{self, TABLES};
use crate::dedup;
use crate::model::document::DOCUMENTS;
use crate::model::field::{FIELDS, Need};
use crate::model::finding::Page;
use crate::model::table::{Column, Table};
use crate::output::{Privacy, human, schema};
use crate::report::{self, REPORTS};
use crate::roster::normalize::rule::{RULES, rule};

use super::Outcome;
use super::failure::{CliError, EXIT_CODES, usage};
use super::global::{Global, terminal_width};

/// 说明一项检查、报表、证件、代码表或退出码：是什么、为什么、依据、办法
#[derive(clap::Args)]
pub struct Args {
    /// 名称；checks、rules、reports、documents、fields、tables、exit-codes、json 列出各类
    #[arg(value_name = "名称")]
    name: String,
    /// json 之后的格式名称
    #[arg(value_name = "格式")]
    detail: Option<String>,
}

/// The manual page of whatever makes findings.
pub fn page(name: &str) -> Option<Page> {
    let pages =
        CHECKS.iter().map(as_page).chain(dedup::RULES.iter().copied()).chain(places::PAGES.iter().copied());
    pages.into_iter().find(|p| p.name == name)
}

fn as_page(c: &crate::check::Check) -> Page {
    Page {
        name: c.name,
        title: c.title,
        severity: c.severity,
        basis: c.basis,
        what: c.what,
        why: c.why,
        remedy: c.remedy,
    }
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let text = match args.name.as_str() {
        "checks" => {
            list(CHECKS.iter().map(as_page).chain(dedup::RULES.iter().copied()).map(|p| (p.name, p.title)))
        }
        "reports" => list(REPORTS.iter().map(|r| (r.name, r.title))),
        "fields" => fields(),
        "documents" => list(DOCUMENTS.iter().map(|d| (d.id, d.name))),
        "rules" => list(RULES.iter().map(|r| (r.name, r.what))),
        "tables" => list(TABLES.iter().map(|t| (t.id, t.title))),
        "exit-codes" => exit_codes(),
        "json" => return json(args.detail.as_deref(), global),
        name => one(name)?,
    };
    global.put(&text)?;
    Ok(Outcome::Clean)
}

fn one(name: &str) -> Result<String, CliError> {
    if let Some(page) = page(name) {
        return Ok(human::page(&page));
    }
    if let Some(r) = rule(name) {
        return Ok(format!("{}（{}）\n\n为什么：{}\n", r.what, r.name, r.why));
    }
    if let Some(r) = report::report(name) {
        return Ok(format!("{}（{}）\n\n内容：{}\n依据：{}\n", r.title, r.name, r.what, r.basis));
    }
    if let Some(d) = DOCUMENTS.iter().find(|d| d.id == name || d.name == name) {
        let code = d.official_code;
        let number = if d.number_required { "必填" } else { "可以不填" };
        return Ok(format!(
            "{}（{}）\n\n身份证件类型代码：{code}　号码：{number}\n{}\n依据：{}\n",
            d.name, d.id, d.manual, d.basis
        ));
    }
    if let Some(table) = code::table(name) {
        let entries: String = table.entries().iter().map(entry).collect();
        return Ok(format!("{}（{}）\n标准：{}\n\n{entries}", table.title(), table.id(), table.standard()));
    }
    let hint = "用 xueji explain checks、rules、reports、documents、fields、tables、exit-codes 或 json 列出可以说明的内容。";
    let near = near(name).map(|n| format!("是不是要查 {n} ？")).unwrap_or_default();
    Err(usage(format!("没有“{name}”的说明。"), format!("{near}{hint}")))
}

fn entry(e: &code::table::Entry) -> String {
    let aliases = if e.aliases.is_empty() {
        String::new()
    } else {
        format!("（也认：{}）", e.aliases.join("、"))
    };
    let mark = if e.confirmed { "" } else { "　[未经官方文本证实]" };
    format!("{}\t{}{aliases}{mark}\n", e.code, e.label)
}

fn near(name: &str) -> Option<&'static str> {
    let all = CHECKS
        .iter()
        .map(|c| c.name)
        .chain(dedup::RULES.iter().map(|r| r.name))
        .chain(REPORTS.iter().map(|r| r.name))
        .chain(RULES.iter().map(|r| r.name));
    let scored = all.map(|n| (strsim::jaro_winkler(n, name), n));
    scored.filter(|(s, _)| *s > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, n)| n)
}

fn list(names: impl Iterator<Item = (&'static str, &'static str)>) -> String {
    two_columns("名称", "说明", names.map(|(a, b)| vec![a.to_owned(), b.to_owned()]).collect())
}

fn two_columns(a: &str, b: &str, rows: Vec<Vec<String>>) -> String {
    let table =
        Table { columns: vec![Column::text("name", a), Column::text("title", b)], rows, ..Table::default() };
    human::table(&table, Privacy::Masked, terminal_width())
}

/// Every column a roster may have, with its element in JY/T 1002.
fn fields() -> String {
    let need = |n| match n {
        Need::Must => "★必填",
        Need::Conditional => "按证件类型",
        Need::Optional => "选填",
    };
    let rows = FIELDS.iter().map(|s| {
        let texts = [s.key, s.heading, s.element, need(s.need)];
        texts.map(str::to_owned).to_vec()
    });
    let headings = [("key", "键"), ("heading", "栏目"), ("element", "数据项"), ("need", "填写")];
    let columns = headings.map(|(key, heading)| Column::text(key, heading)).to_vec();
    human::table(
        &Table { columns, rows: rows.collect(), ..Table::default() },
        Privacy::Masked,
        terminal_width(),
    )
}

fn exit_codes() -> String {
    two_columns(
        "退出码",
        "意思",
        EXIT_CODES.iter().map(|(c, t)| vec![c.to_string(), (*t).to_owned()]).collect(),
    )
}

fn json(name: Option<&str>, global: &Global) -> Result<Outcome, CliError> {
    match name {
        None => global.put(&list(schema::SCHEMAS.iter().map(|s| (s.name, s.what))))?,
        Some(name) => {
            let found = schema::find(name);
            let found = found.ok_or_else(|| {
                usage(format!("没有 JSON 格式“{name}”。"), "用 xueji explain json 列出全部。")
            })?;
            global.put_json(&(found.make)())?;
        }
    }
    Ok(Outcome::Clean)
}
