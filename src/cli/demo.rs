//! `xueji demo`: the whole line on the invented county, or invented rosters of any size.

use std::path::{Path, PathBuf};

use crate::app::approve::{self, Scope};
use crate::app::demo::county::{County, county, county_for};
use crate::app::demo::{self, Options, files};
use crate::app::examine::Examining;
use crate::app::explanation::Explanations;
use crate::app::gather::{self, RosterFile};
use crate::app::import::apply::{self, Applied};
use crate::app::import::plan::plan;
use crate::app::import::{Importing, Plan};
use crate::app::input::{Opening, Where, nobody};
use crate::app::reporting::days::{self, Days};
use crate::app::reporting::{self, Asked, Kept};
use crate::app::session::Session;
use crate::app::validate;
use crate::app::{places, scan};
use crate::check::Selection;
use crate::model::finding::Severity;
use crate::output::{Format, Privacy, human, mask, workbook};
use crate::report;
use crate::store::error::StoreError;
use crate::store::{Meta, Store};

use super::failure::{CliError, usage};
use super::global::{Global, make_folder, terminal_width};
use super::init::done;
use super::{Outcome, show};

/// 用虚构的样例县走一遍全过程：生成花名册、检查、导入、核准编号、查重、报表
#[derive(clap::Args)]
pub struct Args {
    /// 放在哪个文件夹
    #[arg(value_name = "文件夹", default_value = "xueji-demo")]
    folder: PathBuf,
    /// 只生成这么多名虚构学生的花名册，供练习和测速
    #[arg(long, value_name = "人数")]
    students: Option<usize>,
    /// 与 --students 同用：写成一个 70 栏的花名册，而不是每校一个
    #[arg(long, requires = "students")]
    one_file: bool,
    /// 随机种子；同样的种子和日期生成同样的内容
    #[arg(long, value_name = "数", default_value_t = 20_260_901)]
    seed: u64,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let named = Global {
        actor: Some(global.actor.clone().unwrap_or_else(|| "样例经办人".into())),
        ..global.clone()
    };
    if args.students.is_none() && named.form() != Format::Human {
        return Err(usage("全过程的演示是给人看的，没有别的输出形式。", "请去掉 --format 和 -o。"));
    }
    let session = named.session()?;
    let options =
        Options { students: args.students.unwrap_or(usize::MAX), seed: args.seed, today: session.act.today };
    make_folder(&args.folder)?;
    match args.students {
        Some(n) => only_rosters(args, &county_for(n, args.seed, session.act.today), &options, &named),
        None => whole_line(&args.folder, &session, &options, &named),
    }
}

fn only_rosters(
    args: &Args,
    county: &County,
    options: &Options,
    global: &Global,
) -> Result<Outcome, CliError> {
    files::write_places(&args.folder.join("schools.xlsx"), county)?;
    let rosters = if args.one_file {
        files::write_one_roster(&args.folder.join("roster.xlsx"), county, options)?;
        1
    } else {
        let folder = args.folder.join("rosters");
        make_folder(&folder)?;
        files::write_rosters(&folder, county, options)?.len()
    };
    let shown = args.folder.display();
    let message = format!("已在 {shown} 生成学校表 schools.xlsx 和 {rosters} 个花名册（人员均为虚构）。");
    done(global, &message, None, &[("rosters", rosters as i64)])?;
    Ok(Outcome::Clean)
}

