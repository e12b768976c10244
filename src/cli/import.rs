//! `xueji import`: a roster into the registry.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::app::examine::Examining;
use crate::app::explanation::Explanations;
use crate::app::failure::{Failure, Refusal};
use crate::app::gather::{self, PassedFile};
use crate::app::import::apply::{self, Applied, Options};
use crate::app::import::plan::plan;
use crate::app::import::{Importing, Other, Paired, Plan};
use crate::app::input::Opening;
use crate::app::session::Session;
use crate::app::spot::Spot;
use crate::dedup::verdict::likely;
use crate::model::finding::Severity;
use crate::model::school::Class;
use crate::model::table::{Column, Table};
use crate::output::json::{Import, PairJson};
use crate::output::{Format, Privacy, delimited, human, schema, workbook};
use crate::report::dashed;
use crate::store::Store;

use super::failure::{CliError, located, persist, usage};
use super::global::{Global, terminal_width};
use super::validate::{Reading, none_usable};
use super::{Outcome, ask, marked, show};

/// 导入花名册：一次写入，可用 batch undo 原样撤销（--dry-run 只预览）；已有学籍的只更新，不重复建籍
#[derive(clap::Args)]
pub struct Args {
    /// 花名册（xlsx、xls、ods、csv）或放花名册的文件夹，可以有多个；一次预览，一次写入
    #[arg(value_name = "花名册", required = true)]
    files: Vec<PathBuf>,
    /// 只预览，不写入
    #[arg(long)]
    dry_run: bool,
    /// 有一行不能写入、有一个文件不能读就全部不写入
    #[arg(long)]
    all_or_nothing: bool,
    /// 对“须说明”的问题的说明，写入流水；可以多次：“说明”对全部，“检查=说明”对一项检查，“表名!单元格=说明”对一格
    #[arg(long, value_name = "说明")]
    explain: Vec<String>,
    /// 从文件（csv、xlsx）读入说明，栏目为 file、cell、check、text；有一行对不上就不写入
    #[arg(long, value_name = "文件")]
    explain_file: Option<PathBuf>,
    /// 接受这一格的修复建议（validate --proposals 列出）；可以多次
    #[arg(long, value_name = "表名!单元格", value_parser = spot_of)]
    accept: Vec<Spot>,
    /// 本单位同时是学籍主管部门：导入后立即核准并编号
    #[arg(long)]
    approve: bool,
    /// 把被拒的行连同原因写成花名册模板，供学校改正后重报
    #[arg(long, value_name = "文件")]
    failed: Option<PathBuf>,
    /// 把问题标在花名册的副本里送回学校：标色、批注、处理意见、核对结果表；有几个花名册时是文件夹
    #[arg(long, value_name = "文件")]
    marked: Option<PathBuf>,
    #[command(flatten)]
    reading: Reading,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let rules = args.reading.own_rules(Some(&store))?;
    let division = store.meta().authority.clone();
    let selection = args.reading.selection(rules.as_ref(), &division, session.act.today)?;
    let (at, learned) = (args.reading.at()?, store.headings()?);
    let opening =
        Opening { at: &at, directory: None, learned: &learned, ask: &|e, at| ask::answer(global, e, at) };
    let gathered = gather::gather(&args.files);
    let copies = marked::copies(&gathered.files, args.marked.as_deref(), global)?;
    let explanations = explanations(args)?;
    let examining = Examining {
        files: &gathered.files,
        opening,
        today: session.act.today,
        directory: None,
        store: None,
        look_up: true,
        selection: &selection,
        strict: args.reading.strict,
        rules: rules.as_ref(),
        accept: &args.accept,
        jobs: args.reading.jobs(global),
    };
    let what = Importing { examining, explanations: &explanations };
    let (planned, applied) = persist(|| {
        let planned = planned(&store, &what, (&session, &gathered.passed), args, global)?;
        marked::write(&planned.files, &planned.findings, &copies, global)?;
        if args.dry_run {
            return Ok((planned, None));
        }
        if args.all_or_nothing && is_rejected(&planned) {
            return Err(not_whole(planned, args, global)?);
        }
        let applied = write(&mut store, &session, &planned, args, global)?;
        Ok((planned, Some(applied)))
    })?;
    print(&planned, applied.as_ref(), args, global)?;
    Ok(match (is_rejected(&planned), applied) {
        // Where every row was refused nothing is partly done.
        (true, Some(_)) if planned.is_all_refused() => Outcome::Refused,
        (true, Some(_)) => Outcome::Partly,
        (true, None) => Outcome::Findings,
        (false, _) if planned.to_explain() > 0 => Outcome::Findings,
        (false, _) => Outcome::Clean,
    })
}

