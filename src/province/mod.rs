//! What the national rules leave open: one rule pack a province, in dated editions, each value with its source.
//!
//! A value is looked up by the division of the school and the day: first the province's edition in force, then the
//! national one. A value that rests on one source, or on a local practice, is marked unconfirmed; a finding that it
//! decides says so.

pub mod error;
pub mod key;
mod parse;

use std::sync::LazyLock;

use jiff::civil::Date;

use crate::model::field::Field;
use crate::model::finding::Severity;
use crate::model::school::Lengths;

use error::RulesError;
use key::Key;

/// The rule packs in the program: the national one first, then the provinces in the order of their codes.
const FILES: &[(&str, &str)] = &[
    ("national.toml", include_str!("national.toml")),
    ("beijing.toml", include_str!("beijing.toml")),
    ("neimenggu.toml", include_str!("neimenggu.toml")),
    ("shanghai.toml", include_str!("shanghai.toml")),
    ("jiangsu.toml", include_str!("jiangsu.toml")),
    ("fujian.toml", include_str!("fujian.toml")),
    ("jiangxi.toml", include_str!("jiangxi.toml")),
    ("shandong.toml", include_str!("shandong.toml")),
    ("henan.toml", include_str!("henan.toml")),
    ("hunan.toml", include_str!("hunan.toml")),
    ("guangdong.toml", include_str!("guangdong.toml")),
];

static PACKS: LazyLock<Vec<Pack>> = LazyLock::new(|| {
    // A test reads every file of the list, so none is dropped here.
    FILES.iter().filter_map(|(file, text)| parse::pack(file, text).ok()).collect()
});

/// The rules of one province, or of the nation.
#[derive(Clone, Debug)]
pub struct Pack {
    pub name: String,
    /// How the codes of its divisions begin; `00` for the nation.
    pub division: String,
    /// Oldest first.
    pub editions: Vec<Edition>,
}

/// The rules as of a day.
#[derive(Clone, Debug)]
pub struct Edition {
    pub from: Date,
    /// The last day, where the rules were made for a time.
    pub until: Option<Date>,
    pub title: String,
    pub source: String,
    pub values: Vec<Value>,
    /// Checks that are switched off, or are of another severity here.
    pub checks: Vec<(String, Switch)>,
}

/// One value, and what it rests on.
#[derive(Clone, Debug)]
pub struct Value {
    pub key: &'static Key,
    pub datum: Datum,
    pub source: String,
    /// Seen in the official text, or in two sources that do not depend on each other.
    pub confirmed: bool,
    pub note: String,
}

/// What a value says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Datum {
    Count(u32, &'static str),
    /// Month and day.
    Day(i8, i8),
    Names(Vec<(&'static str, &'static str)>),
    Fields(Vec<Field>),
    System(Lengths),
}

/// What a pack makes of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    Off,
    Error,
    Explain,
    Note,
}

impl Switch {
    fn parse(text: &str) -> Option<Switch> {
        match text {
            "off" => Some(Switch::Off),
            "error" => Some(Switch::Error),
            "explain" => Some(Switch::Explain),
            "note" => Some(Switch::Note),
            _ => None,
        }
    }

    /// The severity of what the check finds; none where it is off.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Switch::Off => None,
            Switch::Error => Some(Severity::Error),
            Switch::Explain => Some(Severity::Explain),
            Switch::Note => Some(Severity::Note),
        }
    }
}

impl Datum {
    /// The value for people.
    pub fn label(&self) -> String {
        match self {
            Datum::Count(n, unit) => format!("{n} {unit}"),
            Datum::Day(month, day) => format!("{month} 月 {day} 日"),
            Datum::Names(names) => names.iter().map(|(_, label)| *label).collect::<Vec<_>>().join("、"),
            Datum::Fields(fields) => fields.iter().map(|f| f.heading()).collect::<Vec<_>>().join("、"),
            Datum::System(l) => format!("小学 {} 年、初中 {} 年、高中 {} 年", l.primary, l.junior, l.senior),
        }
    }
}

