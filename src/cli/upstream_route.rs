//! `xueji upstream route`: transfers between counties carried over, and those that are not over yet.

use crate::app::sync::route::{self, Routed, Transfer};
use crate::app::sync::{down, office};
use crate::model::application::Phase;
use crate::model::change::input::Input;
use crate::model::office::Office;
use crate::model::table::{Column, Table};
use crate::output::Format;
use crate::upstream::postgres::Target;

use super::Outcome;
use super::failure::{CliError, persist};
use super::global::Global;
use super::init::done;
use super::sync::open_key;
use super::sync_privacy::put_above;

pub fn run(target: &Target, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    let key = open_key(&store, global)?;
    let routed = persist(|| Ok(route::run(&mut store, &session, target)?))?;
    down::lay(&store, &key, &session, target)?;
    let message = format!("转办来往 {} 封，在办的跨单位转学 {} 件。", routed.letters, routed.open.len());
    let counts = [("messages", routed.letters as i64), ("open", routed.open.len() as i64)];
    match global.format {
        Format::Human => done(global, &message, routed.batch, &counts)?,
        _ => global.say(&message),
    }
    if global.format != Format::Human || !routed.open.is_empty() {
        put_above(&store, vec![table(&routed, &store.offices()?)], global)?;
    }
    let late = routed.open.iter().any(|t| t.due.is_overdue() || t.problem.is_some());
    Ok(if late { Outcome::Findings } else { Outcome::Clean })
}

fn table(routed: &Routed, offices: &[Office]) -> Table {
    let name = |origin: &str| office::name(offices, origin);
    let row = |t: &Transfer| {
        let ((receiving, application), (sending, other)) = (&t.receiving, &t.sending);
        let turn = t.turn();
        let whose = match (application.phase, other.as_ref().map(|o| o.phase)) {
            (Phase::Done, Some(phase)) if phase.is_open() => "转出方登记调档".to_owned(),
            _ => turn.turn().map_or_else(|| turn.phase.label().to_owned(), |s| s.party.label().to_owned()),
        };
        let arrived = turn.turn().and_then(|s| s.arrived_on).map_or_else(String::new, |d| d.to_string());
        let problem = t.problem.as_ref().map_or_else(String::new, |r| format!("{}{}", r.reason, r.remedy));
        vec![
            application.id.to_string(),
            name(sending),
            application.told.get(Input::OtherSchool).to_owned(),
            name(receiving),
            application.told.get(Input::ToSchool).to_owned(),
            application.opened_on.to_string(),
            whose,
            arrived,
            t.due.day(),
            t.due.left(),
            problem,
        ]
    };
    Table {
        title: "在办的跨单位转学".into(),
        columns: vec![
            Column::text("application", "申请编号"),
            Column::text("sending", "转出单位"),
            Column::text("from_school", "转出学校"),
            Column::text("receiving", "转入单位"),
            Column::text("to_school", "转入学校"),
            Column::text("opened", "发起"),
            Column::text("turn", "轮到"),
            Column::text("arrived", "到达"),
            Column::text("due", "期限"),
            Column::text("left", "剩余"),
            Column::text("problem", "转不过去的原因"),
        ],
        rows: routed.open.iter().map(row).collect(),
        foot: vec!["每一方自收到之日起 10 个工作日；双方的库里申请编号相同，各记各的到达日期。".into()],
        ..Table::default()
    }
}
