//! `xueji dropout`: 控辍保学, from the day a pupil is missed to the day the case is struck off.

use std::path::PathBuf;

use clap::Subcommand;
use clap::builder::PossibleValuesParser;
use jiff::civil::Date;

use crate::app::watch::{self, Shown, Taken, Wanted};
use crate::app::{evidence, loaded};
use crate::model::field::Field;
use crate::model::school::{Directory, grade_name};
use crate::model::table::{Column, Personal, Table};
use crate::model::watch::closing::{CLOSINGS, closing};
use crate::model::watch::{STEPS, step};
use crate::output::Privacy;

use super::Outcome;
use super::change_list::office;
use super::dispute::said;
use super::failure::{CliError, persist, usage};
use super::global::Global;
use super::init::done;
use super::unmask::{Concerned, Unmask};

/// 控辍保学台账：登入、劝返步骤（书面报告、走访、劝返函、移交户籍地）、销号
///
/// 次序：open 登入（学籍变动为辍学的、核查为空挂的，或接到报告的）→ record 记下每一步，附材料 → close 返校、转学、休学等
/// 办结后销号。期限见 xueji due。每一步都可以用 xueji batch undo 撤销。
#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Open(OpenArgs),
    List(ListArgs),
    Show(ShowArgs),
    Record(RecordArgs),
    Close(CloseArgs),
}

/// 登入台账：一名学生（--student），或全部辍学、空挂而还没有登入的（--all）；只限义务教育阶段
#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("who").required(true).args(["student", "all"])))]
pub struct OpenArgs {
    /// 学生的内部编号
    #[arg(long, value_name = "编号", requires = "reason")]
    student: Option<String>,
    /// 全部学籍状态为辍学、或有空挂标记而还没有登入的
    #[arg(long, conflicts_with = "reason")]
    all: bool,
    /// 怎样发现的，什么原因
    #[arg(long, value_name = "说明")]
    reason: Option<String>,
    /// 只预览，不写入
    #[arg(long)]
    dry_run: bool,
}

/// 台账：学生、日期、原因、劝返步骤、结果、销号；-o 台账.xlsx 导出。有没有销号的，退出码为 1
#[derive(clap::Args)]
pub struct ListArgs {
    /// 连同已经销号的
    #[arg(long)]
    all: bool,
    /// 只列这所学校的
    #[arg(long, value_name = "学校标识码")]
    school: Option<String>,
    #[command(flatten)]
    unmask: Unmask,
}

/// 一件：学生现状和每一步
#[derive(clap::Args)]
pub struct ShowArgs {
    /// 编号（xueji dropout list）
    #[arg(value_name = "编号")]
    id: String,
}

/// 记下一步：report 书面报告，visit 劝返走访，letter 劝返函，handover 移交户籍地
#[derive(clap::Args)]
pub struct RecordArgs {
    /// 编号（xueji dropout list）
    #[arg(value_name = "编号")]
    id: String,
    /// 哪一步
    #[arg(value_name = "步骤", value_parser = PossibleValuesParser::new(STEPS.iter().map(|s| s.kind)))]
    step: String,
    /// 办理的日期（YYYY-MM-DD）；默认为业务日期
    #[arg(long, value_name = "日期")]
    on: Option<Date>,
    /// 走访的人、报送的单位、送达的监护人或接收的部门
    #[arg(long, value_name = "谁")]
    who: String,
    /// 结果
    #[arg(long, value_name = "说明")]
    result: String,
    /// 劝返函的期满日；不写按规则里的天数
    #[arg(long, value_name = "日期")]
    until: Option<Date>,
    /// 材料（走访记录、送达回执），可以写几个
    #[arg(long, value_name = "文件", num_args = 1..)]
    evidence: Vec<PathBuf>,
}