impl Pack {
    /// The edition in force on a day.
    pub fn on(&self, day: Date) -> Option<&Edition> {
        let latest = self.editions.iter().rev().find(|e| e.from <= day);
        latest.filter(|e| e.until.is_none_or(|until| day <= until))
    }
}

/// Every pack in the program.
pub fn packs() -> &'static [Pack] {
    &PACKS
}

/// The pack of this name: 山东, 山东省, 37, 全国, national.
pub fn pack(name: &str) -> Option<&'static Pack> {
    let national = matches!(name, "national" | "全国" | "国家");
    PACKS.iter().find(|p| {
        let short = p.name.trim_end_matches("省").trim_end_matches("市").trim_end_matches("自治区");
        p.name == name
            || p.division == name
            || short == name
            || (national && p.division == NATION)
            || (name.chars().count() >= 2 && p.name.starts_with(name))
    })
}

const NATION: &str = "00";

/// Reads a pack from a file of the county's own.
pub fn read(file: &str, text: &str) -> Result<Pack, RulesError> {
    parse::pack(file, text)
}

/// The packs with an edition in force for a division on a day, the closest first: the county's own, the province's, the
/// nation's.
fn layers<'a>(
    own: Option<&'a Pack>,
    division: &str,
    day: Date,
) -> impl Iterator<Item = (&'a Pack, &'a Edition)> {
    let province = PACKS.iter().find(|p| p.division != NATION && division.starts_with(&p.division));
    let national = PACKS.iter().find(|p| p.division == NATION);
    own.into_iter().chain(province).chain(national).filter_map(move |p| Some((p, p.on(day)?)))
}

fn editions<'a>(own: Option<&'a Pack>, division: &str, day: Date) -> impl Iterator<Item = &'a Edition> {
    layers(own, division, day).map(|(_, edition)| edition)
}

/// A value that holds, and whose it is.
#[derive(Clone, Copy, Debug)]
pub struct InForce<'a> {
    pub value: &'a Value,
    pub pack: &'a Pack,
}

/// Every value that holds for a division on a day, in the order of the keys.
pub fn in_force<'a>(own: Option<&'a Pack>, division: &str, day: Date) -> Vec<InForce<'a>> {
    let closest = |name: &str| {
        let mut all = layers(own, division, day);
        all.find_map(|(pack, e)| {
            e.values.iter().find(|v| v.key.name == name).map(|value| InForce { value, pack })
        })
    };
    key::KEYS.iter().filter_map(|k| closest(k.name)).collect()
}

/// Every switch of a check that holds, and whose it is.
pub fn switches_in_force<'a>(
    own: Option<&'a Pack>,
    division: &str,
    day: Date,
) -> Vec<(&'a str, Switch, &'a Pack)> {
    let mut found: Vec<(&str, Switch, &Pack)> = Vec::new();
    for (pack, edition) in layers(own, division, day) {
        for (check, switch) in &edition.checks {
            if !found.iter().any(|(known, ..)| known == check) {
                found.push((check, *switch, pack));
            }
        }
    }
    found
}

/// A value by name for a division on a day, from the closest pack that has it.
pub fn value<'a>(own: Option<&'a Pack>, division: &str, day: Date, name: &str) -> Option<&'a Value> {
    values(own, division, day, name).next()
}

/// What every pack says of a value, the closest first.
pub fn values<'a>(
    own: Option<&'a Pack>,
    division: &str,
    day: Date,
    name: &str,
) -> impl Iterator<Item = &'a Value> {
    editions(own, division, day).flat_map(|e| &e.values).filter(move |v| v.key.name == name)
}

