//! Applications as lists and one by one: whose turn it is, until when, what was decided.

use crate::app::change::clock::{self, Clockwork, Due};
use crate::app::change::{self, decide};
use crate::app::loaded;
use crate::code;
use crate::model::application::{Application, Phase};
use crate::model::change::Spec;
use crate::model::change::input::{INPUTS, Input, Told};
use crate::model::evidence::Subject;
use crate::model::field::Field;
use crate::model::journal::{Value, Write, writes_of};
use crate::model::record_table::APPLICATION;
use crate::model::registration::Registration;
use crate::model::school::Directory;
use crate::model::table::{Column, Personal, Table};
use crate::output::{Format, Privacy, mask};
use crate::province::Pack;
use crate::report::dashed;
use crate::roster::code_cell::label;
use crate::store::Store;
use crate::store::application::Asked;
use crate::store::lookup::Which;

use super::Outcome as Ended;
use super::failure::CliError;
use super::global::Global;
use super::unmask::{Concerned, Unmask};

/// What clocks are read by, for this command.
pub fn clockwork<'a>(
    store: &Store,
    directory: &'a Directory,
    rules: Option<&'a Pack>,
    global: &Global,
) -> Result<Clockwork<'a>, CliError> {
    Ok(Clockwork { calendar: loaded::calendar(store)?, directory, rules, today: global.today()? })
}

/// An office for people: a school's name, or the authority's as it stands.
pub fn office<'a>(directory: &'a Directory, office: &'a str) -> &'a str {
    directory.school(office).map_or(office, |s| s.name.as_str())
}

/// The applications of a command's kinds, as a list with clocks.
pub fn list(
    kinds: &dyn Fn(&Spec) -> bool,
    all: bool,
    only: &dyn Fn(&Application, Due) -> bool,
    global: &Global,
) -> Result<usize, CliError> {
    let store = global.store()?;
    let directory = store.directory()?;
    let rules = loaded::rules(&store)?;
    let by = clockwork(&store, &directory, rules.as_ref(), global)?;
    let found = store.applications(if all { &Asked::All } else { &Asked::Open })?;
    let mut rows = Vec::new();
    for a in found.iter().filter(|a| kinds(a.spec)) {
        let due = clock::due(a, &by);
        if only(a, due) {
            rows.push(row(&store, &directory, a, due)?);
        }
    }
    let count = rows.len();
    let foot = vec![format!("共 {count} 件。")];
    let table = Table { title: "申请".into(), columns: columns(), rows, foot, ..Table::default() };
    // A cron that is told to be quiet sends no mail where there is nothing.
    if !(global.quiet && count == 0 && global.form() == Format::Human) {
        global.put_tables(&[table], Privacy::Masked)?;
    }
    Ok(count)
}

fn columns() -> Vec<Column> {
    vec![
        Column::text("application", "编号"),
        Column::text("kind", "变动"),
        Column::personal("name", "姓名", Personal::Name),
        Column::text("student", "学生"),
        Column::text("school", "学校"),
        Column::text("state", "状态"),
        Column::text("turn", "轮到"),
        Column::text("office", "单位"),
        Column::text("arrived_on", "到达日期"),
        Column::text("due", "期限"),
        Column::text("left", "剩余"),
        Column::text("opened_on", "申请日期"),
    ]
}

/// The pupil of an application: the registration, or nobody yet.
pub fn pupil(store: &Store, a: &Application) -> Result<Option<Registration>, CliError> {
    let Some(id) = a.student else { return Ok(None) };
    Ok(store.registrations(&Which::Id(id))?.pop())
}

/// The name of the pupil of an application: of the registration, or of what is told of one who is to come.
pub fn name(a: &Application, pupil: Option<&Registration>) -> String {
    let told = || a.told.fields().find(|(k, _)| *k == Field::PupilName.key()).map_or("", |f| f.1);
    pupil.map_or_else(told, |r| r.record.get(Field::PupilName)).to_owned()
}

fn row(store: &Store, directory: &Directory, a: &Application, due: Due) -> Result<Vec<String>, CliError> {
    let pupil = pupil(store, a)?;
    let name = name(a, pupil.as_ref());
    let school = pupil.as_ref().map_or(a.told.get(Input::OtherSchool), |r| r.school.as_str());
    let turn = a.turn();
    Ok(vec![
        a.id.to_string(),
        a.spec.name.to_owned(),
        name,
        a.student.map_or_else(String::new, |id| id.to_string()),
        office(directory, school).to_owned(),
        a.phase.label().to_owned(),
        turn.map_or("—", |s| s.party.label()).to_owned(),
        turn.map_or("—", |s| office(directory, &s.office)).to_owned(),
        turn.and_then(|s| s.arrived_on).map_or_else(String::new, |d| d.to_string()),
        due.day(),
        due.left(),
        a.opened_on.to_string(),
    ])
}

