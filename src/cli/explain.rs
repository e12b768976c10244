//! `xueji explain`: the manual page of a check, a rule, a report, a document kind, a code table, exit codes, a schema.

use crate::app::places;
use crate::check::CHECKS;
use crate::code::{self, TABLES};
use crate::dedup;
use crate::model::change::guard::GUARDS;
use crate::model::change::{self, CHANGES};
use crate::model::document::DOCUMENTS;
use crate::model::field::{FIELDS, Need};
use crate::model::finding::Page;
use crate::model::flag::FLAGS;
use crate::model::status::STATUSES;
use crate::model::table::{Column, Table};
use crate::output::{Privacy, human, schema};
use crate::province;
use crate::province::key::{Form, KEYS};
use crate::report::{self, REPORTS};
use crate::roster::column::aliases;
use crate::roster::layout::DECISIONS;
use crate::roster::normalize::rule::{RULES, rule};

use super::failure::{CliError, EXIT_CODES, usage};
use super::global::{Global, terminal_width};
use super::wizard::answer_file;
use super::{Outcome, explain_change};

/// 说明一项检查、报表、证件、代码表或退出码：是什么、为什么、依据、办法
#[derive(clap::Args)]
pub struct Args {
    /// 名称；checks、rules、reports、documents、fields、headings、decisions、mapping、tables、statuses、flags、changes、
    /// guards、wizard、province、rule-pack、exit-codes、json 列出各类
    #[arg(value_name = "名称")]
    name: String,
    /// json 之后的格式名称，province 之后的省名
    #[arg(value_name = "细目")]
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
        "wizard" => answer_file::page(),
        "rules" => list(RULES.iter().map(|r| (r.name, r.what))),
        "tables" => list(TABLES.iter().map(|t| (t.id, t.title))),
        "exit-codes" => exit_codes(),
        "statuses" => statuses(),
        "changes" => explain_change::changes(),
        "guards" => explain_change::guards(),
        "flags" => two_columns(
            "键",
            "标记",
            FLAGS.iter().map(|(f, ..)| vec![f.key().to_owned(), f.label().to_owned()]).collect(),
        ),
        "province" => province(args.detail.as_deref())?,
        "rule-pack" => rule_pack(),
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
    if let Some(s) = change::spec(name) {
        return Ok(explain_change::change(s));
    }
    if let Some(g) = GUARDS.iter().find(|g| g.name == name) {
        return Ok(explain_change::guard(g));
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
    let hint = "用 xueji explain checks、rules、reports、documents、fields、headings、decisions、mapping、tables、statuses、flags、changes、guards、wizard、province、rule-pack、exit-codes 或 json 列出可以说明的内容。";
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
        .chain(RULES.iter().map(|r| r.name))
        .chain(CHANGES.iter().map(|s| s.kind))
        .chain(GUARDS.iter().map(|g| g.name));
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

/// Every status a registration may have, with its official code.
fn statuses() -> String {
    let rows = STATUSES.iter().map(|s| {
        let place = if s.holds_place { "在册" } else { "已离册" };
        [s.key, s.label, s.official_code, place].map(str::to_owned).to_vec()
    });
    let headings = [("key", "键"), ("label", "状态"), ("code", "学生当前状态码"), ("place", "在册")];
    let columns = headings.map(|(key, heading)| Column::text(key, heading)).to_vec();
    let table = Table { columns, rows: rows.collect(), ..Table::default() };
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

/// The rules of a province, every edition with its sources; the list of provinces without a name.
fn province(name: Option<&str>) -> Result<String, CliError> {
    let Some(name) = name else {
        let rows = province::packs().iter().map(|p| {
            let editions: Vec<String> = p.editions.iter().map(|e| e.from.to_string()).collect();
            vec![p.name.clone(), editions.join("、")]
        });
        return Ok(two_columns("省", "各版开始的日期", rows.collect()));
    };
    let Some(pack) = province::pack(name) else {
        let hint = "用 xueji explain province 列出；没有列出的省按全国规则，或用 --rules 文件写明本地规则。";
        return Err(usage(format!("没有“{name}”的规则。"), hint));
    };
    let mut text = format!("{}（{}）\n", pack.name, pack.division);
    for edition in &pack.editions {
        text.push_str(&format!("\n自 {} 起：{}\n来源：{}\n", edition.from, edition.title, edition.source));
        for v in &edition.values {
            let mark = if v.confirmed { "" } else { "　[未证实]" };
            let note = if v.note.is_empty() { String::new() } else { format!("　{}。", v.note) };
            text.push_str(&format!(
                "  {}：{}{mark}{note}　来源：{}\n",
                v.key.title,
                v.datum.label(),
                v.source
            ));
        }
        for (check, switch) in &edition.checks {
            let severity = switch.severity().map_or("不查", crate::model::finding::Severity::label);
            text.push_str(&format!("  检查 {check}：{severity}\n"));
        }
    }
    text.push_str(
        "\n这里没有写的按全国规则（xueji explain province 全国）。[未证实]：只见一处，或只是某地的做法。\n",
    );
    Ok(text)
}

/// How a file for `--rules` is written.
fn rule_pack() -> String {
    let rows = KEYS.iter().map(|k| {
        let form = match k.form {
            Form::Count(unit) => format!("整数（{unit}）"),
            Form::Day => "月和日，如 \"08-31\"".to_owned(),
            Form::System => "如 \"6-3-3\"".to_owned(),
            Form::Fields => "栏目的键，见 xueji explain fields".to_owned(),
            Form::Names(names) => {
                names.iter().map(|(n, l)| format!("{n}（{l}）")).collect::<Vec<_>>().join("、")
            }
        };
        vec![format!("{} {}", k.name, k.title), form]
    });
    let example = "\
本地规则文件（--rules，TOML 格式）；错写的一项会指出文件、行和最接近的名称

name = \"某县\"
division = \"330106\"

[[edition]]                       # 可以有几版，按开始日期先后
from = \"2026-09-01\"
title = \"某县招生入学办法\"
source = \"某教〔2026〕1号\"

[edition.values.entry_age_date]
value = \"08-31\"
source = \"第三条\"
confirmed = true                  # 没有官方文件的写 false，由它定的问题会注明

[edition.checks]                  # off 不查，error 必改，explain 须说明，note 提示
\"phone-malformed\" = \"note\"

可以写的各项：
";
    format!("{example}{}", two_columns("键", "写法", rows.collect()))
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
