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
use crate::roster::column::aliases;
use crate::roster::layout::DECISIONS;

use super::Outcome;
use super::failure::{CliError, EXIT_CODES, usage};
use super::global::{Global, terminal_width};

/// 说明一项检查、报表、证件、代码表或退出码：是什么、为什么、依据、办法
#[derive(clap::Args)]
pub struct Args {
    /// 名称；checks、reports、documents、fields、headings、decisions、mapping、tables、exit-codes、json 列出各类
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
        "headings" => headings(),
        "decisions" => {
            two_columns("键", "决定", DECISIONS.iter().map(|(k, n)| vec![(*k).into(), (*n).into()]).collect())
        }
        "mapping" => MAPPING.to_owned(),
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
    let hint = "用 xueji explain checks、reports、documents、fields、headings、decisions、mapping、tables、exit-codes 或 json 列出可以说明的内容。";
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
        .chain(REPORTS.iter().map(|r| r.name));
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

/// Every heading a column may have, with its field and where it is published.
fn headings() -> String {
    let official = FIELDS.iter().map(|s| [s.heading, s.key, "模板"].map(str::to_owned).to_vec());
    let others = aliases().map(|a| [a.heading, a.field.key(), a.source].map(str::to_owned).to_vec());
    let columns = [("heading", "栏目名"), ("field", "字段"), ("source", "来源")];
    let columns = columns.map(|(key, heading)| Column::text(key, heading)).to_vec();
    let rows = official.chain(others).collect();
    human::table(&Table { columns, rows, ..Table::default() }, Privacy::Masked, terminal_width())
}

/// The manual page of mapping files.
const MAPPING: &str = "\
栏目名对照文件（--mapping，TOML 格式）

[columns]                                 # 栏目名 = 字段，先于程序自带的对照
\"家长手机\" = \"guardian1_phone\"         # 字段写 xueji explain fields 的键或栏目名
\"监护人信息/电话\" = \"guardian1_phone\"  # 多行表头写全路径，用 / 隔开
\"@F\" = \"document_number\"             # 或写列号；只对这个文件有用
\"旧学号\" = \"-\"                       # 不读

[constants]                               # 整表相同的内容；有这一栏时只用于空白的格
school_code = \"2133916413\"
class_name = \"一（1）班\"

[layout]                                  # 与 --sheet、--header-row 相同
sheet = [\"一（1）班\", \"一（2）班\"]
header_row = 3

比较栏目名时不计全角半角、空白、换行、星号；家庭成员写全，如“成员1姓名”。
xueji mapping learn 文件 --school 学校标识码 把 [columns] 记在该校名下：以后文件名、工作表名称或表中
出现该校标识码，或用 --school 指明该校时照用。--mapping 写的先于记住的，记住的先于自带的。
";

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
