//! Findings and plans put into words, shared by the commands that check.

use std::path::PathBuf;

use crate::app::by_school::SchoolCount;
use crate::app::changes::Change;
use crate::app::gather::PassedFile;
use crate::app::input::error::InputError;
use crate::app::validate::FileSummary;
use crate::model::cell::column_letters;
use crate::model::field::Field;
use crate::model::finding::{Finding, Severity};
use crate::model::table::{Column, Personal, Table};
use crate::output::json::{
    ChangeJson, CheckCount, ColumnReadJson, DecisionJson, FileJson, FindingJson, PassedFileJson, PassedJson,
    SchoolCountJson,
};
use crate::output::{Privacy, human, mask};
use crate::report::dashed;
use crate::roster::layout::{DECISIONS, Decision};
use crate::roster::normalize::rule::rule;

use super::global::{Global, terminal_width};

/// How many findings are printed in full for people; the rest is counted and can be had with `--format csv`.
const SHOWN: usize = 100;

/// The findings for people: first those that must be mended.
pub fn findings(findings: &[Finding], global: &Global) -> String {
    let mut sorted: Vec<&Finding> =
        findings.iter().filter(|f| global.verbose || f.severity != Severity::Note).collect();
    sorted.sort_by_key(|f| f.severity);
    // What is said of many rows of a sheet in the same words is said once, and where else.
    let words = |f: &Finding| {
        let place = (f.place.file.clone(), f.place.sheet.clone());
        (f.check, place, f.field, f.message.clone(), remedy(f), written(f))
    };
    let mut alike: std::collections::HashMap<_, Vec<&Finding>> = std::collections::HashMap::new();
    sorted.iter().for_each(|f| alike.entry(words(f)).or_default().push(f));
    let (mut out, mut shown, mut told) = (String::new(), 0, 0);
    for f in &sorted {
        let Some(same) = alike.remove(&words(f)).filter(|_| shown < SHOWN) else { continue };
        out.push_str(&human::finding(f, Privacy::Masked));
        out.push_str(&elsewhere(&same[1..]));
        (shown, told) = (shown + 1, told + same.len());
    }
    if sorted.len() > told {
        let rest = sorted.len() - told;
        out.push_str(&format!("……另有 {rest} 条没有列出；全部列出请用 --format csv -o 问题.csv。\n"));
    }
    out
}

/// What to do, in whatever cell.
fn remedy(f: &Finding) -> String {
    let cell = f.place.cell();
    if cell.is_empty() { f.hint.clone() } else { f.hint.replace(&cell, "") }
}

/// What stands in the cell and is printed; what identifies a person is not. A proposal is one cell's.
fn written(f: &Finding) -> String {
    match (&f.proposal, f.field.and_then(Personal::of)) {
        (Some(proposal), _) => format!("{}{proposal}", f.place.cell()),
        (None, Some(_)) => String::new(),
        (None, None) => f.value.clone(),
    }
}

/// How many cells are named of those that have the same said of them.
const NAMED: usize = 20;

/// Where else the same is said.
fn elsewhere(same: &[&Finding]) -> String {
    if same.is_empty() {
        return String::new();
    }
    let cells: Vec<String> = same.iter().take(NAMED).map(|f| f.place.cell()).collect();
    let more = if same.len() > NAMED { "……" } else { "" };
    format!("    同样的另有 {} 处：{}{more}\n", same.len(), cells.join("、"))
}

/// How many findings each check made, as a table.
pub fn by_check(findings: &[Finding]) -> String {
    let mut counts = std::collections::BTreeMap::new();
    for f in findings {
        *counts.entry((f.severity, f.check)).or_insert(0u64) += 1;
    }
    if counts.is_empty() {
        return String::new();
    }
    let row = |((severity, check), n): (&(Severity, &str), &u64)| {
        vec![severity.label().to_owned(), (*check).to_owned(), title(check).to_owned(), n.to_string()]
    };
    let table = Table {
        columns: vec![
            Column::text("severity", "级别"),
            Column::text("check", "检查"),
            Column::text("title", "名称"),
            Column::count("count", "条数"),
        ],
        rows: counts.iter().map(row).collect(),
        ..Table::default()
    };
    human::table(&table, Privacy::Masked, terminal_width())
}

/// The name for people of whatever found something.
pub fn title(name: &str) -> &'static str {
    super::explain::page(name).map_or("", |p| p.title)
}

