//! `xueji upstream conflict`: what two offices disagree about, who was told, and the verdicts.

use std::path::PathBuf;

use clap::Subcommand;

use crate::app::evidence;
use crate::app::session::Session;
use crate::app::sync::conflict::{self, Asked, Conflicts, Pair, standing};
use crate::app::sync::reach::Reach;
use crate::app::sync::{across, down, office};
use crate::model::dispute::{OUTCOMES, Outcome as Ended};
use crate::model::field::Field;
use crate::model::registration::Registration;
use crate::model::table::{Column, Personal, Table};
use crate::store::Store;
use crate::upstream::key::Key;
use crate::upstream::postgres::Target;

use super::Outcome;
use super::failure::{CliError, persist};
use super::global::Global;
use super::init::done;
use super::sync::open_key;
use super::sync_privacy::put_above;
use super::upstream::Place;

#[derive(Subcommand)]
pub enum Command {
    /// 列出冲突：两个单位都有的学籍、都报的学校、对方办不成的来信；有未了结的，退出码 1
    List {
        #[command(flatten)]
        place: Place,
    },
    /// 通知双方作为问题学籍核实；不写编号的，通知按官方规则查出而还没有通知的
    Raise {
        #[command(flatten)]
        place: Place,
        /// 冲突编号（见 list）；疑似同一学生的要逐个写明
        #[arg(value_name = "编号")]
        ids: Vec<String>,
    },
    /// 裁决一对学籍，写信给双方；两边的答复和材料按问题学籍的规则核对
    Decide {
        #[command(flatten)]
        place: Place,
        /// 冲突编号
        #[arg(value_name = "编号")]
        id: String,
        /// 先建的（甲）：keep 保留、correct 按主张更正、remove 删除
        #[arg(long, value_name = "决定", value_parser = outcomes())]
        one: String,
        /// 后建的（乙）：keep、correct、remove
        #[arg(long, value_name = "决定", value_parser = outcomes())]
        other: String,
        /// 为什么这样裁决；不要写学生的姓名和号码
        #[arg(long, value_name = "理由")]
        reason: String,
        /// 双方核实的材料
        #[arg(long, value_name = "文件")]
        evidence: Vec<PathBuf>,
        /// 家长放弃先建学籍的签字
        #[arg(long, value_name = "说明")]
        waiver: Option<String>,
    },
}

fn outcomes() -> Vec<&'static str> {
    OUTCOMES.iter().map(|o| o.1).collect()
}

pub fn run(command: &Command, global: &Global) -> Result<Outcome, CliError> {
    let session = global.session()?;
    let mut store = global.store()?;
    match command {
        Command::List { place } => {
            let target = target(place, &store)?;
            let found = conflict::list(&store, &session, Reach(target.as_ref()))?;
            let open = is_open(&found);
            put_above(&store, tables(&store, &found)?, global)?;
            Ok(if open { Outcome::Findings } else { Outcome::Clean })
        }
        Command::Raise { place, ids } => {
            let target = target(place, &store)?;
            let ids: Vec<String> = ids.iter().map(|id| id.trim().to_ascii_uppercase()).collect();
            let key = open_key(&store, global)?;
            let (batch, pairs) =
                persist(|| Ok(conflict::raise(&mut store, &session, Reach(target.as_ref()), &ids)?))?;
            lay(&store, &key, &session, target.as_ref())?;
            done(global, &format!("已通知双方核实 {pairs} 件。"), batch, &[("pairs", pairs as i64)])?;
            Ok(Outcome::Clean)
        }
        Command::Decide { place, id, one, other, reason, evidence: paths, waiver } => {
            let target = target(place, &store)?;
            let id = id.trim().to_ascii_uppercase();
            let outcome = |key: &str| Ended::from_key(key).expect("clap takes only keys of the table");
            let asked = Asked {
                outcomes: [outcome(one), outcome(other)],
                reason: reason.clone(),
                waiver: waiver.clone(),
                papers: evidence::read(paths, reason)?,
            };
            let key = open_key(&store, global)?;
            let batch = persist(|| {
                Ok(conflict::decide(&mut store, &session, Reach(target.as_ref()), (&id, &asked))?)
            })?;
            lay(&store, &key, &session, target.as_ref())?;
            done(global, &format!("{id} 已裁决，随信发给双方。"), Some(batch), &[("verdicts", 1)])?;
            Ok(Outcome::Clean)
        }
    }
}

