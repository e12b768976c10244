//! `xueji number`: registry numbers issued, confirmed, shown, checked.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{ArgGroup, Subcommand};

use crate::app::failure::Refusal;
use crate::app::number::{self, Numbered};
use crate::model::document;
use crate::model::id::StudentId;
use crate::model::registry_number::RegistryNumber;
use crate::model::table::{Column, Personal, Table};
use crate::output::Privacy;
use crate::store::lookup::Which;

use super::Outcome;
use super::failure::{CliError, persist, usage};
use super::global::Global;
use super::init::done_but;
use super::unmask::{Concerned, Unmask};

/// 学籍号：编发 L、确认为 G 或 J、查看、检查
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Args)]
#[command(group(ArgGroup::new("whose").required(true).args(["school", "batch", "student", "all"])))]
struct Whose {
    /// 一所学校的学生
    #[arg(long, value_name = "学校标识码")]
    school: Option<String>,
    /// 一个导入批次新建的学生
    #[arg(long, value_name = "批次")]
    batch: Option<i64>,
    /// 一名学生（内部编号，见 xueji student find）
    #[arg(long, value_name = "编号")]
    student: Option<String>,
    /// 全部学生
    #[arg(long)]
    all: bool,
}

impl Whose {
    fn which(&self) -> Result<Which<'_>, CliError> {
        if let Some(school) = &self.school {
            return Ok(Which::School(school));
        }
        if let Some(batch) = self.batch {
            return Ok(Which::AdmittedBy(batch));
        }
        match &self.student {
            None => Ok(Which::All),
            Some(text) => StudentId::parse(text).map(Which::Id).ok_or_else(|| {
                usage(
                    "--student 要写学生的内部编号。",
                    "请先用 xueji student find 查到内部编号；号码不要写在命令行上。",
                )
            }),
        }
    }
}

#[derive(Subcommand)]
enum Command {
    /// 给已核准而没有学籍号的学生编发临时学籍号（L）
    Issue {
        #[command(flatten)]
        whose: Whose,
    },
    /// 确认为正式学籍号：有公民身份号码的为 G；加 --assign 时没有的编发 J
    Confirm {
        #[command(flatten)]
        whose: Whose,
        /// 没有可用公民身份号码的，由本单位赋码（J）
        #[arg(long)]
        assign: bool,
    },
    /// 查看一名学生现在和以前的学籍号
    Show {
        /// 学生的内部编号
        #[arg(value_name = "编号")]
        student: String,
        #[command(flatten)]
        unmask: Unmask,
    },
    /// 检查一批学籍号的写法，每行一个；- 为标准输入
    Check {
        /// 号码文件
        #[arg(value_name = "文件", default_value = "-")]
        file: PathBuf,
    },
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match &args.command {
        Command::Issue { whose } => {
            let session = global.session()?;
            let mut store = global.store()?;
            let which = whose.which()?;
            let numbered = persist(|| Ok(number::issue(&mut store, &session, &which)?))?;
            tell(&numbered, "编发临时学籍号", global)
        }
        Command::Confirm { whose, assign } => {
            let session = global.session()?;
            let mut store = global.store()?;
            let which = whose.which()?;
            let numbered = persist(|| Ok(number::confirm(&mut store, &session, &which, *assign)?))?;
            tell(&numbered, "确认正式学籍号", global)
        }
        Command::Show { student, unmask } => show(student, unmask, global),
        Command::Check { file } => check(file, global),
    }
}

fn tell(numbered: &Numbered, what: &str, global: &Global) -> Result<Outcome, CliError> {
    let batch = numbered.batch.map_or_else(String::new, |b| format!("第 {b} 批："));
    let message = format!("{batch}{what} {} 个，{} 人没有办理。", numbered.done, numbered.left.len());
    let counts = [("done", numbered.done as i64), ("left", numbered.left.len() as i64)];
    let mut reasons: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    for (_, refusal) in &numbered.left {
        *reasons.entry((&refusal.reason, &refusal.remedy)).or_default() += 1;
    }
    let left = reasons.iter().map(|((reason, remedy), n)| Refusal::new(format!("{n} 人：{reason}"), *remedy));
    done_but(global, &message, numbered.batch, &counts, left.collect())?;
    for ((reason, remedy), n) in &reasons {
        global.say(&format!("  {n} 人：{reason}{remedy}"));
    }
    Ok(if numbered.left.is_empty() { Outcome::Clean } else { Outcome::Partly })
}

fn show(student: &str, unmask: &Unmask, global: &Global) -> Result<Outcome, CliError> {
    let mut store = global.store()?;
    let whole = crate::app::student::show(&store, student)?;
    let concerned = Concerned::Students(vec![whole.registration.id]);
    let permit = global.permit(&mut store, unmask, &concerned)?;
    let rows = whole.numbers.into_iter().map(|(number, since, until)| {
        let kind = RegistryNumber::parse(&number).map_or("", |n| n.kind().name());
        let state = if until.is_none() { "现用" } else { "曾用" };
        vec![number, kind.to_owned(), since, until.unwrap_or_default(), state.to_owned()]
    });
    let table = Table {
        title: "学籍号".into(),
        columns: vec![
            Column::personal("number", "学籍号", Personal::Number),
            Column::text("kind", "种类"),
            Column::text("since", "起"),
            Column::text("until", "止"),
            Column::text("state", "状态"),
        ],
        rows: rows.collect(),
        foot: vec!["学籍号一人一号，终身不变；身份证件号以后有变，学籍号不随之改变。".into()],
        ..Table::default()
    };
    global.put_permitted(&mut store, vec![table], &permit)?;
    Ok(Outcome::Clean)
}

fn check(path: &std::path::Path, global: &Global) -> Result<Outcome, CliError> {
    let text = super::student::read_lines(path)?;
    let store = crate::store::Store::open(&global.db).ok();
    let mut rows = Vec::new();
    let mut bad = 0;
    for (line, number) in text.lines().map(str::trim).enumerate().filter(|(_, n)| !n.is_empty()) {
        let upper = number.to_ascii_uppercase();
        let verdict = match RegistryNumber::parse(&upper) {
            Err(e) => {
                bad += 1;
                format!("{}{}", e.message(), e.hint())
            }
            Ok(n) => {
                let odd: String = n.warnings().iter().map(|w| w.message()).collect();
                let known = match &store {
                    None => String::new(),
                    Some(store) => match store.holder_of(&upper)? {
                        None => "不在本学籍库。".to_owned(),
                        Some((_, true)) => "在本学籍库，现用。".to_owned(),
                        Some((_, false)) => "在本学籍库，曾用。".to_owned(),
                    },
                };
                format!("{}。{odd}{known}", n.kind().name())
            }
        };
        rows.push(vec![(line + 1).to_string(), document::mask(&upper), verdict]);
    }
    let table = Table {
        title: "学籍号检查".into(),
        columns: vec![
            Column::count("line", "行"),
            Column::text("number", "学籍号"),
            Column::text("verdict", "结果"),
        ],
        foot: vec![format!("共 {} 个，{bad} 个写法不对。", rows.len())],
        rows,
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(if bad > 0 { Outcome::Findings } else { Outcome::Clean })
}
