//! `xueji export`: reports.

use std::path::PathBuf;

use crate::model::change;
use crate::model::registration::Registration;
use crate::model::school::Directory;
use crate::model::table::{Column, Table};
use crate::output::Privacy;
use crate::report::{self, Input, REPORTS};
use crate::store::Store;
use crate::store::lookup::Which;

use crate::app::failure::Refusal;
use crate::xlsx::form::{FORMS, Form, form};

use super::Outcome;
use super::export_form::{self, Asked};
use super::failure::{CliError, usage};
use super::global::{Concerned, Global};

/// 导出报表和表格：class-roster 花名册、headcount 人数统计、transfer-form 转学申请表等；list 列出全部
#[derive(clap::Args)]
pub struct Args {
    /// 报表名称，或 list
    #[arg(value_name = "报表")]
    report: String,
    /// 只要这所学校
    #[arg(long, value_name = "学校标识码")]
    school: Option<String>,
    /// 只要这个班
    #[arg(long, value_name = "班号", requires = "school")]
    class: Option<String>,
    /// 表格用：哪一份申请
    #[arg(long, value_name = "申请")]
    application: Option<String>,
    /// 表格用：本单位改过样式的模板；不写时用程序自带的
    #[arg(long, value_name = "模板")]
    template: Option<PathBuf>,
    /// 表格用：另外生成同名的 PDF（要有 LibreOffice）
    #[arg(long)]
    pdf: bool,
    /// 不遮盖姓名和号码（写入流水）
    #[arg(long, visible_alias = "reveal")]
    unmasked: bool,
    /// 用途，与 --unmasked 同用
    #[arg(long, value_name = "用途")]
    purpose: Option<String>,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    if args.report == "list" {
        return list(global);
    }
    if let Some(form) = form(&args.report) {
        let asked = Asked {
            application: args.application.as_deref(),
            template: args.template.as_deref(),
            pdf: args.pdf,
            unmasked: args.unmasked,
            purpose: args.purpose.as_deref(),
        };
        return export_form::run(form, &asked, global);
    }
    let Some(report) = report::report(&args.report) else {
        let names: Vec<&str> = REPORTS.iter().map(|r| r.name).chain(FORMS.iter().map(|f| f.name)).collect();
        return Err(usage(
            format!("没有报表“{}”。", args.report),
            format!("可用的有：{}。", names.join("、")),
        ));
    };
    let mut store = global.store()?;
    let directory = store.directory()?;
    let registrations = chosen(&store, &directory, args)?;
    let scope = scope(&directory, args);
    let bureau = store.meta().name.clone();
    let input = Input {
        bureau: &bureau,
        directory: &directory,
        registrations: &registrations,
        today: global.today()?,
        scope,
    };
    let mut tables = (report.build)(&input);
    let what = format!("{}（{}），{} 人", report.title, input.scope, registrations.len());
    let privacy =
        global.privacy(&mut store, args.unmasked, args.purpose.as_deref(), &Concerned::Report(what))?;
    if privacy == Privacy::Revealed {
        let actor = global.session()?.act.actor;
        let purpose = args.purpose.as_deref().unwrap_or_default();
        for table in &mut tables {
            table
                .foot
                .push(format!("含完整个人信息。导出人：{actor}　用途：{purpose}　导出内容已记入流水。"));
        }
    }
    global.put_tables(&tables, privacy)?;
    if let Some(path) = &global.output {
        global.say(&format!("已写入 {}：{}，{} 人。", path.display(), report.title, registrations.len()));
    }
    Ok(Outcome::Clean)
}

fn chosen(store: &Store, directory: &Directory, args: &Args) -> Result<Vec<Registration>, CliError> {
    let missing = |what: String| Refusal::new(what, "请用 xueji school list、xueji school show 查看。");
    if let Some(school) = &args.school
        && directory.school(school).is_none()
    {
        return Err(missing(format!("学校表中没有 {school}。")).into());
    }
    if let (Some(school), Some(class)) = (&args.school, &args.class)
        && directory.class(school, class).is_none()
    {
        return Err(missing(format!("学校 {school} 没有班号为 {class} 的班。")).into());
    }
    let which = match (&args.school, &args.class) {
        (Some(school), Some(class)) => Which::Class(school, class),
        (Some(school), None) => Which::School(school),
        _ => Which::Present,
    };
    Ok(store.registrations(&which)?)
}

fn scope(directory: &Directory, args: &Args) -> String {
    let name = args.school.as_deref().and_then(|s| directory.school(s)).map_or("", |s| s.name.as_str());
    match (&args.school, &args.class) {
        (Some(_), Some(class)) => format!("{name}班号 {class}"),
        (Some(_), None) => name.to_owned(),
        _ => "全部学校".to_owned(),
    }
}

fn list(global: &Global) -> Result<Outcome, CliError> {
    let table = Table {
        title: "报表".into(),
        columns: vec![
            Column::text("report", "名称"),
            Column::text("title", "标题"),
            Column::text("what", "内容"),
        ],
        rows: REPORTS
            .iter()
            .map(|r| vec![r.name.to_owned(), r.title.to_owned(), r.what.to_owned()])
            .chain(FORMS.iter().map(|f| vec![f.name.to_owned(), f.title.to_owned(), used_for(f)]))
            .collect(),
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}

/// The changes a form is for.
fn used_for(form: &Form) -> String {
    let names: Vec<&str> = form.kinds.iter().filter_map(|k| change::spec(k)).map(|s| s.name).collect();
    let kinds = if names.is_empty() { "各项变动".to_owned() } else { names.join("、") };
    format!("表格，用于{kinds}（--application 申请编号）。依据：{}", form.basis)
}
