//! `xueji dispute`: 问题学籍 from the marking of the registrations to the decision.

use clap::Subcommand;
use clap::builder::PossibleValuesParser;

use crate::app::dispute::{self, Case, Side, open};
use crate::model::dispute::Dispute;
use crate::model::dispute::kind::{KINDS, Kind};
use crate::model::field::Field;
use crate::model::table::{Column, Personal, Table};
use crate::output::Privacy;

use super::failure::{CliError, persist, usage};
use super::global::Global;
use super::init::done;
use super::{Outcome, dispute_answer, dispute_decide, dispute_form, dispute_show};

/// 问题学籍：列为问题、双方答复（佐证、变更、删除）、作出决定
///
/// 程序不会自己决定任何一件。次序：open 列为问题学籍 → letter 或 export 通知学校 → claim 或 import 记下答复 →
/// decide 由另一名经办人决定。每一步都可以用 xueji batch undo 撤销。依据和做法见 xueji explain dispute。
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Open(OpenArgs),
    List(ListArgs),
    Show(dispute_show::Args),
    Claim(dispute_answer::Args),
    Decide(dispute_decide::Args),
    Letter(dispute_form::LetterArgs),
    Export(dispute_form::ExportArgs),
    Import(dispute_form::ImportArgs),
}

/// 列为问题学籍：双方学籍加上标记，其他不变
///
/// 从查重清单：--suspect 编号，可以写几个。查重以外发现的：--kind 种类 --student 内部编号（一对的写两个）。
#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true).args(["suspect", "student"])))]
pub struct OpenArgs {
    /// 查重清单（xueji dedup list）上的编号，可以写几个
    #[arg(long, value_name = "编号")]
    suspect: Vec<String>,
    /// 学生的内部编号
    #[arg(long, value_name = "编号", requires = "kind")]
    student: Vec<String>,
    /// 问题的种类，见 xueji explain disputes
    #[arg(long, value_name = "种类", conflicts_with = "suspect", hide_possible_values = true,
          value_parser = PossibleValuesParser::new(KINDS.iter().map(|k| k.key)))]
    kind: Option<String>,
    /// 怎样发现的
    #[arg(long, value_name = "说明")]
    reason: String,
}

/// 列出在办的问题学籍，谁还没有答复
#[derive(clap::Args)]
pub struct ListArgs {
    /// 连同已经决定的
    #[arg(long)]
    all: bool,
    /// 只列这所学校的
    #[arg(long, value_name = "学校标识码")]
    school: Option<String>,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match &args.command {
        Command::Open(open) => enter(open, global),
        Command::List(list) => show_list(list, global),
        Command::Show(show) => dispute_show::run(show, global),
        Command::Claim(claim) => dispute_answer::run(claim, global),
        Command::Decide(decide) => dispute_decide::run(decide, global),
        Command::Letter(letter) => dispute_form::letter(letter, global),
        Command::Export(export) => dispute_form::export(export, global),
        Command::Import(import) => dispute_form::import(import, global),
    }
}

/// The text of a flag that must say something.
pub fn said<'a>(text: &'a str, flag: &str, example: &str) -> Result<&'a str, CliError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(usage(format!("{flag} 后是空的。"), format!("请写明，如 {flag} \"{example}\"。")));
    }
    Ok(text)
}

fn enter(args: &OpenArgs, global: &Global) -> Result<Outcome, CliError> {
    let reason = said(&args.reason, "--reason", "查重发现，两校都报")?;
    let (session, mut store) = (global.session()?, global.store()?);
    let students = args.student.iter().map(|text| super::student::id(text));
    let students = students.collect::<Result<Vec<_>, _>>()?;
    let kind = args.kind.as_deref().and_then(Kind::from_key);
    let opened = persist(|| match kind {
        None => Ok(open::on_suspects(&mut store, &session, &args.suspect, reason)?),
        Some(kind) => Ok(open::on_students(&mut store, &session, kind, &students, reason)?),
    })?;
    let ids: Vec<&str> = opened.disputes.iter().map(|d| d.id.as_str()).collect();
    let batch = opened.batch;
    let told: Vec<String> = opened.disputes.iter().map(told).collect();
    let message = format!(
        "第 {batch} 批：已列为问题学籍 {} 件：{}。下一步：xueji dispute letter",
        ids.len(),
        told.join("、")
    );
    done(global, &message, Some(batch), &[("disputes", ids.len() as i64)])?;
    Ok(Outcome::Clean)
}

