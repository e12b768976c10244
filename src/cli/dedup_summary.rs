//! `xueji dedup --summary`: a run on one page, for the mail of a nightly job and for the wall of an office.

use std::collections::BTreeMap;
use std::path::Path;

use crate::app::scan::{Pair, Scan};
use crate::dedup;
use crate::model::actor::Act;
use crate::model::table::{Column, Table};
use crate::output::{Privacy, human, workbook};

use super::dedup::{capped, figures, pairs_table};
use super::failure::CliError;
use super::global::write_file;

/// How many new pairs fit on the page; the rest is counted.
const MOST: usize = 30;

/// Writes the page, whole or not at all: a text, or a workbook where the file is named for one.
pub fn write(path: &Path, found: &Scan, bureau: &str, act: &Act) -> Result<(), CliError> {
    let mut tables = vec![counts(found, bureau, act), new(found)];
    if !found.found.capped.is_empty() {
        tables.push(capped(&found.found.capped));
    }
    if path.extension().is_some_and(|e| e.eq_ignore_ascii_case("xlsx")) {
        return Ok(workbook::tables(path, &tables, Privacy::Masked, None)?);
    }
    let texts: Vec<String> = tables.iter().map(|t| human::table(t, Privacy::Masked, None)).collect();
    write_file(path, texts.join("\n").as_bytes())
}

/// What there is, by rule.
fn counts(found: &Scan, bureau: &str, act: &Act) -> Table {
    let mut rules: BTreeMap<&str, [usize; 4]> = BTreeMap::new();
    for pair in &found.pairs {
        let counts = rules.entry(&pair.suspect.rule).or_default();
        let which = [true, pair.is_new, pair.is_open(), !pair.is_open()];
        counts.iter_mut().zip(which).for_each(|(n, is)| *n += usize::from(is));
    }
    let sum = |i: usize| rules.values().map(|c| c[i]).sum::<usize>();
    let row = |title: &str, c: [usize; 4]| {
        std::iter::once(title.to_owned()).chain(c.map(|n| n.to_string())).collect::<Vec<_>>()
    };
    let title = |rule: &str| dedup::rule(rule).map_or(rule.to_owned(), |r| r.title.to_owned());
    let mut rows: Vec<Vec<String>> = rules.iter().map(|(rule, c)| row(&title(rule), *c)).collect();
    rows.push(row("合计", [sum(0), sum(1), sum(2), sum(3)]));
    let oldest = found.pairs.iter().filter(|p| p.is_open()).map(|p| p.suspect.found_on.as_str()).min();
    let mut head = vec![format!("{bureau}　{}　经办：{}", act.today, act.actor), figures(found)];
    head.extend(oldest.map(|day| format!("待核实的最早一对列入于 {day}。")));
    Table {
        title: "查重小结".into(),
        head,
        columns: vec![
            Column::text("rule", "规则"),
            Column::count("pairs", "对数"),
            Column::count("new", "本次新发现"),
            Column::count("open", "待核实"),
            Column::count("closed", "已有结论或说明"),
        ],
        rows,
        foot: next(sum(2), sum(1)),
        ..Table::default()
    }
}

/// What to do next.
fn next(open: usize, new: usize) -> Vec<String> {
    if open == 0 {
        return vec!["下一步：没有待核实的，不需要办理。".to_owned()];
    }
    let mut steps = vec![
        "下一步：".to_owned(),
        "一、xueji dedup list 列出待核实的，xueji dedup show 编号 看逐项依据。".to_owned(),
        "二、与两校和监护人核实，核对户口簿、身份证和在校就读情况。".to_owned(),
        "三、xueji dedup decide 编号 same 或 different --reason 依据，写下结论；写错了用 batch undo 撤销。"
            .to_owned(),
    ];
    if new == 0 {
        steps.push("本次没有新发现的，以上是以前列入而未核实的。".to_owned());
    }
    steps.push("核实前，后一个学籍暂缓核准。相同不等于同一个人；程序不作合并。".to_owned());
    steps
}

fn new(found: &Scan) -> Table {
    let new: Vec<&Pair> = found.pairs.iter().filter(|p| p.is_new).collect();
    let shown = &new[..new.len().min(MOST)];
    let rest = new.len() - shown.len();
    let foot = match rest {
        0 => Vec::new(),
        _ => vec![format!("……另有 {rest} 对没有列在这一页上，用 xueji dedup list 列出。")],
    };
    let mut table = pairs_table(shown, foot);
    table.title = "本次新发现的（姓名遮盖）".into();
    table
}
