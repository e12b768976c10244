//! `xueji student`: one pupil found, shown, followed through the journal. Masked unless a purpose is given.

use std::path::Path;

use clap::Subcommand;

use crate::app::input::error::InputError;
use crate::app::student::{self, Query, Whole};
use crate::model::document;
use crate::model::entry_name;
use crate::model::field::Field;
use crate::model::id::StudentId;
use crate::model::registration::Registration;
use crate::model::table::{Column, Personal, Table};
use crate::output::{Format, Privacy, mask};
use crate::report::dashed;
use crate::roster::code_cell::label;
use crate::xlsx::error::ReadError;

use super::failure::{CliError, file, usage};
use super::global::Global;
use super::unmask::{Concerned, Unmask};
use super::{Outcome, show};

/// 查找、查看一名学生；默认遮盖姓名和号码
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 按姓名、学籍号、证件号或班级查找；号码从标准输入读（写 -），不要写在命令行上
    Find {
        /// 姓名（写全），或 - 表示从标准输入读姓名或号码
        #[arg(value_name = "姓名")]
        text: Option<String>,
        /// 姓名，与直接写姓名相同
        #[arg(long, value_name = "姓名", conflicts_with = "text")]
        name: Option<String>,
        /// 学校标识码
        #[arg(long, value_name = "学校标识码")]
        school: Option<String>,
        /// 班号
        #[arg(long, value_name = "班号", requires = "school")]
        class: Option<String>,
        #[command(flatten)]
        unmask: Unmask,
    },
    /// 查看一名学生的全部信息
    Show {
        /// 内部编号，或 - 表示从标准输入读学籍号或证件号
        #[arg(value_name = "编号")]
        student: String,
        #[command(flatten)]
        unmask: Unmask,
    },
    /// 一名学生的流水：何时、何人、改了什么
    History {
        /// 内部编号，或 - 表示从标准输入读学籍号或证件号
        #[arg(value_name = "编号")]
        student: String,
    },
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match &args.command {
        Command::Find { text, name, school, class, unmask } => {
            let text = text.as_deref().or(name.as_deref());
            let query = Query { text: asked(text)?, school: school.clone(), class: class.clone() };
            find(&query, unmask, global)
        }
        Command::Show { student, unmask } => look(&subject(student)?, unmask, global),
        Command::History { student } => history(&subject(student)?, global),
    }
}

/// What was asked for on the command line or on stdin. A number on the command line would stay in the shell's history.
fn asked(text: Option<&str>) -> Result<Option<String>, CliError> {
    match text {
        Some("-") => Ok(Some(first_line()?)),
        Some(text) if looks_like_a_number(text) => Err(usage(
            "号码不要写在命令行上，会留在命令历史中。",
            "请写 - 并从标准输入送入，例如 xueji student find - < 号码.txt",
        )),
        other => Ok(other.map(str::to_owned)),
    }
}

/// Whom a text means; a number never stands on the command line.
pub fn subject(text: &str) -> Result<String, CliError> {
    asked(Some(text)).map(Option::unwrap_or_default)
}

/// The pupil of an internal key.
pub fn id(text: &str) -> Result<StudentId, CliError> {
    StudentId::parse(text).ok_or_else(|| {
        usage(format!("“{text}”不是内部编号。"), "请用 xueji student find 查到学生的内部编号。")
    })
}

fn looks_like_a_number(text: &str) -> bool {
    text.bytes().filter(u8::is_ascii_digit).count() >= 8 && StudentId::parse(text).is_none()
}

fn first_line() -> Result<String, CliError> {
    let mut line = String::new();
    let read = std::io::stdin().read_line(&mut line);
    match (read, line.trim()) {
        (Ok(_), text) if !text.is_empty() => Ok(text.to_owned()),
        _ => Err(usage("标准输入是空的。", "请送入一行姓名或号码。")),
    }
}

