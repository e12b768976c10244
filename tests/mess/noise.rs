//! How a value looks once a school has typed it: other forms of the same, and numbers a spreadsheet has spoiled.

use std::collections::BTreeSet;

use super::book::{Cell, Writer};
use super::rng::Rng;

/// The value in one of its disguises; the kinds of mess it makes are noted.
pub fn disguised(key: &str, value: &str, writer: Writer, rng: &mut Rng, kinds: &mut BTreeSet<usize>) -> Cell {
    if !rng.one_in(4) || value.is_empty() {
        return Cell::text(value);
    }
    let mut kind = 10;
    let text = match key {
        "birth_date" => {
            kind = 9;
            let (y, m, d) = (&value[..4], &value[4..6], &value[6..]);
            let short = |t: &str| t.trim_start_matches('0').to_owned();
            match rng.below(6) {
                0 if writer == Writer::Xlsx => return Cell::Number(serial(value)),
                1 => format!("{y}年{}月{}日", short(m), short(d)),
                2 => format!("{y}.{}.{}", short(m), short(d)),
                3 => format!("{y}/{m}/{d}"),
                4 => value.chars().map(wide).collect(),
                _ => format!("{y}-{m}-{d}"),
            }
        }
        "name" | "guardian1_name" | "guardian2_name" => match rng.below(3) {
            0 => value.chars().map(String::from).collect::<Vec<_>>().join("\u{3000}"),
            1 => format!(" {value}\u{a0}"),
            _ => format!("\u{200b}{value}"),
        },
        "document_number" | "guardian1_document_number" | "guardian2_document_number" => match rng.below(3) {
            0 => value.chars().map(wide).collect(),
            1 => format!("'{}", value.to_lowercase()),
            _ => format!("{}\u{a0}{}", &value[..6], &value[6..]),
        },
        "phone" | "guardian1_phone" | "guardian2_phone" => match rng.below(2) {
            0 => format!("{} {} {}", &value[..3], &value[3..7], &value[7..]),
            _ => value.chars().map(wide).collect(),
        },
        "sex" => {
            kind = 12;
            if rng.one_in(3) {
                kinds.insert(kind);
                let number = if value == "男" { 1.0 } else { 0.0 };
                return Cell::Shown(number, "[=1]男;[=0]女", value.to_owned());
            }
            if value == "男" { "1".to_owned() } else { "2".to_owned() }
        }
        "ethnic_group" => {
            kind = 12;
            value.trim_end_matches('族').to_owned()
        }
        "birth_division" | "hukou_division" => {
            kind = 12;
            value.trim_end_matches("000000").to_owned()
        }
        _ => value.to_owned(),
    };
    if text != value {
        kinds.insert(kind);
    }
    Cell::text(text)
}

/// An identity number as a spreadsheet leaves it.
pub fn damaged(number: &str, writer: Writer, rng: &mut Rng) -> Cell {
    let digits = number.replace('X', "0");
    let value: f64 = digits.parse().unwrap();
    match rng.below(3) {
        0 if !matches!(writer, Writer::Csv(_)) => Cell::Number((value / 1000.0).trunc() * 1000.0),
        1 => Cell::text(format!("{}.{}E+17", &digits[..1], &digits[1..6])),
        _ => Cell::text(format!("{}000", &digits[..15])),
    }
}

fn wide(c: char) -> char {
    if ('!'..='~').contains(&c) { char::from_u32(c as u32 + 0xfee0).unwrap() } else { c }
}

/// The day as Excel counts it, from 1900.
fn serial(value: &str) -> f64 {
    let date: jiff::civil::Date = value.parse().unwrap();
    let epoch = jiff::civil::date(1899, 12, 30);
    f64::from(epoch.until(date).unwrap().get_days())
}