fn spot_of(text: &str) -> Result<Spot, String> {
    Spot::parse(text).ok_or_else(|| "请写成 表名!单元格，如 花名册!C7".to_owned())
}

fn explanations(args: &Args) -> Result<Explanations, CliError> {
    let is_check = |name: &str| super::explain::page(name).is_some();
    let mut explanations = Explanations::default();
    for given in &args.explain {
        explanations.add(given, &is_check).map_err(|r| usage(r.reason, r.remedy))?;
    }
    if let Some(path) = &args.explain_file {
        explanations.add_file(path, &is_check)?;
    }
    Ok(explanations)
}

fn is_rejected(planned: &Plan) -> bool {
    !planned.refused.is_empty() || !planned.unreadable.is_empty()
}

/// Why nothing is written where all or nothing was asked for. People see the whole plan first; programs get one
/// object, which names every file and every row.
fn not_whole(planned: Plan, args: &Args, global: &Global) -> Result<CliError, CliError> {
    if global.form() == Format::Json {
        let files = planned.unreadable.iter().map(|(_, e)| Refusal::new(e.message(), e.hint()));
        let errors = planned.findings.iter().filter(|f| f.severity == Severity::Error);
        let rows = errors.map(|f| Refusal::new(located(f), f.hint.clone()));
        return Ok(Failure::Refused(files.chain(rows).collect()).into());
    }
    print(&planned, None, args, global)?;
    let (rows, files) = (planned.refused.len(), planned.unreadable.len());
    let reason = format!("有 {rows} 行不能写入，{files} 个文件不能读。");
    let remedy = "请改正后重新导入；去掉 --all-or-nothing 则先写入没有问题的行。";
    Ok(Refusal::new(reason, remedy).into())
}

/// The plan, with the refused rows written to the file of `--failed`.
fn planned(
    store: &Store,
    what: &Importing,
    (session, passed): (&Session, &[PassedFile]),
    args: &Args,
    global: &Global,
) -> Result<Plan, CliError> {
    let mut progress = global.progress("读取和检查", None);
    let planned = plan(store, what, session, &mut |done| progress.of_files(done, what.examining.files.len()));
    progress.finish();
    let mut planned = planned?;
    planned.passed.splice(0..0, passed.iter().cloned());
    if planned.files.is_empty() {
        return Err(none_usable(planned.unreadable, &planned.passed));
    }
    if let Some(path) = args.failed.as_ref().filter(|_| !planned.refused.is_empty()) {
        let rows = planned.refused.iter().map(|r| (&*r.candidate, &planned.findings[r.findings.clone()]));
        workbook::refused(path, &rows.collect::<Vec<_>>(), planned.files.len() > 1)?;
    }
    Ok(planned)
}

/// What the batch is called: its files, or the first of many and how many there are.
fn title(planned: &Plan) -> String {
    let mut names: Vec<&str> = planned.files.iter().map(|f| f.file.as_str()).collect();
    names.dedup();
    match names.len() {
        0..=LISTED_FILES => names.join("、"),
        all => format!("{} 等 {all} 个文件", names[..LISTED_FILES].join("、")),
    }
}

/// How many files the title of a batch names.
const LISTED_FILES: usize = 5;

/// From so many new registrations on, the registry is taken for one run alone.
const BULK: usize = 20_000;