fn whole_line(
    folder: &Path,
    session: &Session,
    options: &Options,
    global: &Global,
) -> Result<Outcome, CliError> {
    let db = folder.join("xueji.db");
    if db.exists() {
        return Err(StoreError::Exists(db).into());
    }
    let county = county(options.seed, options.today);
    let step = |n: u32, text: &str| global.print(&format!("\n【{n}】{text}\n"));
    step(1, &format!("生成{}的学校表和花名册（全部为虚构）", county.name));
    let (clean, messy) = write_files(folder, &county, options, global)?;

    step(2, "建立学籍库，导入学校表：xueji init，xueji school import");
    let mut store = Store::create(&db, meta(&county, session))?;
    let lists = places::read(&folder.join("schools.xlsx"), &store.directory()?, &|d| {
        places::usual(None, d, options.today)
    })?;
    if !lists.findings.is_empty() {
        return Err(CliError::Invalid(lists.findings));
    }
    places::enter(&mut store, session, &lists, "schools.xlsx")?;

    step(3, "检查毛病很多的花名册：xueji validate");
    check_messy(&store, &messy, session, global)?;

    step(4, "导入好的花名册：xueji import");
    let (planned, applied) = import(&mut store, session, &clean, global)?;
    global.print(&format!(
        "    第 {} 批：新建学籍 {}，拒绝 {}，待说明 {}。\n",
        applied.batch,
        applied.admitted,
        planned.refused.len(),
        planned.to_explain()
    ));
    let (again, _) = import(&mut store, session, &clean, global)?;
    global.print(&format!(
        "    同样的文件再导入一次：新建 {}，更新 {}，不变 {}。\n",
        again.admit.len(),
        again.update.len(),
        again.unchanged
    ));

    step(5, "核准并编发学籍号：xueji approve");
    let approval = approve::plan(&store, &Scope::Batch(applied.batch), None)?;
    let batch = approve::apply(&mut store, session, &approval, None, &mut |_| {})?;
    global.print(&format!(
        "    第 {} 批：核准并编号 {} 人，暂缓 {} 人（有须说明的问题）。\n",
        batch.unwrap_or(0),
        approval.approve.len(),
        approval.held_back.len()
    ));

    step(6, "查重：xueji dedup");
    let found = scan::scan(&store, &session.act.today.to_string())?;
    scan::list_new(&mut store, session, &found)?;
    global.print(&format!("    疑似重复 {} 对；程序不作合并，由人核实。\n", found.pairs.len()));

    step(7, "报表：xueji export");
    reports(&store, folder, session, global)?;
    global.print(&next(folder, &db, &clean, &messy));
    Ok(Outcome::Clean)
}

/// The clean rosters and the messy ones.
fn write_files(
    folder: &Path,
    county: &County,
    options: &Options,
    global: &Global,
) -> Result<(Vec<PathBuf>, Vec<PathBuf>), CliError> {
    let rosters = folder.join("rosters");
    make_folder(&rosters)?;
    files::write_places(&folder.join("schools.xlsx"), county)?;
    let clean = files::write_rosters(&rosters, county, options)?;
    let (mut messy, mut planted) = (Vec::new(), 0);
    for sheet in demo::mess::messy(county, options) {
        messy.push(files::write_messy(folder, &sheet)?);
        planted += sheet.planted.len();
    }
    global.print(&format!(
        "    {} 所学校，{} 个班，{} 个花名册，另有 {} 个毛病很多的花名册，其中埋了 {planted} 处错误。\n",
        county.schools.len(),
        county.classes.len(),
        clean.len(),
        messy.len()
    ));
    Ok((clean, messy))
}

fn meta(county: &County, session: &Session) -> Meta {
    Meta {
        authority: county.division.clone(),
        name: format!("{}教育局", county.name),
        province: String::new(),
        level: "county".into(),
        origin: format!("{}-demo", county.division),
        created: session.act.today.to_string(),
    }
}

fn check_messy(store: &Store, messy: &[PathBuf], session: &Session, global: &Global) -> Result<(), CliError> {
    let directory = store.directory()?;
    let (at, selection) = (Where::default(), Selection::default());
    let files = gather::files(messy);
    let what = Examining {
        directory: Some(&directory),
        store: Some(store),
        ..examining(&files, &at, &selection, session, global)
    };
    let found = validate::run(&what, false, &mut |_| {})?;
    global.print(&show::files(&found.files, &found.unreadable, &[]));
    if let Some(first) = found.findings.iter().find(|f| f.severity == Severity::Error) {
        global.print(&format!("  例如：\n{}", human::finding(first, Privacy::Masked)));
    }
    global.print(&show::by_check(&found.findings));
    Ok(())
}