/// The switches of checks for a division on a day, the closest pack's last, so that it has the last word.
pub fn switches(own: Option<&Pack>, division: &str, day: Date) -> Vec<(String, Switch)> {
    let mut all: Vec<&Edition> = editions(own, division, day).collect();
    all.reverse();
    all.into_iter().flat_map(|e| e.checks.iter().cloned()).collect()
}

/// The last day of the year on which a child may turn the age of entry, and whether that is confirmed. 31 August
/// where nothing is loaded.
pub fn entry_age_date(own: Option<&Pack>, division: &str, day: Date) -> (i8, i8, bool) {
    match value(own, division, day, "entry_age_date") {
        Some(Value { datum: Datum::Day(month, day), confirmed, .. }) => (*month, *day, *confirmed),
        _ => (8, 31, false),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use jiff::civil::date;

    use super::*;
    use crate::code;

    #[test]
    fn every_pack_in_the_program_is_whole() {
        let mut divisions = HashSet::new();
        for (file, text) in FILES {
            let pack = parse::pack(file, text).unwrap_or_else(|e| panic!("{e}"));
            assert!(divisions.insert(pack.division.clone()), "{file}");
            let known = code::table("school_province").unwrap().by_code(&pack.division);
            assert!(pack.division == NATION || known.is_some_and(|k| k.label == pack.name), "{file}");
            for edition in &pack.editions {
                assert!(!edition.values.is_empty(), "{file}");
                for value in &edition.values {
                    assert!(
                        !value.source.is_empty() && !value.datum.label().is_empty(),
                        "{file} {}",
                        value.key.name
                    );
                }
            }
        }
        assert_eq!(PACKS.len(), FILES.len());
        assert!(PACKS.len() > 8);
    }

    #[test]
    fn a_value_is_the_provinces_then_the_nations_of_the_day() {
        let count = |division, day, name| match value(None, division, day, name).map(|v| &v.datum) {
            Some(Datum::Count(n, _)) => Some(*n),
            _ => None,
        };
        assert_eq!(count("330106", date(2020, 9, 1), "archive_months"), Some(1));
        assert_eq!(count("330106", date(2025, 9, 1), "archive_months"), Some(2));
        assert_eq!(count("330106", date(2012, 9, 1), "archive_months"), None);
        assert_eq!(count("110105", date(2020, 9, 1), "archive_days"), Some(10));
        assert_eq!(count("370102", date(2016, 9, 1), "leave_months"), None);
        assert_eq!(count("370102", date(2020, 9, 1), "leave_months"), Some(12));
        assert_eq!(entry_age_date(None, "330106", date(2024, 9, 1)), (8, 31, false));
        let system = value(None, "310101", date(2024, 9, 1), "system").map(|v| v.datum.clone());
        assert_eq!(system, Some(Datum::System(Lengths { primary: 5, junior: 4, senior: 3 })));
        let text = "name = \"某县\"\ndivision = \"330106\"\n[[edition]]\nfrom = \"2020-01-01\"\ntitle = \"某县规定\"\nsource = \"某县\"\n\
                    [edition.values.entry_age_date]\nvalue = \"12-31\"\nsource = \"某县\"\nconfirmed = true\n";
        let own = read("own.toml", text).unwrap();
        assert_eq!(entry_age_date(Some(&own), "330106", date(2024, 9, 1)), (12, 31, true));
        assert_eq!(
            entry_age_date(Some(&own), "330106", date(2019, 9, 1)),
            (8, 31, false),
            "not yet in force"
        );
        // Jiangsu's rules were made for five years; after them the nation's hold.
        let barred = |day| value(None, "320102", day, "transfer_barred").is_some();
        assert!(barred(date(2023, 3, 1)) && barred(date(2028, 2, 29)) && !barred(date(2028, 3, 1)));
        for name in ["山东", "山东省", "37"] {
            assert_eq!(pack(name).map(|p| p.name.as_str()), Some("山东省"));
        }
        assert!(pack("全国").is_some() && pack("内蒙古").is_some() && pack("火星").is_none());
    }
}
