//! 待办期限: what is overdue, and what is due soon, by kind.

use std::collections::BTreeMap;

use crate::model::table::Column;

use super::super::Input;
use super::super::facts::Clock;
use super::cases::noughts;
use super::hide::{self, Shown, Totals};
use super::{Drawing, Panel, Part, Tone, table};

/// The spans: how they are called, and how they are drawn.
const SPANS: [(&str, &str, Tone); 5] = [
    ("overdue", "已超期", Tone::Alarm),
    ("week", "7天内", Tone::Warning),
    ("month", "8—30天", Tone::Plain),
    ("later", "30天以后", Tone::Good),
    ("open", "未定或不限期", Tone::Quiet),
];

fn span_of(clock: &Clock) -> usize {
    match clock.left {
        _ if clock.is_overdue => 0,
        Some(..=7) => 1,
        Some(8..=30) => 2,
        Some(31..) => 3,
        None => 4,
    }
}

/// By kind and span, in the order of the kinds.
fn counted<'a>(input: &'a Input) -> BTreeMap<(usize, &'a str), Vec<usize>> {
    let mut all: BTreeMap<(usize, &str), Vec<usize>> = BTreeMap::new();
    let own = |c: &&Clock| input.scope.school.as_ref().is_none_or(|school| *school == c.school);
    for clock in input.facts.clocks.iter().filter(own) {
        let row = all.entry((clock.order, clock.title)).or_insert_with(|| vec![0; SPANS.len()]);
        row[span_of(clock)] += 1;
    }
    all
}

fn shown(input: &Input) -> Vec<Vec<Shown>> {
    let body: Vec<Vec<usize>> = counted(input).into_values().collect();
    hide::table(&body, (Totals::Both, noughts(input)), &[])
}

/// How many are overdue.
pub fn overdue(input: &Input) -> Shown {
    shown(input).last().and_then(|row| row.first()).copied().unwrap_or(Shown::Number(0))
}

pub fn panel(input: &Input) -> Panel {
    let names: Vec<String> = counted(input).keys().map(|(_, title)| (*title).to_owned()).collect();
    let shown = shown(input);
    let part = |(at, (_, name, tone)): (usize, &(&str, &str, Tone))| Part {
        name: (*name).to_owned(),
        tone: *tone,
        values: shown[..names.len()].iter().map(|row| row[at].drawn()).collect(),
    };
    let parts = SPANS.iter().enumerate().map(part).collect();
    let drawing = Drawing::Bars { names: names.clone(), parts, unit: "件" };
    let mut columns = vec![Column::text("kind", "事项")];
    columns.extend(SPANS.iter().map(|(key, name, _)| Column::count(key, name)));
    columns.push(Column::count("total", "合计"));
    let rows = names.into_iter().chain(["合计".to_owned()]).zip(shown);
    let said = [
        "到期日按各项期限（工作日按年历）；没有加载当年年历的为未定。按学校看时不分班。逐件见待办期限清单。",
    ];
    let title = "有期限的事项（件）".to_owned();
    Panel { drawings: vec![(title, drawing)], table: table(input, ("待办期限", columns), rows, &said) }
}
