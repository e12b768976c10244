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
use crate::output::json::PageJson;
use crate::output::{Format, Privacy, human, schema};
use crate::province;
use crate::province::key::{Form, KEYS};
use crate::report::{self, REPORTS};
use crate::roster::column::aliases;
use crate::roster::layout::DECISIONS;
use crate::roster::normalize::rule::{RULES, rule};

use super::explain_topics::{self, TOPICS};
use super::failure::{CliError, EXIT_CODES, usage};
use super::global::{Global, terminal_width};
use super::wizard::answer_file;
use super::{
    Outcome, dedup_page, dispute_page, dropout, explain_change, file_page, sync_page, sync_privacy,
    verify_page,
};

/// 说明一项检查、报表、证件、代码表或退出码：是什么、为什么、依据、办法
#[derive(clap::Args)]
pub struct Args {
    /// 名称；不写名称时列出全部题目
    #[arg(value_name = "名称", default_value = "topics", hide_default_value = true)]
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

/// What is said of a name: a list, or a page.
enum Said {
    Table(Table),
    Page(Box<PageJson>),
}

/// A page that is only text.
fn text(name: &str, title: &str, text: String) -> Said {
    let (name, title) = (name.to_owned(), title.to_owned());
    Said::Page(Box::new(PageJson { schema: schema::PAGE, name, title, text, ..PageJson::default() }))
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let said = match args.name.as_str() {
        "topics" => list(TOPICS.iter().copied()),
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
        "mapping" => text("mapping", "栏目名对照文件", MAPPING.to_owned()),
        "calendar-file" => text("calendar-file", "年历文件", CALENDAR_FILE.to_owned()),
        "wizard" => text("wizard", "向导和答案文件", answer_file::page()),
        "dedup" | "查重" => text("dedup", "查重", dedup_page::DEDUP.to_owned()),
        "rules" => list(RULES.iter().map(|r| (r.name, r.what))),
        "tables" => list(TABLES.iter().map(|t| (t.id, t.title))),
        "sync" => text("sync", "上报", sync_page::page()),
        "sync-privacy" => text("sync-privacy", "上报的保密", sync_privacy::page()),
        "dispute" | "问题学籍" => text("dispute", "问题学籍", dispute_page::PAGE.to_owned()),
        "file" => text("file", "学籍档案", file_page::page()),
        "verify" => text("verify", "学籍核查", verify_page::page()),
        "dropout-watch" => text("dropout-watch", "控辍保学台账", dropout::page()),
        "disputes" => list(dispute_page::names()),
        "exit-codes" => exit_codes(),
        "statuses" => statuses(),
        "changes" => Said::Table(explain_change::changes()),
        "guards" => Said::Table(explain_change::guards()),
        "flags" => two_columns(
            "键",
            "标记",
            FLAGS.iter().map(|(f, ..)| vec![f.key().to_owned(), f.label().to_owned()]).collect(),
        ),
        "province" => province(args.detail.as_deref())?,
        "rule-pack" => text("rule-pack", "本地规则文件", rule_pack()),
        "json" => match json(args.detail.as_deref())? {
            None => list(schema::SCHEMAS.iter().map(|s| (s.name, s.what))),
            Some(found) => {
                global.put_json(&(found.make)())?;
                return Ok(Outcome::Clean);
            }
        },
        name => one(name)?,
    };
    match said {
        Said::Table(table) => global.put_tables(&[table], Privacy::Masked)?,
        Said::Page(page) if global.form() == Format::Json => global.put_json(&*page)?,
        Said::Page(page) if global.form() == Format::Human => global.put(&page.text)?,
        Said::Page(_) => return Err(usage("说明不是表格。", "请用 --format human 或 json。")),
    }
    Ok(Outcome::Clean)
}

fn one(name: &str) -> Result<Said, CliError> {
    if let Some((name, title, page)) = explain_topics::page(name) {
        return Ok(text(name, title, page.to_owned()));
    }
    if let Some(page) = page(name) {
        return Ok(Said::Page(Box::new(PageJson {
            schema: schema::PAGE,
            name: page.name.to_owned(),
            title: page.title.to_owned(),
            text: human::page(&page),
            severity: Some(page.severity.key()),
            what: Some(page.what.to_owned()),
            why: Some(page.why.to_owned()),
            remedy: Some(page.remedy.to_owned()),
            basis: Some(page.basis.to_owned()),
        })));
    }
    if let Some(s) = change::spec(name) {
        return Ok(text(s.kind, s.name, explain_change::change(s)));
    }
    if let Some(g) = GUARDS.iter().find(|g| g.name == name) {
        return Ok(text(g.name, g.title, explain_change::guard(g)));
    }
    if let Some(page) = dispute_page::of(name) {
        return Ok(text(name, "问题学籍", page));
    }
    if let Some(r) = rule(name) {
        let page = format!("{}（{}）\n\n为什么：{}\n", r.what, r.name, r.why);
        return Ok(text(r.name, r.what, page));
    }
    if let Some(r) = report::report(name) {
        let page = format!(
            "{}（{}）\n\n内容：{}\n口径：{}\n日期：{}\n依据：{}\n",
            r.title,
            r.name,
            r.what,
            r.counted,
            r.time.told(),
            r.basis
        );
        return Ok(text(r.name, r.title, page));
    }
    if let Some(d) = DOCUMENTS.iter().find(|d| d.id == name || d.name == name) {
        let code = d.official_code;
        let number = if d.number_required { "必填" } else { "可以不填" };
        let page = format!(
            "{}（{}）\n\n身份证件类型代码：{code}　号码：{number}\n{}\n依据：{}\n",
            d.name, d.id, d.manual, d.basis
        );
        return Ok(text(d.id, d.name, page));
    }
    let by_title = || TABLES.iter().find(|t| t.title == name).and_then(|t| code::table(t.id));
    if let Some(table) = code::table(name).or_else(by_title) {
        let entries: String = table.entries().iter().map(entry).collect();
        let page = format!("{}（{}）\n标准：{}\n\n{entries}", table.title(), table.id(), table.standard());
        return Ok(text(table.id(), table.title(), page));
    }
    let hint = "用 xueji explain 列出全部题目，再写题目的名称看其中各项。";
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
        .chain(dispute_page::names().map(|(name, _)| name))
        .chain(RULES.iter().map(|r| r.name))
        .chain(CHANGES.iter().map(|s| s.kind))
        .chain(GUARDS.iter().map(|g| g.name));
    let scored = all.map(|n| (strsim::jaro_winkler(n, name), n));
    scored.filter(|(s, _)| *s > 0.8).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, n)| n)
}