/// The text of a file, or of stdin for `-`.
pub fn read_lines(path: &Path) -> Result<String, CliError> {
    let text = if path.as_os_str() == "-" {
        std::io::read_to_string(std::io::stdin())
    } else {
        std::fs::read_to_string(path)
    };
    text.map_err(|e| match e.kind() {
        std::io::ErrorKind::InvalidData => {
            file(format!("{} 不是 UTF-8 文本。", path.display()), "请另存为 UTF-8 编码的文本文件再试。")
        }
        _ => InputError::from(ReadError::from_io(path, e)).into(),
    })
}

fn find(query: &Query, unmask: &Unmask, global: &Global) -> Result<Outcome, CliError> {
    if query.text.is_none() && query.school.is_none() {
        return Err(usage("没有说明要找谁。", "请写姓名，或用 --school、--class，或写 - 从标准输入读号码。"));
    }
    let mut store = global.store()?;
    let found = student::find(&store, query)?;
    let ids = found.iter().map(|r| r.id).collect();
    let permit = global.permit(&mut store, unmask, &Concerned::Students(ids))?;
    global.put_permitted(&mut store, vec![list(&found)], &permit)?;
    if found.is_empty() && global.form() == Format::Human && !global.quiet {
        global.print(NOBODY);
    }
    Ok(Outcome::Clean)
}

/// What to try when nobody was found.
const NOBODY: &str = "没有找到。姓名要写全，中间点用“·”；只知道一部分的，请用 --school、--class 列出全班再找；\
    号码请写 - 并从标准输入送入。\n";

fn list(found: &[Registration]) -> Table {
    let row = |r: &Registration| {
        let get = |f: Field| r.record.get(f).to_owned();
        vec![
            r.id.to_string(),
            get(Field::PupilName),
            label(r.record.get(Field::Sex)).to_owned(),
            dashed(r.record.get(Field::BirthDate)),
            r.school.to_string(),
            r.class_number.clone(),
            get(Field::Number),
            r.standing(),
        ]
    };
    Table {
        title: "学生".into(),
        columns: vec![
            Column::text("student", "内部编号"),
            Column::personal("name", "姓名", Personal::Name),
            Column::text("sex", "性别"),
            Column::text("birth_date", "出生日期"),
            Column::text("school", "学校"),
            Column::text("class_number", "班号"),
            Column::personal("registry_number", "学籍号", Personal::Number),
            Column::text("status", "状态"),
        ],
        rows: found.iter().map(row).collect(),
        foot: vec![format!("共 {} 名。", found.len())],
        ..Table::default()
    }
}

fn look(text: &str, unmask: &Unmask, global: &Global) -> Result<Outcome, CliError> {
    let mut store = global.store()?;
    let whole = student::show(&store, text)?;
    let concerned = Concerned::Students(vec![whole.registration.id]);
    let permit = global.permit(&mut store, unmask, &concerned)?;
    let table = global.for_people(record_table(&whole, permit.privacy()), &["key"]);
    global.put_permitted(&mut store, vec![table], &permit)?;
    Ok(Outcome::Clean)
}

fn record_table(whole: &Whole, privacy: Privacy) -> Table {
    let r = &whole.registration;
    let open = whole.pending.iter().map(|p| {
        let text = p.explanation.as_ref().map_or_else(|| "未说明".to_owned(), |t| format!("已说明：{t}"));
        format!("{}：{}（{text}）", show::title(&p.check), p.message)
    });
    let hanging =
        whole.flags.iter().map(|f| format!("标记：{}（自 {} 起，{}）", f.flag.label(), f.since, f.basis));
    let until = r.until.as_ref().map_or_else(String::new, |day| format!("　在校止：{day}"));
    Table {
        title: format!("学生 {}", r.id),
        head: vec![format!(
            "状态：{}　学校：{}　班号：{}　在校起：{}{until}",
            r.status.label(),
            r.school,
            r.class_number,
            r.since
        )],
        foot: hanging.chain(open).collect(),
        ..fields(r, privacy)
    }
}

