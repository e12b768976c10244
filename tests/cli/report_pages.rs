//! Every report's workbook on paper: nothing is printed so small that it can't be read, and no page is without rows.

use std::io::Read;
use std::path::Path;

use super::report::{SMALL, county, reports};

/// Points: the smallest letters on paper, and the letters in cells.
const SMALLEST: f64 = 8.0;
const SIZE: f64 = 10.0;

/// The sheets of a workbook.
fn sheets(path: &Path) -> Vec<String> {
    let mut zip = zip::ZipArchive::new(std::fs::File::open(path).unwrap()).unwrap();
    let count = zip.len();
    let part = |i| {
        let mut part = zip.by_index(i).unwrap();
        let is_sheet = part.name().unwrap().starts_with("xl/worksheets/sheet");
        let mut text = String::new();
        part.read_to_string(&mut text).unwrap();
        is_sheet.then_some(text)
    };
    (0..count).filter_map(part).collect()
}

/// The value of an attribute of the first tag of this name.
fn attribute<'a>(sheet: &'a str, tag: &str, name: &str) -> Option<&'a str> {
    let tag = sheet.split(&format!("<{tag} ")).nth(1)?.split('>').next()?;
    tag.split(&format!(" {name}=\""))
        .nth(1)
        .or_else(|| tag.strip_prefix(&format!("{name}=\"")))?
        .split('"')
        .next()
}

/// How large the letters of a sheet are on paper: digits of the widths are 7 pixels of 1/96 inch wide, and LibreOffice
/// makes them a little wider.
fn printed(sheet: &str) -> f64 {
    let cols = sheet.split("<cols>").nth(1).unwrap().split("</cols>").next().unwrap();
    let number = |text: &str, name: &str| {
        text.split(&format!("{name}=\""))
            .nth(1)
            .and_then(|t| t.split('"').next())
            .unwrap()
            .parse::<f64>()
            .unwrap()
    };
    let width = |col: &str| (number(col, "max") - number(col, "min") + 1.0) * number(col, "width") * 5.25;
    let whole: f64 = cols.split("<col ").skip(1).map(width).sum();
    let inches = |name: &str| attribute(sheet, "pageMargins", name).unwrap().parse::<f64>().unwrap();
    let paper = if attribute(sheet, "pageSetup", "paperSize") == Some("8") { 1190.5 } else { 841.9 };
    assert_eq!(attribute(sheet, "pageSetup", "orientation"), Some("landscape"));
    let room = paper - 72.0 * (inches("left") + inches("right"));
    match attribute(sheet, "pageSetup", "scale") {
        Some(scale) => scale.parse::<f64>().unwrap() / 100.0 * SIZE,
        None if sheet.contains("<pageSetUpPr fitToPage=\"1\"/>") => (room / (whole * 1.06)).min(1.0) * SIZE,
        None => SIZE,
    }
}

#[test]
fn nothing_is_printed_too_small_to_read() {
    let s = county();
    for report in
        reports(&s).iter().filter(|r| !["registration-card", "attendance-certificate"].contains(&r.as_str()))
    {
        let file = format!("{report}.xlsx");
        let scope: &[&str] = if ["class-roster", "school-roster"].contains(&report.as_str()) {
            &["--school", SMALL]
        } else {
            &[]
        };
        let day = if report.starts_with("statistics") { &["--as-of", "2026-10-15"][..] } else { &[] };
        for unmasked in [&[][..], &["--unmasked", "--purpose", "核对"]] {
            s.done(
                &[&["export", report, "--today", "2026-10-15", "-o", &file], scope, day, unmasked].concat(),
            );
            for (n, sheet) in sheets(&s.path(&file)).iter().enumerate() {
                let size = printed(sheet);
                assert!(size >= SMALLEST - 0.05, "{report}, sheet {}: {size:.1} points", n + 1);
            }
        }
    }
}
