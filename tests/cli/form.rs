//! Forms: filled from an application, masked unless a purpose is given, on the bureau's own template.

use std::io::Read;

use super::libreoffice::has_libreoffice;
use super::session::{Session, clean_roster};

const SCHOOL: &str = "2133916413";

pub fn texts(s: &Session, file: &str) -> String {
    let bytes = std::fs::read(s.path(file)).unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    zip.by_name("xl/sharedStrings.xml").unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn a_form_says_what_the_application_says_and_masks_it_unless_a_purpose_is_given() {
    let s = Session::with_schools();
    let ended = s.run(&["import", &clean_roster(SCHOOL), "--approve", "--explain", "样例"]);
    assert!([0, 3].contains(&ended.code), "{}", ended.stderr);
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let (hex, name): (String, String) = connection
        .query_row("SELECT lower(hex(id)), name FROM student WHERE status = 'enrolled' LIMIT 1", [], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .unwrap();
    let leave = ["change", "leave", "--student", &hex, "--until", "2027-03-01", "--reason", "11"];
    let out = s.done(&leave);
    let id: String = out.split("申请 ").nth(1).unwrap().chars().take(8).collect();
    s.done(&["export", "leave-form", "--application", &id, "-o", "form.xlsx"]);
    let form = texts(&s, "form.xlsx");
    assert!(form.contains("精神疾病") && form.contains("2027-03-01") && form.contains(&id), "{form}");
    assert!(!form.contains(&name) && !form.contains("{{"), "masked, and nothing left open");
    let whole = ["export", "receipt", "--application", &id, "-o", "whole.xlsx", "--unmasked"];
    assert_eq!(s.run(&whole).code, 2, "a purpose is asked for");
    s.done(&[&whole[..], &["--purpose", "交监护人"]].concat());
    assert!(texts(&s, "whole.xlsx").contains(&name));
    let wrong = s.run(&["export", "transfer-form", "--application", &id, "-o", "x.xlsx"]);
    assert_eq!(wrong.code, 4, "{}", wrong.stderr);
    // The bureau's own copy of the blank form, with another font, serves as well; a workbook without the form does not.
    s.done(&["template", "leave-form", "-o", "own.xlsx"]);
    s.done(&["export", "leave-form", "--application", &id, "-o", "again.xlsx", "--template", "own.xlsx"]);
    assert_eq!(texts(&s, "again.xlsx"), form);
    for wrong in [&["template", "schools", "-o", "表.csv"][..], &["template", "schools", "--format", "csv"]]
    {
        assert_eq!(s.run(wrong).code, 2, "a workbook is not named for what it is not");
    }
    s.write("broken.xlsx", "no workbook");
    let broken = ["export", "leave-form", "--application", &id, "-o", "y.xlsx", "--template", "broken.xlsx"];
    assert_eq!(s.run(&broken).code, 5);
}

#[test]
fn a_bureaus_own_template_is_checked_before_it_is_used() {
    let s = Session::with_schools();
    s.done(&["template", "receipt", "-o", "receipt.xlsx"]);
    let whole = s.done(&["template", "check", "receipt.xlsx"]);
    assert!(whole.contains("填写项都在"), "{whole}");
    std::fs::copy(s.path("receipt.xlsx"), s.path("自用.xlsx")).unwrap();
    let unnamed = s.run(&["template", "check", "自用.xlsx"]);
    assert!(unnamed.code == 2 && unnamed.stderr.contains("--form"), "{}", unnamed.stderr);
    // The receipt is no leave form: most of what that asks for is not there.
    let other = s.run(&["template", "check", "自用.xlsx", "--form", "leave-form"]);
    assert!(other.code == 1 && other.stdout.contains("缺少"), "{}", other.stdout);
    s.write("坏.xlsx", "no workbook");
    assert_eq!(s.run(&["template", "check", "坏.xlsx", "--form", "receipt"]).code, 5);
    assert_eq!(s.run(&["template", "check", "没有.xlsx", "--form", "receipt"]).code, 5);
    assert_eq!(s.run(&["template"]).code, 2);
}

#[test]
fn a_form_is_printed_as_a_pdf_where_there_is_a_libreoffice() {
    let s = Session::with_schools();
    let ended = s.run(&["import", &clean_roster(SCHOOL), "--approve", "--explain", "样例"]);
    assert!([0, 3].contains(&ended.code), "{}", ended.stderr);
    let sql = "SELECT lower(hex(id)) FROM student WHERE status = 'enrolled' LIMIT 1";
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let hex: String = connection.query_row(sql, [], |r| r.get(0)).unwrap();
    let out = s.done(&["change", "leave", "--student", &hex, "--until", "2027-03-01", "--reason", "11"]);
    let id: String = out.split("申请 ").nth(1).unwrap().chars().take(8).collect();
    let asked = ["export", "leave-form", "--application", &id, "-o", "表.xlsx", "--pdf"];
    let without = s.command().env("PATH", "/nowhere").args(asked).output().unwrap();
    assert_eq!(without.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&without.stderr).contains("没有 LibreOffice"));
    assert!(!s.path("表.xlsx").exists(), "nothing is half done");
    if has_libreoffice() {
        s.done(&asked);
        let pdf = std::fs::read(s.path("表.pdf")).unwrap();
        assert!(pdf.starts_with(b"%PDF-") && s.path("表.xlsx").exists());
        assert!(!s.path("表.xueji-pdf").exists());
    }
}

/// A copy of a workbook with one part changed.
fn altered(s: &Session, from: &str, to: &str, name: &str, change: impl Fn(&str) -> String) {
    let bytes = std::fs::read(s.path(from)).unwrap();
    let mut old = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut new = zip::ZipWriter::new(std::fs::File::create(s.path(to)).unwrap());
    let count = old.len();
    for at in 0..count {
        let mut text = String::new();
        let mut file = old.by_index(at).unwrap();
        let part = file.name().unwrap().into_owned();
        file.read_to_string(&mut text).unwrap();
        let text = if part == name { change(&text) } else { text };
        new.start_file(part, zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut new, text.as_bytes()).unwrap();
    }
    new.finish().unwrap();
}

#[test]
fn templates_that_were_changed_too_much_are_refused_and_others_are_filled() {
    let s = Session::with_schools();
    let ended = s.run(&["import", &clean_roster(SCHOOL), "--approve", "--explain", "样例"]);
    assert!([0, 3].contains(&ended.code), "{}", ended.stderr);
    let connection = rusqlite::Connection::open(s.path("xueji.db")).unwrap();
    let sql = "SELECT lower(hex(id)) FROM student WHERE status = 'enrolled' LIMIT 1";
    let hex: String = connection.query_row(sql, [], |r| r.get(0)).unwrap();
    let out = s.done(&["change", "leave", "--student", &hex, "--until", "2027-03-01", "--reason", "11"]);
    let id: String = out.split("申请 ").nth(1).unwrap().chars().take(8).collect();
    s.done(&["template", "leave-form", "-o", "原.xlsx"]);
    s.done(&["template", "schools", "-o", "别的表.xlsx"]);
    let strings = "xl/sharedStrings.xml";
    let sheet = "xl/worksheets/sheet1.xml";
    altered(&s, "原.xlsx", "花括号.xlsx", strings, |t| t.replace("{{姓名}}", "{{姓名}"));
    altered(&s, "原.xlsx", "不认识.xlsx", strings, |t| t.replace("{{姓名}}", "{{名字}}"));
    altered(&s, "原.xlsx", "保护.xlsx", sheet, |t| {
        t.replace("</sheetData>", "</sheetData><sheetProtection password=\"CC1A\" sheet=\"1\"/>")
    });
    altered(&s, "原.xlsx", "合并.xlsx", sheet, |t| {
        t.replace("<mergeCells count=\"8\">", "<mergeCells count=\"9\"><mergeCell ref=\"A14:D14\"/>")
    });
    let fill = |template: &str| {
        s.run(&["export", "leave-form", "--application", &id, "--template", template, "-o", "成.xlsx"])
    };
    for (template, said) in [
        ("花括号.xlsx", "写错的花括号：{{姓名}"),
        ("不认识.xlsx", "不认识的填写项：名字"),
        ("别的表.xlsx", "没有一个填写项"),
    ] {
        let ended = fill(template);
        assert_eq!(ended.code, 5, "{template}: {}", ended.stderr);
        assert!(ended.stderr.contains(said) && ended.stderr.contains("办法："), "{}", ended.stderr);
        assert!(!s.path("成.xlsx").exists(), "{template}");
    }
    for template in ["保护.xlsx", "合并.xlsx"] {
        assert_eq!(fill(template).code, 0, "{template}");
        assert!(texts(&s, "成.xlsx").contains("2027-03-01"), "{template}");
        let bytes = std::fs::read(s.path("成.xlsx")).unwrap();
        let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        let mut kept = String::new();
        zip.by_name(sheet).unwrap().read_to_string(&mut kept).unwrap();
        assert!(kept.contains("sheetProtection") == (template == "保护.xlsx"), "{template} is as it was");
        std::fs::remove_file(s.path("成.xlsx")).unwrap();
    }
}
