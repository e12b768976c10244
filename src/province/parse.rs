//! A rule pack's text, read strictly: what is not in the table of keys is an error that names its line.

use std::ops::Range;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::model::field::{FIELDS, Field};
use crate::model::school::Lengths;

use super::error::{Fault, RulesError};
use super::key::{self, Form, KEYS};
use super::{Datum, Edition, Pack, Switch, Value};

type Read<T> = Result<T, (usize, Fault)>;

type Child<'a> = (Spanned<std::borrow::Cow<'a, str>>, Spanned<DeValue<'a>>);

/// Reads a rule pack; `file` is what errors call it.
pub fn pack(file: &str, text: &str) -> Result<Pack, RulesError> {
    read(text).map_err(|(at, fault)| {
        let line = text.as_bytes()[..at.min(text.len())].iter().filter(|b| **b == b'\n').count() + 1;
        RulesError { file: file.to_owned(), line, fault }
    })
}

fn read(text: &str) -> Read<Pack> {
    let parsed = DeTable::parse(text);
    let root = parsed.map_err(|e| (e.span().unwrap_or(0..0).start, Fault::Malformed))?;
    let at = root.span();
    let root = Table { table: root.get_ref(), at };
    root.only(&["name", "division", "edition"])?;
    let mut editions: Vec<Edition> = Vec::new();
    let list = root.required("edition")?;
    let Some(array) = list.get_ref().as_array() else {
        return Err(wrong("edition", list, "[[edition]] 各版"));
    };
    for item in array {
        let Some(table) = item.get_ref().as_table() else {
            return Err(wrong("edition", item, "[[edition]] 各版"));
        };
        let edition = edition(&Table { table, at: item.span() })?;
        if editions.last().is_some_and(|e| e.from >= edition.from) {
            return Err((item.span().start, Fault::OutOfOrder));
        }
        editions.push(edition);
    }
    Ok(Pack { name: root.text("name")?, division: root.text("division")?, editions })
}

fn edition(table: &Table) -> Read<Edition> {
    table.only(&["from", "until", "title", "source", "values", "checks"])?;
    let mut values = Vec::new();
    for (name, entry) in table.children("values")? {
        let key = key::key(name.get_ref()).ok_or_else(|| unknown(&name, KEYS.iter().map(|k| k.name)))?;
        let Some(inner) = entry.get_ref().as_table() else {
            return Err(wrong(key.name, &entry, "有 value、source、confirmed 的一节"));
        };
        let inner = Table { table: inner, at: name.span() };
        inner.only(&["value", "source", "confirmed", "note"])?;
        let datum = datum(key.name, key.form, inner.required("value")?)?;
        let confirmed = inner.required("confirmed")?;
        let confirmed =
            confirmed.get_ref().as_bool().ok_or_else(|| wrong("confirmed", confirmed, "true 或 false"))?;
        let note = if inner.get("note").is_some() { inner.text("note")? } else { String::new() };
        values.push(Value { key, datum, source: inner.text("source")?, confirmed, note });
    }
    values.sort_by_key(|v| KEYS.iter().position(|k| k.name == v.key.name));
    let mut checks = Vec::new();
    for (name, entry) in table.children("checks")? {
        let switch = entry.get_ref().as_str().and_then(Switch::parse);
        let switch = switch.ok_or_else(|| wrong(name.get_ref(), &entry, "off、error、explain 或 note"))?;
        checks.push((name.get_ref().to_string(), switch));
    }
    let from = day("from", table.required("from")?)?;
    let until = table.get("until").map(|value| day("until", value)).transpose()?;
    Ok(Edition { from, until, title: table.text("title")?, source: table.text("source")?, values, checks })
}

fn day(name: &str, value: &Spanned<DeValue>) -> Read<Date> {
    let text = value.get_ref().as_str().filter(|t| t.len() == 10);
    let day = text.and_then(|t| t.parse::<Date>().ok());
    day.ok_or_else(|| wrong(name, value, "日期，如 \"2025-01-03\""))
}

