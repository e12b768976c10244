//! `xueji verify`: the term's review, a school's attendance list against the registry.

use std::path::PathBuf;

use clap::Subcommand;

use crate::app::gather;
use crate::app::input::Opening;
use crate::app::spot::Spot;
use crate::app::verify::apply;
use crate::app::verify::plan::plan;
use crate::app::verify::{Asked, Blank, Plan, Whom};
use crate::model::id::StudentId;
use crate::model::term::Term;
use crate::output::Format;

use super::failure::{CliError, persist, usage};
use super::global::Global;
use super::validate::mapping_of;
use super::{Outcome, ask, verify_list, verify_show};

/// 学籍核查：用学校的在校名单核对学籍库（人籍一致、空挂、人籍分离、没有学籍）；先预览，再一次写入
///
/// 名单一行一名学生，工作表和表头的找法与花名册相同；没有“是否在校”一栏的，名单上的都算在校。空白名单：
/// xueji template attendance --school 学校标识码。发现的问题记为标记和清单（xueji verify list），逐件处理；
/// 再次核查时已经不在的自动销去。号码损坏、同名等不能确定的只问不猜。整批可用 xueji batch undo 撤销。
#[derive(clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    /// 在校名单（xlsx、xls、ods、csv）或放名单的文件夹，可以有多个；同一学校的几个文件合并核查
    #[arg(value_name = "名单")]
    files: Vec<PathBuf>,
    /// 名单是哪所学校的；名单里有学校标识码，或文件名、文件夹写着学校的不用写
    #[arg(long, value_name = "学校标识码")]
    school: Option<String>,
    /// 学期，如 2026-autumn、2027-spring；默认为业务日期所在的学期
    #[arg(long, value_name = "学期", value_parser = term_of)]
    term: Option<Term>,
    /// 只核查这个班；名单只含部分班级时写明，可以写几次
    #[arg(long, value_name = "班号")]
    class: Vec<String>,
    /// “是否在校”空着的算什么：here 在校，away 不在校；不写则逐个列出来问
    #[arg(long, value_name = "怎样算", value_parser = ["here", "away"])]
    blank: Option<String>,
    /// 核对原件后写明一行是哪一名学生：表名!单元格=内部编号；可以写几次
    #[arg(long = "match", value_name = "单元格=编号", value_parser = match_of)]
    matches: Vec<(Spot, StudentId)>,
    /// 不在校而有正当理由的学生：内部编号=说明，或名单上的 表名!单元格=说明；可以写几次
    #[arg(long, value_name = "学生=说明", value_parser = explained_of)]
    explain: Vec<(Whom, String)>,
    /// 只读这张工作表；要读几张就写几次
    #[arg(long, value_name = "名称")]
    sheet: Vec<String>,
    /// 表头在第几行
    #[arg(long, value_name = "行")]
    header_row: Option<u32>,
    /// 栏目名对照文件（TOML），写法见 xueji explain mapping
    #[arg(long, value_name = "文件")]
    mapping: Option<PathBuf>,
    /// 只预览，不写入
    #[arg(long)]
    dry_run: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    List(verify_list::ListArgs),
    Show(verify_list::ShowArgs),
    Resolve(verify_list::ResolveArgs),
    Status(verify_list::StatusArgs),
}

/// A term that is named on the command line.
pub fn term_of(text: &str) -> Result<Term, String> {
    Term::parse(text).ok_or_else(|| "请写成 2026-autumn 或 2027-spring".to_owned())
}

fn match_of(text: &str) -> Result<(Spot, StudentId), String> {
    let parsed = text
        .split_once('=')
        .and_then(|(spot, id)| Some((Spot::parse(spot.trim())?, StudentId::parse(id.trim())?)));
    parsed.ok_or_else(|| "请写成 表名!单元格=内部编号，如 在校名单!D7=编号".to_owned())
}

fn explained_of(text: &str) -> Result<(Whom, String), String> {
    let (whom, said) = text.split_once('=').map(|(a, b)| (a.trim(), b.trim())).unwrap_or((text, ""));
    if said.is_empty() {
        return Err("请写成 内部编号=说明，或 表名!单元格=说明".to_owned());
    }
    let whom = match (StudentId::parse(whom), Spot::parse(whom)) {
        (Some(id), _) => Whom::Pupil(id),
        (None, Some(spot)) => Whom::Cell(spot),
        (None, None) => return Err(format!("“{whom}”不是内部编号，也不是 表名!单元格")),
    };
    Ok((whom, said.to_owned()))
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match &args.command {
        Some(Command::List(list)) => verify_list::list(list, global),
        Some(Command::Show(show)) => verify_list::show(show, global),
        Some(Command::Resolve(resolve)) => verify_list::resolve(resolve, global),
        Some(Command::Status(status)) => verify_list::status(status, global),
        None => review(args, global),
    }
}

fn review(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    if args.files.is_empty() {
        let hint = "请写 xueji verify 在校名单.xlsx --school 学校标识码；空白名单用 xueji template attendance 生成。";
        return Err(usage("没有指明在校名单。", hint));
    }
    let (session, mut store) = (global.session()?, global.store()?);
    let directory = store.directory()?;
    let mapping = args.mapping.as_deref().map(mapping_of).transpose()?.unwrap_or_default();
    let at = crate::app::input::Where {
        sheets: args.sheet.clone(),
        header_row: args.header_row,
        mapping,
        school: args.school.clone(),
    };
    let learned = store.headings()?;
    let gathered = gather::gather(&args.files);
    let today = session.act.today;
    let asked = Asked {
        files: &gathered.files,
        opening: Opening {
            at: &at,
            directory: Some((&directory, today)),
            learned: &learned,
            ask: &|e, at| ask::answer(global, e, at),
        },
        term: args.term.unwrap_or_else(|| Term::of(today)),
        classes: &args.class,
        blank: match args.blank.as_deref() {
            Some("here") => Blank::Here,
            Some(_) => Blank::Away,
            None => Blank::Ask,
        },
        matches: &args.matches,
        explained: &args.explain,
    };
    let done = persist(|| {
        let mut planned = plan(&store, &asked, today)?;
        planned.passed.splice(0..0, gathered.passed.iter().cloned());
        if args.dry_run || !believed(&planned, global)? {
            return Ok((planned, None));
        }
        let applied = apply::apply(&mut store, &session, &planned)?;
        Ok((planned, Some(applied)))
    })?;
    let (planned, applied) = done;
    verify_show::print(&planned, applied.as_ref(), &directory, global)?;
    Ok(if planned.found.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

/// Whether doubtful lists are to be taken for what they are; asked at a terminal.
fn believed(planned: &Plan, global: &Global) -> Result<bool, CliError> {
    if planned.doubts.is_empty() || global.yes {
        return Ok(true);
    }
    let doubts = planned.doubts.join("\n");
    let refusal = format!("{doubts}\n没有写入任何内容：要核对后确认，而这里没有终端可以询问。");
    let hint = "请先用 --dry-run 逐人核对；名单无误的加 --yes。";
    if global.form() == Format::Json && !global.yes {
        return Err(usage(refusal, hint));
    }
    ask::confirmed(&format!("{doubts}\n确认名单无误、照此写入吗？"), &refusal, hint)
}
