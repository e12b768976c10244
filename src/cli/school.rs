//! `xueji school`: the table of schools and classes; schools that end.

use std::path::PathBuf;

use clap::Subcommand;

use crate::app::failure::Refusal;
use crate::app::places;
use crate::app::reorganization::{self, Ending, Moved};
use crate::app::school_change::{self, Anew};
use crate::app::split::{self, Splitting};
use crate::model::entry_name;
use crate::model::school::{School, grade_name};
use crate::model::table::{Column, Table};
use crate::output::Privacy;
use crate::store::school_year::Chapter;

use super::Outcome;
use super::failure::{CliError, persist, usage};
use super::global::{Global, day};
use super::init::done;

/// 学校表和班级表：导入、列出、查看；学校撤销、合并、改名、更换主管部门、校区独立设校
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 导入学校表或班级表（一个工作簿可以两张都有）
    Import {
        /// 工作簿或 csv
        #[arg(value_name = "表格")]
        file: PathBuf,
    },
    /// 列出所有学校
    List,
    /// 撤销一所学校：没有在册学生、没有在办申请才能办；以后不再收学生
    Close {
        /// 学校标识码
        #[arg(value_name = "学校标识码")]
        code: String,
        /// 学籍档案移交的单位（由县级教育行政部门指定）
        #[arg(long, value_name = "单位", default_value = "")]
        files_to: String,
        #[command(flatten)]
        end: End,
    },
    /// 一所学校并入另一所：在册学生连同所在的班整体划入，学籍状态和学籍号不变，档案移交并入的学校
    Merge {
        /// 学校标识码
        #[arg(value_name = "学校标识码")]
        code: String,
        /// 并入的学校
        #[arg(long, value_name = "学校标识码")]
        into: String,
        #[command(flatten)]
        end: End,
    },
    /// 学校改名：标识码、班级和学生都不变
    Rename {
        /// 学校标识码
        #[arg(value_name = "学校标识码")]
        code: String,
        /// 新的校名，与公章一致
        #[arg(long, value_name = "校名")]
        name: String,
        #[command(flatten)]
        paper: Paper,
    },
    /// 更换学籍主管部门：没有在办申请才能办
    Authority {
        /// 学校标识码
        #[arg(value_name = "学校标识码")]
        code: String,
        /// 新的学籍主管部门全称
        #[arg(long, value_name = "部门")]
        name: String,
        /// 所在地行政区划也变了的，写新的六位代码；已编发的学籍号不变
        #[arg(long, value_name = "代码")]
        division: Option<String>,
        #[command(flatten)]
        paper: Paper,
    },
    /// 校区独立设校：划出的班连同在册学生整体划入新校，学籍状态和学籍号不变，档案移交新校
    Split {
        /// 学校标识码
        #[arg(value_name = "学校标识码")]
        code: String,
        /// 新校的标识码；先用 school import 加入学校表
        #[arg(long, value_name = "学校标识码")]
        to: String,
        /// 划出的班号，几个用逗号隔开
        #[arg(long, value_name = "班号", value_delimiter = ',', required = true)]
        classes: Vec<String>,
        #[command(flatten)]
        end: End,
    },
    /// 查看一所学校和它的班级、沿革
    Show {
        /// 学校标识码
        #[arg(value_name = "学校标识码")]
        code: String,
    },
}

/// Why something of a school is different.
#[derive(clap::Args)]
struct Paper {
    /// 理由，写明批准文件
    #[arg(long, value_name = "理由")]
    reason: String,
    /// 只预览，不写入
    #[arg(long)]
    dry_run: bool,
}

/// When and why a school ends.
#[derive(clap::Args)]
struct End {
    /// 从哪一天起（撤销、合并、分设的日期）；默认为业务日期
    #[arg(long, value_name = "日期")]
    on: Option<String>,
    /// 理由，写明批准文件
    #[arg(long, value_name = "理由")]
    reason: String,
    /// 只预览，不写入
    #[arg(long)]
    dry_run: bool,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match &args.command {
        Command::Close { code, files_to, end: asked } => end(code, None, files_to, asked, global),
        Command::Merge { code, into, end: asked } => end(code, Some(into), "", asked, global),
        Command::Rename { code, name, paper } => {
            change(code, Anew::Name(filled("--name", name)?), paper, global)
        }
        Command::Authority { code, name, division, paper } => {
            let anew = Anew::Authority { name: filled("--name", name)?, division: division.as_deref() };
            change(code, anew, paper, global)
        }
        Command::Split { code, to, classes, end } => divide(code, to, classes, end, global),
        Command::Import { file } => import(file, global),
        Command::List => list(global),
        Command::Show { code } => show(code, global),
    }
}

