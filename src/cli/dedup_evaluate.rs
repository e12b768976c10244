//! `xueji dedup evaluate`: how good 查重 is, against a truth file.

use std::path::PathBuf;

use crate::app::evaluate::{self, Evaluated, LeftOut};
use crate::app::reviewed::{self, Band, ENOUGH, Reviewed};
use crate::dedup::evaluate::{Figures, wilson};
use crate::dedup::verdict::{Verdict, bits};
use crate::model::table::{Column, Table};
use crate::output::Privacy;

use super::Outcome;
use super::dedup::capped;
use super::failure::{CliError, file};
use super::global::Global;

/// 衡量查重的准确程度：用真值文件，或用本学籍库中已核实的结论（--reviewed）
///
/// 用真值文件：给出准确率、召回率（各带 95% 区间）、F1、分组完备率，并按错误种类分列。
/// 数据是 csv，由列说明文件（TOML）说明各列的比较方法。用默认的阈值，权重由数据自身学得，不看真值。
/// 真值文件有两种：
///   每行一条记录（编号、学生）：没有列出的记录，涉及它的对不计对错；
///   每行一对相同的记录：没有列出的对算作不同；只核实过一部分的，在 [truth] 下写 partial = true，
///   没有列出的对就不计对错，不同的对用 verdict 列写明（same、different 或 是、否）。
/// 用 --reviewed：由 dedup decide 写下的结论估计准确率；核实的对太少时不作估计。
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
/// 或：
///   [truth]
///   left = "甲"
///   right = "乙"
///   verdict = "结论"
///   partial = true
#[derive(clap::Args)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// 真值文件（csv）
    #[arg(long, value_name = "文件", required_unless_present = "reviewed")]
    truth: Option<PathBuf>,
    /// 列说明文件（TOML）
    #[arg(long, value_name = "文件", required_unless_present = "reviewed")]
    schema: Option<PathBuf>,
    /// 用本学籍库清单上已核实的结论估计
    #[arg(long, conflicts_with_all = ["truth", "schema", "mistakes", "data"])]
    reviewed: bool,
    /// 另外列出判错的若干对，逐项说明得分
    #[arg(long, value_name = "对数", default_value_t = 0)]
    mistakes: usize,
    /// 数据文件（csv），可以有多个
    #[arg(required_unless_present = "reviewed", value_name = "数据")]
    data: Vec<PathBuf>,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let (Some(truth), Some(schema)) = (&args.truth, &args.schema) else {
        global.put_tables(&[of_verdicts(reviewed::reviewed(&global.store()?)?)], Privacy::Masked)?;
        return Ok(Outcome::Clean);
    };
    let told = |e: evaluate::EvaluateError| file(e.message(), e.hint());
    let described = evaluate::schema(schema).map_err(told)?;
    let evaluated = evaluate::evaluate(&described, &args.data, truth, args.mistakes).map_err(told)?;
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
        Column::text("precision_interval", "95%区间"),
        Column::text("recall", "召回率"),
        Column::text("recall_interval", "95%区间"),
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
        interval(wilson(f.right, f.said)),
        share(f.recall()),
        interval(wilson(f.right, f.truth)),
        share(f.f1()),
        f.right.to_string(),
        f.said.to_string(),
        f.truth.to_string(),
    ]
}

fn interval(of: Option<(f64, f64)>) -> String {
    of.map_or_else(String::new, |(low, high)| format!("{low:.4}–{high:.4}"))
}

/// What the verdicts of people come to.
fn of_verdicts(r: Reviewed) -> Table {
    let row = |title: &str, b: Band| {
        let share = match b.share() {
            Some((share, of)) => [format!("{share:.4}"), interval(Some(of))],
            None => ["已核实的太少".to_owned(), String::new()],
        };
        let counts = [title.to_owned(), b.listed.to_string(), b.reviewed.to_string(), b.same.to_string()];
        counts.into_iter().chain(share).collect()
    };
    let called = match r.called() {
        Some(share) => {
            format!("清单上真正重复的，估计有 {share:.4} 由程序直接判为同一学生，其余列为疑似交人核实。")
        }
        None => format!("已核实的太少，不能估计召回；每一类至少要核实 {ENOUGH} 对。"),
    };
    Table {
        title: "由已核实的结论估计".into(),
        columns: vec![
            Column::text("called", "程序的判断"),
            Column::count("listed", "清单上"),
            Column::count("reviewed", "已核实"),
            Column::count("same", "确为同一学生"),
            Column::text("precision", "准确率"),
            Column::text("interval", "95%区间"),
        ],
        rows: vec![
            row("同一学生", r.same),
            row("疑似", r.suspect),
            row("不同学生（官方规则列入）", r.different),
            row("合计", r.all()),
        ],
        foot: vec![
            called,
            "没有查到的重复不在清单上，结论对它们说明不了什么；要知道漏了多少，须另用真值文件。".to_owned(),
            "区间以随机抽取核实为前提；只挑容易的核实，估计会偏高。".to_owned(),
        ],
        ..Table::default()
    }
}

fn figures(evaluated: &Evaluated) -> Table {
    let e = &evaluated.evaluation;
    let [twins, same, queued] = e.twins;
    let mut foot =
        vec![format!("交人核实的疑似 {} 对，其中确为同一学生 {} 对。", e.queued.said, e.queued.right)];
    if twins > 0 {
        foot.push(format!("双胞胎 {twins} 对：判为同一学生 {same} 对，列为疑似 {queued} 对。"));
    }
    match evaluated.left_out {
        LeftOut::Nothing => {}
        LeftOut::Records(n) => foot.push(format!(
            "真值文件没有列出 {n} 条记录：涉及它们的对不计对错（判为相同的有 {} 对）。",
            e.unknown
        )),
        LeftOut::OtherPairs => {
            foot.push(format!("真值文件只说明它列出的对：其余的不计对错（判为相同的有 {} 对）。", e.unknown))
        }
    }
    Table {
        title: "查重评估".into(),
        head: vec![format!("记录 {} 条", evaluated.records)],
        columns: columns("unit", "口径"),
        rows: [("按对", Some(e.pairs)), ("按组", Some(e.groups)), ("仅证件号相同", evaluated.same_number)]
            .into_iter()
            .filter_map(|(title, f)| Some(row(title, f?)))
            .collect(),
        foot,
        ..Table::default()
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
        let [a, b] = &mistake.places;
        let judged = mistake.explanation.verdict.title();
        let really = if mistake.is_same { Verdict::Same } else { Verdict::Different }.title();
        let pair = if a.0 == b.0 {
            format!("{} 第 {}、{} 行", a.0, a.1, b.1)
        } else {
            format!("{} 第 {} 行、{} 第 {} 行", a.0, a.1, b.0, b.1)
        };
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
