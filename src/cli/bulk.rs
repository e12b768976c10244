//! `import` and `--all` of `xueji transfer` and `xueji change`: many pupils at once, each row with its outcome.

use std::path::{Path, PathBuf};

use crate::app::change::bulk::decide::{self, Ballot, Chosen, Deciders};
use crate::app::change::bulk::open::{self, Wanted};
use crate::app::change::bulk::read::Kinds;
use crate::app::change::bulk::{Fate, Line, all_reasons, tally};
use crate::app::failure::Failure;
use crate::app::list as app_list;
use crate::check;
use crate::model::cell::Row;
use crate::model::change::Spec;
use crate::model::change::guard::GUARDS;
use crate::model::change::step::{Act, Party};
use crate::model::table::{Column, Personal, Table};
use crate::output::json::{Bulk, BulkReason, BulkRow};
use crate::output::{Format, Privacy, human, mask, schema};
use crate::store::Store;
use crate::xlsx::write;

use super::Outcome;
use super::ask;
use super::change_list::office;
use super::failure::{CliError, persist, usage};
use super::global::{Global, terminal_width};
use super::rules;

/// What an import of a list may be told.
#[derive(clap::Args, Clone, Debug)]
pub struct List {
    /// 名单：工作簿或 csv，栏目见 xueji template
    #[arg(value_name = "名单")]
    file: PathBuf,
    /// 有一行不能办，就全部不办
    #[arg(long)]
    all_or_nothing: bool,
    /// 把不能办的行连同原因写到这个工作簿，改好后再导入
    #[arg(long, value_name = "文件")]
    failed: Option<PathBuf>,
    /// 核实无误、可以说明的问题：问题名=说明，对有这个问题的各行都有效；可以写几次
    #[arg(long, value_name = "问题=说明")]
    explain: Vec<String>,
    /// 本地规则文件，写法见 xueji explain rule-pack
    #[arg(long, value_name = "文件")]
    rules: Option<PathBuf>,
    /// 只预览：逐行列出结果，不写入
    #[arg(long)]
    dry_run: bool,
    /// 升学没有写班级的，按人数均衡编入接收学校起始年级各班
    #[arg(long)]
    assign_classes: bool,
}

/// Which applications to decide, where it is more than one.
#[derive(clap::Args, Clone, Debug, Default)]
pub struct Many {
    /// 办理轮到这一方的全部申请
    #[arg(long, conflicts_with = "application")]
    all: bool,
    /// 办理名单里的申请：有“编号”一栏的工作簿或 csv，可以有“理由”一栏
    #[arg(long, value_name = "名单", conflicts_with_all = ["application", "all"])]
    list: Option<PathBuf>,
    /// 只办轮到这个单位的：主管部门全称或学校标识码
    #[arg(long, value_name = "单位", requires = "all")]
    office: Option<String>,
    /// 有一件不能办，就全部不办
    #[arg(long)]
    all_or_nothing: bool,
    /// 只预览：逐件列出结果，不写入
    #[arg(long)]
    dry_run: bool,
}

impl Many {
    /// Whether more than one application may be meant.
    pub fn is_asked(&self) -> bool {
        self.all || self.list.is_some()
    }
}

/// A result, however it came about.
pub struct Shown<'a> {
    pub lines: &'a [Line],
    pub unread: &'a [String],
    pub batch: Option<i64>,
    pub dry_run: bool,
    pub what: &'a str,
}

/// Opens the applications of a list.
pub fn import(list: &List, kinds: Kinds, global: &Global) -> Result<Outcome, CliError> {
    refuse_workbook(global)?;
    let mut store = global.store()?;
    let rules = rules::own(list.rules.as_deref(), Some(&store))?;
    let explained = explained(&list.explain)?;
    let wanted = Wanted {
        path: &list.file,
        kinds,
        rules: rules.as_ref(),
        explained: &explained,
        assign_classes: list.assign_classes,
    };
    let session = global.session()?;
    let (opening, batch) = persist(|| {
        let mut progress = global.progress("逐行核对", None);
        let planned = open::plan(&store, &wanted, session.act.today, &mut |n| progress.at(n));
        progress.finish();
        let mut opening = planned?;
        whole_or_nothing(&opening.lines, list.all_or_nothing && !list.dry_run)?;
        if list.dry_run {
            return Ok((opening, None));
        }
        let mut progress = global.progress("写入", Some(opening.lines.len() as u64));
        let applied = open::apply(&mut store, &session, &mut opening, &mut |n| progress.at(n));
        progress.finish();
        Ok((opening, applied?))
    })?;
    if let Some(path) = &list.failed {
        failed(&opening.asked.list, &opening.lines, path)?;
    }
    let unread = &opening.asked.unread;
    let what = "发起";
    show(&Shown { lines: &opening.lines, unread, batch, dry_run: list.dry_run, what }, global)
}

