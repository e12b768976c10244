//! Rows right below the header that say how to fill it in: field codes, column numbers, 必填.

use crate::model::cell::Row;
use crate::model::field::FIELDS;
use crate::roster::column;

use super::{Candidate, Look};

/// The rows of the form, and what each is.
pub fn rows(look: &Look, best: &Candidate, name: u16) -> Vec<(u32, &'static str)> {
    let mut out = Vec::new();
    let mut last = look.rows[best.bottom].number;
    for row in look.rows[best.bottom + 1..].iter().take(3) {
        let kind = form_row(row, name);
        match kind.filter(|_| row.number == last + 1) {
            Some(kind) => out.push((row.number, kind)),
            None => break,
        }
        last = row.number;
    }
    out
}

const HINTS: &[&str] =
    &["必填", "选填", "可选", "必录", "必填项", "条件必填", "可不填", "文本", "日期", "数字", "下拉选择"];

fn form_row(row: &Row, name: u16) -> Option<&'static str> {
    let cells: Vec<String> = (0..row.len()).map(|c| column::plain(row.cell(c).0)).collect();
    let filled: Vec<&String> = cells.iter().filter(|c| !c.is_empty()).collect();
    let of_name = cells.get(name as usize - 1).map_or("", String::as_str);
    if filled.len() < 2 || of_name.is_empty() {
        return None;
    }
    let most = |is: &dyn Fn(&str) -> bool| filled.iter().filter(|c| is(c)).count() * 5 >= filled.len() * 4;
    let element = |c: &str| FIELDS.iter().any(|s| s.element.eq_ignore_ascii_case(c));
    let number = |c: &str| c.trim_matches(['(', ')', '栏']).parse::<u16>().is_ok_and(|n| n < 200);
    if most(&element) {
        Some("字段代码行")
    } else if number(of_name) && most(&|c| number(c) || matches!(c, "甲" | "乙" | "丙" | "丁" | "栏次"))
    {
        Some("栏次行")
    } else if HINTS.contains(&of_name) || most(&|c| HINTS.contains(&c)) {
        Some("填写要求行")
    } else {
        None
    }
}