/// 销号：写明原因；学籍上要已经办好，否则不予销号
#[derive(clap::Args)]
pub struct CloseArgs {
    /// 编号（xueji dropout list）
    #[arg(value_name = "编号")]
    id: String,
    /// 原因
    #[arg(value_name = "原因", value_parser = PossibleValuesParser::new(CLOSINGS.iter().map(|c| c.key)))]
    closing: String,
    /// 核实的情况
    #[arg(long, value_name = "说明")]
    text: String,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    match &args.command {
        Command::Open(open) => enter(open, global),
        Command::List(list) => show_list(list, global),
        Command::Show(show) => show_one(show, global),
        Command::Record(record) => write_down(record, global),
        Command::Close(close) => strike_off(close, global),
    }
}

fn enter(args: &OpenArgs, global: &Global) -> Result<Outcome, CliError> {
    let (session, mut store) = (global.session()?, global.store()?);
    let wanted: Vec<Wanted> = match &args.student {
        None => watch::missing(&store)?,
        Some(text) => {
            let reason =
                said(args.reason.as_deref().unwrap_or_default(), "--reason", "开学未到校，电话无人接")?;
            let id = super::student::id(text)?;
            vec![watch::told(&store, id, reason)?]
        }
    };
    if args.dry_run {
        global.put_tables(&[preview(&wanted, &store.directory()?)], Privacy::Masked)?;
        return Ok(Outcome::Clean);
    }
    let opened = persist(|| Ok(watch::open(&mut store, &session, &wanted)?))?;
    let (message, batch, count) = match &opened {
        None => ("没有要登入的学生，学籍库没有改动。".to_owned(), None, 0),
        Some((batch, made)) => {
            let ids: Vec<&str> = made.iter().map(|w| w.id.as_str()).collect();
            let count = ids.len();
            (
                format!("第 {batch} 批：登入 {count} 人：{}。下一步：书面报告、劝返。", ids.join("、")),
                Some(*batch),
                count,
            )
        }
    };
    done(global, &message, batch, &[("opened", count as i64)])?;
    Ok(Outcome::Clean)
}

fn preview(wanted: &[Wanted], directory: &Directory) -> Table {
    let rows = wanted.iter().map(|w| {
        let r = &w.registration;
        vec![
            office(directory, r.school.as_str()).to_owned(),
            r.class_number.clone(),
            r.record.get(Field::PupilName).to_owned(),
            r.id.to_string(),
            w.source.label().to_owned(),
        ]
    });
    Table {
        title: "将登入控辍保学台账（没有写入）".into(),
        columns: vec![
            Column::text("school", "学校"),
            Column::text("class_number", "班号"),
            Column::personal("name", "姓名", Personal::Name),
            Column::text("student", "学生"),
            Column::text("source", "来源"),
        ],
        rows: rows.collect(),
        foot: vec![format!("共 {} 人。", wanted.len())],
        ..Table::default()
    }
}

fn show_list(args: &ListArgs, global: &Global) -> Result<Outcome, CliError> {
    let mut store = global.store()?;
    if let Some(school) = &args.school {
        crate::app::places::require_school(&store, school)?;
    }
    let directory = store.directory()?;
    let mut all = watch::list(&store)?;
    all.retain(|s| args.school.as_ref().is_none_or(|school| s.watch.school == *school));
    let open = all.iter().filter(|s| s.is_open()).count();
    let total = all.len();
    all.retain(|s| args.all || s.is_open());
    let what = Concerned::Report(format!("控辍保学台账，{} 人", all.len()));
    let permit = global.permit(&mut store, &args.unmask, &what)?;
    let today = global.today()?;
    let table = Table {
        title: "控辍保学台账".into(),
        columns: vec![
            Column::text("id", "编号"),
            Column::text("school", "学校"),
            Column::text("grade", "年级"),
            Column::personal("name", "姓名", Personal::Name),
            Column::text("student", "学生"),
            Column::text("migrant", "随迁"),
            Column::text("opened_on", "登入日期"),
            Column::text("source", "来源"),
            Column::text("reason", "原因"),
            Column::text("steps", "劝返步骤"),
            Column::text("result", "最近结果"),
            Column::text("standing", "学籍现状"),
            Column::text("closed_on", "销号日期"),
            Column::text("closing", "销号原因"),
        ],
        rows: all.iter().map(|s| row(s, &directory, today)).collect(),
        foot: vec![
            format!("登入 {total} 人，销号 {} 人，在劝返 {open} 人。", total - open),
            format!("截至 {today}；只含登入本台账的学生。"),
        ],
        ..Table::default()
    };
    global.put_permitted(&mut store, vec![table], &permit)?;
    Ok(if open > 0 { Outcome::Findings } else { Outcome::Clean })
}