/// Decides many applications.
pub fn decide(
    act: Act,
    (party, reason): (Option<Party>, &str),
    rules: Option<&Path>,
    (many, kinds): (&Many, &dyn Fn(&Spec) -> bool),
    global: &Global,
) -> Result<Outcome, CliError> {
    refuse_workbook(global)?;
    if many.all && party.is_none() && act != Act::Collect {
        return Err(usage("没有写明替哪一方办理。", "请加 --as，例如 --as authority。"));
    }
    let mut store = global.store()?;
    let rules = rules::own(rules, Some(&store))?;
    let ballot = Ballot { act, party, reason, rules: rules.as_ref() };
    let chosen = match &many.list {
        Some(path) => Chosen::Listed(path),
        None => Chosen::All { kinds, office: many.office.as_deref() },
    };
    let session = global.session()?;
    if many.all && act == Act::Collect && !many.dry_run && !global.yes {
        let found = decide::plan(&store, &session, &ballot, &chosen)?.lines.len();
        if found > 0 && !have_come(found)? {
            global.say("没有调档。");
            return Ok(Outcome::Clean);
        }
    }
    let (decided, batch) = persist(|| -> Result<(Deciders, Option<i64>), CliError> {
        let mut plan = decide::plan(&store, &session, &ballot, &chosen)?;
        whole_or_nothing(&plan.lines, many.all_or_nothing && !many.dry_run)?;
        let batch = if many.dry_run { None } else { decide::apply(&mut store, &session, act, &mut plan)? };
        Ok((plan, batch))
    })?;
    let what = act.label();
    if decided.lines.is_empty() && many.list.is_none() {
        global.say(&waiting(&store, party, kinds)?);
    }
    show(&Shown { lines: &decided.lines, unread: &[], batch, dry_run: many.dry_run, what }, global)
}

/// Whether the clerk says that every pupil whose turn it is has come: only then does a registration move.
fn have_come(count: usize) -> Result<bool, CliError> {
    let question = format!("轮到调档的共 {count} 件。调档以学生实际报到为准：这些学生都已报到吗？");
    let refusal = format!("轮到调档的共 {count} 件，学生是否都已实际报到，这里没有终端可以询问。");
    let hint = "都已报到的，请加 --yes；只有一部分报到的，请用 --list 给出名单。";
    ask::confirmed(&question, &refusal, hint)
}

/// Whose turn it is, where it is not the turn of the one who asked.
fn waiting(store: &Store, party: Option<Party>, kinds: &dyn Fn(&Spec) -> bool) -> Result<String, CliError> {
    let directory = store.directory()?;
    let whose = party.map_or("调档", Party::label);
    let turns: Vec<String> = decide::turns(store, kinds)?
        .into_iter()
        .map(|((party, at), count)| {
            format!("{}（{}，--as {}）{count} 件", party.label(), office(&directory, &at), party.key())
        })
        .collect();
    Ok(match turns.is_empty() {
        true => "没有在办的申请。".to_owned(),
        false => format!("没有轮到{whose}的申请。现在轮到：{}。", turns.join("；")),
    })
}

/// Refuses a form that the outcomes of rows can't be written in.
pub fn refuse_workbook(global: &Global) -> Result<(), CliError> {
    match global.form() {
        Format::Xlsx => Err(usage(
            "逐行结果不能写成工作簿。",
            "不能办的行请用 --failed 文件.xlsx；全部结果可用 --format csv。",
        )),
        _ => Ok(()),
    }
}

fn explained(given: &[String]) -> Result<Vec<(String, String)>, CliError> {
    let pair = |text: &String| {
        let (name, text) = text.split_once('=').unwrap_or((text, ""));
        let (name, said) = (name.trim().to_owned(), text.trim().to_owned());
        if said.is_empty() {
            let hint = "请写成 --explain 问题名=说明，例如 --explain class-full=主管部门已统筹。";
            return Err(usage(format!("--explain 的“{name}”没有写说明。"), hint));
        }
        let is_known = GUARDS.iter().any(|g| g.name == name) || check::check(&name).is_some();
        if !is_known {
            let hint = "xueji explain guards 列出全部问题名，xueji explain checks 列出检查项。";
            return Err(usage(format!("没有问题“{name}”。"), hint));
        }
        Ok((name, said))
    };
    given.iter().map(pair).collect()
}

fn whole_or_nothing(lines: &[Line], wanted: bool) -> Result<(), CliError> {
    if wanted && tally(lines).refused > 0 {
        return Err(Failure::Refused(all_reasons(lines)).into());
    }
    Ok(())
}