/// What an application is looked up by, and whether whole data is asked for.
#[derive(clap::Args)]
pub struct Looking {
    /// 申请编号
    #[arg(value_name = "申请")]
    application: String,
    #[command(flatten)]
    unmask: Unmask,
}

/// One application: what was told, every step, and what it changes in the record.
pub fn show(looking: &Looking, global: &Global) -> Result<Ended, CliError> {
    let mut store = global.store()?;
    let a = decide::application(&store, &looking.application)?;
    let whom = match a.student {
        Some(id) => Concerned::Students(vec![id]),
        None => Concerned::Report(format!("{}申请 {}", a.spec.name, a.id)),
    };
    let permit = global.permit(&mut store, &looking.unmask, &whom)?;
    let hint = format!("看没有遮盖的：加 --reveal --purpose 用途（写入流水），申请 {}。", a.id);
    let tables = tables_of(&store, &a, (permit.privacy(), &hint), global)?;
    global.put_permitted(&mut store, tables, &permit)?;
    Ok(Ended::Clean)
}

/// An application with its fields masked or not, and how to see them where they are.
pub fn tables_of(
    store: &Store,
    a: &Application,
    (privacy, hint): (Privacy, &str),
    global: &Global,
) -> Result<Vec<Table>, CliError> {
    let directory = store.directory()?;
    let rules = loaded::rules(store)?;
    let by = clockwork(store, &directory, rules.as_ref(), global)?;
    let rows = a.steps.iter().enumerate().map(|(i, s)| {
        let d = s.decision.as_ref();
        vec![
            (i + 1).to_string(),
            s.party.label().to_owned(),
            office(&directory, &s.office).to_owned(),
            s.arrived_on.map_or_else(|| "未到".to_owned(), |d| d.to_string()),
            d.map_or("—", |d| d.act.label()).to_owned(),
            d.map_or_else(String::new, |d| d.on.to_string()),
            d.map_or_else(String::new, |d| d.by.clone()),
            d.map_or_else(String::new, |d| d.reason.clone()),
        ]
    });
    let due = clock::due(a, &by);
    let handed_in = store.evidence_of(&Subject::Application(a.id.to_string()))?;
    let papers =
        handed_in.iter().map(|e| format!("材料：{}（第 {} 份，{} 字节）", e.note, e.ordinal, e.length));
    let papers: Vec<String> = papers.collect();
    let next = next_command(a).map(|command| format!("下一步：{command}"));
    let back = a.told.sent_back().filter(|_| a.phase == Phase::Returned);
    let back = back.map(|[by, on, reason]| format!("退回：{on} {by}：{reason}"));
    let table = Table {
        title: format!("{}申请 {}", a.spec.name, a.id),
        head: vec![
            format!("状态：{}　申请日期：{}　申请人：{}", a.phase.label(), a.opened_on, a.opened_by),
            whose(store, &directory, a, privacy)?,
            format!("本步期限：{}　{}", due.day(), due.left()),
        ],
        columns: [
            ("ordinal", "次序"),
            ("party", "办理方"),
            ("office", "单位"),
            ("arrived_on", "到达"),
            ("act", "办理"),
            ("decided_on", "日期"),
            ("by", "经办人"),
            ("reason", "理由"),
        ]
        .map(|(key, heading)| Column::text(key, heading))
        .to_vec(),
        rows: rows.collect(),
        foot: told_lines(&directory, &a.told)
            .into_iter()
            .chain(papers)
            .chain(back)
            .chain(retracted(store, a)?)
            .chain(next)
            .collect(),
        ..Table::default()
    };
    let mut tables = vec![table];
    tables.extend(revision(store, a, (privacy, hint))?);
    Ok(tables)
}

/// The pupil of an application, as people know each other: name, school and class, and the number of the registry.
fn whose(
    store: &Store,
    directory: &Directory,
    a: &Application,
    privacy: Privacy,
) -> Result<String, CliError> {
    let Some(r) = pupil(store, a)? else { return Ok("学生：（尚未调档）".to_owned()) };
    let name = mask::value(Some(Field::PupilName), r.record.get(Field::PupilName), privacy);
    let school = office(directory, r.school.as_str());
    Ok(format!("学生：{name}　{school}　{} 班　{}　内部编号 {}", r.class_number, r.standing(), r.id))
}