fn datum(name: &'static str, form: Form, value: &Spanned<DeValue>) -> Read<Datum> {
    let text = value.get_ref().as_str();
    match form {
        Form::Count(unit) => {
            let number = value.get_ref().as_integer().and_then(|n| n.as_str().parse().ok());
            number.map(|n| Datum::Count(n, unit)).ok_or_else(|| wrong(name, value, "不小于 0 的整数"))
        }
        Form::Day => {
            let day = text.and_then(|t| t.split_once('-'));
            let day = day.and_then(|(m, d)| Some((m.parse().ok()?, d.parse().ok()?)));
            // 2024 has a 29 February, so that every day of any year is one.
            let day = day.filter(|(m, d)| Date::new(2024, *m, *d).is_ok());
            day.map(|(m, d)| Datum::Day(m, d)).ok_or_else(|| wrong(name, value, "月和日，如 \"08-31\""))
        }
        Form::System => {
            let years: Option<Vec<u8>> = text.map(|t| t.split('-').filter_map(|y| y.parse().ok()).collect());
            match years.as_deref() {
                Some(&[primary, junior, senior]) => Ok(Datum::System(Lengths { primary, junior, senior })),
                _ => Err(wrong(name, value, "学制，如 \"6-3-3\"")),
            }
        }
        Form::Names(known) => {
            let mut names = Vec::new();
            for (text, at) in list(name, value)? {
                let found = known.iter().find(|(n, _)| *n == text);
                names.push(*found.ok_or_else(|| unknown_name(name, &text, at, known.iter().map(|k| k.0)))?);
            }
            Ok(Datum::Names(names))
        }
        Form::Fields => {
            let mut fields = Vec::new();
            for (text, at) in list(name, value)? {
                let found = Field::from_key(&text);
                fields
                    .push(found.ok_or_else(|| unknown_name(name, &text, at, FIELDS.iter().map(|f| f.key)))?);
            }
            Ok(Datum::Fields(fields))
        }
    }
}

/// The texts of an array, each with where it stands.
fn list(name: &'static str, value: &Spanned<DeValue>) -> Read<Vec<(String, usize)>> {
    let expected = "方括号里的几个名称";
    let array = value.get_ref().as_array().ok_or_else(|| wrong(name, value, expected))?;
    let text = |v: &Spanned<DeValue>| {
        let text = v.get_ref().as_str().ok_or_else(|| wrong(name, v, expected))?;
        Ok((text.to_owned(), v.span().start))
    };
    array.iter().map(text).collect()
}

fn wrong(key: &str, value: &Spanned<DeValue>, expected: &'static str) -> (usize, Fault) {
    (value.span().start, Fault::WrongValue { key: key.to_owned(), expected })
}

fn unknown(
    name: &Spanned<std::borrow::Cow<str>>,
    known: impl Iterator<Item = &'static str>,
) -> (usize, Fault) {
    let near = nearest(name.get_ref(), known);
    (name.span().start, Fault::UnknownKey { key: name.get_ref().to_string(), near })
}

fn unknown_name(
    key: &'static str,
    name: &str,
    at: usize,
    known: impl Iterator<Item = &'static str>,
) -> (usize, Fault) {
    let near = nearest(name, known);
    (at, Fault::UnknownName { key: key.to_owned(), name: name.to_owned(), near })
}

/// The name most like a mistyped one.
pub fn nearest(name: &str, known: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let scored = known.map(|k| (strsim::jaro_winkler(name, k), k)).filter(|(score, _)| *score > 0.8);
    scored.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, k)| k)
}

/// A table and where it stands.
struct Table<'a> {
    table: &'a DeTable<'a>,
    at: Range<usize>,
}

