//! Every report's workbook in LibreOffice: it is opened, and written again every number is still there.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use calamine::{Data, Reader, Xlsx};

use super::libreoffice::has_libreoffice;
use super::report::{SMALL, county, reports};

/// Every cell that says something, by sheet, row and column.
fn cells(path: &Path) -> BTreeMap<(String, u32, u32), String> {
    let mut book: Xlsx<_> = calamine::open_workbook(path).unwrap();
    let mut all = BTreeMap::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).unwrap();
        let (top, left) = range.start().unwrap_or_default();
        for (row, column, cell) in range.used_cells() {
            let text = match cell {
                // A number, and a text of the same digits, are two things.
                Data::Float(n) => format!("n {n}"),
                Data::Int(n) => format!("n {n}"),
                Data::String(text) => format!("t {text}"),
                other => format!("? {other:?}"),
            };
            all.insert((name.clone(), top + row as u32, left + column as u32), text);
        }
    }
    all
}

#[test]
fn every_report_is_opened_and_keeps_its_numbers_in_libreoffice() {
    if !has_libreoffice() {
        return;
    }
    let s = county();
    let folder = s.path("out");
    std::fs::create_dir_all(folder.join("again")).unwrap();
    let mut files = Vec::new();
    for report in reports(&s) {
        let file = format!("out/{report}.xlsx");
        let pages = ["registration-card", "attendance-certificate", "class-roster", "school-roster"];
        let scope: &[&str] = if pages.contains(&report.as_str()) { &["--school", SMALL] } else { &[] };
        let day = if report.starts_with("statistics") { &["--as-of", "2026-10-15"][..] } else { &[] };
        s.done(&[&["export", &report, "--today", "2026-10-15", "-o", &file], scope, day].concat());
        files.push(s.path(&file));
    }
    let mut office = Command::new("soffice");
    office.arg(format!("-env:UserInstallation=file://{}", s.path("profile").display()));
    let ended = office
        .args(["--headless", "--convert-to", "xlsx", "--outdir"])
        .arg(folder.join("again"))
        .args(&files)
        .output()
        .unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    for file in files {
        let again = folder.join("again").join(file.file_name().unwrap());
        assert!(again.exists(), "{} was not opened", file.display());
        let (before, after) = (cells(&file), cells(&again));
        assert!(before.len() > 5, "{}", file.display());
        let lost: Vec<_> = before.iter().filter(|(at, text)| after.get(*at) != Some(text)).take(3).collect();
        assert!(lost.is_empty() && before.len() == after.len(), "{}: {lost:?}", file.display());
    }
}

#[test]
fn a_report_is_printed_as_a_pdf_beside_its_workbook() {
    let s = county();
    let asked = ["export", "class-sizes", "--today", "2026-10-15", "-o", "班额.xlsx", "--pdf"];
    let without = s.command().env("PATH", "/nowhere").args(asked).output().unwrap();
    assert_eq!(without.status.code(), Some(2));
    let said = String::from_utf8_lossy(&without.stderr);
    assert!(said.contains("没有 LibreOffice") && said.contains("办法："), "{said}");
    assert!(!s.path("班额.xlsx").exists(), "nothing is half done");
    for wrong in
        [&["export", "class-sizes", "--pdf"][..], &["export", "class-sizes", "--pdf", "-o", "班额.csv"]]
    {
        let ended = s.run(wrong);
        assert!(ended.code == 2 && ended.stderr.contains("xlsx"), "{}", ended.stderr);
    }
    if has_libreoffice() {
        s.done(&asked);
        let pdf = std::fs::read(s.path("班额.pdf")).unwrap();
        assert!(pdf.starts_with(b"%PDF-") && s.path("班额.xlsx").exists());
    }
}