/// What each file was taken for, and what was passed over and changed in reading it.
pub fn files(
    files: &[FileSummary],
    unreadable: &[(PathBuf, InputError)],
    passed_files: &[PassedFile],
) -> String {
    let mut out = String::new();
    for f in files {
        out.push_str(&format!(
            "{}[{}]：表头在第 {} 行，学生 {} 行，其中 {} 行有必须改正的错误。\n",
            f.file, f.sheet, f.header_row, f.rows, f.rows_with_errors
        ));
        for d in &f.decisions {
            let chosen = if d.chosen.is_empty() {
                String::new()
            } else {
                format!("{}，", human::printable(&d.chosen))
            };
            out.push_str(&format!("  {}：{chosen}{}\n", decision_name(d.what), human::printable(&d.reason)));
        }
        for note in &f.notes {
            out.push_str(&format!("  提示：{note}\n"));
        }
        for (reason, rows) in passed(f) {
            out.push_str(&format!("  没有当作学生：{reason}，{rows}。\n"));
        }
        let changed: Vec<String> =
            f.normalized.iter().map(|(rule, n)| format!("{} {n} 处", rule_name(rule))).collect();
        if !changed.is_empty() {
            out.push_str(&format!("  读入时改了写法：{}。\n", changed.join("，")));
        }
    }
    for file in passed_files {
        out.push_str(&format!("{}：{}\n", file.path.display(), file.reason));
    }
    for (path, e) in unreadable {
        out.push_str(&format!("{}：没有读。{}\n  办法：{}\n", path.display(), e.message(), e.hint()));
    }
    out
}

/// What a run came to for each school, as a table; nothing where one file is of one school.
pub fn by_school(schools: &[SchoolCount], files: usize, imported: bool) -> String {
    if files < 2 && schools.len() < 2 {
        return String::new();
    }
    let mut columns = vec![
        Column::text("school", "学校标识码"),
        Column::text("name", "学校"),
        Column::count("rows", "学生"),
    ];
    if imported {
        columns.extend([
            Column::count("admitted", "新建"),
            Column::count("updated", "更新"),
            Column::count("unchanged", "不变"),
            Column::count("to_explain", "须说明"),
        ]);
    }
    columns.push(Column::count("refused", if imported { "拒绝" } else { "必改" }));
    let row = |c: &SchoolCount| {
        let counts = match imported {
            true => vec![c.rows, c.admitted, c.updated, c.unchanged, c.to_explain, c.refused],
            false => vec![c.rows, c.refused],
        };
        let named = [dashed(human::printable(&c.code).as_ref()), dashed(&c.name)];
        named.into_iter().chain(counts.iter().map(u64::to_string)).collect()
    };
    let table =
        Table {
            title: "各校".into(), columns, rows: schools.iter().map(row).collect(), ..Table::default()
        };
    human::table(&table, Privacy::Masked, terminal_width())
}

/// The frozen copies of the counts by school.
pub fn schools_json(schools: &[SchoolCount]) -> Vec<SchoolCountJson> {
    let json = |c: &SchoolCount| SchoolCountJson {
        school: c.code.clone(),
        name: c.name.clone(),
        rows: c.rows,
        admitted: c.admitted,
        updated: c.updated,
        unchanged: c.unchanged,
        refused: c.refused,
        to_explain: c.to_explain,
    };
    schools.iter().map(json).collect()
}

/// The frozen copies of the files that were left alone.
pub fn passed_json(passed: &[PassedFile]) -> Vec<PassedFileJson> {
    let json =
        |p: &PassedFile| PassedFileJson { file: p.path.display().to_string(), reason: p.reason.clone() };
    passed.iter().map(json).collect()
}

/// What was decided, for people.
fn decision_name(what: &str) -> &'static str {
    DECISIONS.iter().find(|(key, _)| *key == what).map_or("", |(_, name)| name)
}

fn decisions_json(f: &FileSummary) -> Vec<DecisionJson> {
    let json = |d: &Decision| DecisionJson {
        what: d.what.to_owned(),
        chosen: d.chosen.clone(),
        reason: d.reason.clone(),
    };
    f.decisions.iter().map(json).collect()
}

fn columns_json(f: &FileSummary) -> Vec<ColumnReadJson> {
    let json = |(column, heading, field): &(u16, String, Option<Field>)| ColumnReadJson {
        column: column_letters(*column),
        heading: heading.clone(),
        field: field.map(|f| f.key().to_owned()),
    };
    f.columns.iter().map(json).collect()
}

fn passed(f: &FileSummary) -> Vec<(&'static str, String)> {
    let mut by: std::collections::BTreeMap<&str, Vec<String>> = std::collections::BTreeMap::new();
    for p in &f.passed {
        by.entry(p.reason).or_default().push(p.row.to_string());
    }
    by.into_iter().map(|(reason, rows)| (reason, format!("第 {} 行", rows.join("、")))).collect()
}

/// What a rule of normalization does, for people.
pub fn rule_name(name: &str) -> &'static str {
    rule(name).map_or("", |r| r.what)
}