fn examining<'a>(
    files: &'a [RosterFile],
    at: &'a Where,
    selection: &'a Selection,
    session: &Session,
    global: &Global,
) -> Examining<'a> {
    Examining {
        files,
        opening: Opening { at, directory: None, learned: &[], ask: &nobody },
        today: session.act.today,
        directory: None,
        store: None,
        look_up: false,
        selection,
        strict: false,
        rules: None,
        accept: &[],
        jobs: global.jobs(),
    }
}

fn import(
    store: &mut Store,
    session: &Session,
    files: &[PathBuf],
    global: &Global,
) -> Result<(Plan, Applied), CliError> {
    let (at, selection) = (Where::default(), Selection::default());
    let files = gather::files(files);
    let what = Importing {
        examining: examining(&files, &at, &selection, session, global),
        explanations: &Explanations::default(),
    };
    let mut progress = global.progress("读取和检查", None);
    let planned = plan(store, &what, session, &mut |done| progress.of_files(done, files.len()));
    progress.finish();
    let planned = planned?;
    if !planned.changes_anything() {
        return Ok((planned, Applied::default()));
    }
    let options = apply::Options { title: "样例花名册".into(), approve: false };
    let mut progress = global.progress("写入", Some(planned.admit.len() as u64));
    let applied = apply::apply(store, session, &planned, &options, &mut |n| progress.at(n));
    progress.finish();
    Ok((planned, applied?))
}

/// The reports the demonstration writes.
const SHOWN: [&str; 2] = ["class-roster", "headcount"];

fn reports(store: &Store, folder: &Path, session: &Session, global: &Global) -> Result<(), CliError> {
    let (directory, today) = (store.directory()?, session.act.today);
    for report in SHOWN.iter().filter_map(|name| report::report(name)) {
        let span = days::span(report, &Days::default(), today)?;
        let asked = Asked {
            report,
            scope: reporting::scope(&directory, None, None)?,
            span,
            shown: mask::shown(Privacy::Masked),
        };
        let mut kept = Kept::default();
        reporting::make(store, &asked, &mut kept)?;
        let path = folder.join(format!("{}.xlsx", report.title));
        workbook::tables(&path, &kept.0, Privacy::Masked, None)?;
        global.print(&format!("    {}：{}\n", report.title, path.display()));
        // The last rows of the counts are the schools' totals and the total of all.
        if report.name == "headcount" {
            for table in kept.0.iter_mut().take(1) {
                table.rows.retain(|r| r[1] == "全校" || r[0] == "合计");
                global.print(&human::table(table, Privacy::Masked, terminal_width()));
            }
        }
    }
    Ok(())
}

fn next(folder: &Path, db: &Path, clean: &[PathBuf], messy: &[PathBuf]) -> String {
    let first = |files: &[PathBuf]| files.first().map(|p| p.display().to_string()).unwrap_or_default();
    format!(
        "\n全过程已走完，都在 {} 里。可以接着试：\n\
         \x20 xueji --db {db} student find --school 学校标识码        查看一所学校的学生（姓名、号码已遮盖）\n\
         \x20 xueji --db {db} import {} --dry-run     预览导入一个毛病很多的花名册\n\
         \x20 xueji --db {db} import {} --dry-run     改一个格子再预览，看看会更新什么\n\
         \x20 xueji --db {db} batch list              看看每一批做了什么，batch undo 可以撤销\n\
         \x20 xueji --db {db} audit verify            核查流水\n\
         \x20 xueji explain checks                   全部检查的说明\n",
        folder.display(),
        first(messy),
        first(clean),
        db = db.display(),
    )
}
