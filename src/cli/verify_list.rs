//! `xueji verify list|show|resolve|status`: what reviews found, worked through; which schools were reviewed this term.

use crate::app::verify::resolve::{self, Shown};
use crate::model::school::Directory;
use crate::model::table::{Column, Personal, Table};
use crate::model::term::Term;
use crate::model::verification::kind::KINDS;
use crate::output::Privacy;
use crate::store::lookup::Which;
use crate::store::verification::Wanted;

use super::Outcome;
use super::change_list::office;
use super::dispute::said;
use super::failure::{CliError, persist};
use super::global::Global;
use super::init::done;
use super::verify::term_of;

/// 列出核查发现、还没有处理的问题；有未处理的，退出码为 1
#[derive(clap::Args)]
pub struct ListArgs {
    /// 连同已经处理的
    #[arg(long)]
    all: bool,
    /// 只列这所学校的
    #[arg(long, value_name = "学校标识码")]
    school: Option<String>,
    /// 只列这一种问题
    #[arg(long, value_name = "问题", value_parser = clap::builder::PossibleValuesParser::new(KINDS.iter().map(|k| k.key)))]
    kind: Option<String>,
}

/// 一件核查发现的问题：怎样发现的，学籍现在怎样，办法和依据
#[derive(clap::Args)]
pub struct ShowArgs {
    /// 编号（xueji verify list）
    #[arg(value_name = "编号")]
    id: String,
}

/// 核实后处理：写明结果，标记随之清除；可以写几个编号，可用 batch undo 撤销
#[derive(clap::Args)]
pub struct ResolveArgs {
    /// 编号（xueji verify list），可以写几个
    #[arg(value_name = "编号", required = true)]
    ids: Vec<String>,
    /// 核实了什么，怎样处理
    #[arg(long, value_name = "说明")]
    reason: String,
}

/// 各校本学期核查了没有：每学期至少一次；有没有核查的学校，退出码为 1
#[derive(clap::Args)]
pub struct StatusArgs {
    /// 学期，如 2026-autumn；默认为业务日期所在的学期
    #[arg(long, value_name = "学期", value_parser = term_of)]
    term: Option<Term>,
}