fn row(s: &Shown, directory: &Directory, today: Date) -> Vec<String> {
    let (w, r) = (&s.watch, &s.registration);
    let class = directory.class(r.school.as_str(), &r.class_number);
    let lengths = directory.school(r.school.as_str()).map(|s| s.lengths).unwrap_or_default();
    let grade = class.map_or_else(String::new, |c| grade_name(c.stage, c.entry_year, lengths, today));
    let taken = STEPS.iter().filter_map(|spec| {
        let count = s.steps.iter().filter(|step| step.spec == *spec).count();
        (count > 0).then(|| format!("{} {count} 次（{}）", spec.name, s.last(spec).map_or("", |l| &l.day)))
    });
    vec![
        w.id.clone(),
        office(directory, &w.school).to_owned(),
        grade,
        r.record.get(Field::PupilName).to_owned(),
        r.id.to_string(),
        if watch::is_migrant(directory, s) { "是" } else { "否" }.to_owned(),
        w.opened_on.clone(),
        w.source.label().to_owned(),
        w.reason.clone(),
        taken.collect::<Vec<_>>().join("；"),
        s.steps.last().map_or_else(String::new, |l| l.result.clone()),
        r.standing(),
        w.ended.as_ref().map_or_else(String::new, |e| e.on.clone()),
        w.ended.as_ref().map_or_else(String::new, |e| e.closing.label.to_owned()),
    ]
}

fn show_one(args: &ShowArgs, global: &Global) -> Result<Outcome, CliError> {
    let store = global.store()?;
    let shown = watch::get(&store, &args.id)?;
    let directory = store.directory()?;
    let (w, r) = (&shown.watch, &shown.registration);
    let mut rows = Vec::new();
    for s in &shown.steps {
        let subject = crate::model::evidence::Subject::Watch(w.id.clone(), s.ordinal);
        let papers = store.evidence_of(&subject)?.len();
        rows.push(vec![
            s.ordinal.to_string(),
            s.spec.name.to_owned(),
            s.day.clone(),
            s.who.clone(),
            s.result.clone(),
            s.until.clone().unwrap_or_default(),
            if papers > 0 { format!("{papers} 份（{subject}）") } else { String::new() },
            s.recorded_by.clone(),
        ]);
    }
    let ended = w.ended.as_ref().map_or_else(
        || "没有销号".to_owned(),
        |e| format!("{}：{}（{}，{}）", e.closing.label, e.text, e.on, e.by),
    );
    let table = Table {
        title: format!("控辍保学 {}", w.id),
        head: vec![
            format!("学生：{}（{}）", r.id, crate::output::mask::name(r.record.get(Field::PupilName))),
            format!("学校：{}　学籍现状：{}", office(&directory, &w.school), r.standing()),
            format!("登入：{}，{}，{}　原因：{}", w.opened_on, w.opened_by, w.source.label(), w.reason),
            format!("销号：{ended}"),
        ],
        columns: [
            ("ordinal", "次序"),
            ("step", "步骤"),
            ("day", "日期"),
            ("who", "谁"),
            ("result", "结果"),
            ("until", "期满"),
            ("papers", "材料"),
            ("by", "经办人"),
        ]
        .map(|(key, heading)| Column::text(key, heading))
        .to_vec(),
        rows,
        ..Table::default()
    };
    global.put_tables(&[table], Privacy::Masked)?;
    Ok(Outcome::Clean)
}

