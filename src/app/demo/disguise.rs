//! Ways of writing that mean the same: what a careful reader takes for the clean value.

use super::rng::Rng;
use crate::model::field::{Field, FieldKind};

/// Another way to write a value, often none. No mistake among them.
pub fn disguise(field: Field, value: &str, rng: &mut Rng) -> String {
    if rng.per_mille(500) {
        return value.to_owned();
    }
    match (field, field.kind()) {
        (Field::EthnicGroup, _) => value.strip_suffix('族').unwrap_or(value).to_owned(),
        (Field::Sex, _) => if value == "男" { "1" } else { "2" }.to_owned(),
        (Field::PoliticalStatus, _) if value == "群众" => "少先队员".to_owned(),
        (Field::PoliticalStatus, _) if value == "共青团员" => "团员".to_owned(),
        (Field::DocumentKind, _) if value == "居民身份证" => "身份证".to_owned(),
        (Field::LeftBehind, _) if value == "非留守儿童" => "否".to_owned(),
        (Field::Health, _) if value == "健康或良好" => "健康".to_owned(),
        (Field::HukouKind, _) => value.strip_suffix("户口").unwrap_or(value).to_owned(),
        (Field::PupilName, _) => name(value, rng),
        (_, FieldKind::Date) => day(value, rng),
        (_, FieldKind::Month) => month(value, rng),
        (_, FieldKind::DocumentNumber) => number(value, rng),
        (_, FieldKind::Phone) if value.len() == 11 => {
            format!("{} {} {}", &value[..3], &value[3..7], &value[7..])
        }
        (_, FieldKind::Code(["yes_no"])) => if value == "是" { "有" } else { "0" }.to_owned(),
        (_, FieldKind::SchoolCode) => format!("'{value}"),
        (_, FieldKind::Label | FieldKind::Postcode) => wide(value),
        (_, FieldKind::Division) => value.chars().take(6).collect(),
        (_, FieldKind::Decimal) => format!("{value}公里"),
        _ => format!("{value}\u{3000}"),
    }
}

/// Full-width digits and letters.
fn wide(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_ascii_alphanumeric() { char::from_u32(c as u32 + 0xfee0).unwrap_or(c) } else { c })
        .collect()
}

fn name(value: &str, rng: &mut Rng) -> String {
    let mut chars = value.chars();
    match (chars.next(), chars.next(), chars.next()) {
        // Names of two characters are stretched so that they line up with those of three.
        (Some(a), Some(b), None) => format!("{a}{}{b}", rng.pick(&["\u{3000}", " ", "  "])),
        _ => format!("{value}{}", rng.pick(&[" ", "\u{a0}", "\u{3000}"])),
    }
}

fn parts(value: &str) -> Option<(&str, &str, &str)> {
    (value.len() == 8)
        .then(|| (&value[..4], value[4..6].trim_start_matches('0'), value[6..].trim_start_matches('0')))
}

fn day(value: &str, rng: &mut Rng) -> String {
    let Some((y, m, d)) = parts(value) else { return value.to_owned() };
    match rng.below(5) {
        0 => format!("{y}.{m}.{d}"),
        1 => format!("{y}年{m}月{d}日"),
        2 => format!("{y}-{m:0>2}-{d:0>2}"),
        3 => format!("{y}/{m}/{d}"),
        _ => wide(value),
    }
}

fn month(value: &str, rng: &mut Rng) -> String {
    if value.len() != 6 {
        return value.to_owned();
    }
    let (y, m) = (&value[..4], value[4..].trim_start_matches('0'));
    match rng.below(3) {
        0 => format!("{y}年{m}月"),
        1 => format!("{y}-{m:0>2}"),
        _ => format!("{y}.{m:0>2}"),
    }
}

fn number(value: &str, rng: &mut Rng) -> String {
    match rng.below(4) {
        0 => format!("'{value}"),
        1 => wide(value),
        2 if value.len() == 18 && value.is_ascii() => {
            format!("{} {} {}", &value[..6], &value[6..14], &value[14..])
        }
        _ => format!("{}\u{a0}", value.to_ascii_lowercase()),
    }
}
