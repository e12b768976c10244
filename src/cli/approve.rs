//! `xueji approve`: 核准.

use std::collections::{BTreeMap, BTreeSet};

use clap::ArgGroup;

use crate::app::approve::{self, Scope};
use crate::app::failure::Refusal;
use crate::app::spot::Spot;
use crate::model::id::StudentId;
use crate::model::table::{Column, Table};
use crate::output::{Format, Privacy, human};

use super::Outcome;
use super::failure::{CliError, persist, usage};
use super::global::{Global, terminal_width};
use super::init::done_but;

/// 核准新建的学籍，同时编发学籍号
#[derive(clap::Args)]
#[command(group(ArgGroup::new("scope").required(true).args(["batch", "school"])))]
pub struct Args {
    /// 核准一个导入批次
    #[arg(long, value_name = "批次")]
    batch: Option<i64>,
    /// 核准一所学校全部待核准的学生
    #[arg(long, value_name = "学校标识码")]
    school: Option<String>,
    /// 对这些学生“须说明”的问题统一写明的说明
    #[arg(long, value_name = "说明")]
    explain: Option<String>,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let scope = match (args.batch, &args.school) {
        (Some(batch), _) => Scope::Batch(batch),
        (None, school) => Scope::School(school.clone().unwrap_or_default()),
    };
    if let Some((name, _)) = args.explain.as_deref().and_then(|t| t.split_once('='))
        && (Spot::parse(name).is_some() || super::explain::page(name.trim()).is_some())
    {
        return Err(usage(
            format!("核准时的说明对全部学生，不能只写给“{name}”。"),
            "请在导入时用 --explain 写给一格或一项检查（再导入一次同一份名册即可），或者只写说明的文字。",
        ));
    }
    let explanation = args.explain.as_deref().map(str::trim).filter(|t| !t.is_empty());
    let (planned, batch) = persist(|| {
        let planned = approve::plan(&store, &scope, explanation)?;
        let mut progress = global.progress("核准", Some(planned.approve.len() as u64));
        let batch = approve::apply(&mut store, &session, &planned, explanation, &mut |n| progress.at(n));
        progress.finish();
        Ok((planned, batch?))
    })?;
    let (approved, held) = (planned.approve.len(), planned.held_back.len());
    let message = match batch {
        Some(batch) => format!("第 {batch} 批：已核准并编号 {approved} 人，暂缓 {held} 人。"),
        None => format!("没有可以核准的学生，暂缓 {held} 人。"),
    };
    let counts = [("approved", approved as i64), ("held_back", held as i64)];
    let open = planned.held_back.iter().flat_map(|(_, open)| open);
    let waiting =
        open.map(|p| Refusal::new(format!("{}：{}：{}", p.place, p.check, p.message), remedy(&p.check)));
    done_but(global, &message, batch, &counts, waiting.collect())?;
    if held > 0 && global.format == Format::Human && !global.quiet {
        global.print(&held_back(&planned));
    }
    Ok(if held > 0 { Outcome::Partly } else { Outcome::Clean })
}

/// What to do about those who are held back.
const REMEDY: &str = "核实无误的，请加 --explain \"说明\" 再核准；有错的，请改正花名册重新导入。";
/// What to do about a pair, or a dispute: no text for all answers it.
const ONE_BY_ONE: &str = "疑似重复先一对一对写结论：xueji dedup list 列出，dedup show 看依据，dedup decide 写结论；定为同一学生、\
    双方有争议的，再用 xueji dispute open 列为问题学籍，办结后才能核准（xueji dispute list）。--explain 不能代替。";
/// What is said of all pairs of one check, and of all disputes, in the place of what differs from one to the next.
const PAIRS: &str = "逐对写结论：xueji dedup list";
const DISPUTES: &str = "先办结问题学籍：xueji dispute list";

fn remedy(check: &str) -> &'static str {
    if approve::needs_own_answer(check) { ONE_BY_ONE } else { REMEDY }
}

/// A question: the school where it is one's own, the check, and what is asked.
type Question<'a> = (String, &'a str, &'a str);

/// What holds back: the same question of many pupils in one row, and of pairs and disputes each check in one.
fn held_back(planned: &approve::Approval) -> String {
    let mut rows: BTreeMap<Question, Vec<(StudentId, &str)>> = BTreeMap::new();
    for (registration, open) in &planned.held_back {
        for p in open {
            let (check, school) = (p.check.as_str(), registration.school.to_string());
            let key = match (approve::needs_own_answer(check), check == approve::DISPUTED) {
                (false, _) => (school, check, p.message.as_str()),
                (true, true) => (String::new(), check, DISPUTES),
                (true, false) => (String::new(), check, PAIRS),
            };
            rows.entry(key).or_default().push((registration.id, &p.place));
        }
    }
    let checks = planned.held_back.iter().flat_map(|(_, open)| open).map(|p| remedy(&p.check));
    let remedies: BTreeSet<&str> = checks.collect();
    let table = Table {
        title: "暂缓核准：下列问题要先办".into(),
        columns: vec![
            Column::text("school", "学校"),
            Column::text("check", "检查"),
            Column::text("message", "问题"),
            Column::count("pupils", "人数"),
            Column::text("place", "位置"),
        ],
        rows: rows
            .into_iter()
            .map(|((school, check, message), of)| {
                let pupils: BTreeSet<StudentId> = of.iter().map(|(id, _)| *id).collect();
                let places: Vec<&str> = of.iter().map(|(_, place)| *place).collect();
                let message = beginning(message);
                vec![school, check.to_owned(), message, pupils.len().to_string(), listed(&places)]
            })
            .collect(),
        foot: remedies.into_iter().map(str::to_owned).collect(),
        ..Table::default()
    };
    human::table(&table, Privacy::Masked, terminal_width())
}

/// The first places, and that there are more; of one sheet its name is said once.
fn listed(places: &[&str]) -> String {
    let mut shown: Vec<String> = Vec::new();
    let mut sheet = "";
    for place in places.iter().filter(|p| !p.is_empty()).take(PLACES) {
        let (of, cell) = place.split_at(place.rfind(']').map_or(0, |at| at + 1));
        shown.push(if of == sheet { cell.to_owned() } else { (*place).to_owned() });
        sheet = of;
    }
    format!("{}{}", shown.join("、"), if places.len() > PLACES { "…" } else { "" })
}

/// How many places of one question are named.
const PLACES: usize = 5;
/// How much of a question is told again: all of it was told at the import.
const TOLD: usize = 48;

/// The beginning of a long text.
fn beginning(text: &str) -> String {
    match text.char_indices().nth(TOLD) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
