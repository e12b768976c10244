//! `xueji dedup show`: one pair, and what speaks for and against it being one child.

use crate::app::scan::{self, Pair, Shown};
use crate::dedup::verdict::{bits, likely};
use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::table::{Column, Table};
use crate::output::{Privacy, mask};
use crate::roster::code_cell::label;

use super::Outcome;
use super::dedup::pairs_table;
use super::failure::CliError;
use super::global::Global;
use super::unmask::{Concerned, Unmask};

/// 一对疑似重复的依据：逐项列出两边的内容（遮盖；--reveal 不遮盖）、比较结果、得分；各项之和就是得分
///
/// 得分以比特计：每多 1，是同一个孩子的可能对不是的可能之比多一倍。+7 以上列为“同一学生”，-2 以上列为“疑似”。
/// 这只是线索，不是结论；结论由人核实后用 xueji dedup decide 写下。
#[derive(clap::Args)]
pub struct Args {
    /// 清单上的编号
    #[arg(value_name = "编号")]
    id: String,
    #[command(flatten)]
    unmask: Unmask,
}

pub fn run(args: &Args, global: &Global) -> Result<Outcome, CliError> {
    let mut store = global.store()?;
    let shown = scan::show(&store, &args.id)?;
    let both = Concerned::Students(vec![shown.pair.one.id, shown.pair.other.id]);
    let permit = global.permit(&mut store, &args.unmask, &both)?;
    let tables = vec![pairs_table(&[&shown.pair], Vec::new()), waterfall(&shown, permit.privacy())];
    global.put_permitted(&mut store, tables, &permit)?;
    Ok(Outcome::Clean)
}

fn waterfall(shown: &Shown, privacy: Privacy) -> Table {
    let (pair, explanation) = (&shown.pair, &shown.explanation);
    let mut rows = Vec::new();
    for step in &explanation.steps {
        let columns = step.field.map_or(&[][..], |at| &shown.columns[at]);
        let rarity = if step.rarity == 0 { String::new() } else { bits(step.rarity.into()) };
        rows.push(vec![
            step.title.clone(),
            values(&pair.one, columns, privacy),
            values(&pair.other, columns, privacy),
            step.words.to_owned(),
            bits(step.weight.into()),
            rarity,
        ]);
    }
    let score = i64::from(explanation.score);
    rows.push(["合计", "", "", likely(score), &bits(score), ""].map(str::to_owned).to_vec());
    let changed = format!("列入清单时得分 {}；学籍内容或全库的分布后来有变化。", bits(pair.suspect.score));
    let mut foot: Vec<String> = (score != pair.suspect.score).then_some(changed).into_iter().collect();
    foot.push(next(pair));
    Table {
        title: "依据".into(),
        columns: vec![
            Column::text("field", "项目"),
            Column::text("one", "甲"),
            Column::text("other", "乙"),
            Column::text("level", "比较结果"),
            Column::count("weight", "得分"),
            Column::count("rarity", "其中因少见"),
        ],
        rows,
        foot,
        ..Table::default()
    }
}

/// What to do about a pair.
fn next(pair: &Pair) -> String {
    let id = &pair.suspect.id;
    match (&pair.suspect.decision, &pair.dispute) {
        (_, Some(dispute)) => format!("已列为问题学籍 {dispute}：xueji dispute show {dispute}"),
        (None, None) if pair.is_moot() => "其中一方的学籍已删除，不需要办理。".to_owned(),
        (None, None) if pair.explanation.is_some() => "导入时已说明是不同学生，不需要办理。".to_owned(),
        (None, None) => format!(
            "下一步：核对双方材料，写下结论：xueji dedup decide {id} same（同一学生）或 different（不同学生） --reason 核对了什么材料"
        ),
        (Some(decision), None) if pair.is_left_over() => format!(
            "结论：同一学生（{}，{}）。下一步：xueji dispute open --suspect {id} --reason 怎样核实的",
            decision.by, decision.on
        ),
        (Some(decision), None) => {
            let words = if decision.is_same { "同一学生" } else { "不同学生" };
            format!(
                "结论：{words}（{}，{}），已办结。改变结论须先撤销那一批：xueji batch list",
                decision.by, decision.on
            )
        }
    }
}

/// What a registration says in the columns of a field.
fn values(registration: &Registration, columns: &[String], privacy: Privacy) -> String {
    let of = |column: &String| match column.as_str() {
        "school_code" => registration.school.to_string(),
        "enrollment" => format!("{} 起", registration.since),
        key => Field::from_key(key).map_or_else(String::new, |field| {
            mask::value(Some(field), label(registration.record.get(field)), privacy)
        }),
    };
    let all: Vec<String> = columns.iter().map(of).filter(|v| !v.is_empty()).collect();
    all.join("、")
}
