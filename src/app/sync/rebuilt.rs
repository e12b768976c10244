//! 全省（市）报表: each county's registry built again from its journal above, in a folder that goes with the run, and
//! reported as the county itself would; the sums beside them.

use std::path::Path;

use crate::model::office::Office;
use crate::model::table::{Align, Column, Table};
use crate::report::{Body, Report, Scope};
use crate::store::{Meta, Store};
use crate::upstream::postgres::{Database, Target};

use crate::app::failure::{Failure, Refusal};
use crate::app::reporting::days::{self, Days};
use crate::app::reporting::{self, Asked, Kept};
use crate::app::session::Session;

use super::keep::stored;
use super::line::retried;
use super::route;

/// How many entries are read in one go.
const CHUNK: i64 = 4096;

/// Builds a registry again from its journal above: the same entries, the same seals, the same tables.
pub fn registry(target: &Target, office: &Office, path: &Path) -> Result<Store, Failure> {
    let meta = Meta {
        authority: office.authority.clone(),
        name: office.name.clone(),
        province: String::new(),
        level: office.level.clone(),
        origin: office.origin.clone(),
        created: String::new(),
    };
    let mut store = Store::create(path, meta)?;
    let batches = retried(|| Ok(Database::open(target)?.0.batches(&office.origin, (0, i64::MAX))?))?;
    let mut receiving = store.receive()?;
    for batch in &batches {
        receiving.restore_batch(&stored(batch))?;
    }
    let last = retried(|| Ok(Database::open(target)?.0.tail_of(&office.origin)?))?.map_or(0, |tail| tail.seq);
    let mut after = 0;
    while after < last {
        let span = (after, last.min(after + CHUNK));
        for entry in retried(|| Ok(Database::open(target)?.0.entries(&office.origin, span)?))? {
            receiving.restore_entry(&entry)?;
        }
        after = span.1;
    }
    receiving.done()?;
    Ok(store)
}

/// Which report, and how it is shown.
pub struct Wanted<'a> {
    pub report: &'static Report,
    pub days: Days,
    /// Only this office's.
    pub office: Option<&'a Office>,
    pub shown: fn(Option<crate::model::table::Personal>, &str) -> String,
}

/// The report of every county below, each as the county itself would print it, and their sums first where it counts.
pub fn report(
    store: &Store,
    session: &Session,
    target: &Target,
    (wanted, folder): (&Wanted, &Path),
) -> Result<Vec<Table>, Failure> {
    let today = session.act.today;
    let span = days::span(wanted.report, &wanted.days, today)?;
    let held = retried(|| Ok(Database::open(target)?.0.overview()?))?;
    let offices = store.offices()?;
    let mut chosen: Vec<&Office> = Vec::new();
    for (origin, seq, _) in &held {
        let Some(office) = offices.iter().find(|o| o.origin == *origin) else { continue };
        if *seq > 0 && office.level == "county" && wanted.office.is_none_or(|o| o.origin == office.origin) {
            chosen.push(office);
        }
    }
    let (mut all, mut sums) = (Vec::new(), Vec::new());
    for office in chosen {
        let path = folder.join(format!("{}.db", office.origin));
        let rebuilt = registry(target, office, &path)?;
        let tables = match days::store_of(&rebuilt, wanted.report, &wanted.days, today) {
            Ok(past) => {
                let scope = Scope { name: format!("{} 全部学校", office.name), ..Scope::default() };
                let asked = Asked { report: wanted.report, scope, span, shown: wanted.shown };
                let mut kept = Kept::default();
                reporting::make(&past, &asked, &mut kept)?;
                kept.0
            }
            // A county that began later has nothing to report of that day.
            Err(Failure::Refused(reasons)) => {
                let foot = reasons.into_iter().map(|r: Refusal| r.reason).collect();
                vec![Table { title: wanted.report.title.to_owned(), foot, ..Table::default() }]
            }
            Err(other) => return Err(other),
        };
        sums.push((office.name.as_str(), total(&tables)));
        all.extend(
            tables
                .into_iter()
                .map(|table| Table { title: format!("{}：{}", office.name, table.title), ..table }),
        );
        drop(rebuilt);
        let _ = std::fs::remove_file(&path);
    }
    if matches!(wanted.report.body, Body::Counts(_)) && wanted.office.is_none() {
        all.insert(0, summed(wanted.report, &sums, moving(target, wanted)?));
    }
    Ok(all)
}

/// How many pupils two counties count: entered in one, and the other has not read so yet. Only of today is it known.
fn moving(target: &Target, wanted: &Wanted) -> Result<usize, Failure> {
    Ok(if wanted.days.as_of.is_some() { 0 } else { route::in_transit(target)?.len() })
}

/// The counts of a table, and those of its row of totals.
type Total = Option<(Vec<Column>, Vec<i64>)>;

fn total(tables: &[Table]) -> Total {
    let table = tables.first()?;
    let row = table.rows.iter().rev().find(|row| row.iter().any(|cell| cell == "合计"))?;
    let counts = table.columns.iter().zip(row).filter(|(c, _)| c.align == Align::Count);
    let (columns, counts): (Vec<Column>, Vec<i64>) =
        counts.map(|(c, cell)| (c.clone(), cell.parse().unwrap_or(0))).unzip();
    Some((columns, counts))
}

fn summed(report: &Report, sums: &[(&str, Total)], moving: usize) -> Table {
    let columns =
        sums.iter().find_map(|(_, total)| total.as_ref().map(|(c, _)| c.clone())).unwrap_or_default();
    let mut all = vec![0; columns.len()];
    let mut rows = Vec::new();
    for (name, total) in sums {
        let counts = total.as_ref().map_or_else(|| vec![0; columns.len()], |(_, counts)| counts.clone());
        all.iter_mut().zip(&counts).for_each(|(sum, n)| *sum += n);
        rows.push([(*name).to_owned()].into_iter().chain(counts.iter().map(ToString::to_string)).collect());
    }
    rows.push(["合计".to_owned()].into_iter().chain(all.iter().map(ToString::to_string)).collect());
    let mut foot = vec!["各单位的数由其流水得出，与该单位自己的报表一致；合计等于各单位之和。".to_owned()];
    if moving > 0 {
        foot.push(format!("其中 {moving} 名学生已由转入方调档、转出方还没有登记，两边都计入。"));
    }
    let office = Column::text("office", "单位");
    Table {
        title: format!("{}：各单位合计", report.title),
        columns: [office].into_iter().chain(columns).collect(),
        rows,
        foot,
        ..Table::default()
    }
}