/// The refused rows as they stood in the list, with their reasons in a last column.
pub fn failed(list: &app_list::List, lines: &[Line], path: &Path) -> Result<(), CliError> {
    let width = list.header.len();
    let cells = |row: &Row| -> Vec<String> { (0..width).map(|i| row.cell(i).0.to_owned()).collect() };
    let refused = list.rows.iter().zip(lines).filter(|(_, l)| !l.reasons().is_empty());
    let rows: Vec<Vec<String>> =
        refused.map(|(row, line)| cells(row).into_iter().chain([reasons(line)]).collect()).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let headings = cells(&list.header).into_iter().chain(["原因".to_owned()]);
    let columns = headings.map(|heading| Column { heading, ..Column::text("cell", "") }).collect();
    let table = Table { columns, rows, ..Table::default() };
    Ok(write::write_tables(path, &[(&list.sheet, &table)])?)
}

fn reasons(line: &Line) -> String {
    let each = line.reasons().iter().map(|r| format!("{}：{}{}", r.cell, r.refusal.reason, r.refusal.remedy));
    each.collect::<Vec<_>>().join("；")
}

fn outcome(fate: &Fate) -> (&'static str, &'static str) {
    match fate {
        Fate::Done => ("done", "可以办"),
        Fate::Already => ("already", "已有"),
        Fate::Refused(_) => ("refused", "不予办理"),
    }
}

/// Prints the outcome of every row.
pub fn show(result: &Shown, global: &Global) -> Result<Outcome, CliError> {
    let count = tally(result.lines);
    match global.form() {
        Format::Json => global.put_json(&Bulk {
            schema: schema::BULK,
            dry_run: result.dry_run,
            batch: result.batch,
            done: count.done as u64,
            already: count.already as u64,
            refused: count.refused as u64,
            unread: result.unread.to_vec(),
            rows: result.lines.iter().map(row_json).collect(),
        })?,
        Format::Human => global.put(&summary(result, global.verbose))?,
        Format::Csv | Format::Xlsx => global.put_tables(&[table(result, true)], Privacy::Masked)?,
    }
    Ok(match (count.refused, count.done + count.already) {
        (0, _) => Outcome::Clean,
        _ if result.dry_run => Outcome::Findings,
        (_, 0) => Outcome::Refused,
        _ => Outcome::Partly,
    })
}

fn row_json(line: &Line) -> BulkRow {
    let reason = |r: &crate::app::change::bulk::Reason| BulkReason {
        cell: r.cell.clone(),
        reason: r.refusal.reason.clone(),
        remedy: r.refusal.remedy.clone(),
    };
    BulkRow {
        row: (line.row > 0).then_some(line.row),
        student: line.student.map(|id| id.to_string()),
        name: mask::cell(Some(Personal::Name), &line.name, Privacy::Masked),
        kind: line.kind.clone(),
        application: Some(line.application.clone()).filter(|a| !a.is_empty()),
        outcome: outcome(&line.fate).0,
        reasons: line.reasons().iter().map(reason).collect(),
    }
}

/// The rows: those refused, for they are what there is to do; all of them where they were asked for or are few.
fn table(result: &Shown, all: bool) -> Table {
    let lines = result.lines.iter().filter(|l| all || !l.reasons().is_empty());
    let row = |l: &Line| {
        let done = if result.dry_run { "可以办" } else { "已办" };
        let said = if l.fate == Fate::Done { done } else { outcome(&l.fate).1 };
        vec![
            if l.row > 0 { l.row.to_string() } else { String::new() },
            l.name.clone(),
            l.kind.clone(),
            l.application.clone(),
            said.to_owned(),
            reasons(l),
        ]
    };
    Table {
        title: format!("{}结果", result.what),
        columns: vec![
            Column::count("row", "行"),
            Column::personal("name", "姓名", Personal::Name),
            Column::text("kind", "变动"),
            Column::text("application", "申请"),
            Column::text("outcome", "结果"),
            Column::text("reasons", "原因和办法"),
        ],
        rows: lines.map(row).collect(),
        ..Table::default()
    }
}

/// A list of so many rows is shown whole: who made it sees every row with its result.
const FEW: usize = 30;

fn summary(result: &Shown, all: bool) -> String {
    let (count, what) = (tally(result.lines), result.what);
    let shown = table(result, all || result.lines.len() <= FEW);
    let mut text = String::new();
    if !shown.rows.is_empty() {
        text.push_str(&human::table(&shown, Privacy::Masked, terminal_width()));
        text.push('\n');
    }
    if !result.unread.is_empty() {
        text.push_str(&format!("没有读的栏目：{}。\n", result.unread.join("、")));
    }
    let done = if result.dry_run { "可以" } else { "已" };
    text.push_str(&format!(
        "共 {} 件：{done}{what} {}，以前已办 {}，不予办理 {}。\n",
        result.lines.len(),
        count.done,
        count.already,
        count.refused
    ));
    match result.batch {
        Some(batch) => text.push_str(&format!("第 {batch} 批；撤销本批：xueji batch undo {batch}\n")),
        None if result.dry_run => text.push_str("没有写入任何内容。\n"),
        None => {}
    }
    text
}
