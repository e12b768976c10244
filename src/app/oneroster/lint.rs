//! What a set of files must be before it leaves: no key without its row, no key twice, every value of its kind.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;

use crate::app::failure::Refusal;

use super::Set;
use super::spec::{Column, FILES, Kind};

/// The first of a kind are told; a registry with one mistake may have it ten thousand times.
const TOLD: usize = 20;

/// What is wrong with the set; nothing where it may leave.
pub fn lint(set: &Set) -> Vec<Refusal> {
    let keys: BTreeMap<&str, HashSet<&str>> = set
        .files
        .iter()
        .map(|(name, rows)| (*name, rows.iter().filter_map(|r| r.first()).map(String::as_str).collect()))
        .collect();
    let mut found = Vec::new();
    for file in FILES {
        let Some(rows) = set.files.get(file.name) else { continue };
        let mut seen = HashSet::new();
        for row in rows {
            let id = row.first().map_or("", String::as_str);
            if !seen.insert(id) {
                found.push(wrong(file.name, id, "sourcedId", "出现了两次"));
            }
            for (column, value) in file.columns.iter().zip(row) {
                if let Some(what) = odd(column, value, &keys) {
                    found.push(wrong(file.name, id, column.name, &what));
                }
            }
            if found.len() >= TOLD {
                return found;
            }
        }
    }
    found
}

fn wrong(file: &str, id: &str, column: &str, what: &str) -> Refusal {
    Refusal::new(
        format!("{file}.csv 的 {id} 一行，{column} {what}。"),
        "请用 xueji school show 核对班级，用 xueji student show 核对学生；补全后再导出。",
    )
}

/// What is wrong with a value, if anything.
fn odd(column: &Column, value: &str, keys: &BTreeMap<&str, HashSet<&str>>) -> Option<String> {
    if value.is_empty() {
        return column.must.then(|| "是空的".to_owned());
    }
    let points_to = |file: &str, key: &str| keys.get(file).is_some_and(|all| all.contains(key));
    let is_right = match column.kind {
        Kind::Id | Kind::Text => !value.contains(['\r', '\n']),
        Kind::Key(file) => points_to(file, value),
        Kind::Keys(file) => value.split(',').all(|key| points_to(file, key)),
        Kind::Empty => false,
        Kind::Date => value.len() == 10 && value.parse::<Date>().is_ok(),
        Kind::Year => value.len() == 4 && value.bytes().all(|b| b.is_ascii_digit()),
        Kind::Word(words) => words.contains(&value),
        Kind::Grades => {
            value.split(',').all(|g| g.len() == 2 && g.parse::<u8>().is_ok_and(|g| (1..=12).contains(&g)))
        }
    };
    let what = match column.kind {
        Kind::Key(file) | Kind::Keys(file) => format!("“{value}”在 {file}.csv 里没有"),
        _ => format!("“{value}”不合标准"),
    };
    (!is_right).then_some(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_orphan_a_twin_and_a_day_that_is_none_are_told() {
        let row = |cells: &[&str]| cells.iter().map(|c| (*c).to_owned()).collect::<Vec<_>>();
        let org = row(&["1", "", "", "某校", "school", "", "9"]);
        let session = row(&["y", "", "", "学年", "schoolYear", "2026-09-31", "2027-09-01", "", "2027"]);
        let mut set = Set::default();
        set.files.insert("orgs", vec![org.clone(), org]);
        set.files.insert("academicSessions", vec![session]);
        let said: Vec<String> = lint(&set).into_iter().map(|r| r.reason).collect();
        assert_eq!(
            said,
            [
                "academicSessions.csv 的 y 一行，startDate “2026-09-31”不合标准。",
                "orgs.csv 的 1 一行，parentSourcedId “9”在 orgs.csv 里没有。",
                "orgs.csv 的 1 一行，sourcedId 出现了两次。",
                "orgs.csv 的 1 一行，parentSourcedId “9”在 orgs.csv 里没有。",
            ]
        );
    }
}
