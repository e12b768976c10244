//! What a cell's text becomes, by the kind of its field; every change has a rule that is kept with the raw text.

mod name;
mod phone;
pub mod rule;
pub mod text;

use jiff::civil::Date;

use crate::model::cell::CellKind;
use crate::model::field::FieldKind;

use super::date_cell::{self, Said, Span};

/// Cleans `raw` into `out` (which is empty) and names the rules that changed it to `rule`.
pub fn clean(
    kind: FieldKind,
    raw: &str,
    cell: CellKind,
    out: &mut String,
    rule: &mut dyn FnMut(&'static str),
) {
    // One rule may bare what another is for ('="0101"): what was changed is looked at again, so that cleaning what is
    // clean changes nothing. Each pass but the last leaves less to do.
    const PASSES: usize = 8;
    let mut changed = false;
    once(kind, raw, cell, out, &mut |name| {
        changed = true;
        rule(name);
    });
    for _ in 1..PASSES {
        if !changed {
            return;
        }
        changed = false;
        let before = std::mem::take(out);
        once(kind, &before, CellKind::Text, out, &mut |name| {
            changed = true;
            rule(name);
        });
    }
}

fn once(kind: FieldKind, raw: &str, cell: CellKind, out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    if text::is_plain(raw) {
        out.push_str(raw);
    } else {
        text::unspoil(raw, out, rule);
    }
    if is_placeholder(kind, out) {
        out.clear();
        return rule("placeholder");
    }
    match kind {
        FieldKind::Text => plain_text(out, rule),
        FieldKind::Name => name::clean(out, rule),
        FieldKind::Code(_) => apostrophe(out, rule),
        FieldKind::Date => date(out, cell, rule),
        FieldKind::Month => month(out, cell, rule),
        FieldKind::Division => division(out, rule),
        FieldKind::DocumentNumber | FieldKind::RegistryNumber => number(out, rule),
        FieldKind::Decimal => unit(out, rule),
        FieldKind::Validity => validity(out, rule),
        FieldKind::Phone => phone::clean(out, rule),
        FieldKind::SchoolCode | FieldKind::Label | FieldKind::Postcode => {
            compact(out, rule);
            decimal_zero(out, rule);
        }
    }
}

/// Texts that say there is nothing. In a free text they may be an answer, in a code field 无 is one.
fn is_placeholder(kind: FieldKind, text: &str) -> bool {
    if text.len() > 9 || matches!(kind, FieldKind::Text) {
        return false;
    }
    let mark = matches!(text, "/" | "\\" | "-" | "--" | "---" | "—" | "——" | "／" | "－");
    let word = || matches!(text, "无" | "暂无" | "没有" | "（无）" | "(无)");
    let program = || {
        let names = ["null", "none", "nan", "n/a"];
        names.iter().any(|n| text.eq_ignore_ascii_case(n))
    };
    match kind {
        FieldKind::Code(_) => mark || program(),
        // Nan and None may be syllables of a name.
        FieldKind::Name => mark || word(),
        _ => mark || word() || program(),
    }
}

/// Replaces the whole text when `new` differs, under a rule.
fn replace(out: &mut String, new: String, name: &'static str, rule: &mut dyn FnMut(&'static str)) {
    if new != *out {
        *out = new;
        rule(name);
    }
}

/// A free text keeps what it is; only the apostrophe that keeps a spreadsheet from running it goes.
fn plain_text(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    let guarded =
        out.strip_prefix('\'').is_some_and(|r| r.starts_with(['=', '+', '-', '@']) || starts_with_digit(r));
    if guarded {
        let rest = out[1..].trim_start_matches(' ').to_owned();
        replace(out, rest, "apostrophe", rule);
    }
}

fn starts_with_digit(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit())
}

fn apostrophe(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    if out.starts_with(['\'', '‘', '’', '`']) {
        let rest = out.trim_start_matches(['\'', '‘', '’', '`', ' ']).to_owned();
        replace(out, rest, "apostrophe", rule);
    }
}

fn width(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    if !out.is_ascii() {
        let new = out.chars().map(text::half).collect();
        replace(out, new, "width", rule);
    }
}

/// Half width, no apostrophe, no spaces: for everything that is read as a number or a code.
fn compact(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    apostrophe(out, rule);
    width(out, rule);
    if out.contains(' ') {
        replace(out, out.replace(' ', ""), "space", rule);
    }
}

/// 2301.0 → 2301: the column went through a program that takes codes for decimal numbers.
fn decimal_zero(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    let whole = out.strip_suffix(".0").or_else(|| out.strip_suffix(".00"));
    if let Some(digits) = whole.filter(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit())) {
        let digits = digits.to_owned();
        replace(out, digits, "decimal-zero", rule);
    }
}