fn import(file: &std::path::Path, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let rules = crate::app::loaded::rules(&store)?;
    let usual = |division: &str| places::usual(rules.as_ref(), division, session.act.today);
    let lists = places::read(file, &store.directory()?, &usual)?;
    if !lists.findings.is_empty() {
        return Err(CliError::Invalid(lists.findings));
    }
    if lists.schools.is_empty() && lists.classes.is_empty() {
        let reason = format!("{} 中的学校表、班级表没有内容。", file.display());
        return Err(super::failure::file(reason, "请在表头下面逐行填写学校或班级后再导入。"));
    }
    let title = file.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned());
    let entered = places::enter(&mut store, &session, &lists, &title)?;
    let message = match entered.batch {
        None => format!(
            "学校 {} 所、班级 {} 个都与库中一致，没有改动。",
            lists.schools.len(),
            lists.classes.len()
        ),
        Some(batch) => format!(
            "第 {batch} 批：学校 {} 所，班级 {} 个；新增 {} 条，更改 {} 条，不变 {} 条。",
            lists.schools.len(),
            lists.classes.len(),
            entered.new,
            entered.changed,
            entered.unchanged
        ),
    };
    let assumed = lists.assumed.iter().map(|(rule, n)| format!("没有写学制的 {n} 所学校按{rule}。"));
    let message = assumed.fold(message, |text, one| text + &one);
    let counts = [("new", entered.new), ("changed", entered.changed), ("unchanged", entered.unchanged)];
    done(global, &message, entered.batch, &counts.map(|(k, n)| (k, n as i64)))?;
    Ok(Outcome::Clean)
}

fn end(
    code: &str,
    into: Option<&str>,
    files_to: &str,
    asked: &End,
    global: &Global,
) -> Result<Outcome, CliError> {
    let today = global.today()?;
    let on = asked.on.as_deref().map(|text| day("--on", text)).transpose()?.unwrap_or(today);
    let reason = reason_of(&asked.reason)?;
    let ending = Ending { code, into, on, reason, files_to: files_to.trim() };
    let mut store = global.store()?;
    if asked.dry_run {
        let plan = reorganization::plan(&store, &ending, today)?;
        global.put_tables(&[preview(&plan)], Privacy::Masked)?;
        return Ok(Outcome::Clean);
    }
    let session = global.session()?;
    let (batch, plan) = persist(|| {
        let plan = reorganization::plan(&store, &ending, session.act.today)?;
        Ok((reorganization::apply(&mut store, &session, &plan)?, plan))
    })?;
    let (pupils, classes) = (plan.pupils(), plan.classes.len());
    let message = match &plan.into {
        None => format!("第 {batch} 批：{}自 {on} 撤销，以后不再收学生。", plan.school.name),
        Some(into) => format!(
            "第 {batch} 批：{}自 {on} 并入{}，划入 {classes} 个班、{pupils} 名学生；学籍号不变。",
            plan.school.name, into.name
        ),
    };
    done(global, &message, Some(batch), &[("classes", classes as i64), ("pupils", pupils as i64)])?;
    Ok(Outcome::Clean)
}

fn reason_of(text: &str) -> Result<&str, CliError> {
    let reason = text.trim();
    if reason.is_empty() {
        return Err(usage("--reason 没有写理由。", "请写明批准文件，例如 --reason \"某教〔2026〕1号\"。"));
    }
    Ok(reason)
}

fn filled<'a>(option: &str, text: &'a str) -> Result<&'a str, CliError> {
    match text.trim() {
        "" => Err(usage(format!("{option} 没有写。"), "请写全称。")),
        text => Ok(text),
    }
}

fn change(code: &str, anew: Anew, paper: &Paper, global: &Global) -> Result<Outcome, CliError> {
    let reason = reason_of(&paper.reason)?;
    let mut store = global.store()?;
    if paper.dry_run {
        let plan = school_change::plan(&store, code, anew, reason)?;
        done(global, &format!("{}。没有写入任何内容。", plan.told()), None, &[])?;
        return Ok(Outcome::Clean);
    }
    let session = global.session()?;
    let (batch, plan) = persist(|| {
        let plan = school_change::plan(&store, code, anew, reason)?;
        Ok((school_change::apply(&mut store, &session, &plan)?, plan))
    })?;
    let message = format!("第 {batch} 批：{code} {}；标识码、班级和学生不变。", plan.told());
    done(global, &message, Some(batch), &[("changed", 1)])?;
    Ok(Outcome::Clean)
}