impl<'a> Table<'a> {
    /// Refuses every other key.
    fn only(&self, known: &[&'static str]) -> Read<()> {
        match self.table.keys().find(|k| !known.contains(&k.get_ref().as_ref())) {
            Some(key) => Err(unknown(key, known.iter().copied())),
            None => Ok(()),
        }
    }

    fn get(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.iter().find(|(k, _)| k.get_ref() == key).map(|(_, v)| v)
    }

    fn required(&self, key: &'static str) -> Read<&'a Spanned<DeValue<'a>>> {
        self.get(key).ok_or((self.at.start, Fault::Missing { key }))
    }

    fn text(&self, key: &'static str) -> Read<String> {
        let value = self.required(key)?;
        let text = value.get_ref().as_str().filter(|t| !t.trim().is_empty());
        text.map(str::to_owned).ok_or_else(|| wrong(key, value, "文字"))
    }

    /// The entries of a table in this one; none where it is not there.
    fn children(&self, key: &'static str) -> Read<Vec<Child<'a>>> {
        let Some(value) = self.get(key) else { return Ok(Vec::new()) };
        let table = value.get_ref().as_table().ok_or_else(|| wrong(key, value, "一节"))?;
        Ok(table.iter().map(|(k, v)| (k.clone(), v.clone())).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"name = "某省"
division = "99"

[[edition]]
from = "2020-01-01"
title = "某省学籍管理办法"
source = "某省"

[edition.values.entry_age_date]
value = "08-31"
source = "第一条"
confirmed = true

[edition.values.transfer_barred]
value = ["on-leave"]
source = "第二条"
confirmed = false
note = "只见一处"

[edition.checks]
"phone-malformed" = "note"
"#;

    fn error(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from), "{from}");
        pack("某省.toml", &GOOD.replacen(from, to, 1)).unwrap_err().to_string()
    }

    #[test]
    fn a_good_pack_is_read() {
        let pack = pack("某省.toml", GOOD).unwrap();
        assert_eq!((pack.name.as_str(), pack.editions.len()), ("某省", 1));
        let edition = &pack.editions[0];
        assert_eq!(edition.values.len(), 2);
        assert_eq!(edition.checks, [("phone-malformed".to_owned(), Switch::Note)]);
        assert_eq!(
            edition.values.iter().map(|v| v.datum.label()).collect::<Vec<_>>(),
            ["8 月 31 日", "休学期间"]
        );
    }

    #[test]
    fn a_mistyped_key_is_named_with_file_line_and_the_nearest() {
        for (from, to, told) in [
            (
                "entry_age_date",
                "entry_age_dat",
                "某省.toml 第 9 行：没有“entry_age_dat”这一项，是不是要写 entry_age_date。",
            ),
            ("title =", "titel =", "某省.toml 第 6 行：没有“titel”这一项，是不是要写 title。"),
            (
                "on-leave",
                "on-leav",
                "某省.toml 第 15 行：“transfer_barred”里没有“on-leav”，是不是要写 on-leave。",
            ),
            ("\"08-31\"", "\"08-32\"", "某省.toml 第 10 行：“entry_age_date”应是月和日，如 \"08-31\"。"),
            ("\"08-31\"", "8", "某省.toml 第 10 行：“entry_age_date”应是月和日，如 \"08-31\"。"),
            ("confirmed = true\n", "", "某省.toml 第 9 行：缺少“confirmed”。"),
            ("confirmed = true", "confirmed = \"yes\"", "某省.toml 第 12 行：“confirmed”应是true 或 false。"),
            (
                "\"note\"\n",
                "\"notice\"\n",
                "某省.toml 第 21 行：“phone-malformed”应是off、error、explain 或 note。",
            ),
            ("2020-01-01", "2020-1-1", "某省.toml 第 5 行：“from”应是日期，如 \"2025-01-03\"。"),
            ("[[edition]]", "[[edition", "某省.toml 第 4 行：不是 TOML。"),
        ] {
            assert_eq!(error(from, to), told);
        }
        let twice = format!("{GOOD}\n{}", GOOD.split("division = \"99\"").nth(1).unwrap());
        assert!(pack("x", &twice).unwrap_err().to_string().contains("不晚于上一版"));
    }
}
