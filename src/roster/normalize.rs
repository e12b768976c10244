//! What a cell's text becomes, by the kind of its field; every change has a rule that is kept with the raw text.

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::model::cell::CellKind;
use crate::model::field::FieldKind;

use super::date_cell;

/// The rules, each with what it does, for people.
pub const RULES: &[(&str, &str)] = &[
    ("trim", "去除首尾空白"),
    ("space", "去除中间的空白，或把全角空格改为半角"),
    ("invisible", "去除看不见的字符"),
    ("nfc", "统一字符的编码形式（NFC）"),
    ("width", "全角字母、数字改为半角"),
    ("apostrophe", "去除数字前的撇号"),
    ("upper", "小写字母改为大写"),
    ("dot", "姓名间隔号统一为“·”（U+00B7）"),
    ("date", "日期写法改为 YYYYMMDD 或 YYYYMM"),
    ("serial", "Excel 日期序号改为日期"),
    ("day-dropped", "入学年月只取年月"),
    ("division", "行政区划代码去除末尾的 000000"),
    ("unit", "去除数字后的单位"),
    ("label", "简称、别名或代码改为代码表中的代码"),
    ("accepted", "采用学校在标注的工作簿里接受的建议"),
];

/// The characters that stand for the dot in transliterated names; U+00B7 is the one GB 18030 keeps at A1A4.
const DOTS: &[char] = &[
    '\u{2022}', '\u{30fb}', '\u{ff65}', '\u{2027}', '\u{2219}', '\u{22c5}', '\u{16eb}', '\u{25cf}',
    '\u{ff0e}', '\u{fe52}', '.', '\u{2024}', '\u{0387}', '\u{2e31}', '\u{2981}',
];

/// Cleans `raw` into `out` (which is empty) and names the rules that changed it to `rule`.
pub fn clean(
    kind: FieldKind,
    raw: &str,
    cell: CellKind,
    out: &mut String,
    rule: &mut dyn FnMut(&'static str),
) {
    if is_plain(raw) {
        out.push_str(raw);
    } else {
        unspoil(raw, out, rule);
    }
    match kind {
        FieldKind::Text => {}
        FieldKind::Name => name(out, rule),
        FieldKind::Code(_) => apostrophe(out, rule),
        FieldKind::Date => date(out, cell, rule),
        FieldKind::Month => month(out, cell, rule),
        FieldKind::Division => division(out, rule),
        FieldKind::DocumentNumber | FieldKind::RegistryNumber => upper(out, rule),
        FieldKind::Decimal => unit(out, rule),
        FieldKind::Validity => validity(out, rule),
        FieldKind::SchoolCode | FieldKind::Label | FieldKind::Phone | FieldKind::Postcode => {
            compact(out, rule)
        }
    }
}

/// Whether nothing needs doing to a text whatever its kind: printable ASCII or common Han, no blank at the ends.
fn is_plain(raw: &str) -> bool {
    let bytes = raw.as_bytes();
    if bytes.first().is_some_and(|b| *b <= b' ' || *b == b'\'') || bytes.last().is_some_and(|b| *b <= b' ') {
        return false;
    }
    if raw.is_ascii() {
        return bytes.iter().all(|b| (b' '..0x7f).contains(b));
    }
    raw.chars()
        .all(|c| matches!(c, ' '..='~' | '\u{4e00}'..='\u{9fff}' | '·' | '、' | '。' | '（' | '）' | '，'))
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}' | '\u{00ad}')
        || (c.is_control() && !c.is_whitespace())
}

fn unspoil(raw: &str, out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    if raw.chars().any(is_invisible) {
        rule("invisible");
    }
    let visible = raw.chars().filter(|c| !is_invisible(*c));
    let spaced: String = visible.map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    if raw.chars().any(|c| c.is_whitespace() && c != ' ') {
        rule("space");
    }
    let trimmed = spaced.trim_matches(' ');
    if trimmed.len() != spaced.len() {
        rule("trim");
    }
    if is_nfc(trimmed) {
        out.push_str(trimmed);
    } else {
        out.extend(trimmed.nfc());
        rule("nfc");
    }
}