fn write(
    store: &mut Store,
    session: &Session,
    planned: &Plan,
    args: &Args,
    global: &Global,
) -> Result<Applied, CliError> {
    if !planned.changes_anything() {
        return Ok(Applied::default());
    }
    let options = Options { title: title(planned), approve: args.approve };
    if planned.admit.len() >= BULK {
        store.prepare_for_bulk();
    }
    let total = (planned.admit.len() + planned.update.len()) as u64;
    let mut progress = global.progress("写入", Some(total));
    let applied = apply::apply(store, session, planned, &options, &mut |n| progress.at(n));
    progress.finish();
    Ok(applied?)
}

fn print(planned: &Plan, applied: Option<&Applied>, args: &Args, global: &Global) -> Result<(), CliError> {
    match global.form() {
        Format::Json => {
            let done = applied.copied().unwrap_or_default();
            global.put_json(&Import {
                schema: schema::IMPORT,
                dry_run: applied.is_none(),
                batch: (done.batch > 0).then_some(done.batch),
                admitted: planned.admit.len() as u64,
                updated: planned.update.len() as u64,
                unchanged: planned.unchanged,
                refused: planned.refused.len() as u64,
                classes: planned.classes.len() as u64,
                suspects: planned.suspects(),
                pairs: planned.pairs.iter().map(|p| pair_json(planned, p)).collect(),
                compared: planned.compared,
                to_explain: planned.to_explain(),
                approved: done.approved,
                held_back: done.held_back,
                files: show::files_json(&planned.files, &planned.unreadable),
                passed_files: show::passed_json(&planned.passed),
                schools: show::schools_json(&planned.schools),
                findings: show::findings_json(&planned.findings),
            })
        }
        Format::Csv => global.put_csv(&delimited::findings(&planned.findings, Privacy::Masked)),
        Format::Xlsx => Err(usage("导入结果不能写成工作簿。", "被拒的行请用 --failed 文件.xlsx。")),
        Format::Human if global.quiet => Ok(()),
        Format::Human => global.put(&in_words(planned, applied, args, global)),
    }
}

fn pair_json(planned: &Plan, pair: &Paired) -> PairJson {
    let source = &planned.admit[pair.other].candidate;
    let (student, row) = match pair.one {
        Other::Registered(id) => (Some(id.to_string()), None),
        Other::Planned(at) => (None, Some(&planned.admit[at].candidate)),
        Other::Nobody => (None, None),
    };
    PairJson {
        file: source.source.file.to_string(),
        sheet: source.source.sheet.to_string(),
        row: source.row,
        rule: pair.rule.to_owned(),
        score: pair.score as f64 / 100.0,
        likely: likely(pair.score),
        reasons: pair.reasons.clone(),
        student,
        other_file: row.map(|c| c.source.file.to_string()),
        other_sheet: row.map(|c| c.source.sheet.to_string()),
        other_row: row.map(|c| c.row),
    }
}

fn in_words(planned: &Plan, applied: Option<&Applied>, args: &Args, global: &Global) -> String {
    let mut text = show::findings(&planned.findings, global);
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&show::files(&planned.files, &planned.unreadable, &planned.passed));
    text.push_str(&show::by_school(&planned.schools, planned.files.len(), true));
    text.push_str(&show::by_check(&planned.findings));
    text.push_str(&changes(planned));
    let doing = if applied.is_some() { "" } else { "预览（没有写入）：" };
    text.push_str(&format!(
        "{doing}新建学籍 {}，更新 {}，不变 {}，拒绝 {}；新班级 {}；疑似重复 {}，待说明 {}。\n",
        planned.admit.len(),
        planned.update.len(),
        planned.unchanged,
        planned.refused.len(),
        planned.classes.len(),
        planned.suspects(),
        planned.to_explain()
    ));
    text.push_str(&new_classes(planned));
    let before = planned.explained_before();
    if before > 0 {
        text.push_str(&format!("另有 {before} 条须说明的问题在没有变化的行上，不影响本次写入。\n"));
    }
    if let Some(path) = args.failed.as_ref().filter(|_| !planned.refused.is_empty()) {
        text.push_str(&format!("被拒的行和原因已写入 {}，改正后可直接再导入。\n", path.display()));
    }
    if let Some(path) = args.failed.as_ref().filter(|_| planned.refused.is_empty()) {
        text.push_str(&format!("没有被拒的行，没有生成 {}。\n", path.display()));
    }
    if !planned.compared {
        text.push_str("首次导入的人数很多，没有逐个比较疑似重复；导入后、核准前请运行 xueji dedup。\n");
    }
    if let Some(done) = applied {
        text.push_str(&next_step(done, planned, args));
    }
    text
}

