//! `xueji export`: reports.

use std::path::{Path, PathBuf};

use crate::app::reporting::days::{self, Days};
use crate::app::reporting::{self, Asked, Kept, Sink};
use crate::model::change;
use crate::model::id::StudentId;
use crate::model::table::{Column, Table};
use crate::output::{Format, Privacy, dashboard, mask, workbook};
use crate::report::{self, Body, REPORTS, Report};
use crate::xlsx::form::{FORMS, Form, form};

use super::Outcome;
use super::failure::{CliError, usage};
use super::global::{Global, day, write_file};
use super::pdf::Office;
use super::unmask::{Concerned, Unmask};
use super::{export_form, export_ledger, export_oneroster, export_term};

/// 导出报表和表格：花名册、学籍卡、人数和变动统计、各种台账、教育事业统计、转学申请表等；list 列出全部
#[derive(clap::Args)]
pub struct Args {
    /// 报表名称，或 list
    #[arg(value_name = "报表", required_unless_present_any = ["term", "ledger"])]
    report: Option<String>,
    /// 一个学期的全部报表，全县和各校，写到 -o 的文件夹：2026-autumn、2027-spring
    #[arg(long, value_name = "学期", conflicts_with_all = ["report", "school", "class", "student", "from", "to", "drill",
        "application", "template", "pdf"])]
    term: Option<String>,
    /// 导出台账：谁、何时、导出了谁的完整信息、用途、批准文号、份数、文件和校验值
    #[arg(long, conflicts_with_all = ["report", "term", "school", "class", "student", "as_of", "from", "to", "drill",
        "application", "template", "pdf", "unmasked"])]
    ledger: bool,
    /// 学期成套报表：换掉文件夹里另一次做的
    #[arg(long, requires = "term")]
    replace: bool,
    /// 只要这所学校
    #[arg(long, value_name = "学校标识码")]
    school: Option<String>,
    /// 只要这个班
    #[arg(long, value_name = "班号", requires = "school")]
    class: Option<String>,
    /// 学籍卡、证明：只印这名学生（内部编号）
    #[arg(long, value_name = "学生")]
    student: Option<String>,
    /// 截至这一天的情况（YYYY-MM-DD），与当天打印的一样；默认为业务日期
    #[arg(long, value_name = "日期")]
    as_of: Option<String>,
    /// 期间报表的第一天；默认为本学期第一天
    #[arg(long, value_name = "日期")]
    from: Option<String>,
    /// 期间报表的最后一天；默认为业务日期
    #[arg(long, value_name = "日期")]
    to: Option<String>,
    /// 统计表：列出这一格里的学生，写成“行/栏”，例如 合计/女、某小学/三年级/1班/少数民族
    #[arg(long, value_name = "行/栏")]
    drill: Option<String>,
    /// 表格用：哪一份申请
    #[arg(long, value_name = "申请")]
    application: Option<String>,
    /// 表格用：本单位改过样式的模板；不写时用程序自带的
    #[arg(long, value_name = "模板")]
    template: Option<PathBuf>,
    /// 另外生成同名的 PDF（要有 LibreOffice）；报表要用 -o 写成 xlsx
    #[arg(long)]
    pdf: bool,
    #[command(flatten)]
    unmask: Unmask,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    if let Some(term) = &args.term {
        let asked = export_term::Asked {
            term,
            as_of: args.as_of.as_deref(),
            replaces: args.replace,
            unmask: &args.unmask,
        };
        return export_term::run(&asked, global);
    }
    if args.ledger {
        return export_ledger::run(global);
    }
    let name = args.report.as_deref().unwrap_or("list");
    if name == "list" {
        return list(global);
    }
    if let Some(form) = form(name) {
        let asked = export_form::Asked {
            application: args.application.as_deref(),
            template: args.template.as_deref(),
            pdf: args.pdf,
            unmask: &args.unmask,
        };
        return export_form::run(form, &asked, global);
    }
    if name == export_oneroster::NAME {
        let other =
            [&args.class, &args.student, &args.as_of, &args.from, &args.to, &args.drill, &args.application];
        if other.iter().any(|o| o.is_some()) || args.template.is_some() || args.pdf {
            return Err(usage(
                "OneRoster 只按学校导出，是业务日期当天的。",
                "可以用的有 --school、--unmasked、-o。",
            ));
        }
        return export_oneroster::run(args.school.as_deref(), &args.unmask, global);
    }
    one(named(name)?, args, global)
}

/// The report of this name; a usage error that names all of them where there is none.
fn named(name: &str) -> Result<&'static Report, CliError> {
    report::report(name).ok_or_else(|| {
        let names: Vec<&str> = REPORTS
            .iter()
            .map(|r| r.name)
            .chain(FORMS.iter().map(|f| f.name))
            .chain([export_oneroster::NAME])
            .collect();
        usage(format!("没有报表“{name}”。"), format!("可用的有：{}。", names.join("、")))
    })
}