fn write_down(args: &RecordArgs, global: &Global) -> Result<Outcome, CliError> {
    let Some(spec) = step(&args.step) else {
        return Err(usage(format!("没有步骤“{}”。", args.step), "xueji explain dropout-watch 列出各步。"));
    };
    let who = said(&args.who, "--who", spec.who)?.to_owned();
    let result = said(&args.result, "--result", "监护人答应下周送返校")?.to_owned();
    let papers = evidence::read(&args.evidence, spec.name)?;
    let (session, mut store) = (global.session()?, global.store()?);
    let rules = loaded::rules(&store)?;
    let day = args.on.unwrap_or(session.act.today);
    let taken = Taken { spec, day, who, result, until: args.until, papers };
    let (batch, step) =
        persist(|| Ok(watch::record(&mut store, &session, &args.id, &taken, rules.as_ref())?))?;
    let until = step.until.map_or_else(String::new, |day| format!("，期满日 {day}"));
    let message =
        format!("第 {batch} 批：{} 已记{}{until}。撤销：xueji batch undo {batch}", step.watch, spec.name);
    done(global, &message, Some(batch), &[("steps", 1)])?;
    Ok(Outcome::Clean)
}

fn strike_off(args: &CloseArgs, global: &Global) -> Result<Outcome, CliError> {
    let Some(closing) = closing(&args.closing) else {
        return Err(usage(
            format!("没有销号原因“{}”。", args.closing),
            "xueji explain dropout-watch 列出各项。",
        ));
    };
    let text = said(&args.text, "--text", "9 月 20 日返校，班主任确认")?;
    let (session, mut store) = (global.session()?, global.store()?);
    let batch = persist(|| Ok(watch::close(&mut store, &session, &args.id, closing, text)?))?;
    let id = args.id.trim().to_ascii_uppercase();
    let message = format!("第 {batch} 批：{id} 已销号：{}。撤销：xueji batch undo {batch}", closing.label);
    done(global, &message, Some(batch), &[("closed", 1)])?;
    Ok(Outcome::Clean)
}

/// The page of `xueji explain dropout`.
pub fn page() -> String {
    let mut text = "\
控辍保学台账

义务教育阶段学生未经批准不到校的，学校书面报告、劝返，学籍保留；返校、转学、休学等办结后销号，人账相符。
依据：《中小学生学籍管理办法》（教基一〔2013〕7号）；控辍保学台账动态销号的做法见于各地文件，没有见到全国统一的格式和天数。

  xueji dropout open --all --dry-run                     辍学、空挂而还没有登入的，先看
  xueji dropout open --student 编号 --reason 开学未到校
  xueji dropout record 7K3F9QXA report --who 某镇人民政府 --result 已送达 --evidence 书面报告.pdf
  xueji dropout record 7K3F9QXA visit --who 班主任和村干部 --result 监护人答应下周送返校
  xueji dropout record 7K3F9QXA letter --who 监护人 --result 已签收
  xueji due                                              没有报告的、劝返函期满的、学期末要移交的
  xueji dropout list -o 台账.xlsx
  xueji dropout close 7K3F9QXA returned --text 已返校，班主任确认

步骤：
"
    .to_owned();
    for s in STEPS {
        text.push_str(&format!(
            "\n{}（{}）\n  {}\n  --who：{}\n  依据：{}\n",
            s.name, s.kind, s.what, s.who, s.basis
        ));
    }
    text.push_str("\n销号的原因（学籍上已经办好才能销）：\n");
    for c in CLOSINGS {
        text.push_str(&format!("\n{}（{}）\n  没有办好的：{}\n", c.label, c.key, c.remedy));
    }
    text
}