/// A dispute with the pair it came from.
fn told(dispute: &Dispute) -> String {
    match &dispute.suspect {
        Some(suspect) => format!("{}（查重 {suspect}）", dispute.id),
        None => dispute.id.clone(),
    }
}

/// The disputes of a school, or all.
pub fn of_school(cases: Vec<Case>, school: Option<&str>) -> Vec<Case> {
    cases.into_iter().filter(|c| school.is_none_or(|s| c.concerns(s))).collect()
}

fn show_list(args: &ListArgs, global: &Global) -> Result<Outcome, CliError> {
    let cases = of_school(dispute::list(&global.store()?)?, args.school.as_deref());
    let open = cases.iter().filter(|c| c.is_open()).count();
    let is_ready = |c: &&Case| c.is_open() && c.unanswered().is_empty() && c.unproved().is_empty();
    let ready = cases.iter().filter(is_ready).count();
    let shown = cases.iter().filter(|c| args.all || c.is_open());
    let table = Table {
        title: "问题学籍".into(),
        columns: vec![
            Column::text("id", "编号"),
            Column::text("kind", "种类"),
            Column::text("level", "层级"),
            Column::personal("name", "姓名甲", Personal::Name),
            Column::text("school", "学校甲"),
            Column::text("claim", "甲方答复"),
            Column::personal("other_name", "姓名乙", Personal::Name),
            Column::text("other_school", "学校乙"),
            Column::text("other_claim", "乙方答复"),
            Column::text("opened_on", "列入日期"),
            Column::text("state", "状态"),
        ],
        rows: shown.map(row).collect(),
        foot: vec![
            format!(
                "共 {} 件，在办 {open} 件，其中双方都已答复、材料齐全、可以决定的 {ready} 件。",
                cases.len()
            ),
            "用 xueji dispute show 编号 对照双方，xueji explain dispute 看办法。".to_owned(),
        ],
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(if open > 0 { Outcome::Findings } else { Outcome::Clean })
}

fn row(case: &Case) -> Vec<String> {
    let of = |side: Option<&Side>| match side {
        None => [const { String::new() }; 3],
        Some(side) => [
            side.registration.record.get(Field::PupilName).to_owned(),
            side.school.clone(),
            side.claim().map_or("未答复".to_owned(), |(claim, papers)| {
                format!("{}，材料 {} 份", claim.kind.label(), papers.len())
            }),
        ],
    };
    let d = &case.dispute;
    let first = [d.id.clone(), d.kind.spec().title.to_owned(), case.level.label().to_owned()];
    let sides = of(case.sides.first()).into_iter().chain(of(case.sides.get(1)));
    first.into_iter().chain(sides).chain([d.opened_on.clone(), state(case)]).collect()
}

/// Where a dispute stands.
pub fn state(case: &Case) -> String {
    if let Some(decision) = &case.dispute.decision {
        let outcomes =
            case.sides.iter().filter_map(|s| Some(format!("{}{}", s.name, s.party.outcome?.label())));
        let outcomes: Vec<String> = outcomes.collect();
        return format!("已决定：{}（{}，{}）", outcomes.join("，"), decision.on, decision.by);
    }
    let names: Vec<&str> = case.unanswered().iter().map(|s| s.name).collect();
    let unproved: Vec<&str> = case.unproved().iter().map(|s| s.name).collect();
    let mut waits = Vec::new();
    if !names.is_empty() {
        waits.push(format!("待{}答复", names.join("、")));
    }
    if !unproved.is_empty() {
        waits.push(format!("待{}补佐证材料", unproved.join("、")));
    }
    if waits.is_empty() { "待决定".to_owned() } else { waits.join("；") }
}