fn one(report: &'static Report, args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let (today, days) = (global.today()?, args.days()?);
    if args.pdf && (global.form() != Format::Xlsx || global.output.is_none() || args.drill.is_some()) {
        return Err(usage("PDF 由工作簿转成。", "请用 -o 指明 xlsx 文件，例如 -o 报表.xlsx --pdf。"));
    }
    let office = args.pdf.then(Office::find).transpose()?;
    let span = days::span(report, &days, today)?;
    let mut store = global.store()?;
    let past = days::store_of(&store, report, &days, today)?;
    let directory = past.directory()?;
    let scope = reporting::scope(&directory, args.school.as_deref(), args.class.as_deref())?;
    let scope = match args.student(report)? {
        Some(id) => reporting::of_student(&past, id)?,
        None => scope,
    };
    let shown = mask::shown(if args.unmask.unmasked { Privacy::Revealed } else { Privacy::Masked });
    let asked = Asked { report, scope, span, shown };
    let what = format!("{}（{}）{}", report.title, asked.scope.name, told(args));
    // What is refused is refused before a line of the ledger is begun for it.
    let concerned = Concerned::Report(what);
    if let Some(path) = &args.drill {
        let table = reporting::drill(&past, &asked, path)?;
        let permit = global.permit(&mut store, &args.unmask, &concerned)?;
        global.put_permitted(&mut store, vec![table], &permit)?;
        return Ok(Outcome::Clean);
    }
    if let Some(path) = global.output.as_ref().filter(|path| is_page(path, global)) {
        let board = reporting::board(&past, &asked)?;
        let permit = global.permit(&mut store, &args.unmask, &concerned)?;
        write_file(path, dashboard::page(&board).as_bytes())?;
        global.left_in(&mut store, &permit, (1, path))?;
        global.say(&format!("已写入 {}：{}。", path.display(), report.title));
        return Ok(Outcome::Clean);
    }
    let permit = global.permit(&mut store, &args.unmask, &concerned)?;
    let count = match (global.form(), &global.output) {
        (Format::Xlsx, Some(path)) => {
            let mark = permit.mark();
            let make = |sink: &mut dyn Sink| reporting::make(&past, &asked, sink);
            let count = workbook::stream(path, (permit.privacy(), mark.as_ref()), make)?;
            global.left_in(&mut store, &permit, (count, path))?;
            count
        }
        _ => {
            let mut kept = Kept::default();
            let count = reporting::make(&past, &asked, &mut kept)?;
            global.put_permitted(&mut store, kept.0, &permit)?;
            count
        }
    };
    if let Some(path) = &global.output {
        let unit = if matches!(report.body, Body::Pages(_)) { "页" } else { "行" };
        global.say(&format!("已写入 {}：{}，{count} {unit}。", path.display(), report.title));
        if let Some(office) = office {
            global.say(&format!("已写入 {}。", office.convert(path)?.display()));
        }
    }
    Ok(Outcome::Clean)
}

/// Whether the file of `-o` is named as a page of HTML, and no other form was asked for.
fn is_page(path: &Path, global: &Global) -> bool {
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or_default();
    global.format == Format::Human && ["html", "htm"].contains(&extension)
}

/// The days that were asked for, for the journal.
fn told(args: &Args) -> String {
    let day = |name: &str, day: &Option<String>| day.as_ref().map(|d| format!("，{name} {d}"));
    let all = [day("截至", &args.as_of), day("自", &args.from), day("至", &args.to)];
    all.into_iter().flatten().collect()
}

impl Args {
    /// The pupil that is named; only pages are printed pupil by pupil.
    fn student(&self, report: &Report) -> Result<Option<StudentId>, CliError> {
        let Some(text) = &self.student else { return Ok(None) };
        if !matches!(report.body, Body::Pages(_)) {
            let hint = "要看一名学生请用 xueji student show；--student 用于学籍卡、在校就读证明。";
            return Err(usage(format!("{}不是按人打印的。", report.title), hint));
        }
        let hint = "内部编号用 xueji student find 查到。";
        StudentId::parse(text).map(Some).ok_or_else(|| usage(format!("“{text}”不是内部编号。"), hint))
    }

    fn days(&self) -> Result<Days, CliError> {
        let day = |option: &str, text: &Option<String>| text.as_deref().map(|t| day(option, t)).transpose();
        Ok(Days {
            as_of: day("--as-of", &self.as_of)?,
            from: day("--from", &self.from)?,
            to: day("--to", &self.to)?,
        })
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
            .chain([[export_oneroster::NAME, export_oneroster::TITLE, export_oneroster::WHAT]
                .map(str::to_owned)
                .to_vec()])
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
