//! `xueji approve`: 核准.

use clap::ArgGroup;

use crate::app::approve::{self, Scope};
use crate::app::failure::Refusal;
use crate::model::table::{Column, Table};
use crate::output::{Format, Privacy, human};

use super::Outcome;
use super::failure::{CliError, persist};
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
    let waiting = open.map(|p| Refusal::new(format!("{}：{}：{}", p.place, p.check, p.message), REMEDY));
    done_but(global, &message, batch, &counts, waiting.collect())?;
    if held > 0 && global.format == Format::Human && !global.quiet {
        global.print(&held_back(&planned));
    }
    Ok(if held > 0 { Outcome::Partly } else { Outcome::Clean })
}

/// What to do about those who are held back.
const REMEDY: &str = "核实无误的，请加 --explain \"说明\" 再核准；有错的，请改正花名册重新导入。";

fn held_back(planned: &approve::Approval) -> String {
    let rows = planned.held_back.iter().flat_map(|(r, open)| {
        open.iter().map(|p| {
            vec![
                r.school.to_string(),
                r.class_number.clone(),
                p.place.clone(),
                p.check.clone(),
                p.message.clone(),
            ]
        })
    });
    let table = Table {
        title: "暂缓核准：下列问题要先说明".into(),
        columns: vec![
            Column::text("school", "学校"),
            Column::text("class", "班号"),
            Column::text("place", "位置"),
            Column::text("check", "检查"),
            Column::text("message", "问题"),
        ],
        rows: rows.collect(),
        foot: vec![REMEDY.into()],
        ..Table::default()
    };
    human::table(&table, Privacy::Masked, terminal_width())
}
