//! Findings and plans put into words, shared by the commands that check.

use std::path::PathBuf;

use crate::app::input::error::InputError;
use crate::app::validate::FileSummary;
use crate::model::cell::column_letters;
use crate::model::field::Field;
use crate::model::finding::{Finding, Severity};
use crate::model::table::{Column, Table};
use crate::output::json::{CheckCount, ColumnReadJson, DecisionJson, FileJson, FindingJson, PassedJson};
use crate::output::{Privacy, human};
use crate::roster::layout::{self, DECISIONS, Decision};
use crate::roster::normalize::RULES;

use super::global::{Global, terminal_width};

/// How many findings are printed in full for people; the rest is counted and can be had with `--format csv`.
const SHOWN: usize = 100;

/// The findings for people: first those that must be mended.
pub fn findings(findings: &[Finding], global: &Global) -> String {
    let mut sorted: Vec<&Finding> =
        findings.iter().filter(|f| global.verbose || f.severity != Severity::Note).collect();
    sorted.sort_by_key(|f| f.severity);
    let mut out = String::new();
    for f in sorted.iter().take(SHOWN) {
        out.push_str(&human::finding(f, Privacy::Masked));
    }
    if sorted.len() > SHOWN {
        let rest = sorted.len() - SHOWN;
        out.push_str(&format!("……另有 {rest} 条没有列出；全部列出请用 --format csv -o 问题.csv。\n"));
    }
    out
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
pub fn files(files: &[FileSummary], unreadable: &[(PathBuf, InputError)]) -> String {
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
    for (path, e) in unreadable {
        out.push_str(&format!("{}：没有读。{}\n  办法：{}\n", path.display(), e.message(), e.hint()));
    }
    out
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
pub fn rule_name(rule: &str) -> &'static str {
    RULES.iter().chain(layout::RULES).find(|(name, _)| *name == rule).map_or("", |(_, what)| what)
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