/// The classes that the rosters bring, by school: whoever reads them sees one that is there twice.
fn new_classes(planned: &Plan) -> String {
    let mut by_school: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for class in &planned.classes {
        by_school.entry(class.school.as_str()).or_default().push(class_called(class));
    }
    let each = by_school.into_iter().map(|(school, names)| {
        let more = names.len().saturating_sub(LISTED);
        let rest = if more > 0 { format!("……另有 {more} 个") } else { String::new() };
        let shown = &names[..names.len() - more];
        format!("新班级（学校 {school}）：{}{rest}\n", shown.join("、"))
    });
    each.collect()
}

fn class_called(class: &Class) -> String {
    let named = if class.name == class.number { String::new() } else { format!("（{}）", class.name) };
    format!("{} 年入学 {}{named}", class.entry_year, class.number)
}

fn next_step(done: &Applied, planned: &Plan, args: &Args) -> String {
    if planned.is_all_refused() {
        return "全部被拒，学籍库没有改动；请按上面的原因改正后重新导入。\n".to_owned();
    }
    if done.batch == 0 {
        return "没有需要写入的内容，学籍库没有改动。\n".to_owned();
    }
    let mut text = format!("已写入第 {} 批。", done.batch);
    if args.approve {
        text.push_str(&format!("已核准并编号 {} 人。", done.approved));
        if done.held_back > 0 {
            text.push_str(&format!("另有 {} 人有须说明的问题，等待说明后核准。", done.held_back));
        }
    } else if done.admitted > 0 {
        text.push_str(&format!("等待核准：xueji approve --batch {}", done.batch));
    }
    let listed = planned.pairs.len();
    if listed > 0 {
        text.push_str(&format!("\n疑似重复 {listed} 对已列入清单，核实前暂缓核准：xueji dedup list"));
    }
    text.push_str(&format!("\n撤销本批：xueji batch undo {}\n", done.batch));
    text
}

/// How many updates are listed.
const LISTED: usize = 30;

/// The updates of a plan, field by field.
fn changes(planned: &Plan) -> String {
    let mut rows = Vec::new();
    for u in &planned.update {
        let place = u.candidate.place(None);
        let many = planned.files.len() > 1;
        let of = if many { format!("{}[{}]", place.file, place.sheet) } else { String::new() };
        let cell = format!("{of}{}", place.cell());
        let masked = |field, text: &str| crate::output::mask::value(Some(field), text, Privacy::Masked);
        for field in &u.set {
            let (old, new) = (u.before.record.get(*field), u.candidate.record.get(*field));
            let shown = |t: &str| masked(*field, &dashed(crate::roster::code_cell::label(t)));
            rows.push(vec![cell.clone(), field.heading().to_owned(), shown(old), shown(new)]);
        }
        if u.moves {
            let new = u.candidate.record.get(crate::model::field::Field::ClassNumber);
            rows.push(vec![cell.clone(), "班号".into(), u.before.class_number.clone(), new.to_owned()]);
        }
        let told = |waits| if waits { "等待说明" } else { "已说明或已改正" };
        let lines = u.pending.iter();
        rows.extend(
            lines.map(|c| vec![cell.clone(), "须说明".into(), String::new(), told(c.waits).to_owned()]),
        );
    }
    if rows.is_empty() {
        return String::new();
    }
    let more = rows.len().saturating_sub(LISTED);
    rows.truncate(LISTED);
    let foot =
        if more > 0 { vec![format!("……另有 {more} 处更新没有列出。")] } else { Vec::new() };
    let table = Table {
        title: "更新".into(),
        columns: vec![
            Column::text("row", "行"),
            Column::text("field", "栏目"),
            Column::text("before", "原来"),
            Column::text("after", "改为"),
        ],
        rows,
        foot,
        ..Table::default()
    };
    human::table(&table, Privacy::Masked, terminal_width())
}
