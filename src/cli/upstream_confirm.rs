//! `xueji upstream confirm`: numbers confirmed by the level above, sent down as letters.

use crate::app::failure::Refusal;
use crate::app::sync::confirm::{self, Confirmed};
use crate::app::sync::{down, office};
use crate::model::field::Field;
use crate::model::table::{Column, Personal, Table};
use crate::output::Format;
use crate::upstream::postgres::Target;

use super::Outcome;
use super::failure::{CliError, persist};
use super::global::Global;
use super::init::done_but;
use super::sync::open_key;
use super::sync_privacy::put_above;

pub fn run(target: &Target, assign: bool, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let key = open_key(&store, global)?;
    let confirmed = persist(|| Ok(confirm::run(&mut store, &session, target, assign)?))?;
    down::lay(&store, &key, &session, target)?;
    let [g, j] = confirmed.sent;
    let message = format!(
        "确认正式学籍号 {} 个（G {g}，J {j}），随信发给各单位；已发待办 {} 个，未确认 {} 个。",
        g + j,
        confirmed.waiting,
        confirmed.left.len()
    );
    let counts = [
        ("citizen", g as i64),
        ("assigned", j as i64),
        ("waiting", confirmed.waiting as i64),
        ("left", confirmed.left.len() as i64),
    ];
    if matches!(global.format, Format::Human | Format::Json) {
        done_but(global, &message, confirmed.batch, &counts, reasons(&confirmed))?;
    }
    if global.format != Format::Json && !confirmed.left.is_empty() {
        put_above(&store, vec![left(&confirmed, &store.offices()?)], global)?;
    }
    Ok(if confirmed.left.is_empty() { Outcome::Clean } else { Outcome::Findings })
}

fn reasons(confirmed: &Confirmed) -> Vec<Refusal> {
    let mut all: Vec<Refusal> = confirmed.left.iter().map(|(.., refusal)| refusal.clone()).collect();
    all.sort_by(|a, b| a.reason.cmp(&b.reason));
    all.dedup();
    all
}

fn left(confirmed: &Confirmed, offices: &[crate::model::office::Office]) -> Table {
    let rows = confirmed.left.iter().map(|(whose, person, refusal)| {
        let office = office::name(offices, &whose.origin);
        vec![
            office,
            person.school.to_string(),
            person.class_number.clone(),
            person.record.get(Field::PupilName).to_owned(),
            whose.id.to_string(),
            refusal.reason.clone(),
            refusal.remedy.clone(),
        ]
    });
    Table {
        title: "没有确认的学籍号".into(),
        columns: vec![
            Column::text("office", "单位"),
            Column::text("school", "学校标识码"),
            Column::text("class", "班号"),
            Column::personal("name", "姓名", Personal::Name),
            Column::text("student", "学生"),
            Column::text("reason", "原因"),
            Column::text("remedy", "办法"),
        ],
        rows: rows.collect(),
        ..Table::default()
    }
}