/// Replaces the whole text when `new` differs, under a rule.
fn replace(out: &mut String, new: String, name: &'static str, rule: &mut dyn FnMut(&'static str)) {
    if new != *out {
        *out = new;
        rule(name);
    }
}

fn apostrophe(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    if out.starts_with(['\'', '‘', '’', '`']) {
        let rest = out.trim_start_matches(['\'', '‘', '’', '`', ' ']).to_owned();
        replace(out, rest, "apostrophe", rule);
    }
}

/// Half width, no apostrophe, no spaces: for everything that is read as a number or a code.
fn compact(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    apostrophe(out, rule);
    if !out.is_ascii() {
        let half = |c: char| match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '—' | '–' | '―' => '-',
            c => c,
        };
        replace(out, out.chars().map(half).collect(), "width", rule);
    }
    if out.contains(' ') {
        replace(out, out.replace(' ', ""), "space", rule);
    }
}

fn upper(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    compact(out, rule);
    if out.bytes().any(|b| b.is_ascii_lowercase()) {
        replace(out, out.to_ascii_uppercase(), "upper", rule);
    }
}

fn name(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    if out.contains(DOTS) {
        let dotted: String = out.chars().map(|c| if DOTS.contains(&c) { '·' } else { c }).collect();
        replace(out, dotted, "dot", rule);
    }
    if !out.contains(' ') {
        return;
    }
    // 王 芳: spaces put in so that names align. Between Latin words one space stays.
    let latin = out.chars().any(|c| c.is_ascii_alphabetic());
    let words: Vec<&str> = out.split(' ').filter(|w| !w.is_empty()).collect();
    let joined = words.join(if latin { " " } else { "" });
    replace(out, joined, "space", rule);
}