/// Every field of a record that has a value.
pub fn fields(r: &Registration, privacy: Privacy) -> Table {
    let rows = r.record.iter().map(|(field, value)| {
        let shown = mask::value(Some(field), &dashed(label(value)), privacy);
        vec![field.heading().to_owned(), shown, field.key().to_owned()]
    });
    let columns = [("field", "栏目"), ("value", "内容"), ("key", "键")];
    let columns = columns.map(|(key, heading)| Column::text(key, heading)).to_vec();
    Table { columns, rows: rows.collect(), ..Table::default() }
}

fn history(text: &str, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let whole = student::show(&store, text)?;
    let rows = whole.entries.iter().map(|e| {
        let body: serde_json::Value = serde_json::from_str(&e.body).unwrap_or_default();
        let get =
            |key: &str| body.get(key).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
        let what =
            [get("source"), get("text")].into_iter().filter(|t| !t.is_empty()).collect::<Vec<_>>().join("；");
        let cells = [e.seq.to_string(), e.day.clone(), e.at.clone(), e.actor.clone()];
        cells
            .into_iter()
            .chain([
                entry_name::shown(&e.change).to_owned(),
                changed_columns(&body),
                what,
                e.batch.to_string(),
            ])
            .collect()
    });
    let table = Table {
        title: format!("流水：学生 {}", whole.registration.id),
        columns: vec![
            Column::count("seq", "序号"),
            Column::text("day", "业务日期"),
            Column::moment("at", "录入时间"),
            Column::text("actor", "经办人"),
            Column::text("change", "内容"),
            Column::text("values", "改动"),
            Column::text("source", "来源和说明"),
            Column::count("batch", "批次"),
        ],
        rows: rows.collect(),
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}

/// What an entry changed of the pupil, old → new, masked.
fn changed_columns(body: &serde_json::Value) -> String {
    let writes = body.get("writes").and_then(serde_json::Value::as_array).into_iter().flatten();
    let mut out = Vec::new();
    for set in writes.filter_map(|w| w.get("set")?.as_object()) {
        for (column, pair) in set {
            let text = |i: usize| pair.get(i).and_then(serde_json::Value::as_str).unwrap_or_default();
            match column.as_str() {
                "details" => out.extend(changed_details(&pair[0], &pair[1])),
                "status" => {
                    let name = |t: &str| {
                        crate::model::status::Status::from_key(t).map_or("", |s| s.label()).to_owned()
                    };
                    out.push(format!("状态 {}→{}", name(text(0)), name(text(1))));
                }
                "number" => {
                    out.push(format!("学籍号 {}→{}", document::mask(text(0)), document::mask(text(1))))
                }
                "since" | "until" | "document_key" | "identity_key" | "explanation" => {}
                other => {
                    let field = Field::from_key(other);
                    let shown = |t: &str| mask::value(field, label(t), Privacy::Masked);
                    let name = field.map_or(other, |f| f.heading());
                    out.push(format!("{name} {}→{}", shown(text(0)), shown(text(1))));
                }
            }
        }
    }
    out.join("；")
}

fn changed_details(before: &serde_json::Value, after: &serde_json::Value) -> Vec<String> {
    let nothing = serde_json::Map::new();
    let (before, after) = (before.as_object().unwrap_or(&nothing), after.as_object().unwrap_or(&nothing));
    let keys: std::collections::BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changed = keys.into_iter().filter(|k| before.get(*k) != after.get(*k));
    changed
        .map(|key| {
            let field = Field::from_key(key);
            let get = |of: &serde_json::Map<String, serde_json::Value>| {
                let text = of.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
                mask::value(field, &dashed(label(text)), Privacy::Masked)
            };
            format!("{} {}→{}", field.map_or(key.as_str(), |f| f.heading()), get(before), get(after))
        })
        .collect()
}