/// The database; none is needed where offices reported blindly.
fn target(place: &Place, store: &Store) -> Result<Option<Target>, CliError> {
    match place.target_if_any()? {
        None if store.blind_offices()?.is_empty() => place.target().map(Some),
        found => Ok(found),
    }
}

/// Lays letters into the database; without one they go with the next bundle.
fn lay(store: &Store, key: &Key, session: &Session, target: Option<&Target>) -> Result<(), CliError> {
    if let Some(target) = target {
        down::lay(store, key, session, target)?;
    }
    Ok(())
}

fn is_open(found: &Conflicts) -> bool {
    found.pairs.iter().any(|pair| !pair.is_settled())
        || !found.refused.is_empty()
        || found.schools.iter().any(|s| s.authority.is_none())
}

fn tables(store: &Store, found: &Conflicts) -> Result<Vec<Table>, CliError> {
    let offices = store.offices()?;
    let name = |origin: &str| office::name(&offices, origin);
    let schools = found.schools.iter().map(|twice| {
        let each: Vec<String> =
            twice.standings.iter().map(|s| format!("{}（{}）", name(&s.origin), s.name)).collect();
        let rule = match &twice.authority {
            Some(origin) => format!("以学校主管部门{}所报为准。", name(origin)),
            None => "看不出由谁主管，请双方更正学校表的主管部门。".to_owned(),
        };
        vec![twice.standings[0].code.clone(), each.join("、"), rule]
    });
    let schools = Table {
        title: "几个单位都报的学校".into(),
        columns: vec![
            Column::text("school", "学校标识码"),
            Column::text("offices", "单位"),
            Column::text("rule", "办法"),
        ],
        rows: schools.collect(),
        ..Table::default()
    };
    let refused =
        found.refused.iter().map(|(origin, m)| vec![m.name(), name(origin), m.title(), m.outcome.clone()]);
    let refused = Table {
        title: "对方未能办理的来信".into(),
        columns: vec![
            Column::text("id", "编号"),
            Column::text("office", "单位"),
            Column::text("letter", "来信"),
            Column::text("why", "原因"),
        ],
        rows: refused.collect(),
        ..Table::default()
    };
    Ok(vec![pairs(&found.pairs, &name), schools, refused])
}

/// The columns of both sides of a pair.
pub fn side_columns() -> [Column; 6] {
    [
        Column::text("one_office", "甲方单位"),
        Column::text("one_place", "学校和班"),
        Column::personal("one_name", "姓名", Personal::Name),
        Column::text("other_office", "乙方单位"),
        Column::text("other_place", "学校和班"),
        Column::personal("other_name", "姓名", Personal::Name),
    ]
}

/// The cells of both sides of a pair, each with its office's name: the earlier registration, then the later one.
pub fn sides(both: [(String, &Registration); 2]) -> impl Iterator<Item = String> {
    both.into_iter().flat_map(|(office, r)| {
        [office, format!("{} {}", r.school, r.class_number), r.record.get(Field::PupilName).to_owned()]
    })
}

fn pairs(pairs: &[Pair], name: &dyn Fn(&str) -> String) -> Table {
    let row = |p: &Pair| {
        let differing = match p.differing.as_slice() {
            [] => "身份信息相同".to_owned(),
            fields => format!("{}不同，不以后报的为准", fields.join("、")),
        };
        let [one, other] = &p.parties;
        let sides = sides([
            (name(&one.whose.origin), &one.registration),
            (name(&other.whose.origin), &other.registration),
        ]);
        [p.id.clone(), across::rule_title(&p.rule).to_owned(), format!("{:.1}", p.score as f64 / 100.0)]
            .into_iter()
            .chain(sides)
            .chain([differing, standing(p)])
            .collect()
    };
    let columns = [Column::text("id", "编号"), Column::text("rule", "规则"), Column::text("score", "分")];
    let standing = [Column::text("differing", "身份信息"), Column::text("standing", "办到哪里")];
    Table {
        title: "两个单位都有的学籍".into(),
        columns: columns.into_iter().chain(side_columns()).chain(standing).collect(),
        rows: pairs.iter().map(row).collect(),
        foot: vec![
            format!("共 {} 对。甲是先建的学籍。程序不作合并，也不以后报的为准。", pairs.len()),
            "先通知双方（conflict raise），双方按问题学籍答复并上报，再裁决（conflict decide）。".into(),
        ],
        ..Table::default()
    }
}