/// What is to stand in the record, beside what stood: whoever decides has to see both.
fn revision(
    store: &Store,
    a: &Application,
    (privacy, hint): (Privacy, &str),
) -> Result<Option<Table>, CliError> {
    if a.told.fields().next().is_none() {
        return Ok(None);
    }
    let stood = change::stood(store, a)?.or(pupil(store, a)?);
    let mut rows = Vec::new();
    for (key, new) in a.told.fields() {
        let Some(field) = Field::from_key(key) else { continue };
        let old = stood.as_ref().map_or("", |r| r.record.get(field));
        let shown = |v: &str| mask::value(Some(field), &dashed(label(v)), privacy);
        rows.push(vec![field.heading().to_owned(), shown(old), shown(new)]);
    }
    let columns = [("field", "栏目"), ("before", "原来"), ("after", "改为")];
    Ok((!rows.is_empty()).then(|| Table {
        title: "更改的内容".into(),
        columns: columns.map(|(key, heading)| Column::text(key, heading)).to_vec(),
        rows,
        foot: (privacy == Privacy::Masked).then(|| hint.to_owned()).into_iter().collect(),
        ..Table::default()
    }))
}

/// Who took an application back, when and why: a retraction is nobody's step, and stands in the journal.
fn retracted(store: &Store, a: &Application) -> Result<Option<String>, CliError> {
    if a.phase != Phase::Retracted {
        return Ok(None);
    }
    let day = a.closed_on.map_or_else(String::new, |day| day.to_string());
    let Some(student) = a.student else { return Ok(Some(format!("撤销：{day}"))) };
    let after = Value::Text(Phase::Retracted.key().to_owned());
    let key = [Value::Text(a.id.as_str().to_owned())];
    let closes = |write: &Write| match write {
        Write::Update { table, key: of, set } => {
            table.name == APPLICATION.name && *of == key && set.iter().any(|(_, _, to)| *to == after)
        }
        Write::Insert { .. } | Write::Delete { .. } => false,
    };
    let entries = store.entries_of(student)?;
    let entry = entries.iter().rev().find(|e| writes_of(&e.body).is_some_and(|all| all.iter().any(closes)));
    let by = entry.map_or_else(String::new, |e| {
        let body: serde_json::Value = serde_json::from_str(&e.body).unwrap_or_default();
        match body["text"].as_str().unwrap_or_default() {
            "" => format!("，经办人 {}", e.actor),
            why => format!("，经办人 {}：{why}", e.actor),
        }
    });
    Ok(Some(format!("撤销：{day}{by}")))
}

/// The command of the party whose turn it is.
pub fn next_command(a: &Application) -> Option<String> {
    if a.phase == Phase::Returned {
        let command = if super::change::is_transfer(a.spec) { "transfer" } else { "change" };
        return Some(format!("改好再送：xueji {command} resubmit {}；不办了的撤销", a.id));
    }
    let turn = a.turn().filter(|_| a.phase == Phase::Open)?;
    let (id, party) = (&a.id, turn.party.key());
    Some(match (super::change::is_transfer(a.spec), a.awaits_collection()) {
        (true, true) => format!("学生报到后：xueji transfer collect {id}"),
        (true, false) => format!("xueji transfer consent {id} --as {party} --actor 另一名经办人"),
        (false, _) => format!("xueji change decide consent {id} --as {party} --actor 另一名经办人"),
    })
}

/// What was told, a line each; of fields only which they are.
pub fn told_lines(directory: &Directory, told: &Told) -> Vec<String> {
    let inputs = told.inputs().map(|(k, v)| {
        let label = INPUTS.iter().find(|i| i.1 == k).map_or(k, |i| i.2);
        let shown = if k == Input::Reason.key() { reason_label(v) } else { office(directory, v).to_owned() };
        format!("{label}：{shown}")
    });
    let fields: Vec<&str> =
        told.fields().filter_map(|(k, _)| Field::from_key(k).map(|f| f.heading())).collect();
    let fields = (!fields.is_empty()).then(|| format!("更改的栏目：{}", fields.join("、")));
    inputs.chain(fields).collect()
}

fn reason_label(code: &str) -> String {
    let entry = code::table("change_reason").and_then(|t| t.by_code(code));
    entry.map_or_else(|| code.to_owned(), |e| format!("{} {}", e.code, e.label))
}
