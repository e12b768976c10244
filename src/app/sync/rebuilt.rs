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
use super::line::{each_kept, retried};
use super::route;

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
    each_kept(target, &office.origin, (0, last), |entry| Ok(receiving.restore_entry(&entry)?))?;
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
        let (tables, part) = match days::store_of(&rebuilt, wanted.report, &wanted.days, today) {
            Ok(past) => {
                let scope = Scope { name: format!("{} 全部学校", office.name), ..Scope::default() };
                let asked = Asked { report: wanted.report, scope, span, shown: wanted.shown };
                let mut kept = Kept::default();
                reporting::make(&past, &asked, &mut kept)?;
                let part = total(&kept.0);
                (kept.0, part)
            }
            // A county that began later has nothing to report of that day.
            Err(Failure::Refused(reasons)) => {
                let foot = reasons.into_iter().map(|r: Refusal| r.reason).collect();
                let title = wanted.report.title.to_owned();
                (vec![Table { title, foot, ..Table::default() }], Part::Nothing)
            }
            Err(other) => return Err(other),
        };
        sums.push((office.name.as_str(), part));
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

/// What an office brings to the sums.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// The columns of counts by key and heading, and what the row of totals says in them.
    Counts(Vec<(&'static str, String)>, Vec<i64>),
    /// It has nothing to report of that day.
    Nothing,
    /// No row, or more than one, is of all the table counts; or a cell of that row is no number.
    Unclear,
}

const TOTAL: &str = "合计";

/// The totals of a report: those of the one row of its first table whose every label says that it is of all. A row of a
/// stage's or a school's sum has another label beside it.
fn total(tables: &[Table]) -> Part {
    let Some(table) = tables.first() else { return Part::Unclear };
    let labels = table.columns.iter().take_while(|c| c.align != Align::Count).count();
    let is_total = |row: &&Vec<String>| {
        let mut said = row.iter().take(labels).filter(|label| !label.is_empty()).peekable();
        said.peek().is_some() && said.all(|label| label.ends_with(TOTAL))
    };
    let mut rows = table.rows.iter().filter(is_total);
    let (Some(row), None) = (rows.next(), rows.next()) else { return Part::Unclear };
    let counted = table.columns.iter().zip(row).filter(|(c, _)| c.align == Align::Count);
    let columns = counted.clone().map(|(c, _)| (c.key, c.heading.clone())).collect();
    match counted.map(|(_, cell)| cell.parse().ok()).collect() {
        Some(counts) => Part::Counts(columns, counts),
        None => Part::Unclear,
    }
}

fn summed(report: &Report, sums: &[(&str, Part)], moving: usize) -> Table {
    let title = format!("{}：各单位合计", report.title);
    let known = sums.iter().find_map(|(_, part)| match part {
        Part::Counts(columns, _) => Some(columns),
        _ => None,
    });
    let fits = |part: &Part| match part {
        Part::Counts(columns, _) => Some(columns) == known,
        Part::Nothing => true,
        Part::Unclear => false,
    };
    let Some(columns) = known.filter(|_| sums.iter().all(|(_, part)| fits(part))) else {
        let foot = vec!["本表没有唯一的合计行，不作各单位合计；请看各单位的表。".to_owned()];
        return Table { title, foot, ..Table::default() };
    };
    let mut foot = vec!["各单位的数由其流水得出，与该单位自己的报表一致；合计等于各单位之和。".to_owned()];
    let mut all = vec![0; columns.len()];
    let mut rows = Vec::new();
    for (name, part) in sums {
        let counts = match part {
            Part::Counts(_, counts) => counts.clone(),
            Part::Nothing | Part::Unclear => {
                foot.push(format!("{name}没有这一天的情况，按 0 计。"));
                vec![0; columns.len()]
            }
        };
        all.iter_mut().zip(&counts).for_each(|(sum, n)| *sum += n);
        rows.push([(*name).to_owned()].into_iter().chain(counts.iter().map(ToString::to_string)).collect());
    }
    rows.push([TOTAL.to_owned()].into_iter().chain(all.iter().map(ToString::to_string)).collect());
    if moving > 0 {
        foot.push(format!("其中 {moving} 名学生已由转入方调档、转出方还没有登记，两边都计入。"));
    }
    let counts = columns.iter().map(|(key, heading)| Column::count(key, heading));
    Table {
        title,
        columns: [Column::text("office", "单位")].into_iter().chain(counts).collect(),
        rows,
        foot,
        ..Table::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::REPORTS;

    fn table(rows: &[[&str; 4]]) -> Vec<Table> {
        let columns = vec![
            Column::text("stage", "学段"),
            Column::text("line", "项目"),
            Column::count("total", "人数"),
            Column::count("girls", "女"),
        ];
        let rows = rows.iter().map(|row| row.map(str::to_owned).to_vec()).collect();
        vec![Table { columns, rows, ..Table::default() }]
    }

    fn counts(rows: &[[&str; 4]]) -> Option<Vec<i64>> {
        match total(&table(rows)) {
            Part::Counts(columns, counts) => {
                assert_eq!(columns.iter().map(|c| c.0).collect::<Vec<_>>(), ["total", "girls"]);
                Some(counts)
            }
            Part::Nothing => panic!("it has rows"),
            Part::Unclear => None,
        }
    }

    #[test]
    fn only_one_row_that_is_of_all_is_a_total() {
        assert_eq!(counts(&[["一小", "", "3", "1"], ["合计", "", "3", "1"]]), Some(vec![3, 1]));
        let stages = ["合计", "小学", "9", "4"];
        assert_eq!(counts(&[stages, ["合计", "初中", "2", "1"], ["合计", "", "11", "5"]]), Some(vec![11, 5]));
        let pair = [
            ["初中", "合计", "2", "1"],
            ["各学段合计", "合计", "7", "3"],
            ["各学段合计", "其中：女", "3", "3"],
        ];
        assert_eq!(counts(&pair), Some(vec![7, 3]));
        // A sum for each stage is none of all; nor are two rows one.
        assert_eq!(counts(&[["小学", "合计", "9", "4"], ["初中", "合计", "2", "1"]]), None);
        assert_eq!(counts(&[["合计", "小学", "9", "4"], ["合计", "初中", "2", "1"]]), None);
        assert_eq!(counts(&[["合计", "", "9", "4"], ["合计", "", "2", "1"]]), None);
        assert_eq!(counts(&[["", "", "9", "4"]]), None);
        assert_eq!(total(&[]), Part::Unclear);
    }

    #[test]
    fn what_is_no_number_is_not_nought() {
        assert_eq!(counts(&[["合计", "", "9", "—"]]), None);
        assert_eq!(counts(&[["合计", "", "", "4"]]), None);
        let report = REPORTS.iter().find(|r| r.name == "headcount").unwrap();
        let good = || total(&table(&[["合计", "", "9", "4"]]));
        let whole = summed(report, &[("甲县", good()), ("乙县", good())], 0);
        assert_eq!(whole.rows.last().unwrap(), &["合计", "18", "8"]);
        let late = summed(report, &[("甲县", good()), ("乙县", Part::Nothing)], 0);
        assert_eq!((late.rows.last().unwrap()[1].as_str(), late.foot.len()), ("9", 2));
        for bad in
            [total(&table(&[["合计", "", "9", "?"]])), Part::Counts(vec![("total", "人数".into())], vec![9])]
        {
            let none = summed(report, &[("甲县", good()), ("乙县", bad)], 0);
            assert!(
                none.rows.is_empty() && none.columns.is_empty() && none.foot[0].contains("不作各单位合计")
            );
        }
    }
}