/// Numbers of documents and of the registry. A decimal part stays: it is the mark of a damaged number.
fn number(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    const LIKE_X: &[char] = &['×', '✕', '✖', '╳', 'Ⅹ', 'ⅹ', 'Х', 'х', 'Χ', 'χ', '〤'];
    compact(out, rule);
    if let Some(first) =
        out.strip_suffix(LIKE_X).filter(|f| f.len() == 17 && f.bytes().all(|b| b.is_ascii_digit()))
    {
        let new = format!("{first}X");
        replace(out, new, "letter-x", rule);
    }
    if out.bytes().any(|b| b.is_ascii_lowercase()) {
        replace(out, out.to_ascii_uppercase(), "upper", rule);
    }
    if out.contains('-') {
        let joined = out.replace('-', "");
        let (last, digits) = joined.as_bytes().split_last().unwrap_or((&0, &[]));
        let whole = digits.len() == 17 && digits.iter().all(u8::is_ascii_digit);
        if whole && (last.is_ascii_digit() || *last == b'X') {
            replace(out, joined, "separator", rule);
        }
    }
}

fn date(out: &mut String, cell: CellKind, rule: &mut dyn FnMut(&'static str)) {
    apostrophe(out, rule);
    match said(out, cell, rule) {
        Some(Span::Day(day)) => replace(out, digits_of(day), "date", rule),
        _ => width(out, rule),
    }
}

fn month(out: &mut String, cell: CellKind, rule: &mut dyn FnMut(&'static str)) {
    apostrophe(out, rule);
    match said(out, cell, rule) {
        Some(Span::Day(day)) => replace(out, day.strftime("%Y%m").to_string(), "day-dropped", rule),
        Some(Span::Month(year, month)) => replace(out, format!("{year:04}{month:02}"), "date", rule),
        None => width(out, rule),
    }
}

fn digits_of(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}

/// The span a text names; a serial is written as its day at once, and a time of day is told to `rule`.
fn said(out: &mut String, cell: CellKind, rule: &mut dyn FnMut(&'static str)) -> Option<Span> {
    if let Some(day) = date_cell::serial(out, cell) {
        if out.contains('.') {
            rule("time-dropped");
        }
        replace(out, digits_of(day), "serial", rule);
    }
    let Said { span, has_time } = date_cell::read(out).ok()?;
    if has_time {
        rule("time-dropped");
    }
    Some(span)
}

fn division(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    compact(out, rule);
    decimal_zero(out, rule);
    // The template wants twelve digits (R§5.1); the six of the county are what it says. Not a change of value.
    if out.len() == 12 && out.ends_with("000000") && out.bytes().all(|b| b.is_ascii_digit()) {
        out.truncate(6);
    }
}

fn unit(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    compact(out, rule);
    let lower = out.to_lowercase();
    let number = ["千米", "公里", "km"].iter().find_map(|u| lower.strip_suffix(u));
    if let Some(number) = number.filter(|n| n.parse::<f64>().is_ok_and(f64::is_finite)) {
        replace(out, number.to_owned(), "unit", rule);
    }
}

fn validity(out: &mut String, rule: &mut dyn FnMut(&'static str)) {
    apostrophe(out, rule);
    width(out, rule);
    let form = |text: &str| -> Option<String> {
        let day = |t: &str| date_cell::day(t.trim()).map(digits_of);
        let separators: Vec<usize> =
            text.char_indices().filter(|(_, c)| matches!(c, '-' | '至' | '到' | '~')).map(|p| p.0).collect();
        separators.iter().find_map(|&i| {
            let end = text[i..].chars().next()?.len_utf8() + i;
            let until = text[end..].trim();
            let until =
                if matches!(until, "长期" | "长期有效") { "长期".to_owned() } else { day(until)? };
            Some(format!("{}-{until}", day(&text[..i])?))
        })
    };
    match form(out) {
        Some(new) => replace(out, new, "date", rule),
        None if out.contains(' ') => replace(out, out.replace(' ', ""), "space", rule),
        None => {}
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::rule::RULES;
    use super::*;

    fn cleaned(kind: FieldKind, raw: &str) -> (String, Vec<&'static str>) {
        let (mut out, mut rules) = (String::new(), Vec::new());
        clean(kind, raw, CellKind::Text, &mut out, &mut |r| rules.push(r));
        (out, rules)
    }

    #[test]
    fn each_kind_is_cleaned_by_its_rules() {
        use FieldKind::{
            Date, Decimal, Division, DocumentNumber, Label, Month, Name, Phone, SchoolCode, Text, Validity,
        };
        for (kind, raw, value, rules) in [
            (Text, "人民路１号（东）", "人民路１号（东）", vec![]),
            (Text, " 人民路\u{a0}1号\u{200b} ", "人民路 1号", vec!["invisible", "space", "trim"]),
            (Text, "'=1+1号院", "=1+1号院", vec!["apostrophe"]),
            (Text, "无", "无", vec![]),
            (Name, "王　芳", "王芳", vec!["space", "space"]),
            (Name, "欧阳 小明", "欧阳小明", vec!["space"]),
            (Name, "阿不都 热依木", "阿不都 热依木", vec![]),
            (Name, "买买提 · 阿不都", "买买提·阿不都", vec!["space"]),
            (Name, "古丽娜尔•买买提", "古丽娜尔·买买提", vec!["dot"]),
            (Name, "古丽娜尔.买买提", "古丽娜尔·买买提", vec!["dot"]),
            (Name, "John F. Smith", "John F. Smith", vec![]),
            (Name, "John  Smith", "John Smith", vec!["space"]),
            (Name, "Ｊｏｈｎ Smith", "John Smith", vec!["width"]),
            (Name, "'王芳", "王芳", vec!["apostrophe"]),
            (Name, "⾼⼩⽅", "高小方", vec!["radical"]),
            (Name, "㛃𬱖", "㛃𬱖", vec![]),
            (Name, "王\u{f92c}\u{fa30}", "王\u{f92c}\u{fa30}", vec![]),
            (Name, "葛\u{e0100}城", "葛\u{e0100}城", vec![]),
            (Name, "Jose\u{301}", "José", vec!["nfc"]),
            (Name, "/", "", vec!["placeholder"]),
            (Name, "Nan", "Nan", vec![]),
            (DocumentNumber, "１１０１０５19491231002x", "11010519491231002X", vec!["width", "upper"]),
            (DocumentNumber, "'110105 19491231 002X", "11010519491231002X", vec!["apostrophe", "space"]),
            (DocumentNumber, "=\"11010519491231002X\"", "11010519491231002X", vec!["formula"]),
            (DocumentNumber, "110105-19491231-002x", "11010519491231002X", vec!["upper", "separator"]),
            (DocumentNumber, "11010519491231002×", "11010519491231002X", vec!["letter-x"]),
            (DocumentNumber, "11010519491231002Х", "11010519491231002X", vec!["letter-x"]),
            (DocumentNumber, "1.10105E+17", "1.10105E+17", vec![]),
            (DocumentNumber, "330106201503140000.0", "330106201503140000.0", vec![]),
            (DocumentNumber, "'无", "", vec!["apostrophe", "placeholder"]),
            (Date, "2012年3月7日", "20120307", vec!["date"]),
            (Date, "2012/3/7 8:30", "20120307", vec!["time-dropped", "date"]),
            (Date, "12-3-7", "12-3-7", vec![]),
            (Date, "12 3 7", "12 3 7", vec![]),
            (Date, "１２－３－７", "12-3-7", vec!["width"]),
            (Month, "2023.9", "202309", vec!["date"]),
            (Month, "2023.1", "2023.1", vec![]),
            (Month, "20230901", "202309", vec!["day-dropped"]),
            (Division, "330109000000", "330109", vec![]),
            (Decimal, "1.5 公里", "1.5", vec!["space", "unit"]),
            (Label, "2301.0", "2301", vec!["decimal-zero"]),
            (SchoolCode, "２１３３０１０００１", "2133010001", vec!["width"]),
            (Phone, "138 0000 0000", "13800000000", vec!["phone"]),
            (Phone, "138-0000-0000", "13800000000", vec!["phone"]),
            (Phone, "+86 138.0000.0000", "13800000000", vec!["phone"]),
            (Phone, "（0571）8500 0000", "0571-85000000", vec!["width", "phone"]),
            (Phone, "0571-85000000", "0571-85000000", vec![]),
            (Phone, "0571-85000000-123", "0571-85000000-123", vec![]),
            (Phone, "13800000001 13800000002", "13800000001、13800000002", vec!["phone"]),
            (Phone, "13800000001/0571-85000000", "13800000001、0571-85000000", vec!["phone"]),
            (Phone, "13800000000.0", "13800000000", vec!["decimal-zero"]),
            (Phone, "+852 9123 4567", "+85291234567", vec!["phone"]),
            (Validity, "2020.06.01-2030.06.01", "20200601-20300601", vec!["date"]),
            (Validity, "2020-06-01至长期", "20200601-长期", vec!["date"]),
            (Validity, "2020年6月1日 - 2030年6月1日", "20200601-20300601", vec!["date"]),
        ] {
            assert_eq!(cleaned(kind, raw), (value.to_owned(), rules), "{raw}");
        }
    }

    #[test]
    fn the_dots_of_transliterated_names_are_one() {
        assert!(name::DOTS.len() >= 12);
        for dot in name::DOTS {
            let (clean, rules) = cleaned(FieldKind::Name, &format!("古丽{dot}买买提"));
            assert_eq!(clean, "古丽·买买提", "{:x}", *dot as u32);
            // U+0387 is composed to U+00B7 by Unicode itself.
            assert!(rules == ["dot"] || rules == ["nfc"], "{rules:?}");
        }
    }

    #[test]
    fn a_serial_of_either_epoch_becomes_its_day() {
        for (text, cell, value, rules) in [
            ("40975", CellKind::Number, "20120307", vec!["serial"]),
            ("39513", CellKind::Number1904, "20120307", vec!["serial"]),
            ("40975.354", CellKind::Number, "20120307", vec!["time-dropped", "serial"]),
            ("20120307", CellKind::Number, "20120307", vec![]),
            ("60", CellKind::Number, "60", vec![]),
            ("40975", CellKind::Text, "40975", vec![]),
        ] {
            let (mut out, mut named) = (String::new(), Vec::new());
            clean(FieldKind::Date, text, cell, &mut out, &mut |r| named.push(r));
            assert_eq!((out.as_str(), named), (value, rules), "{text}");
        }
    }

    #[test]
    fn every_rule_used_is_in_the_table_and_every_row_is_used() {
        let sources = [
            include_str!("mod.rs"),
            include_str!("name.rs"),
            include_str!("phone.rs"),
            include_str!("text.rs"),
            include_str!("../candidate.rs"),
            include_str!("../sight.rs"),
            include_str!("../by_name.rs"),
            include_str!("../layout/build.rs"),
        ]
        .map(|s| s.split("#[cfg(test)]").next().unwrap())
        .concat();
        for r in RULES {
            let used = sources.contains(&format!("\"{}\"", r.name));
            assert!(used, "{}", r.name);
            assert!(!r.what.is_empty() && r.why.ends_with('。'), "{}", r.name);
        }
        for (i, _) in sources.match_indices("rule(\"") {
            let name = sources[i + 6..].split('"').next().unwrap();
            assert!(rule::rule(name).is_some(), "{name}");
        }
        for (i, _) in sources.match_indices("\", rule)") {
            let name = sources[..i].rsplit('"').next().unwrap();
            assert!(rule::rule(name).is_some(), "{name}");
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

    /// Arbitrary Unicode, controls and private use among it, and texts of the shapes the rules look for.
    fn any_text() -> impl Strategy<Value = String> {
        prop_oneof![
            4 => prop::collection::vec(any::<char>(), 0..12).prop_map(String::from_iter),
            2 => "\\PC{0,12}",
            2 => "[0-9年月日./ :T-]{0,16}",
            2 => "[ 　'`x0-9０-９Ｘ×•.+=\"-]{0,20}",
            2 => "[\u{2f00}-\u{2fd5}\u{f900}-\u{fa6d}\u{fe00}\u{e0100}\u{300}\u{301}a-e王. ·•]{0,10}",
            1 => "[0-9]{17}[-×xXХ0-9]{1,3}",
            1 => "['/无-]{0,4}|[nN](ull|one|a|an)|n/a",
            1 => "1[3-9][0-9 ()./+-]{8,14}[、;/ ]?1?[0-9-]{0,12}",
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]

        #[test]
        fn cleaning_twice_is_cleaning_once(raw in any_text()) {
            for kind in KINDS {
                let (once, _) = cleaned(kind, &raw);
                let (twice, rules) = cleaned(kind, &once);
                prop_assert_eq!(&once, &twice);
                prop_assert!(rules.is_empty(), "{:?} {:?} {:?}", kind, once, rules);
            }
        }

        #[test]
        fn a_change_is_never_without_its_rule(raw in any_text()) {
            for kind in KINDS {
                let (clean, rules) = cleaned(kind, &raw);
                // The twelve digits of the template are six and 000000: the same value, see `division`.
                let official = kind == FieldKind::Division && raw == format!("{clean}000000");
                prop_assert_eq!(clean != raw, !rules.is_empty() || official, "{:?} {:?}", clean, rules);
            }
        }
    }
}
