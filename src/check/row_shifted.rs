//! `row-shifted`: a line of separated text with more cells than the header has headings.

use crate::model::field::Field;
use crate::model::finding::Severity;

use super::seen::Seen;
use super::{Check, Sink, Subject};

pub const CHECK: Check = Check {
    name: "row-shifted",
    title: "这一行比表头多几格",
    severity: Severity::Error,
    basis: "RFC 4180 第 2 节（每行的格数相同，含分隔符的内容要加引号）",
    what: "csv 一类文件里，一行在最后一个栏目之后还有内容。",
    why: "内容里有没加引号的逗号，这一行就被多切一刀，其后各栏的内容都错到右边一栏。",
    remedy: "请在表格软件里打开，把错位的内容移回原来的栏目再保存；手工编辑的，含逗号的内容要加英文双引号。",
    run,
};

fn run(subject: &Subject, _: &mut Seen, sink: &mut Sink) {
    let beyond = &subject.candidate.sights.beyond;
    if beyond.is_empty() {
        return;
    }
    let cells: Vec<String> = beyond.iter().map(|p| p.cell()).collect();
    let message = format!(
        "这一行比表头多 {} 格（{}），可能有没加引号的逗号，其后的各栏会错位。",
        cells.len(),
        cells.join("、")
    );
    let hint = "请核对这一行的每一栏，把错位的内容移回原来的栏目；含逗号的内容要加英文双引号。";
    sink.add_in_row(CHECK.severity, Field::PupilName, message, hint);
}
