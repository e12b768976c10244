//! What is where: of every office the tail here and there, what is pending, and what was refused and why.

use crate::model::message::{self, Message, State};
use crate::model::office::{Office, level_name};
use crate::model::table::{Column, Table};
use crate::store::Store;
use crate::store::office::Exchange;
use crate::store::received::Held;

use crate::app::failure::Failure;

use super::office::{is_above, name};

/// Where things stand.
pub struct Status {
    pub tables: Vec<Table>,
    /// Whether anything is pending upward, or was refused last.
    pub is_open: bool,
}

/// Looks at everything.
pub fn status(store: &Store) -> Result<Status, Failure> {
    let offices = store.offices()?;
    let own = &store.meta().origin;
    let exchanges = store.exchanges(i64::MAX)?;
    let mut is_open = false;
    let mut rows = Vec::new();
    for office in offices.iter().filter(|o| o.origin != *own) {
        let (cells, open) = row(store, office, &exchanges)?;
        is_open |= open && office.revoked_on.is_none();
        rows.push(cells);
    }
    let tail = store.tail()?.seq;
    let with = Table {
        title: "往来单位".into(),
        head: vec![format!("本库 {own}，流水到第 {tail} 条")],
        columns: vec![
            Column::text("office", "单位"),
            Column::text("origin", "来源单位编号"),
            Column::text("level", "级别"),
            Column::count("there", "对方已收到"),
            Column::count("pending", "待报待发"),
            Column::count("here", "收到对方"),
            Column::text("last", "最近一次"),
            Column::text("refused", "最近被拒"),
            Column::text("why", "原因"),
        ],
        rows,
        foot: vec!["“对方已收到”按对方的回执；没有回执的，下次连同已发的一起再发，不会重复。".into()],
        ..Table::default()
    };
    let letters = letters(store, &offices)?;
    is_open |= !store.messages_in(State::Open)?.is_empty() || !store.messages_in(State::Refused)?.is_empty();
    Ok(Status { tables: vec![with, held(store, &offices)?, letters, log(&offices, &exchanges)], is_open })
}

fn row(store: &Store, office: &Office, exchanges: &[Exchange]) -> Result<(Vec<String>, bool), Failure> {
    let own = &store.meta().origin;
    let known = store.acknowledged_by(&office.origin)?;
    let there = |origin: &str| known.iter().find(|(o, _)| o == origin).map_or(0, |(_, tail)| tail.seq);
    let held = store.all_held()?;
    let mut pending = 0;
    if is_above(store, office) {
        pending += store.tail()?.seq - there(own);
        let relayed =
            held.iter().filter(|h| is_journal(h) && h.origin != office.origin && h.via != office.origin);
        pending += relayed.map(|h| (h.tail.seq - there(&h.origin)).max(0)).sum::<i64>();
    }
    for (stream, tail) in store.streams_through(&office.origin)? {
        pending += (tail.seq - there(&stream)).max(0);
    }
    let here = held.iter().find(|h| h.origin == office.origin).map_or(0, |h| h.tail.seq);
    let of_office: Vec<&Exchange> = exchanges.iter().filter(|e| e.office == office.origin).collect();
    let last = of_office.last();
    // A refusal is of the past once something was taken after it.
    let heard: Vec<&&Exchange> = of_office.iter().filter(|e| e.deed != "made").collect();
    let refused = heard.last().filter(|e| !e.outcome.is_empty());
    let level = match &office.revoked_on {
        None => level_name(&office.level).to_owned(),
        Some(on) => format!("{}（{on} 停用）", level_name(&office.level)),
    };
    let cells = vec![
        office.name.clone(),
        office.origin.clone(),
        level,
        there(own).to_string(),
        pending.to_string(),
        here.to_string(),
        last.map_or_else(String::new, |e| format!("{} {}", e.day, deed(e))),
        refused.map_or_else(String::new, |e| format!("{} {}", e.day, e.outcome)),
        refused.map_or_else(String::new, |e| e.message.clone()),
    ];
    Ok((cells, pending > 0 || refused.is_some()))
}

fn is_journal(held: &Held) -> bool {
    message::parties(&held.origin).is_none()
}

fn held(store: &Store, offices: &[Office]) -> Result<Table, Failure> {
    let name = |origin: &str| {
        offices.iter().find(|o| o.origin == origin).map_or_else(String::new, |o| o.name.clone())
    };
    let rows = store.all_held()?.into_iter().filter(is_journal).map(|h| {
        let via = if h.via == h.origin { "本单位".to_owned() } else { name(&h.via) };
        vec![name(&h.origin), h.origin, h.tail.seq.to_string(), via]
    });
    Ok(Table {
        title: "收到的流水".into(),
        columns: vec![
            Column::text("office", "单位"),
            Column::text("origin", "来源单位编号"),
            Column::count("seq", "到第几条"),
            Column::text("via", "由谁送来"),
        ],
        rows: rows.collect(),
        ..Table::default()
    })
}

/// The messages, those that wait first.
pub fn letters(store: &Store, offices: &[Office]) -> Result<Table, Failure> {
    let own = &store.meta().origin;
    let name = |origin: &str| name(offices, origin);
    let mut all = store.messages()?;
    all.sort_by_key(|m| !matches!(m.state, State::Open | State::Refused));
    let row = |m: Message| {
        let (from, to) = m.parties();
        let (way, with) = if from == own { ("去信", to) } else { ("来信", from) };
        let with = if with.is_empty() { "上级".to_owned() } else { name(with) };
        let kind = message::kind(&m.kind).map_or(m.kind.as_str(), |k| k.name);
        vec![
            m.name(),
            m.day.clone(),
            way.to_owned(),
            with,
            kind.to_owned(),
            m.pupil.map_or_else(String::new, |p| p.to_string()),
            m.get("text").to_owned(),
            m.state.label().to_owned(),
            m.outcome.clone(),
        ]
    };
    Ok(Table {
        title: "来信去信".into(),
        columns: vec![
            Column::text("id", "编号"),
            Column::text("day", "日期"),
            Column::text("way", "来去"),
            Column::text("office", "单位"),
            Column::text("kind", "种类"),
            Column::text("student", "学生"),
            Column::text("text", "内容"),
            Column::text("state", "状态"),
            Column::text("outcome", "办理"),
        ],
        rows: all.into_iter().map(row).collect(),
        ..Table::default()
    })
}

/// How many lines of the log are shown.
const SHOWN: usize = 20;

fn log(offices: &[Office], exchanges: &[Exchange]) -> Table {
    let name = |origin: &str| name(offices, origin);
    let rows = exchanges.iter().rev().take(SHOWN).rev().map(|e| {
        let outcome =
            if e.outcome.is_empty() { "办成".to_owned() } else { format!("被拒：{}", e.outcome) };
        let short = e.bundle.get(..12).unwrap_or_default().to_owned();
        vec![
            e.at.clone(),
            e.actor.clone(),
            name(&e.office),
            deed(e).to_owned(),
            short,
            e.entries.to_string(),
            outcome,
            e.message.clone(),
        ]
    });
    Table {
        title: format!("最近 {SHOWN} 次往来"),
        columns: vec![
            Column::text("at", "时间"),
            Column::text("actor", "经办人"),
            Column::text("office", "单位"),
            Column::text("deed", "事项"),
            Column::text("bundle", "数据包"),
            Column::count("entries", "流水条数"),
            Column::text("outcome", "结果"),
            Column::text("message", "原因"),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}

fn deed(e: &Exchange) -> &'static str {
    match e.deed.as_str() {
        "made" => "制作数据包",
        "answered" => "收到回执",
        _ => "接收数据包",
    }
}