/// The frozen copies of the files read.
pub fn files_json(files: &[FileSummary], unreadable: &[(PathBuf, InputError)]) -> Vec<FileJson> {
    let read = files.iter().map(|f| FileJson {
        file: f.file.clone(),
        sheet: Some(f.sheet.clone()),
        header_row: Some(f.header_row),
        rows: f.rows,
        rows_with_errors: f.rows_with_errors,
        passed: f.passed.iter().map(|p| PassedJson { row: p.row, reason: p.reason.to_owned() }).collect(),
        decisions: decisions_json(f),
        columns: columns_json(f),
        notes: f.notes.clone(),
        normalized: f.normalized.iter().map(|(k, n)| ((*k).to_owned(), *n)).collect(),
        error: None,
    });
    let not_read = unreadable.iter().map(|(path, e)| FileJson {
        file: path.display().to_string(),
        sheet: None,
        header_row: None,
        rows: 0,
        rows_with_errors: 0,
        passed: Vec::new(),
        decisions: Vec::new(),
        columns: Vec::new(),
        notes: Vec::new(),
        normalized: Default::default(),
        error: Some(e.message()),
    });
    read.chain(not_read).collect()
}

/// What reading changed, as a table; names and numbers are masked by their field.
pub fn changes(changes: &[Change]) -> Table {
    let masked = |c: &Change, text: &str| mask::value(Some(c.field), text, Privacy::Masked);
    let rows = changes.iter().map(|c| {
        let place = format!("{}[{}]{}", c.place.file, c.place.sheet, c.place.cell());
        let rules: Vec<&str> = c.rules.iter().map(|r| rule_name(r)).collect();
        vec![place, c.field.heading().to_owned(), masked(c, &c.raw), masked(c, &c.clean), rules.join("；")]
    });
    Table {
        title: "读入时改了写法".into(),
        columns: vec![
            Column::text("place", "位置"),
            Column::text("column", "栏目"),
            Column::text("raw", "原来"),
            Column::text("clean", "改为"),
            Column::text("rules", "规则"),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}

/// The proposals among findings, as a table.
pub fn proposals(findings: &[Finding]) -> Table {
    let proposed: Vec<(&Finding, &String)> =
        findings.iter().filter_map(|f| Some((f, f.proposal.as_ref()?))).collect();
    let masked = |f: &Finding, text: &str| mask::value(f.field, text, Privacy::Masked);
    let rows = proposed.iter().map(|(f, proposal)| {
        let heading = f.field.map_or("", |field| field.heading());
        let because =
            f.hint.split_once('（').and_then(|(_, rest)| rest.split_once('）')).map_or("", |(b, _)| b);
        vec![
            format!("{}[{}]{}", f.place.file, f.place.sheet, f.place.cell()),
            heading.to_owned(),
            masked(f, &f.value),
            masked(f, proposal),
            because.trim_start_matches("依据：").to_owned(),
        ]
    });
    Table {
        title: "损坏号码的修复建议".into(),
        columns: vec![
            Column::text("place", "位置"),
            Column::text("column", "栏目"),
            Column::text("value", "现在"),
            Column::text("proposal", "建议"),
            Column::text("because", "依据"),
        ],
        rows: rows.collect(),
        foot: vec![match proposed.len() {
            0 => "没有可以提出建议的损坏号码；请对照证件原件重新录入。".to_owned(),
            n => format!(
                "共 {n} 条。请对照证件原件逐条核对，相符的用 xueji import --accept \"表名!单元格\" 接受；程序从不自动采用。"
            ),
        }],
        ..Table::default()
    }
}

/// The frozen copies of what reading changed.
pub fn changes_json(changes: &[Change]) -> Vec<ChangeJson> {
    let masked = |c: &Change, text: &str| mask::value(Some(c.field), text, Privacy::Masked);
    let each = changes.iter().map(|c| ChangeJson {
        file: c.place.file.to_string(),
        sheet: c.place.sheet.to_string(),
        cell: c.place.cell(),
        column: c.field.heading().to_owned(),
        raw: masked(c, &c.raw),
        clean: masked(c, &c.clean),
        rules: c.rules.iter().map(|r| (*r).to_owned()).collect(),
    });
    each.collect()
}

/// The frozen copies of findings.
pub fn findings_json(findings: &[Finding]) -> Vec<FindingJson> {
    findings.iter().map(|f| FindingJson::of(f, Privacy::Masked)).collect()
}

/// The frozen counts by check.
pub fn counts_json(findings: &[Finding]) -> Vec<CheckCount> {
    let mut counts = std::collections::BTreeMap::new();
    for f in findings {
        *counts.entry((f.severity, f.check)).or_insert(0u64) += 1;
    }
    let each = counts.into_iter();
    each.map(|((s, check), count)| CheckCount { check: check.to_owned(), severity: s.key(), count }).collect()
}