pub fn list(args: &ListArgs, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    if let Some(school) = &args.school {
        crate::app::places::require_school(&store, school)?;
    }
    let mut all = resolve::list(&store, if args.all { Wanted::All } else { Wanted::Open })?;
    all.retain(|s| args.school.as_ref().is_none_or(|school| s.discrepancy.school == *school));
    all.retain(|s| args.kind.as_ref().is_none_or(|kind| s.discrepancy.kind.spec().key == kind));
    let directory = store.directory()?;
    let open = all.iter().filter(|s| s.discrepancy.is_open()).count();
    let table = Table {
        title: "核查发现的问题".into(),
        columns: vec![
            Column::text("id", "编号"),
            Column::text("kind", "问题"),
            Column::text("school", "学校"),
            Column::personal("name", "姓名", Personal::Name),
            Column::text("student", "学生"),
            Column::text("found_on", "发现日期"),
            Column::text("note", "情况"),
            Column::text("standing", "学籍现状"),
            Column::text("state", "处理"),
        ],
        rows: all.iter().map(|s| row(s, &directory)).collect(),
        foot: vec![
            format!("共 {} 件，未处理 {open} 件。", all.len()),
            "用 xueji verify show 编号 看办法；办好的再次核查时自动销去，其他的用 xueji verify resolve 写明结果。".into(),
        ],
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(if open > 0 { Outcome::Findings } else { Outcome::Clean })
}

fn row(shown: &Shown, directory: &Directory) -> Vec<String> {
    let d = &shown.discrepancy;
    vec![
        d.id.clone(),
        d.kind.spec().title.to_owned(),
        office(directory, &d.school).to_owned(),
        d.name.clone(),
        d.student.map_or_else(String::new, |id| id.to_string()),
        d.found_on.clone(),
        d.note.clone(),
        standing(shown, directory),
        state(shown),
    ]
}

fn standing(shown: &Shown, directory: &Directory) -> String {
    shown.registration.as_ref().map_or_else(String::new, |r| {
        format!("{}班号 {}，{}", office(directory, r.school.as_str()), r.class_number, r.standing())
    })
}

fn state(shown: &Shown) -> String {
    match &shown.discrepancy.resolution {
        None => "未处理".to_owned(),
        Some(r) => format!("{}（{}，{}）", r.text, r.on, r.by),
    }
}

pub fn show(args: &ShowArgs, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let (shown, review) = resolve::get(&store, &args.id)?;
    let directory = store.directory()?;
    let d = &shown.discrepancy;
    let spec = d.kind.spec();
    let by = review.map_or_else(String::new, |r| {
        format!("{}，{} 核查，经办人 {}，名单 {}", r.term.label(), r.day, r.by, r.files)
    });
    let lines = [
        ("问题", format!("{}：{}", spec.title, spec.what)),
        ("学校", office(&directory, &d.school).to_owned()),
        ("学生", d.student.map_or_else(|| "（没有学籍或不能确定）".to_owned(), |id| id.to_string())),
        ("名单", d.place.clone()),
        ("情况", d.note.clone()),
        ("发现", by),
        ("学籍现状", standing(&shown, &directory)),
        ("标记", spec.flag.map_or("不加标记", |f| f.label()).to_owned()),
        ("处理", state(&shown)),
        ("办法", spec.remedy.to_owned()),
        ("依据", spec.basis.to_owned()),
    ];
    let table = Table {
        title: format!("核查发现 {}", d.id),
        head: vec![format!("姓名：{}", crate::output::mask::name(&d.name))],
        columns: vec![Column::text("item", "项目"), Column::text("text", "内容")],
        rows: lines.into_iter().map(|(item, text)| vec![item.to_owned(), text]).collect(),
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}

pub fn resolve(args: &ResolveArgs, global: &Global) -> Result<Outcome, CliError> {
    let reason = said(&args.reason, "--reason", "家访核实，在外地就读，已通知发起转学")?;
    let (session, mut store) = (global.session()?, global.store()?);
    let batch = persist(|| Ok(resolve::resolve(&mut store, &session, &args.ids, reason)?))?;
    let count = args.ids.len();
    let message = format!("第 {batch} 批：已处理 {count} 件，标记已清除。撤销：xueji batch undo {batch}");
    done(global, &message, Some(batch), &[("resolved", count as i64)])?;
    Ok(Outcome::Clean)
}

pub fn status(args: &StatusArgs, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let directory = store.directory()?;
    let term = args.term.unwrap_or(Term::of(global.today()?));
    let (reviews, open) = (store.reviews()?, store.discrepancies(Wanted::Open)?);
    let (mut rows, mut missing) = (Vec::new(), 0);
    for school in directory.schools().into_iter().filter(|s| s.closed_on.is_none()) {
        let code = school.code.as_str();
        let pupils = store.registrations(&Which::School(code))?.len();
        let last = reviews.iter().rfind(|r| r.school == code && r.term == term);
        missing += usize::from(last.is_none() && pupils > 0);
        let count = |n: Option<i64>| n.map_or_else(String::new, |n| n.to_string());
        rows.push(vec![
            code.to_owned(),
            school.name.clone(),
            pupils.to_string(),
            last.map_or("未核查", |r| r.day.as_str()).to_owned(),
            count(last.map(|r| r.expected)),
            count(last.map(|r| r.attending)),
            open.iter().filter(|d| d.school == code).count().to_string(),
        ]);
    }
    let table = Table {
        title: format!("{}学籍核查", term.label()),
        columns: vec![
            Column::text("school", "学校标识码"),
            Column::text("name", "学校"),
            Column::count("pupils", "学籍数"),
            Column::text("day", "最近核查"),
            Column::count("expected", "应在读"),
            Column::count("matched", "人籍一致"),
            Column::count("open", "未处理"),
        ],
        foot: vec![format!(
            "共 {} 所学校，其中有学籍而本学期没有核查的 {missing} 所。每学期至少核准一次（2025 年办法第二十五条）。",
            rows.len()
        )],
        rows,
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(if missing > 0 { Outcome::Findings } else { Outcome::Clean })
}