fn divide(
    code: &str,
    to: &str,
    classes: &[String],
    asked: &End,
    global: &Global,
) -> Result<Outcome, CliError> {
    let today = global.today()?;
    let on = asked.on.as_deref().map(|text| day("--on", text)).transpose()?.unwrap_or(today);
    let splitting = Splitting { code, to, classes, on, reason: reason_of(&asked.reason)? };
    let mut store = global.store()?;
    if asked.dry_run {
        let plan = split::plan(&store, &splitting, today)?;
        let title = format!("{}分出{}预览", plan.school.name, plan.to.name);
        global.put_tables(&[moved(title, &plan.classes)], Privacy::Masked)?;
        return Ok(Outcome::Clean);
    }
    let session = global.session()?;
    let (batch, plan) = persist(|| {
        let plan = split::plan(&store, &splitting, today)?;
        Ok((split::apply(&mut store, &session, &plan)?, plan))
    })?;
    let (pupils, classes) = (plan.pupils(), plan.classes.len());
    let message = format!(
        "第 {batch} 批：{}自 {on} 分出{}，划入 {classes} 个班、{pupils} 名学生；学籍号不变。",
        plan.school.name, plan.to.name
    );
    done(global, &message, Some(batch), &[("classes", classes as i64), ("pupils", pupils as i64)])?;
    Ok(Outcome::Clean)
}

fn preview(plan: &reorganization::Plan) -> Table {
    let title = match &plan.into {
        None => format!("撤销{}预览", plan.school.name),
        Some(into) => format!("{}并入{}预览", plan.school.name, into.name),
    };
    moved(title, &plan.classes)
}

/// The classes that go to another school.
fn moved(title: String, classes: &[Moved]) -> Table {
    let pupils: usize = classes.iter().map(|c| c.pupils.len()).sum();
    let rows = classes.iter().map(|c| {
        let (from, to) = (&c.from, &c.to);
        vec![from.number.clone(), from.name.clone(), to.number.clone(), c.pupils.len().to_string()]
    });
    Table {
        title,
        columns: vec![
            Column::text("class_number", "原班号"),
            Column::text("name", "班级名称"),
            Column::text("new_class_number", "划入后班号"),
            Column::count("pupils", "学生数"),
        ],
        rows: rows.collect(),
        foot: vec![format!("共 {pupils} 名学生。没有写入任何内容。")],
        ..Table::default()
    }
}

/// Whether a school still takes pupils, for people.
fn state(school: &School) -> String {
    match (&school.closed_on, &school.merged_into) {
        (None, _) => "在办".to_owned(),
        (Some(day), None) => format!("{day} 撤销"),
        (Some(day), Some(into)) => format!("{day} 并入 {into}"),
    }
}

fn stages(school: &School) -> String {
    let each: Vec<String> =
        school.stages.iter().map(|s| format!("{}{}年", s.label(), school.lengths.of(*s))).collect();
    each.join("、")
}

fn list(global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let directory = store.directory()?;
    let rows = directory.schools().into_iter().map(|s| {
        let classes = directory.classes_of(s.code.as_str()).len();
        let texts = [s.code.as_str(), &s.name, &stages(s), &s.division, &s.authority, &s.sponsor];
        texts.iter().map(|t| (*t).to_owned()).chain([classes.to_string(), state(s)]).collect()
    });
    let table = Table {
        title: "学校表".into(),
        columns: vec![
            Column::text("school_code", "学校标识码"),
            Column::text("name", "学校名称"),
            Column::text("stages", "学段和学制"),
            Column::text("division", "所在地区划"),
            Column::text("authority", "学籍主管部门"),
            Column::text("sponsor", "举办者"),
            Column::count("classes", "班级数"),
            Column::text("state", "状态"),
        ],
        rows: rows.collect(),
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}

fn show(code: &str, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let directory = store.directory()?;
    let Some(school) = directory.school(code) else {
        return Err(Refusal::new(format!("学校表中没有 {code}。"), "请用 xueji school list 查看。").into());
    };
    let today = global.today()?;
    let rows = directory.classes_of(code).into_iter().map(|c| {
        let grade = grade_name(c.stage, c.entry_year, school.lengths, today);
        vec![c.number.clone(), c.name.clone(), c.stage.label().to_owned(), c.entry_year.to_string(), grade]
    });
    let table = Table {
        title: school.name.clone(),
        head: vec![
            format!(
                "学校标识码：{code}　所在地区划：{}　学籍主管部门：{}",
                school.division, school.authority
            ),
            format!("学段和学制：{}　举办者：{}　状态：{}", stages(school), school.sponsor, state(school)),
        ],
        columns: vec![
            Column::text("class_number", "班号"),
            Column::text("name", "班级名称"),
            Column::text("stage", "学段"),
            Column::text("entry_year", "入学年份"),
            Column::text("grade", "现在年级"),
        ],
        rows: rows.collect(),
        foot: store.chapters(code)?.iter().map(chapter).collect(),
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}

/// One line of what became of a school.
fn chapter(c: &Chapter) -> String {
    let texts = [c.source.as_str(), c.text.as_str()].into_iter().filter(|t| !t.is_empty());
    let told: Vec<&str> = texts.collect();
    let colon = if told.is_empty() { "" } else { "：" };
    format!("沿革：{} {}{colon}{}", c.day, entry_name::shown(&c.change), told.join("；"))
}