fn date(out: &mut String, cell: CellKind, rule: &mut dyn FnMut(&'static str)) {
    compact(out, rule);
    let serial = if cell == CellKind::Number { date_cell::serial_1900(out) } else { None };
    if let Some(day) = serial {
        replace(out, day.strftime("%Y%m%d").to_string(), "serial", rule);
    } else if let Some(day) = date_cell::day(out) {
        replace(out, day.strftime("%Y%m%d").to_string(), "date", rule);
    }
}

fn month(out: &mut String, cell: CellKind, rule: &mut dyn FnMut(&'static str)) {
    compact(out, rule);
    let serial = if cell == CellKind::Number { date_cell::serial_1900(out) } else { None };
    if let Some(day) = serial {
        replace(out, day.strftime("%Y%m").to_string(), "serial", rule);
    } else if let Some((year, month, with_day)) = date_cell::month(out) {
        let name = if with_day { "day-dropped" } else { "date" };
        replace(out, format!("{year:04}{month:02}"), name, rule);
    }
}

fn division(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    compact(out, rule);
    // The template wants twelve digits (R§5.1); the six of the county are what it says. Not a change of value.
    if out.len() == 12 && out.ends_with("000000") && out.bytes().all(|b| b.is_ascii_digit()) {
        out.truncate(6);
    }
}

fn unit(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    compact(out, rule);
    let lower = out.to_lowercase();
    if let Some(number) = ["千米", "公里", "km"].iter().find_map(|u| lower.strip_suffix(u)) {
        replace(out, number.to_owned(), "unit", rule);
    }
}

fn validity(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    compact(out, rule);
    let form = |text: &str| -> Option<String> {
        let day = |t: &str| date_cell::day(t).map(|d| d.strftime("%Y%m%d").to_string());
        let separators: Vec<usize> =
            text.char_indices().filter(|(_, c)| matches!(c, '-' | '至' | '~')).map(|p| p.0).collect();
        separators.iter().find_map(|&i| {
            let end = text[i..].chars().next()?.len_utf8() + i;
            let until = &text[end..];
            let until = if until == "长期" { until.to_owned() } else { day(until)? };
            Some(format!("{}-{until}", day(&text[..i])?))
        })
    };
    if let Some(new) = form(out) {
        replace(out, new, "date", rule);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cleaned(kind: FieldKind, raw: &str) -> (String, Vec<&'static str>) {
        let (mut out, mut rules) = (String::new(), Vec::new());
        clean(kind, raw, CellKind::Text, &mut out, &mut |r| rules.push(r));
        (out, rules)
    }

    #[test]
    fn each_kind_is_cleaned_by_its_rules() {
        use FieldKind::{Date, Decimal, Division, DocumentNumber, Month, Name, Phone, Text, Validity};
        for (kind, raw, value, rules) in [
            (Text, "人民路１号（东）", "人民路１号（东）", vec![]),
            (Text, " 人民路\u{a0}1号\u{200b} ", "人民路 1号", vec!["invisible", "space", "trim"]),
            (Name, "王　芳", "王芳", vec!["space", "space"]),
            (Name, "古丽娜尔•买买提", "古丽娜尔·买买提", vec!["dot"]),
            (Name, "John  Smith", "John Smith", vec!["space"]),
            (Name, "㛃𬱖", "㛃𬱖", vec![]),
            (DocumentNumber, "１１０１０５19491231002x", "11010519491231002X", vec!["width", "upper"]),
            (DocumentNumber, "'110105 19491231 002X", "11010519491231002X", vec!["apostrophe", "space"]),
            (DocumentNumber, "1.10105E+17", "1.10105E+17", vec![]),
            (Date, "2012年3月7日", "20120307", vec!["date"]),
            (Date, "12-3-7", "12-3-7", vec![]),
            (Month, "2023.9", "202309", vec!["date"]),
            (Month, "20230901", "202309", vec!["day-dropped"]),
            (Division, "330109000000", "330109", vec![]),
            (Decimal, "1.5 公里", "1.5", vec!["space", "unit"]),
            (Phone, "138 0000 0000", "13800000000", vec!["space"]),
            (Validity, "2020.06.01-2030.06.01", "20200601-20300601", vec!["date"]),
            (Validity, "2020-06-01至长期", "20200601-长期", vec!["date"]),
        ] {
            assert_eq!(cleaned(kind, raw), (value.to_owned(), rules), "{raw}");
        }
    }

    #[test]
    fn every_rule_used_is_described() {
        let source = include_str!("normalize.rs");
        for (i, _) in source.match_indices("rule(\"") {
            let name = source[i + 6..].split('"').next().unwrap();
            assert!(RULES.iter().any(|(r, _)| *r == name), "{name}");
        }
    }

    const KINDS: [FieldKind; 14] = [
        FieldKind::Text,
        FieldKind::Name,
        FieldKind::Date,
        FieldKind::Month,
        FieldKind::Code(&["sex"]),
        FieldKind::Division,
        FieldKind::DocumentNumber,
        FieldKind::SchoolCode,
        FieldKind::Label,
        FieldKind::Phone,
        FieldKind::Postcode,
        FieldKind::Validity,
        FieldKind::Decimal,
        FieldKind::RegistryNumber,
    ];

    proptest! {
        #[test]
        fn cleaning_twice_is_cleaning_once(raw in "\\PC{0,12}|[0-9年月日./ -]{0,12}|[ 　'x0-9０-９Ｘ•.]{0,20}") {
            for kind in KINDS {
                let (once, _) = cleaned(kind, &raw);
                let (twice, rules) = cleaned(kind, &once);
                prop_assert_eq!(&once, &twice);
                prop_assert!(rules.is_empty(), "{:?} {:?} {:?}", kind, once, rules);
            }
        }

        #[test]
        fn a_change_is_never_without_its_rule(raw in "\\PC{0,12}") {
            for kind in KINDS {
                let (clean, rules) = cleaned(kind, &raw);
                prop_assert!(clean == raw || !rules.is_empty());
            }
        }
    }
}