fn list(names: impl Iterator<Item = (&'static str, &'static str)>) -> Said {
    two_columns("名称", "说明", names.map(|(a, b)| vec![a.to_owned(), b.to_owned()]).collect())
}

fn two_columns(a: &str, b: &str, rows: Vec<Vec<String>>) -> Said {
    let columns = vec![Column::text("name", a), Column::text("title", b)];
    Said::Table(Table { columns, rows, ..Table::default() })
}

/// Every status a registration may have, with its official code.
fn statuses() -> Said {
    let rows = STATUSES.iter().map(|s| {
        let place = if s.holds_place { "在册" } else { "已离册" };
        [s.key, s.label, s.official_code, place].map(str::to_owned).to_vec()
    });
    let headings = [("key", "键"), ("label", "状态"), ("code", "学生当前状态码"), ("place", "在册")];
    let columns = headings.map(|(key, heading)| Column::text(key, heading)).to_vec();
    Said::Table(Table { columns, rows: rows.collect(), ..Table::default() })
}

/// Every column a roster may have, with its element in JY/T 1002.
fn fields() -> Said {
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
    Said::Table(Table { columns, rows: rows.collect(), ..Table::default() })
}

/// Every heading a column may have, with its field and where it is published.
fn headings() -> Said {
    let official = FIELDS.iter().map(|s| [s.heading, s.key, "模板"].map(str::to_owned).to_vec());
    let others = aliases().map(|a| [a.heading, a.field.key(), a.source].map(str::to_owned).to_vec());
    let columns = [("heading", "栏目名"), ("field", "字段"), ("source", "来源")];
    let columns = columns.map(|(key, heading)| Column::text(key, heading)).to_vec();
    let rows = official.chain(others).collect();
    Said::Table(Table { columns, rows, ..Table::default() })
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

/// The manual page of a year's calendar.
const CALENDAR_FILE: &str = "\
年历文件（xueji calendar load，TOML 格式）：照国务院办公厅当年的通知写

year = 2027
notices = [\"国务院办公厅关于2027年部分节假日安排的通知\"]
off = [                                   # 放假、调休的日子，起止都算；可以含上年12月
    { from = \"2027-01-01\", to = \"2027-01-03\", festival = \"元旦\" },
]
work = [                                  # 周六、周日调休上班的日子
    { date = \"2027-02-20\", festival = \"春节\" },
]

没有写的日子，周一至周五上班，周六、周日休息。元旦、劳动节、国庆节没有放假的，同一天写了两次的，
调休上班不在周末的，与相邻年份写的正相反的，都不收。年中另有通知的，改好文件再载入一次。
上面的日期是写法举例，不是通知的内容。
";

fn exit_codes() -> Said {
    two_columns(
        "退出码",
        "意思",
        EXIT_CODES.iter().map(|(c, t)| vec![c.to_string(), (*t).to_owned()]).collect(),
    )
}

/// The rules of a province, every edition with its sources; the list of provinces without a name.
fn province(name: Option<&str>) -> Result<Said, CliError> {
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
    let mut page = format!("{}（{}）\n", pack.name, pack.division);
    for edition in &pack.editions {
        let until = edition.until.map_or_else(String::new, |day| format!("，至 {day} 止"));
        page.push_str(&format!(
            "\n自 {} 起{until}：{}\n来源：{}\n",
            edition.from, edition.title, edition.source
        ));
        for v in &edition.values {
            let mark = if v.confirmed { "" } else { "　[未证实]" };
            let note = if v.note.is_empty() { String::new() } else { format!("　{}。", v.note) };
            page.push_str(&format!(
                "  {}：{}{mark}{note}　来源：{}\n",
                v.key.title,
                v.datum.label(),
                v.source
            ));
        }
        for (check, switch) in &edition.checks {
            let severity = switch.severity().map_or("不查", crate::model::finding::Severity::label);
            page.push_str(&format!("  检查 {check}：{severity}\n"));
        }
    }
    page.push_str(
        "\n这里没有写的按全国规则（xueji explain province 全国）。[未证实]：只见一处，或只是某地的做法。\n",
    );
    Ok(text(&pack.division, &pack.name, page))
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
from = \"2026-09-01\"               # 定有有效期的，另写 until = \"2031-08-31\"
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
    let columns = vec![Column::text("name", "键"), Column::text("title", "写法")];
    let keys = Table { columns, rows: rows.collect(), ..Table::default() };
    format!("{example}{}", human::table(&keys, Privacy::Masked, terminal_width()))
}

/// The JSON Schema that is asked for; none where it is the list of them.
fn json(name: Option<&str>) -> Result<Option<&'static schema::Schema>, CliError> {
    match name {
        None => Ok(None),
        Some(name) => schema::find(name)
            .map(Some)
            .ok_or_else(|| usage(format!("没有 JSON 格式“{name}”。"), "用 xueji explain json 列出全部。")),
    }
}
