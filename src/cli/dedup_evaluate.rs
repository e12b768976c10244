//! `xueji dedup evaluate`: how good 查重 is, against a truth file.

use std::path::PathBuf;

use crate::app::evaluate::{self, Evaluated};
use crate::dedup::evaluate::Figures;
use crate::dedup::verdict::Verdict;
use crate::model::table::{Column, Table};
use crate::output::Privacy;

use super::Outcome;
use super::dedup::{bits, capped};
use super::failure::{CliError, file};
use super::global::Global;

/// 用真值文件衡量查重的准确程度：准确率、召回率、F1、分组完备率，并按错误种类分列
///
/// 数据是 csv，由列说明文件（TOML）说明各列的比较方法。真值文件每行一条记录（编号、学生），
/// 或每行一对相同的记录。用默认的阈值，权重由数据自身学得，不看真值。
///
/// 列说明文件示例：
///   id = "编号"
///   keys = ["姓名:sound+出生日期", "证件号"]
///   [[field]]
///   name = "姓名"
///   comparison = "han-name"
///   [[field]]
///   name = "电话"
///   comparison = "phone"
///   columns = ["联系电话", "监护人电话"]
///   family = true
///   [truth]
///   id = "编号"
///   child = "学生"
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// 真值文件（csv）
    #[arg(long, value_name = "文件")]
    truth: PathBuf,
    /// 列说明文件（TOML）
    #[arg(long, value_name = "文件")]
    schema: PathBuf,
    /// 另外列出判错的若干对，逐项说明得分
    #[arg(long, value_name = "对数", default_value_t = 0)]
    mistakes: usize,
    /// 数据文件（csv），可以有多个
    #[arg(required = true, value_name = "数据")]
    data: Vec<PathBuf>,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let told = |e: evaluate::EvaluateError| file(e.message(), e.hint());
    let described = evaluate::schema(&args.schema).map_err(told)?;
    let evaluated = evaluate::evaluate(&described, &args.data, &args.truth, args.mistakes).map_err(told)?;
    let mut tables = vec![figures(&evaluated), by_kind(&evaluated), blocking(&evaluated)];
    if args.mistakes > 0 {
        tables.push(mistakes(&evaluated));
    }
    global.put_tables(&tables, Privacy::Masked)?;
    Ok(Outcome::Clean)
}

fn columns(first: &'static str, heading: &str) -> Vec<Column> {
    vec![
        Column::text(first, heading),
        Column::text("precision", "准确率"),
        Column::text("recall", "召回率"),
        Column::text("f1", "F1"),
        Column::count("right", "判对"),
        Column::count("said", "判为相同"),
        Column::count("truth", "实为相同"),
    ]
}

fn row(title: &str, f: Figures) -> Vec<String> {
    let share = |x: f64| format!("{x:.4}");
    vec![
        title.to_owned(),
        share(f.precision()),
        share(f.recall()),
        share(f.f1()),
        f.right.to_string(),
        f.said.to_string(),
        f.truth.to_string(),
    ]
}

fn figures(evaluated: &Evaluated) -> Table {
    let e = &evaluated.evaluation;
    let [twins, same, queued] = e.twins;
    let mut foot =
        vec![format!("交人核实的疑似 {} 对，其中确为同一学生 {} 对。", e.queued.said, e.queued.right)];
    if twins > 0 {
        foot.push(format!("双胞胎 {twins} 对：判为同一学生 {same} 对，列为疑似 {queued} 对。"));
    }
    Table {
        title: "查重评估".into(),
        head: vec![format!("记录 {} 条", evaluated.records)],
        columns: columns("unit", "口径"),
        rows: vec![row("按对", e.pairs), row("按组", e.groups)],
        foot,
    }
}

fn by_kind(evaluated: &Evaluated) -> Table {
    let rows = evaluated.evaluation.kinds.iter().map(|(kind, f)| row(kind, *f)).collect();
    Table {
        title: "按错误种类（按组）".into(),
        columns: columns("kind", "错误种类"),
        rows,
        ..Table::default()
    }
}

fn blocking(evaluated: &Evaluated) -> Table {
    let (e, found) = (&evaluated.evaluation, &evaluated.found);
    let estimated = found.completeness.map_or("无从估计".to_owned(), |c| format!("{c:.4}"));
    let true_share = e.met as f64 / e.groups.truth.max(1) as f64;
    let mut table = capped(&found.capped);
    table.title = "分组".into();
    table.head.insert(0, format!("比较 {} 对，平均每条记录 {:.1} 对", found.compared, per_record(evaluated)));
    table.foot = vec![format!("分组完备率：实际 {true_share:.4}，不看真值的估计 {estimated}。")];
    table
}

fn mistakes(evaluated: &Evaluated) -> Table {
    let mut rows = Vec::new();
    for mistake in &evaluated.mistakes {
        let [a, b] = mistake.rows;
        let judged = mistake.explanation.verdict.title();
        let really = if mistake.is_same { Verdict::Same } else { Verdict::Different }.title();
        let pair = format!("第 {a}、{b} 条");
        let score = bits(mistake.explanation.score.into());
        rows.push(vec![
            pair.clone(),
            "合计".into(),
            format!("判为{judged}，实为{really}"),
            score,
            String::new(),
        ]);
        for step in &mistake.explanation.steps {
            let rarity = if step.rarity == 0 { String::new() } else { bits(step.rarity.into()) };
            let cells = [step.title.clone(), step.words.to_owned(), bits(step.weight.into()), rarity];
            rows.push(std::iter::once(pair.clone()).chain(cells).collect());
        }
    }
    let columns = [
        ("pair", "记录"),
        ("field", "项目"),
        ("level", "比较结果"),
        ("weight", "得分"),
        ("rarity", "其中因少见"),
    ];
    Table {
        title: "判错的记录对".into(),
        columns: columns.map(|(key, heading)| Column::text(key, heading)).into(),
        rows,
        ..Table::default()
    }
}

fn per_record(evaluated: &Evaluated) -> f64 {
    evaluated.found.compared as f64 / evaluated.records.max(1) as f64
}
