//! `xueji rollover`: the year's end.

use std::path::PathBuf;

use crate::app::change::rollover::{self, Rollover};
use crate::model::school::Directory;
use crate::model::table::{Column, Personal, Table};
use crate::output::Privacy;

use super::Outcome;
use super::ask;
use super::change_list::office;
use super::failure::{CliError, persist};
use super::global::Global;
use super::rules;

/// 学年结转：没有在办业务和问题学籍后，毕业年级随班毕业，开始新学年
///
/// 升级不写入任何内容：年级由学段、入学年份、学制和日期算出，到 9 月 1 日自动升一级。毕业年级按学校的学制推算，
/// 在读的学生毕业；休学、辍学、出国等不在读的不随班毕业，逐人列出。整个结转是一批，可以用 xueji batch undo 撤销。
#[derive(clap::Args)]
pub struct Args {
    /// 要开始的学年，写它开始的年份：2027 是 2027 年 9 月 1 日开始的学年
    #[arg(long, value_name = "年份", value_parser = clap::value_parser!(i16).range(2000..=2100))]
    school_year: i16,
    /// 只预览：各校毕业、升级、留在原班的人数和名单，不写入
    #[arg(long)]
    dry_run: bool,
    /// 本地规则文件，写法见 xueji explain rule-pack
    #[arg(long, value_name = "文件")]
    rules: Option<PathBuf>,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let rules = rules::own(args.rules.as_deref(), Some(&store))?;
    if !args.dry_run && !global.yes {
        let planned = rollover::plan(&store, args.school_year, rules.as_ref(), session.act.today)?;
        if !agreed(&planned)? {
            global.say("没有结转。");
            return Ok(Outcome::Clean);
        }
    }
    let (planned, batch) = persist(|| {
        let planned = rollover::plan(&store, args.school_year, rules.as_ref(), session.act.today)?;
        if args.dry_run {
            return Ok((planned, None));
        }
        let mut progress = global.progress("办理毕业", Some(planned.graduated() as u64));
        let batch = rollover::apply(&mut store, &session, &planned, &mut |n| progress.at(n));
        progress.finish();
        Ok((planned, Some(batch?)))
    })?;
    let directory = store.directory()?;
    let mut tables = vec![summary(&planned, batch, &directory)];
    if !planned.stays.is_empty() {
        tables.push(stays(&planned, &directory));
    }
    global.put_tables(&tables, Privacy::Masked)?;
    Ok(if planned.stays.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

fn agreed(planned: &Rollover) -> Result<bool, CliError> {
    let (count, year) = (planned.graduated(), planned.year);
    let question =
        format!("将办理 {count} 名学生毕业，开始 {year} 学年。名单可先用 --dry-run 预览。确认结转吗？");
    let refusal = format!("结转将办理 {count} 名学生毕业，要确认，而这里没有终端可以询问。");
    ask::confirmed(&question, &refusal, "确认结转请加 --yes；只看结果请用 --dry-run。")
}

fn summary(planned: &Rollover, batch: Option<i64>, directory: &Directory) -> Table {
    let row = |(code, s): (&String, &rollover::Summary)| {
        let counts = [s.graduated, s.promoted, s.stays].map(|n| n.to_string());
        [code.clone(), office(directory, code).to_owned()].into_iter().chain(counts).collect()
    };
    let total = |of: fn(&rollover::Summary) -> usize| planned.schools.values().map(of).sum::<usize>();
    let end = match batch {
        Some(batch) => format!("第 {batch} 批；撤销：xueji batch undo {batch}"),
        None => "没有写入任何内容。".to_owned(),
    };
    Table {
        title: format!("结转到 {} 学年", planned.year),
        head: vec![format!("毕业日期：{}", planned.day)],
        columns: vec![
            Column::text("school", "学校标识码"),
            Column::text("name", "学校"),
            Column::count("graduated", "毕业"),
            Column::count("promoted", "升级"),
            Column::count("stays", "未毕业"),
        ],
        rows: planned.schools.iter().map(row).collect(),
        foot: vec![
            format!(
                "共毕业 {} 人，升级 {} 人，毕业年级未毕业 {} 人。",
                total(|s| s.graduated),
                total(|s| s.promoted),
                total(|s| s.stays)
            ),
            "升级不写入学籍：年级由学段、入学年份、学制和日期算出，9 月 1 日起就升高一个年级。".to_owned(),
            end,
        ],
        ..Table::default()
    }
}

fn stays(planned: &Rollover, directory: &Directory) -> Table {
    let row = |s: &rollover::Stays| {
        vec![
            office(directory, &s.school).to_owned(),
            s.class.clone(),
            s.name.clone(),
            s.student.to_string(),
            s.standing.clone(),
            s.reason.clone(),
            s.remedy.clone(),
        ]
    };
    Table {
        title: "毕业年级未毕业的学生".into(),
        columns: vec![
            Column::text("school", "学校"),
            Column::text("class_number", "班号"),
            Column::personal("student_name", "姓名", Personal::Name),
            Column::text("student", "内部编号"),
            Column::text("status", "状态"),
            Column::text("reason", "原因"),
            Column::text("remedy", "办法"),
        ],
        rows: planned.stays.iter().map(row).collect(),
        ..Table::default()
    }
}
