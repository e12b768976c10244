//! 增减: who came and who went in the period, by the codes of 学生变动 (XSBD).

use crate::model::table::Column;

use super::super::change_statistics::{ALL_IN, ALL_OUT, CLOSING, OPENING, columns, where_to};
use super::super::flow::flows;
use super::super::{Input, day};
use super::hide::{Line, Noughts, Shown, cells};
use super::{Drawing, Panel, Stream, table};

/// The narrowest stream is one of so many parts of all.
const LINES: usize = 100;

pub fn panel(input: &Input) -> Panel {
    let names: Vec<String> = columns().into_iter().map(|(c, _)| c.heading).collect();
    let mut counts = vec![0; names.len()];
    for flow in flows(input).into_iter().filter(|f| input.scope.covers(f.at.0, f.at.1)) {
        where_to(flow.kind).into_iter().for_each(|column| counts[column] += 1);
    }
    let sum = |parts: std::ops::Range<usize>, whole: usize| -> Line {
        parts.map(|c| (c, 1)).chain([(whole, -1)]).collect()
    };
    let (came, went) = (OPENING + 1..ALL_IN, ALL_IN + 1..ALL_OUT);
    let stock = vec![(OPENING, 1), (ALL_IN, 1), (ALL_OUT, -1), (CLOSING, -1)];
    let lines = [sum(came.clone(), ALL_IN), sum(went.clone(), ALL_OUT), stock];
    // Few kinds of flow have many: with noughts told, the sums of a page, or of the pages of all schools, tell the rest.
    let shown = cells(&counts, &lines, &[], Noughts::Hidden);
    // A hidden number has the breadth of a line, whatever it is.
    let line = (counts[ALL_IN].max(counts[ALL_OUT]) / LINES).max(1);
    let stream = |column: usize| {
        let name = names[column].split('（').next().unwrap_or_default();
        let name = format!("{name} {}", shown[column].text());
        Stream { name, breadth: shown[column].drawn().unwrap_or(0).max(line) }
    };
    let streams = |columns: std::ops::Range<usize>| -> Vec<Stream> {
        columns.filter(|c| shown[*c] != Shown::Little).map(stream).collect()
    };
    let stock = format!("期初 {} → 期末 {}", shown[OPENING].text(), shown[CLOSING].text());
    let drawing = Drawing::Flow { into: streams(came), stock, out: streams(went) };
    let title = format!(
        "{}至{}：从哪里来（左），到哪里去（右），人；4 人及以下的不画",
        day(input.span.from),
        day(input.span.to)
    );
    let columns = vec![Column::text("flow", "项目"), Column::count("pupils", "人数")];
    let rows = names.iter().cloned().zip(shown.iter().map(|s| vec![*s]));
    let said = [
        "期初 + 增加合计 − 减少合计 = 期末。休学、辍学为减少，复学为增加；本县学校之间转学，转出、转入各计一次；期间以前入学而在期间补录建籍的列为其他增加。",
    ];
    Panel { drawings: vec![(title, drawing)], table: table(input, ("期间的增减", columns), rows, &said) }
}
